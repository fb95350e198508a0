//! Differences of one column.

use super::{DifferenceKind, Report, phrases::origin};
use crate::snapshot::{Column, DataType, Domain, FunctionName};

pub(super) fn diff(old: &Column, new: &Column, report: &mut Report<'_>) {
    let name = new.name.as_str();
    if (&old.data_type, &old.database_type) != (&new.data_type, &new.database_type) {
        let (kind, detail) = (
            DifferenceKind::TypeChanged,
            format!(
                "column \"{name}\" is {}, was {}",
                new.database_type, old.database_type
            ),
        );
        if is_read_alike(&old.data_type, &new.data_type) {
            report.note(kind, Some(name), detail);
        } else {
            report.harm(kind, Some(name), detail);
        }
    }
    if old.nondeterministic != new.nondeterministic {
        let kind = DifferenceKind::TypeChanged;
        let of = format!("the collation of column \"{name}\"");
        if new.nondeterministic {
            // The bytes of keys distinguish related rows.
            let detail = format!("{of} takes some texts for equal that differ");
            report.harm(kind, Some(name), detail);
        } else {
            let detail = format!("{of} no longer takes texts for equal that differ");
            report.note(kind, Some(name), detail);
        }
    }
    if functions(old) != functions(new) {
        let detail = format!("column \"{name}\" has other casts to and from json and text");
        report.note(DifferenceKind::TypeChanged, Some(name), detail);
    }
    if old.nullable != new.nullable {
        let now = if new.nullable {
            "is now"
        } else {
            "is no longer"
        };
        report.note(
            DifferenceKind::NullabilityChanged,
            Some(name),
            format!("column \"{name}\" {now} nullable"),
        );
    }
    if old.default != new.default {
        let show = |default: &Option<String>| default.clone().unwrap_or_else(|| "none".to_owned());
        let detail = format!(
            "column \"{name}\" has default {}, had {}",
            show(&new.default),
            show(&old.default)
        );
        report.note(DifferenceKind::DefaultChanged, Some(name), detail);
    }
    if (old.identity, old.generated) != (new.identity, new.generated) {
        let detail = format!("column \"{name}\" is {}, was {}", origin(new), origin(old));
        report.note(DifferenceKind::GeneratedChanged, Some(name), detail);
    }
}

/// The codec of a column's values.
fn functions(column: &Column) -> [Option<&FunctionName>; 3] {
    let domain = column.domain.as_ref();
    domain.map_or([None; 3], Domain::functions)
}

/// Whether the values of both types are read in the same way: only the length or the precision has
/// changed, or the name of a type without a codec.
fn is_read_alike(old: &DataType, new: &DataType) -> bool {
    match (old, new) {
        (DataType::Text { .. }, DataType::Text { .. })
        | (DataType::Numeric { .. }, DataType::Numeric { .. })
        | (DataType::Other { .. }, DataType::Other { .. }) => true,
        (DataType::Array { of: old }, DataType::Array { of: new }) => is_read_alike(old, new),
        (old, new) => old == new,
    }
}
