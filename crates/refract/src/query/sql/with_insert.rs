//! The insert of a row with its related rows, as one statement: a `WITH` of common table expressions.

use super::{Chain, Lock, Precedence, SqlWriter};
use crate::{
    catalog::{Junction, Resource},
    codec::Value,
    query::plan::{Cte, CteInsert, Filter},
};

impl<'plan> SqlWriter<'plan> {
    /// Appends the statement. It fails where a row is missing that must be there, as every division
    /// by zero does.
    ///
    /// A common table expression is called `p` and its position. A column of it that others refer to
    /// is called `c` and its position in the resource, and a column of the answer `o` and its
    /// position in the answer.
    pub fn with_insert(&mut self, plan: &'plan CteInsert<'_>) {
        self.push("WITH ");
        self.list(plan.ctes.iter().enumerate(), |sql, (position, cte)| {
            sql.cte(plan, position, cte);
        });
        self.push("SELECT ");
        self.list(0..outputs(plan, plan.root), |sql, output| {
            sql.numbered("o", output);
        });
        self.push(" FROM ");
        self.numbered("p", plan.root);
        let expected = (0..plan.ctes.len()).map(|cte| (cte, rows_of(plan, cte)));
        let mut conditions = Chain::clause(" WHERE ");
        conditions.add(self, |sql| {
            sql.push("1 / (");
            let mut separator = "";
            for (cte, _) in expected.clone().filter(|(_, rows)| *rows == 1) {
                sql.push(std::mem::replace(&mut separator, " * "));
                sql.number_of_rows(cte);
            }
            sql.push(") >= 0");
            Precedence::Other
        });
        for (cte, rows) in expected.filter(|(_, rows)| *rows != 1) {
            conditions.add(self, |sql| {
                sql.push("1 / (");
                sql.number_of_rows(cte);
                sql.push(" / ");
                sql.bind_owned(Value::Int(rows));
                sql.push(") >= 0");
                Precedence::Other
            });
        }
    }

    fn cte(&mut self, plan: &'plan CteInsert<'_>, position: usize, cte: &'plan Cte<'_>) {
        let referenced = plan.referenced_columns(position);
        let outputs = if position == plan.root {
            outputs(plan, position)
        } else {
            0
        };
        self.numbered("p", position);
        if outputs + referenced.len() > 0 {
            self.push(" (");
            let names = (0..outputs).map(|output| ("o", output));
            let names = names.chain(referenced.iter().map(|&column| ("c", column)));
            self.list(names, |sql, (name, number)| sql.numbered(name, number));
            self.push(")");
        }
        self.push(" AS (");
        match cte {
            Cte::Insert { insert, key_refs } => {
                if insert.rows.len() == 1 {
                    self.insert_values(insert, &insert.rows, key_refs);
                } else {
                    self.insert_rows_of_parameter(insert, key_refs);
                }
                if outputs > 0 {
                    self.returning(&insert.into, &insert.returning);
                } else {
                    self.push(" RETURNING ");
                }
                if outputs + referenced.len() == 0 {
                    self.push("1");
                }
                let mut separator = if outputs > 0 { ", " } else { "" };
                for column in referenced {
                    self.push(std::mem::replace(&mut separator, ", "));
                    self.push(&insert.into.columns[column].quoted);
                }
                // It is not named, and cannot be referred to.
                self.insert_check(insert, false);
            }
            Cte::Find { from, filter } => self.found_row(from, filter, &referenced),
            Cte::JoinRows {
                junction,
                near,
                far,
            } => self.join_rows(junction, *near, *far),
        }
        self.push(") ");
    }

    /// A row, kept from being deleted and from getting another key until the statement has ended.
    fn found_row(&mut self, from: &Resource, filter: &'plan Filter, columns: &[usize]) {
        self.push("SELECT ");
        self.list(columns, |sql, &column| {
            sql.push(&from.columns[column].quoted);
        });
        self.push(" FROM ");
        self.table_of(from);
        self.where_filter(from, filter);
        self.row_lock(Lock::Key);
    }

    fn join_rows(&mut self, junction: &Junction, near: usize, far: usize) {
        self.insert_into_junction(junction);
        self.push(" SELECT ");
        let near_columns = junction.near.iter().map(|&(here, _)| (near, here));
        let far_columns = junction.far.iter().map(|&(_, there)| (far, there));
        self.list(near_columns.chain(far_columns), |sql, (cte, column)| {
            sql.numbered("p", cte);
            sql.push(".");
            sql.numbered("c", column);
        });
        self.push(" FROM ");
        self.list([near, far], |sql, cte| sql.numbered("p", cte));
        self.push(" ON CONFLICT  DO NOTHING RETURNING 1");
    }

    fn number_of_rows(&mut self, cte: usize) {
        self.push("(SELECT count(*) FROM ");
        self.numbered("p", cte);
        self.push(")");
    }
}

/// The number of columns that the answer has of a common table expression.
fn outputs(plan: &CteInsert<'_>, cte: usize) -> usize {
    match &plan.ctes[cte] {
        Cte::Insert { insert, .. } => insert.returning.len().max(1),
        Cte::Find { .. } | Cte::JoinRows { .. } => 0,
    }
}

/// The number of rows that a common table expression must have.
fn rows_of(plan: &CteInsert<'_>, cte: usize) -> i64 {
    match &plan.ctes[cte] {
        Cte::Insert { insert, .. } => i64::try_from(insert.rows.len()).unwrap_or(i64::MAX),
        Cte::Find { .. } => 1,
        // Each of them is written, since the row near is new.
        Cte::JoinRows { far, .. } => rows_of(plan, *far),
    }
}
