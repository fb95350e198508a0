//! The rows of a junction, the table of a many-to-many relation, which is no resource.

use super::{Chain, MAX_PARAMETERS, Precedence, SqlWriter, Statement, Statements, Traits};
use crate::{catalog::Junction, codec::Value};

impl Statements {
    /// Inserts the rows that relate one row to others, unless they are there.
    pub fn link<'plan>(
        &self,
        junction: &Junction,
        near: &'plan [Value],
        far: &'plan [Vec<Value>],
    ) -> Vec<Statement<'plan>> {
        let width = near.len() + junction.far.len();
        let statements = far.chunks(MAX_PARAMETERS / width.max(1)).map(|far| {
            let mut sql = self.writer();
            sql.insert_into_junction(junction);
            sql.push(" VALUES ");
            sql.list(far, |sql, far| {
                sql.push("(");
                sql.list(near.iter().chain(far), |sql, value| _ = sql.bind(value));
                sql.push(")");
            });
            sql.push(" ON CONFLICT  DO NOTHING RETURNING 1");
            self.prepared(sql, Traits::quick)
        });
        statements.collect()
    }

    /// Deletes the rows that relate a row to others: all of them, or the one to another row.
    pub fn unlink<'plan>(
        &self,
        junction: &Junction,
        near: &'plan [Value],
        far: Option<&'plan [Value]>,
    ) -> Statement<'plan> {
        let mut sql = self.writer();
        sql.push("DELETE FROM ");
        sql.table(&junction.schema, &junction.table);
        sql.junction_filter(junction, near, far.unwrap_or_default());
        sql.push(" RETURNING 1");
        self.prepared(sql, Traits::quick)
    }

    /// Whether two rows are related: one row if they are, or none.
    pub fn linked<'plan>(
        &self,
        junction: &Junction,
        near: &'plan [Value],
        far: &'plan [Value],
    ) -> Statement<'plan> {
        let mut sql = self.writer();
        sql.push("SELECT 1 FROM ");
        sql.table(&junction.schema, &junction.table);
        sql.junction_filter(junction, near, far);
        self.prepared(sql, Traits::quick)
    }
}

impl<'plan> SqlWriter<'plan> {
    /// Appends the beginning of an insert into a junction.
    pub fn insert_into_junction(&mut self, junction: &Junction) {
        self.push("INSERT INTO ");
        self.table(&junction.schema, &junction.table);
        self.push(" (");
        let near = junction.near.iter().map(|(_, column)| column);
        let far = junction.far.iter().map(|(column, _)| column);
        self.list(near.chain(far), |sql, column| sql.identifier(column));
        self.push(")");
    }

    fn junction_filter(&mut self, junction: &Junction, near: &'plan [Value], far: &'plan [Value]) {
        let near = junction.near.iter().map(|(_, column)| column).zip(near);
        let far = junction.far.iter().map(|(column, _)| column).zip(far);
        let mut conditions = Chain::clause(" WHERE ");
        for (column, value) in near.chain(far) {
            conditions.add(self, |sql| {
                sql.identifier(column);
                sql.push(" = ");
                sql.bind(value);
                Precedence::Comparison
            });
        }
    }
}
