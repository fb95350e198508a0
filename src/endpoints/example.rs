//! Two endpoints of the sample app: a read that joins two tables, and a write in a transaction.

use std::sync::Arc;

use entity::{page, page_view, sea_orm_active_enums::PageStatus, user};
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};
use refract::{App, Error};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Set, TransactionTrait, prelude::ChronoUtc,
};

/// What the endpoints need: `app.db.sea_orm()` is a SeaORM connection to the app's database.
pub struct Endpoints {
    app: Arc<App>,
}

/// An author and the number of their published pages.
#[derive(Debug, Object, FromQueryResult)]
struct Author {
    id: String,
    name: Option<String>,
    pages: i64,
}

/// A page that has been published.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
struct Publication {
    page_id: String,
    /// The first day that views are counted on.
    day: String,
}

impl Endpoints {
    pub fn new(app: &Arc<App>) -> Self {
        Self { app: app.clone() }
    }

    /// The API's error for an error of SeaORM: a broken unique key is a 409, and so on.
    fn error(&self, error: DbErr) -> Error {
        self.app.to_api_error(error)
    }
}

#[OpenApi]
impl Endpoints {
    /// Lists the authors of published pages, the most productive first.
    #[oai(
        path = "/examples/authors",
        method = "get",
        operation_id = "exampleAuthors"
    )]
    async fn authors(&self) -> poem::Result<Json<Vec<Author>>> {
        let authors = user::Entity::find()
            .select_only()
            .columns([user::Column::Id, user::Column::Name])
            .column_as(page::Column::Id.count(), "pages")
            .join(JoinType::InnerJoin, user::Relation::Pages.def())
            .filter(page::Column::Status.eq(PageStatus::Published))
            .group_by(user::Column::Id)
            .group_by(user::Column::Name)
            .order_by_desc(page::Column::Id.count())
            .order_by_asc(user::Column::Id)
            .into_model()
            .all(self.app.db.sea_orm())
            .await
            .map_err(|error| self.error(error))?;
        Ok(Json(authors))
    }

    /// Publishes a draft and begins to count its views. Either both happen or neither does.
    #[oai(
        path = "/examples/pages/:id/publish",
        method = "post",
        operation_id = "examplePublish"
    )]
    async fn publish(&self, id: Path<String>) -> poem::Result<Json<Publication>> {
        let publication = self.publish_draft(id.0).await?;
        Ok(Json(publication))
    }
}

impl Endpoints {
    async fn publish_draft(&self, id: String) -> Result<Publication, Error> {
        let now = ChronoUtc::now().naive_utc();
        let failed = |error| self.error(error);
        // A transaction that is dropped before its commit is rolled back.
        let transaction = self.app.db.sea_orm().begin().await.map_err(failed)?;
        let published = page::Entity::update_many()
            .set(page::ActiveModel {
                status: Set(PageStatus::Published),
                published_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(page::Column::Id.eq(&id))
            .filter(page::Column::Status.eq(PageStatus::Draft))
            .exec(&transaction)
            .await
            .map_err(failed)?;
        if published.rows_affected == 0 {
            let resource = "draft Page".to_owned();
            return Err(Error::RowNotFound { resource });
        }
        let views = page_view::ActiveModel {
            page_id: Set(id.clone()),
            day: Set(now.date()),
            ..Default::default()
        };
        page_view::Entity::insert(views)
            .exec_without_returning(&transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(Publication {
            page_id: id,
            day: now.date().to_string(),
        })
    }
}
