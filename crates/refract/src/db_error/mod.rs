//! A fault of the database in the words of the API: status, field names, a sentence.

use reflect::snapshot::TableKind;

use crate::{
    catalog::{Catalog, Resource},
    db::{Arose, DbError, DbErrorKind},
    error::{Error, Problem, Violation},
};

/// The error of a statement on `resource` that failed with `fault`.
pub fn explain(resource: &Resource, fault: DbError) -> Error {
    let violation = match fault.kind {
        DbErrorKind::NotWritable if resource.kind == TableKind::MaterializedView => {
            return conflict(not_populated(resource), fault);
        }
        DbErrorKind::UniqueViolation => return conflict(unique(resource, &fault), fault),
        DbErrorKind::ForeignKeyViolation => return conflict(foreign_key(resource, &fault), fault),
        DbErrorKind::ExclusionViolation => return conflict(exclusion(resource, &fault), fault),
        DbErrorKind::SerializationFailure => return conflict(serialization_failure(), fault),
        DbErrorKind::NotNullViolation => not_null(resource, &fault),
        DbErrorKind::CheckViolation => check(resource, &fault),
        DbErrorKind::InvalidValue => invalid_value(
            "The database refuses one of the values: wrong form, too long or out of range.",
        ),
        DbErrorKind::SequenceExhausted => {
            return Error::SequenceExhausted {
                resource: resource.name.clone(),
                source: Box::new(fault),
            };
        }
        DbErrorKind::ExpressionFailed => Violation {
            code: "check_violation",
            title: "Check failed",
            sentence: format!(
                "An expression of the database (a default, a generated column, a check) fails for \
                 this {}.",
                resource.name
            ),
            problems: Vec::new(),
        },
        DbErrorKind::NoOperator => invalid_operator(),
        DbErrorKind::NotSupported => Violation {
            code: "not_writable",
            title: "Not writable",
            sentence: format!(
                "The database does not write {} so: a rule (CREATE RULE) or the kind of the table \
                 stands in the way.",
                resource.name
            ),
            problems: Vec::new(),
        },
        DbErrorKind::NotWritable => Violation {
            code: "not_writable",
            title: "Not writable",
            sentence: format!(
                "The database computes or refuses what was to be written in {}.",
                resource.name
            ),
            problems: Vec::new(),
        },
        DbErrorKind::Timeout
        | DbErrorKind::InsufficientPrivilege
        | DbErrorKind::ReadOnlyTransaction
        | DbErrorKind::Unavailable
        | DbErrorKind::Overloaded
        | DbErrorKind::Busy
        | DbErrorKind::Interrupted
        | DbErrorKind::OutcomeUnknown
        | DbErrorKind::StalePlan
        | DbErrorKind::SchemaMismatch
        | DbErrorKind::Unexpected => return without_resource(fault),
    };
    Error::Refused {
        problem: Box::new(violation),
        source: Box::new(fault),
    }
}

/// The same of a read. PostgreSQL knows errors in the text of a search from errors in SQL by
/// nothing, nor a search configuration that is not there from other things.
pub fn explain_read(resource: &Resource, fault: DbError, searches: bool) -> Error {
    const SYNTAX_ERROR: &str = "42601";
    const UNDEFINED_OBJECT: &str = "42704";
    const UNDEFINED_SCHEMA: &str = "3F000";
    let is_about_search = searches
        && matches!(
            fault.code.as_deref(),
            Some(SYNTAX_ERROR | UNDEFINED_OBJECT | UNDEFINED_SCHEMA)
        );
    if !is_about_search {
        return explain_expressions(resource, fault);
    }
    let sentence = match fault.code.as_deref() {
        Some(SYNTAX_ERROR) => "The text of a search is not in the form that its operator reads.",
        _ => "A filter names a text search configuration that the database does not have.",
    };
    Error::Refused {
        problem: Box::new(invalid_value(sentence)),
        source: Box::new(fault.with_kind(DbErrorKind::InvalidValue)),
    }
}

/// What the caller of a read is not to blame for: what is wrong with its values is found when these
/// are read, but for patterns, which are read as they are used.
fn explain_expressions(resource: &Resource, fault: DbError) -> Error {
    /// `LIKE` patterns, regular expressions.
    const PATTERNS: [&str; 4] = ["22025", "2201B", "22019", "2200C"];
    let is_pattern = PATTERNS.contains(&fault.code.as_deref().unwrap_or_default());
    let is_view = resource.kind != TableKind::Table;
    match fault.kind {
        DbErrorKind::NotSupported => Error::Refused {
            problem: Box::new(invalid_operator()),
            source: Box::new(fault),
        },
        DbErrorKind::ExpressionFailed => conflict(expression_failed(resource), fault),
        DbErrorKind::CheckViolation if fault.arose == Arose::Function => {
            conflict(expression_failed(resource), fault)
        }
        DbErrorKind::InvalidValue if is_view && !is_pattern && fault.arose == Arose::Statement => {
            conflict(expression_failed(resource), fault)
        }
        _ => explain(resource, fault),
    }
}

fn expression_failed(resource: &Resource) -> Violation {
    Violation {
        code: "expression_failed",
        title: "Expression failed",
        sentence: format!(
            "The database cannot compute what was asked of {}: an expression of its own (of a view, a \
             policy, a virtual column) fails for one of the rows.",
            resource.name
        ),
        problems: Vec::new(),
    }
}

fn invalid_operator() -> Violation {
    Violation {
        code: "invalid_operator",
        title: "Invalid operator",
        sentence:
            "The database cannot compare one of the fields: its type has no order, or no equality."
                .to_owned(),
        problems: Vec::new(),
    }
}

/// The error of a delete on `resource` that failed with `fault`: a row that goes can only break the
/// references to itself, its own table's among them.
pub fn explain_delete(resource: &Resource, fault: DbError) -> Error {
    if fault.kind != DbErrorKind::ForeignKeyViolation {
        return explain(resource, fault);
    }
    // SQLite does not say whose reference is broken.
    let rows = match &fault.table {
        Some(table) => format!("Rows of {table}"),
        None => "Other rows".to_owned(),
    };
    let sentence = format!("{rows} still refer to this {}.", resource.name);
    conflict(foreign_key_violation(sentence, Vec::new()), fault)
}

/// The error of a commit that failed with `fault`: of a constraint on some table that was looked at
/// no sooner.
pub fn explain_commit(catalog: &Catalog, fault: DbError) -> Error {
    let table = fault.table.as_deref();
    let resource = catalog
        .resources
        .iter()
        .find(|resource| Some(resource.table.as_str()) == table);
    match (resource, fault.kind) {
        (Some(resource), _) => explain(resource, fault),
        // Of a junction, or raised by a trigger, which need not name a table.
        (None, DbErrorKind::ForeignKeyViolation) => {
            let sentence = "A row refers to another that does not exist.".to_owned();
            conflict(foreign_key_violation(sentence, Vec::new()), fault)
        }
        (None, DbErrorKind::CheckViolation) => Error::Refused {
            problem: Box::new(Violation {
                code: "check_violation",
                title: "Check failed",
                sentence: "A trigger of the database refuses what was to be written.".to_owned(),
                problems: Vec::new(),
            }),
            source: Box::new(fault),
        },
        (None, _) => without_resource(fault),
    }
}

fn conflict(problem: Violation, fault: DbError) -> Error {
    Error::Conflict {
        problem: Box::new(problem),
        source: Box::new(fault),
        soft_deleted: None,
    }
}

fn invalid_value(sentence: &str) -> Violation {
    Violation {
        code: "invalid_value",
        title: "Invalid value",
        sentence: sentence.to_owned(),
        problems: Vec::new(),
    }
}

fn not_populated(resource: &Resource) -> Violation {
    Violation {
        code: "not_populated",
        title: "Not populated",
        sentence: format!("{} has no rows before its first refresh.", resource.name),
        problems: Vec::new(),
    }
}

fn serialization_failure() -> Violation {
    Violation {
        code: "serialization_failure",
        title: "Concurrent change",
        sentence: "Another request changed the same rows at the same time; try again.".to_owned(),
        problems: Vec::new(),
    }
}

/// The error of a statement that is about no resource.
pub fn without_resource(fault: DbError) -> Error {
    match fault.kind {
        DbErrorKind::Overloaded => Error::Overloaded,
        DbErrorKind::Busy => Error::Busy {
            source: Box::new(fault),
        },
        DbErrorKind::Unavailable | DbErrorKind::Interrupted => Error::Unavailable {
            source: Box::new(fault),
        },
        DbErrorKind::OutcomeUnknown => Error::OutcomeUnknown {
            source: Box::new(fault),
        },
        DbErrorKind::Timeout => Error::Timeout {
            source: Box::new(fault),
        },
        DbErrorKind::SerializationFailure => conflict(serialization_failure(), fault),
        DbErrorKind::SchemaMismatch => Error::SchemaChanged {
            source: Box::new(fault),
        },
        DbErrorKind::ReadOnlyTransaction => Error::Standby {
            source: Box::new(fault),
        },
        DbErrorKind::InsufficientPrivilege => Error::Forbidden {
            source: Box::new(fault),
        },
        _ => Error::internal(fault),
    }
}

/// The columns of the unique key that a fault is about, as far as the database says.
pub fn unique_key<'a>(resource: &'a Resource, fault: &'a DbError) -> &'a [String] {
    let name = fault.constraint.as_deref();
    let mut keys = resource.unique_keys.iter().chain(&resource.primary_key);
    let key = keys.find(|key| Some(key.name.as_str()) == name);
    key.map_or(&fault.columns, |key| &key.columns)
}

fn unique(resource: &Resource, fault: &DbError) -> Violation {
    let fields = fields(resource, unique_key(resource, fault));
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

fn foreign_key(resource: &Resource, fault: &DbError) -> Violation {
    let own = resource
        .foreign_keys
        .iter()
        .find(|key| fault.constraint.as_deref() == Some(key.name.as_str()));
    // A constraint of another table: this row is the one that is referred to.
    let (sentence, fields) = match (own, &fault.table) {
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
        // SQLite does not say which.
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

fn foreign_key_violation(sentence: String, fields: Vec<String>) -> Violation {
    Violation {
        code: "foreign_key_violation",
        title: "Broken reference",
        sentence,
        problems: problems(fields, "foreign_key", "refers to a row that does not exist"),
    }
}

fn exclusion(resource: &Resource, fault: &DbError) -> Violation {
    // Reflection knows none of these constraints, nor which columns they are about.
    let constraint = match fault.constraint.as_deref() {
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

fn not_null(resource: &Resource, fault: &DbError) -> Violation {
    let fields = fields(resource, &fault.columns);
    Violation {
        code: "not_null_violation",
        title: "Missing value",
        sentence: format!("{} must not be null.", list(&fields)),
        problems: problems(fields, "not_null", "must not be null"),
    }
}

fn check(resource: &Resource, fault: &DbError) -> Violation {
    let check = resource.checks.iter().find(|check| {
        fault
            .constraint
            .as_ref()
            .is_some_and(|name| same_check(check, name))
    });
    let fields = check
        .map(|check| fields(resource, &check.columns))
        .unwrap_or_default();
    let name = check
        .map(|check| check.name.as_str())
        .or(fault.constraint.as_deref());
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
    // PostgreSQL raises the same SQLSTATE, without a name, for a row that belongs to no partition.
    let Some(name) = name else {
        let sentence = match fault.code.as_deref() {
            Some("23514" | "44000") => format!(
                "The values break a check of {}, or no partition of the table takes them.",
                resource.name
            ),
            // Its message is for the app's own eyes: it may quote rows.
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

/// SQLite names a nameless check by its expression.
fn same_check(check: &reflect::snapshot::Check, name: &str) -> bool {
    check.name == name || check.expression.contains(name)
}

/// The names of the columns, unless some of them may not be seen: what rests on several is not to be
/// blamed on the others.
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
        .map(|field| Problem {
            field,
            code,
            message: message.to_owned(),
        })
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
