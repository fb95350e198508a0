//! Filters → SQL expressions.

use reflect::{quote, snapshot::Database};
use sea_orm::sea_query::{
    Alias, BinOper, Cond, Expr, ExprTrait, Func, LikeExpr,
    extension::postgres::{PgBinOper, PgFunc},
};

use super::{
    json_path,
    nearby::Nearby,
    render,
    values::{self, lowered},
};
use crate::{
    catalog::Resource,
    codec::{Value, bind},
    query::{
        operators::Operator,
        plan::{Condition, Filter, IsTest, Step, Test, select_node::EmbedTest},
    },
};

/// Whose columns an expression is about.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub database: Database,
    pub resource: &'a Resource,
    /// What the table is called in the statement; `None` is its own name.
    pub alias: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// The columns of a statement's only table.
    pub(super) fn of(database: Database, resource: &'a Resource) -> Self {
        Self {
            database,
            resource,
            alias: None,
        }
    }

    /// A column as it is compared, ordered and grouped.
    pub(super) fn column(&self, column: usize) -> Expr {
        let expression = self.stored(column);
        render::comparable(self.database, &self.resource.columns[column], expression)
    }

    /// A column as it is stored.
    pub(super) fn stored(&self, column: usize) -> Expr {
        match self.alias {
            None => render::stored(self.database, self.resource, column),
            Some(alias) => {
                let name = &self.resource.columns[column].name;
                Expr::col((Alias::new(alias), Alias::new(name)))
            }
        }
    }

    /// A column, or a place in its JSON.
    pub(super) fn place(&self, column: usize, path: &[Step]) -> Expr {
        let data_type = &self.resource.columns[column].data_type;
        json_path::expression(self.database, data_type, self.column(column), path)
    }
}

/// What a `WHERE` says. Of no members, `all` is true and `any` is false. `exists` renders what is
/// asked of embedded relations.
pub(super) fn filter(
    scope: Scope<'_>,
    filter: &Filter,
    exists: &mut dyn FnMut(&EmbedTest) -> Expr,
) -> Cond {
    let mut members = if filter.any { Cond::any() } else { Cond::all() };
    for condition in &filter.conditions {
        members = members.add(predicate(scope, condition));
    }
    for group in &filter.groups {
        members = members.add(self::filter(scope, group, exists));
    }
    for test in &filter.embeds {
        members = members.add(exists(test));
    }
    let is_empty =
        filter.conditions.is_empty() && filter.groups.is_empty() && filter.embeds.is_empty();
    if is_empty && (filter.any || filter.negated) {
        members = members.add(Expr::cust(if filter.any { "1 = 0" } else { "1 = 1" }));
    }
    if filter.negated {
        members.not()
    } else {
        members
    }
}

/// The `WHERE` of a statement that embeds nothing.
pub(super) fn plain(database: Database, resource: &Resource, filter: &Filter) -> Cond {
    let nothing = &mut |_: &EmbedTest| Expr::cust("1 = 0");
    self::filter(Scope::of(database, resource), filter, nothing)
}

pub(super) fn predicate(scope: Scope<'_>, condition: &Condition) -> Expr {
    let Scope {
        database, resource, ..
    } = scope;
    let column = scope.place(condition.column, &condition.path);
    let expression = match &condition.test {
        Test::Compare(operator, value) => {
            let compared = compare(database, column, *operator, value);
            match Nearby::of(database, resource, condition) {
                Some(nearby) => compared.and(nearby.expression(&scope.stored(condition.column))),
                None => compared,
            }
        }
        Test::In(values) if values.is_empty() => Expr::cust("1 = 0"),
        Test::In(values) if values::as_array(database, resource, condition) => {
            let items = Value::Array(values.clone());
            column.eq(PgFunc::any(Expr::val(bind(database, &items))))
        }
        Test::In(values) => {
            column.is_in(values.iter().map(|value| Expr::val(bind(database, value))))
        }
        // An index is of what is stored.
        Test::Is(IsTest::Null | IsTest::Unknown)
            if database == Database::Sqlite && condition.path.is_empty() =>
        {
            scope.stored(condition.column).is_null()
        }
        Test::Is(IsTest::NotNull) if database == Database::Sqlite && condition.path.is_empty() => {
            scope.stored(condition.column).is_not_null()
        }
        Test::Is(test) => match test {
            IsTest::Null | IsTest::Unknown => column.is_null(),
            IsTest::NotNull => column.is_not_null(),
            IsTest::True => column.is(Expr::Constant(true.into())),
            IsTest::False => column.is(Expr::Constant(false.into())),
        },
        Test::Search {
            operator,
            configuration,
            as_it_is,
            query,
        } => {
            let configuration = configuration.as_deref();
            let document = if *as_it_is {
                column
            } else {
                search("to_tsvector", configuration, column)
            };
            let query = Expr::val(bind(database, query));
            document.binary(
                PgBinOper::Matches,
                search(reader(*operator), configuration, query),
            )
        }
    };
    if condition.negated {
        expression.not()
    } else {
        expression
    }
}

/// The function that reads what an operator searches for.
fn reader(operator: Operator) -> &'static str {
    match operator {
        Operator::Plfts => "plainto_tsquery",
        Operator::Phfts => "phraseto_tsquery",
        Operator::Wfts => "websearch_to_tsquery",
        _ => "to_tsquery",
    }
}

/// The configuration stands in the text, since an index over an expression names one too.
fn search(function: &'static str, configuration: Option<&str>, argument: Expr) -> Expr {
    let configuration =
        configuration.map(|name| Expr::cust(quote::literal(name)).cast_as("regconfig"));
    Func::cust(function)
        .args(configuration.into_iter().chain([argument]))
        .into()
}

fn compare(database: Database, column: Expr, operator: Operator, value: &Value) -> Expr {
    let bound = Expr::val(bind(database, value));
    match (operator, database) {
        (Operator::Eq, _) => column.eq(bound),
        (Operator::Neq, _) => column.ne(bound),
        (Operator::Gt, _) => column.gt(bound),
        (Operator::Gte, _) => column.gte(bound),
        (Operator::Lt, _) => column.lt(bound),
        (Operator::Lte, _) => column.lte(bound),
        (Operator::Isdistinct, _) => column.binary(BinOper::Custom("IS DISTINCT FROM"), bound),
        (Operator::Like, Database::Postgres) => column.binary(BinOper::Like, bound),
        (Operator::Ilike, Database::Postgres) => column.binary(PgBinOper::ILike, bound),
        (Operator::Like, Database::Sqlite) => like(column, value),
        (Operator::Ilike, Database::Sqlite) => like(Func::lower(column).into(), &lowered(value)),
        (Operator::Match, _) => column.binary(PgBinOper::Regex, bound),
        (Operator::Imatch, _) => column.binary(PgBinOper::RegexCaseInsensitive, bound),
        (Operator::Cs | Operator::Cd | Operator::Ov, Database::Sqlite) => {
            compare_stored_arrays(column, operator, bound)
        }
        (Operator::Cs, _) => column.binary(PgBinOper::Contains, bound),
        (Operator::Cd, _) => column.binary(PgBinOper::Contained, bound),
        (Operator::Ov, _) => column.binary(PgBinOper::Overlap, bound),
        (Operator::Sl, _) => column.binary(BinOper::Custom("<<"), bound),
        (Operator::Sr, _) => column.binary(BinOper::Custom(">>"), bound),
        (Operator::Nxr, _) => column.binary(BinOper::Custom("&<"), bound),
        (Operator::Nxl, _) => column.binary(BinOper::Custom("&>"), bound),
        (Operator::Adj, _) => column.binary(BinOper::Custom("-|-"), bound),
        // The planner makes tests of their own of these.
        (
            Operator::In
            | Operator::Is
            | Operator::Fts
            | Operator::Plfts
            | Operator::Phfts
            | Operator::Wfts,
            _,
        ) => column.eq(bound),
    }
}

/// SQLite knows no escape character unless told, PostgreSQL's is the backslash.
fn like(column: Expr, pattern: &Value) -> Expr {
    match pattern {
        Value::Text(pattern) => column.like(LikeExpr::new(pattern).escape('\\')),
        other => column.eq(Expr::val(bind(Database::Sqlite, other))),
    }
}

/// Arrays in SQLite are JSON (see `codec::bind`). Null has no answer, as in PostgreSQL.
fn compare_stored_arrays(column: Expr, operator: Operator, bound: Expr) -> Expr {
    let (pattern, first, second) = match operator {
        Operator::Cs => (ALL_WITHIN, bound, column.clone()),
        Operator::Cd => (ALL_WITHIN, column.clone(), bound),
        _ => (ANY_WITHIN, column.clone(), bound),
    };
    let test = Expr::cust_with_exprs(pattern, [first, second]);
    Expr::case(column.is_not_null(), test).into()
}

const ALL_WITHIN: &str = "NOT EXISTS (SELECT 1 FROM json_each(?) AS one \
     WHERE one.value NOT IN (SELECT value FROM json_each(?)))";
const ANY_WITHIN: &str = "EXISTS (SELECT 1 FROM json_each(?) AS one \
     WHERE one.value IN (SELECT value FROM json_each(?)))";
