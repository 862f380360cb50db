//! A panic inside an object, on the real runtime: who waits is told at once, what was stored stays, and the next call works.

use crate::rig::{Mixed, PLEA, Rig, Said, Version, built, post_id, shipped};
use heard::lab::build;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::timeout;

/// Far beyond what it takes, and far below the 75 s and more that a call hung before there was a belt.
const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "builds a second Worker, one that panics: minutes"]
async fn a_panic_is_answered_and_what_was_stored_stays() {
    let probe = tokio::task::spawn_blocking(build::probe);
    let probe = probe.await.unwrap().unwrap_or_else(|why| panic!("{why:#}"));
    for front in [built().await, probe.clone()] {
        panics(front, probe.clone()).await;
    }
}

/// With the Worker of `front`, in an isolate of its own, before objects of `probe`.
async fn panics(front: PathBuf, probe: PathBuf) {
    let version = |built| Version {
        built,
        table: shipped(),
    };
    let rig = Rig::mixed(Mixed {
        front: version(front),
        objects: version(probe),
    })
    .await;
    let (before, poison, after) = (post_id(), post_id(), post_id());
    rig.event(&Said::x("ann", &before, PLEA)).await;

    for round in 0..3 {
        let bob = rig.agent("bob");
        let body = json!({"wait_s": 20, "languages": ["ja"]});
        let waits = bob.try_call("POST", "/v1/claims", None, Some(&body));
        let poisoned = async {
            let said = Said::x("bob", &poison, "@NorthlineRail panic, please");
            let (app, body) = rig.written(&said);
            timeout(AT_ONCE, rig.deliver(&app, &body)).await
        };
        let (waited, status) = tokio::join!(timeout(AT_ONCE * 5, waits), poisoned);
        // Whether told of it or given nothing at the end of the wait: whoever waits beside it is answered.
        assert!(waited.is_ok(), "round {round}: {}", rig.log());
        assert_eq!(status, Ok(503), "round {round}: {}", rig.log());
        // It did not take what it shares an object with along.
        let said = Said::x("ann", &after, "@NorthlineRail and now the lights went out");
        rig.event(&said).await;
    }
    let ana = rig.agent("ana");
    let list = ana.get("/v1/interactions").await;
    let posts = list.to_string();
    for (id, is_there) in [(&before, true), (&after, true), (&poison, false)] {
        assert_eq!(posts.contains(id.as_str()), is_there, "{id}: {list}");
    }
    assert_eq!(ana.claim_one().await.interaction["posts"][0]["copies"], 0);
    assert_eq!(rig.sent_to(&before).len(), 1);
    crate::rig::assert_recounted(&rig);
}
