//! `GET`: lists and single rows.

use poem::{Request, Response};

use super::{Served, render};
use crate::{
    backend::{Repeat, violation},
    error::Error,
    query::{parse, plan, sql},
};

pub(super) async fn list(served: &Served, request: &Request) -> Result<Response, Error> {
    let query = parse::list(request.uri().query().unwrap_or_default())?;
    let plan = plan::list(&served.resource, query, served.page_sizes())?;
    let rows = fetch(served, &plan).await?;
    Ok(render::list(&plan, &rows, served.big_int()))
}

pub(super) async fn one(served: &Served, request: &Request) -> Result<Response, Error> {
    let select = parse::single(
        request.uri().query().unwrap_or_default(),
        &served.resource.name,
    )?;
    let plan = plan::one(&served.resource, served.key(request)?, select.as_deref())?;
    let rows = fetch(served, &plan).await?;
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

async fn fetch(served: &Served, plan: &plan::Select) -> Result<crate::backend::Rows, Error> {
    let backend = &served.app.backend;
    backend
        .fetch(&sql::select(backend.database(), plan), Repeat::Allowed)
        .await
        .map_err(|fault| violation::explain(&served.resource, fault))
}
