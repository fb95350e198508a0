//! Levels of rows whose names and values the database resolvers.

use reflect::snapshot::TableKind;

use super::relationships::Join;
use crate::{
    catalog::{Column, Resource, Type},
    query::{
        casts::SqlType,
        operators::Operator,
        parse::{Field, FieldItem, Operand, Predicate},
        plan::{
            Filter, FromImposed, Imposed,
            select_node::{self, Stage},
        },
    },
};

/// Names and operands as they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw;

impl Stage for Raw {
    type Value = Value;
    type Condition = Compare;
    type ColumnPath = Field;
    type Join = Join;
}

/// A column, or something made of one.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is called in the answer.
    pub key: String,
    /// Its casts are the two below.
    pub item: FieldItem,
    pub cast: Option<SqlType>,
    /// Of what the aggregate gives.
    pub aggregate_cast: Option<SqlType>,
}

/// A condition on one column.
#[derive(Debug, Clone)]
pub struct Compare {
    pub field: Field,
    pub predicate: Predicate,
}

impl FromImposed for Compare {
    fn from_imposed(resource: &Resource, imposed: &Imposed) -> Self {
        Self {
            field: Field::of(resource.columns[imposed.column].name.clone()),
            predicate: Predicate {
                negated: imposed.negated,
                operator: Operator::Is,
                operand: Operand::Is(imposed.test),
            },
        }
    }
}

pub type SelectNode = select_node::SelectNode<Raw>;
pub type Embed = select_node::Embed<Raw>;
pub type OutputItem = select_node::OutputItem<Raw>;

impl SelectNode {
    /// Whether nothing is asked for but columns of tables that the catalog knows, as types of
    /// PostgreSQL's own: what needs no names of a schema, and writes nothing.
    pub fn is_known(&self) -> bool {
        let casts_to_own = |value: &Value| {
            let mut casts = value.cast.iter().chain(&value.aggregate_cast);
            casts.all(SqlType::is_built_in)
        };
        let output = |output: &OutputItem| match output {
            OutputItem::Embed(_) => true,
            OutputItem::Value(value) => {
                let item = &value.item;
                item.field.as_ref().is_none_or(|field| {
                    // Functions of domains may be anybody's.
                    self.column(&field.name)
                        .is_some_and(|column| column.to_json().is_none())
                }) && casts_to_own(value)
            }
        };
        let embed =
            |embed: &Embed| !matches!(embed.join, Join::Computed { .. }) && embed.node.is_known();
        self.from.kind == TableKind::Table
            && self.outputs.iter().all(output)
            && self.embeds.iter().all(embed)
            && self.compares_known(&self.filter)
            && self.order.iter().all(|term| {
                let of = term.embed.map_or(self, |embed| &self.embeds[embed].node);
                of.is_column(&term.place.name)
            })
    }

    /// The operators of an extension's type may stand in any schema.
    fn compares_known(&self, filter: &Filter<Compare>) -> bool {
        let is_known = |condition: &Compare| {
            self.column(&condition.field.name).is_some_and(|column| {
                !matches!(column.data_type, Type::Other { .. }) && column.from_text().is_none()
            })
        };
        filter.conditions.iter().all(is_known)
            && filter.groups.iter().all(|group| self.compares_known(group))
    }

    /// The column of a name, one that may not be read included.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let mut columns = self.from.columns.iter();
        columns.find(|column| column.name == name)
    }

    fn is_column(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    /// The names that are asked of its own rows.
    fn names(&self) -> impl Iterator<Item = &str> {
        let shown = self.outputs.iter().filter_map(|output| match output {
            OutputItem::Value(value) => value.item.field.as_ref(),
            OutputItem::Embed(_) => None,
        });
        let own = self.order.iter().filter(|term| term.embed.is_none());
        let fields = shown.chain(own.map(|term| &term.place));
        fields.map(|field| field.name.as_str())
    }

    /// The columns that are looked at; `None` is all of them.
    pub fn needed_columns(&self) -> Option<Vec<&str>> {
        let mut names: Vec<_> = self.names().collect();
        for embed in &self.embeds {
            match &embed.join {
                Join::Direct { columns, .. }
                | Join::Through {
                    near_columns: columns,
                    ..
                } => names.extend(columns.iter().map(|(here, _)| here.as_str())),
                Join::Computed { .. } => return None,
            }
        }
        Some(names)
    }

    /// Names that are asked of a row and are no columns: the database may know functions of them.
    pub fn unknown_names(&self) -> Vec<&str> {
        let names = self.names().filter(|name| !self.is_column(name));
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
