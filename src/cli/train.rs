//! `heard train`: labelled posts in, `src/triage/weights.bin` out.
//!
//! A row of numbers for each hashed feature and two small layers that answer all heads at once, by AdaGrad on logistic
//! loss. Native, one thread, deterministic: the same data, seed and date give the same bytes. The fifth of the corpus that is held
//! out ([`super::labelled::fold_of`]) is never looked at here. Four drafts, each trained without another one of the
//! four fifths left, judge the posts that they have not seen; that calibrates (a scale and a bias for each head, so
//! that 0.5 decides) and says how good the whole judgement is (somewhat kindly: all four fifths chose the features, and the
//! teacher whose opinions the drafts heard has seen two of them), before the final weights are trained on all four.

use super::eval::Report;
use super::labelled::{Labelled, fold_of, read, read_all};
use crate::triage::features::{Feature, Features};
use crate::triage::model::{
    DIM, HEADS, KINDS, Layers, Logits, Model, Place, ROWS, head, logistic, places, share, softmax,
};
use crate::triage::{Kind, Subject, features_of, triage_by};
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
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
    /// What a larger model makes of posts, as `tests/corpus/teacher.py` writes it; without it, labels alone.
    #[arg(long)]
    teacher: Option<PathBuf>,
    /// Where the weights go.
    #[arg(long, default_value = "src/triage/weights.bin")]
    out: PathBuf,
    /// Passes over the data.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(2..))]
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

/// The weights keep a hundred thousand foreign posts from drowning our own, and ours, which one sort of writer wrote,
/// from drowning what real people write; the finance set's classes were collected differently (easy by artefact), and
/// all of a bank's questions are alike, so these weigh least.
const SETS: [Set; 9] = [
    Set {
        name: "complaint_finance",
        licence: "MIT",
        weight: 0.15,
    },
    Set {
        name: "abuse_davidson",
        licence: "MIT",
        weight: 0.45,
    },
    Set {
        name: "abuse_german_germeval2018",
        licence: "CC BY 4.0",
        weight: 0.6,
    },
    Set {
        name: "spam_sms",
        licence: "CC BY 4.0",
        weight: 0.45,
    },
    Set {
        name: "spam_youtube",
        licence: "CC BY 4.0",
        weight: 0.45,
    },
    Set {
        name: "praise_goemotions",
        licence: "CC BY 4.0",
        weight: 0.3,
    },
    Set {
        name: "valence_vader_tweets",
        licence: "MIT",
        weight: 0.9,
    },
    Set {
        name: "question_banking77",
        licence: "CC BY 4.0",
        weight: 0.075,
    },
    Set {
        name: "sentiment_uci_amazon",
        licence: "CC BY 4.0",
        weight: 0.9,
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
    /// What the teacher makes of it, by the heads from the first kind to level 3: chances.
    taught: Option<Taught>,
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

/// A teacher's chances: the kinds, then the steps of the level.
type Taught = [f32; TAUGHT];

/// How many heads a teacher speaks for: the first ones.
const TAUGHT: usize = head::LEVEL + 3;

/// The model that `tests/corpus/teacher.py` trains further, and its licence.
const TEACHER_IS: &str = "all-MiniLM-L6-v2, Apache-2.0";

/// A larger model's opinions by post.
#[derive(Default)]
struct Teacher(HashMap<[u8; 8], Taught>);

impl Teacher {
    /// Reads records of eight bytes, the beginning of the SHA-256 of a post's text, and a logit for each head in
    /// sixteenths.
    fn read(path: &Path) -> anyhow::Result<Teacher> {
        let file = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let (records, rest) = file.as_chunks::<{ 8 + TAUGHT }>();
        if !rest.is_empty() {
            bail!("{}: the last record is cut off", path.display());
        }
        let opinions = records.iter().filter_map(|record| {
            let (key, logits) = record.split_first_chunk::<8>()?;
            let mut logit = logits.iter().map(|byte| f32::from(*byte as i8) / 16.0);
            let mut taught: Taught = std::array::from_fn(|_| logit.next().unwrap_or(0.0));
            let kinds = taught.first_chunk_mut::<{ KINDS.len() }>()?;
            *kinds = softmax(*kinds);
            for step in taught.iter_mut().skip(head::LEVEL) {
                *step = logistic(*step);
            }
            Some((*key, taught))
        });
        Ok(Teacher(opinions.collect()))
    }

    fn of(&self, text: &str) -> Option<Taught> {
        let digest = Sha256::digest(text.as_bytes());
        self.0.get(digest.first_chunk::<8>()?).copied()
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

/// How much the kind that a public set's label implies counts beside a label, where no teacher says what it is.
const IMPLIED: f32 = 0.07;

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

fn sample(post: &Labelled, set: usize, weight: f32, teacher: &Teacher) -> Sample {
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
    let taught = teacher.of(&post.text);
    if kind.is_none() && taught.is_none() {
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
        taught,
        trust,
        weight,
        fold: fold_of(&post.text),
        set,
    }
}

/// What a post in other dress weighs.
const DRESSED: f32 = 0.3;

/// Every second post, with something about it that changes nothing of what it says: an address at its end (scams and
/// headlines are full of them, pleas have them too), a name before it, capitals, quotation marks, a face.
fn dressed(post: &Labelled, random: &mut Random) -> Option<Labelled> {
    const FACES: [&str; 5] = ["😭", "😡", "🙏", "😩", "🙄"];
    let text = &post.text;
    let other = match random.next() >> 32 & 0xf {
        // One address and one name are as good as many: to the model all are one.
        0 | 1 => format!("{text} https://example.com/p"),
        2 | 3 if !text.starts_with('@') => format!("@NorthlineRail {text}"),
        4 | 5 => text.to_uppercase(),
        6 => format!("\"{text}\""),
        7 => {
            let face = FACES.get(random.next() as usize % FACES.len());
            format!("{text} {}", face.copied().unwrap_or_default())
        }
        _ => return None,
    };
    Some(Labelled {
        text: other,
        ..post.clone()
    })
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
    let teacher = args.teacher.as_deref().map(Teacher::read).transpose()?;
    let teacher = teacher.unwrap_or_default();
    let known: Vec<&Labelled> = corpus.iter().filter(|post| !post.held_out()).collect();
    let mut samples: Vec<Sample> = known
        .iter()
        .map(|post| sample(post, 0, 1.0, &teacher))
        .collect();
    note!(
        "{} posts of the corpus, {} of them for training",
        corpus.len(),
        samples.len()
    );
    let mut random = Random(args.seed.max(1));
    let dressed: Vec<Sample> = known
        .iter()
        .filter_map(|post| {
            let other = dressed(post, &mut random)?;
            Some(Sample {
                // With its original, or a draft would have seen what it is to judge.
                fold: fold_of(&post.text),
                ..sample(&other, 0, DRESSED, &Teacher::default())
            })
        })
        .collect();
    samples.extend(dressed);
    let mut used = vec![serde_json::json!({
        "set": "corpus", "rows": known.len(), "licence": "ours, MIT OR Apache-2.0", "weight": 1.0,
    })];
    if let Some(data) = &args.data {
        for (set, number) in SETS.iter().zip(1..) {
            let posts = read(&data.join(format!("{}.jsonl", set.name)))?;
            note!("{} posts of {} ({})", posts.len(), set.name, set.licence);
            used.push(serde_json::json!({
                "set": set.name, "rows": posts.len(), "licence": set.licence, "weight": set.weight,
            }));
            samples.extend(
                posts
                    .iter()
                    .map(|post| sample(post, number, set.weight, &teacher)),
            );
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
    let calibration = calibrate(&unseen);
    let drafts = drafts.map(|mut draft| {
        draft.stretch(&calibration);
        Model::rounded(
            String::new(),
            &draft.layers,
            choice.owners.clone(),
            &draft.rows,
        )
    });
    let posts: Vec<Labelled> = known.into_iter().cloned().collect();
    let report = Report::of(&posts, |post| {
        let fold = fold_of(&post.text);
        let draft = drafts.iter().zip(DRAFTS).find(|(_, left)| *left == fold);
        triage_by(
            draft.map_or(Model::carried(), |(model, _)| model),
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
        "teacher": args.teacher.is_some().then(|| {
            serde_json::json!({"opinions": teacher.0.len(), "model": TEACHER_IS})
        }),
        "rows": ROWS, "features": choice.kept, "heads": HEADS,
        "scores": {"on": "the corpus, each post judged by a draft that had not seen it", "found": report.brief()},
    });
    let model = Model::rounded(
        about.to_string(),
        &weights.layers,
        choice.owners,
        &weights.rows,
    );
    let file = model.write();
    std::fs::write(&args.out, &file).with_context(|| format!("writing {}", args.out.display()))?;
    say!("what the drafts make of the posts that they have not seen");
    report.print(&posts, 0);
    say!("{}: {} bytes", args.out.display(), file.len());
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
        // A post in other dress is no second post.
        for sample in samples.iter().filter(|sample| sample.weight != DRESSED) {
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
    layers: Layers,
    rows: Vec<Place>,
}

impl Weights {
    /// Layers of small random numbers, for equal ones would stay equal, and rows of nothing: what is seldom seen then
    /// says little.
    fn random(rows: usize, random: &mut Random) -> Weights {
        let mut layers = Layers::ZERO;
        let both = layers.straight.iter_mut().chain(&mut layers.rectified);
        for number in both.flatten() {
            *number = random.number(0.125);
        }
        Weights {
            layers,
            rows: vec![[0.0; DIM]; rows],
        }
    }

    /// As many zeros: what AdaGrad begins its sums of squares with, and a mean.
    fn constant(rows: usize, value: f32) -> Weights {
        Weights {
            layers: Layers {
                scales: [value; DIM],
                thresholds: [value; DIM],
                straight: [[value; HEADS]; DIM],
                rectified: [[value; HEADS]; DIM],
                biases: [value; HEADS],
            },
            rows: vec![[value; DIM]; rows],
        }
    }

    fn logits(&self, sample: &Sample) -> Logits {
        let place = self.place(&Seen {
            words: sample.words.clone(),
            signs: sample.signs.clone(),
            share: share(sample.length),
            whole: 1.0,
        });
        self.layers.logits(&place)
    }

    fn place(&self, seen: &Seen) -> Place {
        let mut place = [0.0; DIM];
        for (list, value) in [(&seen.words, seen.share), (&seen.signs, seen.whole)] {
            for at in list {
                if let Some(row) = self.rows.get(*at as usize) {
                    for (place, number) in place.iter_mut().zip(row) {
                        *place += number * value;
                    }
                }
            }
        }
        place
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        let layers = &mut self.layers;
        layers
            .thresholds
            .iter_mut()
            .chain(layers.straight.iter_mut().flatten())
            .chain(layers.rectified.iter_mut().flatten())
            .chain(&mut layers.biases)
            .chain(self.rows.iter_mut().flatten())
    }

    fn add(&mut self, other: &mut Weights) {
        for (number, more) in self.numbers_mut().zip(other.numbers_mut()) {
            *number += *more;
        }
    }

    /// Applies a calibration: each logit becomes `scale * logit + shift`.
    fn stretch(&mut self, calibration: &[(f32, f32); HEADS]) {
        let layers = &mut self.layers;
        for row in layers.straight.iter_mut().chain(&mut layers.rectified) {
            for (weight, (scale, _)) in row.iter_mut().zip(calibration) {
                *weight *= scale;
            }
        }
        for (bias, (scale, shift)) in layers.biases.iter_mut().zip(calibration) {
            *bias = *bias * scale + shift;
        }
    }
}

/// The features of a post that one step looks at.
struct Seen {
    words: Vec<u32>,
    signs: Vec<u32>,
    /// What a word weighs.
    share: f32,
    /// What a sign weighs.
    whole: f32,
}

/// The share of features left out at each step.
const LEFT_OUT: f32 = 0.3;

/// How fast numbers move at first; AdaGrad slows each down by its own history.
const RATE: f32 = 0.04;

/// What AdaGrad's sums of squares begin with: a first step is no leap.
const CALM: f32 = 1.0;

/// Pulls rows towards zero.
const DECAY: f32 = 2e-5;

/// One step of AdaGrad.
#[inline]
fn step(number: &mut f32, past: &mut f32, gradient: f32, rate: f32) {
    *past += gradient * gradient;
    *number -= rate * gradient / past.sqrt();
}

fn fit(
    samples: &[Sample],
    rows: usize,
    epochs: u32,
    seed: u64,
    progress: &ProgressBar,
    takes: impl Fn(&Sample) -> bool,
) -> Weights {
    let mut random = Random(seed.max(1));
    let mut weights = Weights::random(rows, &mut random);
    let mut past = Weights::constant(rows, CALM);
    let mut order: Vec<&Sample> = samples.iter().filter(|s| takes(s)).collect();
    // Each foreign set has its own bias for every head, which goes when training ends: all of a bank's questions
    // ask for help, and that is no property of the words in them.
    let mut by_set = [([0.0f32; HEADS], [CALM; HEADS]); SETS.len() + 1];
    let mut mean = Weights::constant(rows, 0.0);
    let steps = (order.len() as u64 * u64::from(epochs)).max(1);
    let mut taken = 0u64;
    for epoch in 0..epochs {
        random.shuffle(&mut order);
        for sample in &order {
            // Slower and slower, to a tenth.
            let rate = RATE * (1.0 - 0.9 * taken as f32 / steps as f32);
            taken += 1;
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
                whole: 1.0 / (1.0 - LEFT_OUT),
            };
            let place = weights.place(&seen);
            let mut logits = weights.layers.logits(&place);
            let own = by_set.get_mut(sample.set).filter(|_| !sample.ours());
            for (logit, bias) in logits.iter_mut().zip(own.iter().flat_map(|own| own.0)) {
                *logit += bias;
            }
            let errors = errors(&logits, sample);
            if let Some((biases, past)) = own {
                for ((bias, past), error) in biases.iter_mut().zip(past).zip(errors) {
                    step(bias, past, error, RATE);
                }
            }
            let slope = learn_layers(&mut weights.layers, &mut past.layers, &place, &errors, rate);
            for (list, value) in [(&seen.words, seen.share), (&seen.signs, seen.whole)] {
                for at in list {
                    let at = *at as usize;
                    let (Some(row), Some(past)) = (weights.rows.get_mut(at), past.rows.get_mut(at))
                    else {
                        continue;
                    };
                    for ((number, past), slope) in row.iter_mut().zip(past).zip(slope) {
                        step(number, past, slope * value + DECAY * *number, rate);
                    }
                }
            }
        }
        if epoch * 2 >= epochs {
            mean.add(&mut weights);
        }
        progress.inc(1);
    }
    // The mean of the later passes is steadier than the last one.
    let passes = (epochs - epochs.div_ceil(2)).max(1) as f32;
    mean.numbers_mut().for_each(|number| *number /= passes);
    mean
}

/// Moves the layers against the errors; returns how the loss changes with the place.
fn learn_layers(
    layers: &mut Layers,
    past: &mut Layers,
    place: &Place,
    errors: &Logits,
    rate: f32,
) -> Place {
    let mut slopes = [0.0; DIM];
    for (at, slope) in slopes.iter_mut().enumerate() {
        let (Some(at_place), Some(threshold), Some(threshold_past)) = (
            place.get(at),
            layers.thresholds.get_mut(at),
            past.thresholds.get_mut(at),
        ) else {
            continue;
        };
        let active = (at_place + *threshold).max(0.0);
        let (mut below, mut above) = (0.0, 0.0);
        for (layer, past, value, sum) in [
            (
                &mut layers.straight,
                &mut past.straight,
                *at_place,
                &mut below,
            ),
            (
                &mut layers.rectified,
                &mut past.rectified,
                active,
                &mut above,
            ),
        ] {
            let (Some(row), Some(past)) = (layer.get_mut(at), past.get_mut(at)) else {
                continue;
            };
            for ((weight, past), error) in row.iter_mut().zip(past).zip(errors) {
                *sum += *weight * error;
                if *error != 0.0 {
                    step(weight, past, error * value, rate);
                }
            }
        }
        if active > 0.0 {
            step(threshold, threshold_past, above, rate);
            *slope = below + above;
        } else {
            *slope = below;
        }
    }
    for ((bias, past), error) in layers.biases.iter_mut().zip(&mut past.biases).zip(errors) {
        step(bias, past, *error, rate);
    }
    slopes
}

/// What the teacher's opinion of a foreign post weighs beside a label of ours, and of a post of ours.
const TEACHER: f32 = 0.2;
const TEACHER_OURS: f32 = 0.5;

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
    if let Some(taught) = sample.taught {
        let weight = if sample.ours() { TEACHER_OURS } else { TEACHER };
        let chances = softmax(kind_logits(logits));
        let steps = logits
            .iter()
            .skip(head::LEVEL)
            .map(|logit| logistic(*logit));
        let found = chances.into_iter().chain(steps);
        for ((error, found), taught) in errors.iter_mut().zip(found).zip(taught) {
            *error += (found - taught) * weight;
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
/// gradient steps on two numbers. Kinds stay as they are: moving the lines between them for mean F1 gained nothing on
/// some ten thousand posts.
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
        // Chance is in them: they may move the line a little, no more.
        let most = if at == head::LEVEL + 2 { 2.0 } else { 0.7 };
        *shift -= threshold(&points, *scale, *shift, missing(at)).clamp(-most, most);
    }
    calibration
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

    /// Evenly between `-most` and `most`.
    fn number(&mut self, most: f32) -> f32 {
        ((self.next() >> 40) as f32 / 8_388_608.0 - 1.0) * most
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
                &Teacher::default(),
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
            &Teacher::default(),
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
