//! From public to private: invitations, links to the details page, and what is left there.

use super::{
    DAY_MS, MINUTE_MS, Office, START_MS, claim_one, deleted, holding, judged, later, made, post,
    sent,
};
use heard::details::form::{Left, Wish};
use heard::details::keys::Keys;
use heard::details::kind::Kind;
use heard::details::link;
use heard::details::seal::{Sealed, open, seal};
use heard::inbox::details::{LeaveDetails, MakeLink, ReadDetails, ShowPage, Taken};
use heard::inbox::invite::BeginInvite;
use heard::inbox::reply::BeginReply;
use heard::inbox::state::ReplyState;
use heard::inbox::wire::{Incoming, Interaction, Refused, ReplyStep};
use heard::judgement::Level;
use heard::platform::Event;
use heard::platform::aside::{How, NoWay};
use heard::post::{AccountId, Platform, PostId, PostKind, SourceId};
use heard::signature::Key;
use heard::sql::Sql as _;

fn keys() -> [Keys; 1] {
    [Keys::of(&Key::new("0123456789abcdef0123456789abcdef").unwrap()).unwrap()]
}

fn link_of(interaction: &Interaction) -> String {
    link::link(
        Kind::Details,
        &keys(),
        "https://help.example",
        &interaction.id,
        START_MS,
    )
    .unwrap()
}

fn left() -> Left {
    Left {
        reference: Some("BK-2291".into()),
        photo: None,
        phone: Some("+44 20 7946 0000".into()),
        wish: Some(Wish::Call),
    }
}

fn leave(office: &Office, interaction: &Interaction, once: &str) -> Result<Taken, Refused> {
    let nonce = [u8::try_from(once.len()).unwrap(); 12];
    office.ask(LeaveDetails {
        seq: super::seq(interaction),
        once: once.into(),
        wish: Some(Wish::Call),
        sealed: seal(&keys(), &interaction.id, &left(), nonce).unwrap(),
    })
}

fn read(office: &Office, seq: i64, agent: &str) -> Result<Vec<Left>, Refused> {
    let agent = agent.to_owned();
    let kept = office.ask(ReadDetails { seq, agent })?;
    Ok(kept
        .iter()
        .map(|one| open(&keys(), &one.sealed).unwrap())
        .collect())
}

/// An office with a comment on a Facebook Page by `ann`.
fn with_comment() -> Office {
    let mut office = Office::new();
    for source in &mut office.config.sources {
        if source.id.as_str() == "x-freight" {
            source.platform = Platform::Facebook;
            source.id = SourceId::new("page");
            source.account = AccountId::new("990001");
            source.workgroup = heard::post::Workgroup::new("trains");
        }
    }
    let mut comment = post("77_1", "ann", START_MS);
    comment.kind = PostKind::Comment;
    office.take(vec![Incoming {
        source: SourceId::new("page"),
        platform: Platform::Facebook,
        event: Event::Made { post: comment },
        triage: Some(judged(Level::Routine)),
    }]);
    office
}

fn with_post() -> Office {
    let office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Routine),
    )]);
    office
}

fn invite(held: &Interaction, key: &str, text: &str) -> BeginInvite {
    BeginInvite {
        holding: holding(held),
        key: key.into(),
        text: text.into(),
        post: None,
        how: None,
        public_name: None,
        link: Some(link_of(held)),
    }
}

fn job(step: ReplyStep) -> heard::inbox::wire::Job {
    match step {
        ReplyStep::Send(job) => job,
        ReplyStep::Already(replied) => panic!("{replied:?}"),
    }
}

#[test]
fn a_private_reply_goes_to_the_comment_once() {
    let office = with_comment();
    let held = claim_one(&office, "mia");
    let told = held.private.clone().unwrap();
    assert_eq!(told.how, "private_reply");
    assert_eq!(told.until_ms, Some(START_MS + 7 * DAY_MS));
    assert!(told.rule.source.contains("private-replies"), "{told:?}");
    let text = "Tell us more here: {details}";
    let job = job(office.ask(invite(&held, "k", text)).unwrap());
    assert_eq!(job.reply_to, "private:comment:77_1");
    assert_eq!(job.text, format!("Tell us more here: {}", link_of(&held)));
    // On its way, and after it arrived, the same key gives what became of it, and another one nothing.
    assert_eq!(
        office.ask(invite(&held, "k", text)),
        Err(Refused::ReplyInFlight)
    );
    let once = Refused::NoPrivateWay { why: NoWay::Once };
    assert_eq!(office.ask(invite(&held, "k2", text)), Err(once.clone()));
    office.finish_reply(1, "k", sent()).unwrap();
    let again = office.ask(invite(&held, "k", text)).unwrap();
    assert!(matches!(again, ReplyStep::Already(said) if said.state == ReplyState::Sent));
    assert_eq!(office.ask(invite(&held, "k2", text)), Err(once));
    // A reply with the key of an invitation is another call.
    let reply = office.begin_reply(holding(&held), "k", text, None);
    assert_eq!(reply, Err(Refused::KeyReused));
    let shown = office.show(1);
    assert_eq!(shown.private, None);
    assert_eq!(shown.replies[0].invite.as_deref(), Some("private_reply"));
    assert_eq!(shown.replies[0].text, text, "the link is not kept");
    assert!(shown.history.iter().any(|deed| deed.did == "invited"));
    // A person answered.
    assert!(shown.replied_ms.is_some());
    office.audit();
}

/// What the platform did not take is as if nobody was invited, and "later" may be tried again.
#[test]
fn an_invitation_that_did_not_arrive_may_be_made_again() {
    let office = with_comment();
    let held = claim_one(&office, "mia");
    office.ask(invite(&held, "k", "Hello there")).unwrap();
    office.finish_reply(1, "k", later(None)).unwrap();
    assert!(office.show(1).private.is_some());
    let mut office = office;
    office.pass(MINUTE_MS / 2);
    job(office.ask(invite(&held, "k", "Hello there")).unwrap());
    // Who may have been reached is not reached again.
    office.pass(MINUTE_MS);
    let found = office.ask(invite(&held, "k2", "Hello there"));
    assert_eq!(found, Err(Refused::NoPrivateWay { why: NoWay::Once }));
}

#[test]
fn where_a_link_is_how_everybody_reads_it() {
    let office = with_post();
    let held = claim_one(&office, "mia");
    let way = held.private.clone().unwrap();
    assert_eq!((way.how.as_str(), way.until_ms), ("link", None));
    let link = way.link.unwrap();
    let with_details = office.ask(invite(&held, "k", "Write to us: {details}"));
    assert_eq!(with_details, Err(Refused::DetailsInPublic));
    let asks = office.ask(invite(&held, "k", "What is your {name}?"));
    assert!(matches!(asks, Err(Refused::HeldBack { .. })), "{asks:?}");
    let job = job(office
        .ask(invite(&held, "k", "Please write to us"))
        .unwrap());
    assert_eq!(job.text, format!("Please write to us\n\n{link}"));
    assert_eq!(job.reply_to, "post:1");
    let long = office.ask(BeginInvite {
        post: Some(PostId::new("1")),
        ..invite(&held, "k3", &"x".repeat(270))
    });
    assert!(matches!(
        long,
        Err(Refused::NoPrivateWay { .. } | Refused::TooLong { .. })
    ));
}

#[test]
fn each_reason_why_not_is_told() {
    let mut office = with_comment();
    let held = claim_one(&office, "mia");
    let by = |office: &Office, how| {
        let asked = BeginInvite {
            how: Some(how),
            ..invite(&held, "k", "Hello there")
        };
        match office.ask(asked) {
            Err(Refused::NoPrivateWay { why }) => why.as_str(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(by(&office, How::Message), "other");
    // A stranger's lease, and one that ran out.
    let mut theirs = invite(&held, "k", "Hello there");
    theirs.holding.agent = "bo".into();
    assert!(matches!(office.ask(theirs), Err(Refused::LeaseLost { .. })));
    for source in &mut office.config.sources {
        source.credential = None;
    }
    assert_eq!(
        office.ask(invite(&held, "k", "Hi")),
        Err(Refused::NoCredential)
    );

    let office = Office::new();
    let mut message = post("1", "ann", START_MS);
    message.kind = PostKind::Message;
    office.take(vec![made("x", message, judged(Level::Routine))]);
    let held = claim_one(&office, "mia");
    assert_eq!(held.private, None);
    let found = office.ask(invite(&held, "k", "Hi"));
    let why = NoWay::AlreadyPrivate;
    assert_eq!(found, Err(Refused::NoPrivateWay { why }));

    let office = Office::new();
    office.take(vec![made(
        "forum",
        post("1", "ann", START_MS),
        judged(Level::Routine),
    )]);
    let held = claim_one(&office, "mia");
    let found = office.ask(invite(&held, "k", "Hi"));
    assert!(
        matches!(
            found,
            Err(Refused::NoPrivateWay {
                why: NoWay::None { .. }
            })
        ),
        "{found:?}"
    );
}

/// A link to the details page never goes out in public, typed or by its slot, and is never kept.
#[test]
fn no_public_reply_holds_a_link_to_the_details_page() {
    let office = with_post();
    let held = claim_one(&office, "mia");
    for text in [
        "See {details}".to_owned(),
        format!("See {}", link_of(&held)),
    ] {
        let said = office.begin_reply(holding(&held), "k", &text, None);
        assert_eq!(said, Err(Refused::DetailsInPublic), "{text}");
    }
    let office = Office::new();
    let mut message = post("1", "ann", START_MS);
    message.kind = PostKind::Message;
    office.take(vec![made("x", message, judged(Level::Routine))]);
    let held = claim_one(&office, "mia");
    let begin = |key: &str, text: &str, link: Option<String>| BeginReply {
        survey: None,
        link,
        holding: holding(&held),
        key: key.into(),
        text: text.into(),
        post: None,
        public_name: None,
    };
    assert_eq!(
        office.ask(begin("k", "See {details}", None)),
        Err(Refused::DetailsOff)
    );
    let link = link_of(&held);
    let said = job(office
        .ask(begin("k", "See {details}", Some(link.clone())))
        .unwrap());
    assert_eq!(said.text, format!("See {link}"));
    office.finish_reply(1, "k", sent()).unwrap();
    // Another link for the same key is the same reply.
    let other = link::link(
        Kind::Details,
        &keys(),
        "https://help.example",
        &held.id,
        START_MS + 1,
    )
    .unwrap();
    let again = office
        .ask(begin("k", "See {details}", Some(other)))
        .unwrap();
    assert!(matches!(again, ReplyStep::Already(_)));
    let typed = format!("It is {link}");
    assert_eq!(
        job(office.ask(begin("k2", &typed, None)).unwrap()).text,
        typed
    );
    let shown = format!("{:?}", office.show(1));
    assert!(!shown.contains("hd1."), "{shown}");
}

#[test]
fn its_holder_alone_reads_what_was_left() {
    let office = with_post();
    let held = claim_one(&office, "mia");
    let made = MakeLink {
        holding: holding(&held),
        link: "https://help.example/details/t".into(),
        until_ms: 7,
    };
    assert_eq!(office.ask(made.clone()).unwrap().until_ms, 7);
    let mut theirs = made;
    theirs.holding.agent = "bo".into();
    assert!(matches!(office.ask(theirs), Err(Refused::LeaseLost { .. })));
    let page = office.ask(ShowPage { seq: 1 }).unwrap();
    assert_eq!(
        (page.source.as_str(), page.lang.as_str(), page.has_room),
        ("x", "en", true)
    );

    assert_eq!(leave(&office, &held, "once"), Ok(Taken::Kept));
    // The same submission again changes nothing.
    assert_eq!(leave(&office, &held, "once"), Ok(Taken::Kept));
    assert_eq!(read(&office, 1, "mia"), Ok(vec![left()]));
    assert!(matches!(
        read(&office, 1, "boss"),
        Err(Refused::LeaseLost { .. })
    ));
    // Who looks sees that there is something, its holder how they want to hear from us too.
    let shown = office.show(1);
    let view = shown.details.unwrap();
    assert_eq!((view.n, view.wish), (1, None));
    let extended = office.extend(holding(&held), 60).unwrap();
    assert_eq!(extended.details.unwrap().wish, Some(Wish::Call));
    let line = shown
        .history
        .iter()
        .find(|deed| deed.did == "details_left")
        .unwrap();
    assert_eq!(line.detail, None, "the wish is its holder's to read");
    assert!(!format!("{:?}", office.show(1)).contains("BK-2291"));
    let stored = office
        .sql
        .run("-- all_details\nSELECT sealed FROM details", vec![])
        .unwrap();
    assert!(!format!("{stored:?}").contains("2291"));
    for once in ["two", "three", "four5", "five56"] {
        assert_eq!(leave(&office, &held, once), Ok(Taken::Kept));
    }
    assert_eq!(leave(&office, &held, "six5678"), Ok(Taken::Full));
    assert!(!office.ask(ShowPage { seq: 1 }).unwrap().has_room);
    // With the lease goes what it let one read.
    office.release(holding(&held), 0).unwrap();
    assert!(matches!(
        read(&office, 1, "mia"),
        Err(Refused::LeaseLost { .. })
    ));
    office.audit();
}

/// What is left is somebody's to read: it is news to its holder, brings back what was put off, and opens what had
/// ended.
#[test]
fn what_is_left_does_not_lie_there_unread() {
    let office = with_post();
    let held = claim_one(&office, "mia");
    office
        .begin_reply(holding(&held), "k", "Please tell us more", None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    let cursor = office.show(1).cursor;
    assert_eq!(office.show(1).owed_ms, None);
    leave(&office, &held, "once").unwrap();
    let shown = office.show(1);
    assert_eq!(shown.owed_ms, Some(START_MS));
    assert_eq!(shown.cursor, cursor + 1);
    assert_eq!(
        office.resolve(holding(&held), "solved"),
        Err(Refused::Unheard)
    );
    let seen = super::seeing(&held, shown.cursor);
    office.resolve(seen, "solved").unwrap();
    leave(&office, &held, "other").unwrap();
    assert_eq!(office.show(1).state.as_str(), "waiting");
    let held = claim_one(&office, "bo");
    assert_eq!(held.details.unwrap().n, 2);
    office.release(holding(&held), 3_600).unwrap();
    leave(&office, &held, "third").unwrap();
    assert_eq!(
        claim_one(&office, "cem").details.unwrap().wish,
        Some(Wish::Call)
    );
    office.audit();
}

fn rows(office: &Office) -> i64 {
    let found = office
        .sql
        .run("-- details_rows\nSELECT count(*) FROM details", vec![]);
    found.unwrap()[0].int(0).unwrap()
}

#[test]
fn it_goes_with_its_authors_posts_and_by_retention() {
    let office = with_post();
    let held = claim_one(&office, "mia");
    leave(&office, &held, "once").unwrap();
    assert_eq!(rows(&office), 1);
    office.take(vec![deleted("x", "1")]);
    assert_eq!(rows(&office), 0);
    assert_eq!(office.ask(ShowPage { seq: 1 }), Err(Refused::NotFound));
    assert_eq!(leave(&office, &held, "two"), Err(Refused::NotFound));

    let mut office = with_post();
    let held = claim_one(&office, "mia");
    leave(&office, &held, "once").unwrap();
    let seen = super::seeing(&held, office.show(1).cursor);
    office.resolve(seen, "solved").unwrap();
    office.pass(100 * DAY_MS);
    office.ring();
    assert_eq!(rows(&office), 0);
    assert_eq!(leave(&office, &held, "two"), Err(Refused::NotFound));
}

/// The seal holds what it is bound to: a row that is moved to another interaction does not open.
#[test]
fn a_seal_is_bound_to_its_interaction() {
    let office = with_post();
    let held = claim_one(&office, "mia");
    leave(&office, &held, "once").unwrap();
    let kept = office
        .ask(ReadDetails {
            seq: 1,
            agent: "mia".into(),
        })
        .unwrap();
    let moved = Sealed {
        id: heard::post::InteractionId::new("v2-00-2"),
        ..kept[0].sealed.clone()
    };
    assert!(open(&keys(), &moved).is_err());
}
