//! Filters: names resolved, operands checked against the types they are compared with.

use std::sync::Arc;

use reflect::snapshot::Database;

use super::{
    Condition, Context, Filter, Test,
    level::{Embed, EmbedTest},
};
use crate::{
    catalog::{Resource, Type, nearest},
    codec::{Value, parse_text},
    error::{Error, Problem},
    query::{
        operators::Operator,
        parse::{self, Field, IsTest, Member, Operand, Predicate, Quantifier, Restriction},
    },
};

/// The filter of a change of many rows: those of the parameters that are about the rows themselves,
/// which are taken out of the query.
///
/// # Errors
/// Unknown names and parameters as 400; operands of another type as 422, all of them at once.
pub fn filter(
    context: Context<'_>,
    resource: &Arc<Resource>,
    query: &mut parse::ListQuery,
) -> Result<Filter, Error> {
    let is_own = |filter: &parse::Filter| {
        filter.embed.is_empty() || resource.readable(&filter.name).is_some()
    };
    let filters = std::mem::take(&mut query.filters);
    let (own, others) = filters.into_iter().partition(is_own);
    query.filters = others;
    planned(context, Subjects::of(resource), own)
}

/// What conditions can be about.
#[derive(Clone, Copy)]
pub(super) struct Subjects<'a> {
    pub resource: &'a Resource,
    pub embeds: &'a [Embed],
}

impl<'a> Subjects<'a> {
    /// The columns of a resource.
    pub(super) fn of(resource: &'a Resource) -> Self {
        Self {
            resource,
            embeds: &[],
        }
    }
}

/// The filter of parameters, all of which must hold.
pub(super) fn planned(
    context: Context<'_>,
    subjects: Subjects<'_>,
    parsed: Vec<parse::Filter>,
) -> Result<Filter, Error> {
    let mut filter = Filter::from(Vec::with_capacity(parsed.len()));
    let mut planner = Planner {
        context,
        resource: subjects.resource,
        embeds: subjects.embeds,
        problems: Vec::new(),
    };
    for parse::Filter { name, embed, what } in parsed {
        match what {
            Restriction::Condition(field, predicate) => {
                planner.parameter(&mut filter, name, embed, field, predicate)?;
            }
            Restriction::Group(group) => {
                let group = planner.group(group)?;
                filter.groups.push(group);
            }
        }
    }
    if planner.problems.is_empty() {
        Ok(filter)
    } else {
        Err(Error::Invalid(planner.problems))
    }
}

struct Planner<'a> {
    context: Context<'a>,
    resource: &'a Resource,
    embeds: &'a [Embed],
    problems: Vec<Problem>,
}

/// What a condition looks at: the name to show, and its type.
struct Subject<'a> {
    name: &'a str,
    data_type: &'a Type,
}

impl Planner<'_> {
    /// Adds the condition of a parameter. Some fields have dots and arrows in their names.
    fn parameter(
        &mut self,
        filter: &mut Filter,
        name: String,
        embed: Vec<String>,
        field: Field,
        predicate: Result<Predicate, Error>,
    ) -> Result<(), Error> {
        if let Some(column) = self.resource.readable(&name) {
            let path = Vec::new();
            return self.condition(filter, column, Field { name, path }, predicate?);
        }
        if !embed.is_empty() {
            return Err(self.unknown(name));
        }
        match self.resource.readable(&field.name) {
            Some(column) => self.condition(filter, column, field, predicate?),
            None => match self.embed(&field) {
                Some(embed) => self.embed_test(filter, embed, &field.name, &predicate?),
                None => Err(self.unknown(name)),
            },
        }
    }

    fn unknown(&self, name: String) -> Error {
        let known = self.resource.fields();
        let known = known.chain(parse::PARAMETERS.iter().copied());
        Error::UnknownParameter {
            suggestion: nearest(&name, known),
            name,
            resource: self.resource.name.clone(),
        }
    }

    fn embed(&self, field: &Field) -> Option<usize> {
        let is_field = |embed: &Embed| embed.key == field.name && field.path.is_empty();
        self.embeds.iter().position(is_field)
    }

    /// `relation=is.null`, `relation=not.is.null`
    fn embed_test(
        &self,
        filter: &mut Filter,
        embed: usize,
        name: &str,
        predicate: &Predicate,
    ) -> Result<(), Error> {
        let exists = match predicate.operand {
            Operand::Is(IsTest::Null) => predicate.negated,
            Operand::Is(IsTest::NotNull) => !predicate.negated,
            _ => {
                return Err(Error::InvalidParameter {
                    parameter: name.to_owned(),
                    reason: format!(
                        "is a relation: {name}=is.null and {name}=not.is.null ask whether it has \
                         rows, {name}.field=eq.x which"
                    ),
                });
            }
        };
        filter.embeds.push(EmbedTest { embed, exists });
        Ok(())
    }

    fn group(&mut self, group: parse::Group) -> Result<Filter, Error> {
        let mut filter = Filter {
            negated: group.negated,
            any: group.any,
            ..Filter::default()
        };
        for member in group.members {
            match member {
                Member::Condition(field, predicate) => {
                    match (self.resource.readable(&field.name), self.embed(&field)) {
                        (None, Some(embed)) => {
                            self.embed_test(&mut filter, embed, &field.name, &predicate)?;
                        }
                        _ => {
                            let column = super::read::readable(self.resource, &field.name)?;
                            self.condition(&mut filter, column, field, predicate)?;
                        }
                    }
                }
                Member::Group(group) => {
                    let group = self.group(group)?;
                    filter.groups.push(group);
                }
            }
        }
        Ok(filter)
    }

    /// Adds a condition to `filter`, or what is wrong with it to the problems.
    fn condition(
        &mut self,
        filter: &mut Filter,
        column: usize,
        field: Field,
        predicate: Predicate,
    ) -> Result<(), Error> {
        let within;
        let data_type = &self.resource.columns[column].data_type;
        let subject = Subject {
            name: &field.name,
            data_type: match field.path.last() {
                None => data_type,
                Some(_) if !data_type.holds_json() => {
                    let message = format!("holds no JSON: its type is {}", data_type.name());
                    let problem = problem(&field.name, "invalid_operator", message);
                    self.problems.push(problem);
                    return Ok(());
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
        if self.context.database == Database::Sqlite
            && predicate.operator.applies_to(subject.data_type)
        {
            subject.refuse_what_sqlite_lacks(predicate.operator)?;
        }
        let tests = match subject.tests(predicate.operator, predicate.operand) {
            Ok(tests) => tests,
            Err(problem) => {
                self.problems.push(problem);
                return Ok(());
            }
        };
        let path = field.path.into_boxed_slice();
        match tests {
            Tests::One(test) => filter.conditions.push(Condition {
                column,
                path,
                negated: predicate.negated,
                test,
            }),
            Tests::Each(quantifier, tests) => filter.groups.push(Filter {
                negated: predicate.negated,
                any: quantifier == Quantifier::Any,
                conditions: tests
                    .into_iter()
                    .map(|test| Condition {
                        column,
                        path: path.clone(),
                        negated: false,
                        test,
                    })
                    .collect(),
                ..Filter::default()
            }),
        }
        Ok(())
    }
}

enum Tests {
    One(Test),
    Each(Quantifier, Vec<Test>),
}

impl Subject<'_> {
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
        parse_text(&Type::Text { max_length: None }, text)
            .map_err(|refusal| self.refuse(refusal.code, refusal.message))
    }

    fn value(&self, operator: Operator, text: &str) -> Result<Value, Problem> {
        match (operator, self.data_type) {
            // A pattern may be longer than what it matches.
            (Operator::Like | Operator::Ilike, _) => self.text(&text.replace('*', "%")),
            // So may any text that a row is compared with; it just equals none.
            (_, Type::Text { .. }) => self.text(text),
            // PostgreSQL's way to write an array is as good as JSON's.
            (_, Type::Array(item)) if text.trim_start().starts_with('{') => {
                let wrong = || self.refuse("invalid_type", "must be an array: {a,b}".to_owned());
                let items = parse::array_literal(text).ok_or_else(wrong)?;
                let items = items.iter().map(|text| parse_text(item, text)).collect();
                let items: Result<Vec<_>, _> = items;
                items
                    .map(Value::Array)
                    .map_err(|refusal| self.refuse(refusal.code, refusal.message))
            }
            (_, data_type) => parse_text(data_type, text)
                .map_err(|refusal| self.refuse(refusal.code, refusal.message)),
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
    Problem {
        field: field.to_owned(),
        code,
        message,
    }
}
