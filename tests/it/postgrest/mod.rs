//! `/rest/v1`: what PostgREST would answer.

mod csv;
mod domains;
mod errors;
mod hidden;
mod reads;
mod relations;
mod soft_delete;
mod sqlite;
mod streaming;
mod supabase;
mod transactions;
mod upserts_into_views;
mod writes;

use serde_json::{Value, json};

use crate::support::{App, Options, Schema};

/// Two people, of whom one has written two pages, the other reviewed one of them.
async fn library() -> App {
    library_with(Options::default()).await
}

async fn library_with(options: Options) -> App {
    let app = App::builder(Schema::Sample).with(options).start().await;
    app.db_execute(
        r#"INSERT INTO "User" (id, email, name, preferences, "updatedAt") VALUES
             ('ada', 'ada@example.com', 'Ada', '{"theme": {"name": "dark"}}', now()),
             ('bob', 'bob@example.com', NULL, '{}', now());
           INSERT INTO "Page" (id, slug, title, status, "authorId", "reviewerId", "updatedAt") VALUES
             ('p1', 'one', 'One', 'DRAFT', 'ada', 'bob', now()),
             ('p2', 'two', 'Two, again', 'PUBLISHED', 'ada', NULL, now());
           INSERT INTO "Organisation" (id, name) VALUES ('o1', 'Guild');
           INSERT INTO "Membership" ("userId", "organisationId") VALUES ('ada', 'o1');"#,
    )
    .await;
    app
}

async fn get(app: &App, path: &str) -> Value {
    app.get(&format!("/rest/v1/{path}")).await.expect(200)
}

#[tokio::test]
async fn the_key_of_supabase_js_lets_in() {
    let options = Options::default()
        .set("ENVIRONMENT", "staging")
        .set("SECRET_KEY", "a-key-of-thirty-two-characters-x");
    let app = library_with(options).await;
    let refused = app.get("/rest/v1/User").await.expect(401);
    assert_eq!(refused["code"], "PGRST302");
    let request = app.request("GET", "/rest/v1/User?select=id");
    let request = request.header("apikey", "a-key-of-thirty-two-characters-x");
    let rows = request.send().await.expect(200);
    assert_eq!(rows, json!([{ "id": "ada" }, { "id": "bob" }]));
}
