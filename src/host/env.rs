//! The configuration, read once for each isolate: from the text module beside the Wasm, and what differs between
//! environments from variables and secrets.

use crate::config::demo::{demo_in_short, sandboxed};
use crate::config::patch::patched;
use crate::config::{Config, Environment};
use js_sys::Reflect;
use serde_json::{Map, Value};
use std::sync::OnceLock;
use wasm_bindgen::JsValue;
use worker::Env;

/// Where `build/index.js` leaves the text of `build/heard.json` (`heard build` makes both).
const MODULE: &str = "HEARD";

/// What an isolate knows: the environment of a deployed version never changes under it.
static KNOWN: OnceLock<Known> = OnceLock::new();

struct Known {
    config: Config,
    /// The file, as JSON.
    table: String,
    environment: Environment,
    sandbox: Option<String>,
}

fn known(env: &Env) -> &'static Known {
    KNOWN.get_or_init(|| {
        let table = get(&js_sys::global(), MODULE)
            .and_then(|table| table.as_string())
            .unwrap_or_default();
        let environment = Environment {
            name: text(env, "HEARD_ENV"),
            mode: text(env, "HEARD_MODE"),
        };
        let mut config = Config::read_in(&environment, &table, &|name| text(env, name));
        let sandbox = text(env, "HEARD_SANDBOX");
        // Only in the sandbox nobody is harmed by the demo.
        config.problems.extend(match &sandbox {
            Some(_) => Some(sandboxed()),
            None => demo_in_short(&table, config.mode),
        });
        Known {
            config,
            table,
            environment,
            sandbox,
        }
    })
}

/// The configuration.
pub fn config(env: &Env) -> &'static Config {
    &known(env).config
}

/// The configuration with other settings: for a look at what they would do, and never in force.
///
/// # Errors
/// The key that cannot be changed, and why.
pub fn changed(env: &Env, settings: &Map<String, Value>) -> Result<Config, (String, String)> {
    let known = known(env);
    let table = patched(&known.table, settings)?;
    let mut environment = known.environment.clone();
    if settings.contains_key("mode") {
        environment.mode = None;
    }
    Ok(Config::read_in(&environment, &table, &|name| {
        text(env, name)
    }))
}

/// Where reply calls go instead of to the platforms: set by `heard dev` only.
pub fn sandbox(env: &Env) -> Option<&'static str> {
    known(env).sandbox.as_deref()
}

fn get(from: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(from, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

fn text(env: &Env, name: &str) -> Option<String> {
    get(env.as_ref(), name)?.as_string()
}
