//! `heard config upgrade`: the files of an older Heard, as this one reads them.

use super::check;
use crate::cli::wrangler;
use crate::config::demo::demo;
use crate::config::{Config, Mode};
use crate::lab::build;
use crate::lab::configuration::{FILE, table};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::ExitCode;
use toml_edit::{DocumentMut, Item, TableLike};

/// Looks after the configuration.
#[derive(clap::Args, Debug)]
pub struct ConfigArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Rewrites the files of an older version, or names the key that it cannot; and adds to wrangler.toml what
    /// the configuration needs there: bindings, classes, the names of secrets.
    Upgrade {
        /// The older wrangler.toml, if it is not the project's.
        #[arg(long, default_value = wrangler::FILE)]
        from: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command, in the project's folder.
///
/// # Errors
/// When a file cannot be read or written, or a key cannot be moved.
pub fn run(args: ConfigArgs) -> Result<ExitCode> {
    let Command::Upgrade { from, json } = args.command;
    let mut done: Vec<String> = Vec::new();
    let root = build::project_root()?;
    let read = |file: &PathBuf| {
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
    };
    let (heard, deployed) = (root.join(FILE), root.join(wrangler::FILE));
    let old = read(&from)?;
    let is_own = from.canonicalize().ok() == deployed.canonicalize().ok();
    if let Some((rest, moved)) = moved(&old)? {
        let kept = std::fs::read_to_string(&heard).unwrap_or_default();
        let is_demo = table(&kept).is_ok_and(|table| !demo(&table, Mode::Live).is_empty());
        if !kept.is_empty() && !is_demo {
            bail!(
                "vars.HEARD cannot be moved: {FILE} is there already, and is not the demo's. Keep one of them"
            );
        }
        std::fs::write(&heard, &moved).with_context(|| format!("cannot write {FILE}"))?;
        done.push(format!(
            "{FILE} is what was [vars.HEARD] of {}.",
            from.display()
        ));
        if is_own {
            std::fs::write(&deployed, rest).context("cannot write wrangler.toml")?;
        }
    }
    let ours = read(&heard)?;
    if let Some(without) = without_moves(&ours)? {
        std::fs::write(&heard, without).with_context(|| format!("cannot write {FILE}"))?;
        done.push(format!(
            "{FILE}: what belonged to the voice of 0.2 (moves, words, emergency_line) is at its end, as comments. Write whole \
             sentences instead (.github/docs/voice.md)."
        ));
    }
    let before = read(&deployed)?;
    let mended = wrangler::mended(&before, &table(&read(&heard)?)?)?;
    if mended != before {
        std::fs::write(&deployed, mended).context("cannot write wrangler.toml")?;
        done.push(format!("{} has what it lacked.", wrangler::FILE));
    }
    // Told also where the check then fails: the files are changed.
    let sound = check::sound(&root);
    match json {
        true => say!(
            "{}",
            serde_json::json!({"done": done, "sound": sound.is_ok()})
        ),
        false => done.iter().for_each(|one| say!("{one}")),
    }
    sound?;
    if !json {
        say!("Nothing is left to do.");
    }
    Ok(ExitCode::SUCCESS)
}

/// An older wrangler.toml without Heard's configuration, and that configuration; `None` where it has none.
///
/// # Errors
/// Names the key that cannot be moved.
fn moved(wrangler_toml: &str) -> Result<Option<(String, String)>> {
    let mut document: DocumentMut = wrangler_toml.parse().context("wrangler.toml is not TOML")?;
    let Some(item) = take(document.as_table_mut(), &["vars", "HEARD"]) else {
        return Ok(None);
    };
    let heard = written(item).context("vars.HEARD is not a table")?;
    let all: toml::Table = toml::from_str(&heard)?;
    let environments = document.get("env").and_then(Item::as_table_like);
    let names: Vec<String> = environments
        .into_iter()
        .flat_map(|environments| environments.iter().map(|(name, _)| name.to_owned()))
        .collect();
    for name in names {
        let key = format!("env.{name}.vars.HEARD");
        let path = ["env", name.as_str(), "vars", "HEARD"];
        let Some(item) = take(document.as_table_mut(), &path) else {
            continue;
        };
        let own = written(item).with_context(|| format!("{key} is not a table"))?;
        let mut own: toml::Table = toml::from_str(&own)?;
        let mode = own.remove("mode");
        let keys = own.keys().chain(all.keys()).filter(|key| *key != "mode");
        if let Some(unlike) = keys.into_iter().find(|key| own.get(*key) != all.get(*key)) {
            bail!(
                "{key}.{unlike} cannot be moved: it is not as at the top, and {FILE} is one file for all \
                 environments. Write both there, each with environments = [\"...\"]"
            );
        }
        let mode = mode
            .as_ref()
            .and_then(toml::Value::as_str)
            .map(str::to_owned);
        let mut at: &mut dyn TableLike = document.as_table_mut();
        for step in ["env", &name, "vars"] {
            at = wrangler::sub_table(at, step)?;
        }
        // Without one, nothing was acknowledged there.
        at.insert(
            "HEARD_MODE",
            toml_edit::value(mode.as_deref().unwrap_or("off")),
        );
    }
    // What this version does not read, it cannot move.
    let config = Config::read(&table(&heard)?, &|_| None);
    let unread =
        |problem: &&crate::config::problem::Problem| problem.says.contains("nothing reads it");
    if let Some(problem) = config.problems.iter().find(unread) {
        bail!(
            "vars.HEARD.{} cannot be moved: it {}",
            problem.key,
            problem.says
        );
    }
    Ok(Some((document.to_string(), heard)))
}

/// What the voice of 0.2 read and none has read since: its lines were parts of sentences, so nothing can be made of them.
const OF_MOVES: &str = "# Of the voice of 0.2, which put sentences together from moves and words. Nothing reads it any more.";

/// A configuration whose leftovers of 0.2's voice are comments at its end; `None` where it has none.
///
/// # Errors
/// Where it is not TOML.
pub fn without_moves(heard_toml: &str) -> Result<Option<String>> {
    let mut document: DocumentMut = heard_toml
        .parse()
        .with_context(|| format!("{FILE} is not TOML"))?;
    let mut aside = Vec::new();
    let root = document.as_table_mut();
    leave_words(root, &mut aside);
    if let Some(brand) = root.get_mut("brand").and_then(Item::as_table_like_mut) {
        leave_line(brand, &mut aside);
    }
    let brands = root.get_mut("brands").and_then(Item::as_table_like_mut);
    for (_, brand) in brands.into_iter().flat_map(|brands| brands.iter_mut()) {
        if let Some(brand) = brand.as_table_like_mut() {
            leave_words(brand, &mut aside);
            leave_line(brand, &mut aside);
        }
    }
    let sources = root
        .get_mut("sources")
        .and_then(Item::as_array_of_tables_mut);
    for source in sources.into_iter().flat_map(|sources| sources.iter_mut()) {
        leave_line(source, &mut aside);
    }
    if aside.is_empty() {
        return Ok(None);
    }
    let comments: String = aside
        .iter()
        .flat_map(|part| part.lines())
        .map(|line| format!("# {line}").trim_end().to_owned() + "\n")
        .collect();
    Ok(Some(format!(
        "{}\n\n{OF_MOVES}\n{comments}",
        document.to_string().trim_end()
    )))
}

/// Takes 0.2's lines and words out of a table.
fn leave_words(table: &mut dyn TableLike, aside: &mut Vec<String>) {
    if let Some(lines) = table
        .get_mut("voice")
        .and_then(Item::as_array_of_tables_mut)
    {
        let old = |line: &toml_edit::Table| line.contains_key("move");
        for line in lines.iter().filter(|line| old(line)) {
            aside.push(format!("[[voice]]\n{}", line.to_string().trim_end()));
        }
        lines.retain(|line| !old(line));
    }
    if let Some(words) = table.remove("words") {
        let words = words.as_array_of_tables().into_iter().flatten();
        aside.extend(words.map(|words| format!("[[words]]\n{}", words.to_string().trim_end())));
    }
}

/// Takes 0.2's line for people in danger out of a table.
fn leave_line(table: &mut dyn TableLike, aside: &mut Vec<String>) {
    if let Some(line) = table.remove("emergency_line") {
        aside.push(format!("emergency_line = {}", line.to_string().trim()));
    }
}

/// Takes a table out of another, and with it what is then empty on its way.
fn take(table: &mut dyn TableLike, path: &[&str]) -> Option<Item> {
    let (first, rest) = path.split_first()?;
    if rest.is_empty() {
        return table.remove(first);
    }
    let inner = table.get_mut(first)?.as_table_like_mut()?;
    let taken = take(inner, rest)?;
    if inner.is_empty() {
        table.remove(first);
    }
    Some(taken)
}

/// A table as a file of its own, its comments kept.
fn written(item: Item) -> Option<String> {
    let mut table = item.into_table().ok()?;
    let before = table.decor().prefix().and_then(|prefix| prefix.as_str());
    let before = before.unwrap_or_default().trim_start().to_owned();
    table.set_implicit(false);
    let text = DocumentMut::from(table).to_string();
    Some(format!("{before}{}", text.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = r#"name = "heard"
main = "build/index.js"

# Ours.
[vars.HEARD]
mode = "dry_run" # until May
shards = 2

# Whose voice.
[vars.HEARD.brand]
name = "Southern"

[[vars.HEARD.apps]]
id = "x"
scheme = "x"

[[vars.HEARD.sources]]
id = "x" # the account
app = "x"
platform = "x"
account = "1"
workgroup = "care"
"#;

    #[test]
    fn an_older_file_is_moved_with_its_comments() {
        let (rest, heard) = moved(OLD).unwrap().unwrap();
        assert_eq!(rest.trim(), "name = \"heard\"\nmain = \"build/index.js\"");
        for part in [
            "# Ours.\nmode = \"dry_run\" # until May\nshards = 2\n",
            "# Whose voice.\n[brand]\nname = \"Southern\"\n",
            "[[sources]]\nid = \"x\" # the account\n",
        ] {
            assert!(heard.contains(part), "{heard}");
        }
        let before: toml::Table = toml::from_str(OLD).unwrap();
        let after: toml::Table = toml::from_str(&heard).unwrap();
        assert_eq!(before["vars"]["HEARD"].as_table(), Some(&after));
        // Once is enough.
        assert_eq!(moved(&rest).unwrap(), None);
        // And what is left gets what this version needs.
        let mended = wrangler::mended(&rest, &table(&heard).unwrap()).unwrap();
        let wrangler: toml::Table = toml::from_str(&mended).unwrap();
        assert_eq!(wrangler::problems(&wrangler, &table(&heard).unwrap()), []);
    }

    #[test]
    fn what_the_voice_of_moves_read_is_left_as_comments() {
        let old = include_str!("../../tests/frozen/0.2/heard.toml");
        let new = without_moves(old).unwrap().unwrap();
        let config = Config::read(&table(&new).unwrap(), &|_| None);
        let ours: Vec<_> = config
            .problems
            .iter()
            .filter(|one| !one.says.contains("is not set") && one.key != "mode")
            .collect();
        assert!(ours.is_empty(), "{ours:?}");
        for line in [
            "# move = \"next\"",
            "# [[words]]",
            "# emergency_line = { en = \"999, or us on 0800 40 50 60\"",
        ] {
            assert!(new.contains(line), "{new}");
        }
        // Once is enough.
        assert_eq!(without_moves(&new).unwrap(), None);
        // In one brand of several, and at a source.
        let many = "[brands.a]\nname = \"A\"\nemergency_line = \"112\"\n[[brands.a.voice]]\nmove = \"hear\"\ntext = \"x\"\n\
                    [[sources]]\nid = \"x\"\nemergency_line = \"999\"\n";
        let left: toml::Table = without_moves(many).unwrap().unwrap().parse().unwrap();
        assert!(
            !left["brands"]["a"]
                .as_table()
                .unwrap()
                .contains_key("emergency_line")
        );
        assert!(
            !left["sources"][0]
                .as_table()
                .unwrap()
                .contains_key("emergency_line")
        );
        assert!(!left.to_string().contains("hear"), "{left}");
    }

    #[test]
    fn an_environment_s_own_copy_leaves_its_mode() {
        let of_env = OLD
            .replace("vars.HEARD", "env.live.vars.HEARD")
            .replace("dry_run", "live");
        let of_env = of_env.split_once("# Ours.").unwrap().1;
        let (rest, heard) = moved(&format!("{OLD}{of_env}")).unwrap().unwrap();
        let rest: toml::Table = toml::from_str(&rest).unwrap();
        assert_eq!(
            rest["env"]["live"]["vars"]["HEARD_MODE"].as_str(),
            Some("live")
        );
        assert!(
            !rest["env"]["live"]["vars"]
                .as_table()
                .unwrap()
                .contains_key("HEARD")
        );
        assert!(heard.contains("mode = \"dry_run\""));
    }

    #[test]
    fn the_key_that_cannot_be_moved_is_named() {
        let of_env = OLD.replace("vars.HEARD", "env.live.vars.HEARD");
        let of_env = of_env
            .split_once("# Ours.")
            .unwrap()
            .1
            .replace("Southern", "Other");
        let unread = OLD.replace("shards", "shard");
        for (old, key) in [
            (
                format!("{OLD}{of_env}"),
                "env.live.vars.HEARD.brand cannot be moved",
            ),
            (unread, "vars.HEARD.shard cannot be moved"),
            (
                "[vars]\nHEARD = 5\n".to_owned(),
                "vars.HEARD is not a table",
            ),
        ] {
            let refused = format!("{:#}", moved(&old).unwrap_err());
            assert!(refused.contains(key), "{refused}");
        }
    }
}
