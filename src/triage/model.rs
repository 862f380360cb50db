//! The model's numbers: the rows of words' parts, the layers above them, and the lines from which on something is said.
//!
//! A part of a word has two places where its row may be; two bytes beside each row tell which part owns it, so a part that
//! training did not keep finds nothing and says nothing.
//!
//! `weights.bin` holds a line of JSON that says what it was trained on, under which licences, when, and how well it did;
//! then the lines and the layers, a byte a number; then the owners and the rows, four bits a number, read where they lie. It is
//! made by `heard train` and nothing else. Rows are added as integers and everything after that in one order, so a post gets
//! the same answers natively and in Wasm.

use super::lang::Lang;
use super::layers::{DIM, Layers, Trace};
use super::packed::Packed;
use super::subwords::Words;
use super::text::hash;
use crate::judgement::Fact;
use std::borrow::Cow;
use std::sync::OnceLock;

/// How many rows there are: with what else is in the file, two MiB gzipped hold them.
pub const ROWS: u32 = 1 << 16;

/// How many steps a number of a row has on each side of zero: four bits hold them.
pub const STEPS: u8 = 7;

/// What is added to a number to be stored: nothing is stored below 0.
const UP: u8 = 8;

/// A row's bytes: number `n` in the low half of byte `n`, number `n + DIM / 2` in its high half.
const WIDTH: usize = DIM / 2;

/// The row of a part that has none.
const NOTHING: [u8; WIDTH] = [UP << 4 | UP; WIDTH];

/// The low halves of eight bytes.
const LOW: u64 = 0x0f0f_0f0f_0f0f_0f0f;

/// How many rows are added before a byte might overflow: sixteen times fifteen.
const AT_ONCE: usize = 16;

/// No number of a word is further from zero.
pub const FAR: f32 = 4.0;

/// Where the row of a part may be, and the mark of its owner. Never 0: that is an empty row.
#[inline]
pub fn places(key: u32) -> ([usize; 2], u16) {
    let place = |key: u32| ((u64::from(key) * u64::from(ROWS)) >> 32) as usize;
    let other = key.rotate_left(16).wrapping_mul(0x9e37_79b1);
    ([place(key), place(other)], (key as u16).max(1))
}

/// From which chance on something is said, for each language and, last, where none is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// The likeliest situation.
    pub situation: [f32; LANGS],
    /// Each fact.
    pub facts: [[f32; Fact::ALL.len()]; LANGS],
}

/// The languages, and none.
pub const LANGS: usize = Lang::ALL.len() + 1;

impl Lines {
    /// Nothing is ever certain enough.
    pub const SILENT: Lines = Lines {
        situation: [2.0; LANGS],
        facts: [[2.0; Fact::ALL.len()]; LANGS],
    };

    /// The place of a language.
    pub fn of(lang: Option<Lang>) -> usize {
        lang.map_or(Lang::ALL.len(), |lang| lang as usize)
    }

    fn numbers(&self) -> impl Iterator<Item = &f32> {
        self.situation.iter().chain(self.facts.iter().flatten())
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        let facts = self.facts.iter_mut().flatten();
        self.situation.iter_mut().chain(facts)
    }
}

/// A model.
#[derive(Debug)]
pub struct Model {
    /// What it was trained on, as JSON.
    pub about: String,
    /// From which chance on something is said.
    pub lines: Lines,
    layers: Layers<Packed>,
    /// The layers the other way round: only reasons need them.
    turned: OnceLock<Layers>,
    /// What one step of each number of a row is worth.
    scales: [f32; DIM],
    owners: Cow<'static, [u8]>,
    rows: Cow<'static, [u8]>,
}

/// What the file begins with.
const MAGIC: &[u8] = b"heard triage 3\n";

/// The weights that the build carries.
static FILE: &[u8] = include_bytes!("weights.bin");

/// The version of the weights that the build carries: the day of their training, and a fingerprint of what is
/// said of it, which their scores are part of.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let about = FILE.strip_prefix(MAGIC).unwrap_or_default();
        let about = about.split(|byte| *byte == b'\n').next();
        let about = std::str::from_utf8(about.unwrap_or_default()).unwrap_or_default();
        let read: Option<serde_json::Value> = serde_json::from_str(about).ok();
        let date = read.as_ref().and_then(|read| read.get("date")?.as_str());
        format!("{}-{:08x}", date.unwrap_or("undated"), hash(about))
    })
}

/// What is left of a file.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self) -> Option<f32> {
        let bytes = self.bytes(4)?;
        Some(f32::from_le_bytes(bytes.try_into().ok()?))
    }
}

impl Model {
    /// The model that the build carries; one that calls everything idle talk where its file is missing or another build's.
    pub fn carried() -> &'static Model {
        static CARRIED: OnceLock<Model> = OnceLock::new();
        CARRIED.get_or_init(|| Model::read(Cow::Borrowed(FILE)).unwrap_or_else(Model::idle))
    }

    /// A model that calls everything idle talk.
    pub fn idle() -> Model {
        let mut layers = Layers::zero();
        // Level and flags below a half, and the last of the kinds.
        for (at, bias) in layers
            .answers
            .biases
            .as_flattened_mut()
            .iter_mut()
            .enumerate()
        {
            let is_first_of_some = super::head::CHOICES.iter().any(|choice| choice.start == at);
            let is_so = at == super::head::LEVEL - 1
                || at == super::head::TO_US
                || at > 0 && is_first_of_some;
            *bias = if is_so { 9.0 } else { -9.0 };
        }
        Model::rounded(String::new(), &layers, &Lines::SILENT, Vec::new(), &[])
    }

    /// Rounds real weights: rows to four bits, layers to a byte a number.
    pub fn rounded(
        about: String,
        layers: &Layers,
        lines: &Lines,
        mut owners: Vec<u16>,
        rows: &[[f32; DIM]],
    ) -> Model {
        let scales = steps(rows);
        let mut packed = Vec::with_capacity(ROWS as usize * WIDTH);
        owners.resize(ROWS as usize, 0);
        for at in 0..ROWS as usize {
            let step = |number: f32, scale: f32| {
                let most = f32::from(STEPS);
                let steps = (number / scale).round().clamp(-most, most);
                (steps as i8 + UP as i8) as u8
            };
            match rows.get(at) {
                Some(row) => {
                    let (low, high) = row.split_at(WIDTH);
                    let (of_low, of_high) = scales.split_at(WIDTH);
                    let both = low.iter().zip(of_low).zip(high.iter().zip(of_high));
                    packed.extend(
                        both.map(|((low, a), (high, b))| step(*high, *b) << 4 | step(*low, *a)),
                    );
                }
                None => packed.extend(NOTHING),
            }
        }
        Model {
            about,
            lines: lines.clone(),
            layers: layers.map(Packed::of),
            turned: OnceLock::new(),
            scales,
            owners: owners
                .iter()
                .flat_map(|owner| owner.to_le_bytes())
                .collect(),
            rows: Cow::Owned(packed),
        }
    }

    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend_from_slice(self.about.replace('\n', " ").as_bytes());
        file.push(b'\n');
        for number in self.scales.iter().chain(self.lines.numbers()) {
            file.extend_from_slice(&number.to_le_bytes());
        }
        for number in self.layers.kernels.as_flattened().as_flattened() {
            file.extend_from_slice(&number.to_le_bytes());
        }
        for matrix in self.layers.matrices() {
            for number in matrix.reals() {
                file.extend_from_slice(&number.to_le_bytes());
            }
            let numbers = matrix.numbers().iter();
            file.extend(numbers.map(|number| (*number as i8).cast_unsigned()));
        }
        file.extend_from_slice(&self.owners);
        file.extend_from_slice(&self.rows);
        file
    }

    /// Reads what [`Model::write`] wrote; nothing else.
    pub fn read(file: Cow<'static, [u8]>) -> Option<Model> {
        let mut rest = Rest(file.strip_prefix(MAGIC)?);
        let line = rest.0.iter().position(|b| *b == b'\n')?;
        let about = std::str::from_utf8(rest.bytes(line)?).ok()?.to_string();
        rest.bytes(1)?;
        let (mut scales, mut lines) = ([0.0; DIM], Lines::SILENT);
        for number in scales.iter_mut().chain(lines.numbers_mut()) {
            *number = rest.number()?;
        }
        let mut layers = Layers::zero().map(Packed::like);
        for number in layers.kernels.as_flattened_mut().as_flattened_mut() {
            *number = rest.number()?;
        }
        for matrix in layers.matrices_mut() {
            for number in matrix.reals_mut() {
                *number = rest.number()?;
            }
            let bytes = rest.bytes(matrix.numbers().len())?;
            for (number, byte) in matrix.numbers_mut().iter_mut().zip(bytes) {
                *number = i16::from(byte.cast_signed());
            }
        }
        let (owners, rows) = (2 * ROWS as usize, ROWS as usize * WIDTH);
        if rest.0.len() != owners + rows {
            return None;
        }
        let from = file.len() - owners - rows;
        let part = |from: usize, to: usize| {
            Some(match &file {
                Cow::Borrowed(file) => Cow::Borrowed(file.get(from..to)?),
                Cow::Owned(file) => Cow::Owned(file.get(from..to)?.to_vec()),
            })
        };
        Some(Model {
            about,
            lines,
            layers,
            turned: OnceLock::new(),
            scales,
            owners: part(from, from + owners)?,
            rows: part(from + owners, file.len())?,
        })
    }

    /// The row of a part, if training kept it; else [`ROWS`]. Without a branch: whether a part is known is anybody's guess.
    #[inline]
    fn row(&self, key: u32) -> usize {
        let ([first, second], owner) = places(key);
        let (owners, _) = self.owners.as_chunks::<2>();
        let owns = |place: usize| owners.get(place) == Some(&owner.to_le_bytes());
        let second = if owns(second) { second } else { ROWS as usize };
        if owns(first) { first } else { second }
    }

    #[inline]
    fn numbers(&self, row: usize) -> &[u8; WIDTH] {
        self.rows.as_chunks().0.get(row).unwrap_or(&NOTHING)
    }

    /// What is known of each word, with nothing before the first and after the last.
    pub fn words(&self, words: &Words) -> Vec<[f32; DIM]> {
        let mut found = Vec::with_capacity(words.ends.len() + 2);
        found.push([0.0; DIM]);
        let mut from = 0;
        let mut rows = Vec::with_capacity(64);
        for end in &words.ends {
            let end = *end as usize;
            rows.clear();
            let keys = words.keys.get(from..end).unwrap_or_default();
            rows.extend(keys.iter().map(|key| self.row(*key)));
            rows.retain(|row| *row < ROWS as usize);
            found.push(self.word(&rows));
            from = end;
        }
        found.push([0.0; DIM]);
        found
    }

    /// The sum of some rows by the root of their number. Eight numbers are added at a time, a byte each.
    fn word(&self, rows: &[usize]) -> [f32; DIM] {
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
        let share = share(rows.len());
        let mut word = self.scales;
        for (number, sum) in word.iter_mut().zip(sums) {
            *number = (*number * sum as f32 * share).clamp(-FAR, FAR);
        }
        word
    }

    /// Reads words in their order.
    pub fn trace(&self, words: Vec<[f32; DIM]>) -> Trace {
        Trace::of(&self.layers, words, None)
    }

    /// The layers turned round.
    pub fn turned(&self) -> &Layers {
        self.turned
            .get_or_init(|| self.layers.map(|matrix| matrix.unpacked().turned()))
    }
}

/// What each part of a word counts among so many.
pub fn share(parts: usize) -> f32 {
    1.0 / (parts.max(1) as f32).sqrt()
}

/// One in so many of a row's numbers is larger than four bits can tell.
const CUT: usize = 1000;

/// What one step of each number of the rows is worth.
pub fn steps(rows: &[[f32; DIM]]) -> [f32; DIM] {
    std::array::from_fn(|at| {
        let sizes = rows.iter().filter_map(|row| row.get(at)).map(|n| n.abs());
        let mut sizes: Vec<f32> = sizes.filter(|size| *size > 0.0).collect();
        let nth = sizes.len().saturating_sub(1 + sizes.len() / CUT);
        if sizes.is_empty() {
            return 1.0;
        }
        let (_, most, _) = sizes.select_nth_unstable_by(nth, f32::total_cmp);
        *most / f32::from(STEPS)
    })
}

#[cfg(test)]
mod tests {
    use super::super::layers::LANES;
    use super::*;
    use crate::judgement::Kind;

    #[test]
    fn the_carried_weights_are_read() {
        let model = Model::read(Cow::Borrowed(FILE)).expect("src/triage/weights.bin");
        assert!(serde_json::from_str::<serde_json::Value>(&model.about).is_ok());
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut gzip, FILE).unwrap();
        let size = gzip.finish().unwrap().len();
        assert!(size <= 2 << 20, "{size} bytes gzipped");
    }

    fn small() -> Model {
        let mut rows = vec![[0.0; DIM]; ROWS as usize];
        rows[5][3] = 1.2;
        rows[9][3] = -2.8;
        rows[9][40] = 0.7;
        let mut layers = Layers::zero();
        layers.adds.numbers[3] = [0.5; LANES];
        layers.answers.biases[0] = [0.25; LANES];
        Model::rounded(
            "{}".into(),
            &layers,
            &Lines::SILENT,
            vec![1; ROWS as usize],
            &rows,
        )
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
        let subject = crate::triage::Subject {
            text: "there is smoke in the coach, please help",
            ..Default::default()
        };
        let judged = crate::triage::triage_by(&Model::idle(), &subject);
        assert_eq!((judged.kind, judged.urgency), (Kind::Other, 0));
        assert_eq!((judged.situation, judged.danger), (None, None));
        assert!(judged.to_us && !judged.despair);
    }

    #[test]
    fn rows_add_up_however_many_there_are() {
        let model = small();
        for count in [0, 1, 15, 16, 17, 40] {
            let word = model.word(&[vec![9; count], vec![5]].concat());
            let share = 1.0 / (count as f32 + 1.0).sqrt();
            let third = ((1.2 - 2.8 * count as f32) * share).clamp(-FAR, FAR);
            assert!(
                (word[3] - third).abs() < 0.3,
                "{count}: {} {third}",
                word[3]
            );
            let fortieth = (0.7 * count as f32 * share).min(FAR);
            assert!(
                (word[40] - fortieth).abs() < 1e-3 * (1.0 + fortieth),
                "{count}"
            );
        }
    }
}
