//! The schemes: one row for each, which says how a platform signs and with what.
//!
//! [`super::verify`] reads a row to judge a delivery, the configuration to judge a secret, and `heard verify`
//! to explain a refusal. Nothing else knows a header's name, except what signs in the laboratory
//! ([`super::sign`]): that is written apart, and so are the vectors, so that a wrong row fails.
//!
//! To add one: its row, and its line in the list.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How far a signed time may be from ours, in seconds, both ways: what the Standard Webhooks
/// libraries allow.
pub const TOLERANCE_S: u64 = 300;

/// How many signatures a list may hold. Senders list one for each secret in rotation, two or three;
/// the rest would be work that a stranger can order.
pub(super) const MAX_SIGNATURES: usize = 16;

/// What is known of a scheme.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What proves a delivery.
    pub proof: Proof,
    /// The secret that holds its keys.
    pub secret: Secret,
    /// The secret that holds what a handshake must bring, where deliveries' keys do not serve for that.
    pub handshake_secret: Option<&'static str>,
    /// Why a delivery may lack the proof, for the operator.
    pub unsigned: Option<&'static str>,
    /// A header that is taken for the right one, and what to say of it.
    pub mistaken: Option<(&'static str, &'static str)>,
}

/// What proves a delivery.
#[derive(Clone, Copy, Debug)]
pub enum Proof {
    /// An HMAC-SHA256 of what is said.
    Signed(Signed),
    /// The secret itself: it proves who calls and nothing of what is said, which TLS has to.
    Shown {
        /// The header.
        header: &'static str,
        /// How it stands there.
        form: Shown,
    },
}

/// How a secret is shown.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// As it is.
    Bare,
    /// As the password of HTTP Basic, of this user.
    Basic(&'static str),
}

/// How a delivery is signed.
#[derive(Clone, Copy, Debug)]
pub struct Signed {
    /// The headers; the first whose signature is there are read.
    pub headers: &'static [Names],
    /// What must stand before the digest.
    pub prefix: &'static str,
    /// What may stand there besides; empty where nothing may.
    pub optional: &'static str,
    /// How the digest is written.
    pub encoding: Encoding,
    /// Whether there are several, with spaces between; those of another prefix are passed over.
    pub list: bool,
    /// Where the signed time stands. Where none is signed, nothing here stops a replay: the inbox's
    /// ledger does.
    pub time: Time,
    /// What is signed, one after the other.
    pub over: &'static [Part],
    /// Whether the body may have been signed with its characters outside ASCII escaped.
    pub escaped: bool,
}

/// The headers of one signature.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// Of the signature.
    pub signature: &'static str,
    /// Of the signed time.
    pub time: Option<&'static str>,
    /// Of the delivery's id, which is signed too.
    pub id: Option<&'static str>,
}

/// How a digest of 32 bytes is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 64 digits, of either case.
    Hex,
    /// 44 characters of the standard alphabet, padded.
    Base64,
}

impl Encoding {
    /// What it is called.
    pub fn as_str(self) -> &'static str {
        match self {
            Encoding::Hex => "hex",
            Encoding::Base64 => "base64",
        }
    }
}

/// Where the signed time stands.
#[derive(Clone, Copy, Debug)]
pub enum Time {
    /// Nowhere.
    Unsigned,
    /// In a header of its own, in seconds since 1970.
    Seconds,
    /// In a header of its own, as RFC 3339 writes it.
    Rfc3339,
    /// Before the digest, in seconds since 1970.
    Inside {
        /// What stands before it.
        opens: &'static str,
        /// What stands between it and the digest.
        closes: &'static str,
        /// All of that, with `TIME` for the time.
        form: &'static str,
    },
}

/// A part of what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// This text.
    Text(&'static str),
    /// The delivery's id, as its header has it.
    Id,
    /// The signed time, as it is written.
    Time,
    /// The body.
    Body,
}

/// A secret that keys are read from.
#[derive(Clone, Copy, Debug)]
pub struct Secret {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub form: SecretForm,
    /// What an operator should look at where no key fits.
    pub hint: &'static str,
    /// Says of a text why it can't be this secret, whatever its length.
    pub slip: fn(&str) -> Option<&'static str>,
    /// The secret that the platform signs tests with before a webhook is saved, as it publishes it, and
    /// what to say of such a test.
    pub test: Option<(&'static str, &'static str)>,
}

/// How a secret is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretForm {
    /// The text is the key; it has so many characters at least.
    Text(usize),
    /// `whsec_`, and the key in base64.
    Whsec,
}

/// The least characters of a secret. Discourse and Mastodon take no shorter one where an operator makes
/// it up, and no platform gives out a shorter one; twelve random letters and digits are 71 bits, which
/// nobody tries out, not even without us, against a signature that was seen.
pub const LEAST: usize = 12;

/// The least characters where the platform makes the secret, always of 32 hex digits: less was cut in
/// copying.
const LEAST_MADE: usize = 32;

/// The most characters of Telegram's secret token, as `setWebhook` documents them.
const TELEGRAM_MOST: usize = 256;

/// Said of a platform that signs everything.
const ALWAYS_SIGNS: &str = "this platform signs every delivery: one without was made by somebody else, or a \
                            proxy dropped it";

/// A signature in a header of that name.
const fn header(signature: &'static str) -> Names {
    Names {
        signature,
        time: None,
        id: None,
    }
}

/// The body, signed.
const BODY: Signed = Signed {
    headers: &[],
    prefix: "",
    optional: "",
    encoding: Encoding::Hex,
    list: false,
    time: Time::Unsigned,
    over: &[Part::Body],
    escaped: false,
};

/// A secret of which nothing but its name and place is known.
const fn secret(name: &'static str, hint: &'static str) -> Secret {
    Secret {
        name,
        form: SecretForm::Text(LEAST),
        hint,
        slip: |_| None,
        test: None,
    }
}

/// A row without the rarer things.
const fn row(proof: Proof, secret: Secret) -> Row {
    Row {
        proof,
        secret,
        handshake_secret: None,
        unsigned: None,
        mistaken: None,
    }
}

static META: Row = Row {
    handshake_secret: Some("META_VERIFY_TOKEN"),
    unsigned: Some(ALWAYS_SIGNS),
    mistaken: Some((
        "x-hub-signature",
        "x-hub-signature is the old one (SHA-1): capture X-Hub-Signature-256 too",
    )),
    ..row(
        Proof::Signed(Signed {
            headers: &[header("x-hub-signature-256")],
            prefix: "sha256=",
            // Meta documents its signature as made over an escaped form of the body. Bodies normally
            // arrive in that form, so the first try is enough; some libraries saw deliveries that did
            // not, and for those the escaped form is what was signed. Both need the key.
            escaped: true,
            ..BODY
        }),
        Secret {
            form: SecretForm::Text(LEAST_MADE),
            slip: |text| {
                (text.starts_with("EAA") || text.contains('|')).then_some(
                    "is an access token; the app secret stands under App settings, Basic",
                )
            },
            ..secret(
                "META_APP_SECRET",
                "wrong key? It is the app secret of the app whose webhook this is (Settings, \
                 Basic); with Instagram Login it is the Instagram app secret",
            )
        },
    )
};

static X: Row = Row {
    unsigned: Some(ALWAYS_SIGNS),
    ..row(
        Proof::Signed(Signed {
            headers: &[header("x-twitter-webhooks-signature")],
            prefix: "sha256=",
            encoding: Encoding::Base64,
            ..BODY
        }),
        secret(
            "X_CONSUMER_SECRET",
            "wrong key? It is the consumer secret (API key secret) of the app; no bearer \
             token, no access token secret",
        ),
    )
};

static STANDARD: Row = row(
    Proof::Signed(Signed {
        // Svix sends the same three under its own name; a sender of both families means the same.
        headers: &[
            Names {
                signature: "webhook-signature",
                time: Some("webhook-timestamp"),
                id: Some("webhook-id"),
            },
            Names {
                signature: "svix-signature",
                time: Some("svix-timestamp"),
                id: Some("svix-id"),
            },
        ],
        prefix: "v1,",
        encoding: Encoding::Base64,
        list: true,
        time: Time::Seconds,
        over: &[
            Part::Id,
            Part::Text("."),
            Part::Time,
            Part::Text("."),
            Part::Body,
        ],
        ..BODY
    }),
    Secret {
        form: SecretForm::Whsec,
        ..secret(
            "STANDARD_WEBHOOKS_SECRET",
            "wrong key? It is this endpoint's own signing secret (whsec_...), not an API key",
        )
    },
);

static DISCOURSE: Row = Row {
    unsigned: Some(
        "Discourse signs only where the webhook has a secret: set one in Admin, API, Webhooks",
    ),
    ..row(
        Proof::Signed(Signed {
            headers: &[header("x-discourse-event-signature")],
            prefix: "sha256=",
            ..BODY
        }),
        secret(
            "DISCOURSE_WEBHOOK_SECRET",
            "wrong key? It is the secret on the webhook's own page in Admin",
        ),
    )
};

static TELEGRAM: Row = Row {
    unsigned: Some("Telegram sends it only after setWebhook was called with secret_token"),
    ..row(
        Proof::Shown {
            header: "x-telegram-bot-api-secret-token",
            form: Shown::Bare,
        },
        Secret {
            slip: |text| {
                let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
                (!text.bytes().all(plain) || text.len() > TELEGRAM_MOST).then_some(
                    "is no secret_token of setWebhook: at most 256 of A-Z, a-z, 0-9, _ and -; the bot's \
                     own token, which has a colon, is another secret",
                )
            },
            ..secret(
                "TELEGRAM_SECRET_TOKEN",
                "wrong token? It is the secret_token given to setWebhook, not the bot's token",
            )
        },
    )
};

static LINE: Row = Row {
    unsigned: Some(ALWAYS_SIGNS),
    ..row(
        Proof::Signed(Signed {
            headers: &[header("x-line-signature")],
            encoding: Encoding::Base64,
            ..BODY
        }),
        Secret {
            form: SecretForm::Text(LEAST_MADE),
            ..secret(
                "LINE_CHANNEL_SECRET",
                "wrong key? It is the channel secret, not the channel access token",
            )
        },
    )
};

static VIBER: Row = Row {
    unsigned: Some(ALWAYS_SIGNS),
    ..row(
        Proof::Signed(Signed {
            headers: &[header("x-viber-content-signature")],
            ..BODY
        }),
        secret(
            "VIBER_AUTH_TOKEN",
            "wrong key? It is the bot's authentication token",
        ),
    )
};

static LINKEDIN: Row = Row {
    unsigned: Some(ALWAYS_SIGNS),
    ..row(
        Proof::Signed(Signed {
            headers: &[header("x-li-signature")],
            // Documented bare; what is signed begins with this word, and so may the header.
            optional: "hmacsha256=",
            over: &[Part::Text("hmacsha256="), Part::Body],
            ..BODY
        }),
        secret(
            "LINKEDIN_CLIENT_SECRET",
            "wrong key? It is the client secret of the app",
        ),
    )
};

static TIKTOK: Row = row(
    Proof::Signed(Signed {
        headers: &[header("tiktok-signature")],
        time: Time::Inside {
            opens: "t=",
            closes: ",s=",
            form: "t=TIME,s=",
        },
        over: &[Part::Time, Part::Text("."), Part::Body],
        ..BODY
    }),
    secret(
        "TIKTOK_CLIENT_SECRET",
        "wrong key? It is the client secret of the app",
    ),
);

static SLACK: Row = Row {
    unsigned: Some("Slack's own pings (ssl_check) are not signed; every event is"),
    ..row(
        Proof::Signed(Signed {
            headers: &[Names {
                signature: "x-slack-signature",
                time: Some("x-slack-request-timestamp"),
                id: None,
            }],
            prefix: "v0=",
            time: Time::Seconds,
            over: &[Part::Text("v0:"), Part::Time, Part::Text(":"), Part::Body],
            ..BODY
        }),
        Secret {
            form: SecretForm::Text(LEAST_MADE),
            slip: |text| {
                (text.starts_with("xox") || text.starts_with("xapp-")).then_some(
                    "is a token of the app; the signing secret stands under Basic Information",
                )
            },
            ..secret(
                "SLACK_SIGNING_SECRET",
                "wrong key? It is the signing secret (Basic Information), not a token (xoxb-...)",
            )
        },
    )
};

static MASTODON: Row = row(
    Proof::Signed(Signed {
        // The name of the SHA-1 one, the content SHA-256.
        headers: &[header("x-hub-signature")],
        prefix: "sha256=",
        ..BODY
    }),
    secret(
        "MASTODON_WEBHOOK_SECRET",
        "wrong key? It is the secret on the webhook's page; rotating shows it",
    ),
);

static BLUESKY: Row = Row {
    unsigned: Some("Tap sends it only where TAP_ADMIN_PASSWORD is set"),
    ..row(
        Proof::Shown {
            header: "authorization",
            form: Shown::Basic("admin"),
        },
        secret(
            "BLUESKY_TAP_PASSWORD",
            "wrong password? It is Tap's TAP_ADMIN_PASSWORD; the user is admin",
        ),
    )
};

static ZENDESK: Row = row(
    Proof::Signed(Signed {
        headers: &[Names {
            signature: "x-zendesk-webhook-signature",
            time: Some("x-zendesk-webhook-signature-timestamp"),
            id: None,
        }],
        encoding: Encoding::Base64,
        time: Time::Rfc3339,
        over: &[Part::Time, Part::Body],
        ..BODY
    }),
    // It looks like base64 and is used as the text that it is.
    Secret {
        test: Some((
            "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
            "this is a test from before the webhook was saved, signed with the test secret that \
             Zendesk publishes: save the webhook, and test it then",
        )),
        ..secret(
            "ZENDESK_WEBHOOK_SECRET",
            "wrong key? It is the signing secret of this webhook, as text; a test before saving \
             is signed with Zendesk's published test secret",
        )
    },
);

macro_rules! schemes {
    ($($(#[$doc:meta])* $scheme:ident = $name:literal, $row:ident;)*) => {
        /// How a platform signs its deliveries.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Scheme {
            $($(#[$doc])* #[serde(rename = $name)] $scheme,)*
        }

        impl Scheme {
            /// Every scheme, in the order that lists show them.
            pub const ALL: [Scheme; [$(Scheme::$scheme),*].len()] = [$(Scheme::$scheme),*];

            /// The name used in configuration and by the command line.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Scheme::$scheme => $name,)*
                }
            }

            /// What is known of it.
            pub fn row(self) -> &'static Row {
                match self {
                    $(Scheme::$scheme => &$row,)*
                }
            }
        }
    };
}

schemes! {
    /// Facebook, Messenger, Instagram, WhatsApp, Threads.
    Meta = "meta", META;
    /// X.
    X = "x", X;
    /// Standard Webhooks, and Svix.
    Standard = "standard", STANDARD;
    /// Discourse.
    Discourse = "discourse", DISCOURSE;
    /// Telegram bots.
    Telegram = "telegram", TELEGRAM;
    /// LINE.
    Line = "line", LINE;
    /// Viber.
    Viber = "viber", VIBER;
    /// LinkedIn.
    Linkedin = "linkedin", LINKEDIN;
    /// TikTok.
    Tiktok = "tiktok", TIKTOK;
    /// Slack.
    Slack = "slack", SLACK;
    /// Mastodon.
    Mastodon = "mastodon", MASTODON;
    /// Bluesky's Tap.
    Bluesky = "bluesky", BLUESKY;
    /// Zendesk.
    Zendesk = "zendesk", ZENDESK;
}

impl Scheme {
    /// The headers that a verification needs. A host fetches these, and those that the feed's reading
    /// needs, and no others.
    pub fn headers(self) -> impl Iterator<Item = &'static str> {
        let (shown, families): (_, &'static [Names]) = match &self.row().proof {
            Proof::Shown { header, .. } => (Some(*header), &[]),
            Proof::Signed(signed) => (None, signed.headers),
        };
        let of = |names: &'static Names| {
            let names = [names.id, names.time, Some(names.signature)];
            names.into_iter().flatten()
        };
        shown.into_iter().chain(families.iter().flat_map(of))
    }

    /// The name of the secret that holds its keys.
    pub fn secret(self) -> &'static str {
        self.row().secret.name
    }

    /// The scheme of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
