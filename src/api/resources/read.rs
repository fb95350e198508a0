//! `GET`: lists and single rows.

use std::borrow::Cow;

use poem::{Request, Response};

use super::{Served, render};
use crate::{
    backend::{Fault, Repeat, violation},
    error::Error,
    query::{parse, plan, sql::Statement},
};

/// Longest list that is held in memory before it is answered; a longer one goes out as it comes in.
const MAX_ROWS_IN_MEMORY: u64 = 1000;

pub(super) async fn list(served: &Served, request: &Request) -> Result<Response, Error> {
    let query = parse::list(request.uri().query().unwrap_or_default())?;
    let plan = plan::list(&served.resource, query, served.page_sizes())?;
    let explain = |fault| violation::explain(&served.resource, fault);
    if plan.limit.is_some_and(|limit| limit > MAX_ROWS_IN_MEMORY) {
        return Box::pin(stream(served, plan)).await.map_err(explain);
    }
    let statement = served.app.statements.select(&plan);
    let rows = served.app.backend.fetch(&statement, Repeat::Allowed).await;
    Ok(render::list(
        &plan,
        &rows.map_err(explain)?,
        served.big_int(),
    ))
}

pub(super) async fn one(served: &Served, request: &Request, key: &str) -> Result<Response, Error> {
    let select = parse::single(
        request.uri().query().unwrap_or_default(),
        &served.resource.name,
    )?;
    let plan = plan::one(&served.resource, served.key(key)?, select.as_deref())?;
    let statement = served.app.statements.select(&plan);
    let rows = served.app.backend.fetch(&statement, Repeat::Allowed).await;
    let rows = rows.map_err(|fault| violation::explain(&served.resource, fault))?;
    if rows.is_empty() {
        return Err(Error::RowNotFound {
            resource: served.resource.name.clone(),
        });
    }
    Ok(render::row(
        &plan.from,
        &plan.columns,
        &rows,
        served.big_int(),
    ))
}

async fn stream(served: &Served, plan: plan::Select) -> Result<Response, Fault> {
    let statement = served.app.statements.select(&plan);
    let values = statement.values.into_iter();
    let statement = Statement {
        sql: statement.sql,
        values: values.map(|it| Cow::Owned(it.into_owned())).collect(),
    };
    let chunks = served.app.backend.stream(statement).await?;
    render::stream(plan, chunks, served.big_int()).await
}
