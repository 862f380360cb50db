//! What is known of a platform, as one value in the platform's own file; and what carries its events.

use super::aside::Aside;
use super::eligibility::{Allowance, Plan, Rule};
use super::fetch::Fetch;
use super::form::Form;
use super::{
    Answer, Delivered, Event, Ignored, Knock, MAX_UPDATES, Outcome, ReplyCall, ReplyTo, Unreadable,
    Update, Welcome,
};
use crate::length::{Limit, Unit};
use crate::post::{Post, PostKind};
use crate::signature::scheme::Scheme;
use crate::signature::{Key, Refusal};

/// A platform.
#[derive(Debug)]
pub struct Profile {
    /// How the account of ours is written that a delivery is for. `None`: deliveries name none, so an app
    /// can serve one source alone, and two apps' accounts must have two names.
    pub account: Option<AccountForm>,
    /// Which ids of posts count only within one account of ours; `None`: all are unique on the platform.
    pub ids_within_account: Option<fn(&str) -> bool>,
    /// What deliveries leave open of who wrote a post.
    pub identity: Identity,
    /// The longest reply that bystanders can read.
    pub public: Limit,
    /// The longest direct message.
    pub private: Limit,
    /// What a customer mostly writes: of that kind is a text of which nothing but the platform is known.
    pub mostly: PostKind,
    /// Whether a source needs a handle.
    pub handle: Handle,
    /// Whether a source needs a `reply_url`.
    pub needs_reply_url: bool,
    /// Whether its rules depend on the [`Plan`].
    pub has_plans: bool,
    /// The form of the secret that authorises its reply calls.
    pub credential: Form,
    /// Whether it marks itself whom a text names, so that nothing in the text's letters counts: our name in
    /// a link, an e-mail address or a longer name is none there.
    pub marks_names: bool,
    /// Whether people write there as in mails, so that a vacation note among public posts is one.
    pub like_mail: bool,
    /// The automatic replies that it allows, the one that Heard makes first.
    pub allowed: &'static [Allowance],
    /// Every rule that `forbidden` and a post's bar may name.
    pub rules: &'static [&'static Rule],
    /// The rule that forbids an automatic reply to a post, for what the post is.
    pub forbidden: fn(&Post, Plan) -> Option<&'static Rule>,
    /// The call that answers a post; `None` where `reply_to` is not of its form.
    pub reply: fn(&ReplyTo<'_>, &str) -> Option<ReplyCall>,
    /// What became of such a call.
    pub outcome: fn(&Answer<'_>, i64) -> Outcome,
    /// From public to private: what it lets one do.
    pub aside: &'static Aside,
    /// What its deliveries leave out that it can be asked for.
    pub fetch: Option<&'static Fetch>,
    /// What people read of it.
    pub told: Told,
}

/// What people read of a platform, in one line.
#[derive(Debug)]
pub struct Told {
    /// What arrives.
    pub arrives: &'static str,
    /// What there is to say of its signature besides the scheme's name.
    pub verified: &'static str,
    /// How a post is answered.
    pub answered: &'static str,
    /// What it cannot do, and why.
    pub cannot: &'static str,
}

/// What an app's webhook carries: the events of one platform, or of several that deliver together.
#[derive(Debug)]
pub struct Feed {
    /// How deliveries are signed.
    pub scheme: Scheme,
    /// The headers that reading needs besides those of the signature. Nothing signs them.
    pub headers: &'static [&'static str],
    /// Answers a handshake, by the app's keys and the tokens of its handshakes; `None` where there is none.
    pub handshake: Handshake,
    /// Reads a verified delivery.
    pub parse: fn(&Delivered<'_>) -> Result<Vec<Update>, Unreadable>,
}

impl Feed {
    /// What a verified delivery holds: its first [`MAX_UPDATES`] updates, and that there were more.
    ///
    /// # Errors
    /// Where it is no document of the platform.
    pub fn updates(&self, delivered: &Delivered<'_>) -> Result<Vec<Update>, Unreadable> {
        let mut updates = (self.parse)(delivered)?;
        // Refused, the same body would come again and its first posts be lost with the rest.
        if let [read @ .., last] = updates.as_slice()
            && read.len() >= MAX_UPDATES
        {
            let more = Update {
                event: Event::Ignored {
                    why: Ignored::TooMany,
                },
                ..last.clone()
            };
            updates.truncate(MAX_UPDATES);
            updates.push(more);
        }
        Ok(updates)
    }
}

/// How a handshake is answered, by an app's keys and the tokens of its handshakes; `None` where there is none.
pub type Handshake = fn(&[Key], &[Key], &Knock<'_>) -> Result<Option<Welcome>, Refusal>;

/// The handshake of a platform that has none.
pub fn no_handshake(_: &[Key], _: &[Key], _: &Knock<'_>) -> Result<Option<Welcome>, Refusal> {
    Ok(None)
}

/// How a platform writes the account of ours that a delivery is for.
#[derive(Clone, Copy, Debug)]
pub struct AccountForm {
    /// What it is.
    pub says: &'static str,
    /// Whether a text may be one.
    pub fits: fn(&str) -> bool,
}

impl AccountForm {
    /// A number.
    pub const fn number(says: &'static str) -> Option<Self> {
        Some(Self {
            says,
            fits: |text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
        })
    }

    /// A server's name.
    pub const fn server(says: &'static str) -> Option<Self> {
        Some(Self {
            says,
            fits: |text| !text.contains("://") && !text.ends_with('/') && text.contains('.'),
        })
    }
}

/// Whether a source needs a handle.
#[derive(Clone, Copy, Debug)]
pub enum Handle {
    /// It does not.
    Optional,
    /// Deliveries name us by nothing else: without one our own posts would be answered.
    Needed,
    /// It does where the account is none, and why.
    UnlessAccount {
        /// Whether an account serves as one.
        serves: fn(&str) -> bool,
        /// Why it is needed.
        why: &'static str,
    },
}

/// What a platform's deliveries leave open of who wrote a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Nothing: they name the author by one id.
    Certain,
    /// Some copies of a post, or its deletion, name no author.
    AuthorMayLack,
    /// An author may go by two ids, together or one at a time.
    TwoIds,
}

/// A limit in UTF-16 units.
pub const fn utf16(max: usize) -> Limit {
    Limit {
        unit: Unit::Utf16,
        max,
    }
}
