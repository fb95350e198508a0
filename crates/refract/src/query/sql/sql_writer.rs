//! The text and the binds of one statement, written in one walk over a plan.
//!
//! Every emitter of SQL writes through a [`SqlWriter`]. Identifiers, values, conditions and limits
//! are written by its methods and by no other code, so that a placeholder and its bind are always
//! written together, and so that names are quoted in one place (`reflect::quote`).
//!
//! The other methods are in [`super::column_expr`], [`super::filter_expr`] and [`super::json_path`].

use std::borrow::Cow;

use reflect::{quote, snapshot::Database};

use crate::codec::Value;

/// Bytes that most texts do not exceed.
const TEXT_BYTES: usize = 1024;

/// A statement in the making.
#[derive(Debug)]
pub struct SqlWriter<'plan> {
    pub database: Database,
    pub text: String,
    /// The values for the placeholders, in their order.
    pub binds: Vec<Cow<'plan, Value>>,
    /// The aliases that tables have in the text so far.
    aliases: Vec<String>,
}

/// How tightly an expression binds: whether it needs parentheses where it is an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// A name, a constant, a call, a subquery: never needs parentheses.
    Primary,
    /// A comparison: needs none beside `AND`, `OR` and `NOT`.
    Comparison,
    And,
    Or,
    /// Every other expression: needs them in each operation.
    Other,
}

impl<'plan> SqlWriter<'plan> {
    /// A writer for one kind of database.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            text: String::with_capacity(TEXT_BYTES),
            binds: Vec::new(),
            aliases: Vec::new(),
        }
    }

    /// Whether the statement is for PostgreSQL. Otherwise it is for SQLite.
    pub fn is_postgres(&self) -> bool {
        self.database == Database::Postgres
    }

    /// Appends SQL text, which must not come from a request.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends a number.
    pub fn number(&mut self, number: impl itoa::Integer) {
        self.text.push_str(itoa::Buffer::new().format(number));
    }

    /// Appends the name of a table, a column or an alias, in quotes.
    pub fn identifier(&mut self, name: &str) {
        quote::write_identifier(name, &mut self.text);
    }

    /// Appends a column with the name or the alias of its table.
    pub fn qualified(&mut self, table: &str, column: &str) {
        self.identifier(table);
        self.push(".");
        self.identifier(column);
    }

    /// Appends a name that ends with a number, in quotes. The text before it needs no escapes.
    pub fn numbered(&mut self, name: &str, number: usize) {
        self.text.push('"');
        self.text.push_str(name);
        self.number(number);
        self.text.push('"');
    }

    /// Appends the name of a table in a schema.
    pub fn table(&mut self, schema: &str, table: &str) {
        match self.database {
            Database::Postgres => {
                self.identifier(schema);
                self.push(".");
                self.identifier(table);
            }
            Database::Sqlite => self.identifier(&sqlite_table(schema, table)),
        }
    }

    /// Appends the alias of the table or the column that was just written.
    pub fn table_alias(&mut self, alias: &str) {
        self.push(" AS ");
        self.identifier(alias);
    }

    /// As [`Self::table_alias`], for an alias in quotes: one that [`Self::alias`] gave.
    pub fn quoted_alias(&mut self, alias: &str) {
        self.push(" AS ");
        self.push(alias);
    }

    /// Appends a text as a constant. What must be the same as in an index stands in the text, not
    /// among the binds.
    pub fn literal(&mut self, text: &str) {
        let literal = match self.database {
            Database::Postgres => quote::literal(text),
            Database::Sqlite => quote::sqlite_literal(text),
        };
        self.push(&literal);
    }

    /// Appends a placeholder for a value that the plan holds.
    pub fn bind(&mut self, value: &'plan Value) -> Precedence {
        self.bind_cow(Cow::Borrowed(value))
    }

    /// Appends a placeholder for a value that is made here.
    pub fn bind_owned(&mut self, value: Value) -> Precedence {
        self.bind_cow(Cow::Owned(value))
    }

    fn bind_cow(&mut self, value: Cow<'plan, Value>) -> Precedence {
        self.binds.push(value);
        match self.database {
            Database::Postgres => {
                self.text.push('$');
                self.number(self.binds.len());
            }
            Database::Sqlite => self.text.push('?'),
        }
        Precedence::Primary
    }

    /// Appends `LIMIT` and `OFFSET`.
    ///
    /// A limit stands in the text. PostgreSQL expects a tenth of the rows under a limit that it does
    /// not know, takes a generic plan to cost too much, and plans anew each time. An offset differs
    /// from page to page, and is bound.
    pub fn bounds(&mut self, limit: Option<u64>, offset: Option<u64>) {
        // SQLite has no OFFSET without a LIMIT.
        let all = (offset.is_some() && !self.is_postgres()).then_some(i64::MAX as u64);
        if let Some(limit) = limit.or(all) {
            self.push(" LIMIT ");
            self.number(limit);
        }
        if let Some(offset) = offset {
            self.push(" OFFSET ");
            // The parser takes no more than PostgreSQL's bigint.
            self.bind_owned(Value::Int(offset.cast_signed()));
        }
    }

    /// Appends the direction of a term of an `ORDER BY`. NULL comes last in an ascending order, as
    /// in PostgreSQL, where nothing else is asked for.
    pub fn direction(&mut self, descending: bool, nulls_first: Option<bool>, nullable: bool) {
        self.push(if descending { " DESC" } else { " ASC" });
        // SQLite sorts NULL as the smallest value.
        let default = (nullable && !self.is_postgres()).then_some(descending);
        match nulls_first.or(default) {
            Some(true) => self.push(" NULLS FIRST"),
            Some(false) => self.push(" NULLS LAST"),
            None => {}
        }
    }

    /// Appends items with commas between them.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut item: impl FnMut(&mut Self, T),
    ) {
        for (position, one) in items.into_iter().enumerate() {
            if position > 0 {
                self.push(", ");
            }
            item(self, one);
        }
    }

    /// Appends an expression, in parentheses unless it is a primary one.
    pub fn operand(&mut self, write: impl FnOnce(&mut Self) -> Precedence) {
        let start = self.text.len();
        if write(self) != Precedence::Primary {
            self.enclose(start);
        }
    }

    /// Appends `CAST(… AS …)`.
    pub fn cast(
        &mut self,
        type_name: &str,
        write: impl FnOnce(&mut Self) -> Precedence,
    ) -> Precedence {
        self.push("CAST(");
        self.operand(write);
        self.push(" AS ");
        self.push(type_name);
        self.text.push(')');
        Precedence::Primary
    }

    /// Appends `NOT` and an expression.
    pub fn not(&mut self, write: impl FnOnce(&mut Self) -> Precedence) -> Precedence {
        self.push("NOT ");
        let start = self.text.len();
        if !matches!(write(self), Precedence::Primary | Precedence::Comparison) {
            self.enclose(start);
        }
        Precedence::Other
    }

    /// Appends `EXISTS` and the subquery that `write` writes.
    pub fn exists_where(&mut self, write: impl FnOnce(&mut Self)) -> Precedence {
        self.push("EXISTS(");
        write(self);
        self.push(")");
        if self.is_postgres() {
            return Precedence::Primary;
        }
        // SQLite 3.51 makes a join of a bare EXISTS, and then counts an OFFSET by the rows that the
        // subquery finds.
        self.push(" IS TRUE");
        Precedence::Comparison
    }

    /// Puts parentheses around the end of the text.
    fn enclose(&mut self, start: usize) {
        self.text.insert(start, '(');
        self.text.push(')');
    }

    /// An alias that no other table of the statement has, in quotes.
    pub fn alias(&mut self, wanted: String) -> String {
        let mut alias = wanted;
        while self.aliases.contains(&alias) {
            alias.push('_');
        }
        let quoted = quote::identifier(&alias);
        self.aliases.push(alias);
        quoted
    }
}

impl SqlWriter<'static> {
    /// Appends what borrows its values, which are copied.
    pub fn borrowing<'plan>(
        &mut self,
        write: impl FnOnce(&mut SqlWriter<'plan>) -> Precedence,
    ) -> Precedence {
        let mut borrowing: SqlWriter<'plan> = SqlWriter {
            database: self.database,
            text: std::mem::take(&mut self.text),
            binds: std::mem::take(&mut self.binds),
            aliases: std::mem::take(&mut self.aliases),
        };
        let precedence = write(&mut borrowing);
        self.text = borrowing.text;
        let binds = borrowing.binds.into_iter();
        self.binds = binds.map(|value| Cow::Owned(value.into_owned())).collect();
        self.aliases = borrowing.aliases;
        precedence
    }
}

/// Expressions with `AND` or with `OR` between them, written one after the other.
#[derive(Debug)]
pub struct Chain {
    /// The text before the first of them, such as ` WHERE `.
    lead: &'static str,
    operator: Precedence,
    members: usize,
    /// Where the first of them begins in the text, and how tightly it binds.
    first: (usize, Precedence),
}

impl Chain {
    /// Expressions of which all must hold.
    pub fn all() -> Self {
        Self::clause("")
    }

    /// Expressions of which one is enough.
    pub fn any() -> Self {
        Self {
            operator: Precedence::Or,
            ..Self::all()
        }
    }

    /// A clause of expressions of which all must hold. No text is written where there are none.
    pub fn clause(lead: &'static str) -> Self {
        Self {
            lead,
            operator: Precedence::And,
            members: 0,
            first: (0, Precedence::Primary),
        }
    }

    /// Appends an expression.
    pub fn add<'plan>(
        &mut self,
        sql: &mut SqlWriter<'plan>,
        write: impl FnOnce(&mut SqlWriter<'plan>) -> Precedence,
    ) {
        self.members += 1;
        if self.members == 1 {
            sql.push(self.lead);
            let start = sql.text.len();
            self.first = (start, write(sql));
            return;
        }
        let (start, first) = self.first;
        if self.members == 2 && !is_bare(first) && first != self.operator {
            sql.enclose(start);
        }
        sql.push(if self.operator == Precedence::Or {
            " OR "
        } else {
            " AND "
        });
        let start = sql.text.len();
        if !is_bare(write(sql)) {
            sql.enclose(start);
        }
    }

    /// How tightly the whole binds; `None` where there are no expressions.
    pub fn precedence(&self) -> Option<Precedence> {
        match self.members {
            0 => None,
            1 => Some(self.first.1),
            _ => Some(self.operator),
        }
    }
}

/// Whether an expression needs no parentheses beside `AND` and `OR`.
fn is_bare(precedence: Precedence) -> bool {
    matches!(precedence, Precedence::Primary | Precedence::Comparison)
}

/// The name of a table in SQLite, which has no schemas in PostgreSQL's sense. The sandbox puts the
/// name of a schema before the name of a table, unless the schema is a default one.
pub fn sqlite_table<'name>(schema: &str, table: &'name str) -> Cow<'name, str> {
    match schema {
        "main" | "public" => Cow::Borrowed(table),
        other => Cow::Owned(format!("{other}.{table}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut SqlWriter<'_>)) -> String {
        let mut sql = SqlWriter::new(Database::Postgres);
        write(&mut sql);
        sql.text
    }

    fn member(sql: &mut SqlWriter<'_>, text: &str, precedence: Precedence) -> Precedence {
        sql.push(text);
        precedence
    }

    #[test]
    fn limits_stand_in_the_text_and_offsets_are_bound() {
        let mut sql = SqlWriter::new(Database::Sqlite);
        sql.bounds(None, Some(4));
        assert_eq!(sql.text, " LIMIT 9223372036854775807 OFFSET ?");
        assert_eq!(sql.binds, [Cow::Owned(Value::Int(4))]);
    }

    #[test]
    fn parentheses_stand_where_an_expression_binds_less_tightly() {
        let text = written(|sql| {
            let mut any = Chain::any();
            any.add(sql, |sql| {
                let mut all = Chain::all();
                all.add(sql, |sql| member(sql, "NOT a", Precedence::Other));
                all.add(sql, |sql| member(sql, "b = 1", Precedence::Comparison));
                all.precedence().expect("two members")
            });
            any.add(sql, |sql| {
                sql.not(|sql| member(sql, "c OR d", Precedence::Or))
            });
        });
        assert_eq!(text, "((NOT a) AND b = 1) OR (NOT (c OR d))");
    }

    #[test]
    fn names_are_quoted_and_aliases_are_told_apart() {
        let text = written(|sql| {
            for wanted in ["a\"b", "a\"b"] {
                let alias = sql.alias(wanted.to_owned());
                sql.quoted_alias(&alias);
            }
        });
        assert_eq!(text, " AS \"a\"\"b\" AS \"a\"\"b_\"");
    }
}
