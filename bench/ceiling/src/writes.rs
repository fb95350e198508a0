//! Writes of many rows, and of related rows.

use std::time::SystemTime;

use poem::{
    Response, Result,
    error::{BadRequest, InternalServerError},
    http::StatusCode,
};
use serde::Deserialize;

use crate::{
    database::Database,
    resources::{NewUser, answer, cuid, located, write_post, write_user},
};

#[derive(Deserialize)]
struct NewPost {
    title: String,
    body: String,
    author: Create<NewUser>,
    tags: Create<Vec<NewTag>>,
}

#[derive(Deserialize)]
struct Create<T> {
    create: T,
}

#[derive(Deserialize)]
struct NewTag {
    name: String,
}

/// Creates users, or renames those that exist.
pub async fn users(database: &Database, body: &[u8], is_upsert: bool) -> Result<Response> {
    let users: Vec<NewUser> = serde_json::from_slice(body).map_err(BadRequest)?;
    let ids: Vec<String> = users.iter().map(|_| cuid()).collect();
    let emails: Vec<&str> = users.iter().map(|user| user.email.as_str()).collect();
    let names: Vec<Option<&str>> = users.iter().map(|user| user.name.as_deref()).collect();
    let connection = database.connection();
    let statement = if is_upsert {
        &connection.upsert_users
    } else {
        &connection.create_users
    };
    let rows = connection
        .client
        .query(statement, &[&ids, &emails, &names, &SystemTime::now()])
        .await
        .map_err(InternalServerError)?;
    let mut body = Vec::with_capacity(64 + rows.len() * 512);
    body.extend_from_slice(if is_upsert { b"{\"data\":[" } else { b"[" });
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        write_user(row, &mut body);
    }
    body.extend_from_slice(if is_upsert { b"]}" } else { b"]" });
    Ok(answer(StatusCode::CREATED, body))
}

/// Creates a post with its author and its tags.
pub async fn post(database: &Database, body: &[u8]) -> Result<Response> {
    let NewPost {
        title,
        body,
        author: Create { create: author },
        tags: Create { create: tags },
    } = serde_json::from_slice(body).map_err(BadRequest)?;
    let (id, author_id) = (cuid(), cuid());
    let tag_ids: Vec<String> = tags.iter().map(|_| cuid()).collect();
    let tag_names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
    let connection = database.connection();
    let row = connection
        .client
        .query_one(
            &connection.create_post,
            &[
                &author_id,
                &author.email,
                &author.name,
                &SystemTime::now(),
                &tag_ids,
                &tag_names,
                &id,
                &title,
                &body,
            ],
        )
        .await
        .map_err(InternalServerError)?;
    let mut out = Vec::with_capacity(512);
    write_post(&row, &mut out);
    Ok(located(answer(StatusCode::CREATED, out), "posts", &id))
}
