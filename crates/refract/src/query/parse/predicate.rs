//! `[not.]operator[(modifier)].operand`.

use super::{Counter, invalid, scanner::Scanner};
use crate::{error::Error, query::operators::Operator};

/// `[not.]operator[(modifier)].operand`.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicate {
    pub negated: bool,
    pub operator: Operator,
    pub operand: Operand,
}

/// The part after the operator, with its modifier.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    Text(String),
    /// `(a,b,"c,d")` of `in`.
    List(Vec<String>),
    /// `{a,b}` of `eq(any)` and `like(all)`.
    Each(Quantifier, Vec<String>),
    /// The word of `is`.
    Is(IsTest),
    /// The query of `fts` and the other full text searches, with the text search configuration in
    /// parentheses.
    Search {
        configuration: Option<String>,
        query: String,
    },
}

/// Whether an operator must hold for one operand or for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    Any,
    All,
}

/// The tests of `is`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IsTest {
    Null,
    NotNull,
    True,
    False,
    Unknown,
}

/// Reads the value of a parameter. The operand extends to its end.
pub(super) fn predicate(
    name: &str,
    scanner: &mut Scanner<'_>,
    counter: &mut Counter,
) -> Result<Predicate, Error> {
    let head = head(name, scanner)?;
    head.with(name, scanner.rest(), counter)
}

/// Reads a member of a tree. The operand ends at a comma or a parenthesis outside quotes and brackets.
/// With `takes_claims`, the list of `in` may be the name of a claim.
pub(super) fn in_tree(
    name: &str,
    scanner: &mut Scanner<'_>,
    counter: &mut Counter,
    takes_claims: bool,
) -> Result<Predicate, Error> {
    let head = head(name, scanner)?;
    let wrong = |reason: &str| invalid(name, reason);
    if takes_claims && head.operator == Operator::In && scanner.peek() == Some('$') {
        // The list is a claim.
        return Ok(Predicate {
            negated: head.negated,
            operator: head.operator,
            operand: Operand::Text(scanner.until(&[',', ')']).trim_matches(' ').to_owned()),
        });
    }
    let operand = match (head.operator, scanner.peek()) {
        (Operator::In, _) => {
            scanner.blanks();
            scanner.bracketed('(', ')').ok_or_else(|| wrong(IN_LIST))?
        }
        (_, Some('{')) => scanner
            .bracketed('{', '}')
            .ok_or_else(|| wrong("holds a `{` without its `}`"))?,
        (_, Some('"')) => {
            let text = scanner
                .quoted()
                .ok_or_else(|| wrong("holds a quote that is not closed"))?;
            return head.with(name, &text, counter);
        }
        // Blanks around commas and parentheses have no meaning.
        _ => scanner.until(&[',', ')']).trim_matches(' '),
    };
    head.with(name, operand, counter)
}

const IN_LIST: &str = "`in` takes a list in parentheses: in.(a,b,\"c,d\")";

/// The part before the operand.
struct Head<'text> {
    negated: bool,
    operator: Operator,
    /// The modifier in parentheses after the operator.
    modifier: Option<&'text str>,
}

fn head<'text>(name: &str, scanner: &mut Scanner<'text>) -> Result<Head<'text>, Error> {
    let text = scanner.rest();
    let negated = scanner.eat("not.");
    let before = scanner.clone();
    let word = scanner.until(&['.', '(', ',', ')']);
    let modifier = scanner.eat("(").then(|| {
        let inside = scanner.until(&[')']);
        scanner.eat(")");
        inside
    });
    if !scanner.eat(".") {
        *scanner = before;
        let shown: String = text.chars().take(50).collect();
        return Err(invalid(
            name,
            &format!("has no operator; for equality write {name}=eq.{shown}"),
        ));
    }
    let Some(operator) = Operator::named(word) else {
        *scanner = before;
        return Err(Error::UnknownOperator {
            name: word.to_owned(),
            suggestion: Operator::nearest_name(word),
        });
    };
    Ok(Head {
        negated,
        operator,
        modifier,
    })
}

impl Head<'_> {
    fn with(self, name: &str, operand: &str, counter: &mut Counter) -> Result<Predicate, Error> {
        let operand = match (self.operator, self.modifier) {
            (operator, configuration) if operator.searches() => Operand::Search {
                configuration: configuration
                    .map(|it| configuration_name(name, it))
                    .transpose()?,
                query: operand.to_owned(),
            },
            (operator, Some(modifier)) if operator.takes_each() => {
                let quantifier = match modifier {
                    "any" => Quantifier::Any,
                    "all" => Quantifier::All,
                    other => {
                        let reason = format!("`{other}` is none of the modifiers any and all");
                        return Err(invalid(name, &reason));
                    }
                };
                let items = array_literal(operand).ok_or_else(|| {
                    let example = format!("{}({modifier}).{{a,b}}", operator.name());
                    invalid(name, &format!("takes a list in braces: {example}"))
                })?;
                for _ in items.iter().skip(1) {
                    counter.filter(name)?;
                }
                Operand::Each(quantifier, items)
            }
            (operator, Some(_)) => {
                let reason = format!("`{}` takes no modifier", operator.name());
                return Err(invalid(name, &reason));
            }
            (Operator::In, None) => Operand::List(in_list(name, operand)?),
            (Operator::Is, None) => Operand::Is(is_test(name, operand)?),
            (_, None) => Operand::Text(operand.to_owned()),
        };
        Ok(Predicate {
            negated: self.negated,
            operator: self.operator,
            operand,
        })
    }
}

/// The name of a text search configuration: letters, digits, `_`, and a dot after its schema. Of
/// digits only, PostgreSQL would read it as a number that it keeps it under. It becomes part of the statement, so that an index over the same configuration is found.
fn configuration_name(parameter: &str, text: &str) -> Result<String, Error> {
    let is_name = |part: &str| {
        let mut bytes = part.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (schema, name) = match text.split_once('.') {
        Some((schema, name)) => (Some(schema), name),
        None => (None, text),
    };
    if text.len() <= 127 && is_name(name) && schema.is_none_or(is_name) {
        return Ok(text.to_owned());
    }
    Err(invalid(
        parameter,
        "names a text search configuration that is none: fts(english).word",
    ))
}

fn is_test(name: &str, word: &str) -> Result<IsTest, Error> {
    Ok(
        match word.trim_end_matches(' ').to_ascii_lowercase().as_str() {
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
        },
    )
}

/// `(a,b,"c,d")`: in quotes, a backslash makes the next character literal.
fn in_list(name: &str, text: &str) -> Result<Vec<String>, Error> {
    let wrong = || invalid(name, IN_LIST);
    let inner = text
        .trim()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .ok_or_else(wrong)?;
    if inner.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut items = Vec::new();
    let mut scanner = Scanner::new(inner);
    loop {
        scanner.blanks();
        // A lone quote is an item.
        let mut ahead = scanner.clone();
        if scanner.peek() == Some('"') && ahead.until(&[',']) != "\"" {
            items.push(scanner.quoted().ok_or_else(wrong)?);
            scanner.blanks();
        } else {
            items.push(scanner.until(&[',']).to_owned());
        }
        if scanner.is_at_end() {
            return Ok(items);
        }
        if !scanner.eat(",") {
            return Err(wrong());
        }
    }
}

/// The items of a one-dimensional array literal (PostgreSQL documentation, 8.15.2). `None` for any other
/// text.
pub(in crate::query) fn array_literal(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inner.trim().is_empty() {
        return Some(Vec::new());
    }
    let mut items = Vec::new();
    let mut scanner = Scanner::new(inner);
    loop {
        scanner.blanks();
        if scanner.peek() == Some('"') {
            items.push(scanner.quoted()?);
            scanner.blanks();
        } else {
            let item = scanner.until(&[',', '{', '}', '"']).trim_end_matches(' ');
            if item.is_empty() {
                return None;
            }
            items.push(item.replace('\\', ""));
        }
        if scanner.is_at_end() {
            return Some(items);
        }
        if !scanner.eat(",") {
            return None;
        }
    }
}
