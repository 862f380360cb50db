//! Workers on workerd for the time of a measurement: Heard, and bare ones to hold beside it.

use super::setup::Setup;
use crate::lab::build;
use crate::lab::runtime::{OBJECTS, Object, Runtime, Service};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// A Worker that keeps the raw body with one INSERT in a Durable Object, and checks nothing.
const BARE: &str = r#"import { DurableObject } from "cloudflare:workers";
export class Store extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS raw (seq INTEGER PRIMARY KEY, body TEXT) STRICT");
  }
  async fetch(request) {
    this.ctx.storage.sql.exec("INSERT INTO raw (body) VALUES (?)", await request.text());
    return new Response(null);
  }
}
export default {
  async fetch(request, env) {
    return env.STORE.getByName("one").fetch("https://store/", { method: "POST", body: await request.arrayBuffer() });
  },
};
"#;

/// A running Worker in a folder of its own under target/.
pub(super) struct Running {
    // Dropped first: the folder goes when nothing writes into it any more.
    pub(super) runtime: Runtime,
    _folder: Folder,
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let path = build::project_root()?
            .join("target/bench")
            .join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join("disk"))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn start_bare(workerd: &Path) -> Result<Running> {
    let store = Object {
        binding: "STORE",
        class: "Store",
        folder: "heard",
    };
    start_script(workerd, "bare", BARE, &[store], None)
}

/// A Worker that is one script; its outbound calls go to `outbound`.
pub(super) fn start_script(
    workerd: &Path,
    name: &str,
    script: &str,
    objects: &[Object<'_>],
    outbound: Option<String>,
) -> Result<Running> {
    let folder = Folder::new(name)?;
    std::fs::write(folder.0.join("bare.js"), script)?;
    let service = Service {
        modules: &[("bare.js", "esModule")],
        texts: &[],
        jsons: &[],
        objects,
        outbound,
    };
    std::fs::write(folder.0.join("config.capnp"), service.capnp())?;
    Ok(Running {
        runtime: Runtime::spawn(workerd, &folder.0, |_| {})?,
        _folder: folder,
    })
}

pub(super) fn start_heard(
    workerd: &Path,
    built: &Path,
    setup: &Setup,
    name: &str,
) -> Result<Running> {
    let folder = Folder::new(name)?;
    for file in ["index.js", "index_bg.wasm"] {
        std::fs::copy(built.join(file), folder.0.join(file))?;
    }
    let service = Service {
        modules: &[("index.js", "esModule"), ("index_bg.wasm", "wasm")],
        texts: &setup.secrets,
        jsons: &[("HEARD".to_string(), setup.table.clone())],
        objects: OBJECTS,
        outbound: setup.outbound.clone(),
    };
    std::fs::write(folder.0.join("config.capnp"), service.capnp())?;
    Ok(Running {
        runtime: Runtime::spawn(workerd, &folder.0, |_| {})?,
        _folder: folder,
    })
}
