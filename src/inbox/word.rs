//! One honest word where a promise broke: in private, once for an interaction, in the brand's own text
//! (`brand.late_text`), and only where it has one.
//!
//! It is written down as `sending` in the transaction in which the promise breaks, and sent after it: so at most
//! once. What nobody reports stays `sending`: it may have arrived. It is no reply and keeps no promise.

use super::context::Desk;
use super::pause;
use super::question::Question;
use super::rows::{self, HEARD, note};
use super::state::Did;
use super::wire::{Job, Refused};
use crate::config::{Mode, Source};
use crate::inbox::promised::RISK_MS;
use crate::platform::eligibility::forbidden;
use crate::platform::{self, Outcome};
use crate::post::{Post, SourceId};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use crate::voice::check::signed;
use serde::{Deserialize, Serialize};

/// What became of the word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FinishWord {
    /// The interaction's number.
    pub seq: i64,
    /// Whether the promise was an emergency's.
    pub emergency: bool,
    /// What the platform answered.
    pub outcome: Outcome,
}

impl Question for FinishWord {
    const NAME: &'static str = "FinishWord";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let state = match &self.outcome {
            Outcome::Sent { .. } => "sent",
            Outcome::Unknown { .. } => "unknown",
            // There is no second try: a late word about lateness helps nobody.
            Outcome::Refused { .. } | Outcome::Unauthorized { .. } | Outcome::Later { .. } => {
                "refused"
            }
        };
        let told = desk.sql.run(
            "-- word_ends
UPDATE ack SET promise_word = ?3 WHERE interaction = ?1 AND emergency = ?2 AND promise_word = 'sending'
RETURNING 1",
            params![self.seq, u8::from(self.emergency), state],
        )?;
        if !told.is_empty() {
            note(desk, self.seq, HEARD, Did::WordSaid, Some(state))?;
        }
        Ok(())
    }
}

/// The word about the promise that just broke, to be sent, if one may be said.
pub(super) fn about<S: Sql>(
    desk: Desk<'_, S>,
    (seq, emergency): (i64, bool),
) -> Result<Option<Job>, SqlError> {
    if desk
        .config
        .brands
        .iter()
        .all(|brand| brand.late_text.0.is_empty())
    {
        return Ok(None);
    }
    let rows = desk.sql.run(
        "-- word_about
SELECT a.source, p.post, a.lang, a.promise_ms FROM ack a JOIN post p ON p.id = a.post
JOIN interaction i ON i.seq = a.interaction
WHERE a.interaction = ?1 AND a.emergency = ?2 AND a.promise_word IS NULL AND p.state <> 'deleted'
  AND i.state = 'open' AND i.owed_ms IS NOT NULL AND (i.lease IS NULL OR i.available_ms <= ?3)
  AND NOT EXISTS (SELECT 1 FROM ack WHERE interaction = ?1 AND promise_word IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM stop WHERE platform = i.platform AND author = a.author AND at_ms >= lifted_ms)
  AND NOT EXISTS (SELECT 1 FROM dead_credential WHERE source = a.source)",
        params![seq, u8::from(emergency), desk.now_ms],
    )?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let Some(source) = desk.config.source(&SourceId::new(row.text(0)?)) else {
        return Ok(None);
    };
    let post: Post = rows::json(row.text(1)?, "post")?;
    // Said much later it would only remind them: an alarm that was late says nothing.
    let is_late = desk.now_ms - row.int(3)? > RISK_MS;
    let Some(text) = text(source, row.text(2)?).filter(|_| !is_late) else {
        return Ok(None);
    };
    if !may(desk, source, &post, &text)? {
        return Ok(None);
    }
    desk.sql.run(
        "-- word_begins
UPDATE ack SET promise_word = 'sending' WHERE interaction = ?1 AND emergency = ?2",
        params![seq, u8::from(emergency)],
    )?;
    Ok(Some(Job {
        seq,
        source: source.id.clone(),
        platform: source.platform,
        account: source.account.clone(),
        reply_to: post.reply_to,
        text,
        attempt: 1,
        emergency,
        warnings: Vec::new(),
    }))
}

/// Whether it may be said to the author of this post.
fn may<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    post: &Post,
    text: &str,
) -> Result<bool, SqlError> {
    Ok(!post.kind.is_public()
        && source.mode == Mode::Live
        && source.credential.is_some()
        && platform::limit(source.platform, false).allows(text)
        && forbidden(source.platform, source.plan, post, desk.now_ms).is_none()
        && !pause::holds(desk, &source.id)?)
}

/// The brand's text in that language, signed.
fn text(source: &Source, lang: &str) -> Option<String> {
    let brand = &source.brand;
    let text = brand.late_text.told(lang, &brand.language)?;
    signed(text, lang, brand)
}

/// Whether a text is this source's word, as a platform tells it of what we sent.
pub(super) fn is_word(source: &Source, text: &str) -> bool {
    let mut texts = source.brand.late_text.0.iter();
    texts.any(|(_, word)| text.trim_start().starts_with(word.trim()))
}
