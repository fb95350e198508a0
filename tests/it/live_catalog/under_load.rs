//! A migration while requests come.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;

use super::{TABLES, diagnosis, generation, live, soon};
use crate::{
    load::pgbouncer::pgbouncer,
    support::{Answer, App, Kind, Options, PATIENCE, database::TestDatabase},
};

/// The longest that a request for an untouched table may take. It takes a millisecond, on two cores
/// that also build, migrate and make the requests a hundred.
const QUICK: Duration = Duration::from_secs(1);

/// The steps of a migration, each a transaction of its own.
const STEPS: [&str; 8] = [
    r#"ALTER TABLE "Note" ADD COLUMN "later" TEXT"#,
    r#"ALTER TABLE "Note" DROP COLUMN "extra""#,
    r#"CREATE TABLE "Fresh" ("id" TEXT NOT NULL PRIMARY KEY)"#,
    r#"ALTER TABLE "Note" RENAME COLUMN "later" TO "late""#,
    r#"ALTER TABLE "Tag" RENAME TO "Label""#,
    r#"ALTER TABLE "Note" RENAME TO "Page""#,
    r#"ALTER TABLE "Page" RENAME TO "Note""#,
    r#"DROP TABLE "Label""#,
];

/// What a client sees while it asks again and again.
async fn ask(app: Arc<App>, stop: Arc<AtomicBool>, number: usize, created: Arc<AtomicUsize>) {
    let mut turn = 0;
    while !stop.load(Ordering::Relaxed) {
        turn += 1;
        let untouched = async |answer: &Answer, began: Instant| {
            assert_eq!(answer.status, 200, "{answer}");
            assert!(began.elapsed() < QUICK, "{:?}: {answer}", began.elapsed());
        };
        let began = Instant::now();
        untouched(&app.get("/api/v1/quiets").await, began).await;
        let began = Instant::now();
        untouched(&app.get("/rest/v1/Quiet?id=eq.q1").await, began).await;
        let began = Instant::now();
        let change = json!({ "name": format!("{number}.{turn}") });
        untouched(&app.patch("/api/v1/quiets/q1", change).await, began).await;

        for path in [
            "/api/v1/notes?limit=3",
            "/api/v1/notes/n1",
            "/api/v1/tags/t1",
            "/rest/v1/Note?limit=3",
            "/rest/v1/Tag?id=eq.t1",
        ] {
            let answer = app.get(path).await;
            let status = answer.status.as_u16();
            assert!(status == 200 || status == 404, "{path}: {answer}");
        }
        let note = json!({ "id": format!("{number}.{turn}"), "title": "x" });
        let answer = match turn % 2 {
            0 => app.post("/api/v1/notes", note).await,
            _ => app.post("/rest/v1/Note", note).await,
        };
        match answer.status.as_u16() {
            201 => drop(created.fetch_add(1, Ordering::Relaxed)),
            status => assert_eq!(status, 404, "{answer}"),
        }
    }
}

async fn migrate_under_load(app: App, clients: usize) {
    let app = Arc::new(app);
    let (stop, created) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let clients: Vec<_> = (0..clients)
        .map(|number| tokio::spawn(ask(app.clone(), stop.clone(), number, created.clone())))
        .collect();
    for step in STEPS {
        tokio::time::sleep(Duration::from_millis(150)).await;
        app.db_execute(step).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("a client sees no failure");
    }
    generation(&app, 2).await;
    // The last step but two has brought it back.
    soon(&app, "/api/v1/notes", Instant::now(), |it| it.status == 200).await;
    // Each request has been done once.
    let created = created.load(Ordering::Relaxed);
    assert!(created > 0);
    let notes = app.get("/api/v1/notes?count=exact&limit=1").await;
    assert_eq!(notes.expect(200)["total"], created + 1);
    app.get("/api/v1/freshes").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_sees_a_failure_on_postgres() {
    migrate_under_load(live(Kind::Postgres, Options::default()).await, 6).await;
}

/// Every statement may run in another session there. How soon the new catalog is served depends on the pooler.
#[tokio::test]
async fn a_migration_behind_a_pooler_is_followed() {
    for parameters in ["", "?pgbouncer=true"] {
        let database = TestDatabase::made_by(TABLES, Kind::Postgres, &["public"]).await;
        let options = Options::default().set("CATALOG", "live");
        let mut pooler = None;
        let app = App::builder(database).with(options);
        let app = app.start_behind(async |url| {
            let (process, through) = pgbouncer(url).await?;
            pooler = Some(process);
            Some(format!("{through}{parameters}"))
        });
        let Some(app) = app.await else { return };
        let until = async |path: &str, wanted: u16| {
            let began = Instant::now();
            loop {
                let answer = app.get(path).await;
                if answer.status == wanted {
                    return;
                }
                let told = diagnosis(&app).await;
                assert!(began.elapsed() < PATIENCE, "{path}: {answer}\n{told:#}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        for step in STEPS {
            app.get("/api/v1/notes").await;
            app.get("/rest/v1/Tag?id=eq.t1").await;
            app.db_execute(step).await;
            app.get("/api/v1/quiets/q1").await.expect(200);
        }
        until("/api/v1/notes?select=late", 200).await;
        until("/api/v1/notes?select=extra", 400).await;
        until("/api/v1/freshes", 200).await;
        until("/api/v1/tags", 404).await;
        let note = json!({ "id": "n2", "title": "second", "late": "x" });
        app.post("/api/v1/notes", note).await.expect(201);
        drop(app);
        drop(pooler);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_sees_a_failure_on_sqlite() {
    migrate_under_load(live(Kind::Sqlite, Options::default()).await, 2).await;
}
