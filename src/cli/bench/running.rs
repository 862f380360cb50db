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

/// Around Heard: counts the rows that each cursor of the first shard says to have written, and tells them.
const COUNTS: &str = r#"import { DurableObject } from "cloudflare:workers";
import * as heard from "./index.js";
export { Accounts, Directory } from "./index.js";
export class Inbox extends DurableObject {
  written = 0;
  constructor(ctx, env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    const exec = sql.exec.bind(sql);
    sql.exec = (...asked) => {
      this.count();
      return this.last = exec(...asked);
    };
    this.heard = new heard.Inbox(ctx, env);
  }
  // What the last cursor wrote is known once it was read, which is before the next begins.
  count() {
    this.written += this.last?.rowsWritten ?? 0;
    this.last = undefined;
  }
  fetch(request) {
    if (!request.url.endsWith("/written")) return this.heard.fetch(request);
    this.count();
    return new Response(this.written);
  }
  alarm(info) {
    return this.heard.alarm(info);
  }
}
export default {
  fetch(request, env, ctx) {
    if (request.url.endsWith("/written")) return env.INBOX.getByName("inbox/v1/00").fetch(request);
    return new heard.default(ctx, env).fetch(request);
  },
};
"#;

pub(super) fn start_heard(
    workerd: &Path,
    built: &Path,
    setup: &Setup,
    name: &str,
) -> Result<Running> {
    start(workerd, built, setup, name, None)
}

/// The same, and `/written` tells how many rows the first shard has written.
pub(super) fn start_counting(
    workerd: &Path,
    built: &Path,
    setup: &Setup,
    name: &str,
) -> Result<Running> {
    start(workerd, built, setup, name, Some(COUNTS))
}

fn start(
    workerd: &Path,
    built: &Path,
    setup: &Setup,
    name: &str,
    around: Option<&str>,
) -> Result<Running> {
    let folder = Folder::new(name)?;
    for file in ["index.js", "index_bg.wasm"] {
        std::fs::copy(built.join(file), folder.0.join(file))?;
    }
    let mut modules = vec![("index.js", "esModule"), ("index_bg.wasm", "wasm")];
    if let Some(script) = around {
        std::fs::write(folder.0.join("around.js"), script)?;
        // The first is the Worker.
        modules.insert(0, ("around.js", "esModule"));
    }
    let service = Service {
        modules: &modules,
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
