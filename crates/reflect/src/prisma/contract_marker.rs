//! Prisma 8 notes in the database which contract it was last migrated or signed for.

use sea_orm::{
    DatabaseBackend, DatabaseConnection,
    sqlx::{self, Row},
};

use super::PrismaSchema;

/// The space of the app itself; extensions have spaces of their own.
const SQL: &str = "SELECT core_hash AS hash FROM prisma_contract.marker WHERE space = 'app'";

/// Digits of a hash that are shown.
const SHOWN: usize = 12;

/// A sentence where the database was last migrated or signed for another contract than this one. `None`
/// where they agree, where there is no contract or no marker, and where the role may not read it.
pub async fn stale_contract(db: &DatabaseConnection, schema: &PrismaSchema) -> Option<String> {
    let own = schema.storage_hash.as_deref()?;
    if db.get_database_backend() != DatabaseBackend::Postgres {
        return None;
    }
    // In one message: behind PgBouncer, a prepared statement may be another session's.
    let row = sqlx::raw_sql(SQL).fetch_optional(db.get_postgres_connection_pool());
    let hash: String = row.await.ok()??.try_get("hash").ok()?;
    let short = |hash: &str| hash.chars().take(SHOWN).collect::<String>();
    (hash != own).then(|| {
        format!(
            "the contract is {}…, and the database was last migrated or signed for {}…: run prisma \
             contract emit, or the app's migrations",
            short(own),
            short(&hash)
        )
    })
}
