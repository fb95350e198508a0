//! The nested operations of Prisma Client, and the rules that say where each is allowed.
//!
//! The planner refuses what these rules refuse, the executor runs no operation that they refuse, and
//! the OpenAPI document lists the operations that they allow.
//!
//! <https://www.prisma.io/docs/orm/reference/prisma-client-reference#nested-queries>

use super::foreign_keys::{nulled_columns, owns_key};
use crate::catalog::{Join, Relation, Resource};

/// An operation on the rows of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NestedOp {
    Set,
    Disconnect,
    Delete,
    Update,
    Connect,
    ConnectOrCreate,
    Create,
    CreateMany,
}

impl NestedOp {
    /// Every operation, in the order in which the operations of one relation run.
    pub const ALL: [Self; 8] = [
        Self::Set,
        Self::Disconnect,
        Self::Delete,
        Self::Update,
        Self::Connect,
        Self::ConnectOrCreate,
        Self::Create,
        Self::CreateMany,
    ];

    /// Prisma's name, which is the operation's key in a body.
    pub fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Disconnect => "disconnect",
            Self::Delete => "delete",
            Self::Update => "update",
            Self::Connect => "connect",
            Self::ConnectOrCreate => "connectOrCreate",
            Self::Create => "create",
            Self::CreateMany => "createMany",
        }
    }

    /// The operation of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.name() == name)
    }
}

/// Whether the row that has the relation exists before the write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    New,
    Existing,
}

/// A relation, as far as the rules depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelationKind {
    /// It leads to one row at most.
    pub to_one: bool,
    /// The parent has the foreign key. Such a relation leads to one row at most.
    pub owns_key: bool,
    /// The rows that have the foreign key may refer to no row. Always so through a join table.
    pub optional: bool,
}

impl RelationKind {
    /// The kind of a relation from `resource` to `target`.
    pub fn of(resource: &Resource, target: &Resource, relation: &Relation) -> Self {
        let owns_key = owns_key(resource, relation);
        let optional = match &relation.join {
            Join::Through(_) => true,
            Join::Direct(_) if owns_key => {
                !nulled_columns(resource, &relation.columns()).is_empty()
            }
            Join::Direct(_) => !nulled_columns(target, &relation.references()).is_empty(),
        };
        Self {
            to_one: relation.is_to_one(),
            owns_key,
            optional,
        }
    }
}

/// The rule that an operation breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A new row has no related rows yet.
    ExistingParent,
    /// The operation is for relations to many rows.
    ToMany,
    /// A row would lose the row that its foreign key must refer to.
    OptionalRelation,
}

impl Rule {
    /// The code of the problem.
    pub fn code(self) -> &'static str {
        match self {
            Self::ExistingParent | Self::ToMany => "invalid_operation",
            Self::OptionalRelation => "required_relation",
        }
    }

    /// The message of the problem, whose subject is the operation.
    pub fn message(self) -> &'static str {
        match self {
            Self::ExistingParent => "asks for a row that is there already",
            Self::ToMany => "is for relations to many rows",
            Self::OptionalRelation => "would leave a row without what it must refer to",
        }
    }
}

/// Whether an operation is allowed on a relation of a row.
///
/// # Errors
/// The first rule that it breaks.
pub fn allowed(op: NestedOp, relation: RelationKind, parent: Parent) -> Result<(), Rule> {
    let requires = |holds: bool, rule: Rule| if holds { Ok(()) } else { Err(rule) };
    let existing = requires(parent == Parent::Existing, Rule::ExistingParent);
    let to_many = requires(!relation.to_one, Rule::ToMany);
    let optional = requires(relation.optional, Rule::OptionalRelation);
    match op {
        NestedOp::Connect | NestedOp::ConnectOrCreate | NestedOp::Create => Ok(()),
        NestedOp::CreateMany => to_many,
        NestedOp::Update => existing,
        NestedOp::Set => existing.and(to_many).and(optional),
        NestedOp::Disconnect => existing.and(optional),
        // The parent would keep its foreign key; a child is deleted together with its own.
        NestedOp::Delete if relation.owns_key => existing.and(optional),
        NestedOp::Delete => existing,
    }
}

#[cfg(test)]
mod tests {
    use super::{NestedOp, Parent, RelationKind, allowed};

    /// The names of the operations that are allowed.
    fn names(to_one: bool, owns_key: bool, optional: bool, parent: Parent) -> Vec<&'static str> {
        let kind = RelationKind {
            to_one,
            owns_key,
            optional,
        };
        let ops = NestedOp::ALL.into_iter();
        let ops = ops.filter(|&op| allowed(op, kind, parent).is_ok());
        ops.map(NestedOp::name).collect()
    }

    #[test]
    fn a_new_row_has_nothing_to_disconnect_or_to_change() {
        let to_one = ["connect", "connectOrCreate", "create"];
        let to_many = ["connect", "connectOrCreate", "create", "createMany"];
        for optional in [true, false] {
            for owns_key in [true, false] {
                assert_eq!(names(true, owns_key, optional, Parent::New), to_one);
            }
            assert_eq!(names(false, false, optional, Parent::New), to_many);
        }
    }

    #[test]
    fn an_optional_relation_takes_every_operation_of_its_cardinality() {
        let to_one = [
            "disconnect",
            "delete",
            "update",
            "connect",
            "connectOrCreate",
            "create",
        ];
        for owns_key in [true, false] {
            assert_eq!(names(true, owns_key, true, Parent::Existing), to_one);
        }
        let all: Vec<_> = NestedOp::ALL.into_iter().map(NestedOp::name).collect();
        assert_eq!(names(false, false, true, Parent::Existing), all);
    }

    #[test]
    fn a_required_relation_is_never_without_its_row() {
        let connects = ["update", "connect", "connectOrCreate", "create"];
        assert_eq!(names(true, true, false, Parent::Existing), connects);
        // A row that refers to the parent may be deleted.
        let deletes = ["delete", "update", "connect", "connectOrCreate", "create"];
        assert_eq!(names(true, false, false, Parent::Existing), deletes);
        let many = [&deletes[..], &["createMany"]].concat();
        assert_eq!(names(false, false, false, Parent::Existing), many);
    }
}
