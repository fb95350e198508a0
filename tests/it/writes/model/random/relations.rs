//! What bodies do with related rows.

use refract::internals::plan::{NestedOp, Parent, allowed};

use super::{
    super::{
        nested_operations::{Body, FieldValue, NestedOperation, RowRef},
        state::Handle,
        tables::{Relation, Table},
    },
    Context, Depth,
};
use crate::support::rng::Rng;

impl Rng {
    /// What a new row may do with those of a relation.
    pub(super) fn new_relations(
        &mut self,
        context: &mut Context<'_>,
        relation: Relation,
    ) -> Vec<NestedOperation> {
        let target = relation.target();
        let count = if relation.is_to_one() {
            1
        } else {
            1 + self.below(3)
        };
        match self.below(3) {
            0 => (0..count)
                .map(|_| NestedOperation::Connect(self.row(context, target, None)))
                .collect(),
            1 if matches!(target, Table::Author | Table::Tag) => (0..count)
                .map(|_| NestedOperation::ConnectOrCreate(self.related_row(context, relation)))
                .collect(),
            _ => {
                let bodies = (0..count).map(|_| self.related_row(context, relation));
                vec![NestedOperation::Create(bodies.collect())]
            }
        }
    }

    /// A new row of a relation. What it needs beside that is its own.
    fn related_row(&mut self, context: &mut Context<'_>, relation: Relation) -> Body {
        let table = relation.target();
        let mut body = self.body(context, table, Depth::Leaf);
        for reference in table.references() {
            let is_given =
                matches!(relation, Relation::Referring { field, .. } if field == reference.field);
            if !is_given && (reference.required || self.once_in(4)) {
                let row = self.row(context, reference.target, None);
                body.fields.push((reference.field, FieldValue::Id(row)));
            }
        }
        body
    }

    /// What a change may do with the rows of a relation.
    pub(super) fn relations(
        &mut self,
        context: &mut Context<'_>,
        relation: Relation,
        own: Option<Handle>,
    ) -> Vec<NestedOperation> {
        let target = relation.target();
        let kind = own.map(|own| relation.kind(context.model.rows[&own].table));
        let may = |op| kind.is_some_and(|kind| allowed(op, kind, Parent::Existing).is_ok());
        let other = |rng: &mut Self, context: &Context<'_>| rng.row(context, target, own);
        // Rather one of those that there are.
        let theirs = |rng: &mut Self, context: &Context<'_>| {
            let theirs: Vec<Handle> = match (relation, own) {
                (Relation::Referring { table, field, .. }, Some(own)) => {
                    context.model.referring(table, field, own)
                }
                (Relation::Paired { .. }, Some(own)) => {
                    let pairs = context.model.pairs.iter();
                    pairs
                        .filter_map(|&(post, tag)| match target {
                            Table::Tag => (post == own).then_some(tag),
                            _ => (tag == own).then_some(post),
                        })
                        .collect()
                }
                _ => Vec::new(),
            };
            if theirs.is_empty() || rng.once_in(8) {
                rng.row(context, target, own)
            } else {
                RowRef::Row(rng.one_of(&theirs))
            }
        };
        let small = |rng: &mut Self| Body {
            fields: rng.others(target),
            ..Body::default()
        };
        if relation.is_to_one() {
            return match self.below(5) {
                0 if may(NestedOp::Disconnect) => vec![NestedOperation::Disconnect(None)],
                1 if may(NestedOp::Delete) => vec![NestedOperation::Delete(None)],
                2 => vec![NestedOperation::Update(None, small(self))],
                3 => vec![NestedOperation::Connect(other(self, context))],
                _ => vec![NestedOperation::Create(vec![
                    self.related_row(context, relation),
                ])],
            };
        }
        let mut operations = Vec::new();
        if may(NestedOp::Set) && self.once_in(4) {
            let rows = (0..self.below(3)).map(|_| theirs(self, context));
            operations.push(NestedOperation::Set(rows.collect()));
        }
        if may(NestedOp::Disconnect) && self.once_in(3) {
            operations.push(NestedOperation::Disconnect(Some(theirs(self, context))));
        }
        if self.once_in(4) {
            operations.push(NestedOperation::Delete(Some(theirs(self, context))));
        }
        if self.once_in(4) {
            operations.push(NestedOperation::Update(
                Some(theirs(self, context)),
                small(self),
            ));
        }
        if self.once_in(3) {
            operations.push(NestedOperation::Connect(other(self, context)));
        }
        if matches!(target, Table::Author | Table::Tag) && self.once_in(4) {
            operations.push(NestedOperation::ConnectOrCreate(
                self.related_row(context, relation),
            ));
        }
        if operations.is_empty() || self.once_in(4) {
            let bodies = (0..1 + self.below(2)).map(|_| self.related_row(context, relation));
            operations.push(NestedOperation::Create(bodies.collect()));
        }
        operations
    }
}
