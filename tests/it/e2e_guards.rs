//! Every reason for silence on the real runtime, each alone: the same post is acknowledged without it,
//! and with it nothing leaves, the reason stands with the post, and it is counted.

use crate::e2e_kill::insist;
use crate::rig::{
    Held, PLEA, Rig, Said, assert_recounted, now_ms, post_id, secrets, shipped, until,
};
use heard::api::route::Role;
use heard::config::secrets::credential_name;
use heard::lab::sandbox::Behaviour;
use heard::lab::simulate::delivery::Simulated;
use heard::post::{Platform, SourceId};
use serde_json::{Value, json};

/// A forum of its own for each setting that belongs to a source.
const FORUMS: [&str; 5] = ["live", "off", "dry", "mute", "low"];

/// The shipped configuration, and forums whose settings differ.
async fn rig() -> Rig {
    let mut table = shipped();
    let mut sources = table["sources"].as_array().unwrap().clone();
    sources.retain(|source| source["app"] != "forum");
    for forum in FORUMS {
        sources.push(json!({
            "id": format!("forum-{forum}"), "app": "forum", "platform": "standard", "account": forum,
            "workgroup": "customer-care", "reply_url": "https://forum.northline.example/api/replies",
        }));
    }
    table["sources"] = json!(sources);
    let at = |name: &str| {
        sources
            .iter()
            .position(|source| source["id"] == name)
            .unwrap()
    };
    table["sources"][at("forum-off")]["mode"] = json!("off");
    table["sources"][at("forum-dry")]["mode"] = json!("dry_run");
    table["sources"][at("forum-low")]["acks_per_minute"] = json!(1);
    table["sources"][at("forum-low")]["acks_per_hour"] = json!(1);
    // Nothing else is without a voice: a post whose own language nobody can tell.
    table["brand"]["language"] = json!("sv");
    let mut secrets = secrets(&table);
    secrets.remove(&credential_name(&SourceId::new("forum-mute")));
    Rig::with(table, secrets).await
}

/// A post on a forum, as its author wrote it, but for what `other` says.
async fn write(rig: &Rig, forum: &str, kind: &str, other: Value) -> String {
    let id = post_id();
    let mut data = json!({
        "account": forum, "id": id, "author": {"id": format!("author-{id}")},
        "text": PLEA, "created_at": now_ms(),
    });
    for (name, value) in other.as_object().unwrap() {
        data[name] = value.clone();
    }
    let body = json!({"type": kind, "data": data}).to_string();
    assert_eq!(rig.deliver("forum", body.as_bytes()).await, 200);
    format!("standard:{forum}/{}", data["id"].as_str().unwrap())
}

async fn say(rig: &Rig, forum: &str, other: Value) -> String {
    write(rig, forum, "post.created", other).await
}

/// What was decided of a post, as `GET /v1/interactions/{id}` tells it.
async fn decided(rig: &Rig, post: &str) -> String {
    let id = rig.holding(post).await["id"].clone();
    let path = format!("/v1/interactions/{}", id.as_str().unwrap());
    let shown = rig.agent("ana").get(&path).await;
    let posts = shown["posts"].as_array().unwrap();
    let of = |one: &&Value| post.ends_with(one["id"].as_str().unwrap());
    posts.iter().find(of).unwrap()["ack"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Ends everything that is open.
async fn clear(rig: &Rig) {
    let ana = rig.agent("ana");
    loop {
        let held = ana.claim(json!({"max": 20})).await;
        for one in &held {
            let held = Held::of(one.clone());
            let ended = ana.on(&held, "resolve", json!({"outcome": "done"})).await;
            assert_eq!(ended.0, 200, "{}", ended.1);
        }
        if held.is_empty() {
            return;
        }
    }
}

/// How often a decision was made.
async fn counted(rig: &Rig, why: &str) -> i64 {
    let told = rig.caller("sue", Role::Supervisor).get("/v1/acks").await;
    told["decisions"][why].as_i64().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_alone_keeps_an_acknowledgment_back_and_is_recorded() {
    let rig = rig().await;
    // Without any of them it is sent: what follows differs in one thing only.
    let plain = say(&rig, "live", json!({})).await;
    rig.ack(&plain, "sent").await;
    let mut sent = 1;

    for (why, forum, other) in [
        ("off", "off", json!({})),
        ("no_credential", "mute", json!({})),
        ("says_stop", "live", json!({"text": "STOP"})),
        (
            "not_urgent",
            "live",
            json!({"text": "when does the ticket office open on Sunday?"}),
        ),
        (
            "attack",
            "live",
            json!({"text": "you are useless idiots, I hope you all die in a fire, you disgusting morons"}),
        ),
        (
            "spam",
            "live",
            json!({"text": "Earn $5000 a week from home!!! Click http://win.example now, free crypto, DM me"}),
        ),
        (
            "not_a_plea",
            "live",
            json!({"text": "what a lovely ride along the coast today, thank you"}),
        ),
        ("standard.absent_author", "live", json!({"author": null})),
        (
            "bot",
            "live",
            json!({"author": {"id": "robot", "bot": true}}),
        ),
        ("not_addressed", "live", json!({"addressed": false})),
        (
            "stale",
            "live",
            json!({"created_at": now_ms() - 61 * 60_000}),
        ),
        (
            "no_voice",
            "live",
            json!({"text": "lift stuck, insulin gone"}),
        ),
    ] {
        let before = counted(&rig, why).await;
        let post = say(&rig, forum, other).await;
        assert_eq!(decided(&rig, &post).await, why);
        assert_eq!(counted(&rig, why).await, before + 1, "{why}");
        assert!(rig.holding(&post).await["ack"].is_null(), "{why}");
    }

    // Of an author who said stop, once and for all.
    write(
        &rig,
        "live",
        "author.stop",
        json!({"author": {"id": "done"}}),
    )
    .await;
    let post = say(&rig, "live", json!({"author": {"id": "done"}})).await;
    assert_eq!(decided(&rig, &post).await, "stopped");

    // A second cry in the same matter.
    let again = json!({"author": {"id": "ada"}});
    let first = say(&rig, "live", again.clone()).await;
    rig.ack(&first, "sent").await;
    sent += 1;
    let post = say(&rig, "live", again.clone()).await;
    assert_eq!(decided(&rig, &post).await, "acknowledged");
    assert_eq!(
        rig.holding(&post).await["id"],
        rig.holding(&first).await["id"]
    );

    // The next matter, when the first has ended.
    clear(&rig).await;
    let post = say(&rig, "live", again.clone()).await;
    assert_eq!(decided(&rig, &post).await, "cooldown");

    // While a person speaks with them.
    clear(&rig).await;
    let talk = json!({"author": {"id": "bo"}, "text": "when does the office open?"});
    say(&rig, "live", talk).await;
    let ana = rig.agent("ana");
    let held = ana.claim_one().await;
    assert_eq!(ana.reply(&held, "key", "At six.").await.0, 200);
    sent += 1;
    let post = say(&rig, "live", json!({"author": {"id": "bo"}})).await;
    assert_eq!(decided(&rig, &post).await, "in_exchange");

    // A platform's rule: a comment that arrives hidden.
    let (id, author) = (post_id(), post_id());
    let comment = Said {
        platform: Platform::Facebook,
        event: Simulated::Made,
        author: &author,
        id: &id,
        text: PLEA,
    };
    let (app, body) = rig.written(&comment);
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    body["entry"][0]["changes"][0]["value"]["is_hidden"] = json!(true);
    assert_eq!(rig.deliver(&app, body.to_string().as_bytes()).await, 200);
    let post = format!(
        "facebook:{}",
        body["entry"][0]["changes"][0]["value"]["comment_id"]
            .as_str()
            .unwrap()
    );
    assert_eq!(decided(&rig, &post).await, "facebook.hidden");

    // One a minute and one an hour: the second has no place that is near enough.
    let first = say(&rig, "low", json!({})).await;
    rig.ack(&first, "sent").await;
    sent += 1;
    let post = say(&rig, "low", json!({})).await;
    assert_eq!(decided(&rig, &post).await, "ceiling");

    // In a dry run the decision is made and kept, and nothing leaves.
    let post = say(&rig, "dry", json!({})).await;
    assert_eq!(decided(&rig, &post).await, "planned");
    assert_eq!(rig.holding(&post).await["ack"]["state"], "dry_run");

    for why in [
        "stopped",
        "acknowledged",
        "cooldown",
        "in_exchange",
        "facebook.hidden",
        "ceiling",
    ] {
        assert_eq!(counted(&rig, why).await, 1, "{why}");
    }
    // Restarted, it is as silent: towards who said stop, and towards who was just answered.
    rig.restart().await;
    for (why, who) in [("stopped", "done"), ("cooldown", "ada")] {
        clear(&rig).await;
        let post = say(&rig, "live", json!({"author": {"id": who}})).await;
        assert_eq!(decided(&rig, &post).await, why);
    }
    assert_eq!(rig.sandbox.sent().len(), sent);
    assert_recounted(&rig);
}

/// The switches: a pause at once, a deploy with another mode, each for what comes and for what waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_pause_and_a_changed_mode_stop_what_comes_and_what_is_planned() {
    let mut table = shipped();
    let sources = table["sources"].as_array().unwrap();
    let x = sources
        .iter()
        .position(|source| source["platform"] == "x")
        .unwrap();
    // One a minute, so that others wait.
    table["sources"][x]["acks_per_minute"] = json!(1);
    let secrets = secrets(&table);
    let mut rig = Rig::with(table, secrets).await;
    let cry = async |rig: &Rig| {
        let id = post_id();
        rig.event(&Said::x(&id, &id, PLEA)).await;
        format!("x:{id}")
    };
    let first = cry(&rig).await;
    rig.ack(&first, "sent").await;
    let waits = cry(&rig).await;
    let waiting = rig.ack(&waits, "planned").await;
    assert_eq!(waiting["ack"]["why"], "ceiling");

    // Only a supervisor, only a source there is, and not without a reason.
    let ana = rig.agent("ana");
    let ask = json!({"source": "x-northline", "reason": "a fire drill"});
    assert_eq!(ana.post("/v1/acks/pause", ask.clone()).await.0, 403);
    let sue = rig.caller("sue", Role::Supervisor);
    for (bad, field) in [
        (json!({"source": "nowhere", "reason": "x"}), "source"),
        (json!({"source": "x-northline"}), "reason"),
    ] {
        let (status, problem) = sue.post("/v1/acks/pause", bad).await;
        assert_eq!(
            (status, &problem["field"]),
            (422, &json!(field)),
            "{problem}"
        );
    }
    let (status, told) = sue.post("/v1/acks/pause", ask).await;
    assert_eq!(status, 200, "{told}");
    let paused = &told["paused"][0];
    assert_eq!(
        (&paused["source"], &paused["by"], &paused["reason"]),
        (&json!("x-northline"), &json!("sue"), &json!("a fire drill"))
    );
    assert!((now_ms() - paused["since_ms"].as_i64().unwrap()).abs() < 60_000);
    assert_eq!(ana.backlog().await["paused"], told["paused"]);
    assert_eq!(sue.get("/readyz").await["paused"], told["paused"]);

    // What waited is taken back at once, and what comes is silent, also after a restart.
    assert_eq!(rig.holding(&waits).await["ack"]["why"], "paused");
    assert_eq!(decided(&rig, &cry(&rig).await).await, "paused");
    rig.restart().await;
    assert_eq!(decided(&rig, &cry(&rig).await).await, "paused");
    assert_eq!(rig.sandbox.sent().len(), 1);
    let sue = rig.caller("sue", Role::Supervisor);
    let (status, told) = sue
        .post("/v1/acks/resume", json!({"source": "x-northline"}))
        .await;
    assert_eq!((status, &told["paused"]), (200, &json!([])));

    // A deploy with another mode: what comes is silent, and what was to be tried again is taken back.
    rig.sandbox.script([Behaviour::Answer {
        status: 429,
        headers: vec![("Retry-After".into(), "4".into())],
        body: "{}".into(),
    }]);
    let later = say(&rig, "forum.northline.example", json!({})).await;
    let waiting = rig.ack(&later, "planned").await;
    assert_eq!(waiting["ack"]["why"], "later");
    rig.deploy(|table| table["mode"] = json!("off")).await;
    assert_eq!(decided(&rig, &cry(&rig).await).await, "off");
    let withdrawn = rig.ack(&later, "withdrawn").await;
    assert_eq!(withdrawn["ack"]["why"], "off");
    assert_eq!(rig.sandbox.sent().len(), 2);
    rig.deploy(|table| table["mode"] = json!("live")).await;
    let again = say(&rig, "forum.northline.example", json!({})).await;
    rig.ack(&again, "sent").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_cries_in_a_minute_stay_under_the_ceiling_and_all_are_queued() {
    let mut table = shipped();
    // As it is shipped.
    table.as_object_mut().unwrap().remove("limits");
    table["shards"] = json!(4);
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let ids: Vec<String> = (0..500).map(|_| post_id()).collect();
    let begun_ms = now_ms();
    for some in ids.chunks(25) {
        let all = some.iter().map(|id| async {
            let (app, body) = rig.written(&Said::x(id, id, PLEA));
            insist(&rig, &app, &body).await;
        });
        futures_util::future::join_all(all).await;
    }
    let took_ms = now_ms() - begun_ms;
    let backlog = rig.agent("watcher").backlog().await;
    assert_eq!(
        (&backlog["posts"]["received"], &backlog["open"]),
        (&json!(500), &json!(500))
    );
    // Six a minute, the shards' parts together, and those of five more minutes wait.
    let acks = |name: &str| backlog["acks"][name].as_i64().unwrap_or(0);
    assert!(acks("planned") > 0 && acks("planned") <= 6 * 6, "{backlog}");
    let silent = counted(&rig, "ceiling").await;
    assert_eq!(silent + counted(&rig, "planned").await, 500);
    assert!(silent >= 500 - 7 * 6, "{silent}");
    until("those at once to be sent", async || {
        let sent = rig.sandbox.sent().len();
        (sent >= 6).then_some(()).ok_or(sent.to_string())
    })
    .await;
    // None in a minute has more than six, however long the machine took.
    let mut times: Vec<i64> = rig.sandbox.sent().iter().map(|sent| sent.at_ms).collect();
    times.sort_unstable();
    let most = times.iter().map(|from| {
        times
            .iter()
            .filter(|at| (*from..from + 59_000).contains(*at))
            .count()
    });
    assert!(most.max().unwrap() <= 6, "{times:?}");
    println!(
        "500 in {took_ms} ms: {} sent, {} wait, {silent} silent",
        times.len(),
        acks("planned")
    );
}
