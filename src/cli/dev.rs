//! `heard dev`: the Worker on the local runtime, with secrets, storage and a sandbox platform around it.

use super::check;
use crate::api::route::Role;
use crate::api::token::{Bearer, mint};
use crate::cli::wrangler;
use crate::config::{Config, Source};
use crate::console;
use crate::lab::ending::Ending;
use crate::lab::local::{PORT, new_jti, now_ms};
use crate::lab::sandbox::console::Console;
use crate::lab::sandbox::{Sandbox, Sent};
use crate::lab::tools;
use crate::lab::tools::Tools;
use crate::lab::{build, configuration as config, secrets, simulate};
use crate::post::{Platform, PostKind};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

/// How long the Worker may take to answer for the first time: seconds on a busy machine, so a minute means trouble.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long wrangler may take to end by itself before it is killed.
const END_LIMIT: Duration = Duration::from_secs(3);

/// How long the token in the console's link is good, in seconds: long enough to look around, and too short to be worth
/// finding in a terminal's history tomorrow.
const LINK_S: i64 = 2 * 3_600;

/// Ends wrangler and the runtime with us, however we end: even after a kill -9 our end of its stdin closes,
/// and every process of its group is killed.
const WATCH_PARENT: &str = "data:text/javascript,\
    process.stdin.on('error',()=>{}).on('close',()=>process.kill(0,'SIGKILL')).resume().unref?.()";

/// Runs until Ctrl-C (or SIGTERM, or the terminal closes).
///
/// # Errors
/// One line on what stands in the way: a busy port, a tool that cannot be installed, a Worker that does not build
/// or start.
pub fn run(port: u16) -> Result<()> {
    let sandbox_port = port
        .checked_add(1)
        .context("--port must be below 65535: the sandbox takes the next one")?;
    for port in [port, sandbox_port] {
        free(port)?;
    }
    let root = build::project_root()?;
    let dev = root.join("target/dev");
    fs::create_dir_all(&dev).context("cannot make target/dev/")?;
    let lock = File::create(dev.join("lock")).context("cannot make target/dev/lock")?;
    if lock.try_lock().is_err() {
        bail!(
            "another `heard dev` runs in this clone (two cannot share target/dev/state): end it first"
        );
    }
    let written = Written::of(&root)?;
    let tools = tools::ensure()?;
    let built = build::build(&tools, &root, false)?;
    say!("{}", build::describe(&built));
    let place = Place {
        root,
        dev,
        built: built.folder,
        port,
        sandbox_port,
    };
    place.configure()?;
    tokio::runtime::Runtime::new()
        .context("cannot start the async runtime")?
        .block_on(serve(&tools, &place, written))
}

/// Where everything is.
struct Place {
    root: PathBuf,
    dev: PathBuf,
    built: PathBuf,
    port: u16,
    sandbox_port: u16,
}

impl Place {
    /// Writes the files that wrangler reads: the configuration, unless it has mistakes, and its secrets. Returns
    /// whether secrets were added: wrangler reads those only when it starts.
    fn configure(&self) -> Result<bool> {
        let table = check::sound(&self.root)?;
        let secrets = self.dev.join("secrets.env");
        let before = fs::read_to_string(&secrets).unwrap_or_default();
        let mut wanted: Vec<_> = crate::config::secrets::secret_names(&table);
        let optional = crate::config::secrets::OPTIONAL;
        wanted.extend(optional.map(|(name, what)| (name.to_owned(), what)));
        secrets::ensure(&secrets, &wanted)?;
        let file = self.root.join(wrangler::FILE);
        let deployed = fs::read_to_string(file).context("cannot read wrangler.toml")?;
        let own = self.dev.join(wrangler::FILE);
        let text = dev_config(&deployed, &self.built, self.sandbox_port)?;
        // Written for nothing, it would have wrangler begin anew.
        if fs::read_to_string(&own).ok().as_deref() != Some(&text) {
            fs::write(own, text).context("cannot write target/dev/wrangler.toml")?;
        }
        build::configure(&self.built, &table)?;
        Ok(fs::read_to_string(&secrets).unwrap_or_default() != before)
    }
}

/// The files that a change of the configuration is seen by.
#[derive(PartialEq)]
struct Written([Option<SystemTime>; 2]);

impl Written {
    fn of(root: &Path) -> Result<Self> {
        let at = |file: &str| {
            fs::metadata(root.join(file))
                .and_then(|of| of.modified())
                .ok()
        };
        let written = Self([crate::lab::configuration::FILE, wrangler::FILE].map(at));
        if written.0.contains(&None) {
            bail!(
                "{} or {} cannot be read",
                crate::lab::configuration::FILE,
                wrangler::FILE
            );
        }
        Ok(written)
    }
}

/// Refuses a port that something else listens on.
fn free(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() != std::io::ErrorKind::AddrInUse => {
            bail!("cannot listen on port {port} ({error}): take another pair with --port N")
        }
        Err(_) => bail!(
            "port {port} is busy: end what listens there, or take another pair with --port N (the sandbox takes N+1)"
        ),
    }
}

/// The project's configuration as `heard dev` runs it: live, but with every reply going to the sandbox.
fn dev_config(config: &str, built: &Path, sandbox_port: u16) -> Result<String> {
    let mut config: toml::Table = toml::from_str(config).context("wrangler.toml is not TOML")?;
    // Built already; and wrangler would run it again at each change of a file. It runs no other environment, all
    // secrets are there, and no address is taken.
    for key in ["build", "env", "secrets", "route", "routes"] {
        config.remove(key);
    }
    config.insert(
        "main".to_owned(),
        built.join("index.js").display().to_string().into(),
    );
    let vars = config
        .entry("vars")
        .or_insert_with(|| toml::Table::new().into())
        .as_table_mut()
        .context("wrangler.toml: vars is not a table")?;
    vars.insert(
        "HEARD_SANDBOX".to_owned(),
        format!("http://127.0.0.1:{sandbox_port}").into(),
    );
    vars.insert("HEARD_MODE".to_owned(), "live".into());
    // Without a name, the sources of all environments are there.
    vars.remove("HEARD_ENV");
    toml::to_string(&config).context("cannot write the development configuration")
}

async fn serve(tools: &Tools, place: &Place, mut written: Written) -> Result<()> {
    let Place {
        dev,
        port,
        sandbox_port,
        ..
    } = place;
    let (port, sandbox_port) = (*port, *sandbox_port);
    let mut ending = Ending::listen()?;
    let sandbox = Sandbox::start(SocketAddr::from((Ipv4Addr::LOCALHOST, sandbox_port)))
        .await
        .with_context(|| format!("port {sandbox_port} is busy"))?;
    for secret in secrets::parse(&fs::read_to_string(dev.join("secrets.env"))?).values() {
        sandbox.know(secret);
    }
    let (file, secrets) = (place.root.join(config::FILE), dev.join("secrets.env"));
    let config = move || config::configuration(&file, &secrets);
    let read = config()?;
    let hints = Hints::of(&read);
    let link = console_link(port, &read)?;
    sandbox.show(Console::new(format!("http://127.0.0.1:{port}"), config)?);
    let mut news = sandbox.watch();
    let started = Instant::now();
    let mut runtime = Runtime::spawn(tools, dev, port)?;
    tokio::select! {
        () = ending.asked() => return runtime.end(),
        ready = runtime.ready(port) => ready?,
    }
    say!(
        "{}",
        welcome(port, sandbox_port, started.elapsed(), &link, &hints)
    );
    let mut pulse = tokio::time::interval(Duration::from_millis(250));
    loop {
        tokio::select! {
            () = ending.asked() => break,
            sent = news.recv() => match sent {
                Ok(sent) => say!("{}", show(&sent)),
                // Faster than we print: the rest is at GET /sent.
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => break,
            },
            _ = pulse.tick() => {
                if runtime.ended() {
                    bail!("wrangler ended by itself; see {}", runtime.log.display());
                }
                let now = Written::of(&place.root).ok().filter(|now| *now != written);
                let Some(now) = now else { continue };
                written = now;
                match place.configure() {
                    Err(mistakes) => say!("{mistakes:#}\nThe Worker goes on as it was."),
                    Ok(false) => say!("The configuration is read anew."),
                    Ok(true) => {
                        say!("There are new secrets in target/dev/secrets.env: starting anew ...");
                        runtime.end()?;
                        for secret in
                            secrets::parse(&fs::read_to_string(dev.join("secrets.env"))?).values()
                        {
                            sandbox.know(secret);
                        }
                        runtime = Runtime::spawn(tools, dev, port)?;
                        runtime.ready(port).await?;
                        say!("The configuration is read anew.");
                    }
                }
            },
        }
    }
    say!("\nEnding ...");
    runtime.end()
}

/// wrangler and the runtime it starts: one process group, killed whole.
struct Runtime {
    child: Child,
    log: PathBuf,
    /// The last lines of what it printed, for when it does not start.
    tail: Arc<Mutex<Vec<String>>>,
}

impl Runtime {
    fn spawn(tools: &Tools, dev: &Path, port: u16) -> Result<Self> {
        let wrangler = tools.wrangler_command();
        let mut command = Command::new(wrangler.get_program());
        if cfg!(unix) {
            command.args(["--import", WATCH_PARENT]);
        }
        command.args(wrangler.get_args());
        for (name, value) in wrangler.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command
            .arg("dev")
            .arg("--config")
            .arg(dev.join("wrangler.toml"))
            .args(["--port", &port.to_string(), "--ip", "127.0.0.1"])
            .args([
                "--inspector-port",
                "0",
                "--show-interactive-dev-session=false",
            ])
            .arg("--persist-to")
            .arg(dev.join("state"))
            .arg("--env-file")
            .arg(dev.join("secrets.env"))
            // It asks nothing then.
            .env("CI", "1")
            .env("NO_COLOR", "1")
            .env("FORCE_COLOR", "0")
            .env("BROWSER", "none")
            .current_dir(dev)
            // Held open as long as we live; see WATCH_PARENT.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let log = dev.join("wrangler.log");
        let file = Arc::new(Mutex::new(
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?,
        ));
        let mut child = command.spawn().context("cannot start wrangler")?;
        let tail = Arc::new(Mutex::new(Vec::new()));
        if let Some(out) = child.stdout.take() {
            copy_lines(out, file.clone(), tail.clone());
        }
        if let Some(err) = child.stderr.take() {
            copy_lines(err, file, tail.clone());
        }
        Ok(Self { child, log, tail })
    }

    fn ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until the Worker answers.
    async fn ready(&mut self, port: u16) -> Result<()> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(2))
            .no_proxy()
            .build()
            .context("cannot make an HTTP client")?;
        let url = format!("http://127.0.0.1:{port}/healthz");
        let started = Instant::now();
        loop {
            if let Ok(answer) = client.get(&url).send().await
                && answer.status().is_success()
            {
                return Ok(());
            }
            let ended = self.ended();
            if ended || started.elapsed() > START_LIMIT {
                let said = match self.tail.lock() {
                    Ok(tail) => tail.join("\n"),
                    Err(_) => String::new(),
                };
                let what = if ended {
                    "wrangler ended"
                } else {
                    "the Worker does not answer /healthz"
                };
                bail!(
                    "{what}; its last lines (all in {}):\n{said}",
                    self.log.display()
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends the whole group and makes sure of it.
    fn end(mut self) -> Result<()> {
        self.stop();
        #[cfg(unix)]
        if group_lives(self.child.id()) {
            bail!(
                "processes of group {} are still there: kill -9 -{0}",
                self.child.id()
            );
        }
        Ok(())
    }

    fn stop(&mut self) {
        #[cfg(unix)]
        {
            use nix::sys::signal::Signal;
            signal_group(self.child.id(), Signal::SIGTERM);
            let asked = Instant::now();
            while group_lives(self.child.id()) && asked.elapsed() < END_LIMIT {
                // Reaped here, else the group would keep its leader as a zombie.
                let _ = self.child.try_wait();
                std::thread::sleep(Duration::from_millis(20));
            }
            signal_group(self.child.id(), Signal::SIGKILL);
            let killed = Instant::now();
            while group_lives(self.child.id()) && killed.elapsed() < END_LIMIT {
                let _ = self.child.try_wait();
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        #[cfg(not(unix))]
        {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if !self.ended() {
            self.stop();
        }
    }
}

#[cfg(unix)]
fn signal_group(leader: u32, signal: nix::sys::signal::Signal) {
    if let Ok(leader) = i32::try_from(leader) {
        // Gone already is what we want.
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(leader), signal);
    }
}

/// Whether a process of the group still runs. Those that ended and wait to be reaped do not count: in a container
/// whose first process reaps nothing they would stay for ever.
#[cfg(unix)]
fn group_lives(leader: u32) -> bool {
    let Ok(group) = i32::try_from(leader) else {
        return false;
    };
    if nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), None).is_err() {
        return false;
    }
    let Ok(processes) = fs::read_dir("/proc") else {
        return true; // no procfs, as on macOS: the signal's word holds
    };
    processes
        .flatten()
        .filter_map(|process| fs::read_to_string(process.path().join("stat")).ok())
        .any(|stat| is_running_in(&stat, leader))
}

/// Reads `/proc/PID/stat`: after the name in brackets come the state, the parent and the process group.
#[cfg(unix)]
fn is_running_in(stat: &str, leader: u32) -> bool {
    let Some((_, fields)) = stat.rsplit_once(')') else {
        return false;
    };
    let mut fields = fields.split_whitespace();
    let state = fields.next();
    let group = fields.nth(1).and_then(|group| group.parse().ok());
    group == Some(leader) && !matches!(state, Some("Z" | "X"))
}

/// Copies what wrangler prints into its log, and its errors to our stderr too.
fn copy_lines(
    from: impl Read + Send + 'static,
    log: Arc<Mutex<File>>,
    tail: Arc<Mutex<Vec<String>>>,
) {
    /// Enough to see why a start failed.
    const TAIL: usize = 20;
    std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if let Ok(mut log) = log.lock() {
                let _ = writeln!(log, "{line}");
            }
            if line.contains("[ERROR]") {
                note!("{line}");
            }
            if !line.is_empty()
                && let Ok(mut tail) = tail.lock()
            {
                if tail.len() == TAIL {
                    tail.remove(0);
                }
                tail.push(line);
            }
        }
    });
}

/// What is in the hints besides ports: the configuration's own names, so that each does what it says.
struct Hints {
    platform: Platform,
    handle: String,
    workgroup: String,
}

impl Hints {
    /// Of the first source where most complaints name us in public; else of the first that a customer can write to.
    fn of(config: &Config) -> Option<Self> {
        let mut sources = config
            .sources
            .iter()
            .filter(|source| simulate::can_post(source.platform));
        let in_public = |source: &&Source| source.platform.profile().mostly == PostKind::Mention;
        let first = sources.clone().find(in_public).or_else(|| sources.next())?;
        Some(Self {
            platform: first.platform,
            handle: first
                .handle
                .iter()
                .map(|it| format!("@{} ", it.trim_start_matches('@')))
                .collect(),
            workgroup: first.workgroup.to_string(),
        })
    }
}

/// How this command is called: what `cargo run` started is not on the path.
fn command() -> &'static str {
    match std::env::var_os("CARGO") {
        Some(_) => "cargo run -q --",
        None => "heard",
    }
}

/// The console's address, with a supervisor's token behind the `#`: that part stays in the browser, which takes it out
/// of the address at once.
fn console_link(port: u16, config: &Config) -> Result<String> {
    let key = config.token_keys.first();
    let bearer = Bearer {
        jti: new_jti()?,
        id: "dev".into(),
        role: Role::Supervisor,
        workgroups: Vec::new(),
        expires_s: now_ms()? / 1_000 + LINK_S,
    };
    let token = mint(
        key.context("target/dev/secrets.env has no TOKEN_KEY")?,
        &bearer,
    )?;
    Ok(format!(
        "http://127.0.0.1:{port}{}#token={token}",
        console::PATH
    ))
}

fn welcome(
    port: u16,
    sandbox_port: u16,
    took: Duration,
    link: &str,
    hints: &Option<Hints>,
) -> String {
    let flag = match port {
        PORT => String::new(),
        _ => format!(" --port {port}"),
    };
    let heard = command();
    let mut said = format!(
        r#"
Heard is ready (in {:.1} s). Ctrl-C ends it.

  try it in a browser   http://127.0.0.1:{sandbox_port}/         write as a customer, answer as an agent
  the Worker            http://127.0.0.1:{port}          its contract: /openapi.json
  secrets               target/dev/secrets.env         the Worker's log: target/dev/wrangler.log
  the console           {link}
                        a supervisor's, for two hours; `{heard} token mint` makes other tokens
"#,
        took.as_secs_f64()
    );
    if let Some(Hints {
        platform,
        handle,
        workgroup,
    }) = hints
    {
        said.push_str(&format!(
            r#"
Or in a second terminal:

  1. Somebody complains; the acknowledgment appears here:
     {heard} post --platform {platform}{flag} "{handle}I have been stuck for 4 hours, no water, kids crying, nobody tells us anything"

  2. An agent takes it from the queue:
     curl -s http://127.0.0.1:{port}/v1/claims -H "Authorization: Bearer $({heard} token mint --id ana --role agent --workgroup {workgroup})" -d '{{"wait_s": 5}}'

  3. What reached the platform:
     curl -s http://127.0.0.1:{sandbox_port}/sent
"#
        ));
    }
    said
}

/// A call that the sandbox got, for the terminal.
fn show(sent: &Sent) -> String {
    let (bold, dim, red, off) = match std::io::stdout().is_terminal() {
        true => ("\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"),
        false => ("", "", "", ""),
    };
    if sent.accepted && sent.to.is_empty() {
        format!("{dim}{} gave an access token{off}", sent.platform)
    } else if sent.accepted {
        format!(
            "{dim}{} <- reply to {}{off}\n  {bold}{}{off}",
            sent.platform, sent.to, sent.text
        )
    } else {
        format!(
            "{red}{} refused a reply: {} {}: {}{off}",
            sent.platform,
            sent.method,
            sent.path,
            sent.why.as_deref().unwrap_or("no reason given")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dev_configuration_is_live_and_talks_to_the_sandbox() {
        let text = dev_config(
            include_str!("../../wrangler.toml"),
            Path::new("/p/build"),
            9001,
        )
        .unwrap();
        let config: toml::Table = toml::from_str(&text).unwrap();
        for key in ["build", "env", "secrets"] {
            assert!(!config.contains_key(key), "{key}");
        }
        assert_eq!(config["main"].as_str(), Some("/p/build/index.js"));
        assert_eq!(config["vars"]["HEARD_MODE"].as_str(), Some("live"));
        assert_eq!(
            config["vars"]["HEARD_SANDBOX"].as_str(),
            Some("http://127.0.0.1:9001")
        );
        assert!(config["durable_objects"]["bindings"].as_array().is_some());
    }

    #[test]
    fn a_change_of_the_file_is_noticed_and_reaches_the_worker_unless_it_has_mistakes() {
        let folder = tempfile::tempdir().unwrap();
        let (root, built) = (folder.path().to_owned(), folder.path().join("build"));
        let dev = root.join("target/dev");
        for made in [root.join("src"), built.clone(), dev.clone()] {
            fs::create_dir_all(made).unwrap();
        }
        let file = root.join(config::FILE);
        let shipped = include_str!("../heard.toml");
        fs::write(&file, shipped).unwrap();
        fs::write(
            root.join(wrangler::FILE),
            include_str!("../../wrangler.toml"),
        )
        .unwrap();
        let place = Place {
            root: root.clone(),
            dev,
            built: built.clone(),
            port: 9000,
            sandbox_port: 9001,
        };
        assert!(place.configure().unwrap(), "the first secrets");
        let before = Written::of(&root).unwrap();
        assert!(Written::of(&root).unwrap() == before, "nothing has changed");
        let change = |text: &str, later_s: u64| {
            fs::write(&file, text).unwrap();
            // A file system may count in seconds.
            let at = SystemTime::now() + Duration::from_secs(later_s);
            File::options()
                .append(true)
                .open(&file)
                .unwrap()
                .set_modified(at)
                .unwrap();
            Written::of(&root).unwrap()
        };
        let worker_has = |word: &str| {
            let files = fs::read_dir(&built).unwrap().flatten();
            files
                .filter_map(|one| fs::read_to_string(one.path()).ok())
                .any(|text| text.contains(word))
        };
        let renamed = shipped.replace("Northline Rail", "Southline Rail");
        let changed = change(&renamed, 2);
        assert!(changed != before);
        assert!(!place.configure().unwrap(), "no new secret");
        assert!(worker_has("Southline Rail") && !worker_has("Northline Rail"));
        let broken = change(
            &renamed
                .replace("[brand]", "[brant]")
                .replace("Southline Rail", "Westline"),
            4,
        );
        assert!(broken != changed);
        place.configure().unwrap_err();
        assert!(worker_has("Southline Rail"), "it goes on as it was");
    }

    #[test]
    fn the_hints_are_the_configurations_own() {
        let config = Config::read(
            r#"{"apps": [{"id": "a", "scheme": "telegram"}], "sources": [{"id": "s", "app": "a", "platform": "telegram",
                "account": "ABot", "handle": "@ours", "workgroup": "night-desk"}]}"#,
            &|_| None,
        );
        let said = welcome(9000, 9001, Duration::ZERO, "LINK", &Hints::of(&config));
        for own in [
            "--platform telegram --port 9000",
            "\"@ours I have",
            "--workgroup night-desk",
            "http://127.0.0.1:9001/ ",
        ] {
            assert!(said.contains(own), "{own}: {said}");
        }
        let none = Config::read("{}", &|_| None);
        assert!(Hints::of(&none).is_none());
    }

    #[test]
    fn the_consoles_link_brings_a_supervisors_token_that_is_good_for_two_hours() {
        use crate::api::token::verify;
        let key = "a-key-of-the-tests-that-is-long-enough-0123456789";
        let config = Config::read("{}", &|name| (name == "TOKEN_KEY").then(|| key.into()));
        let link = console_link(8787, &config).unwrap();
        let (page, token) = link.split_once("#token=").unwrap();
        assert_eq!(page, "http://127.0.0.1:8787/console");
        let now_s = now_ms().unwrap() / 1_000;
        let bearer = verify(&config.token_keys, token, now_s).unwrap();
        assert_eq!(bearer.role, Role::Supervisor);
        assert!(verify(&config.token_keys, token, now_s + LINK_S + 1).is_err());
        let said = welcome(8787, 8788, Duration::ZERO, &link, &None);
        assert!(said.contains(&link), "{said}");
        let none = Config::read("{}", &|_| None);
        assert!(console_link(8787, &none).is_err());
    }

    #[test]
    fn a_busy_port_is_named() {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = holder.local_addr().unwrap().port();
        let refused = free(port).unwrap_err().to_string();
        assert!(refused.contains(&port.to_string()), "{refused}");
        drop(holder);
        assert!(free(port).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_zombie_does_not_run() {
        assert!(is_running_in("12 (a) b) S 1 77 77 0", 77));
        assert!(!is_running_in("12 (a) b) Z 1 77 77 0", 77));
        assert!(!is_running_in("12 (a) b) S 77 1 77 0", 77));
        assert!(!is_running_in("", 77));
    }

    #[cfg(unix)]
    #[test]
    fn a_group_that_will_not_end_is_killed_whole() {
        use std::os::unix::process::CommandExt;
        let mut child = Command::new("sh")
            .args([
                "-c",
                "trap '' TERM; (trap '' TERM; sleep 600) & echo up; sleep 600; sleep 600",
            ])
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut up = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut up)
            .unwrap();
        assert_eq!(up, "up\n");
        let group = child.id();
        let runtime = Runtime {
            child,
            log: PathBuf::new(),
            tail: Arc::default(),
        };
        assert!(group_lives(group));
        runtime.end().unwrap();
        assert!(!group_lives(group));
    }
}
