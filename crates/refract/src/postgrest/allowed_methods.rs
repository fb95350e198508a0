//! `OPTIONS`: the methods that a table or view allows.

use poem::{Response, http::header};
use reflect::snapshot::{Database, TableKind};

use super::{emit, exposed_schemas::ExposedSchema, postgrest_error::Failure, service::Serving};
use crate::{catalog::Resource, db::Repeat};

// The bits that `pg_relation_is_updatable` returns, by PostgreSQL's `CmdType`.
const UPDATE: i64 = 1 << 2;
const INSERT: i64 = 1 << 3;
const DELETE: i64 = 1 << 4;

pub async fn answer(
    service: Serving<'_>,
    schema: &ExposedSchema,
    resource: &Resource,
) -> Result<Response, Failure> {
    let writes = writes(service, resource).await?;
    let allows = |all: i64| writes & all == all;
    let has_key = !schema.relationships.key(resource).is_empty();
    let methods = [
        (true, "OPTIONS,GET,HEAD"),
        (allows(INSERT), "POST"),
        (allows(INSERT | UPDATE) && has_key, "PUT"),
        (allows(UPDATE), "PATCH"),
        (allows(DELETE), "DELETE"),
    ];
    let methods = methods.into_iter();
    let methods: Vec<_> = methods
        .filter_map(|(is_allowed, name)| is_allowed.then_some(name))
        .collect();
    Ok(Response::builder()
        .header(header::ALLOW, methods.join(","))
        .finish())
}

async fn writes(service: Serving<'_>, resource: &Resource) -> Result<i64, Failure> {
    let app = &service.app;
    match resource.kind {
        _ if app.settings.api.read_only => Ok(0),
        TableKind::View if app.db.database() == Database::Postgres => {
            let statement = app.statements.written(resource, emit::updatable(resource));
            let rows = app.db.fetch(&statement, Repeat::Allowed).await?;
            let bits = rows.text(0, 0).and_then(|bits| bits.parse().ok());
            Ok(bits.unwrap_or(0))
        }
        _ if resource.writable() => Ok(INSERT | UPDATE | DELETE),
        _ => Ok(0),
    }
}
