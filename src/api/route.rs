//! The routes: one table, for the router and for the contract's document.

use super::problem::Problem;
use serde::{Deserialize, Serialize};

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Pulls work and answers it.
    Agent,
    /// Moves work and sees everything; may do what an agent may.
    Supervisor,
    /// A system of the brand's that tells about customers.
    Crm,
    /// What watches the Worker: it reads readiness and metrics, and nothing of anybody's.
    Monitor,
    /// Carries all that the installation holds to another, and does nothing else.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [
        Role::Agent,
        Role::Supervisor,
        Role::Crm,
        Role::Monitor,
        Role::Operator,
    ];

    /// The name used in tokens and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Agent => "agent",
            Role::Supervisor => "supervisor",
            Role::Crm => "crm",
            Role::Monitor => "monitor",
            Role::Operator => "operator",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether one of this role may make a call that is for `role`.
    pub fn may(self, role: Role) -> bool {
        self == role
            || (self == Role::Supervisor && matches!(role, Role::Agent | Role::Crm | Role::Monitor))
    }
}

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Takes a delivery in.
    Webhook,
    /// Answers a handshake.
    Handshake,
    /// Leases the most urgent work.
    Claim,
    /// What the caller holds.
    Held,
    /// Takes up again what the caller held.
    Retake,
    /// Prolongs a lease.
    Extend,
    /// Sends an agent's reply.
    Reply,
    /// Ends an interaction.
    Resolve,
    /// Gives one back.
    Release,
    /// Gives one to somebody.
    Assign,
    /// Does the same to many.
    Bulk,
    /// Gives a dead one another chance.
    Redrive,
    /// Sends a workgroup to other work.
    Retask,
    /// Write down an author's wish to be left alone, or not.
    RecordStop,
    /// Silences acknowledgments.
    Pause,
    /// Lets them out again.
    Resume,
    /// Shows one.
    Show,
    /// Earlier ones that were like one.
    Similar,
    /// Lists some.
    List,
    /// Tells the backlog.
    Backlog,
    /// Tells what was said, or would have been.
    Acks,
    /// Tells what acknowledgments promised, and how it was kept.
    Promises,
    /// Tells how long people took, and what is to come.
    Sla,
    /// Tells who is on an errand, and which have a name.
    Errands,
    /// What is known of our apps and sources.
    Sources,
    /// Tells what supervisors did.
    Deeds,
    /// Lists the tokens that were used or revoked.
    Tokens,
    /// Revokes one.
    Revoke,
    /// Judges a text without sending or storing anything.
    Preview,
    /// Tries changed settings on what is stored.
    TryRules,
    /// What the floor knows of the caller.
    ShowMe,
    /// The caller says whether they are there.
    State,
    /// Who works here, who is there, who holds what.
    Agents,
    /// Sets what an agent can do.
    PutAgent,
    /// Lets an agent go.
    DeleteAgent,
    /// Hands one on.
    Transfer,
    /// Puts one off.
    Snooze,
    /// Opens one again.
    Reopen,
    /// Writes a note.
    Note,
    /// Adds tags, or takes them off.
    Tag,
    /// Says that a post was judged wrongly.
    Correct,
    /// Lists what people said was.
    Corrections,
    /// Gives the answers that are written beforehand.
    Answers,
    /// Lists incidents.
    Incidents,
    /// Shows one.
    Incident,
    /// Declares one.
    DeclareIncident,
    /// Says that one is.
    ConfirmIncident,
    /// Makes one a part of another.
    MergeIncident,
    /// Ends one.
    CloseIncident,
    /// Says what its members are told.
    SetLine,
    /// Says that it is over.
    SayOver,
    /// Tells how receivers of events stand.
    Receivers,
    /// Sends what could not be sent to one.
    Resend,
    /// Tells what happens, as it does.
    Events,
    /// Invites an author to a private conversation.
    Invite,
    /// Makes a link to the details page.
    DetailsLink,
    /// Reads what a customer left there.
    Details,
    /// Says something of a customer.
    PutCustomer,
    /// Of many.
    PutCustomers,
    /// Says the brand's own figures.
    PutSeries,
    /// What is known of a customer.
    ShowCustomer,
    /// Deletes or forgets one.
    DeleteCustomer,
    /// What there was with an author.
    ShowAuthor,
    /// Forgets one.
    ForgetAuthor,
    /// All that is kept of one.
    ExportAuthor,
    /// Gives all that the installation holds.
    CarryOut,
    /// Takes in what another held.
    CarryIn,
    /// Tells what became of every post.
    Coverage,
    /// Tells what a period looks like, and what changed.
    Report,
    /// Tells who helped other customers.
    Peers,
    /// Draws customers to be asked.
    DrawSample,
    /// Tells how customers said it went.
    Surveys,
    /// Tells what a brand's desk has taught.
    Adapter,
    /// Switches that on or off.
    SetAdapter,
    /// Tells what was said about us and not to us.
    Listening,
    /// Takes a post of those into the queue.
    Promote,
    /// Alive.
    Health,
    /// Configured.
    Ready,
    /// Figures for a monitor.
    Metrics,
    /// This contract.
    OpenApi,
}

impl Action {
    /// Its name in the contract's document and in the log of deeds.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Handshake => "handshake",
            Self::Claim => "claim",
            Self::Held => "held",
            Self::Retake => "retake",
            Self::Extend => "extend",
            Self::Reply => "reply",
            Self::Resolve => "resolve",
            Self::Release => "release",
            Self::Assign => "assign",
            Self::Bulk => "bulk",
            Self::Redrive => "redrive",
            Self::RecordStop => "record_stop",
            Self::Retask => "retask",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Show => "show",
            Self::Similar => "similar",
            Self::List => "list",
            Self::Backlog => "backlog",
            Self::Acks => "acks",
            Self::Promises => "promises",
            Self::Sla => "sla",
            Self::Errands => "errands",
            Self::Sources => "sources",
            Self::Deeds => "deeds",
            Self::Tokens => "tokens",
            Self::Revoke => "revoke",
            Self::Preview => "preview",
            Self::TryRules => "try_rules",
            Self::ShowMe => "show_me",
            Self::State => "state",
            Self::Agents => "agents",
            Self::PutAgent => "put_agent",
            Self::DeleteAgent => "delete_agent",
            Self::Transfer => "transfer",
            Self::Snooze => "snooze",
            Self::Reopen => "reopen",
            Self::Note => "note",
            Self::Tag => "tag",
            Self::Correct => "correct",
            Self::Corrections => "corrections",
            Self::Answers => "answers",
            Self::Incidents => "incidents",
            Self::Incident => "incident",
            Self::DeclareIncident => "declare_incident",
            Self::ConfirmIncident => "confirm_incident",
            Self::MergeIncident => "merge_incident",
            Self::CloseIncident => "close_incident",
            Self::SetLine => "set_line",
            Self::SayOver => "say_over",
            Self::Receivers => "receivers",
            Self::Resend => "resend",
            Self::Events => "events",
            Self::Invite => "invite",
            Self::DetailsLink => "details_link",
            Self::Details => "details",
            Self::PutCustomer => "put_customer",
            Self::PutCustomers => "put_customers",
            Self::PutSeries => "put_series",
            Self::ShowCustomer => "show_customer",
            Self::DeleteCustomer => "delete_customer",
            Self::ShowAuthor => "show_author",
            Self::ForgetAuthor => "forget_author",
            Self::ExportAuthor => "export_author",
            Self::CarryOut => "carry_out",
            Self::CarryIn => "carry_in",
            Self::Coverage => "coverage",
            Self::Report => "report",
            Self::Peers => "peers",
            Self::DrawSample => "draw_sample",
            Self::Surveys => "surveys",
            Self::Adapter => "adapter",
            Self::SetAdapter => "set_adapter",
            Self::Listening => "listening",
            Self::Promote => "promote",
            Self::Health => "health",
            Self::Ready => "ready",
            Self::Metrics => "metrics",
            Self::OpenApi => "openapi",
        }
    }
}

/// A route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Its method.
    pub method: &'static str,
    /// Its path; a part in braces is the id.
    pub path: &'static str,
    /// Who may call; `None` for anybody (a webhook is held by its signature).
    pub role: Option<Role>,
    /// What it does.
    pub action: Action,
    /// What it does, in a line.
    pub says: &'static str,
}

const fn route(
    method: &'static str,
    path: &'static str,
    role: Option<Role>,
    action: Action,
    says: &'static str,
) -> Route {
    Route {
        method,
        path,
        role,
        action,
        says,
    }
}

const AGENT: Option<Role> = Some(Role::Agent);
const SUPERVISOR: Option<Role> = Some(Role::Supervisor);
const MONITOR: Option<Role> = Some(Role::Monitor);
const CRM: Option<Role> = Some(Role::Crm);
const OPERATOR: Option<Role> = Some(Role::Operator);

/// Every route.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    route("POST", "/webhooks/{app}", None, Action::Webhook, "Takes a platform's signed delivery in."),
    route("GET", "/webhooks/{app}", None, Action::Handshake, "Answers a platform's handshake."),
    route("POST", "/v1/claims", AGENT, Action::Claim, "Leases the most urgent interactions; waits for work if asked to. Blanks may stand before and behind the document."),
    route("GET", "/v1/claims", AGENT, Action::Held, "Gives what the caller holds, leases included; also what ran out and nobody took since."),
    route("POST", "/v1/interactions/{id}/claim", AGENT, Action::Retake, "Takes up again what the caller holds, or held until the lease ran out, if nobody took it since."),
    route("POST", "/v1/interactions/{id}/extend", AGENT, Action::Extend, "Prolongs a lease and tells what has changed."),
    route("POST", "/v1/interactions/{id}/reply", AGENT, Action::Reply, "Sends a reply through the platform, at most once for each Idempotency-Key."),
    route("POST", "/v1/interactions/{id}/resolve", AGENT, Action::Resolve, "Ends an interaction."),
    route("POST", "/v1/interactions/{id}/release", AGENT, Action::Release, "Gives an interaction back to the queue, at once or after a delay."),
    route("POST", "/v1/interactions/{id}/assign", SUPERVISOR, Action::Assign, "Gives an interaction to an agent or a workgroup, even from its holder."),
    route("POST", "/v1/interactions/{id}/redrive", SUPERVISOR, Action::Redrive, "Gives a dead interaction another chance."),
    route("POST", "/v1/workgroups/{workgroup}/assign", SUPERVISOR, Action::Retask, "Sends a workgroup's agents to other workgroups' work for a while, or calls them back."),
    route("POST", "/v1/stops", SUPERVISOR, Action::RecordStop, "Writes down that an author asked, elsewhere than in a post, for no more messages, or for messages again."),
    route("POST", "/v1/acks/pause", SUPERVISOR, Action::Pause, "Silences the acknowledgments of a source, or of all, at once; what is planned is withdrawn."),
    route("POST", "/v1/acks/resume", SUPERVISOR, Action::Resume, "Lifts the pause of a source, or the one of all."),
    route("POST", "/v1/interactions/bulk", SUPERVISOR, Action::Bulk, "Ends or assigns up to 100 interactions, and tells what came of each; with `dry_run`, what would."),
    route("GET", "/v1/interactions", AGENT, Action::List, "Lists interactions, newest first or in another order."),
    route("GET", "/v1/interactions/{id}", AGENT, Action::Show, "Shows one interaction with its history."),
    route("GET", "/v1/interactions/{id}/similar", AGENT, Action::Similar, "Gives up to five earlier interactions of other authors that were like one, and how they ended: the same situation, rare words in common."),
    route("GET", "/v1/backlog", AGENT, Action::Backlog, "Tells what is open, leased and overdue, and what became of every post."),
    route("GET", "/v1/acks", SUPERVISOR, Action::Acks, "Tells what was said, or would have been, beside the posts, and why nothing was."),
    route("GET", "/v1/promises", AGENT, Action::Promises, "Tells what acknowledgments promised and nobody has kept yet, the next due first, and how promises were kept."),
    route("GET", "/v1/sla", AGENT, Action::Sla, "Tells how long people took and whether they met their targets; what stands open now, and how many of it will miss."),
    route("GET", "/v1/errands", AGENT, Action::Errands, "Tells which workgroups do other work and until when, what can be taken back, and the errands that have a name."),
    route("GET", "/v1/sources", SUPERVISOR, Action::Sources, "Tells what came for each app and source, what was refused and why, which keys are in use, and who went quiet."),
    route("GET", "/v1/deeds", SUPERVISOR, Action::Deeds, "Tells what supervisors did, newest first: a log that is never changed."),
    route("GET", "/v1/tokens", SUPERVISOR, Action::Tokens, "Lists the agents' tokens that were used or revoked, by id."),
    route("POST", "/v1/tokens/{token}/revoke", SUPERVISOR, Action::Revoke, "Revokes a token: within seconds it is good nowhere."),
    route("POST", "/v1/preview", AGENT, Action::Preview, "Judges a text and shows the acknowledgment it would get; sends and stores nothing."),
    route("POST", "/v1/preview/rules", SUPERVISOR, Action::TryRules, "Decides the last days' posts again by today's settings and by changed ones, and tells what differs; sends and stores nothing."),
    route("GET", "/v1/me", AGENT, Action::ShowMe, "What is known of the caller: whether they are there, what was set for them, what they hold."),
    route("PUT", "/v1/me", AGENT, Action::State, "Says whether the caller is available, away, in wrap-up or gone."),
    route("GET", "/v1/agents", AGENT, Action::Agents, "Who works in the caller's workgroups, who is there since when, and who holds what since when."),
    route("PUT", "/v1/agents/{agent}", SUPERVISOR, Action::PutAgent, "Sets what an agent does: workgroups, languages, skills, how many at once, and the name that customers know."),
    route("DELETE", "/v1/agents/{agent}", SUPERVISOR, Action::DeleteAgent, "Lets an agent go: settings, presence and public name are gone, and what they hold is their workgroups' again. Their tokens stay good until they are revoked."),
    route("POST", "/v1/interactions/{id}/transfer", AGENT, Action::Transfer, "Hands what the caller holds to an agent, a workgroup or both, with a note. An agent has it before their other work, and alone for five minutes."),
    route("POST", "/v1/interactions/{id}/snooze", AGENT, Action::Snooze, "Puts what the caller holds off until a time, and offers it to them first then, alone for five minutes."),
    route("POST", "/v1/interactions/{id}/reopen", AGENT, Action::Reopen, "Opens an interaction again that had ended."),
    route("POST", "/v1/interactions/{id}/notes", AGENT, Action::Note, "Writes a note for others who serve it."),
    route("POST", "/v1/interactions/{id}/tags", AGENT, Action::Tag, "Adds tags to an interaction, and takes some off."),
    route("POST", "/v1/interactions/{id}/corrections", AGENT, Action::Correct, "Says what should have been judged of a post. Neither the judgement nor the queue changes."),
    route("GET", "/v1/corrections", SUPERVISOR, Action::Corrections, "Tells what people say was judged wrongly, newest first; as labelled JSON lines if asked for."),
    route("GET", "/v1/adapter", SUPERVISOR, Action::Adapter, "Tells what corrections of a brand's posts come to, as an adapter of urgency, and which is on. For a token of all workgroups."),
    route("POST", "/v1/adapter", SUPERVISOR, Action::SetAdapter, "Switches what was shown on, or off. For a token of all workgroups."),
    route("GET", "/v1/answers", AGENT, Action::Answers, "Gives the answers that are written beforehand, and how work may end."),
    route("GET", "/v1/incidents", AGENT, Action::Incidents, "Lists incidents, newest first: many authors, one cause."),
    route("POST", "/v1/incidents", SUPERVISOR, Action::DeclareIncident, "Declares an incident; who wrote of it in the last half hour is in it, and who does from now on."),
    route("GET", "/v1/incidents/{id}", AGENT, Action::Incident, "Shows an incident: its members, its growth, what distinguishes it, and whether the loud are few or many."),
    route("POST", "/v1/incidents/{id}/confirm", SUPERVISOR, Action::ConfirmIncident, "Says that a suspected incident is one."),
    route("POST", "/v1/incidents/{id}/merge", SUPERVISOR, Action::MergeIncident, "Makes an incident a part of another, which gets its members."),
    route("POST", "/v1/incidents/{id}/close", SUPERVISOR, Action::CloseIncident, "Says that an incident is over, or was none; gives the interactions in it that are still to be answered."),
    route("POST", "/v1/incidents/{id}/line", SUPERVISOR, Action::SetLine, "Sets what the members of a confirmed incident are told instead of the ordinary note, once each and until it ends by itself; a newer text is told in private to those who were told the one before."),
    route("POST", "/v1/incidents/{id}/over", SUPERVISOR, Action::SayOver, "Tells those who were told a closed incident's line in private that it is over, at the ceiling's pace; or only whom it would be told."),
    route("GET", "/v1/events", AGENT, Action::Events, "Tells what happens to interactions, as it happens: a stream that stays open, and goes on where it broke off."),
    route("GET", "/v1/receivers", SUPERVISOR, Action::Receivers, "Tells how those stand who are told elsewhere of what happens: what arrived, what is tried again, what is not."),
    route("POST", "/v1/receivers/{receiver}/resend", SUPERVISOR, Action::Resend, "Sends a receiver again what could not be sent to it."),
    route("POST", "/v1/interactions/{id}/invite", AGENT, Action::Invite, "Invites an author from a public post to a private conversation, by the way that the platform lets one; at most once for each post and each Idempotency-Key."),
    route("POST", "/v1/interactions/{id}/details-link", AGENT, Action::DetailsLink, "Makes a link to the page on which the customer can leave a reference, a photo link, a phone number and a wish. It is for a private message alone."),
    route("GET", "/v1/interactions/{id}/details", AGENT, Action::Details, "Reads what the customer left on that page: for its holder alone, and written down as a deed."),
    route("PUT", "/v1/customers/{customer}", CRM, Action::PutCustomer, "Says all that the brand knows of a customer; an older word than the one that is known changes nothing. For a CRM alone."),
    route("POST", "/v1/customers", CRM, Action::PutCustomers, "Says the same of up to 10,000 customers, one JSON object with its `id` a line; lines that fail are named, the others are done. For a CRM alone."),
    route("POST", "/v1/series", CRM, Action::PutSeries, "Says the brand's own figures by hour or day (riders, orders, delays), one JSON object a line, up to 10,000; lines that fail are named, the others are kept. The report lays them beside what people wrote."),
    route("GET", "/v1/customers/{customer}", CRM, Action::ShowCustomer, "Gives what is known of a customer and their arc, over all their authors. Supervisors may ask too."),
    route("DELETE", "/v1/customers/{customer}", CRM, Action::DeleteCustomer, "A CRM deletes what it said of a customer; what they wrote stays. A supervisor, with a reason, forgets them: all of all their authors goes, in every shard."),
    route("GET", "/v1/authors/{platform}/{author}", AGENT, Action::ShowAuthor, "Gives the arc of an author, and of their customer's other authors, as far as the token sees it."),
    route("DELETE", "/v1/authors/{platform}/{author}", SUPERVISOR, Action::ForgetAuthor, "Forgets an author: all of them goes in every shard, figures stay, and a keyed hash stays by which old deliveries are not taken in again."),
    route("GET", "/v1/authors/{platform}/{author}/export", SUPERVISOR, Action::ExportAuthor, "Gives all that is kept of an author, as JSON."),
    route("GET", "/v1/coverage", AGENT, Action::Coverage, "Tells what became of every post that came in a period: each in exactly one fate, how many nobody answered, and in which hours."),
    route("GET", "/v1/report", SUPERVISOR, Action::Report, "Tells what a period looks like from above, and what changed since the one before by more than chance explains."),
    route("GET", "/v1/peers", AGENT, Action::Peers, "Tells which customers answered other customers who waited, those whom authors thanked most first."),
    route("POST", "/v1/surveys/samples", CRM, Action::DrawSample, "Draws customers at random, of those who consented to being contacted, and gives each a link to the survey, to be sent by the CRM. For a CRM alone."),
    route("GET", "/v1/surveys", SUPERVISOR, Action::Surveys, "Tells how customers said it went who were asked in a period: how many answered, what they said, and what Heard had inferred."),
    route("GET", "/v1/listening", AGENT, Action::Listening, "Tells what was said about us and not to us in a period: posts, different people, what happened, who is named how often, and a few posts to look at."),
    route("POST", "/v1/listening/{id}/promote", AGENT, Action::Promote, "Takes such a post into the queue, as an ordinary interaction; no note answers it."),
    route("GET", "/v1/carry", OPERATOR, Action::CarryOut, "Gives all that the installation holds, line by line and page by page, for another one. For an operator's token alone."),
    route("POST", "/v1/carry", OPERATOR, Action::CarryIn, "Takes in lines of another installation's, at most 1,000 at a time; those that came before change nothing. For an operator's token alone, and an installation that holds nothing else."),
    route("GET", "/healthz", None, Action::Health, "Says that the Worker is alive."),
    route("GET", "/readyz", MONITOR, Action::Ready, "Names every mistake in the configuration, and everything that is wrong with an app or a source, by its key."),
    route("GET", "/metrics", MONITOR, Action::Metrics, "Tells a monitor how the queue, the acknowledgments, apps and sources stand, as Prometheus reads it."),
    route("GET", "/openapi.json", None, Action::OpenApi, "This document."),
];

/// The route of a call, and the id in its path.
///
/// # Errors
/// 404 where no route has the path, 405 where one has it with another method.
pub fn find<'a>(method: &str, path: &'a str) -> Result<(&'static Route, Option<&'a str>), Problem> {
    let mut allowed: Vec<&str> = Vec::new();
    // A concrete path is matched before a templated one, as OpenAPI says.
    let is_concrete = |route: &Route| route.path == path && !path.contains('{');
    let concrete = ROUTES.iter().any(is_concrete);
    for route in ROUTES {
        if concrete && !is_concrete(route) {
            continue;
        }
        if let Some(id) = matched(route.path, path) {
            if route.method == method {
                return Ok((route, id));
            }
            allowed.push(route.method);
        }
    }
    if allowed.is_empty() {
        Err(Problem::no_route())
    } else {
        Err(Problem::method(&allowed.join(", ")))
    }
}

/// Whether a path fits a pattern; gives the part that stands for the id.
fn matched<'a>(pattern: &str, path: &'a str) -> Option<Option<&'a str>> {
    let mut id = None;
    let mut parts = path.split('/');
    for want in pattern.split('/') {
        let part = parts.next()?;
        if want.starts_with('{') {
            if part.is_empty() {
                return None;
            }
            id = Some(part);
        } else if want != part {
            return None;
        }
    }
    parts.next().is_none().then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_routes() {
        let (route, id) = find("POST", "/v1/interactions/v2-00-7/extend").unwrap();
        assert_eq!((route.action, id), (Action::Extend, Some("v2-00-7")));
        let (route, id) = find("GET", "/v1/backlog").unwrap();
        assert_eq!((route.action, id), (Action::Backlog, None));
        assert_eq!(
            find("GET", "/v1/interactions/bulk").unwrap_err().status,
            405
        );
        assert_eq!(find("GET", "/v1/interactions/").unwrap_err().status, 404);
        assert_eq!(find("GET", "/v1/interactions/a/b").unwrap_err().status, 404);
        assert_eq!(find("GET", "/").unwrap_err().status, 404);
        let wrong = find("DELETE", "/webhooks/x").unwrap_err();
        assert_eq!(
            (wrong.status, wrong.detail.contains("POST, GET")),
            (405, true)
        );
    }
}
