//! From a clone to a live Worker: `heard init`, `secrets`, `connect` against the sandbox platforms, `doctor` and `deploy`
//! with a stand-in for wrangler; and what every command owes a shell.

use crate::rig::{Rig, secrets, shipped};
use heard::lab::sandbox::Sandbox;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A project as a clone has it, demo and all.
fn clone() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::write(folder.path().join("src/lib.rs"), "").unwrap();
    for file in ["wrangler.toml", "src/heard.toml"] {
        std::fs::copy(repository().join(file), folder.path().join(file)).unwrap();
    }
    folder
}

fn heard(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heard"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    // Set by cargo for this test, and by nobody for an operator.
    command.env_remove("CARGO_MANIFEST_DIR");
    for name in ["HEARD_TOKEN", "HEARD_URL", "HEARD_API", "HEARD_WRANGLER"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a command printed; it must have ended well.
fn well(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> String {
    let out = heard(folder, args, variables);
    let told = format!("{args:?}\n{}{}", text(&out.stdout), text(&out.stderr));
    assert!(out.status.success(), "{told}");
    text(&out.stdout)
}

/// What a command said as it refused.
fn refused(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> String {
    let out = heard(folder, args, variables);
    assert!(!out.status.success(), "{args:?}\n{}", text(&out.stdout));
    text(&out.stdout) + &text(&out.stderr)
}

const AIRLINE: &[&str] = &[
    "init",
    "--brand",
    "Aer Lines",
    "--language",
    "en,de",
    "--team",
    "the care team",
    "--team",
    "de=das Serviceteam",
    "--serves",
    "IE",
    "--name",
    "aer-heard",
    "--source",
    "x 44196397 @AerLines",
    "--source",
    "facebook 100200300",
    "--source",
    "messenger 100200300",
    "--source",
    "instagram 17841400008460056 @aerlines",
    "--source",
    "whatsapp 106540352242922",
    "--source",
    "discourse forum.aer.example @care",
    "--source",
    "telegram AerLinesBot",
    "--source",
    "line U4af4980629f1d6a1b3c5e7a9b1d3f5a7",
    "--source",
    "viber AerLines",
    "--source",
    "zendesk 8675309 https://aer.zendesk.example",
    "--source",
    "slack T0AERLINES",
    "--source",
    "mastodon social.aer.example @care",
    "--desk",
    "dublin=Europe/Dublin Mon-Fri 08:00-20:00",
    "--desk",
    "manila=Asia/Manila Mon-Sun 20:00-05:00",
];

/// What the operator puts in beside what `heard secrets make` makes; each value tells its name, to be searched for.
const PUT_IN: &str = "
X_CONSUMER_SECRET=hush-x-consumer
META_APP_SECRET=hush-meta-app-0123456789abcdef-0123
LINE_CHANNEL_SECRET=hush-line-0123456789abcdef-012345
VIBER_AUTH_TOKEN=hush-viber-token
SLACK_SIGNING_SECRET=hush-slack-0123456789abcdef-01234
MASTODON_WEBHOOK_SECRET=hush-mastodon-0123456789abcdef
ZENDESK_WEBHOOK_SECRET=hush-zendesk-0123456789abcdef
REPLY_TOKEN__X=oauth1:hush-ck:hush-cs:hush-tk:hush-ts
REPLY_TOKEN__FACEBOOK=hush-page-token
REPLY_TOKEN__MESSENGER=hush-page-token
REPLY_TOKEN__INSTAGRAM=IGhush-instagram
REPLY_TOKEN__WHATSAPP=hush-whatsapp
REPLY_TOKEN__DISCOURSE=care:hush-discourse
REPLY_TOKEN__TELEGRAM=4200000001:hush-telegram
REPLY_TOKEN__LINE=hush-line-token
REPLY_TOKEN__VIBER=hush-viber-token
REPLY_TOKEN__ZENDESK=care@aer.example/token:hush-zendesk
REPLY_TOKEN__SLACK=xoxb-hush-slack
REPLY_TOKEN__MASTODON=hush-mastodon
META_APP_ID=1234
META_WABA_ID=5678
X_BEARER_TOKEN=hush-bearer
DISCOURSE_ADMIN_KEY=hush-admin
ZENDESK_ADMIN=admin@aer.example/token:hush-zendesk-admin
";

/// The airline, its configuration written and its secrets in their file.
fn airline() -> TempDir {
    let folder = clone();
    well(folder.path(), AIRLINE, &[]);
    well(folder.path(), &["secrets", "make"], &[]);
    let file = folder.path().join("secrets.env");
    let made = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, made + PUT_IN).unwrap();
    folder
}

#[test]
fn a_clone_becomes_ones_own_and_is_not_overwritten() {
    let folder = clone();
    let said = well(folder.path(), AIRLINE, &[]);
    for part in [
        "TOKEN_KEY",
        "META_VERIFY_TOKEN",
        "REPLY_TOKEN__X ",
        "developer.x.com",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let checked = well(folder.path(), &["check"], &[]);
    assert!(
        checked.contains("is right: 12 sources, 9 apps, mode dry_run"),
        "{checked}"
    );
    for file in ["wrangler.toml", "src/heard.toml"] {
        let written = std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(
            !written.to_lowercase().contains("northline"),
            "{file}:\n{written}"
        );
    }
    // Once it is one's own it stays.
    let before = std::fs::read_to_string(folder.path().join("src/heard.toml")).unwrap();
    let again = ["init", "--brand", "Other", "--source", "x 12"];
    let said = refused(folder.path(), &again, &[]);
    assert!(said.contains("--force overwrites it"), "{said}");
    assert_eq!(
        std::fs::read_to_string(folder.path().join("src/heard.toml")).unwrap(),
        before
    );
    // A mistake overwrites nothing either.
    let said = refused(
        folder.path(),
        &[
            "init", "--brand", "O", "--source", "x 12", "--serves", "Atlantis", "--force",
        ],
        &[],
    );
    assert!(said.contains("brand.serves"), "{said}");
    assert_eq!(
        std::fs::read_to_string(folder.path().join("src/heard.toml")).unwrap(),
        before
    );
    let forced: Vec<&str> = again.into_iter().chain(["--force", "--json"]).collect();
    let said: Value = serde_json::from_str(&well(folder.path(), &forced, &[])).unwrap();
    let names: Vec<_> = said["secrets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["X_CONSUMER_SECRET", "REPLY_TOKEN__X", "TOKEN_KEY"]);
}

/// A program that stands in for wrangler: it writes down how it was called and what it was given.
fn stand_in(folder: &Path, says: &str) -> (String, PathBuf) {
    let (program, seen) = (folder.join("wrangler.sh"), folder.join("seen"));
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> '{seen}'\n[ \"$1\" = secret ] && cat >> '{seen}' && echo >> '{seen}'\necho '{says}'\n",
        seen = seen.display()
    );
    std::fs::write(&program, script).unwrap();
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    (program.display().to_string(), seen)
}

#[test]
fn secrets_are_made_and_pushed_and_never_printed() {
    let folder = airline();
    let (wrangler, seen) = stand_in(folder.path(), "done");
    let variables = [("HEARD_WRANGLER", wrangler.as_str())];
    let listed: Value =
        serde_json::from_str(&well(folder.path(), &["secrets", "list", "--json"], &[])).unwrap();
    assert!(
        listed
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["is_there"] == json!(true)),
        "{listed}"
    );

    let dry = heard(folder.path(), &["secrets", "push", "--dry-run"], &variables);
    assert!(dry.status.success() && !seen.exists());
    let pushed = heard(
        folder.path(),
        &["secrets", "push", "--env", "production"],
        &variables,
    );
    for said in [&dry.stdout, &dry.stderr, &pushed.stdout, &pushed.stderr] {
        let said = text(said);
        assert!(!said.contains("hush"), "{said}");
    }
    let told = text(&pushed.stdout);
    assert!(told.contains("REPLY_TOKEN__ZENDESK"), "{told}");
    // What only `heard connect` needs stays here.
    let left = told
        .lines()
        .find(|line| line.starts_with("not for the Worker"))
        .unwrap();
    for name in [
        "META_APP_ID",
        "META_WABA_ID",
        "X_BEARER_TOKEN",
        "DISCOURSE_ADMIN_KEY",
        "ZENDESK_ADMIN",
    ] {
        assert!(left.contains(name), "{left}");
    }
    let seen = std::fs::read_to_string(seen).unwrap();
    let (called, given) = seen.split_once('\n').unwrap();
    assert_eq!(called, "secret bulk --env production");
    let given: BTreeMap<String, String> = serde_json::from_str(given).unwrap();
    assert_eq!(given["REPLY_TOKEN__TELEGRAM"], "4200000001:hush-telegram");
    assert_eq!(given["TOKEN_KEY"].len(), 64);
    assert!(!given.contains_key("ZENDESK_ADMIN"));

    // One missing, and nothing is pushed.
    let file = folder.path().join("secrets.env");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("REPLY_TOKEN__LINE=hush-line-token", "")).unwrap();
    let said = refused(folder.path(), &["secrets", "push"], &variables);
    assert!(
        said.contains("REPLY_TOKEN__LINE") && said.contains("nothing is pushed"),
        "{said}"
    );
    // wrangler's failure is ours.
    std::fs::write(&file, text).unwrap();
    let said = refused(
        folder.path(),
        &["secrets", "push"],
        &[("HEARD_WRANGLER", "/bin/false")],
    );
    assert!(said.contains("failed"), "{said}");
}

/// The platforms know the airline's accounts.
async fn platforms() -> Sandbox {
    let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    for (who, says) in [
        ("telegram:me", "AerLinesBot"),
        ("line:me", "U4af4980629f1d6a1b3c5e7a9b1d3f5a7"),
        ("viber:me", "AerLines"),
        ("meta:app", "1234"),
        ("facebook:me", "100200300"),
        ("instagram:me", "17841400008460056"),
        ("whatsapp:me", "106540352242922"),
        ("x:AerLines", "44196397"),
        ("x:bearer", "hush-bearer"),
        ("zendesk:secret", "hush-zendesk-0123456789abcdef"),
        ("slack:me", "T0AERLINES"),
        ("mastodon:me", "care"),
    ] {
        sandbox.knows(who, says);
    }
    sandbox
}

const URL: &str = "https://aer-heard.aer.workers.dev";

/// What `heard connect` tells of each source, by its id; and whether it ended well.
async fn connected(
    folder: &Path,
    sandbox: &Sandbox,
    more: &[&str],
) -> (bool, BTreeMap<String, Value>) {
    let (folder, api) = (folder.to_owned(), sandbox.url());
    let mut args = vec!["connect".to_owned(), "--json".into()];
    if !more.contains(&"--url") {
        args.extend(["--url".to_owned(), URL.to_owned()]);
    }
    args.extend(more.iter().map(|it| (*it).to_owned()));
    let out = tokio::task::spawn_blocking(move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        heard(&folder, &args, &[("HEARD_API", api.as_str())])
    });
    let out = out.await.unwrap();
    let (stdout, stderr) = (text(&out.stdout), text(&out.stderr));
    assert!(
        !stdout.contains("hush") && !stderr.contains("hush"),
        "{stdout}{stderr}"
    );
    let all: Vec<Value> =
        serde_json::from_str(&stdout).unwrap_or_else(|why| panic!("{why}: {stdout}{stderr}"));
    let by_source = all
        .into_iter()
        .map(|one| (one["source"].as_str().unwrap().to_owned(), one));
    (out.status.success(), by_source.collect())
}

fn wrong(one: &Value) -> Vec<String> {
    let lines = one["lines"].as_array().unwrap().iter();
    let wrong = lines.filter(|line| line["state"] == "wrong");
    wrong
        .map(|line| format!("{}: {} -> {}", line["what"], line["says"], line["do"]))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_platform_with_an_api_is_registered_and_read_back() {
    let folder = airline();
    let sandbox = platforms().await;
    // Before, each says what is missing, and nothing is changed.
    let (good, before) = connected(folder.path(), &sandbox, &["--check"]).await;
    assert!(!good);
    for source in [
        "telegram",
        "line",
        "viber",
        "facebook",
        "messenger",
        "instagram",
        "whatsapp",
        "x",
        "discourse",
        "zendesk",
    ] {
        assert!(!wrong(&before[source]).is_empty(), "{}", before[source]);
    }
    let changed = |asked: &[String]| {
        asked.iter().any(|it| {
            it.starts_with("PUT") || it.contains("setWebhook") || it.contains("set_webhook")
        })
    };
    assert!(!changed(&sandbox.asked()), "{:?}", sandbox.asked());

    let (good, told) = connected(folder.path(), &sandbox, &[]).await;
    let mistakes: Vec<_> = told.values().flat_map(wrong).collect();
    assert!(good && mistakes.is_empty(), "{mistakes:#?}");
    assert!(changed(&sandbox.asked()));
    // And it is found so afterwards.
    let (good, after) = connected(folder.path(), &sandbox, &["--check"]).await;
    let mistakes: Vec<_> = after.values().flat_map(wrong).collect();
    assert!(good && mistakes.is_empty(), "{mistakes:#?}");
    // Twice is once: no second webhook, no second subscription.
    let posts = |asked: Vec<String>| asked.iter().filter(|it| it.starts_with("POST /2/")).count();
    let once = posts(sandbox.asked());
    connected(folder.path(), &sandbox, &["x"]).await;
    assert_eq!(
        (once, posts(sandbox.asked())),
        (5, 5),
        "a webhook and four subscriptions"
    );
    // Another address is noticed.
    let (good, moved) = connected(
        folder.path(),
        &sandbox,
        &["telegram", "--check", "--url", "https://other.example"],
    )
    .await;
    assert!(
        !good && wrong(&moved["telegram"])[0].contains("address"),
        "{moved:?}"
    );

    let manifest = &told["slack"]["manifest"];
    assert_eq!(
        manifest["settings"]["event_subscriptions"]["request_url"],
        format!("{URL}/webhooks/slack")
    );
    assert!(
        told["mastodon"]["steps"]
            .to_string()
            .contains(&format!("{URL}/webhooks/mastodon"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_the_tokens_is_told_and_nothing_registered() {
    let folder = airline();
    let sandbox = platforms().await;
    sandbox.knows("telegram:me", "SomebodyElsesBot");
    sandbox.knows("line:me", "U00000000000000000000000000000000");
    sandbox.knows("facebook:me", "615000");
    sandbox.knows("x:AerLines", "99");
    sandbox.knows("whatsapp:me", "1");
    sandbox.knows("instagram:me", "2");
    for source in ["telegram", "line", "facebook", "x", "whatsapp", "instagram"] {
        let (good, told) = connected(folder.path(), &sandbox, &[source]).await;
        let wrong = wrong(&told[source]);
        assert!(
            !good && wrong.iter().any(|it| it.starts_with("\"account\"")),
            "{source}: {wrong:?}"
        );
    }
    let changed: Vec<_> = sandbox
        .asked()
        .into_iter()
        .filter(|it| !it.starts_with("GET"))
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
    // Without its secrets a source still has its steps.
    std::fs::remove_file(folder.path().join("secrets.env")).unwrap();
    let (_, told) = connected(folder.path(), &sandbox, &["slack"]).await;
    assert!(told["slack"]["steps"].as_array().unwrap().len() > 2);
}

/// A reader who has gone before the first byte is no mistake, and no panic.
#[test]
fn nobody_who_stops_reading_makes_a_command_panic() {
    let root = repository();
    let file = root.join("src/heard.toml");
    let file = file.to_str().unwrap();
    for args in [
        vec!["rules"],
        vec!["platforms"],
        vec!["platforms", "--markdown"],
        vec!["platforms", "--json"],
        vec!["openapi"],
        vec!["check", "--config", file],
        vec!["check", "--json"],
        vec!["voice", "--lang", "en", "-n", "1"],
        vec!["score", "my train is late"],
        vec!["ack", "--platform", "x", "my train is late"],
        vec![
            "simulate",
            "--platform",
            "standard",
            "--key",
            "whsec_SGVhcmRIZWFyZEhlYXJkSGVhcmRIZWFyZEhlYXI=",
        ],
        vec!["connect", "--list"],
        vec!["connect", "--list", "--json"],
        vec!["secrets", "list"],
        vec!["completions", "bash"],
        vec!["--help"],
        vec!["--version"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_heard"));
        command
            .args(&args)
            .current_dir(&root)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped());
        let out = command.spawn().unwrap().wait_with_output().unwrap();
        let said = text(&out.stderr);
        assert!(!said.contains("panicked"), "{args:?}: {said}");
        assert!(out.status.success(), "{args:?}: {:?} {said}", out.status);
    }
}

#[test]
fn shells_complete_every_command() {
    let root = repository();
    for (shell, begins) in [
        ("bash", "_heard()"),
        ("zsh", "#compdef heard"),
        ("fish", "complete -c heard"),
    ] {
        let script = well(&root, &["completions", shell], &[]);
        assert!(script.contains(begins), "{shell}");
        for command in heard::cli::commands() {
            assert!(script.contains(&command), "{shell}: {command}");
        }
    }
    // bash takes it.
    let script = well(&root, &["completions", "bash"], &[]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("heard"), script).unwrap();
    let read = Command::new("bash")
        .arg("-n")
        .arg(folder.path().join("heard"))
        .status()
        .unwrap();
    assert!(read.success());
}

/// What the doctor says, by what it looked at; and whether all was well.
async fn examined(folder: &Path, url: &str, more: &[&str]) -> (bool, Vec<Value>) {
    let folder = folder.to_owned();
    let mut args = vec!["doctor".to_owned(), url.to_owned(), "--json".into()];
    args.extend(more.iter().map(|it| (*it).to_owned()));
    let out = tokio::task::spawn_blocking(move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        heard(&folder, &args, &[])
    });
    let out = out.await.unwrap();
    let (stdout, stderr) = (text(&out.stdout), text(&out.stderr));
    assert!(
        !stdout.contains("hush") && !stderr.contains("hush"),
        "{stdout}{stderr}"
    );
    let told: Value =
        serde_json::from_str(&stdout).unwrap_or_else(|why| panic!("{why}: {stdout}{stderr}"));
    assert_eq!(told["well"], json!(out.status.success()));
    (
        out.status.success(),
        told["lines"].as_array().unwrap().clone(),
    )
}

fn of<'l>(lines: &'l [Value], what: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["what"] == what).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn e2e_the_doctor_finds_a_worker_well_and_leaves_nothing_behind() {
    let table = shipped();
    let known = secrets(&table);
    let rig = Rig::with(table, known.clone()).await;
    let folder = clone();
    let write = |known: &BTreeMap<String, String>| {
        let lines: Vec<String> = known
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        std::fs::write(folder.path().join("secrets.env"), lines.concat()).unwrap();
    };
    write(&known);
    let url = rig.url("").unwrap();
    let (_, lines) = examined(folder.path(), &url, &["--no-platforms"]).await;
    let state = |lines: &[Value], what: &str| {
        let found = of(lines, what);
        assert_eq!(found.len(), 1, "{what}: {lines:#?}");
        found[0]["state"].as_str().unwrap().to_owned()
    };
    for what in ["reachable", "token", "round trip", "queue"] {
        assert_eq!(state(&lines, what), "ok", "{what}: {lines:#?}");
    }
    for app in ["x-main", "meta-main", "linkedin-main"] {
        assert_eq!(
            state(&lines, &format!("app {app}: handshake")),
            "ok",
            "{lines:#?}"
        );
    }
    let config: toml::Table = toml::from_str(include_str!("../../src/heard.toml")).unwrap();
    for app in config["apps"].as_array().unwrap() {
        let what = format!("app {}: test delivery", app["id"].as_str().unwrap());
        assert_eq!(state(&lines, &what), "ok", "{lines:#?}");
    }
    // Nothing was acknowledged, nothing is in the queue, and the apps are not in alarm.
    assert_eq!(rig.sandbox.sent(), []);
    let boss = rig.caller("boss", heard::api::route::Role::Supervisor);
    let backlog = boss.get("/v1/backlog").await;
    assert_eq!(
        (&backlog["open"], &backlog["posts"]["open"]),
        (&json!(0), &json!(0)),
        "{backlog}"
    );
    let ready = boss.get("/readyz").await;
    assert!(!ready["problems"].to_string().contains("apps "), "{ready}");

    // Another key: each is told, with what to do.
    let mut other = known.clone();
    other.insert("X_CONSUMER_SECRET".into(), "hush-other-x-consumer".into());
    other.insert(
        "META_VERIFY_TOKEN".into(),
        "hush-other-0123456789abcdef0123456789".into(),
    );
    other.insert(
        "TOKEN_KEY".into(),
        "hush-other-0123456789abcdef0123456789".into(),
    );
    other.remove("LINE_CHANNEL_SECRET");
    write(&other);
    let (good, lines) = examined(folder.path(), &url, &["--no-platforms"]).await;
    assert!(!good);
    for what in [
        "token",
        "app x-main: handshake",
        "app x-main: test delivery",
        "app meta-main: handshake",
    ] {
        assert_eq!(state(&lines, what), "wrong", "{lines:#?}");
        assert!(
            of(&lines, what)[0]["do"]
                .as_str()
                .unwrap()
                .contains("heard secrets push")
        );
    }
    assert_eq!(state(&lines, "app meta-main: test delivery"), "ok");
    assert_eq!(state(&lines, "app line-main: webhook"), "skipped");

    // Nobody there.
    let (good, lines) = examined(folder.path(), "http://127.0.0.1:9", &["--no-platforms"]).await;
    assert!(!good && state(&lines, "reachable") == "wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn e2e_a_deploy_is_checked_tried_and_examined() {
    // The build is of this repository; only wrangler is another's.
    let root = repository();
    let folder = tempfile::tempdir().unwrap();
    let (wrangler, seen) = stand_in(folder.path(), "  https://heard.nobody.invalid.workers.dev");
    let run = {
        let wrangler = wrangler.clone();
        move |args: Vec<&'static str>| {
            let (root, wrangler) = (root.clone(), wrangler.clone());
            tokio::task::spawn_blocking(move || {
                heard(&root, &args, &[("HEARD_WRANGLER", &wrangler)])
            })
        }
    };
    let dry = run(vec!["deploy", "--dry-run", "--json"]).await.unwrap();
    assert!(dry.status.success(), "{}", text(&dry.stderr));
    let once = std::fs::read_to_string(&seen).unwrap();
    assert!(
        once.starts_with("deploy --dry-run --outdir ") && once.lines().count() == 1,
        "{once}"
    );

    std::fs::remove_file(&seen).unwrap();
    let out = run(vec![
        "deploy",
        "--env",
        "staging",
        "--json",
        "--secrets",
        "/nowhere",
        "--url",
        "http://127.0.0.1:9",
    ])
    .await
    .unwrap();
    let called = std::fs::read_to_string(&seen).unwrap();
    let called: Vec<&str> = called.lines().collect();
    assert_eq!(called.len(), 2, "{called:?}");
    assert!(called[0].starts_with("deploy --dry-run") && called[0].ends_with("--env staging"));
    assert_eq!(called[1], "deploy --env staging");
    // It was deployed, and the doctor finds nobody there.
    let told: Value = serde_json::from_str(&text(&out.stdout)).unwrap();
    assert_eq!(
        (&told["deployed"], &told["doctor"]["well"]),
        (&json!(true), &json!(false))
    );
    assert!(!out.status.success());
    let steps: Vec<String> = text(&out.stderr)
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        steps.iter().map(|step| &step[..1]).collect::<String>(),
        "12345",
        "{steps:?}"
    );

    // Where the dry run fails nothing is deployed.
    std::fs::remove_file(&seen).unwrap();
    let root = repository();
    let failed = tokio::task::spawn_blocking(move || {
        heard(&root, &["deploy"], &[("HEARD_WRANGLER", "/bin/false")])
    })
    .await
    .unwrap();
    assert!(
        !failed.status.success() && !text(&failed.stderr).contains("4. deploy"),
        "{}",
        text(&failed.stderr)
    );
}
