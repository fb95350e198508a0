//! Columns whose type has no Rust type in SeaORM: a `String` stands for them, cast to text on the
//! way out and back on the way in.

use super::layout::{Entity, Layout};
use crate::snapshot::{Column, DataType};

/// Digits that `rust_decimal` holds.
const DECIMAL_DIGITS: u32 = 28;

/// How a column is read and written as text.
pub(super) struct StandIn {
    /// What the database casts it to when selected: `text` or `text[]`.
    pub(super) select_as: &'static str,
    /// What it casts the text to when saved.
    pub(super) save_as: String,
    pub(super) reason: Reason,
}

/// Why a text stands for the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// No Rust type.
    NoType,
    /// More digits than `Decimal` holds.
    Digits,
    /// `citext` is text to Rust, but not to PostgreSQL.
    CaseInsensitive,
    /// Labels that `DeriveActiveEnum` cannot tell apart.
    Enum,
    /// SeaORM has no key over a list.
    ListKey,
}

impl StandIn {
    /// Whether one text stands for each element of a list, and not for the column as a whole.
    pub(super) fn is_list(&self) -> bool {
        self.select_as == LIST
    }
}

/// The cast of a list of texts.
const LIST: &str = "text[]";

/// The stand-in of a column, if it needs one.
pub(super) fn of(layout: &Layout, entity: &Entity, column: &Column) -> Option<StandIn> {
    let (select_as, reason) = match &column.data_type {
        DataType::Array { .. } if entity.key.contains(&column.name.as_str()) => {
            ("text", Reason::ListKey)
        }
        DataType::Array { of } => (LIST, reason(layout, of)?),
        data_type => ("text", reason(layout, data_type)?),
    };
    // SQLite knows no type that its undeclared columns could be cast to.
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
