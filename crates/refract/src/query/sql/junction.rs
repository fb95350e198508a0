//! The pairs of a many-to-many relation, whose table is no resource.

use std::borrow::Cow;

use reflect::snapshot::Database;
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, IntoIden, OnConflict, PostgresQueryBuilder, Query, SqliteQueryBuilder,
    TableRef,
};

use super::{
    Draft, MAX_PARAMETERS, Rendered, Statement, Statements, shape::Shape, sqlite_table,
    values::Values,
};
use crate::{
    catalog::Junction,
    codec::{Value, bind},
};

impl Statements {
    /// Pairs one row with others, where they are not yet.
    pub fn link<'plan>(
        &self,
        junction: &Junction,
        near: &'plan [Value],
        far: &'plan [Vec<Value>],
    ) -> Vec<Statement<'plan>> {
        let width = near.len() + junction.far.len();
        let statements = far.chunks(MAX_PARAMETERS / width.max(1)).map(|far| {
            let pairs = far.iter().flat_map(|far| near.iter().chain(far));
            let values: Values<'_> = pairs.map(Cow::Borrowed).collect();
            self.statement(Some(Shape::of_link(junction, far.len())), values, || {
                Draft::of(link(self.database, junction, near, far), true)
            })
        });
        statements.collect()
    }

    /// Takes a row's pairs away: all of them, or the one with another row.
    pub fn unlink<'plan>(
        &self,
        junction: &Junction,
        near: &'plan [Value],
        far: Option<&'plan [Value]>,
    ) -> Statement<'plan> {
        let far = far.unwrap_or_default();
        let values = near.iter().chain(far).map(Cow::Borrowed).collect();
        self.statement(
            Some(Shape::of_unlink(junction, !far.is_empty())),
            values,
            || Draft::of(unlink(self.database, junction, near, far), true),
        )
    }

    /// Whether two rows are a pair: one row, or none.
    pub fn linked<'plan>(
        &self,
        junction: &Junction,
        near: &'plan [Value],
        far: &'plan [Value],
    ) -> Statement<'plan> {
        let values = near.iter().chain(far).map(Cow::Borrowed).collect();
        self.statement(Some(Shape::of_linked(junction)), values, || {
            Draft::of(linked(self.database, junction, near, far), true)
        })
    }
}

fn link(database: Database, junction: &Junction, near: &[Value], far: &[Vec<Value>]) -> Rendered {
    let near_columns = junction.near.iter().map(|(_, column)| Alias::new(column));
    let far_columns = junction.far.iter().map(|(column, _)| Alias::new(column));
    let mut query = Query::insert();
    query
        .into_table(table(database, junction))
        .columns(near_columns.chain(far_columns))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .returning(Query::returning().expr(Expr::cust("1")));
    for far in far {
        let values = near.iter().chain(far);
        query.values_panic(values.map(|value| Expr::val(bind(database, value))));
    }
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

fn unlink(database: Database, junction: &Junction, near: &[Value], far: &[Value]) -> Rendered {
    let mut query = Query::delete();
    query
        .from_table(table(database, junction))
        .returning(Query::returning().expr(Expr::cust("1")));
    for condition in conditions(database, junction, near, far) {
        query.and_where(condition);
    }
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

fn linked(database: Database, junction: &Junction, near: &[Value], far: &[Value]) -> Rendered {
    let mut query = Query::select();
    query.expr(Expr::cust("1")).from(table(database, junction));
    for condition in conditions(database, junction, near, far) {
        query.and_where(condition);
    }
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

fn conditions(database: Database, junction: &Junction, near: &[Value], far: &[Value]) -> Vec<Expr> {
    let near_columns = junction.near.iter().map(|(_, column)| column);
    let far_columns = junction.far.iter().map(|(column, _)| column);
    let near = near_columns.zip(near);
    let pairs = near.chain(far_columns.zip(far));
    pairs
        .map(|(column, value)| Expr::col(Alias::new(column)).eq(Expr::val(bind(database, value))))
        .collect()
}

pub(super) fn table(database: Database, junction: &Junction) -> TableRef {
    match database {
        Database::Postgres => (Alias::new(&junction.schema), Alias::new(&junction.table)).into(),
        Database::Sqlite => Alias::new(sqlite_table(&junction.schema, &junction.table))
            .into_iden()
            .into(),
    }
}
