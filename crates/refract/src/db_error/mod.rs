//! Turns errors of the database into the API's errors, with field names and a sentence.

mod constraints;

use reflect::snapshot::TableKind;

use self::constraints::{check, exclusion, foreign_key, foreign_key_violation, not_null, unique};
use crate::{
    catalog::{Catalog, Resource},
    db::{DbError, DbErrorKind, Origin},
    error::{Error, FieldPath, Problem, Violation},
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

    /// Whether it may be the error of a catalog that is older than the schema, and nothing has been
    /// committed. A read never commits anything.
    pub(crate) fn may_be_of_old_catalog(&self, is_read: bool) -> bool {
        self.db_error().is_some_and(|error| {
            error.may_be_of_old_catalog() && (is_read || error.is_refused_statement())
        })
    }

    /// The same error of an operation of a batch. Errors that no operation is to blame for stay as
    /// they are.
    pub(crate) fn of_operation(self, place: usize) -> Self {
        if self.kind().status.is_server_error() || self.lost_race() {
            return self;
        }
        let path = FieldPath::from("operations").index(place);
        let problems = self.problems().iter().map(|problem| Problem {
            field: problem.field.under(&path),
            ..problem.clone()
        });
        Self::OfOperation {
            place,
            problems: problems.collect(),
            source: Box::new(self),
        }
    }
}

/// The API's error of a statement on a resource.
pub fn to_api_error(resource: &Resource, error: DbError) -> Error {
    let violation = match error.kind {
        DbErrorKind::PolicyViolation => {
            return Error::PolicyViolation {
                resource: resource.name.clone(),
                source: Box::new(error),
            };
        }
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

/// The API's error of a read. PostgreSQL reports an error in the text of a search like an error in
/// SQL, and a missing search configuration like any missing object.
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

/// Errors that the caller of a read has not caused. Wrong values are found when PostgreSQL reads
/// them, except for patterns, which it reads when it uses them.
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
        DbErrorKind::CheckViolation if error.origin == Origin::Function => {
            conflict(expression_failed(resource), error)
        }
        DbErrorKind::InvalidValue
            if is_view && !is_pattern && error.origin == Origin::Statement =>
        {
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

/// The API's error of a delete. A deleted row can only violate foreign keys that refer to it.
pub fn of_delete(resource: &Resource, error: DbError) -> Error {
    if error.kind != DbErrorKind::ForeignKeyViolation {
        return to_api_error(resource, error);
    }
    // SQLite does not name the table of the reference.
    let rows = match &error.table {
        Some(table) => format!("Rows of {table}"),
        None => "Other rows".to_owned(),
    };
    let sentence = format!("{rows} still refer to this {}.", resource.name);
    conflict(foreign_key_violation(sentence, Vec::new()), error)
}

/// The API's error of a commit, where deferred constraints are checked.
pub fn of_commit(catalog: &Catalog, error: DbError) -> Error {
    let table = error.table.as_deref();
    let resource = catalog
        .resources
        .iter()
        .find(|resource| Some(resource.table.as_str()) == table);
    match (resource, error.kind) {
        (Some(resource), _) => to_api_error(resource, error),
        // It is about a junction table, or a trigger has raised it without naming a table.
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

/// The API's error of a statement that is not about a resource.
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

/// The columns of the violated unique key, as far as the database names them.
pub fn unique_key<'a>(resource: &'a Resource, error: &'a DbError) -> &'a [String] {
    let name = error.constraint.as_deref();
    let mut keys = resource.unique_keys.iter().chain(&resource.primary_key);
    let key = keys.find(|key| Some(key.name.as_str()) == name);
    key.map_or(&error.columns, |key| &key.columns)
}
