//! `heard init`: a configuration for a brand, from flags or from questions. Nothing of the demo is left.

use super::check;
use super::secrets::{Wanted, wanted};
use crate::cli::wrangler;
use crate::clock::zone::Zone;
use crate::config::Mode;
use crate::config::demo::demo;
use crate::lab::build;
use crate::lab::configuration::{FILE, table};
use crate::language::{language, languages};
use crate::post::Platform;
use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Writes the configuration for your brand in place of the demo's: from flags, or by asking.
#[derive(clap::Args, Debug)]
pub struct InitArgs {
    /// The brand's name, as customers know it. With it and a --source nothing is asked.
    #[arg(long)]
    brand: Option<String>,
    /// A language the brand answers in; the first is used where a post's language is not recognised. May be given several
    /// times, or with commas.
    #[arg(long, value_delimiter = ',')]
    language: Vec<String>,
    /// Who signs: a text, or LANGUAGE=TEXT; may be given several times.
    #[arg(long, value_name = "[LANGUAGE=]TEXT")]
    team: Vec<String>,
    /// A country of your customers (ISO 3166): whose emergency number may be named. May be given several times.
    #[arg(long, value_delimiter = ',', value_name = "COUNTRY")]
    serves: Vec<String>,
    /// An account: PLATFORM ACCOUNT and, where wanted, @HANDLE, https://REPLY_URL, id=NAME, workgroup=NAME. May be given several
    /// times; `heard connect --list` says where each platform shows the account.
    #[arg(long, value_name = "WORDS")]
    source: Vec<String>,
    /// A place where people work: NAME=ZONE HOURS[, HOURS], as `dublin=Europe/Dublin Mon-Fri 08:00-20:00`. May be given
    /// several times; without one somebody always works.
    #[arg(long, value_name = "NAME=ZONE HOURS")]
    desk: Vec<String>,
    /// Who serves the sources that name nobody.
    #[arg(long, default_value = "customer-care")]
    workgroup: String,
    /// The Worker's name at Cloudflare; as in wrangler.toml without it.
    #[arg(long)]
    name: Option<String>,
    /// Overwrite a configuration that is not the demo's.
    #[arg(long)]
    force: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command, in the project's folder.
///
/// # Errors
/// When there is a configuration already, an answer is not usable, or a file cannot be written.
pub fn run(args: InitArgs) -> Result<ExitCode> {
    let root = build::project_root()?;
    let (heard, deployed) = (root.join(FILE), root.join(wrangler::FILE));
    replaceable(&heard, args.force)?;
    let asks = args.brand.is_none() || args.source.is_empty();
    let chosen = Chosen::of(&args, asks.then(|| Box::new(std::io::stdin().lock()) as _))?;
    let text = chosen.written();
    let as_json = table(&text).context("what was answered cannot be written")?;
    let left = demo(&as_json, Mode::Live);
    if let Some(left) = left.first() {
        bail!("{} {}", left.key, left.says);
    }
    let before = std::fs::read_to_string(&deployed)
        .with_context(|| format!("cannot read {}", deployed.display()))?;
    let fitted = wrangler::fitted(&before, &as_json, args.name.as_deref())?;
    // Judged as it will lie there, before anything is overwritten.
    check::would_be_sound(&text, &fitted)?;
    // What was there stays beside it: nobody loses a line.
    for file in [&heard, &deployed] {
        if file.is_file() {
            std::fs::copy(file, beside(file, "old"))
                .with_context(|| format!("cannot keep what {} was", file.display()))?;
        }
    }
    write(&heard, &text)?;
    write(&deployed, &fitted)?;
    let secrets = wanted(&Default::default(), &as_json);
    if args.json {
        let secrets: Vec<_> = secrets.iter().map(Wanted::json).collect();
        say!(
            "{}",
            json!({"config": FILE, "wrangler": wrangler::FILE, "secrets": secrets})
        );
        return Ok(ExitCode::SUCCESS);
    }
    say!(
        "{FILE} and {} are yours. The mode is dry_run: nothing is sent.",
        wrangler::FILE
    );
    say!("\nSecrets that you need:");
    for secret in &secrets {
        say!("  {}", secret.told());
    }
    say!(
        "\nNext: `heard secrets make` writes secrets.env with those that you choose yourself; put the others in, `heard secrets push`, \
         `heard deploy`. {} has it all.",
        ".github/docs/live.md"
    );
    Ok(ExitCode::SUCCESS)
}

/// Refuses where a configuration would be lost: one whose brand or any of whose accounts is not the demo's.
fn replaceable(heard: &Path, force: bool) -> Result<()> {
    let Ok(text) = std::fs::read_to_string(heard) else {
        return Ok(());
    };
    let kept = table(&text).is_ok_and(|table| {
        let found = demo(&table, Mode::Live);
        let is_demo = |key: &str| found.iter().any(|problem| problem.key == key);
        let sources: toml::Table = toml::from_str(&text).unwrap_or_default();
        let sources = sources.get("sources").and_then(toml::Value::as_array);
        let n = sources.map_or(0, Vec::len);
        is_demo("brand.name") && (0..n).all(|at| is_demo(&format!("sources[{at}].account")))
    });
    if !kept && !force {
        bail!("{FILE} is there already and is not the demo's: --force overwrites it");
    }
    Ok(())
}

/// The file of that name with an ending more.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Written beside its place and renamed into it: whoever is interrupted has the old file or the new one.
fn write(file: &Path, text: &str) -> Result<()> {
    let new = beside(file, "new");
    std::fs::write(&new, text)
        .and_then(|()| std::fs::rename(&new, file))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// An account of the brand's.
#[derive(Debug)]
struct Account {
    platform: Platform,
    account: String,
    handle: Option<String>,
    reply_url: Option<String>,
    id: Option<String>,
    workgroup: Option<String>,
}

impl Account {
    fn read(words: &str) -> Result<Self> {
        let mut parts = words.split_whitespace();
        let name = parts.next().unwrap_or_default();
        let platform = Platform::named(name).ok_or_else(|| {
            let all = Platform::ALL.map(Platform::as_str).join(", ");
            anyhow!("--source {words:?}: {name:?} is no platform; one of {all}")
        })?;
        let account = parts
            .next()
            .with_context(|| format!("--source {words:?}: name the account after the platform"))?;
        let mut read = Self {
            platform,
            account: account.to_owned(),
            handle: None,
            reply_url: None,
            id: None,
            workgroup: None,
        };
        if let Some(form) = platform.profile().account
            && !(form.fits)(account)
        {
            bail!("--source {words:?}: the account is to be {}", form.says);
        }
        for part in parts {
            match part.split_once('=') {
                _ if part.starts_with('@') => read.handle = Some(part.to_owned()),
                _ if part.starts_with("https://") => read.reply_url = Some(part.to_owned()),
                Some(("id", id)) => read.id = Some(id.to_owned()),
                Some(("workgroup", name)) => read.workgroup = Some(name.to_owned()),
                _ => bail!(
                    "--source {words:?}: {part:?} is neither an @handle, an https address, id=NAME nor workgroup=NAME"
                ),
            }
        }
        if platform.profile().needs_reply_url && read.reply_url.is_none() {
            bail!("--source {words:?}: {platform} needs the https address that replies go to");
        }
        Ok(read)
    }
}

/// A place where people work.
#[derive(Debug)]
struct Desk {
    name: String,
    zone: String,
    open: Vec<String>,
}

impl Desk {
    fn read(words: &str) -> Result<Self> {
        let parts = words
            .split_once('=')
            .and_then(|(name, rest)| Some((name.trim(), rest.trim().split_once(' ')?)));
        let Some((name, (zone, hours))) = parts else {
            bail!(
                "--desk {words:?} is not NAME=ZONE HOURS, as dublin=Europe/Dublin Mon-Fri 08:00-20:00"
            );
        };
        if Zone::named(zone).is_none() {
            bail!("--desk {words:?}: {zone:?} is no time zone, as Europe/Dublin is one");
        }
        Ok(Self {
            name: slug(name),
            zone: zone.to_owned(),
            open: hours.split(',').map(|one| one.trim().to_owned()).collect(),
        })
    }
}

/// A name as ids are written.
fn slug(name: &str) -> String {
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    name.trim().chars().map(letter).collect()
}

/// All that was answered.
#[derive(Debug)]
struct Chosen {
    brand: String,
    languages: Vec<String>,
    /// Who signs, by language.
    team: BTreeMap<String, String>,
    serves: Vec<String>,
    accounts: Vec<Account>,
    desks: Vec<Desk>,
    workgroup: String,
}

/// Where answers come from.
struct Asker<'a>(Box<dyn BufRead + 'a>);

impl Asker<'_> {
    /// Asks until an answer can be read; an empty one takes the default.
    fn ask<T>(
        &mut self,
        question: &str,
        default: Option<&str>,
        read: impl Fn(&str) -> Result<T>,
    ) -> Result<T> {
        loop {
            note!(
                "{question}{}",
                default.map_or_else(String::new, |it| format!(" [{it}]"))
            );
            let mut line = String::new();
            if self.0.read_line(&mut line)? == 0 {
                bail!("nobody answers: give the answers as flags (`heard init --help`)");
            }
            let answer = match (line.trim(), default) {
                ("", Some(default)) => default,
                (answer, _) => answer,
            };
            match read(answer) {
                Ok(read) => return Ok(read),
                Err(why) => note!("  {why:#}"),
            }
        }
    }
}

fn filled(text: &str) -> Result<String> {
    match text {
        "" => bail!("it must not be empty"),
        text => Ok(text.to_owned()),
    }
}

fn listed(text: &str) -> Vec<String> {
    let parts = text.split([',', ' ']).map(str::trim);
    parts
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

fn spoken(tags: Vec<String>) -> Result<Vec<String>> {
    for tag in &tags {
        if language(tag).is_none() {
            let all: Vec<_> = languages().collect();
            bail!(
                "{tag:?} is no language that Heard answers in; one of {}",
                all.join(", ")
            );
        }
    }
    match tags.is_empty() {
        true => bail!("name at least one language"),
        false => Ok(tags),
    }
}

impl Chosen {
    fn of<'a>(args: &InitArgs, asks: Option<Box<dyn BufRead + 'a>>) -> Result<Self> {
        let mut asker = asks.map(Asker);
        let brand = match (&args.brand, &mut asker) {
            (Some(brand), _) => filled(brand.trim())?,
            (None, Some(asker)) => asker.ask("What is your brand called?", None, filled)?,
            (None, None) => bail!("--brand is missing"),
        };
        let languages = match (&mut asker, args.language.is_empty()) {
            (Some(asker), true) => asker.ask(
                "In which languages does it answer, the main one first? (en, de ...)",
                Some("en"),
                |text| spoken(listed(text)),
            )?,
            (None, true) => vec!["en".to_owned()],
            (_, false) => spoken(args.language.clone())?,
        };
        let mut team = BTreeMap::new();
        for words in &args.team {
            match words.split_once('=') {
                Some((tag, text)) => {
                    spoken(vec![tag.trim().to_owned()])?;
                    team.insert(tag.trim().to_owned(), text.trim().to_owned());
                }
                None => {
                    let main = languages.first().cloned().unwrap_or_default();
                    team.insert(main, words.trim().to_owned());
                }
            }
        }
        if let (Some(asker), true) = (&mut asker, team.is_empty()) {
            for tag in &languages {
                let usual = format!("the {brand} team");
                let usual = (tag == "en").then_some(usual.as_str());
                let question =
                    format!("Who signs in {tag}? (\"the care team\"; empty: the brand's name)");
                let signs = asker.ask(&question, usual, |text| Ok(text.to_owned()))?;
                if !signs.is_empty() {
                    team.insert(tag.clone(), signs);
                }
            }
        }
        let serves = match (&mut asker, args.serves.is_empty()) {
            (Some(asker), true) => asker.ask(
                "In which countries are its customers? (GB, IE ...; it decides which emergency number may be named; empty: none)",
                None,
                |text| Ok(listed(text)),
            )?,
            _ => args.serves.clone(),
        };
        let serves = serves
            .iter()
            .map(|it| it.trim().to_ascii_uppercase())
            .collect();
        let given: Result<Vec<Account>> = args.source.iter().map(|it| Account::read(it)).collect();
        let mut accounts = given?;
        if let (Some(asker), true) = (&mut asker, accounts.is_empty()) {
            note!(
                "Which accounts? One a line: PLATFORM ACCOUNT [@HANDLE] [https://REPLY_URL]. An empty line ends it."
            );
            loop {
                let question = match accounts.len() {
                    0 => "An account:",
                    _ => "Another account:",
                };
                let may_end = !accounts.is_empty();
                let read = |text: &str| match text {
                    "" if may_end => Ok(None),
                    "" => bail!("name at least one"),
                    text => Account::read(text).map(Some),
                };
                match asker.ask(question, None, read)? {
                    Some(account) => accounts.push(account),
                    None => break,
                }
            }
        }
        let desks: Result<Vec<Desk>> = args.desk.iter().map(|it| Desk::read(it)).collect();
        let mut desks = desks?;
        if let (Some(asker), true) = (&mut asker, desks.is_empty()) {
            note!(
                "Where and when do people work? One a line: dublin=Europe/Dublin Mon-Fri 08:00-20:00. An empty line ends it; none: always."
            );
            let read = |text: &str| match text {
                "" => Ok(None),
                text => Desk::read(text).map(Some),
            };
            while let Some(desk) = asker.ask("A place:", None, read)? {
                desks.push(desk);
            }
        }
        Ok(Self {
            brand,
            languages,
            team,
            serves,
            accounts,
            desks,
            workgroup: slug(&args.workgroup),
        })
    }

    /// The configuration.
    fn written(&self) -> String {
        let mut out = String::new();
        // Writing into a text cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn team_table(&self) -> Option<String> {
        let of = |(tag, text): (&String, &String)| format!("{tag} = {}", quoted(text));
        let all: Vec<_> = self.team.iter().map(of).collect();
        (!all.is_empty()).then(|| format!("{{ {} }}", all.join(", ")))
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "# Heard's configuration; `heard check` names every mistake by its key, and"
        )?;
        writeln!(out, "# .github/docs/configuration.md explains every key.")?;
        writeln!(
            out,
            "mode = \"dry_run\" # off: no acknowledgments; dry_run: everything but the send; live"
        )?;
        writeln!(
            out,
            "shards = 1       # Durable Objects that share the queue; fixed once posts are in"
        )?;
        writeln!(out, "\n[brand]\nname = {}", quoted(&self.brand))?;
        let main = self.languages.first().map_or("en", String::as_str);
        writeln!(
            out,
            "language = {} # for posts whose own is not recognised",
            quoted(main)
        )?;
        match self.team_table() {
            Some(team) => writeln!(
                out,
                "team = {team} # who signs; in another language the brand's name does"
            )?,
            None => writeln!(
                out,
                "# team = {{ {main} = \"...\" }} # who signs; without it the brand's name does"
            )?,
        }
        if !self.serves.is_empty() {
            let serves: Vec<_> = self.serves.iter().map(|it| quoted(it)).collect();
            writeln!(
                out,
                "serves = [{}] # whose emergency number may be named",
                serves.join(", ")
            )?;
        }
        for desk in &self.desks {
            let open: Vec<_> = desk.open.iter().map(|it| quoted(it)).collect();
            writeln!(
                out,
                "\n[calendars.{}]\ntimezone = {}\nopen = [{}]",
                desk.name,
                quoted(&desk.zone),
                open.join(", ")
            )?;
        }
        for workgroup in self.workgroups() {
            for desk in &self.desks {
                let team = self.team_table().unwrap_or_else(|| quoted(&self.brand));
                writeln!(
                    out,
                    "\n[[rosters.{workgroup}]]\nteam = {team}\ncalendar = {}",
                    quoted(&desk.name)
                )?;
            }
        }
        let (apps, sources) = self.named();
        for (id, scheme) in &apps {
            writeln!(
                out,
                "\n[[apps]] # its webhook is /webhooks/{id}\nid = {}\nscheme = {}",
                quoted(id),
                quoted(scheme)
            )?;
        }
        for (id, app, account) in sources {
            writeln!(
                out,
                "\n[[sources]]\nid = {}\napp = {}",
                quoted(&id),
                quoted(&app)
            )?;
            writeln!(out, "platform = {}", quoted(account.platform.as_str()))?;
            writeln!(out, "account = {}", quoted(&account.account))?;
            if let Some(handle) = &account.handle {
                writeln!(out, "handle = {}", quoted(handle))?;
            }
            let workgroup = account.workgroup.as_deref().map(slug);
            writeln!(
                out,
                "workgroup = {}",
                quoted(workgroup.as_ref().unwrap_or(&self.workgroup))
            )?;
            if let Some(url) = &account.reply_url {
                writeln!(out, "reply_url = {}", quoted(url))?;
            }
        }
        Ok(())
    }

    fn workgroups(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for account in &self.accounts {
            let own = account.workgroup.as_deref().map(slug);
            let own = own.unwrap_or_else(|| self.workgroup.clone());
            if !all.contains(&own) {
                all.push(own);
            }
        }
        all
    }

    /// The apps with their schemes, and the sources with their ids and apps. Where deliveries name no account, a
    /// source has an app of its own.
    fn named(&self) -> (Vec<Scheme>, Vec<Named<'_>>) {
        let mut apps: Vec<Scheme> = Vec::new();
        let mut sources: Vec<Named<'_>> = Vec::new();
        for account in &self.accounts {
            let scheme = account.platform.feed().scheme.as_str();
            let alone = account.platform.profile().account.is_none();
            let known = apps.iter().filter(|(_, of)| *of == scheme).count();
            let app = match (known, alone) {
                (0, _) | (_, false) => scheme.to_owned(),
                (n, true) => format!("{scheme}-{}", n + 1),
            };
            if !apps.iter().any(|(id, _)| *id == app) {
                apps.push((app.clone(), scheme));
            }
            let id = account.id.as_deref().map(slug).unwrap_or_else(|| {
                let platform = account.platform.as_str();
                let taken = sources
                    .iter()
                    .filter(|(_, _, of)| of.platform == account.platform);
                match taken.count() {
                    0 => platform.to_owned(),
                    n => format!("{platform}-{}", n + 1),
                }
            });
            sources.push((id, app, account));
        }
        (apps, sources)
    }
}

/// An app's id and its scheme.
type Scheme = (String, &'static str);

/// A source's id, its app and its account.
type Named<'a> = (String, String, &'a Account);

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: InitArgs,
    }

    fn args(words: &[&str]) -> InitArgs {
        Line::try_parse_from(std::iter::once(&"init").chain(words))
            .unwrap()
            .args
    }

    /// The airline of the issue: five platforms, two centres, two languages.
    const AIRLINE: &[&str] = &[
        "--brand",
        "Aer \"Éire\" Lines",
        "--language",
        "en,de",
        "--team",
        "the care team",
        "--team",
        "de=das Serviceteam",
        "--serves",
        "ie,DE",
        "--source",
        "x 44196397 @AerEireLines",
        "--source",
        "facebook 100200300",
        "--source",
        "messenger 100200300",
        "--source",
        "instagram 17841400008460056 @aereire",
        "--source",
        "whatsapp 106540352242922 workgroup=messages",
        "--source",
        "discourse forum.aereire.example @care",
        "--source",
        "telegram AerEireBot",
        "--source",
        "telegram AerEireDeBot id=telegram-de",
        "--desk",
        "dublin=Europe/Dublin Mon-Fri 08:00-20:00, Sat 09:00-17:00",
        "--desk",
        "manila=Asia/Manila Mon-Sun 20:00-05:00",
    ];

    #[test]
    fn an_airline_has_a_configuration_without_a_mistake_or_a_demo() {
        let chosen = Chosen::of(&args(AIRLINE), None).unwrap();
        let text = chosen.written();
        let table = table(&text).unwrap();
        let config = Config::read(&table, &|_| None);
        let mistakes: Vec<_> = config
            .problems
            .iter()
            .filter(|it| !it.says.contains("is not set"))
            .collect();
        assert!(mistakes.is_empty(), "{mistakes:?}\n{text}");
        assert_eq!(demo(&table, Mode::Live), []);
        assert_eq!((config.sources.len(), config.apps.len()), (8, 5));
        assert_eq!(config.brands[0].name, "Aer \"Éire\" Lines");
        assert_eq!(config.mode, Mode::DryRun);
        // Each bot has a webhook of its own; Meta's four share one.
        let app = |id: &str| {
            let mut sources = config.sources.iter();
            sources
                .find(|it| it.id.as_str() == id)
                .unwrap()
                .app
                .to_string()
        };
        assert_eq!(
            (app("telegram"), app("telegram-de")),
            ("telegram".into(), "telegram-2".into())
        );
        assert_eq!(
            (app("facebook"), app("whatsapp")),
            ("meta".into(), "meta".into())
        );
        // Both centres sign, in both workgroups.
        for workgroup in ["customer-care", "messages"] {
            let mut sources = config.sources.iter();
            let source = sources
                .find(|it| it.workgroup.as_str() == workgroup)
                .unwrap();
            assert_eq!(source.roster.as_ref().unwrap().shifts().len(), 2);
        }
        // And wrangler.toml asks for the secrets of these accounts alone.
        let fitted =
            wrangler::fitted(include_str!("../../wrangler.toml"), &table, Some("aer")).unwrap();
        assert!(!fitted.to_lowercase().contains("northline"), "{fitted}");
        assert!(
            fitted.contains("\"REPLY_TOKEN__TELEGRAM_DE\"") && fitted.contains("name = \"aer\"")
        );
        check::would_be_sound(&text, &fitted).unwrap();
    }

    #[test]
    fn answers_are_asked_for_until_they_can_be_read() {
        let answers = "\nAer Test\nxx\nen de\n\n\nIE\nfax 12\nx @name\nx 44196397 @AerTest\n\nbad\ncork=Europe/Cork Mon 1-2\ncork=Europe/Dublin Mon-Fri 09:00-17:00\n\n";
        let chosen = Chosen::of(&args(&[]), Some(Box::new(answers.as_bytes()))).unwrap();
        assert_eq!(chosen.brand, "Aer Test");
        assert_eq!(chosen.languages, ["en", "de"]);
        assert_eq!(chosen.team["en"], "the Aer Test team");
        assert_eq!((chosen.accounts.len(), chosen.desks.len()), (1, 1));
        let config = Config::read(&table(&chosen.written()).unwrap(), &|_| None);
        assert!(
            config
                .problems
                .iter()
                .all(|it| it.says.contains("is not set")),
            "{:?}",
            config.problems
        );
        // Who says nothing is told what to do instead.
        let silent = Chosen::of(&args(&[]), Some(Box::new(&b""[..]))).unwrap_err();
        assert!(silent.to_string().contains("as flags"), "{silent}");
    }

    #[test]
    fn an_answer_that_cannot_be_used_is_named() {
        for (words, told) in [
            (vec!["--source", "fax 1"], "is no platform"),
            (vec!["--source", "x"], "name the account"),
            (vec!["--source", "x @handle"], "the account is to be"),
            (vec!["--source", "zendesk 12"], "needs the https address"),
            (vec!["--source", "x 12 handle"], "neither an @handle"),
            (vec!["--source", "x 12", "--language", "tlh"], "no language"),
            (
                vec!["--source", "x 12", "--desk", "cork"],
                "is not NAME=ZONE HOURS",
            ),
            (
                vec!["--source", "x 12", "--desk", "cork=Europe/Cork Mon"],
                "is no time zone",
            ),
        ] {
            let all: Vec<&str> = ["--brand", "B"].into_iter().chain(words).collect();
            let refused = format!("{:#}", Chosen::of(&args(&all), None).unwrap_err());
            assert!(refused.contains(told), "{refused}");
        }
    }

    #[test]
    fn only_the_demo_is_replaced_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("heard.toml");
        assert!(replaceable(&file, false).is_ok(), "there is none");
        let shipped = include_str!("../../tests/frozen/0.2/heard.toml");
        std::fs::write(&file, shipped).unwrap();
        assert!(replaceable(&file, false).is_ok());
        for (from, to) in [
            ("4200000001", "44196397"),
            ("name = \"Northline Rail\"", "name = \"Mine\""),
        ] {
            assert!(shipped.contains(from));
            std::fs::write(&file, shipped.replace(from, to)).unwrap();
            assert!(replaceable(&file, false).is_err());
            assert!(replaceable(&file, true).is_ok());
        }
        // What cannot be read is somebody's work too.
        std::fs::write(&file, "[brand").unwrap();
        assert!(replaceable(&file, false).is_err());
    }
}
