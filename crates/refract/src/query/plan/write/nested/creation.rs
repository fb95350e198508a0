//! A tree of new rows → parts of one statement, where one can write it.

use std::sync::Arc;

use super::{Deed, Link, RowChange, Tree, Unique};
use crate::{
    catalog::{Join, Junction, Resource},
    query::plan::{Conflict, Deleted, Filter, Insert, insert},
};

/// Most parts: their number makes a text of its own.
const MAX_PARTS: usize = 16;

/// A new row with what hangs on it, as parts of one statement.
///
/// A part comes after those that it takes values from; otherwise they come in no order. So that none
/// can be seen in the rows, every table is written by one part at most.
#[derive(Debug, Default)]
pub struct Creation<'tree> {
    /// Each after those that it takes values from.
    pub parts: Vec<Part<'tree>>,
    /// Which of them creates the row that all hangs on. Its row is the answer.
    pub root: usize,
}

/// A part of a [`Creation`].
#[derive(Debug)]
pub enum Part<'tree> {
    /// New rows, with values of others.
    Insert { insert: Insert, taken: Vec<Taken> },
    /// A row that must be there, and stay.
    Find { from: Arc<Resource>, filter: Filter },
    /// Pairs of the row of a part and those of another.
    Pair {
        junction: &'tree Junction,
        near: usize,
        far: usize,
    },
}

/// A column that takes its value from the only row of another part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub column: usize,
    pub part: usize,
    /// The column of that part's resource.
    pub from: usize,
}

impl Tree {
    /// The parts that create it; `None` where it takes steps of which each has to see what those
    /// before have done.
    pub fn creation(&self) -> Option<Creation<'_>> {
        let mut creation = Creation::default();
        let root = creation.row(self, Vec::new())?;
        creation.root = root;
        let Part::Insert { insert, .. } = &mut creation.parts[root] else {
            return None;
        };
        insert.returning = self.resource.visible().collect();
        Some(creation)
    }
}

impl Creation<'_> {
    /// The columns of a part that others take, each once.
    pub fn taken_from(&self, part: usize) -> Vec<usize> {
        let mut columns: Vec<usize> = Vec::new();
        for other in &self.parts {
            match other {
                Part::Insert { taken, .. } => {
                    let taken = taken.iter().filter(|taken| taken.part == part);
                    columns.extend(taken.map(|taken| taken.from));
                }
                Part::Find { .. } => {}
                Part::Pair {
                    junction,
                    near,
                    far,
                } => {
                    if *near == part {
                        columns.extend(junction.near.iter().map(|&(here, _)| here));
                    }
                    if *far == part {
                        columns.extend(junction.far.iter().map(|&(_, there)| there));
                    }
                }
            }
        }
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

impl<'tree> Creation<'tree> {
    /// What a row refers to, the row, what refers to it; gives the part of the row.
    fn row(&mut self, tree: &'tree Tree, mut taken: Vec<Taken>) -> Option<usize> {
        for link in tree.links.iter().filter(|link| link.is_owned) {
            taken.extend(self.referred(link)?);
        }
        let row = self.insert(std::slice::from_ref(tree), taken)?;
        for link in tree.links.iter().filter(|link| !link.is_owned) {
            self.referring(link, row)?;
        }
        Some(row)
    }

    /// Gives the values of a foreign key.
    fn referred(&mut self, link: &'tree Link) -> Option<Vec<Taken>> {
        let relation = link.relation();
        let mut taken = Vec::new();
        for deed in &link.deeds {
            let part = match deed {
                Deed::Create { trees, .. } => self.row(trees.first()?, Vec::new())?,
                Deed::Connect(which) => self.find(&link.target, which)?,
                _ => return None,
            };
            let pairs = relation.columns().into_iter().zip(relation.references());
            taken = pairs
                .map(|(column, from)| Taken { column, part, from })
                .collect();
        }
        Some(taken)
    }

    fn referring(&mut self, link: &'tree Link, row: usize) -> Option<()> {
        match &link.relation().join {
            Join::Through(junction) => {
                for deed in &link.deeds {
                    let others = match deed {
                        Deed::Create {
                            trees,
                            skip_duplicates: false,
                        } => self.rows(trees, &[])?,
                        Deed::Connect(which) => vec![self.find(&link.target, which)?],
                        _ => return None,
                    };
                    for far in others {
                        let near = row;
                        self.part(Part::Pair {
                            junction,
                            near,
                            far,
                        })?;
                    }
                }
            }
            Join::Direct(pairs) => {
                let taken: Vec<Taken> = pairs
                    .iter()
                    .map(|&(from, column)| Taken {
                        column,
                        part: row,
                        from,
                    })
                    .collect();
                for deed in &link.deeds {
                    match deed {
                        Deed::Create {
                            trees,
                            skip_duplicates: false,
                        } if !link.replaces() => self.rows(trees, &taken)?,
                        _ => return None,
                    };
                }
            }
        }
        Some(())
    }

    /// Gives the parts of rows.
    fn rows(&mut self, trees: &'tree [Tree], taken: &[Taken]) -> Option<Vec<usize>> {
        if trees.iter().all(|tree| tree.links.is_empty()) {
            return Some(vec![self.insert(trees, taken.to_vec())?]);
        }
        let parts = trees.iter().map(|tree| self.row(tree, taken.to_vec()));
        parts.collect()
    }

    fn insert(&mut self, trees: &[Tree], taken: Vec<Taken>) -> Option<usize> {
        let resource = &trees.first()?.resource;
        let writes = |part: &Part<'_>| matches!(part, Part::Insert { insert, .. } if Arc::ptr_eq(&insert.into, resource));
        let is_twice = |(place, one): (usize, &Taken)| {
            let before = &taken[..place];
            before.iter().any(|other| other.column == one.column)
        };
        if self.parts.iter().any(writes) || taken.iter().enumerate().any(is_twice) {
            return None;
        }
        let rows = trees.iter().map(|tree| match &tree.change {
            RowChange::Create(row) => Some(row.clone()),
            RowChange::Update(_) => None,
        });
        let insert = insert(resource, rows.collect::<Option<_>>()?, Conflict::Refuse);
        self.part(Part::Insert {
            insert: Insert {
                returning: Vec::new(),
                ..insert
            },
            taken,
        })
    }

    fn find(&mut self, target: &Arc<Resource>, which: &Unique) -> Option<usize> {
        let filter: Filter = which.conditions.clone().into();
        self.part(Part::Find {
            from: target.clone(),
            filter: filter.scoped(target, Deleted::Exclude),
        })
    }

    fn part(&mut self, part: Part<'tree>) -> Option<usize> {
        self.parts.push(part);
        (self.parts.len() <= MAX_PARTS).then(|| self.parts.len() - 1)
    }
}
