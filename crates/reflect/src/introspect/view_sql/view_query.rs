//! Parses the text of a view: the tables it reads, their joins and the columns of the result.
//!
//! [`parse`] returns `None` for queries that may return several rows for one: set operations, common
//! table expressions, derived tables, grouping sets.

use std::ops::Range;

use sqlparser::{
    ast::{
        BinaryOperator, Distinct, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator,
        ObjectName, Query as Ast, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
        Statement, TableFactor, TableWithJoins,
    },
    dialect::{Dialect, PostgreSqlDialect, SQLiteDialect},
    keywords::Keyword,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use crate::snapshot::Database;

/// The parts of a view's query that decide on its key.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) sources: Vec<Source>,
    pub(super) equalities: Vec<Equality>,
    pub(super) merges: Vec<Merge>,
    pub(super) outputs: Vec<Output>,
    /// `None` without `GROUP BY`.
    pub(super) grouping: Option<Vec<Column>>,
    /// The columns of `DISTINCT ON`, where it names only columns.
    pub(super) distinct_on: Option<Vec<Column>>,
}

/// A table of the `FROM`.
#[derive(Debug)]
pub(super) struct Source {
    /// Schema and name, or the name alone.
    pub(super) name: Vec<String>,
    pub(super) alias: String,
    /// Whether it is on the right of a `LEFT JOIN`, so that its columns may be NULL.
    pub(super) optional: bool,
}

/// A column with the query's names.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Table name or alias, where given.
    pub(super) of: Option<String>,
    pub(super) name: String,
}

/// Two columns that are equal in every row.
#[derive(Debug)]
pub(super) struct Equality {
    pub(super) sides: [Column; 2],
    /// The position of a source, where the equality holds in its rows only: the right side of a
    /// `LEFT JOIN`, which has no row in some rows of the result.
    pub(super) only: Option<usize>,
}

/// A join with `USING` or `NATURAL`. Columns with the same name on both sides are equal and merged.
#[derive(Debug)]
pub(super) struct Merge {
    /// Positions of the sources on the left.
    pub(super) left: Range<usize>,
    /// Position of the source on the right.
    pub(super) right: usize,
    /// The names of the columns. `None` for `NATURAL`, which merges all names that both sides have.
    pub(super) names: Option<Vec<String>>,
    /// As in [`Equality`].
    pub(super) only: Option<usize>,
}

/// A column of the result.
#[derive(Debug)]
pub(super) enum Output {
    Column(Column),
    /// `*` or `table.*`.
    All(Option<String>),
    Expression,
}

/// Reads the definition of a view.
pub(super) fn parse(database: Database, definition: &str, multiplying: &[String]) -> Option<Query> {
    let dialect: &dyn Dialect = match database {
        Database::Postgres => &PostgreSqlDialect {},
        Database::Sqlite => &SQLiteDialect {},
    };
    let tokens = Tokenizer::new(dialect, definition).tokenize().ok()?;
    if calls_any(&tokens, multiplying) {
        return None;
    }
    let mut statements = Parser::new(dialect)
        .with_tokens(tokens)
        .parse_statements()
        .ok()?;
    let ast = match (statements.pop()?, statements.is_empty()) {
        (Statement::Query(query), true) => query,
        (Statement::CreateView(view), true) => view.query,
        _ => return None,
    };
    let (Ast { with: None, .. }, SetExpr::Select(select)) = (&*ast, &*ast.body) else {
        return None;
    };
    of_select(database, select)
}

/// Whether one of these functions is called outside of subqueries. A subquery yields a single value or
/// test; a subquery in the `FROM` is refused in any case.
fn calls_any(tokens: &[Token], functions: &[String]) -> bool {
    let is_any = |name: &str| functions.iter().any(|one| one.eq_ignore_ascii_case(name));
    let tokens: Vec<&Token> = tokens
        .iter()
        .filter(|token| !matches!(token, Token::Whitespace(_)))
        .collect();
    // For each open parenthesis, whether it belongs to a subquery or is inside one.
    let mut open: Vec<bool> = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let within = open.last().copied().unwrap_or_default();
        match (token, tokens.get(place + 1)) {
            (Token::LParen, next) => {
                let begins =
                    matches!(next, Some(Token::Word(word)) if word.keyword == Keyword::SELECT);
                open.push(within || begins);
            }
            (Token::RParen, _) => {
                open.pop();
            }
            (Token::Word(word), Some(Token::LParen)) if !within && is_any(&word.value) => {
                return true;
            }
            _ => {}
        }
    }
    false
}

fn of_select(database: Database, select: &Select) -> Option<Query> {
    let mut query = Query::default();
    let names = Names(database);
    for from in &select.from {
        names.from(from, &mut query)?;
    }
    if let Some(condition) = &select.selection {
        names.equalities(condition, None, &mut query.equalities);
    }
    query.outputs = select
        .projection
        .iter()
        .map(|item| names.output(item))
        .collect::<Option<_>>()?;
    let GroupByExpr::Expressions(grouping, modifiers) = &select.group_by else {
        return None;
    };
    if !modifiers.is_empty() || !select.lateral_views.is_empty() {
        return None;
    }
    if !grouping.is_empty() {
        let columns = grouping.iter().map(|expression| names.column(expression));
        query.grouping = Some(columns.collect::<Option<_>>()?);
    }
    if let Some(Distinct::On(expressions)) = &select.distinct {
        let columns = expressions
            .iter()
            .map(|expression| names.column(expression));
        query.distinct_on = columns.collect();
    }
    Some(query)
}

/// Folds names as the database does.
struct Names(Database);

impl Names {
    fn from(&self, from: &TableWithJoins, query: &mut Query) -> Option<()> {
        let start = query.sources.len();
        self.left(&from.relation, query)?;
        for join in &from.joins {
            self.join(join, start, query)?;
        }
        Some(())
    }

    /// The left side of a join, which may consist of joins itself.
    fn left(&self, relation: &TableFactor, query: &mut Query) -> Option<()> {
        match relation {
            TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => self.from(table_with_joins, query),
            relation => {
                query.sources.push(self.source(relation, false)?);
                Some(())
            }
        }
    }

    /// A join of the sources from position `start` on with another source.
    fn join(&self, join: &Join, start: usize, query: &mut Query) -> Option<()> {
        let (constraint, optional) = match &join.join_operator {
            JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => (constraint, false),
            JoinOperator::CrossJoin(constraint) => (constraint, false),
            JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                (constraint, true)
            }
            _ => return None,
        };
        let place = query.sources.len();
        query.sources.push(self.source(&join.relation, optional)?);
        let only = optional.then_some(place);
        let names = match constraint {
            JoinConstraint::On(condition) => {
                self.equalities(condition, only, &mut query.equalities);
                return Some(());
            }
            JoinConstraint::None => return Some(()),
            JoinConstraint::Using(columns) => {
                let name = |column| self.object(column)?.pop();
                Some(columns.iter().map(name).collect::<Option<_>>()?)
            }
            JoinConstraint::Natural => None,
        };
        query.merges.push(Merge {
            left: start..place,
            right: place,
            names,
            only,
        });
        Some(())
    }

    fn source(&self, relation: &TableFactor, optional: bool) -> Option<Source> {
        let TableFactor::Table {
            name,
            alias,
            args: None,
            ..
        } = relation
        else {
            return None;
        };
        let name = self.object(name)?;
        let alias = match alias {
            Some(alias) if alias.columns.is_empty() => self.identifier(&alias.name),
            Some(_) => return None,
            None => name.last()?.clone(),
        };
        Some(Source {
            name,
            alias,
            optional,
        })
    }

    /// The equalities of columns that a condition joins by AND.
    fn equalities(&self, condition: &Expr, only: Option<usize>, found: &mut Vec<Equality>) {
        match condition {
            Expr::Nested(inner) => self.equalities(inner, only, found),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => {
                self.equalities(left, only, found);
                self.equalities(right, only, found);
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } => {
                if let (Some(left), Some(right)) = (self.column(left), self.column(right)) {
                    found.push(Equality {
                        sides: [left, right],
                        only,
                    });
                }
            }
            _ => {}
        }
    }

    fn output(&self, item: &SelectItem) -> Option<Output> {
        Some(match item {
            SelectItem::UnnamedExpr(expression)
            | SelectItem::ExprWithAlias {
                expr: expression, ..
            } => self
                .column(expression)
                .map_or(Output::Expression, Output::Column),
            SelectItem::Wildcard(_) => Output::All(None),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(of), _) => {
                Output::All(self.object(of)?.pop())
            }
            _ => return None,
        })
    }

    fn column(&self, expression: &Expr) -> Option<Column> {
        match expression {
            Expr::Nested(inner) => self.column(inner),
            Expr::Identifier(name) => Some(Column {
                of: None,
                name: self.identifier(name),
            }),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [.., of, name] => Some(Column {
                    of: Some(self.identifier(of)),
                    name: self.identifier(name),
                }),
                _ => None,
            },
            _ => None,
        }
    }

    fn object(&self, name: &ObjectName) -> Option<Vec<String>> {
        let parts = name.0.iter();
        parts
            .map(|part| Some(self.identifier(part.as_ident()?)))
            .collect()
    }

    /// PostgreSQL folds names without quotes to lower case.
    fn identifier(&self, identifier: &Ident) -> String {
        match (self.0, identifier.quote_style) {
            (Database::Postgres, None) => identifier.value.to_lowercase(),
            _ => identifier.value.clone(),
        }
    }
}
