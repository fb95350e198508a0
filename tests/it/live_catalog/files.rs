//! `CATALOG=file`: a committed catalog is served, with drift as that of compiled entities.

use std::time::Instant;

use super::{TABLES, diagnosis};
use crate::{
    on_each_database,
    support::{App, Kind, Options, PATIENCE, database::TestDatabase},
};

on_each_database!(a_file_behind_the_database_is_served_as_entities_are);
async fn a_file_behind_the_database_is_served_as_entities_are(kind: Kind) {
    let database = TestDatabase::made_by(TABLES, kind, &["public"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("catalog.json");
    let text = serde_json::to_string(&database.snapshot).expect("serialises");
    std::fs::write(&path, text).expect("writes");
    let options = Options::default()
        .set("CATALOG", path.to_str().expect("a path"))
        .after(r#"ALTER TABLE "Note" ADD COLUMN "later" TEXT"#)
        .after(r#"ALTER TABLE "Tag" DROP COLUMN "name""#);
    let app = App::builder(database).with(options).start().await;
    app.get("/api/v1/notes").await.expect(200);
    app.get("/api/v1/notes?select=later").await.expect(400);
    assert_eq!(
        app.get("/api/v1/tags").await.expect_problem(503).0,
        "schema_drift"
    );
    let told = diagnosis(&app).await;
    assert_eq!(told["source"], path.to_str().expect("a path"));
    let started = Instant::now();
    loop {
        let health = app.get("/health").await.expect(200);
        if health["checks"]["drift"]["status"] == "harmful" {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{health}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
