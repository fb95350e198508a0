//! Fields that refract.toml hides: not there, as far as anybody can tell, but for `/schema`.

use serde_json::{Value, json};

use crate::support::{Answer, App, Kind, Options, Schema};

async fn secretive(kind: Kind) -> App {
    let options = Options::default()
        .hide("User", "preferences")
        .hide("User", "email");
    App::builder(Schema::Sample)
        .on(kind)
        .with(options)
        .start()
        .await
}

#[track_caller]
fn assert_says_nothing(answer: &Answer) {
    assert!(!answer.text.contains("s3cret"), "{answer}");
    assert!(!answer.text.contains("\"preferences\":"), "{answer}");
}

async fn hidden_fields_are_in_no_answer(kind: Kind) {
    let app = secretive(kind).await;
    let body =
        json!({ "email": "s3cret@example.com", "preferences": { "k": "s3cret" }, "name": "n" });
    let created = app.post("/api/v1/users", body).await;
    let location = created.location();
    for answer in [
        created,
        app.get(&location).await,
        app.get(&format!("{location}?select=*")).await,
        app.get("/api/v1/users?limit=100").await,
        app.patch(
            &location,
            json!({ "name": "m", "preferences": { "k": "s3cret" } }),
        )
        .await,
        app.put(
            &location,
            json!({ "name": "m", "email": "s3cret@example.com" }),
        )
        .await,
    ] {
        assert_says_nothing(&answer);
        assert!(answer.status.is_success(), "{answer}");
    }
}

async fn hidden_fields_cannot_be_asked_about(kind: Kind) {
    let app = secretive(kind).await;
    for query in [
        "email=eq.s3cret@example.com",
        "email=like.s*",
        "emial=eq.x",
        "preferences=is.null",
        "select=email",
        "select=id,preferences",
        "order=email",
        "order=emial.desc",
    ] {
        let answer = app.get(&format!("/api/v1/users?{query}")).await;
        assert!(!answer.text.contains("Did you mean `email`"), "{answer}");
        answer.expect_problem(400);
    }
}

async fn a_conflict_over_a_hidden_field_does_not_name_it(kind: Kind) {
    let app = secretive(kind).await;
    let body = json!({ "email": "s3cret@example.com" });
    app.post("/api/v1/users", body.clone()).await.expect(201);
    let answer = app.post("/api/v1/users", body).await;
    assert_says_nothing(&answer);
    assert!(!answer.text.contains("email"), "{answer}");
    assert_eq!(
        answer.expect_problem(409),
        ("unique_violation".to_owned(), vec![])
    );
}

async fn the_schema_marks_what_is_hidden(kind: Kind) {
    let app = secretive(kind).await;
    let schema = app.get("/api/v1/schema").await.expect(200);
    let resources = schema["resources"].as_array().expect("resources");
    let user = resources
        .iter()
        .find(|one| one["name"] == "User")
        .expect("User");
    let columns = user["columns"].as_array().expect("columns");
    let hidden: Vec<&Value> = columns
        .iter()
        .filter(|column| column["hidden"] == true)
        .map(|column| &column["field"])
        .collect();
    assert_eq!(hidden, ["email", "preferences"]);
    let document = app.get("/openapi.json").await.expect(200);
    let shown = &document["components"]["schemas"]["User"]["properties"];
    assert!(
        shown["name"].is_object() && shown["email"].is_null(),
        "{shown}"
    );
}

macro_rules! on_both {
    ($($story:ident),+ $(,)?) => { $(
        mod $story {
            use crate::support::Kind;

            #[tokio::test]
            async fn on_postgres() {
                super::$story(Kind::Postgres).await;
            }

            #[tokio::test]
            async fn on_sqlite() {
                super::$story(Kind::Sqlite).await;
            }
        }
    )+ };
}

on_both!(
    hidden_fields_are_in_no_answer,
    hidden_fields_cannot_be_asked_about,
    a_conflict_over_a_hidden_field_does_not_name_it,
    the_schema_marks_what_is_hidden,
);
