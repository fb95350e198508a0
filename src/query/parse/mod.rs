//! Query string → [`ListQuery`]. Knows the grammar, not the catalog.
//!
//! The grammar is PostgREST's: <https://docs.postgrest.org/en/stable/references/api/tables_views.html>.

mod items;
mod parameters;
mod predicate;

pub use parameters::{WriteParameters, write};
pub use predicate::{IsTest, Operand, Predicate};

use percent_encoding::percent_decode_str;

use self::{
    items::{order, select},
    predicate::predicate,
};
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
