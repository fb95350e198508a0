//! What an index can answer of a comparison of moments on SQLite.
//!
//! A moment is compared under a collation that reads every stored form of it, and no index follows
//! that. So the comparison comes with another one, of what is stored, which holds for more rows and
//! which an index answers: numbers are milliseconds, and a text begins with its date, which its
//! offset may move by a day. Texts of expanded years begin with a sign and are always looked at.

use reflect::snapshot::Database;
use sea_orm::sea_query::Expr;

use crate::{
    catalog::{Resource, Type},
    codec::{Value, bind, days_around},
    query::{
        operators::Operator,
        plan::{Condition, Test},
    },
};

/// Before all digits and after all signs; unlike `'0'`, no number to SQLite.
const BEFORE_DIGITS: &str = "'/'";

/// A comparison of what is stored.
pub(super) struct Nearby {
    side: Side,
    /// In the order of the placeholders.
    pub bounds: Vec<Value>,
}

#[derive(Clone, Copy)]
enum Side {
    At,
    Seek,
    Before,
}

impl Nearby {
    /// `None` where a condition is no comparison of a moment that is stored as a number or a text.
    pub fn of(database: Database, resource: &Resource, condition: &Condition) -> Option<Self> {
        let column = &resource.columns[condition.column];
        let is_moment = matches!(column.data_type, Type::Timestamp | Type::TimestampTz);
        if database != Database::Sqlite || !is_moment || !condition.path.is_empty() {
            return None;
        }
        // Of such an affinity numbers are texts, too ("Datatypes In SQLite", 3.1).
        let declared = column.database_type.to_ascii_uppercase();
        if ["CHAR", "CLOB", "TEXT"]
            .iter()
            .any(|part| declared.contains(part))
        {
            return None;
        }
        let Test::Compare(operator, value) = &condition.test else {
            return None;
        };
        let side = match operator {
            Operator::Eq => Side::At,
            Operator::Gt | Operator::Gte => Side::Seek,
            Operator::Lt | Operator::Lte => Side::Before,
            _ => return None,
        };
        let around = days_around(value);
        let (least, most) = (Value::Int(around.millis.0), Value::Int(around.millis.1));
        let (first, last) = (Value::Text(around.texts.0), Value::Text(around.texts.1));
        let bounds = match side {
            Side::At => vec![least, most, first, last],
            Side::Seek => vec![least, first],
            Side::Before => vec![most, last],
        };
        Some(Self { side, bounds })
    }

    /// The comparison of a stored column.
    pub fn expression(&self, column: &Expr) -> Expr {
        let pattern = match self.side {
            Side::At => "((? >= ? AND ? <= ?) OR (? >= ? AND ? <= ?) OR (? >= '' AND ? < BEFORE))",
            Side::Seek => "((? >= ? AND ? < '') OR ? >= ? OR (? >= '' AND ? < BEFORE))",
            Side::Before => "(? <= ? OR (? >= '' AND ? <= ?))",
        };
        let bound = |at: usize| Expr::val(bind(Database::Sqlite, &self.bounds[at]));
        let column = || column.clone();
        let expressions = match self.side {
            Side::At => vec![
                column(),
                bound(0),
                column(),
                bound(1),
                column(),
                bound(2),
                column(),
                bound(3),
                column(),
                column(),
            ],
            Side::Seek => vec![
                column(),
                bound(0),
                column(),
                column(),
                bound(1),
                column(),
                column(),
            ],
            Side::Before => vec![column(), bound(0), column(), column(), bound(1)],
        };
        Expr::cust_with_exprs(pattern.replace("BEFORE", BEFORE_DIGITS), expressions)
    }
}
