//! Comparisons of moments on SQLite that an index can answer.
//!
//! A moment is compared under a collation that reads every stored form of it, and an index does not
//! follow that collation. So the comparison comes with a second one, of the stored value, which holds
//! for more rows and which an index answers. Numbers are milliseconds. A text begins with its date,
//! which its offset may move by a day. The texts of expanded years begin with a sign, and are always
//! looked at.

use reflect::snapshot::Database;

use super::{Precedence, SqlWriter, column_expr::TableScope};
use crate::{
    catalog::{Column, Type},
    codec::{Value, days_around},
    query::{
        operators::Operator,
        plan::{Condition, Test},
    },
};

/// The second comparison. In its pattern, `@` stands for the column and `?` for the next bound.
pub struct MomentBounds {
    pattern: &'static str,
    bounds: Vec<Value>,
}

// The text `/` sorts before all digits and after all signs. Unlike `0`, SQLite does not take it for a
// number.
const AT: &str = "((@ >= ? AND @ <= ?) OR (@ >= ? AND @ <= ?) OR (@ >= '' AND @ < '/'))";
const AFTER: &str = "((@ >= ? AND @ < '') OR @ >= ? OR (@ >= '' AND @ < '/'))";
const BEFORE: &str = "(@ <= ? OR (@ >= '' AND @ <= ?))";

impl MomentBounds {
    /// `None` unless a condition compares a moment that is stored as a number or a text.
    pub fn of(database: Database, column: &Column, condition: &Condition) -> Option<Self> {
        let is_moment = matches!(column.data_type, Type::Timestamp | Type::TimestampTz);
        if database != Database::Sqlite || !is_moment || !condition.path.is_empty() {
            return None;
        }
        // In a column of this affinity numbers are texts, too ("Datatypes In SQLite", 3.1).
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
        let pattern = match operator {
            Operator::Eq => AT,
            Operator::Gt | Operator::Gte => AFTER,
            Operator::Lt | Operator::Lte => BEFORE,
            _ => return None,
        };
        let around = days_around(value);
        let (least, most) = (Value::Int(around.millis.0), Value::Int(around.millis.1));
        let (first, last) = (Value::Text(around.texts.0), Value::Text(around.texts.1));
        let bounds = match pattern {
            AT => vec![least, most, first, last],
            AFTER => vec![least, first],
            _ => vec![most, last],
        };
        Some(Self { pattern, bounds })
    }
}

impl SqlWriter<'_> {
    /// Appends the second comparison of a stored column.
    pub fn moment_bounds(
        &mut self,
        scope: TableScope<'_>,
        column: usize,
        bounds: MomentBounds,
    ) -> Precedence {
        let mut values = bounds.bounds.into_iter();
        let mut rest = bounds.pattern;
        while let Some(at) = rest.find(['@', '?']) {
            self.push(&rest[..at]);
            if rest[at..].starts_with('@') {
                self.stored(scope, column);
            } else if let Some(value) = values.next() {
                self.bind_owned(value);
            }
            rest = &rest[at + 1..];
        }
        self.push(rest);
        Precedence::Other
    }
}
