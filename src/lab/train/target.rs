//! What each head should say of a labelled post, and what a mistake weighs.

use crate::judgement::{Actual, Danger, Fact, Kind, Situation, Who};
use crate::lab::labelled::{Labelled, Or};
use crate::triage::chance::{logistic, softmax};
use crate::triage::head::{self, Answers, CHOICES, HEADS};

/// What each head should say. Of the heads of a choice the right one says 1; NaN: nobody has said.
#[derive(Clone, Debug)]
pub struct Target {
    /// The right answers.
    pub answers: Answers,
    /// What a mistake of each head weighs.
    pub trust: Answers,
}

/// What a mistake about the kind weighs, by kind: rare kinds weigh more, or everything is a complaint.
const KINDS: [f32; Kind::ALL.len()] = [0.7, 1.2, 1.3, 1.6, 1.6, 1.5, 1.2];

/// How much the kind that a public set's label implies counts beside a label.
const IMPLIED: f32 = 0.07;

/// The place of one of a list among its heads, of which the first stands for none.
fn of_list<T: PartialEq>(all: &[T], one: &Or<T>) -> usize {
    match one {
        Or::One(one) => all
            .iter()
            .position(|other| other == one)
            .map_or(0, |at| at + 1),
        Or::None(_) => 0,
    }
}

/// What each head weighs beside the others.
fn weights() -> Answers {
    let mut weights = [1.0; HEADS];
    let mut set = |at: std::ops::Range<usize>, weight: f32| {
        weights.get_mut(at).unwrap_or_default().fill(weight);
    };
    set(head::LEVEL..head::COMPLAINT, 1.2);
    set(head::SENTIMENT..head::SITUATION, 0.5);
    // What happened is one of thirty, and most posts tell of none of them: at 1 the rare ones are hardly learnt.
    set(head::SITUATION..head::DANGER, 2.2);
    set(head::DANGER..head::ACTUAL, 1.3);
    set(head::WHO..head::TO_US, 0.5);
    set(head::TO_US..head::FACT, 0.7);
    set(head::FACT..head::DESPAIR, 0.5);
    set(head::DESPAIR..head::ACKNOWLEDGE, 0.7);
    set(head::ACKNOWLEDGE..HEADS, 1.2);
    weights
}

impl Target {
    /// Of a text of which nothing is known.
    pub fn unknown() -> Target {
        Target {
            answers: [f32::NAN; HEADS],
            trust: [0.0; HEADS],
        }
    }

    /// The targets of a post that weighs so much.
    pub fn of(post: &Labelled, weight: f32) -> Target {
        let mut target = Target {
            answers: [f32::NAN; HEADS],
            trust: weights().map(|of_head| of_head * weight),
        };
        target.read(post);
        let kind = post.kind.or_else(|| {
            let kind = target.implied(post)?;
            target.scale(CHOICES[0].clone(), IMPLIED);
            Some(kind)
        });
        if let Some(kind) = kind {
            let at = Kind::ALL.iter().position(|one| *one == kind).unwrap_or(0);
            target.choose(CHOICES[0].clone(), at);
            target.scale(CHOICES[0].clone(), KINDS.get(at).copied().unwrap_or(1.0));
        }
        target.read_choices(post);
        target
    }

    fn scale(&mut self, heads: std::ops::Range<usize>, by: f32) {
        for trust in self.trust.get_mut(heads).unwrap_or_default() {
            *trust *= by;
        }
    }

    fn set(&mut self, head: usize, value: f32) {
        if let Some(slot) = self.answers.get_mut(head) {
            *slot = value;
        }
    }

    fn choose(&mut self, heads: std::ops::Range<usize>, at: usize) {
        let heads = self.answers.get_mut(heads).unwrap_or_default();
        heads.fill(0.0);
        if let Some(right) = heads.get_mut(at) {
            *right = 1.0;
        }
    }

    /// Several are as right as one another.
    fn share(&mut self, heads: std::ops::Range<usize>, places: &[usize]) {
        let heads = self.answers.get_mut(heads).unwrap_or_default();
        heads.fill(0.0);
        for place in places {
            if let Some(right) = heads.get_mut(*place) {
                *right += 1.0 / places.len() as f32;
            }
        }
    }

    fn read_choices(&mut self, post: &Labelled) {
        if let Some(situation) = post.situation {
            let all = std::iter::once(&situation).chain(&post.also);
            let places = all.map(|one| of_list(&Situation::ALL, one));
            self.share(CHOICES[1].clone(), &places.collect::<Vec<_>>());
        }
        if let Some(danger) = post.danger {
            let all = std::iter::once(&danger).chain(&post.also_danger);
            let places = all.map(|one| of_list(&Danger::ALL, one));
            self.share(CHOICES[2].clone(), &places.collect::<Vec<_>>());
        }
        let actual = |one: Actual| Actual::ALL.iter().position(|other| *other == one);
        if let Some(at) = post.actual.and_then(actual) {
            self.choose(CHOICES[3].clone(), at);
        }
        let who = |one: Who| Who::ALL.iter().position(|other| *other == one);
        if let Some(at) = post.who.and_then(who) {
            self.choose(CHOICES[4].clone(), at);
        }
        let flag = |flag: bool| f32::from(u8::from(flag));
        if let Some(to_us) = post.to_us {
            self.set(head::TO_US, flag(to_us));
        }
        if let Some(facts) = &post.facts {
            for (at, fact) in Fact::ALL.iter().enumerate() {
                self.set(head::FACT + at, flag(facts.contains(fact)));
            }
        }
        if let Some(despair) = post.despair {
            self.set(head::DESPAIR, flag(despair));
        }
        // What nobody has labelled so but the level tells: despair is an emergency, and danger is urgent.
        if post.despair.is_none() && post.level.is_some_and(|level| level < 3) {
            self.set(head::DESPAIR, 0.0);
        }
        if post.danger.is_none() && post.level.is_some_and(|level| level < 2) {
            self.choose(CHOICES[2].clone(), 0);
        }
        if let Some(acknowledge) = post.acknowledge {
            self.set(head::ACKNOWLEDGE, flag(acknowledge));
        }
    }

    fn read(&mut self, post: &Labelled) {
        if let Some(level) = post.level {
            for step in 0..3 {
                self.set(
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
                self.set(head, value);
            }
        }
        if let Some(kind) = post.kind {
            let is = |wanted: Kind| f32::from(u8::from(kind == wanted));
            if post.complaint.is_none() {
                self.set(head::COMPLAINT, is(Kind::Complaint));
            }
            if post.praise.is_none() {
                self.set(head::PRAISE, is(Kind::Praise));
            }
            if post.abuse.is_none() {
                self.set(head::ABUSE, is(Kind::Attack));
            }
            if post.spam.is_none() {
                self.set(head::SPAM, is(Kind::Spam));
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
                self.set(head::SENTIMENT, mood);
            }
        }
        if let Some(valence) = post.valence {
            self.set(head::SENTIMENT, (valence / 6.0 + 0.5).clamp(0.0, 1.0));
            self.set(head::COMPLAINT, (0.4 - valence / 4.0).clamp(0.0, 0.9));
            self.set(head::PRAISE, (valence / 4.0).clamp(0.0, 0.9));
        }
        if let Some(positive) = post.positive {
            let positive = f32::from(positive);
            self.set(head::SENTIMENT, 0.15 + 0.7 * positive);
            self.set(head::COMPLAINT, 1.0 - positive);
            self.set(head::PRAISE, positive);
        }
        if let Some(intent) = &post.intent {
            self.set(head::SPAM, 0.0);
            self.set(head::ABUSE, 0.0);
            self.set(head::PRAISE, 0.0);
            self.set(head::HELP, 1.0);
            if let Some(urgent) = urgent_intent(intent) {
                self.set(head::LEVEL + 1, f32::from(u8::from(urgent)));
                if !urgent {
                    self.set(head::LEVEL + 2, 0.0);
                }
            }
        }
    }

    /// The kind that a public set's label implies. Only a yes implies one: what is no spam may be anything, a kind word may
    /// stand in any post, and calling strangers' talk "other", "no complaint" or "no plea" was tried and made every score worse.
    fn implied(&self, post: &Labelled) -> Option<Kind> {
        let yes = |head: usize| self.answers.get(head).is_some_and(|answer| *answer > 0.5);
        match post.positive {
            Some(_) => None,
            None if yes(head::SPAM) => Some(Kind::Spam),
            None if yes(head::ABUSE) => Some(Kind::Attack),
            None => None,
        }
    }

    /// How far each answer is off from an opinion, by what a head weighs, whatever the post does.
    pub fn soft_slopes(answers: &Answers, opinions: &Answers) -> Answers {
        let chances = |answers: &Answers| {
            let mut chances = answers.map(logistic);
            for choice in CHOICES {
                if let (Some(chances), Some(answers)) =
                    (chances.get_mut(choice.clone()), answers.get(choice))
                {
                    chances.copy_from_slice(answers);
                    softmax(chances);
                }
            }
            chances
        };
        let mut slopes = weights();
        // What the kinds of all posts weigh in the mean.
        slopes
            .get_mut(CHOICES[0].clone())
            .unwrap_or_default()
            .fill(1.2);
        let both = chances(answers).into_iter().zip(chances(opinions));
        for (slope, (found, right)) in slopes.iter_mut().zip(both) {
            *slope *= found - right;
        }
        slopes
    }

    /// How far each answer is off, by its weight: the slope of the loss. And the loss.
    pub fn slopes(&self, answers: &Answers) -> (Answers, f32) {
        let mut slopes = [0.0; HEADS];
        let mut loss = 0.0;
        let mut found = *answers;
        let mut in_choice = [false; HEADS];
        for choice in CHOICES {
            softmax(found.get_mut(choice.clone()).unwrap_or_default());
            in_choice.get_mut(choice).unwrap_or_default().fill(true);
        }
        let heads = found.iter().zip(&self.answers).zip(&self.trust);
        for (((slope, chosen), answer), ((found, right), trust)) in
            slopes.iter_mut().zip(in_choice).zip(answers).zip(heads)
        {
            if right.is_nan() {
                continue;
            }
            let found = if chosen { *found } else { logistic(*answer) };
            *slope = (found - right) * trust;
            let miss = right * found.max(1e-9).ln();
            let cry = (1.0 - right) * (1.0 - found).max(1e-9).ln();
            loss -= trust * if chosen { miss } else { miss + cry };
        }
        (slopes, loss)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlabelled_heads_are_left_alone() {
        let post = Labelled {
            text: "buy now".into(),
            spam: Some(1.0),
            ..Labelled::default()
        };
        let (slopes, loss) = Target::of(&post, 1.0).slopes(&[0.0; HEADS]);
        for (at, slope) in slopes.into_iter().enumerate() {
            assert_eq!(
                slope != 0.0,
                at == head::SPAM || CHOICES[0].contains(&at),
                "head {at}"
            );
        }
        assert!(loss > 0.0);
    }
}
