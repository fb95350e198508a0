//! Values inside the JSON of a column.
//!
//! The keys of a path stand in the text, escaped, and not among the binds: so PostgreSQL finds an
//! index over such an expression, and the same expression can stand in several clauses.

use reflect::{quote, snapshot::Database};

use super::{Precedence, SqlWriter, column_expr::TableScope};
use crate::{
    catalog::Type,
    query::plan::{Key, Step},
};

impl SqlWriter<'_> {
    /// Appends a column, or the value at the end of a path into its JSON.
    pub fn path(&mut self, scope: TableScope<'_>, column: usize, path: &[Step]) -> Precedence {
        let Some(last) = path.last() else {
            return self.column(scope, column);
        };
        match self.database {
            Database::Postgres => self.postgres_path(scope, column, path),
            Database::Sqlite => self.sqlite_path(scope, column, path, last.as_text),
        }
    }

    fn postgres_path(&mut self, scope: TableScope<'_>, column: usize, path: &[Step]) -> Precedence {
        let data_type = &scope.resource.columns[column].data_type;
        let is_json = path.last().is_some_and(|last| !last.as_text);
        // Unlike jsonb, json has no equality.
        if is_json && matches!(data_type, Type::Json { comparable: false }) {
            return self.cast("jsonb", |sql| sql.arrows(scope, column, path));
        }
        self.arrows(scope, column, path)
    }

    fn arrows(&mut self, scope: TableScope<'_>, column: usize, path: &[Step]) -> Precedence {
        for _ in 1..path.len() {
            self.push("(");
        }
        match scope.resource.columns[column].data_type {
            Type::Json { .. } => _ = self.column(scope, column),
            _ => {
                self.push("to_jsonb(");
                self.column(scope, column);
                self.push(")");
            }
        }
        for (position, step) in path.iter().enumerate() {
            if position > 0 {
                self.push(")");
            }
            self.push(if step.as_text { " ->> " } else { " -> " });
            match &step.key {
                Key::Member(key) => {
                    self.push("(");
                    self.literal(key);
                    self.push(")");
                }
                Key::Item(item) => self.number(*item),
            }
        }
        Precedence::Other
    }

    /// A value that is asked for as text is the text that PostgreSQL's `->>` gives. A column whose
    /// text is not valid JSON gives NULL.
    fn sqlite_path(
        &mut self,
        scope: TableScope<'_>,
        column: usize,
        path: &[Step],
        as_text: bool,
    ) -> Precedence {
        let path = quote::sqlite_literal(&path_argument(path));
        self.push("(CASE WHEN (json_valid(");
        self.column(scope, column);
        self.push(")) THEN ");
        if as_text {
            self.push("(CASE");
            for constant in ["true", "false"] {
                self.push(" WHEN (json_type(");
                self.column(scope, column);
                self.push(", ");
                self.push(&path);
                self.push(") = '");
                self.push(constant);
                self.push("') THEN '");
                self.push(constant);
                self.push("'");
            }
            self.push(" ELSE CAST((");
            self.column(scope, column);
            self.push(" ->> (");
            self.push(&path);
            self.push(")) AS text) END)");
        } else {
            self.column(scope, column);
            self.push(" -> (");
            self.push(&path);
            self.push(")");
        }
        self.push(" END)");
        Precedence::Primary
    }
}

/// A path in SQLite's form: `$."a"[0]`, as <https://sqlite.org/json1.html#path_arguments> defines it.
fn path_argument(path: &[Step]) -> String {
    let mut text = "$".to_owned();
    for step in path {
        text.push_str(&match &step.key {
            Key::Member(key) => format!(".{}", serde_json::Value::from(key.as_str())),
            Key::Item(item) if *item < 0 => format!("[#{item}]"),
            Key::Item(item) => format!("[{item}]"),
        });
    }
    text
}
