//! `"author": {"connect": {…}}` as a plan: the nested operations on the rows of one relation.

use std::sync::Arc;

use super::{NestedOp, NestedWrite, Parent, RelationKind, Rule, WhereUnique, allowed};
use crate::{
    catalog::{Join, Relation, Resource},
    error::FieldPath,
};

/// The nested operations on the rows of one relation.
#[derive(Debug)]
pub struct RelationWrite {
    pub from: Arc<Resource>,
    /// The position of the relation among those of `from`.
    pub relation: usize,
    pub kind: RelationKind,
    pub target: Arc<Resource>,
    /// Where the relation is in the body: `posts.create.0.author`.
    pub path: FieldPath,
    /// In the order in which they run.
    pub(super) ops: Vec<PlannedOp>,
}

/// A nested operation with the rows that it is about. An operation on the only row of a relation to
/// one has no [`WhereUnique`].
#[derive(Debug)]
pub enum PlannedOp {
    /// The rows of the relation become these rows.
    Set(Vec<WhereUnique>),
    Disconnect(Option<WhereUnique>),
    Delete {
        which: Option<WhereUnique>,
        path: FieldPath,
    },
    Update {
        which: Option<WhereUnique>,
        write: NestedWrite,
    },
    Connect(WhereUnique),
    ConnectOrCreate(WhereUnique, NestedWrite),
    /// `create` and `createMany`.
    Create {
        rows: Vec<NestedWrite>,
        /// Rows with a key that another row has are not inserted.
        skip_duplicates: bool,
    },
}

impl PlannedOp {
    pub fn kind(&self) -> NestedOp {
        match self {
            Self::Set(_) => NestedOp::Set,
            Self::Disconnect(_) => NestedOp::Disconnect,
            Self::Delete { .. } => NestedOp::Delete,
            Self::Update { .. } => NestedOp::Update,
            Self::Connect(_) => NestedOp::Connect,
            Self::ConnectOrCreate(..) => NestedOp::ConnectOrCreate,
            Self::Create { .. } => NestedOp::Create,
        }
    }

    /// The rows that it writes.
    pub(super) fn writes(&self) -> &[NestedWrite] {
        match self {
            Self::Update { write, .. } | Self::ConnectOrCreate(_, write) => {
                std::slice::from_ref(write)
            }
            Self::Create { rows, .. } => rows,
            Self::Set(_) | Self::Disconnect(_) | Self::Delete { .. } | Self::Connect(_) => &[],
        }
    }
}

impl RelationWrite {
    pub fn relation(&self) -> &Relation {
        &self.from.relations[self.relation]
    }

    /// The operations on the relation of a row.
    ///
    /// # Errors
    /// The rule that one of them breaks. The planner has refused such an operation.
    pub fn ops(&self, parent: Parent) -> Result<&[PlannedOp], Rule> {
        let mut ops = self.ops.iter();
        ops.try_for_each(|op| allowed(op.kind(), self.kind, parent))?;
        Ok(&self.ops)
    }

    /// Whether a new row of the relation takes the place of another, which then refers to no row.
    pub fn replaces(&self) -> bool {
        self.kind.to_one && !self.kind.owns_key && self.kind.optional
    }

    /// Columns of `from` that take their values from the target.
    pub(super) fn parent_columns(&self) -> Vec<usize> {
        if self.kind.owns_key {
            self.relation().columns()
        } else {
            Vec::new()
        }
    }

    /// Columns of the target that take their values from a row of `from`.
    pub(super) fn child_columns(&self) -> Vec<usize> {
        match &self.relation().join {
            Join::Direct(_) if !self.kind.owns_key => self.relation().references(),
            Join::Direct(_) | Join::Through(_) => Vec::new(),
        }
    }

    /// Whether it is the inverse of `outer`, the relation by which its row is nested.
    pub(super) fn is_inverse_of(&self, outer: &Self) -> bool {
        self.kind.owns_key
            && !outer.kind.owns_key
            && Arc::ptr_eq(&self.from, &outer.target)
            && Arc::ptr_eq(&self.target, &outer.from)
            && self.relation().foreign_key == outer.relation().foreign_key
            && self.relation().columns() == outer.child_columns()
    }
}
