//! Query string → [`ListQuery`]. Knows the grammar, not the catalog.
//!
//! The grammar is PostgREST's: <https://docs.postgrest.org/en/stable/references/api/tables_views.html>.

mod field;
mod limit_counter;
mod parameter_name;

mod logic;
mod order;
mod postgrest_query;
mod predicate;
#[cfg(test)]
mod round_trip;
mod scanner;
mod select;
mod write_parameters;

pub use logic::policy;
pub(super) use predicate::array_literal;
pub use write_parameters::{Deleted, DeletedParameters, WriteParameters, deleted, write};
pub use {
    field::{Field, Key, Step},
    logic::{Group, Member},
    order::{MAX_TERMS, OrderTerm},
    postgrest_query::{PostgrestQuery, UnreadableParameter, postgrest},
    predicate::{IsTest, Operand, Predicate, Quantifier},
    select::{Aggregate, EmbedItem, FieldItem, SelectItem},
};

use percent_encoding::percent_decode_str;

use self::{
    limit_counter::Counter,
    order::order,
    parameter_name::{Kind, ParameterName},
    predicate::predicate,
    scanner::Scanner,
    select::select,
};
use crate::{error::Error, settings::Limits};

/// The query of a list.
#[derive(Debug, Default)]
pub struct ListQuery {
    /// `None` means all fields.
    pub select: Option<Vec<SelectItem>>,
    pub filters: Vec<Filter>,
    pub order: Vec<OrderTerm>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
    pub count: Option<Count>,
    pub cursor: Option<String>,
    /// The parameters of embedded relations other than filters.
    pub embeds: Vec<EmbedParameter>,
}

/// A parameter of an embedded relation, such as `posts.order=…`.
#[derive(Debug)]
pub struct EmbedParameter {
    /// Keys of embedded relations, from the outermost on.
    pub embed: Vec<String>,
    pub what: EmbedOption,
}

/// The content of an [`EmbedParameter`].
#[derive(Debug)]
pub enum EmbedOption {
    Order(Vec<OrderTerm>),
    Limit(u64),
    Offset(u64),
}

/// How the rows of all pages are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    Exact,
    /// The estimate of the database's planner.
    Planned,
    /// Exactly as long as they are few, otherwise the estimate of the planner.
    Estimated,
}

/// A parameter that restricts rows: of the list, or of an embedded relation.
#[derive(Debug)]
pub struct Filter {
    /// The parameter's name as it was written: the names of some fields have dots.
    pub name: String,
    /// Keys of embedded relations, from the outermost on.
    pub embed: Vec<String>,
    pub what: Restriction,
}

/// The content of a [`Filter`].
#[derive(Debug)]
pub enum Restriction {
    /// `and=(…)`, `or=(…)`
    Group(Group),
    /// `field=operator.operand`. The error of an invalid predicate is kept until the name is known to be a
    /// field: the error of a mistyped parameter should name the parameter, not a missing operator.
    Condition(Field, Result<Predicate, Error>),
}

/// Parameters that are not fields.
pub const PARAMETERS: &[&str] = &[
    "select", "order", "limit", "offset", "count", "cursor", "and", "or",
];

/// Reads the query string of a list.
///
/// # Errors
/// [`Error::InvalidParameter`] naming the parameter.
pub fn list(query_string: &str, limits: &Limits) -> Result<ListQuery, Error> {
    if query_string.len() > limits.query_bytes {
        return Err(Error::QueryTooLong {
            limit_bytes: limits.query_bytes,
        });
    }
    let mut query = ListQuery::default();
    let mut counter = Counter::new(limits);
    for (name, value) in pairs(query_string)? {
        let mut value = Scanner::new(&value);
        let ParameterName { embed, kind } = parameter_name::read(&name)?;
        if embed.is_empty() {
            of_list(&mut query, &mut counter, name, kind, &mut value)?;
        } else {
            of_embed(&mut query, &mut counter, name, embed, kind, &mut value)?;
        }
    }
    Ok(query)
}

fn of_list(
    query: &mut ListQuery,
    counter: &mut Counter,
    name: String,
    kind: Kind,
    value: &mut Scanner<'_>,
) -> Result<(), Error> {
    match kind {
        Kind::Select => once(&name, &mut query.select, select(value, counter)?),
        Kind::Order if query.order.is_empty() => {
            query.order = order(&name, value)?;
            Ok(())
        }
        Kind::Order => Err(invalid(&name, "is given twice")),
        Kind::Limit => once(&name, &mut query.limit, whole_number(&name, value.rest())?),
        Kind::Offset => once(&name, &mut query.offset, whole_number(&name, value.rest())?),
        Kind::Count => once(&name, &mut query.count, count(value.rest())?),
        Kind::Cursor => once(&name, &mut query.cursor, value.rest().to_owned()),
        Kind::Group { .. } | Kind::Field(_) => {
            filter(query, counter, name, Vec::new(), kind, value)
        }
    }
}

fn of_embed(
    query: &mut ListQuery,
    counter: &mut Counter,
    name: String,
    embed: Vec<String>,
    kind: Kind,
    value: &mut Scanner<'_>,
) -> Result<(), Error> {
    counter.parameter(&name)?;
    let what = match kind {
        Kind::Order => EmbedOption::Order(order(&name, value)?),
        Kind::Limit => EmbedOption::Limit(whole_number(&name, value.rest())?),
        Kind::Offset => EmbedOption::Offset(whole_number(&name, value.rest())?),
        kind => return filter(query, counter, name, embed, kind, value),
    };
    query.embeds.push(EmbedParameter { embed, what });
    Ok(())
}

fn filter(
    query: &mut ListQuery,
    counter: &mut Counter,
    name: String,
    embed: Vec<String>,
    kind: Kind,
    value: &mut Scanner<'_>,
) -> Result<(), Error> {
    let what = match kind {
        Kind::Group { negated, any } => {
            Restriction::Group(logic::group(&name, value, negated, any, counter)?)
        }
        Kind::Field(field) => {
            counter.filter(&name)?;
            Restriction::Condition(field, predicate(&name, value, counter))
        }
        // These parameters belong to the whole list, not to an embedded relation.
        Kind::Select | Kind::Order | Kind::Limit | Kind::Offset | Kind::Count | Kind::Cursor => {
            return Err(invalid(&name, "is no filter"));
        }
    };
    query.filters.push(Filter { name, embed, what });
    Ok(())
}

fn count(value: &str) -> Result<Count, Error> {
    match value {
        "exact" => Ok(Count::Exact),
        "planned" => Ok(Count::Planned),
        "estimated" => Ok(Count::Estimated),
        other => Err(invalid(
            "count",
            &format!("`{other}` is none of exact, planned and estimated"),
        )),
    }
}

/// Reads the query string of a change of many rows: filters, `select`, and the parameters of embedded
/// relations.
///
/// # Errors
/// As [`list`]; other parameters are [`Error::UnknownParameter`] of `what`.
pub fn change(query_string: &str, limits: &Limits, what: &str) -> Result<ListQuery, Error> {
    let query = list(query_string, limits)?;
    match stray(&query) {
        None => Ok(query),
        Some(name) => Err(Error::UnknownParameter {
            name: name.to_owned(),
            resource: what.to_owned(),
            suggestion: None,
        }),
    }
}

/// A parameter that only lists have: neither `select` nor a filter.
fn stray(query: &ListQuery) -> Option<&'static str> {
    [
        (!query.order.is_empty(), "order"),
        (query.limit.is_some(), "limit"),
        (query.offset.is_some(), "offset"),
        (query.count.is_some(), "count"),
        (query.cursor.is_some(), "cursor"),
    ]
    .into_iter()
    .find_map(|(given, name)| given.then_some(name))
}

/// Reads the query string of a request for one row: `select`, and the parameters of embedded
/// relations.
///
/// # Errors
/// [`Error::InvalidParameter`] or [`Error::UnknownParameter`].
pub fn single(query_string: &str, limits: &Limits, resource: &str) -> Result<ListQuery, Error> {
    let query = list(query_string, limits)?;
    let filter = query.filters.iter().find(|filter| filter.embed.is_empty());
    let stray = filter.map_or_else(|| stray(&query), |filter| Some(filter.name.as_str()));
    match stray {
        None => Ok(query),
        Some(name) => Err(Error::UnknownParameter {
            suggestion: crate::catalog::nearest(name, ["select"].into_iter()),
            name: name.to_owned(),
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
        match list(query_string).expect("parses").filters.remove(0).what {
            Restriction::Condition(_, predicate) => predicate.expect("is a predicate"),
            Restriction::Group(group) => panic!("{group:?} is no predicate"),
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
            embed: None,
            field: Field {
                name: field.into(),
                path: Vec::new(),
            },
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
