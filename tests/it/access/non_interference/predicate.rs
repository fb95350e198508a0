//! Predicates of policies: their text, and what they mean, told without the engine.

use reflect::snapshot::Relation;
use serde_json::{Value, json};

use super::world::{ColumnKind, World};
use crate::support::rng::Rng;

#[derive(Debug, Clone)]
pub enum Predicate {
    Compare {
        column: String,
        negated: bool,
        operator: &'static str,
        operand: Operand,
    },
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    /// None of them, or not all.
    Not(Box<Predicate>),
    Related(Relation, Box<Predicate>),
}

#[derive(Debug, Clone)]
pub enum Operand {
    Value(Value),
    /// A path into the claims.
    Claim(&'static str),
    Null,
    True,
}

impl Predicate {
    pub fn of(rng: &mut Rng, world: &World, table: &str, depth: usize) -> Self {
        let relations = &world.relations[table];
        match rng.below(8) {
            0 | 1 if depth > 0 && !relations.is_empty() => {
                let relation = relations[rng.below(relations.len())].clone();
                let inside = Self::of(rng, world, &relation.table, depth - 1);
                Self::Related(relation, Box::new(inside))
            }
            2 | 3 if depth > 0 => {
                let members = (0..2).map(|_| Self::of(rng, world, table, depth - 1));
                let members: Vec<_> = members.collect();
                if !rng.once_in(4) {
                    Self::Any(members)
                } else {
                    Self::All(members)
                }
            }
            4 if depth > 0 => {
                let members = (0..2).map(|_| Self::of(rng, world, table, depth - 1));
                let members: Vec<_> = members.collect();
                Self::Not(Box::new(if rng.once_in(2) {
                    Self::Any(members)
                } else {
                    Self::All(members)
                }))
            }
            _ => Self::compare(rng, world, table),
        }
    }

    fn compare(rng: &mut Rng, world: &World, table: &str) -> Self {
        let columns = &world.table(table).columns;
        let column = &columns[rng.below(columns.len())];
        let (operator, operand) = match &column.kind {
            ColumnKind::Bool => ("is", Operand::True),
            _ if rng.once_in(6) => ("is", Operand::Null),
            ColumnKind::Int if rng.once_in(2) => (
                rng.one_of(&["eq", "lt", "gte", "neq"]),
                Operand::Claim("max"),
            ),
            ColumnKind::Int => (
                rng.one_of(&["eq", "lte", "gt", "neq"]),
                Operand::Value(json!(rng.below(6))),
            ),
            ColumnKind::Text if column.name == "ownerId" => match rng.below(3) {
                0 => ("in", Operand::Claim("team.names")),
                _ => (rng.one_of(&["eq", "neq"]), Operand::Claim("sub")),
            },
            _ => (
                "eq",
                Operand::Value(json!(rng.one_of(&["red", "green", "s1", "alfa1"]))),
            ),
        };
        Self::Compare {
            column: column.name.clone(),
            negated: rng.once_in(4),
            operator,
            operand,
        }
    }

    /// In the grammar of filters.
    pub fn text(&self) -> String {
        match self {
            Self::Compare {
                column,
                negated,
                operator,
                operand,
            } => {
                let not = if *negated { "not." } else { "" };
                let operand = match operand {
                    Operand::Value(Value::String(text)) => text.clone(),
                    Operand::Value(value) => value.to_string(),
                    Operand::Claim(path) => format!("${path}"),
                    Operand::Null => "null".to_owned(),
                    Operand::True => "true".to_owned(),
                };
                format!("{column}.{not}{operator}.{operand}")
            }
            Self::All(members) => format!("and({})", texts(members)),
            Self::Any(members) => format!("or({})", texts(members)),
            Self::Not(inside) => format!("not.{}", inside.text()),
            Self::Related(relation, inside) => format!("{}.{}", relation.name, inside.text()),
        }
    }

    /// The predicate for these claims. `None` if it matches nothing, because a claim is missing: neither
    /// then does its negation.
    pub fn with(&self, claims: &Value, below_not: bool) -> Option<Self> {
        match self {
            Self::Compare {
                column,
                negated,
                operator,
                operand: Operand::Claim(path),
            } => {
                let mut value = claims;
                for name in path.split('.') {
                    value = value.get(name)?;
                }
                Some(Self::Compare {
                    column: column.clone(),
                    negated: *negated,
                    operator,
                    operand: Operand::Value(value.clone()),
                })
            }
            Self::Compare { .. } => Some(self.clone()),
            Self::All(members) => {
                let members = members.iter().map(|one| one.with(claims, below_not));
                members.collect::<Option<Vec<_>>>().map(Self::All)
            }
            Self::Any(members) => {
                let all: Vec<_> = members
                    .iter()
                    .map(|one| one.with(claims, below_not))
                    .collect();
                if below_not && all.iter().any(Option::is_none) {
                    return None;
                }
                let known: Vec<Self> = all.into_iter().flatten().collect();
                (!known.is_empty()).then_some(Self::Any(known))
            }
            Self::Not(inside) => Some(Self::Not(Box::new(inside.with(claims, true)?))),
            Self::Related(relation, inside) => Some(Self::Related(
                relation.clone(),
                Box::new(inside.with(claims, below_not)?),
            )),
        }
    }

    /// Whether a row satisfies it; `None` is SQL's unknown.
    pub fn holds(&self, world: &World, table: &str, row: &[Value]) -> Option<bool> {
        match self {
            Self::Compare {
                column,
                negated,
                operator,
                operand,
            } => {
                let value = &row[world.table(table).column(column)];
                let found = compare(value, operator, operand);
                found.map(|found| found != *negated)
            }
            Self::All(members) => {
                let found: Vec<_> = members
                    .iter()
                    .map(|one| one.holds(world, table, row))
                    .collect();
                if found.contains(&Some(false)) {
                    Some(false)
                } else {
                    found.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
                }
            }
            Self::Any(members) => {
                let found: Vec<_> = members
                    .iter()
                    .map(|one| one.holds(world, table, row))
                    .collect();
                if found.contains(&Some(true)) {
                    Some(true)
                } else {
                    found.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
                }
            }
            Self::Not(inside) => inside.holds(world, table, row).map(|found| !found),
            Self::Related(relation, inside) => {
                let rows = world.related(relation, table, row).into_iter();
                let mut rows = rows.filter(|row| !world.is_deleted(&relation.table, row));
                Some(rows.any(|row| inside.holds(world, &relation.table, row) == Some(true)))
            }
        }
    }
}

fn texts(members: &[Predicate]) -> String {
    let texts: Vec<String> = members.iter().map(Predicate::text).collect();
    texts.join(",")
}

fn compare(value: &Value, operator: &str, operand: &Operand) -> Option<bool> {
    let operand = match operand {
        Operand::Null => return Some(value.is_null()),
        Operand::True => return Some(*value == json!(true)),
        Operand::Value(operand) => operand,
        Operand::Claim(path) => panic!("{path} has no value"),
    };
    if value.is_null() {
        return None;
    }
    let number = |value: &Value| value.as_i64();
    Some(match operator {
        "eq" => value == operand,
        "neq" => value != operand,
        "lt" => number(value) < number(operand),
        "lte" => number(value) <= number(operand),
        "gt" => number(value) > number(operand),
        "gte" => number(value) >= number(operand),
        "in" => operand
            .as_array()
            .is_some_and(|items| items.contains(value)),
        other => panic!("{other}"),
    })
}
