//! How well a score tells yes from no: precision, recall, AUC, calibration.

use crate::judgement::{Kind, Level, Triage};

/// How well a score tells yes from no.
#[derive(Clone, Copy, Debug, Default)]
pub struct Binary {
    /// How many there were.
    pub rows: usize,
    /// How many of them are so.
    pub yes: usize,
    /// Of those called so, how many are: 0 to 1.
    pub precision: f64,
    /// Of those that are so, how many were called so.
    pub recall: f64,
    /// The mean F1 of yes and no.
    pub macro_f1: f64,
    /// The chance that a yes scores above a no.
    pub auc: f64,
    /// Expected calibration error, in ten bins.
    pub ece: f64,
    /// The share that was called so.
    pub called: f64,
}

/// One of the other; 0 where there is nothing.
pub fn ratio(a: usize, b: usize) -> f64 {
    if b == 0 { 0.0 } else { a as f64 / b as f64 }
}

/// F1 of so many hits among those called and those that are so.
pub fn f1(hit: usize, called: usize, real: usize) -> f64 {
    ratio(2 * hit, called + real)
}

impl Binary {
    /// From (score, decision, truth).
    pub fn of(rows: &[(f64, bool, bool)]) -> Binary {
        let count =
            |test: &dyn Fn(&(f64, bool, bool)) -> bool| rows.iter().filter(|r| test(r)).count();
        let yes = count(&|r| r.2);
        let called = count(&|r| r.1);
        let hit = count(&|r| r.1 && r.2);
        let no = rows.len() - yes;
        let right_no = count(&|r| !r.1 && !r.2);
        Binary {
            rows: rows.len(),
            yes,
            precision: ratio(hit, called),
            recall: ratio(hit, yes),
            macro_f1: (f1(hit, called, yes) + f1(right_no, rows.len() - called, no)) / 2.0,
            auc: auc(rows),
            ece: ece(rows),
            called: ratio(called, rows.len()),
        }
    }

    /// As JSON, to three places.
    pub fn json(&self) -> serde_json::Value {
        let round = |x: f64| (x * 1000.0).round() / 1000.0;
        serde_json::json!({
            "rows": self.rows, "yes": self.yes, "precision": round(self.precision), "recall": round(self.recall),
            "macro_f1": round(self.macro_f1), "auc": round(self.auc), "ece": round(self.ece),
            "called": round(self.called),
        })
    }
}

/// The chance that a yes scores above a no (ties count half).
pub fn auc(rows: &[(f64, bool, bool)]) -> f64 {
    let mut sorted: Vec<(f64, bool)> = rows.iter().map(|r| (r.0, r.2)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins, mut yes) = (0.0, 0.0, 0.0);
    for group in sorted.chunk_by(|a, b| a.0 == b.0) {
        let ups = group.iter().filter(|g| g.1).count() as f64;
        let downs = group.len() as f64 - ups;
        wins += ups * (below + downs / 2.0);
        below += downs;
        yes += ups;
    }
    if yes * below == 0.0 {
        0.5
    } else {
        wins / (yes * below)
    }
}

/// Expected calibration error, in ten bins.
pub fn ece(rows: &[(f64, bool, bool)]) -> f64 {
    let mut bins = [(0usize, 0.0f64, 0usize); 10];
    for (score, _, truth) in rows {
        let at = ((score * 10.0) as usize).min(9);
        if let Some(bin) = bins.get_mut(at) {
            bin.0 += 1;
            bin.1 += score;
            bin.2 += usize::from(*truth);
        }
    }
    bins.iter()
        .map(|(count, sum, yes)| {
            (sum - *yes as f64).abs() / rows.len().max(1) as f64 * f64::from(u8::from(*count > 0))
        })
        .sum()
}

/// Whether the judgement leads to an acknowledgment, as the policy reads it.
pub fn acknowledges(found: &Triage) -> bool {
    found.level >= Level::Urgent
        && found.to_us
        && matches!(found.kind, Kind::Complaint | Kind::Question)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_it_says_it_counts() {
        let rows = [
            (0.9, true, true),
            (0.8, true, false),
            (0.3, false, true),
            (0.1, false, false),
        ];
        let found = Binary::of(&rows);
        assert_eq!(
            (found.precision, found.recall, found.macro_f1),
            (0.5, 0.5, 0.5)
        );
        assert_eq!(found.auc, 0.75);
        assert_eq!(auc(&[(0.5, true, true), (0.5, true, false)]), 0.5, "ties");
        let sure = [(1.0, true, true), (0.0, false, false)];
        assert_eq!(ece(&sure), 0.0);
    }
}
