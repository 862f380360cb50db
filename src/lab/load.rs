//! Load: many deliveries over a few connections, some of whose callers hang up.
//!
//! It shares two cores with what it loads, so it is cheap: bare sockets, and a body that is written once
//! and only has its number replaced.

use super::simulate;
use super::simulate::delivery::{Delivery, Simulated};
use crate::post::Platform;
use crate::signature::Key;
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

/// How long an answer may take. Far beyond what it takes: the caller whom nobody answers counts as broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stands in the body where a post's number goes, and where its author's does.
const POST: &str = "3900000000000000000";
const AUTHOR: &str = "7700000000000000000";

/// Signed posts on X that differ in their number.
pub struct Posts {
    path: String,
    key: Key,
    bodies: Vec<String>,
}

impl Posts {
    /// Posts with these texts in turn, for the account and its app.
    ///
    /// # Errors
    /// When X has no such delivery.
    pub fn new(
        app: &str,
        key: Key,
        account: &str,
        handle: &str,
        texts: &[&str],
        now_ms: i64,
    ) -> Result<Self> {
        let body = |text: &&str| {
            let body = simulate::body(&Delivery {
                platform: Platform::X,
                account,
                handle: Some(handle),
                author: AUTHOR,
                text,
                id: POST,
                created_ms: now_ms,
                event: Simulated::Made,
            });
            String::from_utf8(body.context("no such delivery")?).context("a body of bytes")
        };
        Ok(Self {
            path: format!("/webhooks/{app}"),
            key,
            bodies: texts.iter().map(body).collect::<Result<_>>()?,
        })
    }

    /// The first of them that an answer tells of, if all of it has come.
    fn named_in(answer: &str) -> Option<String> {
        if !answer.ends_with("\r\n0\r\n\r\n") {
            return None;
        }
        let (_, rest) = answer.split_once(r#""posts":[{"#)?;
        let (_, rest) = rest.split_once(r#","id":""#)?;
        rest.split_once('"').map(|(id, _)| id.to_owned())
    }

    /// The id of a post.
    pub fn id(number: u64) -> String {
        format!("39{number:017}")
    }

    /// The HTTP request that delivers it. Each has an author of its own.
    pub fn request(&self, number: u64) -> Vec<u8> {
        let turn = usize::try_from(number).unwrap_or(0) % self.bodies.len().max(1);
        let body = self.bodies.get(turn).map_or("", String::as_str);
        let body = body
            .replace(POST, &Self::id(number))
            .replace(AUTHOR, &format!("77{number:017}"));
        let headers = sign(Scheme::X, &self.key, "", 0, body.as_bytes());
        request("POST", &self.path, &headers, &body)
    }
}

/// An HTTP/1.1 request, head and body.
pub fn request(method: &str, path: &str, headers: &[(String, String)], body: &str) -> Vec<u8> {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: heard\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.push_str(body);
    head.into_bytes()
}

/// How a caller hangs up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HangUp {
    /// The connection is reset.
    Reset,
    /// It is closed, as a client does that gave up waiting.
    Close,
    /// It is closed when half of the request has been sent.
    Half,
}

impl HangUp {
    /// One of a hundred deliveries hangs up, in each way by turns.
    pub fn of(number: u64) -> Option<Self> {
        match (number % 100, number / 100 % 3) {
            (99, 0) => Some(Self::Reset),
            (99, 1) => Some(Self::Close),
            (99, _) => Some(Self::Half),
            _ => None,
        }
    }

    /// Sends a request, waits so long, and hangs up: what came by then.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn call(
        self,
        to: SocketAddr,
        request: &[u8],
        patience: Duration,
    ) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        let (half, rest) = request.split_at(request.len() / 2);
        stream.write_all(half).await?;
        if self != Self::Half {
            stream.write_all(rest).await?;
        }
        // What has come is read, or else the system would make a reset of a close.
        let mut came = Vec::new();
        let waited = async { while stream.read_buf(&mut came).await.is_ok_and(|n| n > 0) {} };
        let _ = tokio::time::timeout(patience, waited).await;
        // What lies in the socket came before they left, though on a busy machine nobody has read it yet.
        while stream.try_read_buf(&mut came).is_ok_and(|n| n > 0) {}
        if self == Self::Reset {
            stream.set_zero_linger()?;
        }
        Ok(came)
    }
}

/// What became of a load.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// How many were answered with each status.
    pub statuses: BTreeMap<u16, u64>,
    /// The numbers of those that were answered 200.
    pub accepted: Vec<u64>,
    /// The numbers of those whose callers hung up.
    pub hung_up: Vec<u64>,
    /// How many got no answer though they waited for one.
    pub broken: u64,
    /// What the first of those saw.
    pub why: Option<String>,
}

impl Seen {
    fn add(&mut self, other: Self) {
        for (status, n) in other.statuses {
            *self.statuses.entry(status).or_insert(0) += n;
        }
        self.accepted.extend(other.accepted);
        self.hung_up.extend(other.hung_up);
        self.broken += other.broken;
        self.why = self.why.take().or(other.why);
    }

    /// How many answers were not 200, those that never came among them.
    pub fn wrong(&self) -> u64 {
        let answered: u64 = self.statuses.values().sum();
        answered - self.accepted.len() as u64 + self.broken
    }
}

/// Delivers posts `0..deliveries`, over so many connections at a time, until `until`; counts in `done`
/// as it goes.
///
/// # Errors
/// When a task of it fails.
pub async fn deliver(
    to: SocketAddr,
    posts: &Arc<Posts>,
    connections: usize,
    deliveries: u64,
    until: Instant,
    done: &Arc<AtomicU64>,
) -> Result<Seen> {
    let next = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let (next, posts, done) = (next.clone(), posts.clone(), done.clone());
        tasks.spawn(async move {
            let mut seen = Seen::default();
            let mut line = None;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= deliveries || Instant::now() > until {
                    return seen;
                }
                let request = posts.request(number);
                if let Some(how) = HangUp::of(number) {
                    // Some before they could be read, some in the midst of it.
                    let patience = Duration::from_millis(number / 300 % 4);
                    if how.call(to, &request, patience).await.is_ok() {
                        seen.hung_up.push(number);
                    }
                } else {
                    match answer(&mut line, to, &request).await {
                        Ok(status) => {
                            *seen.statuses.entry(status).or_insert(0) += 1;
                            if status == 200 {
                                seen.accepted.push(number);
                            }
                        }
                        Err(why) => {
                            line = None;
                            seen.broken += 1;
                            seen.why.get_or_insert_with(|| why.to_string());
                        }
                    }
                }
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let mut seen = Seen::default();
    while let Some(one) = tasks.join_next().await {
        seen.add(one?);
    }
    Ok(seen)
}

/// Sends a request over a connection that is kept; the status of its answer.
async fn answer(line: &mut Option<TcpStream>, to: SocketAddr, request: &[u8]) -> Result<u16> {
    let stream = match line {
        Some(stream) => stream,
        None => {
            let stream = TcpStream::connect(to).await?;
            stream.set_nodelay(true)?;
            line.insert(stream)
        }
    };
    stream.write_all(request).await?;
    let mut read = Vec::with_capacity(512);
    loop {
        let came = tokio::time::timeout(PATIENCE, stream.read_buf(&mut read)).await;
        if came.context("no answer")?? == 0 {
            bail!("closed without an answer");
        }
        let text = String::from_utf8_lossy(&read);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.context("no status")?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().ok())?
        });
        match length {
            Some(length) if body.len() < length => {}
            Some(_) => return Ok(status),
            // Its end is not worth finding: what the platforms are told has no body.
            None => {
                *line = None;
                return Ok(status);
            }
        }
    }
}

/// Agents who wait for work, some of whom hang up again and again.
pub struct Agents {
    /// Where.
    pub to: SocketAddr,
    /// A token for all of them.
    pub token: String,
    /// How many wait until they are answered, and resolve what they get.
    pub living: usize,
    /// How many hang up within a second, and ask again.
    pub absent: usize,
}

/// How long posts took among agents.
#[derive(Default)]
pub struct Served {
    /// From the delivery to its 200.
    pub intake: Vec<Duration>,
    /// From the delivery to a living agent. Those that reach none are not among them.
    pub held: Vec<Duration>,
}

/// A post that is in somebody's hands, since when.
type Reached = (String, Instant);

/// How long a lease of theirs is: what goes to nobody is not back before the measurement is over.
const LEASE_S: u32 = 600;

/// How long a shared machine takes to let one of them begin to wait, at all shards.
const ENTERED: Duration = Duration::from_millis(6);

/// How long a post is looked for in a living agent's hands.
const LOST: Duration = Duration::from_secs(60);

impl Agents {
    /// Delivers posts `from..from + posts` among them, `a_second` of them, and looks for each in a living
    /// agent's hands, if there are any.
    ///
    /// # Errors
    /// When a delivery or a claim is answered with anything but 200.
    pub async fn serve(self, sent: &Posts, from: u64, posts: u64, a_second: u64) -> Result<Served> {
        let is_awaited = self.living > 0;
        let agents = Arc::new(self);
        let (reached, mut reaches) = tokio::sync::mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        for _ in 0..agents.living {
            tasks.spawn(agents.clone().live(reached.clone()));
        }
        for number in 0..agents.absent {
            tasks.spawn(agents.clone().vanish(number, reached.clone()));
        }
        // All of them wait before the first post comes: how they come is another matter than how they are woken.
        let calls = agents.living + agents.absent;
        let settled = Duration::from_secs(1) + ENTERED * u32::try_from(calls)?;
        tokio::time::sleep(settled).await;
        let (mut line, mut served) = (None, Served::default());
        let mut under_way = BTreeMap::new();
        let mut pulse = tokio::time::interval(Duration::from_secs(1) / u32::try_from(a_second)?);
        let mut numbers = from..from + posts;
        let mut end = Instant::now() + LOST;
        let is_owed = |under_way: &BTreeMap<_, _>, end| {
            is_awaited && !under_way.is_empty() && Instant::now() < end
        };
        while !numbers.is_empty() || is_owed(&under_way, end) {
            tokio::select! {
                _ = pulse.tick() => if let Some(number) = numbers.next() {
                    // Noted first: who claims it may be quicker than its answer.
                    let began = Instant::now();
                    under_way.insert(Posts::id(number), began);
                    let status = answer(&mut line, agents.to, &sent.request(number)).await?;
                    served.intake.push(began.elapsed());
                    if status != 200 {
                        bail!("a delivery was answered {status}");
                    }
                    end = Instant::now() + LOST;
                },
                Some((id, at)) = reaches.recv() => if let Some(began) = under_way.remove(&id) {
                    served.held.push(at.saturating_duration_since(began));
                },
                Some(ended) = tasks.join_next() => ended??,
            }
        }
        tasks.shutdown().await;
        Ok(served)
    }

    /// Lets all of them wait until something else is done.
    ///
    /// # Errors
    /// When a claim is answered with anything but 200.
    pub async fn wait_through<T>(self, other: impl Future<Output = T>) -> Result<T> {
        let agents = Arc::new(self);
        let (reached, _reaches) = tokio::sync::mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        for _ in 0..agents.living {
            tasks.spawn(agents.clone().live(reached.clone()));
        }
        tokio::select! {
            done = other => {
                tasks.shutdown().await;
                Ok(done)
            }
            Some(ended) = tasks.join_next() => {
                ended??;
                bail!("an agent went home")
            }
        }
    }

    async fn call(&self, client: &reqwest::Client, path: &str, body: Value) -> Result<Value> {
        let url = format!("http://{}{path}", self.to);
        let asked = client.post(url).bearer_auth(&self.token).json(&body);
        let response = asked.send().await?;
        if response.status() != 200 {
            bail!("{path} was answered {}", response.status());
        }
        Ok(response.json().await?)
    }

    /// Claims, tells of it, resolves, for ever.
    async fn live(self: Arc<Self>, reached: UnboundedSender<Reached>) -> Result<()> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let claim = json!({"wait_s": 25, "lease_s": LEASE_S});
        loop {
            let claimed = match self.call(&client, "/v1/claims", claim.clone()).await {
                Ok(claimed) => claimed,
                // Broken off: whoever it was for asks again.
                Err(why) if why.is::<reqwest::Error>() => continue,
                Err(why) => return Err(why),
            };
            let text = |pointer: &str| claimed.pointer(pointer).and_then(Value::as_str);
            let Some(id) = text("/interactions/0/id") else {
                continue;
            };
            let post = text("/interactions/0/posts/0/id").unwrap_or_default();
            let _ = reached.send((post.to_owned(), Instant::now()));
            let lease = text("/interactions/0/lease").unwrap_or_default();
            let resolve = json!({"lease": lease, "outcome": "helped"});
            let path = format!("/v1/interactions/{id}/resolve");
            self.call(&client, &path, resolve).await?;
        }
    }

    /// Claims and hangs up, for ever.
    async fn vanish(
        self: Arc<Self>,
        number: usize,
        reached: UnboundedSender<Reached>,
    ) -> Result<()> {
        let headers = [("Authorization".into(), format!("Bearer {}", self.token))];
        let claim = json!({"wait_s": 25, "lease_s": LEASE_S}).to_string();
        let request = request("POST", "/v1/claims", &headers, &claim);
        let mut turn = number as u64;
        loop {
            turn += 1;
            let how = if turn.is_multiple_of(2) {
                HangUp::Reset
            } else {
                HangUp::Close
            };
            // Primes, so that they drift apart.
            let patience = Duration::from_millis(turn * 389 % 997);
            let came = how.call(self.to, &request, patience).await?;
            // Who was answered before they left was there: what they then do with it is theirs.
            if let Some(post) = Posts::named_in(&String::from_utf8_lossy(&came)) {
                let _ = reached.send((post, Instant::now()));
            }
        }
    }
}
