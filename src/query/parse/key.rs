//! The name of a parameter that is no fixed one: a field, or a tree's `and` or `or`.

use super::{
    field::{Field, path},
    scanner::{Name, Scanner},
};
use crate::error::Error;

/// What a parameter's name means.
#[derive(Debug)]
pub(super) enum ParameterKey {
    Field(Field),
    Group { negated: bool, any: bool },
}

pub(super) fn read(name: &str) -> Result<ParameterKey, Error> {
    match name {
        "and" | "or" | "not.and" | "not.or" => {
            return Ok(ParameterKey::Group {
                negated: name.starts_with("not."),
                any: name.ends_with("or"),
            });
        }
        _ => {}
    }
    let mut scanner = Scanner::new(name);
    let field = match scanner.name(&[]) {
        Some(Name { text, .. }) => Field {
            name: text,
            path: path(name, &mut scanner, &['.'])?,
        },
        None => Field {
            name: name.to_owned(),
            path: Vec::new(),
        },
    };
    Ok(ParameterKey::Field(field))
}
