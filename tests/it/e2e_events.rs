//! The stream of events, on the real runtime.

use crate::rig::{Caller, Rig, Said, post_id, secrets, shipped, until};
use heard::api::route::Role;
use reqwest::Response;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const CALM: &str = "@NorthlineRail is the 8:04 on time?";

/// How long an event may take: far beyond what it takes.
const PATIENCE: Duration = Duration::from_secs(40);

async fn with_shards(shards: u16) -> Rig {
    let mut table = shipped();
    table["shards"] = json!(shards);
    let secrets = secrets(&table);
    Rig::with(table, secrets).await
}

/// Somebody who reads a stream.
struct Reader {
    response: Response,
    read: String,
    cursor: Option<String>,
}

#[derive(Debug)]
struct Told {
    event: String,
    data: Value,
}

impl Reader {
    async fn open(caller: &Caller<'_>, cursor: Option<&str>) -> Self {
        let url = caller.rig.url("/v1/events").unwrap();
        let mut request = caller.rig.client.get(url).bearer_auth(&caller.token);
        if let Some(cursor) = cursor {
            request = request.header("Last-Event-ID", cursor);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        let (read, cursor) = (String::new(), cursor.map(str::to_owned));
        Self {
            response,
            read,
            cursor,
        }
    }

    /// The next event; nothing where the stream ends.
    async fn next(&mut self) -> Option<Told> {
        loop {
            while let Some((block, rest)) = self.read.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.read = rest;
                let line = |name: &str| {
                    let mut lines = block.lines();
                    lines.find_map(|line| line.strip_prefix(name).map(str::to_owned))
                };
                if let Some(id) = line("id: ") {
                    self.cursor = Some(id);
                }
                if let Some(event) = line("event: ") {
                    let data = serde_json::from_str(&line("data: ").unwrap()).unwrap();
                    return Some(Told { event, data });
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("an event in time").unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn expect(&mut self, event: &str) -> Value {
        let told = self.next().await.expect("the stream goes on");
        assert_eq!(told.event, event, "{}", told.data);
        told.data
    }
}

/// One posts, another claims and resolves; who listens is told so, and who listens for others' work is told nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_as_it_happens() {
    let rig = with_shards(2).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let mut all = Reader::open(&boss, None).await;
    all.expect("ready").await;
    let token = rig.token(
        "elsewhere",
        Role::Agent,
        &["nobody"],
        crate::rig::now_ms() / 1_000 + 600,
    );
    let elsewhere = Caller { rig: &rig, token };
    let mut none = Reader::open(&elsewhere, None).await;
    none.expect("ready").await;
    // Longer than the runtime keeps an object in memory that only holds sockets.
    tokio::time::sleep(Duration::from_secs(12)).await;
    let id = post_id();
    rig.event(&Said::x(&id, &id, CALM)).await;
    let opened = all.expect("interaction.opened").await;
    assert_eq!(opened["type"], "interaction.opened");
    assert_eq!(opened["data"]["source"], "x-northline");
    let text = opened.to_string();
    assert!(!text.contains("8:04"), "no text: {text}");
    let ana = rig.agent("ana");
    let held = ana.claim_one().await;
    let claimed = all.expect("interaction.claimed").await;
    assert_eq!(claimed["data"]["interaction"], json!(held.id));
    assert_eq!(claimed["data"]["by"], "ana");
    let (status, said) = ana.on(&held, "resolve", json!({"outcome": "said"})).await;
    assert_eq!(status, 200, "{said}");
    all.expect("interaction.resolved").await;
    // Broken off, and gone on: what happened meanwhile is told, and nothing twice.
    let cursor = all.cursor.clone();
    drop(all);
    let id = post_id();
    rig.event(&Said::x(&id, &id, CALM)).await;
    rig.restart().await;
    let again = post_id();
    rig.event(&Said::x(&again, &again, CALM)).await;
    let mut all = Reader::open(&boss, cursor.as_deref()).await;
    all.expect("ready").await;
    let first = all.expect("interaction.opened").await;
    let second = all.expect("interaction.opened").await;
    assert_ne!(first["data"]["interaction"], second["data"]["interaction"]);
    let held = ana.claim_one().await;
    let claimed = all.expect("interaction.claimed").await;
    assert_eq!(claimed["data"]["interaction"], json!(held.id));
    // A place that no shard has is told.
    let strange = heard::api::live::written(
        &heard::inbox::shard::Shard::all(2)
            .map(|shard| (shard, heard::inbox::event::Mark { period: 99, n: 5 }))
            .collect(),
    );
    let mut lost = Reader::open(&boss, Some(&strange)).await;
    lost.expect("reset").await;
}

/// What an endpoint elsewhere got.
#[derive(Clone, Debug)]
struct Got {
    host: String,
    headers: reqwest::header::HeaderMap,
    body: String,
}

/// An endpoint that answers the first calls as it is told to, and the rest with 200.
struct Endpoint {
    address: String,
    got: Arc<Mutex<Vec<Got>>>,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Endpoint {
    async fn start(first: Vec<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let kept = got.clone();
        let first = Arc::new(Mutex::new(first));
        let serving = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (kept, first) = (kept.clone(), first.clone());
                tokio::spawn(async move {
                    while let Some(one) = read_call(&mut stream).await {
                        kept.lock().unwrap().push(one);
                        let status = {
                            let mut first = first.lock().unwrap();
                            match first.is_empty() {
                                true => "200 OK",
                                false => first.remove(0),
                            }
                        };
                        let answer = format!(
                            "HTTP/1.1 {status}\r\ncontent-length: 0\r\nlocation: https://elsewhere.example/\r\n\r\n"
                        );
                        if stream.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self {
            address,
            got,
            serving,
        }
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

async fn read_call(stream: &mut TcpStream) -> Option<Got> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut headers = reqwest::header::HeaderMap::new();
            for line in head.lines().skip(1) {
                let (name, value) = line.split_once(':').unwrap();
                let name: reqwest::header::HeaderName = name.parse().unwrap();
                headers.insert(name, value.trim().parse().unwrap());
            }
            let length: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
            if body.len() >= length {
                let host = headers["host"].to_str().unwrap().to_owned();
                return Some(Got {
                    host,
                    headers,
                    body: body.to_owned(),
                });
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(n @ 1..) => bytes.extend_from_slice(&piece[..n]),
            _ => return None,
        }
    }
}

/// A receiver that fails at first, then wants to lead elsewhere, then takes it: the same event each time, signed with
/// both secrets of a rotation. The queue goes on meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_at_first_is_told_in_the_end() {
    let endpoint = Endpoint::start(vec!["500 Oh", "302 Found"]).await;
    let mut table = shipped();
    table["mode"] = json!("off");
    table["receivers"] = json!([
        {"id": "crm", "url": "https://events.example/heard", "events": ["interaction.opened"]},
    ]);
    let (old, new) = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    );
    let mut secrets = secrets(&table);
    secrets.insert("RECEIVER_SECRET__CRM".into(), format!("{new} {old}"));
    let rig = Rig::calling(table, secrets, endpoint.address.clone()).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let id = post_id();
    rig.event(&Said::x(&id, &id, CALM)).await;
    let held = rig.agent("ana").claim_one().await;
    until("the event to arrive", async || {
        let stands = boss.get("/v1/receivers").await;
        match stands["receivers"][0]["sent"] == 1 || endpoint.got().len() > 2 {
            true => Ok(()),
            false => {
                // The second try is answered with a redirection, the third comes in five minutes: a supervisor need
                // not wait for it, once it is dead. Here the clock is real, so the test stops at the second.
                match endpoint.got().len() {
                    2 if stands["receivers"][0]["retrying"] == 1 => Ok(()),
                    n => Err(format!("{n} calls: {stands}")),
                }
            }
        }
    })
    .await;
    let got = endpoint.got();
    assert_eq!(got.len(), 2, "{got:?}");
    for one in &got {
        assert_eq!(one.host, "events.example", "never elsewhere");
        for secret in [old, new] {
            let webhook = standardwebhooks::Webhook::new(secret).unwrap();
            webhook.verify(one.body.as_bytes(), &one.headers).unwrap();
        }
        let body: Value = serde_json::from_str(&one.body).unwrap();
        assert_eq!(body["type"], "interaction.opened");
        assert_eq!(body["data"]["interaction"], json!(held.id));
        assert_eq!(
            one.headers["webhook-id"],
            body["data"]["id"].as_str().unwrap()
        );
        assert!(!one.body.contains("8:04"), "no text: {}", one.body);
    }
    assert_eq!(got[0].headers["webhook-id"], got[1].headers["webhook-id"]);
    let stands = boss.get("/v1/receivers").await;
    assert_eq!(stands["receivers"][0]["why"], "status 302", "{stands}");
    // The next one arrives: the first holds it up no more.
    let id = post_id();
    rig.event(&Said::x(&id, &id, CALM)).await;
    until("the next to arrive", async || {
        let stands = boss.get("/v1/receivers").await;
        match stands["receivers"][0]["sent"] == 1 {
            true => Ok(()),
            false => Err(stands.to_string()),
        }
    })
    .await;
    assert_eq!(endpoint.got().len(), 3);
}

/// A page of a configured origin may call, with its own headers; a document that a caller has is not sent again.
#[tokio::test(flavor = "multi_thread")]
async fn other_sites_and_kept_documents() {
    let mut table = shipped();
    table["api"] = json!({"origins": ["https://desk.example"]});
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let ask = async |method: &str, path: &str, headers: &[(&str, &str)]| {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = rig.client.request(method, rig.url(path).unwrap());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    };
    let desk = ("origin", "https://desk.example");
    let wants = ("access-control-request-method", "POST");
    let said = ask("OPTIONS", "/v1/claims", &[desk, wants]).await;
    assert_eq!(said.status(), 204);
    assert_eq!(
        said.headers()["access-control-allow-origin"],
        "https://desk.example"
    );
    assert!(
        !said
            .headers()
            .contains_key("access-control-allow-credentials")
    );
    let said = ask(
        "OPTIONS",
        "/v1/claims",
        &[("origin", "https://other.example"), wants],
    )
    .await;
    assert_eq!(said.status(), 405);
    assert!(!said.headers().contains_key("access-control-allow-origin"));
    // Refusals can be read too: else a console could not tell an expired token from a broken network.
    let said = ask("GET", "/v1/backlog", &[desk]).await;
    assert_eq!(said.status(), 401);
    assert_eq!(
        said.headers()["access-control-allow-origin"],
        "https://desk.example"
    );
    assert_eq!(said.headers()["vary"], "Origin");
    let token = format!("Bearer {}", rig.agent("ana").token);
    let stream = ask("GET", "/v1/events", &[desk, ("authorization", &token)]).await;
    assert_eq!(stream.status(), 200);
    assert_eq!(
        stream.headers()["access-control-allow-origin"],
        "https://desk.example"
    );
    drop(stream);
    let first = ask("GET", "/openapi.json", &[]).await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(first.headers()["cache-control"], "no-cache");
    let again = ask("GET", "/openapi.json", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()["etag"], tag.as_str());
    assert_eq!(again.bytes().await.unwrap().len(), 0);
    let other = ask("GET", "/openapi.json", &[("if-none-match", "\"other\"")]).await;
    assert_eq!(other.status(), 200);
}

/// A revoked token's stream ends with the next heartbeat, and so does an expired one's.
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_hears_no_more() {
    let rig = Rig::start().await;
    let boss = rig.caller("boss", Role::Supervisor);
    let ana = rig.agent("ana");
    let mut stream = Reader::open(&ana, None).await;
    stream.expect("ready").await;
    let tokens = boss.get("/v1/tokens").await;
    let theirs = tokens["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .find(|token| token["agent"] == "ana")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, said) = boss
        .post(&format!("/v1/tokens/{theirs}/revoke"), json!({}))
        .await;
    assert_eq!(status, 200, "{said}");
    assert!(stream.next().await.is_none(), "the stream ends");
}
