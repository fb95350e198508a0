//! A policy's predicate, resolved by the catalog; its claims become values with each request.

use std::sync::Arc;

use reflect::snapshot::Database;
use serde_json::Value as Json;

use super::super::{
    Condition, Filter, IsTest, RelatedTest, Test, Visibility,
    catalog_resolver::operand::{self, Conditions},
};
use crate::{
    access::Claims,
    catalog::{Catalog, Join, Resource, Type, nearest},
    codec::Value,
    error::Error,
    query::{
        operators::Operator,
        parse::{self, Deleted, Field, Group, Member, Operand, Predicate},
    },
    settings::Limits,
};

/// Conditions of which all must hold, or any.
#[derive(Debug, Clone)]
pub struct RowPredicate {
    negated: bool,
    any: bool,
    members: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    /// It compares with no claim.
    Fixed(Filter),
    Claim(Box<ClaimTest>),
    Group(RowPredicate),
    Related(Box<RelatedPart>),
}

#[derive(Debug, Clone)]
struct RelatedPart {
    join: Join,
    target: Arc<Resource>,
    /// The conditions that leave soft-deleted rows out.
    imposed: Vec<Condition>,
    predicate: RowPredicate,
}

/// The comparison of a column with a claim.
#[derive(Debug, Clone)]
struct ClaimTest {
    resource: Arc<Resource>,
    column: usize,
    field: Field,
    negated: bool,
    operator: Operator,
    /// The path to the claim: `org.id`.
    claim: Vec<String>,
}

/// What a predicate is resolved against.
#[derive(Clone, Copy)]
pub struct PolicyScope<'a> {
    /// The catalog without policies: a policy may compare what the role may not read.
    pub catalog: &'a Catalog,
    pub database: Database,
}

/// The most conditions of a policy, and how deeply they may be nested.
fn limits() -> Limits {
    Limits {
        filters: 256,
        depth: 16,
        ..Limits::default()
    }
}

impl RowPredicate {
    /// Resolves the text of a policy.
    ///
    /// # Errors
    /// An unknown name or operator, or a value that is not of its column's type.
    pub fn of(scope: PolicyScope<'_>, resource: &Arc<Resource>, text: &str) -> Result<Self, Error> {
        let group = parse::policy("policy", text, &limits())?;
        Compiler { scope }.group(resource, group)
    }

    /// The predicate that a column has a value, which may be a claim.
    ///
    /// # Errors
    /// The value is not of the column's type.
    pub fn equals(
        scope: PolicyScope<'_>,
        resource: &Arc<Resource>,
        column: usize,
        value: &str,
    ) -> Result<Self, Error> {
        let predicate = Predicate {
            negated: false,
            operator: Operator::Eq,
            operand: Operand::Text(value.to_owned()),
        };
        let field = Field::of(resource.columns[column].field.clone());
        let part = Compiler { scope }.compared(resource, column, field, predicate)?;
        Ok(Self {
            negated: false,
            any: false,
            members: vec![part],
        })
    }

    /// The filter for a caller with these claims. `None` if no row satisfies it, because a claim is
    /// missing or is not of the type of its column.
    ///
    /// A part whose claim is missing is neither true nor false: it matches nothing, and neither does its
    /// negation.
    pub fn with(&self, claims: &Claims, database: Database) -> Option<Filter> {
        self.bind(claims, database, false)
    }

    /// The filter with the names of claims in place of their values, to be shown to people.
    pub fn with_names(&self) -> Filter {
        let mut filter = Filter {
            negated: self.negated,
            any: self.any,
            ..Filter::default()
        };
        for part in &self.members {
            match part {
                Part::Fixed(fixed) => filter.groups.push(fixed.clone()),
                Part::Group(group) => filter.groups.push(group.with_names()),
                Part::Claim(test) => filter.conditions.push(Condition {
                    column: test.column,
                    path: test.field.path.clone().into_boxed_slice(),
                    negated: test.negated,
                    test: Test::Compare(
                        test.operator,
                        Value::Text(format!("${}", test.claim.join("."))),
                    ),
                }),
                Part::Related(related) => filter.related.push(RelatedTest {
                    join: related.join.clone(),
                    target: related.target.clone(),
                    filter: Filter {
                        conditions: related.imposed.clone(),
                        groups: vec![related.predicate.with_names()],
                        ..Filter::default()
                    },
                }),
            }
        }
        filter
    }

    fn bind(&self, claims: &Claims, database: Database, below_not: bool) -> Option<Filter> {
        let below_not = below_not || self.negated;
        let mut filter = Filter {
            negated: self.negated,
            any: self.any,
            ..Filter::default()
        };
        let mut has_some = false;
        for part in &self.members {
            if part
                .add_to(&mut filter, claims, database, below_not)
                .is_some()
            {
                has_some = true;
            } else if below_not || !self.any {
                return None;
            }
        }
        has_some.then_some(filter)
    }
}

impl Part {
    fn add_to(
        &self,
        filter: &mut Filter,
        claims: &Claims,
        database: Database,
        below_not: bool,
    ) -> Option<()> {
        match self {
            // A single condition needs no group, so that the planner knows a key when it sees one.
            Self::Fixed(fixed) => match fixed.plain() {
                Some([condition]) => filter.conditions.push(condition.clone()),
                _ => filter.groups.push(fixed.clone()),
            },
            Self::Claim(test) => test.with(claims, database)?.add_to(filter),
            Self::Group(group) => filter.groups.push(group.bind(claims, database, below_not)?),
            Self::Related(related) => {
                let mut inside = related.predicate.bind(claims, database, below_not)?;
                if !related.imposed.is_empty() {
                    inside = Filter {
                        conditions: related.imposed.clone(),
                        groups: vec![inside],
                        ..Filter::default()
                    };
                }
                filter.related.push(RelatedTest {
                    join: related.join.clone(),
                    target: related.target.clone(),
                    filter: inside,
                });
            }
        }
        Some(())
    }
}

impl ClaimTest {
    fn with(&self, claims: &Claims, database: Database) -> Option<Conditions> {
        let (first, rest) = self.claim.split_first()?;
        let mut value = claims.get(first)?;
        for name in rest {
            value = value.get(name)?;
        }
        let data_type = match self.field.path.last() {
            None => &self.resource.columns[self.column].data_type,
            Some(step) if step.as_text => &Type::Text { max_length: None },
            Some(_) => &Type::Json { comparable: true },
        };
        let operand = match (self.operator, value) {
            (Operator::In, Json::Array(items)) => {
                let items = items.iter().map(|item| text_of(data_type, item));
                Operand::List(items.collect::<Option<_>>()?)
            }
            (Operator::In, _) => return None,
            (_, value) => Operand::Text(text_of(data_type, value)?),
        };
        let predicate = Predicate {
            negated: self.negated,
            operator: self.operator,
            operand,
        };
        let field = self.field.clone();
        let conditions =
            operand::conditions(database, &self.resource, self.column, field, predicate);
        conditions.ok()?.ok()
    }
}

/// The text of a claim, if a column of the type may be compared with it.
fn text_of(data_type: &Type, claim: &Json) -> Option<String> {
    match (data_type, claim) {
        (_, Json::Null) => None,
        (Type::Json { .. } | Type::Array(_), claim) => Some(claim.to_string()),
        (_, Json::String(text)) => Some(text.clone()),
        (Type::Bool, Json::Bool(flag)) => Some(flag.to_string()),
        (
            Type::Int2
            | Type::Int4
            | Type::Int8
            | Type::Oid
            | Type::Float4
            | Type::Float8
            | Type::Numeric { .. },
            Json::Number(number),
        ) => Some(number.to_string()),
        _ => None,
    }
}

struct Compiler<'a> {
    scope: PolicyScope<'a>,
}

impl Compiler<'_> {
    fn group(&self, resource: &Arc<Resource>, group: Group) -> Result<RowPredicate, Error> {
        let members = group.members.into_iter();
        let members = members.map(|member| self.member(resource, member));
        Ok(RowPredicate {
            negated: group.negated,
            any: group.any,
            members: members.collect::<Result<_, _>>()?,
        })
    }

    fn member(&self, resource: &Arc<Resource>, member: Member) -> Result<Part, Error> {
        match member {
            Member::Group(group) => self.group(resource, group).map(Part::Group),
            Member::Related(name, inside) => self.related(resource, &name, *inside),
            Member::Condition(field, predicate) => {
                let column = resource.position(&field.name).ok_or_else(|| {
                    let known = resource.columns.iter().map(|one| one.field.as_str());
                    Error::UnknownField {
                        suggestion: nearest(&field.name, known),
                        name: field.name.clone(),
                        resource: resource.name.clone(),
                    }
                })?;
                self.compared(resource, column, field, predicate)
            }
        }
    }

    fn related(&self, resource: &Arc<Resource>, name: &str, inside: Member) -> Result<Part, Error> {
        let Some(relation) = resource.relation(name) else {
            if resource.position(name).is_some() {
                let word = match &inside {
                    Member::Condition(field, _) => field.name.clone(),
                    Member::Related(word, _) => word.clone(),
                    Member::Group(_) => String::new(),
                };
                return Err(Error::UnknownOperator {
                    suggestion: Operator::nearest_name(&word),
                    name: word,
                });
            }
            let known = resource.relations.iter().map(|one| one.name.as_str());
            return Err(Error::UnknownRelation {
                suggestion: nearest(name, known),
                name: name.to_owned(),
                resource: resource.name.clone(),
            });
        };
        let target = self.scope.catalog.target(relation);
        let visible = Visibility::of(Deleted::Exclude).all::<Condition>(target);
        let predicate = match inside {
            Member::Group(group) => self.group(target, group)?,
            other => RowPredicate {
                negated: false,
                any: false,
                members: vec![self.member(target, other)?],
            },
        };
        Ok(Part::Related(Box::new(RelatedPart {
            join: relation.join.clone(),
            target: target.clone(),
            imposed: visible.imposed().to_vec(),
            predicate,
        })))
    }

    fn compared(
        &self,
        resource: &Arc<Resource>,
        column: usize,
        field: Field,
        mut predicate: Predicate,
    ) -> Result<Part, Error> {
        let claim = match &mut predicate.operand {
            Operand::Text(text) if text.starts_with("$$") => {
                text.remove(0);
                None
            }
            Operand::Text(text) => text.strip_prefix('$').map(str::to_owned),
            _ => None,
        };
        let Some(claim) = claim else {
            let database = self.scope.database;
            let conditions = operand::conditions(database, resource, column, field, predicate)?;
            let mut filter = Filter::default();
            match conditions {
                Ok(conditions) => conditions.add_to(&mut filter),
                Err(problem) => return Err(Error::Invalid(vec![problem])),
            }
            return Ok(Part::Fixed(filter));
        };
        let data_type = &resource.columns[column].data_type;
        let operator = predicate.operator;
        let takes_claims = matches!(
            operator,
            Operator::Eq
                | Operator::Neq
                | Operator::Gt
                | Operator::Gte
                | Operator::Lt
                | Operator::Lte
                | Operator::In
                | Operator::Isdistinct
                | Operator::Cs
                | Operator::Cd
                | Operator::Ov
        );
        let problem =
            |message: String| Error::invalid(field.name.clone(), "invalid_operator", message);
        if !takes_claims {
            // A claim with a `%` in it would match more than itself.
            let name = operator.name();
            return Err(problem(format!(
                "cannot be compared with a claim by `{name}`"
            )));
        }
        if field.path.is_empty() && !operator.applies_to(data_type) {
            let (name, data_type) = (operator.name(), data_type.name());
            return Err(problem(format!(
                "cannot be filtered by `{name}`: its type is {data_type}"
            )));
        }
        let names: Vec<String> = claim.split('.').map(str::to_owned).collect();
        if names.iter().any(String::is_empty) {
            return Err(problem(format!("`${claim}` names no claim: $sub, $org.id")));
        }
        // What a database lacks is told at the start, and not with each request.
        let sample = Predicate {
            operand: Operand::Is(IsTest::Null),
            operator: Operator::Is,
            negated: false,
        };
        let checked =
            operand::conditions(self.scope.database, resource, column, field.clone(), sample)?;
        if let Err(problem) = checked {
            return Err(Error::Invalid(vec![problem]));
        }
        if self.scope.database == Database::Sqlite
            && let Some(lacks) = operator.lacking_in_sqlite(data_type)
        {
            return Err(Error::NotImplemented {
                feature: format!("`{}`", operator.name()),
                reason: format!("SQLite has no {lacks}"),
            });
        }
        Ok(Part::Claim(Box::new(ClaimTest {
            resource: resource.clone(),
            column,
            field,
            negated: predicate.negated,
            operator,
            claim: names,
        })))
    }
}

/// Whether a condition can neither fail for a row's value nor take a time that depends on it.
pub fn is_leakproof(resource: &Resource, condition: &Condition) -> bool {
    let is_plain = match &condition.test {
        Test::Compare(operator, _) => matches!(
            operator,
            Operator::Eq
                | Operator::Neq
                | Operator::Gt
                | Operator::Gte
                | Operator::Lt
                | Operator::Lte
                | Operator::Isdistinct
        ),
        Test::In(_) | Test::Is(_) => true,
        Test::Search { .. } => false,
    };
    is_plain
        && condition.path.is_empty()
        && has_plain_type(&resource.columns[condition.column].data_type)
}

/// Whether comparisons of a type are PostgreSQL's own, which fail for no value.
pub fn has_plain_type(data_type: &Type) -> bool {
    match data_type {
        Type::Bool
        | Type::Int2
        | Type::Int4
        | Type::Int8
        | Type::Oid
        | Type::Float4
        | Type::Float8
        | Type::Numeric { .. }
        | Type::Text { .. }
        | Type::Uuid
        | Type::Enum(_)
        | Type::Timestamp
        | Type::TimestampTz
        | Type::Date
        | Type::Time
        | Type::Bytes => true,
        Type::Json { .. } | Type::Array(_) | Type::Other { .. } => false,
    }
}
