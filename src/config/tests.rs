//! Every mistake that a configuration can hold is named by its key: one configuration with one of each,
//! and small ones for those that leave no room for others.

use super::{Config, Environment, MIN_RETENTION_DAYS, Mode};
use crate::config::home::{Home, Jurisdiction};
use crate::config::secrets::secret_names;
use crate::judgement::Level;
use crate::post::{Platform, SourceId};
use crate::signature::scheme::Scheme;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::Location;

thread_local! {
    /// The lines that noted a mistake, as `file:line`.
    static NOTED: RefCell<BTreeSet<String>> = RefCell::default();
}

/// Keeps which line noted a mistake.
pub(super) fn noted(by: &Location<'_>) {
    let file = by.file().rsplit('/').next().unwrap_or_default();
    let place = format!("{file}:{}", by.line());
    NOTED.with_borrow_mut(|noted| noted.insert(place));
}

fn read(toml: &str, secret: &dyn Fn(&str) -> Option<String>) -> Config {
    let table: toml::Table = toml::from_str(toml).unwrap();
    Config::read(&serde_json::to_string(&table).unwrap(), secret)
}

/// One mistake of each kind that leaves room for others.
const MISTAKES: &str = r#"
mode = "lively"
shards = 65
customers = 0
colour = "red"
jurisdiction = "moon"
location = "mars"

[brand]
team = 5
formal = "yes"
undisclosed = ["x", "y public"]
language = "xx"
care_text = { en = "", xx = "We are here." }
serves = ["ZZ"]
emergency_line = "call 999"

[calendars.day]
timezone = "UTC"
open = ["Mon-Fri 09:00-17:00"]

[[rosters.planes]]
team = "the planes team"
calendar = "day"

[[rosters.planes]]
team = "the night team"
calendar = "night"

[[rosters.planes]]
calendar = "day"

[calendars.nowhere]
timezone = "Middle/Earth"

[calendars.nameless]
open = ["Mon-Fri 09:00-17:00"]

[calendars.spelled]
timezone = "UTC"
open = ["Mon-Fri"]

[calendars.listed]
timezone = "UTC"
open = "Mon-Fri 09:00-17:00"

[deadlines]
urgent_minutes = 0

[limits]
retention_days = 7

[banned]
xx = ["sorry"]

[reviewed.en]
flood = "Jo Ward"

[reviewed.xx]
all = "Jo Ward"

[[voice]]
language = "en"
move = "hear"
text = "We hear you."

[[voice]]
language = "en"
situation = "weather"
facts = ["raining"]
text = "We're sorry about the weather."

[[voice]]
language = "xx"
danger = "fire"
closing = "open"
text = "x"

[[apps]]
id = "X Main"
scheme = "x"

[[apps]]
id = "pigeons"
scheme = "pigeon"

[[apps]]
id = "x"
scheme = "x"

[[apps]]
id = "x"
scheme = "x"

[[apps]]
id = "meta"
scheme = "meta"

[[apps]]
id = "telegram"
scheme = "telegram"

[[apps]]
id = "telegram-two"
scheme = "telegram"

[[apps]]
id = "standard"
scheme = "standard"

[[apps]]
id = "discourse"
scheme = "discourse"

[[sources]]
id = "good"
app = "x"
platform = "x"
account = "1"
workgroup = "care"

[[sources]]
id = "good"
app = "x"
platform = "x"
account = "2"
workgroup = "care"

[[sources]]
id = "twin"
app = "x"
platform = "x"
account = "1"
workgroup = "care"

[[sources]]
id = "homeless"
app = "nowhere"
platform = "x"
account = "3"
workgroup = "care"

[[sources]]
id = "foreign"
app = "meta"
platform = "x"
account = "4"
workgroup = "care"

[[sources]]
id = "unheard-of"
app = "x"
platform = "myspace"
account = "5"
workgroup = "care"

[[sources]]
id = "timeless"
app = "x"
platform = "x"
account = "6"
workgroup = "care"
calendar = "never"
plan = "free"
mode = "loud"

[[sources]]
id = "misnamed"
app = "x"
platform = "x"
account = "@NorthlineRail"
workgroup = "Customer Care"
handle = ""

[[sources]]
id = "page"
app = "meta"
platform = "facebook"
account = "7"
workgroup = "care"
plan = "enterprise"

[[sources]]
id = "forum"
app = "discourse"
platform = "discourse"
account = "forum.example"
workgroup = "care"

[[sources]]
id = "silent"
app = "standard"
platform = "standard"
account = "a"
workgroup = "care"

[[sources]]
id = "open"
app = "standard"
platform = "standard"
account = "b"
workgroup = "care"
reply_url = "http://replies.example"

[[sources]]
id = "bot"
app = "telegram"
platform = "telegram"
account = "Bot"
workgroup = "care"

[[sources]]
id = "bot-two"
app = "telegram"
platform = "telegram"
account = "OtherBot"
workgroup = "care"

[[sources]]
id = "bot-three"
app = "telegram-two"
platform = "telegram"
account = "Bot"
workgroup = "care"

[[targets]]
level = "high"
first_minutes = 0

[[targets]]
source = "nowhere"
first_minutes = 5

[[targets]]
level = "urgent"

[[errands]]
name = "storm"
workgroup = "care"

[[errands]]
name = "strike"
workgroup = "care"
serves = ["ships"]

[[errands]]
name = "flood"
workgroup = "care"
serves = ["care"]

[[errands]]
name = "flood"
workgroup = "care"
serves = ["care"]

[[receivers]]
id = "a"
url = "https://a.example/heard"
events = ["interaction.*", "sla.missed"]

[[receivers]]
id = "a"
url = "https://b.example"

[[receivers]]
id = "c"
url = "http://c.example"

[[receivers]]
id = "d"
url = "https://d.example"
events = ["everything"]

[api]
origins = ["https://desk.example/"]
"#;

/// The keys of [`MISTAKES`], and a word of what each is told.
const TOLD: &[(&str, &str)] = &[
    ("mode", "one of off, dry_run, live"),
    ("shards", "from 1 to 64"),
    ("customers", "from 1"),
    ("colour", "nothing reads it"),
    ("jurisdiction", "one of eu, us, fedramp"),
    ("location", "one of wnam, enam, sam"),
    ("brand.name", "write name ="),
    ("brand.team", "text in quotes"),
    ("brand.formal", "true or false"),
    ("brand.language", "no voice for \"xx\""),
    ("brand.care_text.en", "is empty"),
    ("brand.care_text.xx", "no voice for \"xx\""),
    ("brand.undisclosed", "\"y public\" is no place"),
    ("rosters.planes[2].team", "is missing"),
    ("rosters.planes[1].calendar", "no calendar \"night\""),
    ("rosters.planes", "no source has workgroup \"planes\""),
    ("calendars.nowhere", "IANA"),
    ("calendars.nameless.timezone", "is missing"),
    ("calendars.spelled", "write it as"),
    ("calendars.listed.open", "list of texts"),
    ("calendars.listed", "never opens"),
    ("deadlines.urgent_minutes", "15 until then"),
    ("limits.retention_days", "from 8"),
    ("banned.xx", "no voice"),
    ("brand.serves", "no emergency number is known for \"ZZ\""),
    ("brand.emergency_line", "is of an older Heard"),
    ("reviewed.en.flood", "is no danger; one of all, fire"),
    ("reviewed.xx", "no voice"),
    ("voice[0].move", "is of an older Heard"),
    ("voice[1].situation", "is no situation; one of stuck"),
    ("voice[1].facts", "is no fact; one of no_information"),
    ("voice[2].language", "no voice"),
    ("voice[2].situation", "is missing, or one too many"),
    ("apps[0].id", "a-z, 0-9 and -"),
    ("apps[1].scheme", "is no scheme; one of meta, x"),
    ("apps[3].id", "is taken already"),
    ("sources[1].id", "is taken already"),
    ("sources[2].account", "has a source on x already"),
    ("sources[3].app", "there is no app \"nowhere\""),
    ("sources[4].platform", "carries no x events"),
    ("sources[5].platform", "is no platform; one of facebook"),
    ("sources[6].calendar", "no calendar \"never\""),
    ("sources[6].plan", "one of self_serve, enterprise"),
    ("sources[6].mode", "one of off, dry_run, live"),
    ("sources[7].account", "goes into handle"),
    ("sources[7].workgroup", "a-z, 0-9 and -"),
    ("sources[7].handle", "is empty"),
    ("sources[8].plan", "means nothing on facebook"),
    ("sources[9].handle", "our own posts are known by it"),
    ("sources[10].reply_url", "where do replies"),
    ("sources[11].reply_url", "https://"),
    ("sources[13].app", "an app of its own"),
    ("sources[14].account", "give it another"),
    ("targets[0].level", "is no level; one of idle"),
    ("targets[0].first_minutes", "from 1 to"),
    ("targets[1]", "is for no source"),
    ("targets[2]", "says nothing"),
    ("errands[0].serves", "is missing"),
    ("errands[1]", "no source has workgroup \"ships\""),
    ("errands[3].name", "is taken already"),
    ("receivers[1].id", "is taken already"),
    ("receivers[2].url", "must begin with https://"),
    ("receivers[3].events", "is not the type of an event"),
    ("api.origins", "is not an origin"),
    ("RECEIVER_SECRET__A", "nothing is sent to it"),
    // Of the secrets, one is empty, some are no keys, the rest is not set.
    (
        "STANDARD_WEBHOOKS_SECRET",
        "value 2: a Standard Webhooks secret",
    ),
    ("TOKEN_KEY", "shorter than 32"),
    ("META_APP_SECRET", "503"),
    ("META_VERIFY_TOKEN", "can't be registered"),
    ("REPLY_TOKEN__GOOD", "wrangler secret put REPLY_TOKEN__GOOD"),
    ("REPLY_TOKEN__PAGE", "a shape of x's"),
    ("REPLY_TOKEN__TIMELESS", "its refresh token is empty"),
];

/// Those that leave no room for others, each a configuration of its own.
const ALONE: &[(&str, &str, &str)] = &[
    ("[replies]\nselling = \"never\"\n", "replies.selling", "is none of"),
    ("outcomes = [\"\"]\n", "outcomes", "is no outcome"),
    (
        "[[answers]]\nid = \"a\"\ntext = \"Hello.\"\n[[answers]]\nid = \"a\"\ntext = \"Hi.\"\n",
        "answers[1].id",
        "is taken already",
    ),
    (
        "[[answers]]\nid = \"a\"\nsituation = \"sad\"\ntext = \"Hello.\"\n",
        "answers[0].situation",
        "is no situation",
    ),
    (
        "[[answers]]\nid = \"a\"\nsuggest = \"rain\"\ntext = \"Hello.\"\n",
        "answers[0].suggest",
        "is none of",
    ),
    ("[[answers]]\nid = \"a\"\ntext = \"Dear {handle}\"\n", "answers[0].text", "are filled"),
    ("[[answers]]\nid = \"a\"\n", "answers[0].text", "says nothing"),
    (
        "[brand]\nname = \"A\"\nsignature = { en = \"At Northline\" }\n",
        "brand.signature",
        "has no {name}",
    ),
    ("[[route]]\nlanguage = [\"German\"]\nworkgroup = \"w\"\n", "route[0].language", "two letters"),
    ("[[route]]\nsource = [\"x\"]\nworkgroup = \"w\"\n", "route[0].source", "there is no source"),
    ("[[route]]\nskills = [\"Refunds!\"]\n", "route[0].skills", "at most 64 of a-z"),
    ("[[route]]\nlanguage = [\"de\"]\n", "route[0]", "sends nothing anywhere"),
    ("[[route]]\nsituation = [\"sad\"]\nworkgroup = \"w\"\n", "route[0].situation", "is not one of"),
    ("[details]\nurl = \"http://help.example/x\"\n", "details.url", "https and without a path"),
    (
        "apps = [{ id = \"x\", scheme = \"x\" }]
         sources = [{ id = \"x\", app = \"x\", platform = \"x\", account = \"1\", workgroup = \"w\", private_link = \"http://wa.me/1\" }]",
        "sources[0].private_link",
        "must be a link by which",
    ),
    ("[listening]\npromote = \"always\"\n", "listening.promote", "none of emergency, urgent, never"),
    ("[listening]\nwords = [\"\"]\n", "listening.words", "at most 50 words"),
    (
        "[[listening.others]]\nname = \"a\"\n[[listening.others]]\nname = \"a\"\n",
        "listening.others[1].name",
        "is taken already",
    ),
    (
        "[[listening.others]]\nname = \"0123456789012345678901234567890123456789012345678901234567890123456789\"\n",
        "listening.others[0].name",
        "at most 64 bytes",
    ),
    ("[[products]]\nname = \"-\"\n", "products[0]", "each with a letter"),
    (
        "[[products]]\nname = \"Sleeper\"\n[[products]]\nname = \"Sleeper\"\n",
        "products[1].name",
        "is taken already",
    ),
    ("[[tiers]]\nname = \"gold\"\ndeadline = 9\n", "tiers[0].deadline", "a factor from 0.1 to 4"),
    ("[[tiers]]\nname = \"gold\"\n[[tiers]]\nname = \"gold\"\n", "tiers[1].name", "is taken already"),
    (
        "[[tiers]]\nname = \"0123456789012345678901234567890123456789012345678901234567890123456789\"\n",
        "tiers[0].name",
        "at most 64 bytes",
    ),
    ("[[series]]\nname = \"r\"\ntotal = \"most\"\n", "series[0].total", "none of sum, mean"),
    ("[[series]]\nname = \"r\"\n[[series]]\nname = \"r\"\n", "series[1].name", "is taken already"),
    (
        "[[series]]\nname = \"r\"\ntotal = \"mean\"\ncomplaints_per_10000 = true\n",
        "series[0].complaints_per_10000",
        "this one is a mean",
    ),
    ("[[goals]]\nfigure = \"joy\"\nat_most = 1\n", "goals[0].figure", "is none of"),
    ("[[goals]]\nfigure = \"complaints\"\n", "goals[0]", "either at_most or at_least"),
    ("[[goals]]\nfigure = \"complaints\"\nat_most = -1\n", "goals[0].at_most", "a number from 0"),
    ("[[goals]]\nfigure = \"complaints\"\nseries = \"r\"\nat_most = 1\n", "goals[0].series", "is of no series"),
    (
        "[[series]]\nname = \"r\"\n[[goals]]\nfigure = \"complaints_per_10000\"\nseries = \"r\"\nat_most = 1\n",
        "goals[0].series",
        "with complaints_per_10000",
    ),
    ("", "apps", "write [[apps]]"),
    ("apps = 5", "apps", "must be a list of tables"),
    ("apps = [5]", "apps[0]", "must be a table"),
    ("brand = 5", "brand", "[brand]"),
    (
        "apps = [{ id = \"t\", scheme = \"telegram\" }]
         sources = [{ id = \"t\", app = \"t\", platform = \"telegram\", account = \"42\", workgroup = \"w\" }]",
        "sources[0].handle",
        "the bot's user name",
    ),
    (
        "brand = { name = \"A\" }\nbrands.b = { name = \"B\" }",
        "brand",
        "move it to [brands.NAME]",
    ),
    ("brands = {}", "brands", "has none"),
    (
        "brands = { a = { name = \"A\" }, b = { name = \"B\" } }
         apps = [{ id = \"x\", scheme = \"x\" }]
         sources = [{ id = \"x\", app = \"x\", account = \"1\", workgroup = \"w\" }]",
        "sources[0].brand",
        "whose source is it? One of a, b",
    ),
    (
        "brands = { a = { name = \"A\" }, b = { name = \"B\" } }
         apps = [{ id = \"x\", scheme = \"x\", brand = \"c\" }]
         sources = [{ id = \"x\", app = \"x\", account = \"1\", workgroup = \"w\" }]",
        "apps[0].brand",
        "there is no brand \"c\"; one of a, b",
    ),
    // A location hint outside the jurisdiction.
    (
        "jurisdiction = \"eu\"\nlocation = \"wnam\"",
        "location",
        "one of weur, eeur",
    ),
];

fn find(config: &Config, key: &str, word: &str) {
    let told: Vec<&str> = config
        .problems
        .iter()
        .filter(|problem| problem.key == key)
        .map(|problem| problem.says.as_str())
        .collect();
    assert!(
        told.iter().any(|says| says.contains(word)),
        "{key} should be told \"{word}\", and is told {told:?}"
    );
}

fn secret(name: &str) -> Option<String> {
    Some(match name {
        "STANDARD_WEBHOOKS_SECRET" => "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX whsec_?".into(),
        "TOKEN_KEY" => "short".into(),
        "META_APP_SECRET" => " \n".into(),
        "REPLY_TOKEN__PAGE" => "oauth1:key:secret:token:secret".into(),
        "REPLY_TOKEN__TIMELESS" => "oauth2:client::".into(),
        _ => return None,
    })
}

#[test]
fn one_mistake_of_each_kind_is_named_by_its_key() {
    let config = read(MISTAKES, &secret);
    for (key, word) in TOLD {
        find(&config, key, word);
    }
    // And nothing else is called one, but secrets that are not set.
    let stray: Vec<_> = config
        .problems
        .iter()
        .filter(|problem| !problem.says.starts_with("is not set"))
        .filter(|problem| !TOLD.iter().any(|(key, _)| *key == problem.key))
        .collect();
    assert!(stray.is_empty(), "{stray:#?}");
    // What is right stays: a mistake takes down what needs it, and no more.
    let sources: Vec<&str> = config.sources.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(sources, ["good", "timeless", "page", "bot"]);
    assert_eq!(config.apps.len(), 6);
}

/// One app of each scheme and one source of each platform, with good secrets but for those given.
fn with_secrets(unlike: &[(&str, &str)]) -> Config {
    let table = include_str!("../heard.toml");
    let table: serde_json::Value = toml::from_str(table).unwrap();
    let table = table.to_string();
    let mut secrets: std::collections::BTreeMap<String, String> = secret_names(&table)
        .into_iter()
        .map(|(name, what)| (name, crate::lab::secrets::make(what).unwrap()))
        .collect();
    for (name, value) in unlike {
        assert!(
            secrets
                .insert((*name).to_owned(), (*value).to_owned())
                .is_some(),
            "{name}"
        );
    }
    Config::read(&table, &|name| secrets.get(name).cloned())
}

#[test]
fn what_development_makes_is_fit() {
    assert_eq!(with_secrets(&[]).problems, []);
}

/// Values that are none, by what an operator does wrong; with a word of what they are told.
const UNFIT: &[(&str, &str, &str)] = &[
    ("X_CONSUMER_SECRET", "x", "shorter than 12"),
    (
        "META_APP_SECRET",
        "0123456789abcdef0123456789abcde",
        "shorter than 32",
    ),
    (
        "META_APP_SECRET",
        "EAAGm0PX4ZCpsBAO0123456789abcdefgh",
        "an access token",
    ),
    (
        "META_APP_SECRET",
        "4200000002|0123456789abcdef0123456789",
        "an access token",
    ),
    ("META_VERIFY_TOKEN", "verify", "shorter than 12"),
    ("LINE_CHANNEL_SECRET", "0123456789abcdef", "shorter than 32"),
    (
        "SLACK_SIGNING_SECRET",
        "xoxb-0123456789abcdef0123456789abcdef",
        "a token of the app",
    ),
    (
        "SLACK_SIGNING_SECRET",
        "8f742231b10e8888abcd",
        "shorter than 32",
    ),
    (
        "TELEGRAM_SECRET_TOKEN",
        "4839574812:AAFD39kkdpWt3ywyRZergyOLM",
        "secret_token",
    ),
    (
        "TELEGRAM_SECRET_TOKEN",
        "a+secret/token=of+a+webhook",
        "secret_token",
    ),
    ("STANDARD_WEBHOOKS_SECRET", "whsec_", "empty"),
    (
        "STANDARD_WEBHOOKS_SECRET",
        "whsec_AAECAwQFBgcICQoLDA0ODxA=",
        "of 17 bytes",
    ),
    (
        "STANDARD_WEBHOOKS_SECRET",
        "whsec_not/base64!",
        "followed by base64",
    ),
    (
        "STANDARD_WEBHOOKS_SECRET",
        "whpk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        "Ed25519",
    ),
    (
        "STANDARD_WEBHOOKS_SECRET",
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "a pattern",
    ),
    ("DISCOURSE_WEBHOOK_SECRET", "discourse", "shorter than 12"),
    ("MASTODON_WEBHOOK_SECRET", "abcabcabcabcabcabc", "a pattern"),
    (
        "BLUESKY_TAP_PASSWORD",
        "passwordpasswordpassword",
        "a pattern",
    ),
    (
        "VIBER_AUTH_TOKEN",
        "\u{201c}0123456789abcdef0123\u{201d}",
        "in quotes",
    ),
    (
        "LINKEDIN_CLIENT_SECRET",
        "\"0123456789abcdef0123\"",
        "in quotes",
    ),
    (
        "TIKTOK_CLIENT_SECRET",
        "'0123456789abcdef0123'",
        "in quotes",
    ),
    (
        "ZENDESK_WEBHOOK_SECRET",
        "0123456789abc\u{200b}def0123",
        "no secret has",
    ),
    ("X_CONSUMER_SECRET", "changeme-changeme-1", "a placeholder"),
    ("X_CONSUMER_SECRET", "YOUR_CONSUMER_SECRET", "a placeholder"),
    ("X_CONSUMER_SECRET", "your-consumer-secret", "a placeholder"),
    ("X_CONSUMER_SECRET", "<consumer-secret>", "a placeholder"),
    ("X_CONSUMER_SECRET", "${CONSUMER_SECRET1}", "a placeholder"),
    ("X_CONSUMER_SECRET", "{{consumer.secret}}", "a placeholder"),
    ("X_CONSUMER_SECRET", "X_CONSUMER_SECRET", "a placeholder"),
    (
        "X_CONSUMER_SECRET",
        "X_CONSUMER_SECRET=abcdefabcdef123",
        "a placeholder",
    ),
    ("X_CONSUMER_SECRET", "xxxxxxxx-abcdef", "a placeholder"),
    ("X_CONSUMER_SECRET", "xxxxxxxxxxxxxxxx", "a placeholder"),
    ("TOKEN_KEY", "k", "shorter than 32"),
    (
        "TOKEN_KEY",
        "0123456789abcdef0123456789abcde",
        "shorter than 32",
    ),
    (
        "TOKEN_KEY",
        "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk",
        "a pattern",
    ),
    ("TOKEN_KEY", "abcdefghijabcdefghijabcdefghijab", "a pattern"),
    (
        "TOKEN_KEY",
        "\"0123456789abcdef0123456789abcdef\"",
        "in quotes",
    ),
    (
        "REPLY_TOKEN__DISCOURSE_NORTHLINE",
        "0123456789abcdef0123",
        "USERNAME:API_KEY",
    ),
    (
        "REPLY_TOKEN__ZENDESK_NORTHLINE",
        "0123456789abcdef0123",
        "EMAIL/token",
    ),
    (
        "REPLY_TOKEN__TELEGRAM_NORTHLINE",
        "0123456789abcdef0123",
        "BotFather",
    ),
    (
        "REPLY_TOKEN__SLACK_NORTHLINE",
        "0123456789abcdef0123",
        "xoxb-",
    ),
    ("REPLY_TOKEN__FB_NORTHLINE", "E", "shorter than 12"),
    (
        "REPLY_TOKEN__FB_NORTHLINE",
        "'EAAGm0PX4ZCpsBAO'",
        "in quotes",
    ),
    (
        "REPLY_TOKEN__LINE_NORTHLINE",
        "<channel-access-token>",
        "a placeholder",
    ),
    (
        "REPLY_TOKEN__DISCOURSE_NORTHLINE",
        "heard:YOUR_API_KEY",
        "a placeholder",
    ),
];

/// Every key of the configuration that may open something to somebody.
fn opened(config: &Config, name: &str) -> usize {
    let of_app = |app: &super::App| (app.scheme.secret() == name).then_some(app.keys.len());
    match name {
        "TOKEN_KEY" => config.token_keys.len(),
        "META_VERIFY_TOKEN" => config.apps.iter().map(|app| app.verify_tokens.len()).sum(),
        _ => match config.apps.iter().find_map(of_app) {
            Some(keys) => keys,
            None => {
                let mut sources = config.sources.iter();
                let source = sources
                    .find(|source| crate::config::secrets::credential_name(&source.id) == name);
                usize::from(source.unwrap().credential.is_some())
            }
        },
    }
}

#[test]
fn an_unfit_secret_is_named_and_opens_nothing() {
    for (name, value, word) in UNFIT {
        let config = with_secrets(&[(name, value)]);
        find(&config, name, word);
        assert_eq!(
            config.problems.len(),
            1,
            "{name} {value}: {:?}",
            config.problems
        );
        assert_eq!(opened(&config, name), 0, "{name} {value}");
        let told = &config.problems[0].says;
        assert!(!told.contains(value) || value.len() == 1, "{told}");
        assert!(told.len() < 300 && !told.ends_with('.'), "{told}");
    }
}

/// The unfit value of a rotation is named by its place, and the fit one goes on working.
#[test]
fn the_fit_value_of_a_rotation_goes_on_working() {
    for (name, value, _) in UNFIT {
        let config = with_secrets(&[]);
        let fit = match *name {
            "STANDARD_WEBHOOKS_SECRET" => "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
            "REPLY_TOKEN__DISCOURSE_NORTHLINE" => "heard:0123456789abcdef",
            "REPLY_TOKEN__ZENDESK_NORTHLINE" => "care@northline.example/token:0123456789",
            "REPLY_TOKEN__TELEGRAM_NORTHLINE" => "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc",
            "REPLY_TOKEN__SLACK_NORTHLINE" => "xoxb-0123456789abcdef",
            _ => "fit-0123456789abcdef-0123456789abcdef",
        };
        assert_eq!(opened(&config, name), 1);
        for (place, both) in [
            (2, format!("{fit}\n {value}")),
            (1, format!("{value} {fit}\n")),
        ] {
            let config = with_secrets(&[(name, &both)]);
            assert_eq!(opened(&config, name), 1, "{name} {both}");
            find(&config, name, &format!("value {place}: "));
        }
    }
}

/// What operators may have that is fit: blanks and newlines around a value are not of it.
#[test]
fn a_fit_secret_opens() {
    for (name, value) in [
        ("X_CONSUMER_SECRET", "  twitter_consumer_secret_example\r\n"),
        ("LINKEDIN_CLIENT_SECRET", "WPL_AP1.aB3dE5fG7hI9.kL1mN3=="),
        ("LINKEDIN_CLIENT_SECRET", "aB3dE5fG7hI9kL1m"),
        ("DISCOURSE_WEBHOOK_SECRET", "my_lovely_secret_for_web_hook"),
        ("META_VERIFY_TOKEN", "meatyhamhock"),
        ("SLACK_SIGNING_SECRET", "8f742231b10e8888abcd99yyyzzz85a5"),
        (
            "VIBER_AUTH_TOKEN",
            "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9",
        ),
        (
            "STANDARD_WEBHOOKS_SECRET",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ),
        (
            "STANDARD_WEBHOOKS_SECRET",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ),
        ("TELEGRAM_SECRET_TOKEN", "A-secret_token-4-Telegram"),
        (
            "ZENDESK_WEBHOOK_SECRET",
            "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
        ),
        (
            "REPLY_TOKEN__BLUESKY_NORTHLINE",
            "session:did:plc:ewvi7:abcd-efgh-ijkl-mnop",
        ),
    ] {
        let config = with_secrets(&[(name, value)]);
        assert_eq!(
            (config.problems.len(), opened(&config, name)),
            (0, 1),
            "{:?}",
            config.problems
        );
    }
}

/// What an operator is told is something to do, in words that fit behind the key.
#[test]
fn a_mistake_is_told_in_words_that_help() {
    let mut configs = vec![read(MISTAKES, &secret)];
    configs.extend(ALONE.iter().map(|(toml, ..)| read(toml, &secret)));
    for problem in configs.iter().flat_map(|config| &config.problems) {
        let says = problem.says.as_str();
        assert!(says.len() > 8 && says.len() < 600, "{problem:?}");
        assert!(
            !says.starts_with(char::is_uppercase) && !says.ends_with('.'),
            "{problem:?}"
        );
        assert!(!problem.key.contains(' '), "{problem:?}");
        // No value of a secret is repeated.
        assert!(
            !says.contains("whsec_AAECAw") && !says.contains("short\""),
            "{problem:?}"
        );
    }
}

/// Fails where a line of this module notes a mistake that no test here makes: make it above.
#[test]
fn every_line_that_notes_a_mistake_is_seen_to() {
    NOTED.with_borrow_mut(BTreeSet::clear);
    read(MISTAKES, &secret);
    let many = (0..501)
        .map(|_| "[[voice]]\nlanguage = \"en\"\nsituation = \"none\"\ntext = \"We're sorry.\"\n");
    let many: String = many.collect();
    find(&read(&many, &|_| None), "voice", "the rest is not read");
    let outcomes: Vec<String> = (0..200).map(|n| format!("\"o{n}\"")).collect();
    let outcomes = format!("outcomes = [{}]\n", outcomes.join(", "));
    find(
        &read(&outcomes, &|_| None),
        "outcomes",
        "the rest is not read",
    );
    let answers: String = (0..2_000)
        .map(|n| format!("[[answers]]\nid = \"a{n}\"\ntext = \"Hello.\"\n"))
        .collect();
    find(
        &read(&answers, &|_| None),
        "answers",
        "the rest is not read",
    );
    let receivers: String = (0..21)
        .map(|n| format!("[[receivers]]\nid = \"r{n}\"\nurl = \"https://r.example\"\n"))
        .collect();
    find(&read(&receivers, &|_| None), "receivers", "more than 20");
    let tiers: String = (0..21)
        .map(|n| format!("[[tiers]]\nname = \"t{n}\"\n"))
        .collect();
    find(&read(&tiers, &|_| None), "tiers", "more than 20");
    let others: String = (0..11)
        .map(|n| format!("[[listening.others]]\nname = \"o{n}\"\n"))
        .collect();
    find(
        &read(&others, &|_| None),
        "listening.others[10].name",
        "one too many",
    );
    let products: String = (0..51)
        .map(|n| format!("[[products]]\nname = \"p{n}\"\n"))
        .collect();
    find(&read(&products, &|_| None), "products", "more than 50");
    let series: String = (0..21)
        .map(|n| format!("[[series]]\nname = \"s{n}\"\n"))
        .collect();
    find(&read(&series, &|_| None), "series", "more than 20");
    let goals = "[[goals]]\nfigure = \"complaints\"\nat_most = 1\n".repeat(51);
    find(&read(&goals, &|_| None), "goals", "more than 50");
    for (toml, key, word) in ALONE {
        find(&read(toml, &|_| None), key, word);
    }
    find(
        &Config::read("null", &|_| None),
        "heard.toml",
        "heard build",
    );

    let noted = NOTED.with_borrow(Clone::clone);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config");
    let mut unseen = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for (line, nth) in text.lines().zip(1..) {
            let notes = line.contains(".problem(") && file != "tests.rs";
            if notes && !noted.contains(&format!("{file}:{nth}")) {
                unseen.push(format!("{file}:{nth}: {}", line.trim()));
            }
        }
    }
    assert!(
        unseen.is_empty(),
        "no test makes these mistakes:\n{}",
        unseen.join("\n")
    );
}

/// Two brands, an app of one and one of both, and fifty Pages.
fn house() -> String {
    let mut toml = String::from(
        r#"
mode = "live"
[brands.rail]
name = "Northline Rail"
team = "the rail team"
workgroup = "rail"
serves = ["gb"]
acks_per_minute = 3

[[brands.rail.voice]]
language = "en"
situation = "stuck"
text = "Our trains should move. We're sorry that yours doesn't."

[brands.rail.banned]
en = ["sorry"]

[brands.bus]
name = "Northline Bus"
language = "de"
workgroup = "bus"

[calendars.day]
timezone = "UTC"
open = ["Mon-Fri 09:00-17:00"]

[[apps]]
id = "meta"
scheme = "meta"
platform = "facebook"
brand = "rail"
calendar = "day"

[[apps]]
id = "x"
scheme = "x"
"#,
    );
    for page in 0..50 {
        toml += &format!(
            "[[sources]]\nid = \"page-{page}\"\napp = \"meta\"\naccount = \"{}\"\n",
            4_200_000_100_u64 + page
        );
    }
    toml += r#"
[[sources]]
id = "page-bus"
app = "meta"
account = "4200000200"
brand = "bus"
workgroup = "nights"
platform = "messenger"

[[sources]]
id = "x-bus"
app = "x"
account = "1"
brand = "bus"
"#;
    toml
}

#[test]
fn sources_inherit_from_their_app_and_their_brand() {
    let config = read(&house(), &|_| None);
    let mistakes: Vec<_> = config
        .problems
        .iter()
        .filter(|p| !p.says.starts_with("is not set"))
        .collect();
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    let ids: Vec<_> = config
        .brands
        .iter()
        .map(|brand| brand.id.as_str())
        .collect();
    assert_eq!(ids, ["bus", "rail"]);
    assert_eq!(config.sources.len(), 52);
    for page in config.sources.iter().take(50) {
        let got = (
            page.platform,
            page.brand.id.as_str(),
            page.workgroup.as_str(),
            page.ceiling.per_minute,
        );
        assert_eq!(got, (Platform::Facebook, "rail", "rail", 3));
        assert_eq!(page.calendar.next_open(0), Some(9 * 3_600_000));
        assert_eq!(page.team(0).first(), "the rail team");
    }
    // Each of its own words, and what it says itself comes first.
    let [page, x] = &config.sources[50..] else {
        panic!()
    };
    assert_eq!(
        (page.platform, page.workgroup.as_str(), page.team(0).first()),
        (Platform::Messenger, "nights", "")
    );
    assert_eq!(
        (x.platform, x.workgroup.as_str(), x.ceiling.per_minute),
        (Platform::X, "bus", 6)
    );
    assert_eq!(x.calendar.after(0, 60), 3_600_000);
    let [bus, rail] = &config.brands[..] else {
        panic!()
    };
    assert_eq!((bus.own.lines.len(), bus.language.as_str()), (0, "de"));
    assert_eq!(
        (rail.own.lines.len(), rail.own.banned_in("so sorry", "en")),
        (1, Some("sorry"))
    );
    assert_eq!(rail.help.serves(&page.help), ["GB"]);
    assert!(bus.help.serves(&page.help).is_empty());
}

/// The mistake stands in one place, and is told once and there.
#[test]
fn a_mistake_that_fifty_inherit_is_told_once() {
    let config = read(
        &house().replace("calendar = \"day\"", "calendar = \"noon\""),
        &|_| None,
    );
    let told: Vec<_> = config
        .problems
        .iter()
        .filter(|p| p.says.contains("noon"))
        .map(|p| p.key.as_str())
        .collect();
    assert_eq!(told, ["apps[0].calendar"]);
    let faulty = house().replace(
        "Our trains should move. We're sorry that yours doesn't.",
        "Have a look at our new offer.",
    );
    let found = crate::config::voice::faults(&read(&faulty, &|_| None));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].key, "brands.rail.voice[0].text");
    assert!(found[0].says.contains("selling"), "{found:?}");
}

#[test]
fn an_environment_has_its_own_mode_apps_and_sources() {
    let toml = r#"
        mode = "live"
        [brand]
        name = "B"
        [[apps]]
        id = "x"
        scheme = "x"
        workgroup = "care"
        environments = ["production"]
        [[apps]]
        id = "x-trial"
        scheme = "x"
        workgroup = "care"
        environments = ["staging"]
        [[apps]]
        id = "line"
        scheme = "line"
        [[sources]]
        id = "x"
        app = "x"
        account = "1"
        [[sources]]
        id = "x-trial"
        app = "x-trial"
        account = "2"
        [[sources]]
        id = "line"
        app = "line"
        account = "U1234"
        workgroup = "care"
        environments = []
    "#;
    let table: serde_json::Value = toml::from_str(toml).unwrap();
    let read = |name: Option<&str>, mode: Option<&str>| {
        let environment = Environment {
            name: name.map(str::to_owned),
            mode: mode.map(str::to_owned),
        };
        let config = Config::read_in(&environment, &table.to_string(), &|_| None);
        let sources: Vec<String> = config.sources.iter().map(|s| s.id.to_string()).collect();
        (config.mode, sources, config.problems)
    };
    assert_eq!(read(None, None).1, ["x", "x-trial", "line"]);
    let (mode, sources, problems) = read(Some("staging"), Some("dry_run"));
    assert_eq!((mode, sources), (Mode::DryRun, vec!["x-trial".to_owned()]));
    // A secret has one name, whatever else is there; and none is missed that is for elsewhere.
    let keys: Vec<_> = problems.iter().map(|p| p.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "X_CONSUMER_SECRET__X_TRIAL",
            "LINE_CHANNEL_SECRET",
            "REPLY_TOKEN__X_TRIAL",
            "TOKEN_KEY"
        ]
    );
    let (mode, sources, problems) = read(Some("production"), Some("loud"));
    assert_eq!((mode, sources), (Mode::Off, vec!["x".to_owned()]));
    assert!(
        problems
            .iter()
            .any(|p| p.key == "HEARD_MODE" && p.says.contains("is no mode"))
    );
}

#[test]
fn a_change_of_jurisdiction_is_a_mistake() {
    let home = |name: &str| read(&format!("jurisdiction = \"{name}\""), &|_| None).home;
    let eu = home("eu");
    assert_eq!(eu.jurisdiction, Some(Jurisdiction::Eu));
    assert_eq!(eu.moved(Some(Jurisdiction::Eu)), None);
    assert_eq!(Home::default().moved(None), None);
    for (home, recorded) in [
        (eu, None),
        (eu, Some(Jurisdiction::Us)),
        (Home::default(), Some(Jurisdiction::Eu)),
    ] {
        assert_eq!(home.moved(recorded).unwrap().key, "jurisdiction");
    }
    // The words on the wire are the platform's.
    for jurisdiction in Jurisdiction::ALL {
        let word = serde_json::to_value(jurisdiction).unwrap();
        assert_eq!(word.as_str(), Some(jurisdiction.as_str()));
    }
}

/// For how many hours a platform delivers again what was not taken; 0 where it does not say, or where
/// it goes on until it is (Bluesky's Tap), so that what was taken comes again at once or never.
fn retried_for_h(scheme: Scheme) -> u32 {
    match scheme {
        // WhatsApp: 7 days; Pages and Instagram: 36 hours.
        Scheme::Meta => 7 * 24,
        // Its documentation lets an operator replay the last 24 hours, of an event up to 5 days old.
        Scheme::X => 5 * 24,
        // The last of the specification's schedule: 20 and 24 hours after all the others.
        Scheme::Standard => 76,
        Scheme::Tiktok => 72,
        // Sidekiq's 16 tries.
        Scheme::Mastodon => 48,
        Scheme::Telegram => 24,
        Scheme::Linkedin => 8,
        // 1, 5, 25 and 125 minutes.
        Scheme::Discourse => 3,
        Scheme::Slack | Scheme::Viber | Scheme::Zendesk => 1,
        Scheme::Line | Scheme::Bluesky => 0,
    }
}

/// Where no time is signed, nothing but the ledger tells a late retry from a new post.
#[test]
fn the_ledger_outlasts_every_platform_s_retries() {
    for scheme in Scheme::ALL {
        assert!(MIN_RETENTION_DAYS * 24 > retried_for_h(scheme), "{scheme}");
    }
}

/// What names a source goes before what names its workgroup, and that before the rest.
#[test]
fn targets_are_the_sources_own_where_it_has_some() {
    let toml = r#"
[[apps]]
id = "x"
scheme = "x"
[[sources]]
id = "a"
app = "x"
platform = "x"
account = "1"
workgroup = "trains"
[[sources]]
id = "b"
app = "x"
platform = "x"
account = "2"
workgroup = "trains"
[[sources]]
id = "c"
app = "x"
platform = "x"
account = "3"
workgroup = "freight"
[[targets]]
source = "a"
level = "urgent"
first_minutes = 5
[[targets]]
level = "urgent"
first_minutes = 20
next_minutes = 30
resolution_minutes = 60
[[targets]]
workgroup = "trains"
first_minutes = 10
[[errands]]
name = "storm"
workgroup = "freight"
serves = ["trains"]
for_minutes = 30
"#;
    let config = read(toml, &|_| {
        Some("hush-0123456789abcdef0123456789abcdef".into())
    });
    let keys = |key: &str| ["targets", "errands"].iter().any(|of| key.starts_with(of));
    assert!(
        !config.problems.iter().any(|one| keys(&one.key)),
        "{:?}",
        config.problems
    );
    let minutes = |id: &str, level| {
        let source = config.source(&SourceId::new(id)).unwrap();
        let deadlines = &config.deadlines;
        let end = deadlines.resolution(source, level, 0);
        let from = [
            deadlines.deadline(source, level, 0),
            deadlines.next(source, level, 0),
        ];
        (from.map(|ms| ms / 60_000), end.map(|ms| ms / 60_000))
    };
    assert_eq!(minutes("a", Level::Urgent), ([5, 30], Some(60)));
    assert_eq!(minutes("b", Level::Urgent), ([10, 30], Some(60)));
    assert_eq!(minutes("c", Level::Urgent), ([20, 30], Some(60)));
    // A first reply's target is the later ones' too, unless they have their own.
    assert_eq!(minutes("b", Level::Routine), ([10, 10], None));
    assert_eq!(minutes("c", Level::Routine), ([240, 240], None));
    let [storm] = &config.errands[..] else {
        panic!("{:?}", config.errands)
    };
    assert_eq!((storm.name.as_str(), storm.for_s), ("storm", 1_800));
}

/// The first rule that fits decides, and one with a mistake is not there.
#[test]
fn a_post_goes_where_the_first_rule_that_fits_sends_it() {
    let toml = r#"
mode = "live"
[brand]
name = "Northline"
signature = { en = "{name} at Northline", de = "{name} von Northline" }
[[apps]]
id = "x"
scheme = "x"
[[sources]]
id = "x"
app = "x"
platform = "x"
account = "1"
workgroup = "care"
[[route]]
danger = ["any"]
workgroup = "safety"
skills = ["safety"]
relax_after = 60
[[route]]
language = ["fr"]
source = ["x"]
[[route]]
situation = ["refund", "charged_wrongly"]
skills = ["refunds", "billing", "billing"]
relax_after = 0
[[route]]
language = ["de"]
workgroup = "germany"
"#;
    let config = read(toml, &|_| None);
    assert!(
        config.problems.iter().any(|one| one.key == "route[1]"),
        "{:?}",
        config.problems
    );
    let source = &config.sources[0];
    let mut triage: crate::judgement::Triage = serde_json::from_value(serde_json::json!({
        "kind": "complaint", "urgency": 40, "level": 1, "sentiment": 0.0, "complaint": 0.9, "help": 0.0,
        "praise": 0.0, "abuse": 0.0, "spam": 0.0, "lang": "en", "reasons": [],
    }))
    .unwrap();
    let routed = |triage: &crate::judgement::Triage| config.route(source, triage, 1_000);
    let plain = routed(&triage);
    assert_eq!((plain.workgroup.as_str(), plain.skills), ("care", None));
    triage.lang = "de".into();
    assert_eq!(routed(&triage).workgroup.as_str(), "germany");
    triage.situation = Some(crate::judgement::Situation::Refund);
    let refund = routed(&triage);
    assert_eq!(refund.workgroup.as_str(), "care", "the first that fits");
    assert_eq!(refund.skills.as_deref(), Some("billing+refunds"));
    assert_eq!(refund.relaxed_ms, None, "for good");
    triage.danger = Some(crate::judgement::Danger::Gas);
    let danger = routed(&triage);
    assert_eq!(danger.workgroup.as_str(), "safety");
    assert_eq!(danger.relaxed_ms, Some(1_000 + 3_600_000));
    assert!(danger.for_danger);
    triage.level = crate::judgement::Level::Emergency;
    assert_eq!(
        routed(&triage).relaxed_ms,
        Some(61_000),
        "an emergency waits a minute for the right person"
    );
    triage.situation = None;
    assert_eq!(
        config
            .workgroups()
            .iter()
            .map(|one| one.as_str())
            .collect::<Vec<_>>(),
        ["care", "safety", "germany"]
    );
    let skills =
        |skills: &[&str]| -> Vec<String> { skills.iter().map(|one| one.to_string()).collect() };
    assert_eq!(config.beyond(&skills(&[])), ["billing+refunds", "safety"]);
    assert_eq!(
        config.beyond(&skills(&["billing", "safety"])),
        ["billing+refunds"]
    );
    assert_eq!(config.beyond(&skills(&["billing", "refunds"])), ["safety"]);
    let brand = &config.brands[0];
    assert_eq!(
        brand.signed("Milton", "en").as_deref(),
        Some("Milton at Northline")
    );
    assert_eq!(
        brand.signed("Milton", "de").as_deref(),
        Some("Milton von Northline")
    );
    assert_eq!(
        brand.signed("Milton", "fr"),
        None,
        "nobody signs in another language than the text's"
    );
}
