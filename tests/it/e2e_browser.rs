//! The console in a browser: `tests/console/drive.mjs` drives Chromium by playwright-core against the real Worker, and
//! asks this test for what only it can do: let somebody post, and tell what reached the platform.
//!
//! The two npm packages are pinned by `tests/console/package-lock.json` and put into `target/console/`. Without a
//! Chromium the test says what to install, and fails only where one is required (`HEARD_BROWSER`, set by `.ci/run`).

use crate::rig::{Rig, Said, now_ms, post_id, secrets, shipped, until};
use heard::api::route::Role;
use heard::lab::simulate::delivery::Simulated;
use heard::lab::tools;
use heard::post::Platform;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command as Blocking, Stdio};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

/// What a browser is called where one is installed.
const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The browser: `CHROMIUM`, or the first of the path's.
pub fn browser() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let found = |name: &&str| {
        let mut at = folders.iter().map(|folder| folder.join(name));
        at.find(|file| file.is_file())
    };
    BROWSERS.iter().find_map(found)
}

/// Installs the packages that drive it, where those of the lock file are not there: their folder.
pub fn packages() -> PathBuf {
    let from = root().join("tests/console");
    let folder = root().join("target/console/npm");
    let read = |path: &Path| std::fs::read_to_string(path.join("package-lock.json"));
    let wanted = read(&from).unwrap();
    let there = folder.join("node_modules/playwright-core/package.json");
    if read(&folder).is_ok_and(|had| had == wanted) && there.is_file() {
        return folder;
    }
    // Made beside its place and renamed into it, so that a killed install leaves nothing half-done.
    let stage = root().join(format!("target/console/.new-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&stage);
    std::fs::create_dir_all(&stage).unwrap();
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(from.join(name), stage.join(name)).unwrap();
    }
    let npm = Blocking::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&stage)
        .stdin(Stdio::null())
        .output()
        .expect("npm is missing; it comes with Node.js");
    let said = String::from_utf8_lossy(&npm.stderr);
    assert!(npm.status.success(), "npm ci: {said}");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::rename(&stage, &folder).unwrap();
    folder
}

/// What the script asks for, a line of JSON each.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Ask {
    /// Somebody posts; answered with the post's id, `PLATFORM:ID`.
    Post {
        platform: String,
        author: String,
        text: String,
    },
    /// What reached the platforms: the texts.
    Sent,
    /// A token.
    Token {
        id: String,
        role: String,
        #[serde(default)]
        workgroups: Vec<String>,
    },
    /// All is done.
    Done,
}

/// A railway whose work is shared by three workgroups, with answers, outcomes, an errand and a target.
fn table() -> Value {
    let mut table = shipped();
    for source in table["sources"].as_array_mut().unwrap() {
        let workgroup = match source["platform"].as_str().unwrap() {
            "facebook" | "messenger" | "whatsapp" => "billing",
            "standard" | "discourse" => "accessibility",
            _ => continue,
        };
        source["workgroup"] = json!(workgroup);
    }
    table["outcomes"] = json!(["answered", "refunded", "passed on", "no answer needed"]);
    table["answers"] = json!([
        {"id": "water", "text": {"en": "Hi {name}, staff are on their way to your train with water."}},
        {"id": "refund", "text": {"en": "Hi {name}, your refund is under way. Your reference is {reference}."}},
    ]);
    table["errands"] = json!([
        {"name": "storm", "workgroup": "billing", "serves": ["customer-care"], "for_minutes": 120},
    ]);
    table
}

/// Runs a script of Node.js with what it is told, and answers what it asks.
pub async fn run(rig: &Rig, script: &str, told: Value) {
    let node = tokio::task::spawn_blocking(|| tools::ensure().unwrap().node().to_owned())
        .await
        .unwrap();
    let mut child = Command::new(node)
        .arg(root().join(script))
        .env("HEARD_TOLD", told.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut done = false;
    while let Some(line) = lines.next_line().await.unwrap() {
        let Ok(ask) = serde_json::from_str::<Ask>(&line) else {
            println!("{line}");
            continue;
        };
        let answer = match ask {
            Ask::Post {
                platform,
                author,
                text,
            } => {
                let platform = Platform::named(&platform).unwrap();
                let id = post_id();
                let said = Said {
                    platform,
                    event: Simulated::Made,
                    author: &author,
                    id: &id,
                    text: &text,
                };
                rig.event(&said).await;
                json!(id)
            }
            Ask::Sent => {
                let sent = rig.sandbox.sent().into_iter();
                json!(sent.map(|sent| sent.text).collect::<Vec<_>>())
            }
            Ask::Token {
                id,
                role,
                workgroups,
            } => {
                let workgroups: Vec<&str> = workgroups.iter().map(String::as_str).collect();
                let role = Role::named(&role).unwrap();
                json!(rig.token(&id, role, &workgroups, now_ms() / 1_000 + 3_600))
            }
            Ask::Done => {
                done = true;
                json!(true)
            }
        };
        let line = format!("{answer}\n");
        input.write_all(line.as_bytes()).await.unwrap();
    }
    let ended = child.wait().await.unwrap();
    assert!(ended.success() && done, "{script}: {ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_work_on_the_console_in_a_browser() {
    let Some(browser) = browser() else {
        let says =
            "no Chromium: install one (Debian: apt-get install chromium), or name it in CHROMIUM";
        assert!(std::env::var_os("HEARD_BROWSER").is_none(), "{says}");
        return println!("not tried: {says}");
    };
    let packages = tokio::task::spawn_blocking(packages).await.unwrap();
    let table = table();
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    // The two that the documents show are put there only if asked for: they are never the same twice.
    let pictures = std::env::var_os("HEARD_SHOTS").map(|folder| root().join(folder));
    let told = json!({
        "url": rig.url("").unwrap(), "browser": browser, "packages": packages, "pictures": pictures,
        "shots": root().join("target/console/shots"),
    });
    run(&rig, "tests/console/drive.mjs", told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desktop_of_fifty_lines_answers_and_ends_what_it_claims() {
    let script = std::fs::read_to_string(root().join(".github/docs/desktop.mjs")).unwrap();
    assert!(
        script.lines().count() <= 50,
        "{} lines",
        script.lines().count()
    );
    let rig = Rig::start().await;
    let id = post_id();
    rig.event(&Said::x("Ada Example", &id, crate::rig::PLEA))
        .await;
    let expires_s = now_ms() / 1_000 + 3_600;
    let token = rig.token("ana", Role::Agent, &[], expires_s);
    let node = tokio::task::spawn_blocking(|| tools::ensure().unwrap().node().to_owned())
        .await
        .unwrap();
    let mut desktop = Command::new(node)
        .arg(root().join(".github/docs/desktop.mjs"))
        .env("HEARD_URL", rig.url("").unwrap())
        .env("HEARD_TOKEN", token)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut keys = desktop.stdin.take().unwrap();
    let mut lines = BufReader::new(desktop.stdout.take().unwrap()).lines();
    let mut shown = Vec::new();
    let mut reads = async |until: &str| {
        while let Some(line) = lines.next_line().await.unwrap() {
            println!("{line}");
            shown.push(line);
            if shown.last().unwrap().contains(until) {
                return;
            }
        }
        panic!("no {until:?} in {shown:#?}");
    };
    reads(crate::rig::PLEA).await;
    keys.write_all(b"Ada, water is on its way to your train.\n")
        .await
        .unwrap();
    reads("sent").await;
    keys.write_all(b"/end answered\n").await.unwrap();
    reads("ended: answered").await;
    let ended = until("the end", async || {
        let holding = rig.holding(&format!("x:{id}")).await;
        match holding["state"] == "done" {
            true => Ok(holding),
            false => Err(holding["state"].to_string()),
        }
    })
    .await;
    assert_eq!(ended["outcome"], "answered");
    assert_eq!(
        ended["replies"][0]["text"],
        "Ada, water is on its way to your train."
    );
}
