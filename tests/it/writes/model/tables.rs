//! What the model knows of the fixture `tests/schemas/writes`.

use refract::internals::plan::RelationKind;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    Author,
    Profile,
    Post,
    Comment,
    Tag,
    Seat,
    Note,
}

/// A field that holds the id of another row.
pub struct Reference {
    pub field: &'static str,
    pub target: Table,
    pub required: bool,
    pub on_delete: OnDelete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

/// Where a relation leads, and what holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// A field of this row.
    Owned { field: &'static str, target: Table },
    /// A field of the other rows, of which there may be one or many.
    Referring {
        table: Table,
        field: &'static str,
        is_to_one: bool,
    },
    /// A table of pairs.
    Paired { table: Table },
}

const fn reference(
    field: &'static str,
    target: Table,
    required: bool,
    on_delete: OnDelete,
) -> Reference {
    Reference {
        field,
        target,
        required,
        on_delete,
    }
}

impl Table {
    /// Referred to before referring.
    pub const ALL: [Self; 7] = [
        Self::Author,
        Self::Profile,
        Self::Post,
        Self::Comment,
        Self::Tag,
        Self::Seat,
        Self::Note,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Author => "Author",
            Self::Profile => "Profile",
            Self::Post => "Post",
            Self::Comment => "Comment",
            Self::Tag => "Tag",
            Self::Seat => "Seat",
            Self::Note => "Note",
        }
    }

    pub fn path(self) -> &'static str {
        match self {
            Self::Author => "authors",
            Self::Profile => "profiles",
            Self::Post => "posts",
            Self::Comment => "comments",
            Self::Tag => "tags",
            Self::Seat => "seats",
            Self::Note => "notes",
        }
    }

    /// Fields by which the model knows rows whose ids it has not seen: no two have the same.
    pub fn own_name(self) -> &'static [&'static str] {
        match self {
            Self::Author => &["email"],
            Self::Profile => &["bio"],
            Self::Post => &["title"],
            Self::Comment => &["text"],
            Self::Tag => &["name"],
            Self::Seat => &["hall", "number"],
            Self::Note => &["slug"],
        }
    }

    /// What a row holds where nothing is said.
    pub fn defaults(self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Author => vec![
                ("name", Value::Null),
                ("role", json!("READER")),
                ("score", json!(7)),
                ("preferences", Value::Null),
                ("settings", json!({})),
            ],
            Self::Post => vec![("words", json!(0)), ("version", json!(0))],
            Self::Seat => vec![("ticket", Value::Null), ("taken", json!(0))],
            Self::Note => vec![("text", json!(""))],
            Self::Profile | Self::Comment | Self::Tag => Vec::new(),
        }
    }

    /// Sets of fields that the database lets no two rows have the same values of.
    pub fn unique(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Author => &[&["email"]],
            Self::Tag => &[&["name"]],
            Self::Seat => &[&["hall", "number"], &["hall", "ticket"]],
            Self::Note => &[&["slug"]],
            Self::Profile | Self::Post | Self::Comment => &[],
        }
    }

    pub fn references(self) -> &'static [Reference] {
        const AUTHOR: [Reference; 1] = [reference(
            "managerId",
            Table::Author,
            false,
            OnDelete::SetNull,
        )];
        const PROFILE: [Reference; 1] = [reference(
            "authorId",
            Table::Author,
            true,
            OnDelete::Cascade,
        )];
        const POST: [Reference; 1] = [reference(
            "authorId",
            Table::Author,
            false,
            OnDelete::Restrict,
        )];
        const COMMENT: [Reference; 2] = [
            reference("postId", Table::Post, true, OnDelete::Cascade),
            reference("authorId", Table::Author, false, OnDelete::SetNull),
        ];
        match self {
            Self::Author => &AUTHOR,
            Self::Profile => &PROFILE,
            Self::Post => &POST,
            Self::Comment => &COMMENT,
            Self::Tag | Self::Seat | Self::Note => &[],
        }
    }

    pub fn reference(self, field: &str) -> Option<&'static Reference> {
        self.references().iter().find(|one| one.field == field)
    }

    fn requires(self, field: &str) -> bool {
        self.reference(field).is_some_and(|one| one.required)
    }

    /// Relations that bodies name, by name: the order in which they are seen to.
    pub fn relations(self) -> &'static [(&'static str, Relation)] {
        const fn owned(field: &'static str, target: Table) -> Relation {
            Relation::Owned { field, target }
        }
        const fn many(table: Table, field: &'static str) -> Relation {
            Relation::Referring {
                table,
                field,
                is_to_one: false,
            }
        }
        match self {
            Self::Author => {
                const {
                    &[
                        ("authorsByManager", many(Table::Author, "managerId")),
                        ("comments", many(Table::Comment, "authorId")),
                        ("manager", owned("managerId", Table::Author)),
                        ("posts", many(Table::Post, "authorId")),
                        (
                            "profile",
                            Relation::Referring {
                                table: Table::Profile,
                                field: "authorId",
                                is_to_one: true,
                            },
                        ),
                    ]
                }
            }
            Self::Profile => const { &[("author", owned("authorId", Table::Author))] },
            Self::Post => {
                const {
                    &[
                        ("author", owned("authorId", Table::Author)),
                        ("comments", many(Table::Comment, "postId")),
                        ("tags", Relation::Paired { table: Table::Tag }),
                    ]
                }
            }
            Self::Comment => {
                const {
                    &[
                        ("author", owned("authorId", Table::Author)),
                        ("post", owned("postId", Table::Post)),
                    ]
                }
            }
            Self::Tag => &[("posts", Relation::Paired { table: Table::Post })],
            Self::Seat | Self::Note => &[],
        }
    }

    pub fn relation(self, name: &str) -> Relation {
        let found = self.relations().iter().find(|(one, _)| *one == name);
        found.expect("a relation of the table").1
    }
}

impl Relation {
    /// The relation of rows of `from`, as the rules of nested operations see it.
    pub fn kind(self, from: Table) -> RelationKind {
        let (owns_key, optional) = match self {
            Self::Owned { field, .. } => (true, !from.requires(field)),
            Self::Referring { table, field, .. } => (false, !table.requires(field)),
            Self::Paired { .. } => (false, true),
        };
        RelationKind {
            to_one: self.is_to_one(),
            owns_key,
            optional,
        }
    }

    /// The table that it leads to.
    pub fn target(self) -> Table {
        match self {
            Self::Owned { target, .. } => target,
            Self::Referring { table, .. } | Self::Paired { table } => table,
        }
    }

    pub fn is_to_one(self) -> bool {
        match self {
            Self::Owned { .. } => true,
            Self::Referring { is_to_one, .. } => is_to_one,
            Self::Paired { .. } => false,
        }
    }
}
