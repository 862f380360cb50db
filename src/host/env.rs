//! The configuration, read from the Worker's environment once for each isolate.

use crate::config::Config;
use crate::config::demo::{demo_in_short, sandboxed};
use js_sys::{JSON, Reflect};
use std::sync::OnceLock;
use wasm_bindgen::JsValue;
use worker::Env;

/// What an isolate knows: the environment of a deployed version never changes under it.
static KNOWN: OnceLock<Known> = OnceLock::new();

struct Known {
    config: Config,
    sandbox: Option<String>,
}

fn known(env: &Env) -> &'static Known {
    KNOWN.get_or_init(|| {
        let table = get(env, "HEARD")
            .and_then(|table| JSON::stringify(&table).ok())
            .map(String::from)
            .unwrap_or_default();
        let mut config = Config::read(&table, &|name| text(env, name));
        let sandbox = text(env, "HEARD_SANDBOX");
        // Only in the sandbox nobody is harmed by the demo.
        config.problems.extend(match &sandbox {
            Some(_) => Some(sandboxed()),
            None => demo_in_short(&table),
        });
        Known { config, sandbox }
    })
}

/// The configuration.
pub fn config(env: &Env) -> &'static Config {
    &known(env).config
}

/// Where reply calls go instead of to the platforms: set by `heard dev` only.
pub fn sandbox(env: &Env) -> Option<&'static str> {
    known(env).sandbox.as_deref()
}

fn get(env: &Env, name: &str) -> Option<JsValue> {
    let value = Reflect::get(env.as_ref(), &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

fn text(env: &Env, name: &str) -> Option<String> {
    get(env, name)?.as_string()
}
