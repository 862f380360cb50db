//! The layers above the words: what makes the model read in order.
//!
//! A gated convolution sees each word with its neighbours ("no smoke"); a memory runs over the words in both directions and
//! carries what was said far before ("last year", "in the film"), each number of it forgetting as the words tell; the
//! greatest and the weighted mean of what it holds at every word go through a hidden layer to the answers.
//!
//! Gates are straight lines with ends, sums have one order, and no number is fused or reordered: the same bits natively
//! and in Wasm. Training goes through the same code ([`Trace::back`]).

use super::head::{Answers, HEADS};

/// How many numbers a word has.
pub const DIM: usize = 64;

/// How many numbers the memory holds in each direction: together as many as a word has.
const HALF: usize = DIM / 2;

/// How many numbers stand between what was read and the answers.
pub const HIDDEN: usize = 96;

/// How many means are taken, each with gates of its own.
const MEANS: usize = 2;

/// What is read of a post: the greatest and the means.
pub const POOLED: usize = (1 + MEANS) * DIM;

/// How many outputs are computed side by side: four vectors of four, and twice that for two words, fit the registers.
pub const LANES: usize = 16;

/// The answers, in whole blocks of [`LANES`].
const ANSWERS: usize = HEADS.next_multiple_of(LANES);

/// What is added to a mean's weights, so that a post that opens no gate divides by no zero.
const LEAST: f32 = 0.5;

/// A matrix with its biases; its numbers by blocks of [`LANES`] outputs, in a block by input.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// How many inputs it has.
    pub inputs: usize,
    /// The numbers: block, input, lane.
    pub numbers: Vec<[f32; LANES]>,
    /// What each output begins with.
    pub biases: Vec<[f32; LANES]>,
}

impl Matrix {
    /// Of nothing but zeros.
    pub fn zero(inputs: usize, outputs: usize) -> Matrix {
        let blocks = outputs.div_ceil(LANES);
        Matrix {
            inputs,
            numbers: vec![[0.0; LANES]; blocks * inputs],
            biases: vec![[0.0; LANES]; blocks],
        }
    }

    /// How many outputs it has, the last block's padding among them.
    pub fn outputs(&self) -> usize {
        self.biases.len() * LANES
    }

    /// Each block's numbers and biases.
    fn blocks(&self) -> impl Iterator<Item = (&[[f32; LANES]], &[f32; LANES])> {
        self.numbers.chunks_exact(self.inputs).zip(&self.biases)
    }

    /// Inputs and outputs exchanged, without biases: what goes back.
    pub fn turned(&self) -> Matrix {
        let mut turned = Matrix::zero(self.outputs(), self.inputs);
        for (block, (numbers, _)) in self.blocks().enumerate() {
            for (input, row) in numbers.iter().enumerate() {
                for (lane, number) in row.iter().enumerate() {
                    let at = input / LANES * turned.inputs + block * LANES + lane;
                    let slot = turned.numbers.get_mut(at);
                    if let Some(slot) = slot.and_then(|row| row.get_mut(input % LANES)) {
                        *slot = *number;
                    }
                }
            }
        }
        turned
    }

    /// Adds the slopes of the numbers and biases, where `outputs` are the slopes of the outputs of some `inputs`.
    pub fn slopes(&mut self, inputs: &[f32], stride: usize, outputs: &[f32]) {
        let width = self.outputs();
        let count = self.inputs;
        for (at, (numbers, biases)) in self
            .numbers
            .chunks_exact_mut(count)
            .zip(&mut self.biases)
            .enumerate()
        {
            let slope = |outputs: &[f32]| -> [f32; LANES] {
                let block = outputs.get(at * LANES..(at + 1) * LANES);
                block
                    .and_then(|b| b.try_into().ok())
                    .unwrap_or([0.0; LANES])
            };
            let mut from = 0;
            for pair in outputs.chunks(2 * width) {
                let (one, two) = pair.split_at(width);
                let (first, second) = (slope(one), slope(two));
                add(biases, &first, 1.0);
                add(biases, &second, 1.0);
                let input = |first: usize| inputs.get(first..first + count).unwrap_or_default();
                if two.is_empty() {
                    for (row, x) in numbers.iter_mut().zip(input(from)) {
                        add(row, &first, *x);
                    }
                } else {
                    let both = input(from).iter().zip(input(from + stride));
                    for (row, (x, y)) in numbers.iter_mut().zip(both) {
                        for (row, (first, second)) in row.iter_mut().zip(first.iter().zip(&second))
                        {
                            *row += first * x + second * y;
                        }
                    }
                }
                from += 2 * stride;
            }
        }
    }
}

/// Words through a matrix that gives as many numbers.
fn through(matrix: &impl Product, inputs: &[Word]) -> Vec<Word> {
    let mut outputs = vec![[0.0; DIM]; inputs.len()];
    matrix.apply(inputs.as_flattened(), DIM, outputs.as_flattened_mut());
    outputs
}

/// The sum of a word's numbers, in an order that vectors like.
fn sum(numbers: &Word) -> f32 {
    let mut sums = [0.0; LANES];
    for four in numbers.as_chunks::<LANES>().0 {
        add(&mut sums, four, 1.0);
    }
    sums.iter().sum()
}

impl Product for Matrix {
    fn apply(&self, inputs: &[f32], stride: usize, outputs: &mut [f32]) {
        let width = self.outputs();
        for (at, (numbers, biases)) in self.blocks().enumerate() {
            let mut from = 0;
            for pair in outputs.chunks_mut(2 * width) {
                let input =
                    |first: usize| inputs.get(first..first + self.inputs).unwrap_or_default();
                let (one, two) = pair.split_at_mut(width);
                let mut sums = [*biases; 2];
                if two.is_empty() {
                    for (row, x) in numbers.iter().zip(input(from)) {
                        add(&mut sums[0], row, *x);
                    }
                } else {
                    let both = input(from).iter().zip(input(from + stride));
                    for (row, (x, y)) in numbers.iter().zip(both) {
                        let [first, second] = &mut sums;
                        add(first, row, *x);
                        add(second, row, *y);
                    }
                }
                for (outputs, sums) in [one, two].into_iter().zip(sums) {
                    if let Some(room) = outputs.get_mut(at * LANES..(at + 1) * LANES) {
                        room.copy_from_slice(&sums);
                    }
                }
                from += 2 * stride;
            }
        }
    }
}

#[inline(always)]
fn add(sums: &mut [f32; LANES], row: &[f32; LANES], x: f32) {
    for (sum, number) in sums.iter_mut().zip(row) {
        *sum += number * x;
    }
}

/// The numbers of all layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Layers<M = Matrix> {
    /// How much the word before, the word and the word after count: in what is added to a word, and in its gate.
    pub kernels: [[Word; 3]; 2],
    /// What a word's neighbourhood adds to it.
    pub adds: M,
    /// How far that is let through.
    pub lets: M,
    /// What the memory takes in, forwards and backwards, and how much of the old it keeps.
    pub memory: M,
    /// How much a word counts in each mean.
    pub gate: M,
    /// From what was read to the hidden numbers.
    pub hidden: M,
    /// From the hidden numbers to the answers.
    pub answers: M,
    /// From what was read straight to the answers.
    pub straight: M,
}

/// What multiplies: real numbers in training, whole ones where posts are judged.
pub trait Product {
    /// The products with some inputs, each of which begins `stride` after the one before.
    fn apply(&self, inputs: &[f32], stride: usize, outputs: &mut [f32]);
}

impl<M> Layers<M> {
    /// Its matrices, in the order in which they are stored.
    pub fn matrices(&self) -> [&M; 7] {
        [
            &self.adds,
            &self.lets,
            &self.memory,
            &self.gate,
            &self.hidden,
            &self.answers,
            &self.straight,
        ]
    }

    /// The same, to be changed.
    pub fn matrices_mut(&mut self) -> [&mut M; 7] {
        [
            &mut self.adds,
            &mut self.lets,
            &mut self.memory,
            &mut self.gate,
            &mut self.hidden,
            &mut self.answers,
            &mut self.straight,
        ]
    }

    /// The same layers with other matrices.
    pub fn map<N>(&self, of: impl Fn(&M) -> N) -> Layers<N> {
        Layers {
            kernels: self.kernels,
            adds: of(&self.adds),
            lets: of(&self.lets),
            memory: of(&self.memory),
            gate: of(&self.gate),
            hidden: of(&self.hidden),
            answers: of(&self.answers),
            straight: of(&self.straight),
        }
    }
}

impl Layers {
    /// Of nothing but zeros.
    pub fn zero() -> Layers {
        Layers {
            kernels: [[[0.0; DIM]; 3]; 2],
            adds: Matrix::zero(DIM, DIM),
            lets: Matrix::zero(DIM, DIM),
            memory: Matrix::zero(DIM, 2 * DIM),
            gate: Matrix::zero(DIM, LANES),
            hidden: Matrix::zero(POOLED, HIDDEN),
            answers: Matrix::zero(HIDDEN, ANSWERS),
            straight: Matrix::zero(POOLED, ANSWERS),
        }
    }

    /// All its numbers, in one order.
    pub fn parts(&self) -> impl Iterator<Item = &[f32]> {
        let kernels = self.kernels.as_flattened().as_flattened();
        let matrices = self.matrices().into_iter();
        std::iter::once(kernels).chain(
            matrices
                .flat_map(|matrix| [matrix.numbers.as_flattened(), matrix.biases.as_flattened()]),
        )
    }

    /// The same, to be changed.
    pub fn parts_mut(&mut self) -> Vec<&mut [f32]> {
        let mut parts = vec![self.kernels.as_flattened_mut().as_flattened_mut()];
        for matrix in [
            &mut self.adds,
            &mut self.lets,
            &mut self.memory,
            &mut self.gate,
            &mut self.hidden,
            &mut self.answers,
            &mut self.straight,
        ] {
            parts.push(matrix.numbers.as_flattened_mut());
            parts.push(matrix.biases.as_flattened_mut());
        }
        parts
    }

    /// All turned round, for the way back.
    pub fn turned(&self) -> Layers {
        self.map(Matrix::turned)
    }
}

/// Which numbers training leaves out, and what the others count instead.
#[derive(Clone, Debug)]
pub struct Masks {
    /// Of what was read.
    pub pooled: [f32; POOLED],
    /// Of the hidden numbers.
    pub hidden: [f32; HIDDEN],
}

/// A word's numbers.
pub type Word = [f32; DIM];

/// A post on its way through the layers: all that the way back needs.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The words, with nothing before the first and after the last.
    words: Vec<Word>,
    /// Each word's neighbourhood, for what is added and for its gate.
    near: [Vec<Word>; 2],
    /// What is added to each word, before its ends.
    adds: Vec<Word>,
    /// How far it is let through, before its ends.
    lets: Vec<Word>,
    /// The words as their neighbours have changed them.
    seen: Vec<Word>,
    /// What the memory takes in, forwards and backwards; what it keeps, forwards and backwards; before their ends.
    takes: Vec<[[f32; HALF]; 4]>,
    /// What the memory holds at each word, forwards and backwards.
    holds: Vec<[[f32; HALF]; 2]>,
    /// Words and memory together.
    told: Vec<Word>,
    /// How much each word counts in each mean, before its ends.
    gates: Vec<[f32; LANES]>,
    /// The sums of the gates, and [`LEAST`].
    weights: [f32; MEANS],
    /// At which word each number is greatest.
    top: [usize; DIM],
    /// The greatest and the mean.
    pooled: [f32; POOLED],
    /// The hidden numbers before they are rectified.
    hidden: [f32; HIDDEN],
    /// The answers.
    pub answers: Answers,
}

/// Between -1 and 1.
#[inline(always)]
fn bounded(x: f32) -> f32 {
    x.clamp(-1.0, 1.0)
}

/// Between 0, closed, and 1, open.
#[inline(always)]
fn opened(x: f32) -> f32 {
    (x * 0.25 + 0.5).clamp(0.0, 1.0)
}

/// How much of a slope leaks through where there is none, so that nothing that has reached an end stays there for ever.
pub const LEAK: f32 = 0.1;

/// The slope of [`bounded`].
#[inline(always)]
fn bounded_slope(x: f32) -> f32 {
    if x > -1.0 && x < 1.0 { 1.0 } else { LEAK }
}

/// The slope of [`opened`].
#[inline(always)]
fn opened_slope(x: f32) -> f32 {
    if x > -2.0 && x < 2.0 {
        0.25
    } else {
        0.25 * LEAK
    }
}

impl Trace {
    /// Reads words: `words` has one of nothing before the first and one after the last.
    pub fn of(layers: &Layers<impl Product>, words: Vec<Word>, masks: Option<&Masks>) -> Trace {
        let count = words.len().saturating_sub(2);
        let near = layers.kernels.each_ref().map(|kernel| {
            let three = words.windows(3);
            let sum = |three: &[Word]| {
                let mut sum = [0.0; DIM];
                for (word, kernel) in three.iter().zip(kernel) {
                    for (sum, (word, share)) in sum.iter_mut().zip(word.iter().zip(kernel)) {
                        *sum += word * share;
                    }
                }
                sum
            };
            three.map(sum).collect::<Vec<Word>>()
        });
        let [of_adds, of_lets] = &near;
        let adds = through(&layers.adds, of_adds);
        let lets = through(&layers.lets, of_lets);
        let mut seen: Vec<Word> = words.iter().skip(1).take(count).copied().collect();
        for (seen, (adds, lets)) in seen.iter_mut().zip(adds.iter().zip(&lets)) {
            for (seen, (add, gate)) in seen.iter_mut().zip(adds.iter().zip(lets)) {
                *seen += bounded(*add) * opened(*gate);
            }
        }
        let mut takes = vec![[[0.0; HALF]; 4]; count];
        let flat = takes.as_flattened_mut().as_flattened_mut();
        layers.memory.apply(seen.as_flattened(), DIM, flat);
        let mut holds = vec![[[0.0; HALF]; 2]; count];
        let remember = |state: &mut [f32; HALF], takes: &[f32; HALF], keeps: &[f32; HALF]| {
            for (state, (take, keep)) in state.iter_mut().zip(takes.iter().zip(keeps)) {
                let keep = opened(*keep);
                *state = keep * *state + (1.0 - keep) * bounded(*take);
            }
        };
        let mut state = [0.0; HALF];
        for ([holds, _], [takes, _, keeps, _]) in holds.iter_mut().zip(&takes) {
            remember(&mut state, takes, keeps);
            *holds = state;
        }
        state = [0.0; HALF];
        for ([_, holds], [_, takes, _, keeps]) in holds.iter_mut().zip(&takes).rev() {
            remember(&mut state, takes, keeps);
            *holds = state;
        }
        let mut told = seen.clone();
        for (told, holds) in told.iter_mut().zip(&holds) {
            for (told, hold) in told.iter_mut().zip(holds.as_flattened()) {
                *told += hold;
            }
        }
        let mut gates = vec![[0.0; LANES]; count];
        layers
            .gate
            .apply(told.as_flattened(), DIM, gates.as_flattened_mut());
        let mut trace = Trace {
            words,
            near,
            adds,
            lets,
            seen,
            takes,
            holds,
            told,
            gates,
            weights: [LEAST; MEANS],
            top: [0; DIM],
            pooled: [0.0; POOLED],
            hidden: [0.0; HIDDEN],
            answers: [0.0; HEADS],
        };
        trace.pool(masks);
        trace.answer(layers, masks);
        trace
    }

    fn pool(&mut self, masks: Option<&Masks>) {
        let (greatest, means) = self.pooled.split_at_mut(DIM);
        if let Some(first) = self.told.first() {
            greatest.copy_from_slice(first);
        }
        for (at, (told, gates)) in self.told.iter().zip(&self.gates).enumerate() {
            for ((greatest, top), told) in greatest.iter_mut().zip(&mut self.top).zip(told) {
                if *told > *greatest {
                    (*greatest, *top) = (*told, at);
                }
            }
            let means = means.chunks_exact_mut(DIM).zip(&mut self.weights);
            for ((mean, weight), gate) in means.zip(gates) {
                let gate = opened(*gate);
                *weight += gate;
                for (mean, told) in mean.iter_mut().zip(told) {
                    *mean += gate * told;
                }
            }
        }
        for (mean, weight) in means.chunks_exact_mut(DIM).zip(self.weights) {
            for mean in mean {
                *mean /= weight;
            }
        }
        if let Some(masks) = masks {
            for (pooled, mask) in self.pooled.iter_mut().zip(&masks.pooled) {
                *pooled *= mask;
            }
        }
    }

    fn answer(&mut self, layers: &Layers<impl Product>, masks: Option<&Masks>) {
        layers.hidden.apply(&self.pooled, POOLED, &mut self.hidden);
        let active = self.active(masks);
        let (mut answers, mut straight) = ([0.0; ANSWERS], [0.0; ANSWERS]);
        layers.answers.apply(&active, HIDDEN, &mut answers);
        layers.straight.apply(&self.pooled, POOLED, &mut straight);
        let sums = answers.iter().zip(&straight).map(|(a, b)| a + b);
        for (answer, sum) in self.answers.iter_mut().zip(sums) {
            *answer = sum;
        }
    }

    /// The hidden numbers, rectified.
    fn active(&self, masks: Option<&Masks>) -> [f32; HIDDEN] {
        let mut active = self.hidden.map(|hidden| hidden.max(0.0));
        if let Some(masks) = masks {
            for (active, mask) in active.iter_mut().zip(&masks.hidden) {
                *active *= mask;
            }
        }
        active
    }

    /// The words.
    pub fn words(&self) -> &[Word] {
        let words = self.words.get(1..).unwrap_or_default();
        words.split_last().map_or(&[], |(_, words)| words)
    }

    /// The words without some of them.
    pub fn without(&self, gone: std::ops::Range<usize>) -> Vec<Word> {
        let words = self.words.iter().enumerate();
        let stay = words.filter(|(at, _)| *at == 0 || !gone.contains(&(at - 1)));
        stay.map(|(_, word)| *word).collect()
    }

    /// What was read of the post.
    pub fn pooled(&self) -> &[f32; POOLED] {
        &self.pooled
    }

    /// The way back: from the slopes of the answers (and, in training, of what was read) to those of the words. `turned` are
    /// the layers turned round; `slopes` takes up those of the layers' own numbers.
    pub fn back(
        &self,
        turned: &Layers,
        answers: &Answers,
        pooled: Option<&[f32; POOLED]>,
        masks: Option<&Masks>,
        mut slopes: Option<&mut Layers>,
    ) -> Vec<Word> {
        let mut padded = [0.0; ANSWERS];
        for (padded, slope) in padded.iter_mut().zip(answers) {
            *padded = *slope;
        }
        let mut hidden = [0.0; HIDDEN];
        turned.answers.apply(&padded, ANSWERS, &mut hidden);
        for (slope, value) in hidden.iter_mut().zip(&self.hidden) {
            *slope = if *value > 0.0 { *slope } else { 0.0 };
        }
        if let Some(masks) = masks {
            for (slope, mask) in hidden.iter_mut().zip(&masks.hidden) {
                *slope *= mask;
            }
        }
        let (mut read, mut more) = ([0.0; POOLED], [0.0; POOLED]);
        turned.hidden.apply(&hidden, HIDDEN, &mut read);
        turned.straight.apply(&padded, ANSWERS, &mut more);
        for (read, more) in read.iter_mut().zip(&more) {
            *read += more;
        }
        if let Some(pooled) = pooled {
            for (read, more) in read.iter_mut().zip(pooled) {
                *read += more;
            }
        }
        if let Some(slopes) = &mut slopes {
            slopes.answers.slopes(&self.active(masks), HIDDEN, &padded);
            slopes.straight.slopes(&self.pooled, POOLED, &padded);
            slopes.hidden.slopes(&self.pooled, POOLED, &hidden);
        }
        if let Some(masks) = masks {
            for (read, mask) in read.iter_mut().zip(&masks.pooled) {
                *read *= mask;
            }
        }
        let told = self.back_to_words(turned, &read, masks, slopes.as_deref_mut());
        self.back_to_neighbours(
            turned,
            self.back_through_memory(turned, told, slopes.as_deref_mut()),
            slopes,
        )
    }

    /// From what was read to words and memory together.
    fn back_to_words(
        &self,
        turned: &Layers,
        read: &[f32; POOLED],
        masks: Option<&Masks>,
        slopes: Option<&mut Layers>,
    ) -> Vec<Word> {
        let (greatest, means) = read.split_at(DIM);
        let mut told = vec![[0.0; DIM]; self.told.len()];
        // The means without their masks, as they were before.
        let mut whole = self.pooled;
        if let Some(masks) = masks {
            for (whole, mask) in whole.iter_mut().zip(&masks.pooled) {
                // What is left out has no slope either.
                *whole = if *mask > 0.0 { *whole / mask } else { 0.0 };
            }
        }
        let whole = whole.as_chunks::<DIM>().0.get(1..).unwrap_or_default();
        let mut gates = vec![[0.0; LANES]; self.told.len()];
        for (((slope, gate_slopes), told), gates) in told
            .iter_mut()
            .zip(&mut gates)
            .zip(&self.told)
            .zip(&self.gates)
        {
            let means = means
                .as_chunks::<DIM>()
                .0
                .iter()
                .zip(whole)
                .zip(self.weights);
            for (((mean, whole), weight), (gate_slope, gate)) in
                means.zip(gate_slopes.iter_mut().zip(gates))
            {
                let share = opened(*gate) / weight;
                let mut off = [0.0; DIM];
                for (((slope, off), mean), (told, whole)) in slope
                    .iter_mut()
                    .zip(&mut off)
                    .zip(mean)
                    .zip(told.iter().zip(whole))
                {
                    *slope += mean * share;
                    *off = mean * (told - whole);
                }
                *gate_slope = sum(&off) / weight * opened_slope(*gate);
            }
        }
        for ((top, slope), lane) in self.top.iter().zip(greatest).zip(0..) {
            if let Some(number) = told
                .get_mut(*top)
                .and_then(|told| told.get_mut::<usize>(lane))
            {
                *number += slope;
            }
        }
        let mut more = vec![[0.0; DIM]; self.told.len()];
        turned
            .gate
            .apply(gates.as_flattened(), LANES, more.as_flattened_mut());
        for (told, more) in told.as_flattened_mut().iter_mut().zip(more.as_flattened()) {
            *told += more;
        }
        if let Some(slopes) = slopes {
            slopes
                .gate
                .slopes(self.told.as_flattened(), DIM, gates.as_flattened());
        }
        told
    }

    /// From words and memory together to the words as their neighbours have changed them.
    fn back_through_memory(
        &self,
        turned: &Layers,
        told: Vec<Word>,
        slopes: Option<&mut Layers>,
    ) -> Vec<Word> {
        let mut takes = vec![[[0.0; HALF]; 4]; told.len()];
        // What a memory held before, what it took and kept, and the slope of what it holds after.
        let step = |state: &mut [f32; HALF],
                    told: &[f32],
                    before: &[f32; HALF],
                    (took, kept): (&[f32; HALF], &[f32; HALF])|
         -> [[f32; HALF]; 2] {
            let mut slopes = [[0.0; HALF]; 2];
            let [of_takes, of_keeps] = &mut slopes;
            for ((((state, told), before), (took, kept)), (of_take, of_keep)) in state
                .iter_mut()
                .zip(told)
                .zip(before)
                .zip(took.iter().zip(kept))
                .zip(of_takes.iter_mut().zip(of_keeps))
            {
                let keep = opened(*kept);
                let slope = *state + told;
                *of_take = slope * (1.0 - keep) * bounded_slope(*took);
                *of_keep = slope * (before - bounded(*took)) * opened_slope(*kept);
                *state = slope * keep;
            }
            slopes
        };
        const NOTHING: [[f32; HALF]; 2] = [[0.0; HALF]; 2];
        let mut state = [0.0; HALF];
        let before = std::iter::once(&NOTHING).chain(&self.holds);
        let before: Vec<&[[f32; HALF]; 2]> = before.take(told.len()).collect();
        for (((slopes, told), took), [before, _]) in takes
            .iter_mut()
            .zip(&told)
            .zip(&self.takes)
            .zip(before)
            .rev()
        {
            let [take, _, keep, _] = took;
            let [of_take, _, of_keep, _] = slopes;
            let (told, _) = told.split_at(HALF);
            [*of_take, *of_keep] = step(&mut state, told, before, (take, keep));
        }
        state = [0.0; HALF];
        let after = self.holds.iter().skip(1).chain(std::iter::once(&NOTHING));
        for (((slopes, told), took), [_, after]) in
            takes.iter_mut().zip(&told).zip(&self.takes).zip(after)
        {
            let [_, take, _, keep] = took;
            let [_, of_take, _, of_keep] = slopes;
            let (_, told) = told.split_at(HALF);
            [*of_take, *of_keep] = step(&mut state, told, after, (take, keep));
        }
        let mut seen = vec![[0.0; DIM]; told.len()];
        let flat = takes.as_flattened().as_flattened();
        turned.memory.apply(flat, 2 * DIM, seen.as_flattened_mut());
        for (seen, told) in seen.as_flattened_mut().iter_mut().zip(told.as_flattened()) {
            *seen += told;
        }
        if let Some(slopes) = slopes {
            slopes.memory.slopes(self.seen.as_flattened(), DIM, flat);
        }
        seen
    }

    /// From the words as their neighbours have changed them to the words.
    fn back_to_neighbours(
        &self,
        turned: &Layers,
        seen: Vec<Word>,
        slopes: Option<&mut Layers>,
    ) -> Vec<Word> {
        let (mut adds, mut lets) = (seen.clone(), seen.clone());
        let gates = self.adds.iter().zip(&self.lets);
        for ((of_adds, of_lets), (adds, lets)) in adds.iter_mut().zip(&mut lets).zip(gates) {
            let of = of_adds.iter_mut().zip(of_lets);
            for ((of_add, of_gate), (add, gate)) in of.zip(adds.iter().zip(lets)) {
                *of_add *= opened(*gate) * bounded_slope(*add);
                *of_gate *= bounded(*add) * opened_slope(*gate);
            }
        }
        let near = [through(&turned.adds, &adds), through(&turned.lets, &lets)];
        let mut words = seen;
        for (near, kernel) in near.iter().zip(&turned.kernels) {
            for (at, near) in near.iter().enumerate() {
                for (step, kernel) in kernel.iter().enumerate() {
                    if let Some(word) = (at + step).checked_sub(1).and_then(|at| words.get_mut(at))
                    {
                        for (word, (near, share)) in word.iter_mut().zip(near.iter().zip(kernel)) {
                            *word += near * share;
                        }
                    }
                }
            }
        }
        if let Some(slopes) = slopes {
            let [of_adds, of_lets] = &self.near;
            slopes
                .adds
                .slopes(of_adds.as_flattened(), DIM, adds.as_flattened());
            slopes
                .lets
                .slopes(of_lets.as_flattened(), DIM, lets.as_flattened());
            for (near, kernel) in near.iter().zip(&mut slopes.kernels) {
                for (near, three) in near.iter().zip(self.words.windows(3)) {
                    for (kernel, word) in kernel.iter_mut().zip(three) {
                        for (share, (near, word)) in kernel.iter_mut().zip(near.iter().zip(word)) {
                            *share += near * word;
                        }
                    }
                }
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small numbers, the same each time.
    fn numbers() -> impl FnMut() -> f32 {
        let mut state = 1u32;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0 - 0.5
        }
    }

    fn layers(next: &mut impl FnMut() -> f32) -> Layers {
        let mut layers = Layers::zero();
        let kernels = layers.kernels.as_flattened_mut().as_flattened_mut();
        kernels.iter_mut().for_each(|number| *number = next());
        for matrix in layers.matrices_mut() {
            let both = matrix.numbers.iter_mut().chain(&mut matrix.biases);
            both.flatten().for_each(|number| *number = next() * 0.2);
        }
        layers
    }

    fn words(next: &mut impl FnMut() -> f32, count: usize) -> Vec<Word> {
        let mut words = vec![[0.0; DIM]; count + 2];
        for number in words.iter_mut().skip(1).take(count).flatten() {
            *number = next();
        }
        words
    }

    /// A mixture of the answers and of what was read, and its slopes.
    fn mixed(trace: &Trace, answers: &Answers, pooled: &[f32; POOLED]) -> f64 {
        let sum = |a: &[f32], b: &[f32]| -> f64 {
            a.iter()
                .zip(b)
                .map(|(a, b)| f64::from(*a) * f64::from(*b))
                .sum()
        };
        sum(&trace.answers, answers) + sum(&trace.pooled, pooled)
    }

    #[test]
    fn the_way_back_is_the_slope_of_the_way_there() {
        let mut next = numbers();
        let layers = layers(&mut next);
        let mut masks = Masks {
            pooled: [1.0; POOLED],
            hidden: [1.25; HIDDEN],
        };
        (masks.pooled[3], masks.pooled[70], masks.hidden[5]) = (0.0, 0.0, 0.0);
        let masks = Some(&masks);
        for count in [1, 2, 5] {
            let words = words(&mut next, count);
            let answers: Answers = std::array::from_fn(|_| next());
            let pooled: [f32; POOLED] = std::array::from_fn(|_| next());
            let trace = Trace::of(&layers, words.clone(), masks);
            let mut slopes = Layers::zero();
            let back = trace.back(
                &layers.turned(),
                &answers,
                Some(&pooled),
                masks,
                Some(&mut slopes),
            );
            let by = 1.0 / 256.0;
            let (mut off, mut all) = (0, 0);
            let mut compare = |slope: f32, up: &Trace, down: &Trace| {
                let real = (mixed(up, &answers, &pooled) - mixed(down, &answers, &pooled))
                    / (2.0 * f64::from(by));
                all += 1;
                // A corner within the step is no slope at all.
                off += usize::from((real - f64::from(slope)).abs() > 0.01 + 0.02 * real.abs());
            };
            for at in 0..count {
                for lane in [0, 7, 31, 32, 63] {
                    let moved = |by: f32| {
                        let mut words = words.clone();
                        words[at + 1][lane] += by;
                        Trace::of(&layers, words, masks)
                    };
                    compare(back[at][lane], &moved(by), &moved(-by));
                }
            }
            for (which, matrix) in slopes.matrices().into_iter().enumerate() {
                for at in (0..matrix.numbers.len()).step_by(matrix.numbers.len() / 23 + 1) {
                    let lane = at % LANES;
                    let moved = |by: f32| {
                        let mut layers = layers.clone();
                        layers.matrices_mut()[which].numbers[at][lane] += by;
                        Trace::of(&layers, words.clone(), masks)
                    };
                    compare(matrix.numbers[at][lane], &moved(by), &moved(-by));
                }
                let moved = |by: f32| {
                    let mut layers = layers.clone();
                    layers.matrices_mut()[which].biases[0][0] += by;
                    Trace::of(&layers, words.clone(), masks)
                };
                compare(matrix.biases[0][0], &moved(by), &moved(-by));
            }
            for (which, step, lane) in [(0, 0, 3), (0, 1, 3), (1, 2, 9), (1, 1, 60)] {
                let moved = |by: f32| {
                    let mut layers = layers.clone();
                    layers.kernels[which][step][lane] += by;
                    Trace::of(&layers, words.clone(), masks)
                };
                compare(slopes.kernels[which][step][lane], &moved(by), &moved(-by));
            }
            assert!(off * 50 <= all, "{off} of {all} slopes are off");
        }
    }

    #[test]
    fn order_counts() {
        let mut next = numbers();
        let layers = layers(&mut next);
        let mut words = words(&mut next, 6);
        let answers = Trace::of(&layers, words.clone(), None).answers;
        words.swap(1, 4);
        assert_ne!(answers, Trace::of(&layers, words, None).answers);
    }

    #[test]
    fn a_post_of_nothing_is_answered() {
        let layers = layers(&mut numbers());
        let trace = Trace::of(&layers, vec![[0.0; DIM]; 2], None);
        assert!(trace.answers.iter().all(|answer| answer.is_finite()));
        let back = trace.back(&layers.turned(), &[1.0; HEADS], None, None, None);
        assert!(back.is_empty());
    }
}
