//! A nested create → the CTEs of one statement, if one statement can do it.

use std::sync::Arc;

use super::{Deed, NestedWrite, RelationWrite, RowWrite, WhereUnique};
use crate::{
    catalog::{Join, Junction, Resource},
    query::plan::{Conflict, Filter, Insert, Visibility, VisibleFilter, insert},
};

/// Most CTEs of a statement: each number of them makes a text of its own.
const MAX_CTES: usize = 16;

/// One `WITH` statement that inserts a row and its related rows.
///
/// All CTEs of a PostgreSQL statement see the same snapshot, and nothing says which of two inserts
/// into one table comes first. Therefore each table is written by one CTE at most.
#[derive(Debug)]
pub struct CteInsert<'write> {
    /// A CTE stands after those that it refers to.
    pub ctes: Vec<Cte<'write>>,
    /// The position of the CTE that inserts the root row, which the statement returns.
    pub root: usize,
    /// Which of the rows to connect may be seen.
    visibility: Visibility,
}

/// A common table expression of a [`CteInsert`].
#[derive(Debug)]
pub enum Cte<'write> {
    /// Inserts rows, with values from the rows of other CTEs.
    Insert {
        insert: Insert,
        key_refs: Vec<KeyRef>,
    },
    /// Finds a row that must exist, and locks it until the transaction ends.
    Find {
        from: Arc<Resource>,
        filter: VisibleFilter,
    },
    /// Inserts join rows: each row of `near` with each row of `far`.
    JoinRows {
        junction: &'write Junction,
        near: usize,
        far: usize,
    },
}

/// A column that takes its value from the only row of another CTE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRef {
    pub column: usize,
    /// The position of the other CTE.
    pub cte: usize,
    /// A column of the other CTE's resource.
    pub from: usize,
}

impl NestedWrite {
    /// The one statement that creates the row and its related rows. `None` if a later write must
    /// see the result of an earlier one. `visibility` is that of the rows to connect.
    pub fn cte_insert(&self, visibility: Visibility) -> Option<CteInsert<'_>> {
        let mut plan = CteInsert {
            ctes: Vec::new(),
            root: 0,
            visibility,
        };
        plan.root = plan.row(self, Vec::new())?;
        let Cte::Insert { insert, .. } = &mut plan.ctes[plan.root] else {
            return None;
        };
        insert.returning = self.resource.visible().collect();
        Some(plan)
    }
}

impl<'write> CteInsert<'write> {
    /// The columns of a CTE that other CTEs refer to, each once.
    pub fn referenced_columns(&self, cte: usize) -> Vec<usize> {
        let mut columns: Vec<usize> = Vec::new();
        for other in &self.ctes {
            match other {
                Cte::Insert { key_refs, .. } => {
                    let key_refs = key_refs.iter().filter(|key_ref| key_ref.cte == cte);
                    columns.extend(key_refs.map(|key_ref| key_ref.from));
                }
                Cte::Find { .. } => {}
                Cte::JoinRows {
                    junction,
                    near,
                    far,
                } => {
                    if *near == cte {
                        columns.extend(junction.near.iter().map(|&(here, _)| here));
                    }
                    if *far == cte {
                        columns.extend(junction.far.iter().map(|&(_, there)| there));
                    }
                }
            }
        }
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Adds the row's parents, the row and its children. Returns the CTE of the row.
    fn row(&mut self, tree: &'write NestedWrite, mut key_refs: Vec<KeyRef>) -> Option<usize> {
        for link in tree.links.iter().filter(|link| link.is_owned) {
            key_refs.extend(self.parents(link)?);
        }
        let row = self.insert(std::slice::from_ref(tree), key_refs)?;
        for link in tree.links.iter().filter(|link| !link.is_owned) {
            self.children(link, row)?;
        }
        Some(row)
    }

    /// Adds the row that a foreign key refers to. Returns the foreign key's values.
    fn parents(&mut self, link: &'write RelationWrite) -> Option<Vec<KeyRef>> {
        let relation = link.relation();
        let mut key_refs = Vec::new();
        for deed in &link.deeds {
            let cte = match deed {
                Deed::Create { trees, .. } => self.row(trees.first()?, Vec::new())?,
                Deed::Connect(which) => self.find(&link.target, which)?,
                _ => return None,
            };
            let pairs = relation.columns().into_iter().zip(relation.references());
            key_refs = pairs
                .map(|(column, from)| KeyRef { column, cte, from })
                .collect();
        }
        Some(key_refs)
    }

    fn children(&mut self, link: &'write RelationWrite, row: usize) -> Option<()> {
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
                        self.push(Cte::JoinRows {
                            junction,
                            near,
                            far,
                        })?;
                    }
                }
            }
            Join::Direct(pairs) => {
                let key_ref = |&(from, column): &(usize, usize)| KeyRef {
                    column,
                    cte: row,
                    from,
                };
                let key_refs: Vec<KeyRef> = pairs.iter().map(key_ref).collect();
                for deed in &link.deeds {
                    match deed {
                        Deed::Create {
                            trees,
                            skip_duplicates: false,
                        } if !link.replaces() => self.rows(trees, &key_refs)?,
                        _ => return None,
                    };
                }
            }
        }
        Some(())
    }

    /// Adds rows of one resource. Returns their CTEs.
    fn rows(&mut self, trees: &'write [NestedWrite], key_refs: &[KeyRef]) -> Option<Vec<usize>> {
        if trees.iter().all(|tree| tree.links.is_empty()) {
            return Some(vec![self.insert(trees, key_refs.to_vec())?]);
        }
        let ctes = trees.iter().map(|tree| self.row(tree, key_refs.to_vec()));
        ctes.collect()
    }

    fn insert(&mut self, trees: &[NestedWrite], key_refs: Vec<KeyRef>) -> Option<usize> {
        let resource = &trees.first()?.resource;
        let writes = |cte: &Cte<'_>| matches!(cte, Cte::Insert { insert, .. } if Arc::ptr_eq(&insert.into, resource));
        let is_repeated = |(at, one): (usize, &KeyRef)| {
            let before = &key_refs[..at];
            before.iter().any(|other| other.column == one.column)
        };
        if self.ctes.iter().any(writes) || key_refs.iter().enumerate().any(is_repeated) {
            return None;
        }
        let rows = trees.iter().map(|tree| match &tree.change {
            RowWrite::Create(row) => Some(row.clone()),
            RowWrite::Update(_) => None,
        });
        let mut insert = insert(resource, rows.collect::<Option<_>>()?, Conflict::Refuse);
        insert.returning.clear();
        self.push(Cte::Insert { insert, key_refs })
    }

    fn find(&mut self, target: &Arc<Resource>, which: &WhereUnique) -> Option<usize> {
        let filter: Filter = which.conditions.clone().into();
        self.push(Cte::Find {
            from: target.clone(),
            filter: self.visibility.filter(target, filter),
        })
    }

    fn push(&mut self, cte: Cte<'write>) -> Option<usize> {
        self.ctes.push(cte);
        (self.ctes.len() <= MAX_CTES).then(|| self.ctes.len() - 1)
    }
}
