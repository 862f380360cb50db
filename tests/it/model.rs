//! The queue against a naive model of it: random commands, and after each one both must say the
//! same.
//!
//! The model keeps plain maps, knows nothing of SQL, indexes, triggers or slices, and is meant to be
//! read beside design.md. Besides agreeing with it, the inbox must pass its [`audit`] all along, and
//! what must never happen is watched from outside both: a lease given out twice, an acknowledgment
//! sent twice, a post lost.
//!
//! `HEARD_MODEL_STEPS` sets how many commands run (20,000 by default), `HEARD_MODEL_SEED` where they
//! start; a failure names the seed of its run, which alone repeats it.

use crate::fuzz::Random;
use crate::queue::{
    HOUR_MS, MINUTE_MS, Office, deleted, edited, holding, judged, made, post, pull, seq, stop,
};
use crate::sqlite::audit;
use heard::ack::ceiling::{NEAR_MS, WAIT_MS};
use heard::ack::scene::EXCHANGE_MS;
use heard::config::{Mode, Source};
use heard::credential::Credential;
use heard::inbox::credential::PROBE_MS;
use heard::inbox::look::Show;
use heard::inbox::outbox::FinishAck;
use heard::inbox::outbox::{GRACE_MS, SLICE};
use heard::inbox::pause::{Pause, Resume};
use heard::inbox::promise::RISE_MS;
use heard::inbox::promised::RISK_MS;
use heard::inbox::rank::rank;
use heard::inbox::rows::SENDING_MS;
use heard::inbox::state::{ReplyState, State};
use heard::inbox::wire::{
    Alarm, Holding, Incoming, Interaction, Paused, Pull, Refused, Replied, ReplyStep,
};
use heard::inbox::work::{ASSIGNED_MS, LOOKS, PASSED_MS};
use heard::inbox::work::{Claim, Redrive, Retake};
use heard::judgement::{Kind, Level, Triage};
use heard::platform::Outcome;
use heard::post::{Lease, Platform, Post, SourceId, Workgroup};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many commands one inbox gets before the next run begins with a new one: enough for posts to
/// meet their deletions and leases their ends, few enough to audit after each.
const RUN: usize = 400;

const AGENTS: [&str; 3] = ["amy", "bea", "cyd"];
const SOURCES: [&str; 3] = ["x", "x-freight", "forum"];
const DAY_MS: i64 = 24 * HOUR_MS;

/// A post in the model.
#[derive(Clone)]
struct Said {
    /// `None` for one deleted before it was made.
    seq: Option<i64>,
    state: &'static str,
    change: i64,
    copies: i64,
    received_ms: i64,
    decision: &'static str,
    post: Post,
    /// Of one deleted before it was made: which of our accounts was told.
    buried_by: Option<String>,
}

/// An interaction in the model.
#[derive(Clone)]
struct Matter {
    source: String,
    platform: Platform,
    workgroup: String,
    author: Option<String>,
    lang: String,
    kind: Kind,
    level: Level,
    urgency: u8,
    deadline_ms: i64,
    rank: i64,
    available_ms: i64,
    changes: i64,
    seen: i64,
    /// Since when an answer is owed, and how urgently.
    owed: Option<(i64, Level, u8)>,
    lease: Option<Lease>,
    lease_ms: i64,
    key: Option<String>,
    holder: Option<String>,
    attempts: i64,
    assigned: Option<(String, i64)>,
    /// Who gave it back unanswered, and when.
    passed: Option<(String, i64)>,
    replied_ms: Option<i64>,
    answered_ms: Option<i64>,
    spoke_ms: Option<i64>,
    level_ms: i64,
    posts: i64,
    /// How and when it ended, and whether as dead.
    ended: Option<(String, i64, bool)>,
}

/// An acknowledgment in the model.
#[derive(Clone)]
struct Ack {
    post: String,
    source: String,
    author: String,
    state: &'static str,
    why: Option<String>,
    attempts: u32,
    planned_ms: i64,
    said_ms: i64,
    due_ms: Option<i64>,
    /// When it may leave, or left; `None` where it never will.
    slot_ms: Option<i64>,
    /// By when it promises an answer.
    promise_ms: i64,
    /// Where its promise stands while it is open: 0 open, 1 at risk, 2 broken.
    step: Option<u8>,
    /// Whether its promise is over.
    is_over: bool,
}

/// A reply in the model.
struct Reply {
    agent: String,
    /// The post that it answers.
    post: String,
    text: String,
    named: Option<String>,
    seen: i64,
    replied: Option<Replied>,
    at_ms: i64,
}

/// A credential that the platform refuses, in the model.
#[derive(Clone)]
struct Dead {
    why: String,
    since_ms: i64,
    refused_ms: i64,
    probe_ms: i64,
    stopped: i64,
}

#[derive(Default)]
struct Model {
    now_ms: i64,
    attempts: i64,
    held_per_agent: usize,
    retention_ms: i64,
    fresh_ms: i64,
    cooldown_ms: i64,
    said: BTreeMap<String, Said>,
    matters: BTreeMap<i64, Matter>,
    /// By interaction, and whether it is the emergency's.
    acks: BTreeMap<(i64, bool), Ack>,
    /// The interactions that joined others, and which.
    joined: BTreeMap<i64, i64>,
    replies: BTreeMap<(i64, String), Reply>,
    stops: BTreeSet<(Platform, String)>,
    /// The sources that are paused; "" for all.
    pauses: BTreeSet<String>,
    dead: BTreeMap<String, Dead>,
    opened: i64,
    received: i64,
    duplicates: i64,
    deletions: i64,
    ignored: i64,
    retired: i64,
}

impl Matter {
    fn is_held(&self, now_ms: i64) -> bool {
        self.ended.is_none() && self.lease.is_some() && self.available_ms > now_ms
    }

    fn state(&self, now_ms: i64) -> State {
        match &self.ended {
            Some((_, _, true)) => State::Dead,
            Some(_) => State::Done,
            None if self.is_held(now_ms) => State::Leased,
            None => State::Waiting,
        }
    }

    fn is_of(&self, holding: &Holding) -> bool {
        self.lease.as_ref() == Some(&holding.lease) && self.holder.as_ref() == Some(&holding.agent)
    }

    fn lease_lost(&self, now_ms: i64) -> Refused {
        let held = self.is_held(now_ms);
        Refused::LeaseLost {
            holder: self.holder.clone().filter(|_| held),
            until_ms: held.then_some(self.available_ms),
            state: self.state(now_ms),
        }
    }

    fn raise(&mut self, office: &Office, source: &Source, triage: &Triage, now_ms: i64) {
        let deadlines = &office.config.deadlines;
        let (owed_ms, level, urgency) = match self.owed {
            Some((since_ms, level, urgency)) => {
                if triage.level <= level && triage.urgency <= urgency {
                    return;
                }
                let (level, urgency) = (level.max(triage.level), urgency.max(triage.urgency));
                let fresh_ms = deadlines.deadline(source, level, now_ms);
                self.deadline_ms = self.deadline_ms.min(fresh_ms);
                self.rank = self.rank.min(rank(self.deadline_ms, level, urgency));
                (since_ms, level, urgency)
            }
            None => {
                self.deadline_ms = deadlines.deadline(source, triage.level, now_ms);
                self.rank = rank(self.deadline_ms, triage.level, triage.urgency);
                (now_ms, triage.level, triage.urgency)
            }
        };
        self.owed = Some((owed_ms, level, urgency));
        if level > self.level || urgency > self.urgency {
            self.kind = triage.kind;
        }
        self.level = self.level.max(level);
        self.urgency = self.urgency.max(urgency);
    }

    /// Whether a person is there: 2 where they spoke just now, 1 where they hold it or spoke once.
    fn exchange(&self, now_ms: i64) -> u8 {
        let there = self.lease.is_none() || self.available_ms > now_ms;
        match self.spoke_ms {
            Some(at_ms) if at_ms > now_ms - EXCHANGE_MS && there => 2,
            _ => u8::from(self.is_held(now_ms) || self.replied_ms.is_some()),
        }
    }

    fn news(&mut self, triage: &Triage, now_ms: i64) {
        self.changes += 1;
        self.attempts = 0;
        self.passed = None;
        if self.lease.is_none() {
            self.available_ms = self.available_ms.min(now_ms);
        } else if triage.level == Level::Emergency {
            self.available_ms = self.available_ms.min(now_ms + MINUTE_MS);
        }
        if triage.lang != "und" {
            self.lang = triage.lang.clone();
        }
    }

    fn is_emergency(&self) -> bool {
        self.owed
            .is_some_and(|(_, level, _)| level == Level::Emergency)
    }

    fn alive(&mut self, now_ms: i64) {
        self.available_ms = self.available_ms.max(now_ms + self.lease_ms);
    }
}

impl Model {
    fn ledger(source: &Source, post: &str) -> String {
        format!("{}:{post}", source.platform)
    }

    fn live(&self, seq: i64) -> usize {
        let of = |said: &&Said| said.seq == Some(seq) && said.state != "deleted";
        self.said.values().filter(of).count()
    }

    fn repeat(&mut self, id: &str) {
        self.said.get_mut(id).unwrap().copies += 1;
        self.duplicates += 1;
    }

    fn planned(&self, seq: i64) -> Option<(i64, bool)> {
        let waits = |this: &(i64, bool)| {
            self.acks
                .get(this)
                .is_some_and(|ack| ack.state == "planned")
        };
        [(seq, false), (seq, true)].into_iter().find(waits)
    }

    /// The most that was said in an interaction, or is planned to be.
    fn told(&self, seq: i64) -> Option<bool> {
        let stands = |emergency: &bool| {
            let ack = self.acks.get(&(seq, *emergency));
            ack.is_some_and(|ack| ack.state != "withdrawn")
        };
        [true, false].into_iter().find(stands)
    }

    fn withdraw(&mut self, seq: i64, why: &str) {
        if let Some(this) = self.planned(seq) {
            self.settle(this, "withdrawn", Some(why));
        }
    }

    fn settle(&mut self, this: (i64, bool), state: &'static str, why: Option<&str>) {
        let about = &self.acks[&this];
        let is_wanted = self.said[&about.post].state != "deleted"
            && !self
                .stops
                .contains(&(self.matters[&this.0].platform, about.author.clone()));
        let ack = self.acks.get_mut(&this).unwrap();
        ack.state = state;
        ack.why = why.map(str::to_string);
        ack.due_ms = None;
        if state == "withdrawn" {
            ack.slot_ms = None;
        }
        match state {
            "sent" | "unknown" => {
                let matter = &self.matters[&this.0];
                if is_wanted && matter.ended.is_none() && matter.owed.is_some() && !ack.is_over {
                    ack.step.get_or_insert(0);
                }
            }
            "refused" if ack.step.is_some() => (ack.step, ack.is_over) = (None, true),
            _ => {}
        }
    }

    /// What is promised in an interaction, and in those that joined it, is over.
    fn keep(&mut self, seq: i64) {
        let joined = &self.joined;
        let of = |this: &i64| *this == seq || joined.get(this) == Some(&seq);
        for ((_, _), ack) in self.acks.iter_mut().filter(|((this, _), _)| of(this)) {
            if ack.step.take().is_some() {
                ack.is_over = true;
            }
        }
    }

    /// What is at risk rises, what is past its time is broken.
    fn watch(&mut self) {
        let mut open: Vec<(i64, (i64, bool))> = self
            .acks
            .iter()
            .filter(|(_, ack)| ack.step == Some(0) && ack.promise_ms <= self.now_ms + RISK_MS)
            .map(|(this, ack)| (ack.promise_ms, *this))
            .collect();
        open.sort_unstable();
        for (_, this) in open {
            let there = self.joined.get(&this.0).copied().unwrap_or(this.0);
            let rose = self.acks.iter().any(|((seq, _), ack)| {
                (*seq == this.0 || *seq == there) && ack.step.is_some_and(|step| step > 0)
            });
            let matter = self.matters.get_mut(&there).unwrap();
            if !rose && matter.ended.is_none() && matter.owed.is_some() {
                matter.rank -= RISE_MS;
            }
            self.acks.get_mut(&this).unwrap().step = Some(1);
        }
        for ack in self.acks.values_mut() {
            if ack.step == Some(1) && ack.promise_ms < self.now_ms {
                ack.step = Some(2);
            }
        }
    }

    fn end(&mut self, seq: i64, outcome: &str) {
        let ended = (outcome.to_string(), self.now_ms, false);
        self.keep(seq);
        self.matters.get_mut(&seq).unwrap().ended = Some(ended);
        self.withdraw(seq, "in_exchange");
    }

    /// Whether an acknowledgment would be said, by design.md section 5.
    fn decide(
        &self,
        source: &Source,
        post: &Post,
        triage: &Triage,
        joins: Option<i64>,
        again: bool,
    ) -> &'static str {
        let author = post.author.as_ref().map(|author| author.id.as_str());
        if source.mode == Mode::Off {
            return "off";
        }
        if post.text == "stop" {
            return "says_stop";
        }
        match triage.kind {
            Kind::Attack => return "attack",
            Kind::Spam => return "spam",
            Kind::Praise | Kind::News | Kind::Other => return "not_a_plea",
            _ if triage.level < Level::Urgent => return "not_urgent",
            _ => {}
        }
        let Some(author) = author else {
            return match source.platform {
                Platform::Standard => "standard.absent_author",
                _ => "heard.absent_actor",
            };
        };
        if !again {
            if self.stops.contains(&(source.platform, author.into())) {
                return "stopped";
            }
            let emergency = triage.level == Level::Emergency;
            let told = joins.and_then(|seq| self.told(seq));
            if told.is_some_and(|told| told >= emergency) {
                return "acknowledged";
            }
            let matter = joins.and_then(|seq| self.matters.get(&seq));
            let least = if emergency { 2 } else { 1 };
            if matter.is_some_and(|m| m.exchange(self.now_ms) >= least) {
                return "in_exchange";
            }
            let lately = self.acks.values().any(|ack| {
                ack.author == author
                    && ack.source == source.id.as_str()
                    && !["withdrawn", "refused"].contains(&ack.state)
                    && self.now_ms - ack.planned_ms < self.cooldown_ms
            });
            if lately && !emergency {
                return "cooldown";
            }
        }
        if self.now_ms - post.created_ms > self.fresh_ms {
            return "stale";
        }
        let dead = self.dead.get(source.id.as_str()).filter(|_| !again);
        if dead.is_some_and(|dead| self.now_ms < dead.probe_ms) {
            return "credential_dead";
        }
        if !again {
            if self.is_paused(source) {
                return "paused";
            }
            let emergency = triage.level == Level::Emergency;
            if self.place(source, emergency, false) - self.now_ms > WAIT_MS {
                return "ceiling";
            }
        }
        "planned"
    }

    fn is_paused(&self, source: &Source) -> bool {
        self.pauses.contains("") || self.pauses.contains(source.id.as_str())
    }

    /// When the next may leave, among all that have a place or only those that left.
    fn place(&self, source: &Source, emergency: bool, left: bool) -> i64 {
        let counts = |((_, is), ack): &(&(i64, bool), &Ack)| {
            ack.source == source.id.as_str()
                && (*is || !emergency)
                && !(left && ack.state == "planned")
        };
        let places = self.acks.iter().filter(counts);
        let mut places: Vec<i64> = places.filter_map(|(_, ack)| ack.slot_ms).collect();
        places.sort_unstable();
        let after = |ceiling: u32, window_ms: i64| {
            let back = places.len().checked_sub(ceiling as usize);
            back.map_or(self.now_ms, |at| places[at] + window_ms + NEAR_MS)
        };
        self.now_ms
            .max(after(source.ceiling.per_minute, MINUTE_MS))
            .max(after(source.ceiling.per_hour, HOUR_MS))
    }

    fn pause(&mut self, source: &str) {
        self.pauses.insert(source.into());
        let theirs: Vec<i64> = self
            .acks
            .iter()
            .filter(|(_, ack)| source.is_empty() || ack.source == source)
            .map(|((seq, _), _)| *seq)
            .collect();
        for seq in theirs {
            self.withdraw(seq, "paused");
        }
    }

    /// The author's open interaction with the source: the oldest, where a redriven one came back.
    fn open_of(&self, source: &Source, author: Option<&str>) -> Option<i64> {
        let author = author?;
        let of = |m: &Matter| {
            m.ended.is_none()
                && m.author.as_deref() == Some(author)
                && m.source == source.id.as_str()
        };
        let mut found = self.matters.iter().filter(|(_, m)| of(m));
        found.next().map(|(seq, _)| *seq)
    }

    /// Whether a post's record is another account's, who was told of it first.
    fn is_elsewhere(&self, source: &Source, said: &Said) -> bool {
        let home = match said.seq {
            Some(seq) => Some(&self.matters[&seq].source),
            None => said.buried_by.as_ref(),
        };
        home.is_some_and(|home| home != source.id.as_str())
    }

    /// Takes a post in; the interaction whose acknowledgment is to be sent.
    fn made(
        &mut self,
        office: &Office,
        source: &Source,
        post: &Post,
        triage: &Triage,
        is_edit: bool,
    ) -> Option<i64> {
        let id = Self::ledger(source, post.id.as_str());
        if let Some(said) = self.said.get(&id) {
            if said.seq.is_some() || !self.is_elsewhere(source, said) {
                self.repeat(&id);
                return None;
            }
            // Somebody else deleted something else.
            self.said.remove(&id);
            self.ignored += 1;
        }
        let now_ms = self.now_ms;
        let author = post.author.as_ref().map(|a| a.id.as_str().to_string());
        let joins = self.open_of(source, author.as_deref());
        let decision = self.decide(source, post, triage, joins, false);
        self.probe(source, decision);
        let seq = match joins {
            Some(seq) => {
                let matter = self.matters.get_mut(&seq).unwrap();
                matter.raise(office, source, triage, now_ms);
                matter.news(triage, now_ms);
                seq
            }
            None => {
                self.opened += 1;
                let deadlines = &office.config.deadlines;
                let deadline_ms = deadlines.deadline(source, triage.level, now_ms);
                let matter = Matter {
                    source: source.id.to_string(),
                    platform: source.platform,
                    workgroup: source.workgroup.to_string(),
                    author: author.clone(),
                    lang: triage.lang.clone(),
                    kind: triage.kind,
                    level: triage.level,
                    urgency: triage.urgency,
                    deadline_ms,
                    rank: rank(deadline_ms, triage.level, triage.urgency),
                    available_ms: now_ms,
                    changes: 1,
                    seen: 0,
                    owed: Some((now_ms, triage.level, triage.urgency)),
                    lease: None,
                    lease_ms: 0,
                    key: None,
                    holder: None,
                    attempts: 0,
                    assigned: None,
                    passed: None,
                    replied_ms: None,
                    answered_ms: None,
                    spoke_ms: None,
                    level_ms: now_ms,
                    posts: 0,
                    ended: None,
                };
                self.matters.insert(self.opened, matter);
                self.opened
            }
        };
        self.matters.get_mut(&seq).unwrap().posts += 1;
        let said = Said {
            seq: Some(seq),
            state: if is_edit { "edited" } else { "live" },
            buried_by: None,
            change: self.matters[&seq].changes,
            copies: 0,
            received_ms: now_ms,
            decision,
            post: post.clone(),
        };
        self.said.insert(id.clone(), said);
        self.received += 1;
        if let (true, Some(author)) = (post.text == "stop", &author) {
            self.stop(source.platform, author);
        }
        self.plan(source, seq, post, triage, decision, post.created_ms)
    }

    /// What follows from a decision: the interaction whose acknowledgment is to be sent.
    fn plan(
        &mut self,
        source: &Source,
        seq: i64,
        post: &Post,
        triage: &Triage,
        decision: &str,
        said_ms: i64,
    ) -> Option<i64> {
        if decision != "planned" {
            return None;
        }
        let now_ms = self.now_ms;
        let live = source.mode == Mode::Live;
        let emergency = triage.level == Level::Emergency;
        if emergency {
            self.withdraw(seq, "replaced");
        }
        let at_ms = self.place(source, emergency, false);
        let waits = at_ms > now_ms;
        let ack = Ack {
            post: Self::ledger(source, post.id.as_str()),
            source: source.id.to_string(),
            author: post.author.as_ref().unwrap().id.to_string(),
            state: if live { "planned" } else { "dry_run" },
            why: waits.then(|| "ceiling".to_string()),
            attempts: 0,
            planned_ms: now_ms,
            said_ms,
            due_ms: live.then_some(if waits { at_ms } else { now_ms + GRACE_MS }),
            slot_ms: Some(at_ms),
            promise_ms: self.matters[&seq].deadline_ms,
            step: None,
            is_over: false,
        };
        let this = (seq, emergency);
        let before = self.acks.insert(this, ack);
        if let Some(before) = before {
            assert_eq!(before.state, "withdrawn");
            self.acks.get_mut(&this).unwrap().attempts = before.attempts;
        }
        (live && !waits).then_some(seq)
    }

    fn stop(&mut self, platform: Platform, author: &str) {
        self.stops.insert((platform, author.into()));
        let theirs: Vec<i64> = self
            .acks
            .iter()
            .filter(|((seq, _), ack)| {
                ack.author == author && self.matters[seq].platform == platform
            })
            .map(|((seq, _), _)| *seq)
            .collect();
        for seq in theirs {
            self.withdraw(seq, "stopped");
        }
        for ((seq, _), ack) in &mut self.acks {
            if ack.author == author && self.matters[seq].platform == platform {
                ack.is_over |= ack.step.take().is_some();
            }
        }
    }

    fn edited(
        &mut self,
        office: &Office,
        source: &Source,
        post: &Post,
        triage: &Triage,
    ) -> Option<i64> {
        let id = Self::ledger(source, post.id.as_str());
        let Some(said) = self.said.get(&id).cloned() else {
            return self.made(office, source, post, triage, true);
        };
        let Some(seq) = said.seq else {
            return self.made(office, source, post, triage, true);
        };
        if self.is_elsewhere(source, &said) {
            self.ignored += 1;
            return None;
        }
        if said.state == "deleted" || said.post == *post {
            self.repeat(&id);
            return None;
        }
        let now_ms = self.now_ms;
        let seq = self.reopen(office, source, seq, triage);
        let matter = self.matters.get_mut(&seq).unwrap();
        matter.news(triage, now_ms);
        matter.raise(office, source, triage, now_ms);
        let change = matter.changes;
        let said = self.said.get_mut(&id).unwrap();
        (said.state, said.change, said.post) = ("edited", change, post.clone());
        if let (true, Some(author)) = (post.text == "stop", &post.author) {
            self.stop(source.platform, author.id.as_str());
        }
        let mut fresh = post.clone();
        fresh.created_ms = now_ms;
        let waits = self.planned(seq).filter(|this| self.acks[this].post == id);
        if let Some((_, emergency)) = waits {
            if emergency == (triage.level == Level::Emergency) {
                if self.decide(source, &fresh, triage, None, true) != "planned" {
                    self.withdraw(seq, "edited");
                } else {
                    let by_ms = self.matters[&seq].deadline_ms;
                    self.acks.get_mut(&(seq, emergency)).unwrap().promise_ms = by_ms;
                }
                return None;
            }
            self.withdraw(seq, "edited");
        }
        let decision = self.decide(source, &fresh, triage, Some(seq), false);
        self.probe(source, decision);
        let said = self.said.get_mut(&id).unwrap();
        if decision == "planned" || said.decision != "planned" {
            said.decision = decision;
        }
        self.plan(source, seq, post, triage, decision, now_ms)
    }

    /// What a decision means for a credential that is refused.
    fn probe(&mut self, source: &Source, decision: &str) {
        if let Some(dead) = self.dead.get_mut(source.id.as_str()) {
            match decision {
                "credential_dead" => dead.stopped += 1,
                "planned" => dead.probe_ms = self.now_ms + PROBE_MS,
                _ => {}
            }
        }
    }

    /// An interaction that had ended opens again, or joins the one that its author has opened since.
    fn reopen(&mut self, office: &Office, source: &Source, seq: i64, triage: &Triage) -> i64 {
        let now_ms = self.now_ms;
        let matter = self.matters.get_mut(&seq).unwrap();
        if matter.ended.is_none() {
            return seq;
        }
        let deadlines = &office.config.deadlines;
        matter.deadline_ms = deadlines.deadline(source, triage.level, now_ms);
        matter.rank = rank(matter.deadline_ms, triage.level, triage.urgency);
        (matter.kind, matter.level, matter.urgency) = (triage.kind, triage.level, triage.urgency);
        (matter.level_ms, matter.available_ms) = (now_ms, now_ms);
        (matter.ended, matter.lease, matter.holder) = (None, None, None);
        (matter.attempts, matter.assigned) = (0, None);
        (matter.replied_ms, matter.answered_ms, matter.spoke_ms) = (None, None, None);
        (matter.owed, matter.passed) = (Some((now_ms, triage.level, triage.urgency)), None);
        let Some(author) = matter.author.clone() else {
            return seq;
        };
        let other = self.matters.iter().find(|(other, m)| {
            **other != seq
                && m.ended.is_none()
                && m.author.as_ref() == Some(&author)
                && m.source == source.id.as_str()
        });
        match other.map(|(other, _)| *other) {
            Some(other) => self.join(seq, other),
            None => seq,
        }
    }

    fn join(&mut self, one: i64, other: i64) -> i64 {
        let worth = |seq: i64| {
            let matter = &self.matters[&seq];
            (matter.is_held(self.now_ms), matter.posts, -seq)
        };
        let (into, from) = match worth(one) > worth(other) {
            true => (one, other),
            false => (other, one),
        };
        if let (Some((_, waits)), Some(told)) = (self.planned(from), self.told(into))
            && waits <= told
        {
            self.withdraw(from, "acknowledged");
        }
        if let (Some((_, waits)), Some(told)) = (self.planned(into), self.told(from))
            && waits <= told
        {
            self.withdraw(into, "replaced");
        }
        for emergency in [false, true] {
            let there = self.acks.get(&(into, emergency));
            if there.is_none_or(|ack| ack.state == "withdrawn")
                && let Some(ack) = self.acks.remove(&(from, emergency))
            {
                self.acks.insert((into, emergency), ack);
            }
        }
        let now_ms = self.now_ms;
        let before = self.matters[&into].changes;
        for said in self.said.values_mut().filter(|said| said.seq == Some(from)) {
            said.seq = Some(into);
            said.change += before;
        }
        let gone = self.matters.get_mut(&from).unwrap();
        let old = gone.clone();
        gone.ended = Some(("joined".into(), now_ms, false));
        (gone.posts, gone.assigned) = (0, None);
        let kept = self.matters.get_mut(&into).unwrap();
        kept.posts += old.posts;
        kept.changes += old.changes;
        if old.level > kept.level {
            (kept.kind, kept.level_ms) = (old.kind, old.level_ms);
        } else if old.level == kept.level {
            kept.level_ms = kept.level_ms.min(old.level_ms);
        }
        kept.level = kept.level.max(old.level);
        kept.urgency = kept.urgency.max(old.urgency);
        kept.owed = match (kept.owed, old.owed) {
            (Some((a, la, ua)), Some((b, lb, ub))) => Some((a.min(b), la.max(lb), ua.max(ub))),
            (a, b) => a.or(b),
        };
        kept.deadline_ms = kept.deadline_ms.min(old.deadline_ms);
        kept.rank = kept.rank.min(old.rank);
        if kept.lease.is_none() {
            kept.available_ms = kept.available_ms.min(now_ms);
        }
        kept.replied_ms = match (kept.replied_ms, old.replied_ms) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        for end in self.joined.values_mut().filter(|end| **end == from) {
            *end = into;
        }
        self.joined.insert(from, into);
        into
    }

    fn deleted(&mut self, source: &Source, post: &str) {
        let id = Self::ledger(source, post);
        let now_ms = self.now_ms;
        let before = self.said.get(&id).filter(|said| said.state != "deleted");
        if before.is_some_and(|said| self.is_elsewhere(source, said)) {
            self.ignored += 1;
            return;
        }
        let Some(said) = self.said.get_mut(&id) else {
            let stone = Said {
                seq: None,
                state: "deleted",
                change: 0,
                copies: 0,
                received_ms: now_ms,
                decision: "deleted",
                post: crate::queue::post(post, "", now_ms),
                buried_by: Some(source.id.to_string()),
            };
            self.said.insert(id, stone);
            return;
        };
        let (Some(seq), false) = (said.seq, said.state == "deleted") else {
            self.repeat(&id);
            return;
        };
        self.deletions += 1;
        let matter = self.matters.get_mut(&seq).unwrap();
        matter.changes += 1;
        said.state = "deleted";
        said.change = matter.changes;
        said.post.text.clear();
        said.post.permalink = None;
        let ends = matter.ended.is_none() && !matter.is_held(now_ms);
        if let Some(this) = self.planned(seq)
            && self.acks[&this].post == id
        {
            self.withdraw(seq, "deleted");
        }
        // What answers it goes with it, and with the last post all that was said.
        let (answers, last) = (format!("post:{post}"), self.live(seq) == 0);
        let joined = self.joined.iter().filter(|(_, into)| **into == seq);
        let places: BTreeSet<i64> = joined.map(|(from, _)| *from).chain([seq]).collect();
        for ((of, _), reply) in &mut self.replies {
            if places.contains(of) && (last || reply.post == answers) {
                reply.text.clear();
            }
        }
        for ((of, _), ack) in &mut self.acks {
            if places.contains(of) && (last || ack.post == id) {
                ack.is_over |= ack.step.take().is_some();
            }
        }
        if ends && last {
            self.end(seq, "withdrawn");
        }
    }

    /// What an agent may claim, in the order of the queue.
    fn heads(&self, pull: &Pull, max: usize, only_emergencies: bool) -> Vec<i64> {
        let now_ms = self.now_ms;
        let speaks = |m: &Matter| pull.languages.is_empty() || pull.languages.contains(&m.lang);
        let passed = |m: &Matter| {
            let lately =
                |(by, at_ms): &(String, i64)| *by == pull.agent && at_ms + PASSED_MS > now_ms;
            !m.is_emergency() && m.passed.as_ref().is_some_and(lately)
        };
        let tier = |m: &Matter| match (speaks(m), m.lang == "und") {
            (false, true) if m.is_emergency() => Some(0),
            // After a minute everybody may come, whatever they speak.
            (false, false) if m.is_emergency() && m.available_ms + MINUTE_MS <= now_ms => Some(0),
            (false, false) => None,
            _ if passed(m) => Some(1),
            (true, _) => Some(0),
            (false, true) => Some(2),
        };
        let mut heads: Vec<i64> = Vec::new();
        for wanted in 0..3 {
            let mut found = Vec::new();
            for workgroup in pull.workgroups.iter().collect::<BTreeSet<_>>() {
                let mut of_group: Vec<_> = self
                    .matters
                    .iter()
                    .filter(|(_, m)| {
                        let kept_ms = if m.is_emergency() {
                            MINUTE_MS
                        } else {
                            ASSIGNED_MS
                        };
                        m.ended.is_none()
                            && m.workgroup == workgroup.as_str()
                            && m.available_ms <= now_ms
                            && m.assigned.as_ref().is_none_or(|(to, at_ms)| {
                                *to == pull.agent || at_ms + kept_ms <= now_ms
                            })
                            && (pull.platforms.is_empty() || pull.platforms.contains(&m.platform))
                            && (m.is_emergency() || !only_emergencies)
                            && tier(m) == Some(wanted)
                    })
                    .map(|(seq, m)| (m.rank, *seq))
                    .collect();
                of_group.sort_unstable();
                of_group.truncate(max);
                found.extend(of_group);
            }
            found.sort_unstable();
            if heads.len() < max {
                heads.extend(found.into_iter().map(|(_, seq)| seq));
            }
        }
        heads.truncate(max);
        heads
    }

    /// How many an agent holds, and put off unanswered.
    fn holds(&self, agent: &str) -> usize {
        let held = |m: &&Matter| {
            let is_theirs = m.is_held(self.now_ms) && m.holder.as_deref() == Some(agent);
            let is_put_off = m.ended.is_none()
                && m.available_ms > self.now_ms
                && m.passed.as_ref().is_some_and(|(by, _)| by == agent);
            is_theirs || is_put_off
        };
        self.matters.values().filter(held).count()
    }

    /// Whom a claim leases, and whether it would be more but for what the agent holds; the leases
    /// themselves are the inbox's to invent.
    fn claim(&mut self, pull: &Pull) -> (Vec<i64>, bool) {
        let again = self.claimed_before(pull);
        if !again.is_empty() {
            return (again, false);
        }
        let wanted = pull.max as usize;
        let held = self.holds(&pull.agent);
        let only_emergencies = held >= self.held_per_agent;
        let room = match only_emergencies {
            true => usize::from(held == self.held_per_agent),
            false => self.held_per_agent - held,
        };
        let max = wanted.min(room);
        for _ in 0..LOOKS {
            let heads = self.heads(pull, max, only_emergencies);
            let mut leased = Vec::new();
            for seq in &heads {
                let live = self.live(*seq);
                let matter = self.matters.get_mut(seq).unwrap();
                let attempts = matter.attempts + i64::from(matter.lease.is_some());
                if attempts >= self.attempts {
                    matter.ended = Some(("claimed_too_often".into(), self.now_ms, true));
                    (matter.lease, matter.holder) = (None, None);
                } else if live == 0 {
                    self.end(*seq, "withdrawn");
                } else {
                    matter.attempts = attempts;
                    matter.seen = matter.changes;
                    (matter.assigned, matter.passed) = (None, None);
                    matter.lease_ms = i64::from(pull.lease_s) * 1_000;
                    matter.key = pull.key.clone();
                    matter.available_ms = self.now_ms + matter.lease_ms;
                    leased.push(*seq);
                }
            }
            if heads.is_empty() || !leased.is_empty() {
                let limited = only_emergencies || (room < wanted && leased.len() >= room);
                return (leased, limited);
            }
        }
        (Vec::new(), only_emergencies)
    }

    /// What an earlier claim of the same key leased and is its agent's still.
    fn claimed_before(&mut self, pull: &Pull) -> Vec<i64> {
        let mut again = Vec::new();
        for (seq, m) in &mut self.matters {
            if m.ended.is_none()
                && m.lease.is_some()
                && m.holder.as_ref() == Some(&pull.agent)
                && pull.key.is_some()
                && m.key == pull.key
            {
                m.alive(self.now_ms);
                again.push((m.rank, *seq));
            }
        }
        again.sort_unstable();
        again.into_iter().map(|(_, seq)| seq).collect()
    }

    /// What its holder has seen, if the lease is theirs: while nobody took it since it ran out, it is.
    fn held(&self, holding: &Holding) -> Result<i64, Refused> {
        let matter = self.matters.get(&holding.seq).ok_or(Refused::NotFound)?;
        if matter.ended.is_some() || !matter.is_of(holding) {
            return Err(matter.lease_lost(self.now_ms));
        }
        match holding.seen {
            Some(seen) if seen > matter.changes => Err(Refused::NoSuchCursor),
            seen => Ok(matter.seen.max(seen.unwrap_or(0))),
        }
    }

    fn is_more(&self, seq: i64, seen: i64) -> bool {
        let more =
            |said: &&Said| said.seq == Some(seq) && said.change > seen && said.state != "deleted";
        self.said.values().any(|said| more(&said))
    }

    fn extend(&mut self, holding: &Holding, lease_s: u32) -> Result<(Vec<String>, i64), Refused> {
        let seen = self.held(holding)?;
        let matter = self.matters.get_mut(&holding.seq).unwrap();
        matter.lease_ms = i64::from(lease_s) * 1_000;
        matter.available_ms = self.now_ms + matter.lease_ms;
        matter.seen = seen;
        let mut news: Vec<&Said> = self
            .said
            .values()
            .filter(|said| said.seq == Some(holding.seq) && said.change > seen)
            .collect();
        news.sort_by_key(|said| said.change);
        let ids = news.iter().map(|said| said.post.id.to_string()).collect();
        Ok((ids, matter.changes))
    }

    fn retake(&mut self, seq: i64, agent: &str, lease_s: u32) -> Result<Lease, Refused> {
        let now_ms = self.now_ms;
        let matter = self.matters.get_mut(&seq).ok_or(Refused::NotFound)?;
        match &matter.lease {
            Some(lease) if matter.ended.is_none() && matter.holder.as_deref() == Some(agent) => {
                let lease = lease.clone();
                matter.lease_ms = i64::from(lease_s) * 1_000;
                matter.alive(now_ms);
                Ok(lease)
            }
            _ => Err(matter.lease_lost(now_ms)),
        }
    }

    fn release(&mut self, holding: &Holding, delay_s: u32) -> Result<(), Refused> {
        let now_ms = self.now_ms;
        let seen = self.held(holding)?;
        let matter = self.matters.get_mut(&holding.seq).unwrap();
        let mut delay_ms = i64::from(delay_s) * 1_000;
        matter.passed = None;
        if matter.owed.is_some() {
            delay_ms = delay_ms.min(matter.deadline_ms - now_ms).max(0);
            matter.passed = Some((holding.agent.clone(), now_ms));
        }
        if matter.is_emergency() || matter.changes != seen {
            delay_ms = 0;
        }
        matter.available_ms = now_ms + delay_ms;
        (matter.lease, matter.holder, matter.spoke_ms) = (None, None, None);
        if self.live(holding.seq) == 0 {
            self.end(holding.seq, "withdrawn");
        }
        Ok(())
    }

    fn resolve(&mut self, holding: &Holding, outcome: &str) -> Result<(), Refused> {
        let matter = self.matters.get(&holding.seq).ok_or(Refused::NotFound)?;
        if let (Some((how, _, false)), true) = (&matter.ended, matter.is_of(holding)) {
            let outcome = (how != outcome).then(|| how.clone());
            return outcome.map_or(Ok(()), |outcome| Err(Refused::Ended { outcome }));
        }
        let seen = self.held(holding)?;
        if self.is_more(holding.seq, seen) {
            return Err(Refused::Unheard);
        }
        self.end(holding.seq, outcome);
        Ok(())
    }

    fn assign(
        &mut self,
        seq: i64,
        agent: Option<&str>,
        group: Option<&str>,
    ) -> Result<(), Refused> {
        let now_ms = self.now_ms;
        let matter = self.matters.get_mut(&seq).ok_or(Refused::NotFound)?;
        if let Some((outcome, _, _)) = &matter.ended {
            return Err(Refused::Ended {
                outcome: outcome.clone(),
            });
        }
        matter.available_ms = matter.available_ms.min(now_ms);
        (matter.lease, matter.holder, matter.passed, matter.spoke_ms) = (None, None, None, None);
        matter.assigned = agent.map(|agent| (agent.into(), now_ms));
        if let Some(group) = group {
            matter.workgroup = group.into();
        }
        Ok(())
    }

    fn redrive(&mut self, seq: i64) -> Result<(), Refused> {
        let now_ms = self.now_ms;
        let matter = self.matters.get_mut(&seq).ok_or(Refused::NotFound)?;
        let Some((_, _, true)) = matter.ended else {
            return Err(Refused::NotDead);
        };
        (matter.ended, matter.attempts, matter.assigned) = (None, 0, None);
        matter.available_ms = now_ms;
        Ok(())
    }

    /// `Ok(None)`: send it.
    fn begin_reply(
        &mut self,
        holding: &Holding,
        key: &str,
        text: &str,
        post: Option<&str>,
    ) -> Result<Option<Replied>, Refused> {
        let now_ms = self.now_ms;
        let id = (holding.seq, key.to_string());
        if let Some(before) = self.replies.get(&id) {
            let other = !before.text.is_empty() && before.text != text;
            if before.agent != holding.agent || other || before.named.as_deref() != post {
                return Err(Refused::KeyReused);
            }
            let retry_ms = before.replied.as_ref().and_then(|replied| replied.retry_ms);
            if retry_ms.is_none_or(|at_ms| at_ms > now_ms) {
                return match &before.replied {
                    Some(replied) => Ok(Some(replied.clone())),
                    None if before.at_ms + SENDING_MS > now_ms => Err(Refused::ReplyInFlight),
                    None => Ok(Some(Replied {
                        state: ReplyState::Unknown,
                        why: Some("interrupted".into()),
                        retry_ms: None,
                        sent_id: None,
                        warnings: Vec::new(),
                    })),
                };
            }
        }
        let seen = self.held(holding)?;
        let platform = self.matters[&holding.seq].platform;
        match post {
            None if self.live(holding.seq) == 0 => return Err(Refused::Withdrawn),
            None => {}
            Some(post) => match self.said.get(&format!("{platform}:{post}")) {
                Some(said) if said.seq == Some(holding.seq) => {
                    if said.state == "deleted" {
                        return Err(Refused::Withdrawn);
                    }
                }
                _ => return Err(Refused::NoSuchPost),
            },
        }
        let matter = self.matters.get_mut(&holding.seq).unwrap();
        matter.alive(now_ms);
        matter.seen = seen;
        let reply = Reply {
            agent: holding.agent.clone(),
            post: String::new(),
            text: text.into(),
            named: post.map(str::to_string),
            seen,
            replied: None,
            at_ms: now_ms,
        };
        self.replies.insert(id, reply);
        self.withdraw(holding.seq, "in_exchange");
        Ok(None)
    }

    /// The platform refuses a source's credential.
    fn mute(&mut self, source: &str, why: &str, stopped: i64) {
        let dead = self.dead.entry(source.into()).or_insert(Dead {
            why: String::new(),
            since_ms: self.now_ms,
            refused_ms: 0,
            probe_ms: 0,
            stopped: 0,
        });
        dead.why = why.into();
        dead.refused_ms = self.now_ms;
        dead.probe_ms = self.now_ms + PROBE_MS;
        dead.stopped += stopped;
    }

    fn finish_reply(
        &mut self,
        office: &Office,
        seq: i64,
        key: &str,
        outcome: &Outcome,
    ) -> Result<Replied, Refused> {
        if let Outcome::Unauthorized { why } = outcome {
            let asked = self.replies.remove(&(seq, key.into()));
            asked.ok_or(Refused::NotFound)?;
            if let Some(source) = self.matters.get(&seq).map(|m| m.source.clone()) {
                self.mute(&source, why, 0);
            }
            return Err(Refused::CredentialDead { why: why.clone() });
        }
        let (state, why, sent_id) = match outcome.clone() {
            Outcome::Sent { id } => ("sent", None, id),
            Outcome::Refused { why } => ("refused", Some(why), None),
            Outcome::Later { after_s: None } => ("refused", Some("later".into()), None),
            Outcome::Later { after_s: Some(s) } => ("refused", Some(format!("later:{s}")), None),
            Outcome::Unknown { why } => ("unknown", Some(why), None),
            Outcome::Unauthorized { .. } => unreachable!(),
        };
        let now_ms = self.now_ms;
        let retry_ms = match outcome {
            Outcome::Later { after_s: Some(s) } => Some(now_ms + 1_000 * i64::from((*s).max(1))),
            Outcome::Later { after_s: None } => Some(now_ms + 5_000),
            _ => None,
        };
        let replied = Replied {
            state: ReplyState::named(state).unwrap(),
            why,
            retry_ms,
            sent_id,
            warnings: Vec::new(),
        };
        let reply = self.replies.get_mut(&(seq, key.into()));
        let reply = reply.ok_or(Refused::NotFound)?;
        reply.replied = Some(replied.clone());
        if state == "sent" {
            let seen = reply.seen;
            self.keep(seq);
            let is_more = self.is_more(seq, seen);
            let matter = self.matters.get_mut(&seq).unwrap();
            matter.replied_ms.get_or_insert(now_ms);
            matter.answered_ms = Some(now_ms);
            matter.attempts = 0;
            if !is_more && matter.ended.is_none() {
                let source = source_of(office, &matter.source);
                let deadlines = &office.config.deadlines;
                matter.owed = None;
                matter.deadline_ms = deadlines.deadline(source, Level::Idle, now_ms);
                matter.rank = rank(matter.deadline_ms, Level::Idle, 0);
            }
            matter.spoke_ms = Some(now_ms);
            self.dead.remove(&matter.source);
        }
        Ok(replied)
    }

    /// Which of these acknowledgments may be sent.
    fn begin(&mut self, office: &Office, seqs: &[i64]) -> Vec<i64> {
        let mut jobs = Vec::new();
        for seq in seqs {
            let Some(this) = self.planned(*seq) else {
                continue;
            };
            let ack = &self.acks[&this];
            let matter = &self.matters[seq];
            let said = &self.said[&ack.post];
            let source = source_of(office, &ack.source);
            let at_ms = self.place(source, this.1, true);
            let why = if source.mode != Mode::Live {
                Some("off")
            } else if said.state == "deleted" {
                Some("deleted")
            } else if matter.ended.is_some()
                || match this.1 {
                    true => matter.exchange(self.now_ms) == 2,
                    false => {
                        let held = matter.is_held(self.now_ms);
                        held && self.now_ms - ack.planned_ms >= GRACE_MS
                            || matter.replied_ms.is_some()
                    }
                }
            {
                Some("in_exchange")
            } else if self.stops.contains(&(matter.platform, ack.author.clone())) {
                Some("stopped")
            } else if self.is_paused(source) {
                Some("paused")
            } else if self.now_ms - ack.said_ms > self.fresh_ms {
                Some("stale")
            } else if self
                .dead
                .get(&ack.source)
                .is_some_and(|dead| dead.refused_ms >= ack.planned_ms)
            {
                self.dead.get_mut(&ack.source).unwrap().stopped += 1;
                Some("credential_dead")
            } else {
                None
            };
            if let Some(why) = why {
                self.withdraw(*seq, why);
                continue;
            }
            if ack.slot_ms.unwrap() > self.now_ms {
                continue;
            }
            if at_ms - ack.planned_ms > WAIT_MS && at_ms > self.now_ms {
                self.withdraw(*seq, "ceiling");
                continue;
            }
            let ack = self.acks.get_mut(&this).unwrap();
            if at_ms > self.now_ms {
                ack.why = Some("ceiling".into());
                (ack.due_ms, ack.slot_ms) = (Some(at_ms), Some(at_ms));
                continue;
            }
            if self.now_ms - ack.slot_ms.unwrap() >= NEAR_MS {
                ack.slot_ms = Some(self.now_ms);
            }
            ack.state = "sending";
            ack.attempts += 1;
            ack.due_ms = Some(self.now_ms + SENDING_MS);
            jobs.push(*seq);
        }
        jobs
    }

    fn finish(
        &mut self,
        seq: i64,
        emergency: bool,
        attempt: i64,
        outcome: &Outcome,
    ) -> Result<(), Refused> {
        let there = self.joined.get(&seq).copied().unwrap_or(seq);
        let known = [(seq, emergency), (there, emergency)];
        let this = known.into_iter().find(|this| self.acks.contains_key(this));
        let this = this.ok_or(Refused::NotFound)?;
        let ack = self.acks[&this].clone();
        let is_good = matches!(outcome, Outcome::Sent { .. });
        if attempt != i64::from(ack.attempts) && !is_good {
            return Ok(());
        }
        if !["sending", "unknown"].contains(&ack.state) {
            return Ok(());
        }
        match outcome {
            Outcome::Sent { .. } => {
                self.settle(this, "sent", None);
                self.dead.remove(&ack.source);
            }
            Outcome::Unauthorized { why } => {
                self.settle(this, "refused", Some(why));
                self.mute(&ack.source, why, 1);
            }
            Outcome::Refused { why } => self.settle(this, "refused", Some(why)),
            Outcome::Unknown { why } => self.settle(this, "unknown", Some(why)),
            Outcome::Later { after_s } => {
                let wait_ms = match after_s {
                    Some(s) => (i64::from(*s) * 1_000).max(1_000),
                    None => 5_000 * 2i64.pow(ack.attempts - 1),
                };
                let due_ms = self.now_ms + wait_ms;
                let stale_ms = ack.said_ms + self.fresh_ms;
                if ack.state == "unknown" {
                    self.settle(this, "refused", Some("later"));
                } else if !emergency && self.told(this.0) == Some(true) {
                    self.settle(this, "withdrawn", Some("replaced"));
                } else if ack.attempts >= 5 || due_ms > stale_ms {
                    self.settle(this, "refused", Some("later"));
                } else {
                    self.settle(this, "planned", Some("later"));
                    let ack = self.acks.get_mut(&this).unwrap();
                    (ack.due_ms, ack.slot_ms) = (Some(due_ms), Some(due_ms));
                }
            }
        }
        Ok(())
    }

    /// The alarm: what is to be sent.
    fn ring(&mut self) -> Vec<i64> {
        let before_ms = self.now_ms - self.retention_ms;
        let old = |m: &Matter| {
            m.ended
                .as_ref()
                .is_some_and(|(_, at_ms, _)| *at_ms < before_ms)
        };
        let gone: BTreeSet<i64> = self
            .matters
            .iter()
            .filter(|(_, m)| old(m))
            .map(|(seq, _)| *seq)
            .collect();
        self.matters.retain(|seq, _| !gone.contains(seq));
        self.acks.retain(|(seq, _), _| !gone.contains(seq));
        self.joined.retain(|seq, _| !gone.contains(seq));
        self.replies.retain(|(seq, _), _| !gone.contains(seq));
        let kept = |said: &Said| match said.seq {
            Some(seq) => !gone.contains(&seq),
            None => said.received_ms >= before_ms,
        };
        let forgotten = self
            .said
            .values()
            .filter(|said| said.seq.is_some() && !kept(said));
        self.retired += forgotten.count() as i64;
        self.said.retain(|_, said| kept(said));
        let mut due: Vec<(i64, (i64, bool))> = self
            .acks
            .iter()
            .filter_map(|(this, ack)| Some((ack.due_ms?, *this)))
            .filter(|(due_ms, _)| *due_ms <= self.now_ms)
            .collect();
        due.sort_unstable();
        due.truncate(SLICE);
        let mut planned = Vec::new();
        for (_, this) in due {
            if self.acks[&this].state == "planned" {
                planned.push(this.0);
            } else {
                self.settle(this, "unknown", Some("interrupted"));
            }
        }
        self.watch();
        planned
    }
}

fn source_of<'a>(office: &'a Office, id: &str) -> &'a Source {
    let found = office.config.sources.iter().find(|s| s.id.as_str() == id);
    found.unwrap()
}

/// A run: the inbox, the model, and the world around both.
struct Run {
    random: Random,
    office: Office,
    model: Model,
    /// Every lease that was ever given out, newest last.
    holdings: Vec<Holding>,
    /// Acknowledgments that a Worker or the alarm has yet to begin.
    to_begin: Vec<i64>,
    /// Acknowledgments under way: which, and which try.
    sending: Vec<((i64, bool), i64)>,
    /// The last reports, which may come again.
    reported: Vec<((i64, bool), i64, Outcome)>,
    /// Acknowledgments that may have arrived: none of these may ever be handed out again.
    away: BTreeSet<(i64, bool)>,
    /// Replies under way.
    replying: Vec<(i64, String)>,
    /// When each post was written.
    written_ms: BTreeMap<usize, i64>,
    /// How many commands have run.
    steps: usize,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut office = Office::new();
        office.config.limits.attempts = 3;
        // In every third run hands are soon full.
        if seed.is_multiple_of(3) {
            office.config.limits.held_per_agent = 2;
        }
        office.config.limits.retention_days = 1;
        office.config.limits.cooldown_hours = 2;
        // In every second run a storm is what a few posts make.
        if seed.is_multiple_of(2) {
            for source in &mut office.config.sources {
                source.ceiling.per_minute = 1 + (seed / 2 % 3) as u32;
                source.ceiling.per_hour = 4 + (seed / 2 % 5) as u32;
            }
        }
        let limits = &office.config.limits;
        let model = Model {
            now_ms: office.now_ms,
            attempts: i64::from(limits.attempts),
            held_per_agent: limits.held_per_agent as usize,
            retention_ms: i64::from(limits.retention_days) * DAY_MS,
            fresh_ms: i64::from(limits.fresh_minutes) * MINUTE_MS,
            cooldown_ms: i64::from(limits.cooldown_hours) * HOUR_MS,
            ..Model::default()
        };
        Self {
            // Never 0, where xorshift stands still.
            random: Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            office,
            model,
            holdings: Vec::new(),
            to_begin: Vec::new(),
            sending: Vec::new(),
            reported: Vec::new(),
            away: BTreeSet::new(),
            replying: Vec::new(),
            written_ms: BTreeMap::new(),
            steps: 0,
        }
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.random.below(n) == 0
    }

    fn a_triage(&mut self) -> Triage {
        let levels = [
            Level::Idle,
            Level::Routine,
            Level::Urgent,
            Level::Urgent,
            Level::Emergency,
        ];
        let mut triage = judged(*self.random.pick(&levels));
        triage.urgency += self.random.below(10) as u8;
        let kinds = [
            Kind::Complaint,
            Kind::Complaint,
            Kind::Complaint,
            Kind::Complaint,
            Kind::Complaint,
            Kind::Complaint,
            Kind::Question,
            Kind::Praise,
            Kind::Spam,
            Kind::Attack,
            Kind::News,
        ];
        triage.kind = *self.random.pick(&kinds);
        triage.lang = self.random.pick(&["en", "en", "de", "und"]).to_string();
        triage
    }

    /// One of few posts: its author and platform go with its number.
    fn a_post(&mut self) -> (&'static str, Post) {
        // Old ones come again, new ones come up as the run goes on.
        let number = self.random.below(30 + self.steps / 3);
        let now_ms = self.office.now_ms;
        let age_ms = if self.one_in(6) {
            self.random.below(80) as i64 * MINUTE_MS
        } else {
            0
        };
        let created_ms = *self.written_ms.entry(number).or_insert(now_ms - age_ms);
        let mut post = post(
            &number.to_string(),
            &format!("author-{}", number % 6),
            created_ms,
        );
        if number.is_multiple_of(17) {
            post.author = None;
        }
        let source = match number % 5 {
            0 => "forum",
            // The same post may be told to two of our accounts.
            _ => ["x", "x", "x-freight"][self.random.below(3)],
        };
        (source, post)
    }

    fn an_event(&mut self) -> Incoming {
        let (source, mut post) = self.a_post();
        let triage = self.a_triage();
        match self.random.below(20) {
            0..=12 => {
                if self.one_in(40) {
                    post.text = "stop".into();
                }
                made(source, post, triage)
            }
            13..=16 => {
                let texts = ["Still stuck", "Now at Woking and stuck", "stop"];
                let rare = self.random.below(12);
                post.text = texts[if rare == 0 { 2 } else { rare % 2 }].into();
                edited(source, post, triage)
            }
            17..=18 => deleted(source, post.id.as_str()),
            _ if self.one_in(3) => stop(source, &format!("author-{}", self.random.below(6))),
            _ => deleted(source, post.id.as_str()),
        }
    }

    fn take(&mut self) {
        let mut events: Vec<Incoming> = (0..=self.random.below(3))
            .map(|_| self.an_event())
            .collect();
        if self.one_in(5) {
            events.extend(events.clone());
        }
        let mut want = Vec::new();
        for incoming in &events {
            let source = source_of(&self.office, incoming.source.as_str());
            let triage = incoming.triage.as_ref();
            use heard::platform::Event;
            let seq = match (&incoming.event, triage) {
                (Event::Made { post }, Some(triage)) => {
                    self.model.made(&self.office, source, post, triage, false)
                }
                (Event::Edited { post }, Some(triage)) => {
                    self.model.edited(&self.office, source, post, triage)
                }
                (Event::Deleted { post, .. }, _) => {
                    self.model.deleted(source, post.as_str());
                    None
                }
                (Event::Stop { author, .. }, _) => {
                    self.model.stop(source.platform, author.as_str());
                    None
                }
                other => panic!("{other:?}"),
            };
            want.extend(seq.map(|seq| (triage.unwrap().level, seq)));
        }
        want.sort_by_key(|(level, _)| Reverse(*level));
        let mut seen = BTreeSet::new();
        let want: Vec<i64> = want.into_iter().map(|(_, seq)| seq).collect();
        let want: Vec<i64> = want.into_iter().filter(|seq| seen.insert(*seq)).collect();
        let got = self.office.take(events);
        assert_eq!(got, want, "acknowledgments to send");
        self.to_begin.extend(got);
    }

    fn claim(&mut self) {
        let mut pull = pull(
            AGENTS[self.random.below(3)],
            1 + self.random.below(4) as u32,
        );
        pull.workgroups = [
            &["trains"][..],
            &["freight", "trains"],
            &["trains", "trains"],
            &[],
        ][[0, 1, 1, 1, 2, 3][self.random.below(6)]]
        .iter()
        .map(|group| Workgroup::new(*group))
        .collect();
        if self.one_in(4) {
            pull.platforms = vec![*self.random.pick(&[Platform::X, Platform::Standard])];
        }
        if self.one_in(4) {
            pull.languages = vec![self.random.pick(&["en", "de"]).to_string()];
        }
        pull.lease_s = 1 + self.random.below(120) as u32;
        // A caller whose answer was lost asks again.
        if self.one_in(3) {
            pull.key = Some(self.random.below(4).to_string());
        }
        let again = self.model.claimed_before(&pull);
        let (want, limited) = self.model.claim(&pull);
        let ask = Claim { pull: pull.clone() };
        let leased = self.office.ask(ask).unwrap();
        let got: Vec<Interaction> = leased
            .interactions
            .iter()
            .map(|one| serde_json::from_str(one.interaction.text()).unwrap())
            .collect();
        assert_eq!(got.iter().map(seq).collect::<Vec<_>>(), want, "claimed");
        assert_eq!(leased.limited, limited, "limited");
        for claimed in &got {
            let holding = holding(claimed);
            let matter = self.model.matters.get_mut(&holding.seq).unwrap();
            if !again.is_empty() {
                assert_eq!(
                    matter.lease.as_ref(),
                    Some(&holding.lease),
                    "the same lease"
                );
                continue;
            }
            assert!(
                self.holdings
                    .iter()
                    .all(|before| before.lease != holding.lease),
                "a lease given out twice"
            );
            matter.lease = Some(holding.lease.clone());
            matter.holder = Some(pull.agent.clone());
            self.holdings.push(holding);
        }
    }

    /// A lease: most often a recent one; now and then not the caller's, or never given out.
    fn a_holding(&mut self) -> Holding {
        if self.holdings.is_empty() || self.one_in(40) {
            return Holding {
                seq: self.random.below(1 + self.model.opened as usize) as i64,
                lease: Lease::new("never given out"),
                agent: AGENTS[0].into(),
                seen: None,
            };
        }
        let recent = self.random.below(self.holdings.len().min(6));
        let mut holding = self.holdings[self.holdings.len() - 1 - recent].clone();
        if self.one_in(20) {
            holding.agent = AGENTS[self.random.below(3)].into();
        }
        // Some say what they have seen, and a few more than there is.
        let changes = self
            .model
            .matters
            .get(&holding.seq)
            .map_or(0, |m| m.changes);
        holding.seen = match self.random.below(12) {
            0..=4 => Some(changes),
            5 => Some(self.random.below(1 + changes as usize) as i64),
            6 if self.one_in(6) => Some(changes + 1),
            _ => None,
        };
        holding
    }

    fn a_seq(&mut self) -> i64 {
        1 + self.random.below(1 + self.model.opened as usize) as i64
    }

    fn an_outcome(&mut self) -> Outcome {
        match self.random.below(7) {
            6 => Outcome::Unauthorized {
                why: "credential:401".into(),
            },
            0 | 1 => Outcome::Sent {
                id: Some("77".into()),
            },
            2 => Outcome::Refused { why: "gone".into() },
            3 => Outcome::Unknown { why: "cut".into() },
            4 => Outcome::Later { after_s: None },
            _ => Outcome::Later {
                after_s: Some(self.random.below(100) as u32),
            },
        }
    }

    fn work(&mut self) {
        let holding = self.a_holding();
        match self.random.below(10) {
            0..=2 => {
                let lease_s = 1 + self.random.below(120) as u32;
                let want = self.model.extend(&holding, lease_s);
                let got = self.office.extend(holding, lease_s).map(|extended| {
                    assert_eq!(
                        extended.until_ms,
                        self.office.now_ms + i64::from(lease_s) * 1_000
                    );
                    let news = extended.news.iter();
                    let ids = news.map(|post| post.id.to_string()).collect();
                    (ids, extended.cursor)
                });
                assert_eq!(got, want, "extended");
            }
            7 if self.one_in(2) => {
                let (seq, agent) = (holding.seq, holding.agent);
                let lease_s = 1 + self.random.below(120) as u32;
                let want = self.model.retake(seq, &agent, lease_s);
                let ask = Retake {
                    seq,
                    agent,
                    lease_s,
                };
                let got = self.office.ask(ask).map(|again| again.lease.unwrap());
                assert_eq!(got, want, "taken again");
            }
            3..=4 => {
                let delay_s = self.random.below(3) as u32 * 90;
                let want = self.model.release(&holding, delay_s);
                let got = self.office.release(holding, delay_s).map(drop);
                assert_eq!(got, want, "released");
            }
            5..=6 => {
                let outcome = *self.random.pick(&["solved", "solved", "spam"]);
                let want = self.model.resolve(&holding, outcome);
                let got = self.office.resolve(holding, outcome).map(drop);
                assert_eq!(got, want, "resolved");
            }
            _ => self.reply(holding),
        }
    }

    fn reply(&mut self, holding: Holding) {
        let key = self.random.below(4).to_string();
        let text = *self
            .random
            .pick(&["Hello", "Hello", "Hello", "We are coming"]);
        let named = self.random.below(30 + self.steps / 3).to_string();
        let post = self.one_in(6).then_some(named.as_str());
        let mut reply_to = String::new();
        let want = self.model.begin_reply(&holding, &key, text, post);
        let got = self.office.begin_reply(holding.clone(), &key, text, post);
        let got = got.map(|step| match step {
            ReplyStep::Already(replied) => Some(replied),
            ReplyStep::Send(job) => {
                let to = |said: &&Said| said.post.reply_to == job.reply_to;
                let said = self
                    .model
                    .said
                    .values()
                    .filter(|s| s.seq == Some(holding.seq))
                    .find(to);
                assert_ne!(
                    said.unwrap().state,
                    "deleted",
                    "an answer to a deleted post"
                );
                self.replying.push((holding.seq, key.clone()));
                reply_to = job.reply_to;
                None
            }
        });
        assert_eq!(got, want, "reply");
        if let Some(reply) = self.model.replies.get_mut(&(holding.seq, key))
            && !reply_to.is_empty()
        {
            reply.post = reply_to;
        }
    }

    fn begin(&mut self, seqs: Vec<i64>) {
        let want = self.model.begin(&self.office, &seqs);
        let jobs = self.office.begin(&seqs);
        let got: Vec<i64> = jobs.iter().map(|job| job.seq).collect();
        assert_eq!(got, want, "begun");
        for job in jobs {
            let this = (job.seq, job.emergency);
            assert!(self.away.insert(this), "{this:?} would be sent twice");
            self.sending.push((this, job.attempt));
        }
    }

    /// A report of an earlier moment comes again.
    fn tell_twice(&mut self) {
        let Some(last) = self.reported.len().checked_sub(1) else {
            return;
        };
        let at = last - self.random.below(self.reported.len().min(4));
        let (this, attempt, outcome) = self.reported[at].clone();
        self.report(this, attempt, outcome);
    }

    fn finish(&mut self) {
        if self.sending.is_empty() || self.one_in(6) {
            self.tell_twice();
            return;
        }
        let (this, attempt) = self
            .sending
            .swap_remove(self.random.below(self.sending.len()));
        // One in eight dies between sending and its report.
        if self.one_in(8) {
            return;
        }
        let outcome = self.an_outcome();
        if matches!(outcome, Outcome::Later { .. }) {
            self.away.remove(&this);
        }
        self.reported.push((this, attempt, outcome.clone()));
        self.report(this, attempt, outcome);
    }

    fn report(&mut self, (seq, emergency): (i64, bool), attempt: i64, outcome: Outcome) {
        let want = self.model.finish(seq, emergency, attempt, &outcome);
        let ask = FinishAck {
            seq,
            emergency,
            attempt,
            outcome,
        };
        let got = self.office.ask(ask);
        assert_eq!(got, want, "finished");
    }

    fn finish_reply(&mut self) {
        if self.replying.is_empty() {
            return;
        }
        let (seq, key) = self
            .replying
            .swap_remove(self.random.below(self.replying.len()));
        if self.one_in(6) {
            return;
        }
        let outcome = self.an_outcome();
        let want = self.model.finish_reply(&self.office, seq, &key, &outcome);
        assert_eq!(
            self.office.finish_reply(seq, &key, outcome),
            want,
            "replied"
        );
    }

    fn supervise(&mut self) {
        let seq = self.a_seq();
        if self.one_in(2) {
            let want = self.model.redrive(seq);
            let by = "boss".into();
            assert_eq!(
                self.office.ask(Redrive { seq, by }).map(drop),
                want,
                "redriven"
            );
        } else {
            let agent = self.one_in(2).then_some(AGENTS[self.random.below(3)]);
            let group = self
                .one_in(3)
                .then_some(*self.random.pick(&["trains", "freight"]));
            let want = self.model.assign(seq, agent, group);
            assert_eq!(
                self.office.assign(seq, agent, group).map(drop),
                want,
                "assigned"
            );
        }
    }

    fn pause(&mut self) {
        let source = *self.random.pick(&["", "x", "x-freight", "forum"]);
        let named = (!source.is_empty()).then(|| SourceId::new(source));
        let paused = if self.one_in(3) {
            self.model.pause(source);
            self.office.ask(Pause {
                paused: Paused {
                    source: named,
                    by: "boss".into(),
                    reason: "enough".into(),
                    since_ms: self.office.now_ms,
                },
            })
        } else {
            self.model.pauses.remove(source);
            self.office.ask(Resume { source: named })
        };
        let paused = paused.unwrap();
        let of = |paused: &Paused| {
            paused
                .source
                .as_ref()
                .map_or("", SourceId::as_str)
                .to_string()
        };
        let got: BTreeSet<String> = paused.iter().map(of).collect();
        assert_eq!(got, self.model.pauses, "paused");
    }

    fn pass(&mut self) {
        let ms = match self.random.below(40) {
            0..=19 => self.random.below(3_000) as i64,
            20..=33 => self.random.below(90_000) as i64,
            34..=38 => self.random.below(40) as i64 * MINUTE_MS,
            _ => self.random.below(30) as i64 * HOUR_MS,
        };
        self.office.now_ms += ms;
        self.model.now_ms = self.office.now_ms;
    }

    fn ring(&mut self) {
        let want = self.model.ring();
        let got = self.office.ring();
        assert_eq!(got, want, "due");
        self.to_begin.extend(got);
    }

    fn step(&mut self) {
        self.steps += 1;
        // The alarm rings when its time has come, a little late now and then.
        let is_due = self
            .office
            .alarm_ms
            .get()
            .is_some_and(|at_ms| at_ms <= self.office.now_ms);
        if is_due && !self.one_in(4) {
            self.ring();
        }
        match self.random.below(100) {
            0..=29 => self.take(),
            30..=43 => self.claim(),
            44..=61 => self.work(),
            62..=69 => {
                // Several may try to send the same; some Workers die before they begin.
                let seqs = if self.one_in(4) {
                    vec![self.a_seq()]
                } else {
                    std::mem::take(&mut self.to_begin)
                };
                if !self.one_in(6) {
                    self.begin(seqs);
                }
            }
            70..=76 => self.finish(),
            77..=80 => self.finish_reply(),
            81..=84 => self.supervise(),
            85 => {
                let source = self.random.below(SOURCES.len());
                let mode = match self.random.below(8) {
                    0 => Mode::Off,
                    1 => Mode::DryRun,
                    _ => Mode::Live,
                };
                self.office.config.sources[source].mode = mode;
            }
            86 => self.pause(),
            87 => {
                let source = &mut self.office.config.sources[self.random.below(SOURCES.len())];
                let secret = format!("secret-{}", self.steps);
                source.credential = Credential::read(source.platform, &secret).ok();
                self.model.dead.remove(source.id.as_str());
            }
            _ => self.pass(),
        }
    }

    /// What must hold between two commands.
    fn check(&mut self) {
        let seq = self.a_seq();
        self.agree(seq);
        if let Some(due_ms) = self.model.acks.values().filter_map(|ack| ack.due_ms).min() {
            let at_ms = self.office.alarm_ms.get().expect("an alarm");
            assert!(
                at_ms <= due_ms.max(self.model.now_ms + 1_000),
                "{at_ms} is too late for {due_ms}"
            );
        }
        // What reads every row comes now and then: a wrong count stays wrong until it does.
        if self.one_in(16) {
            audit(&self.office.sql).unwrap();
            self.agree_on_numbers();
        }
    }

    /// Whether the backlog is what a count over the model gives.
    fn agree_on_numbers(&self) {
        let model = &self.model;
        let backlog = self.office.backlog();
        let mut alarms: Vec<Alarm> = model
            .dead
            .iter()
            .map(|(source, dead)| Alarm::Credential {
                source: SourceId::new(source.as_str()),
                why: dead.why.clone(),
                since_ms: dead.since_ms,
                stopped: dead.stopped,
            })
            .collect();
        let dead = model.matters.values().filter_map(|m| match m.ended {
            Some((_, at_ms, true)) => Some(at_ms),
            _ => None,
        });
        if let Some(since_ms) = dead.clone().min() {
            let n = dead.count() as i64;
            alarms.push(Alarm::Dead { n, since_ms });
        }
        let late =
            |m: &&Matter| m.ended.is_none() && m.is_emergency() && m.deadline_ms < model.now_ms;
        let late = model.matters.values().filter(late).map(|m| m.deadline_ms);
        if let Some(since_ms) = late.clone().min() {
            let n = late.count() as i64;
            alarms.push(Alarm::EmergencyOverdue { n, since_ms });
        }
        let open = model.acks.values().filter(|ack| ack.step.is_some());
        let broken = open.clone().filter(|ack| ack.promise_ms < model.now_ms);
        let broken = broken.map(|ack| ack.promise_ms);
        if let Some(since_ms) = broken.clone().min() {
            let n = broken.count() as i64;
            alarms.push(Alarm::PromiseBroken { n, since_ms });
        }
        assert_eq!(backlog.alarms, alarms);
        assert_eq!(backlog.promises.open, open.count() as i64);
        let open = model.matters.values().filter(|m| m.ended.is_none());
        let tallied = |state: &str| -> i64 {
            let of = backlog
                .tallies
                .iter()
                .filter(|tally| tally.state.as_str() == state);
            of.map(|tally| tally.interactions).sum()
        };
        assert_eq!(tallied("open"), open.clone().count() as i64);
        let held = open.clone().filter(|m| m.is_held(model.now_ms)).count();
        assert_eq!(backlog.leased, held as i64);
        let late = |m: &&Matter| m.owed.is_some() && m.deadline_ms < model.now_ms;
        let overdue = open.filter(late).count();
        assert_eq!(backlog.overdue, overdue as i64);
        for (name, n) in [
            ("posts", model.received),
            ("duplicates", model.duplicates),
            ("deletions", model.deletions),
            ("ignored.not_its_source", model.ignored),
            ("retired", model.retired),
        ] {
            assert_eq!(
                backlog.counters.get(name).copied().unwrap_or(0),
                n,
                "{name}"
            );
        }
    }

    /// Whether the inbox shows this interaction as the model has it.
    fn agree(&self, seq: i64) {
        let shown = self.office.ask(Show { seq });
        let Some(want) = self.model.matters.get(&seq) else {
            assert_eq!(shown, Err(Refused::NotFound), "{seq}");
            return;
        };
        let got: Interaction = shown.unwrap();
        let now_ms = self.model.now_ms;
        let state = want.state(now_ms);
        let ended = want.ended.as_ref();
        assert_eq!(got.state, state, "{seq}");
        assert_eq!(
            (got.kind, got.level, got.urgency),
            (want.kind, want.level, want.urgency)
        );
        assert_eq!(
            (got.deadline_ms, got.rank),
            (want.deadline_ms, want.rank),
            "{seq}"
        );
        assert_eq!(
            (got.available_ms, got.attempts),
            (want.available_ms, want.attempts),
            "{seq}"
        );
        assert_eq!(
            got.assigned,
            want.assigned.as_ref().map(|(to, _)| to.clone()),
            "{seq}"
        );
        assert_eq!(
            (got.replied_ms, got.answered_ms),
            (want.replied_ms, want.answered_ms),
            "{seq}"
        );
        assert_eq!(
            got.owed_ms,
            want.owed.map(|(since_ms, ..)| since_ms),
            "{seq}"
        );
        assert_eq!((&got.lang, got.cursor), (&want.lang, want.changes), "{seq}");
        assert_eq!(got.lease, None, "{seq}");
        assert_eq!(got.ended_ms, ended.map(|(_, at_ms, _)| *at_ms), "{seq}");
        assert_eq!(got.outcome.as_ref(), ended.map(|(how, _, _)| how), "{seq}");
        assert_eq!(got.workgroup.as_str(), want.workgroup, "{seq}");
        let shows = matches!(state, State::Leased | State::Done);
        assert_eq!(got.holder, want.holder.clone().filter(|_| shows), "{seq}");
        let acks: Vec<_> = [false, true]
            .iter()
            .filter_map(|emergency| {
                let ack = self.model.acks.get(&(seq, *emergency))?;
                Some((*emergency, ack.state.to_string(), ack.why.clone()))
            })
            .collect();
        let shown: Vec<_> = got
            .acks
            .into_iter()
            .map(|ack| (ack.emergency, ack.state.to_string(), ack.why))
            .collect();
        assert_eq!(shown, acks, "{seq}");
        let got: BTreeMap<_, _> = got
            .posts
            .into_iter()
            .map(|p| {
                (
                    p.id.to_string(),
                    (p.state.to_string(), p.text, p.copies, p.received_ms, p.ack),
                )
            })
            .collect();
        let of = |said: &&Said| said.seq == Some(seq);
        let want: BTreeMap<_, _> = self
            .model
            .said
            .values()
            .filter(of)
            .map(|said| {
                let post = said.post.clone();
                let as_shown = (
                    said.state.to_string(),
                    post.text,
                    said.copies,
                    said.received_ms,
                    said.decision.to_string(),
                );
                (post.id.to_string(), as_shown)
            })
            .collect();
        assert_eq!(got, want, "{seq}");
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// One run; a failure says how to repeat it.
fn run(seed: u64) {
    let mut at = 0;
    let done = catch_unwind(AssertUnwindSafe(|| {
        let mut run = Run::new(seed);
        while at < RUN {
            at += 1;
            run.step();
            run.check();
        }
        audit(&run.office.sql).unwrap();
        for seq in 1..=run.model.opened {
            run.agree(seq);
        }
    }));
    assert!(
        done.is_ok(),
        "at command {at}: HEARD_MODEL_SEED={seed} HEARD_MODEL_STEPS={RUN}"
    );
}

#[test]
fn the_inbox_does_what_the_model_does() {
    let steps = number("HEARD_MODEL_STEPS", 20_000);
    let first = number("HEARD_MODEL_SEED", 1);
    let runs = steps.div_ceil(RUN as u64);
    // Runs share nothing, so two go at a time.
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || (first..first + runs).skip(half).step_by(2).for_each(run));
        }
    });
}
