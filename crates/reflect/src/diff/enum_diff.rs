//! Differences of one enum type.

use super::{Change, DifferenceKind, Report, changes};
use crate::snapshot::EnumType;

pub(super) fn diff(old: &EnumType, new: &EnumType, report: &mut Report<'_>) {
    let mut is_same = true;
    for change in changes(&old.values, &new.values, |a, b| a.label == b.label) {
        let (kind, detail) = match change {
            Change::Both(..) => continue,
            Change::Added(value) => (
                DifferenceKind::EnumValueAdded,
                format!("value '{}' is new", value.label),
            ),
            Change::Removed(value) => (
                DifferenceKind::EnumValueRemoved,
                format!("value '{}' is gone", value.label),
            ),
        };
        report.note(kind, None, detail);
        is_same = false;
    }
    let labels = |of: &EnumType| of.values.iter().map(|value| value.label.clone()).collect();
    let (was, is): (Vec<String>, Vec<String>) = (labels(old), labels(new));
    if is_same && was != is {
        let detail = "the order of its values has changed".to_owned();
        report.note(DifferenceKind::EnumOrderChanged, None, detail);
    }
}
