//! Workers on workerd for the time of a measurement: Heard, and bare ones to hold beside it.

use super::super::build;
use super::super::runtime::{self, OBJECTS, Object, Runtime, Service};
use super::Setup;
use crate::inbox::shard::Shard;
use anyhow::Result;
use serde_json::json;
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
    folder: Folder,
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
        objects,
        outbound,
    };
    std::fs::write(folder.0.join("config.capnp"), service.capnp())?;
    Ok(Running {
        runtime: Runtime::spawn(workerd, &folder.0, |_| {})?,
        folder,
    })
}

/// Around Heard: counts the rows that each cursor of the first shard says to have written, and tells them.
const COUNTS: &str = r#"import { DurableObject } from "cloudflare:workers";
import * as heard from "./index.js";
export { Accounts, Directory, Floor, Hub, Pulse } from "./index.js";
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
    if (request.url.endsWith("/written")) return env.INBOX.getByName("SHARD").fetch(request);
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
    start(Folder::new(name)?, workerd, built, setup, None)
}

/// The same, and `/written` tells how many rows the first shard has written.
pub(super) fn start_counting(
    workerd: &Path,
    built: &Path,
    setup: &Setup,
    name: &str,
) -> Result<Running> {
    start(Folder::new(name)?, workerd, built, setup, Some(COUNTS))
}

fn start(
    folder: Folder,
    workerd: &Path,
    built: &Path,
    setup: &Setup,
    around: Option<&str>,
) -> Result<Running> {
    runtime::lay_out(built, &folder.0, &setup.table)?;
    let mut modules = runtime::MODULES.to_vec();
    if let Some(script) = around {
        let script = script.replace("SHARD", &Shard::at(0).object());
        std::fs::write(folder.0.join("around.js"), script)?;
        // The first is the Worker.
        modules.insert(0, ("around.js", "esModule"));
    }
    let service = Service {
        modules: &modules,
        texts: &setup.secrets,
        objects: OBJECTS,
        outbound: setup.outbound.clone(),
    };
    std::fs::write(folder.0.join("config.capnp"), service.capnp())?;
    Ok(Running {
        runtime: Runtime::spawn(workerd, &folder.0, |_| {})?,
        folder,
    })
}

/// A Worker of a few lines in Heard's place, over the same storage: what a queue holds in its first shard
/// again and again, under new numbers, by SQLite itself. A million deliveries would take half an hour.
const FILL: &str = r#"import { DurableObject } from "cloudflare:workers";
export class Inbox extends DurableObject {
  columns(table, other) {
    const names = this.ctx.storage.sql.exec(`SELECT name FROM pragma_table_info('${table}')`).raw().toArray().flat();
    return [names.join(), names.map((name) => other[name] ?? `t.${name}`).join()];
  }
  async fetch(request) {
    const { templates, from, to } = await request.json();
    const numbers = `WITH RECURSIVE k(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM k WHERE n < ${to} - 1)`;
    const [names, values] = this.columns("interaction", {
      seq: "k.n", first: "'standard:fill-' || k.n", author: "'filler-' || k.n", rank: "t.rank + k.n", deadline_ms: "t.deadline_ms + k.n",
    });
    const [fields, texts] = this.columns("post", { id: "'standard:fill-' || k.n", interaction: "k.n" });
    const sql = this.ctx.storage.sql;
    if (from < to) {
      sql.exec(`INSERT INTO interaction (${names}) ${numbers}
        SELECT ${values} FROM k JOIN interaction t ON t.seq = 1 + k.n % ${templates}`);
      sql.exec(`INSERT INTO post (${fields}) ${numbers}
        SELECT ${texts} FROM k JOIN interaction i ON i.seq = 1 + k.n % ${templates} JOIN post t ON t.id = i.first`);
    }
    return new Response(sql.databaseSize);
  }
}
export default {
  async fetch(request, env) {
    return env.INBOX.getByName("SHARD").fetch("https://object/", { method: "POST", body: await request.text() });
  },
};
"#;

impl Running {
    /// The same with so many interactions: copies of the first `templates`, which must be all there is;
    /// and how many bytes the shard takes then.
    pub(super) async fn filled(
        self,
        workerd: &Path,
        built: &Path,
        setup: &Setup,
        templates: usize,
        open: usize,
    ) -> Result<(Self, u64)> {
        /// A slice is one transaction: a second's work.
        const SLICE: usize = 20_000;
        let Self { runtime, folder } = self;
        drop(runtime);
        let fill = FILL.replace("SHARD", &Shard::at(0).object());
        std::fs::write(folder.0.join("fill.js"), fill)?;
        let service = Service {
            modules: &[("fill.js", "esModule")],
            texts: &[],
            objects: OBJECTS.get(..1).unwrap_or_default(),
            outbound: None,
        };
        std::fs::write(folder.0.join("config.capnp"), service.capnp())?;
        let filler = Runtime::spawn(workerd, &folder.0, |_| {})?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let mut from = templates + 1;
        let bytes = loop {
            let to = (from + SLICE).min(open + 1);
            let asked = client.post(format!("http://127.0.0.1:{}/", filler.port));
            let asked = asked.json(&json!({"templates": templates, "from": from, "to": to}));
            let bytes = asked.send().await?.error_for_status()?.text().await?;
            from = to;
            if from > open {
                break bytes.parse()?;
            }
        };
        drop(filler);
        Ok((start(folder, workerd, built, setup, None)?, bytes))
    }
}
