//! Columns that refract.toml hides: no way of asking shows them, or tells what they hold.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::get;
use crate::support::{App, Kind, Options, PATIENCE, database::TestDatabase, encoded};

/// Every way that PostgreSQL knows to a row of `users`, whose `secret` is hidden.
const SCHEMA: &str = r#"
    CREATE TABLE users (
        id int PRIMARY KEY, name text, tenant int NOT NULL DEFAULT 1,
        secret text NOT NULL DEFAULT 'default-s3cret',
        UNIQUE (secret), UNIQUE (tenant, secret), CHECK (secret <> 'forbidden'),
        CONSTRAINT users_name_check CHECK (name <> 'forbidden')
    );
    CREATE UNIQUE INDEX users_lower_secret ON users (lower(secret));
    CREATE TYPE wrapped AS (page int, who users);
    CREATE DOMAIN boxed AS wrapped;
    CREATE TABLE posts (
        id int PRIMARY KEY, title text, author_id int REFERENCES users (id),
        row users, rows users[], wrapped wrapped, boxed boxed
    );
    CREATE TABLE logs (id int PRIMARY KEY, by_secret text REFERENCES users (secret));
    CREATE VIEW names AS SELECT id, name FROM users;
    CREATE FUNCTION author_row(posts) RETURNS users STABLE LANGUAGE sql
        AS $$ SELECT u FROM users u WHERE u.id = $1.author_id $$;
    CREATE FUNCTION author_set(posts) RETURNS SETOF users STABLE LANGUAGE sql
        AS $$ SELECT u FROM users u WHERE u.id = $1.author_id $$;
    CREATE FUNCTION author_array(posts) RETURNS users[] STABLE LANGUAGE sql
        AS $$ SELECT array_agg(u) FROM users u WHERE u.id = $1.author_id $$;
    CREATE FUNCTION author_wrapped(posts) RETURNS wrapped STABLE LANGUAGE sql
        AS $$ SELECT ROW(1, u)::wrapped FROM users u WHERE u.id = $1.author_id $$;
    CREATE FUNCTION author_boxed(posts) RETURNS boxed STABLE LANGUAGE sql
        AS $$ SELECT ROW(1, u)::wrapped::boxed FROM users u WHERE u.id = $1.author_id $$;
    CREATE FUNCTION author_record(posts) RETURNS record STABLE LANGUAGE sql
        AS $$ SELECT u FROM users u WHERE u.id = $1.author_id $$;
    CREATE FUNCTION author_out(posts, OUT who users, OUT n int) STABLE LANGUAGE sql
        AS $$ SELECT u, 1 FROM users u WHERE u.id = $1.author_id $$;
    CREATE FUNCTION author_table(posts) RETURNS TABLE (who users) STABLE LANGUAGE sql
        AS $$ SELECT u FROM users u WHERE u.id = $1.author_id $$;
    CREATE FUNCTION itself(posts) RETURNS posts STABLE LANGUAGE sql AS $$ SELECT $1 $$;
    CREATE FUNCTION found(int) RETURNS users STABLE LANGUAGE sql
        AS $$ SELECT u FROM users u WHERE u.id = $1 $$;
    CREATE CAST (int AS users) WITH FUNCTION found(int);
    CREATE DOMAIN found_too AS users;
    CREATE FUNCTION shout(plain) RETURNS text STABLE LANGUAGE sql AS $$ SELECT upper($1.word) $$;
    CREATE FUNCTION as_json(users) RETURNS jsonb STABLE LANGUAGE sql AS $$ SELECT to_jsonb($1) $$;
    CREATE FUNCTION title_row(plain) RETURNS posts STABLE LANGUAGE sql
        AS $$ SELECT p FROM posts p WHERE p.id = 1 $$;
    INSERT INTO users VALUES (1, 'Ada', 1, 's3cret-ada'), (2, 'Bob', 1, 's3cret-bob');
    INSERT INTO posts
        SELECT u.id, 'One', u.id, u, ARRAY[u], ROW(1, u)::wrapped, ROW(1, u)::wrapped FROM users u;
    INSERT INTO plain VALUES (1, 'x');
"#;

async fn app_with(options: Options) -> App {
    let schema = format!("CREATE TABLE plain (id int PRIMARY KEY, word text);{SCHEMA}");
    let database = TestDatabase::made_by(&schema, Kind::Postgres, &["public"]).await;
    let model = |table: &str| {
        let mut tables = database.snapshot.tables.iter();
        let found = tables.find(|one| one.name == table).expect("a table");
        found.model.clone()
    };
    let options = options.hide(&model("users"), "secret");
    App::builder(database).with(options).start().await
}

async fn app() -> App {
    app_with(Options::default()).await
}

/// Names under which PostgreSQL finds a row of `users` at one of `posts`.
const ROADS: &[&str] = &[
    "author_row",
    "author_set",
    "author_array",
    "author_wrapped",
    "author_boxed",
    "author_record",
    "author_out",
    "author_table",
    "itself",
    "row",
    "rows",
    "wrapped",
    "boxed",
    "posts",
    "text",
    "varchar",
    "name",
    "row_to_json",
    "to_json",
    "to_jsonb",
    "hstore",
    "record_out",
    "num_nulls",
];

#[tokio::test]
async fn no_name_of_a_row_leads_to_a_hidden_column_of_another() {
    let app = app().await;
    for road in ROADS {
        for query in [
            format!("posts?select=id,{road}"),
            format!("posts?select=id,x:{road}::text"),
            format!("posts?select=id,{road}-%3Esecret"),
            format!("posts?select=id,{road}-%3Ewho-%3E%3Esecret"),
            format!("posts?select=id,{road}-%3E0-%3E%3Esecret"),
            format!("posts?select={road}.max()"),
            format!("posts?select={road}.count(),id"),
            format!("posts?select=id&order={road}"),
            format!("posts?select=id&order={road}-%3E%3Esecret.desc"),
            format!("posts?select=id&{road}=not.is.null"),
            format!("posts?select=id&{road}-%3E%3Esecret=like.s3cret*"),
            format!("posts?select=id&or=({road}-%3E%3Esecret.eq.s3cret-ada,id.eq.7)"),
            format!("users?select=id,posts({road})"),
            format!("users?select=id,...posts({road})"),
            format!("users?select=id,posts(id)&posts.order={road}"),
            format!("users?select=id,posts(id)&posts.{road}=not.is.null"),
            format!("posts?select=id,{road}(*)"),
            format!("posts?select=id,{road}(secret)"),
        ] {
            let answer = app.get(&format!("/rest/v1/{query}")).await;
            assert!(!answer.text.contains("s3cret"), "{query}: {answer}");
            assert_eq!(answer.status.as_u16(), 400, "{query}: {answer}");
        }
        let request = app.request("POST", &format!("/rest/v1/posts?select=id,{road}"));
        let request = request.header("prefer", "return=representation");
        let answer = request
            .json(json!({ "id": 9, "author_id": 1 }))
            .send()
            .await;
        assert!(!answer.text.contains("s3cret"), "{road}: {answer}");
        assert_eq!(answer.status.as_u16(), 400, "{road}: {answer}");
    }
    // A cast may be a function, too.
    for cast in [
        "users",
        "USERS",
        "users[]",
        "found_too",
        "wrapped",
        "boxed",
        "posts",
    ] {
        for select in [format!("x:id::{cast}"), format!("x:id.max()::{cast}")] {
            let answer = app.get(&format!("/rest/v1/plain?select={select}")).await;
            assert!(!answer.text.contains("s3cret"), "{answer}");
            answer.assert_status(400);
        }
    }
    // Through a row that holds such a row.
    let answer = app.get("/rest/v1/plain?select=title_row").await;
    assert_eq!(answer.expect(400)["code"], "42703");
}

#[tokio::test]
async fn rows_that_hold_rows_are_shown_without_them() {
    let app = app().await;
    assert_eq!(
        get(&app, "posts?id=eq.1").await,
        json!([{ "id": 1, "title": "One", "author_id": 1 }])
    );
    let row = app.get("/api/v1/posts/1").await.expect(200);
    assert_eq!(row, json!({ "id": 1, "title": "One", "author_id": 1 }));
    app.get("/api/v1/posts?select=row")
        .await
        .expect_problem(400);
    // Nor is there a relation by what is hidden: whoever follows it learns what the column holds.
    for select in [
        "users(id)",
        "users!by_secret(id)",
        "users!logs_by_secret_fkey(id)",
        "by_secret(id)",
    ] {
        let answer = app.get(&format!("/rest/v1/logs?select={select}")).await;
        assert_eq!(answer.expect(400)["code"], "PGRST200");
    }
}

#[tokio::test]
async fn functions_that_show_nothing_hidden_can_be_asked_for() {
    let app = app().await;
    assert_eq!(
        get(&app, "plain?select=id,shout&shout=eq.X&order=shout").await,
        json!([{ "id": 1, "shout": "X" }])
    );
    // Of rows with hidden columns none: it may do with them what it likes.
    let answer = app.get("/rest/v1/users?select=id,as_json").await;
    assert_eq!(answer.expect(400)["code"], "42703");
}

#[tokio::test]
async fn a_hidden_column_is_as_unknown_as_one_that_is_not_there() {
    let app = app().await;
    for query in [
        "users?select=id,NAME",
        "users?select=NAME.max()",
        "users?NAME=eq.s3cret-ada",
        "users?or=(NAME.like.s*,id.eq.9)",
        "users?order=NAME",
        "posts?select=users!author_id(NAME)",
        "posts?select=id,users!author_id(id)&users.order=NAME",
        "posts?select=id,users!NAME(id)",
        "posts?select=id,users!author_id(id)&order=users(NAME)",
        "logs?select=id,users!NAME(id)",
    ] {
        let of = |name: &str| format!("/rest/v1/{}", query.replace("NAME", name));
        let hidden = app.get(&of("secret")).await;
        let missing = app.get(&of("absent")).await;
        assert_eq!(hidden.status.as_u16(), 400, "{hidden}");
        assert_eq!(
            hidden.text.replace("secret", "absent"),
            missing.text,
            "{query}"
        );
    }
}

async fn upsert(app: &App, query: &str, resolution: &str, row: Value) -> (u16, Value) {
    let request = app.request("POST", &format!("/rest/v1/users?{query}"));
    let prefer = format!("resolution={resolution},return=representation");
    let answer = request
        .header("prefer", &prefer)
        .json(row.clone())
        .send()
        .await;
    assert!(!answer.text.contains("s3cret"), "{answer}");
    (answer.status.as_u16(), answer.json())
}

async fn conflicts_are_not_told_by_hidden_columns(app: &App) {
    for target in ["secret", "tenant,secret", "\"secret\""] {
        for resolution in ["merge-duplicates", "ignore-duplicates"] {
            let query = format!("on_conflict={}", encoded(target));
            let row = json!({ "id": 1, "secret": "s3cret-ada", "name": "found" });
            let (status, body) = upsert(app, &query, resolution, row.clone()).await;
            assert_eq!((status, &body["code"]), (400, &json!("42703")), "{body}");
            let query = query.replace("secret", "absent");
            let (_, absent) = upsert(app, &query, resolution, row).await;
            let text = body.to_string().replace("secret", "absent");
            assert_eq!(text, absent.to_string());
        }
    }
    let unchanged = get(app, "users?select=name&id=eq.1").await;
    assert_eq!(unchanged, json!([{ "name": "Ada" }]));
    // They can be written all the same.
    let row = json!({ "id": 3, "secret": "s3cret-c", "name": "Cid" });
    let (status, body) = upsert(app, "", "merge-duplicates", row).await;
    assert_eq!((status, &body[0]["name"]), (201, &json!("Cid")));
}

async fn errors_name_nothing_hidden(app: &App) {
    for (row, code) in [
        (json!({ "id": 5, "secret": "s3cret-ada" }), "23505"),
        (json!({ "id": 5, "secret": "S3CRET-ADA" }), "23505"),
        (json!({ "id": 5, "secret": "forbidden" }), "23514"),
        (json!({ "id": 5, "secret": null }), "23502"),
    ] {
        let request = app.request("POST", "/rest/v1/users").json(row.clone());
        let answer = request.send().await;
        if app.kind == Kind::Sqlite && answer.status.as_u16() == 201 {
            // There is no index over the lower case.
            app.request("DELETE", "/rest/v1/users?id=eq.5").send().await;
            continue;
        }
        assert!(!answer.text.to_lowercase().contains("s3cret"), "{answer}");
        assert!(!answer.text.contains("secret"), "{answer}");
        let body = answer.json();
        assert_eq!(body["code"], code, "{answer}");
        assert_eq!(body["details"], Value::Null);
    }
    // What is about other columns is told as before.
    let row = json!({ "id": 1, "secret": "s3cret-new" });
    let answer = app
        .request("POST", "/rest/v1/users")
        .json(row.clone())
        .send()
        .await;
    let told = match app.kind {
        Kind::Postgres => "\"users_pkey\"",
        Kind::Sqlite => "(id)",
    };
    let message = answer.expect(409)["message"].to_string().replace('\\', "");
    assert!(message.contains(told), "{message}");
}

async fn a_key_that_is_partly_hidden_is_blamed_on_no_field(app: &App) {
    let row = json!({ "id": 6, "tenant": 1, "secret": "s3cret-ada" });
    // Whichever of the keys the database looks at first.
    app.db_execute("DROP INDEX IF EXISTS users_secret_alone")
        .await;
    let answer = app.post("/api/v1/users", row).await;
    assert!(!answer.text.contains("tenant"), "{answer}");
    assert_eq!(
        answer.expect_problem(409),
        ("unique_violation".into(), vec![])
    );
}

#[tokio::test]
async fn conflicts_on_postgres() {
    conflicts_are_not_told_by_hidden_columns(&app().await).await;
}

#[tokio::test]
async fn errors_on_postgres() {
    let app = app().await;
    errors_name_nothing_hidden(&app).await;
    let partial = app
        .patch("/api/v1/users/1", json!({ "name": "forbidden" }))
        .await;
    // A check of visible columns is told.
    let (_, errors) = partial.expect_problem(422);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].0, "name");
    let hidden = app
        .patch("/api/v1/users/1", json!({ "secret": "forbidden" }))
        .await;
    assert!(!hidden.text.contains("secret"), "{hidden}");
    hidden.expect_problem(422);
}

const SQLITE: &str = r#"
    CREATE TABLE users (
        id INTEGER PRIMARY KEY, name TEXT, tenant INTEGER NOT NULL DEFAULT 1,
        secret TEXT NOT NULL CHECK (secret <> 'forbidden'), UNIQUE (tenant, secret)
    );
    CREATE UNIQUE INDEX users_secret_alone ON users (secret);
    INSERT INTO users VALUES (1, 'Ada', 1, 's3cret-ada'), (2, 'Bob', 1, 's3cret-bob');
"#;

async fn on_sqlite() -> App {
    let database = TestDatabase::made_by(SQLITE, Kind::Sqlite, &["main"]).await;
    let model = database.snapshot.tables[0].model.clone();
    let options = Options::default().hide(&model, "secret");
    App::builder(database).with(options).start().await
}

#[tokio::test]
async fn conflicts_on_sqlite() {
    conflicts_are_not_told_by_hidden_columns(&on_sqlite().await).await;
}

#[tokio::test]
async fn errors_on_sqlite() {
    errors_name_nothing_hidden(&on_sqlite().await).await;
}

#[tokio::test]
async fn partly_hidden_keys_on_sqlite() {
    a_key_that_is_partly_hidden_is_blamed_on_no_field(&on_sqlite().await).await;
}

#[tokio::test]
async fn partly_hidden_keys_on_postgres() {
    let app = app().await;
    app.db_execute("DROP TABLE logs; ALTER TABLE users DROP CONSTRAINT users_secret_key; DROP INDEX users_lower_secret").await;
    a_key_that_is_partly_hidden_is_blamed_on_no_field(&app).await;
}

#[tokio::test]
async fn defaults_of_hidden_columns_are_not_in_the_schema() {
    let app = app().await;
    for path in ["/api/v1/schema", "/openapi.json"] {
        let answer = app.get(path).await;
        assert!(!answer.text.contains("s3cret"), "{path}");
        assert!(!answer.text.contains("forbidden"), "{path}");
    }
}

#[tokio::test]
async fn what_comes_to_show_a_hidden_column_is_taken_out_of_service() {
    let later = "DROP FUNCTION shout(plain);
                 CREATE FUNCTION shout(plain) RETURNS users STABLE LANGUAGE sql
                     AS $$ SELECT u FROM users u WHERE u.id = 1 $$";
    let app = app_with(Options::default().after(later)).await;
    let started = Instant::now();
    loop {
        let answer = app.get("/rest/v1/plain?select=id").await;
        if answer.status.as_u16() == 503 {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "still served: {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let answer = app.get("/rest/v1/plain?select=id,shout").await;
    assert!(!answer.text.contains("s3cret"), "{answer}");
    answer.assert_status(503);
}

#[tokio::test]
async fn plans_say_nothing_of_hidden_columns() {
    let app = app_with(Options::default().set("REST_PLAN", "true")).await;
    let explain = async |path: &str, options: &str| {
        let accept = format!("application/vnd.pgrst.plan+json; options={options}");
        let request = app.request("GET", &format!("/rest/v1/{path}"));
        let answer = request.header("accept", &accept).send().await;
        assert!(
            !answer.text.contains("secret"),
            "{path} {options}: {answer}"
        );
        answer.status.as_u16()
    };
    for (path, options, status) in [
        ("plain", "", 200),
        ("plain", "analyze|buffers", 200),
        ("plain", "verbose", 406),
        ("posts", "", 406),
        ("users", "", 406),
        ("users", "verbose|analyze", 406),
        ("names", "", 406),
    ] {
        assert_eq!(explain(path, options).await, status, "{path} {options}");
    }
}
