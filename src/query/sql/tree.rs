//! Reads that embed related rows → one SQL statement.
//!
//! An embedded relation is a subquery in the list of outputs. On PostgreSQL its rows are records,
//! `ARRAY(SELECT ROW(…))`, which the codec reads in binary as it reads any row; on SQLite they are
//! JSON arrays of SQL literals, which keep what JSON has no types for.

use reflect::snapshot::Database;
use sea_orm::sea_query::{
    Alias, Cond, Expr, ExprTrait, Func, JoinType, Order, Query as Builder, SelectStatement,
    TableRef, UnionType,
};

use super::{
    predicate::{Scope, filter, predicate},
    render::{Rendered, as_read, bound, finish_select, order_by, table},
    sqlite_table,
};
use crate::{
    catalog::{Join, Junction, Resource},
    codec::{Value, bind},
    query::{
        parse::{Aggregate, Count},
        plan::{
            After, Bound, EXACT_ESTIMATE,
            level::{Embed, EmbedTest, Level, LevelOrder, Output, Parent, Query, ValueOutput},
        },
    },
};

/// The statement of a read.
pub(super) fn query(database: Database, plan: &Query) -> Rendered {
    let mut tree = Tree {
        database,
        taken: Vec::new(),
    };
    let alias = tree.alias(&plan.root.from, 0);
    let statement = if plan.is_enveloped() {
        tree.envelope(plan, &alias)
    } else {
        let place = At {
            alias: &alias,
            depth: 0,
        };
        tree.rows(
            &plan.root,
            place,
            |_, query, outputs| {
                query.exprs(outputs);
            },
            |_, _| {},
        )
    };
    finish_select(database, &statement)
}

/// The statement that asks the planner how many rows there are.
pub(super) fn explain(database: Database, plan: &Query) -> Rendered {
    let mut tree = Tree {
        database,
        taken: Vec::new(),
    };
    let (text, values) = finish_select(database, &tree.all(plan));
    (format!("EXPLAIN (FORMAT JSON) {text}"), values)
}

struct Tree {
    database: Database,
    /// Names of tables in the statement so far.
    taken: Vec<String>,
}

/// A level's place in the statement.
#[derive(Clone, Copy)]
struct At<'a> {
    alias: &'a str,
    depth: usize,
}

/// What restricts the rows of a level from outside of it.
type Joined<'a> = dyn FnMut(&mut Tree, &mut SelectStatement) + 'a;

impl Tree {
    /// A name for a table that no other has: the table's own at the root, with its depth below.
    fn alias(&mut self, resource: &Resource, depth: usize) -> String {
        let mut alias = match depth {
            0 => resource.table.clone(),
            depth => format!("{}_{depth}", resource.table),
        };
        while self.taken.contains(&alias) {
            alias.push('_');
        }
        self.taken.push(alias.clone());
        alias
    }

    fn scope<'a>(&self, level: &'a Level, at: At<'a>) -> Scope<'a> {
        Scope {
            database: self.database,
            resource: &level.from,
            alias: Some(at.alias),
        }
    }

    /// One row: whether the parent is there, how many rows there are, and the rows.
    fn envelope(&mut self, plan: &Query, alias: &str) -> SelectStatement {
        let mut query = Builder::select();
        if let Some(parent) = &plan.parent {
            query.expr(Expr::exists(self.parent(parent, None)));
        }
        if plan.counts_rows() {
            let counted = self.count(plan);
            query.expr(subquery(counted));
        }
        let at = At { alias, depth: 0 };
        let rows = self.list(&plan.root, at, &mut |tree, query| {
            if let Some(parent) = &plan.parent {
                let rows = Some((&*plan.root.from, alias));
                let parent = tree.parent(parent, rows);
                query.and_where(Expr::exists(parent));
            }
        });
        query.expr(rows);
        query
    }

    /// The rows of all pages, counted: to the end, or as far as an estimate need be exact.
    fn count(&mut self, plan: &Query) -> SelectStatement {
        let mut rows = self.all(plan);
        if plan.count != Some(Count::Estimated) {
            rows.clear_selects().expr(Expr::cust("COUNT(*)"));
            return rows;
        }
        rows.limit(EXACT_ESTIMATE + 1);
        let mut count = Builder::select();
        count
            .expr(Expr::cust("COUNT(*)"))
            .from_subquery(rows, "counted");
        count
    }

    /// The rows of all pages.
    fn all(&mut self, plan: &Query) -> SelectStatement {
        let alias = self.alias(&plan.root.from, 1);
        let at = At {
            alias: &alias,
            depth: 1,
        };
        let mut query = self.from(&plan.root, at);
        query.expr(Expr::cust("1"));
        self.restrict(&plan.root, at, &mut query);
        if let Some(parent) = &plan.parent {
            let rows = Some((&*plan.root.from, alias.as_str()));
            let parent = self.parent(parent, rows);
            query.and_where(Expr::exists(parent));
        }
        if plan.root.grouped {
            self.group(&plan.root, at, &mut query);
        }
        query
    }

    /// The parent's row; with `rows`, where it is related to them.
    fn parent(&mut self, parent: &Parent, rows: Option<(&Resource, &str)>) -> SelectStatement {
        let alias = self.alias(&parent.resource, 1);
        let mut query = Builder::select();
        query
            .expr(Expr::cust("1"))
            .from(self.table_as(&parent.resource, &alias));
        let scope = Scope {
            database: self.database,
            resource: &parent.resource,
            alias: Some(&alias),
        };
        for condition in &parent.key {
            query.and_where(predicate(scope, condition));
        }
        if let Some((resource, alias)) = rows {
            let rows = Scope {
                database: self.database,
                resource,
                alias: Some(alias),
            };
            self.join(&mut query, &parent.join, scope, rows);
        }
        query
    }

    /// Rows of a level as a list in one value.
    fn list(&mut self, level: &Level, at: At<'_>, joined: &mut Joined<'_>) -> Expr {
        match self.database {
            Database::Postgres => {
                let rows = self.rows(
                    level,
                    at,
                    |tree, query, outputs| {
                        query.expr(tree.record(level, outputs));
                    },
                    joined,
                );
                Func::cust("ARRAY").arg(subquery(rows)).into()
            }
            Database::Sqlite => {
                let rows = self.rows(
                    level,
                    at,
                    |tree, query, outputs| {
                        query.expr_as(tree.record(level, outputs), "row");
                    },
                    joined,
                );
                let mut list = Builder::select();
                let row = Func::cust("json").arg(Expr::col("row"));
                list.expr(Func::cust("json_group_array").arg(row))
                    .from_subquery(rows, "rows");
                as_json(subquery(list))
            }
        }
    }

    /// An embedded relation as one value.
    fn embed(&mut self, embed: &Embed, parent: Scope<'_>, depth: usize) -> Expr {
        let alias = self.alias(&embed.level.from, depth);
        let at = At {
            alias: &alias,
            depth,
        };
        let joined = &mut |tree: &mut Tree, query: &mut SelectStatement| {
            let rows = Scope {
                database: tree.database,
                resource: &embed.level.from,
                alias: Some(at.alias),
            };
            tree.join(query, &embed.join, parent, rows);
        };
        if !embed.is_to_one {
            return self.list(&embed.level, at, joined);
        }
        let row = self.rows(
            &embed.level,
            at,
            |tree, query, outputs| {
                query.expr(tree.record(&embed.level, outputs));
            },
            joined,
        );
        match self.database {
            Database::Postgres => subquery(row),
            Database::Sqlite => as_json(subquery(row)),
        }
    }

    /// A row as one value.
    fn record(&self, level: &Level, outputs: Vec<Expr>) -> Expr {
        match self.database {
            Database::Postgres => Func::cust("ROW").args(outputs).into(),
            Database::Sqlite => {
                let values = outputs.into_iter().enumerate().map(|(at, value)| {
                    match level.outputs.get(at) {
                        Some(Output::Embed(_)) => value,
                        _ => Func::cust("quote").arg(value).into(),
                    }
                });
                Func::cust("json_array").args(values).into()
            }
        }
    }

    /// Rows of a level. `select` puts its outputs into the statement, `joined` restricts it.
    fn rows(
        &mut self,
        level: &Level,
        at: At<'_>,
        select: impl FnOnce(&Self, &mut SelectStatement, Vec<Expr>),
        mut joined: impl FnMut(&mut Tree, &mut SelectStatement),
    ) -> SelectStatement {
        let mut outputs = self.outputs(level, at);
        let ranges = level.ranges();
        let is_page = level.limit.is_some() || level.offset.is_some();
        if ranges == 1 && !(is_page && level.shows_embeds() && !level.grouped) {
            let (mut query, orders) = self.page(level, at, 0, &mut joined);
            outputs.extend(self.marks(level, &orders));
            select(self, &mut query, outputs);
            self.group(level, at, &mut query);
            self.order(level, &mut query, orders);
            bound(self.database, &mut query, level.limit, level.offset);
            return query;
        }
        // First the page, then what its rows embed: not for the rows that are passed over.
        let mut orders = Vec::new();
        let mut pages = Vec::with_capacity(ranges);
        for range in 0..ranges {
            let (mut page, inner) = self.page(level, at, range, &mut joined);
            page.column((Alias::new(at.alias), sea_orm::sea_query::Asterisk));
            let terms = level.order.iter().zip(&inner).enumerate();
            orders = terms
                .map(|(number, (term, order))| {
                    if term.is_column(term.place.column) {
                        return order.clone();
                    }
                    let name = format!("order {number}");
                    page.expr_as(order.clone(), name.clone());
                    Expr::col((Alias::new(at.alias), Alias::new(name)))
                })
                .collect();
            self.order(level, &mut page, inner);
            bound(self.database, &mut page, level.limit, level.offset);
            pages.push(page);
        }
        let mut outer = Builder::select();
        outer.from_subquery(self.together(pages, at), Alias::new(at.alias));
        outputs.extend(self.marks(level, &orders));
        select(self, &mut outer, outputs);
        self.order(level, &mut outer, orders);
        if ranges > 1 {
            bound(self.database, &mut outer, level.limit, None);
        }
        outer
    }

    /// One of the ranges of a level's rows, and what they are ordered by.
    fn page(
        &mut self,
        level: &Level,
        at: At<'_>,
        range: usize,
        joined: &mut dyn FnMut(&mut Tree, &mut SelectStatement),
    ) -> (SelectStatement, Vec<Expr>) {
        let mut query = self.from(level, at);
        joined(self, &mut query);
        let orders = self.restrict(level, at, &mut query);
        if let Some(after) = &level.after {
            query.and_where(self.after(level, after, range, &orders));
        }
        (query, orders)
    }

    /// Pages one after the other. Each is a subquery: neither database takes an order within a
    /// union otherwise.
    fn together(&self, mut pages: Vec<SelectStatement>, at: At<'_>) -> SelectStatement {
        if pages.len() == 1 {
            return pages.remove(0);
        }
        let mut all = pages.into_iter().map(|page| {
            let mut whole = Builder::select();
            whole
                .column(sea_orm::sea_query::Asterisk)
                .from_subquery(page, Alias::new(at.alias));
            whole
        });
        let mut first = all.next().unwrap_or_default();
        for page in all {
            first.union(UnionType::All, page);
        }
        first
    }

    /// The condition of one of the ranges after a row.
    fn after(&self, level: &Level, after: &After, range: usize, orders: &[Expr]) -> Expr {
        let bound = |value: &Value| Expr::val(bind(self.database, value));
        let beyond = |expression: Expr, value: Expr, descending| {
            if descending {
                expression.lt(value)
            } else {
                expression.gt(value)
            }
        };
        match after {
            After::Row(values) => {
                let descending = level.order.first().is_some_and(|term| term.descending);
                match (orders, values.as_slice()) {
                    ([order], [value]) => beyond(order.clone(), bound(value), descending),
                    _ => {
                        let row = Expr::tuple(orders.iter().cloned());
                        beyond(row, Expr::tuple(values.iter().map(bound)), descending)
                    }
                }
            }
            After::Ranges(ranges) => {
                let Some(range) = ranges.get(range) else {
                    return Expr::cust("1 = 0");
                };
                let conditions = range.iter().map(|(term, test)| {
                    let expression = orders[*term].clone();
                    match test {
                        Bound::Equal(value) => expression.eq(bound(value)),
                        Bound::Beyond(value) => {
                            beyond(expression, bound(value), level.order[*term].descending)
                        }
                        Bound::Null => expression.is_null(),
                        Bound::NotNull => expression.is_not_null(),
                    }
                });
                conditions
                    .reduce(Expr::and)
                    .unwrap_or_else(|| Expr::cust("1 = 1"))
            }
        }
    }

    /// What rows are ordered by, as the codec reads it.
    fn marks(&self, level: &Level, orders: &[Expr]) -> Vec<Expr> {
        if !level.marked {
            return Vec::new();
        }
        let marks = level.order.iter().zip(orders).map(|(term, order)| {
            let resource = match term.embed {
                None => &level.from,
                Some(embed) => &level.embeds[embed].level.from,
            };
            if term.place.path.is_empty() {
                as_read(
                    self.database,
                    &resource.columns[term.place.column],
                    order.clone(),
                )
            } else {
                order.clone()
            }
        });
        marks.collect()
    }

    fn from(&self, level: &Level, at: At<'_>) -> SelectStatement {
        let mut query = Builder::select();
        query.from(self.table_as(&level.from, at.alias));
        query
    }

    /// Filters the rows of a level, and gives what they are ordered by.
    fn restrict(&mut self, level: &Level, at: At<'_>, query: &mut SelectStatement) -> Vec<Expr> {
        let scope = self.scope(level, at);
        let mut joined = Vec::new();
        for embed in level.ordered_by() {
            let one = &level.embeds[embed];
            let alias = self.alias(&one.level.from, at.depth + 1);
            let rows = Scope {
                database: self.database,
                resource: &one.level.from,
                alias: Some(&alias),
            };
            let on = on(&one.join, scope, rows);
            let inner = At {
                alias: &alias,
                depth: at.depth + 1,
            };
            let on = on.add(self.filter(&one.level, inner));
            let table = self.table_as(&one.level.from, &alias);
            query.join(JoinType::LeftJoin, table, on);
            joined.push((embed, alias));
        }
        let condition = self.filter(level, at);
        query.cond_where(condition);
        level
            .order
            .iter()
            .map(|term| self.ordered(level, scope, term, &joined))
            .collect()
    }

    fn ordered(
        &self,
        level: &Level,
        scope: Scope<'_>,
        term: &LevelOrder,
        joined: &[(usize, String)],
    ) -> Expr {
        let alias = joined
            .iter()
            .find(|(embed, _)| Some(*embed) == term.embed)
            .map(|(embed, alias)| (&level.embeds[*embed], alias));
        let scope = match alias {
            None => scope,
            Some((embed, alias)) => Scope {
                resource: &embed.level.from,
                alias: Some(alias),
                ..scope
            },
        };
        scope.place(term.place.column, &term.place.path)
    }

    fn order(&self, level: &Level, query: &mut SelectStatement, orders: Vec<Expr>) {
        for (term, expression) in level.order.iter().zip(orders) {
            let order = if term.descending {
                Order::Desc
            } else {
                Order::Asc
            };
            let nullable = term.is_nullable(level);
            order_by(
                self.database,
                query,
                expression,
                order,
                term.nulls_first,
                nullable,
            );
        }
    }

    /// The conditions on a level's rows: its own, and that what is `!inner` is there.
    fn filter(&mut self, level: &Level, at: At<'_>) -> Cond {
        let scope = self.scope(level, at);
        let condition = filter(scope, &level.filter, &mut |test: &EmbedTest| {
            let rows = self.exists(&level.embeds[test.embed], scope, at.depth + 1);
            if test.exists { rows } else { rows.not() }
        });
        let mut all = Cond::all().add(condition);
        for embed in level.embeds.iter().filter(|embed| embed.inner) {
            all = all.add(self.exists(embed, scope, at.depth + 1));
        }
        all
    }

    /// Whether an embedded relation has rows.
    fn exists(&mut self, embed: &Embed, parent: Scope<'_>, depth: usize) -> Expr {
        let alias = self.alias(&embed.level.from, depth);
        let at = At {
            alias: &alias,
            depth,
        };
        let rows = self.scope(&embed.level, at);
        let mut query = self.from(&embed.level, at);
        query.expr(Expr::cust("1"));
        self.join(&mut query, &embed.join, parent, rows);
        let condition = self.filter(&embed.level, at);
        query.cond_where(condition);
        Expr::exists(query)
    }

    fn outputs(&mut self, level: &Level, at: At<'_>) -> Vec<Expr> {
        let scope = self.scope(level, at);
        let outputs = level.outputs.iter().map(|output| match output {
            Output::Value(value) => output_value(scope, value),
            Output::Embed(embed) => self.embed(&level.embeds[*embed], scope, at.depth + 1),
        });
        let outputs: Vec<_> = outputs.collect();
        if outputs.is_empty() && at.depth == 0 && !level.marked {
            return vec![Expr::cust("1")];
        }
        outputs
    }

    fn group(&self, level: &Level, at: At<'_>, query: &mut SelectStatement) {
        if !level.grouped {
            return;
        }
        let scope = self.scope(level, at);
        for output in &level.outputs {
            match output {
                Output::Value(value) if value.aggregate.is_none() => {
                    query.add_group_by([input(scope, value)]);
                }
                Output::Value(_) => {}
                Output::Embed(embed) => {
                    let columns = here(&level.embeds[*embed].join);
                    query.add_group_by(columns.into_iter().map(|column| scope.column(column)));
                }
            }
        }
    }

    /// Adds to a query of `rows` that they are related to `parent`, or the other way round.
    fn join(
        &mut self,
        query: &mut SelectStatement,
        join: &Join,
        parent: Scope<'_>,
        rows: Scope<'_>,
    ) {
        if let Join::Through(junction) = join {
            let mut alias = junction.table.clone();
            while self.taken.contains(&alias) {
                alias.push('_');
            }
            self.taken.push(alias.clone());
            let (near, far) = through(junction, &alias, parent, rows);
            let table = self.junction_as(junction, &alias);
            query.join(JoinType::InnerJoin, table, far);
            query.cond_where(near);
        } else {
            query.cond_where(on(join, parent, rows));
        }
    }

    fn table_as(&self, resource: &Resource, alias: &str) -> TableRef {
        table(self.database, resource).alias(Alias::new(alias))
    }

    fn junction_as(&self, junction: &Junction, alias: &str) -> TableRef {
        let table: TableRef = match self.database {
            Database::Postgres => {
                (Alias::new(&junction.schema), Alias::new(&junction.table)).into()
            }
            Database::Sqlite => Alias::new(sqlite_table(&junction.schema, &junction.table)).into(),
        };
        table.alias(Alias::new(alias))
    }
}

/// Pairs of equal columns. What goes through a junction is not known here.
fn on(join: &Join, parent: Scope<'_>, rows: Scope<'_>) -> Cond {
    let mut all = Cond::all();
    if let Join::Direct(pairs) = join {
        for &(here, there) in pairs {
            all = all.add(rows.column(there).eq(parent.column(here)));
        }
    }
    all
}

/// The conditions between a junction and either side.
fn through(junction: &Junction, alias: &str, parent: Scope<'_>, rows: Scope<'_>) -> (Cond, Cond) {
    let column = |name: &String| Expr::col((Alias::new(alias), Alias::new(name)));
    let mut near = Cond::all();
    for (here, name) in &junction.near {
        near = near.add(column(name).eq(parent.column(*here)));
    }
    let mut far = Cond::all();
    for (name, there) in &junction.far {
        far = far.add(column(name).eq(rows.column(*there)));
    }
    (near, far)
}

/// A join's columns in the row around.
fn here(join: &Join) -> Vec<usize> {
    match join {
        Join::Direct(pairs) => pairs.iter().map(|&(here, _)| here).collect(),
        Join::Through(junction) => junction.near.iter().map(|(here, _)| *here).collect(),
    }
}

/// What a value is made of, before it is aggregated and read.
fn input(scope: Scope<'_>, value: &ValueOutput) -> Expr {
    let expression = match &value.field {
        Some(place) => scope.place(place.column, &place.path),
        None => Expr::cust("*"),
    };
    match &value.cast {
        Some(cast) => cast_to(scope.database, expression, cast.name),
        None => expression,
    }
}

fn output_value(scope: Scope<'_>, value: &ValueOutput) -> Expr {
    let input = input(scope, value);
    let Some(aggregate) = value.aggregate else {
        return match (&value.field, &value.cast) {
            (Some(place), None) if place.path.is_empty() => {
                as_read(scope.database, &scope.resource.columns[place.column], input)
            }
            _ => input,
        };
    };
    let aggregated: Expr = Func::cust(aggregate.name()).arg(input).into();
    if let Some(cast) = &value.aggregate_cast {
        return cast_to(scope.database, aggregated, cast.name);
    }
    match (aggregate, &value.field, &value.cast) {
        (Aggregate::Min | Aggregate::Max, Some(place), None) if place.path.is_empty() => {
            let column = &scope.resource.columns[place.column];
            as_read(scope.database, column, aggregated)
        }
        (Aggregate::Min | Aggregate::Max, ..) => aggregated,
        // Counts and sums are integers of 64 bits or decimals, where JSON gets a number.
        _ if scope.database == Database::Postgres
            && value.data_type == crate::catalog::Type::Float8 =>
        {
            aggregated.cast_as("float8")
        }
        _ => aggregated,
    }
}

fn cast_to(database: Database, expression: Expr, name: &'static str) -> Expr {
    match (database, name) {
        (Database::Sqlite, "int4" | "int8") => expression.cast_as("integer"),
        (Database::Sqlite, "float8") => expression.cast_as("real"),
        _ => expression.cast_as(name),
    }
}

fn subquery(query: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(query.into()))
}

/// A subquery's JSON: SQLite forgets on the way out that it is some.
fn as_json(value: Expr) -> Expr {
    Func::cust("json").arg(value).into()
}
