//! The endpoints.

use std::{sync::Arc, time::SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use poem::{
    Endpoint, Request, Response, Result,
    error::{BadRequest, InternalServerError},
    http::{Method, StatusCode, header},
};
use serde::Deserialize;
use tokio_postgres::Row;

use crate::{
    cells::{Document, Label, Numeric},
    database::Database,
    json, writes,
};

pub struct User(pub Arc<Database>);
pub struct Users(pub Arc<Database>);
pub struct Posts(pub Arc<Database>);
pub struct UsersInSql(pub Arc<Database>);
pub struct PostsInSql(pub Arc<Database>);

#[derive(Deserialize)]
pub(crate) struct NewUser {
    pub email: String,
    pub name: Option<String>,
}

#[derive(Deserialize)]
struct Renamed {
    name: Option<String>,
}

impl Endpoint for User {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match *request.method() {
            Method::GET => self.get(&request).await,
            Method::PATCH => self.rename(request).await,
            _ => Ok(StatusCode::METHOD_NOT_ALLOWED.into()),
        }
    }
}

impl User {
    async fn get(&self, request: &Request) -> Result<Response> {
        let id = request.raw_path_param("id").unwrap_or_default();
        let connection = self.0.connection();
        let rows = connection.client.query(&connection.user, &[&id]).await;
        Ok(match rows.map_err(InternalServerError)?.first() {
            Some(row) => one(row, StatusCode::OK),
            None => StatusCode::NOT_FOUND.into(),
        })
    }

    async fn rename(&self, request: Request) -> Result<Response> {
        let id = request.raw_path_param("id").unwrap_or_default().to_owned();
        let body = request.into_body().into_bytes().await?;
        let Renamed { name } = serde_json::from_slice(&body).map_err(BadRequest)?;
        let connection = self.0.connection();
        let rows = connection
            .client
            .query(&connection.rename_user, &[&name, &SystemTime::now(), &id])
            .await;
        Ok(match rows.map_err(InternalServerError)?.first() {
            Some(row) => one(row, StatusCode::OK),
            None => StatusCode::NOT_FOUND.into(),
        })
    }
}

impl Endpoint for Users {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match *request.method() {
            Method::GET => self.list(&request).await,
            Method::POST => self.create(request).await,
            _ => Ok(StatusCode::METHOD_NOT_ALLOWED.into()),
        }
    }
}

impl Users {
    async fn list(&self, request: &Request) -> Result<Response> {
        let connection = self.0.connection();
        let limit = limit(request);
        let rows = match parameter(request, "cursor") {
            None => connection.client.query(&connection.users, &[&limit]).await,
            Some(cursor) => {
                let json = URL_SAFE_NO_PAD.decode(cursor).map_err(BadRequest)?;
                let (_, id): (&str, &str) = serde_json::from_slice(&json).map_err(BadRequest)?;
                let statement = &connection.users_after;
                connection.client.query(statement, &[&id, &limit]).await
            }
        };
        Ok(list(&rows.map_err(InternalServerError)?, None, write_user))
    }

    async fn create(&self, request: Request) -> Result<Response> {
        let is_upsert = parameter(&request, "onConflict").is_some();
        let body = request.into_body().into_bytes().await?;
        if body.first() == Some(&b'[') {
            return writes::users(&self.0, &body, is_upsert).await;
        }
        let NewUser { email, name } = serde_json::from_slice(&body).map_err(BadRequest)?;
        let id = cuid();
        let connection = self.0.connection();
        let row = connection
            .client
            .query_one(
                &connection.create_user,
                &[&id, &email, &name, &SystemTime::now()],
            )
            .await
            .map_err(InternalServerError)?;
        Ok(located(one(&row, StatusCode::CREATED), "users", &id))
    }
}

impl Endpoint for Posts {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if *request.method() == Method::POST {
            let body = request.into_body().into_bytes().await?;
            return writes::post(&self.0, &body).await;
        }
        let connection = self.0.connection();
        let is_counted = parameter(&request, "count").is_some();
        let statement = if is_counted {
            &connection.posts_counted
        } else {
            &connection.posts
        };
        let rows = connection
            .client
            .query(statement, &[&status(&request), &limit(&request)])
            .await
            .map_err(InternalServerError)?;
        let total = match rows.first() {
            Some(row) if is_counted => Some(row.get(10)),
            _ => None,
        };
        Ok(list(&rows, total, write_post))
    }
}

impl Endpoint for UsersInSql {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let connection = self.0.connection();
        let statement = match parameter(&request, "select") {
            None => &connection.users_in_sql,
            Some(select) if select.contains("author(") => &connection.users_with_two_levels,
            Some(_) => &connection.users_with_posts,
        };
        let row = connection
            .client
            .query_one(statement, &[&limit(&request)])
            .await
            .map_err(InternalServerError)?;
        Ok(list_in_sql(&row))
    }
}

impl Endpoint for PostsInSql {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let connection = self.0.connection();
        let (client, limit) = (&connection.client, limit(&request));
        let row = if parameter(&request, "select").is_some() {
            let statement = &connection.posts_with_author;
            client.query_one(statement, &[&limit]).await
        } else {
            let statement = &connection.posts_in_sql;
            let status = status(&request);
            client.query_one(statement, &[&status, &limit]).await
        };
        Ok(list_in_sql(&row.map_err(InternalServerError)?))
    }
}

/// `?limit=20`
fn limit(request: &Request) -> i64 {
    parameter(request, "limit")
        .and_then(|text| text.parse().ok())
        .unwrap_or(20)
}

/// `?status=eq.PUBLISHED`
fn status(request: &Request) -> Label<'_> {
    Label(
        parameter(request, "status")
            .and_then(|text| text.strip_prefix("eq."))
            .unwrap_or("PUBLISHED"),
    )
}

fn parameter<'request>(request: &'request Request, name: &str) -> Option<&'request str> {
    request
        .uri()
        .query()?
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn one(row: &Row, status: StatusCode) -> Response {
    let mut body = Vec::with_capacity(512);
    write_user(row, &mut body);
    answer(status, body)
}

fn list(rows: &[Row], total: Option<i64>, write: fn(&Row, &mut Vec<u8>)) -> Response {
    let mut body = Vec::with_capacity(64 + rows.len() * 512);
    body.extend_from_slice(b"{\"data\":[");
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        write(row, &mut body);
    }
    body.extend_from_slice(b"],\"nextCursor\":null,\"total\":");
    json::optional(total, &mut body, json::integer);
    body.push(b'}');
    answer(StatusCode::OK, body)
}

fn list_in_sql(row: &Row) -> Response {
    let data: &str = row.get(0);
    let mut body = Vec::with_capacity(64 + data.len());
    body.extend_from_slice(b"{\"data\":");
    body.extend_from_slice(data.as_bytes());
    body.extend_from_slice(b",\"nextCursor\":null,\"total\":null}");
    answer(StatusCode::OK, body)
}

/// Version 1, as Prisma's `cuid()` is.
pub(crate) fn cuid() -> String {
    #[allow(deprecated)]
    cuid::cuid1()
}

/// The answer to a row that was created.
pub(crate) fn located(mut response: Response, resource: &str, id: &str) -> Response {
    let location = format!("/api/v1/{resource}/{id}");
    let location = location.parse().expect("a cuid is a header's text");
    response.headers_mut().insert(header::LOCATION, location);
    response
}

pub(crate) fn answer(status: StatusCode, body: Vec<u8>) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
}

pub(crate) fn write_user(row: &Row, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"id\":");
    json::string(row.get(0), out);
    out.extend_from_slice(b",\"email\":");
    json::string(row.get(1), out);
    out.extend_from_slice(b",\"name\":");
    json::optional(row.get(2), out, json::string);
    out.extend_from_slice(b",\"preferences\":");
    out.extend_from_slice(row.get::<_, Document<'_>>(3).0);
    out.extend_from_slice(b",\"createdAt\":");
    json::timestamp(row.get(4), out);
    out.extend_from_slice(b",\"updatedAt\":");
    json::timestamp(row.get(5), out);
    out.push(b'}');
}

pub(crate) fn write_post(row: &Row, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"id\":");
    json::string(row.get(0), out);
    out.extend_from_slice(b",\"authorId\":");
    json::string(row.get(1), out);
    out.extend_from_slice(b",\"title\":");
    json::string(row.get(2), out);
    out.extend_from_slice(b",\"body\":");
    json::string(row.get(3), out);
    out.extend_from_slice(b",\"status\":");
    json::string(row.get::<_, Label<'_>>(4).0, out);
    out.extend_from_slice(b",\"views\":");
    json::integer(row.get::<_, i32>(5), out);
    out.extend_from_slice(b",\"rating\":");
    json::optional(row.get::<_, Option<Numeric<'_>>>(6), out, json::numeric);
    out.extend_from_slice(b",\"publishedAt\":");
    json::optional(row.get(7), out, json::timestamp);
    out.extend_from_slice(b",\"createdAt\":");
    json::timestamp(row.get(8), out);
    out.extend_from_slice(b",\"updatedAt\":");
    json::timestamp(row.get(9), out);
    out.push(b'}');
}
