//! A day on the floor, simulated natively: the queue and the floor as they are, over SQLite, with a clock that
//! jumps from event to event. Nothing of the runtime is in it: only what is decided.
//!
//! Three centres, two shifts each, some 160 agents with their languages and skills; ten thousand posts, two storms
//! among them. Everything is drawn from a seed, so that two ways to route meet the same day.

use super::random::Random;
use crate::api::floor::{narrowed, takes_none};
use crate::config::Config;
use crate::deeds::Deed;
use crate::floor::memory::Memory;
use crate::floor::presence::{Confirm, Reserve, State, Told as SignOfLife};
use crate::floor::question::{Desk as FloorDesk, Question as FloorQuestion};
use crate::floor::settings::{Put, ShowPresent};
use crate::floor::unserved::unserved;
use crate::floor::wire::{Presence, Settings};
use crate::inbox::context::Desk;
use crate::inbox::figures::ShowSla;
use crate::inbox::hands::{Able, Hands};
use crate::inbox::holders::ShowHolders;
use crate::inbox::needs::ShowNeeds;
use crate::inbox::projection::SOON_MS;
use crate::inbox::question::{By, Question};
use crate::inbox::ready::Ready;
use crate::inbox::reply::{BeginReply, FinishReply};
use crate::inbox::serve::serve;
use crate::inbox::shard::Shard;
use crate::inbox::sla::{Key, SlaAsked};
use crate::inbox::take_in::TakeIn;
use crate::inbox::waiting::{self, Register};
use crate::inbox::wire::{Holding, Incoming, Interaction, Pull, Ticket};
use crate::inbox::work::{Claim, Extend, Resolve};
use crate::judgement::{Actual, Danger, Kind, Level, Situation, Triage, Who};
use crate::platform::{Event, Outcome};
use crate::post::{Author, Platform, Post, PostId, PostKind, SourceId, Workgroup};
use crate::scope::Scope;
use crate::sql::Sql;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Midnight, UTC: 2026-11-23, a Monday.
const MIDNIGHT_MS: i64 = 1_795_392_000_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// The day, and how long its last posts have to be answered.
const END_MS: i64 = MIDNIGHT_MS + 27 * HOUR_MS;
/// How often a holder gives a sign of life.
const EXTEND_MS: i64 = 5 * MINUTE_MS;
const LEASE_S: u32 = 600;
/// How long a claim waits: longer than the API lets it, so that the day is simulated in a minute.
const WAIT_MS: i64 = 110_000;
/// How long a holder takes to notice what their customer writes meanwhile.
const NOTICED_MS: i64 = 30_000;

/// How a day is routed, and how large it is.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What it is called.
    pub name: &'static str,
    /// How many posts.
    pub posts: usize,
    /// How many agents.
    pub agents: usize,
    /// Whether posts that need a skill ask for it.
    pub skills: bool,
    /// After how many minutes they do not any more; 0: never.
    pub relax_after: u32,
    /// For how many minutes an author is kept for who answered last.
    pub affinity: u32,
    /// Whether the queue is in the order of ranks; else first come, first served.
    pub ranked: bool,
    /// What the day is drawn from.
    pub seed: u64,
}

impl Plan {
    /// The day as Heard routes it.
    pub const HEARD: Plan = Plan {
        name: "as shipped",
        posts: 10_000,
        agents: 160,
        skills: true,
        relax_after: 15,
        affinity: 3,
        ranked: true,
        seed: 1,
    };
}

/// What came of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How many posts came, interactions were opened, and are open at the end.
    pub posts: usize,
    /// Interactions that somebody answered.
    pub answered: usize,
    /// Interactions that are open when the day and three hours more are over.
    pub left: i64,
    /// Answered after their deadline, by level.
    pub late: BTreeMap<u8, usize>,
    /// How many were answered, by level.
    pub by_level: BTreeMap<u8, usize>,
    /// Waits for the first answer, in milliseconds, in order.
    pub waits_ms: Vec<i64>,
    /// The same of emergencies.
    pub emergencies_ms: Vec<i64>,
    /// The most that one agent ever held beyond what they take; an emergency may be one.
    pub most_over: u32,
    /// How often somebody held more than one beyond it, or one that was no emergency.
    pub broken: usize,
    /// Answered by somebody without the skill that helps with it.
    pub unskilled: usize,
    /// Of the interactions of authors who came back: how many, and to the same agent.
    pub returned: usize,
    /// See `returned`.
    pub same_agent: usize,
    /// In how many of the looks every five minutes work waited that nobody present could take.
    pub unserved_looks: usize,
    /// Looks.
    pub looks: usize,
    /// Every half hour: how many the projection said would miss in the next, and how many did.
    pub projected: Vec<(i64, i64)>,
}

/// How far a projection was from what came: means over the day, of half hours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Error {
    /// What was projected.
    pub projected: f64,
    /// What came.
    pub came: f64,
    /// How far apart the two were, whichever was more.
    pub off_by: f64,
}

impl Told {
    /// All that were late.
    pub fn all_late(&self) -> usize {
        self.late.values().sum()
    }

    /// How far the projection was off.
    pub fn projection(&self) -> Error {
        let n = self.projected.len().max(1) as f64;
        let mean =
            |of: fn(&(i64, i64)) -> i64| self.projected.iter().map(of).sum::<i64>() as f64 / n;
        Error {
            projected: mean(|(said, _)| *said),
            came: mean(|(_, came)| *came),
            off_by: mean(|(said, came)| (said - came).abs()),
        }
    }

    /// The wait within which so many of a hundred were answered, in seconds.
    pub fn percentile_s(waits: &[i64], percent: usize) -> i64 {
        let at = (waits.len() * percent / 100).min(waits.len().saturating_sub(1));
        waits.get(at).copied().unwrap_or(0) / 1_000
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    /// A post comes.
    Post(usize),
    /// An agent begins their shift, goes on break, comes back, ends it.
    Begin(usize),
    Break(usize),
    Back(usize),
    Finish(usize),
    /// An agent looks for work.
    Claim(usize),
    /// Somebody answers, ends, or gives a sign of life for what they hold.
    Answer(usize),
    End(usize),
    Alive(usize),
    /// A holder notices that their customer wrote.
    Notice(usize),
    /// Those who wait are looked after.
    Ring,
    /// What nobody can take is looked for, and who holds what is counted.
    Look,
}

struct Worker {
    name: String,
    shift: (i64, i64),
    settings: Settings,
    present: bool,
    waits: bool,
    held: Hands,
}

/// Something in hand.
struct Job {
    agent: usize,
    holding: Holding,
    ends_ms: i64,
    private: bool,
    done: bool,
}

struct Day<'a, S> {
    plan: &'a Plan,
    config: Config,
    queue: &'a S,
    floor: &'a S,
    memory: Cell<Memory>,
    room: Register<usize>,
    now_ms: i64,
    events: BinaryHeap<Reverse<(i64, u64, Happens)>>,
    number: u64,
    random: Random,
    workers: Vec<Worker>,
    posts: Vec<(i64, Incoming, Option<&'static str>)>,
    jobs: Vec<Job>,
    /// Who answered an author last.
    answered_by: BTreeMap<String, usize>,
    /// What of an author's was taken in hand last.
    job_of: BTreeMap<String, usize>,
    told: Told,
    rings_ms: i64,
    /// When it was looked ahead, and how many were to miss.
    projections: Vec<(i64, i64)>,
    /// What was owed and is owed no more: by when it was due, when it ended so, and whether by an answer.
    settled: Vec<Settled>,
}

struct Settled {
    due_ms: i64,
    at_ms: i64,
    answered: bool,
}

impl Settled {
    fn is_missed(&self) -> bool {
        self.at_ms > self.due_ms
    }
}

fn config(plan: &Plan) -> Config {
    let skills = [
        ("refund", "billing"),
        ("charged_wrongly", "billing"),
        ("no_access", "accessibility"),
    ];
    let mut rules: Vec<_> = skills
        .iter()
        .map(|(situation, skill)| json!({"situation": [situation], "skills": [skill], "relax_after": plan.relax_after}))
        .collect();
    rules.push(json!({"source": ["press"], "skills": ["press"], "relax_after": plan.relax_after}));
    rules.push(json!({"danger": ["any"], "skills": ["safety"], "relax_after": plan.relax_after}));
    if !plan.skills {
        rules.clear();
    }
    let table = json!({
        "mode": "off",
        "brand": {"name": "Northline Rail"},
        "limits": {"affinity_minutes": plan.affinity},
        "apps": [{"id": "x", "scheme": "x"}],
        "sources": [
            {"id": "care", "app": "x", "platform": "x", "account": "1", "workgroup": "care"},
            {"id": "press", "app": "x", "platform": "x", "account": "2", "workgroup": "care"},
        ],
        "route": rules,
    });
    Config::read(&table.to_string(), &|name| {
        name.starts_with("REPLY_TOKEN__")
            .then(|| "a-credential".to_string())
    })
}

/// The agents of three centres: Manila, Lisbon, Denver; two shifts each, from 6 to 14 and from 14 to 22 by the clock
/// on their wall.
fn workers(plan: &Plan, random: &mut Random) -> Vec<Worker> {
    let centres = [("manila", 8, 3), ("lisbon", 0, 3), ("denver", -7, 2)];
    let mut workers = Vec::new();
    for n in 0..plan.agents {
        let place = n % 8;
        let (centre, offset_h, _) = match place {
            0..=2 => centres[0],
            3..=5 => centres[1],
            _ => centres[2],
        };
        let from_h = if (n / 8) % 2 == 0 { 6 } else { 14 };
        // Around midnight a shift begins the day before: whoever is there then works its rest, and comes again.
        let begin_ms = MIDNIGHT_MS + (from_h - offset_h) * HOUR_MS;
        let mut skills = Vec::new();
        for (skill, percent) in [
            ("billing", 30),
            ("press", 10),
            ("safety", 25),
            ("accessibility", 20),
        ] {
            if random.below(100) < percent {
                skills.push(skill.to_string());
            }
        }
        let mut languages = vec!["en".to_string()];
        for (language, percent) in [("es", 35), ("de", 20)] {
            if random.below(100) < percent {
                languages.push(language.to_string());
            }
        }
        workers.push(Worker {
            name: format!("{centre}-{n}"),
            shift: (begin_ms, begin_ms + 8 * HOUR_MS),
            settings: Settings {
                skills,
                languages,
                capacity: Hands {
                    public: 2,
                    private: 3,
                },
                ..Settings::default()
            },
            present: false,
            waits: false,
            held: Hands::default(),
        });
    }
    workers
}

/// The posts of the day in their order, each with the skill that helps with it.
fn posts(plan: &Plan, random: &mut Random) -> Vec<(i64, Incoming, Option<&'static str>)> {
    let storm = plan.posts * 3 / 20;
    let mut times = Vec::with_capacity(plan.posts);
    for from_h in [8, 19] {
        for _ in 0..storm {
            times.push(from_h * HOUR_MS + draw(random, 40 * MINUTE_MS));
        }
    }
    while times.len() < plan.posts {
        // Twice as many by day as by night.
        let at_ms = draw(random, 24 * HOUR_MS);
        let by_day = (6..22).contains(&(at_ms / HOUR_MS));
        if by_day || random.below(2) == 0 {
            times.push(at_ms);
        }
    }
    times.sort_unstable();
    let mut made = Vec::with_capacity(times.len());
    for (n, at_ms) in times.into_iter().enumerate() {
        let now_ms = MIDNIGHT_MS + at_ms;
        // A fifth comes from somebody who wrote in the last few hundred posts.
        let author = match random.below(5) {
            0 if n > 400 => n - 20 - random.below(380),
            _ => n,
        };
        let mut triage = judged(random);
        let source = if random.below(50) == 0 {
            "press"
        } else {
            "care"
        };
        let (situation, skill) = match random.below(100) {
            _ if source == "press" => (None, Some("press")),
            0..=14 => (Some(Situation::Refund), Some("billing")),
            15..=17 => (Some(Situation::NoAccess), Some("accessibility")),
            _ => (None, None),
        };
        triage.situation = situation;
        let mut skill = skill;
        if triage.level == Level::Emergency {
            triage.danger = Some(Danger::Trapped);
            if situation.is_none() && source == "care" {
                skill = Some("safety");
            }
        }
        let id = n.to_string();
        let post = Post {
            id: PostId::new(id.as_str()),
            kind: if random.below(10) < 3 {
                PostKind::Message
            } else {
                PostKind::Mention
            },
            author: Some(Author::of(format!("author-{author}"))),
            text: "What about my train?".into(),
            quoted: None,
            media: Vec::new(),
            automatic: false,
            calls: Vec::new(),
            cut: false,
            lang: None,
            created_ms: now_ms,
            permalink: None,
            parent: None,
            reply_to: format!("post:{id}"),
            barred: None,
            addressed: true,
            version: None,
            fetched: false,
        };
        let incoming = Incoming {
            source: SourceId::new(source),
            platform: Platform::X,
            event: Event::Made { post },
            triage: Some(triage),
        };
        made.push((now_ms, incoming, skill));
    }
    made
}

fn judged(random: &mut Random) -> Triage {
    let (level, urgency) = match random.below(100) {
        0 => (Level::Emergency, 90),
        1..=15 => (Level::Urgent, 60),
        16..=79 => (Level::Routine, 40),
        _ => (Level::Idle, 10),
    };
    let lang = match random.below(100) {
        0..=74 => "en",
        75..=89 => "es",
        _ => "de",
    };
    Triage {
        kind: Kind::Complaint,
        urgency,
        level,
        sentiment: -0.5,
        complaint: 0.9,
        help: 0.6,
        praise: 0.0,
        abuse: 0.0,
        spam: 0.0,
        lang: lang.into(),
        situation: None,
        likely: None,
        situation_chance: 0.0,
        danger: None,
        actual: Actual::Now,
        to_us: true,
        who: Who::Author,
        facts: Vec::new(),
        stated: None,
        despair: false,
        reasons: Vec::new(),
    }
}

fn draw(random: &mut Random, below_ms: i64) -> i64 {
    i64::try_from(random.number() % below_ms.unsigned_abs().max(1)).unwrap_or(0)
}

/// Simulates a day over two empty databases.
///
/// # Errors
/// Where the storage fails, or somebody is refused what they must not be.
pub fn simulate<S: Sql>(plan: &Plan, queue: &S, floor: &S) -> Result<Told> {
    crate::sql::open(queue, crate::inbox::schema::MIGRATIONS)
        .map_err(|why| anyhow::anyhow!("{why}"))?;
    crate::sql::open(floor, crate::floor::schema::MIGRATIONS)
        .map_err(|why| anyhow::anyhow!("{why}"))?;
    let config = config(plan);
    ensure!(config.sources.len() == 2, "{:?}", config.problems);
    let mut random = Random::at(&[plan.seed]);
    let workers = workers(plan, &mut random);
    let posts = posts(plan, &mut random);
    let mut day = Day {
        plan,
        config,
        queue,
        floor,
        memory: Cell::default(),
        room: Register::default(),
        now_ms: MIDNIGHT_MS - HOUR_MS,
        events: BinaryHeap::new(),
        number: 0,
        random,
        workers,
        posts,
        jobs: Vec::new(),
        answered_by: BTreeMap::new(),
        job_of: BTreeMap::new(),
        told: Told::default(),
        rings_ms: i64::MAX,
        projections: Vec::new(),
        settled: Vec::new(),
    };
    day.run()?;
    Ok(day.told)
}

impl<S: Sql> Day<'_, S> {
    fn at(&mut self, at_ms: i64, what: Happens) {
        self.number += 1;
        self.events.push(Reverse((at_ms, self.number, what)));
    }

    fn run(&mut self) -> Result<()> {
        for agent in 0..self.workers.len() {
            let worker = self.worker(agent)?;
            let (name, settings, shift) =
                (worker.name.clone(), worker.settings.clone(), worker.shift);
            let deed = Deed {
                at_ms: self.now_ms,
                by: "boss".into(),
                token: "t".into(),
                did: "put_agent".into(),
                to: name.clone(),
                asked: serde_json::Map::new(),
                workgroup: None,
            };
            self.floor(Put {
                agent: name,
                settings,
                scope: Scope::whole(),
                serves: None,
                deed,
            })?;
            for day_ms in [-24 * HOUR_MS, 0, 24 * HOUR_MS] {
                let (begin_ms, end_ms) = (shift.0 + day_ms, shift.1 + day_ms);
                if end_ms <= MIDNIGHT_MS || begin_ms >= END_MS {
                    continue;
                }
                self.at(begin_ms.max(self.now_ms), Happens::Begin(agent));
                // Half an hour in the middle, and not all at once.
                let break_ms = begin_ms + 3 * HOUR_MS + draw(&mut self.random, 2 * HOUR_MS);
                if break_ms > self.now_ms {
                    self.at(break_ms, Happens::Break(agent));
                    self.at(break_ms + 30 * MINUTE_MS, Happens::Back(agent));
                }
                self.at(end_ms, Happens::Finish(agent));
            }
        }
        for n in 0..self.posts.len() {
            let at_ms = self.posts.get(n).context("a post")?.0;
            self.at(at_ms, Happens::Post(n));
        }
        self.at(MIDNIGHT_MS, Happens::Look);
        while let Some(Reverse((at_ms, _, what))) = self.events.pop() {
            if at_ms > END_MS {
                break;
            }
            self.now_ms = self.now_ms.max(at_ms);
            self.happens(what)?;
            self.arm();
        }
        self.now_ms = END_MS;
        let rows = self.queue.run(
            "-- left\nSELECT count(*) FROM interaction WHERE state <> 'done'",
            Vec::new(),
        );
        let rows = rows.map_err(|why| anyhow::anyhow!("{why}"))?;
        self.told.left = rows.first().context("a row")?.int(0).unwrap_or(-1);
        self.told.waits_ms.sort_unstable();
        self.told.emergencies_ms.sort_unstable();
        self.recount()
    }

    /// `GET /v1/sla` of the whole day against what happened.
    fn recount(&mut self) -> Result<()> {
        let told = self.sla()?;
        let figure = |what: &str| {
            let of = |clock: &str| told.pointer(&format!("/total/{clock}/{what}"));
            let sum = [of("first_reply"), of("next_reply")];
            sum.into_iter()
                .flatten()
                .filter_map(Value::as_i64)
                .sum::<i64>()
        };
        let count = |is: &dyn Fn(&Settled) -> bool| {
            i64::try_from(self.settled.iter().filter(|one| is(one)).count())
        };
        let (answered, missed, unanswered) = (
            count(&|one| one.answered)?,
            count(&Settled::is_missed)?,
            count(&|one| one.is_missed() && !one.answered)?,
        );
        // The last half hours are not over.
        let over = self
            .projections
            .iter()
            .filter(|(at_ms, _)| at_ms + SOON_MS <= END_MS);
        self.told.projected = over
            .map(|(at_ms, said)| {
                let within = |one: &Settled| one.due_ms > *at_ms && one.due_ms <= at_ms + SOON_MS;
                let came = count(&|one| one.is_missed() && within(one))?;
                Ok((*said, came))
            })
            .collect::<Result<_>>()?;
        ensure!(
            (figure("n"), figure("missed"), figure("unanswered")) == (answered, missed, unanswered),
            "{answered} were answered, {missed} missed, {unanswered} never answered; told was {told}"
        );
        Ok(())
    }

    /// What a supervisor is told of how long people take, from the day's beginning on.
    fn sla(&mut self) -> Result<Value> {
        let asked = SlaAsked {
            from_hour: MIDNIGHT_MS / HOUR_MS - 1,
            to_hour: END_MS / HOUR_MS + 1,
            by: Key::Level,
        };
        let ask = ShowSla {
            asked,
            workgroup: None,
        };
        let figures = self.queue(ask)?;
        let answer = crate::api::books::sla(&self.config, vec![figures], &asked, self.now_ms);
        Ok(serde_json::from_str(&answer.body)?)
    }

    /// Somebody's answer, or the end, is there: what was owed until now is not any more.
    fn settle(&mut self, seq: i64, answered: bool) -> Result<()> {
        let rows = self.queue.run(
            "-- owed_until\nSELECT coalesce(target_ms, deadline_ms) FROM interaction WHERE seq = ?1 AND owed_ms IS NOT NULL",
            vec![seq.into()],
        );
        let rows = rows.map_err(|why| anyhow::anyhow!("{why}"))?;
        let Some(row) = rows.first() else {
            return Ok(());
        };
        let settled = Settled {
            due_ms: row.int(0).map_err(|why| anyhow::anyhow!("{why}"))?,
            at_ms: self.now_ms,
            answered,
        };
        // Who ends what is not due yet has answered in another way, or had nothing to answer.
        if answered || settled.is_missed() {
            self.settled.push(settled);
        }
        Ok(())
    }

    fn worker(&mut self, agent: usize) -> Result<&mut Worker> {
        self.workers.get_mut(agent).context("no such agent")
    }

    fn desk<'b>(&'b self, alarm: &'b Cell<Option<i64>>, ready: &'b Ready) -> Desk<'b, S> {
        Desk {
            sql: self.queue,
            config: &self.config,
            shard: Shard::at(0),
            shards: 1,
            now_ms: self.now_ms,
            alarm,
            ready,
        }
    }

    /// Asks the queue, and wakes those for whom that made work.
    fn queue<Q: Question>(&mut self, question: Q) -> Result<Q::Answer> {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let mut room = std::mem::take(&mut self.room);
        let desk = self.desk(&alarm, &ready);
        let said = serve(desk, Some(By::seeing(Scope::whole())), question);
        let woken = waiting::rouse(desk, &mut room).map_err(|why| anyhow::anyhow!("{why}"))?;
        self.room = room;
        self.wake(woken);
        said.map_err(|why| anyhow::anyhow!("{} was refused: {why:?}", Q::NAME))
    }

    fn floor<Q: FloorQuestion>(&self, question: Q) -> Result<Q::Answer> {
        let desk = FloorDesk {
            sql: self.floor,
            config: &self.config,
            memory: &self.memory,
            now_ms: self.now_ms,
        };
        crate::floor::serve(&desk, question).map_err(|why| anyhow::anyhow!("{}: {why:?}", Q::NAME))
    }

    fn wake(&mut self, woken: Vec<usize>) {
        for agent in woken {
            if let Some(worker) = self.workers.get_mut(agent) {
                worker.waits = false;
            }
            self.at(self.now_ms, Happens::Claim(agent));
        }
    }

    fn arm(&mut self) {
        let Some(at_ms) = self.room.next_ms() else {
            return;
        };
        if at_ms < self.rings_ms {
            self.rings_ms = at_ms.max(self.now_ms + 10);
            self.at(self.rings_ms, Happens::Ring);
        }
    }

    fn happens(&mut self, what: Happens) -> Result<()> {
        match what {
            Happens::Post(n) => self.post(n),
            Happens::Begin(agent) | Happens::Back(agent) => {
                self.worker(agent)?.present = true;
                self.say(agent, Presence::Available)?;
                self.at(self.now_ms, Happens::Claim(agent));
                Ok(())
            }
            Happens::Break(agent) => {
                self.leave(agent)?;
                self.say(agent, Presence::Away)
            }
            Happens::Finish(agent) => {
                self.leave(agent)?;
                self.say(agent, Presence::Offline)
            }
            Happens::Claim(agent) => self.claim(agent),
            Happens::Answer(job) => self.answer(job),
            Happens::End(job) => self.end(job),
            Happens::Alive(job) => self.alive(job, true),
            Happens::Notice(job) => self.alive(job, false),
            Happens::Ring => {
                self.rings_ms = i64::MAX;
                let (alarm, ready) = (Cell::new(None), Ready::default());
                let mut room = std::mem::take(&mut self.room);
                let woken = waiting::ring(self.desk(&alarm, &ready), &mut room);
                self.room = room;
                self.wake(woken.map_err(|why| anyhow::anyhow!("{why}"))?);
                Ok(())
            }
            Happens::Look => self.look(),
        }
    }

    /// Takes no more; what is in hand is brought to its end.
    fn leave(&mut self, agent: usize) -> Result<()> {
        let worker = self.worker(agent)?;
        (worker.present, worker.waits) = (false, false);
        let name = worker.name.clone();
        self.room.strike(&name);
        Ok(())
    }

    fn say(&self, agent: usize, presence: Presence) -> Result<()> {
        let worker = self.workers.get(agent).context("no such agent")?;
        self.floor(State {
            agent: worker.name.clone(),
            workgroups: vec![Workgroup::new("care")],
            presence,
            until_ms: None,
        })?;
        Ok(())
    }

    fn post(&mut self, n: usize) -> Result<()> {
        let incoming = self.posts.get(n).context("a post")?.1.clone();
        self.told.posts += 1;
        if let Event::Made { post } = &incoming.event
            && let Some(author) = &post.author
            && let Some(job) = self.job_of.get(author.id.as_str()).copied()
        {
            self.at(self.now_ms + NOTICED_MS, Happens::Notice(job));
        }
        let ask = TakeIn {
            events: vec![incoming],
            ignored: BTreeMap::new(),
            shards: 1,
        };
        if self.plan.ranked {
            self.queue(ask)?;
            return Ok(());
        }
        // First come, first served: the order is overwritten before anybody looks.
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let desk = self.desk(&alarm, &ready);
        let said = serve(desk, None, ask);
        let sql = "-- unranked\nUPDATE interaction SET rank = opened_ms WHERE state = 'open' AND rank <> opened_ms";
        self.queue
            .run(sql, Vec::new())
            .map_err(|why| anyhow::anyhow!("{why}"))?;
        let mut room = std::mem::take(&mut self.room);
        let desk = self.desk(&alarm, &ready);
        let woken = waiting::rouse(desk, &mut room).map_err(|why| anyhow::anyhow!("{why}"))?;
        self.room = room;
        self.wake(woken);
        said.map(|_| ())
            .map_err(|why| anyhow::anyhow!("a post was refused: {why:?}"))
    }

    /// Asks the floor, leases, confirms; or waits.
    fn claim(&mut self, agent: usize) -> Result<()> {
        let worker = self.worker(agent)?;
        if !worker.present || worker.waits {
            return Ok(());
        }
        let (name, capacity) = (worker.name.clone(), worker.settings.capacity);
        if worker.held.public >= capacity.public && worker.held.private >= capacity.private {
            return Ok(());
        }
        let until_ms = self.now_ms + WAIT_MS;
        let reserve = Reserve {
            agent: name.clone(),
            workgroups: vec![Workgroup::new("care")],
            key: name.clone(),
            n: 1,
            until_ms,
        };
        let reserved = self.floor(reserve)?;
        ensure!(
            takes_none(&reserved).is_none(),
            "{name} is there and is given nothing"
        );
        let pull = Pull {
            agent: name.clone(),
            workgroups: vec![Workgroup::new("care")],
            platforms: Vec::new(),
            languages: Vec::new(),
            max: 1,
            lease_s: LEASE_S,
            key: None,
            held_elsewhere: 0,
            ticket: Some(Ticket {
                key: name.clone(),
                since_ms: self.now_ms,
            }),
            able: Able::default(),
        };
        let pull = narrowed(&pull, &reserved);
        let leased = self.queue(Claim { pull: pull.clone() })?;
        let waits = leased.interactions.is_empty() && !leased.limited;
        self.floor(Confirm {
            agent: name.clone(),
            key: name,
            hands: Some(leased.hands),
            waits,
        })?;
        for claimed in &leased.interactions {
            let interaction: Interaction = serde_json::from_str(claimed.interaction.text())?;
            let holding = claimed.held.clone().context("whose lease?")?.1;
            self.begin(agent, &interaction, holding)?;
        }
        let held = self.worker(agent)?.held;
        ensure!(
            held == leased.hands,
            "the floor and the queue count differently: {held:?} {:?}",
            leased.hands
        );
        if !leased.interactions.is_empty() {
            self.at(self.now_ms, Happens::Claim(agent));
        } else if waits {
            let mut pull = pull;
            pull.able.gates = leased.gates;
            let (alarm, ready) = (Cell::new(None), Ready::default());
            let mut room = std::mem::take(&mut self.room);
            let entered =
                waiting::wait(self.desk(&alarm, &ready), &mut room, pull, until_ms, agent);
            self.room = room;
            let entered = entered.map_err(|why| anyhow::anyhow!("{why:?}"))?;
            self.worker(agent)?.waits = entered.is_none();
            if entered.is_some() {
                bail!("there was work that the claim did not find");
            }
        }
        Ok(())
    }

    /// Somebody has it in hand.
    fn begin(&mut self, agent: usize, interaction: &Interaction, holding: Holding) -> Result<()> {
        let post = interaction.posts.first().context("a post")?;
        let n: usize = post.id.as_str().parse()?;
        let skill = self.posts.get(n).context("a post")?.2;
        let private = post.kind == PostKind::Message;
        let author = interaction
            .author
            .as_ref()
            .map(|author| author.id.to_string())
            .unwrap_or_default();
        let before = self.answered_by.get(&author).copied();
        // The same matter takes as long whoever routes it.
        let mut random = Random::at(&[self.plan.seed, u64::try_from(n)?]);
        let minutes = 6 + i64::try_from(random.below(18))?;
        let worker = self.worker(agent)?;
        let unskilled =
            skill.is_some_and(|skill| !worker.settings.skills.iter().any(|one| one == skill));
        let capacity = worker.settings.capacity;
        let over = |held: Hands| {
            let within = held.public.min(capacity.public) + held.private.min(capacity.private);
            held.all().saturating_sub(within)
        };
        // An emergency's excess is not broken again by work that the other hand has room for.
        let before_it = over(worker.held);
        worker.held.take(private);
        let over = over(worker.held);
        self.told.most_over = self.told.most_over.max(over);
        if over > 1
            || (over > before_it
                && interaction.level != Level::Emergency
                && interaction.rank >= 0
                && self.plan.ranked)
        {
            self.told.broken += 1;
        }
        // Who lacks the skill asks around; who knows the customer need not read it all.
        let mut work_ms = minutes * MINUTE_MS;
        if unskilled {
            work_ms = work_ms * 8 / 5;
            self.told.unskilled += 1;
        }
        if let Some(before) = before {
            self.told.returned += 1;
            if before == agent {
                work_ms = work_ms * 3 / 5;
                self.told.same_agent += 1;
            }
        }
        self.answered_by.insert(author.clone(), agent);
        let job = self.jobs.len();
        self.job_of.insert(author, job);
        self.jobs.push(Job {
            agent,
            holding,
            ends_ms: self.now_ms + work_ms,
            private,
            done: false,
        });
        // The answer comes in the middle of the work.
        let answer_ms = self.now_ms + work_ms / 2;
        let level = u8::from(interaction.level);
        let wait_ms = answer_ms - interaction.opened_ms;
        self.told.answered += 1;
        *self.told.by_level.entry(level).or_default() += 1;
        if interaction.owed_ms.is_some() && answer_ms > interaction.deadline_ms {
            *self.told.late.entry(level).or_default() += 1;
        }
        self.told.waits_ms.push(wait_ms);
        if interaction.level == Level::Emergency {
            self.told
                .emergencies_ms
                .push(self.now_ms - interaction.opened_ms);
        }
        self.at(answer_ms, Happens::Answer(job));
        self.at(self.now_ms + work_ms, Happens::End(job));
        self.at(self.now_ms + EXTEND_MS, Happens::Alive(job));
        Ok(())
    }

    fn job(&mut self, job: usize) -> Result<&mut Job> {
        self.jobs.get_mut(job).context("no such job")
    }

    fn alive(&mut self, job: usize, again: bool) -> Result<()> {
        let now_ms = self.now_ms;
        let one = self.job(job)?;
        if one.done || one.ends_ms <= now_ms {
            return Ok(());
        }
        let holding = one.holding.clone();
        let extended = self.queue(Extend {
            holding,
            lease_s: LEASE_S,
        })?;
        self.job(job)?.holding.seen = Some(extended.cursor);
        if again {
            self.at(now_ms + EXTEND_MS, Happens::Alive(job));
        }
        Ok(())
    }

    fn answer(&mut self, job: usize) -> Result<()> {
        // What came meanwhile is read first.
        let holding = self.read(job)?;
        let (seq, agent, key) = (holding.seq, holding.agent.clone(), job.to_string());
        self.settle(seq, true)?;
        self.queue(BeginReply {
            survey: None,
            link: None,
            holding,
            key: key.clone(),
            text: "Here it is.".into(),
            post: None,
            public_name: None,
        })?;
        let outcome = Outcome::Sent {
            id: Some(key.clone()),
        };
        self.queue(FinishReply { seq, key, outcome })?;
        self.floor(SignOfLife {
            agent,
            workgroups: vec![Workgroup::new("care")],
        })?;
        Ok(())
    }

    fn read(&mut self, job: usize) -> Result<Holding> {
        let holding = self.job(job)?.holding.clone();
        let extended = self.queue(Extend {
            holding,
            lease_s: LEASE_S,
        })?;
        let one = self.job(job)?;
        one.holding.seen = Some(extended.cursor);
        Ok(one.holding.clone())
    }

    fn end(&mut self, job: usize) -> Result<()> {
        let holding = self.read(job)?;
        let (agent, private) = {
            let one = self.job(job)?;
            one.done = true;
            (one.agent, one.private)
        };
        self.settle(holding.seq, false)?;
        self.queue(Resolve {
            holding,
            outcome: "solved".into(),
            note: None,
        })?;
        let worker = self.worker(agent)?;
        worker.held = worker.held.without(match private {
            true => Hands {
                public: 0,
                private: 1,
            },
            false => Hands {
                public: 1,
                private: 0,
            },
        });
        // Who waits with one hand looks again with both.
        if worker.waits {
            worker.waits = false;
            let name = worker.name.clone();
            self.room.strike(&name);
        }
        self.at(self.now_ms, Happens::Claim(agent));
        Ok(())
    }

    fn look(&mut self) -> Result<()> {
        self.at(self.now_ms + 5 * MINUTE_MS, Happens::Look);
        // Agents at work, and those who wait with full hands, give a sign of life.
        for worker in self.workers.iter().filter(|worker| worker.present) {
            self.floor(SignOfLife {
                agent: worker.name.clone(),
                workgroups: vec![Workgroup::new("care")],
            })?;
        }
        let needs = self.queue(ShowNeeds {})?;
        let present = self.floor(ShowPresent {})?;
        if self.told.looks.is_multiple_of(6) {
            let told = self.sla()?;
            let will_miss = told.pointer("/now/will_miss").and_then(Value::as_i64);
            self.projections
                .push((self.now_ms, will_miss.context("no projection")?));
        }
        self.told.looks += 1;
        if !unserved(&self.config, &needs, &present, self.now_ms).is_empty() {
            self.told.unserved_looks += 1;
        }
        // What the leases say is what everybody believes to hold.
        let mut counted: BTreeMap<String, Hands> = BTreeMap::new();
        for one in self.queue(ShowHolders { agent: None })? {
            counted.entry(one.agent).or_default().take(one.private);
        }
        for worker in &self.workers {
            let held = counted.remove(&worker.name).unwrap_or_default();
            ensure!(
                held == worker.held,
                "{} holds {held:?}, not {:?}",
                worker.name,
                worker.held
            );
        }
        ensure!(counted.is_empty(), "somebody unknown holds something");
        Ok(())
    }
}
