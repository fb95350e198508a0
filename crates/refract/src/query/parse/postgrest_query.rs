//! The query string of `/rest/v1` → [`PostgrestQuery`].

use super::{
    Field, Filter, Group, IsTest, ListQuery, Member, Operand, Predicate, Restriction, filter,
    invalid,
    limit_counter::Counter,
    logic, of_embed, of_list, once, pairs,
    parameter_name::{self, Kind, ParameterName},
    scanner::Scanner,
    select,
};
use crate::{
    error::Error,
    settings::{Compat, Limits},
};

/// The query of a request to `/rest/v1`.
#[derive(Debug, Default)]
pub struct PostgrestQuery {
    pub list: ListQuery,
    /// The columns that a write takes from its body.
    pub columns: Option<Vec<String>>,
    /// The columns that decide whether a new row conflicts with an existing one.
    pub on_conflict: Option<Vec<String>>,
    /// Whether `limit` is below zero.
    pub negative_limit: bool,
}

/// A parameter of `/rest/v1` that does not follow the grammar.
#[derive(Debug)]
pub struct UnreadableParameter {
    /// PostgREST's name for this kind of parameter, such as `select parameter`.
    pub kind: &'static str,
    pub value: String,
    /// Where reading ended: from 1, in characters.
    pub line: usize,
    pub column: usize,
    pub error: Error,
}

impl UnreadableParameter {
    /// An error of the query string as a whole.
    fn whole(error: Error) -> Box<Self> {
        Box::new(Self {
            kind: "query",
            value: String::new(),
            line: 1,
            column: 1,
            error,
        })
    }
}

/// Reads the query string of a request to `/rest/v1`.
///
/// As in PostgREST, a `limit` or an `offset` that is no number is ignored, `count` and `cursor` are
/// names of columns, and text after the closing parenthesis of a `select` or of a tree is ignored.
///
/// # Errors
/// A parameter that does not follow the grammar, or exceeds `limits`.
pub fn postgrest(
    query_string: &str,
    limits: &Limits,
    compat: Compat,
) -> Result<PostgrestQuery, Box<UnreadableParameter>> {
    if query_string.len() > limits.query_bytes {
        let limit_bytes = limits.query_bytes;
        return Err(UnreadableParameter::whole(Error::QueryTooLong {
            limit_bytes,
        }));
    }
    let mut query = PostgrestQuery::default();
    let mut counter = Counter::new(limits);
    for (name, value) in pairs(query_string).map_err(UnreadableParameter::whole)? {
        let mut scanner = Scanner::new(&value);
        let read = parameter(&mut query, &mut counter, &name, &mut scanner);
        let read = read.and_then(|()| match query.list.filters.last() {
            Some(filter) if compat == Compat::V12 && asks_not_null(&filter.what) => {
                scanner = Scanner::new(&value);
                Err(invalid(
                    &name,
                    "`is` tests for null, true, false or unknown",
                ))
            }
            _ => Ok(()),
        });
        if let Err(error) = read {
            let kind = kind_of(&name);
            let end = value.len() - scanner.rest().len();
            let (line, column) = position(&value[..end]);
            // PostgREST reads the operator of a tree, which is in the name, together with its value.
            let operator = match kind {
                "logic tree" => operator_of(&name).chars().count(),
                _ => 0,
            };
            return Err(Box::new(UnreadableParameter {
                kind,
                line,
                column: column + operator,
                value,
                error,
            }));
        }
    }
    Ok(query)
}

/// PostgREST's name for the kind of parameter that has this name.
fn kind_of(name: &str) -> &'static str {
    match (name, parameter_name::read(name).map(|name| name.kind)) {
        ("columns", _) => "columns parameter",
        ("on_conflict", _) => "on_conflict parameter",
        (_, Ok(Kind::Select)) => "select parameter",
        (_, Ok(Kind::Order)) => "order",
        (_, Ok(Kind::Group { .. })) => "logic tree",
        (_, Ok(_)) => "filter",
        (_, Err(_)) => "tree path",
    }
}

/// Line and column after a text.
fn position(read: &str) -> (usize, usize) {
    let last_line = read.rsplit('\n').next().unwrap_or_default();
    (
        read.matches('\n').count() + 1,
        last_line.chars().count() + 1,
    )
}

/// `and`, `or`, `not.and` or `not.or` at the end of a parameter's name.
fn operator_of(name: &str) -> &str {
    let start = |segments| {
        name.rmatch_indices('.')
            .nth(segments)
            .map_or(0, |(at, _)| at + 1)
    };
    match &name[start(1)..] {
        negated if negated.starts_with("not.") => negated,
        _ => &name[start(0)..],
    }
}

/// Whether a filter holds `is.not_null`, which PostgREST 12 does not know.
fn asks_not_null(what: &Restriction) -> bool {
    let is_asked = |predicate: &Predicate| predicate.operand == Operand::Is(IsTest::NotNull);
    fn in_group(group: &Group, is_asked: &dyn Fn(&Predicate) -> bool) -> bool {
        group.members.iter().any(|member| match member {
            Member::Condition(_, predicate) => is_asked(predicate),
            Member::Group(group) => in_group(group, is_asked),
            // Only policies have it.
            Member::Related(..) => false,
        })
    }
    match what {
        Restriction::Condition(_, predicate) => predicate.as_ref().is_ok_and(is_asked),
        Restriction::Group(group) => in_group(group, &is_asked),
    }
}

fn parameter(
    query: &mut PostgrestQuery,
    counter: &mut Counter,
    name: &str,
    value: &mut Scanner<'_>,
) -> Result<(), Error> {
    if name.contains('\0') || value.rest().contains('\0') {
        return Err(invalid(&name.replace('\0', ""), "holds a zero byte"));
    }
    let ParameterName { embed, kind } = parameter_name::read(name)?;
    let name = name.to_owned();
    match (&kind, name.as_str()) {
        (_, "columns") => query.columns = Some(select::names("columns", value)?),
        (_, "on_conflict") => query.on_conflict = Some(select::names("on_conflict", value)?),
        (Kind::Select, _) if value.rest().trim().is_empty() => {}
        (Kind::Select, _) => {
            let items = select::items(value, counter)?;
            once(&name, &mut query.list.select, items)?;
        }
        (&Kind::Group { negated, any }, _) => {
            if !embed.is_empty() {
                counter.parameter(&name)?;
            }
            let members = logic::members(&name, value, counter)?;
            let what = Restriction::Group(Group {
                negated,
                any,
                members,
            });
            query.list.filters.push(Filter { name, embed, what });
        }
        (Kind::Limit | Kind::Offset, _) => match value.rest().trim().parse::<i64>() {
            Err(_) => {}
            Ok(number) if number < 0 => {
                query.negative_limit |= matches!(kind, Kind::Limit);
            }
            Ok(_) => {
                let mut number = Scanner::new(value.rest().trim());
                if embed.is_empty() {
                    of_list(&mut query.list, counter, name, kind, &mut number)?;
                } else {
                    of_embed(&mut query.list, counter, name, embed, kind, &mut number)?;
                }
            }
        },
        (Kind::Count | Kind::Cursor, _) => {
            let field = Kind::Field(Field {
                name: name.clone(),
                path: Vec::new(),
            });
            filter(&mut query.list, counter, name, embed, field, value)?;
        }
        _ if embed.is_empty() => of_list(&mut query.list, counter, name, kind, value)?,
        _ => of_embed(&mut query.list, counter, name, embed, kind, value)?,
    }
    // In this dialect an error of the grammar comes before an unknown name.
    match query.list.filters.pop() {
        Some(Filter {
            what: Restriction::Condition(_, Err(error)),
            ..
        }) => Err(error),
        last => {
            query.list.filters.extend(last);
            Ok(())
        }
    }
}
