//! workerd by itself: the real runtime without wrangler, for measurements and tests.

use super::build::CONFIGURATION;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long workerd may take to listen: far beyond the fraction of a second that it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The compatibility date that the Worker is written for, as in wrangler.toml.
pub const COMPATIBILITY_DATE: &str = "2026-07-01";

/// The compatibility flags, as in wrangler.toml.
pub const COMPATIBILITY_FLAGS: &[&str] = &["enable_request_signal"];

/// A class of Durable Objects.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// The Worker's name for it.
    pub binding: &'a str,
    /// Its class.
    pub class: &'a str,
    /// The folder of its databases, in `disk`.
    pub folder: &'a str,
}

/// The Worker's own, as in wrangler.toml.
pub const OBJECTS: &[Object<'_>] = &[
    Object {
        binding: "INBOX",
        class: "Inbox",
        folder: "heard",
    },
    Object {
        binding: "ACCOUNTS",
        class: "Accounts",
        folder: "accounts",
    },
    Object {
        binding: "DIRECTORY",
        class: "Directory",
        folder: "directory",
    },
    Object {
        binding: "FLOOR",
        class: "Floor",
        folder: "floor",
    },
    Object {
        binding: "HUB",
        class: "Hub",
        folder: "hub",
    },
    Object {
        binding: "PULSE",
        class: "Pulse",
        folder: "pulse",
    },
];

/// The Worker's modules, as [`lay_out`] leaves them in a folder.
pub const MODULES: &[(&str, &str)] = &[
    ("index.js", "esModule"),
    ("index_bg.wasm", "wasm"),
    (CONFIGURATION, "text"),
];

/// Puts the built Worker's modules into a folder, with this configuration (as JSON).
///
/// # Errors
/// When a file cannot be copied or written.
pub fn lay_out(built: &Path, folder: &Path, table: &str) -> std::io::Result<()> {
    for file in ["index.js", "index_bg.wasm"] {
        std::fs::copy(built.join(file), folder.join(file))?;
    }
    std::fs::write(folder.join(CONFIGURATION), table)
}

/// What a workerd is to run.
pub struct Service<'a> {
    /// The Worker's modules: `(name, "esModule", "wasm" or "text")`, files in its folder.
    pub modules: &'a [(&'a str, &'a str)],
    /// Text bindings: secrets.
    pub texts: &'a [(String, String)],
    /// The Durable Objects.
    pub objects: &'a [Object<'a>],
    /// Where all outbound calls go, whatever host they name: `host:port`.
    pub outbound: Option<String>,
}

impl Service<'_> {
    /// The configuration for workerd, in its own language (Cap'n Proto). Storage is on disk, in the
    /// folder `disk` beside it: in memory there is no SQL.
    pub fn capnp(&self) -> String {
        self.document(&[("main", self.worker(".", None))])
    }

    /// The same for two versions, as a deploy mixes them: this one, whose modules lie in `folder`, takes the requests,
    /// and the other, in `its_folder`, has the objects.
    pub fn capnp_before(&self, folder: &str, objects: &Service<'_>, its_folder: &str) -> String {
        self.document(&[
            ("main", self.worker(folder, Some("objects"))),
            ("objects", objects.worker(its_folder, None)),
        ])
    }

    /// A Worker; the objects are its own, or another service's.
    fn worker(&self, folder: &str, objects_in: Option<&str>) -> String {
        let modules: Vec<String> = self
            .modules
            .iter()
            .map(|(name, kind)| {
                let shown = if *kind == "esModule" {
                    (*name).to_string()
                } else {
                    format!("./{name}")
                };
                let file = format!("{folder}/{name}");
                format!(
                    "(name = {}, {kind} = embed {})",
                    quoted(&shown),
                    quoted(&file)
                )
            })
            .collect();
        let mut bindings = Vec::new();
        let mut namespaces = Vec::new();
        for object in self.objects {
            let class = quoted(object.class);
            let bound = match objects_in {
                None => class.clone(),
                Some(service) => {
                    format!("(className = {class}, serviceName = {})", quoted(service))
                }
            };
            bindings.push(format!(
                "(name = {}, durableObjectNamespace = {bound})",
                quoted(object.binding),
            ));
            namespaces.push(format!(
                "(className = {class}, uniqueKey = {}, enableSql = true)",
                quoted(object.folder)
            ));
        }
        for (name, text) in self.texts {
            bindings.push(format!(
                "(name = {}, text = {})",
                quoted(name),
                quoted(text)
            ));
        }
        let storage = match objects_in {
            Some(_) => String::new(),
            None => format!(
                "durableObjectNamespaces = [{}],
  durableObjectStorage = (localDisk = \"disk\"),",
                namespaces.join(", ")
            ),
        };
        let outbound = match self.outbound {
            Some(_) => "globalOutbound = \"outbound\",",
            None => "",
        };
        let flags: Vec<String> = COMPATIBILITY_FLAGS
            .iter()
            .map(|flag| quoted(flag))
            .collect();
        format!(
            r#"(
  modules = [{modules}],
  compatibilityDate = "{COMPATIBILITY_DATE}",
  compatibilityFlags = [{flags}],
  bindings = [{bindings}],
  {storage}
  {outbound}
)"#,
            modules = modules.join(", "),
            flags = flags.join(", "),
            bindings = bindings.join(", "),
        )
    }

    fn document(&self, workers: &[(&str, String)]) -> String {
        let mut services: Vec<String> = workers
            .iter()
            .map(|(name, worker)| format!("(name = {}, worker = {worker})", quoted(name)))
            .collect();
        services.push(r#"(name = "disk", disk = (path = "disk", writable = true))"#.into());
        if let Some(address) = &self.outbound {
            let address = quoted(address);
            services.push(format!(
                r#"(name = "outbound", external = (address = {address}, http = ()))"#
            ));
        }
        format!(
            r#"using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [{}],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
"#,
            services.join(",\n")
        )
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A running workerd; killed when dropped, without a chance to drain: a hung request would keep it.
pub struct Runtime {
    child: Child,
    /// The port of 127.0.0.1 that it picked.
    pub port: u16,
}

impl Runtime {
    /// Starts workerd in `folder`, which holds `config.capnp`, the modules and `disk`; `log` gets every
    /// line that it writes.
    ///
    /// # Errors
    /// When it does not listen.
    pub fn spawn(
        workerd: &Path,
        folder: &Path,
        log: impl Fn(&str) + Clone + Send + 'static,
    ) -> Result<Self> {
        let mut child = Command::new(workerd)
            .args(["serve", "config.capnp", "--control-fd=1"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", workerd.display()))?;
        let (says, told) = mpsc::channel();
        if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
            let also = log.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(out).lines().map_while(Result::ok) {
                    if let Some(port) = listening(&line) {
                        let _ = says.send(port);
                    }
                    log(&line);
                }
            });
            std::thread::spawn(move || {
                for line in BufReader::new(err).lines().map_while(Result::ok) {
                    also(&line);
                }
            });
        }
        match told.recv_timeout(PATIENCE) {
            Ok(port) => Ok(Self { child, port }),
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                bail!("workerd does not listen: see its log")
            }
        }
    }
}

impl Runtime {
    /// How much memory it holds, in KiB; `None` where the system does not tell (procfs).
    pub fn resident_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }
}

impl Runtime {
    /// How much processor time it took so far; `None` where the system does not tell (procfs).
    pub fn cpu(&self) -> Option<Duration> {
        /// Clock ticks a second in what procfs tells: fixed on Linux, whatever the kernel's own are.
        const TICKS: u64 = 100;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The name, in brackets, may hold anything; user and system time are the 12th and 13th behind it.
        let (_, behind) = stat.rsplit_once(')')?;
        let mut times = behind.split_whitespace().skip(11);
        let mut next = || times.next()?.parse::<u64>().ok();
        let ticks = next()? + next()?;
        Some(Duration::from_millis(ticks * 1_000 / TICKS))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port in workerd's control message `{"event":"listen","socket":"http","port":...}`.
fn listening(line: &str) -> Option<u16> {
    let said: serde_json::Value = serde_json::from_str(line).ok()?;
    (said.get("event")? == "listen").then_some(())?;
    u16::try_from(said.get("port")?.as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_runs_as_it_is_deployed() {
        let deployed: toml::Table = toml::from_str(include_str!("../../wrangler.toml")).unwrap();
        assert_eq!(
            deployed["compatibility_date"].as_str(),
            Some(COMPATIBILITY_DATE)
        );
        let flags: Vec<&str> = deployed["compatibility_flags"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(toml::Value::as_str)
            .collect();
        assert_eq!(flags, COMPATIBILITY_FLAGS);
        let bound: Vec<_> = deployed["durable_objects"]["bindings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|bound| {
                (
                    bound["name"].as_str().unwrap(),
                    bound["class_name"].as_str().unwrap(),
                )
            })
            .collect();
        let run: Vec<_> = OBJECTS.iter().map(|o| (o.binding, o.class)).collect();
        assert_eq!(bound, run);
    }
}
