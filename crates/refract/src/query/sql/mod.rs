//! Plans → SQL text and the values that it binds. Total: it refuses no plan.
//!
//! One walk over a plan writes both ([`SqlWriter`]). The text is then looked up among those that are
//! kept ([`statement_cache`]): plans that differ in their values only have one text, which the
//! database prepares once.
//!
//! - [`plain_read`], [`subquery_read`] and [`union_read`] write reads,
//! - [`mutation_sql`], [`with_insert`] and [`junction_rows`] write mutations,
//! - [`column_expr`], [`filter_expr`] and [`json_path`] are what they have in common.

mod column_expr;
mod filter_expr;
mod generations;
mod json_path;
mod junction_rows;
mod merge_patch;
mod moment_bounds;
mod mutation_sql;
mod plain_read;
mod recordset;
mod sql_writer;
mod statement;
mod statement_cache;
mod subquery_read;
pub mod union_plan;
mod union_read;
mod with_insert;

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

use reflect::snapshot::{Database, TableKind};

pub use self::{
    column_expr::TableScope,
    filter_expr::{query_function, shown_filter, sql_operator},
    generations::{CacheHit, Generations},
    mutation_sql::FAILED_CHECK,
    sql_writer::{Chain, Precedence, SqlWriter, sqlite_table},
    statement::{KeyType, Many, Sql, Statement, TableId},
};
use self::{statement::Traits, statement_cache::StatementCache, union_plan::UnionPlan};
use super::{
    operators::Operator,
    plan::{
        Assign, Condition, Conflict, Cte, CteInsert, Delete, Filter, Insert, ReadPlan, Test,
        Update, VisibleFilter, select_node::SelectNode,
    },
};
use crate::catalog::{Resource, ResourceId, Type};

/// The most parameters of one statement: PostgreSQL's protocol has a 16-bit count, and SQLite's
/// default is 32,766.
const MAX_PARAMETERS: usize = 32_766;

/// The most rows of a page that is put together before it is answered, where that is of use.
pub const SHORT_ROWS: u64 = 101;

/// The changes that a lock keeps from a row. Other rows may refer to it in either case, as foreign
/// keys do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lock {
    /// Every change.
    Change,
    /// A delete, or a change of its key.
    Key,
}

/// Writes statements for one kind of database, and keeps their texts.
#[derive(Debug)]
pub struct Statements {
    database: Database,
    /// Resources whose tables have turned out to have no `xmax`.
    without_system_columns: RwLock<HashSet<ResourceId>>,
    /// Resources whose triggers or rules have been found to leave rows out. A statement for each row
    /// tells which rows they leave out.
    row_by_row: RwLock<HashSet<ResourceId>>,
    cache: StatementCache,
}

impl Statements {
    /// `cache_bytes` is the number of bytes that the texts may take together.
    pub fn new(database: Database, cache_bytes: usize) -> Self {
        Self {
            database,
            without_system_columns: RwLock::default(),
            row_by_row: RwLock::default(),
            cache: StatementCache::new(cache_bytes),
        }
    }

    /// The kind of database that statements are written for.
    pub fn database(&self) -> Database {
        self.database
    }

    fn writer<'plan>(&self) -> SqlWriter<'plan> {
        SqlWriter::new(self.database)
    }

    /// A statement whose text is kept, and prepared by name.
    fn prepared<'plan>(
        &self,
        sql: SqlWriter<'plan>,
        traits: impl FnOnce() -> Traits,
    ) -> Statement<'plan> {
        Statement {
            sql: self.cache.prepared(sql.text, traits),
            values: sql.binds,
            bounded: false,
        }
    }

    /// The statement of a read.
    pub fn read<'plan>(&self, plan: &'plan ReadPlan) -> Statement<'plan> {
        let (mut sql, root) = (self.writer(), &plan.root);
        if plan.is_plain() {
            sql.plain_read(root);
            return self.prepared(sql, || Traits {
                many: self.many(root),
                quick: is_quick_read(root),
                ..Traits::returning(&root.from, root.returned_columns())
            });
        }
        sql.subquery_read(plan);
        self.prepared(sql, || Traits {
            quick: plan.parent.is_none() && is_key(&root.from, &root.filter),
            ..Traits::about(&root.from)
        })
    }

    /// The statement of a read whose related rows come as sets. `None` where they cannot, and on
    /// SQLite, which runs in this process and has less to gain.
    pub fn union_read<'plan>(
        &self,
        plan: &'plan ReadPlan,
    ) -> Option<(UnionPlan<'plan>, Statement<'plan>)> {
        if self.database != Database::Postgres {
            return None;
        }
        let sets = UnionPlan::of(plan)?;
        let mut sql = self.writer();
        sql.union_read(&sets);
        let statement = self.prepared(sql, || {
            let types = sets.slots.iter().map(|slot| slot.data_type.clone());
            Traits {
                returns: std::iter::once(Type::Int4).chain(types).collect(),
                ..Traits::about(&plan.root.from)
            }
        });
        Some((sets, statement))
    }

    /// The statement that asks the database's planner how many rows a read has on all its pages.
    pub fn explain<'plan>(&self, plan: &'plan ReadPlan) -> Statement<'plan> {
        let mut sql = self.writer();
        sql.explain(plan);
        self.prepared(sql, || Traits {
            quick: true,
            ..Traits::about(&plan.root.from)
        })
    }

    /// The plain read of a plan's root, that locks the rows until the transaction ends.
    pub fn read_locked<'plan>(&self, plan: &'plan ReadPlan, lock: Lock) -> Statement<'plan> {
        let (mut sql, root) = (self.writer(), &plan.root);
        sql.plain_read(root);
        sql.row_lock(lock);
        self.prepared(sql, || Traits {
            quick: is_key(&root.from, &root.filter),
            ..Traits::returning(&root.from, root.returned_columns())
        })
    }

    /// The number of rows of a filter, counted as far as `limit`: one row of one number.
    pub fn count<'plan>(
        &self,
        resource: &Resource,
        filter: &'plan VisibleFilter,
        limit: u64,
    ) -> Statement<'plan> {
        let mut sql = self.writer();
        sql.count(resource, filter, limit);
        self.prepared(sql, || Traits::about(resource))
    }

    /// The number of statements that an insert takes.
    pub fn inserts(&self, plan: &Insert) -> usize {
        if self.is_recordset(plan) {
            return 1;
        }
        plan.rows.len().div_ceil(self.rows_of_statement(plan))
    }

    fn is_recordset(&self, plan: &Insert) -> bool {
        plan.rows.len() > 1
            && !contains(&self.row_by_row, &plan.into)
            && recordset::fits(self.database, plan, self.tells_new(plan))
    }

    /// The rows of an insert that one statement takes.
    fn rows_of_statement(&self, plan: &Insert) -> usize {
        match (self.database, &plan.conflict) {
            (Database::Sqlite, _) | (_, Conflict::Ignore { .. }) => 1,
            (_, Conflict::Merge { .. }) if !self.tells_new(plan) => 1,
            _ if contains(&self.row_by_row, &plan.into) => 1,
            (Database::Postgres, _) => (MAX_PARAMETERS / plan.columns.len().max(1)).max(1),
        }
    }

    /// The statements of an insert, to be run all or none. On PostgreSQL they are as few as can be.
    /// SQLite takes no `DEFAULT` among values, and has a statement for each row.
    ///
    /// An insert that ignores conflicts has a statement for each row, since nothing else tells which
    /// rows were left out. An insert that merges returns, where [`Self::tells_new`] says so, one
    /// boolean more than the plan's columns: whether the row is a new one. Elsewhere it has a
    /// statement for each row, too.
    pub fn insert<'plan>(&self, plan: &'plan Insert) -> Vec<Statement<'plan>> {
        let tells_new = self.tells_new(plan);
        let traits = || Traits {
            quick: true,
            ..Traits::returning(&plan.into, plan.returning.iter().copied())
        };
        if self.is_recordset(plan) {
            let mut sql = self.writer();
            sql.insert_recordset(plan, tells_new);
            return vec![self.prepared(sql, traits)];
        }
        let statements = plan.rows.chunks(self.rows_of_statement(plan)).map(|rows| {
            let mut sql = self.writer();
            sql.insert(plan, rows, tells_new);
            if rows.len() == 1 {
                self.prepared(sql, traits)
            } else {
                // Each number of rows has a text of its own.
                Statement::ad_hoc_of(sql, traits())
            }
        });
        statements.collect()
    }

    /// Whether the rows that a merging insert returns say which of them are new.
    ///
    /// `xmax` says it, also where another transaction has inserted the row in the meantime.
    /// Partitioned tables have no `xmax` to return, and some databases that speak PostgreSQL's
    /// protocol have none at all.
    pub fn tells_new(&self, plan: &Insert) -> bool {
        self.database == Database::Postgres
            && !plan.into.partitioned
            && matches!(plan.conflict, Conflict::Merge { .. })
            && !contains(&self.without_system_columns, &plan.into)
    }

    /// Uses no system columns of a resource's table from here on: it has none.
    pub fn forgo_system_columns(&self, of: &Resource) {
        insert(&self.without_system_columns, of);
    }

    /// Inserts rows of a resource one by one from here on: some were left out.
    pub fn insert_row_by_row(&self, of: &Resource) {
        insert(&self.row_by_row, of);
    }

    /// The statement that inserts a row with its related rows, and returns the row. `None` where it
    /// takes several statements: SQLite takes no insert in a `WITH`.
    pub fn cte_insert<'plan>(&self, plan: &'plan CteInsert<'_>) -> Option<Statement<'plan>> {
        let fits = |cte: &Cte<'_>| match cte {
            Cte::Insert { insert, .. } => {
                insert.rows.len() == 1 || recordset::fits(self.database, insert, false)
            }
            Cte::Find { .. } | Cte::JoinRows { .. } => true,
        };
        let Cte::Insert { insert: root, .. } = &plan.ctes[plan.root] else {
            return None;
        };
        if self.database != Database::Postgres || !plan.ctes.iter().all(fits) {
            return None;
        }
        let mut sql = self.writer();
        sql.with_insert(plan);
        Some(self.prepared(sql, || Traits {
            quick: true,
            ..Traits::returning(&root.into, root.returning.iter().copied())
        }))
    }

    /// The statement of an update.
    pub fn update<'plan>(&self, plan: &'plan Update) -> Statement<'plan> {
        let mut sql = self.writer();
        sql.update(plan);
        let traits = || Traits {
            quick: is_key(&plan.table, &plan.filter),
            ..Traits::returning(&plan.table, plan.returning.iter().copied())
        };
        let merges = |(_, assign): &(usize, Assign)| matches!(assign, Assign::Merge(_));
        if plan.set.iter().any(merges) {
            // The members of the patch make its text, which is hardly used again.
            return Statement::ad_hoc_of(sql, traits());
        }
        self.prepared(sql, traits)
    }

    /// The statement of a delete, which returns a row for each deleted row.
    pub fn delete<'plan>(&self, plan: &'plan Delete) -> Statement<'plan> {
        let mut sql = self.writer();
        sql.delete(plan);
        self.prepared(sql, || Traits {
            quick: is_key(&plan.from, &plan.filter),
            ..Traits::returning(&plan.from, plan.returning.iter().copied())
        })
    }

    /// A statement about a resource whose text was written elsewhere.
    pub fn written<'plan>(&self, about: &Resource, sql: SqlWriter<'plan>) -> Statement<'plan> {
        self.prepared(sql, || Traits::about(about))
    }

    /// The form for many keys, where keys can be told apart by their bytes.
    fn many(&self, node: &SelectNode) -> Option<Many> {
        let (Database::Postgres, Some([key, others @ ..]), None) = (
            self.database,
            node.filter.plain_beside_policies(),
            node.limit,
        ) else {
            return None;
        };
        // The imposed conditions and the policies are the same for all keys.
        if node.from.key != [key.column] || others.len() != node.filter.imposed().len() {
            return None;
        }
        let key_type = match node.from.columns[key.column].data_type {
            Type::Text { .. } => KeyType::Text,
            Type::Int2 | Type::Int4 | Type::Int8 => KeyType::Integer,
            Type::Uuid => KeyType::Uuid,
            _ => return None,
        };
        let mut sql = self.writer();
        sql.read_of_keys(node, key.column);
        let traits = Traits {
            quick: true,
            ..Traits::returning(&node.from, node.returned_columns())
        };
        Some(Many {
            sql: Arc::new(Sql::prepared(sql.text, traits)),
            key: key_type,
        })
    }
}

fn contains(these: &RwLock<HashSet<ResourceId>>, resource: &Resource) -> bool {
    let these = these.read().unwrap_or_else(PoisonError::into_inner);
    these.contains(&resource.id)
}

fn insert(these: &RwLock<HashSet<ResourceId>>, resource: &Resource) {
    let mut these = these.write().unwrap_or_else(PoisonError::into_inner);
    these.insert(resource.id);
}

/// Whether a read is of one row by its key, or of the first rows in the order of the key.
fn is_quick_read(node: &SelectNode) -> bool {
    let resource = &node.from;
    let in_key_order = node.filter.is_empty()
        && node.offset.is_none()
        && node
            .order
            .iter()
            .map(|term| &term.place.column)
            .eq(&resource.key);
    is_key(resource, &node.filter) || in_key_order && resource.kind == TableKind::Table
}

/// Whether conditions are the key of a table. A view may take any time for one row.
fn is_key(resource: &Resource, filter: &Filter) -> bool {
    let Some(conditions) = filter.plain_beside_policies() else {
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
