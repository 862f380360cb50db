//! The model: a feature's row is a place in a small space; a post lies where its features' rows add up to, and each
//! question is answered from there, both straight and through a rectified layer, so that what features mean together
//! is more than the sum of what each of them means ("child", "alone", "platform").
//!
//! A feature has two places where its row may be; a byte beside each row tells which feature owns it, so a
//! feature that training did not keep finds nothing (but for one in 65) and says nothing.
//!
//! `weights.bin` holds a line of JSON that says what it was trained on, under which licences, when, and
//! how well it did; then the few numbers of the layers; then the owners; then the rows, four bits a number, read
//! where they lie. It is made by `heard train` and nothing else. Rows are added as integers and everything after
//! that in one order, so a post gets the same logits natively and in Wasm.

use super::Kind;
use super::features::{Feature, Features};
use std::borrow::Cow;
use std::sync::OnceLock;

/// How many questions are answered.
pub const HEADS: usize = 16;

/// How many numbers a row has.
pub const DIM: usize = 32;

/// How many rows there are: a power of two.
pub const ROWS: u32 = 1 << 14;

/// How many steps a number of a row has on each side of zero: four bits hold them.
const STEPS: u8 = 7;

/// What is added to a number to be stored: nothing is stored below 0.
const UP: u8 = 8;

/// A row's bytes: number `n` in the low half of byte `n`, number `n + DIM / 2` in its high half.
const WIDTH: usize = DIM / 2;

/// The row of a feature that has none.
const NOTHING: [u8; WIDTH] = [UP << 4 | UP; WIDTH];

/// Where a feature's row may be, and the byte that marks it as the feature's own.
#[inline]
pub fn places(key: u32) -> ([usize; 2], u8) {
    // Never 0: that is an empty row.
    let owner = (key >> 24) as u8 | 1;
    let first = key % ROWS;
    let second = (first ^ (u32::from(owner).wrapping_mul(0x5bd1_e995) >> 7)) % ROWS;
    ([first as usize, second as usize], owner)
}

/// The heads, by their place among the answers.
pub mod head {
    /// The first of seven: the kinds in the order of [`super::KINDS`].
    pub const KIND: usize = 0;
    /// The first of three: level 1 or more, 2 or more, 3.
    pub const LEVEL: usize = 7;
    /// It is a complaint.
    pub const COMPLAINT: usize = 10;
    /// It asks for help.
    pub const HELP: usize = 11;
    /// It praises.
    pub const PRAISE: usize = 12;
    /// It abuses.
    pub const ABUSE: usize = 13;
    /// It is spam.
    pub const SPAM: usize = 14;
    /// How its author feels: 0 bitter, 1 delighted.
    pub const SENTIMENT: usize = 15;
}

/// The kinds in the order of their heads.
pub const KINDS: [Kind; 7] = [
    Kind::Complaint,
    Kind::Question,
    Kind::Praise,
    Kind::Spam,
    Kind::Attack,
    Kind::News,
    Kind::Other,
];

/// How much all the words of a post weigh beside one sign.
pub const WORDS: f32 = 4.0;

/// What the file begins with.
pub const MAGIC: &[u8] = b"heard weights 2\n";

static FILE: &[u8] = include_bytes!("weights.bin");

/// One number for each head.
pub type Logits = [f32; HEADS];

/// Where a post lies: one number for each of a row's.
pub type Place = [f32; DIM];

/// What becomes of a post's place: the numbers that are not rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Layers {
    /// What one step of each number of a row is worth.
    pub scales: Place,
    /// What is added to each number of the place before it is rectified.
    pub thresholds: Place,
    /// What each number of the place says to each head.
    pub straight: [Logits; DIM],
    /// What each number of the place, once rectified, says to each head.
    pub rectified: [Logits; DIM],
    /// What each head says of no post at all.
    pub biases: Logits,
}

impl Layers {
    /// Layers of nothing.
    pub const ZERO: Layers = Layers {
        scales: [0.0; DIM],
        thresholds: [0.0; DIM],
        straight: [[0.0; HEADS]; DIM],
        rectified: [[0.0; HEADS]; DIM],
        biases: [0.0; HEADS],
    };

    /// Layers that call every post idle talk.
    const IDLE: Layers = Layers {
        // All but "other", the last kind, and the mood are as good as surely not so.
        biases: [
            -8.0, -8.0, -8.0, -8.0, -8.0, -8.0, 8.0, -8.0, -8.0, -8.0, -8.0, -8.0, -8.0, -8.0,
            -8.0, 0.0,
        ],
        ..Layers::ZERO
    };

    /// Every number, in the order of the file.
    fn numbers(&self) -> impl Iterator<Item = &f32> {
        self.scales
            .iter()
            .chain(&self.thresholds)
            .chain(self.straight.iter().flatten())
            .chain(self.rectified.iter().flatten())
            .chain(&self.biases)
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        self.scales
            .iter_mut()
            .chain(&mut self.thresholds)
            .chain(self.straight.iter_mut().flatten())
            .chain(self.rectified.iter_mut().flatten())
            .chain(&mut self.biases)
    }

    /// What every head says of a place, before [`logistic`].
    pub fn logits(&self, place: &Place) -> Logits {
        let mut logits = self.biases;
        for (((at, threshold), straight), rectified) in place
            .iter()
            .zip(self.thresholds)
            .zip(&self.straight)
            .zip(&self.rectified)
        {
            let active = (at + threshold).max(0.0);
            for ((logit, straight), rectified) in logits.iter_mut().zip(straight).zip(rectified) {
                *logit += at * straight + active * rectified;
            }
        }
        logits
    }

    /// The heads of a mixture, each with its factor, as one: what asks them again and again asks one number.
    fn mixed(&self, mixture: &[(usize, f32)]) -> Mixed<'_> {
        let mix = |row: &Logits| {
            let of =
                |(head, factor): &(usize, f32)| row.get(*head).map_or(0.0, |says| factor * says);
            mixture.iter().map(of).sum()
        };
        Mixed {
            thresholds: &self.thresholds,
            straight: self.straight.each_ref().map(mix),
            rectified: self.rectified.each_ref().map(mix),
        }
    }
}

/// A mixture of heads; what it says of no post at all is left out.
#[derive(Clone, Debug)]
pub struct Mixed<'a> {
    thresholds: &'a Place,
    straight: Place,
    rectified: Place,
}

impl Mixed<'_> {
    /// What it says of a place.
    pub fn says(&self, place: &Place) -> f32 {
        let layers = self.straight.iter().zip(&self.rectified);
        let says = |((at, threshold), (straight, rectified)): ((&f32, &f32), (&f32, &f32))| {
            at * straight + (at + threshold).max(0.0) * rectified
        };
        place
            .iter()
            .zip(self.thresholds)
            .zip(layers)
            .map(says)
            .sum()
    }

    /// How that changes as the post moves from this place.
    fn slope(&self, place: &Place) -> Place {
        let mut slope = self.straight;
        let moved = slope.iter_mut().zip(&self.rectified);
        for ((at, threshold), (slope, rectified)) in place.iter().zip(self.thresholds).zip(moved) {
            if at + threshold > 0.0 {
                *slope += rectified;
            }
        }
        slope
    }
}

/// The trained model.
#[derive(Debug)]
pub struct Model {
    /// What the file says about itself: one line of JSON.
    pub about: String,
    layers: Layers,
    owners: Cow<'static, [u8]>,
    rows: Cow<'static, [u8]>,
}

/// A post's features as the model knows them.
#[derive(Clone, Debug)]
pub struct Known {
    words: Rows,
    signs: Rows,
}

/// Each feature's row, [`ROWS`] where it has none, and what they add up to, in steps.
#[derive(Clone, Debug)]
struct Rows {
    rows: Vec<u32>,
    sums: [i32; DIM],
}

impl Rows {
    /// The rows and the features that they are of.
    fn of<'a>(&'a self, features: &'a [Feature]) -> impl Iterator<Item = (&'a Feature, u32)> {
        features.iter().zip(self.rows.iter().copied())
    }
}

/// How many rows may be added up before the largest numbers could run over a byte.
const AT_ONCE: usize = u8::MAX as usize / (UP + STEPS) as usize;

/// The low half of each of eight bytes.
const LOW: u64 = 0x0f0f_0f0f_0f0f_0f0f;

impl Model {
    /// The model that this build carries. A test holds its file to be as [`Model::write`] writes it; were it not, the
    /// model would know nothing and call everything idle talk.
    pub fn carried() -> &'static Model {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| {
            Model::read(Cow::Borrowed(FILE))
                .unwrap_or_else(|| Model::rounded(String::new(), &Layers::IDLE, Vec::new(), &[]))
        })
    }

    /// Makes a model from real-valued rows, rounding them to four bits; `layers` come without scales.
    pub fn rounded(about: String, layers: &Layers, owners: Vec<u8>, rows: &[Place]) -> Model {
        let mut layers = layers.clone();
        for (at, scale) in layers.scales.iter_mut().enumerate() {
            let mut sizes: Vec<f32> = rows
                .iter()
                .filter_map(|row| row.get(at))
                .map(|number| number.abs())
                .filter(|size| *size > 0.0)
                .collect();
            sizes.sort_by(f32::total_cmp);
            // The few largest are cut, so that the many keep their differences.
            let most = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / CUT));
            *scale = most.copied().unwrap_or(0.0) / f32::from(STEPS);
        }
        let most = f32::from(STEPS);
        let stored = |row: &Place, at: usize| {
            let scale = layers.scales.get(at).copied().filter(|scale| *scale > 0.0);
            let number = row.get(at).copied().unwrap_or(0.0);
            let steps = scale.map_or(0.0, |scale| (number / scale).round().clamp(-most, most));
            (steps as i8 + UP as i8) as u8
        };
        let rows: Vec<u8> = rows
            .iter()
            .flat_map(|row| (0..WIDTH).map(|at| stored(row, at) | stored(row, at + WIDTH) << 4))
            .collect();
        Model {
            about,
            layers,
            owners: Cow::Owned(owners),
            rows: Cow::Owned(rows),
        }
    }

    /// The file's bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend_from_slice(self.about.replace('\n', " ").as_bytes());
        file.push(b'\n');
        for number in self.layers.numbers() {
            file.extend_from_slice(&number.to_le_bytes());
        }
        file.extend_from_slice(&self.owners);
        file.extend_from_slice(&self.rows);
        file
    }

    /// Reads what [`Model::write`] wrote; nothing else.
    pub fn read(file: Cow<'static, [u8]>) -> Option<Model> {
        let rest = file.strip_prefix(MAGIC)?;
        let line = rest.iter().position(|b| *b == b'\n')?;
        let about = std::str::from_utf8(rest.get(..line)?).ok()?.to_string();
        let rest = rest.get(line + 1..)?;
        let mut layers = Layers::ZERO;
        let (numbers, rest) = rest.split_at_checked(4 * layers.numbers().count())?;
        for (number, bytes) in layers.numbers_mut().zip(numbers.chunks_exact(4)) {
            *number = f32::from_le_bytes(bytes.try_into().ok()?);
        }
        let (owners, rows) = (ROWS as usize, ROWS as usize * WIDTH);
        if rest.len() != owners + rows {
            return None;
        }
        let last = |bytes: usize| -> Option<Cow<'static, [u8]>> {
            let at = file.len().checked_sub(bytes)?;
            Some(match &file {
                Cow::Borrowed(file) => Cow::Borrowed(file.get(at..)?),
                Cow::Owned(file) => Cow::Owned(file.get(at..)?.to_vec()),
            })
        };
        let mut both = last(owners + rows)?;
        let rows = last(rows)?;
        match &mut both {
            Cow::Borrowed(both) => *both = both.get(..owners)?,
            Cow::Owned(both) => both.truncate(owners),
        }
        Some(Model {
            about,
            layers,
            owners: both,
            rows,
        })
    }

    /// The row of a feature, if training kept it; else [`ROWS`]. Without a branch: whether a word is known is
    /// anybody's guess.
    #[inline]
    fn row(&self, key: u32) -> u32 {
        let ([first, second], owner) = places(key);
        let owns = |place: usize| self.owners.get(place) == Some(&owner);
        let second = if owns(second) { second as u32 } else { ROWS };
        if owns(first) { first as u32 } else { second }
    }

    /// Looks up a post's features.
    pub fn look_up(&self, features: &Features) -> Known {
        let rows = |list: &[Feature]| {
            self.rows_of(list.iter().map(|feature| self.row(feature.key)).collect())
        };
        Known {
            words: rows(&features.words),
            signs: rows(&features.signs),
        }
    }

    fn rows_of(&self, rows: Vec<u32>) -> Rows {
        let sums = self.sum(&rows);
        Rows { rows, sums }
    }

    #[inline]
    fn numbers(&self, row: u32) -> &[u8; WIDTH] {
        let at = row as usize * WIDTH;
        self.rows
            .get(at..at + WIDTH)
            .and_then(|row| row.try_into().ok())
            .unwrap_or(&NOTHING)
    }

    /// The sum of some rows, in steps. Eight numbers are added at a time, a byte each.
    fn sum(&self, rows: &[u32]) -> [i32; DIM] {
        let mut sums = [0i32; DIM];
        for rows in rows.chunks(AT_ONCE) {
            let (mut low, mut high) = ([0u64; WIDTH / 8], [0u64; WIDTH / 8]);
            for row in rows {
                let (eights, _) = self.numbers(*row).as_chunks::<8>();
                for ((low, high), eight) in low.iter_mut().zip(&mut high).zip(eights) {
                    let eight = u64::from_le_bytes(*eight);
                    *low += eight & LOW;
                    *high += eight >> 4 & LOW;
                }
            }
            let bytes = low.into_iter().chain(high).flat_map(u64::to_le_bytes);
            let up = i32::from(UP) * rows.len() as i32;
            for (sum, byte) in sums.iter_mut().zip(bytes) {
                *sum += i32::from(byte) - up;
            }
        }
        sums
    }

    /// Where a post lies.
    pub fn place(&self, known: &Known) -> Place {
        self.place_of(&known.words.sums, &known.signs.sums, known.words.rows.len())
    }

    fn place_of(&self, words: &[i32; DIM], signs: &[i32; DIM], count: usize) -> Place {
        let share = share(count);
        let mut place = self.layers.scales;
        for (at, (word, sign)) in place.iter_mut().zip(words.iter().zip(signs)) {
            *at *= *word as f32 * share + *sign as f32;
        }
        place
    }

    /// Where a post would lie without what is in some of its tokens.
    pub fn place_without(
        &self,
        features: &Features,
        known: &Known,
        tokens: std::ops::Range<u32>,
    ) -> Place {
        let less = |rows: &Rows, features: &[Feature]| {
            let within = |f: &Feature| f.first < tokens.end && tokens.start < f.end;
            let gone: Vec<u32> = rows
                .of(features)
                .filter(|(feature, _)| within(feature))
                .map(|(_, row)| row)
                .collect();
            let mut sums = rows.sums;
            for (sum, gone) in sums.iter_mut().zip(self.sum(&gone)) {
                *sum -= gone;
            }
            (sums, rows.rows.len() - gone.len())
        };
        let (words, count) = less(&known.words, &features.words);
        let (signs, _) = less(&known.signs, &features.signs);
        self.place_of(&words, &signs, count)
    }

    /// What every head says of a place, before [`logistic`].
    pub fn logits(&self, place: &Place) -> Logits {
        self.layers.logits(place)
    }

    /// A mixture of heads, each with its factor.
    pub fn mixed(&self, mixture: &[(usize, f32)]) -> Mixed<'_> {
        self.layers.mixed(mixture)
    }

    /// How much each token adds to a mixture of heads where the post lies. What several tokens say together is
    /// shared among them.
    pub fn by_token(
        &self,
        features: &Features,
        known: &Known,
        place: &Place,
        mixed: &Mixed<'_>,
        tokens: usize,
    ) -> Vec<f32> {
        let mut adds = vec![0.0f32; tokens];
        let mut slope = mixed.slope(place);
        for (slope, scale) in slope.iter_mut().zip(self.layers.scales) {
            *slope *= scale;
        }
        let whole: f32 = slope.iter().sum::<f32>() * f32::from(UP);
        let (below, above) = slope.split_at(WIDTH);
        let words = share(features.words.len());
        for (list, rows, value) in [
            (&features.words, &known.words, words),
            (&features.signs, &known.signs, 1.0),
        ] {
            for (feature, row) in rows.of(list) {
                let width = feature.end.saturating_sub(feature.first);
                if row == ROWS || width == 0 {
                    continue;
                }
                let sum: f32 = self
                    .numbers(row)
                    .iter()
                    .zip(below.iter().zip(above))
                    .map(|(two, (below, above))| {
                        f32::from(two & 0xf) * below + f32::from(two >> 4) * above
                    })
                    .sum();
                let each = (sum - whole) * value / width as f32;
                for at in feature.first..feature.end {
                    if let Some(add) = adds.get_mut(at as usize) {
                        *add += each;
                    }
                }
            }
        }
        adds
    }
}

/// One in so many of a row's numbers is larger than four bits can tell.
const CUT: usize = 1000;

/// What one word feature weighs among so many.
pub fn share(words: usize) -> f32 {
    WORDS / (words.max(1) as f32).sqrt()
}

/// From a logit to a probability.
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// From logits to probabilities that sum to 1.
pub fn softmax<const N: usize>(logits: [f32; N]) -> [f32; N] {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let mut chances = logits.map(|logit| (logit - most).exp());
    let sum: f32 = chances.iter().sum();
    for chance in &mut chances {
        *chance /= sum;
    }
    chances
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_carried_weights_are_read() {
        let model = Model::read(Cow::Borrowed(FILE)).expect("src/triage/weights.bin");
        assert!(serde_json::from_str::<serde_json::Value>(&model.about).is_ok());
        assert!(FILE.len() <= 512 * 1024, "{} bytes", FILE.len());
    }

    fn small() -> Model {
        let mut rows = vec![[0.0; DIM]; ROWS as usize];
        rows[5][3] = 1.2;
        rows[9][3] = -2.8;
        rows[9][20] = 0.7;
        let mut layers = Layers::ZERO;
        layers.straight[3][0] = 1.0;
        layers.rectified[20][1] = 2.0;
        layers.thresholds[20] = -0.5;
        layers.biases = [0.25; HEADS];
        Model::rounded("{}".into(), &layers, vec![1; ROWS as usize], &rows)
    }

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        let file = small().write();
        let read = Model::read(Cow::Owned(file.clone())).unwrap();
        assert_eq!(read.write(), file);
        let cut = file[..file.len() - 1].to_vec();
        assert!(Model::read(Cow::Owned(cut)).is_none());
        assert!(Model::read(Cow::Borrowed(b"")).is_none());
    }

    #[test]
    fn without_its_file_a_build_calls_everything_idle_talk() {
        let idle = Model::rounded(String::new(), &Layers::IDLE, Vec::new(), &[]);
        let subject = crate::triage::Subject {
            text: "there is smoke in the coach, please help",
            ..Default::default()
        };
        let judged = crate::triage::triage_by(&idle, &subject);
        assert_eq!((judged.kind, judged.urgency), (Kind::Other, 0));
    }

    #[test]
    fn rows_add_up_however_many_there_are() {
        let model = small();
        let known = |words: usize| Known {
            words: model.rows_of(vec![ROWS; 1]),
            signs: model.rows_of([vec![9; words], vec![5, ROWS]].concat()),
        };
        for count in [0, 1, 16, 17, 18, 1000] {
            let place = model.place(&known(count));
            let (third, twentieth) = (1.2 - 2.8 * count as f32, 0.7 * count as f32);
            assert!(
                (place[3] - third).abs() < 1e-3 * (1.0 + third.abs()),
                "{count}: {place:?}"
            );
            assert!(
                (place[20] - twentieth).abs() < 1e-3 * (1.0 + twentieth),
                "{count}"
            );
            let logits = model.logits(&place);
            assert!((logits[0] - 0.25 - place[3]).abs() < 1e-3);
            // Rectified: below its threshold it says nothing.
            let active = 2.0 * (place[20] - 0.5).max(0.0);
            assert!((logits[1] - 0.25 - active).abs() < 1e-3);
        }
    }
}
