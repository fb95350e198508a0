//! Query string of `/rest/v1` → [`LenientQuery`].

use super::{
    Field, Filter, Group, IsTest, ListQuery, Member, Operand, Predicate, Restriction,
    counter::Counter,
    filter, invalid,
    key::{self, Kind, ParameterName},
    logic, of_embed, of_list, once, pairs, select,
};
use crate::{
    error::Error,
    settings::{Compat, Limits},
};

/// What a request of `/rest/v1` asks.
#[derive(Debug, Default)]
pub struct LenientQuery {
    pub list: ListQuery,
    /// Columns that a write takes from its body.
    pub columns: Option<Vec<String>>,
    /// Columns by which a new row is found to be there already.
    pub on_conflict: Option<Vec<String>>,
    /// A `limit` below zero.
    pub negative_limit: bool,
}

/// A parameter of `/rest/v1` that is not of the grammar.
#[derive(Debug)]
pub struct Unreadable {
    /// What it was read as (`select parameter`).
    pub what: &'static str,
    pub name: String,
    pub value: String,
    pub error: Error,
}

/// Reads the query string of a request of `/rest/v1`, where numbers that are none are passed over,
/// and `count` and `cursor` are columns like others. What follows a closing parenthesis that ends a
/// `select` or a tree is passed over, as in PostgREST.
///
/// # Errors
/// What is not of the grammar, or too much.
pub fn lenient(
    query_string: &str,
    limits: &Limits,
    compat: Compat,
) -> Result<LenientQuery, Box<Unreadable>> {
    let of_all = |error| {
        Box::new(Unreadable {
            what: "query",
            name: String::new(),
            value: String::new(),
            error,
        })
    };
    if query_string.len() > limits.query_bytes {
        return Err(of_all(Error::QueryTooLong {
            limit_bytes: limits.query_bytes,
        }));
    }
    let mut query = LenientQuery::default();
    let mut counter = Counter::new(limits);
    for (name, value) in pairs(query_string).map_err(of_all)? {
        let kind = key::read(&name).map(|name| name.kind);
        let what = match (&kind, name.as_str()) {
            (_, "columns") => "columns parameter",
            (_, "on_conflict") => "on_conflict parameter",
            (Ok(Kind::Select), _) => "select parameter",
            (Ok(Kind::Order), _) => "order",
            (Ok(Kind::Group { .. }), _) => "logic tree",
            (Ok(_), _) => "filter",
            (Err(_), _) => "tree path",
        };
        let read = parameter(&mut query, &mut counter, &name, &value);
        let read = read.and_then(|()| match query.list.filters.last() {
            Some(filter) if compat == Compat::V12 && asks_not_null(&filter.what) => Err(invalid(
                &name,
                "`is` tests for null, true, false or unknown",
            )),
            _ => Ok(()),
        });
        read.map_err(|error| {
            Box::new(Unreadable {
                what,
                name,
                value,
                error,
            })
        })?;
    }
    Ok(query)
}

/// Whether `is.not_null` is asked, which is younger than version 12.
fn asks_not_null(what: &Restriction) -> bool {
    let is_asked = |predicate: &Predicate| predicate.operand == Operand::Is(IsTest::NotNull);
    fn in_group(group: &Group, is_asked: &dyn Fn(&Predicate) -> bool) -> bool {
        group.members.iter().any(|member| match member {
            Member::Condition(_, predicate) => is_asked(predicate),
            Member::Group(group) => in_group(group, is_asked),
        })
    }
    match what {
        Restriction::Condition(_, predicate) => predicate.as_ref().is_ok_and(is_asked),
        Restriction::Group(group) => in_group(group, &is_asked),
    }
}

fn parameter(
    query: &mut LenientQuery,
    counter: &mut Counter,
    name: &str,
    value: &str,
) -> Result<(), Error> {
    if name.contains('\0') || value.contains('\0') {
        return Err(invalid(&name.replace('\0', ""), "holds a zero byte"));
    }
    let ParameterName { embed, kind } = key::read(name)?;
    let name = name.to_owned();
    match (&kind, name.as_str()) {
        (_, "columns") => query.columns = Some(select::names("columns", value)?),
        (_, "on_conflict") => query.on_conflict = Some(select::names("on_conflict", value)?),
        (Kind::Select, _) if value.trim().is_empty() => {}
        (Kind::Select, _) => {
            let (items, _) = select::beginning(value, counter)?;
            once(&name, &mut query.list.select, items)?;
        }
        (&Kind::Group { negated, any }, _) => {
            if !embed.is_empty() {
                counter.parameter(&name)?;
            }
            let (members, _) = logic::beginning(&name, value, counter)?;
            let what = Restriction::Group(Group {
                negated,
                any,
                members,
            });
            query.list.filters.push(Filter { name, embed, what });
        }
        (Kind::Limit | Kind::Offset, _) => match value.trim().parse::<i64>() {
            Err(_) => {}
            Ok(number) if number < 0 => {
                query.negative_limit |= matches!(kind, Kind::Limit);
            }
            Ok(_) if embed.is_empty() => {
                of_list(&mut query.list, counter, name, kind, value.trim())?;
            }
            Ok(_) => of_embed(&mut query.list, counter, name, embed, kind, value.trim())?,
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
    // Here the grammar comes before the names.
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
