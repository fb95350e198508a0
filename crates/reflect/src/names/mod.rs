//! Makes identifiers, paths and relation names from the database's names.
//!
//! All rules are deterministic functions of the snapshot, so that all runs on all machines agree.
//! Where the first name is taken or illegal, the candidates that follow have a fixed order.

pub mod column_names;
pub mod inflect;
mod name_registry;
pub mod relation_names;
pub mod table_names;

use crate::snapshot::Snapshot;

/// Fills in every name of a snapshot that was read from the database.
pub(crate) fn assign(snapshot: &mut Snapshot) {
    table_names::assign(snapshot);
    for table in &mut snapshot.tables {
        column_names::assign(table);
    }
    relation_names::assign(snapshot);
}
