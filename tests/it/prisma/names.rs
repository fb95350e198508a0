//! Prisma's names wherever names appear, the sandbox included.

use serde_json::{Value, json};

use super::client;
use crate::support::{App, Kind, Options, Schema};

async fn app(kind: Kind, options: Options) -> Option<App> {
    match client::is_here().await {
        true => Some(
            App::builder(Schema::Prisma)
                .on(kind)
                .with(options)
                .start()
                .await,
        ),
        false => None,
    }
}

async fn tell_prismas_names(kind: Kind) {
    let Some(app) = app(kind, Options::default().hide("Author", "mentorId")).await else {
        return;
    };
    let author = app
        .post("/api/v1/authors", json!({ "name": "N" }))
        .await
        .expect(201);
    let id = author["id"].as_str().expect("a text");
    assert!(id.starts_with('c') && id.len() == 25, "{author}");
    assert!(
        author.get("mentorId").is_none() && author.get("mentor_id").is_none(),
        "{author}"
    );
    let book = json!({ "publisher": "p", "number": 1, "title": "T", "authorId": id });
    app.post("/api/v1/books", book).await.expect(201);
    let found = app
        .get(&format!(
            "/api/v1/books?authorId=eq.{id}&select=title,authorId&order=authorId"
        ))
        .await;
    assert_eq!(
        found.expect(200)["data"],
        json!([{ "title": "T", "authorId": id }])
    );
    // Not by the database's names.
    let (code, _) = app
        .get("/api/v1/books?author_id=eq.x")
        .await
        .expect_problem(400);
    assert_eq!(code, "unknown_parameter");
    let (_, fields) = app
        .post("/api/v1/books", json!({ "author_id": id }))
        .await
        .expect_problem(422);
    assert!(
        fields.contains(&("author_id".to_owned(), "unknown_field".to_owned())),
        "{fields:?}"
    );
    assert!(
        fields.contains(&("authorId".to_owned(), "required".to_owned())),
        "{fields:?}"
    );
    app.get("/api/v1/authors?mentorId=is.null")
        .await
        .expect_problem(400);
}

#[tokio::test]
async fn fields_are_called_as_in_prisma() {
    tell_prismas_names(Kind::Postgres).await;
}

#[tokio::test]
async fn the_sandbox_calls_them_so_too() {
    tell_prismas_names(Kind::Sqlite).await;
}

async fn tell_prismas_values(kind: Kind) {
    let Some(app) = app(kind, Options::default()).await else {
        return;
    };
    let made = app
        .post("/api/v1/defaults", json!({ "id": "values" }))
        .await
        .expect(201);
    assert_eq!(made["status"], "IN_PROGRESS");
    assert_eq!(made["statuses"], json!(["TO_DO", "DONE"]));
    let found = app
        .get("/api/v1/defaults?status=eq.IN_PROGRESS&id=eq.values")
        .await
        .expect(200);
    assert_eq!(found["data"][0], made);
    let changed = app
        .patch("/api/v1/defaults/values", json!({ "status": "TO_DO" }))
        .await
        .expect(200);
    assert_eq!(changed["status"], "TO_DO");
    let (_, fields) = app
        .patch("/api/v1/defaults/values", json!({ "status": "to-do" }))
        .await
        .expect_problem(422);
    assert_eq!(fields[0].0, "status");
}

#[tokio::test]
async fn enum_values_are_prismas_and_not_the_labels() {
    tell_prismas_values(Kind::Postgres).await;
}

#[tokio::test]
async fn the_sandbox_takes_them_so_too() {
    tell_prismas_values(Kind::Sqlite).await;
}

#[tokio::test]
async fn documentation_has_the_comments_and_the_values() {
    let Some(app) = app(Kind::Postgres, Options::default()).await else {
        return;
    };
    let document = app.get("/openapi.json").await.expect(200);
    let schemas = &document["components"]["schemas"];
    assert_eq!(
        schemas["Status"]["enum"],
        json!(["TO_DO", "IN_PROGRESS", "DONE"])
    );
    let description = schemas["Status"]["description"].as_str().expect("a text");
    assert_eq!(
        description,
        "How something stands.\n\n- `TO_DO`: Nobody has looked yet."
    );
    assert_eq!(
        schemas["Moment"]["description"],
        "Everything that tells the time."
    );
    assert_eq!(schemas["DefaultsCreate"]["required"], json!(["id"]));
    assert_eq!(
        schemas["Everything"]["properties"]["strings"].get("nullable"),
        None
    );
    assert_eq!(
        schemas["Everything"]["properties"].get("hidden"),
        None,
        "it has @ignore"
    );
}

#[tokio::test]
async fn the_schema_says_where_defaults_come_from() {
    let Some(app) = app(Kind::Postgres, Options::default()).await else {
        return;
    };
    let schema = app.get("/api/v1/schema").await.expect(200);
    let resources = schema["resources"].as_array().expect("an array");
    let ids = resources
        .iter()
        .find(|one| one["name"] == "Ids")
        .expect("it is served");
    assert_eq!(
        (&ids["path"], &ids["table"]),
        (&json!("/api/v1/ids"), &json!("generated_ids"))
    );
    let default = |field: &str| -> Value {
        let columns = ids["columns"].as_array().expect("an array");
        let column = columns
            .iter()
            .find(|one| one["field"] == field)
            .expect("it is there");
        assert_eq!(column["inferred"], false);
        column["clientDefault"].clone()
    };
    assert_eq!(default("cuid2"), "cuid(2)");
    assert_eq!(default("nativeUuid"), "uuid(7)");
    assert_eq!(default("nanoid5"), "nanoid(5)");
    assert_eq!(default("dbUuid"), Value::Null);
    assert_eq!(default("serial"), Value::Null);
}
