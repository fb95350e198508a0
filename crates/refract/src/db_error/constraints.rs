//! Violated constraints, with the fields they are about.

use super::unique_key;
use crate::{
    catalog::Resource,
    db::DbError,
    error::{Problem, Violation},
};

pub(super) fn unique(resource: &Resource, error: &DbError) -> Violation {
    let fields = fields(resource, unique_key(resource, error));
    let sentence = match fields.as_slice() {
        [] => format!("A {} with these values exists already.", resource.name),
        [one] => format!("A {} with this `{one}` exists already.", resource.name),
        many => {
            format!(
                "A {} with this combination of {} exists already.",
                resource.name,
                list(many)
            )
        }
    };
    Violation {
        code: "unique_violation",
        title: "Already exists",
        sentence,
        problems: problems(fields, "unique", "is taken"),
    }
}

pub(super) fn foreign_key(resource: &Resource, error: &DbError) -> Violation {
    let own = resource
        .foreign_keys
        .iter()
        .find(|key| error.constraint.as_deref() == Some(key.name.as_str()));
    // A constraint of another table refers to this row.
    let (sentence, fields) = match (own, &error.table) {
        (Some(key), Some(table)) if *table == resource.table => {
            let fields = fields(resource, &key.columns);
            (
                format!("{} refers to a row that does not exist.", list(&fields)),
                fields,
            )
        }
        (_, Some(table)) if *table != resource.table => (
            format!("Rows of {table} still refer to this {}.", resource.name),
            Vec::new(),
        ),
        // SQLite does not name the constraint.
        _ => (
            format!(
                "This {} refers to a row that does not exist, or rows still refer to it.",
                resource.name
            ),
            match resource.foreign_keys.as_slice() {
                [only] => self::fields(resource, &only.columns),
                _ => Vec::new(),
            },
        ),
    };
    foreign_key_violation(sentence, fields)
}

pub(super) fn foreign_key_violation(sentence: String, fields: Vec<String>) -> Violation {
    Violation {
        code: "foreign_key_violation",
        title: "Broken reference",
        sentence,
        problems: problems(fields, "foreign_key", "refers to a row that does not exist"),
    }
}

pub(super) fn exclusion(resource: &Resource, error: &DbError) -> Violation {
    // Reflection does not read exclusion constraints, so their columns are not known.
    let constraint = match error.constraint.as_deref() {
        _ if resource.hides() => "An exclusion constraint".to_owned(),
        name => format!("The constraint {}", name.unwrap_or("exclusion")),
    };
    Violation {
        code: "exclusion_violation",
        title: "Conflicting row",
        sentence: format!(
            "{constraint} allows no such {} beside those that exist.",
            resource.name
        ),
        problems: Vec::new(),
    }
}

pub(super) fn not_null(resource: &Resource, error: &DbError) -> Violation {
    let fields = fields(resource, &error.columns);
    Violation {
        code: "not_null_violation",
        title: "Missing value",
        sentence: format!("{} must not be null.", list(&fields)),
        problems: problems(fields, "not_null", "must not be null"),
    }
}

pub(super) fn check(resource: &Resource, error: &DbError) -> Violation {
    let check = resource.checks.iter().find(|check| {
        error
            .constraint
            .as_ref()
            .is_some_and(|name| same_check(check, name))
    });
    let fields = check
        .map(|check| fields(resource, &check.columns))
        .unwrap_or_default();
    let name = check
        .map(|check| check.name.as_str())
        .or(error.constraint.as_deref());
    let may_tell = match check {
        Some(check) => resource.may_tell(&check.columns),
        None => !resource.hides(),
    };
    if name.is_some() && !may_tell {
        return Violation {
            code: "check_violation",
            title: "Check failed",
            sentence: format!("The values break a check constraint of {}.", resource.name),
            problems: Vec::new(),
        };
    }
    // PostgreSQL uses the same SQLSTATE, without a name, for a row that no partition takes.
    let Some(name) = name else {
        let sentence = match error.code.as_deref() {
            Some("23514" | "44000") => format!(
                "The values break a check of {}, or no partition of the table takes them.",
                resource.name
            ),
            // The trigger's message may quote rows, so it is not shown.
            _ => format!(
                "A trigger of the database refuses this change of {}.",
                resource.name
            ),
        };
        return Violation {
            code: "check_violation",
            title: "Check failed",
            sentence,
            problems: Vec::new(),
        };
    };
    Violation {
        code: "check_violation",
        title: "Check failed",
        sentence: format!("The values break the check constraint {name}."),
        problems: problems(
            fields,
            "check",
            &format!("breaks the check constraint {name}"),
        ),
    }
}

/// SQLite names a check without a name by its expression.
fn same_check(check: &reflect::snapshot::Check, name: &str) -> bool {
    check.name == name || check.expression.contains(name)
}

/// The fields of the columns. None where some are hidden, so that the error does not blame the
/// others.
fn fields(resource: &Resource, columns: &[String]) -> Vec<String> {
    if !resource.may_tell(columns) {
        return Vec::new();
    }
    let fields = columns
        .iter()
        .filter_map(|column| resource.field_of(column));
    fields.map(str::to_owned).collect()
}

fn problems(fields: Vec<String>, code: &'static str, message: &str) -> Vec<Problem> {
    fields
        .into_iter()
        .map(|field| Problem::new(field, code, message))
        .collect()
}

fn list(fields: &[String]) -> String {
    match fields {
        [] => "A value".to_owned(),
        [one] => format!("`{one}`"),
        [init @ .., last] => {
            let init: Vec<_> = init.iter().map(|field| format!("`{field}`")).collect();
            format!("{} and `{last}`", init.join(", "))
        }
    }
}
