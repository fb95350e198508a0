//! An app's own endpoints, as docs/endpoints.md shows them: hand-written, with typed entities.
//!
//! The entity stands here rather than in `entity/`, which holds whatever the user's schema is.

use std::sync::Arc;

use poem_openapi::{Object, OpenApi, param::Path, payload::Json};
use refract::{App, error::Error};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use crate::{
    on_each_database,
    support::{App as Served, Schema},
};

mod page {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(schema_name = "public", table_name = "Page")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        #[sea_orm(column_name = "authorId")]
        pub author_id: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One of the tables that each tenant has; the schema is that of the first.
mod member {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(schema_name = "tenant_a", table_name = "Member")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub email: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub struct Endpoints {
    app: Arc<App>,
}

pub fn endpoints(app: &Arc<App>) -> Endpoints {
    Endpoints { app: app.clone() }
}

/// How much an author has written.
#[derive(Object)]
struct Output {
    pages: u64,
}

#[OpenApi]
impl Endpoints {
    /// How much an author has written.
    #[oai(
        path = "/reports/output/:author",
        method = "get",
        operation_id = "reportOutput"
    )]
    async fn output(&self, author: Path<String>) -> poem::Result<Json<Output>> {
        let pages = page::Entity::find()
            .filter(page::Column::AuthorId.eq(author.0))
            .count(self.app.db.sea_orm())
            .await
            .map_err(Error::internal)?;
        Ok(Json(Output { pages }))
    }

    /// The addresses of all members.
    #[oai(
        path = "/reports/members",
        method = "get",
        operation_id = "reportMembers",
        hidden = true
    )]
    async fn members(&self) -> poem::Result<Json<Vec<String>>> {
        let members = member::Entity::find()
            .all(self.app.db.sea_orm())
            .await
            .map_err(Error::internal)?;
        let addresses = members.into_iter().map(|member| member.email);
        Ok(Json(addresses.collect()))
    }

    /// Fails, for the stories about failing.
    #[oai(
        path = "/reports/panic",
        method = "get",
        operation_id = "reportPanic",
        hidden = true
    )]
    async fn panic(&self) -> poem::Result<()> {
        panic!("a panic on purpose")
    }

    /// Fails, for the stories about failing.
    #[oai(
        path = "/reports/failure",
        method = "get",
        operation_id = "reportFailure",
        hidden = true
    )]
    async fn failure(&self) -> poem::Result<()> {
        let cause = std::io::Error::other("a cause on purpose");
        Err(Error::internal(cause).into())
    }
}

on_each_database!(Schema::Sample, own_endpoints_see_the_same_rows);
async fn own_endpoints_see_the_same_rows(app: &Served) {
    let author = app
        .post("/api/v1/users", json!({ "email": "own@example.com" }))
        .await
        .expect(201);
    let id = author["id"].as_str().expect("an id");
    let report = format!("/api/v1/reports/output/{id}");
    assert_eq!(app.get(&report).await.expect(200), json!({ "pages": 0 }));
    app.post(
        "/api/v1/pages",
        json!({ "slug": "own", "title": "t", "body": "b", "authorId": id }),
    )
    .await
    .expect(201);
    assert_eq!(app.get(&report).await.expect(200), json!({ "pages": 1 }));
    let document = app.get("/openapi.json").await.expect(200);
    assert!(document["paths"]["/api/v1/reports/output/{author}"]["get"].is_object());
}

#[tokio::test]
async fn own_endpoints_see_the_first_of_the_schemas_that_hold_the_same_tables() {
    let app = Served::builder(Schema::Tenants).start().await;
    for tenant in ["tenant_a", "tenant_b"] {
        app.db_execute(&format!(
            r#"INSERT INTO "{tenant}"."Member" VALUES ('m', '{tenant}@example.com')"#
        ))
        .await;
    }
    for header in ["tenant_a", "tenant_b", "nobody"] {
        let request = app.request("GET", "/api/v1/reports/members");
        let report = request.header("Accept-Profile", header).send().await;
        assert_eq!(report.expect(200), json!(["tenant_a@example.com"]));
    }
}
