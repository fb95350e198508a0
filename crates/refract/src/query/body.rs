//! Request body → objects of raw JSON. Knows JSON, not the catalog.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::error::{Error, FieldPath};

/// The fields of one row, as raw JSON.
pub type Object<'body> = BTreeMap<String, &'body RawValue>;

/// The body of a create: one row, or several.
#[derive(Debug)]
pub enum Rows<'body> {
    One(Object<'body>),
    Many(Vec<Object<'body>>),
}

impl<'body> Rows<'body> {
    /// The rows with their paths in the body.
    pub fn rows(&self) -> impl Iterator<Item = (FieldPath, &Object<'body>)> {
        let (one, many) = match self {
            Self::One(object) => (Some((FieldPath::root(), object)), [].as_slice()),
            Self::Many(objects) => (None, objects.as_slice()),
        };
        let many = many.iter().enumerate();
        one.into_iter()
            .chain(many.map(|(position, object)| (FieldPath::root().index(position), object)))
    }
}

/// Reads any JSON.
///
/// # Errors
/// [`Error::InvalidBody`] with the position.
pub fn document(bytes: &[u8]) -> Result<&RawValue, Error> {
    read(bytes)
}

/// Reads a JSON object.
///
/// # Errors
/// [`Error::InvalidBody`] with the position.
pub fn object(bytes: &[u8]) -> Result<Object<'_>, Error> {
    match rows(bytes)? {
        Rows::One(object) => Ok(object),
        Rows::Many(_) => Err(Error::InvalidBody {
            reason: "it must be one JSON object".to_owned(),
        }),
    }
}

/// Reads a JSON object or an array of objects.
///
/// # Errors
/// [`Error::InvalidBody`] with the position.
pub fn rows(bytes: &[u8]) -> Result<Rows<'_>, Error> {
    read(bytes)
}

/// The deepest nesting of arrays and objects in a body. The readers are recursive, here and in the
/// database: PostgreSQL reads about 7000 levels, SQLite 1000.
const MAX_LEVELS: usize = 256;

fn is_too_deep(json: &[u8]) -> bool {
    if json.len() <= MAX_LEVELS {
        return false;
    }
    let (mut node, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => node += 1,
            b']' | b'}' if !quoted => node = node.saturating_sub(1),
            _ => {}
        }
        if node > MAX_LEVELS {
            return true;
        }
    }
    false
}

/// Reads a JSON body as any type.
///
/// # Errors
/// [`Error::InvalidBody`] with the position.
pub fn read<'body, T: Deserialize<'body>>(bytes: &'body [u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| Error::InvalidBody {
        reason: format!("byte {} is not UTF-8", error.valid_up_to()),
    })?;
    if text.trim().is_empty() {
        return Err(Error::InvalidBody {
            reason: "it is empty".to_owned(),
        });
    }
    if is_too_deep(bytes) {
        return Err(Error::InvalidBody {
            reason: format!("it has more than {MAX_LEVELS} levels of brackets and braces"),
        });
    }
    serde_json::from_str(text).map_err(|error| Error::InvalidBody {
        reason: error.to_string(),
    })
}

impl<'de> Deserialize<'de> for Rows<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowsVisitor)
    }
}

struct RowsVisitor;

impl<'de> Visitor<'de> for RowsVisitor {
    type Value = Rows<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON object, or an array of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(Rows::One(fields(map)?))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut objects = Vec::new();
        while let Some(Row(object)) = sequence.next_element()? {
            objects.push(object);
        }
        Ok(Rows::Many(objects))
    }
}

/// An item of an array.
struct Row<'body>(Object<'body>);

impl<'de> Deserialize<'de> for Row<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(Row(fields(map)?))
    }
}

/// The fields of an object. A field that is given twice is refused, since one of the two values would be
/// ignored.
fn fields<'de, A: MapAccess<'de>>(mut map: A) -> Result<Object<'de>, A::Error> {
    let mut object = Object::new();
    while let Some((field, value)) = map.next_entry::<String, _>()? {
        if object.contains_key(&field) {
            let twice = format!("`{field}` is given twice");
            return Err(serde::de::Error::custom(twice));
        }
        object.insert(field, value);
    }
    Ok(object)
}
