//! `heard train`: labelled posts in, `src/triage/weights.bin` out.
//!
//! A linear model over hashed features, all heads at once, by AdaGrad on logistic loss. Native, one thread,
//! deterministic: the same data, seed and date give the same bytes. The fifth of the corpus that is held
//! out ([`super::labelled::fold_of`]) is never looked at here. Four drafts, each trained without another one of the
//! four fifths left, judge the posts that they have not seen; that calibrates (a scale and a bias for each head, so
//! that 0.5 decides) and says how good the whole judgement is, before the final weights are trained on all four.

use super::eval::Report;
use super::labelled::{Labelled, fold_of, read, read_all};
use crate::triage::features::{Feature, Features};
use crate::triage::model::{
    HEADS, KINDS, Logits, Model, ROWS, head, logistic, places, share, softmax,
};
use crate::triage::{Kind, Subject, features_of, triage_by};
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// Trains the triage model.
#[derive(clap::Args, Debug)]
pub struct TrainArgs {
    /// The corpus: a folder of JSON-lines files.
    #[arg(long, default_value = "tests/corpus")]
    corpus: PathBuf,
    /// The public sets whose licences let weights trained on them be shipped; without it, the corpus alone.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where the weights go.
    #[arg(long, default_value = "src/triage/weights.bin")]
    out: PathBuf,
    /// Passes over the data.
    #[arg(long, default_value_t = 8)]
    epochs: u32,
    /// The order of the posts is shuffled by it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The date that the file states: given, not asked from the clock, so that the bytes stay the same.
    #[arg(long, default_value = "undated")]
    date: String,
}

/// A public set: its file, its licence, and how much one of its posts weighs beside one of the corpus.
struct Set {
    name: &'static str,
    licence: &'static str,
    weight: f32,
}

/// The weights keep tens of thousands of foreign posts from drowning some thousands of our own; the
/// finance set's classes were collected differently (easy by artefact), so it weighs least.
const SETS: [Set; 9] = [
    Set {
        name: "complaint_finance",
        licence: "MIT",
        weight: 0.05,
    },
    Set {
        name: "abuse_davidson",
        licence: "MIT",
        weight: 0.15,
    },
    Set {
        name: "abuse_german_germeval2018",
        licence: "CC BY 4.0",
        weight: 0.2,
    },
    Set {
        name: "spam_sms",
        licence: "CC BY 4.0",
        weight: 0.15,
    },
    Set {
        name: "spam_youtube",
        licence: "CC BY 4.0",
        weight: 0.15,
    },
    Set {
        name: "praise_goemotions",
        licence: "CC BY 4.0",
        weight: 0.1,
    },
    Set {
        name: "valence_vader_tweets",
        licence: "MIT",
        weight: 0.3,
    },
    Set {
        name: "question_banking77",
        licence: "CC BY 4.0",
        weight: 0.075,
    },
    Set {
        name: "sentiment_uci_amazon",
        licence: "CC BY 4.0",
        weight: 0.3,
    },
];

/// A post ready for training: what each head should say (NaN: not labelled), and what it weighs.
struct Sample {
    /// The features, by their keys and, once [`Choice`] has numbered them, by their rows.
    words: Vec<u32>,
    signs: Vec<u32>,
    /// How many word features the post has, known or not.
    length: usize,
    kind: Option<usize>,
    targets: [f32; HEADS],
    /// What the post weighs for each head.
    trust: [f32; HEADS],
    weight: f32,
    /// Which fifth of its set it is in.
    fold: u32,
    /// Which set it comes from: 0 is our corpus, then [`SETS`] in their order.
    set: usize,
}

impl Sample {
    /// Whether it is one of ours.
    fn ours(&self) -> bool {
        self.set == 0
    }
}

const UNKNOWN: [f32; HEADS] = [f32::NAN; HEADS];

fn set(targets: &mut [f32; HEADS], head: usize, value: f32) {
    if let Some(slot) = targets.get_mut(head) {
        *slot = value;
    }
}

fn targets(post: &Labelled) -> [f32; HEADS] {
    let mut targets = UNKNOWN;
    if let Some(level) = post.level {
        for step in 0..3 {
            set(
                &mut targets,
                head::LEVEL + step,
                f32::from(u8::from(usize::from(level) > step)),
            );
        }
    }
    for (head, value) in [
        (head::COMPLAINT, post.complaint),
        (head::HELP, post.help),
        (head::PRAISE, post.praise),
        (head::ABUSE, post.abuse),
        (head::SPAM, post.spam),
    ] {
        if let Some(value) = value {
            set(&mut targets, head, value);
        }
    }
    if let Some(kind) = post.kind {
        let is = |wanted: Kind| f32::from(u8::from(kind == wanted));
        if post.complaint.is_none() {
            set(&mut targets, head::COMPLAINT, is(Kind::Complaint));
        }
        if post.praise.is_none() {
            set(&mut targets, head::PRAISE, is(Kind::Praise));
        }
        if post.abuse.is_none() {
            set(&mut targets, head::ABUSE, is(Kind::Attack));
        }
        if post.spam.is_none() {
            set(&mut targets, head::SPAM, is(Kind::Spam));
        }
        // A mood for each kind: what an author of it usually feels.
        let mood = match (kind, post.level.unwrap_or(0)) {
            (Kind::Complaint, 0..=1) => Some(0.2),
            (Kind::Complaint, _) => Some(0.12),
            (Kind::Praise, _) => Some(0.92),
            (Kind::Attack, _) => Some(0.05),
            (Kind::Question | Kind::News | Kind::Other, 0..=1) => Some(0.5),
            _ => None,
        };
        if let Some(mood) = mood {
            set(&mut targets, head::SENTIMENT, mood);
        }
    }
    if let Some(valence) = post.valence {
        set(
            &mut targets,
            head::SENTIMENT,
            (valence / 6.0 + 0.5).clamp(0.0, 1.0),
        );
        set(
            &mut targets,
            head::COMPLAINT,
            (0.4 - valence / 4.0).clamp(0.0, 0.9),
        );
        set(&mut targets, head::PRAISE, (valence / 4.0).clamp(0.0, 0.9));
    }
    if let Some(positive) = post.positive {
        let positive = f32::from(positive);
        set(&mut targets, head::SENTIMENT, 0.15 + 0.7 * positive);
        set(&mut targets, head::COMPLAINT, 1.0 - positive);
        set(&mut targets, head::PRAISE, positive);
    }
    if let Some(intent) = &post.intent {
        set(&mut targets, head::SPAM, 0.0);
        set(&mut targets, head::ABUSE, 0.0);
        set(&mut targets, head::PRAISE, 0.0);
        set(&mut targets, head::HELP, 1.0);
        if let Some(urgent) = urgent_intent(intent) {
            set(&mut targets, head::LEVEL + 1, f32::from(u8::from(urgent)));
            if !urgent {
                set(&mut targets, head::LEVEL + 2, 0.0);
            }
        }
    }
    targets
}

/// Whether a banking intent needs a person within minutes, where its name tells.
fn urgent_intent(intent: &str) -> Option<bool> {
    match intent {
        "compromised_card"
        | "lost_or_stolen_card"
        | "lost_or_stolen_phone"
        | "cash_withdrawal_not_recognised"
        | "card_payment_not_recognised"
        | "direct_debit_payment_not_recognised"
        | "card_swallowed" => Some(true),
        "exchange_rate"
        | "age_limit"
        | "card_about_to_expire"
        | "fiat_currency_support"
        | "country_support"
        | "supported_cards_and_currencies"
        | "visa_or_mastercard"
        | "getting_spare_card"
        | "edit_personal_details"
        | "card_acceptance"
        | "automatic_top_up"
        | "disposable_card_limits"
        | "get_physical_card"
        | "getting_virtual_card"
        | "order_physical_card"
        | "top_up_limits"
        | "exchange_via_app" => Some(false),
        _ => None,
    }
}

/// How much the kind that a public set's label implies counts beside a label.
const IMPLIED: f32 = 0.2;

/// What a post of each kind weighs for the kind: rare kinds weigh more, or everything is a complaint.
const KIND_WEIGHTS: [f32; 7] = [0.7, 1.2, 1.3, 1.6, 1.6, 1.5, 1.2];

/// The kind that a public set's label implies. Only a yes implies one: what is no spam may be anything, a kind
/// word may stand in any post, and calling strangers' talk "other", "no complaint" or "no plea" was tried and made every score worse.
fn implied(post: &Labelled, targets: &[f32; HEADS]) -> Option<usize> {
    let yes = |head: usize| targets.get(head).is_some_and(|t| *t > 0.5);
    let kind = if post.positive.is_some() {
        return None;
    } else if yes(head::SPAM) {
        Kind::Spam
    } else if yes(head::ABUSE) {
        Kind::Attack
    } else {
        return None;
    };
    KINDS.iter().position(|k| *k == kind)
}

fn sample(post: &Labelled, set: usize, weight: f32) -> Sample {
    let features: Features = features_of(&post.text, post.lang.as_deref());
    let keys = |list: &[Feature]| list.iter().map(|f| f.key).collect();
    let targets = targets(post);
    let mut trust = [weight; HEADS];
    let mut kind = post.kind_head();
    if let Some(share) = kind.and_then(|kind| KIND_WEIGHTS.get(kind)) {
        for trust in trust.iter_mut().take(KINDS.len()) {
            *trust *= share;
        }
    }
    if kind.is_none() {
        kind = implied(post, &targets);
        for trust in trust.iter_mut().take(KINDS.len()) {
            *trust *= IMPLIED;
        }
    }
    Sample {
        words: keys(&features.words),
        signs: keys(&features.signs),
        length: features.words.len(),
        kind,
        targets,
        trust,
        weight,
        fold: fold_of(&post.text),
        set,
    }
}

/// Runs the command.
///
/// # Errors
///
/// A set cannot be read, the corpus is empty, or the weights cannot be written.
pub fn run(args: TrainArgs) -> anyhow::Result<ExitCode> {
    let corpus = read_all(&args.corpus)?;
    if corpus.is_empty() {
        bail!("no posts in {}", args.corpus.display());
    }
    let known: Vec<&Labelled> = corpus.iter().filter(|post| !post.held_out()).collect();
    let mut samples: Vec<Sample> = known.iter().map(|post| sample(post, 0, 1.0)).collect();
    eprintln!(
        "{} posts of the corpus, {} of them for training",
        corpus.len(),
        samples.len()
    );
    let mut used = vec![serde_json::json!({
        "set": "corpus", "rows": samples.len(), "licence": "ours, MIT OR Apache-2.0", "weight": 1.0,
    })];
    if let Some(data) = &args.data {
        for (set, number) in SETS.iter().zip(1..) {
            let posts = read(&data.join(format!("{}.jsonl", set.name)))?;
            eprintln!("{} posts of {} ({})", posts.len(), set.name, set.licence);
            used.push(serde_json::json!({
                "set": set.name, "rows": posts.len(), "licence": set.licence, "weight": set.weight,
            }));
            samples.extend(posts.iter().map(|post| sample(post, number, set.weight)));
        }
    }
    let progress =
        ProgressBar::new(u64::from(args.epochs) * (1 + DRAFTS.len() as u64) + u64::from(SCOUTING));
    progress.set_style(ProgressStyle::with_template(
        "{msg} {bar:30} {pos}/{len} {elapsed}",
    )?);
    progress.set_message("choosing features");
    let choice = Choice::make(&mut samples, args.seed, &progress);
    progress.set_message("calibrating");
    let rows = ROWS as usize;
    let drafts = DRAFTS.map(|fold| {
        fit(&samples, rows, args.epochs, args.seed, &progress, |s| {
            s.fold != fold
        })
    });
    let unseen = drafts.iter().zip(DRAFTS).flat_map(|(draft, fold)| {
        samples
            .iter()
            .filter(move |s| s.fold == fold)
            .map(|s| (draft.logits(s), s))
    });
    let unseen: Vec<(Logits, &Sample)> = unseen.collect();
    let mut calibration = calibrate(&unseen);
    for ((_, slot), shift) in calibration.iter_mut().zip(balance(&unseen)) {
        *slot = shift;
    }
    let drafts = drafts.map(|mut draft| {
        draft.stretch(&calibration);
        Model::rounded(
            String::new(),
            draft.biases,
            choice.owners.clone(),
            &draft.rows,
        )
    });
    let posts: Vec<Labelled> = known.into_iter().cloned().collect();
    let report = Report::of(&posts, |post| {
        let fold = fold_of(&post.text);
        let draft = drafts.iter().zip(DRAFTS).find(|(_, left)| *left == fold);
        triage_by(
            draft.map(|(model, _)| model),
            &Subject {
                text: &post.text,
                ..Subject::default()
            },
        )
    });
    progress.set_message("training");
    let mut weights = fit(&samples, rows, args.epochs, args.seed, &progress, |_| true);
    weights.stretch(&calibration);
    progress.finish_and_clear();
    let about = serde_json::json!({
        "made_by": "heard train", "date": args.date, "seed": args.seed, "epochs": args.epochs, "data": used,
        "rows": ROWS, "features": choice.kept, "heads": HEADS,
        "scores": {"on": "the corpus, each post judged by a draft that had not seen it", "found": report.brief()},
    });
    let model = Model::rounded(
        about.to_string(),
        weights.biases,
        choice.owners,
        &weights.rows,
    );
    let file = model.write();
    std::fs::write(&args.out, &file).with_context(|| format!("writing {}", args.out.display()))?;
    println!("what the drafts make of the posts that they have not seen");
    report.print(&posts, 0);
    println!("{}: {} bytes", args.out.display(), file.len());
    Ok(ExitCode::SUCCESS)
}

/// The fifths that are left out of a draft each; 0 is held out of all.
const DRAFTS: [u32; 4] = [1, 2, 3, 4];

/// Passes over the data that decide which features are worth a row.
const SCOUTING: u32 = 3;

/// How often a feature must be seen, at least, to be considered.
const SEEN: u32 = 2;

/// Which features get a row, and where.
struct Choice {
    owners: Vec<u8>,
    kept: usize,
}

impl Choice {
    /// Trains on all features seen often enough, keeps those that moved the heads most, gives each a row,
    /// and rewrites the samples from keys to rows.
    fn make(samples: &mut [Sample], seed: u64, progress: &ProgressBar) -> Choice {
        let mut counts: HashMap<u32, (u32, f32)> = HashMap::new();
        for sample in samples.iter() {
            for key in sample.words.iter().chain(&sample.signs) {
                let entry = counts.entry(*key).or_default();
                entry.0 += 1;
                entry.1 += sample.weight;
            }
        }
        let mut keys: Vec<u32> = counts
            .iter()
            .filter(|(_, (count, _))| *count >= SEEN)
            .map(|(key, _)| *key)
            .collect();
        keys.sort_unstable();
        let numbers: HashMap<u32, u32> = keys.iter().copied().zip(0u32..).collect();
        let renumber =
            |samples: &mut [Sample], numbers: &HashMap<u32, u32>| -> Vec<[Vec<u32>; 2]> {
                samples
                    .iter_mut()
                    .map(|sample| {
                        let number = |list: &[u32]| {
                            list.iter()
                                .filter_map(|k| numbers.get(k).copied())
                                .collect()
                        };
                        let new = [number(&sample.words), number(&sample.signs)];
                        let [words, signs] = new;
                        [
                            std::mem::replace(&mut sample.words, words),
                            std::mem::replace(&mut sample.signs, signs),
                        ]
                    })
                    .collect()
            };
        let original = renumber(samples, &numbers);
        let scout = fit(samples, keys.len(), SCOUTING, seed, progress, |_| true);
        for (sample, [words, signs]) in samples.iter_mut().zip(original) {
            sample.words = words;
            sample.signs = signs;
        }
        // What a feature moves: its weights, by how much weight of posts has it.
        let mut ranked: Vec<(f32, u32)> = keys
            .iter()
            .zip(&scout.rows)
            .map(|(key, row)| {
                let weight = counts.get(key).map_or(0.0, |(_, weight)| *weight);
                (
                    row.iter().map(|w| w.abs()).sum::<f32>() * weight.min(100.0).sqrt(),
                    *key,
                )
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut owners = vec![0u8; ROWS as usize];
        let mut rows: HashMap<u32, u32> = HashMap::new();
        for (_, key) in ranked {
            let (places, owner) = places(key);
            // A place whose owner looks the same is taken: the two could not be told apart.
            if places
                .iter()
                .any(|place| owners.get(*place) == Some(&owner))
            {
                continue;
            }
            let free = places
                .into_iter()
                .find(|place| owners.get(*place) == Some(&0));
            if let Some(place) = free
                && let Some(slot) = owners.get_mut(place)
            {
                *slot = owner;
                rows.insert(key, place as u32);
            }
        }
        renumber(samples, &rows);
        Choice {
            owners,
            kept: rows.len(),
        }
    }
}

/// Real-valued weights.
struct Weights {
    biases: Logits,
    rows: Vec<Logits>,
}

impl Weights {
    fn logits(&self, sample: &Sample) -> Logits {
        self.of(&Seen {
            words: sample.words.clone(),
            signs: sample.signs.clone(),
            share: share(sample.length),
        })
    }

    fn add(&mut self, other: &Weights) {
        for (row, more) in self.rows.iter_mut().zip(&other.rows) {
            for (weight, more) in row.iter_mut().zip(more) {
                *weight += more;
            }
        }
        for (bias, more) in self.biases.iter_mut().zip(other.biases) {
            *bias += more;
        }
    }

    fn scale(&mut self, by: f32) {
        self.rows
            .iter_mut()
            .flatten()
            .chain(&mut self.biases)
            .for_each(|weight| *weight *= by);
    }

    fn of(&self, seen: &Seen) -> Logits {
        let mut logits = self.biases;
        for (list, value) in [(&seen.words, seen.share), (&seen.signs, 1.0)] {
            for at in list {
                if let Some(row) = self.rows.get(*at as usize) {
                    for (logit, weight) in logits.iter_mut().zip(row) {
                        *logit += weight * value;
                    }
                }
            }
        }
        logits
    }

    /// Applies a calibration: each logit becomes `scale * logit + shift`.
    fn stretch(&mut self, calibration: &[(f32, f32); HEADS]) {
        for row in &mut self.rows {
            for (weight, (scale, _)) in row.iter_mut().zip(calibration) {
                *weight *= scale;
            }
        }
        for (bias, (scale, shift)) in self.biases.iter_mut().zip(calibration) {
            *bias = *bias * scale + shift;
        }
    }
}

/// The features of a post that one step looks at.
struct Seen {
    words: Vec<u32>,
    signs: Vec<u32>,
    share: f32,
}

/// The share of features left out at each step.
const LEFT_OUT: f32 = 0.3;

/// How fast weights move at first; AdaGrad slows each down by its own history.
const RATE: f32 = 0.08;

/// Pulls weights towards zero.
const DECAY: f32 = 2e-5;

fn fit(
    samples: &[Sample],
    rows: usize,
    epochs: u32,
    seed: u64,
    progress: &ProgressBar,
    takes: impl Fn(&Sample) -> bool,
) -> Weights {
    let mut weights = Weights {
        biases: [0.0; HEADS],
        rows: vec![[0.0; HEADS]; rows],
    };
    let mut past = vec![[1e-2f32; HEADS]; rows];
    let mut past_bias = [1e-2f32; HEADS];
    let mut order: Vec<&Sample> = samples.iter().filter(|s| takes(s)).collect();
    let mut random = Random(seed.max(1));
    // Each foreign set has its own bias for every head, which goes when training ends: all of a bank's questions
    // ask for help, and that is no property of the words in them.
    let mut by_set = [([0.0f32; HEADS], [1e-2f32; HEADS]); SETS.len() + 1];
    let mut mean = Weights {
        biases: [0.0; HEADS],
        rows: vec![[0.0; HEADS]; rows],
    };
    for epoch in 0..epochs {
        random.shuffle(&mut order);
        for sample in &order {
            // Some features stay out each time, so that no one of them carries a post alone.
            let left = |list: &[u32], random: &mut Random| -> Vec<u32> {
                list.iter()
                    .copied()
                    .filter(|_| !random.chance(LEFT_OUT))
                    .collect()
            };
            let seen = Seen {
                words: left(&sample.words, &mut random),
                signs: left(&sample.signs, &mut random),
                share: share(sample.length) / (1.0 - LEFT_OUT),
            };
            let mut logits = weights.of(&seen);
            let own = by_set.get_mut(sample.set).filter(|_| !sample.ours());
            for (logit, bias) in logits.iter_mut().zip(own.iter().flat_map(|own| own.0)) {
                *logit += bias;
            }
            let errors = errors(&logits, sample);
            if let Some((biases, past)) = own {
                for ((bias, past), error) in biases.iter_mut().zip(past).zip(errors) {
                    *past += error * error;
                    *bias -= RATE * error / past.sqrt();
                }
            }
            for (list, value) in [(&seen.words, seen.share), (&seen.signs, 1.0)] {
                for at in list {
                    let at = *at as usize;
                    let (Some(row), Some(past)) = (weights.rows.get_mut(at), past.get_mut(at))
                    else {
                        continue;
                    };
                    for ((weight, past), error) in row.iter_mut().zip(past).zip(errors) {
                        if error != 0.0 {
                            let gradient = error * value + DECAY * *weight;
                            *past += gradient * gradient;
                            *weight -= RATE * gradient / past.sqrt();
                        }
                    }
                }
            }
            for ((bias, past), error) in weights.biases.iter_mut().zip(&mut past_bias).zip(errors) {
                *past += error * error;
                *bias -= RATE * error / past.sqrt();
            }
        }
        if epoch * 2 >= epochs {
            mean.add(&weights);
        }
        progress.inc(1);
    }
    // The mean of the later passes is steadier than the last one.
    mean.scale(1.0 / (epochs - epochs.div_ceil(2)).max(1) as f32);
    mean
}

/// How far each head is off: the gradient of the loss by its logit.
fn errors(logits: &Logits, sample: &Sample) -> Logits {
    let mut errors = [0.0; HEADS];
    if let Some(kind) = sample.kind {
        let chances = softmax(kind_logits(logits));
        for (at, ((error, chance), trust)) in
            errors.iter_mut().zip(chances).zip(sample.trust).enumerate()
        {
            *error = (chance - f32::from(u8::from(at == kind))) * trust;
        }
    }
    for ((error, logit), (target, trust)) in errors
        .iter_mut()
        .zip(logits)
        .zip(sample.targets.into_iter().zip(sample.trust))
        .skip(KINDS.len())
    {
        if !target.is_nan() {
            *error = (logistic(*logit) - target) * trust;
        }
    }
    errors
}

fn kind_logits(logits: &Logits) -> [f32; 7] {
    let mut kinds = [0.0; 7];
    for (to, from) in kinds.iter_mut().zip(logits) {
        *to = *from;
    }
    kinds
}

/// Fits a scale and a shift for each yes-or-no head on posts that the draft has not seen, by Newton-free
/// gradient steps on two numbers. Kinds are left to [`balance`].
///
/// Our posts alone decide where 0.5 lies, for they are what the deployed model reads; but for abuse, of which
/// customers' posts have too little.
fn calibrate(seen: &[(Logits, &Sample)]) -> [(f32, f32); HEADS] {
    let mut calibration = [(1.0f32, 0.0f32); HEADS];
    for (at, (scale, shift)) in calibration.iter_mut().enumerate().skip(KINDS.len()) {
        if at == head::SENTIMENT {
            continue;
        }
        let points: Vec<(f32, f32, f32)> = seen
            .iter()
            .filter(|(_, s)| s.ours() || at == head::ABUSE)
            .filter_map(|(logits, s)| {
                Some((*logits.get(at)?, *s.targets.get(at)?, *s.trust.get(at)?))
            })
            .filter(|(_, target, _)| !target.is_nan())
            .collect();
        let count: f32 = points.iter().map(|point| point.2).sum();
        if points.len() < 50 {
            continue;
        }
        for _ in 0..300 {
            let (mut by_scale, mut by_shift) = (0.0, 0.0);
            for (logit, target, trust) in &points {
                let error = (logistic(*scale * logit + *shift) - target) * trust;
                by_scale += error * logit;
                by_shift += error;
            }
            *scale -= 0.05 * by_scale / count;
            *shift -= 0.3 * by_shift / count;
        }
        *scale = scale.clamp(0.2, 2.0);
        // Some hundred posts decide: they may move the line a little, no more.
        let most = if at == head::LEVEL + 2 { 2.0 } else { 0.7 };
        *shift -= threshold(&points, *scale, *shift, missing(at)).clamp(-most, most);
    }
    calibration
}

/// How far the line between kinds is moved at most, and what moving it costs: rare kinds are tens of posts.
const KIND_SHIFT: i8 = 12;
const KIND_COST: f32 = 0.004;

/// Shifts of the kinds' logits that give the best mean F1 over the kinds on posts not trained on: a kind that is seldom
/// labelled is otherwise seldom called.
fn balance(seen: &[(Logits, &Sample)]) -> [f32; 7] {
    let posts: Vec<([f32; 7], usize)> = seen
        .iter()
        .filter(|(_, sample)| sample.ours())
        .filter_map(|(logits, sample)| Some((kind_logits(logits), sample.kind?)))
        .collect();
    let mean_f1 = |shifts: &[f32; 7]| {
        let mut counts = [[0u32; 3]; 7];
        for (logits, truth) in &posts {
            let called = logits
                .iter()
                .zip(shifts)
                .map(|(logit, shift)| logit + shift)
                .enumerate()
                .fold(
                    (0, f32::MIN),
                    |best, next| {
                        if next.1 > best.1 { next } else { best }
                    },
                )
                .0;
            for (kind, [hit, calls, real]) in counts.iter_mut().enumerate() {
                *hit += u32::from(kind == called && kind == *truth);
                *calls += u32::from(kind == called);
                *real += u32::from(kind == *truth);
            }
        }
        let f1 = |[hit, calls, real]: [u32; 3]| 2.0 * hit as f32 / (calls + real).max(1) as f32;
        counts.map(f1).iter().sum::<f32>() / 7.0
    };
    let mut shifts = [0.0f32; 7];
    // Kind after kind, a few times round: each line depends on the others.
    for _ in 0..3 {
        for kind in 0..shifts.len() {
            let tried = (-KIND_SHIFT..=KIND_SHIFT).map(|step| {
                let mut tried = shifts;
                let shift = f32::from(step) / 10.0;
                if let Some(slot) = tried.get_mut(kind) {
                    *slot = shift;
                }
                (mean_f1(&tried) - KIND_COST * shift * shift, shift)
            });
            let best = tried.fold(
                (f32::MIN, 0.0),
                |best, next| {
                    if next.0 > best.0 { next } else { best }
                },
            );
            if let Some(slot) = shifts.get_mut(kind) {
                *slot = best.1;
            }
        }
    }
    shifts
}

/// How much worse it is to miss a yes of this head than to call a no one. Missing an emergency costs most;
/// an overlooked complaint more than one too many.
fn missing(at: usize) -> f32 {
    match at {
        _ if at == head::LEVEL + 2 => 2.0,
        head::COMPLAINT => 1.2,
        _ if at == head::LEVEL + 1 => 0.8,
        _ => 1.0,
    }
}

/// Where, beside 0, a calibrated logit decides best, by F-beta on posts not trained on: the middle of the
/// stretch that is within half a point of the best, so that chance in a few posts moves it little.
fn threshold(points: &[(f32, f32, f32)], scale: f32, shift: f32, beta: f32) -> f32 {
    let score = |at: f32| {
        let (mut hit, mut called, mut real) = (0.0f32, 0.0f32, 0.0f32);
        for (logit, target, trust) in points {
            let call = scale * logit + shift >= at;
            called += if call { *trust } else { 0.0 };
            real += if *target > 0.5 { *trust } else { 0.0 };
            hit += if call && *target > 0.5 { *trust } else { 0.0 };
        }
        let beta = beta * beta;
        (1.0 + beta) * hit / (beta * real + called).max(1e-6)
    };
    let scores: Vec<(f32, f32)> = (-30i8..=20)
        .map(|step| f32::from(step) / 10.0)
        .map(|at| (at, score(at)))
        .collect();
    let best = scores.iter().fold(0.0f32, |best, s| best.max(s.1));
    let good: Vec<f32> = scores
        .into_iter()
        .filter(|s| s.1 >= best - 0.005)
        .map(|s| s.0)
        .collect();
    good.iter().sum::<f32>() / good.len().max(1) as f32
}

/// A small random number generator (xorshift64*): the order must be the same everywhere, for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn chance(&mut self, share: f32) -> bool {
        ((self.next() >> 40) as f32) < share * 16_777_216.0
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = (self.next() % (at as u64 + 1)) as usize;
            list.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts() -> Vec<Sample> {
        let post = |text: &str, kind, level| {
            sample(
                &Labelled {
                    text: text.into(),
                    kind: Some(kind),
                    level: Some(level),
                    ..Labelled::default()
                },
                0,
                1.0,
            )
        };
        // Twice each: what is seen once gets no row.
        [0, 1]
            .into_iter()
            .flat_map(|_| {
                [
                    post("the lift has stopped with us inside", Kind::Complaint, 3),
                    post("your crew was lovely today", Kind::Praise, 0),
                    post("do you sell adapters", Kind::Question, 0),
                    post("my order is late again", Kind::Complaint, 1),
                ]
            })
            .collect()
    }

    #[test]
    fn learns_and_repeats_itself() {
        let posts = posts();
        let mut posts = posts;
        Choice::make(&mut posts, 7, &ProgressBar::hidden());
        let fit = || {
            fit(&posts, ROWS as usize, 60, 7, &ProgressBar::hidden(), |_| {
                true
            })
        };
        let (one, two) = (fit(), fit());
        assert_eq!(
            one.rows, two.rows,
            "the same data and seed, the same weights"
        );
        for post in &posts {
            let logits = one.logits(post);
            let kind = softmax(kind_logits(&logits))
                .into_iter()
                .enumerate()
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .map(|best| best.0);
            assert_eq!(kind, post.kind);
            assert_eq!(
                logits[head::LEVEL + 2] > 0.0,
                post.targets[head::LEVEL + 2] > 0.5
            );
        }
    }

    #[test]
    fn unlabelled_heads_are_left_alone() {
        let post = sample(
            &Labelled {
                text: "buy now".into(),
                spam: Some(1.0),
                ..Labelled::default()
            },
            5,
            1.0,
        );
        let errors = errors(&[0.0; HEADS], &post);
        for (at, error) in errors.into_iter().enumerate() {
            assert_eq!(
                error != 0.0,
                at == head::SPAM || at < KINDS.len(),
                "head {at}"
            );
        }
    }
}
