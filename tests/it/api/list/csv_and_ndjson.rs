//! Lists as CSV and as lines of JSON.

use serde_json::{Value, json};

use crate::on_each_database;
use crate::support::{Answer, App, Kind, Options, database::TestDatabase};

const POSTGRES: &str = r#"
    CREATE TABLE public.writer (id integer PRIMARY KEY, name text);
    CREATE TABLE public.numbered (id integer PRIMARY KEY, text text, document json, big bigint,
        writer_id integer REFERENCES public.writer (id));
    INSERT INTO public.writer VALUES (1, 'Ada, "the first"'), (2, '');
    INSERT INTO public.numbered
        SELECT n, repeat('x', n % 200), E'{"line":\n1}', n, CASE WHEN n % 2 = 0 THEN 1 END FROM generate_series(1, 20000) AS n;
"#;
const SQLITE: &str = r#"
    CREATE TABLE writer (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE numbered (id INTEGER PRIMARY KEY, text TEXT, document JSON, big BIGINT,
        writer_id INTEGER REFERENCES writer (id));
    INSERT INTO writer VALUES (1, 'Ada, "the first"'), (2, '');
    INSERT INTO numbered
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)
        SELECT n, substr(replace(hex(zeroblob(200)), '00', 'x'), 1, n % 200), '{"line":' || char(10) || '1}', n,
            CASE WHEN n % 2 = 0 THEN 1 END FROM n;
"#;

async fn app(kind: Kind) -> App {
    let (sql, schema) = match kind {
        Kind::Postgres => (POSTGRES, "public"),
        Kind::Sqlite => (SQLITE, "main"),
    };
    let database = TestDatabase::made_by(sql, kind, &[schema]).await;
    let options = Options::default().set("MAX_PAGE_SIZE", "50000");
    App::builder(database).with(options).start().await
}

async fn ask(app: &App, accept: &str, path: &str) -> Answer {
    let request = app.request("GET", &format!("/api/v1/{path}"));
    let answer = request.header("accept", accept).send().await;
    answer.assert_status(200);
    answer
}

/// The path that `Link` leads to.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    let path = link
        .strip_prefix("</api/v1/")?
        .strip_suffix(">; rel=\"next\"");
    Some(path.expect("a link").to_owned())
}

fn lines(answer: &Answer) -> Vec<Value> {
    let lines = answer.text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a row"))
        .collect()
}

on_each_database!(a_list_is_csv_for_those_who_ask_for_it);
async fn a_list_is_csv_for_those_who_ask_for_it(kind: Kind) {
    let app = app(kind).await;
    let answer = ask(&app, "text/csv", "writers?order=id").await;
    assert_eq!(
        answer.header("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    assert_eq!(answer.header("vary"), Some("accept"), "{kind:?}");
    assert_eq!(
        answer.text, "id,name\n1,\"Ada, \"\"the first\"\"\"\n2,\"\"\n",
        "{kind:?}"
    );
    assert_eq!(next(&answer), None);
    let query = "numbereds?select=id,big,document,writer(name)&order=id&limit=2";
    let answer = ask(&app, "text/csv;q=0.9,image/png", query).await;
    let expected = "id,big,document,writer\n1,1,\"{\"\"line\"\":1}\",\n2,2,\"{\"\"line\"\":1}\",\"{\"\"name\"\":\"\"Ada, \\\"\"the first\\\"\"\"\"}\"\n";
    assert_eq!(
        answer
            .text
            .replace("\"\"line\"\":\n1", "\"\"line\"\":1")
            .replace("\"\"line\"\": 1", "\"\"line\"\":1"),
        expected,
        "{kind:?}"
    );
    let none = ask(
        &app,
        "text/csv",
        "numbereds?select=id,...writer(name)&id=lt.0",
    )
    .await;
    assert_eq!(
        none.text, "id,name\n",
        "{kind:?}: a table without rows has columns"
    );
    for accept in [
        "*/*",
        "text/html",
        "application/json;q=0.5, text/csv;q=0.4",
        "text/csv;q=0",
    ] {
        let json = ask(&app, accept, "writers").await;
        assert_eq!(
            json.header("content-type"),
            Some("application/json"),
            "{accept}"
        );
    }
    let one = ask(&app, "text/csv", "writers/1").await.json();
    assert_eq!(one["id"], 1, "a row is JSON");
}

on_each_database!(links_lead_through_all_pages_of_lines);
async fn links_lead_through_all_pages_of_lines(kind: Kind) {
    let app = app(kind).await;
    let rows = ask(&app, "*/*", "numbereds?limit=50000").await.json();
    let rows = rows["data"].as_array().expect("rows").clone();
    assert_eq!(rows.len(), 20_000);
    for (path, most) in [
        ("numbereds?limit=9000", 9000),
        ("numbereds?limit=50000", 50_000),
        (
            "numbereds?select=id,text,document,big,writer_id,writer()&limit=9000",
            9000,
        ),
        ("numbereds?limit=90&id=gt.19800", 90),
        ("writers/1/numbereds?limit=7000", 7000),
    ] {
        let (mut found, mut page) = (Vec::new(), Some(path.to_owned()));
        while let Some(path) = page {
            let answer = ask(&app, "application/x-ndjson", &path).await;
            assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
            let rows = lines(&answer);
            assert!(rows.len() <= most);
            found.extend(rows);
            page = next(&answer);
        }
        let expected: Vec<_> = match path {
            path if path.contains("gt.") => rows[19_800..].to_vec(),
            path if path.starts_with("writers") => rows
                .iter()
                .filter(|row| row["writer_id"] == 1)
                .cloned()
                .collect(),
            _ => rows.clone(),
        };
        assert_eq!(found.len(), expected.len(), "{kind:?} {path}");
        assert!(found == expected, "{kind:?} {path}");
    }
    let counted = ask(
        &app,
        "application/x-ndjson",
        "numbereds?limit=3&count=exact",
    )
    .await;
    assert_eq!(counted.header("x-total-count"), Some("20000"), "{kind:?}");
    let missing = app
        .request("GET", "/api/v1/writers/9/numbereds")
        .header("accept", "text/csv")
        .send()
        .await;
    assert_eq!(missing.expect_problem(404).0, "row_not_found", "{kind:?}");
}

on_each_database!(a_long_list_with_embedded_rows_is_the_same_as_many_short_ones);
async fn a_long_list_with_embedded_rows_is_the_same_as_many_short_ones(kind: Kind) {
    let app = app(kind).await;
    let list = "numbereds?select=id,text,writer(name)&order=id.desc";
    let long = ask(&app, "*/*", &format!("{list}&limit=50000&count=exact"))
        .await
        .json();
    assert_eq!(long["total"], 20_000, "{kind:?}");
    assert_eq!(long["nextCursor"], Value::Null, "{kind:?}");
    let mut short = Vec::new();
    for offset in (0..20_000).step_by(1000) {
        let page = ask(&app, "*/*", &format!("{list}&limit=1000&offset={offset}"))
            .await
            .json();
        short.extend(page["data"].as_array().expect("rows").clone());
    }
    assert!(long["data"] == json!(short), "{kind:?}");
    let page = ask(&app, "*/*", &format!("{list}&limit=15000"))
        .await
        .json();
    let cursor = page["nextCursor"].as_str().expect("a cursor");
    let rest = ask(&app, "*/*", &format!("{list}&limit=15000&cursor={cursor}"))
        .await
        .json();
    assert!(rest["data"] == json!(short[15_000..]), "{kind:?}");
}
