//! `/api/v1/posts`

use chrono::NaiveDateTime;
use poem::{
    Result,
    error::{BadRequest, InternalServerError},
    handler,
    web::{Data, Json, Query},
};
use sea_orm::{ActiveEnum, DatabaseConnection, QueryOrder, QuerySelect, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::Page;

#[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "PostStatus")]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    #[sea_orm(string_value = "DRAFT")]
    Draft,
    #[sea_orm(string_value = "PUBLISHED")]
    Published,
    #[sea_orm(string_value = "ARCHIVED")]
    Archived,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "Post")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub id: String,
    #[sea_orm(column_name = "authorId", column_type = "Text")]
    pub author_id: String,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub status: Status,
    pub views: i32,
    #[sea_orm(column_type = "Decimal(Some((3, 2)))", nullable)]
    pub rating: Option<Decimal>,
    #[sea_orm(column_name = "publishedAt")]
    pub published_at: Option<NaiveDateTime>,
    #[sea_orm(column_name = "createdAt")]
    pub created_at: NaiveDateTime,
    #[sea_orm(column_name = "updatedAt")]
    pub updated_at: NaiveDateTime,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The one filter and order that the benches ask for.
#[derive(Deserialize)]
struct ListParameters {
    status: String,
    limit: u64,
}

#[handler]
pub async fn list(
    database: Data<&DatabaseConnection>,
    Query(parameters): Query<ListParameters>,
) -> Result<Json<Page<Model>>> {
    let status = parameters.status.trim_start_matches("eq.").to_owned();
    let status = Status::try_from_value(&status).map_err(BadRequest)?;
    let posts = Entity::find()
        .filter(Column::Status.eq(status))
        .order_by_desc(Column::PublishedAt)
        .order_by_asc(Column::Id)
        .limit(parameters.limit)
        .all(*database)
        .await
        .map_err(InternalServerError)?;
    Ok(Json(Page::of(posts)))
}
