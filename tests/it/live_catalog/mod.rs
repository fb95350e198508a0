//! `CATALOG=live`: the catalog follows the schema of the database while requests come.

mod changes;
mod files;
mod prisma_names;
mod under_load;

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Answer, App, Kind, Options, PATIENCE, database::TestDatabase};

/// How soon a change of the schema is served: what is promised.
const SOON: Duration = Duration::from_secs(2);

/// Tables for migrations to change. Both databases understand them.
const TABLES: &str = r#"
    CREATE TABLE "Note" ("id" TEXT NOT NULL PRIMARY KEY, "title" TEXT NOT NULL, "extra" TEXT);
    CREATE TABLE "Tag" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);
    CREATE TABLE "Quiet" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);
    INSERT INTO "Note" VALUES ('n1', 'first', 'more');
    INSERT INTO "Tag" VALUES ('t1', 'red');
    INSERT INTO "Quiet" VALUES ('q1', 'still');
"#;

async fn live(kind: Kind, options: Options) -> App {
    let database = TestDatabase::made_by(TABLES, kind, &["public"]).await;
    let options = options.set("CATALOG", "live");
    App::builder(database).with(options).start().await
}

/// Asks until the answer is as wanted, which it has to be soon after `since`.
async fn soon(
    app: &App,
    path: &str,
    since: Instant,
    is_wanted: impl Fn(&Answer) -> bool,
) -> Answer {
    loop {
        let answer = app.get(path).await;
        if is_wanted(&answer) {
            return answer;
        }
        assert!(since.elapsed() < SOON, "not yet: {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn diagnosis(app: &App) -> Value {
    let answer = app.get("/api/v1/private/diagnostics/schema").await;
    answer.expect(200)["catalog"].clone()
}

/// Waits until a generation is served.
async fn generation(app: &App, wanted: u64) -> Value {
    let started = Instant::now();
    loop {
        app.get("/api/v1/quiets").await.expect(200);
        let found = diagnosis(app).await;
        if found["generation"].as_u64() >= Some(wanted) {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "still {found}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
