//! SQL over a Durable Object's SQLite.
//!
//! A statement crosses from Wasm to JavaScript once: parameters and rows travel as JSON, which costs
//! a fraction of crossing for each value. Of the cursor only `raw` is read, inside that one call and
//! with `catch`: what SQLite throws becomes an `Err`, where the `worker` crate's own ways of reading
//! (`SqlCursor::{one, to_array, next}`) hang the caller instead.

use crate::sql::{self, Migration, Row, Sql, SqlError, Value};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use worker::Storage;

#[wasm_bindgen(inline_js = "
export function run(sql, query, params) {
  return JSON.stringify(sql.exec(query, ...JSON.parse(params)).raw().toArray());
}
export function bytes(sql) {
  return sql.databaseSize;
}
")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn run(sql: &JsValue, query: &str, params: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(catch)]
    fn bytes(sql: &JsValue) -> Result<f64, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// What the `worker` crate does not bind.
    #[wasm_bindgen(extends = js_sys::Object)]
    type SyncStorage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &SyncStorage,
        body: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn sql(this: &SyncStorage) -> JsValue;
}

/// A Durable Object's storage.
pub struct ObjectSql {
    storage: SyncStorage,
    sql: JsValue,
}

impl ObjectSql {
    /// Wraps an object's storage.
    pub fn new(storage: &Storage) -> Self {
        let storage: SyncStorage = JsValue::from(storage.as_raw()).unchecked_into();
        Self {
            sql: storage.sql(),
            storage,
        }
    }
}

/// The tables of an object, made ready by its first question.
pub struct Tables {
    migrations: &'static [Migration],
    /// Whether they are open, and rows left to change.
    state: Cell<Option<bool>>,
}

impl Tables {
    /// Tables of these steps.
    pub fn of(migrations: &'static [Migration]) -> Self {
        let state = Cell::new(None);
        Self { migrations, state }
    }

    /// Opens them where they are not open; else changes a slice of the rows that are left to change.
    pub fn open(&self, storage: &ObjectSql) -> Result<(), SqlError> {
        let is_left = match self.state.get() {
            Some(false) => return Ok(()),
            Some(true) => sql::fill(storage, self.migrations)?,
            None => sql::open(storage, self.migrations)?,
        };
        self.state.set(Some(is_left));
        Ok(())
    }
}

fn refused(why: &JsValue) -> SqlError {
    let text = why
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| why.as_string())
        .unwrap_or_else(|| "no reason given".to_string());
    SqlError::Refused(text)
}

fn cell(at: usize, value: serde_json::Value) -> Result<Value, SqlError> {
    match value {
        serde_json::Value::Null => Ok(Value::Null),
        serde_json::Value::String(text) => Ok(Value::Text(text)),
        // Whole by the tables' STRICT INTEGER columns; a sum or a count is whole too.
        serde_json::Value::Number(number) => {
            number.as_i64().map(Value::Integer).ok_or(SqlError::Column {
                at,
                wanted: "whole number",
            })
        }
        _ => Err(SqlError::Column {
            at,
            wanted: "number or text",
        }),
    }
}

impl Sql for ObjectSql {
    fn run(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, SqlError> {
        let bound = serde_json::to_string(&params).map_err(|_| SqlError::Json("parameter"))?;
        #[cfg(feature = "panic-probe")]
        assert!(!bound.contains("panic, please"), "as the probe was asked");
        let rows = run(&self.sql, sql, &bound).map_err(|why| refused(&why))?;
        let rows: Vec<Vec<serde_json::Value>> =
            serde_json::from_str(&rows).map_err(|_| SqlError::Json("row"))?;
        rows.into_iter()
            .map(|row| {
                let cells = row.into_iter().enumerate();
                let cells = cells.map(|(at, value)| cell(at, value));
                cells.collect::<Result<_, _>>().map(Row)
            })
            .collect()
    }

    fn bytes(&self) -> Result<i64, SqlError> {
        let bytes = bytes(&self.sql).map_err(|why| refused(&why))?;
        // Far below the 2^53 up to which a double is whole.
        Ok(bytes as i64)
    }

    fn transaction<T, E: From<SqlError>>(
        &self,
        body: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut body = Some(body);
        let mut result = None;
        // What it throws rolls back: so an `Err` is thrown, and kept here to be returned.
        let ran = self
            .storage
            .transaction_sync(&mut || match body.take().map(|body| body()) {
                Some(Ok(value)) => {
                    result = Some(Ok(value));
                    Ok(JsValue::UNDEFINED)
                }
                Some(Err(why)) => {
                    result = Some(Err(why));
                    Err(JsValue::NULL)
                }
                None => Err(JsValue::NULL),
            });
        match (ran, result) {
            (Ok(_), Some(result)) | (Err(_), Some(result @ Err(_))) => result,
            (Err(why), _) => Err(refused(&why).into()),
            (Ok(_), None) => Err(SqlError::Refused("the transaction did not run".into()).into()),
        }
    }
}
