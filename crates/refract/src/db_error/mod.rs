//! A error of the database in the words of the API: status, field names, a sentence.

use reflect::snapshot::TableKind;

use crate::{
    catalog::{Catalog, Resource},
    db::{Arose, DbError, DbErrorKind},
    error::{Error, Problem, Violation},
};

impl Error {
    /// The error of the database that caused this one.
    pub(crate) fn db_error(&self) -> Option<&DbError> {
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            if let Some(error) = cause.downcast_ref() {
                return Some(error);
            }
            source = cause.source();
        }
        None
    }

    /// The error of the database that a conflict or a refusal wraps; any other error is given back.
    pub(crate) fn into_db_error(self) -> Result<DbError, Self> {
        match self {
            Self::Conflict { source, .. } | Self::Refused { source, .. }
                if source.is::<DbError>() =>
            {
                let error = source.downcast::<DbError>();
                Ok(*error.expect("it is one, as the line above has seen"))
            }
            other => Err(other),
        }
    }

    /// Whether the transaction lost a race: see [`DbError::lost_race`].
    pub(crate) fn lost_race(&self) -> bool {
        self.db_error().is_some_and(DbError::lost_race)
    }

    /// The same error, as a race that was lost. It may not be met again when the transaction is
    /// tried again.
    pub(crate) fn into_lost_race(mut self) -> Self {
        if let Self::Conflict { source, .. } = &mut self
            && let Some(error) = source.downcast_mut::<DbError>()
        {
            error.kind = DbErrorKind::SerializationFailure;
        }
        self
    }

    /// Whether drift may have caused it: the database does not know a name in the statement, or it
    /// failed for a reason that is not known here.
    pub(crate) fn may_be_drift(&self) -> bool {
        match self {
            Self::SchemaChanged { .. } => true,
            Self::Internal { source } => source.is::<DbError>(),
            _ => false,
        }
    }

    /// The same error of an operation of a batch. Errors that no operation is to blame for stay as
    /// they are.
    pub(crate) fn of_operation(self, place: usize) -> Self {
        if self.kind().status.is_server_error() || self.lost_race() {
            return self;
        }
        let problems = self.problems().iter().map(|problem| Problem {
            field: format!("operations.{place}.{}", problem.field),
            ..problem.clone()
        });
        Self::OfOperation {
            place,
            problems: problems.collect(),
            source: Box::new(self),
        }
    }
}

/// The error of a statement on `resource` that failed with `error`.
pub fn to_api_error(resource: &Resource, error: DbError) -> Error {
    let violation = match error.kind {
        DbErrorKind::NotWritable if resource.kind == TableKind::MaterializedView => {
            return conflict(not_populated(resource), error);
        }
        DbErrorKind::UniqueViolation => return conflict(unique(resource, &error), error),
        DbErrorKind::ForeignKeyViolation => return conflict(foreign_key(resource, &error), error),
        DbErrorKind::ExclusionViolation => return conflict(exclusion(resource, &error), error),
        DbErrorKind::SerializationFailure => return conflict(serialization_failure(), error),
        DbErrorKind::NotNullViolation => not_null(resource, &error),
        DbErrorKind::CheckViolation => check(resource, &error),
        DbErrorKind::InvalidValue => invalid_value(
            "The database refuses one of the values: wrong form, too long or out of range.",
        ),
        DbErrorKind::SequenceExhausted => {
            return Error::SequenceExhausted {
                resource: resource.name.clone(),
                source: Box::new(error),
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
        | DbErrorKind::Unexpected => return without_resource(error),
    };
    Error::Refused {
        problem: Box::new(violation),
        source: Box::new(error),
    }
}

/// The same of a read. PostgreSQL knows errors in the text of a search from errors in SQL by
/// nothing, nor a search configuration that is not there from other things.
pub fn of_read(resource: &Resource, error: DbError, searches: bool) -> Error {
    const SYNTAX_ERROR: &str = "42601";
    const UNDEFINED_OBJECT: &str = "42704";
    const UNDEFINED_SCHEMA: &str = "3F000";
    let is_about_search = searches
        && matches!(
            error.code.as_deref(),
            Some(SYNTAX_ERROR | UNDEFINED_OBJECT | UNDEFINED_SCHEMA)
        );
    if !is_about_search {
        return explain_expressions(resource, error);
    }
    let sentence = match error.code.as_deref() {
        Some(SYNTAX_ERROR) => "The text of a search is not in the form that its operator reads.",
        _ => "A filter names a text search configuration that the database does not have.",
    };
    Error::Refused {
        problem: Box::new(invalid_value(sentence)),
        source: Box::new(error.with_kind(DbErrorKind::InvalidValue)),
    }
}

/// What the caller of a read is not to blame for: what is wrong with its values is found when these
/// are read, but for patterns, which are read as they are used.
fn explain_expressions(resource: &Resource, error: DbError) -> Error {
    /// `LIKE` patterns, regular expressions.
    const PATTERNS: [&str; 4] = ["22025", "2201B", "22019", "2200C"];
    let is_pattern = PATTERNS.contains(&error.code.as_deref().unwrap_or_default());
    let is_view = resource.kind != TableKind::Table;
    match error.kind {
        DbErrorKind::NotSupported => Error::Refused {
            problem: Box::new(invalid_operator()),
            source: Box::new(error),
        },
        DbErrorKind::ExpressionFailed => conflict(expression_failed(resource), error),
        DbErrorKind::CheckViolation if error.arose == Arose::Function => {
            conflict(expression_failed(resource), error)
        }
        DbErrorKind::InvalidValue if is_view && !is_pattern && error.arose == Arose::Statement => {
            conflict(expression_failed(resource), error)
        }
        _ => to_api_error(resource, error),
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

/// The error of a delete on `resource` that failed with `error`: a row that goes can only break the
/// references to itself, its own table's among them.
pub fn of_delete(resource: &Resource, error: DbError) -> Error {
    if error.kind != DbErrorKind::ForeignKeyViolation {
        return to_api_error(resource, error);
    }
    // SQLite does not say whose reference is broken.
    let rows = match &error.table {
        Some(table) => format!("Rows of {table}"),
        None => "Other rows".to_owned(),
    };
    let sentence = format!("{rows} still refer to this {}.", resource.name);
    conflict(foreign_key_violation(sentence, Vec::new()), error)
}

/// The error of a commit that failed with `error`: of a constraint on some table that was looked at
/// no sooner.
pub fn of_commit(catalog: &Catalog, error: DbError) -> Error {
    let table = error.table.as_deref();
    let resource = catalog
        .resources
        .iter()
        .find(|resource| Some(resource.table.as_str()) == table);
    match (resource, error.kind) {
        (Some(resource), _) => to_api_error(resource, error),
        // Of a junction, or raised by a trigger, which need not name a table.
        (None, DbErrorKind::ForeignKeyViolation) => {
            let sentence = "A row refers to another that does not exist.".to_owned();
            conflict(foreign_key_violation(sentence, Vec::new()), error)
        }
        (None, DbErrorKind::CheckViolation) => Error::Refused {
            problem: Box::new(Violation {
                code: "check_violation",
                title: "Check failed",
                sentence: "A trigger of the database refuses what was to be written.".to_owned(),
                problems: Vec::new(),
            }),
            source: Box::new(error),
        },
        (None, _) => without_resource(error),
    }
}

fn conflict(problem: Violation, error: DbError) -> Error {
    Error::Conflict {
        problem: Box::new(problem),
        source: Box::new(error),
        marked: None,
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
pub fn without_resource(error: DbError) -> Error {
    match error.kind {
        DbErrorKind::Overloaded => Error::Overloaded,
        DbErrorKind::Busy => Error::Busy {
            source: Box::new(error),
        },
        DbErrorKind::Unavailable | DbErrorKind::Interrupted => Error::Unavailable {
            source: Box::new(error),
        },
        DbErrorKind::OutcomeUnknown => Error::OutcomeUnknown {
            source: Box::new(error),
        },
        DbErrorKind::Timeout => Error::Timeout {
            source: Box::new(error),
        },
        DbErrorKind::SerializationFailure => conflict(serialization_failure(), error),
        DbErrorKind::SchemaMismatch => Error::SchemaChanged {
            source: Box::new(error),
        },
        DbErrorKind::ReadOnlyTransaction => Error::Standby {
            source: Box::new(error),
        },
        DbErrorKind::InsufficientPrivilege => Error::Forbidden {
            source: Box::new(error),
        },
        _ => Error::internal(error),
    }
}

/// The columns of the unique key that a error is about, as far as the database says.
pub fn unique_key<'a>(resource: &'a Resource, error: &'a DbError) -> &'a [String] {
    let name = error.constraint.as_deref();
    let mut keys = resource.unique_keys.iter().chain(&resource.primary_key);
    let key = keys.find(|key| Some(key.name.as_str()) == name);
    key.map_or(&error.columns, |key| &key.columns)
}

fn unique(resource: &Resource, error: &DbError) -> Violation {
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

fn foreign_key(resource: &Resource, error: &DbError) -> Violation {
    let own = resource
        .foreign_keys
        .iter()
        .find(|key| error.constraint.as_deref() == Some(key.name.as_str()));
    // A constraint of another table: this row is the one that is referred to.
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

fn exclusion(resource: &Resource, error: &DbError) -> Violation {
    // Reflection knows none of these constraints, nor which columns they are about.
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

fn not_null(resource: &Resource, error: &DbError) -> Violation {
    let fields = fields(resource, &error.columns);
    Violation {
        code: "not_null_violation",
        title: "Missing value",
        sentence: format!("{} must not be null.", list(&fields)),
        problems: problems(fields, "not_null", "must not be null"),
    }
}

fn check(resource: &Resource, error: &DbError) -> Violation {
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
    // PostgreSQL raises the same SQLSTATE, without a name, for a row that belongs to no partition.
    let Some(name) = name else {
        let sentence = match error.code.as_deref() {
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
