//! The shapes of reads beyond plain columns.

use reflect::snapshot::Database;

use super::{EMBED, END, ROWS, Shape, Verb};
use crate::{
    catalog::Join,
    query::plan::{
        Seek, SeekBound,
        select_node::{ColumnPath, OutputItem, Query, SelectNode, ValueOutput},
    },
};

impl Shape {
    pub(in crate::query::sql) fn of_query(database: Database, plan: &Query) -> Self {
        Self::of_read(Verb::Query, database, plan)
    }

    /// That of the same where its levels are sets.
    pub(in crate::query::sql) fn of_sets(database: Database, plan: &Query) -> Self {
        Self::of_read(Verb::Sets, database, plan)
    }

    /// That of asking the planner about the rows of all pages.
    pub(in crate::query::sql) fn of_explain(database: Database, plan: &Query) -> Self {
        Self::of_read(Verb::Explain, database, plan)
    }

    fn of_read(verb: Verb, database: Database, plan: &Query) -> Self {
        let mut shape = Self::new(verb, &plan.root.from);
        match &plan.parent {
            None => shape.parts.push(END),
            Some(parent) => {
                shape.resource(&parent.resource);
                shape.conditions(database, &parent.resource, &parent.key.conditions);
                shape.join(&parent.join);
            }
        }
        shape
            .parts
            .push(plan.count.map_or(0, |count| 1 + count as u16));
        shape.node(database, &plan.root);
        shape
    }

    fn node(&mut self, database: Database, node: &SelectNode) {
        self.resource(&node.from);
        self.parts.push(node.embeds.len() as u16);
        for embed in &node.embeds {
            self.join(&embed.join);
            self.flag(embed.is_to_one);
            self.flag(embed.inner);
            self.node(database, &embed.node);
        }
        for output in &node.outputs {
            match output {
                OutputItem::Embed(embed) => self.parts.extend([EMBED, *embed as u16]),
                OutputItem::Value(value) => self.value(value),
            }
        }
        self.parts.push(END);
        self.filter(database, &node.from, &node.filter);
        for term in &node.order {
            self.parts.push(match term.embed {
                None => 0,
                Some(embed) => 1 + embed as u16,
            });
            self.place(&term.place);
            self.direction(term.descending, term.nulls_first);
        }
        self.parts.push(END);
        self.limit(node.limit);
        self.flag(node.offset.is_some());
        self.flag(node.bounds_may_empty());
        self.flag(node.marked);
        self.after(node.after.as_ref());
    }

    fn after(&mut self, after: Option<&Seek>) {
        match after {
            None => self.parts.push(0),
            Some(Seek::Row(_)) => self.parts.push(1),
            Some(Seek::Ranges(ranges)) => {
                self.parts.push(2);
                for range in ranges {
                    for (term, bound) in range {
                        let kind = match bound {
                            SeekBound::Equal(_) => 0,
                            SeekBound::Past(_) => 1,
                            SeekBound::Null => 2,
                            SeekBound::NotNull => 3,
                        };
                        self.parts.extend([*term as u16, kind]);
                    }
                    self.parts.push(END);
                }
                self.parts.push(END);
            }
        }
    }

    fn value(&mut self, value: &ValueOutput) {
        match &value.field {
            None => self.parts.push(ROWS),
            Some(place) => self.place(place),
        }
        for cast in [&value.cast, &value.aggregate_cast] {
            self.text(cast.as_ref().map_or("", |cast| cast.name));
        }
        self.parts.push(match value.aggregate {
            None => 0,
            Some(aggregate) => 1 + aggregate as u16,
        });
    }

    fn place(&mut self, place: &ColumnPath) {
        self.parts.push(place.column as u16);
        self.path(&place.path);
    }

    fn join(&mut self, join: &Join) {
        match join {
            Join::Direct(pairs) => {
                self.parts.push(pairs.len() as u16);
                let columns = pairs.iter().flat_map(|&(here, there)| [here, there]);
                self.parts.extend(columns.map(|column| column as u16));
            }
            Join::Through(junction) => {
                self.parts.push(END);
                self.text(&junction.schema);
                self.text(&junction.table);
                for (here, name) in &junction.near {
                    self.parts.push(*here as u16);
                    self.text(name);
                }
                for (name, there) in &junction.far {
                    self.parts.push(*there as u16);
                    self.text(name);
                }
            }
        }
    }
}
