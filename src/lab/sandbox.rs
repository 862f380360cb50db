//! The sandbox platform: a local server that stands where the platforms' reply APIs stand.
//!
//! A call reaches it either with its real `Host` (the runtime's outbound traffic is sent here, as tests do) or as
//! `/{host}{path}` on our own address (`heard dev` puts that before every reply URL). Each is judged by
//! [`rules`], kept, and listed at `GET /sent` (for people as a page, else as JSON, as `/sent.json` always is);
//! `DELETE /sent` forgets them. `/` is a page to try it all ([`console`]). Tests script how the next calls end.

use accounts::Accounts;
use answer::{Answered, Cut, empty, json};
use console::Console;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, broadcast};
use tokio::task::{JoinHandle, JoinSet};

mod accounts;
mod answer;
mod channels;
pub mod console;
mod fetch;
mod manage;
pub mod rules;

/// Calls kept; the oldest go first. Enough for the largest test, small enough to forget about.
const KEPT: usize = 10_000;
/// Bodies past this are answered 413: no reply is a hundredth of it.
const BODY_LIMIT: usize = 1024 * 1024;

/// How a valid call ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Behaviour {
    /// As the platform does when all is well.
    Accept,
    /// With this answer; the reply is published only when `status` says success.
    Answer {
        /// HTTP status.
        status: u16,
        /// Headers, such as `Retry-After`.
        headers: Vec<(String, String)>,
        /// Body.
        body: String,
    },
    /// As [`Behaviour::Accept`], once [`Sandbox::release`] lets it: a platform that takes its time.
    AcceptOnRelease,
    /// As [`Behaviour::Accept`], after so many milliseconds. The reply is published at once.
    AcceptLate(u64),
    /// With 200 and a body that is no answer of any platform. The reply is published.
    Garbage,
    /// Never, and the reply is not published.
    Hang,
    /// With the connection cut, and the reply is not published.
    CutConnection,
    /// With the connection cut after the reply was published.
    AcceptThenCut,
    /// Never, though the reply was published.
    AcceptThenHang,
}

/// What the caller can know of a call's fate from the answer alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Told that it was published.
    Accepted,
    /// Told that it was not.
    Refused,
    /// Told nothing certain: it may have been published.
    InDoubt,
}

/// A call that arrived, whatever became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sent {
    /// When it arrived, epoch milliseconds.
    pub at_ms: i64,
    /// The platform, in Heard's words.
    pub platform: &'static str,
    /// HTTP method.
    pub method: String,
    /// The host it was meant for.
    pub host: String,
    /// The path there.
    pub path: String,
    /// The post, comment or person it answers.
    pub to: String,
    /// Its text.
    pub text: String,
    /// Whether the public can now read it.
    pub accepted: bool,
    /// The status it was answered with; `None` when it got no answer.
    pub status: Option<u16>,
    /// Why it was refused, or how it ended otherwise.
    pub why: Option<String>,
    /// What its sender can know.
    pub fate: Fate,
    /// `Authorization` as it came: for tests, never listed.
    #[serde(skip)]
    pub authorization: Option<String>,
    /// Every header as it came: for tests, never listed.
    #[serde(skip)]
    pub headers: Vec<(String, String)>,
}

/// The server; it ends when dropped.
pub struct Sandbox {
    /// Where it listens.
    pub addr: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    state: Mutex<State>,
    news: broadcast::Sender<Sent>,
    /// A permit for each call that may be answered now.
    released: Semaphore,
    console: OnceLock<Console>,
}

#[derive(Default)]
struct State {
    sent: VecDeque<Sent>,
    script: VecDeque<Behaviour>,
    /// What platforms take once, and took.
    used: BTreeSet<String>,
    accounts: Accounts,
    /// What platforms know of posts and people, by id, and who asked: the calls' paths and queries.
    known: BTreeMap<String, String>,
    asked: Vec<String>,
    /// What was registered with the platforms: webhooks and subscriptions.
    managed: manage::Managed,
    /// Ids given out so far; never reset, so no two replies share one.
    ids: u64,
}

impl Sandbox {
    /// Listens on `addr` (port 0 picks one) until dropped.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start(addr: impl Into<SocketAddr>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(addr.into()).await?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            news: broadcast::channel(1024).0,
            released: Semaphore::new(0),
            console: OnceLock::new(),
        });
        let serving = tokio::spawn(serve(listener, shared.clone()));
        Ok(Self {
            addr,
            shared,
            serving,
        })
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Says how the next valid calls end, one each, in the order of their arrival; after them [`Behaviour::Accept`].
    /// A call that its platform would refuse is refused and uses none up.
    pub fn script(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.shared.state().script.extend(behaviours);
    }

    /// Answers so many calls that wait for it, now or when they come.
    pub fn release(&self, calls: usize) {
        self.shared.released.add_permits(calls);
    }

    /// Puts a Worker behind its page; the first one stays.
    pub fn show(&self, console: Console) {
        let _ = self.shared.console.set(console);
    }

    /// Learns a credential as Heard's secrets write it: from then on the platform takes nothing else.
    pub fn know(&self, secret: &str) {
        self.shared.state().accounts.know(secret);
    }

    /// Takes every token back that came of the credentials it knows, and the credentials.
    pub fn revoke(&self) {
        self.shared.state().accounts.revoke();
    }

    /// Takes its access tokens back, and leaves what they were got with.
    pub fn expire(&self) {
        self.shared.state().accounts.expire();
    }

    /// Every call that arrived, oldest first (the last 10,000).
    pub fn sent(&self) -> Vec<Sent> {
        self.shared.state().sent.iter().cloned().collect()
    }

    /// A platform knows this of a post (what it says) or a person (what they are called).
    pub fn knows(&self, id: &str, says: &str) {
        let mut state = self.shared.state();
        state.known.insert(id.to_owned(), says.to_owned());
    }

    /// What platforms were asked for, oldest first: paths with their queries.
    pub fn asked(&self) -> Vec<String> {
        self.shared.state().asked.clone()
    }

    /// Forgets the calls, not the script.
    pub fn clear(&self) {
        self.shared.state().sent.clear();
    }

    /// Tells of each call as it arrives.
    pub fn watch(&self) -> broadcast::Receiver<Sent> {
        self.shared.news.subscribe()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while holding it; were it so, what is kept would still be whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this future, and every open connection with it.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let _ = stream.set_nodelay(true);
                let shared = shared.clone();
                connections.spawn(async move {
                    let service = hyper::service::service_fn(|request| answer(&shared, request));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Answered {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return Ok(json(
            413,
            &serde_json::json!({"title": "Content Too Large"}),
        ));
    };
    let body = body.to_bytes();
    let named = header(&head.headers, HOST).unwrap_or_default();
    let path = head.uri.path();
    let (host, path) = if is_our_address(named) {
        let for_people = header(&head.headers, ACCEPT).is_some_and(|it| it.contains("text/html"));
        match (head.method.as_str(), path) {
            ("GET", "/") => return console::page(),
            ("GET", "/sent") if for_people => return console::page(),
            ("GET", "/sent" | "/sent.json") => {
                let sent = last(&shared.state().sent, head.uri.query());
                return Ok(json(200, &serde_json::json!(sent)));
            }
            ("DELETE", "/sent") => {
                shared.state().sent.clear();
                return Ok(empty(204));
            }
            // Browsers ask for it by themselves.
            ("GET", "/favicon.ico") => return Ok(empty(204)),
            _ => {}
        }
        if let Some(console) = shared.console.get()
            && let Some(answer) = console.answer(&head, &body).await
        {
            return Ok(answer);
        }
        let inner = path.strip_prefix('/').unwrap_or(path);
        let cut = inner.find('/').unwrap_or(inner.len());
        inner.split_at_checked(cut).unwrap_or((inner, ""))
    } else {
        (named, path)
    };
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    let call = rules::Call {
        method: head.method.as_str(),
        host: host.split(':').next().unwrap_or(host),
        path: if path.is_empty() { "/" } else { path },
        query: head.uri.query().unwrap_or_default(),
        authorization: header(&head.headers, AUTHORIZATION),
        content_type: header(&head.headers, CONTENT_TYPE),
        headers: &headers,
        body: &body,
    };
    take(shared, &call).await
}

/// The calls that are kept, oldest first; of a query `last=N` the last N.
fn last(sent: &VecDeque<Sent>, query: Option<&str>) -> Vec<Sent> {
    let most = query
        .and_then(|query| query.strip_prefix("last=")?.parse().ok())
        .unwrap_or(KEPT);
    let skipped = sent.len().saturating_sub(most);
    sent.iter().skip(skipped).cloned().collect()
}

/// Judges a call, keeps it and ends it as scripted.
async fn take(shared: &Shared, call: &rules::Call<'_>) -> Answered {
    {
        let mut state = shared.state();
        let State { known, managed, .. } = &mut *state;
        if let Some(answer) = manage::answer(call, known, managed) {
            state.asked.push(format!("{} {}", call.method, call.path));
            return Ok(json(answer.status, &answer.body));
        }
        if let Some(answer) = fetch::answer(call, &state.known) {
            state.asked.push(format!("{}?{}", call.path, call.query));
            return Ok(json(answer.status, &answer.body));
        }
    }
    let (judged, behaviour) = {
        let mut state = shared.state();
        state.ids += 1;
        let before = state.accounts.clone();
        let mut judged = state
            .accounts
            .judge(call, now_ms().div_euclid(1_000))
            .unwrap_or_else(|| {
                let id = format!("9{:014}", state.ids);
                channels::judge(call, &id).unwrap_or_else(|| rules::judge(call, &id))
            });
        let again = judged.once.take().filter(|_| judged.why.is_none());
        if let Some(rules::Once { key, again }) = again
            && !state.used.insert(key)
        {
            judged.answer = again;
            judged.why = Some("a second time".into());
        }
        let behaviour = match judged.why {
            None => state.script.pop_front().unwrap_or(Behaviour::Accept),
            Some(_) => Behaviour::Accept,
        };
        let sent = record(call, &judged, &behaviour);
        if judged.why.is_none() && !sent.accepted {
            // A call that never arrived used nothing up.
            state.accounts = before;
        }
        if state.sent.len() == KEPT {
            state.sent.pop_front();
        }
        state.sent.push_back(sent.clone());
        // Nobody need be watching.
        let _ = shared.news.send(sent);
        (judged, behaviour)
    };
    match behaviour {
        Behaviour::Accept | Behaviour::AcceptOnRelease | Behaviour::AcceptLate(_) => {
            if let Behaviour::AcceptLate(ms) = behaviour {
                tokio::time::sleep(Duration::from_millis(ms)).await;
            }
            if behaviour == Behaviour::AcceptOnRelease
                && let Ok(permit) = shared.released.acquire().await
            {
                permit.forget();
            }
            let mut response = json(judged.answer.status, &judged.answer.body);
            response.headers_mut().insert(
                CONTENT_TYPE,
                hyper::header::HeaderValue::from_static(judged.answer.content_type),
            );
            Ok(response)
        }
        Behaviour::Answer {
            status,
            headers,
            body,
        } => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            Ok(response
                .body(Full::from(body))
                .unwrap_or_else(|_| empty(500)))
        }
        Behaviour::Garbage => Ok(Response::new(Full::from(&b"\xff\xfe<html>{\"data\":"[..]))),
        Behaviour::Hang | Behaviour::AcceptThenHang => std::future::pending().await,
        Behaviour::CutConnection | Behaviour::AcceptThenCut => Err(Cut),
    }
}

fn record(call: &rules::Call<'_>, judged: &rules::Judged, behaviour: &Behaviour) -> Sent {
    let (accepted, status, fate, how) = match behaviour {
        Behaviour::Accept | Behaviour::AcceptOnRelease | Behaviour::AcceptLate(_) => {
            let accepted = judged.why.is_none();
            let fate = if accepted {
                Fate::Accepted
            } else {
                Fate::Refused
            };
            (accepted, Some(judged.answer.status), fate, None)
        }
        Behaviour::Answer { status, .. } => {
            let fate = match status {
                200..=299 => Fate::Accepted,
                408 | 500..=599 => Fate::InDoubt,
                _ => Fate::Refused,
            };
            (
                fate == Fate::Accepted,
                Some(*status),
                fate,
                Some("scripted answer"),
            )
        }
        Behaviour::Garbage => (true, Some(200), Fate::InDoubt, Some("garbage")),
        Behaviour::Hang => (false, None, Fate::InDoubt, Some("hang")),
        Behaviour::CutConnection => (false, None, Fate::InDoubt, Some("cut")),
        Behaviour::AcceptThenCut => (true, None, Fate::InDoubt, Some("cut after accepting")),
        Behaviour::AcceptThenHang => (true, None, Fate::InDoubt, Some("hang after accepting")),
    };
    Sent {
        at_ms: now_ms(),
        platform: judged.platform,
        method: call.method.to_owned(),
        host: call.host.to_owned(),
        path: call.path.to_owned(),
        to: judged.to.clone(),
        text: judged.text.clone(),
        accepted,
        status,
        why: judged.why.clone().or(how.map(str::to_owned)),
        fate,
        authorization: call.authorization.map(str::to_owned),
        headers: call.headers.to_vec(),
    }
}

fn is_our_address(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "" | "127.0.0.1" | "localhost" | "[::1]")
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const REPLY: &str = r#"{"text":"on it","reply":{"in_reply_to_tweet_id":"5"}}"#;

    async fn sandbox() -> Sandbox {
        Sandbox::start(([127, 0, 0, 1], 0)).await.unwrap()
    }

    fn post(sandbox: &Sandbox, client: &reqwest::Client) -> reqwest::RequestBuilder {
        client
            .post(format!("{}/api.x.com/2/tweets", sandbox.url()))
            .header("authorization", "Bearer t")
            .header("content-type", "application/json")
            .body(REPLY)
    }

    #[tokio::test]
    async fn calls_by_path_and_by_host_are_the_same() {
        let sandbox = sandbox().await;
        let client = reqwest::Client::new();
        let by_path = post(&sandbox, &client).send().await.unwrap();
        assert_eq!(by_path.status(), 201);
        let by_host = client
            .post(format!("{}/2/tweets", sandbox.url()))
            .header("host", "api.x.com")
            .header("authorization", "Bearer t")
            .header("content-type", "application/json")
            .body(REPLY)
            .send()
            .await
            .unwrap();
        assert_eq!(by_host.status(), 201);
        let sent = sandbox.sent();
        assert_eq!(sent.len(), 2);
        assert_eq!(
            (&sent[0].host, &sent[0].path),
            (&sent[1].host, &sent[1].path)
        );
        assert_eq!(sent[0].to, "5");
        assert!(
            sent.iter()
                .all(|sent| sent.accepted && sent.fate == Fate::Accepted)
        );
        let list = client
            .get(format!("{}/sent", sandbox.url()))
            .send()
            .await
            .unwrap();
        let list: serde_json::Value = list.json().await.unwrap();
        assert_eq!(list.as_array().unwrap().len(), 2);
        assert!(
            !list.to_string().contains("Bearer"),
            "credentials are not listed"
        );
        let cleared = client
            .delete(format!("{}/sent", sandbox.url()))
            .send()
            .await
            .unwrap();
        assert_eq!(cleared.status(), 204);
        assert!(sandbox.sent().is_empty());
    }

    #[tokio::test]
    async fn the_script_is_used_up_in_order_and_every_arrival_is_kept() {
        let sandbox = sandbox().await;
        let client = reqwest::Client::builder()
            .timeout(Duration::from_millis(300))
            .build()
            .unwrap();
        sandbox.script([
            Behaviour::Answer {
                status: 429,
                headers: vec![("retry-after".into(), "7".into())],
                body: "{}".into(),
            },
            Behaviour::Garbage,
            Behaviour::CutConnection,
            Behaviour::AcceptThenCut,
            Behaviour::Hang,
            Behaviour::AcceptThenHang,
        ]);
        let limited = post(&sandbox, &client).send().await.unwrap();
        assert_eq!(limited.status(), 429);
        assert_eq!(limited.headers()["retry-after"], "7");
        let garbage = post(&sandbox, &client).send().await.unwrap();
        assert_eq!(garbage.status(), 200);
        assert!(garbage.json::<serde_json::Value>().await.is_err());
        for _ in 0..2 {
            assert!(
                !post(&sandbox, &client)
                    .send()
                    .await
                    .unwrap_err()
                    .is_timeout()
            );
        }
        for _ in 0..2 {
            assert!(
                post(&sandbox, &client)
                    .send()
                    .await
                    .unwrap_err()
                    .is_timeout()
            );
        }
        assert_eq!(post(&sandbox, &client).send().await.unwrap().status(), 201);
        let seen: Vec<_> = sandbox
            .sent()
            .iter()
            .map(|sent| (sent.accepted, sent.fate))
            .collect();
        assert_eq!(
            seen,
            [
                (false, Fate::Refused),
                (true, Fate::InDoubt),
                (false, Fate::InDoubt),
                (true, Fate::InDoubt),
                (false, Fate::InDoubt),
                (true, Fate::InDoubt),
                (true, Fate::Accepted),
            ]
        );
    }

    #[tokio::test]
    async fn a_token_and_a_key_are_good_once() {
        let sandbox = sandbox().await;
        let client = reqwest::Client::new();
        let line = async |call: &str, body: serde_json::Value| {
            let request = client
                .post(format!(
                    "{}/api.line.me/v2/bot/message/{call}",
                    sandbox.url()
                ))
                .header("authorization", "Bearer t")
                .header("content-type", "application/json")
                .header("x-line-retry-key", "123e4567-e89b-12d3-a456-426614174000")
                .body(body.to_string());
            request.send().await.unwrap().status().as_u16()
        };
        let messages = serde_json::json!([{ "type": "text", "text": "on it" }]);
        let push = serde_json::json!({ "to": "U1", "messages": messages });
        assert_eq!(line("push", push.clone()).await, 200);
        assert_eq!(line("push", push).await, 409);
        let reply = async |token: &str| {
            let body = serde_json::json!({ "replyToken": token, "messages": messages });
            let request = client
                .post(format!(
                    "{}/api.line.me/v2/bot/message/reply",
                    sandbox.url()
                ))
                .header("authorization", "Bearer t")
                .header("content-type", "application/json")
                .body(body.to_string());
            request.send().await.unwrap().status().as_u16()
        };
        assert_eq!(
            (reply("a").await, reply("a").await, reply("b").await),
            (200, 400, 200)
        );
        let published = sandbox.sent().iter().filter(|sent| sent.accepted).count();
        assert_eq!(published, 3);
    }

    #[tokio::test]
    async fn a_slow_platform_answers_when_it_is_let() {
        let sandbox = sandbox().await;
        let client = reqwest::Client::new();
        sandbox.script([Behaviour::AcceptOnRelease]);
        let mut seen = sandbox.watch();
        let call = tokio::spawn(post(&sandbox, &client).send());
        assert!(seen.recv().await.unwrap().accepted);
        assert!(!call.is_finished());
        sandbox.release(1);
        assert_eq!(call.await.unwrap().unwrap().status(), 201);
    }

    #[tokio::test]
    async fn a_refused_call_uses_no_behaviour_up() {
        let sandbox = sandbox().await;
        let client = reqwest::Client::new();
        sandbox.script([Behaviour::CutConnection]);
        let refused = client
            .post(format!("{}/api.x.com/2/tweets", sandbox.url()))
            .send()
            .await
            .unwrap();
        assert_eq!(refused.status(), 401);
        assert_eq!(sandbox.sent()[0].fate, Fate::Refused);
        assert!(post(&sandbox, &client).send().await.is_err());
    }
}
