//! A nested create → the CTEs of one statement, if one statement can do it.

use std::sync::Arc;

use super::{NestedWrite, PlannedOp, RelationWrite, RowWrite, WhereUnique};
use crate::{
    catalog::{Join, Junction, Resource},
    query::plan::{Conflict, Filter, Insert, Visibility, VisibleFilter, insert},
};

/// Most CTEs of a statement: a statement is prepared for each number of them.
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
    visibility: Visibility<'write>,
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
    pub fn cte_insert<'write>(
        &'write self,
        visibility: Visibility<'write>,
    ) -> Option<CteInsert<'write>> {
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
    fn row(&mut self, write: &'write NestedWrite, mut key_refs: Vec<KeyRef>) -> Option<usize> {
        for relation in write.parents() {
            key_refs.extend(self.parents(relation)?);
        }
        let row = self.insert(std::slice::from_ref(write), key_refs)?;
        for relation in write.children() {
            self.children(relation, row)?;
        }
        Some(row)
    }

    /// Adds the row that a foreign key refers to. Returns the foreign key's values.
    fn parents(&mut self, write: &'write RelationWrite) -> Option<Vec<KeyRef>> {
        let relation = write.relation();
        let mut key_refs = Vec::new();
        for op in &write.ops {
            let cte = match op {
                PlannedOp::Create { rows, .. } => self.row(rows.first()?, Vec::new())?,
                PlannedOp::Connect(which) => self.find(&write.target, which)?,
                _ => return None,
            };
            let pairs = relation.columns().into_iter().zip(relation.references());
            key_refs = pairs
                .map(|(column, from)| KeyRef { column, cte, from })
                .collect();
        }
        Some(key_refs)
    }

    fn children(&mut self, write: &'write RelationWrite, row: usize) -> Option<()> {
        match &write.relation().join {
            Join::Through(junction) => {
                for op in &write.ops {
                    let others = match op {
                        PlannedOp::Create {
                            rows,
                            skip_duplicates: false,
                        } => self.rows(rows, &[])?,
                        PlannedOp::Connect(which) => vec![self.find(&write.target, which)?],
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
                for op in &write.ops {
                    match op {
                        PlannedOp::Create {
                            rows,
                            skip_duplicates: false,
                        } if !write.replaces() => self.rows(rows, &key_refs)?,
                        _ => return None,
                    };
                }
            }
        }
        Some(())
    }

    /// Adds rows of one resource. Returns their CTEs.
    fn rows(&mut self, writes: &'write [NestedWrite], key_refs: &[KeyRef]) -> Option<Vec<usize>> {
        if writes.iter().all(|write| write.relations.is_empty()) {
            return Some(vec![self.insert(writes, key_refs.to_vec())?]);
        }
        let ctes = writes
            .iter()
            .map(|write| self.row(write, key_refs.to_vec()));
        ctes.collect()
    }

    fn insert(&mut self, writes: &[NestedWrite], key_refs: Vec<KeyRef>) -> Option<usize> {
        let resource = &writes.first()?.resource;
        let writes_it = |cte: &Cte<'_>| matches!(cte, Cte::Insert { insert, .. } if Arc::ptr_eq(&insert.into, resource));
        let is_repeated = |(at, one): (usize, &KeyRef)| {
            let before = &key_refs[..at];
            before.iter().any(|other| other.column == one.column)
        };
        if self.ctes.iter().any(writes_it) || key_refs.iter().enumerate().any(is_repeated) {
            return None;
        }
        let rows = writes.iter().map(|write| match &write.row {
            RowWrite::Create(row) => Some(row.clone()),
            RowWrite::Update(_) => None,
        });
        let rows = rows.collect::<Option<_>>()?;
        let mut insert = insert(self.visibility, resource, rows, Conflict::Refuse);
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
