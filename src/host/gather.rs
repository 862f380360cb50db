//! Where the questions of several requests meet.
//!
//! All requests of a Durable Object share one context, so one may wait for what another does. In a Worker
//! that kills the isolate: this is for objects alone.

use futures_channel::oneshot::{Receiver, Sender, channel};
use std::cell::Cell;

/// Who asked, and waits to be told.
pub struct Waiting<Q, A> {
    /// What was asked.
    pub question: Q,
    /// Where its answer is awaited. One who has gone hears nothing, and nobody is the worse for it.
    pub tell: Sender<A>,
}

/// Questions that wait for the next turn.
pub struct Gathering<Q, A> {
    waiting: Cell<Vec<Waiting<Q, A>>>,
    /// The most that a turn takes.
    most: usize,
}

impl<Q, A> Gathering<Q, A> {
    /// Nobody waits yet.
    pub fn new(most: usize) -> Self {
        Self {
            waiting: Cell::default(),
            most,
        }
    }

    /// Lines a question up: where its answer will come, and whether it is the asker who sees to a turn. That is
    /// the first of as many as a turn takes, so that there are as many turns to come as the line needs.
    pub fn join(&self, question: Q) -> (Receiver<A>, bool) {
        let (tell, told) = channel();
        let mut waiting = self.waiting.take();
        let sees_to_a_turn = waiting.len().is_multiple_of(self.most);
        waiting.push(Waiting { question, tell });
        self.waiting.set(waiting);
        (told, sees_to_a_turn)
    }

    /// Those whose turn it is.
    pub fn turn(&self) -> Vec<Waiting<Q, A>> {
        let mut now = self.waiting.take();
        let later = now.split_off(now.len().min(self.most));
        self.waiting.set(later);
        now
    }
}
