//! Reading a live schema into a [`Snapshot`].
//!
//! In comes a connection and the names of the database schemas; out goes plain data in a
//! deterministic order, names included. Only the catalogs are read, never a row and never
//! `information_schema`, which hides what the role does not own: a role with USAGE and SELECT sees
//! the same snapshot as the owner. Refused: databases other than PostgreSQL and SQLite.

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

/// Prisma's migration history: the app's business, never a resource.
const MIGRATIONS_TABLE: &str = "_prisma_migrations";

/// Why a schema could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReflectError {
    /// A catalog query failed.
    #[error("could not read {what} from the database")]
    Query { what: &'static str, source: DbErr },
    /// The connection leads to a database Refract does not serve.
    #[error("only PostgreSQL and SQLite can be reflected")]
    Unsupported,
}

/// What a database says about itself, before anything is named or inferred.
struct Catalog {
    tables: Vec<Table>,
    enums: Vec<EnumType>,
    /// Functions that make several rows of one.
    multiplying: Vec<String>,
    /// Views that the database itself cannot read.
    unreadable: Vec<String>,
    beneath: Vec<Beneath>,
    row_functions: Vec<RowFunction>,
    computed_fields: Vec<ComputedField>,
    text_search_configurations: Vec<String>,
}

/// Reads the tables and views of `schemas`, the default one first. On SQLite `schemas` is taken to
/// be `["main"]`.
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

/// As [`read`], with what the app's schema.prisma says, and where it differs from the database.
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
    // What Prisma keeps in several database schemas, it takes for several things.
    if schema.models.iter().all(|model| model.schema.is_none()) {
        tenants::fold(&mut snapshot);
    }
    let disagreements = prisma::merge(&mut snapshot, schema);
    names::assign(&mut snapshot);
    Ok((snapshot, disagreements))
}

/// The snapshot, inferred but not named.
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

/// Turns a driver's error into ours, with what was being read.
fn failed(what: &'static str) -> impl Fn(DbErr) -> ReflectError {
    move |source| ReflectError::Query { what, source }
}
