//! Query string → [`ListQuery`]. Knows the grammar, not the catalog.
//!
//! The grammar is PostgREST's: <https://docs.postgrest.org/en/stable/references/api/tables_views.html>.

mod field;
mod items;
mod key;
mod logic;
mod parameters;
mod predicate;
mod scanner;

pub use parameters::{Deleted, DeletedParameters, WriteParameters, deleted, write};
pub(super) use predicate::array_literal;
pub use {
    field::{Field, Key, Step},
    logic::{Group, Member},
    predicate::{IsTest, Operand, Predicate, Quantifier},
};

use percent_encoding::percent_decode_str;

use self::{
    items::{order, select},
    key::ParameterKey,
    predicate::predicate,
};
use super::Limits;
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

/// A parameter that restricts rows.
#[derive(Debug)]
pub enum Filter {
    /// `field=operator.operand`
    Condition(Condition),
    /// `and=(…)`, `or=(…)`
    Group(Group),
}

/// `field=operator.operand`.
#[derive(Debug)]
pub struct Condition {
    /// The parameter's name as it was written: some fields have dots in theirs.
    pub name: String,
    pub field: Field,
    /// Kept until the name is known to be a field: a mistyped parameter should hear of its name,
    /// not of a missing operator.
    pub predicate: Result<Predicate, Error>,
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

/// Parameters that are none of a list's, and no fields of its rows either.
const RESERVED: &[&str] = &["cursor", "count"];

/// Counts what a request may not have any number of.
#[derive(Debug)]
struct Counter {
    filters: usize,
    limits: Limits,
}

impl Counter {
    fn new(limits: &Limits) -> Self {
        Self {
            filters: 0,
            limits: *limits,
        }
    }

    /// Counts one more condition.
    fn filter(&mut self, parameter: &str) -> Result<(), Error> {
        self.filters += 1;
        let most = self.limits.filters;
        if self.filters > most {
            return Err(invalid(parameter, &format!("more than {most} filters")));
        }
        Ok(())
    }

    fn nested(&self, parameter: &str, depth: usize) -> Result<(), Error> {
        let most = self.limits.depth;
        if depth > most {
            let reason = format!("is nested more than {most} levels deep");
            return Err(invalid(parameter, &reason));
        }
        Ok(())
    }
}

/// Reads the query string of a list.
///
/// # Errors
/// [`Error::InvalidParameter`] naming the parameter.
pub fn list(query_string: &str, limits: &Limits) -> Result<ListQuery, Error> {
    let mut query = ListQuery::default();
    let mut counter = Counter::new(limits);
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
            _ => query.filters.push(filter(name, &value, &mut counter)?),
        }
    }
    Ok(query)
}

/// Reads a query string that holds filters and nothing else.
///
/// # Errors
/// As [`list`]; other parameters are [`Error::UnknownParameter`] of `what`.
pub fn filters(query_string: &str, limits: &Limits, what: &str) -> Result<Vec<Filter>, Error> {
    let query = list(query_string, limits)?;
    match stray(&query).or(query.select.as_ref().map(|_| "select")) {
        None => Ok(query.filters),
        Some(name) => Err(Error::UnknownParameter {
            name: name.to_owned(),
            resource: what.to_owned(),
            suggestion: None,
        }),
    }
}

fn filter(name: String, value: &str, counter: &mut Counter) -> Result<Filter, Error> {
    match key::read(&name)? {
        ParameterKey::Group { negated, any } => {
            logic::group(&name, value, negated, any, counter).map(Filter::Group)
        }
        ParameterKey::Field(field) => {
            counter.filter(&name)?;
            let predicate = predicate(&name, value, counter);
            Ok(Filter::Condition(Condition {
                name,
                field,
                predicate,
            }))
        }
    }
}

/// A parameter of lists that is given, `select` aside.
fn stray(query: &ListQuery) -> Option<&'static str> {
    [
        (!query.order.is_empty(), "order"),
        (query.limit.is_some(), "limit"),
        (query.offset.is_some(), "offset"),
    ]
    .into_iter()
    .find_map(|(given, name)| given.then_some(name))
}

/// Reads the query string of a request for one row: `select` only.
///
/// # Errors
/// [`Error::InvalidParameter`] or [`Error::UnknownParameter`].
pub fn single(
    query_string: &str,
    limits: &Limits,
    resource: &str,
) -> Result<Option<Vec<String>>, Error> {
    let query = list(query_string, limits)?;
    let stray = match query.filters.first() {
        Some(Filter::Condition(condition)) => Some(condition.name.clone()),
        Some(Filter::Group(group)) if group.any => Some("or".to_owned()),
        Some(Filter::Group(_)) => Some("and".to_owned()),
        None => stray(&query).map(str::to_owned),
    };
    match stray {
        None => Ok(query.select),
        Some(name) => Err(Error::UnknownParameter {
            suggestion: crate::catalog::nearest(&name, ["select"].into_iter()),
            name,
            resource: format!("a single {resource}"),
        }),
    }
}

/// Decodes the key of a path: parts separated by commas, each percent-encoded.
///
/// # Errors
/// [`Error::BadRequest`] where a part is not UTF-8.
pub fn key(segment: &str) -> Result<Vec<String>, Error> {
    segment.split(',').map(decode).collect()
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

fn invalid(parameter: &str, reason: &str) -> Error {
    Error::InvalidParameter {
        parameter: parameter.to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(query_string: &str) -> Result<ListQuery, Error> {
        super::list(query_string, &Limits::default())
    }

    fn only_predicate(query_string: &str) -> Predicate {
        match list(query_string).expect("parses").filters.remove(0) {
            Filter::Condition(condition) => condition.predicate.expect("is a predicate"),
            Filter::Group(group) => panic!("{group:?} is no predicate"),
        }
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
