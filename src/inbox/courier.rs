//! The steps of whoever sends acknowledgments: the Worker after its answer to the platform, and the
//! object's alarm.
//!
//! [`carry`] may end at any of its `await`s, when its Worker or its object dies there. The order of
//! its steps makes that harmless: what a shard has not handed out is the alarm's, what it has is
//! sent by nobody else, and what nobody reports becomes `unknown` ([`super::outbox`]).

use super::fetch::{BeginFetch, FetchJob, FinishFetch};
use super::line::FinishLine;
use super::outbox::{self, BeginAcks, FinishAck};
use super::question::Question;
use super::wire::{Job, Refused};
use super::word::FinishWord;
use crate::platform::Outcome;
use futures_util::future::join_all;
use std::future::Future;

/// How often the shard is told of an outcome that it does not say it has heard. An object that died
/// is there again at the next question, so that the third finds one unless the platform is down.
const REPORTS: usize = 3;

/// What a courier needs of the world.
pub trait World {
    /// Asks the shard.
    fn ask<Q: Question>(&self, question: Q) -> impl Future<Output = Result<Q::Answer, Refused>>;

    /// Sends through the platform. It may have arrived unless the outcome says that it did not.
    fn deliver(&self, job: &Job) -> impl Future<Output = Outcome>;
}

/// Sends the acknowledgments of these interactions that the shard says may be sent, and tells it what
/// became of each. What is past a slice is left to the alarm.
///
/// # Errors
/// When the shard cannot be asked. What it has handed out by then was sent all the same.
pub async fn carry<W: World>(world: &W, seqs: &[i64]) -> Result<(), Refused> {
    let slice = seqs.len().min(outbox::SLICE);
    let (seqs, _) = seqs.split_at(slice);
    // No more are begun than go out at once: a begun one's clock runs.
    for some in seqs.chunks(outbox::AT_ONCE) {
        let seqs = some.to_vec();
        let jobs = world.ask(BeginAcks { seqs }).await?;
        hand_on(world, &jobs).await?;
    }
    Ok(())
}

/// Sends acknowledgments that the shard has begun, at most [`outbox::AT_ONCE`], and tells it what became of each.
///
/// # Errors
/// When the shard cannot be told. What it has handed out was sent all the same.
pub async fn hand_on<W: World>(world: &W, jobs: &[Job]) -> Result<(), Refused> {
    let said = join_all(jobs.iter().map(|job| send(world, job))).await;
    said.into_iter().collect()
}

/// Says these words about broken promises, each once, and tells the shard what became of them.
///
/// # Errors
/// When the shard cannot be told.
pub async fn say<W: World>(world: &W, words: &[Job]) -> Result<(), Refused> {
    for some in words.chunks(outbox::AT_ONCE) {
        let said = some.iter().map(|job| async move {
            let outcome = world.deliver(job).await;
            let (seq, emergency) = (job.seq, job.emergency);
            world
                .ask(FinishWord {
                    seq,
                    emergency,
                    outcome,
                })
                .await
        });
        for told in join_all(said).await {
            told?;
        }
    }
    Ok(())
}

/// Says these updates of incidents' lines, each once, and tells the shard what became of them.
///
/// # Errors
/// When the shard cannot be told.
pub async fn update<W: World>(world: &W, updates: &[Job]) -> Result<(), Refused> {
    for job in updates {
        let outcome = world.deliver(job).await;
        world
            .ask(FinishLine {
                seq: job.seq,
                outcome,
            })
            .await?;
    }
    Ok(())
}

/// A courier who asks platforms for what posts lack.
pub trait Fetcher: World {
    /// Asks, and says what the shard is to be told of it.
    fn fetch(&self, job: &FetchJob) -> impl Future<Output = FinishFetch>;
}

/// Asks for what these posts lack, tells the shard, and sends the acknowledgments that it decides then.
///
/// # Errors
/// When the shard cannot be asked or told.
pub async fn fetch<W: Fetcher>(world: &W, posts: Vec<String>) -> Result<(), Refused> {
    if posts.is_empty() {
        return Ok(());
    }
    let jobs = world.ask(BeginFetch { posts }).await?;
    for some in jobs.chunks(outbox::AT_ONCE) {
        let came = join_all(some.iter().map(|job| world.fetch(job))).await;
        for finish in came {
            let taken = world.ask(finish).await?;
            carry(world, &taken.acks).await?;
        }
    }
    Ok(())
}

async fn send<W: World>(world: &W, job: &Job) -> Result<(), Refused> {
    let outcome = world.deliver(job).await;
    let report = FinishAck {
        seq: job.seq,
        emergency: job.emergency,
        attempt: job.attempt,
        outcome,
    };
    // The shard knows a report by its try, so that telling it twice changes nothing.
    for _ in 1..REPORTS {
        if world.ask(report.clone()).await.is_ok() {
            return Ok(());
        }
    }
    world.ask(report).await
}
