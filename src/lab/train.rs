//! What `heard train` does: labelled posts in, the model's file out.
//!
//! The fifth of the corpus that is held out ([`super::labelled`]) is never looked at here. Some drafts, each trained without one
//! of the four other fifths, judge the posts that they have not seen; that calibrates, draws the lines from which on a
//! situation or a fact is said, and says how good the whole judgement is, before the final weights are trained on all four.

pub mod calibrate;
pub mod dress;
pub mod learn;
pub mod target;
pub mod teacher;

use super::eval::Report;
use super::labelled::{Labelled, read, read_all};
use crate::triage::head::{self, Answers};
use crate::triage::model::Model;
use crate::triage::{Subject, answers_by, triage_by};
use anyhow::bail;
use calibrate::{Calibration, Unseen};
use indicatif::{ProgressBar, ProgressStyle};
use learn::{Choice, Course, NO_SET, Sample, Weights, learn};
use std::collections::HashMap;
use std::path::PathBuf;
use target::Target;
use teacher::Teacher;

/// What to train on, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The corpus.
    pub corpus: Vec<PathBuf>,
    /// The folder of public sets.
    pub data: Option<PathBuf>,
    /// A teacher's file.
    pub teacher: Option<PathBuf>,
    /// Passes over the posts.
    pub epochs: u32,
    /// Decides every chance.
    pub seed: u64,
    /// How many threads compute.
    pub threads: usize,
    /// How many drafts are trained to calibrate: up to [`DRAFTS`].
    pub drafts: usize,
    /// The date that the file states.
    pub date: String,
}

/// The fifths of which a draft each is trained without; 0 is held out of all.
pub const DRAFTS: [u32; 4] = [1, 2, 3, 4];

/// How many passes a draft makes at most: it is to calibrate, and longer ones judge little better.
const DRAFT_EPOCHS: u32 = 4;

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
        weight: 0.22,
    },
    Set {
        name: "abuse_davidson",
        licence: "MIT",
        weight: 0.65,
    },
    Set {
        name: "abuse_german_germeval2018",
        licence: "CC BY 4.0",
        weight: 0.9,
    },
    Set {
        name: "spam_sms",
        licence: "CC BY 4.0",
        weight: 0.65,
    },
    Set {
        name: "spam_youtube",
        licence: "CC BY 4.0",
        weight: 0.65,
    },
    Set {
        name: "praise_goemotions",
        licence: "CC BY 4.0",
        weight: 0.3,
    },
    Set {
        name: "valence_vader_tweets",
        licence: "MIT",
        weight: 1.0,
    },
    Set {
        name: "question_banking77",
        licence: "CC BY 4.0",
        weight: 0.11,
    },
    Set {
        name: "sentiment_uci_amazon",
        licence: "CC BY 4.0",
        weight: 1.0,
    },
];

/// A trained model, and what its drafts make of the posts that they have not seen.
pub struct Trained {
    /// The model.
    pub model: Model,
    /// The posts of the corpus that were trained on.
    pub posts: Vec<Labelled>,
    /// How the drafts judge those that each of them has not seen.
    pub report: Report,
}

/// The model whose sense of texts is taught, and its licence.
const TEACHER_IS: &str = "universal-sentence-encoder-multilingual 3, Apache-2.0";

/// How many of the texts without labels a pass looks at.
const PIECES: f32 = 0.3;

/// A post of ours, or of a public set: one that weighs less is looked at less often.
fn sample(post: &Labelled, set: usize, chance: f32, teacher: &Teacher) -> Sample {
    let taught = teacher.of(&post.text);
    Sample {
        text: post.text.clone(),
        lang: post.lang.clone(),
        target: Target::of(post, 1.0),
        sense: taught.as_ref().map(|taught| taught.sense),
        opinions: taught.map(|taught| taught.opinions),
        chance,
        scene: post.scene.clone(),
        fold: post.fold(),
        set,
    }
}

fn rounded(
    about: String,
    weights: &Weights,
    calibration: &Calibration,
    lines: &crate::triage::model::Lines,
    choice: &Choice,
) -> Model {
    let mut layers = weights.layers.clone();
    calibration.stretch(&mut layers);
    let mut rows = weights.rows.clone();
    // What nobody owns is no number to be rounded by.
    for (row, owner) in rows.iter_mut().zip(&choice.owners) {
        if *owner == 0 {
            row.fill(0.0);
        }
    }
    Model::rounded(about, &layers, lines, choice.owners.clone(), &rows)
}

fn subject(text: &str) -> Subject<'_> {
    Subject {
        text,
        ..Subject::default()
    }
}

/// Trains.
///
/// # Errors
///
/// A set cannot be read, or the corpus is empty.
pub fn train(plan: &Plan) -> anyhow::Result<Trained> {
    let mut corpus = Vec::new();
    for folder in &plan.corpus {
        corpus.extend(read_all(folder)?);
    }
    let all = corpus.len();
    corpus.retain(|post| !post.held_out());
    if corpus.is_empty() {
        bail!("no posts to train on");
    }
    note!(
        "{all} posts of the corpus, {} of them for training",
        corpus.len()
    );
    let teacher = plan.teacher.as_deref().map(Teacher::read).transpose()?;
    let teacher = teacher.unwrap_or_default();
    let mut samples: Vec<Sample> = corpus
        .iter()
        .map(|post| sample(post, 0, 1.0, &teacher))
        .collect();
    let mut used = vec![serde_json::json!({
        "set": "corpus", "rows": corpus.len(), "licence": "ours, MIT OR Apache-2.0", "weight": 1.0,
    })];
    if let Some(data) = &plan.data {
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
    note!(
        "{} texts of the teacher's without labels",
        teacher.texts.len()
    );
    samples.extend(teacher.texts.iter().map(|(text, taught)| Sample {
        text: text.clone(),
        lang: None,
        target: Target::unknown(),
        sense: Some(taught.sense),
        opinions: Some(taught.opinions),
        chance: PIECES,
        scene: None,
        fold: 0,
        set: NO_SET,
    }));
    let choice = Choice::of(&samples);
    note!("{} parts of words have a row", choice.kept);
    // Drafts hear the teacher's opinions too, which has not seen the post either, or their answers would be of another size than
    // those of the final weights, and calibrate them badly.
    let course = Course {
        epochs: plan.epochs.min(DRAFT_EPOCHS),
        seed: plan.seed,
        threads: plan.threads,
        opinions: true,
    };
    let left: Vec<u32> = DRAFTS.into_iter().take(plan.drafts).collect();
    let passes = left.len() as u64 * u64::from(course.epochs) + u64::from(plan.epochs);
    let chances: f32 = samples.iter().map(|sample| sample.chance).sum();
    let progress = ProgressBar::new(passes * chances as u64);
    progress.set_style(ProgressStyle::with_template(
        "{prefix} {bar:30} {percent} % {elapsed}, {eta} left, {msg}",
    )?);
    progress.set_prefix("drafts");
    let drafts: Vec<(u32, Weights)> = left
        .iter()
        .map(|fold| {
            let takes = |sample: &Sample| sample.fold != *fold || sample.set > 0;
            (*fold, learn(&samples, &choice, course, &progress, takes))
        })
        .collect();
    let mut unseen: Vec<Unseen<'_>> = Vec::new();
    for (fold, draft) in &drafts {
        let left = samples.iter().filter(|s| s.fold == *fold && s.set == 0);
        unseen.extend(left.map(|sample| (draft.answers(&choice, sample), sample)));
    }
    let opinions: Vec<(String, Answers)> = unseen
        .iter()
        .map(|(answers, sample)| (sample.text.clone(), *answers))
        .collect();
    // Strangers' posts, of which nobody has told a draft whether their authors despair.
    let ordinary: Vec<f32> = drafts
        .first()
        .map(|(_, draft)| {
            let strangers = samples.iter().filter(|s| s.set > 0 && s.set != NO_SET);
            let answers = strangers.map(|sample| draft.answers(&choice, sample));
            answers
                .filter_map(|answers| answers.get(head::DESPAIR).copied())
                .collect()
        })
        .unwrap_or_default();
    let calibration = Calibration::of(&unseen, &ordinary);
    for (answers, _) in &mut unseen {
        *answers = calibration.apply(answers);
    }
    let lines = calibrate::lines(&unseen);
    let models: Vec<(u32, Model)> = drafts
        .iter()
        .map(|(fold, draft)| {
            (
                *fold,
                rounded(String::new(), draft, &calibration, &lines, &choice),
            )
        })
        .collect();
    drop(drafts);
    let judged: Vec<Labelled> = corpus
        .iter()
        .filter(|post| left.contains(&post.fold()))
        .cloned()
        .collect();
    let model = |post: &Labelled| {
        let model = models.iter().find(|(fold, _)| *fold == post.fold());
        model.map_or(Model::carried(), |(_, model)| model)
    };
    let report = Report::of(
        &judged,
        |post| triage_by(model(post), &subject(&post.text)),
        |post| answers_by(model(post), &subject(&post.text)),
    );
    progress.set_prefix("all");
    // What a draft makes of a post that it has not seen and what the teacher does are righter together than either.
    let opinions: HashMap<String, Answers> = opinions.into_iter().collect();
    for sample in samples.iter_mut().filter(|sample| sample.set == 0) {
        let of_draft = opinions.get(&sample.text);
        if let (Some(of_teacher), Some(of_draft)) = (&mut sample.opinions, of_draft) {
            for (one, other) in of_teacher.iter_mut().zip(of_draft) {
                *one = (*one + other) / 2.0;
            }
        }
    }
    let course = Course {
        epochs: plan.epochs,
        ..course
    };
    let weights = learn(&samples, &choice, course, &progress, |_| true);
    progress.finish_and_clear();
    let about = serde_json::json!({
        "made_by": "heard train", "date": plan.date, "seed": plan.seed, "epochs": plan.epochs, "data": used,
        "teacher": (teacher.known > 0).then(|| serde_json::json!({"posts": teacher.known, "texts": teacher.texts.len(), "model": TEACHER_IS})),
        "parts": choice.kept,
        "scores": {"on": "posts of the corpus, each judged by a draft that had not seen it", "found": report.brief()},
    });
    Ok(Trained {
        model: rounded(about.to_string(), &weights, &calibration, &lines, &choice),
        posts: judged,
        report,
    })
}
