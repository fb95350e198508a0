//! Names: from whatever the database allows to identifiers, paths and relation names.
//!
//! All rules are deterministic functions of the snapshot, so that two runs, and two machines,
//! agree. Where the obvious name is taken or illegal, the next candidate follows a fixed order.

pub mod column_names;
pub mod inflect;
mod name_registry;
pub mod relation_names;
pub mod table_names;

use crate::snapshot::Snapshot;

/// Fills in every name of a snapshot that holds only what the database said.
pub(crate) fn assign(snapshot: &mut Snapshot) {
    table_names::assign(snapshot);
    for table in &mut snapshot.tables {
        column_names::assign(table);
    }
    relation_names::assign(snapshot);
}
