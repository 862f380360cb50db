//! Praise goes to those who thank, with an answer that is offered and never sent; and who complains after it does not
//! stay with them.

use crate::customers::{House, TABLE, answered, made, thanks};
use crate::queue::{DAY_MS, HOUR_MS, judged, post};
use heard::config::replies::Occasion;
use heard::inbox::wire::Interaction;
use heard::judgement::{Level, Triage};
use heard::post::Platform;
use serde_json::{Value, json};

fn house(n: u16) -> House {
    let mut table: Value = serde_json::from_str(TABLE).unwrap();
    table["route"] = json!([{"kind": ["praise"], "workgroup": "thanks"}]);
    table["answers"] = json!([
        {"id": "other", "text": "We have it, {reference}."},
        {"id": "thanks", "suggest": "praise", "text": {"en": "Thank you for writing ({reference}). - {name}", "de": "Danke!"}},
        {"id": "again", "suggest": "won_back", "text": {"en": "Tell us any time how your next trip goes."}},
        {"id": "friend", "suggest": "fan", "text": {"en": "Would you tell others how it was?"}},
    ]);
    let house = House::with(&table.to_string(), n);
    let ours = |key: &str| key.starts_with("route") || key.starts_with("answers");
    assert!(
        house.config.problems.iter().all(|one| !ours(&one.key)),
        "{:?}",
        house.config.problems
    );
    house
}

impl House {
    async fn says(&self, id: &str, who: &str, triage: Triage) {
        let post = post(id, who, self.now_ms.get());
        self.take(vec![made("x", Platform::X, post, triage)]).await;
    }

    fn newest(&self, who: &str) -> Interaction {
        let all = self.of(who).into_iter();
        all.max_by_key(|one| one.opened_ms).unwrap()
    }

    fn offered(&self, who: &str) -> Option<(Occasion, String)> {
        self.newest(who).suggested.map(|one| (one.on, one.answer))
    }
}

#[tokio::test]
async fn praise_goes_to_those_who_thank_with_an_answer_in_its_language() {
    for n in [1, 4] {
        let house = house(n);
        house.says("1", "bea", thanks()).await;
        let one = house.newest("bea");
        assert_eq!(one.workgroup.as_str(), "thanks");
        assert!(one.acks.is_empty(), "nothing is said by itself");
        let told = one.suggested.unwrap();
        assert_eq!(
            (told.on, told.answer.as_str()),
            (Occasion::Praise, "thanks")
        );
        assert_eq!(
            told.text,
            format!("Thank you for writing ({}). - {{name}}", one.id)
        );
        let german = Triage {
            lang: "de".into(),
            ..thanks()
        };
        house.says("2", "uli", german).await;
        assert_eq!(house.newest("uli").suggested.unwrap().text, "Danke!");
        let french = Triage {
            lang: "fr".into(),
            ..thanks()
        };
        house.says("3", "luc", french).await;
        assert_eq!(
            house.offered("luc"),
            None,
            "nothing stands in for another language"
        );
        // A complaint is offered nothing, and does not stay with those who thank.
        house.says("4", "bea", judged(Level::Routine)).await;
        let one = house.newest("bea");
        assert_eq!((one.workgroup.as_str(), one.suggested), ("trains", None));
        // Thanks in a complaint's matter stay with it.
        house.says("5", "cy", judged(Level::Routine)).await;
        house.says("6", "cy", thanks()).await;
        assert_eq!(house.newest("cy").workgroup.as_str(), "trains");
        house.audit();
    }
}

#[tokio::test]
async fn who_was_won_back_and_who_praises_again_and_again_may_be_invited() {
    for n in [1, 4] {
        let house = house(n);
        house.know_ann("elite").await;
        house.says("1", "ann-x", judged(Level::Urgent)).await;
        house.pass(HOUR_MS);
        answered(&house, "ann-x", "Ana");
        house.pass(HOUR_MS);
        house.says("2", "ann-x", thanks()).await;
        assert_eq!(
            house.offered("ann-x"),
            Some((Occasion::WonBack, "again".into()))
        );
        for day in 0..2 {
            house.pass(DAY_MS);
            house.says(&format!("3{day}"), "ann-x", thanks()).await;
        }
        assert_eq!(
            house.offered("ann-x"),
            Some((Occasion::Fan, "friend".into()))
        );
        // Who does not consent to being contacted is thanked and not invited; and so is who said stop.
        let body = json!({"name": "Ann", "contact_consent": false, "occurred_at": "2026-11-21T00:00:00Z",
            "identities": [{"platform": "x", "author": "ann-x"}]});
        house
            .ok(
                heard::api::route::Role::Crm,
                "PUT /v1/customers/c-1",
                &body.to_string(),
            )
            .await;
        assert_eq!(
            house.offered("ann-x"),
            Some((Occasion::Praise, "thanks".into()))
        );
        house.audit();
    }
}
