//! Query string → [`ListQuery`]. Knows the grammar, not the catalog.
//!
//! The grammar is PostgREST's: <https://docs.postgrest.org/en/stable/references/api/tables_views.html>.

use percent_encoding::percent_decode_str;

use super::operators::Operator;
use crate::error::Error;

/// What a list request asks.
#[derive(Debug, Default)]
pub struct ListQuery {
    /// Field names; `None` means all.
    pub select: Option<Vec<String>>,
    pub filters: Vec<Filter>,
    pub order: Vec<OrderTerm>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
}

/// `name=operator.operand`.
#[derive(Debug)]
pub struct Filter {
    pub name: String,
    /// Kept until the name is known to be a field: a mistyped parameter should hear of its name,
    /// not of a missing operator.
    pub predicate: Result<Predicate, Error>,
}

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

/// `field[.asc|.desc][.nullsfirst|.nullslast]`.
#[derive(Debug, PartialEq)]
pub struct OrderTerm {
    pub field: String,
    pub descending: bool,
    /// `None` leaves it to the database: last when ascending, first when descending.
    pub nulls_first: Option<bool>,
}

/// Parameters that are not fields.
pub const PARAMETERS: &[&str] = &["select", "order", "limit", "offset"];

/// Parameters of the full query language that this version does not answer yet.
const RESERVED: &[&str] = &["cursor", "count", "and", "or", "not.and", "not.or"];

/// Most filters in one request.
const MAX_FILTERS: usize = 64;

/// Reads the query string of a list.
///
/// # Errors
/// [`Error::InvalidParameter`] naming the parameter.
pub fn list(query_string: &str) -> Result<ListQuery, Error> {
    let mut query = ListQuery::default();
    for (name, value) in pairs(query_string)? {
        match name.as_str() {
            "select" => once(&name, &mut query.select, select(&value)?)?,
            "order" => {
                if !query.order.is_empty() {
                    return Err(invalid(&name, "is given twice"));
                }
                query.order = order(&value)?;
            }
            "limit" => once(&name, &mut query.limit, whole_number(&name, &value)?)?,
            "offset" => once(&name, &mut query.offset, whole_number(&name, &value)?)?,
            reserved if RESERVED.contains(&reserved) => {
                return Err(invalid(reserved, "this version does not support it yet"));
            }
            _ => {
                if query.filters.len() == MAX_FILTERS {
                    return Err(invalid(&name, &format!("more than {MAX_FILTERS} filters")));
                }
                let predicate = predicate(&name, &value);
                query.filters.push(Filter { name, predicate });
            }
        }
    }
    Ok(query)
}

/// Reads the query string of a request for one row: `select` only.
///
/// # Errors
/// [`Error::InvalidParameter`] or [`Error::UnknownParameter`].
pub fn single(query_string: &str, resource: &str) -> Result<Option<Vec<String>>, Error> {
    let query = list(query_string)?;
    let stray = query
        .filters
        .into_iter()
        .map(|filter| filter.name)
        .chain((!query.order.is_empty()).then(|| "order".to_owned()))
        .chain(query.limit.map(|_| "limit".to_owned()))
        .chain(query.offset.map(|_| "offset".to_owned()))
        .next();
    match stray {
        None => Ok(query.select),
        Some(name) => Err(Error::UnknownParameter {
            suggestion: crate::catalog::nearest(&name, ["select"].into_iter()),
            name,
            resource: format!("a single {resource}"),
        }),
    }
}

/// Decodes the key of a path: parts separated by commas, each percent-encoded. Quotes around a part
/// are not of it: see [`crate::codec::key_segment`].
///
/// # Errors
/// [`Error::BadRequest`] where a part is not UTF-8.
pub fn key(segment: &str) -> Result<Vec<String>, Error> {
    segment
        .split(',')
        .map(|part| {
            let text = decode(part)?;
            let inside = text
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            Ok(inside.map_or_else(|| text.clone(), str::to_owned))
        })
        .collect()
}

fn pairs(query_string: &str) -> Result<Vec<(String, String)>, Error> {
    query_string
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((
                decode(&name.replace('+', " "))?,
                decode(&value.replace('+', " "))?,
            ))
        })
        .collect()
}

fn decode(text: &str) -> Result<String, Error> {
    percent_decode_str(text)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_| Error::BadRequest {
            reason: "the URL holds percent-encoded bytes that are not UTF-8".to_owned(),
        })
}

fn once<T>(name: &str, place: &mut Option<T>, value: T) -> Result<(), Error> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(invalid(name, "is given twice")),
    }
}

fn whole_number(name: &str, text: &str) -> Result<u64, Error> {
    // PostgreSQL's LIMIT and OFFSET are bigint.
    match text.parse::<i64>() {
        Ok(number) if number >= 0 => Ok(number as u64),
        _ => Err(invalid(
            name,
            &format!("`{text}` is not a whole number, 0 or more"),
        )),
    }
}

fn select(text: &str) -> Result<Vec<String>, Error> {
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

fn order(text: &str) -> Result<Vec<OrderTerm>, Error> {
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
fn items(text: &str) -> Vec<&str> {
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
fn quoted(text: &str) -> Option<(String, &str)> {
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

/// Reads `[not.]operator.operand`.
fn predicate(name: &str, text: &str) -> Result<Predicate, Error> {
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

fn invalid(parameter: &str, reason: &str) -> Error {
    Error::InvalidParameter {
        parameter: parameter.to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only_predicate(query_string: &str) -> Predicate {
        let mut query = list(query_string).expect("parses");
        query.filters.remove(0).predicate.expect("is a predicate")
    }

    #[test]
    fn operands_keep_their_dots_and_commas() {
        let found = only_predicate("name=eq.a.b,c%2Cd");
        assert_eq!(found.operand, Operand::Text("a.b,c,d".into()));
    }

    #[test]
    fn lists_may_quote_their_items() {
        let found = only_predicate(r#"id=not.in.(1, "a,b" ,"q\"uote",)"#);
        assert!(found.negated);
        let items = ["1", "a,b", "q\"uote", ""].map(str::to_owned).to_vec();
        assert_eq!(found.operand, Operand::List(items));
        assert_eq!(only_predicate("id=in.()").operand, Operand::List(vec![]));
    }

    #[test]
    fn numbers_must_be_whole_and_bounded() {
        for wrong in [
            "limit=-1",
            "limit=x",
            "limit=99999999999999999999",
            "offset=1.5",
            "limit=",
        ] {
            assert!(
                matches!(list(wrong), Err(Error::InvalidParameter { .. })),
                "{wrong}"
            );
        }
    }

    #[test]
    fn order_reads_direction_and_nulls() {
        let query = list("order=a.desc.nullslast,%22b.c%22,c.asc").expect("parses");
        let term = |field: &str, descending, nulls_first| OrderTerm {
            field: field.into(),
            descending,
            nulls_first,
        };
        assert_eq!(
            query.order,
            vec![
                term("a", true, Some(false)),
                term("b.c", false, None),
                term("c", false, None)
            ]
        );
    }

    #[test]
    fn bytes_that_are_not_text_are_refused() {
        assert!(matches!(list("a=eq.%ff"), Err(Error::BadRequest { .. })));
    }
}
