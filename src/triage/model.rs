//! The model: one row of small integers for each feature it knows, one column for each question.
//!
//! A feature has two places where its row may be; a byte beside each row tells which feature owns it, so a
//! feature that training did not keep finds nothing (but for one in 128) and says nothing.
//!
//! `weights.bin` holds a line of JSON that says what it was trained on, under which licences, when, and
//! how well it did; then for each head a scale and a bias; then the
//! owners; then the rows. It is made by `heard train` and
//! nothing else. Sums are integers, so a post gets the same scores natively and in Wasm.

use super::Kind;
use super::features::{Feature, Features};
use std::sync::OnceLock;

/// How many questions each row answers.
pub const HEADS: usize = 16;

/// How many rows there are: a power of two.
pub const ROWS: u32 = 1 << 14;

/// How many steps a weight has on each side of zero: more of them made the file larger and nothing better.
const STEPS: i8 = 15;

/// Where a feature's row may be, and the byte that marks it as the feature's own.
#[inline]
pub fn places(key: u32) -> ([usize; 2], u8) {
    // Never 0: that is an empty row.
    let owner = (key >> 24) as u8 | 1;
    let first = key % ROWS;
    let second = (first ^ (u32::from(owner).wrapping_mul(0x5bd1_e995) >> 7)) % ROWS;
    ([first as usize, second as usize], owner)
}

/// The heads, by their place in a row.
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
pub const MAGIC: &[u8] = b"heard weights 1\n";

static FILE: &[u8] = include_bytes!("weights.bin");

/// The trained model.
#[derive(Debug)]
pub struct Model {
    /// What the file says about itself: one line of JSON.
    pub about: String,
    scales: [f32; HEADS],
    biases: [f32; HEADS],
    owners: Vec<u8>,
    rows: Vec<[i8; HEADS]>,
    /// The rows again, as they are added up: see [`Lanes`]. The last one is that of features without a row.
    lanes: Vec<Lanes>,
}

/// A row with each weight moved up to be no less than 0, sixteen bits each, four to a word: so that a row is added
/// by four additions, with or without vector instructions.
type Lanes = [u64; HEADS / 4];

/// How far weights are moved up.
const UP: i32 = STEPS as i32;

/// How many rows may be added up before sixteen bits could run over.
const AT_ONCE: usize = u16::MAX as usize / (2 * STEPS as usize);

fn lanes(rows: &[[i8; HEADS]]) -> Vec<Lanes> {
    rows.iter()
        .chain(std::iter::once(&[0; HEADS]))
        .map(|row| {
            let mut lanes = Lanes::default();
            for (at, weight) in row.iter().enumerate() {
                let up = (i32::from(*weight) + UP) as u64;
                if let Some(lane) = lanes.get_mut(at / 4) {
                    *lane |= up << (16 * (at % 4));
                }
            }
            lanes
        })
        .collect()
}

/// A post's features as the model knows them: each feature's row, [`ROWS`] where it has none.
#[derive(Clone, Debug, Default)]
pub struct Known {
    words: Vec<u32>,
    signs: Vec<u32>,
}

/// One number for each head.
pub type Logits = [f32; HEADS];

impl Model {
    /// The model that this build carries; none if its file is not as [`Model::write`] writes it.
    pub fn carried() -> Option<&'static Model> {
        static MODEL: OnceLock<Option<Model>> = OnceLock::new();
        MODEL.get_or_init(|| Model::read(FILE)).as_ref()
    }

    /// Makes a model from real-valued weights, rounding each head to eight bits.
    pub fn rounded(about: String, biases: Logits, owners: Vec<u8>, weights: &[Logits]) -> Model {
        let mut scales = [0.0f32; HEADS];
        for (head, scale) in scales.iter_mut().enumerate() {
            let mut sizes: Vec<f32> = weights
                .iter()
                .filter_map(|row| row.get(head))
                .map(|weight| weight.abs())
                .filter(|size| *size > 0.0)
                .collect();
            sizes.sort_by(f32::total_cmp);
            // The few largest are cut, so that the many keep their differences.
            let most = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 500));
            *scale = most.copied().unwrap_or(0.0) / f32::from(STEPS);
        }
        let rows = weights
            .iter()
            .map(|row| {
                let mut small = [0i8; HEADS];
                for ((to, weight), scale) in small.iter_mut().zip(row).zip(scales) {
                    if scale > 0.0 {
                        *to = (weight / scale)
                            .round()
                            .clamp(-f32::from(STEPS), f32::from(STEPS))
                            as i8;
                    }
                }
                small
            })
            .collect();
        let rows: Vec<[i8; HEADS]> = rows;
        Model {
            about,
            scales,
            biases,
            owners,
            lanes: lanes(&rows),
            rows,
        }
    }

    /// The file's bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend_from_slice(self.about.replace('\n', " ").as_bytes());
        file.push(b'\n');
        for number in self.scales.iter().chain(&self.biases) {
            file.extend_from_slice(&number.to_le_bytes());
        }
        file.extend_from_slice(&self.owners);
        // Column by column: neighbours are alike, and the file packs better.
        for head in 0..HEADS {
            file.extend(
                self.rows
                    .iter()
                    .filter_map(|row| row.get(head))
                    .map(|w| *w as u8),
            );
        }
        file
    }

    /// Reads what [`Model::write`] wrote; nothing else.
    pub fn read(file: &[u8]) -> Option<Model> {
        let rest = file.strip_prefix(MAGIC)?;
        let line = rest.iter().position(|b| *b == b'\n')?;
        let about = std::str::from_utf8(rest.get(..line)?).ok()?.to_string();
        let rest = rest.get(line + 1..)?;
        let (numbers, rest) = rest.split_at_checked(8 * HEADS)?;
        let (owners, columns) = rest.split_at_checked(ROWS as usize)?;
        if columns.len() != ROWS as usize * HEADS {
            return None;
        }
        let mut read = numbers
            .chunks_exact(4)
            .filter_map(|bytes| Some(f32::from_le_bytes(bytes.try_into().ok()?)));
        let mut scales = [0.0; HEADS];
        let mut biases = [0.0; HEADS];
        for slot in scales.iter_mut().chain(&mut biases) {
            *slot = read.next()?;
        }
        let mut rows = vec![[0i8; HEADS]; ROWS as usize];
        for (head, column) in columns.chunks_exact(ROWS as usize).enumerate() {
            for (row, weight) in rows.iter_mut().zip(column) {
                if let Some(slot) = row.get_mut(head) {
                    *slot = *weight as i8;
                }
            }
        }
        Some(Model {
            about,
            scales,
            biases,
            owners: owners.to_vec(),
            lanes: lanes(&rows),
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
        let rows = |list: &[Feature]| list.iter().map(|feature| self.row(feature.key)).collect();
        Known {
            words: rows(&features.words),
            signs: rows(&features.signs),
        }
    }

    fn sum(&self, rows: &[u32]) -> [i32; HEADS] {
        let mut sums = [0i32; HEADS];
        for rows in rows.chunks(AT_ONCE) {
            let mut lanes = Lanes::default();
            for row in rows {
                if let Some(row) = self.lanes.get(*row as usize) {
                    for (lane, more) in lanes.iter_mut().zip(row) {
                        *lane = lane.wrapping_add(*more);
                    }
                }
            }
            for (at, sum) in sums.iter_mut().enumerate() {
                let lane = lanes.get(at / 4).copied().unwrap_or(0);
                let up = (lane >> (16 * (at % 4))) & 0xffff;
                *sum += up as i32 - UP * rows.len() as i32;
            }
        }
        sums
    }

    /// What every head says of a post, before [`logistic`].
    pub fn logits(&self, known: &Known) -> Logits {
        let words = self.sum(&known.words);
        let signs = self.sum(&known.signs);
        let share = share(known.words.len());
        let mut logits = self.biases;
        for ((logit, scale), (word, sign)) in logits
            .iter_mut()
            .zip(self.scales)
            .zip(words.into_iter().zip(signs))
        {
            *logit += scale * (word as f32 * share + sign as f32);
        }
        logits
    }

    /// How much each token adds to a mixture of heads, each with its factor. What several tokens say
    /// together is shared among them.
    pub fn by_token(
        &self,
        features: &Features,
        known: &Known,
        mixture: &[(usize, f32)],
        tokens: usize,
    ) -> Vec<f32> {
        let mut adds = vec![0.0f32; tokens];
        // What is asked for of a row, in its own small integers; three are asked for at most.
        let mut asked = [(0usize, 0.0f32); 3];
        for (slot, (head, factor)) in asked.iter_mut().zip(mixture) {
            *slot = (
                *head,
                factor * self.scales.get(*head).copied().unwrap_or(0.0),
            );
        }
        let words = share(features.words.len());
        for (list, rows, value) in [
            (&features.words, &known.words, words),
            (&features.signs, &known.signs, 1.0),
        ] {
            for (feature, row) in list.iter().zip(rows) {
                let width = feature.end.saturating_sub(feature.first);
                let (Some(row), true) = (self.rows.get(*row as usize), width > 0) else {
                    continue;
                };
                let sum: f32 = asked
                    .iter()
                    .map(|(head, factor)| f32::from(row.get(*head).copied().unwrap_or(0)) * factor)
                    .sum();
                let each = sum * value / width as f32;
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
        let model = Model::carried().expect("src/triage/weights.bin");
        assert!(serde_json::from_str::<serde_json::Value>(&model.about).is_ok());
        assert!(FILE.len() <= 512 * 1024, "{} bytes", FILE.len());
    }

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        let mut weights = vec![[0.0; HEADS]; ROWS as usize];
        weights[5][3] = 1.5;
        weights[9][3] = -3.0;
        let model = Model::rounded("{}".into(), [0.25; HEADS], vec![1; ROWS as usize], &weights);
        let file = model.write();
        let read = Model::read(&file).unwrap();
        assert_eq!(read.write(), file);
        assert_eq!(read.rows[9][3], -STEPS);
        assert_eq!(read.rows[5][3], 8);
        assert!(Model::read(&file[..file.len() - 1]).is_none());
        assert!(Model::read(b"").is_none());
    }
}
