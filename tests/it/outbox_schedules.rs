//! The way of an acknowledgment from its decision to its report, in thousands of schedules: who runs
//! next, who dies where, what is lost or told twice is drawn, and the clock goes on, stands or jumps
//! back.
//!
//! Whole shards besides: up to three of them with agents who claim, reply and end, a person who is forgotten meanwhile,
//! statements that fail, a disk that is full for a while, clocks that jump by hours, alarms that ring twice, late or, after
//! a full disk, never again. No post is lost, no note leaves twice, no lease that is over is taken, what is kept as a
//! count is what a recount finds, promises too.
//!
//! What runs is the real inbox over SQLite and the real [`courier`]; only what lies between them is
//! played: a Worker is a future, and its death is that future dropped at whatever `await` it had
//! reached. What the object wrote is on its disk only after a flush, and neither its answers nor its
//! own calls leave before that (workerd's output gates); its death forgets what was not flushed.
//!
//! `HEARD_SCHEDULES` sets how many run (1,000 by default, 300 of whole shards), `HEARD_SEED` where they start; a failure
//! names its own seed.

use crate::fuzz::Random;
use crate::queue::{MINUTE_MS, Office, deleted, edited, judged, made, post, pull, stop};
use crate::sqlite::audit;
use heard::config::Mode;
use heard::document::Document;
use heard::document::Named;
use heard::inbox::courier::{self, World};
use heard::inbox::customer::Identity;
use heard::inbox::forget::{ForgetAuthors, Unsaw};
use heard::inbox::outbox::FinishAck;
use heard::inbox::pause::{Pause, Resume};
use heard::inbox::question::Question;
use heard::inbox::reply::{BeginReply, FinishReply};
use heard::inbox::retention;
use heard::inbox::serve::{Ask, pass};
use heard::inbox::shard::Shard;
use heard::inbox::take_in::TakeIn;
use heard::inbox::wire::{Incoming, Job, Paused, Refused, ReplyStep};
use heard::inbox::work::{Claim, Extend, Leased, Release, Resolve};
use heard::judgement::Level;
use heard::platform::Outcome;
use heard::post::{AuthorId, Lease, Platform};
use heard::sql::Sql;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// How many things happen in a schedule before all faults end.
const STEPS: usize = 160;

/// How many rounds what is left may take then: far beyond the tries and waits that there are.
const CALM: usize = 600;

const AUTHORS: [&str; 4] = ["ann", "bob", "cem", "dan"];

/// Who asks: a Worker of this number, or the object's own alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Worker(usize),
    /// That of this shard.
    Alarm(usize),
}

#[derive(Clone)]
#[allow(clippy::large_enum_variant)] // a few at a time
enum What {
    Ask(Ask),
    Deliver(Job),
}

/// What somebody waits for.
enum Said {
    Answer(Result<Document, Refused>),
    Outcome(Outcome),
}

/// Where a call is.
enum Stage {
    /// On its way to the object or the platform.
    Away,
    /// The object has served it; its answer waits for the flush.
    Held(Result<Document, Refused>),
    /// The answer is on its way back.
    Back(Said),
}

struct Call {
    by: Who,
    /// Which shard is asked.
    at: usize,
    what: What,
    stage: Stage,
    answer: Rc<RefCell<Option<Said>>>,
}

type Calls = Rc<RefCell<Vec<Call>>>;

/// A courier's hands.
#[derive(Clone)]
struct Hands {
    who: Who,
    at: usize,
    calls: Calls,
}

impl Hands {
    async fn call(&self, what: What) -> Said {
        let answer = Rc::new(RefCell::new(None));
        self.calls.borrow_mut().push(Call {
            by: self.who,
            at: self.at,
            what,
            stage: Stage::Away,
            answer: answer.clone(),
        });
        poll_fn(|_| match answer.borrow_mut().take() {
            Some(said) => Poll::Ready(said),
            None => Poll::Pending,
        })
        .await
    }
}

impl World for Hands {
    async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Refused> {
        let ask = serde_json::to_value(Named(Q::NAME, question)).unwrap();
        let ask = serde_json::from_value(ask).unwrap();
        match self.call(What::Ask(ask)).await {
            Said::Answer(answer) => answer.map(|said| serde_json::from_str(said.text()).unwrap()),
            Said::Outcome(_) => unreachable!(),
        }
    }

    async fn deliver(&self, job: &Job) -> Outcome {
        match self.call(What::Deliver(job.clone())).await {
            Said::Outcome(outcome) => outcome,
            Said::Answer(_) => unreachable!(),
        }
    }
}

/// A delivery that its platform repeats until it hears 200, then what the Worker does after that.
async fn webhook(hands: Hands, delivery: Delivery, shards: u16, sends: bool) {
    let Delivery { events, heard, .. } = delivery;
    let ask = TakeIn {
        events,
        ignored: BTreeMap::new(),
        shards,
        sends,
    };
    if let Ok(taken) = hands.ask(ask).await {
        heard.set(true);
        let _ = courier::hand_on(&hands, &taken.jobs).await;
        let _ = courier::carry(&hands, &taken.acks).await;
    }
}

async fn alarm(hands: Hands, planned: Vec<i64>, unseen: Vec<String>) {
    let _ = courier::carry(&hands, &planned).await;
    if !unseen.is_empty() {
        let _ = hands.ask(Unsaw { posts: unseen }).await;
    }
}

/// An agent takes work from a shard, writes to some, and ends or gives back what they hold, as slowly as their calls go.
async fn agent(hands: Hands, name: &'static str, dice: usize) {
    let mut wanted = pull(name, 2);
    wanted.lease_s = 20;
    let Ok(leased) = hands.ask(Claim { pull: wanted }).await else {
        return;
    };
    for (n, (_, holding)) in leased
        .interactions
        .iter()
        .filter_map(|claimed| claimed.held.clone())
        .enumerate()
    {
        let dice = dice + n;
        if dice.is_multiple_of(3) {
            let lease_s = 30;
            let holding = holding.clone();
            let _ = hands.ask(Extend { holding, lease_s }).await;
        }
        if dice.is_multiple_of(2) {
            let begin = BeginReply {
                survey: None,
                link: None,
                holding: holding.clone(),
                key: format!("{name}{dice}"),
                text: "We are on it.".into(),
                post: None,
                public_name: None,
                heard: Default::default(),
            };
            if let Ok(ReplyStep::Send(_)) = hands.ask(begin).await {
                let outcome = match dice % 5 {
                    0 => Outcome::Refused { why: "gone".into() },
                    1 => Outcome::Unknown { why: "cut".into() },
                    _ => Outcome::Sent { id: None },
                };
                let finish = FinishReply {
                    seq: holding.seq,
                    key: format!("{name}{dice}"),
                    outcome,
                };
                let _ = hands.ask(finish).await;
            }
        }
        let _ = match dice % 4 {
            0 => {
                let release = Release {
                    holding,
                    delay_s: 5,
                    reason: "later".into(),
                };
                hands.ask(release).await.map(|_| ())
            }
            1 => return,
            _ => {
                let resolve = Resolve {
                    holding,
                    outcome: "done".into(),
                    note: None,
                };
                hands.ask(resolve).await.map(|_| ())
            }
        };
    }
}

/// A supervisor has an author forgotten.
async fn forget(hands: Hands, author: &'static str) {
    let ask = ForgetAuthors {
        authors: vec![Identity {
            platform: Platform::X,
            author: AuthorId::new(author),
        }],
        customer: None,
        key: "5".repeat(64),
        whom: String::new(),
        also: BTreeMap::new(),
    };
    for _ in 0..4 {
        let Ok(some) = hands.ask(ask.clone()).await else {
            return;
        };
        if !some.posts.is_empty() {
            let _ = hands.ask(Unsaw { posts: some.posts }).await;
        }
        if !some.more {
            return;
        }
    }
}

struct Task {
    who: Who,
    future: Pin<Box<dyn Future<Output = ()>>>,
}

/// A delivery of a platform.
#[derive(Clone)]
struct Delivery {
    at: usize,
    events: Vec<Incoming>,
    heard: Rc<Cell<bool>>,
}

/// What all schedules together went through.
#[derive(Default)]
struct Lived {
    sends: usize,
    /// Sends of an acknowledgment that was tried before.
    tries_again: usize,
    worker_deaths: usize,
    object_deaths: usize,
    /// What an object had done and not yet put on its disk when it died.
    undone: usize,
    answers_lost: usize,
    told_twice: usize,
    clock_back: usize,
    by_alarm: usize,
    statements_failed: usize,
    disks_full: usize,
    alarms_twice: usize,
    alarms_lost: usize,
    claims: usize,
    forgotten: usize,
    ends: BTreeMap<String, usize>,
}

/// A shard.
struct Home {
    office: Office,
    /// Whether the object has done something that is not on its disk.
    unflushed: bool,
    /// The alarm as the disk has it.
    alarm_ms: Option<i64>,
    /// Leases as they were given, and whether that is on the disk.
    given: Vec<(i64, Lease, bool)>,
    /// Whether nothing can be written.
    full: bool,
    /// Whether the object has begun since its last death.
    begun: bool,
}

struct Schedule<'l> {
    random: Random,
    homes: Vec<Home>,
    /// Whether all of a shard is played, or its acknowledgments alone.
    whole: bool,
    /// Every post that was ever made: where, its id, and whose.
    made: Vec<(usize, String, &'static str)>,
    forgotten: BTreeSet<&'static str>,
    calls: Calls,
    tasks: Vec<Task>,
    deliveries: Vec<Delivery>,
    /// Every report that ever reached the object: any may come again.
    reports: Vec<(usize, Ask)>,
    /// How many sends of an interaction's acknowledgment, or of its emergency's, may have arrived.
    arrived: BTreeMap<(usize, i64, bool), usize>,
    sent_before: BTreeMap<(usize, i64, bool), usize>,
    workers: usize,
    posts: usize,
    /// Whether a report is taken for one of the last try whatever try it tells of, as it once was.
    forgets_tries: bool,
    lived: &'l mut Lived,
}

impl<'l> Schedule<'l> {
    fn new(seed: u64, whole: bool, forgets_tries: bool, lived: &'l mut Lived) -> Self {
        let shards = if whole { 1 + (seed % 3) as u16 } else { 1 };
        let home = |shard| {
            let mut office = Office::new();
            (office.shard, office.config.shards) = (shard, shards);
            // In every third all but two or three a minute wait for their place.
            if seed.is_multiple_of(3) {
                office.config.sources[0].ceiling.per_minute = 2 + (seed % 2) as u32;
            }
            Home {
                office,
                unflushed: false,
                alarm_ms: None,
                given: Vec::new(),
                full: false,
                begun: false,
            }
        };
        Self {
            random: Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            homes: Shard::all(shards).map(home).collect(),
            whole,
            made: Vec::new(),
            forgotten: BTreeSet::new(),
            calls: Calls::default(),
            tasks: Vec::new(),
            deliveries: Vec::new(),
            reports: Vec::new(),
            arrived: BTreeMap::new(),
            sent_before: BTreeMap::new(),
            workers: 0,
            posts: 0,
            forgets_tries,
            lived,
        }
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.random.below(n) == 0
    }

    fn run(mut self) -> Result<(), String> {
        self.write();
        for _ in 0..STEPS {
            self.step()?;
            self.poll();
        }
        self.calm()?;
        self.judge()
    }

    fn step(&mut self) -> Result<(), String> {
        for at in 0..self.homes.len() {
            if self.is_due(at) && !self.one_in(3) {
                self.ring(at);
            }
        }
        if self.whole && self.one_in(5) {
            self.whole_step();
        }
        let at = self.random.below(self.homes.len());
        match self.random.below(100) {
            0..=58 => self.progress(true)?,
            59..=62 => self.flush(at),
            63..=74 => self.pass(),
            75..=80 => self.write(),
            81..=84 => self.redeliver(),
            85..=88 => self.kill_a_worker(),
            89..=90 => self.kill_the_object(at),
            91 => {
                // A deploy, or the machine.
                for at in 0..self.homes.len() {
                    self.kill_the_object(at);
                }
                self.tasks.clear();
            }
            92..=96 => self.tell_twice(),
            97 => self.serve_an_agent(at),
            98 => self.pause(at),
            _ => {
                let mode = *self.random.pick(&[Mode::Live, Mode::Live, Mode::Off]);
                for home in &mut self.homes {
                    home.office.config.sources[0].mode = mode;
                }
            }
        }
        Ok(())
    }

    /// What happens in whole shards alone.
    fn whole_step(&mut self) {
        let at = self.random.below(self.homes.len());
        match self.random.below(20) {
            0..=9 => {
                let name = *self.random.pick(&["amy", "bea", "cyd"]);
                let dice = self.random.below(1_000);
                let hands = self.worker(at);
                self.start(hands.clone(), agent(hands, name, dice));
            }
            10 if self.one_in(3) => {
                let author = *self.random.pick(&AUTHORS);
                self.forgotten.insert(author);
                let hands = self.worker(self.home_of(author));
                self.lived.forgotten += 1;
                self.start(hands.clone(), forget(hands, author));
            }
            11..=13 => {
                self.lived.alarms_twice += 1;
                self.ring(at);
            }
            14 | 15 => {
                let hours = self.random.below(9) as i64 - 4;
                self.lived.clock_back += usize::from(hours < 0);
                self.turn(hours * 60 * MINUTE_MS);
            }
            16 | 17 => {
                let home = &mut self.homes[at];
                home.full = !home.full;
                self.lived.disks_full += usize::from(home.full);
            }
            _ => {
                let home = &mut self.homes[at];
                home.full = false;
            }
        }
    }

    fn home_of(&self, author: &str) -> usize {
        let shards = u16::try_from(self.homes.len()).unwrap();
        usize::from(Shard::of(Platform::X, author, shards).number())
    }

    fn worker(&mut self, at: usize) -> Hands {
        self.workers += 1;
        Hands {
            who: Who::Worker(self.workers),
            at,
            calls: self.calls.clone(),
        }
    }

    fn start(&mut self, hands: Hands, future: impl Future<Output = ()> + 'static) {
        self.tasks.push(Task {
            who: hands.who,
            future: Box::pin(future),
        });
    }

    fn now_ms(&self) -> i64 {
        self.homes[0].office.now_ms
    }

    fn turn(&mut self, ms: i64) {
        for home in &mut self.homes {
            home.office.now_ms += ms;
        }
    }

    /// Polls whoever may go on; those who are through are gone.
    fn poll(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        self.tasks
            .retain_mut(|task| task.future.as_mut().poll(&mut context).is_pending());
    }

    /// Time goes on, and now and then back.
    fn pass(&mut self) {
        let ms = match self.random.below(30) {
            0..=13 => self.random.below(2_000) as i64,
            14..=20 => self.random.below(12_000) as i64,
            21..=25 => self.random.below(60_000) as i64,
            26 => self.random.below(40) as i64 * MINUTE_MS,
            27 | 28 => -(self.random.below(3_000) as i64),
            _ => -(self.random.below(90_000) as i64),
        };
        self.lived.clock_back += usize::from(ms < 0);
        self.turn(ms);
    }

    /// Somebody does something on the platform.
    fn write(&mut self) {
        let now_ms = self.now_ms();
        let of = |post: usize| AUTHORS[post * 7 % 11 % 4];
        self.posts += 1;
        let id = self.posts.to_string();
        let author = of(self.posts);
        let before = 1 + self.random.below(self.posts);
        let earlier = before.to_string();
        let level = *self
            .random
            .pick(&[Level::Urgent, Level::Urgent, Level::Emergency]);
        let mut at = self.home_of(author);
        let event = match self.random.below(12) {
            0 => {
                at = self.home_of(of(before));
                deleted("x", &earlier)
            }
            1 => {
                at = self.home_of(of(before));
                let mut changed = post(&earlier, of(before), now_ms);
                changed.text = format!("Still stuck, and it is {now_ms}");
                edited("x", changed, judged(level))
            }
            2 => stop("x", author),
            _ => {
                self.made.push((at, id.clone(), author));
                made("x", post(&id, author, now_ms), judged(level))
            }
        };
        self.deliver(Delivery {
            at,
            events: vec![event],
            heard: Rc::default(),
        });
    }

    fn deliver(&mut self, delivery: Delivery) {
        let hands = self.worker(delivery.at);
        self.deliveries.push(delivery.clone());
        // Every third Worker is of the version that began in a question of its own.
        let sends = !self.workers.is_multiple_of(3);
        let shards = u16::try_from(self.homes.len()).unwrap();
        self.start(hands.clone(), webhook(hands, delivery, shards, sends));
    }

    /// A platform that heard no 200 tries again; one that did may all the same.
    fn redeliver(&mut self) {
        if self.deliveries.is_empty() {
            return;
        }
        let at = self.random.below(self.deliveries.len());
        let delivery = self.deliveries[at].clone();
        if !delivery.heard.get() || self.random.below(4) == 0 {
            self.deliver(delivery);
        }
    }

    fn is_due(&self, at: usize) -> bool {
        let office = &self.homes[at].office;
        let rings = |at_ms| at_ms <= office.now_ms;
        office.alarm_ms.get().is_some_and(rings)
            && self.tasks.iter().all(|task| task.who != Who::Alarm(at))
    }

    /// The alarm rings. Until the next is on the disk, this one rings again after a death.
    fn ring(&mut self, at: usize) {
        self.hold(at);
        self.trouble(at);
        let home = &mut self.homes[at];
        home.office.alarm_ms.set(None);
        let rung = home.office.try_ring();
        let is_full = home.full;
        home.office.sql.mend();
        match rung {
            Ok(rung) => {
                let hands = Hands {
                    who: Who::Alarm(at),
                    at,
                    calls: self.calls.clone(),
                };
                self.start(hands.clone(), alarm(hands, rung.planned, rung.unseen));
            }
            // The host has it come back; where nothing can be written, not even that, and after seven times never.
            Err(_) if is_full => {
                self.lived.alarms_lost += 1;
                home.office.alarm_ms.set(None);
            }
            Err(_) => {
                let again_ms = home.office.now_ms + MINUTE_MS;
                home.office.alarm_ms.set(Some(again_ms));
            }
        }
    }

    /// The next statements of a shard's storage may fail.
    fn trouble(&mut self, at: usize) {
        if !self.whole {
            return;
        }
        let breaks = self.one_in(12).then(|| 1 + self.random.below(40));
        let home = &mut self.homes[at];
        home.office.sql.trouble(home.full, breaks);
        self.lived.statements_failed += usize::from(breaks.is_some());
    }

    fn hold(&mut self, at: usize) {
        let home = &mut self.homes[at];
        if !home.unflushed {
            home.office.sql.hold();
            home.unflushed = true;
        }
        if !std::mem::replace(&mut home.begun, true) {
            home.office.at_desk(retention::begin).unwrap();
        }
    }

    fn flush(&mut self, at: usize) {
        let home = &mut self.homes[at];
        if !home.unflushed {
            return;
        }
        home.office.sql.flush();
        home.unflushed = false;
        home.alarm_ms = home.office.alarm_ms.get();
        for given in &mut home.given {
            given.2 = true;
        }
        for call in self.calls.borrow_mut().iter_mut() {
            if let (Stage::Held(answer), true) = (&call.stage, call.at == at) {
                call.stage = Stage::Back(Said::Answer(answer.clone()));
            }
        }
    }

    fn kill_a_worker(&mut self) {
        let workers: Vec<Who> = self.tasks.iter().map(|task| task.who).collect();
        if workers.is_empty() {
            return;
        }
        let who = *self.random.pick(&workers);
        if matches!(who, Who::Worker(_)) {
            self.lived.worker_deaths += 1;
            // What it sent is on its way all the same.
            self.tasks.retain(|task| task.who != who);
        }
    }

    fn kill_the_object(&mut self, at: usize) {
        self.lived.object_deaths += 1;
        self.tasks.retain(|task| task.who != Who::Alarm(at));
        let home = &mut self.homes[at];
        home.begun = false;
        if home.unflushed {
            self.lived.undone += 1;
            home.office.sql.lose();
            home.unflushed = false;
            home.office.alarm_ms.set(home.alarm_ms);
            home.given.retain(|(_, _, is_kept)| *is_kept);
        }
        // Its callers hear that it is gone; what itself was about to send never left.
        self.calls.borrow_mut().retain_mut(|call| {
            if call.at != at {
                return true;
            }
            if let Stage::Held(_) = call.stage {
                call.stage = Stage::Back(Said::Answer(Err(gone())));
            }
            !(call.by == Who::Alarm(at) && matches!(call.stage, Stage::Away))
        });
    }

    /// A report that the object had before comes again.
    fn tell_twice(&mut self) {
        if let Some(last) = self.reports.len().checked_sub(1) {
            let (at, report) = self.reports[self.random.below(last + 1)].clone();
            self.lived.told_twice += 1;
            self.hold(at);
            let _ = self.serve(at, report);
        }
    }

    fn serve_an_agent(&mut self, at: usize) {
        self.hold(at);
        let mut pull = pull("amy", 1);
        pull.lease_s = 20;
        let office = &self.homes[at].office;
        let claimed = office.claim(pull);
        for claimed in claimed {
            let holding = crate::queue::holding_in(&claimed, self.homes.len());
            self.homes[at]
                .given
                .push((holding.seq, holding.lease.clone(), false));
            if self.one_in(2) {
                let _ = self.homes[at].office.resolve(holding, "done");
            }
        }
    }

    /// A supervisor silences everything, or lets it speak again.
    fn pause(&mut self, at: usize) {
        let is_pause = self.one_in(3);
        self.hold(at);
        let office = &self.homes[at].office;
        let paused = match is_pause {
            true => office.ask(Pause {
                paused: Paused {
                    source: None,
                    by: "boss".into(),
                    reason: "enough".into(),
                    since_ms: office.now_ms,
                },
            }),
            false => office.ask(Resume { source: None }),
        };
        paused.unwrap();
    }

    /// What the object does with a question.
    fn serve(&mut self, at: usize, mut ask: Ask) -> Result<Result<Document, Refused>, String> {
        let office = &self.homes[at].office;
        if let Ask::FinishAck(FinishAck {
            seq,
            emergency,
            attempt,
            ..
        }) = &mut ask
            && self.forgets_tries
        {
            let last = office.sql.run(
                "-- last try\nSELECT attempts FROM ack WHERE interaction = ?1 AND emergency = ?2",
                vec![(*seq).into(), u8::from(*emergency).into()],
            );
            *attempt = last.unwrap().first().map_or(0, |row| row.int(0).unwrap());
        }
        let holding = match &ask {
            Ask::Extend(Extend { holding, .. })
            | Ask::BeginReply(BeginReply { holding, .. })
            | Ask::Release(Release { holding, .. })
            | Ask::Resolve(Resolve { holding, .. }) => Some(holding.clone()),
            _ => None,
        };
        let is_claim = matches!(ask, Ask::Claim(_));
        let held: BTreeSet<i64> = match is_claim {
            true => self.held(at),
            false => BTreeSet::new(),
        };
        self.trouble(at);
        let home = &mut self.homes[at];
        let said = home.office.at_desk(|desk| pass(desk, None, ask));
        home.office.sql.mend();
        let Ok(document) = &said else {
            return Ok(said);
        };
        if let Some(holding) = holding {
            let of = |(seq, _, _): &&(i64, Lease, bool)| *seq == holding.seq;
            let last = home.given.iter().rev().find(of);
            if last.is_some_and(|(_, lease, _)| *lease != holding.lease) {
                return Err(format!("a lease of {} that is over was taken", holding.seq));
            }
        }
        if is_claim {
            let leased: Leased = serde_json::from_str(document.text()).unwrap();
            for (_, holding) in leased.interactions.into_iter().filter_map(|one| one.held) {
                self.lived.claims += 1;
                if held.contains(&holding.seq) {
                    return Err(format!("{} was held, and was given again", holding.seq));
                }
                home.given.push((holding.seq, holding.lease, false));
            }
        }
        Ok(said)
    }

    /// What is held in a shard.
    fn held(&self, at: usize) -> BTreeSet<i64> {
        let office = &self.homes[at].office;
        let rows = office.sql.run(
            "-- held now\nSELECT seq FROM interaction WHERE lease IS NOT NULL AND state = 'open' AND available_ms > ?1 + 0",
            vec![office.now_ms.into()],
        );
        let rows = rows.unwrap();
        rows.iter().map(|row| row.int(0).unwrap()).collect()
    }

    /// One call goes a step further.
    fn progress(&mut self, faults: bool) -> Result<(), String> {
        let count = self.calls.borrow().len();
        if count == 0 {
            return Ok(());
        }
        let at = self.random.below(count);
        let mut call = self.calls.borrow_mut().swap_remove(at);
        let shard = call.at;
        let is_own = call.by == Who::Alarm(shard);
        match (std::mem::replace(&mut call.stage, Stage::Away), &call.what) {
            (Stage::Away, What::Ask(ask)) => {
                if !is_own && faults && self.one_in(20) {
                    call.stage = Stage::Back(Said::Answer(Err(gone())));
                } else {
                    self.hold(shard);
                    if let Ask::FinishAck(_) = ask {
                        self.reports.push((shard, ask.clone()));
                    }
                    let said = self.serve(shard, ask.clone())?;
                    // The object itself hears at once; its calls out wait instead.
                    call.stage = match is_own {
                        true => Stage::Back(Said::Answer(said)),
                        false => Stage::Held(said),
                    };
                }
                self.calls.borrow_mut().push(call);
            }
            (Stage::Away, What::Deliver(_)) if is_own && self.homes[shard].unflushed => {
                self.calls.borrow_mut().push(call);
                self.flush(shard);
            }
            (Stage::Away, What::Deliver(job)) => {
                let outcome = self.leave(call.by, shard, job, faults)?;
                call.stage = Stage::Back(Said::Outcome(outcome));
                self.calls.borrow_mut().push(call);
            }
            (held @ Stage::Held(_), _) => {
                call.stage = held;
                self.calls.borrow_mut().push(call);
                self.flush(shard);
            }
            (Stage::Back(said), _) => {
                let is_lost = !is_own && faults && self.one_in(12);
                self.lived.answers_lost += usize::from(is_lost);
                *call.answer.borrow_mut() = Some(match said {
                    Said::Answer(_) if is_lost => Said::Answer(Err(gone())),
                    Said::Outcome(_) if is_lost => {
                        Said::Outcome(Outcome::Unknown { why: "cut".into() })
                    }
                    said => said,
                });
            }
        }
        Ok(())
    }

    /// A send leaves the building: nothing that may have arrived may have left before.
    fn leave(&mut self, by: Who, at: usize, job: &Job, faults: bool) -> Result<Outcome, String> {
        let this = (at, job.seq, job.emergency);
        let arrived = self.arrived.entry(this).or_default();
        if *arrived > 0 {
            return Err(format!(
                "{} was sent again, try {}, though it may have arrived",
                job.seq, job.attempt
            ));
        }
        *arrived += 1;
        let before = self.sent_before.entry(this).or_default();
        *before += 1;
        self.lived.sends += 1;
        self.lived.tries_again += usize::from(*before > 1);
        self.lived.by_alarm += usize::from(matches!(by, Who::Alarm(_)));
        let unknown = |why: &str| Outcome::Unknown { why: why.into() };
        let dice = if faults { self.random.below(20) } else { 0 };
        let (outcome, surely_not) = match dice {
            0..=7 => (Outcome::Sent { id: None }, false),
            8 | 9 => (unknown("cut"), false),
            10 => (unknown("timeout"), false),
            11 | 12 => (Outcome::Refused { why: "gone".into() }, true),
            13 => (Outcome::Later { after_s: Some(1) }, true),
            _ => (Outcome::Later { after_s: None }, true),
        };
        if surely_not {
            self.arrived.insert(this, 0);
        }
        Ok(outcome)
    }

    /// No more faults: whatever was begun comes to an end.
    fn calm(&mut self) -> Result<(), String> {
        self.whole = false;
        for home in &mut self.homes {
            home.full = false;
        }
        for _ in 0..CALM {
            self.poll();
            for at in 0..self.homes.len() {
                self.flush(at);
            }
            if !self.calls.borrow().is_empty() {
                self.progress(false)?;
                continue;
            }
            if let Some(one) = self.deliveries.iter().position(|one| !one.heard.get()) {
                let delivery = self.deliveries.swap_remove(one);
                self.deliver(delivery);
                continue;
            }
            if let Some(at) = (0..self.homes.len()).find(|at| self.is_due(*at)) {
                self.ring(at);
                continue;
            }
            let Some(at) = (0..self.homes.len()).find(|at| self.pending(*at) > 0) else {
                return Ok(());
            };
            match self.homes[at].office.alarm_ms.get() {
                Some(at_ms) => self.turn((at_ms - self.now_ms()).max(0)),
                // After a full disk the next that comes to the object, once it has slept, finds that the alarm never rang.
                None if self.lived.alarms_lost > 0 => {
                    self.turn(10 * MINUTE_MS);
                    self.kill_the_object(at);
                    self.deliver(Delivery {
                        at,
                        events: vec![stop("x", "zoe")],
                        heard: Rc::default(),
                    });
                }
                None => return Err("an acknowledgment waits and no alarm is set".into()),
            }
        }
        let left: Vec<String> = (0..self.homes.len()).map(|at| self.waits(at)).collect();
        Err(format!("forgotten: {left:?}"))
    }

    /// What waits in a shard and comes to no end.
    fn waits(&self, at: usize) -> String {
        let office = &self.homes[at].office;
        let asks = "-- what waits
SELECT group_concat(interaction || ' ' || state || ' due in ' || (due_ms - ?1)
  || ' slot in ' || coalesce(slot_ms - ?1, '-'), '; '), (SELECT at_ms - ?1 FROM alarm),
  (SELECT count(*) FROM forgetting WHERE done_ms IS NULL)
FROM ack WHERE state IN ('planned', 'sending')";
        let rows = office.sql.run(asks, vec![office.now_ms.into()]).unwrap();
        let alarm_ms = office.alarm_ms.get().map(|at_ms| at_ms - office.now_ms);
        format!(
            "{:?}, stored alarm {:?}, alarm {alarm_ms:?}, being forgotten {:?}",
            rows[0].opt_text(0).unwrap(),
            rows[0].opt_int(1),
            rows[0].opt_int(2)
        )
    }

    fn pending(&self, at: usize) -> i64 {
        let sql =
            "-- pending\nSELECT (SELECT count(*) FROM ack WHERE state IN ('planned', 'sending'))
  + (SELECT count(*) FROM forgetting WHERE done_ms IS NULL)";
        self.homes[at].office.sql.run(sql, Vec::new()).unwrap()[0]
            .int(0)
            .unwrap()
    }

    /// Whether what is written down is what happened.
    fn judge(self) -> Result<(), String> {
        for (at, id, author) in &self.made {
            let found = self.homes[*at].office.sql.run(
                "-- is there\nSELECT 1 FROM post WHERE id = ?1 || ''",
                vec![format!("x:{id}").into()],
            );
            if found.unwrap().is_empty() && !self.forgotten.contains(author) {
                return Err(format!(
                    "{author}'s post {id} was answered with 200 and is lost"
                ));
            }
        }
        let forgets = !self.forgotten.is_empty();
        for (at, home) in self.homes.iter().enumerate() {
            let sql = &home.office.sql;
            let joined = sql.run(
                "-- joined\nSELECT seq, joined FROM interaction WHERE joined IS NOT NULL",
                Vec::new(),
            );
            let joined: Vec<(i64, i64)> = joined
                .unwrap()
                .iter()
                .map(|row| (row.int(0).unwrap(), row.int(1).unwrap()))
                .collect();
            let ends = "-- ends\nSELECT interaction, state, emergency FROM ack";
            for row in sql.run(ends, Vec::new()).unwrap() {
                let (seq, state) = (row.int(0).unwrap(), row.text(1).unwrap());
                let this = (at, seq, row.int(2).unwrap() != 0);
                let arrived = self.arrived.get(&this).copied().unwrap_or(0);
                // One that left before its interaction joined this one is this one's now.
                let came_along = joined.iter().any(|(from, to)| {
                    let that = (at, *from, this.2);
                    *to == seq && self.arrived.get(&that).is_some_and(|n| *n > 0)
                });
                let agrees = match state {
                    "sent" => arrived == 1 || came_along,
                    "unknown" => true,
                    "refused" | "withdrawn" => arrived == 0,
                    _ => false,
                };
                if !agrees {
                    return Err(format!("{seq} is {state}, and {arrived} may have arrived"));
                }
                *self.lived.ends.entry(state.into()).or_default() += 1;
            }
            audit(sql)?;
            promises(sql, forgets)?;
        }
        Ok(())
    }
}

/// Whether promises are what a recount finds.
fn promises(sql: &impl Sql, forgets: bool) -> Result<(), String> {
    let number = |question: &'static str| {
        let rows = sql.run(question, Vec::new()).unwrap();
        rows[0].int(0).unwrap()
    };
    let astray = number(
        "-- promises astray
SELECT count(*) FROM ack a JOIN interaction i ON i.seq = a.interaction
JOIN interaction j ON j.seq = coalesce(i.joined, i.seq)
WHERE a.promise_step IS NOT NULL AND (a.promise_end IS NOT NULL OR j.state = 'done')",
    );
    if astray > 0 {
        return Err(format!(
            "{astray} promises are open, and nobody waits for them"
        ));
    }
    for (what, kept, counted) in [
        (
            "void",
            number("-- void kept\nSELECT coalesce(sum(n), 0) FROM promise_void"),
            number("-- void counted\nSELECT count(*) FROM ack WHERE promise_end = 'void'"),
        ),
        (
            "closed",
            number("-- closed kept\nSELECT coalesce(sum(promises), 0) FROM sla"),
            number(
                "-- closed counted\nSELECT count(*) FROM ack WHERE promise_end IN ('kept', 'late', 'unanswered')",
            ),
        ),
    ] {
        // What went with somebody who was forgotten is counted still.
        if kept < counted || (kept > counted && !forgets) {
            return Err(format!(
                "{kept} promises are kept as {what}, a recount finds {counted}"
            ));
        }
    }
    Ok(())
}

fn gone() -> Refused {
    Refused::Storage("the object is gone".into())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Runs schedules from this seed on, on two threads: they share nothing.
fn run(first: u64, count: u64, whole: bool, forgets_tries: bool) -> (Lived, Vec<String>) {
    let half = |half: u64| {
        let mut lived = Lived::default();
        let mut failures = Vec::new();
        for seed in (first..first + count).skip(half as usize).step_by(2) {
            if let Err(why) = Schedule::new(seed, whole, forgets_tries, &mut lived).run() {
                failures.push(format!("{why}: HEARD_SEED={seed} HEARD_SCHEDULES=1"));
            }
        }
        (lived, failures)
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        let (mut lived, mut failures) = half(0);
        let (more, also) = other.join().unwrap();
        lived.add(more);
        failures.extend(also);
        (lived, failures)
    })
}

impl Lived {
    fn add(&mut self, other: Lived) {
        self.sends += other.sends;
        self.tries_again += other.tries_again;
        self.worker_deaths += other.worker_deaths;
        self.object_deaths += other.object_deaths;
        self.undone += other.undone;
        self.answers_lost += other.answers_lost;
        self.told_twice += other.told_twice;
        self.clock_back += other.clock_back;
        self.by_alarm += other.by_alarm;
        self.statements_failed += other.statements_failed;
        self.disks_full += other.disks_full;
        self.alarms_twice += other.alarms_twice;
        self.alarms_lost += other.alarms_lost;
        self.claims += other.claims;
        self.forgotten += other.forgotten;
        for (state, n) in other.ends {
            *self.ends.entry(state).or_default() += n;
        }
    }
}

#[test]
fn no_schedule_sends_twice_or_forgets() {
    let count = number("HEARD_SCHEDULES", 1_000);
    let (lived, failures) = run(number("HEARD_SEED", 1), count, false, false);
    assert_eq!(failures, Vec::<String>::new());
    println!(
        "{count} schedules: {} sends ({} of them tries after a \"later\", {} by the alarm), {} Workers and {} objects \
         killed ({} with writes undone), {} answers lost, {} reports told twice, {} jumps back; ends: {:?}",
        lived.sends,
        lived.tries_again,
        lived.by_alarm,
        lived.worker_deaths,
        lived.object_deaths,
        lived.undone,
        lived.answers_lost,
        lived.told_twice,
        lived.clock_back,
        lived.ends
    );
    // Schedules in which nothing happens would show nothing.
    let least = usize::try_from(count / 10).unwrap();
    for (what, n) in [
        ("tries again", lived.tries_again),
        ("by the alarm", lived.by_alarm),
        ("Workers killed", lived.worker_deaths),
        ("writes undone", lived.undone),
        ("answers lost", lived.answers_lost),
        ("told twice", lived.told_twice),
        ("clock back", lived.clock_back),
    ] {
        assert!(n >= least, "only {n} times: {what}");
    }
}

/// Whole shards, with every fault at once.
#[test]
fn no_fault_makes_a_shard_lose_double_or_miscount() {
    let count = number("HEARD_SCHEDULES", 300);
    let (lived, failures) = run(number("HEARD_SEED", 1), count, true, false);
    let some = failures.iter().take(5).collect::<Vec<_>>();
    assert!(
        failures.is_empty(),
        "{} of {count}: {some:#?}",
        failures.len()
    );
    println!(
        "{count} schedules of whole shards: {} sends, {} claims, {} Workers and {} objects killed ({} with writes undone), \
         {} statements failed, {} disks full, {} alarms twice, {} never, {} answers lost, {} jumps back, {} forgotten; ends: {:?}",
        lived.sends,
        lived.claims,
        lived.worker_deaths,
        lived.object_deaths,
        lived.undone,
        lived.statements_failed,
        lived.disks_full,
        lived.alarms_twice,
        lived.alarms_lost,
        lived.answers_lost,
        lived.clock_back,
        lived.forgotten,
        lived.ends
    );
    let least = usize::try_from(count / 10).unwrap();
    for (what, n) in [
        ("claims", lived.claims),
        ("statements failed", lived.statements_failed),
        ("disks full", lived.disks_full),
        ("alarms twice", lived.alarms_twice),
        ("writes undone", lived.undone),
        ("forgotten", lived.forgotten),
    ] {
        assert!(n >= least, "only {n} times: {what}");
    }
}

/// Reports once told of an interaction and not of a try. That such a mistake is found shows that the
/// schedules look in the right places.
#[test]
fn schedules_find_a_shard_that_forgets_which_try_a_report_tells_of() {
    let (_, failures) = run(1, 300, false, true);
    assert!(
        failures.iter().any(|why| why.contains("was sent again")),
        "{failures:?}"
    );
    println!("{} of 300: {:?}", failures.len(), failures.first());
}
