//! Plans → SQL text and values to bind. Total: refuses nothing.
//!
//! Plans that differ in their values only have one text ([`shape`]), which is rendered once
//! ([`render`]) and kept; per request there is a look-up and a walk over the values ([`values`]).

mod creation;
mod generations;
mod json_path;
mod junction;
mod merge_patch;
mod nearby;
mod predicate;
mod recordset;
mod render;
pub mod sets;
mod shape;
mod statement;
mod texts;
mod tree;
mod values;

use std::{
    borrow::Cow,
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

use reflect::snapshot::{Database, TableKind};

pub use self::{
    generations::{Found, Generations},
    statement::{KeyType, Many, Sql, Statement, TableId},
};
use self::{render::Rendered, shape::Shape, texts::Texts, values::Values};
use super::{
    operators::Operator,
    plan::{
        Assign, Condition, Conflict, Delete, Filter, Insert, Select, Test, Update, VisibleFilter,
        select_node::Query,
    },
};
use crate::{
    catalog::{Resource, Type},
    codec::Value,
};

/// Most parameters of one statement: a 16-bit count in PostgreSQL's protocol, SQLite's own default
/// is 32 766.
const MAX_PARAMETERS: usize = 32_766;

/// Most rows of a page that is put together before it is answered, where that is of use.
pub const SHORT_ROWS: u64 = 101;

/// What a locked row is kept from. Others may refer to it in either case, as foreign keys do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lock {
    /// Every change.
    Change,
    /// Being deleted, or getting another key.
    Key,
}

/// Renders statements for one kind of database, and keeps their texts.
#[derive(Debug)]
pub struct Statements {
    database: Database,
    /// Addresses of resources whose tables have turned out to have no `xmax`.
    without_system_columns: RwLock<HashSet<usize>>,
    /// Those whose triggers or rules have been found to leave rows out: which, a statement for each
    /// row tells.
    row_by_row: RwLock<HashSet<usize>>,
    texts: Texts,
}

impl Statements {
    /// `cache_bytes` is what the texts and their keys may take together.
    pub fn new(database: Database, cache_bytes: usize) -> Self {
        Self {
            database,
            without_system_columns: RwLock::default(),
            row_by_row: RwLock::default(),
            texts: Texts::new(cache_bytes),
        }
    }

    /// The kind of database that statements are rendered for.
    pub fn database(&self) -> Database {
        self.database
    }

    /// The statement of a read.
    pub fn select<'plan>(&self, plan: &'plan Select) -> Statement<'plan> {
        self.statement(
            Some(Shape::of_select(self.database, plan)),
            values::of_select(self.database, plan),
            || Draft {
                rendered: render::select(self.database, plan),
                many: self.many(plan),
                returns: types(&plan.from, &plan.columns),
                table: TableId::of(&plan.from),
                quick: is_quick_read(plan),
            },
        )
    }

    /// The statement of a read that embeds related rows.
    pub fn query<'plan>(&self, plan: &'plan Query) -> Statement<'plan> {
        self.statement(
            Some(Shape::of_query(self.database, plan)),
            values::of_query(self.database, plan),
            || {
                let quick = plan.parent.is_none() && is_key(&plan.root.from, &plan.root.filter);
                Draft::of(tree::query(self.database, plan), quick).about(&plan.root.from)
            },
        )
    }

    /// The statement that asks the planner how many rows a read has on all its pages.
    pub fn explain<'plan>(&self, plan: &'plan Query) -> Statement<'plan> {
        self.statement(
            Some(Shape::of_explain(self.database, plan)),
            values::of_all(self.database, plan),
            || Draft::of(tree::explain(self.database, plan), true).about(&plan.root.from),
        )
    }

    /// The read of [`Self::select`], that locks the rows until the transaction ends.
    pub fn select_locked<'plan>(&self, plan: &'plan Select, lock: Lock) -> Statement<'plan> {
        self.statement(
            Some(Shape::of_locked(self.database, plan, lock)),
            values::of_select(self.database, plan),
            || {
                let quick = is_key(&plan.from, &plan.filter);
                let rendered = render::select_locked(self.database, plan, lock);
                Draft::of(rendered, quick).returning(&plan.from, &plan.columns)
            },
        )
    }

    /// How many rows there are with these conditions, counted up to `limit`: one row of one number.
    pub fn count<'plan>(
        &self,
        resource: &Resource,
        filter: &'plan VisibleFilter,
        limit: u64,
    ) -> Statement<'plan> {
        self.statement(
            Some(Shape::of_count(self.database, resource, filter, limit)),
            values::of_filter(self.database, resource, filter),
            || {
                let rendered = render::count(self.database, resource, filter, limit);
                Draft::of(rendered, false).about(resource)
            },
        )
    }

    /// How many statements an insert takes.
    pub fn inserts(&self, plan: &Insert) -> usize {
        if self.is_recordset(plan) {
            return 1;
        }
        plan.rows.len().div_ceil(self.at_once(plan))
    }

    fn is_recordset(&self, plan: &Insert) -> bool {
        plan.rows.len() > 1
            && !contains(&self.row_by_row, &plan.into)
            && recordset::fits(self.database, plan, self.tells_new(plan))
    }

    /// Rows of an insert that one statement takes.
    fn at_once(&self, plan: &Insert) -> usize {
        match (self.database, &plan.conflict) {
            (Database::Sqlite, _) | (_, Conflict::Ignore { .. }) => 1,
            (_, Conflict::Merge { .. }) if !self.tells_new(plan) => 1,
            _ if contains(&self.row_by_row, &plan.into) => 1,
            (Database::Postgres, _) => (MAX_PARAMETERS / plan.columns.len().max(1)).max(1),
        }
    }

    /// The statements of an insert, all or nothing together. On PostgreSQL as few as can be; SQLite
    /// has no `DEFAULT` among values and takes a row each.
    ///
    /// An insert that ignores conflicts has a statement per row, since nothing else tells which
    /// rows were left out. One that merges returns, where [`Self::tells_new`] says so, one boolean
    /// more than the plan's columns: whether the row is a new one. Elsewhere it too has a statement
    /// per row.
    pub fn insert<'plan>(&self, plan: &'plan Insert) -> Vec<Statement<'plan>> {
        let tells_new = self.tells_new(plan);
        if self.is_recordset(plan) {
            let statement = self.statement(
                Some(Shape::of_recordset(plan, tells_new)),
                vec![Cow::Owned(recordset::value(plan))],
                || {
                    let rendered = render::insert_recordset(plan, tells_new);
                    Draft::of(rendered, true).returning(&plan.into, &plan.returning)
                },
            );
            return vec![statement];
        }
        let statements = plan.rows.chunks(self.at_once(plan)).map(|rows| {
            self.statement(
                Shape::of_insert(plan, rows, tells_new),
                values::of_insert(plan, rows),
                || {
                    let rendered = render::insert(self.database, plan, rows, tells_new);
                    Draft::of(rendered, true).returning(&plan.into, &plan.returning)
                },
            )
        });
        statements.collect()
    }

    /// Whether the rows that a merging insert returns say which of them are new.
    ///
    /// `xmax` says it, also where somebody else has inserted the row in the meantime. Partitioned
    /// tables have none to return, and some of PostgreSQL's kin have none at all.
    pub fn tells_new(&self, plan: &Insert) -> bool {
        self.database == Database::Postgres
            && !plan.into.partitioned
            && matches!(plan.conflict, Conflict::Merge { .. })
            && !contains(&self.without_system_columns, &plan.into)
    }

    /// Does without system columns of this table from here on: it has none.
    pub fn forgo_system_columns(&self, of: &Resource) {
        insert(&self.without_system_columns, of);
    }

    /// Inserts rows of this table one by one from here on: some were left out.
    pub fn insert_row_by_row(&self, of: &Resource) {
        insert(&self.row_by_row, of);
    }

    /// The statement of an update.
    pub fn update<'plan>(&self, plan: &'plan Update) -> Statement<'plan> {
        let merges = |(_, assign): &(usize, Assign)| matches!(assign, Assign::Merge(_));
        if plan.set.iter().any(merges) {
            // The keys of the patch make its text: not one to be used again.
            let (text, rendered) = render::update(self.database, plan);
            return Statement {
                sql: Arc::new(Sql {
                    returns: types(&plan.table, &plan.returning),
                    table: TableId::of(&plan.table),
                    ..Sql::once(text)
                }),
                values: values::unbound(rendered),
                bounded: false,
            };
        }
        self.statement(
            Some(Shape::of_update(self.database, plan)),
            values::of_update(self.database, plan),
            || {
                let quick = is_key(&plan.table, &plan.filter);
                let rendered = render::update(self.database, plan);
                Draft::of(rendered, quick).returning(&plan.table, &plan.returning)
            },
        )
    }

    /// The statement of a delete; returns a row per deleted row, though it may be of nothing.
    pub fn delete<'plan>(&self, plan: &'plan Delete) -> Statement<'plan> {
        self.statement(
            Some(Shape::of_delete(self.database, plan)),
            values::of_filter(self.database, &plan.from, &plan.filter),
            || {
                let quick = is_key(&plan.from, &plan.filter);
                let rendered = render::delete(self.database, plan);
                Draft::of(rendered, quick).returning(&plan.from, &plan.returning)
            },
        )
    }

    /// A statement about a resource whose text was written elsewhere; kept under that text.
    pub fn written(
        &self,
        about: &Resource,
        text: String,
        values: Vec<Value>,
    ) -> Statement<'static> {
        Statement {
            sql: self.texts.written(TableId::of(about), text),
            values: values.into_iter().map(Cow::Owned).collect(),
            bounded: false,
        }
    }

    /// The form for many keys, where keys can be told apart by their bytes.
    fn many(&self, plan: &Select) -> Option<Many> {
        let (Database::Postgres, Some([key, others @ ..]), None) =
            (self.database, plan.filter.plain(), plan.limit)
        else {
            return None;
        };
        // The imposed conditions are the same for all keys.
        if plan.from.key != [key.column] || others.len() != plan.filter.imposed().len() {
            return None;
        }
        let key_type = match plan.from.columns[key.column].data_type {
            Type::Text { .. } => KeyType::Text,
            Type::Int2 | Type::Int4 | Type::Int8 => KeyType::Integer,
            Type::Uuid => KeyType::Uuid,
            _ => return None,
        };
        let (text, _) = render::select_many(self.database, plan, key.column);
        Some(Many {
            sql: Arc::new(Sql {
                returns: types(&plan.from, &plan.columns),
                table: TableId::of(&plan.from),
                ..Sql::kept(text, None, true)
            }),
            key: key_type,
        })
    }

    /// A statement whose text is kept under its shape, if it has one.
    fn statement<'plan>(
        &self,
        shape: Option<Shape>,
        values: Values<'plan>,
        draft: impl FnOnce() -> Draft,
    ) -> Statement<'plan> {
        if let Some(sql) = shape.as_ref().and_then(|shape| self.texts.find(shape)) {
            return Statement {
                sql,
                values,
                bounded: false,
            };
        }
        let draft = draft();
        let (text, rendered) = draft.rendered;
        debug_assert!(values::agree(self.database, &values, &rendered), "{text}");
        let sql = match shape {
            Some(shape) if text.len() <= texts::MAX_KEPT_BYTES => {
                let sql = Sql {
                    returns: draft.returns,
                    table: draft.table,
                    ..Sql::kept(text, draft.many, draft.quick)
                };
                self.texts.keep(shape, Arc::new(sql))
            }
            _ => Arc::new(Sql {
                returns: draft.returns,
                table: draft.table,
                ..Sql::once(text)
            }),
        };
        Statement {
            sql,
            values,
            bounded: false,
        }
    }
}

/// A text that is not there yet.
struct Draft {
    rendered: Rendered,
    many: Option<Many>,
    returns: Vec<Type>,
    table: TableId,
    /// Whether it is taken to be quick before it has ever run: it follows a key.
    quick: bool,
}

impl Draft {
    fn of(rendered: Rendered, quick: bool) -> Self {
        Self {
            rendered,
            many: None,
            returns: Vec::new(),
            table: TableId::default(),
            quick,
        }
    }

    fn about(self, resource: &Resource) -> Self {
        Self {
            table: TableId::of(resource),
            ..self
        }
    }

    fn returning(self, resource: &Resource, columns: &[usize]) -> Self {
        Self {
            returns: types(resource, columns),
            ..self.about(resource)
        }
    }
}

fn types(resource: &Resource, columns: &[usize]) -> Vec<Type> {
    columns
        .iter()
        .map(|&column| resource.columns[column].data_type.clone())
        .collect()
}

fn contains(these: &RwLock<HashSet<usize>>, resource: &Resource) -> bool {
    let these = these.read().unwrap_or_else(PoisonError::into_inner);
    these.contains(&address(resource))
}

fn insert(these: &RwLock<HashSet<usize>>, resource: &Resource) {
    let mut these = these.write().unwrap_or_else(PoisonError::into_inner);
    these.insert(address(resource));
}

/// What tells a resource from others: they live as long as the process serves.
fn address(resource: &Resource) -> usize {
    std::ptr::from_ref(resource).addr()
}

/// One row by its key, or the first rows in key order.
fn is_quick_read(plan: &Select) -> bool {
    let resource = &plan.from;
    let in_key_order = plan.filter.is_empty()
        && plan.offset.is_none()
        && plan.order.iter().map(|term| &term.column).eq(&resource.key);
    is_key(resource, &plan.filter) || in_key_order && resource.kind == TableKind::Table
}

/// Whether conditions are the key of a table. A view may take any time for one row.
fn is_key(resource: &Resource, filter: &Filter) -> bool {
    let Some(conditions) = filter.plain() else {
        return false;
    };
    let column = |condition: &Condition| {
        let equals = matches!(condition.test, Test::Compare(Operator::Eq, _));
        (equals && !condition.negated && condition.path.is_empty()).then_some(condition.column)
    };
    resource.kind == TableKind::Table
        && !conditions.is_empty()
        && conditions
            .iter()
            .filter(|condition| !matches!(condition.test, Test::Is(_)))
            .map(column)
            .eq(resource.key.iter().copied().map(Some))
}

/// The name of a table in SQLite, which has no schemas in PostgreSQL's sense: the sandbox keeps
/// those apart that are not in a default schema.
pub fn sqlite_table(schema: &str, table: &str) -> String {
    match schema {
        "main" | "public" => table.to_owned(),
        other => format!("{other}.{table}"),
    }
}
