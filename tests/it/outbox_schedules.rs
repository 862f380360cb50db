//! The way of an acknowledgment from its decision to its report, in thousands of schedules: who runs
//! next, who dies where, what is lost or told twice is drawn, and the clock goes on, stands or jumps
//! back.
//!
//! What runs is the real inbox over SQLite and the real [`courier`]; only what lies between them is
//! played: a Worker is a future, and its death is that future dropped at whatever `await` it had
//! reached. What the object wrote is on its disk only after a flush, and neither its answers nor its
//! own calls leave before that (workerd's output gates); its death forgets what was not flushed.
//!
//! `HEARD_SCHEDULES` sets how many run (1,000 by default), `HEARD_SEED` where they start; a failure names its own seed.

use crate::fuzz::Random;
use crate::queue::{MINUTE_MS, Office, deleted, edited, judged, made, post, pull, stop};
use crate::sqlite::audit;
use heard::config::Mode;
use heard::document::Document;
use heard::document::Named;
use heard::inbox::courier::{self, World};
use heard::inbox::outbox::FinishAck;
use heard::inbox::pause::{Pause, Resume};
use heard::inbox::question::Question;
use heard::inbox::serve::{Ask, pass};
use heard::inbox::take_in::TakeIn;
use heard::inbox::wire::{Incoming, Job, Paused, Refused};
use heard::judgement::Level;
use heard::platform::Outcome;
use heard::sql::Sql;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// How many things happen in a schedule before all faults end.
const STEPS: usize = 160;

/// How many rounds what is left may take then: far beyond the tries and waits that there are.
const CALM: usize = 600;

/// Who asks: a Worker of this number, or the object's own alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Worker(usize),
    Alarm,
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
    what: What,
    stage: Stage,
    answer: Rc<RefCell<Option<Said>>>,
}

type Calls = Rc<RefCell<Vec<Call>>>;

/// A courier's hands.
struct Hands {
    who: Who,
    calls: Calls,
}

impl Hands {
    async fn call(&self, what: What) -> Said {
        let answer = Rc::new(RefCell::new(None));
        self.calls.borrow_mut().push(Call {
            by: self.who,
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
async fn webhook(hands: Hands, events: Vec<Incoming>, sends: bool, heard: Rc<Cell<bool>>) {
    let ask = TakeIn {
        events,
        ignored: BTreeMap::new(),
        shards: 1,
        sends,
    };
    if let Ok(taken) = hands.ask(ask).await {
        heard.set(true);
        let _ = courier::hand_on(&hands, &taken.jobs).await;
        let _ = courier::carry(&hands, &taken.acks).await;
    }
}

async fn alarm(hands: Hands, planned: Vec<i64>) {
    let _ = courier::carry(&hands, &planned).await;
}

struct Task {
    who: Who,
    future: Pin<Box<dyn Future<Output = ()>>>,
}

/// A delivery of a platform.
struct Delivery {
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
    ends: BTreeMap<String, usize>,
}

struct Schedule<'l> {
    random: Random,
    office: Office,
    calls: Calls,
    tasks: Vec<Task>,
    deliveries: Vec<Delivery>,
    /// Every report that ever reached the object: any may come again.
    reports: Vec<Ask>,
    /// How many sends of an interaction's acknowledgment, or of its emergency's, may have arrived.
    arrived: BTreeMap<(i64, bool), usize>,
    sent_before: BTreeMap<(i64, bool), usize>,
    /// Whether the object has done something that is not on its disk.
    unflushed: bool,
    /// The alarm as the disk has it.
    alarm_ms: Option<i64>,
    workers: usize,
    posts: usize,
    /// Whether a report is taken for one of the last try whatever try it tells of, as it once was.
    forgets_tries: bool,
    lived: &'l mut Lived,
}

impl<'l> Schedule<'l> {
    fn new(seed: u64, forgets_tries: bool, lived: &'l mut Lived) -> Self {
        let mut office = Office::new();
        // In every third all but two or three a minute wait for their place.
        if seed.is_multiple_of(3) {
            office.config.sources[0].ceiling.per_minute = 2 + (seed % 2) as u32;
        }
        Self {
            random: Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            office,
            calls: Calls::default(),
            tasks: Vec::new(),
            deliveries: Vec::new(),
            reports: Vec::new(),
            arrived: BTreeMap::new(),
            sent_before: BTreeMap::new(),
            unflushed: false,
            alarm_ms: None,
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
        if self.is_due() && !self.one_in(3) {
            self.ring();
        }
        match self.random.below(100) {
            0..=58 => self.progress(true)?,
            59..=62 => self.flush(),
            63..=74 => self.pass(),
            75..=80 => self.write(),
            81..=84 => self.redeliver(),
            85..=88 => self.kill_a_worker(),
            89..=90 => self.kill_the_object(),
            91 => {
                // A deploy, or the machine.
                self.kill_the_object();
                self.tasks.clear();
            }
            92..=96 => self.tell_twice(),
            97 => self.serve_an_agent(),
            98 => self.pause(),
            _ => {
                let mode = *self.random.pick(&[Mode::Live, Mode::Live, Mode::Off]);
                self.office.config.sources[0].mode = mode;
            }
        }
        Ok(())
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
        self.office.now_ms += ms;
    }

    /// Somebody does something on the platform.
    fn write(&mut self) {
        let now_ms = self.office.now_ms;
        let of = |post: usize| ["ann", "bob", "cem", "dan"][post * 7 % 11 % 4];
        self.posts += 1;
        let id = self.posts.to_string();
        let author = of(self.posts);
        let before = 1 + self.random.below(self.posts);
        let earlier = before.to_string();
        let level = *self
            .random
            .pick(&[Level::Urgent, Level::Urgent, Level::Emergency]);
        let event = match self.random.below(12) {
            0 => deleted("x", &earlier),
            1 => {
                let mut changed = post(&earlier, of(before), now_ms);
                changed.text = format!("Still stuck, and it is {now_ms}");
                edited("x", changed, judged(level))
            }
            2 => stop("x", author),
            _ => made("x", post(&id, author, now_ms), judged(level)),
        };
        self.deliver(vec![event], Rc::default());
    }

    fn deliver(&mut self, events: Vec<Incoming>, heard: Rc<Cell<bool>>) {
        self.workers += 1;
        let who = Who::Worker(self.workers);
        let hands = Hands {
            who,
            calls: self.calls.clone(),
        };
        self.deliveries.push(Delivery {
            events: events.clone(),
            heard: heard.clone(),
        });
        self.tasks.push(Task {
            who,
            // Every third Worker is of the version that began in a question of its own.
            future: Box::pin(webhook(
                hands,
                events,
                !self.workers.is_multiple_of(3),
                heard,
            )),
        });
    }

    /// A platform that heard no 200 tries again; one that did may all the same.
    fn redeliver(&mut self) {
        if self.deliveries.is_empty() {
            return;
        }
        let at = self.random.below(self.deliveries.len());
        let Delivery { events, heard } = &self.deliveries[at];
        if !heard.get() || self.random.below(4) == 0 {
            let (events, heard) = (events.clone(), heard.clone());
            self.deliver(events, heard);
        }
    }

    fn is_due(&self) -> bool {
        let rings = |at_ms| at_ms <= self.office.now_ms;
        self.office.alarm_ms.get().is_some_and(rings)
            && self.tasks.iter().all(|task| task.who != Who::Alarm)
    }

    /// The alarm rings. Until the next is on the disk, this one rings again after a death.
    fn ring(&mut self) {
        self.hold();
        self.office.alarm_ms.set(None);
        let planned = self.office.ring();
        let hands = Hands {
            who: Who::Alarm,
            calls: self.calls.clone(),
        };
        self.tasks.push(Task {
            who: Who::Alarm,
            future: Box::pin(alarm(hands, planned)),
        });
    }

    fn hold(&mut self) {
        if !self.unflushed {
            self.office.sql.hold();
            self.unflushed = true;
        }
    }

    fn flush(&mut self) {
        if !self.unflushed {
            return;
        }
        self.office.sql.flush();
        self.unflushed = false;
        self.alarm_ms = self.office.alarm_ms.get();
        for call in self.calls.borrow_mut().iter_mut() {
            if let Stage::Held(answer) = &call.stage {
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
        if who != Who::Alarm {
            self.lived.worker_deaths += 1;
            // What it sent is on its way all the same.
            self.tasks.retain(|task| task.who != who);
        }
    }

    fn kill_the_object(&mut self) {
        self.lived.object_deaths += 1;
        self.tasks.retain(|task| task.who != Who::Alarm);
        if self.unflushed {
            self.lived.undone += 1;
            self.office.sql.lose();
            self.unflushed = false;
            self.office.alarm_ms.set(self.alarm_ms);
        }
        // Its callers hear that it is gone; what itself was about to send never left.
        self.calls.borrow_mut().retain_mut(|call| {
            if let Stage::Held(_) = call.stage {
                call.stage = Stage::Back(Said::Answer(Err(gone())));
            }
            !(call.by == Who::Alarm && matches!(call.stage, Stage::Away))
        });
    }

    /// A report that the object had before comes again.
    fn tell_twice(&mut self) {
        if let Some(at) = self.reports.len().checked_sub(1) {
            let report = self.reports[self.random.below(at + 1)].clone();
            self.lived.told_twice += 1;
            self.hold();
            let _ = self.serve(report);
        }
    }

    fn serve_an_agent(&mut self) {
        self.hold();
        let mut pull = pull("amy", 1);
        pull.lease_s = 20;
        for claimed in self.office.claim(pull) {
            if self.one_in(2) {
                let _ = self.office.resolve(crate::queue::holding(&claimed), "done");
            }
        }
    }

    /// A supervisor silences everything, or lets it speak again.
    fn pause(&mut self) {
        let is_pause = self.one_in(3);
        self.hold();
        let paused = match is_pause {
            true => self.office.ask(Pause {
                paused: Paused {
                    source: None,
                    by: "boss".into(),
                    reason: "enough".into(),
                    since_ms: self.office.now_ms,
                },
            }),
            false => self.office.ask(Resume { source: None }),
        };
        paused.unwrap();
    }

    /// What the object does with a question.
    fn serve(&mut self, mut ask: Ask) -> Result<Document, Refused> {
        if let Ask::FinishAck(FinishAck {
            seq,
            emergency,
            attempt,
            ..
        }) = &mut ask
            && self.forgets_tries
        {
            let last = self.office.sql.run(
                "-- last try\nSELECT attempts FROM ack WHERE interaction = ?1 AND emergency = ?2",
                vec![(*seq).into(), u8::from(*emergency).into()],
            );
            *attempt = last.unwrap().first().map_or(0, |row| row.int(0).unwrap());
        }
        self.office.at_desk(|desk| pass(desk, None, ask))
    }

    /// One call goes a step further.
    fn progress(&mut self, faults: bool) -> Result<(), String> {
        let count = self.calls.borrow().len();
        if count == 0 {
            return Ok(());
        }
        let at = self.random.below(count);
        let mut call = self.calls.borrow_mut().swap_remove(at);
        let is_own = call.by == Who::Alarm;
        match (std::mem::replace(&mut call.stage, Stage::Away), &call.what) {
            (Stage::Away, What::Ask(ask)) => {
                if !is_own && faults && self.one_in(20) {
                    call.stage = Stage::Back(Said::Answer(Err(gone())));
                } else {
                    self.hold();
                    if let Ask::FinishAck(_) = ask {
                        self.reports.push(ask.clone());
                    }
                    let said = self.serve(ask.clone());
                    // The object itself hears at once; its calls out wait instead.
                    call.stage = match is_own {
                        true => Stage::Back(Said::Answer(said)),
                        false => Stage::Held(said),
                    };
                }
                self.calls.borrow_mut().push(call);
            }
            (Stage::Away, What::Deliver(_)) if is_own && self.unflushed => {
                self.calls.borrow_mut().push(call);
                self.flush();
            }
            (Stage::Away, What::Deliver(job)) => {
                let outcome = self.leave(call.by, job, faults)?;
                call.stage = Stage::Back(Said::Outcome(outcome));
                self.calls.borrow_mut().push(call);
            }
            (held @ Stage::Held(_), _) => {
                call.stage = held;
                self.calls.borrow_mut().push(call);
                self.flush();
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
    fn leave(&mut self, by: Who, job: &Job, faults: bool) -> Result<Outcome, String> {
        let this = (job.seq, job.emergency);
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
        self.lived.by_alarm += usize::from(by == Who::Alarm);
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
        for _ in 0..CALM {
            self.poll();
            self.flush();
            if !self.calls.borrow().is_empty() {
                self.progress(false)?;
                continue;
            }
            if let Some(at) = self.deliveries.iter().position(|one| !one.heard.get()) {
                let Delivery { events, heard } = self.deliveries.swap_remove(at);
                self.deliver(events, heard);
                continue;
            }
            if self.is_due() {
                self.ring();
                continue;
            }
            if self.pending() == 0 {
                return Ok(());
            }
            match self.office.alarm_ms.get() {
                Some(at_ms) => self.office.now_ms = self.office.now_ms.max(at_ms),
                None => return Err("an acknowledgment waits and no alarm is set".into()),
            }
        }
        Err(format!("{} acknowledgments are forgotten", self.pending()))
    }

    fn pending(&self) -> i64 {
        let sql = "-- pending\nSELECT count(*) FROM ack WHERE state IN ('planned', 'sending')";
        self.office.sql.run(sql, Vec::new()).unwrap()[0]
            .int(0)
            .unwrap()
    }

    /// Whether what is written down is what happened.
    fn judge(self) -> Result<(), String> {
        let joined = self.office.sql.run(
            "-- joined\nSELECT seq, joined FROM interaction WHERE joined IS NOT NULL",
            Vec::new(),
        );
        let joined: Vec<(i64, i64)> = joined
            .unwrap()
            .iter()
            .map(|row| (row.int(0).unwrap(), row.int(1).unwrap()))
            .collect();
        let sql = "-- ends\nSELECT interaction, state, emergency FROM ack";
        for row in self.office.sql.run(sql, Vec::new()).unwrap() {
            let (seq, state) = (row.int(0).unwrap(), row.text(1).unwrap());
            let this = (seq, row.int(2).unwrap() != 0);
            let arrived = self.arrived.get(&this).copied().unwrap_or(0);
            // One that left before its interaction joined this one is this one's now.
            let came_along = joined.iter().any(|(from, to)| {
                *to == seq && self.arrived.get(&(*from, this.1)).is_some_and(|n| *n > 0)
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
        audit(&self.office.sql)
    }
}

fn gone() -> Refused {
    Refused::Storage("the object is gone".into())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Runs schedules from this seed on, on two threads: they share nothing.
fn run(first: u64, count: u64, forgets_tries: bool) -> (Lived, Vec<String>) {
    let half = |half: u64| {
        let mut lived = Lived::default();
        let mut failures = Vec::new();
        for seed in (first..first + count).skip(half as usize).step_by(2) {
            if let Err(why) = Schedule::new(seed, forgets_tries, &mut lived).run() {
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
        for (state, n) in other.ends {
            *self.ends.entry(state).or_default() += n;
        }
    }
}

#[test]
fn no_schedule_sends_twice_or_forgets() {
    let count = number("HEARD_SCHEDULES", 1_000);
    let (lived, failures) = run(number("HEARD_SEED", 1), count, false);
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

/// Reports once told of an interaction and not of a try. That such a mistake is found shows that the
/// schedules look in the right places.
#[test]
fn schedules_find_a_shard_that_forgets_which_try_a_report_tells_of() {
    let (_, failures) = run(1, 300, true);
    assert!(
        failures.iter().any(|why| why.contains("was sent again")),
        "{failures:?}"
    );
    println!("{} of 300: {:?}", failures.len(), failures.first());
}
