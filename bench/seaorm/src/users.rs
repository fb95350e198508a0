//! `/api/v1/users`

use chrono::{NaiveDateTime, Utc};
use poem::{
    IntoResponse, Result,
    error::{InternalServerError, NotFoundError},
    handler,
    http::{StatusCode, header},
    web::{Data, Json, Path, Query},
};
use sea_orm::{ActiveValue::Set, DatabaseConnection, QueryOrder, QuerySelect, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::Page;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "User")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub id: String,
    #[sea_orm(column_type = "Text", unique)]
    pub email: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub name: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub preferences: serde_json::Value,
    #[sea_orm(column_name = "createdAt")]
    pub created_at: NaiveDateTime,
    #[sea_orm(column_name = "updatedAt")]
    pub updated_at: NaiveDateTime,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Deserialize)]
struct ListParameters {
    #[serde(default = "default_limit")]
    limit: u64,
}

fn default_limit() -> u64 {
    20
}

#[derive(Deserialize)]
struct Create {
    email: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Update {
    name: Option<String>,
}

#[handler]
pub async fn list(
    database: Data<&DatabaseConnection>,
    Query(parameters): Query<ListParameters>,
) -> Result<Json<Page<Model>>> {
    let users = Entity::find()
        .order_by_asc(Column::Id)
        .limit(parameters.limit)
        .all(*database)
        .await
        .map_err(InternalServerError)?;
    Ok(Json(Page::of(users)))
}

#[handler]
pub async fn one(
    database: Data<&DatabaseConnection>,
    Path(id): Path<String>,
) -> Result<Json<Model>> {
    let user = Entity::find_by_id(id)
        .one(*database)
        .await
        .map_err(InternalServerError)?;
    Ok(Json(user.ok_or(NotFoundError)?))
}

#[handler]
pub async fn create(
    database: Data<&DatabaseConnection>,
    Json(body): Json<Create>,
) -> Result<impl IntoResponse> {
    // Version 1, as Prisma's `cuid()` is.
    #[allow(deprecated)]
    let id = cuid::cuid1();
    let user = ActiveModel {
        id: Set(id),
        email: Set(body.email),
        name: Set(body.name),
        updated_at: Set(Utc::now().naive_utc()),
        ..Default::default()
    };
    let user = user.insert(*database).await.map_err(InternalServerError)?;
    let location = format!("/api/v1/users/{}", user.id);
    Ok(Json(user)
        .with_status(StatusCode::CREATED)
        .with_header(header::LOCATION, location))
}

#[handler]
pub async fn update(
    database: Data<&DatabaseConnection>,
    Path(id): Path<String>,
    Json(body): Json<Update>,
) -> Result<Json<Model>> {
    let user = ActiveModel {
        id: Set(id),
        name: Set(body.name),
        updated_at: Set(Utc::now().naive_utc()),
        ..Default::default()
    };
    match user.update(*database).await {
        Ok(user) => Ok(Json(user)),
        Err(DbErr::RecordNotUpdated) => Err(NotFoundError.into()),
        Err(error) => Err(InternalServerError(error)),
    }
}
