//! Reads a live schema into a [`Snapshot`], which has a deterministic order.
//!
//! Only the catalogs are read, never a row. `information_schema` is not used, because it hides the
//! objects that the role does not own. A role with USAGE and SELECT gets the same snapshot as the
//! owner.

mod infer_defaults;
mod pg_catalog;
mod sqlite_schema;
mod view_sql;

use sea_orm::{DatabaseConnection, DbBackend, DbErr};

use std::collections::BTreeMap;

use crate::{
    names,
    prisma::{self, Disagreement, PrismaSchema},
    snapshot::{Beneath, ComputedField, Database, EnumType, FORMAT, RowFunction, Snapshot, Table},
    tenants,
};

/// Prisma's migration history, which is never a resource.
const MIGRATIONS_TABLE: &str = "_prisma_migrations";

/// Why a schema could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReflectError {
    /// A catalog query failed.
    #[error("could not read {what} from the database")]
    Query { what: &'static str, source: DbErr },
    /// The database is neither PostgreSQL nor SQLite.
    #[error("only PostgreSQL and SQLite can be reflected")]
    Unsupported,
}

/// The content of the database's catalogs, without inference and names.
struct Catalog {
    tables: Vec<Table>,
    enums: Vec<EnumType>,
    /// Functions that return several rows for one (`RETURNS SETOF`).
    multiplying: Vec<String>,
    /// Views that the database cannot read.
    unreadable: Vec<String>,
    beneath: Vec<Beneath>,
    row_functions: Vec<RowFunction>,
    computed_fields: Vec<ComputedField>,
    text_search_configurations: Vec<String>,
}

/// Reads the tables and views of `schemas`, the default one first. On SQLite `schemas` is ignored, and
/// `["main"]` is read.
///
/// # Errors
///
/// [`ReflectError::Query`] with the driver's error as its source.
pub async fn read(db: &DatabaseConnection, schemas: &[String]) -> Result<Snapshot, ReflectError> {
    let mut snapshot = look(db, schemas).await?;
    tenants::fold(&mut snapshot);
    names::assign(&mut snapshot);
    Ok(snapshot)
}

/// As [`read`], with the content of the app's schema.prisma. Also returns the differences.
///
/// # Errors
///
/// As [`read`].
pub async fn read_with_prisma(
    db: &DatabaseConnection,
    schemas: &[String],
    schema: &PrismaSchema,
) -> Result<(Snapshot, Vec<Disagreement>), ReflectError> {
    let mut snapshot = look(db, schemas).await?;
    // Models of Prisma in several database schemas are different models.
    if schema.models.iter().all(|model| model.schema.is_none()) {
        tenants::fold(&mut snapshot);
    }
    let disagreements = prisma::merge(&mut snapshot, schema);
    names::assign(&mut snapshot);
    Ok((snapshot, disagreements))
}

/// The snapshot with inferred defaults and without names.
async fn look(db: &DatabaseConnection, schemas: &[String]) -> Result<Snapshot, ReflectError> {
    let (database, schemas, catalog) = match db.get_database_backend() {
        DbBackend::Postgres => {
            let schemas = without_duplicates(schemas);
            let catalog = pg_catalog::read(db, &schemas).await?;
            (Database::Postgres, schemas, catalog)
        }
        DbBackend::Sqlite => (
            Database::Sqlite,
            vec![sqlite_schema::SCHEMA.to_owned()],
            sqlite_schema::read(db).await?,
        ),
        _ => return Err(ReflectError::Unsupported),
    };
    let Catalog {
        mut tables,
        mut enums,
        multiplying,
        unreadable,
        beneath,
        row_functions,
        computed_fields,
        text_search_configurations,
    } = catalog;
    tables.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    enums.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    let mut snapshot = Snapshot {
        format: FORMAT,
        database,
        schemas,
        alike: BTreeMap::new(),
        enums,
        tables,
        unreadable,
        beneath,
        row_functions,
        computed_fields,
        text_search_configurations,
    };
    infer_defaults::complete(&mut snapshot);
    view_sql::find_keys(&mut snapshot, &multiplying);
    Ok(snapshot)
}

fn without_duplicates(schemas: &[String]) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    for schema in schemas {
        if !unique.contains(schema) {
            unique.push(schema.clone());
        }
    }
    unique
}

/// Adds the subject of the query to a driver's error.
fn failed(what: &'static str) -> impl Fn(DbErr) -> ReflectError {
    move |source| ReflectError::Query { what, source }
}
