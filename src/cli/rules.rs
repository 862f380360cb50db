//! `heard rules`: when each platform lets a program reply, with the source and date of each rule.

use super::simulate::platform;
use crate::platform::eligibility::{OWN, Place, Rule, allowed, rules};
use crate::post::Platform;
use serde_json::{Value, json};

/// Says when a platform allows an automatic reply, and by which rules it forbids one.
#[derive(clap::Args, Debug)]
pub struct RulesArgs {
    /// Only this platform.
    #[arg(long, value_parser = platform())]
    platform: Option<Platform>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &RulesArgs) {
    let wanted = |one: &Platform| args.platform.is_none_or(|only| only == *one);
    let platforms: Vec<Platform> = Platform::ALL.into_iter().filter(wanted).collect();
    if args.json {
        let of = |one: &Platform| {
            let tables = json!({ "allowed": allowed(*one), "rules": rules(*one) });
            (one.as_str().to_owned(), tables)
        };
        let mut tables: serde_json::Map<String, Value> = platforms.iter().map(of).collect();
        tables.insert("heard".into(), json!({ "rules": OWN }));
        say!("{}", Value::Object(tables));
        return;
    }
    for one in platforms {
        say!("{one}");
        for allowance in allowed(one) {
            let place = match allowance.place {
                Place::Public => "in public",
                Place::Private => "in private",
            };
            let most = match allowance.most {
                Some(most) => format!(", at most {most}"),
                None => String::new(),
            };
            let within = match allowance.within {
                Some(within) => format!(", within {} h", within.ms / 3_600_000),
                None => String::new(),
            };
            say!("  allowed  {place}{most}{within}: {}", allowance.to);
            say!("           {}, {}", allowance.source, allowance.date);
        }
        show(rules(one));
    }
    say!("heard");
    show(OWN);
}

fn show(rules: &[&Rule]) {
    for rule in rules {
        say!("  {}: {}", rule.name, rule.says);
        say!("           {}, {}", rule.source, rule.date);
    }
}
