//! Lists whose related rows PostgreSQL reads once for all rows of the page.

use serde_json::json;

use super::embeds::{company, data};
use crate::support::{App, Kind, Options, Schema, database::TestDatabase};

/// Posts of users; nothing has an index but the keys.
const BLOG: &str = r#"
    CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE posts (
        id int PRIMARY KEY, author_id int NOT NULL REFERENCES users, title text NOT NULL
    );
    CREATE TABLE comments (id int PRIMARY KEY, post_id int NOT NULL REFERENCES posts, text text);
    INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, 2000) n;
    INSERT INTO posts SELECT n, n % 2000 + 1, 'post ' || n FROM generate_series(1, 20000) n;
    INSERT INTO comments SELECT n, n % 20000 + 1, 'comment ' || n FROM generate_series(1, 40000) n;
    ANALYZE users, posts, comments;
"#;

async fn served(sql: &str) -> App {
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    App::builder(database).start().await
}

#[tokio::test]
async fn related_rows_are_looked_for_once_and_not_for_each_row() {
    let app = served(BLOG).await;
    let asked = "select=name,posts(title,comments(text),author(name))&limit=50";
    let plan = app.explain("users", asked).await;
    for table in ["users", "posts", "comments"] {
        let scans = plan.matches(&format!(" on {table}")).count();
        // The users of the page, and the authors of their posts.
        let wanted = 1 + usize::from(table == "users");
        assert_eq!(scans, wanted, "{table}\n{plan}");
    }
    assert!(!plan.contains("SubPlan"), "{plan}");
    let users = data(&app, &format!("users?{asked}")).await;
    let users = users.as_array().expect("users");
    assert_eq!(users.len(), 50);
    for user in users {
        let posts = user["posts"].as_array().expect("posts");
        assert_eq!(posts.len(), 10, "{user}");
        for post in posts {
            assert_eq!(post["author"]["name"], user["name"]);
            assert_eq!(post["comments"].as_array().map(Vec::len), Some(2), "{post}");
        }
    }
    // An index is used where there is one, and keys have theirs.
    app.db_execute("CREATE INDEX ON posts (author_id); ANALYZE posts")
        .await;
    let plan = app
        .explain("users", "select=name,posts(title,author(name))")
        .await;
    assert!(!plan.contains("Seq Scan"), "{plan}");
}

#[tokio::test]
async fn pages_of_rows_with_related_ones_follow_each_other() {
    let app = served(BLOG).await;
    for order in ["id", "name.desc,id"] {
        let list = format!("users?select=name,posts(id)&order={order}&id=lte.90");
        let whole = data(&app, &format!("{list}&limit=100")).await;
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/{list}&limit=40{cursor}");
            let page = app.get(&path).await.expect(200);
            rows.extend(page["data"].as_array().expect("rows").clone());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(json!(rows), whole, "{order}");
        assert_eq!(rows.len(), 90);
    }
}

#[tokio::test]
async fn rows_belong_together_as_the_database_compares_their_keys() {
    let app = served(
        r#"
        CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE tags (name text COLLATE caseless PRIMARY KEY, code char(6) UNIQUE NOT NULL);
        CREATE TABLE uses (id int PRIMARY KEY, tag_id text COLLATE caseless REFERENCES tags);
        CREATE TABLE stamps (id int PRIMARY KEY, tag_id char(4) REFERENCES tags (code));
        CREATE TABLE accounts (id bigint PRIMARY KEY);
        CREATE TABLE members (id int PRIMARY KEY, account_id int REFERENCES accounts);
        INSERT INTO tags VALUES ('Rust', 'rs'), ('SQL', 'sql');
        INSERT INTO uses VALUES (1, 'rust'), (2, 'RUST'), (3, NULL);
        INSERT INTO stamps VALUES (1, 'rs'), (2, 'sql');
        INSERT INTO accounts VALUES (7), (8);
        INSERT INTO members VALUES (1, 7), (2, 7), (3, NULL);
        "#,
    )
    .await;
    for (path, expected) in [
        (
            "uses?select=id,tag(name)",
            json!([
                { "id": 1, "tag": { "name": "Rust" } },
                { "id": 2, "tag": { "name": "Rust" } },
                { "id": 3, "tag": null },
            ]),
        ),
        (
            "tags?select=name,uses(id),stamps(id)&order=code",
            json!([
                { "name": "Rust", "uses": [{ "id": 1 }, { "id": 2 }], "stamps": [{ "id": 1 }] },
                { "name": "SQL", "uses": [], "stamps": [{ "id": 2 }] },
            ]),
        ),
        (
            "stamps?select=id,tag(name)",
            json!([
                { "id": 1, "tag": { "name": "Rust" } }, { "id": 2, "tag": { "name": "SQL" } },
            ]),
        ),
        (
            "accounts?select=id,members(id)",
            json!([
                { "id": "7", "members": [{ "id": 1 }, { "id": 2 }] }, { "id": "8", "members": [] },
            ]),
        ),
        (
            "members?select=id,account(id)&id=gt.1",
            json!([
                { "id": 2, "account": { "id": "7" } }, { "id": 3, "account": null },
            ]),
        ),
    ] {
        assert_eq!(data(&app, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn too_many_related_rows_are_refused_however_they_are_spread() {
    let options = Options::default().set("MAX_EMBED_ROWS", "2");
    let app = App::builder(Schema::Trouble).with(options).start().await;
    company(&app).await;
    let row = |id: i64| json!({ "id": id, "number": format!("E{id}"), "department_id": 3 });
    let rows: Vec<_> = (5..15).map(row).collect();
    app.post("/api/v1/employees", json!(rows)).await.expect(201);
    let within = "select=id,employeesByDepartment(id)";
    // Those of the row that the next page begins with are not missing from this one, and nobody's
    // fault.
    let last = "departments?select=id,employeesByDepartment(id)&employeesByDepartment.order=id.desc&limit=2";
    let whole = json!([
        { "id": 1, "employeesByDepartment": [{ "id": 2 }, { "id": 1 }] },
        { "id": 2, "employeesByDepartment": [{ "id": 4 }, { "id": 3 }] },
    ]);
    assert_eq!(data(&app, last).await, whole);
    for (path, answer) in [
        // More in all than all could have, and fewer than that.
        (format!("departments?{within}"), 400),
        (
            format!("departments?{within}&employeesByDepartment.id=lt.8"),
            400,
        ),
        (
            format!("departments?{within}&employeesByDepartment.id=lt.7"),
            200,
        ),
        (format!("departments?{within}&id=lt.3"), 200),
        (
            format!("employees?select=id,department({})&id=lt.5", &within[7..]),
            200,
        ),
        (
            format!("employees?select=id,department({})&id=eq.5", &within[7..]),
            400,
        ),
    ] {
        let got = app.get(&format!("/api/v1/{path}")).await;
        assert_eq!(got.status.as_u16(), answer, "{path} {got}");
        assert!(answer == 200 || got.text.contains("too_many_rows"), "{got}");
    }
}
