//! `[not.]operator.operand`.

use super::{
    invalid,
    items::{items, quoted},
};
use crate::{error::Error, query::operators::Operator};

/// `[not.]operator.operand`.
#[derive(Debug, PartialEq)]
pub struct Predicate {
    pub negated: bool,
    pub operator: Operator,
    pub operand: Operand,
}

/// The part after the operator.
#[derive(Debug, PartialEq)]
pub enum Operand {
    Text(String),
    /// `(a,b,"c,d")` of `in`.
    List(Vec<String>),
    /// The word of `is`.
    Is(IsTest),
}

/// What `is` can test for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IsTest {
    Null,
    NotNull,
    True,
    False,
    Unknown,
}

/// Reads `[not.]operator.operand`.
pub(super) fn predicate(name: &str, text: &str) -> Result<Predicate, Error> {
    let (negated, rest) = match text.strip_prefix("not.") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let Some((word, operand)) = rest.split_once('.') else {
        return Err(invalid(
            name,
            &format!("has no operator; for equality write {name}=eq.{text}"),
        ));
    };
    let Some(operator) = Operator::named(word) else {
        return Err(Error::UnknownOperator {
            name: word.to_owned(),
            suggestion: Operator::nearest_name(word),
        });
    };
    let operand = match operator {
        Operator::In => Operand::List(in_list(name, operand)?),
        Operator::Is => Operand::Is(is_test(name, operand)?),
        _ => Operand::Text(operand.to_owned()),
    };
    Ok(Predicate {
        negated,
        operator,
        operand,
    })
}

fn is_test(name: &str, word: &str) -> Result<IsTest, Error> {
    Ok(match word.to_ascii_lowercase().as_str() {
        "null" => IsTest::Null,
        "not_null" => IsTest::NotNull,
        "true" => IsTest::True,
        "false" => IsTest::False,
        "unknown" => IsTest::Unknown,
        _ => {
            return Err(invalid(
                name,
                &format!("`is` tests for null, not_null, true, false or unknown, not `{word}`"),
            ));
        }
    })
}

/// `(a,b,"c,d")`: in quotes, a backslash makes the next character literal.
fn in_list(name: &str, text: &str) -> Result<Vec<String>, Error> {
    let wrong = || invalid(name, "`in` takes a list in parentheses: in.(a,b,\"c,d\")");
    let inner = text
        .trim()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .ok_or_else(wrong)?;
    if inner.trim().is_empty() {
        return Ok(Vec::new());
    }
    items(inner)
        .into_iter()
        .map(|item| {
            let item = item.trim_start_matches(' ');
            match quoted(item) {
                Some((text, after)) if after.trim().is_empty() => Ok(text),
                None if !item.starts_with('"') => Ok(item.to_owned()),
                _ => Err(wrong()),
            }
        })
        .collect()
}
