//! Names that nobody likes.

use std::collections::HashSet;

use proptest::{prelude::*, sample::select};

use crate::support::Kind;

/// Names that mean something to Rust, SQL, SeaORM or this project, or differ in little.
const NASTY: [&str; 62] = [
    "user",
    "User",
    "users",
    "USER",
    "user_",
    "_user",
    "__user",
    "createdAt",
    "created_at",
    "CreatedAt",
    "created at",
    "created-at",
    "type",
    "select",
    "match",
    "self",
    "Self",
    "crate",
    "super",
    "_",
    "__",
    "1st",
    "123",
    "größe",
    "Größe",
    "名前",
    "a\"b",
    "a.b",
    "a,b",
    "a b",
    "A",
    "B",
    "id",
    "ID",
    "Id",
    "Option",
    "String",
    "Vec",
    "Result",
    "Model",
    "Entity",
    "Column",
    "Relation",
    "PrimaryKey",
    "ActiveModel",
    "mod",
    "async",
    "order",
    "limit",
    "offset",
    "and",
    "or",
    "prelude",
    "registry",
    "views",
    "schema",
    "health",
    "😀",
    "$1",
    "%s",
    "'",
    "\\",
];

pub(super) fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(&NASTY[..]).prop_map(str::to_owned),
        1 => "[a-z]{1,8}_?[a-z]{0,8}",
        1 => "[A-Z][a-zA-Z0-9]{0,20}",
        1 => "\\PC{1,12}",
    ]
}

/// Names that are taken already, as the database compares them.
pub(super) struct Names {
    kind: Kind,
    taken: HashSet<String>,
}

impl Names {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            taken: HashSet::new(),
        }
    }

    /// A name that is legal and free: this one, or nearly so.
    pub(super) fn take(&mut self, name: String) -> String {
        // 63 bytes in PostgreSQL, of which a view's name needs some; names that begin with these
        // belong to the system.
        let mut name: String = name.replace('\0', "").chars().take(12).collect();
        if name.starts_with("pg_") || name.to_lowercase().starts_with("sqlite_") || name.is_empty()
        {
            name.insert(0, 'x');
        }
        let mut free = name.clone();
        for number in 2.. {
            let folded = match self.kind {
                Kind::Postgres => free.clone(),
                Kind::Sqlite => free.to_ascii_lowercase(),
            };
            if self.taken.insert(folded) {
                break;
            }
            free = format!("{name}{number}");
        }
        free
    }
}
