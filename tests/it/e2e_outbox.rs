//! What becomes of an acknowledgment and of an agent's reply, however the platform's reply API ends
//! the call: the right state each time, and never two sends that could both have arrived.

use crate::rig::{PLEA, Rig, Said, assert_recounted, post_id, until};
use heard::lab::sandbox::{Behaviour, Fate};
use serde_json::{Value, json};

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Behaviour {
    Behaviour::Answer {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.into(),
    }
}

/// How a call ends, and what that must be read as.
struct End {
    how: Vec<Behaviour>,
    /// The acknowledgment's state and the beginning of its reason.
    ack: (&'static str, &'static str),
    /// The same for an agent's reply.
    reply: (&'static str, &'static str),
    /// How many calls an acknowledgment takes.
    calls: usize,
}

fn ends() -> Vec<End> {
    let end = |how: Behaviour, state: &'static str, why: &'static str| End {
        how: vec![how],
        ack: (state, why),
        reply: (state, why),
        calls: 1,
    };
    vec![
        end(Behaviour::Accept, "sent", ""),
        end(
            answer(200, &[], r#"{"data":{"id":"77","text":"x"}}"#),
            "sent",
            "",
        ),
        end(
            answer(400, &[], r#"{"title":"Invalid Request"}"#),
            "refused",
            "bad_request",
        ),
        end(
            answer(
                403,
                &[],
                r#"{"title":"Forbidden","detail":"duplicate content"}"#,
            ),
            "refused",
            "duplicate",
        ),
        end(answer(404, &[], ""), "refused", "gone"),
        // Did not arrive, and the platform says when it may: tried again, then sent.
        End {
            how: vec![
                answer(429, &[("Retry-After", "1")], "{}"),
                answer(429, &[("Retry-After", "1")], "{}"),
            ],
            ack: ("sent", ""),
            reply: ("refused", "later:1"),
            calls: 3,
        },
        end(answer(500, &[], "{}"), "unknown", "status:500"),
        end(
            answer(503, &[("Retry-After", "1")], ""),
            "unknown",
            "status:503",
        ),
        end(
            answer(302, &[("Location", "https://api.x.com/2/tweets")], ""),
            "unknown",
            "status:302",
        ),
        end(answer(201, &[], "{}"), "unknown", "unreadable"),
        end(
            answer(201, &[], &"x".repeat(1 << 20)),
            "unknown",
            "unreadable",
        ),
        end(Behaviour::Garbage, "unknown", "unreadable"),
        end(Behaviour::CutConnection, "unknown", "cut"),
        end(Behaviour::AcceptThenCut, "unknown", "cut"),
        end(Behaviour::Hang, "unknown", "timeout"),
        end(Behaviour::AcceptThenHang, "unknown", "timeout"),
    ]
}

fn begins(why: &Value, with: &str) -> bool {
    why.as_str().unwrap_or_default().starts_with(with)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgment_ends_as_the_platform_ends_the_call() {
    let rig = Rig::start().await;
    let mut sent = 0;
    let mut calls = 0;
    for (number, end) in ends().into_iter().enumerate() {
        let what = format!("{:?}", end.how[0])
            .chars()
            .take(80)
            .collect::<String>();
        rig.sandbox.script(end.how);
        let id = post_id();
        let author = format!("{}", 7_000 + number);
        rig.event(&Said::x(&author, &id, PLEA)).await;
        let (state, why) = end.ack;
        let holding = rig.ack(&format!("x:{id}"), state).await;
        let ack = &holding["ack"];
        assert!(begins(&ack["why"], why), "{what}: {ack}");
        assert_eq!(rig.sent_to(&id).len(), end.calls, "{what}");
        sent += i64::from(state == "sent");
        calls += end.calls;
        assert_eq!(
            rig.agent("ana").backlog().await["acks"].get("sent"),
            (sent > 0).then(|| json!(sent)).as_ref(),
            "{what}"
        );
    }
    // Nothing came after its end was written down: not by the Worker, and not by the alarm, which
    // has looked at the two that were tried again.
    assert_eq!(rig.sandbox.sent().len(), calls);
    // No post had two calls of which both may have arrived.
    for sent in rig.sandbox.sent() {
        let doubtful = rig
            .sent_to(&sent.to)
            .into_iter()
            .filter(|sent| sent.fate != Fate::Refused);
        assert!(doubtful.count() <= 1, "{}", sent.to);
    }
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_goes_out_once_for_its_key_however_it_ends() {
    let rig = Rig::start().await;
    let ana = rig.agent("ana");
    for (number, end) in ends().into_iter().enumerate() {
        let what = format!("{:?}", end.how[0])
            .chars()
            .take(80)
            .collect::<String>();
        let id = post_id();
        let author = format!("{}", 7_000 + number);
        // Nothing that is acknowledged: every call is the agent's.
        rig.event(&Said::x(
            &author,
            &id,
            "@NorthlineRail when does the ticket office open?",
        ))
        .await;
        let held = ana.claim_one().await;
        rig.sandbox.script(end.how.into_iter().take(1));
        let (status, replied) = ana.reply(&held, "key", "At 6 in the morning.").await;
        let (state, why) = end.reply;
        assert_eq!(
            (status, replied["state"].as_str()),
            (200, Some(state)),
            "{what}: {replied}"
        );
        assert!(begins(&replied["why"], why), "{what}: {replied}");
        // The same key again, also once the interaction is over, tells of the first call and sends nothing.
        let (status, again) = ana.reply(&held, "key", "At 6 in the morning.").await;
        assert_eq!((status, &again), (200, &replied), "{what}");
        assert_eq!(rig.sent_to(&id).len(), 1, "{what}");
        let (status, problem) = ana.reply(&held, "key", "At 7.").await;
        assert_eq!(
            (status, &problem["code"]),
            (422, &json!("idempotency_key_reused")),
            "{what}"
        );
        let shown = ana.get(&format!("/v1/interactions/{}", held.id)).await;
        assert_eq!(
            shown["replied_ms"].is_i64(),
            state == "sent",
            "{what}: {shown}"
        );
        ana.on(&held, "resolve", json!({"outcome": "answered"}))
            .await;
        let (status, again) = ana.reply(&held, "key", "At 6 in the morning.").await;
        assert_eq!((status, &again), (200, &replied), "{what}");
        assert_eq!(rig.sent_to(&id).len(), 1, "{what}");
        // Another key needs a lease, and that one is over.
        assert_eq!(ana.reply(&held, "other", "At 8.").await.0, 409, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_reply_asked_for_twenty_times_at_once_goes_out_once() {
    let rig = Rig::start().await;
    let id = post_id();
    rig.event(&Said::x(
        "7",
        &id,
        "@NorthlineRail when does the ticket office open?",
    ))
    .await;
    let ana = rig.agent("ana");
    let held = ana.claim_one().await;
    let all = (0..20).map(|_| ana.reply(&held, "key", "At 6."));
    for (status, said) in futures_util::future::join_all(all).await {
        match status {
            200 => assert_eq!(said["state"], "sent", "{said}"),
            409 => assert_eq!(said["code"], "reply_in_flight", "{said}"),
            _ => panic!("{status} {said}"),
        }
    }
    assert_eq!(rig.sandbox.sent().len(), 1);
    // A long one is refused before anything is sent, in the platform's own unit.
    let (status, problem) = ana.reply(&held, "long", &"a".repeat(281)).await;
    assert_eq!(
        (status, &problem["code"], &problem["max"], &problem["is"]),
        (422, &json!("text_too_long"), &json!(280), &json!(281))
    );
    assert_eq!(rig.sandbox.sent().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_while_it_sends_leaves_an_unknown_and_no_second_call() {
    let rig = Rig::start().await;
    let id = post_id();
    rig.sandbox.script([Behaviour::AcceptThenHang]);
    rig.event(&Said::x("7", &id, PLEA)).await;
    until("the call", async || match rig.sent_to(&id).len() {
        1 => Ok(()),
        n => Err(format!("{n} calls")),
    })
    .await;
    rig.kill();
    rig.restart().await;
    assert_eq!(
        rig.holding(&format!("x:{id}")).await["ack"]["state"],
        "sending"
    );
    // The alarm, which outlives every Worker, gives up on it.
    let holding = rig.ack(&format!("x:{id}"), "unknown").await;
    assert_eq!(holding["ack"]["why"], "interrupted");
    assert_eq!(rig.sent_to(&id).len(), 1);
    assert_recounted(&rig);
}
