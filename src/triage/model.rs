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
        Model {
            about,
            scales,
            biases,
            owners,
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
            rows,
        })
    }

    /// The row of a feature, if training kept it.
    #[inline]
    fn row(&self, key: u32) -> Option<&[i8; HEADS]> {
        let (places, owner) = places(key);
        let at = places
            .into_iter()
            .find(|place| self.owners.get(*place) == Some(&owner))?;
        self.rows.get(at)
    }

    fn sum(&self, features: &[Feature]) -> [i32; HEADS] {
        let mut sums = [0i32; HEADS];
        for feature in features {
            if let Some(row) = self.row(feature.key) {
                for (sum, weight) in sums.iter_mut().zip(row) {
                    *sum += i32::from(*weight);
                }
            }
        }
        sums
    }

    /// What every head says of a post, before [`logistic`].
    pub fn logits(&self, features: &Features) -> Logits {
        let words = self.sum(&features.words);
        let signs = self.sum(&features.signs);
        let share = share(features.words.len());
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
        mixture: &[(usize, f32)],
        tokens: usize,
    ) -> Vec<f32> {
        let mut adds = vec![0.0f32; tokens];
        let words = share(features.words.len());
        for (list, value) in [(&features.words, words), (&features.signs, 1.0)] {
            for feature in list {
                let width = feature.end.saturating_sub(feature.first);
                let (Some(row), true) = (self.row(feature.key), width > 0) else {
                    continue;
                };
                let sum: f32 = mixture
                    .iter()
                    .filter_map(|(head, factor)| {
                        let weight = f32::from(*row.get(*head)?) * self.scales.get(*head)?;
                        Some(weight * factor)
                    })
                    .sum();
                let each = sum * value / width as f32;
                let range = feature.first as usize..feature.end as usize;
                for add in adds.get_mut(range).into_iter().flatten() {
                    *add += each;
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
