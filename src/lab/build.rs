//! `heard build`: the crate as a Worker, in `build/`. wrangler.toml's `[build]` runs it too.

use super::progress::Progress;
use super::tools::{self, Tools};
use crate::signature::hex;
use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lies in `build/`, which worker-build replaces whole: a stamp can only stand beside what it was made for.
const STAMP: &str = ".inputs";

/// The module in `build/` that carries the configuration, as JSON: a text module of its own, so that a changed
/// word needs no other Wasm.
pub const CONFIGURATION: &str = "heard.json";

/// What `index.js` begins with: the text where the Wasm finds it (`host/env.rs`).
const IMPORT: &str = "import heard from \"./heard.json\";globalThis.HEARD=heard;\n";

/// What ends calls whose Wasm panicked.
const BELT: &str = include_str!("../host/belt.js");

/// The file that the configuration is written in. It does not reach the Wasm.
pub const WRITTEN: &str = "src/heard.toml";

/// A finished build.
#[derive(Clone, Debug)]
pub struct Built {
    /// The folder with `index.js` and `index_bg.wasm`.
    pub folder: PathBuf,
    /// Size of the Wasm in bytes.
    pub wasm_bytes: u64,
    /// Size of the Wasm in bytes after gzip, which is what the platform's limit counts.
    pub gzip_bytes: u64,
    /// The Wasm's SHA-256 in hex.
    pub sha256: String,
    /// Whether this call built it; else it was there already, from the same sources.
    pub fresh: bool,
}

/// The folder with Cargo.toml and wrangler.toml: where cargo runs us, or the nearest one above the working folder.
///
/// # Errors
/// When there is none.
pub fn project_root() -> Result<PathBuf> {
    let here = std::env::current_dir().context("the working folder is gone")?;
    let is_root = |folder: &Path| {
        folder.join("wrangler.toml").is_file() && folder.join("src/lib.rs").is_file()
    };
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .filter(|folder| is_root(folder))
        .or_else(|| {
            here.ancestors()
                .find(|folder| is_root(folder))
                .map(Path::to_owned)
        })
        .with_context(|| {
            format!(
                "no wrangler.toml in {} or above: run this inside the project",
                here.display()
            )
        })
}

/// Installs the tools, builds unless `build/` already comes from the same sources, and says where it is.
/// Processes wait for each other, so tests may all call it.
///
/// # Errors
/// What the compiler said, or one line on what is missing.
pub fn ensure_built() -> Result<Built> {
    let tools = tools::ensure()?;
    let root = project_root()?;
    build(&tools, &root, false)
}

/// Builds the Worker of the project at `root`; `force` builds even when nothing changed.
///
/// # Errors
/// What the compiler said.
pub fn build(tools: &Tools, root: &Path, force: bool) -> Result<Built> {
    let target = root.join("target");
    fs::create_dir_all(&target).context("cannot make target/")?;
    let lock = File::create(target.join("worker-build.lock"))
        .context("cannot make the build's lock file")?;
    lock.lock().context("cannot lock the build")?;
    let inputs = inputs(root)?;
    let folder = root.join("build");
    let wasm = folder.join("index_bg.wasm");
    let stamp = folder.join(STAMP);
    let same = !force
        && wasm.is_file()
        && folder.join("index.js").is_file()
        && fs::read_to_string(&stamp).is_ok_and(|kept| kept == inputs);
    if !same {
        let configuration = fs::read(folder.join(CONFIGURATION)).ok();
        run_worker_build(tools, root, &["--release", "."], &[])?;
        strip_names(tools, &wasm)?;
        finish(&folder.join("index.js"))?;
        // The folder is new: whoever runs the Worker out of it goes on with what was there.
        if let Some(kept) = configuration {
            fs::write(folder.join(CONFIGURATION), kept).context("cannot write into build/")?;
        }
        fs::write(&stamp, inputs).context("cannot write into build/")?;
    }
    let bytes =
        fs::read(&wasm).with_context(|| format!("worker-build left no {}", wasm.display()))?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&bytes)?;
    Ok(Built {
        folder,
        wasm_bytes: bytes.len() as u64,
        gzip_bytes: gzip.finish()?.len() as u64,
        sha256: hex(&Sha256::digest(&bytes)),
        fresh: !same,
    })
}

/// Puts a configuration (as JSON) beside the Wasm.
///
/// # Errors
/// When it cannot be written.
pub fn configure(built: &Path, table: &str) -> Result<()> {
    let file = built.join(CONFIGURATION);
    fs::write(&file, table).with_context(|| format!("cannot write {}", file.display()))
}

/// Puts the configuration's import before what worker-build wrote, and the belt around what it exports.
fn finish(index: &Path) -> Result<()> {
    let script = fs::read_to_string(index).context("worker-build left no index.js")?;
    let script = belted(&script).context("worker-build's index.js does not end as it used to")?;
    fs::write(index, format!("{IMPORT}{script}")).context("cannot write into build/")
}

/// The script with each of its exports belted: `export{a as B};` at its end names them all.
fn belted(script: &str) -> Option<String> {
    let (before, exports) = script.rsplit_once("export{")?;
    let (exports, _) = exports.split_once('}')?;
    let mut belted = format!("{before}\n{BELT}");
    for export in exports.split(',') {
        let (made, name) = export.split_once(" as ")?;
        let _ = writeln!(belted, "const belted_{name} = belted({made}, '{name}');");
        let _ = writeln!(belted, "export {{ belted_{name} as {name} }};");
    }
    Some(belted)
}

/// Builds a Worker whose objects panic where a post says "panic, please", into a folder of its own, and tells which.
///
/// # Errors
/// What the compiler said.
pub fn probe() -> Result<PathBuf> {
    let root = project_root()?;
    let folder = Path::new("target").join("panic-probe");
    let path = folder.display().to_string();
    let options = ["--dev", "--out-dir", &path, "."];
    run_worker_build(
        &tools::ensure()?,
        &root,
        &options,
        &["--features=panic-probe"],
    )?;
    let folder = root.join(folder);
    finish(&folder.join("index.js"))?;
    Ok(folder)
}

fn run_worker_build(tools: &Tools, root: &Path, options: &[&str], cargo: &[&str]) -> Result<()> {
    let mut command = Command::new(tools.worker_build());
    tools::clear_cargo_env(&mut command);
    command
        .args(options)
        .args(["--", "--config", &same_names(&tools::cargo_home()?)])
        .args(cargo)
        .current_dir(root)
        .envs(tools.environment());
    let progress = Progress::new();
    let mut step = progress.step("Worker (Wasm)");
    let log = std::cell::RefCell::new(Vec::new());
    let outcome = step.run(&mut command, |line| {
        log.borrow_mut().push(line.to_owned());
        let line = line.trim();
        line.strip_prefix("Compiling ")
            .map(|name| format!("compiling {name}"))
            .or_else(|| line.contains("Optimiz").then(|| "optimizing".to_owned()))
    })?;
    match outcome {
        Ok(()) => {
            step.done("built");
            Ok(())
        }
        Err(failed) => {
            step.failed();
            if failed.for_want_of_network() {
                bail!(
                    "the Worker's crates could not be downloaded: the first build needs the network"
                );
            }
            bail!(
                "the Worker does not build:\n{}",
                cause(&log.into_inner()).unwrap_or(&failed.tail).join("\n")
            );
        }
    }
}

/// What makes two builds of one commit equal, whosever machine they are made on: a panic's message names its crate's
/// file, which lies in the user's own folder.
fn same_names(cargo_home: &Path) -> String {
    let crates = cargo_home.join("registry").join("src");
    let flag = format!("--remap-path-prefix={}=crates", crates.display());
    // A TOML string, so that a folder's name may have spaces, backslashes and quotes.
    format!(
        "target.wasm32-unknown-unknown.rustflags=[{}]",
        toml::Value::from(flag)
    )
}

/// What worker-build tells wasm-opt the runtime can do; only these encodings may come out.
const FEATURES: [&str; 8] = [
    "mutable-globals",
    "sign-ext",
    "nontrapping-float-to-int",
    "bulk-memory",
    "multivalue",
    "reference-types",
    "exception-handling",
    "simd",
];

/// Takes the functions' names out, which worker-build keeps: a tenth of the download, and a panic
/// tells its file and line without them.
fn strip_names(tools: &Tools, wasm: &Path) -> Result<()> {
    let stripped = wasm.with_extension("stripped");
    let output = Command::new(tools.wasm_opt())
        .arg(wasm)
        .arg("-o")
        .arg(&stripped)
        .arg("--strip-debug")
        .args(FEATURES.map(|feature| format!("--enable-{feature}")))
        .envs(tools.environment())
        .output()
        .context("cannot run wasm-opt")?;
    if !output.status.success() {
        bail!(
            "wasm-opt failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    fs::rename(&stripped, wasm).context("cannot write into build/")
}

/// The compiler's part of a failed build's output: from its first error to where worker-build tells of it again.
fn cause(log: &[String]) -> Option<&[String]> {
    let first = log.iter().position(|line| line.starts_with("error"))?;
    let from = log.get(first..)?;
    let end = from.iter().position(|line| line.starts_with("Error: "));
    from.get(..end.unwrap_or(from.len()))
}

/// A digest of everything the Wasm is made from. The native command's own files never reach it.
fn inputs(root: &Path) -> Result<String> {
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    for also in ["rust-toolchain.toml", ".cargo/config.toml"] {
        files.push(root.join(also));
    }
    gather(&root.join("src"), &root.join("src/cli"), &mut files)?;
    let written = root.join(WRITTEN);
    files.retain(|file| *file != written);
    files.sort();
    // What is done to worker-build's output.
    let mut digest = Sha256::new();
    digest.update(IMPORT);
    digest.update(tools::WORKER_BUILD);
    digest.update(tools::WASM_BINDGEN);
    if let Ok(rustc) = Command::new("rustc").arg("-vV").output() {
        digest.update(rustc.stdout);
    }
    for file in files {
        let Ok(bytes) = fs::read(&file) else { continue };
        digest.update(
            file.strip_prefix(root)
                .unwrap_or(&file)
                .as_os_str()
                .as_encoded_bytes(),
        );
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    Ok(hex(&digest.finalize()))
}

fn gather(folder: &Path, except: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            if path != except {
                gather(&path, except, into)?;
            }
        } else {
            into.push(path);
        }
    }
    Ok(())
}

/// A line on what was built and how big it is.
pub fn describe(built: &Built) -> String {
    format!(
        "{} {} ({:.1} KiB, {:.1} KiB gzipped, SHA-256 {})",
        if built.fresh { "Built" } else { "Up to date:" },
        built.folder.join("index_bg.wasm").display(),
        built.wasm_bytes as f64 / 1024.0,
        built.gzip_bytes as f64 / 1024.0,
        built.sha256
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_build_shows_the_compilers_words_alone() {
        let log = [
            "Compiling a",
            "error: x",
            " --> y",
            "Error: Compiling",
            "Stack backtrace:",
        ]
        .map(str::to_owned);
        assert_eq!(cause(&log).unwrap(), &log[1..3]);
        assert_eq!(cause(&log[..3]).unwrap(), &log[1..3]);
        assert_eq!(cause(&log[..1]), None);
    }

    #[test]
    fn every_export_is_belted() {
        let made = "var pe=1,ye=2;export{ye as Inbox,pe as default};\n";
        let script = belted(made).unwrap();
        assert!(script.starts_with("var pe=1,ye=2;"));
        for one in [
            "belted(ye, 'Inbox')",
            "belted_Inbox as Inbox",
            "belted_default as default",
        ] {
            assert!(script.contains(one), "{one}");
        }
        for other in ["", "export default 1;", "export{a};"] {
            assert_eq!(belted(other), None, "{other}");
        }
    }

    #[test]
    fn no_folder_of_the_users_is_named_whatever_it_is_called() {
        let text = same_names(Path::new("/home/a b\"c/.cargo"));
        let table: toml::Table = text.parse().unwrap();
        let flags = &table["target"]["wasm32-unknown-unknown"]["rustflags"];
        assert_eq!(
            flags[0].as_str(),
            Some("--remap-path-prefix=/home/a b\"c/.cargo/registry/src=crates")
        );
    }

    #[test]
    fn only_what_reaches_the_wasm_changes_the_inputs() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let put = |name: &str, text: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("Cargo.toml", "a");
        put("src/lib.rs", "a");
        put("src/triage/mod.rs", "a");
        put("src/cli/mod.rs", "a");
        let first = inputs(root).unwrap();
        put("src/cli/mod.rs", "b");
        put("README.md", "b");
        put("src/heard.toml", "b");
        assert_eq!(inputs(root).unwrap(), first);
        put("src/triage/mod.rs", "b");
        let second = inputs(root).unwrap();
        assert_ne!(second, first);
        put("src/triage/words.txt", "new data");
        assert_ne!(inputs(root).unwrap(), second);
    }
}
