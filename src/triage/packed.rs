//! Matrices of whole numbers: a byte a number, and for each output what a step is worth.
//!
//! Inputs are rounded to sixteen bits, products are added as whole numbers, eight at a time: the order does not matter then, and
//! the processor has an instruction for it, natively and in Wasm.

use super::layers::{LANES, Matrix, Product};

/// How many numbers are multiplied at once.
const AT_ONCE: usize = 8;

type Eight = [i16; AT_ONCE];

/// What a step of an input is worth: inputs reach from -32 to 32. A row of 192 such products stays within 32 bits.
const STEP: f32 = 1.0 / 1024.0;

/// A matrix of whole numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    inputs: usize,
    /// By output, then by input.
    numbers: Vec<Eight>,
    scales: Vec<f32>,
    biases: Vec<f32>,
}

impl Packed {
    /// Room for a matrix of that shape.
    pub fn like(matrix: &Matrix) -> Packed {
        let (inputs, outputs) = (matrix.inputs, matrix.outputs());
        Packed {
            inputs,
            numbers: vec![[0; AT_ONCE]; inputs * outputs / AT_ONCE],
            scales: vec![0.0; outputs],
            biases: vec![0.0; outputs],
        }
    }

    /// Rounds a matrix.
    pub fn of(matrix: &Matrix) -> Packed {
        let mut packed = Packed::like(matrix);
        packed.biases.copy_from_slice(matrix.biases.as_flattened());
        let eights = matrix.inputs / AT_ONCE;
        let rows = packed
            .numbers
            .chunks_exact_mut(eights)
            .zip(&mut packed.scales);
        for (output, (row, scale)) in rows.enumerate() {
            let of_block = matrix
                .numbers
                .chunks_exact(matrix.inputs)
                .nth(output / LANES);
            let column = of_block
                .into_iter()
                .flatten()
                .filter_map(|row| row.get(output % LANES));
            let most = column
                .clone()
                .fold(0.0f32, |most, number| most.max(number.abs()));
            *scale = most / 127.0;
            let step = scale.max(f32::MIN_POSITIVE);
            for (number, real) in row.as_flattened_mut().iter_mut().zip(column) {
                *number = (real / step).round() as i16;
            }
        }
        packed
    }

    /// The real matrix.
    pub fn unpacked(&self) -> Matrix {
        let mut matrix = Matrix::zero(self.inputs, self.biases.len());
        matrix
            .biases
            .as_flattened_mut()
            .copy_from_slice(&self.biases);
        let rows = self
            .numbers
            .chunks_exact(self.inputs / AT_ONCE)
            .zip(&self.scales);
        for (output, (row, scale)) in rows.enumerate() {
            let block = matrix
                .numbers
                .chunks_exact_mut(self.inputs)
                .nth(output / LANES);
            for (lanes, number) in block.into_iter().flatten().zip(row.as_flattened()) {
                if let Some(slot) = lanes.get_mut(output % LANES) {
                    *slot = f32::from(*number) * scale;
                }
            }
        }
        matrix
    }

    /// What is stored of it beside its bytes.
    pub fn reals(&self) -> impl Iterator<Item = &f32> {
        self.biases.iter().chain(&self.scales)
    }

    /// The same, to be read.
    pub fn reals_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        self.biases.iter_mut().chain(&mut self.scales)
    }

    /// Its numbers.
    pub fn numbers(&self) -> &[i16] {
        self.numbers.as_flattened()
    }

    /// The same, to be read.
    pub fn numbers_mut(&mut self) -> &mut [i16] {
        self.numbers.as_flattened_mut()
    }
}

impl Product for Packed {
    fn apply(&self, inputs: &[f32], stride: usize, outputs: &mut [f32]) {
        let eights = self.inputs / AT_ONCE;
        let mut rounded = vec![[0i16; AT_ONCE]; eights];
        for (inputs, outputs) in inputs
            .chunks(stride)
            .zip(outputs.chunks_exact_mut(self.biases.len()))
        {
            for (rounded, input) in rounded.as_flattened_mut().iter_mut().zip(inputs) {
                // Towards the nearest; to floor and cast costs less than to round, and what is too large ends at the end.
                *rounded = (input * (1.0 / STEP)).round_ties_even() as i16;
            }
            let rows = self.numbers.chunks_exact(eights);
            let reals = self.scales.iter().zip(&self.biases);
            for ((output, row), (scale, bias)) in outputs.iter_mut().zip(rows).zip(reals) {
                *output = dot(row, &rounded) as f32 * (scale * STEP) + bias;
            }
        }
    }
}

/// The sum of the products.
#[cfg(not(target_arch = "wasm32"))]
#[inline(always)]
fn dot(a: &[Eight], b: &[Eight]) -> i32 {
    let both = a.as_flattened().iter().zip(b.as_flattened());
    both.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

/// The sum of the products, by Wasm's own instruction, which the compiler does not find.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn dot(a: &[Eight], b: &[Eight]) -> i32 {
    use std::arch::wasm32::{
        i16x8, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane, i32x4_splat, v128,
    };
    let load = |eight: &Eight| -> v128 {
        let [a, b, c, d, e, f, g, h] = *eight;
        i16x8(a, b, c, d, e, f, g, h)
    };
    let sums = a.iter().zip(b).fold(i32x4_splat(0), |sums, (a, b)| {
        i32x4_add(sums, i32x4_dot_i16x8(load(a), load(b)))
    });
    i32x4_extract_lane::<0>(sums)
        + i32x4_extract_lane::<1>(sums)
        + i32x4_extract_lane::<2>(sums)
        + i32x4_extract_lane::<3>(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplies_as_the_real_matrix_does() {
        let mut matrix = Matrix::zero(64, 32);
        for (at, number) in matrix.numbers.as_flattened_mut().iter_mut().enumerate() {
            *number = ((at * 7919) % 201) as f32 / 100.0 - 1.0;
        }
        for (at, bias) in matrix.biases.as_flattened_mut().iter_mut().enumerate() {
            *bias = at as f32 / 10.0;
        }
        let packed = Packed::of(&matrix);
        assert_eq!(Packed::of(&packed.unpacked()).numbers, packed.numbers);
        let inputs: Vec<f32> = (0..3 * 64)
            .map(|at| ((at * 31) % 97) as f32 / 20.0 - 2.0)
            .collect();
        let (mut real, mut whole) = (vec![0.0; 96], vec![0.0; 96]);
        matrix.apply(&inputs, 64, &mut real);
        packed.apply(&inputs, 64, &mut whole);
        for (real, whole) in real.iter().zip(&whole) {
            assert!(
                (real - whole).abs() < 0.02 * (1.0 + real.abs()),
                "{real} {whole}"
            );
        }
    }

    #[test]
    fn nothing_overflows() {
        let mut matrix = Matrix::zero(192, LANES);
        matrix.numbers.as_flattened_mut().fill(-1.0);
        let mut outputs = [0.0; LANES];
        Packed::of(&matrix).apply(&[f32::MAX; 192], 192, &mut outputs);
        assert!((outputs[0] + 192.0 * 32.0).abs() < 1.0, "{}", outputs[0]);
        Packed::of(&matrix).apply(&[f32::NAN; 192], 192, &mut outputs);
        assert_eq!(outputs, [0.0; LANES]);
    }
}
