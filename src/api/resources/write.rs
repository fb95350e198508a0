//! `POST`, `PUT`, `PATCH`, `DELETE`.

use poem::{
    Request, Response,
    http::{StatusCode, header},
};
use reflect::snapshot::Database;

use super::{Served, body, render};
use crate::{
    backend::{Fault, Repeat, violation},
    error::Error,
    query::{
        body::{self as parse_body, Rows},
        parse, plan,
    },
};

pub(super) async fn create(served: &Served, request: Request) -> Result<Response, Error> {
    served.refuse_if_read_only()?;
    refuse_parameters(served, &request)?;
    let bytes = body(request).await?;
    let given = parse_body::rows(&bytes)?;
    let plan = plan::create(&served.resource, &given)?;
    let backend = &served.app.backend;
    let rows = backend
        .fetch_all(&served.app.statements.insert(&plan))
        .await
        .map_err(|fault| explain(served, fault))?;
    let mut response = match given {
        Rows::One(_) => render::row(&plan.into, &plan.returning, &rows, served.big_int()),
        Rows::Many(_) => render::rows(&plan.into, &plan.returning, &rows, served.big_int()),
    };
    response.set_status(StatusCode::CREATED);
    if let (Rows::One(_), Some(location)) = (&given, render::location(&plan, &rows)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

pub(super) async fn replace(
    served: &Served,
    request: Request,
    key: &str,
) -> Result<Response, Error> {
    served.refuse_if_read_only()?;
    refuse_parameters(served, &request)?;
    let key = served.key(key)?;
    let bytes = body(request).await?;
    let plan = plan::replace(&served.resource, key, &parse_body::object(&bytes)?)?;
    let backend = &served.app.backend;
    let database = backend.database();
    // PostgreSQL's upsert says whether the row is new, SQLite's does not.
    let existed = match (database, &plan.replace) {
        (Database::Sqlite, Some(key)) => {
            let statement = served.app.statements.exists(&served.resource, key);
            let rows = backend.fetch(&statement, Repeat::Allowed).await;
            !rows.map_err(|fault| explain(served, fault))?.is_empty()
        }
        _ => false,
    };
    let rows = backend
        .fetch_all(&served.app.statements.insert(&plan))
        .await
        .map_err(|fault| explain(served, fault))?;
    let created = match database {
        Database::Postgres => rows.flag(0, plan.returning.len()),
        Database::Sqlite => !existed,
    };
    let mut response = render::row(&plan.into, &plan.returning, &rows, served.big_int());
    if created {
        response.set_status(StatusCode::CREATED);
        if let Some(location) = render::location(&plan, &rows) {
            response.headers_mut().insert(header::LOCATION, location);
        }
    }
    Ok(response)
}

pub(super) async fn update(
    served: &Served,
    request: Request,
    key: &str,
) -> Result<Response, Error> {
    served.refuse_if_read_only()?;
    refuse_parameters(served, &request)?;
    let key = served.key(key)?;
    let bytes = body(request).await?;
    let plan = plan::update(&served.resource, key.clone(), &parse_body::object(&bytes)?)?;
    let backend = &served.app.backend;
    let statements = &served.app.statements;
    let (rows, columns) = match plan {
        Some(plan) => {
            let statement = statements.update(&plan);
            let rows = backend.fetch(&statement, Repeat::Forbidden).await;
            (rows, plan.returning)
        }
        None => {
            let plan = plan::one(&served.resource, key, None)?;
            let rows = backend
                .fetch(&statements.select(&plan), Repeat::Allowed)
                .await;
            (rows, plan.columns)
        }
    };
    let rows = rows.map_err(|fault| explain(served, fault))?;
    if rows.is_empty() {
        return Err(Error::RowNotFound {
            resource: served.resource.name.clone(),
        });
    }
    Ok(render::row(
        &served.resource,
        &columns,
        &rows,
        served.big_int(),
    ))
}

pub(super) async fn delete(
    served: &Served,
    request: &Request,
    key: &str,
) -> Result<Response, Error> {
    served.refuse_if_read_only()?;
    refuse_parameters(served, request)?;
    let plan = plan::delete(&served.resource, served.key(key)?)?;
    let backend = &served.app.backend;
    let rows = backend
        .fetch(&served.app.statements.delete(&plan), Repeat::Forbidden)
        .await
        .map_err(|fault| violation::explain_delete(&served.resource, fault))?;
    if rows.is_empty() {
        return Err(Error::RowNotFound {
            resource: served.resource.name.clone(),
        });
    }
    Ok(StatusCode::NO_CONTENT.into())
}

fn explain(served: &Served, fault: Fault) -> Error {
    violation::explain(&served.resource, fault)
}

/// Writes take no parameters yet; one that is ignored would be one that is trusted.
fn refuse_parameters(served: &Served, request: &Request) -> Result<(), Error> {
    let Some(query) = request.uri().query() else {
        return Ok(());
    };
    let name = format!("a change of {}", served.resource.name);
    let query = parse::single(query, served.limits(), &name)?;
    match query.select {
        None => Ok(()),
        Some(_) => Err(Error::UnknownParameter {
            name: "select".to_owned(),
            resource: name,
            suggestion: None,
        }),
    }
}
