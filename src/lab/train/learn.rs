//! Learning: posts go through the layers, mistakes go back.
//!
//! Posts are taken in small batches. A batch is cut into parts whatever the number of threads, each part adds up its own slopes,
//! and these are added in order: so the same posts and seed give the same bytes on any machine.

use super::dress::dress;
use super::target::Target;
use super::teacher::{SENSE, Sense};
use crate::lab::random::Random;
use crate::triage::Read;
use crate::triage::head::{Answers, HEADS};
use crate::triage::layers::{
    DIM, HIDDEN, LEAK, Layers, Masks, Matrix, POOLED, Product, Trace, Word,
};
use crate::triage::model::{FAR, ROWS, places, share};
use crate::triage::subwords::Words;
use indicatif::ProgressBar;
use std::collections::HashMap;
use std::thread;

/// A post ready for learning.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The post.
    pub text: String,
    /// Its language.
    pub lang: Option<String>,
    /// What should be said of it.
    pub target: Target,
    /// What a teacher makes of it.
    pub sense: Option<Sense>,
    /// What it, or another one, would answer.
    pub opinions: Option<Answers>,
    /// How often a pass looks at it: what a post weighs less it is seen less often.
    pub chance: f32,
    /// The scene that it tells with a few others of ours.
    pub scene: Option<String>,
    /// Which fifth it is in.
    pub fold: u32,
    /// Which set it comes from; 0 is ours, [`NO_SET`] none.
    pub set: usize,
}

/// The set of texts that come from none.
pub const NO_SET: usize = usize::MAX;

/// Real-valued weights.
#[derive(Clone)]
pub struct Weights {
    /// The layers.
    pub layers: Layers,
    /// From what was read to the teacher's sense of it: gone when training ends.
    tutor: Matrix,
    /// A row for each place.
    pub rows: Vec<Word>,
}

/// Which parts of words get a row, and where.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The mark of each place's owner; 0 where there is none.
    pub owners: Vec<u16>,
    /// How many rows are owned.
    pub kept: usize,
}

/// How often a part must be seen, at least.
const SEEN: usize = 2;

/// How much less a part counts in others' texts than in ours.
const OTHERS: usize = 10;

impl Choice {
    /// Gives rows to the parts that are seen most often; what others' texts have counts [`OTHERS`] times less, or a
    /// hundred thousand English posts would take them all.
    pub fn of(samples: &[Sample]) -> Choice {
        let keys = samples.iter().flat_map(|sample| {
            let words = Words::of(&Read::of(&sample.text, sample.lang.as_deref()).text);
            words.keys.into_iter().map(|key| (key, sample.set > 0))
        });
        let mut keys: Vec<(u32, bool)> = keys.collect();
        keys.sort_unstable();
        let mut counted: Vec<(u32, u32)> = keys
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() >= SEEN)
            .filter_map(|same| {
                let others = same.iter().filter(|(_, other)| *other).count();
                Some((
                    ((same.len() - others) * OTHERS + others) as u32,
                    same.first()?.0,
                ))
            })
            .collect();
        counted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut choice = Choice {
            owners: vec![0; ROWS as usize],
            kept: 0,
        };
        for (_, key) in counted {
            let (places, owner) = places(key);
            // Where a place's owner looks the same, the two could not be told apart.
            if places
                .iter()
                .any(|at| choice.owners.get(*at) == Some(&owner))
            {
                continue;
            }
            let mut free = places
                .into_iter()
                .filter(|at| choice.owners.get(*at) == Some(&0));
            if let Some(slot) = free.next().and_then(|at| choice.owners.get_mut(at)) {
                *slot = owner;
                choice.kept += 1;
            }
        }
        choice
    }

    fn row(&self, key: u32) -> Option<u32> {
        let (places, owner) = places(key);
        let mut owned = places
            .into_iter()
            .filter(|at| self.owners.get(*at) == Some(&owner));
        owned.next().map(|at| at as u32)
    }

    /// The rows of each word of a text.
    fn rows(&self, text: &str, lang: Option<&str>) -> Vec<Vec<u32>> {
        let words = Words::of(&Read::of(text, lang).text);
        let mut from = 0;
        let ends = words.ends.iter().map(|end| {
            let keys = words.keys.get(from..*end as usize).unwrap_or_default();
            from = *end as usize;
            keys.iter().filter_map(|key| self.row(*key)).collect()
        });
        ends.collect()
    }
}

/// How a training goes.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// Passes over the posts.
    pub epochs: u32,
    /// Decides every chance.
    pub seed: u64,
    /// How many threads compute.
    pub threads: usize,
    /// Whether opinions count beside labels.
    pub opinions: bool,
}

/// How many posts are looked at before the weights move.
const BATCH: usize = 32;

/// How many posts a part of a batch has.
const PART: usize = 4;

/// How fast the layers move at first.
const RATE: f32 = 0.002;

/// How fast rows move at first.
const ROW_RATE: f32 = 0.05;

/// What AdaGrad's sums of squares begin with: a first step is no leap.
const CALM: f32 = 0.001;

/// How many words are read of a post in training.
const LENGTH: usize = 128;

/// How often a look is at the post in other dress.
const DRESSED: f32 = 0.5;

/// How often a word is not seen; how often only its parts are, and not it as a whole; how often a number on the way is not.
const BLANK: f32 = 0.05;
const PARTS_ONLY: f32 = 0.25;
const LEFT_OUT: f32 = 0.15;

/// How often a post is followed by its opposite: one of its scene that is acknowledged where it is not, or the reverse.
const OPPOSED: f32 = 0.5;

/// How far apart the answers to opposites should be, and what it weighs that they are not.
const MARGIN: f32 = 2.0;
const PUSH: f32 = 1.0;

/// What the teacher's sense of a post weighs beside its labels.
const TAUGHT: f32 = 10.0;

/// What a part of a batch adds up.
struct Sum {
    layers: Layers,
    tutor: Matrix,
    /// For each word: its rows and the slope that each of them gets.
    words: Vec<(Vec<u32>, Word)>,
    /// For each post of a foreign set: which, and the slopes of its answers.
    biases: Vec<(usize, Answers)>,
    looks: usize,
    loss: f64,
}

impl Sample {
    fn is_acknowledged(&self) -> bool {
        let [.., acknowledged] = self.target.answers;
        acknowledged > 0.5
    }
}

impl Weights {
    /// Small random numbers, for equal ones would stay equal.
    fn random(random: &mut Random) -> Weights {
        let mut layers = Layers::zero();
        for kernel in &mut layers.kernels {
            for (word, share) in kernel.iter_mut().zip([0.3, 1.0, 0.3]) {
                for number in word {
                    *number = share + 0.2 * random.normal();
                }
            }
        }
        let sizes = [0.7, 0.7, 1.0, 0.3, 1.4, 0.5, 0.1];
        for (matrix, size) in layers.matrices_mut().into_iter().zip(sizes) {
            let size = size / (matrix.inputs as f32).sqrt();
            for number in matrix.numbers.as_flattened_mut() {
                *number = size * random.normal();
            }
        }
        // What is held is kept at first.
        let keeps = layers.memory.biases.as_flattened_mut();
        keeps.get_mut(DIM..).unwrap_or_default().fill(1.0);
        let mut rows = vec![[0.0; DIM]; ROWS as usize];
        for number in rows.as_flattened_mut() {
            *number = 0.1 * random.normal();
        }
        let mut tutor = Matrix::zero(POOLED, SENSE);
        for number in tutor.numbers.as_flattened_mut() {
            *number = 0.5 / (POOLED as f32).sqrt() * random.normal();
        }
        Weights {
            layers,
            tutor,
            rows,
        }
    }

    /// What each word comes to, before and after its ends.
    fn word(&self, rows: &[u32]) -> Word {
        let mut sum = [0.0; DIM];
        for row in rows {
            if let Some(row) = self.rows.get(*row as usize) {
                for (sum, number) in sum.iter_mut().zip(row) {
                    *sum += number;
                }
            }
        }
        let share = share(rows.len());
        sum.map(|sum| sum * share)
    }

    /// What it answers a post: before rounding.
    pub fn answers(&self, choice: &Choice, sample: &Sample) -> Answers {
        let rows = choice.rows(&sample.text, sample.lang.as_deref());
        Trace::of(&self.layers, self.words(&rows), None).answers
    }

    fn words(&self, rows: &[Vec<u32>]) -> Vec<Word> {
        let nothing = std::iter::once([0.0; DIM]);
        let words = rows
            .iter()
            .map(|rows| self.word(rows).map(|n| n.clamp(-FAR, FAR)));
        nothing.clone().chain(words).chain(nothing).collect()
    }
}

/// A look at a post: what is seen of it.
fn look(choice: &Choice, sample: &Sample, random: &mut Random) -> Vec<Vec<u32>> {
    let lang = sample.lang.as_deref();
    let dressed = sample.set == 0 && random.chance(DRESSED);
    let text = dressed.then(|| dress(&sample.text, lang, random));
    let mut rows = choice.rows(text.as_deref().unwrap_or(&sample.text), lang);
    rows.truncate(LENGTH);
    for word in &mut rows {
        if random.chance(BLANK) {
            word.clear();
        } else if random.chance(PARTS_ONLY) && word.len() > 1 {
            word.remove(0);
        }
    }
    rows
}

fn masks(random: &mut Random) -> Masks {
    let mut masks = Masks {
        pooled: [1.0 / (1.0 - LEFT_OUT); POOLED],
        hidden: [1.0 / (1.0 - LEFT_OUT); HIDDEN],
    };
    for number in masks.pooled.iter_mut().chain(&mut masks.hidden) {
        if random.chance(LEFT_OUT) {
            *number = 0.0;
        }
    }
    masks
}

/// What every thread needs to know of a batch.
struct Batch<'a> {
    weights: &'a Weights,
    turned: &'a Layers,
    turned_tutor: &'a Matrix,
    choice: &'a Choice,
    /// What each foreign set says of everything.
    biases: &'a [Answers],
    opinions: bool,
    seed: u64,
    epoch: u64,
}

/// A look at a sample: its number, and whether it is the opposite of the one before it.
#[derive(Clone, Copy)]
struct Look<'a> {
    number: usize,
    sample: &'a Sample,
    opposite: bool,
}

/// One look, or two at opposites.
type Looks<'a> = (Look<'a>, Option<Look<'a>>);

impl Batch<'_> {
    fn part(&self, looks: &[Looks<'_>]) -> Sum {
        let mut sum = Sum {
            layers: Layers::zero(),
            tutor: Matrix::zero(POOLED, SENSE),
            words: Vec::new(),
            biases: Vec::new(),
            looks: 0,
            loss: 0.0,
        };
        let mut before = 0.0;
        let looks = looks
            .iter()
            .flat_map(|(one, two)| std::iter::once(one).chain(two));
        for Look {
            number,
            sample,
            opposite,
        } in looks.copied()
        {
            sum.looks += 1;
            let again = u64::from(opposite);
            let mut random = Random::at(&[self.seed, self.epoch, number as u64, again]);
            let rows = look(self.choice, sample, &mut random);
            let masks = masks(&mut random);
            let masks = Some(&masks);
            let raw: Vec<Word> = rows.iter().map(|rows| self.weights.word(rows)).collect();
            let mut words = vec![[0.0; DIM]; rows.len() + 2];
            for (word, raw) in words.iter_mut().skip(1).zip(&raw) {
                *word = raw.map(|number| number.clamp(-FAR, FAR));
            }
            let trace = Trace::of(&self.weights.layers, words, masks);
            let mut answers = trace.answers;
            let own = self.biases.get(sample.set).filter(|_| sample.set > 0);
            for (answer, bias) in answers.iter_mut().zip(own.into_iter().flatten()) {
                *answer += bias;
            }
            let (mut slopes, loss) = sample.target.slopes(&answers);
            sum.loss += f64::from(loss);
            if own.is_some() {
                sum.biases.push((sample.set, slopes));
            }
            if let Some(opinions) = sample.opinions.as_ref().filter(|_| self.opinions) {
                let soft = Target::soft_slopes(&answers, opinions);
                for (slope, soft) in slopes.iter_mut().zip(soft) {
                    *slope += soft;
                }
            }
            let [.., acknowledged] = answers;
            if opposite {
                let [.., slope] = &mut slopes;
                let sign = if sample.is_acknowledged() { 1.0 } else { -1.0 };
                if sign * (acknowledged - before) < MARGIN {
                    *slope -= sign * PUSH;
                }
            }
            before = acknowledged;
            let sense = sample.sense.as_ref();
            let of_sense = sense.map(|sense| self.taught(&trace, sense, &mut sum));
            let layers = Some(&mut sum.layers);
            let back = trace.back(self.turned, &slopes, of_sense.as_ref(), masks, layers);
            for ((rows, mut slope), raw) in rows.into_iter().zip(back).zip(raw) {
                let share = share(rows.len());
                for (slope, raw) in slope.iter_mut().zip(raw) {
                    *slope *= if raw.abs() < FAR { share } else { share * LEAK };
                }
                sum.words.push((rows, slope));
            }
        }
        sum
    }

    /// The slopes of what was read, by how far it tells another sense than the teacher's.
    fn taught(&self, trace: &Trace, sense: &Sense, sum: &mut Sum) -> [f32; POOLED] {
        let (mut told, mut back) = ([0.0; SENSE], [0.0; POOLED]);
        self.weights.tutor.apply(trace.pooled(), POOLED, &mut told);
        for (told, sense) in told.iter_mut().zip(sense) {
            let off = *told - sense;
            sum.loss += f64::from(TAUGHT * off * off / SENSE as f32);
            *told = 2.0 * TAUGHT * off / SENSE as f32;
        }
        sum.tutor.slopes(trace.pooled(), POOLED, &told);
        self.turned_tutor.apply(&told, SENSE, &mut back);
        back
    }

    /// All parts' sums, in order.
    fn sums(&self, looks: &[Looks<'_>], threads: usize) -> Vec<Sum> {
        let parts: Vec<&[Looks<'_>]> = looks.chunks(PART).collect();
        let each = parts.len().div_ceil(threads.max(1)).max(1);
        thread::scope(|scope| {
            let work = parts.chunks(each).map(|parts| {
                scope.spawn(move || {
                    parts
                        .iter()
                        .map(|part| self.part(part))
                        .collect::<Vec<Sum>>()
                })
            });
            let work: Vec<_> = work.collect();
            let sums = work
                .into_iter()
                .flat_map(|part| part.join().unwrap_or_default());
            sums.collect()
        })
    }
}

/// All numbers of some layers and a tutor, in one order.
fn parts<'a>(layers: &'a Layers, tutor: &'a Matrix) -> impl Iterator<Item = &'a [f32]> {
    let tutor = [tutor.numbers.as_flattened(), tutor.biases.as_flattened()];
    layers.parts().chain(tutor)
}

fn parts_mut<'a>(layers: &'a mut Layers, tutor: &'a mut Matrix) -> Vec<&'a mut [f32]> {
    let mut parts = layers.parts_mut();
    parts.push(tutor.numbers.as_flattened_mut());
    parts.push(tutor.biases.as_flattened_mut());
    parts
}

/// Adam's two moments of every number.
#[derive(Default)]
struct Adam {
    moments: Vec<Vec<(f32, f32)>>,
    steps: i32,
}

impl Adam {
    fn step(&mut self, weights: &mut Weights, sum: &Sum, share: f32, rate: f32) {
        self.steps += 1;
        let (first, second) = (
            1.0 - 0.9f32.powi(self.steps),
            1.0 - 0.999f32.powi(self.steps),
        );
        let numbers = parts_mut(&mut weights.layers, &mut weights.tutor);
        self.moments.resize(numbers.len(), Vec::new());
        let slopes = parts(&sum.layers, &sum.tutor);
        for ((numbers, slopes), moments) in numbers.into_iter().zip(slopes).zip(&mut self.moments) {
            moments.resize(numbers.len(), (0.0, 0.0));
            for ((number, slope), (mean, square)) in numbers.iter_mut().zip(slopes).zip(moments) {
                let slope = slope * share;
                *mean = 0.9 * *mean + 0.1 * slope;
                *square = 0.999 * *square + 0.001 * slope * slope;
                *number -= rate * (*mean / first) / ((*square / second).sqrt() + 1e-8);
            }
        }
    }
}

/// Learns from the samples that it takes.
pub fn learn(
    samples: &[Sample],
    choice: &Choice,
    course: Course,
    progress: &ProgressBar,
    takes: impl Fn(&Sample) -> bool,
) -> Weights {
    let mut random = Random::at(&[course.seed]);
    let mut weights = Weights::random(&mut random);
    let mut adam = Adam::default();
    let mut past = vec![[CALM; DIM]; ROWS as usize];
    let sets = samples
        .iter()
        .map(|sample| sample.set)
        .filter(|set| *set != NO_SET);
    let sets = sets.max().unwrap_or(0) + 1;
    // Each foreign set has its own bias for every head, which goes when training ends: all of a bank's questions
    // ask for help, and that is no property of the words in them.
    let mut biases = vec![[0.0; HEADS]; sets];
    let mut biases_past = vec![[1.0f32; HEADS]; sets];
    let mut order: Vec<(usize, &Sample)> = samples
        .iter()
        .enumerate()
        .filter(|(_, sample)| takes(sample))
        .collect();
    let mut scenes: HashMap<&str, Vec<(usize, &Sample)>> = HashMap::new();
    for (number, sample) in order.iter().filter(|(_, sample)| sample.set == 0) {
        if let Some(scene) = &sample.scene {
            scenes.entry(scene).or_default().push((*number, sample));
        }
    }
    let chances: f32 = order.iter().map(|(_, sample)| sample.chance).sum();
    let steps = (course.epochs as f32 * chances / BATCH as f32).max(1.0);
    let mut taken = 0;
    // The slopes of the rows that a batch touches.
    let mut slopes = vec![[0.0f32; DIM]; ROWS as usize];
    let mut touched = vec![false; ROWS as usize];
    for epoch in 0..course.epochs {
        random.shuffle(&mut order);
        let mut now: Vec<Looks<'_>> = Vec::with_capacity(order.len());
        for (number, sample) in order.iter().copied() {
            if !random.chance(sample.chance) {
                continue;
            }
            let scene = sample.scene.as_deref().and_then(|scene| scenes.get(scene));
            let others: Vec<(usize, &Sample)> = scene
                .into_iter()
                .flatten()
                .filter(|(_, other)| other.is_acknowledged() != sample.is_acknowledged())
                .copied()
                .collect();
            let other = random.one(&others).filter(|_| random.chance(OPPOSED));
            let first = Look {
                number,
                sample,
                opposite: false,
            };
            let second = other.map(|(number, sample)| Look {
                number,
                sample,
                opposite: true,
            });
            now.push((first, second));
        }
        let (mut loss, mut looks) = (0.0, 0);
        for posts in now.chunks(BATCH) {
            taken += 1;
            let done = (taken as f32 / steps).min(1.0);
            let rate = (done / 0.05).min(1.0) * (1.0 - done).max(0.01);
            let (turned, turned_tutor) = (weights.layers.turned(), weights.tutor.turned());
            let batch = Batch {
                weights: &weights,
                turned: &turned,
                turned_tutor: &turned_tutor,
                choice,
                biases: &biases,
                opinions: course.opinions,
                seed: course.seed,
                epoch: u64::from(epoch),
            };
            let sums = batch.sums(posts, course.threads);
            let mut sums = sums.into_iter();
            let Some(mut sum) = sums.next() else { continue };
            for more in sums {
                let both = parts_mut(&mut sum.layers, &mut sum.tutor).into_iter();
                for (numbers, more) in both.zip(parts(&more.layers, &more.tutor)) {
                    for (number, more) in numbers.iter_mut().zip(more) {
                        *number += more;
                    }
                }
                sum.words.extend(more.words);
                sum.biases.extend(more.biases);
                sum.loss += more.loss;
                sum.looks += more.looks;
            }
            loss += sum.loss;
            looks += sum.looks;
            let share = 1.0 / sum.looks.max(1) as f32;
            adam.step(&mut weights, &sum, share, RATE * rate);
            for (set, of_set) in &sum.biases {
                let both = biases
                    .get_mut(*set)
                    .into_iter()
                    .flatten()
                    .zip(biases_past.get_mut(*set).into_iter().flatten());
                for ((bias, past), slope) in both.zip(of_set) {
                    *past += slope * slope;
                    *bias -= 0.05 * slope / past.sqrt();
                }
            }
            let mut rows = Vec::new();
            for (of_word, slope) in &sum.words {
                for row in of_word {
                    let at = *row as usize;
                    if let Some(touched) = touched.get_mut(at)
                        && !*touched
                    {
                        *touched = true;
                        rows.push(at);
                    }
                    for (sum, slope) in slopes.get_mut(at).into_iter().flatten().zip(slope) {
                        *sum += slope;
                    }
                }
            }
            // As if every post of the batch had moved the row by itself, the root of their number weighs.
            let root = share.sqrt();
            for at in rows {
                let (Some(row), Some(past), Some(slopes), Some(touched)) = (
                    weights.rows.get_mut(at),
                    past.get_mut(at),
                    slopes.get_mut(at),
                    touched.get_mut(at),
                ) else {
                    continue;
                };
                *touched = false;
                for ((number, past), slope) in row.iter_mut().zip(past).zip(slopes) {
                    let slope = std::mem::take(slope) * root;
                    *past += slope * slope;
                    *number -= ROW_RATE * rate * slope / (past.sqrt() + 1e-6);
                }
            }
            progress.inc(posts.len() as u64);
        }
        progress.set_message(format!("loss {:.3}", loss / looks.max(1) as f64));
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::Kind;
    use crate::lab::labelled::Labelled;
    use crate::triage::head;

    fn posts() -> Vec<Sample> {
        let post = |text: &str, kind, level| {
            let post = Labelled {
                text: text.into(),
                kind: Some(kind),
                level: Some(level),
                ..Labelled::default()
            };
            Sample {
                text: post.text.clone(),
                lang: Some("en".into()),
                target: Target::of(&post, 1.0),
                sense: None,
                opinions: None,
                chance: 1.0,
                scene: None,
                fold: 1,
                set: 0,
            }
        };
        // More than once each: what is seen once gets no row, and a pass takes more than one step.
        (0..8)
            .flat_map(|_| {
                [
                    post("the lift has stopped with us inside", Kind::Complaint, 3),
                    post("your crew was lovely today", Kind::Praise, 0),
                    post("do you sell adapters", Kind::Question, 0),
                    post("my order is late again", Kind::Complaint, 1),
                    post("there is smoke in the coach", Kind::Complaint, 3),
                    post("there is no smoke in the coach", Kind::Other, 0),
                ]
            })
            .collect()
    }

    #[test]
    fn learns_order_and_repeats_itself_on_any_number_of_threads() {
        let posts = posts();
        let choice = Choice::of(&posts);
        let fit = |threads, epochs| {
            let course = Course {
                epochs,
                seed: 7,
                threads,
                opinions: true,
            };
            learn(&posts, &choice, course, &ProgressBar::hidden(), |_| true)
        };
        let (one, three) = (fit(1, 2), fit(3, 2));
        assert!(one.layers == three.layers && one.rows == three.rows);
        let fitted = fit(2, 40);
        for post in &posts {
            let answers = fitted.answers(&choice, post);
            let right = head::best(&post.target.answers[..head::LEVEL]).0;
            assert_eq!(
                head::best(&answers[..head::LEVEL]).0,
                right,
                "{}",
                post.text
            );
            let emergency = post.target.answers[head::LEVEL + 2] > 0.5;
            assert_eq!(answers[head::LEVEL + 2] > 0.0, emergency, "{}", post.text);
        }
    }
}
