//! `heard platforms`: what arrives from each platform, how it is verified and answered, and what it cannot do.

use crate::length::{Limit, Unit};
use crate::platform::eligibility::Place;
use crate::post::Platform;
use crate::signature::scheme::{Proof, Time};
use std::io::Write as _;

/// Says what arrives from each platform, how it is verified and answered, and what it cannot do.
#[derive(clap::Args, Debug)]
pub struct PlatformsArgs {
    /// Print the table of the documentation.
    #[arg(long)]
    markdown: bool,
    /// Print JSON.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// Where standard output fails.
pub fn run(args: &PlatformsArgs) -> std::io::Result<()> {
    let text = match (args.markdown, args.json) {
        (true, _) => markdown(),
        (_, true) => in_json(),
        _ => plain(),
    };
    crate::out::stdout().write_all(text.as_bytes())
}

/// The head of the table.
const COLUMNS: [&str; 6] = [
    "platform",
    "what arrives",
    "how it is verified (`scheme`)",
    "how it is answered",
    "longest reply",
    "what it cannot do, and why",
];

/// The table of the documentation.
pub fn markdown() -> String {
    let line = |cells: [String; 6]| {
        let cells = cells.map(|cell| match cell.as_str() {
            "" => " |".to_owned(),
            cell => format!(" {cell} |"),
        });
        format!("|{}\n", cells.concat())
    };
    let head = line(COLUMNS.map(str::to_owned)) + "|---|---|---|---|---|---|\n";
    let rows = Platform::ALL.map(|platform| {
        let told = &platform.profile().told;
        line([
            format!("`{platform}`"),
            told.arrives.to_owned(),
            verified(platform),
            told.answered.to_owned(),
            longest(platform),
            told.cannot.to_owned(),
        ])
    });
    head + &rows.concat()
}

/// The same for programs.
fn in_json() -> String {
    let all = Platform::ALL.map(|platform| {
        let told = &platform.profile().told;
        serde_json::json!({
            "platform": platform, "arrives": told.arrives, "verified": verified(platform), "answered": told.answered,
            "longest": longest(platform), "cannot": told.cannot,
        })
    });
    format!("{}\n", serde_json::Value::from_iter(all))
}

/// The same for a terminal.
fn plain() -> String {
    let rows = Platform::ALL.map(|platform| {
        let told = &platform.profile().told;
        let longest = match longest(platform) {
            longest if longest.is_empty() => longest,
            longest => format!(", at most {longest}"),
        };
        format!(
            "{platform}\n  arrives   {}\n  verified  {}\n  answered  {}{longest}\n  cannot    {}\n",
            told.arrives,
            verified(platform),
            told.answered,
            told.cannot
        )
    });
    rows.concat()
}

/// How a platform's deliveries are verified.
fn verified(platform: Platform) -> String {
    let scheme = platform.feed().scheme;
    let proves = match &scheme.row().proof {
        Proof::Shown { .. } => ", which signs nothing of the body",
        Proof::Signed(signed) if matches!(signed.time, Time::Unsigned) => "",
        Proof::Signed(_) => ", signed time",
    };
    format!("`{scheme}`{}{proves}", platform.profile().told.verified)
}

/// The longest reply where Heard answers; that of messages too, where it is counted in another way.
fn longest(platform: Platform) -> String {
    let profile = platform.profile();
    let limit = |place| match place {
        Place::Public => profile.public,
        Place::Private => profile.private,
    };
    let Some(first) = profile.allowed.first() else {
        return String::new();
    };
    let first = limit(first.place);
    let messages = profile
        .allowed
        .iter()
        .map(|allowance| allowance.place)
        .find(|place| *place == Place::Private && limit(*place).unit != first.unit);
    match messages {
        Some(place) => format!("{}; messages {}", said(first), said(limit(place))),
        None => said(first),
    }
}

/// A limit as people read it.
fn said(limit: Limit) -> String {
    let digits = limit.max.to_string();
    let mut number = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            number.push(',');
        }
        number.push(digit);
    }
    let unit = match limit.unit {
        Unit::Utf16 => "",
        Unit::Weighted => " weighted",
        Unit::Graphemes => " graphemes",
        Unit::Bytes => " bytes",
    };
    number + unit
}
