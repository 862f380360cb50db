//! wrangler.toml: what each of its environments deploys, what it lacks, and putting that in.
//!
//! wrangler itself only warns where an environment lacks what it does not inherit, and deploys a Worker that
//! fails at its first request.

use crate::config::Environment;
use crate::config::demo::sandboxed;
use crate::config::problem::Problem;
use crate::config::secrets::secret_names_in;
use crate::lab::build::CONFIGURATION;
use crate::lab::runtime::{COMPATIBILITY_FLAGS, OBJECTS, Object};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use toml::{Table, Value};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, TableLike};

/// The file, at the project's root.
pub const FILE: &str = "wrangler.toml";

/// What a named environment does not inherit from the top (wrangler 4.164, `notInheritable` in its sources).
const NOT_INHERITED: [&str; 20] = [
    "vars",
    "durable_objects",
    "secrets",
    "kv_namespaces",
    "queues",
    "r2_buckets",
    "d1_databases",
    "vectorize",
    "hyperdrive",
    "services",
    "analytics_engine_datasets",
    "ratelimits",
    "version_metadata",
    "send_email",
    "ai",
    "browser",
    "workflows",
    "pipelines",
    "secrets_store_secrets",
    "unsafe",
];

/// What is deployed by itself: the top of the file, or one of its environments.
pub struct Place<'a> {
    /// The environment's name; `None`: the top.
    pub name: Option<&'a str>,
    table: &'a Table,
    top: &'a Table,
}

/// The top of the file and its environments.
pub fn places(wrangler: &Table) -> Vec<Place<'_>> {
    let environments = wrangler.get("env").and_then(Value::as_table);
    let top = Place {
        name: None,
        table: wrangler,
        top: wrangler,
    };
    let named = environments.into_iter().flatten().filter_map(|(name, of)| {
        Some(Place {
            name: Some(name.as_str()),
            table: of.as_table()?,
            top: wrangler,
        })
    });
    std::iter::once(top).chain(named).collect()
}

impl Place<'_> {
    /// What the Worker deployed there will know of its environment.
    pub fn environment(&self) -> Environment {
        let text = |name: &str| Some(self.table.get("vars")?.get(name)?.as_str()?.to_owned());
        Environment {
            name: text("HEARD_ENV"),
            mode: text("HEARD_MODE"),
        }
    }

    fn key(&self, key: &str) -> String {
        match self.name {
            Some(name) => format!("env.{name}.{key}"),
            None => key.to_owned(),
        }
    }

    /// What stands there under a key that environments inherit.
    fn inherited(&self, key: &str) -> Option<&Value> {
        self.table.get(key).or_else(|| self.top.get(key))
    }

    fn lacks_objects(&self) -> Vec<&'static Object<'static>> {
        let bound = self.table.get("durable_objects");
        let bound = bound.and_then(|bound| bound.get("bindings")?.as_array());
        let is = |bound: &Value, object: &Object<'_>| {
            let text = |key: &str| bound.get(key).and_then(Value::as_str);
            text("name") == Some(object.binding) && text("class_name") == Some(object.class)
        };
        let lacks = |object: &&Object<'_>| {
            let mut bound = bound.into_iter().flatten();
            !bound.any(|bound| is(bound, object))
        };
        OBJECTS.iter().filter(lacks).collect()
    }

    fn lacks_secrets(&self, table: &str) -> Vec<String> {
        let required = self.table.get("secrets");
        let required = required.and_then(|secrets| secrets.get("required")?.as_array());
        let required: BTreeSet<&str> = required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        secret_names_in(&self.environment(), table)
            .into_iter()
            .map(|(name, _)| name)
            .filter(|name| !required.contains(name.as_str()))
            .collect()
    }

    /// Whether wrangler takes `build/heard.json` for a text.
    fn has_rule(&self) -> bool {
        let rules = self.inherited("rules").and_then(Value::as_array);
        rules.into_iter().flatten().any(|rule| {
            let globs = rule.get("globs").and_then(Value::as_array);
            let mut globs = globs.into_iter().flatten().filter_map(Value::as_str);
            rule.get("type").and_then(Value::as_str) == Some("Text")
                && globs.any(|glob| glob.ends_with(CONFIGURATION))
        })
    }

    fn lacks_classes(&self) -> Vec<&'static str> {
        let migrations = self.inherited("migrations").and_then(Value::as_array);
        let made: BTreeSet<&str> = migrations
            .into_iter()
            .flatten()
            .filter_map(|migration| migration.get("new_sqlite_classes")?.as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let classes = OBJECTS.iter().map(|object| object.class);
        classes.filter(|class| !made.contains(class)).collect()
    }

    fn lacks_flags(&self) -> Vec<&'static str> {
        let flags = self.inherited("compatibility_flags");
        let flags: Vec<&str> = flags
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let wanted = COMPATIBILITY_FLAGS.iter().copied();
        wanted.filter(|flag| !flags.contains(flag)).collect()
    }

    /// A route of the top's that this environment would take over.
    fn takes_route(&self) -> Option<&'static str> {
        self.name?;
        let mut routes = ["route", "routes"].into_iter();
        let taken = routes.find(|key| self.top.contains_key(*key))?;
        let own = self.table.contains_key("route") || self.table.contains_key("routes");
        (!own).then_some(taken)
    }

    fn problems(&self, table: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut problem = |key: String, says: String| problems.push(Problem { key, says });
        let vars = self.table.get("vars").and_then(Value::as_table);
        let var = |name: &str| vars.and_then(|vars| vars.get(name));
        if var("HEARD").is_some() {
            let says = "is read no more: `heard config upgrade` moves it to src/heard.toml";
            problem(self.key("vars.HEARD"), says.into());
        }
        if var("HEARD_SANDBOX").is_some() {
            let Problem { key, says } = sandboxed();
            problem(self.key(&key), says);
        }
        if let Some(name) = self.name {
            match var("HEARD_ENV") {
                Some(says) if says.as_str() == Some(name) => {}
                Some(_) => problem(
                    self.key("vars.HEARD_ENV"),
                    format!("is not the environment's name: write HEARD_ENV = \"{name}\""),
                ),
                None => problem(
                    self.key("vars"),
                    format!("lacks the environment's name: write HEARD_ENV = \"{name}\""),
                ),
            }
            let of_top = self.top.get("vars").and_then(Value::as_table);
            let lacking = of_top.into_iter().flatten().filter(|(of_top, _)| {
                var(of_top).is_none() && !matches!(of_top.as_str(), "HEARD" | "HEARD_ENV")
            });
            for (of_top, value) in lacking {
                problem(
                    self.key("vars"),
                    format!("does not inherit {of_top}: write {of_top} = {value}"),
                );
            }
            for key in NOT_INHERITED {
                let own = matches!(key, "vars" | "durable_objects" | "secrets");
                if !own && self.top.contains_key(key) && !self.table.contains_key(key) {
                    problem(
                        self.key(key),
                        format!("is not inherited from the top: write it for {name} too"),
                    );
                }
            }
        }
        for Object { binding, class, .. } in self.lacks_objects() {
            problem(
                self.key("durable_objects.bindings"),
                format!("lacks {{ name = \"{binding}\", class_name = \"{class}\" }}"),
            );
        }
        let secrets = self.lacks_secrets(table);
        if !secrets.is_empty() {
            problem(
                self.key("secrets.required"),
                format!(
                    "lacks \"{}\": without them there a deploy goes on that has no such secret; \
                     `heard config upgrade` adds what is lacking",
                    secrets.join("\", \"")
                ),
            );
        }
        if let Some(key) = self.takes_route() {
            problem(
                self.key("routes"),
                format!(
                    "would be the top's {key}: a deploy here takes its address away; write \
                     routes = [], or this environment's own"
                ),
            );
        }
        // Said once, where it is inherited from.
        let own = |key| self.name.is_none() || self.table.contains_key(key);
        if own("rules") && !self.has_rule() {
            problem(
                self.key("rules"),
                format!(
                    "does not carry the configuration: write [[rules]] with type = \"Text\" and \
                     globs = [\"**/{CONFIGURATION}\"]"
                ),
            );
        }
        if own("migrations") {
            for class in self.lacks_classes() {
                problem(
                    self.key("migrations"),
                    format!("lacks class \"{class}\" in a new_sqlite_classes"),
                );
            }
        }
        if own("compatibility_flags") {
            for flag in self.lacks_flags() {
                problem(self.key("compatibility_flags"), format!("lacks \"{flag}\""));
            }
        }
        problems
    }
}

/// What wrangler.toml lacks for a configuration (`table`, as JSON), in all its environments.
pub fn problems(wrangler: &Table, table: &str) -> Vec<Problem> {
    let places = places(wrangler);
    places
        .iter()
        .flat_map(|place| place.problems(table))
        .collect()
}

/// wrangler.toml with what it lacks, its comments kept. What only its owner can know stays lacking.
///
/// # Errors
/// When it is not TOML, or a key of it is of another type than wrangler wants.
pub fn mended(wrangler_toml: &str, table: &str) -> Result<String> {
    let known: Table = toml::from_str(wrangler_toml).context("wrangler.toml is not TOML")?;
    let mut document: DocumentMut = wrangler_toml.parse().context("wrangler.toml is not TOML")?;
    for place in places(&known) {
        let mut item: &mut dyn TableLike = document.as_table_mut();
        if let Some(name) = place.name {
            item = sub_table(sub_table(item, "env")?, name)?;
        }
        mend(&place, item, table)?;
    }
    Ok(document.to_string())
}

/// wrangler.toml for another configuration: what it lacks is put in, and of the secrets that a deploy requires those that
/// nothing asks for any more are taken out. `name` is the Worker's new name.
///
/// # Errors
/// As [`mended`].
pub fn fitted(wrangler_toml: &str, table: &str, name: Option<&str>) -> Result<String> {
    let known: Table = toml::from_str(wrangler_toml).context("wrangler.toml is not TOML")?;
    let mut document: DocumentMut = wrangler_toml.parse().context("wrangler.toml is not TOML")?;
    if let Some(name) = name {
        document.insert("name", toml_edit::value(name));
    }
    for place in places(&known) {
        let mut item: &mut dyn TableLike = document.as_table_mut();
        if let Some(name) = place.name {
            item = sub_table(sub_table(item, "env")?, name)?;
        }
        let asked: BTreeSet<String> = secret_names_in(&place.environment(), table)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let required = sub_table(item, "secrets")?.get_mut("required");
        if let Some(required) = required.and_then(Item::as_array_mut) {
            required.retain(|name| name.as_str().is_some_and(|name| asked.contains(name)));
            lines(required);
        }
    }
    mended(&document.to_string(), table)
}

fn mend(place: &Place<'_>, item: &mut dyn TableLike, table: &str) -> Result<()> {
    if let Some(name) = place.name {
        let vars = sub_table(item, "vars")?;
        vars.insert("HEARD_ENV", toml_edit::value(name));
    }
    let objects = place.lacks_objects();
    if !objects.is_empty() {
        let bindings = sub_table(item, "durable_objects")?
            .entry("bindings")
            .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        for object in objects {
            let pairs = [("name", object.binding), ("class_name", object.class)];
            push(bindings, &pairs)
                .context("wrangler.toml: durable_objects.bindings is not a list")?;
        }
    }
    let secrets = place.lacks_secrets(table);
    if !secrets.is_empty() {
        let required = sub_table(item, "secrets")?
            .entry("required")
            .or_insert_with(|| toml_edit::value(Array::new()));
        let required = required
            .as_array_mut()
            .context("wrangler.toml: secrets.required is not a list")?;
        required.extend(secrets);
        lines(required);
    }
    let own = place.name.is_none();
    if own && !place.has_rule() {
        let mut rule = toml_edit::Table::new();
        rule.insert("type", toml_edit::value("Text"));
        let globs = Array::from_iter([format!("**/{CONFIGURATION}")]);
        rule.insert("globs", toml_edit::value(globs));
        list(item, "rules")?.push(rule);
    }
    let classes = place.lacks_classes();
    if own && !classes.is_empty() {
        let migrations = list(item, "migrations")?;
        let mut migration = toml_edit::Table::new();
        let tag = format!("v{}", migrations.len() + 1);
        migration.insert("tag", toml_edit::value(tag));
        let classes = Array::from_iter(classes);
        migration.insert("new_sqlite_classes", toml_edit::value(classes));
        migrations.push(migration);
    }
    let flags = place.lacks_flags();
    if own && !flags.is_empty() {
        let known = item
            .entry("compatibility_flags")
            .or_insert_with(|| toml_edit::value(Array::new()));
        let known = known
            .as_array_mut()
            .context("wrangler.toml: compatibility_flags is not a list")?;
        known.extend(flags);
    }
    Ok(())
}

pub(super) fn sub_table<'t>(
    table: &'t mut dyn TableLike,
    key: &str,
) -> Result<&'t mut dyn TableLike> {
    let item = table.entry(key).or_insert_with(|| {
        let mut table = toml_edit::Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    item.as_table_like_mut()
        .with_context(|| format!("wrangler.toml: {key} is not a table"))
}

fn list<'t>(table: &'t mut dyn TableLike, key: &str) -> Result<&'t mut ArrayOfTables> {
    let item = table
        .entry(key)
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    item.as_array_of_tables_mut()
        .with_context(|| format!("wrangler.toml: {key} is not a list of tables: write [[{key}]]"))
}

/// Adds to a list of tables, however it is written.
fn push(list: &mut Item, pairs: &[(&str, &str)]) -> Option<()> {
    match list {
        Item::ArrayOfTables(tables) => {
            let mut table = toml_edit::Table::new();
            for (key, value) in pairs {
                table.insert(key, toml_edit::value(*value));
            }
            tables.push(table);
        }
        Item::Value(value) => {
            let array = value.as_array_mut()?;
            array.push(InlineTable::from_iter(pairs.iter().copied()));
            lines(array);
        }
        _ => return None,
    }
    Some(())
}

/// One value a line.
fn lines(array: &mut Array) {
    for value in array.iter_mut() {
        value.decor_mut().set_prefix("\n  ");
        value.decor_mut().set_suffix("");
    }
    array.set_trailing("\n");
    array.set_trailing_comma(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../wrangler.toml");

    fn demo() -> String {
        crate::lab::configuration::table(include_str!("../heard.toml")).unwrap()
    }

    fn told(wrangler: &str) -> Vec<String> {
        let wrangler: Table = toml::from_str(wrangler).unwrap();
        let problems = problems(&wrangler, &demo());
        problems
            .into_iter()
            .map(|p| format!("{}: {}", p.key, p.says))
            .collect()
    }

    #[test]
    fn the_shipped_file_lacks_nothing_in_any_environment() {
        assert_eq!(told(SHIPPED), [""; 0]);
        let wrangler: Table = toml::from_str(SHIPPED).unwrap();
        let names: Vec<_> = places(&wrangler).iter().map(|place| place.name).collect();
        assert_eq!(names, [None, Some("production"), Some("staging")]);
        assert_eq!(
            mended(SHIPPED, &demo()).unwrap().parse::<Table>(),
            SHIPPED.parse()
        );
    }

    /// Each mistake is named by its key, with what to write; and mended where that can be known.
    #[test]
    fn what_an_environment_does_not_inherit_is_named() {
        for (change, with, key, word, mends) in [
            (
                "HEARD_ENV = \"staging\"",
                "",
                "env.staging.vars: ",
                "HEARD_ENV = \"staging\"",
                true,
            ),
            (
                "HEARD_ENV = \"staging\"",
                "HEARD_ENV = \"prod\"",
                "env.staging.vars.HEARD_ENV: ",
                "HEARD_ENV = \"staging\"",
                true,
            ),
            (
                "HEARD_ENV = \"staging\"",
                "HEARD_ENV = \"staging\"\nHEARD = { mode = \"live\" }",
                "env.staging.vars.HEARD: ",
                "heard config upgrade",
                false,
            ),
            (
                "HEARD_ENV = \"staging\"",
                "HEARD_ENV = \"staging\"\nHEARD_SANDBOX = \"http://127.0.0.1:8788\"",
                "env.staging.vars.HEARD_SANDBOX: ",
                "sandbox",
                false,
            ),
            (
                "workers_dev = true",
                "workers_dev = true\nroutes = [{ pattern = \"heard.example\", custom_domain = true }]",
                "env.staging.routes: ",
                "routes = []",
                false,
            ),
            (
                "workers_dev = true",
                "workers_dev = true\nkv_namespaces = [{ binding = \"K\", id = \"k\" }]",
                "env.staging.kv_namespaces: ",
                "not inherited",
                false,
            ),
            (
                "workers_dev = true",
                "workers_dev = true\nvars = { OWN = \"a\" }",
                "env.staging.vars: ",
                "write OWN = \"a\"",
                false,
            ),
            ("\"Pulse\"]", "]", "migrations: ", "\"Pulse\"", true),
            (
                "enable_request_signal",
                "nodejs_compat",
                "compatibility_flags: ",
                "enable_request_signal",
                true,
            ),
            (
                "**/heard.json",
                "**/other.json",
                "rules: ",
                "**/heard.json",
                true,
            ),
            (
                "\"META_APP_SECRET\",",
                "",
                "secrets.required: ",
                "\"META_APP_SECRET\"",
                true,
            ),
            (
                "\"META_APP_SECRET\",",
                "",
                "env.staging.secrets.required: ",
                "\"META_APP_SECRET\"",
                true,
            ),
            (
                "{ name = \"HUB\", class_name = \"Hub\" },",
                "",
                "env.staging.durable_objects.bindings: ",
                "name = \"HUB\"",
                true,
            ),
            (
                "{ name = \"HUB\", class_name = \"Hub\" },",
                "",
                "durable_objects.bindings: ",
                "name = \"HUB\"",
                true,
            ),
        ] {
            assert!(SHIPPED.contains(change), "{change}");
            let broken = SHIPPED.replace(change, with);
            let found = told(&broken);
            let is = |line: &String| line.starts_with(key) && line.contains(word);
            assert!(found.iter().any(is), "{key} {word}: {found:#?}");
            let mended = mended(&broken, &demo()).unwrap();
            assert_eq!(
                told(&mended).is_empty(),
                mends,
                "{key}: {:#?}",
                told(&mended)
            );
        }
    }
}
