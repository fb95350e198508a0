//! The operands of conditions, checked against the types of their columns.

use reflect::snapshot::Database;

use super::super::{Condition, Filter, Test};
use crate::{
    catalog::{Resource, Type},
    codec::{Value, parse_text},
    error::{Error, Problem},
    query::{
        operators::Operator,
        parse::{self, Field, IsTest, Operand, Predicate, Quantifier},
    },
};

/// The conditions of one predicate.
pub(in crate::query::plan) enum Conditions {
    One(Condition),
    /// Any or all of several conditions.
    Group(Filter),
}

impl Conditions {
    pub(in crate::query::plan) fn add_to(self, filter: &mut Filter) {
        match self {
            Self::One(condition) => filter.conditions.push(condition),
            Self::Group(group) => filter.groups.push(group),
        }
    }
}

/// The conditions of a predicate on a column or on a path in its JSON, or the problem of its value.
///
/// # Errors
/// [`Error::NotImplemented`]: the database lacks the operator.
pub(in crate::query::plan) fn conditions(
    database: Database,
    resource: &Resource,
    column: usize,
    field: Field,
    predicate: Predicate,
) -> Result<Result<Conditions, Problem>, Error> {
    let within;
    let data_type = &resource.columns[column].data_type;
    let subject = Compared {
        name: &field.name,
        data_type: match field.path.last() {
            None => data_type,
            Some(_) if !data_type.holds_json() => {
                let message = format!("holds no JSON: its type is {}", data_type.name());
                return Ok(Err(problem(&field.name, "invalid_operator", message)));
            }
            Some(step) => {
                within = if step.as_text {
                    Type::Text { max_length: None }
                } else {
                    Type::Json { comparable: true }
                };
                &within
            }
        },
    };
    if database == Database::Sqlite && predicate.operator.applies_to(subject.data_type) {
        subject.refuse_what_sqlite_lacks(predicate.operator)?;
    }
    let tests = match subject.tests(predicate.operator, predicate.operand) {
        Ok(tests) => tests,
        Err(problem) => return Ok(Err(problem)),
    };
    let path = field.path.into_boxed_slice();
    let condition = |path, negated, test| Condition {
        column,
        path,
        negated,
        test,
    };
    Ok(Ok(match tests {
        Tests::One(test) => Conditions::One(condition(path, predicate.negated, test)),
        Tests::Each(quantifier, tests) => {
            let tests = tests.into_iter();
            let conditions = tests.map(|test| condition(path.clone(), false, test));
            Conditions::Group(Filter {
                negated: predicate.negated,
                any: quantifier == Quantifier::Any,
                ..Filter::from(conditions.collect::<Vec<_>>())
            })
        }
    }))
}

/// A decimal may be compared with a number of more digits than the column has.
const ANY_NUMBER: Type = Type::Numeric {
    precision: None,
    scale: None,
};

/// The compared value: its name in messages, and its type.
struct Compared<'a> {
    name: &'a str,
    data_type: &'a Type,
}

enum Tests {
    One(Test),
    Each(Quantifier, Vec<Test>),
}

impl Compared<'_> {
    fn refuse(&self, code: &'static str, message: String) -> Problem {
        problem(self.name, code, message)
    }

    fn tests(&self, operator: Operator, operand: Operand) -> Result<Tests, Problem> {
        if !operator.applies_to(self.data_type) {
            let (operator, data_type) = (operator.name(), self.data_type.name());
            let message = format!("cannot be filtered by `{operator}`: its type is {data_type}");
            return Err(self.refuse("invalid_operator", message));
        }
        let test = match operand {
            Operand::Text(text) => Test::Compare(operator, self.value(operator, &text)?),
            Operand::List(items) => Test::In(self.values(operator, &items)?),
            Operand::Each(Quantifier::Any, items) if operator == Operator::Eq => {
                Test::In(self.values(operator, &items)?)
            }
            Operand::Each(quantifier, items) => {
                let values = self.values(operator, &items)?.into_iter();
                let tests = values.map(|value| Test::Compare(operator, value));
                return Ok(Tests::Each(quantifier, tests.collect()));
            }
            Operand::Is(test) => {
                let needs_bool = matches!(test, IsTest::True | IsTest::False | IsTest::Unknown);
                if needs_bool && *self.data_type != Type::Bool {
                    let message =
                        format!("is not a boolean: its type is {}", self.data_type.name());
                    return Err(self.refuse("invalid_operator", message));
                }
                Test::Is(test)
            }
            Operand::Search {
                configuration,
                query,
            } => Test::Search {
                operator,
                configuration: configuration.map(String::into_boxed_str),
                as_it_is: matches!(self.data_type, Type::Other { .. }),
                query: self.text(&query)?,
            },
        };
        Ok(Tests::One(test))
    }

    fn values(&self, operator: Operator, items: &[String]) -> Result<Vec<Value>, Problem> {
        items
            .iter()
            .map(|item| self.value(operator, item))
            .collect()
    }

    fn text(&self, text: &str) -> Result<Value, Problem> {
        self.parse(&Type::Text { max_length: None }, text)
    }

    fn parse(&self, data_type: &Type, text: &str) -> Result<Value, Problem> {
        parse_text(data_type, text).map_err(|refusal| self.refuse(refusal.code, refusal.message))
    }

    fn value(&self, operator: Operator, text: &str) -> Result<Value, Problem> {
        match (operator, self.data_type) {
            // A pattern may be longer than the column's texts.
            (Operator::Like | Operator::Ilike, _) => self.text(&text.replace('*', "%")),
            // A text that is too long is valid: no row equals it.
            (_, Type::Text { .. }) => self.text(text),
            (_, Type::Numeric { .. }) => self.parse(&ANY_NUMBER, text),
            // An array may be written as in PostgreSQL or as in JSON.
            (_, Type::Array(item)) if text.trim_start().starts_with('{') => {
                let wrong = || self.refuse("invalid_type", "must be an array: {a,b}".to_owned());
                let items = parse::array_literal(text).ok_or_else(wrong)?;
                let items = items.iter().map(|text| parse_text(item, text)).collect();
                let items: Result<Vec<_>, _> = items;
                items
                    .map(Value::Array)
                    .map_err(|refusal| self.refuse(refusal.code, refusal.message))
            }
            (_, data_type) => self.parse(data_type, text),
        }
    }

    fn refuse_what_sqlite_lacks(&self, operator: Operator) -> Result<(), Error> {
        let Some(lacks) = operator.lacking_in_sqlite(self.data_type) else {
            return Ok(());
        };
        Err(Error::NotImplemented {
            feature: format!("`{}`", operator.name()),
            reason: format!("SQLite has no {lacks}"),
        })
    }
}

fn problem(field: &str, code: &'static str, message: String) -> Problem {
    Problem::new(field, code, message)
}
