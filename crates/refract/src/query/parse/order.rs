//! `order`: fields, and fields of embedded relations.

use super::{
    field::{Field, path},
    invalid,
    scanner::Scanner,
};
use crate::error::Error;

/// `field[.asc|.desc][.nullsfirst|.nullslast]`, or the same of `relation(field)`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderTerm {
    /// The embedded relation whose field it is.
    pub embed: Option<String>,
    pub field: Field,
    pub descending: bool,
    /// `None` is the default of the database: nulls come last in ascending order, first in descending.
    pub nulls_first: Option<bool>,
}

const STOPS: &[char] = &['.', ',', '(', ')'];
/// The most terms of one order.
pub const MAX_TERMS: usize = 32;

/// Reads the value of `parameter`.
pub(super) fn order(parameter: &str, scanner: &mut Scanner<'_>) -> Result<Vec<OrderTerm>, Error> {
    let mut terms = Vec::new();
    loop {
        if terms.len() == MAX_TERMS {
            return Err(invalid(parameter, &format!("more than {MAX_TERMS} terms")));
        }
        terms.push(term(parameter, scanner)?);
        if scanner.is_at_end() {
            return Ok(terms);
        }
        if !scanner.eat(",") {
            let rest: String = scanner.rest().chars().take(20).collect();
            scanner.eat(".");
            return Err(invalid(
                parameter,
                &format!("`{rest}` is none of .asc, .desc, .nullsfirst and .nullslast"),
            ));
        }
    }
}

fn term(parameter: &str, scanner: &mut Scanner<'_>) -> Result<OrderTerm, Error> {
    let mut embed = None;
    let mut field = field(parameter, scanner)?;
    if scanner.eat("(") {
        embed = Some(field.name);
        field = self::field(parameter, scanner)?;
        if !scanner.eat(")") {
            return Err(invalid(parameter, "has a parenthesis that is not closed"));
        }
    }
    let descending = scanner.eat(".desc") || {
        scanner.eat(".asc");
        false
    };
    let nulls_first = if scanner.eat(".nullsfirst") {
        Some(true)
    } else {
        scanner.eat(".nullslast").then_some(false)
    };
    scanner.blanks();
    Ok(OrderTerm {
        embed,
        field,
        descending,
        nulls_first,
    })
}

fn field(parameter: &str, scanner: &mut Scanner<'_>) -> Result<Field, Error> {
    scanner.blanks();
    let name = scanner
        .name(STOPS)
        .ok_or_else(|| invalid(parameter, "names an empty field"))?;
    Ok(Field {
        name: name.text,
        path: path(parameter, scanner)?,
    })
}
