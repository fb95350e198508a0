//! `OPTIONS`: what a table or view permits.

use poem::{Response, http::header};

use super::emit::{Writer, table};
use super::service::{Failure, Front, Schema};
use crate::{catalog::Resource, codec::Value, db::Repeat};
use reflect::snapshot::{Database, TableKind};

/// What `pg_relation_is_updatable` says of a view: bits by `CmdType`.
const UPDATE: i64 = 1 << 2;
const INSERT: i64 = 1 << 3;
const DELETE: i64 = 1 << 4;

pub async fn allowed(front: &Front, schema: &Schema, position: usize) -> Result<Response, Failure> {
    let writes = writes(front, &schema.catalog.resources[position]).await?;
    let may = |all: i64| writes & all == all;
    let has_key = !schema.relationships.key(position).is_empty();
    let methods = [
        (true, "OPTIONS,GET,HEAD"),
        (may(INSERT), "POST"),
        (may(INSERT | UPDATE) && has_key, "PUT"),
        (may(UPDATE), "PATCH"),
        (may(DELETE), "DELETE"),
    ];
    let methods: Vec<_> = methods
        .into_iter()
        .filter_map(|(may, name)| may.then_some(name))
        .collect();
    Ok(Response::builder()
        .header(header::ALLOW, methods.join(","))
        .finish())
}

async fn writes(front: &Front, resource: &Resource) -> Result<i64, Failure> {
    let app = &front.app;
    match resource.kind {
        _ if app.settings.api.read_only => Ok(0),
        TableKind::View if app.db.database() == Database::Postgres => {
            let mut sql = Writer::default();
            sql.text
                .push_str("SELECT pg_relation_is_updatable(to_regclass(");
            sql.bind(Value::Text(table(resource)));
            sql.text.push_str("), true)::text");
            let statement = app.statements.written(resource, sql.text, sql.values);
            let rows = app.db.fetch(&statement, Repeat::Allowed).await?;
            Ok(rows
                .text(0, 0)
                .and_then(|bits| bits.parse().ok())
                .unwrap_or(0))
        }
        _ if resource.writable() => Ok(INSERT | UPDATE | DELETE),
        _ => Ok(0),
    }
}
