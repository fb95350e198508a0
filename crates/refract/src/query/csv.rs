//! Rows in the JSON of PostgreSQL's functions → CSV. PostgREST's fields are spelled as in the text
//! of a row (<https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX>).

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::plan::select_node::{OutputItem, SelectNode};
use crate::catalog::Type;

/// The rows of a node as a table. The first row decides about the columns.
#[derive(Default)]
pub struct Table {
    header: Option<String>,
    types: Vec<Option<Type>>,
}

impl Table {
    /// The names of the columns. Empty before the first row.
    pub fn header(&self) -> &str {
        self.header.as_deref().unwrap_or_default()
    }

    /// The line of one row of a node. The row is a JSON object.
    ///
    /// # Errors
    /// The text is not a JSON object.
    pub fn line(&mut self, node: &SelectNode, row: &str) -> Result<String, serde_json::Error> {
        let row: Row<'_> = serde_json::from_str(row)?;
        if self.header.is_none() {
            let names: Vec<_> = row.0.iter().map(|(name, _)| name.as_str()).collect();
            let types = names.iter().map(|name| data_type(node, name).cloned());
            self.types = types.collect();
            self.header = Some(names.join(","));
        }
        let values = row.0.iter().zip(&self.types);
        let fields = values.map(|((_, value), data_type)| field(data_type.as_ref(), value.get()));
        Ok(fields.collect::<Result<Vec<_>, _>>()?.join(","))
    }
}

/// Writes the first line of a table as in RFC 4180.
pub fn plain_header<'name>(names: impl Iterator<Item = Cow<'name, str>>, out: &mut Vec<u8>) {
    for (place, name) in names.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        plain_field(&name, out);
    }
    out.push(b'\n');
}

/// Writes the line of a row as in RFC 4180. The row is a JSON object. Texts lose their JSON
/// quotes, other values stay JSON. A null is an empty field, and an empty text is `""`.
///
/// # Errors
/// The text is not a JSON object.
pub fn plain_line(row: &[u8], out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    let row: Row<'_> = serde_json::from_slice(row)?;
    for (place, (_, json)) in row.0.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        match json.get() {
            "null" => {}
            text if text.starts_with('"') => {
                plain_field(&serde_json::from_str::<String>(text)?, out);
            }
            json => plain_field(json, out),
        }
    }
    out.push(b'\n');
    Ok(())
}

fn plain_field(text: &str, out: &mut Vec<u8>) {
    if text.is_empty() || text.contains(['"', ',', '\n', '\r']) {
        out.push(b'"');
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// The members of an object, in its order.
struct Row<'json>(Vec<(String, &'json RawValue)>);

impl<'de> Deserialize<'de> for Row<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Row<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Row<'de>, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Row(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// The type of the value that a row shows under a name. `None` for embedded rows.
fn data_type<'node>(node: &'node SelectNode, name: &str) -> Option<&'node Type> {
    node.outputs.iter().find_map(|output| match output {
        OutputItem::Value(value) => {
            let member = value.member(&node.from);
            let key = serde_json::from_slice::<String>(&member[..member.len() - 1]);
            let is_named = key.is_ok_and(|key| key == name);
            is_named.then(|| value.data_type(&node.from))
        }
        OutputItem::Embed(embed) => {
            let embed = &node.embeds[*embed];
            let is_shown = embed.spread && embed.is_to_one;
            is_shown.then(|| data_type(&embed.node, name)).flatten()
        }
    })
}

/// A value as a field of a row. It is quoted if it is empty or has a character that ends a field.
fn field(data_type: Option<&Type>, json: &str) -> Result<String, serde_json::Error> {
    let Some(text) = text(data_type, json)? else {
        return Ok(String::new());
    };
    let is_special = |one: char| matches!(one, '"' | '\\' | '(' | ')' | ',') || is_blank(one);
    if text.is_empty() || text.contains(is_special) {
        let escaped = text.replace('\\', "\\\\").replace('"', "\"\"");
        return Ok(format!("\"{escaped}\""));
    }
    Ok(text)
}

/// A value as text; `None` is null.
fn text(data_type: Option<&Type>, json: &str) -> Result<Option<String>, serde_json::Error> {
    Ok(Some(match (data_type, json) {
        (_, "null") => return Ok(None),
        (Some(Type::Bool), "true") => "t".to_owned(),
        (Some(Type::Bool), "false") => "f".to_owned(),
        (Some(Type::Array(item)), list) if list.starts_with('[') => array(item, list)?,
        (None | Some(Type::Json { .. }), document) => document.to_owned(),
        (Some(Type::Timestamp | Type::TimestampTz), quoted) if quoted.starts_with('"') => {
            let moment: String = serde_json::from_str(quoted)?;
            moment.replacen('T', " ", 1).replace("+00:00", "+00")
        }
        (Some(_), quoted) if quoted.starts_with('"') => serde_json::from_str(quoted)?,
        (Some(_), plain) => plain.to_owned(),
    }))
}

/// Whether C's `isspace` accepts the character. Rust's test leaves out the vertical tab.
fn is_blank(one: char) -> bool {
    one.is_ascii_whitespace() || one == '\u{b}'
}

/// An array in PostgreSQL's notation
/// (<https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO>).
fn array(item: &Type, list: &str) -> Result<String, serde_json::Error> {
    let items: Vec<&RawValue> = serde_json::from_str(list)?;
    let items = items.into_iter().map(|json| {
        let Some(text) = text(Some(item), json.get())? else {
            return Ok("NULL".to_owned());
        };
        let is_special = |one: char| matches!(one, '"' | '\\' | '{' | '}' | ',') || is_blank(one);
        let is_word_for_null = text.eq_ignore_ascii_case("null");
        if text.is_empty() || is_word_for_null || text.contains(is_special) {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
            return Ok(format!("\"{escaped}\""));
        }
        Ok(text)
    });
    let items: Result<Vec<_>, serde_json::Error> = items.collect();
    Ok(format!("{{{}}}", items?.join(",")))
}
