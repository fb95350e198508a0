//! What a request says becomes one token of a statement, whatever it says: the database is asked what
//! it has read.

use std::path::{Path, PathBuf};

use reflect::quote;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, Statement,
    sea_query::{Alias, Expr, PostgresQueryBuilder, Query},
};
use serde_json::{Value, json};

use crate::support::{
    App, Kind, Options,
    database::{TestDatabase, execute},
    encoded,
    rng::Rng,
};

/// Texts of rounds per setting.
const ROUNDS: usize = 8;
/// Texts of one round trip.
const TEXTS: usize = 250;

/// What breaks out of quotes that are put around it carelessly.
const NASTY: &[&str] = &[
    "'",
    "''",
    "\\",
    "\\\\",
    "\\'",
    "\\''",
    "'\\",
    "\"",
    "\"\"",
    "\\\"",
    "$$",
    "$a$",
    "$1",
    "?",
    "--",
    "/*",
    "*/",
    ";",
    "\n",
    "\r",
    "\t",
    "\u{1}",
    "\u{7f}",
    "E'",
    "U&'",
    "u&\"",
    "\\u0027",
    "\\x27",
    "\\047",
    "%",
    "_",
    "{",
    "}",
    "(",
    ")",
    "::",
    ":a",
    "@",
    "é",
    "\u{2019}",
    "\u{ff07}",
    "\u{10348}",
    "\u{feff}",
    "\u{200b}",
    " ",
    "a",
    "B",
    "0",
];

fn text(rng: &mut Rng) -> String {
    let pieces = 1 + rng.below(12);
    (0..pieces)
        .map(|_| match rng.below(4) {
            0 => {
                char::from_u32(1 + rng.below(0x2fff) as u32).map_or_else(String::new, String::from)
            }
            _ => NASTY[rng.below(NASTY.len())].to_owned(),
        })
        .collect()
}

/// PostgreSQL cuts names at 63 bytes.
fn short(text: &str) -> String {
    let mut short = String::new();
    for one in text.chars() {
        if short.len() + one.len_utf8() > 60 {
            break;
        }
        short.push(one);
    }
    short
}

async fn rows(db: &DatabaseConnection, sql: String) -> Vec<sea_orm::QueryResult> {
    let shown: String = sql.chars().take(300).collect();
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await;
    rows.unwrap_or_else(|error| panic!("{error}\nin: {shown}"))
}

async fn come_back(db: &DatabaseConnection, literal: fn(&str) -> String, rng: &mut Rng) {
    for _ in 0..ROUNDS {
        let texts: Vec<String> = (0..TEXTS).map(|_| text(rng)).collect();
        let columns = texts.iter().enumerate();
        let columns = columns.map(|(at, text)| format!("{} AS c{at}", literal(text)));
        let sql = format!("SELECT {}", columns.collect::<Vec<_>>().join(","));
        let found = rows(db, sql).await;
        assert_eq!(found.len(), 1);
        for (at, text) in texts.iter().enumerate() {
            let read: String = found[0].try_get("", &format!("c{at}")).expect("a text");
            assert_eq!(read, *text);
        }
        // A name has a number before it, so that none is there twice.
        let names: Vec<String> = (texts.iter().enumerate())
            .map(|(at, text)| short(&format!("{at} {text}")))
            .collect();
        let columns = names.iter().enumerate();
        let columns = columns.map(|(at, name)| format!("{at} AS {}", quote::identifier(name)));
        let sql = format!("SELECT {}", columns.collect::<Vec<_>>().join(","));
        let found = rows(db, sql).await;
        let read = found[0].column_names();
        assert_eq!(read, names);
        // The builder of `/api/v1` has quotes of its own.
        let mut built = Query::select();
        for name in &names {
            built.expr_as(Expr::cust("1"), Alias::new(name));
        }
        let found = rows(db, built.to_string(PostgresQueryBuilder)).await;
        assert_eq!(found[0].column_names(), names);
        for (name, printed) in names.iter().zip(&names) {
            let parts = quote::parts(&quote::qualified(name, printed)).expect("two names");
            assert_eq!(parts, [name.as_str(), printed.as_str()]);
        }
    }
}

#[tokio::test]
async fn postgresql_reads_what_was_quoted_whatever_it_takes_a_backslash_for() {
    let database = TestDatabase::made_by("", Kind::Postgres, &["public"]).await;
    let mut rng = Rng::new(0x5eed);
    for conforming in ["on", "off"] {
        for backslash_quote in ["on", "off", "safe_encoding"] {
            let settings = format!(
                "ALTER ROLE CURRENT_ROLE IN DATABASE {name} SET standard_conforming_strings = {conforming};
                 ALTER ROLE CURRENT_ROLE IN DATABASE {name} SET escape_string_warning = off;
                 ALTER ROLE CURRENT_ROLE IN DATABASE {name} SET backslash_quote = {backslash_quote}",
                name = database_name(&database),
            );
            execute(database.url.as_deref().expect("a URL"), &settings).await;
            let db = database.connect().await;
            let is = rows(&db, "SHOW standard_conforming_strings".to_owned()).await;
            let is: String = is[0]
                .try_get("", "standard_conforming_strings")
                .expect("a setting");
            assert_eq!(is, conforming);
            come_back(&db, quote::literal, &mut rng).await;
            db.close().await.expect("closes");
        }
    }
}

#[tokio::test]
async fn sqlite_reads_what_was_quoted() {
    let database =
        TestDatabase::made_by("CREATE TABLE t (id INTEGER)", Kind::Sqlite, &["main"]).await;
    let db = database.connect().await;
    come_back(&db, quote::sqlite_literal, &mut Rng::new(0x5eed)).await;
    db.close().await.expect("closes");
}

fn database_name(database: &TestDatabase) -> String {
    let url = database.url.as_deref().expect("a URL");
    let (_, name) = url.rsplit_once('/').expect("a path");
    name.split('?').next().unwrap_or(name).to_owned()
}

const POSTGRES: &str = r#"
    CREATE TABLE paper (id int PRIMARY KEY, data jsonb, plain json, word text);
    CREATE TABLE vault (id int PRIMARY KEY, word text);
    INSERT INTO paper VALUES (1, '{"a": {"b": "x"}, "q": 1}', '{"a": 1}', 'one'), (2, '{}', '{}', 'two');
    INSERT INTO vault VALUES (1, 'treasure');
"#;

const SQLITE: &str = r#"
    CREATE TABLE paper (id INTEGER PRIMARY KEY, data JSON, plain JSON, word TEXT);
    CREATE TABLE vault (id INTEGER PRIMARY KEY, word TEXT);
    INSERT INTO paper VALUES (1, '{"a": {"b": "x"}, "q": 1}', '{"a": 1}', 'one'), (2, '{}', '{}', 'two');
    INSERT INTO vault VALUES (1, 'treasure');
"#;

/// Keys that would end their quotes where a backslash escapes, or where it does not.
const KEYS: &[&str] = &[
    r"\' AS x, (SELECT word FROM vault) AS y -- ",
    r"\') IS NULL OR true OR (data->>\'",
    r"x\' IS NULL OR 1=1 --",
    r"' OR 1=1 --",
    r"\\' OR 1=1 --",
    r#"a"b\"#,
    "$$",
    "\\",
];

/// A name in the quotes of the grammar.
fn named(key: &str) -> String {
    let inside = key.replace('\\', "\\\\").replace('"', "\\\"");
    encoded(&format!("\"{inside}\""))
}

async fn keys_are_nothing_but_keys(app: &App) {
    for key in KEYS {
        let named = named(key);
        for prefix in ["/rest/v1/paper", "/api/v1/papers"] {
            for query in [
                format!("select=id,found:data-%3E{named}"),
                format!("select=id,found:data-%3E%3E{named}"),
                format!("select=id,found:data-%3Ea-%3E%3E{named}"),
                format!("select=id&data-%3E%3E{named}=eq.x"),
                format!("select=id&order=data-%3E{named}"),
                format!("select=id&or=(data-%3E%3E{named}.eq.x,id.eq.9)"),
                format!("select=id,{named}:word"),
                format!("select=id&word=in.({named})"),
                format!("select=id&word=eq.{named}"),
                format!("select=id&{named}=eq.x"),
                format!("select=id&word=fts({named}).x"),
                format!("select=id,word::{named}"),
                format!("select=id,{named}(id)"),
                format!("select=id,paper!{named}(id)"),
                format!("on_conflict={named}"),
            ] {
                let answer = app.get(&format!("{prefix}?{query}")).await;
                let status = answer.status.as_u16();
                assert!(status < 500 || status == 501, "{query}: {answer}");
                assert!(!answer.text.contains("treasure"), "{query}: {answer}");
                // No condition of these is true of a row.
                if query.contains("data-%3E%3E") && query.contains(".eq.x") {
                    let answer: Value = answer.json();
                    let rows = answer.get("data").unwrap_or(&answer);
                    assert_eq!(*rows, json!([]), "{query}");
                }
            }
        }
        let body = json!({ (*key): 1, "id": 5 });
        for path in ["/rest/v1/paper", "/api/v1/papers"] {
            let answer = app.post(path, body.clone()).await;
            let status = answer.status.as_u16();
            assert!((400..500).contains(&status), "{key}: {answer}");
        }
    }
    // A key that is there is found.
    for (at, key) in KEYS.iter().enumerate() {
        let (id, named) = (100 + at, named(key));
        let document = json!({ "id": id, "data": { (*key): "x" }, "plain": {}, "word": "w" });
        app.post("/rest/v1/paper", document)
            .await
            .assert_status(201);
        let path = format!("paper?select=id,found:data-%3E%3E{named}&data-%3E%3E{named}=eq.x");
        let found = app.get(&format!("/rest/v1/{path}")).await;
        assert_eq!(
            found.expect(200),
            json!([{ "id": id, "found": "x" }]),
            "{key}"
        );
        let path = path.replace("paper", "/api/v1/papers");
        let found = app.get(&path).await.expect(200);
        assert_eq!(found["data"], json!([{ "id": id, "found": "x" }]), "{key}");
    }
}

#[test]
fn quotes_are_doubled_in_one_place() {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in ["crates/refract/src", "crates/reflect/src"] {
        files(&root.join(folder), &mut sources);
    }
    assert!(
        sources
            .iter()
            .any(|path| path.ends_with("reflect/src/quote.rs"))
    );
    for path in sources {
        // CSV doubles its quotes, too.
        if path.ends_with("reflect/src/quote.rs") || path.ends_with("src/query/csv.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file");
        for doubling in [r#""\"\"""#, r#""''""#] {
            let by_hand = text
                .lines()
                .find(|line| line.contains("replace(") && line.contains(&format!(", {doubling})")));
            assert_eq!(by_hand, None, "{}", path.display());
        }
    }
}

async fn on_postgres(conforming: &str) {
    let database = TestDatabase::made_by(POSTGRES, Kind::Postgres, &["public"]).await;
    let settings = format!(
        "ALTER DATABASE {} SET standard_conforming_strings = {conforming}",
        database_name(&database)
    );
    execute(database.url.as_deref().expect("a URL"), &settings).await;
    let app = App::builder(database).with(paths()).start().await;
    keys_are_nothing_but_keys(&app).await;
}

fn paths() -> Options {
    Options::default().set("REST_AGGREGATES", "true")
}

#[tokio::test]
async fn keys_on_postgres() {
    on_postgres("on").await;
}

#[tokio::test]
async fn keys_on_postgres_where_a_backslash_escapes() {
    on_postgres("off").await;
}

#[tokio::test]
async fn keys_on_sqlite() {
    let database = TestDatabase::made_by(SQLITE, Kind::Sqlite, &["main"]).await;
    let app = App::builder(database).with(paths()).start().await;
    keys_are_nothing_but_keys(&app).await;
}

#[tokio::test]
async fn casts_are_one_name_of_a_type() {
    let schema = r#"
        CREATE TYPE "Mood" AS ENUM ('glad', 'sad');
        CREATE TYPE unused AS ENUM ('7');
        CREATE DOMAIN price AS numeric(10, 2);
        CREATE TABLE thing (id int PRIMARY KEY, mood "Mood", price price, name varchar(20));
        INSERT INTO thing VALUES (1, 'glad', 1.5, '7');
    "#;
    let database = TestDatabase::made_by(schema, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).with(paths()).start().await;
    for (cast, shown) in [
        ("id::text", json!("1")),
        ("id::TEXT", json!("1")),
        ("id::double precision", json!(1)),
        ("name::int", json!(7)),
        ("name::character varying", json!("7")),
        (
            "name::price",
            serde_json::from_str("7.00").expect("a number"),
        ),
        ("name::unused", json!("7")),
        ("mood::text", json!("glad")),
        ("mood::Mood", json!("glad")),
        ("mood::mood", json!("glad")),
        ("name::jsonb", json!(7)),
        ("id.sum()::text", json!("1")),
    ] {
        let select = cast.replace(' ', "%20");
        let answer = app.get(&format!("/rest/v1/thing?select=x:{select}")).await;
        assert_eq!(answer.expect(200), json!([{ "x": shown }]), "{cast}");
    }
    for cast in ["$$", "$a$", "text$", "nothing", "text text", "int4 AS x"] {
        for select in [format!("x:name::{cast}"), format!("x:id.sum()::{cast}")] {
            let select = select.replace(' ', "%20");
            let answer = app.get(&format!("/rest/v1/thing?select={select}")).await;
            let body = answer.expect(400);
            assert_eq!(body["code"], "42704", "{cast}: {body}");
            assert_eq!(
                body["message"],
                format!("type \"{}\" does not exist", cast.to_lowercase())
            );
        }
    }
}

#[tokio::test]
async fn a_nul_is_refused_before_it_would_end_a_statement() {
    let database = TestDatabase::made_by(POSTGRES, Kind::Postgres, &["public"]).await;
    let postgres = App::builder(database).with(paths()).start().await;
    let database = TestDatabase::made_by(SQLITE, Kind::Sqlite, &["main"]).await;
    let sqlite = App::builder(database).with(paths()).start().await;
    for app in [postgres, sqlite] {
        for prefix in ["/rest/v1/paper", "/api/v1/papers"] {
            for query in [
                "select=id,data-%3E%3E\"a%00\"",
                "data-%3E%3E%00=eq.x",
                "order=data-%3E%00",
                "select=%00:word",
                "select=word::%00",
                "word=fts(%00).x",
            ] {
                let query = query.replace('>', "%3E").replace('"', "%22");
                let answer = app.get(&format!("{prefix}?{query}")).await;
                let status = answer.status.as_u16();
                assert!(
                    (400..500).contains(&status) || (status == 200 && query.contains("%00:word")),
                    "{prefix}?{query}: {answer}"
                );
            }
        }
    }
}
