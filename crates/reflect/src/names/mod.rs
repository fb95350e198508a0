//! Names: from whatever the database allows to identifiers, paths and relation names.
//!
//! All rules are deterministic functions of the snapshot, so that two runs, and two machines,
//! agree. Where the obvious name is taken or illegal, the next candidate follows a fixed order.

pub mod columns;
pub mod relations;
pub mod tables;
mod taken;
pub mod words;

use crate::snapshot::Snapshot;

/// Fills in every name of a snapshot that holds only what the database said.
pub(crate) fn assign(snapshot: &mut Snapshot) {
    tables::assign(snapshot);
    for table in &mut snapshot.tables {
        columns::assign(table);
    }
    relations::assign(snapshot);
}
