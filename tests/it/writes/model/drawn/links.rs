//! What bodies do with related rows.

use super::{
    super::{
        deeds::{Body, Deed, Given, Which},
        tables::{Relation, Table},
        world::Handle,
    },
    Depth, Scene,
};
use crate::support::dice::Dice;

impl Dice {
    /// What a new row may do with those of a relation.
    pub(super) fn new_links(&mut self, scene: &mut Scene<'_>, relation: Relation) -> Vec<Deed> {
        let target = relation.target();
        let count = if relation.is_to_one() {
            1
        } else {
            1 + self.below(3)
        };
        match self.below(3) {
            0 => (0..count)
                .map(|_| Deed::Connect(self.row(scene, target, None)))
                .collect(),
            1 if matches!(target, Table::Author | Table::Tag) => (0..count)
                .map(|_| Deed::ConnectOrCreate(self.twig(scene, relation)))
                .collect(),
            _ => {
                let bodies = (0..count).map(|_| self.twig(scene, relation));
                vec![Deed::Create(bodies.collect())]
            }
        }
    }

    /// A new row of a relation. What it needs beside that is its own.
    fn twig(&mut self, scene: &mut Scene<'_>, relation: Relation) -> Body {
        let table = relation.target();
        let mut body = self.body(scene, table, Depth::Twig);
        for reference in table.references() {
            let is_given =
                matches!(relation, Relation::Referring { field, .. } if field == reference.field);
            if !is_given && (reference.required || self.once_in(4)) {
                let row = self.row(scene, reference.target, None);
                body.fields.push((reference.field, Given::Id(row)));
            }
        }
        body
    }

    /// What a change may do with the rows of a relation.
    pub(super) fn links(
        &mut self,
        scene: &mut Scene<'_>,
        relation: Relation,
        own: Option<Handle>,
    ) -> Vec<Deed> {
        let target = relation.target();
        // Whether a row on the side of the foreign key may be without the other.
        let may_be_alone = match relation {
            Relation::Owned { field, .. } => field != "postId" && own_is_free(scene, own),
            Relation::Referring { field, table, .. } => {
                !table.reference(field).is_some_and(|one| one.required)
            }
            Relation::Paired { .. } => true,
        };
        let other = |dice: &mut Self, scene: &Scene<'_>| dice.row(scene, target, own);
        // Rather one of those that there are.
        let theirs = |dice: &mut Self, scene: &Scene<'_>| {
            let theirs: Vec<Handle> = match (relation, own) {
                (Relation::Referring { table, field, .. }, Some(own)) => {
                    scene.world.referring(table, field, own)
                }
                (Relation::Paired { .. }, Some(own)) => {
                    let pairs = scene.world.pairs.iter();
                    pairs
                        .filter_map(|&(post, tag)| match target {
                            Table::Tag => (post == own).then_some(tag),
                            _ => (tag == own).then_some(post),
                        })
                        .collect()
                }
                _ => Vec::new(),
            };
            if theirs.is_empty() || dice.once_in(8) {
                dice.row(scene, target, own)
            } else {
                Which::Row(dice.one_of(&theirs))
            }
        };
        let small = |dice: &mut Self| Body {
            fields: dice.others(target),
            ..Body::default()
        };
        if relation.is_to_one() {
            return match self.below(5) {
                0 if may_be_alone => vec![Deed::Disconnect(None)],
                1 if may_be_alone || matches!(relation, Relation::Referring { .. }) => {
                    vec![Deed::Delete(None)]
                }
                2 => vec![Deed::Update(None, small(self))],
                3 => vec![Deed::Connect(other(self, scene))],
                _ => vec![Deed::Create(vec![self.twig(scene, relation)])],
            };
        }
        let mut deeds = Vec::new();
        if may_be_alone && self.once_in(4) {
            let rows = (0..self.below(3)).map(|_| theirs(self, scene));
            deeds.push(Deed::Set(rows.collect()));
        }
        if may_be_alone && self.once_in(3) {
            deeds.push(Deed::Disconnect(Some(theirs(self, scene))));
        }
        if self.once_in(4) {
            deeds.push(Deed::Delete(Some(theirs(self, scene))));
        }
        if self.once_in(4) {
            deeds.push(Deed::Update(Some(theirs(self, scene)), small(self)));
        }
        if self.once_in(3) {
            deeds.push(Deed::Connect(other(self, scene)));
        }
        if matches!(target, Table::Author | Table::Tag) && self.once_in(4) {
            deeds.push(Deed::ConnectOrCreate(self.twig(scene, relation)));
        }
        if deeds.is_empty() || self.once_in(4) {
            let bodies = (0..1 + self.below(2)).map(|_| self.twig(scene, relation));
            deeds.push(Deed::Create(bodies.collect()));
        }
        deeds
    }
}

/// Whether the row is of a table whose first reference need not hold.
fn own_is_free(scene: &Scene<'_>, own: Option<Handle>) -> bool {
    own.is_some_and(|own| scene.world.rows[&own].table != Table::Profile)
}
