//! Rows that are marked as deleted are in nobody's sight, and in the way of new ones.

use serde_json::{Value, json};

use crate::support::{App, Kind, Options, database::TestDatabase};

const POSTGRES: &str = r#"
    CREATE TABLE note (id int PRIMARY KEY, slug text UNIQUE, body text, "deletedAt" timestamptz);
    CREATE TABLE flagged (id int PRIMARY KEY, body text, gone boolean);
    CREATE TABLE part (id int PRIMARY KEY, body text, "deletedAt" timestamptz) PARTITION BY RANGE (id);
    CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (100);
    INSERT INTO note VALUES (1, 'one', 'kept', now()), (2, 'two', 'live', NULL);
    INSERT INTO flagged VALUES (1, 'kept', true), (2, 'live', false), (3, 'live', NULL);
    INSERT INTO part VALUES (1, 'kept', now()), (2, 'live', NULL);
"#;

const SQLITE: &str = r#"
    CREATE TABLE note (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, body TEXT, "deletedAt" DATETIME);
    CREATE TABLE flagged (id INTEGER PRIMARY KEY, body TEXT, gone BOOLEAN);
    CREATE TABLE part (id INTEGER PRIMARY KEY, body TEXT, "deletedAt" DATETIME);
    INSERT INTO note VALUES (1, 'one', 'kept', '2024-01-01T00:00:00.000+00:00'), (2, 'two', 'live', NULL);
    INSERT INTO flagged VALUES (1, 'kept', 1), (2, 'live', 0), (3, 'live', NULL);
    INSERT INTO part VALUES (1, 'kept', '2024-01-01T00:00:00.000+00:00'), (2, 'live', NULL);
"#;

async fn app(kind: Kind) -> App {
    let (sql, schema) = match kind {
        Kind::Postgres => (POSTGRES, "public"),
        Kind::Sqlite => (SQLITE, "main"),
    };
    let database = TestDatabase::made_by(sql, kind, &[schema]).await;
    let mut options = Options::default();
    for table in &database.snapshot.tables {
        let mark = if table.name == "flagged" {
            "gone"
        } else {
            "deletedAt"
        };
        options = options.soft_delete(&table.model, mark, false);
    }
    App::builder(database).with(options).start().await
}

async fn send(app: &App, method: &str, path: &str, prefer: &str, body: Value) -> (u16, Value) {
    let request = app.request(method, &format!("/rest/v1/{path}"));
    let answer = request.header("prefer", prefer).json(body).send().await;
    let status = answer.status.as_u16();
    let body = if answer.text.is_empty() {
        Value::Null
    } else {
        answer.json()
    };
    (status, body)
}

async fn what_is_marked_is_neither_shown_nor_changed(app: &App) {
    let merges = "resolution=merge-duplicates,return=representation";
    for (table, columns) in [("note", "id"), ("flagged", "id"), ("part", "id")] {
        for prefer in [merges, "resolution=merge-duplicates"] {
            let rows = json!([{ "id": 9, "body": "new" }, { "id": 1, "body": "stolen" }]);
            let (status, body) = send(app, "POST", table, prefer, rows).await;
            assert_eq!(status, 409, "{table}: {body}");
            assert_eq!(body["code"], "23505");
            let words = format!(
                "duplicate key value violates unique constraint on \"{table}\" ({columns})"
            );
            assert_eq!(body["message"], words);
            assert_eq!(body["details"], "The row in the way is marked as deleted.");
        }
        let one = format!("{table}?id=eq.1");
        for prefer in ["return=representation", "return=minimal"] {
            let row = json!({ "id": 1, "body": "stolen" });
            let (status, body) = send(app, "PUT", &one, prefer, row).await;
            assert_eq!(
                (status, &body["code"]),
                (409, &json!("23505")),
                "{table}: {body}"
            );
        }
        let change = json!({ "body": "stolen" });
        let (status, body) = send(app, "PATCH", &one, "return=representation", change).await;
        assert_eq!((status, &body), (200, &json!([])));
        let ignores = "resolution=ignore-duplicates,return=representation";
        let row = json!({ "id": 1, "body": "stolen" });
        let (status, body) = send(app, "POST", table, ignores, row).await;
        assert_eq!((status, &body), (201, &json!([])));
        // Rows that are there take new values, and nothing of what was refused has happened.
        let row = json!({ "id": 2, "body": "changed" });
        let (status, body) = send(app, "POST", table, merges, row).await;
        assert_eq!(
            (status, &body[0]["body"]),
            (200, &json!("changed")),
            "{table}: {body}"
        );
        let row = json!({ "id": 2, "body": "put" });
        let (status, body) = send(app, "PUT", &format!("{table}?id=eq.2"), merges, row).await;
        assert_eq!(
            (status, &body[0]["body"]),
            (200, &json!("put")),
            "{table}: {body}"
        );
        let ids = app
            .get(&format!("/rest/v1/{table}?select=id&id=in.(1,9)"))
            .await;
        assert_eq!(ids.expect(200), json!([]));
        app.db_execute(&match table {
            "flagged" => "UPDATE flagged SET gone = NULL WHERE id = 1".to_owned(),
            table => format!("UPDATE {table} SET \"deletedAt\" = NULL WHERE id = 1"),
        })
        .await;
        let kept = app
            .get(&format!("/rest/v1/{table}?select=body&id=eq.1"))
            .await;
        assert_eq!(kept.expect(200), json!([{ "body": "kept" }]));
    }
}

async fn another_key_finds_it_no_more_than_the_first(app: &App) {
    let path = "note?on_conflict=slug";
    let row = json!({ "id": 7, "slug": "one", "body": "stolen" });
    let prefer = "resolution=merge-duplicates,return=representation";
    let (status, body) = send(app, "POST", path, prefer, row).await;
    assert_eq!((status, &body["code"]), (409, &json!("23505")), "{body}");
}

#[tokio::test]
async fn on_postgres() {
    let app = app(Kind::Postgres).await;
    another_key_finds_it_no_more_than_the_first(&app).await;
    what_is_marked_is_neither_shown_nor_changed(&app).await;
}

#[tokio::test]
async fn on_sqlite() {
    let app = app(Kind::Sqlite).await;
    another_key_finds_it_no_more_than_the_first(&app).await;
    what_is_marked_is_neither_shown_nor_changed(&app).await;
}
