//! Filters and positions in an order, as conditions of a `WHERE`.

use std::sync::Arc;

use reflect::snapshot::Database;

use super::{Chain, Precedence, SqlWriter, column_expr::TableScope, moment_bounds::MomentBounds};
use crate::{
    catalog::{Resource, Type},
    codec::{Value, postgres_text},
    query::{
        operators::Operator,
        plan::{
            Condition, Filter, IsTest, RelatedTest, Step, Test,
            select_node::{Embed, EmbedTest},
        },
    },
};

impl<'plan> SqlWriter<'plan> {
    /// Appends the condition of a filter. `embeds` are the relations that it may ask about.
    pub fn filter(
        &mut self,
        scope: TableScope<'_>,
        filter: &'plan Filter,
        embeds: &'plan [Embed],
    ) -> Precedence {
        let asked = |sql: &mut Self| match filter.negated {
            true => sql.not(|sql| sql.members(scope, filter, embeds)),
            false => sql.members(scope, filter, embeds),
        };
        if filter.policies.is_empty() {
            return asked(self);
        }
        if filter.fenced {
            // A database may evaluate the operands of AND in any order, but not the branches of CASE.
            self.push("(CASE WHEN ");
            self.policies(scope, &filter.policies);
            self.push(" THEN ");
            self.operand(asked);
            self.push(" ELSE FALSE END)");
            return Precedence::Primary;
        }
        let mut all = Chain::all();
        if !filter.has_no_members() {
            all.add(self, asked);
        }
        for policy in &filter.policies {
            all.add(self, |sql| sql.filter(scope, policy, &[]));
        }
        all.precedence().unwrap_or(Precedence::Primary)
    }

    /// Appends that all of these policies hold.
    pub fn policies(
        &mut self,
        scope: TableScope<'_>,
        policies: &'plan [Arc<Filter>],
    ) -> Precedence {
        let mut all = Chain::all();
        for policy in policies {
            all.add(self, |sql| sql.filter(scope, policy, &[]));
        }
        all.precedence().unwrap_or_else(|| {
            self.push("TRUE");
            Precedence::Primary
        })
    }

    /// Appends whether a row has a related row that satisfies a filter.
    pub fn related_test(&mut self, around: TableScope<'_>, test: &'plan RelatedTest) -> Precedence {
        let depth = around.depth + 1;
        let mut alias = self.node_alias(&test.target, depth);
        while alias == around.name {
            // The row around would be hidden behind its name.
            alias = self.node_alias(&test.target, depth);
        }
        let rows = TableScope {
            resource: &test.target,
            name: &alias,
            depth,
        };
        let junction = self.junction_alias(&test.join);
        let junction = junction.as_deref();
        self.exists_where(|sql| {
            sql.push("SELECT 1 FROM ");
            sql.aliased(rows);
            sql.junction_join(&test.join, junction, rows);
            let mut conditions = Chain::clause(" WHERE ");
            sql.join_conditions(&mut conditions, &test.join, junction, around, rows);
            if !test.filter.is_empty() {
                conditions.add(sql, |sql| sql.filter(rows, &test.filter, &[]));
            }
        })
    }

    /// Without members, "all" is true and "any" is false.
    fn members(
        &mut self,
        scope: TableScope<'_>,
        filter: &'plan Filter,
        embeds: &'plan [Embed],
    ) -> Precedence {
        let mut members = if filter.any {
            Chain::any()
        } else {
            Chain::all()
        };
        for condition in &filter.conditions {
            members.add(self, |sql| sql.condition(scope, condition));
        }
        for group in &filter.groups {
            members.add(self, |sql| sql.filter(scope, group, embeds));
        }
        for test in &filter.embeds {
            members.add(self, |sql| sql.embed_test(scope, *test, embeds));
        }
        for test in &filter.related {
            members.add(self, |sql| sql.related_test(scope, test));
        }
        members.precedence().unwrap_or_else(|| {
            let (constant, precedence) = match (filter.any, filter.negated) {
                (true, _) => ("1 = 0", Precedence::Other),
                (false, true) => ("1 = 1", Precedence::Other),
                (false, false) => ("TRUE", Precedence::Primary),
            };
            self.push(constant);
            precedence
        })
    }

    fn embed_test(
        &mut self,
        scope: TableScope<'_>,
        test: EmbedTest,
        embeds: &'plan [Embed],
    ) -> Precedence {
        match embeds.get(test.embed) {
            Some(embed) if test.exists => self.exists(embed, scope),
            Some(embed) => self.not(|sql| sql.exists(embed, scope)),
            // A statement that embeds nothing has no rows to look for.
            None => {
                self.push("1 = 0");
                Precedence::Other
            }
        }
    }

    /// Appends a condition on one column.
    pub fn condition(&mut self, scope: TableScope<'_>, condition: &'plan Condition) -> Precedence {
        if condition.negated {
            return self.not(|sql| sql.test(scope, condition));
        }
        self.test(scope, condition)
    }

    fn test(&mut self, scope: TableScope<'_>, condition: &'plan Condition) -> Precedence {
        let Condition { column, path, .. } = condition;
        let column = *column;
        match &condition.test {
            Test::Compare(operator, value) => {
                let described = &scope.resource.columns[column];
                match MomentBounds::of(self.database, described, condition) {
                    None => self.compare(scope, column, path, *operator, value),
                    Some(bounds) => {
                        let mut both = Chain::all();
                        both.add(self, |sql| {
                            sql.compare(scope, column, path, *operator, value)
                        });
                        both.add(self, |sql| sql.moment_bounds(scope, column, bounds));
                        Precedence::And
                    }
                }
            }
            Test::In(values) if values.is_empty() => {
                self.push("1 = 0");
                Precedence::Other
            }
            Test::In(values) => {
                self.operand(|sql| sql.path(scope, column, path));
                if is_bound_as_array(self.database, scope.resource, condition) {
                    self.push(" = ANY(");
                    self.bind_owned(Value::Array(values.clone()));
                } else {
                    self.push(" IN (");
                    self.list(values, |sql, value| _ = sql.bind(value));
                }
                self.push(")");
                Precedence::Comparison
            }
            Test::Is(test) => self.is(scope, column, path, *test),
            Test::Search {
                operator,
                configuration,
                as_it_is,
                query,
            } => {
                let configuration = configuration.as_deref();
                if *as_it_is {
                    self.operand(|sql| sql.path(scope, column, path));
                } else {
                    self.search_function("to_tsvector", configuration);
                    self.path(scope, column, path);
                    self.push(")");
                }
                self.push(" @@ ");
                self.search_function(query_function(*operator), configuration);
                self.bind(query);
                self.push(")");
                Precedence::Comparison
            }
        }
    }

    /// Appends a test of a column that binds no value.
    pub fn is(
        &mut self,
        scope: TableScope<'_>,
        column: usize,
        path: &[Step],
        test: IsTest,
    ) -> Precedence {
        let is_null = matches!(test, IsTest::Null | IsTest::Unknown | IsTest::NotNull);
        // An index of SQLite holds what is stored.
        if is_null && path.is_empty() && !self.is_postgres() {
            self.stored(scope, column);
        } else {
            self.operand(|sql| sql.path(scope, column, path));
        }
        self.push(match test {
            IsTest::Null | IsTest::Unknown => " IS NULL",
            IsTest::NotNull => " IS NOT NULL",
            IsTest::True => " IS TRUE",
            IsTest::False => " IS FALSE",
        });
        Precedence::Comparison
    }

    /// Appends a function of full text search as far as its last argument. The configuration stands
    /// in the text, since an index over an expression names one, too.
    fn search_function(&mut self, function: &str, configuration: Option<&str>) {
        self.push(function);
        self.push("(");
        if let Some(name) = configuration {
            self.push("CAST((");
            self.literal(name);
            self.push(") AS regconfig), ");
        }
    }

    fn compare(
        &mut self,
        scope: TableScope<'_>,
        column: usize,
        path: &[Step],
        operator: Operator,
        value: &'plan Value,
    ) -> Precedence {
        use Operator::{Cd, Cs, Ilike, Like, Ov};
        match (operator, value) {
            (Like | Ilike, Value::Text(pattern)) if !self.is_postgres() => {
                if operator == Like {
                    self.operand(|sql| sql.path(scope, column, path));
                    self.push(" LIKE ");
                    self.bind(value);
                } else {
                    self.push("LOWER(");
                    self.path(scope, column, path);
                    self.push(") LIKE ");
                    // SQLite's lower() knows ASCII only. A pattern that knew more would not match
                    // itself.
                    self.bind_owned(Value::Text(pattern.to_ascii_lowercase()));
                }
                // SQLite has no escape character unless the statement names one.
                self.push(r" ESCAPE '\'");
                return Precedence::Comparison;
            }
            (Cs | Cd | Ov, _) if !self.is_postgres() => {
                return self.compare_stored_arrays(scope, column, path, operator, value);
            }
            _ => {}
        }
        let operator = match operator {
            Like | Ilike if !self.is_postgres() => Operator::Eq,
            operator => operator,
        };
        self.operand(|sql| sql.path(scope, column, path));
        self.push(" ");
        self.push(sql_operator(operator));
        self.push(" ");
        self.bind(value);
        precedence(operator)
    }

    /// Arrays in SQLite are JSON (see `codec::bind`). NULL compares as NULL, as in PostgreSQL.
    fn compare_stored_arrays(
        &mut self,
        scope: TableScope<'_>,
        column: usize,
        path: &[Step],
        operator: Operator,
        value: &'plan Value,
    ) -> Precedence {
        let (lead, within) = match operator {
            Operator::Ov => ("EXISTS", "IN"),
            _ => ("NOT EXISTS", "NOT IN"),
        };
        self.push("(CASE WHEN (");
        self.operand(|sql| sql.path(scope, column, path));
        self.push(" IS NOT NULL) THEN ");
        self.push(lead);
        self.push(" (SELECT 1 FROM json_each(");
        if operator == Operator::Cs {
            self.bind(value);
        } else {
            self.path(scope, column, path);
        }
        self.push(") AS one WHERE one.value ");
        self.push(within);
        self.push(" (SELECT value FROM json_each(");
        if operator == Operator::Cs {
            self.path(scope, column, path);
        } else {
            self.bind(value);
        }
        self.push("))) END)");
        Precedence::Primary
    }

    /// Appends the condition that rows come after the values of one row. `term` appends a term of
    /// the order, which goes one way.
    pub fn after_row(
        &mut self,
        row: &'plan [Value],
        descending: bool,
        mut term: impl FnMut(&mut Self, usize) -> Precedence,
    ) -> Precedence {
        if let [value] = row {
            return self.past(value, descending, |sql| term(sql, 0));
        }
        self.push("(");
        self.list(0..row.len(), |sql, position| _ = term(sql, position));
        self.push(if descending { ") < (" } else { ") > (" });
        self.list(row, |sql, value| _ = sql.bind(value));
        self.push(")");
        Precedence::Comparison
    }

    /// Appends the condition that an expression comes after a value in an order.
    pub fn past(
        &mut self,
        value: &'plan Value,
        descending: bool,
        expression: impl FnOnce(&mut Self) -> Precedence,
    ) -> Precedence {
        self.operand(expression);
        self.push(if descending { " < " } else { " > " });
        self.bind(value);
        Precedence::Comparison
    }
}

/// The SQL of a condition on the rows of a resource, with its values in their places, to be shown to
/// people. It is not for a database.
pub fn shown_filter(database: Database, resource: &Resource, filter: &Filter) -> String {
    let mut sql = SqlWriter::new(database);
    let name = sql.own_name(resource);
    sql.filter(TableScope::of(resource, &name), filter, &[]);
    let mut binds = sql.binds.iter().map(|value| match &**value {
        Value::Text(text) if text.starts_with('$') => text.clone(),
        Value::Text(text) => reflect::quote::literal(text),
        value => match postgres_text(value) {
            Some(text) => text.into_owned(),
            None => "NULL".to_owned(),
        },
    });
    let mut shown = String::with_capacity(sql.text.len());
    let (mut is_name, mut rest) = (false, sql.text.chars().peekable());
    while let Some(next) = rest.next() {
        match next {
            '"' => {
                is_name = !is_name;
                shown.push(next);
            }
            '$' | '?' if !is_name => {
                while next == '$' && rest.peek().is_some_and(char::is_ascii_digit) {
                    rest.next();
                }
                shown.push_str(&binds.next().unwrap_or_default());
            }
            next => shown.push(next),
        }
    }
    shown
}

/// Whether the items of an `in` are bound as one array, so that their number does not change the
/// text. PostgreSQL would take an array of arrays for one of two dimensions.
fn is_bound_as_array(database: Database, resource: &Resource, condition: &Condition) -> bool {
    let is_array = matches!(resource.columns[condition.column].data_type, Type::Array(_));
    database == Database::Postgres && !(is_array && condition.path.is_empty())
}

/// The function that reads the text that an operator searches for.
pub fn query_function(operator: Operator) -> &'static str {
    match operator {
        Operator::Plfts => "plainto_tsquery",
        Operator::Phfts => "phraseto_tsquery",
        Operator::Wfts => "websearch_to_tsquery",
        _ => "to_tsquery",
    }
}

/// An operator in PostgreSQL's SQL.
pub fn sql_operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq | Operator::In => "=",
        Operator::Neq => "<>",
        Operator::Gt => ">",
        Operator::Gte => ">=",
        Operator::Lt => "<",
        Operator::Lte => "<=",
        Operator::Like => "LIKE",
        Operator::Ilike => "ILIKE",
        Operator::Match => "~",
        Operator::Imatch => "~*",
        Operator::Is => "IS",
        Operator::Isdistinct => "IS DISTINCT FROM",
        Operator::Fts | Operator::Plfts | Operator::Phfts | Operator::Wfts => "@@",
        Operator::Cs => "@>",
        Operator::Cd => "<@",
        Operator::Ov => "&&",
        Operator::Sl => "<<",
        Operator::Sr => ">>",
        Operator::Nxr => "&<",
        Operator::Nxl => "&>",
        Operator::Adj => "-|-",
    }
}

fn precedence(operator: Operator) -> Precedence {
    match operator {
        Operator::Eq
        | Operator::Neq
        | Operator::Gt
        | Operator::Gte
        | Operator::Lt
        | Operator::Lte
        | Operator::Like
        | Operator::Cs
        | Operator::Cd => Precedence::Comparison,
        _ => Precedence::Other,
    }
}
