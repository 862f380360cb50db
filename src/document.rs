//! What travels between Worker and objects: questions by name, and documents that are made once and passed on.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON document for a caller, made by the shard and passed on as it is: the Worker neither reads
/// nor rebuilds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Document(Box<RawValue>);

impl Document {
    /// The document that says this.
    ///
    /// # Errors
    /// Where it cannot be said in JSON.
    pub fn of<T: Serialize>(said: &T) -> serde_json::Result<Self> {
        serde_json::value::to_raw_value(said).map(Self)
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

/// A question to an object with its name, as it travels: `{"NAME": {...}}`.
#[derive(Clone, Debug)]
pub struct Named<Q>(pub &'static str, pub Q);

impl<Q: Serialize> Serialize for Named<Q> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_variant("Ask", 0, self.0, &self.1)
    }
}

/// The enum `Ask` of every question to an object, how each is answered there, and their names for a test.
macro_rules! questions {
    ($to:literal, |$question:ident, $desk:ident: $kind:ty| $answer:expr; $($name:ident),+ $(,)?) => {
        #[doc = concat!("Every question to ", $to, ", as it comes over the wire.")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        // A question is made once and told once: a box would cost more than its bytes.
        #[allow(clippy::large_enum_variant)]
        pub enum Ask {
            $(#[doc = concat!("A [`", stringify!($name), "`].")] $name($name),)+
        }

        impl Ask {
            /// The answer, as it goes over the wire.
            fn answer<S: Sql>(self, $desk: $kind) -> Result<Document, Refused> {
                match self {
                    $(Self::$name($question) => Ok(Document::of(&$answer?)?),)+
                }
            }
        }

        #[cfg(test)]
        const NAMES: &[(&str, &str)] = &[$(($name::NAME, stringify!($name))),+];
    };
}
pub(crate) use questions;
