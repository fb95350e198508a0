//! Represents columns as text where SeaORM has no Rust type for their type. The database casts them to
//! text when selected and from text when saved.

use super::layout::{Entity, Layout};
use crate::snapshot::{Column, DataType};

/// Digits that `rust_decimal` holds.
const DECIMAL_DIGITS: u32 = 28;

/// The casts of a column that is represented as text.
pub(super) struct StandIn {
    /// The type it is cast to when selected: `text` or `text[]`.
    pub(super) select_as: &'static str,
    /// The type that the text is cast to when saved.
    pub(super) save_as: String,
    pub(super) reason: Reason,
}

/// Why a column is represented as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// SeaORM has no Rust type for it.
    NoType,
    /// It may have more digits than `Decimal` holds.
    Digits,
    /// `citext` is a text for Rust, but another type for PostgreSQL.
    CaseInsensitive,
    /// `DeriveActiveEnum` does not support its labels.
    Enum,
    /// SeaORM has no keys over a list.
    ListKey,
}

impl StandIn {
    /// Whether the column is a list with a text for each element.
    pub(super) fn is_list(&self) -> bool {
        self.select_as == LIST
    }
}

/// The cast of a list of texts.
const LIST: &str = "text[]";

/// The casts of a column; `None` where it has a Rust type.
pub(super) fn of(layout: &Layout, entity: &Entity, column: &Column) -> Option<StandIn> {
    let (select_as, reason) = match &column.data_type {
        DataType::Array { .. } if entity.key.contains(&column.name.as_str()) => {
            ("text", Reason::ListKey)
        }
        DataType::Array { of } => (LIST, reason(layout, of)?),
        data_type => ("text", reason(layout, data_type)?),
    };
    // A column without a declared type in SQLite has no type to cast to.
    let save_as = match column.database_type.as_str() {
        "" => select_as.to_owned(),
        database_type => database_type.to_owned(),
    };
    Some(StandIn {
        select_as,
        save_as,
        reason,
    })
}

fn reason(layout: &Layout, data_type: &DataType) -> Option<Reason> {
    match data_type {
        DataType::Other { .. } | DataType::Array { .. } => Some(Reason::NoType),
        DataType::Numeric { precision, scale } => {
            let fits = precision.is_some_and(|precision| precision <= DECIMAL_DIGITS)
                && scale.is_some_and(|scale| (0..=DECIMAL_DIGITS as i32).contains(&scale));
            (!fits).then_some(Reason::Digits)
        }
        DataType::Text {
            case_insensitive: true,
            ..
        } => Some(Reason::CaseInsensitive),
        DataType::Enum { .. } => layout
            .rust_enum(data_type)
            .is_none()
            .then_some(Reason::Enum),
        _ => None,
    }
}
