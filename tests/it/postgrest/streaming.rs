//! Lists of `/rest/v1` that are too long to be held in memory.

use std::time::{Duration, Instant};

use futures_util::future::select_all;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::on_each_database;
use crate::support::{Answer, App, Kind, Options, PATIENCE, database::TestDatabase};

const ROWS: u64 = 20_000;

/// Rows of some hundred bytes, one of which a view cannot show.
const POSTGRES: &str = r#"
    CREATE TABLE public.numbered (id integer PRIMARY KEY, text text, document json);
    INSERT INTO public.numbered SELECT n, repeat(n || ', "', 20), CASE WHEN n % 3 > 0 THEN E'{"line":\n1}'::json END
        FROM generate_series(1, 20000) AS n;
    CREATE VIEW public.broken AS SELECT id, text, 1 / (id - 19000) AS part FROM public.numbered;
    -- The rows lie in the order of their ids and the planner knows it, so it reads them by the index. Behind a sort
    -- the fault would come before the first row.
    ANALYZE public.numbered;
"#;
const SQLITE: &str = r#"
    CREATE TABLE numbered (id INTEGER PRIMARY KEY, text TEXT, document JSON);
    INSERT INTO numbered
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)
        SELECT n, replace(hex(zeroblob(20)), '00', n || ', "'), '{"line":' || char(10) || '1}' FROM n;
    UPDATE numbered SET document = NULL WHERE id % 3 = 0;
    CREATE VIEW broken AS
        SELECT id, text, json_extract(CASE id WHEN 19000 THEN '{' ELSE '{}' END, '$.a') AS part FROM numbered;
"#;

async fn app(kind: Kind, options: Options) -> App {
    let (sql, schema) = match kind {
        Kind::Postgres => (POSTGRES, "public"),
        Kind::Sqlite => (SQLITE, "main"),
    };
    let database = TestDatabase::made_by(sql, kind, &[schema]).await;
    App::builder(database).with(options).start().await
}

async fn ask(app: &App, accept: &str, query: &str) -> Answer {
    let request = app.request("GET", &format!("/rest/v1/numbered?{query}"));
    request.header("accept", accept).send().await
}

/// The texts of pages that are short enough to be made by one aggregate.
async fn pages(app: &App, accept: &str) -> Vec<String> {
    let mut pages = Vec::new();
    for offset in (0..ROWS).step_by(100) {
        let page = ask(app, accept, &format!("order=id&limit=100&offset={offset}")).await;
        page.assert_status(200);
        pages.push(page.text);
    }
    pages
}

fn between_brackets(text: &str) -> &str {
    let text = text.strip_prefix('[').expect("an array");
    text.strip_suffix(']').expect("an array, to its end")
}

on_each_database!(a_long_list_has_the_bytes_of_its_pages);
async fn a_long_list_has_the_bytes_of_its_pages(kind: Kind) {
    let app = app(kind, Options::default()).await;
    for (accept, between) in [
        ("application/json", [", \n ", ","]),
        (
            "application/vnd.pgrst.array+json;nulls=stripped",
            [",", ","],
        ),
    ] {
        let between = between[usize::from(kind == Kind::Sqlite)];
        let pages = pages(&app, accept).await;
        let pages: Vec<_> = pages.iter().map(|page| between_brackets(page)).collect();
        let long = ask(&app, accept, "order=id").await;
        assert!(long.text.len() > 2 * 1024 * 1024, "{kind:?}");
        assert_eq!(
            between_brackets(&long.text),
            pages.join(between),
            "{kind:?}"
        );
    }
    let pages = pages(&app, "text/csv").await;
    let mut lines = vec!["id,text,document"];
    lines.extend(
        pages
            .iter()
            .flat_map(|page| page.split_once('\n').map(|it| it.1)),
    );
    let long = ask(&app, "text/csv", "order=id").await;
    assert_eq!(long.text, lines.join("\n"), "{kind:?}");
    assert_eq!(long.header("content-type"), Some("text/csv; charset=utf-8"));
    // Short ones that take the same road.
    for (accept, text) in [
        ("application/json", "[]"),
        ("text/csv", "\n"),
        ("application/x-ndjson", ""),
    ] {
        assert_eq!(
            ask(&app, accept, "id=lt.0").await.text,
            text,
            "{kind:?} {accept}"
        );
    }
}

on_each_database!(lines_of_json_have_a_row_each);
async fn lines_of_json_have_a_row_each(kind: Kind) {
    let app = app(kind, Options::default()).await;
    let rows = ask(&app, "application/json", "order=id").await.json();
    for (query, count) in [("order=id", ROWS), ("order=id&limit=3", 3)] {
        let lines = ask(&app, "application/jsonlines", query).await;
        assert_eq!(
            lines.header("content-type"),
            Some("application/x-ndjson; charset=utf-8")
        );
        assert!(lines.text.ends_with('\n'));
        let lines: Vec<Value> = lines
            .text
            .lines()
            .map(|line| serde_json::from_str(line).expect("a row"))
            .collect();
        assert_eq!(lines.len() as u64, count, "{kind:?}");
        assert_eq!(
            lines,
            rows.as_array().expect("rows")[..lines.len()],
            "{kind:?}"
        );
    }
    let written = app
        .request("POST", "/rest/v1/numbered")
        .header("accept", "application/x-ndjson");
    let written = written.header("prefer", "return=representation");
    let written = written
        .json(json!([{ "id": 0, "document": { "a": 1 } }, { "id": -1, "document": null }]))
        .send()
        .await;
    written.assert_status(201);
    let lines: Vec<Value> = written
        .text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a row"))
        .collect();
    let bare = json!({ "id": -1, "text": null, "document": null });
    assert!(
        lines.len() == 2 && lines.contains(&bare),
        "{kind:?}: {lines:?}"
    );
}

on_each_database!(a_long_list_says_of_its_rows_what_is_known);
async fn a_long_list_says_of_its_rows_what_is_known(kind: Kind) {
    let app = app(kind, Options::default()).await;
    for (query, count, status, range) in [
        ("order=id", None, 200, "0-*/*"),
        ("order=id&offset=10", None, 200, "10-*/*"),
        ("order=id", Some("exact"), 200, "0-19999/20000"),
        ("order=id&offset=10", Some("exact"), 206, "10-19999/20000"),
        (
            "order=id&offset=10&limit=15000",
            Some("exact"),
            206,
            "10-15009/20000",
        ),
        ("order=id&limit=200", None, 200, "0-199/*"),
        ("order=id&limit=200", Some("exact"), 206, "0-199/20000"),
        ("id=lt.0", Some("exact"), 200, "*/0"),
        ("offset=20000", Some("exact"), 206, "*/20000"),
        ("offset=20001", Some("exact"), 416, "*/20000"),
    ] {
        let request = app.request("GET", &format!("/rest/v1/numbered?{query}"));
        let request = match count {
            None => request,
            Some(count) => request.header("prefer", &format!("count={count}")),
        };
        let answer = request.send().await;
        answer.assert_status(status);
        assert_eq!(
            answer.header("content-range"),
            Some(range),
            "{kind:?} {query} {count:?}"
        );
    }
    // In a transaction of its own.
    let request = app.request("GET", "/rest/v1/numbered?order=id");
    let zoned = request
        .header("prefer", "timezone=UTC")
        .send()
        .await
        .expect(200);
    assert_eq!(
        zoned.as_array().expect("rows").len() as u64,
        ROWS,
        "{kind:?}"
    );
}

on_each_database!(a_list_that_fails_in_its_middle_does_not_look_whole);
async fn a_list_that_fails_in_its_middle_does_not_look_whole(kind: Kind) {
    let app = app(kind, Options::default()).await;
    let client = reqwest::Client::new();
    for accept in ["application/json", "text/csv", "application/x-ndjson"] {
        let url = format!("http://{}/rest/v1/broken?order=id", app.address);
        let answer = client.get(&url).header("accept", accept).send().await;
        let answer = answer.expect("a beginning");
        assert_eq!(answer.status(), 200);
        answer.bytes().await.expect_err("it is not whole");
        // Nearer to the beginning there is time to say what is wrong.
        let near = format!("{url}&id=gt.18999");
        let answer = client.get(&near).header("accept", accept).send().await;
        assert_ne!(answer.expect("an answer").status(), 200);
    }
    let rows = ask(&app, "application/json", "order=id&limit=1")
        .await
        .expect(200);
    assert_eq!(rows[0]["id"], 1, "{kind:?}");
}

/// Connections that ask for a list and never read it.
async fn silent_clients(app: &App, count: usize) -> Vec<TcpStream> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let mut client = TcpStream::connect(app.address).await.expect("connects");
        let request = format!(
            "GET /rest/v1/numbered HTTP/1.1\r\nHost: {}\r\n\r\n",
            app.address
        );
        client.write_all(request.as_bytes()).await.expect("sends");
        clients.push(client);
    }
    clients
}

/// A server with more rows than sockets hold. Half of its connections may send long answers.
async fn app_of_large_rows(kind: Kind, connections: &str, timeout_secs: &str) -> App {
    let options = Options::default()
        .set("DB_TIMEOUT_SECS", timeout_secs)
        .set("DB_POOL_SIZE", connections);
    let app = app(kind, options).await;
    app.db_execute(&match kind {
        Kind::Postgres => "UPDATE numbered SET text = repeat('x', 4000)".to_owned(),
        Kind::Sqlite => format!("UPDATE numbered SET text = '{}'", "x".repeat(4000)),
    })
    .await;
    app
}

on_each_database!(clients_that_do_not_read_keep_no_transaction_waiting);
async fn clients_that_do_not_read_keep_no_transaction_waiting(kind: Kind) {
    let app = app_of_large_rows(kind, "5", "30").await;
    let mut clients = silent_clients(&app, 6).await;
    // One of them has begun to be answered; the others wait for their turn.
    let begun = clients.iter_mut().map(|client| Box::pin(client.readable()));
    let (readable, _, _) = timeout(PATIENCE, select_all(begun)).await.expect("in time");
    readable.expect("an answer");
    let started = Instant::now();
    let operations = json!([
        { "method": "PATCH", "path": "/numbereds/1", "body": { "text": "changed" } },
        { "method": "GET", "path": "/numbereds/1" },
    ]);
    let batch = app
        .post("/api/v1/batch", json!({ "operations": operations }))
        .await;
    assert_eq!(
        batch.status.as_u16(),
        200,
        "{kind:?} after {:?}: {batch}",
        started.elapsed()
    );
    // On SQLite it waits until the reader in its way is given up.
    assert!(started.elapsed() < Duration::from_secs(10), "{kind:?}");
}

on_each_database!(a_client_that_does_not_read_gives_its_connection_of_the_database_back);
async fn a_client_that_does_not_read_gives_its_connection_of_the_database_back(kind: Kind) {
    let connections = match kind {
        Kind::Postgres => "5",
        Kind::Sqlite => "2",
    };
    let app = app_of_large_rows(kind, connections, "2").await;
    let mut client = silent_clients(&app, 1).await.pop().expect("a client");
    timeout(PATIENCE, client.readable())
        .await
        .expect("in time")
        .expect("an answer");
    // The next long list has its turn once the first is given up.
    let started = Instant::now();
    loop {
        let list = ask(&app, "application/json", "order=id&limit=1000").await;
        if list.status.as_u16() == 200 {
            let rows = list.json();
            assert_eq!(rows.as_array().expect("rows").len(), 1000, "{kind:?}");
            break;
        }
        list.assert_status(503);
        assert!(started.elapsed() < PATIENCE, "{kind:?}");
    }
    let mut body = Vec::new();
    let read = timeout(PATIENCE, client.read_to_end(&mut body))
        .await
        .expect("it ends");
    let begins = b"HTTP/1.1 200";
    assert!(body.starts_with(begins), "{kind:?}: {read:?}");
    assert!(
        !body.ends_with(b"\r\n0\r\n\r\n"),
        "{kind:?}: it looks whole"
    );
}

on_each_database!(a_read_outside_local_has_a_thousand_rows_unless_it_is_said);
async fn a_read_outside_local_has_a_thousand_rows_unless_it_is_said(kind: Kind) {
    let key = "a-key-of-thirty-two-characters-x";
    for (setting, rows) in [(None, 1000), (Some("0"), ROWS), (Some("5"), 5)] {
        let options = Options::default()
            .set("ENVIRONMENT", "production")
            .set("SECRET_KEY", key);
        let options = match setting {
            None => options,
            Some(value) => options.set("REST_MAX_ROWS", value),
        };
        let app = app(kind, options).await;
        let request = app.request("GET", "/rest/v1/numbered?select=id");
        let found = request.header("apikey", key).send().await.expect(200);
        assert_eq!(
            found.as_array().expect("rows").len() as u64,
            rows,
            "{kind:?} {setting:?}"
        );
    }
}
