//! Errors of SeaORM, which the app's own endpoints run their statements with.

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, postgres::PgDatabaseError},
};

use super::{DbError, DbErrorKind, sqlstate::kind_of_sqlstate};

impl From<DbErr> for DbError {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(_) => Self::of(DbErrorKind::Overloaded),
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => match of_postgres(&error) {
                Some(found) => found,
                // Nobody else has the error: SeaORM has just made it.
                None => match std::sync::Arc::try_unwrap(error) {
                    Ok(error) => error.into(),
                    Err(_) => Self::of(DbErrorKind::Unexpected),
                },
            },
            // The text of the others is SeaORM's own: it names columns and types.
            other => Self::caused_by(DbErrorKind::Unexpected, other),
        }
    }
}

fn of_postgres(error: &sqlx::Error) -> Option<DbError> {
    let found = error.as_database_error()?;
    let found = found.try_downcast_ref::<PgDatabaseError>()?;
    let mut error = DbError::of(kind_of_sqlstate(found.code()));
    error.code = Some(found.code().to_owned());
    error.constraint = found.constraint().map(Box::from);
    error.table = found.table().map(str::to_owned);
    error.columns = found.column().map(str::to_owned).into_iter().collect();
    Some(error)
}
