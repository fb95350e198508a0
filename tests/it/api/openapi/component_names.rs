//! Names in the document: tags, operations, components and keys.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{App, Kind, database::TestDatabase, openapi};

#[tokio::test]
async fn tags_and_operations_are_told_apart_from_models_named_like_them() {
    let sql = r#"
        CREATE TABLE "Service" ("id" INTEGER PRIMARY KEY);
        CREATE TABLE "User" ("id" INTEGER PRIMARY KEY);
        CREATE TABLE "Post" ("id" INTEGER PRIMARY KEY, "userId" INTEGER REFERENCES "User");
        CREATE TABLE "UserPosts" ("id" INTEGER PRIMARY KEY);"#;
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    let document = app.get("/openapi.json").await.expect(200);
    let mut tags = BTreeSet::new();
    for tag in document["tags"].as_array().expect("tags") {
        assert!(tags.insert(tag["name"].as_str()), "{tag} twice");
    }
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.values().filter_map(Value::as_object).flatten();
    let mut ids = BTreeSet::new();
    for id in operations.filter_map(|(_, one)| one["operationId"].as_str()) {
        assert!(ids.insert(id), "{id} twice");
    }
    let id = |path: &str| &document["paths"][path]["get"]["operationId"];
    assert_eq!(id("/api/v1/user-posts"), "listUserPosts");
    assert_eq!(id("/api/v1/users/{key}/posts"), "listUserPosts2");
}

#[tokio::test]
async fn a_unique_index_beside_the_primary_key_is_no_key_of_its_own() {
    const SQL: &str = r#"
        CREATE TABLE "Seat" ("hall" TEXT NOT NULL, "number" TEXT NOT NULL, "ticket" TEXT NOT NULL,
                             PRIMARY KEY ("hall", "number"));
        CREATE UNIQUE INDEX "Seat_again" ON "Seat" ("hall", "number");
        CREATE UNIQUE INDEX "Seat_ticket" ON "Seat" ("ticket");
        CREATE UNIQUE INDEX "Seat_ticket_again" ON "Seat" ("ticket");"#;
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let database = TestDatabase::made_by(SQL, kind, &["public"]).await;
        let app = App::builder(database).start().await;
        let document = app.get("/openapi.json").await.expect(200);
        assert_eq!(openapi::faults(&document), Vec::<String>::new());
        let parameters = &document["paths"]["/api/v1/seats"]["post"]["parameters"];
        let parameters = parameters.as_array().expect("parameters");
        let keys = parameters
            .iter()
            .find(|one| one["name"] == "onConflict")
            .expect("onConflict");
        assert_eq!(keys["schema"]["enum"], json!(["hall,number", "ticket"]));
        let refused = app
            .post(
                "/api/v1/seats?onConflict=hall",
                json!([{ "hall": "a", "number": "1", "ticket": "t" }]),
            )
            .await;
        let detail = refused.json()["detail"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(detail.ends_with("but `hall,number`, `ticket`"), "{refused}");
        refused.expect_problem(400);
        let seat = json!({ "hall": "a", "number": "1", "ticket": "t" });
        for keys in ["hall,number", "number,hall", "ticket"] {
            let path = format!("/api/v1/seats?onConflict={keys}");
            let answer = app.post(&path, json!([seat])).await;
            assert!(answer.status.is_success(), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_model_called_like_a_body_of_another_keeps_its_name() {
    const SQL: &str = r#"
        CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "name" TEXT NOT NULL);
        CREATE TABLE "UserCreate" ("id" TEXT PRIMARY KEY, "userId" TEXT NOT NULL REFERENCES "User" ("id"));
        CREATE TABLE "UserList" ("id" TEXT PRIMARY KEY, "title" TEXT NOT NULL);"#;
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let database = TestDatabase::made_by(SQL, kind, &["public"]).await;
        let app = App::builder(database).start().await;
        let schema = app.get("/api/v1/schema").await.expect(200);
        let resources = schema["resources"].as_array().expect("resources");
        let names: Vec<_> = resources.iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["User", "UserCreate", "UserList"]);
        let document = app.get("/openapi.json").await.expect(200);
        assert_eq!(openapi::faults(&document), Vec::<String>::new());
        let components = &document["components"]["schemas"];
        assert!(components["UserCreate"]["properties"]["userId"].is_object());
        assert!(components["UserList"]["properties"]["title"].is_object());
        let post = &document["paths"]["/api/v1/users"]["post"]["requestBody"];
        assert!(
            post.to_string()
                .contains("#/components/schemas/User.Create\""),
            "{post}"
        );
        assert!(components["User.Create"]["properties"]["name"].is_object());
        assert!(components["User.List"]["properties"]["data"].is_object());
        // Those that nothing stands in the way of are called as ever.
        assert!(components["UserCreateCreate"].is_object());
    }
}
