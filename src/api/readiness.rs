//! Whether everything is as it should be: what `GET /readyz` says.

use super::response::{Response, rfc3339};
use crate::accounts::health::MEANWHILE;
use crate::accounts::wire as accounts;
use crate::config::Config;
use crate::config::problem::Problem;
use crate::config::secrets::credential_name;
use crate::inbox::wire::{Alarm, Paused, Refused};
use serde_json::json;

/// Whether everything is as it should be, and what is not.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// What keeps it from being ready.
    pub problems: Vec<Problem>,
    /// What will, unless somebody does something.
    pub warnings: Vec<Problem>,
    /// The acknowledgments that are silenced.
    pub paused: Vec<Paused>,
    /// How many shards the queue has.
    pub shards: u16,
}

impl From<Readiness> for Response {
    fn from(readiness: Readiness) -> Self {
        // What watches by the status alone is told too.
        let status = if readiness.problems.is_empty() {
            200
        } else {
            503
        };
        Self::json(
            status,
            &json!({
                "ready": readiness.problems.is_empty(),
                "problems": readiness.problems,
                "warnings": readiness.warnings,
                "paused": readiness.paused,
                "shards": readiness.shards,
            }),
        )
    }
}

/// The answer to an operator who asks what is wrong: the configuration's mistakes, the queue's alarms,
/// then what is known of our accounts; and what is paused, as a reminder.
pub fn ready(
    config: &Config,
    alarms: &[Alarm],
    accounts: Result<Vec<Problem>, accounts::Refused>,
    paused: Result<Vec<Paused>, Refused>,
    shards: u16,
) -> Readiness {
    let mut problems = config.problems.clone();
    if shards != config.shards {
        problems.push(Problem {
            key: "shards".into(),
            says: format!(
                "says {}, but posts lie in {shards} shards since the first one came: {shards} it stays, and this \
                 number is ignored; set it back",
                config.shards
            ),
        });
    }
    let (warnings, alarms): (Vec<&Alarm>, Vec<&Alarm>) =
        alarms.iter().partition(|alarm| alarm.is_warning());
    problems.extend(alarms.into_iter().map(alarmed));
    let mut warnings: Vec<_> = warnings.into_iter().map(alarmed).collect();
    match accounts {
        Ok(found) => {
            let (strangers, found): (Vec<_>, Vec<_>) = found
                .into_iter()
                .partition(|problem| problem.says.ends_with(MEANWHILE));
            problems.extend(found);
            warnings.extend(strangers);
        }
        Err(why) => problems.push(Problem {
            key: "accounts".into(),
            says: match why {
                accounts::Refused::Storage(why) => {
                    format!("nothing can be said of the accounts: {why}")
                }
                _ => "nothing can be said of the accounts".into(),
            },
        }),
    }
    if paused.is_err() {
        problems.push(Problem {
            key: "queue".into(),
            says: "a shard of the queue does not answer; the operator's log says why".into(),
        });
    }
    Readiness {
        problems,
        warnings,
        paused: paused.unwrap_or_default(),
        shards,
    }
}

/// The same where the objects are in another jurisdiction than the configuration's: none is asked.
pub fn moved(config: &Config, moved: Problem, shards: u16) -> Readiness {
    let mut problems = config.problems.clone();
    problems.push(moved);
    Readiness {
        problems,
        warnings: Vec::new(),
        paused: Vec::new(),
        shards,
    }
}

/// An alarm as a problem: what it is about, and what to do.
fn alarmed(alarm: &Alarm) -> Problem {
    let (key, says) = match alarm {
        Alarm::Credential {
            source,
            why,
            since_ms,
            stopped,
        } => (
            credential_name(source),
            format!(
                "the platform refuses what source \"{source}\" sends with it since {} ({why}); {stopped} \
                 acknowledgments did not leave: replace the secret",
                rfc3339(*since_ms),
            ),
        ),
        Alarm::Dead { n, since_ms } => (
            "queue dead".into(),
            format!(
                "{n} interactions are offered to nobody since {}, because too many leases on them ran out: \
                 GET /v1/interactions?state=dead lists them, redrive offers one again",
                rfc3339(*since_ms),
            ),
        ),
        Alarm::EmergencyOverdue { n, since_ms } => (
            "queue emergencies".into(),
            format!(
                "{n} emergencies wait past their deadline, the first since {}: somebody must claim and \
                 answer them",
                rfc3339(*since_ms),
            ),
        ),
        Alarm::PromiseBroken { n, since_ms } => (
            "queue promises".into(),
            format!(
                "{n} promises of acknowledgments are broken, the first since {}: GET /v1/promises lists them; \
                 somebody must claim and answer them",
                rfc3339(*since_ms),
            ),
        ),
        Alarm::Unclaimable {
            workgroup,
            n,
            since_ms,
        } => (
            format!("queue workgroup {workgroup}"),
            format!(
                "no source names this workgroup, so nobody can claim its {n} interactions (the most urgent \
                 of {}): name it again, or assign them to another",
                rfc3339(*since_ms),
            ),
        ),
        Alarm::Unserved {
            workgroup,
            skills,
            lang,
            n,
            since_ms,
        } => (
            format!("floor {workgroup}"),
            format!(
                "nobody who is there can take {n} interactions of this workgroup{}{}, the first since {}: call \
                 somebody in, assign them to another workgroup, or give agents what is needed (PUT \
                 /v1/agents/{{agent}})",
                match skills.is_empty() {
                    true => String::new(),
                    false => format!(" that need {}", skills.join(", ")),
                },
                lang.as_ref()
                    .map_or(String::new(), |lang| format!(" in \"{lang}\"")),
                rfc3339(*since_ms),
            ),
        ),
        Alarm::Filling {
            shards,
            percent,
            bytes,
        } => (
            "queue storage".into(),
            format!(
                "{shards} shards fill up, the fullest is at {percent} % with {} MB, and past its end no delivery \
                 is taken: keep less (limits.retention_days), or let old texts go early \
                 (limits.texts_go_at_percent)",
                bytes / 1_000_000,
            ),
        ),
    };
    Problem { key, says }
}
