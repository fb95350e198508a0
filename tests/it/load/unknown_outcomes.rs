//! What is answered is what has happened; where nobody knows, nothing is done twice.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait};
use serde_json::json;

use super::all_at_once;
use crate::support::{
    App, Kind, Options, PATIENCE, Schema, database::TestDatabase, locks::waits_for_lock,
};

/// Ends every other session of a database.
pub(super) async fn end_sessions(db: &DatabaseConnection) {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    db.execute_unprepared(sql).await.expect("ends them");
}

/// How many rows of a table have each value of a column.
pub(super) async fn count(db: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.expect("asks");
    row.expect("a row").try_get_by(0).expect("a number")
}

#[tokio::test]
async fn reads_do_not_notice_that_sessions_are_ended() {
    let options = Options::default()
        .set("DB_POOL_SIZE", "10")
        .after(r#"CREATE VIEW "Shown" AS SELECT * FROM "Item""#);
    let app = App::builder(Schema::Load).with(options).start().await;
    let db = app.db().await;
    let killing = async {
        for _ in 0..12 {
            end_sessions(&db).await;
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    };
    let reading = async {
        for n in 1..=60 {
            let paths = (0..8).flat_map(|m| {
                let n = n * 8 + m;
                [
                    format!("/api/v1/items/item{n}"),
                    format!("/api/v1/items?limit={}", n % 100 + 1),
                    format!("/rest/v1/Item?id=eq.item{n}"),
                    // Casts have a transaction of their own.
                    format!("/rest/v1/Item?select=version::text&id=eq.item{n}"),
                ]
            });
            for answer in all_at_once(&app, paths).await {
                answer.expect(200);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    futures_util::join!(killing, reading);
}

#[tokio::test]
async fn a_read_that_a_standby_has_undone_is_tried_again_and_is_nobodys_fault() {
    // As a standby would that has to change what is read.
    let sql = "CREATE TABLE item (id int PRIMARY KEY);
               INSERT INTO item VALUES (1);
               CREATE FUNCTION conflict(often float) RETURNS int LANGUAGE plpgsql AS $$
               BEGIN
                   IF random() < often THEN
                       RAISE 'conflict with recovery' USING ERRCODE = '40001';
                   END IF;
                   RETURN 1;
               END $$;
               CREATE VIEW gadget AS SELECT id, conflict(0.15) AS one FROM item;
               CREATE VIEW widget AS SELECT id, conflict(2) AS one FROM item;";
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    for _ in 0..20 {
        app.get("/api/v1/gadgets").await.expect(200);
        app.get("/rest/v1/gadget").await.expect(200);
        app.get("/rest/v1/gadget?select=one::text")
            .await
            .expect(200);
    }
    let answer = app.get("/api/v1/widgets").await;
    assert_eq!(answer.expect_problem(503).0, "database_unavailable");
    for path in ["widget", "widget?select=one::text"] {
        let answer = app.get(&format!("/rest/v1/{path}")).await;
        assert!(answer.header("retry-after").is_some(), "{answer}");
        assert_eq!(answer.expect(503)["code"], "PGRST001");
    }
}

#[tokio::test]
async fn what_keeps_a_connection_from_being_had_is_no_requests_fault_and_stays_inside() {
    let (mut name, mut server) = (String::new(), String::new());
    let app = App::builder(Schema::Load)
        .with(Options::default().set("DB_RETRIES", "0"))
        .start_behind(async |url| {
            let mut other = url::Url::parse(url).expect("a URL");
            name = other.path().trim_start_matches('/').to_owned();
            other.set_path("postgres");
            server = other.into();
            Some(url.to_owned())
        });
    let app = app.await.expect("a server");
    app.get("/api/v1/items/item1").await.expect(200);
    // The server refuses whoever comes from here on, and says to which database.
    let db = sea_orm::Database::connect(&server).await.expect("connects");
    db.execute_unprepared(&format!(
        "ALTER DATABASE \"{name}\" ALLOW_CONNECTIONS false;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    ))
    .await
    .expect("alters");
    let began = Instant::now();
    while !app.get("/health").await.text.contains("\"open\":0") {
        assert!(began.elapsed() < PATIENCE, "its connections are open");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for (method, path) in [
        ("GET", "/api/v1/items/item1"),
        ("GET", "/api/v1/items"),
        ("POST", "/api/v1/items"),
        ("GET", "/rest/v1/Item"),
        ("GET", "/rest/v1/Item?select=version::text"),
        ("POST", "/rest/v1/Item"),
    ] {
        let request = app.request(method, path);
        let request = match method {
            "POST" => request.json(json!({ "id": "new", "name": "new" })),
            _ => request,
        };
        let answer = request.send().await;
        assert!(!answer.text.contains(&name), "{answer}");
        assert!(!answer.text.contains("55000"), "{answer}");
        assert!(answer.header("retry-after").is_some(), "{answer}");
        let code = if path.starts_with("/rest") {
            "PGRST001"
        } else {
            "database_unavailable"
        };
        assert_eq!(answer.expect(503)["code"], code);
    }
}

#[tokio::test]
async fn the_other_front_tells_time_and_unknown_outcomes_by_their_codes() {
    let options = Options::default().set("DB_TIMEOUT_SECS", "1");
    let (app, proxy) = App::builder(Schema::Load)
        .with(options)
        .start_behind_proxy()
        .await;
    let patch = || {
        let request = app.request("PATCH", "/rest/v1/Item?id=eq.item1");
        request.json(json!({ "version": 7 }))
    };
    patch().send().await.expect(204);
    let db = app.db().await;
    let lock = db.begin().await.expect("a transaction");
    lock.execute_unprepared(r#"LOCK TABLE "Item" IN ACCESS EXCLUSIVE MODE"#)
        .await
        .expect("locks");
    assert_eq!(patch().send().await.expect(504)["code"], "57014");
    let read = app.get("/rest/v1/Item?limit=1").await;
    assert_eq!(read.expect(504)["code"], "57014");
    lock.rollback().await.expect("unlocks");
    // A constraint that waits for the commit, and there for a lock.
    db.execute_unprepared(
        r#"CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$;
           CREATE CONSTRAINT TRIGGER wait AFTER UPDATE ON "Item" DEFERRABLE INITIALLY DEFERRED
               FOR EACH ROW EXECUTE FUNCTION wait()"#,
    )
    .await
    .expect("a trigger");
    let lock = db.begin().await.expect("a transaction");
    lock.execute_unprepared("SELECT pg_advisory_xact_lock(7)")
        .await
        .expect("locks");
    let unknown = tokio::spawn(patch().send());
    waits_for_lock(&db).await;
    proxy.go_down();
    proxy.come_up();
    let answer = unknown.await.expect("no panic");
    assert_eq!(answer.header("retry-after"), None);
    assert_eq!(answer.expect(504)["code"], "40003");
    lock.rollback().await.expect("unlocks");
}

#[tokio::test]
async fn a_server_that_takes_no_writes_is_left_for_one_that_does() {
    let app = App::builder(Schema::Load).start().await;
    let create = |n: i32| {
        let id = format!("new{n}");
        let body = json!({ "id": id, "name": "new" });
        let typed = app.request("POST", "/api/v1/items").json(body);
        let body = json!({ "id": format!("rest{n}"), "name": "new" });
        let rest = app.request("POST", "/rest/v1/Item").json(body);
        async { (typed.send().await, rest.send().await) }
    };
    let db = app.db().await;
    let read_only = async |on: bool| {
        let name: String = {
            let sql = "SELECT current_database()::text";
            let statement = Statement::from_string(db.get_database_backend(), sql);
            let row = db.query_one_raw(statement).await.expect("asks");
            row.expect("a row").try_get_by(0).expect("a name")
        };
        let sql = format!(
            "SET transaction_read_only = off;
             ALTER DATABASE {name} SET default_transaction_read_only = {on}"
        );
        db.execute_unprepared(&sql).await.expect("alters");
        // Every session that begins from here on is as the setting says.
    };
    // Sessions that cannot write, of a server that can: what was a standby has been promoted.
    read_only(true).await;
    end_sessions(&db).await;
    let reads = (1..=40).map(|n| format!("/api/v1/items?limit={n}"));
    for answer in all_at_once(&app, reads).await {
        answer.expect(200);
    }
    read_only(false).await;
    let (typed, rest) = create(1).await;
    typed.expect(201);
    rest.expect(201);
    // It takes none, wherever one asks.
    read_only(true).await;
    end_sessions(&db).await;
    let mut n = 2;
    let (typed, rest) = loop {
        let (typed, rest) = create(n).await;
        // Its session had just been ended, or is still there.
        if rest.text.contains("25006") && typed.text.contains("read_only") {
            break (typed, rest);
        }
        n += 1;
        assert!(n < 20, "{typed} {rest}");
    };
    assert!(!typed.text.contains("role of this API"), "{typed}");
    assert_eq!(typed.expect_problem(503).0, "database_read_only");
    assert_eq!(rest.expect(503)["code"], "25006");
    app.get("/api/v1/items/item1").await.expect(200);
}

#[tokio::test]
async fn what_is_answered_is_there_once_however_sessions_end() {
    let app = App::builder(Schema::Writes).start().await;
    written_once(&app).await;
}

/// Creates rows while sessions are ended, and compares what is there with what was answered.
pub(super) async fn written_once(app: &App) {
    app.post("/api/v1/authors", json!({ "email": "a@b.c" }))
        .await
        .expect(201);
    let db = app.db().await;
    db.execute_unprepared(
        r#"CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END $$;
           CREATE TRIGGER take_time BEFORE INSERT ON "Comment"
               FOR EACH ROW EXECUTE FUNCTION take_time();
           CREATE CONSTRAINT TRIGGER take_time_late AFTER INSERT ON "Comment"
               DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION take_time();
           CREATE TRIGGER take_time BEFORE INSERT ON "Folder"
               FOR EACH ROW EXECUTE FUNCTION take_time()"#,
    )
    .await
    .expect("triggers");
    let began = Instant::now();
    let killing = async {
        while began.elapsed() < Duration::from_secs(4) {
            tokio::time::sleep(Duration::from_millis(70)).await;
            end_sessions(&db).await;
        }
    };
    let writing = join_all((0..12).map(|writer| async move {
        let mut answered = Vec::new();
        let mut n = 0;
        while began.elapsed() < Duration::from_secs(4) {
            n += 1;
            let name = format!("{writer}-{n}");
            let post = json!({
                "title": name,
                "author": { "connect": { "email": "a@b.c" } },
                "comments": { "create": [{ "text": "a" }, { "text": "b" }] },
            });
            let (table, request) = match n % 4 {
                0 => ("Post", app.request("POST", "/api/v1/posts").json(post)),
                1 => {
                    let path = "/api/v1/posts?select=id,comments(text)";
                    ("Post", app.request("POST", path).json(post))
                }
                2 => {
                    let body = json!({ "name": name });
                    ("Folder", app.request("POST", "/api/v1/folders").json(body))
                }
                _ => {
                    let body = json!({ "name": name });
                    ("Folder", app.request("POST", "/rest/v1/Folder").json(body))
                }
            };
            let answer = request.send().await;
            answered.push((table, name, answer));
        }
        answered
    }));
    let ((), answered) = futures_util::join!(killing, writing);
    let (mut broken, mut created) = (0, 0);
    for (table, name, answer) in answered.into_iter().flatten() {
        let column = if table == "Post" { "title" } else { "name" };
        let sql = format!(r#"SELECT count(*) FROM "{table}" WHERE "{column}" = '{name}'"#);
        let found = count(&db, &sql).await;
        let expected = match answer.status.as_u16() {
            201 => 1..=1,
            503 => 0..=0,
            504 => 0..=1,
            _ => panic!("{answer}"),
        };
        created += u32::from(answer.status == 201);
        broken += u32::from(answer.status != 201);
        assert!(expected.contains(&found), "{found} rows: {answer}");
    }
    assert!(
        created > 20 && broken > 5,
        "{created} created, {broken} not"
    );
    let began = Instant::now();
    while app.get("/api/v1/folders").await.status != 200 {
        assert!(began.elapsed() < PATIENCE, "it recovers");
    }
}
