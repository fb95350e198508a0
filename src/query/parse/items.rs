//! Comma lists of names: `select` and `order`, and the quoting they share with `in`.

use super::{OrderTerm, invalid};
use crate::error::Error;

pub(super) fn select(text: &str) -> Result<Vec<String>, Error> {
    let wrong = |reason: &str| invalid("select", reason);
    items(text)
        .into_iter()
        .map(|item| match quoted(item.trim()) {
            Some((name, "")) => Ok(name),
            Some(_) => Err(wrong("has a quoted name that does not end as one")),
            None => match item.trim() {
                "" => Err(wrong("names an empty field")),
                name if name.contains(['(', ':', '>']) => Err(wrong(&format!(
                    "`{name}`: this version selects plain fields only"
                ))),
                name => Ok(name.to_owned()),
            },
        })
        .collect()
}

pub(super) fn order(text: &str) -> Result<Vec<OrderTerm>, Error> {
    items(text)
        .into_iter()
        .map(|item| {
            let (field, mut suffixes) = match quoted(item.trim()) {
                Some((name, suffixes)) => (Some(name), suffixes),
                None => (None, item.trim()),
            };
            let mut suffix = |word: &str| match suffixes.strip_suffix(word) {
                Some(rest) => {
                    suffixes = rest;
                    true
                }
                None => false,
            };
            let nulls_first = if suffix(".nullsfirst") {
                Some(true)
            } else {
                suffix(".nullslast").then_some(false)
            };
            let descending = suffix(".desc") || {
                suffix(".asc");
                false
            };
            let field = match field {
                None if suffixes.is_empty() => Err(invalid("order", "names an empty field")),
                None => Ok(suffixes.to_owned()),
                Some(name) if suffixes.is_empty() => Ok(name),
                Some(_) => Err(invalid(
                    "order",
                    &format!("`{suffixes}` is none of .asc, .desc, .nullsfirst and .nullslast"),
                )),
            }?;
            Ok(OrderTerm {
                field,
                descending,
                nulls_first,
            })
        })
        .collect()
}

/// The parts of a list: commas separate them, but for those in an item that begins with a quote.
pub(super) fn items(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let mut rest = text;
    loop {
        let after_quotes = match quoted(rest.trim_start_matches(' ')) {
            Some((_, after)) => rest.len() - after.len(),
            None => 0,
        };
        match rest[after_quotes..].find(',') {
            Some(comma) => {
                items.push(&rest[..after_quotes + comma]);
                rest = &rest[after_quotes + comma + 1..];
            }
            None => {
                items.push(rest);
                return items;
            }
        }
    }
}

/// What a text that begins with a quote says up to the closing one, and what comes after it. A
/// backslash makes the next character literal.
pub(super) fn quoted(text: &str) -> Option<(String, &str)> {
    let mut characters = text.strip_prefix('"')?.chars();
    let mut inside = String::new();
    loop {
        match characters.next()? {
            '"' => return Some((inside, characters.as_str())),
            '\\' => inside.push(characters.next()?),
            other => inside.push(other),
        }
    }
}
