//! What goes when an author takes a post back.

use super::{Office, START_MS, claim_one, deleted, holding, judged, made, post, sent};
use heard::inbox::report::ShowAcks;
use heard::inbox::wire::AcksAsked;
use heard::inbox::work::{Release, Resolve};
use heard::judgement::Level;
use heard::post::{Media, MediaKind};

const SECRET: &str = "my IBAN is XX00 1234 and my train is stuck, help";

/// Everything that any view shows of an interaction, as one text.
fn shown(office: &Office) -> String {
    let asked = AcksAsked {
        since_ms: 0,
        state: None,
        before: None,
        max: 50,
    };
    let acks = office.ask(ShowAcks { asked }).unwrap();
    format!("{:?} {acks:?}", office.show(1))
}

fn with_secret() -> Office {
    let office = Office::new();
    let mut secret = post("1", "ann", START_MS);
    secret.text = SECRET.into();
    secret.quoted = Some("a quoted secret".into());
    secret.media.push(Media {
        kind: MediaKind::Image,
        caption: Some("a captioned secret".into()),
        url: Some("https://example.com/secret".into()),
        id: None,
    });
    let author = secret.author.as_mut().unwrap();
    (author.name, author.handle) = (Some("Ann Example".into()), Some("ann_ex".into()));
    office.take(vec![made("x", secret, judged(Level::Urgent))]);
    office.begin(&[1]);
    office.finish(1, sent());
    office
}

#[test]
fn a_deleted_post_takes_along_what_was_said_of_it() {
    let office = with_secret();
    let said = office.show(1).ack.unwrap().text;
    let held = claim_one(&office, "a");
    let quotes = format!("You wrote: {SECRET}. We will look.");
    office
        .begin_reply(holding(&held), "k", &quotes, None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    office
        .ask(Release {
            holding: holding(&held),
            delay_s: 0,
            reason: format!("asks about {SECRET}"),
        })
        .unwrap();
    let other = || {
        let mut other = post("2", "ann", START_MS);
        other.text = "Is the 8:04 running?".into();
        other
    };
    office.take(vec![made("x", other(), judged(Level::Routine))]);
    office.take(vec![deleted("x", "1")]);
    let view = shown(&office);
    for gone in [
        SECRET,
        said.as_str(),
        "quoted secret",
        "captioned",
        "example.com/secret",
    ] {
        assert!(!view.contains(gone), "{gone} in {view}");
    }
    let sql = "-- texts\nSELECT text FROM reply";
    let replies = heard::sql::Sql::run(&office.sql, sql, vec![]).unwrap();
    assert_eq!(replies[0].text(0), Ok(""));
    // Another post of theirs is there, and so are they.
    assert!(view.contains("Is the 8:04 running?") && view.contains("Ann Example"));
    office.audit();
    office.take(vec![deleted("x", "2")]);
    let view = shown(&office);
    for gone in ["8:04", "Ann Example", "ann_ex"] {
        assert!(!view.contains(gone), "{gone} in {view}");
    }
    assert!(view.contains("ann"), "the id stays");
    let sql = "-- stored\nSELECT post FROM post";
    for row in heard::sql::Sql::run(&office.sql, sql, vec![]).unwrap() {
        assert!(!row.text(0).unwrap().contains("Example"));
    }
    office.audit();
}

#[test]
fn a_remark_about_someone_who_took_all_back_goes_too() {
    let office = with_secret();
    let held = claim_one(&office, "a");
    office
        .ask(Resolve {
            holding: holding(&held),
            outcome: "solved".into(),
            note: Some("Ann Example's account".into()),
        })
        .unwrap();
    office.take(vec![deleted("x", "1")]);
    assert!(!shown(&office).contains("Ann Example"));
    office.audit();
}
