//! The names of parameters: `limit`, `status`, `data->a`, `posts.order`, `posts.author.not.or`.

use super::{
    field::{Field, path},
    scanner::{Name, Scanner},
};
use crate::error::Error;

/// A parameter's name: where it applies, and what it is there.
#[derive(Debug, PartialEq)]
pub(super) struct ParameterName {
    /// Keys of embedded relations, from the outermost on.
    pub embed: Vec<String>,
    pub kind: Kind,
}

#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    Select,
    Order,
    Limit,
    Offset,
    Count,
    Cursor,
    Group { negated: bool, any: bool },
    Field(Field),
}

pub(super) fn read(name: &str) -> Result<ParameterName, Error> {
    let mut scanner = Scanner::new(name);
    let mut segments: Vec<Name> = Vec::new();
    // Some fields have names that begin like no name does; they are found as they are written.
    let as_written = || {
        Kind::Field(Field {
            name: name.to_owned(),
            path: Vec::new(),
        })
    };
    let steps = loop {
        match scanner.name(&['.']) {
            Some(segment) => segments.push(segment),
            None => {
                return Ok(ParameterName {
                    embed: Vec::new(),
                    kind: as_written(),
                });
            }
        }
        let steps = path(name, &mut scanner)?;
        if scanner.is_at_end() {
            break steps;
        }
        if !steps.is_empty() || !scanner.eat(".") {
            return Ok(ParameterName {
                embed: Vec::new(),
                kind: as_written(),
            });
        }
    };
    let last = segments.pop().map(|name| (name.text, name.quoted));
    let kind = match &last {
        Some((word, false)) if steps.is_empty() => keyword(word, segments.is_empty()),
        _ => None,
    };
    let kind = match (kind, last) {
        (Some(Kind::Group { any, .. }), _) => {
            let is_not = |name: &Name| name.text == "not" && !name.quoted;
            let negated = segments.last().is_some_and(is_not);
            if negated {
                segments.pop();
            }
            Kind::Group { negated, any }
        }
        (Some(kind), _) => kind,
        (None, last) => Kind::Field(Field {
            name: last.map(|(text, _)| text).unwrap_or_default(),
            path: steps,
        }),
    };
    Ok(ParameterName {
        embed: segments.into_iter().map(|name| name.text).collect(),
        kind,
    })
}

fn keyword(word: &str, is_outermost: bool) -> Option<Kind> {
    Some(match (word, is_outermost) {
        ("select", true) => Kind::Select,
        ("count", true) => Kind::Count,
        ("cursor", true) => Kind::Cursor,
        ("order", _) => Kind::Order,
        ("limit", _) => Kind::Limit,
        ("offset", _) => Kind::Offset,
        ("and", _) => Kind::Group {
            negated: false,
            any: false,
        },
        ("or", _) => Kind::Group {
            negated: false,
            any: true,
        },
        _ => return None,
    })
}
