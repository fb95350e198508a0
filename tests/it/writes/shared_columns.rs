//! Relations that share a column: rows of a tenant refer to rows of the same tenant, and no write
//! makes one refer to a row that nobody named.

use serde_json::{Value, json};

use crate::support::{App, Kind, Options, database::TestDatabase};

/// Numbers of users, categories and labels are those of a tenant: the same ones stand for other
/// rows elsewhere.
const TENANTS: &str = r#"
    CREATE TABLE "Tenant" ("id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);
    CREATE TABLE "User" (
        "tenantId" INTEGER NOT NULL, "id" INTEGER NOT NULL, "name" TEXT NOT NULL,
        PRIMARY KEY ("tenantId", "id"),
        CONSTRAINT "User_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant" ("id")
    );
    CREATE TABLE "Category" (
        "tenantId" INTEGER NOT NULL, "id" INTEGER NOT NULL, "name" TEXT NOT NULL,
        PRIMARY KEY ("tenantId", "id"),
        CONSTRAINT "Category_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant" ("id")
    );
    CREATE TABLE "Post" (
        "id" INTEGER NOT NULL PRIMARY KEY, "title" TEXT NOT NULL, "tenantId" INTEGER NOT NULL,
        "authorId" INTEGER, "categoryId" INTEGER,
        CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("tenantId", "authorId") REFERENCES "User" ("tenantId", "id"),
        CONSTRAINT "Post_categoryId_fkey" FOREIGN KEY ("tenantId", "categoryId") REFERENCES "Category" ("tenantId", "id")
    );
    CREATE TABLE "Badge" (
        "id" INTEGER NOT NULL PRIMARY KEY, "tenantId" INTEGER NOT NULL, "userId" INTEGER, "categoryId" INTEGER,
        CONSTRAINT "Badge_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "User" ("tenantId", "id"),
        CONSTRAINT "Badge_categoryId_fkey" FOREIGN KEY ("tenantId", "categoryId") REFERENCES "Category" ("tenantId", "id")
    );
    CREATE UNIQUE INDEX "Badge_userId_key" ON "Badge" ("tenantId", "userId");
    INSERT INTO "Tenant" VALUES (1, 'one'), (2, 'two');
    INSERT INTO "User" VALUES (1, 1, 'ada'), (1, 2, 'bob'), (2, 1, 'cid'), (2, 2, 'dan');
    INSERT INTO "Category" VALUES (1, 1, 'art'), (1, 2, 'bio'), (2, 1, 'cars'), (2, 2, 'dogs');
    INSERT INTO "Post" VALUES (1, 'first', 1, 1, 1), (2, 'loose', 1, 1, NULL), (3, 'other', 2, 2, 2);
    INSERT INTO "Badge" VALUES (1, 1, 1, 1), (2, 2, NULL, 2);
"#;

macro_rules! on_each {
    (async fn $name:ident($app:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn story($app: &App) $body

            #[tokio::test]
            async fn on_postgres() {
                story(&tenants(Kind::Postgres).await).await;
            }

            #[tokio::test]
            async fn on_sqlite() {
                story(&tenants(Kind::Sqlite).await).await;
            }
        }
    };
}

async fn tenants(kind: Kind) -> App {
    tenants_with(kind, Options::default()).await
}

pub(super) async fn tenants_with(kind: Kind, options: Options) -> App {
    let database = TestDatabase::made_by(TENANTS, kind, &["public"]).await;
    App::builder(database).with(options).start().await
}

pub(super) fn key(tenant: i32, id: i32) -> Value {
    json!({ "tenantId_id": { "tenantId": tenant, "id": id } })
}

async fn post(app: &App, id: i32) -> Value {
    let post = app.get(&format!("/api/v1/posts/{id}")).await.expect(200);
    json!([post["tenantId"], post["authorId"], post["categoryId"]])
}

/// The fields that a conflict of relations names.
#[track_caller]
fn disagreement(answer: crate::support::Answer) -> Vec<String> {
    let text = answer.to_string();
    let (code, fields) = answer.expect_problem(409);
    assert_eq!(code, "relations_disagree", "{text}");
    fields.into_iter().map(|(field, _)| field).collect()
}

on_each!(async fn rows_of_two_tenants_are_not_put_together(app) {
    let answer = app.post("/api/v1/posts", json!({
        "id": 9, "title": "t",
        "user": { "connect": key(1, 2) }, "category": { "connect": key(2, 2) },
    })).await;
    assert_eq!(disagreement(answer), ["category.connect", "user.connect"]);
    let answer = app.post("/api/v1/posts", json!({
        "id": 9, "title": "t",
        "user": { "create": { "id": 7, "name": "eve", "tenant": { "connect": { "id": 2 } } } },
        "category": { "connectOrCreate": { "where": key(1, 2), "create": { "tenantId": 1, "id": 2, "name": "x" } } },
    })).await;
    assert_eq!(disagreement(answer), ["category.connectOrCreate.where", "user.create"]);
    app.get("/api/v1/posts/9").await.expect(404);
    app.get("/api/v1/users/2,7").await.expect(404);
    // Those of one tenant are.
    app.post("/api/v1/posts", json!({
        "id": 9, "title": "t",
        "user": { "connect": key(2, 1) }, "category": { "connect": key(2, 2) },
    })).await.expect(201);
    assert_eq!(post(app, 9).await, json!([2, 1, 2]));
});

on_each!(async fn the_row_around_gives_the_tenant_at_each_level(app) {
    let answer = app.post("/api/v1/users", json!({
        "id": 7, "name": "eve", "tenant": { "connect": { "id": 1 } },
        "posts": { "create": [
            { "id": 10, "title": "a", "category": { "connect": key(1, 1) } },
            { "id": 11, "title": "b", "category": { "connect": key(2, 1) } },
        ] },
    })).await;
    assert_eq!(disagreement(answer), ["posts", "posts.create.1.category.connect"]);
    let answer = app.post("/api/v1/tenants", json!({
        "id": 3, "name": "three",
        "users": { "create": { "id": 1, "name": "eve",
            "badge": { "create": { "id": 7, "category": { "connect": key(1, 1) } } } } },
    })).await;
    assert_eq!(disagreement(answer), ["users.create.badge", "users.create.badge.create.category.connect"]);
    app.get("/api/v1/users/1,7").await.expect(404);
    app.get("/api/v1/tenants/3").await.expect(404);
    let answer = app.post("/api/v1/batch", json!({ "operations": [{ "method": "POST", "path": "/users", "body": {
        "id": 7, "name": "eve", "tenant": { "connect": { "id": 1 } },
        "posts": { "create": [{ "id": 10, "title": "a", "category": { "connect": key(2, 1) } }] },
    } }] })).await;
    assert_eq!(disagreement(answer), [
        "operations.0.body.posts", "operations.0.body.posts.create.0.category.connect",
    ]);
    app.post("/api/v1/users", json!({
        "id": 7, "name": "eve", "tenant": { "connect": { "id": 1 } },
        "posts": { "create": [{ "id": 10, "title": "a", "category": { "connect": key(1, 1) } }] },
    })).await.expect(201);
    assert_eq!(post(app, 10).await, json!([1, 7, 1]));
});

on_each!(async fn a_connect_moves_no_relation_that_the_body_does_not_name(app) {
    let first = "/api/v1/posts/1";
    let answer = app.patch(first, json!({ "category": { "connect": key(2, 1) } })).await;
    assert_eq!(disagreement(answer), ["category.connect", "user"]);
    assert_eq!(post(app, 1).await, json!([1, 1, 1]));
    // Within the tenant, and where the other one comes along, or goes.
    app.patch(first, json!({ "category": { "connect": key(1, 2) } })).await.expect(200);
    assert_eq!(post(app, 1).await, json!([1, 1, 2]));
    let both = json!({ "category": { "connect": key(2, 1) }, "user": { "connect": key(2, 2) } });
    app.patch(first, both).await.expect(200);
    assert_eq!(post(app, 1).await, json!([2, 2, 1]));
    let one = json!({ "category": { "connect": key(1, 1) }, "user": { "disconnect": true } });
    app.patch(first, one).await.expect(200);
    assert_eq!(post(app, 1).await, json!([1, null, 1]));
    let answer = app.patch(first, json!({
        "category": { "connect": key(1, 2) }, "user": { "connect": key(2, 2) },
    })).await;
    assert_eq!(disagreement(answer), ["category.connect", "user.connect"]);
    // What refers to nothing is moved by nothing.
    app.patch("/api/v1/posts/2", json!({ "user": { "connect": key(2, 2) } })).await.expect(200);
    assert_eq!(post(app, 2).await, json!([2, 2, null]));
});

on_each!(async fn rows_that_refer_to_another_stay_with_their_tenant(app) {
    let bob = "/api/v1/users/1,2";
    for operation in [
        json!({ "connect": { "id": 3 } }),
        json!({ "set": [{ "id": 3 }] }),
        json!({ "connectOrCreate": { "where": { "id": 3 }, "create": { "id": 3, "title": "x" } } }),
    ] {
        let answer = app.patch(bob, json!({ "posts": operation })).await;
        let fields = disagreement(answer);
        assert!(fields[0].starts_with("posts.") && fields[1] == "posts.category", "{fields:?}");
    }
    assert_eq!(post(app, 3).await, json!([2, 2, 2]));
    let answer = app.patch(bob, json!({ "badge": { "connect": { "id": 2 } } })).await;
    assert_eq!(disagreement(answer), ["badge.connect.id", "badge.category"]);
    let answer = app.patch(bob, json!({ "posts": { "update": [] } })).await;
    answer.expect(200);
    // A nested change moves as little.
    let answer = app.patch("/api/v1/users/1,1", json!({ "posts": { "update": {
        "where": { "id": 1 }, "data": { "category": { "connect": key(2, 1) } },
    } } })).await;
    assert_eq!(disagreement(answer), [
        "posts.update.data.category.connect", "posts.update.data.user",
    ]);
    app.patch(bob, json!({ "posts": { "connect": { "id": 1 } }, "badge": { "connect": { "id": 1 } } })).await.expect(200);
    assert_eq!(post(app, 1).await, json!([1, 2, 1]));
});

on_each!(async fn to_let_go_of_a_row_is_to_stay_with_the_tenant(app) {
    app.patch("/api/v1/posts/1", json!({ "user": { "disconnect": true } })).await.expect(200);
    assert_eq!(post(app, 1).await, json!([1, null, 1]));
    app.patch("/api/v1/users/1,1", json!({ "posts": { "set": [] } })).await.expect(200);
    assert_eq!(post(app, 2).await, json!([1, null, null]));
    // Another badge takes the place of the one that is there.
    app.patch("/api/v1/users/1,1", json!({ "badge": { "create": { "id": 5 } } })).await.expect(200);
    let badge = app.get("/api/v1/badges/1").await.expect(200);
    assert_eq!(json!([badge["tenantId"], badge["userId"], badge["categoryId"]]), json!([1, null, 1]));
    // The tenant itself is not optional.
    let answer = app.patch("/api/v1/users/1,1", json!({ "tenant": { "disconnect": true } })).await;
    answer.expect_problem(422);
});
