//! Inserts, updates and deletes.

use reflect::snapshot::Database;

use super::{Chain, Precedence, SqlWriter, column_expr::TableScope, recordset};
use crate::{
    catalog::{Column, Resource},
    codec::Value,
    query::plan::{Assign, Conflict, Delete, Insert, KeyRef, Update},
};

type Row = Vec<Option<Value>>;

/// What the message of a statement has that fails because a row does not satisfy a policy.
pub const FAILED_CHECK: &str = "refract:policy";

impl<'plan> SqlWriter<'plan> {
    /// Appends an insert of some of a plan's rows. `tells_new` adds a column to the answer: whether a
    /// row is a new one.
    pub fn insert(&mut self, plan: &'plan Insert, rows: &'plan [Row], tells_new: bool) {
        self.insert_values(plan, rows, &[]);
        self.conflict(plan);
        self.returning_new(plan, tells_new);
    }

    /// Appends an insert of all rows of a plan as one parameter.
    pub fn insert_recordset(&mut self, plan: &'plan Insert, tells_new: bool) {
        self.insert_rows_of_parameter(plan, &[]);
        self.conflict(plan);
        self.returning_new(plan, tells_new);
    }

    /// Appends an insert of rows as `VALUES`, each with the keys of other rows, too.
    pub fn insert_values(&mut self, plan: &'plan Insert, rows: &'plan [Row], key_refs: &[KeyRef]) {
        let resource = &plan.into;
        let given = given(plan, rows);
        self.push("INSERT INTO ");
        self.table_of(resource);
        if given.is_empty() && key_refs.is_empty() {
            return self.default_rows(resource, rows.len());
        }
        self.insert_columns(plan, &given, key_refs);
        self.push(" VALUES ");
        self.list(rows, |sql, row| {
            sql.push("(");
            let mut separator = "";
            for &at in &given {
                sql.push(std::mem::replace(&mut separator, ", "));
                match &row[at] {
                    Some(value) => sql.assigned(&resource.columns[plan.columns[at]], value),
                    None => sql.push("DEFAULT"),
                }
            }
            sql.key_refs(separator, key_refs);
            sql.push(")");
        });
    }

    /// Rows that have no values.
    fn default_rows(&mut self, resource: &Resource, rows: usize) {
        match resource.columns.first() {
            // `DEFAULT VALUES` makes one row. To name a column makes as many as are wanted.
            Some(column) if rows > 1 => {
                self.push(" (");
                self.push(&column.quoted);
                self.push(") VALUES ");
                self.list(0..rows, |sql, _| sql.push("(DEFAULT)"));
            }
            _ if self.is_postgres() => self.push(" VALUES (DEFAULT)"),
            _ => self.push(" DEFAULT VALUES"),
        }
    }

    /// Appends an insert of rows as one parameter, each with the keys of other rows, too.
    pub fn insert_rows_of_parameter(&mut self, plan: &'plan Insert, key_refs: &[KeyRef]) {
        let resource = &plan.into;
        let given = given(plan, &plan.rows);
        self.push("INSERT INTO ");
        self.table_of(resource);
        self.insert_columns(plan, &given, key_refs);
        self.push(" SELECT ");
        self.list(&given, |sql, &at| {
            sql.push("\"rows\".");
            sql.push(&resource.columns[plan.columns[at]].quoted);
        });
        self.key_refs(if given.is_empty() { "" } else { ", " }, key_refs);
        self.push(" FROM json_populate_recordset(NULL::");
        self.table_of(resource);
        self.push(", ");
        self.bind_owned(recordset::value(plan));
        self.push(") AS \"rows\"");
    }

    fn insert_columns(&mut self, plan: &Insert, given: &[usize], key_refs: &[KeyRef]) {
        let columns = given.iter().map(|&at| plan.columns[at]);
        let columns = columns.chain(key_refs.iter().map(|key_ref| key_ref.column));
        self.push(" (");
        self.list(columns, |sql, column| {
            sql.push(&plan.into.columns[column].quoted);
        });
        self.push(")");
    }

    fn conflict(&mut self, plan: &'plan Insert) {
        let resource = &plan.into;
        let column = |sql: &mut Self, &column: &usize| {
            sql.push(&resource.columns[column].quoted);
        };
        match &plan.conflict {
            Conflict::Refuse => {}
            Conflict::Merge {
                target,
                set,
                renewed,
                mergeable,
            } => {
                self.push(" ON CONFLICT (");
                self.list(target, column);
                self.push(") DO UPDATE SET ");
                self.list(set, |sql, &column| {
                    let name = &resource.columns[column].quoted;
                    sql.push(name);
                    sql.push(" = \"excluded\".");
                    sql.push(name);
                });
                for (column, value) in renewed {
                    let column = &resource.columns[*column];
                    self.push(", ");
                    self.push(&column.quoted);
                    self.push(" = ");
                    self.assigned(column, value);
                }
                if !mergeable.is_empty() {
                    self.where_filter(resource, mergeable);
                }
            }
            Conflict::Ignore { target } => {
                self.push(" ON CONFLICT ");
                // Without a target, a row in the way by any key is ignored.
                if !target.is_empty() {
                    self.push("(");
                    self.list(target, column);
                    self.push(")");
                }
                self.push(" DO NOTHING");
            }
        }
    }

    fn returning_new(&mut self, plan: &'plan Insert, tells_new: bool) {
        self.returning(&plan.into, &plan.returning);
        if tells_new {
            self.push(", xmax = 0");
        }
        self.insert_check(plan, tells_new);
    }

    /// Appends the check of the rows that an insert returns. It is the last column.
    pub fn insert_check(&mut self, plan: &'plan Insert, tells_new: bool) {
        let Some(check) = &plan.check else { return };
        let name = self.own_name(&plan.into);
        let scope = TableScope::of(&plan.into, &name);
        _ = match &plan.conflict {
            Conflict::Refuse | Conflict::Ignore { .. } => {
                self.row_check(|sql| sql.policies(scope, &check.create))
            }
            // It follows an insert that has found a row in the way. SQLite has one writer at a time.
            Conflict::Merge { .. } if !tells_new && !self.is_postgres() => {
                self.row_check(|sql| sql.policies(scope, &check.update))
            }
            // A row in the way may have gone meanwhile, so that both must hold.
            Conflict::Merge { .. } if !tells_new => self.row_check(|sql| {
                let mut both = Chain::all();
                both.add(sql, |sql| sql.policies(scope, &check.create));
                both.add(sql, |sql| sql.policies(scope, &check.update));
                both.precedence().unwrap_or(Precedence::Primary)
            }),
            Conflict::Merge { .. } => self.row_check(|sql| {
                sql.push("CASE WHEN xmax = 0 THEN ");
                sql.operand(|sql| sql.policies(scope, &check.create));
                sql.push(" ELSE ");
                sql.operand(|sql| sql.policies(scope, &check.update));
                sql.push(" END");
                Precedence::Other
            }),
        };
    }

    /// Appends one more column of an answer. The statement fails with [`FAILED_CHECK`] in its message
    /// if the condition is not true of a row.
    pub fn row_check(&mut self, condition: impl FnOnce(&mut Self) -> Precedence) -> Precedence {
        self.push(", ");
        let (lead, failure) = match self.database {
            Database::Postgres => ("CAST(CASE WHEN ", "' END AS integer)"),
            Database::Sqlite => ("CASE WHEN ", "') END"),
        };
        self.push(lead);
        self.operand(condition);
        self.push(match self.database {
            Database::Postgres => " THEN '0' ELSE '",
            // SQLite has no function that fails with a message of its choice.
            Database::Sqlite => " THEN 0 ELSE json_extract('{}', '",
        });
        self.push(FAILED_CHECK);
        self.push(failure);
        Precedence::Other
    }

    /// Appends the columns that a mutation returns of each row.
    pub fn returning(&mut self, resource: &Resource, columns: &[usize]) {
        self.push(" RETURNING ");
        let name = self.own_name(resource);
        self.returned_columns(TableScope::of(resource, &name), columns.iter().copied());
    }

    /// Appends an update.
    pub fn update(&mut self, plan: &'plan Update) {
        self.push("UPDATE ");
        self.table_of(&plan.table);
        self.push(" SET ");
        self.list(&plan.set, |sql, (column, assign)| {
            let column = &plan.table.columns[*column];
            sql.push(&column.quoted);
            sql.push(" = ");
            match assign {
                Assign::To(value) => sql.assigned(column, value),
                Assign::Merge(patch) => sql.merged(&column.quoted, patch),
            }
        });
        self.where_filter(&plan.table, &plan.filter);
        self.returning(&plan.table, &plan.returning);
        if let Some(check) = &plan.check {
            let name = self.own_name(&plan.table);
            let scope = TableScope::of(&plan.table, &name);
            _ = self.row_check(|sql| sql.policies(scope, &check.update));
        }
    }

    /// Appends a delete, which returns a row for each deleted row.
    pub fn delete(&mut self, plan: &'plan Delete) {
        self.push("DELETE FROM ");
        self.table_of(&plan.from);
        self.where_filter(&plan.from, &plan.filter);
        self.returning(&plan.from, &plan.returning);
    }

    /// A value as a column takes it.
    fn assigned(&mut self, column: &Column, value: &'plan Value) {
        if self.is_postgres() && column.is_money() {
            self.cast(&column.database_type, |sql| {
                sql.comparable(column, |sql| sql.bind(value))
            });
        } else {
            self.bind(value);
        }
    }

    /// The keys of rows of other common table expressions.
    fn key_refs(&mut self, first: &'static str, key_refs: &[KeyRef]) {
        let mut separator = first;
        for key_ref in key_refs {
            self.push(std::mem::replace(&mut separator, ", "));
            self.push("(SELECT ");
            self.numbered("c", key_ref.from);
            self.push(" FROM ");
            self.numbered("p", key_ref.cte);
            self.push(")");
        }
    }
}

/// The columns of an insert for which some row has a value, as positions in [`Insert::columns`]. The
/// others are left out: on both databases that means their default.
pub fn given(plan: &Insert, rows: &[Row]) -> Vec<usize> {
    (0..plan.columns.len())
        .filter(|&at| rows.iter().any(|row| row[at].is_some()))
        .collect()
}
