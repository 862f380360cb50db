//! The contract's document held against the running routes: each route is there, each documented field
//! is read, and each answer is what the document says and nothing besides.

use crate::rig::{Caller, Held, PLEA, Rig, Said, post_id};
use heard::api::route::Role;
use heard::post::Platform;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What is wrong with a value by its schema. Stricter than JSON Schema in one thing: an object with
/// listed properties has no others. Knows the keywords that the contract uses, and stops at others.
fn mistakes(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Some(name) = schema["$ref"].as_str() {
        let target = document.pointer(name.strip_prefix('#').unwrap()).unwrap();
        return mistakes(document, target, value, at);
    }
    for (keyword, says) in schema.as_object().unwrap() {
        let number = |value: &Value| value.as_f64();
        let holds = match keyword.as_str() {
            "type" => {
                let types = says
                    .as_array()
                    .cloned()
                    .unwrap_or_else(|| vec![says.clone()]);
                types.iter().any(|name| is(name.as_str().unwrap(), value))
            }
            "enum" => says.as_array().unwrap().contains(value),
            "const" => says == value,
            "oneOf" => {
                let fits = |schema: &&Value| mistakes(document, schema, value, at).is_empty();
                says.as_array().unwrap().iter().filter(fits).count() == 1
            }
            "minimum" => number(value).is_none_or(|n| n >= says.as_f64().unwrap()),
            "maximum" => number(value).is_none_or(|n| n <= says.as_f64().unwrap()),
            "maxItems" => value
                .as_array()
                .is_none_or(|items| items.len() as u64 <= says.as_u64().unwrap()),
            "required" => value.as_object().is_none_or(|object| {
                says.as_array()
                    .unwrap()
                    .iter()
                    .all(|name| object.contains_key(name.as_str().unwrap()))
            }),
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    wrong.extend(mistakes(document, says, item, &format!("{at}/{place}")));
                }
                true
            }
            "properties" => {
                for (name, field) in value.as_object().into_iter().flatten() {
                    match says.get(name) {
                        Some(schema) => {
                            wrong.extend(mistakes(document, schema, field, &format!("{at}/{name}")))
                        }
                        None => wrong.push(format!("{at}/{name} is not documented")),
                    }
                }
                true
            }
            // What is not listed is not documented, as above.
            "additionalProperties" if *says == json!(false) => true,
            "additionalProperties" => {
                for (name, field) in value.as_object().into_iter().flatten() {
                    wrong.extend(mistakes(document, says, field, &format!("{at}/{name}")));
                }
                true
            }
            "minLength" => value
                .as_str()
                .is_none_or(|text| text.len() as u64 >= says.as_u64().unwrap()),
            "maxLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() as u64 <= says.as_u64().unwrap()),
            "minItems" => value
                .as_array()
                .is_none_or(|items| items.len() as u64 >= says.as_u64().unwrap()),
            "minProperties" => value
                .as_object()
                .is_none_or(|fields| fields.len() as u64 >= says.as_u64().unwrap()),
            // Schemathesis looks at patterns, and at what is there twice.
            "pattern" | "uniqueItems" | "default" | "description" | "discriminator" => true,
            _ => panic!("this checker does not know {keyword}"),
        };
        if !holds {
            wrong.push(format!("{at}: {value} is not {keyword} {says}"));
        }
    }
    wrong
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => panic!("no type: {name}"),
    }
}

/// The contract, and which of its operations were seen to answer as documented.
struct Contract {
    document: Value,
    seen: BTreeSet<String>,
}

impl Contract {
    fn operations(&self) -> Vec<(String, String, Value)> {
        let mut all = Vec::new();
        for (path, methods) in self.document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                all.push((method.to_uppercase(), path.clone(), operation.clone()));
            }
        }
        all
    }

    /// An answer must be what the document says of its operation and status.
    fn check(&mut self, id: &str, status: u16, value: &Value) {
        let (_, _, operation) = self
            .operations()
            .into_iter()
            .find(|(_, _, o)| o["operationId"] == id)
            .unwrap();
        let answer = &operation["responses"][status.to_string()];
        assert!(
            answer.is_object(),
            "{id} answers {status}, which is not documented: {value}"
        );
        let kind = if status == 200 {
            "application/json"
        } else {
            "application/problem+json"
        };
        let schema = &answer["content"][kind]["schema"];
        assert!(schema.is_object(), "{id} {status} has no schema");
        assert_eq!(
            mistakes(&self.document, schema, value, ""),
            Vec::<String>::new(),
            "{id} {status}: {value}"
        );
        self.seen.insert(format!("{id} {status}"));
    }
}

/// A schema, or what its reference names.
fn named<'v>(document: &'v Value, schema: &'v Value) -> &'v Value {
    let name = schema["$ref"].as_str();
    name.map_or(schema, |name| document.pointer(&name[1..]).unwrap())
}

/// A value of another type than the schema's.
fn of_another_type(schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("string") => json!(5),
        Some("integer") => json!("5"),
        Some("array" | "boolean" | "object") => json!("x"),
        None if schema["enum"].is_array() => json!(5),
        other => panic!("{other:?}"),
    }
}

/// Values of the right type past a documented bound.
fn past_bounds(document: &Value, schema: &Value) -> Vec<Value> {
    let mut values = Vec::new();
    if let Some(max) = schema["maximum"].as_i64() {
        values.extend([json!(max + 1), json!(-1), json!(1.5), json!(1e300)]);
    }
    if let Some(min) = schema["minimum"].as_i64() {
        values.push(json!(min - 1));
    }
    if let Some(max) = schema["maxLength"].as_u64() {
        values.push(json!("x".repeat(usize::try_from(max).unwrap() + 1)));
    }
    if schema["enum"].is_array() {
        values.push(json!("nonesuch"));
    }
    if let Some(max) = schema["maxItems"].as_u64() {
        values.push(json!(vec!["x"; usize::try_from(max).unwrap() + 1]));
        values.push(json!([5]));
        if named(document, &schema["items"])["enum"].is_array() {
            values.push(json!(["nonesuch"]));
        }
    }
    values
}

/// A good body for an operation: its required fields, and what one of them needs besides.
fn good(schema: &Value, held: &Held) -> Map<String, Value> {
    let mut body = Map::new();
    for name in schema["required"].as_array().into_iter().flatten() {
        let value = match name.as_str().unwrap() {
            "lease" => json!(held.lease),
            "serves" => json!([]),
            "platform" => json!("x"),
            "stop" => json!(true),
            "until_ms" => json!(crate::rig::now_ms() + 3_600_000),
            "ids" => json!([held.id]),
            "do" => {
                body.insert("outcome".into(), json!("said"));
                json!("resolve")
            }
            "text" if schema["properties"]["text"]["type"] == "object" => json!({"en": "said"}),
            "state" => json!("away"),
            "minutes" => json!(30),
            "on" => json!(false),
            "source" => json!("x-northline"),
            "what" => json!("stuck"),
            _ => json!("said"),
        };
        body.insert(name.as_str().unwrap().into(), value);
    }
    body
}

/// What has no field that is always needed needs one of several: this one.
fn one_of_several(id: &str) -> Option<(String, Value)> {
    let (name, value) = match id {
        "assign" | "transfer" => ("workgroup", json!("customer-care")),
        "correct" => ("kind", json!("praise")),
        "retask" => ("serves", json!([])),
        "tag" => ("add", json!(["x"])),
        "bulk" => ("of_workgroup", json!("customer-care")),
        _ => return None,
    };
    Some((name.to_owned(), value))
}

async fn call(caller: &Caller<'_>, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    caller
        .try_call(method, path, Some("key"), body)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_the_contract() {
    let records = std::env::var_os("HEARD_EXAMPLES").is_some();
    if records {
        *crate::rig::RECORDED.lock().unwrap() = Some(Vec::new());
    }
    let mut table = crate::rig::shipped();
    table["receivers"] =
        json!([{"id": "crm", "url": "https://events.example/heard", "events": ["sla.*"]}]);
    table["listening"] = json!({"words": ["northline"]});
    for source in table["sources"].as_array_mut().unwrap() {
        if source["id"] == "x-northline" {
            source["listen"] = json!(true);
        }
    }
    let secrets = crate::rig::secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let crm = rig.caller("crm", Role::Crm);
    let agent = rig.caller("zed", Role::Agent);
    let operator = rig.caller("olga", Role::Operator);
    let mut wrong = 0;
    let nobody = Caller {
        token: "nonsense".into(),
        ..boss.clone()
    };
    let document = boss.get("/openapi.json").await;
    assert_eq!(document, heard::api::openapi::document());
    let mut contract = Contract {
        document,
        seen: BTreeSet::new(),
    };

    rig.event(&Said::x("7", &post_id(), PLEA)).await;
    // As long as a lease can be: all the refused calls below take minutes on a busy machine.
    let mut claimed = boss.claim(json!({"lease_s": 600})).await;
    let held = Held::of(claimed.remove(0));
    let declare = json!({"source": "x-northline", "what": "delayed"});
    let (_, incident) = boss.post("/v1/incidents", declare).await;
    for (method, path, operation) in contract.operations() {
        let id = operation["operationId"].as_str().unwrap();
        let one = match path.starts_with("/v1/incidents/") {
            true => incident["id"].as_str().unwrap(),
            false => held.id.as_str(),
        };
        let here = path
            .replace("{id}", one)
            .replace("{app}", "x-main")
            .replace("{workgroup}", "customer-care")
            .replace("{agent}", "ana")
            .replace("{receiver}", "crm")
            .replace("{token}", "t9")
            .replace("{customer}", "c-9")
            .replace("{platform}", "x")
            .replace("{author}", "nobody");
        // A method that the path does not have.
        let (status, problem) = call(&boss, "PATCH", &here, None).await;
        assert_eq!(
            (status, &problem["code"]),
            (405, &json!("method_not_allowed")),
            "{path}"
        );
        assert!(
            problem["allow"].as_str().unwrap().contains(&method),
            "{path}: {problem}"
        );
        if path.starts_with("/webhooks/") {
            continue;
        }
        // Its role, and no other.
        match operation["x-role"].as_str() {
            None => assert!(operation["security"].is_null(), "{id}"),
            Some(_) => {
                // No more wrong tokens come from one address in a minute than are looked at.
                wrong += 1;
                if wrong > 20 {
                    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                }
                let other = match operation["x-role"].as_str() {
                    Some("crm") => &agent,
                    _ => &crm,
                };
                for (caller, status) in [(&nobody, 401), (other, 403)] {
                    let (said, problem) = call(caller, &method, &here, None).await;
                    assert_eq!(said, status, "{id}");
                    contract.check(id, status, &problem);
                }
            }
        }
        if path.contains("{id}") {
            for none in ["v2-00-999", "v2-3f-1", "nonsense", "v2-00-1%20"] {
                let body = operation["requestBody"].is_object().then(|| {
                    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                    let mut body = good(named(&contract.document, schema), &held);
                    body.extend(one_of_several(id));
                    Value::Object(body)
                });
                let (status, problem) =
                    call(&boss, &method, &path.replace("{id}", none), body.as_ref()).await;
                assert_eq!(status, 404, "{id} {none}: {problem}");
                contract.check(id, status, &problem);
            }
        }
        if path.contains("{workgroup}") {
            let none = path.replace("{workgroup}", "nobody");
            let (status, problem) = call(&boss, &method, &none, Some(&json!({}))).await;
            assert_eq!(status, 404, "{id}: {problem}");
            contract.check(id, status, &problem);
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_object() {
            let schema = named(&contract.document, schema).clone();
            let caller = match operation["x-role"].as_str() {
                Some("crm") => &crm,
                _ => &boss,
            };
            bad_bodies(&mut contract, caller, (id, &method, &here), &schema, &held).await;
        }
        for parameter in operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|p| p["in"] == "query")
        {
            let name = parameter["name"].as_str().unwrap();
            let boss = match operation["x-role"].as_str() {
                Some("operator") => &operator,
                _ => &boss,
            };
            // Any text is a reason, and names a workgroup, a post or a token; that the first two are read is shown below. And any names an
            // author, a holder, a tag, a language, a model, a source that was, or words to look for.
            let any = [
                "workgroup",
                "post",
                "author",
                "holder",
                "tag",
                "model",
                "source",
                "q",
                "reason",
                "export",
            ];
            let is_any = any.contains(&name) || (name == "lang" && id != "answers");
            if is_any || (id, name) == ("tokens", "cursor") {
                continue;
            }
            let schema = named(&contract.document, &parameter["schema"]);
            let (most, least) = (schema["maximum"].as_u64(), schema["minimum"].as_u64());
            let most = most.unwrap_or(50);
            let over = (most + 1).to_string();
            for bad in ["nonesuch", "", "-1", over.as_str(), "0"] {
                // Any number is a time; one too long ago is the oldest there is.
                if ["since", "until", "from", "to"].contains(&name) && bad.parse::<i64>().is_ok() {
                    continue;
                }
                if bad == "0" && least == Some(0) {
                    continue;
                }
                let (status, problem) =
                    call(boss, &method, &format!("{here}?{name}={bad}"), None).await;
                assert_eq!(
                    (status, problem["field"].as_str()),
                    (422, Some(name)),
                    "{name}={bad}: {problem}"
                );
                contract.check(id, status, &problem);
            }
        }
    }
    for (query, found) in [
        ("", 1),
        ("?workgroup=customer-care", 1),
        ("?workgroup=sales", 0),
        ("?platform=x", 1),
        ("?platform=facebook", 0),
        ("?state=leased", 1),
        ("?state=waiting", 0),
        ("?post=x:none", 0),
        ("?max=1", 1),
    ] {
        let page = boss.get(&format!("/v1/interactions{query}")).await;
        assert_eq!(
            page["interactions"].as_array().unwrap().len(),
            found,
            "{query}"
        );
        contract.check("list", 200, &page);
    }
    // No path at all.
    for path in [
        "/",
        "/v1",
        "/v1/claims/",
        "/v1/interactions/",
        "/v2/claims",
        "/webhooks",
    ] {
        let (status, problem) = call(&boss, "POST", path, None).await;
        assert_eq!(
            (status, &problem["code"]),
            (404, &json!("not_found")),
            "{path}"
        );
    }
    successes(&rig, &mut contract, held).await;
    overheard(&rig, &mut contract).await;
    taught(&rig, &mut contract).await;
    sampled(&rig, &mut contract).await;
    for (_, path, operation) in contract.operations() {
        let seen = format!("{} 200", operation["operationId"].as_str().unwrap());
        assert!(
            // The stream and the metrics, which are no JSON, have tests of their own.
            path.starts_with("/webhooks/")
                || ["/v1/events", "/metrics"].contains(&path.as_str())
                || contract.seen.contains(&seen),
            "never seen: {seen}"
        );
    }
    if records {
        record(&contract);
    }
}

/// The most that an example shows of a list, and of its whole answer in bytes.
const SHOWN: usize = 2;
const LONGEST: usize = 6_000;

/// Shortens the lists in a value.
fn shorten(value: &mut Value) {
    match value {
        Value::Array(items) => {
            // A row of figures is one value.
            if !items.iter().all(Value::is_number) {
                items.truncate(SHOWN);
            }
            items.iter_mut().for_each(shorten);
        }
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        _ => {}
    }
}

/// Of each operation the call that shows most: `HEARD_EXAMPLES=1 cargo test --test it the_document_is_the_contract`.
fn record(contract: &Contract) {
    let calls = crate::rig::RECORDED.lock().unwrap().take().unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/api/openapi/examples.json");
    // What these calls do not show stays as it was.
    let before = std::fs::read_to_string(file).unwrap();
    let mut examples: Map<String, Value> = serde_json::from_str(&before).unwrap();
    for (method, path, operation) in contract.operations() {
        let mine = calls.iter().filter(|(of, at, ..)| {
            let (mut is, mut wanted) = (at.split('/'), path.split('/'));
            *of == method
                && at.split('/').count() == path.split('/').count()
                && is.all(|part| {
                    wanted
                        .next()
                        .is_some_and(|name| name == part || name.starts_with('{'))
                })
        });
        let mut best: Option<(usize, Value)> = None;
        for (_, _, body, answer) in mine {
            let mut example = json!({"answer": answer});
            shorten(&mut example["answer"]);
            if let Some(body) = body
                .as_ref()
                .filter(|_| operation["requestBody"].is_object())
            {
                example["request"] = body.clone();
            }
            let length = example.to_string().len();
            if length <= LONGEST && best.as_ref().is_none_or(|(most, _)| length > *most) {
                best = Some((length, example));
            }
        }
        let id = operation["operationId"].as_str().unwrap();
        if let Some((_, example)) = best.filter(|_| id != "openapi") {
            examples.insert(id.to_owned(), example);
        }
    }
    let text = serde_json::to_string_pretty(&examples).unwrap();
    std::fs::write(file, text + "\n").unwrap();
}

/// Lines that are no JSON document, or rows of an installation as they lie: nothing records them.
const NOT_RECORDED: &[&str] = &["put_customers", "put_series", "carry_out", "carry_in"];

/// What the document shows is what it says: each example fits its schema, and each call with JSON has one.
#[test]
fn the_examples_fit_their_schemas() {
    let contract = Contract {
        document: heard::api::openapi::document(),
        seen: BTreeSet::new(),
    };
    for (_, path, operation) in contract.operations() {
        let id = operation["operationId"].as_str().unwrap();
        let answer = &operation["responses"]["200"]["content"]["application/json"];
        let request = &operation["requestBody"]["content"]["application/json"];
        for (what, of) in [("answer", answer), ("request", request)] {
            if of["schema"].is_null() || path.starts_with("/webhooks/") || id == "openapi" {
                continue;
            }
            let Some(example) = of.get("example") else {
                assert!(NOT_RECORDED.contains(&id), "{id} has no {what}");
                continue;
            };
            assert_eq!(
                mistakes(&contract.document, &of["schema"], example, ""),
                Vec::<String>::new(),
                "{id} {what}"
            );
        }
    }
}

/// Each documented field is read: a bad one is named, whatever is bad about it.
async fn bad_bodies(
    contract: &mut Contract,
    caller: &Caller<'_>,
    (id, method, path): (&str, &str, &str),
    schema: &Value,
    held: &Held,
) {
    let good = good(schema, held);
    for (name, field) in schema["properties"].as_object().unwrap() {
        let required = good.contains_key(name);
        let field = named(&contract.document, field).clone();
        let mut bad = past_bounds(&contract.document, &field);
        bad.push(of_another_type(&field));
        bad.push(json!({"deep": []}));
        bad.push(Value::Null);
        if required {
            bad.extend([json!(""), json!("  ")]);
        }
        for value in bad {
            let mut body = good.clone();
            body.extend(one_of_several(id).filter(|(one, _)| one != name));
            body.insert(name.clone(), value);
            let body = Value::Object(body);
            let (status, problem) = call(caller, method, path, Some(&body)).await;
            // What is wrong inside of a field is named behind a dot.
            let within = problem["field"].as_str();
            let told = (status, within.and_then(|at| at.split('.').next()));
            assert_eq!(
                told,
                (422, Some(name.as_str())),
                "{id}: {}",
                body.to_string().chars().take(200).collect::<String>()
            );
            contract.check(id, status, &problem);
        }
        if required {
            let mut body = good.clone();
            body.extend(one_of_several(id));
            body.remove(name);
            let (status, problem) = call(caller, method, path, Some(&Value::Object(body))).await;
            assert_eq!(
                (status, problem["field"].as_str()),
                (422, Some(name.as_str())),
                "{id} without {name}"
            );
        }
    }
    for text in ["{", "[]", "5", "\"text\"", "\u{0}", "{\"max\":}"] {
        let url = caller.rig.url(path).unwrap();
        let request = caller
            .rig
            .client
            .request(method.parse().unwrap(), url)
            .bearer_auth(&caller.token);
        let response = request
            .header("Idempotency-Key", "key")
            .body(text)
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let problem: Value = response.json().await.unwrap();
        assert_eq!(
            (status, &problem["code"]),
            (400, &json!("malformed_json")),
            "{id} {text:?}"
        );
        contract.check(id, status, &problem);
    }
}

/// Calls about customers and authors, once as they should go.
async fn customers(rig: &Rig, contract: &mut Contract) {
    let (boss, crm) = (
        rig.caller("boss", Role::Supervisor),
        rig.caller("crm", Role::Crm),
    );
    rig.event(&Said::x("70", &post_id(), PLEA)).await;
    let ann = json!({"name": "Ann", "language": "en", "contact_consent": true, "notes": "n", "value": "high",
        "identities": [{"platform": "x", "author": "70"}], "links": {"orders": "https://shop.example/70"}});
    let (status, put) = crm.call("PUT", "/v1/customers/c-70", ann).await;
    contract.check("put_customer", status, &put);
    let lines = "{\"id\": \"c-71\"}\n{\"id\": \"c-72\", \"tier\": \"none such\"}\n";
    let url = rig.url("/v1/customers").unwrap();
    let bulk = rig
        .client
        .post(url)
        .bearer_auth(&crm.token)
        .body(lines)
        .send();
    let bulk: Value = bulk.await.unwrap().json().await.unwrap();
    assert_eq!(
        (&bulk["created"], &bulk["failed"]),
        (&json!(1), &json!(1)),
        "{bulk}"
    );
    contract.check("put_customers", 200, &bulk);
    let url = rig.url("/v1/series").unwrap();
    let figures = rig
        .client
        .post(url)
        .bearer_auth(&crm.token)
        .body("{\"series\": \"none such\", \"day\": \"2026-11-20\", \"value\": 1}\n")
        .send();
    let figures: Value = figures.await.unwrap().json().await.unwrap();
    assert_eq!(figures["problems"][0]["field"], "series", "{figures}");
    contract.check("put_series", 200, &figures);
    contract.check("show_customer", 200, &boss.get("/v1/customers/c-70").await);
    let operator = rig.caller("olga", Role::Operator);
    let out = operator.get("/v1/carry?max=2").await;
    contract.check("carry_out", 200, &out);
    let (status, nothing) = call(&operator, "POST", "/v1/carry?export=e-1", None).await;
    contract.check("carry_in", status, &nothing);
    let author = boss.get("/v1/authors/x/70").await;
    assert_eq!(author["customer"]["id"], "c-70");
    contract.check("show_author", 200, &author);
    contract.check(
        "export_author",
        200,
        &boss.get("/v1/authors/x/70/export").await,
    );
    let (status, gone) = call(&crm, "DELETE", "/v1/customers/c-71", None).await;
    contract.check("delete_customer", status, &gone);
    let (status, problem) = call(&boss, "DELETE", "/v1/authors/x/70", None).await;
    assert_eq!((status, &problem["field"]), (422, &json!("reason")));
    let (status, gone) = call(&boss, "DELETE", "/v1/authors/x/70?reason=letter", None).await;
    assert_eq!(gone["rows"]["interaction"], 1, "{gone}");
    contract.check("forget_author", status, &gone);
    let (status, gone) = call(&boss, "DELETE", "/v1/customers/c-70?reason=letter", None).await;
    contract.check("delete_customer", status, &gone);
    let (status, problem) = call(&boss, "GET", "/v1/authors/x/70", None).await;
    assert_eq!(status, 404);
    contract.check("show_author", status, &problem);
}

/// Said about us in a stream, and taken into the queue.
async fn overheard(rig: &Rig, contract: &mut Contract) {
    let boss = rig.caller("boss", Role::Supervisor);
    // Said about us, and to nobody of us.
    rig.event(&Said {
        author: "Uma",
        event: heard::lab::simulate::delivery::Simulated::Topic,
        ..Said::x("", "2080760000000000777", "northline, lovely trains again")
    })
    .await;
    let heard = boss.get("/v1/listening?what=other").await;
    contract.check("listening", 200, &heard);
    assert_eq!(heard["posts"], 1, "{heard}");
    let one = heard["examples"][0]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{heard}"));
    let path = format!("/v1/listening/{one}/promote");
    let (status, promoted) = boss.post(&path, json!({})).await;
    contract.check("promote", status, &promoted);
    let work = boss
        .get(&format!(
            "/v1/interactions/{}",
            promoted["interaction"].as_str().unwrap()
        ))
        .await;
    assert!(work.get("ack").is_none(), "{work}");
}

/// Customers drawn at random, one of whom answers.
async fn sampled(rig: &Rig, contract: &mut Contract) {
    let boss = rig.caller("boss", Role::Supervisor);
    let crm = rig.caller("crm", Role::Crm);
    for n in 0..3 {
        let customer = json!({"contact_consent": n > 0, "language": "de"});
        let (status, _) = call(
            &crm,
            "PUT",
            &format!("/v1/customers/s-{n}"),
            Some(&customer),
        )
        .await;
        assert_eq!(status, 200);
    }
    let (status, drawn) = crm.post("/v1/surveys/samples", json!({"size": 1})).await;
    contract.check("draw_sample", status, &drawn);
    assert_eq!(
        drawn["invited"].as_array().map(Vec::len),
        Some(1),
        "{drawn}"
    );
    let link = drawn["invited"][0]["link"].as_str().unwrap();
    let path = &link[link.find("/survey/").unwrap()..];
    let url = format!("{}{path}", rig.url("").unwrap().trim_end_matches('/'));
    let client = reqwest::Client::new();
    let page = client.get(&url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("lang=\"de\""));
    let surveys = boss.get("/v1/surveys").await;
    assert_eq!(
        surveys["samples"][0]["total"]["answered"], 0,
        "a look records nothing: {surveys}"
    );
    for (score, status) in [("5", 200), ("1", 409)] {
        let origin = rig.url("").unwrap();
        let form = format!("score={score}&text=Danke");
        let sent = client
            .post(&url)
            .header("origin", origin.trim_end_matches('/'))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
        assert_eq!(
            sent.status().as_u16(),
            status,
            "{}",
            sent.text().await.unwrap()
        );
    }
    let surveys = boss.get("/v1/surveys").await;
    contract.check("surveys", 200, &surveys);
    let sample = &surveys["samples"][0];
    assert_eq!(
        sample["total"]["scores"],
        json!([0, 0, 0, 0, 1]),
        "once: {sample}"
    );
    assert_eq!(
        (
            &sample["eligible"],
            &sample["no_consent"].as_i64().map(|n| n > 0)
        ),
        (&drawn["eligible"], &Some(true))
    );
    assert_eq!(sample["texts"][0]["text"], "Danke");
}

/// What the desk has taught: tried, and switched on and off.
async fn taught(rig: &Rig, contract: &mut Contract) {
    let boss = rig.caller("boss", Role::Supervisor);
    let known = boss.get("/v1/adapter").await;
    let tried = json!({"adapter": known["brand"]});
    let (status, tried) = boss.post("/v1/preview/rules", tried).await;
    contract.check("try_rules", status, &tried);
    assert_eq!(tried["fitted"], known["fitted"]["fitted"]);
    let on = json!({"on": true, "fitted": known["fitted"]["fitted"]});
    let (status, on) = boss.post("/v1/adapter", on).await;
    contract.check("set_adapter", status, &on);
    assert_eq!(
        (&on["on"]["by"], &on["everywhere"]),
        (&json!("boss"), &json!(true)),
        "{on}"
    );
    let (status, stale) = boss
        .post("/v1/adapter", json!({"on": true, "fitted": "0"}))
        .await;
    assert_eq!((status, &stale["field"]), (422, &json!("fitted")));
    let (status, off) = boss.post("/v1/adapter", json!({"on": false})).await;
    contract.check("set_adapter", status, &off);
    assert_eq!(off["on"], json!(null), "{off}");
}

/// Every operation once as it should go, and the conflicts that documents tell of.
/// The lease of a claim of one.
fn lease_of(status: u16, claimed: &Value) -> String {
    assert_eq!(status, 200, "{claimed}");
    claimed["interactions"][0]["lease"]
        .as_str()
        .unwrap_or_else(|| panic!("{claimed}"))
        .to_owned()
}

async fn successes(rig: &Rig, contract: &mut Contract, held: Held) {
    let boss = rig.caller("boss", Role::Supervisor);
    for (id, path) in [
        ("health", "/healthz"),
        ("ready", "/readyz"),
        ("openapi", "/openapi.json"),
        ("backlog", "/v1/backlog"),
        ("sources", "/v1/sources"),
        ("acks", "/v1/acks?max=5"),
        ("answers", "/v1/answers?lang=en"),
        ("corrections", "/v1/corrections?as=json"),
        ("promises", "/v1/promises"),
        ("sla", "/v1/sla?by=source"),
        ("coverage", "/v1/coverage?by=hour"),
        ("report", "/v1/report"),
        ("peers", "/v1/peers"),
        ("surveys", "/v1/surveys"),
        ("listening", "/v1/listening"),
        ("adapter", "/v1/adapter"),
        ("errands", "/v1/errands"),
        ("receivers", "/v1/receivers"),
    ] {
        let answer = boss.get(path).await;
        match id {
            "openapi" => drop(contract.seen.insert("openapi 200".into())),
            _ => contract.check(id, 200, &answer),
        }
    }
    for body in [
        json!({"text": PLEA, "platform": "x", "lang": "en"}),
        json!({"text": "lovely day"}),
    ] {
        let (status, shown) = boss.post("/v1/preview", body).await;
        contract.check("preview", status, &shown);
    }
    let tried = json!({"settings": {"mode": "off", "limits": {"cooldown_hours": 1}}});
    let (status, tried) = boss.post("/v1/preview/rules", tried).await;
    contract.check("try_rules", status, &tried);
    assert_eq!(tried["changed"]["sent"], 0, "{tried}");
    let silenced = &tried["fewer_sent"];
    assert!(
        silenced.as_i64() > Some(0) && silenced == &tried["today"]["sent"],
        "{tried}"
    );
    for (settings, field) in [
        (json!({"shards": 2}), "settings.shards"),
        (
            json!({"limits": {"cooldown_hours": -1}}),
            "settings.limits.cooldown_hours",
        ),
        (json!({}), "settings"),
    ] {
        let body = json!({"settings": settings});
        let (status, problem) = boss.post("/v1/preview/rules", body).await;
        contract.check("try_rules", status, &problem);
        assert_eq!(
            (status, &problem["field"]),
            (422, &json!(field)),
            "{problem}"
        );
    }
    let path = |what: &str| format!("/v1/interactions/{}{what}", held.id);
    contract.check("show", 200, &boss.get(&path("")).await);
    contract.check("similar", 200, &boss.get(&path("/similar")).await);
    let reply = json!({"lease": held.lease, "text": "On our way."});
    // The header is as documented, too.
    for key in [None, Some(String::new()), Some("k".repeat(129))] {
        let (status, problem) = boss
            .try_call("POST", &path("/reply"), key.as_deref(), Some(&reply))
            .await
            .unwrap();
        assert_eq!(
            (status, &problem["field"]),
            (422, &json!("Idempotency-Key"))
        );
    }
    let (status, again) = boss.post(&path("/claim"), json!({"lease_s": 60})).await;
    contract.check("retake", status, &again);
    assert_eq!(again["lease"], json!(held.lease));
    let holds = boss.get("/v1/claims").await;
    contract.check("held", 200, &holds);
    assert_eq!(holds["interactions"][0]["lease"], json!(held.lease));
    for (id, body) in [
        ("extend", json!({"lease_s": 60, "seen": again["cursor"]})),
        ("extend", json!({})),
        (
            "reply",
            json!({"text": "On our way.", "post": held.interaction["posts"][0]["id"]}),
        ),
        ("release", json!({"reason": "shift over", "delay_s": 0})),
    ] {
        let mut body = body;
        body["lease"] = json!(held.lease);
        let (status, answer) = call(&boss, "POST", &path(&format!("/{id}")), Some(&body)).await;
        assert_eq!(status, 200, "{id}: {answer}");
        contract.check(id, status, &answer);
    }
    let (status, gone) = boss.post(&path("/claim"), json!({"lease_s": 60})).await;
    assert_eq!((status, &gone["code"]), (409, &json!("lease_lost")));
    contract.check("retake", status, &gone);
    // The lease is gone: each call of a holder says so.
    for (id, body) in [
        ("extend", json!({})),
        ("reply", json!({"text": "Again."})),
        ("resolve", json!({"outcome": "x"})),
        ("release", json!({"reason": "x"})),
    ] {
        let mut body = body;
        body["lease"] = json!(held.lease);
        let (status, problem) = boss
            .try_call("POST", &path(&format!("/{id}")), Some("other"), Some(&body))
            .await
            .unwrap();
        assert_eq!(
            (status, &problem["code"]),
            (409, &json!("lease_lost")),
            "{id}"
        );
        contract.check(id, status, &problem);
    }
    // Own work, with a lease of its own.
    let lease = || async {
        let (status, claimed) = boss.post("/v1/claims", json!({"id": held.id})).await;
        lease_of(status, &claimed)
    };
    let until_ms = crate::rig::now_ms() + 3_600_000;
    let snooze =
        json!({"lease": lease().await, "until_ms": until_ms, "reason": "they are on a train"});
    let transfer =
        |lease: String| json!({"lease": lease, "note": "a refund", "workgroup": "customer-care"});
    let (status, answer) = boss.post(&path("/snooze"), snooze).await;
    contract.check("snooze", status, &answer);
    let handed = transfer(lease().await);
    let (status, answer) = boss.post(&path("/transfer"), handed).await;
    contract.check("transfer", status, &answer);
    for (id, what, body) in [
        ("note", "/notes", json!({"text": "asked twice before"})),
        ("tag", "/tags", json!({"add": ["refund"]})),
        (
            "correct",
            "/corrections",
            json!({"kind": "question", "level": 1}),
        ),
    ] {
        let (status, answer) = boss.post(&path(what), body).await;
        assert_eq!(status, 200, "{id}: {answer}");
        contract.check(id, status, &answer);
    }
    let bulk = json!({"ids": [held.id], "do": "tag", "add": ["old"], "dry_run": true});
    let (status, answer) = boss.post("/v1/interactions/bulk", bulk).await;
    contract.check("bulk", status, &answer);
    let (status, assigned) = boss
        .post(
            &path("/assign"),
            json!({"agent": "boss", "workgroup": "customer-care"}),
        )
        .await;
    contract.check("assign", status, &assigned);
    let (status, problem) = boss
        .post(&path("/assign"), json!({"workgroup": "nobody"}))
        .await;
    assert_eq!((status, &problem["field"]), (422, &json!("workgroup")));
    let away = "/v1/workgroups/customer-care/assign";
    let errand = json!({"serves": ["customer-care"], "for_s": 60});
    let (status, retasked) = boss.post(away, errand).await;
    contract.check("retask", status, &retasked);
    let pause = json!({"source": "x-northline", "reason": "a fire drill"});
    let (status, paused) = boss.post("/v1/acks/pause", pause).await;
    contract.check("pause", status, &paused);
    contract.check("backlog", 200, &boss.get("/v1/backlog").await);
    contract.check("ready", 200, &boss.get("/readyz").await);
    let resume = json!({"source": "x-northline"});
    let (status, paused) = boss.post("/v1/acks/resume", resume).await;
    contract.check("resume", status, &paused);
    let wish = json!({"platform": "x", "author": "nobody-7", "stop": true, "reason": "asked on the phone"});
    let (status, recorded) = boss.post("/v1/stops", wish).await;
    contract.check("record_stop", status, &recorded);
    let (status, problem) = boss
        .post(
            "/v1/stops",
            json!({"platform": "x", "author": "a", "reason": "?"}),
        )
        .await;
    assert_eq!((status, &problem["field"]), (422, &json!("stop")));
    contract.check("record_stop", status, &problem);
    let (status, problem) = boss.post(away, json!({"serves": ["nobody"]})).await;
    assert_eq!((status, &problem["field"]), (422, &json!("serves")));
    contract.check("backlog", 200, &boss.backlog().await);
    let (status, problem) = boss.post(&path("/redrive"), json!({})).await;
    contract.check("redrive", status, &problem);
    assert_eq!(problem["code"], "not_dead");
    let (status, resent) = boss
        .post("/v1/receivers/crm/resend", json!({"events": ["v2-00-e1"]}))
        .await;
    contract.check("resend", status, &resent);
    let (status, problem) = boss.post("/v1/receivers/none/resend", json!({})).await;
    contract.check("resend", status, &problem);
    let (status, revoked) = boss.post("/v1/tokens/t9/revoke", json!({})).await;
    contract.check("revoke", status, &revoked);
    contract.check("tokens", 200, &boss.get("/v1/tokens").await);
    let deeds = boss.get("/v1/deeds").await;
    contract.check("deeds", 200, &deeds);
    let did: Vec<&str> = deeds["deeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|deed| deed["did"].as_str().unwrap())
        .filter(|did| *did != "declare_incident")
        .collect();
    assert_eq!(
        did,
        [
            "revoke",
            "resend",
            "record_stop",
            "resume",
            "pause",
            "retask",
            "assign"
        ]
    );
    customers(rig, contract).await;
    let ben = json!({"workgroups": ["customer-care"], "languages": ["en"], "skills": ["billing"],
        "capacity": {"public": 3, "private": 0}, "public_name": "Ben"});
    let (status, set) = boss.call("PUT", "/v1/agents/ben", ben).await;
    contract.check("put_agent", status, &set);
    let (status, gone) = call(&boss, "DELETE", "/v1/agents/ben?reason=left", None).await;
    contract.check("delete_agent", status, &gone);
    let (status, no_reason) = call(&boss, "DELETE", "/v1/agents/ben", None).await;
    contract.check("delete_agent", status, &no_reason);
    for state in ["wrap_up", "available"] {
        let body = json!({"state": state, "for_s": 60});
        let (status, me) = boss.call("PUT", "/v1/me", body).await;
        contract.check("state", status, &me);
    }
    contract.check("agents", 200, &boss.get("/v1/agents").await);
    let (status, claimed) = boss.post("/v1/claims", json!({"max": 20, "lease_s": 60, "wait_s": 0, "workgroups": ["customer-care"], "platforms": ["x"], "languages": ["en"]})).await;
    contract.check("claim", status, &claimed);
    contract.check("show_me", 200, &boss.get("/v1/me").await);
    contract.check("agents", 200, &boss.get("/v1/agents").await);
    let again = Held::of(claimed["interactions"][0].clone());
    assert_eq!(again.id, held.id);
    let (status, long) = boss.reply(&again, "long", &"a".repeat(281)).await;
    assert_eq!(status, 422);
    contract.check("reply", status, &long);
    let (status, resolved) = boss
        .on(
            &again,
            "resolve",
            json!({"outcome": "helped", "note": "done"}),
        )
        .await;
    contract.check("resolve", status, &resolved);
    let (status, problem) = boss
        .on(&again, "resolve", json!({"outcome": "otherwise"}))
        .await;
    assert_eq!(problem["code"], "ended");
    contract.check("resolve", status, &problem);
    contract.check("show", 200, &boss.get(&path("")).await);
    let (status, reopened) = boss
        .post(&path("/reopen"), json!({"reason": "it was not helped"}))
        .await;
    contract.check("reopen", status, &reopened);

    in_private(rig, contract, &boss).await;
    of_incidents(contract, &boss).await;

    // One that dies, for its redrive.
    let mut table = crate::rig::shipped();
    table["limits"] = json!({"attempts": 1});
    let secrets = crate::rig::secrets(&table);
    let dying = Rig::with(table, secrets).await;
    dying.event(&Said::x("7", &post_id(), PLEA)).await;
    let boss = dying.caller("boss", Role::Supervisor);
    let held = boss.claim_and_vanish().await;
    assert!(boss.claim(json!({})).await.is_empty());
    contract.check("backlog", 200, &boss.get("/v1/backlog").await);
    let ready = boss.get("/readyz").await;
    let problems = ready["problems"].as_array().unwrap();
    let is_told = problems
        .iter()
        .any(|problem| problem["key"] == "queue dead");
    assert!(is_told, "{ready}");
    let (status, redriven) = boss
        .post(&format!("/v1/interactions/{}/redrive", held.id), json!({}))
        .await;
    contract.check("redrive", status, &redriven);
    let (status, problem) = boss
        .post("/v1/preview", json!({"text": "x".repeat(300_000)}))
        .await;
    contract.check("preview", status, &problem);
}

/// The calls about incidents, and their conflicts.
async fn of_incidents(contract: &mut Contract, boss: &Caller<'_>) {
    let declare =
        json!({"source": "x-northline", "what": "stuck", "place": "woking", "title": "A train"});
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (status, declared) = boss.post("/v1/incidents", declare.clone()).await;
        assert_eq!(status, 200, "{declared}");
        contract.check("declare_incident", status, &declared);
        ids.push(declared["id"].as_str().unwrap().to_owned());
    }
    let path = |n: usize, what: &str| format!("/v1/incidents/{}{what}", ids[n]);
    let line =
        json!({"text": {"en": "No trains run through Woking at the moment."}, "minutes": 30});
    let over = json!({"text": {"en": "Trains run through Woking again."}, "dry_run": true});
    for (id, n, what, body, wanted) in [
        (
            "confirm_incident",
            0,
            "/confirm",
            json!({"title": "The train"}),
            200,
        ),
        ("set_line", 0, "/line", line.clone(), 200),
        ("say_over", 0, "/over", over.clone(), 409),
        ("merge_incident", 1, "/merge", json!({"into": ids[0]}), 200),
        ("merge_incident", 1, "/merge", json!({"into": ids[1]}), 422),
        ("confirm_incident", 1, "/confirm", json!({}), 409),
        ("close_incident", 0, "/close", json!({}), 200),
        ("set_line", 0, "/line", line, 409),
        ("say_over", 0, "/over", over, 200),
    ] {
        let (status, answer) = boss.post(&path(n, what), body).await;
        assert_eq!(status, wanted, "{id}: {answer}");
        contract.check(id, status, &answer);
    }
    contract.check("incidents", 200, &boss.get("/v1/incidents?max=1").await);
    contract.check("incident", 200, &boss.get(&path(0, "")).await);
    let (status, none) = boss.call("GET", "/v1/incidents/i-999", Value::Null).await;
    contract.check("incident", status, &none);
}

/// The calls that lead from public to private, and their conflicts.
async fn in_private(rig: &Rig, contract: &mut Contract, boss: &Caller<'_>) {
    let post = post_id();
    let said = Said {
        platform: Platform::Facebook,
        ..Said::x("mara", &post, PLEA)
    };
    rig.event(&said).await;
    let claim = json!({"platforms": ["facebook"], "lease_s": 60});
    let (status, claimed) = boss.post("/v1/claims", claim).await;
    contract.check("claim", status, &claimed);
    let lease = lease_of(status, &claimed);
    let id = claimed["interactions"][0]["id"].as_str().unwrap();
    let path = |what: &str| format!("/v1/interactions/{id}/{what}");
    let link = json!({"lease": lease});
    let (status, made) = boss.post(&path("details-link"), link).await;
    assert_eq!(status, 200, "{made}");
    contract.check("details_link", status, &made);
    let left = boss.get(&path("details")).await;
    contract.check("details", 200, &left);
    let invitation = json!({"lease": lease, "text": "Write to us here: {details}"});
    for (key, wanted) in [("one", 200), ("two", 409)] {
        let invite = path("invite");
        let invite = boss.try_call("POST", &invite, Some(key), Some(&invitation));
        let (status, invited) = invite.await.unwrap();
        assert_eq!(status, wanted, "{invited}");
        contract.check("invite", status, &invited);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn http_itself_is_spoken_well() {
    let rig = Rig::start().await;
    let ask = async |method: &str, path: &str, authorization: &str| {
        let request = rig
            .client
            .request(method.parse().unwrap(), rig.url(path).unwrap());
        let response = request.header("authorization", authorization).send().await;
        let response = response.unwrap();
        (response.status().as_u16(), response.headers().clone())
    };
    let token = rig.agent("ana").token;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let (status, headers) = ask("GET", "/v1/backlog", &format!("{scheme} {token}")).await;
        assert_eq!(status, 200, "{scheme}");
        assert_eq!(headers["cache-control"], "no-store");
    }
    for authorization in ["", &token, &format!("Basic {token}")] {
        let (status, headers) = ask("GET", "/v1/backlog", authorization).await;
        assert_eq!(
            (status, &headers["www-authenticate"]),
            (401, &"Bearer".parse().unwrap())
        );
    }
    let (status, headers) = ask("PUT", "/webhooks/x-main", "").await;
    assert_eq!(
        (status, &headers["allow"]),
        (405, &"POST, GET".parse().unwrap())
    );
    // A HEAD is a GET without its body.
    let (status, headers) = ask("HEAD", "/healthz", "").await;
    assert_eq!(
        (status, &headers["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
}

/// What no route has is refused with what it has; a method that nobody knows is not taken for another.
#[tokio::test(flavor = "multi_thread")]
async fn a_method_is_the_one_that_was_sent() {
    let rig = Rig::start().await;
    let boss = rig.caller("boss", Role::Supervisor);
    for method in ["QUERY", "PROPFIND", "PATCH", "OPTIONS"] {
        for (path, allow) in [
            ("/v1/backlog", "GET"),
            ("/v1/claims", "POST, GET"),
            ("/webhooks/x-main", "POST, GET"),
        ] {
            let request = rig
                .client
                .request(method.parse().unwrap(), rig.url(path).unwrap());
            let response = request.bearer_auth(&boss.token).send().await.unwrap();
            assert_eq!(response.status(), 405, "{method} {path}");
            assert_eq!(response.headers()["allow"], allow, "{method} {path}");
        }
    }
}
