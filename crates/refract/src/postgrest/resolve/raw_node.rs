//! A tree of rows in which names and operands stay as the request wrote them, for PostgreSQL to judge.

use reflect::snapshot::TableKind;

use super::relationships::Join;
use crate::{
    catalog::{Column, Resource, Type},
    query::{
        casts::SqlType,
        operators::Operator,
        parse::{Field, FieldItem, Operand, Predicate},
        plan::{
            Filter, FromImposed, Imposed, policy,
            select_node::{self, Stage},
        },
    },
};

/// The stage of a plan whose names and operands stay as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw;

impl Stage for Raw {
    type Value = Box<Value>;
    type Condition = Compare;
    type ColumnPath = Field;
    type Join = Join;
}

/// A column, or an expression over one.
#[derive(Debug, Clone)]
pub struct Value {
    /// The member's name in the answer.
    pub key: String,
    /// Its casts, unchecked here, are checked in the next two fields.
    pub item: FieldItem,
    pub cast: Option<SqlType>,
    /// The cast of an aggregate's result.
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

    fn is_leakproof(&self, resource: &Resource) -> bool {
        let is_plain = matches!(
            self.predicate.operator,
            Operator::Eq
                | Operator::Neq
                | Operator::Gt
                | Operator::Gte
                | Operator::Lt
                | Operator::Lte
                | Operator::Isdistinct
                | Operator::In
                | Operator::Is
        );
        let column = resource.named(&self.field.name);
        is_plain
            && self.field.path.is_empty()
            && column.is_some_and(|column| {
                let column = &resource.columns[column];
                // The function of a domain may do anything.
                column.text_input().is_none() && policy::has_plain_type(&column.data_type)
            })
    }
}

pub type SelectNode = select_node::SelectNode<Raw>;
pub type Embed = select_node::Embed<Raw>;
pub type OutputItem = select_node::OutputItem<Raw>;

impl SelectNode {
    /// Whether the tree names only tables and columns of the catalog, and types of PostgreSQL itself.
    /// Such a read depends on no `search_path` and cannot write, so it needs no transaction.
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
                    // The function of a domain may do anything.
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

    /// The operators of an extension's type may be in any schema.
    fn compares_known(&self, filter: &Filter<Compare>) -> bool {
        let is_known = |condition: &Compare| {
            self.column(&condition.field.name).is_some_and(|column| {
                !matches!(column.data_type, Type::Other { .. }) && column.text_input().is_none()
            })
        };
        filter.conditions.iter().all(is_known)
            && filter.groups.iter().all(|group| self.compares_known(group))
    }

    /// The column with a name, even if it is hidden.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let mut columns = self.from.columns.iter();
        columns.find(|column| column.name == name)
    }

    fn is_column(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    /// The names that the request uses of this node's own rows, in outputs and order.
    fn names(&self) -> impl Iterator<Item = &str> {
        let shown = self.outputs.iter().filter_map(|output| match output {
            OutputItem::Value(value) => value.item.field.as_ref(),
            OutputItem::Embed(_) => None,
        });
        let own = self.order.iter().filter(|term| term.embed.is_none());
        let fields = shown.chain(own.map(|term| &term.place));
        fields.map(|field| field.name.as_str())
    }

    /// The columns that the answer depends on. `None` means all of them.
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

    /// Names that are not columns. The database may have functions of a row with these names.
    pub fn unknown_names(&self) -> Vec<&str> {
        let names = self.names().filter(|name| !self.is_column(name));
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
