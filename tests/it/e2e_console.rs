//! The sandbox's page over HTTP, as its script uses it: a customer writes, the note is there to be read, the agent
//! takes, answers and finishes.

use crate::rig::{PLEA, Rig, until};
use heard::cli::sandbox::console::Console;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

struct Page<'a> {
    base: String,
    client: &'a Client,
}

impl Page<'_> {
    async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}{path}", self.base)).send();
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value, more: &[(&str, &str)]) -> (StatusCode, Value) {
        let mut request = self
            .client
            .request(Method::POST, format!("{}{path}", self.base))
            .json(body);
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_is_written_acknowledged_taken_and_answered_on_the_page() {
    let rig = Rig::start().await;
    let (table, secrets) = (rig.table.to_string(), rig.secrets.clone());
    let config = move || {
        Ok(heard::config::Config::read(&table, &|name| {
            secrets.get(name).cloned()
        }))
    };
    let console = Console::new(rig.url("").unwrap(), config).unwrap();
    rig.sandbox.show(console);
    let page = Page {
        base: rig.sandbox.url(),
        client: &rig.client,
    };

    let setting = page.get("/setting.json").await;
    let sources = setting["sources"].as_array().unwrap();
    let of = |platform: &str| sources.iter().any(|source| source["platform"] == platform);
    assert!(of("x") && of("facebook") && !of("tiktok"), "{setting}");
    assert!(setting["whys"]["not_urgent"].is_string());

    let plea = json!({"source": "x-northline", "author": "Ada Example", "text": PLEA});
    let (status, taken) = page.post("/customer", &plea, &[]).await;
    assert_eq!(
        (status.as_u16(), &taken["status"]),
        (200, &json!(200)),
        "{taken}"
    );
    let post = taken["post"].as_str().unwrap().to_owned();
    let note = until("the note", async || {
        let list = page.get("/agent/v1/interactions").await;
        let one = &list["interactions"][0];
        match one["ack"]["state"] == "sent" {
            true => Ok(one.clone()),
            false => Err(list.to_string()),
        }
    })
    .await;
    assert_eq!(
        format!("x:{}", note["posts"][0]["id"].as_str().unwrap()),
        post
    );
    assert_eq!(note["author"]["name"], "Ada Example");
    let sent = page.get("/sent.json?last=1").await;
    assert_eq!(sent[0]["text"], note["ack"]["text"]);

    let claim = json!({"max": 1, "lease_s": 300});
    let (status, claimed) = page.post("/agent/v1/claims", &claim, &[]).await;
    assert_eq!(status, 200, "{claimed}");
    let held = page.get("/agent/v1/claims").await["interactions"][0].clone();
    let (id, lease) = (held["id"].as_str().unwrap(), &held["lease"]);
    assert_eq!(held["holder"], "you");
    let on = |what: &str| format!("/agent/v1/interactions/{id}/{what}");
    let reply = json!({"lease": lease, "text": "Ada, a crew is with you in ten minutes.", "seen": held["cursor"]});
    let key = [("idempotency-key", "page-1")];
    for _ in 0..2 {
        let (status, replied) = page.post(&on("reply"), &reply, &key).await;
        assert_eq!(
            (status.as_u16(), &replied["state"]),
            (200, &json!("sent")),
            "{replied}"
        );
    }
    let words = rig.sandbox.sent().into_iter().map(|sent| sent.text);
    let words: Vec<String> = words
        .filter(|text| text.starts_with("Ada, a crew"))
        .collect();
    assert_eq!(words.len(), 1, "the same key answers once");
    let end = json!({"lease": lease, "outcome": "answered"});
    let (status, done) = page.post(&on("resolve"), &end, &[]).await;
    assert_eq!(
        (status.as_u16(), &done["state"]),
        (200, &json!("done")),
        "{done}"
    );

    // Another site in the same browser cannot write, nor can one that sends what forms send.
    let elsewhere = [("origin", "https://evil.example")];
    let (status, _) = page.post("/customer", &plea, &elsewhere).await;
    assert_eq!(status, 403);
    let form = rig.client.post(format!("{}/customer", page.base));
    let form = form
        .header("content-type", "text/plain")
        .body(plea.to_string());
    assert_eq!(form.send().await.unwrap().status(), 403);
    let (status, why) = page.post("/customer", &json!({"source": "x"}), &[]).await;
    assert_eq!(status, 422, "{why}");
    // The page's agent is no supervisor.
    let (status, _) = page
        .post("/agent/v1/acks/pause", &json!({"reason": "x"}), &[])
        .await;
    assert_eq!(status, 403);
}
