//! The inbox's SQL over a Durable Object's SQLite.
//!
//! Of the cursor only `raw` is used: its iterator catches what SQLite throws, all other ways of
//! reading hang the caller instead (workers-rs; `SqlCursor::{one, to_array, next}`).

use crate::inbox::sql::{Row, Sql, SqlError, Value};
use js_sys::{Array, Iterator};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use worker::Storage;

#[wasm_bindgen]
extern "C" {
    /// What the `worker` crate does not bind, or binds without `catch`.
    #[wasm_bindgen(extends = js_sys::Object)]
    type SyncStorage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &SyncStorage,
        body: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn sql(this: &SyncStorage) -> SyncSql;

    type SyncSql;

    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &SyncSql, query: &JsValue, params: &Array) -> Result<SyncCursor, JsValue>;

    type SyncCursor;

    #[wasm_bindgen(method, catch)]
    fn raw(this: &SyncCursor) -> Result<Iterator, JsValue>;
}

/// A Durable Object's storage.
pub struct ObjectSql {
    storage: SyncStorage,
    sql: SyncSql,
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

fn refused(why: &JsValue) -> SqlError {
    let text = why
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| why.as_string())
        .unwrap_or_else(|| "no reason given".to_string());
    SqlError::Refused(text)
}

fn bind(value: Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        // Every number of the inbox is far below 2^53.
        #[allow(clippy::cast_precision_loss)]
        Value::Integer(number) => JsValue::from_f64(number as f64),
        Value::Text(text) => JsValue::from_str(&text),
    }
}

fn cell(at: usize, value: &JsValue) -> Result<Value, SqlError> {
    if value.is_null() || value.is_undefined() {
        return Ok(Value::Null);
    }
    if let Some(number) = value.as_f64() {
        // Whole by the tables' STRICT INTEGER columns; a sum or count is whole too.
        #[allow(clippy::cast_possible_truncation)]
        return Ok(Value::Integer(number as i64));
    }
    value.as_string().map(Value::Text).ok_or(SqlError::Column {
        at,
        wanted: "number or text",
    })
}

impl Sql for ObjectSql {
    fn run(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, SqlError> {
        let bound = Array::new();
        for value in params {
            bound.push(&bind(value));
        }
        let cursor = self
            .sql
            .exec(&JsValue::from_str(sql), &bound)
            .map_err(|why| refused(&why))?;
        let rows = cursor.raw().map_err(|why| refused(&why))?;
        let mut read = Vec::new();
        loop {
            // After an error the iterator would never end: the first one is the last.
            let next = rows.next().map_err(|why| refused(&why))?;
            if next.done() {
                return Ok(read);
            }
            let row: Array = next.value().unchecked_into();
            let cells = row
                .iter()
                .enumerate()
                .map(|(at, value)| cell(at, &value))
                .collect::<Result<_, _>>()?;
            read.push(Row(cells));
        }
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
