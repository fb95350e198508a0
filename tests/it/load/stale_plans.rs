//! Prepared statements that the server forgets, or that a migration makes untrue.

use sea_orm::ConnectionTrait;

use super::all_at_once;
use crate::support::{App, Schema};

#[tokio::test]
async fn a_migration_under_load_reaches_no_client() {
    let app = App::builder(Schema::Load).start().await;
    let db = app.db().await;
    let migrations = [
        r#"ALTER TABLE "Item" ADD COLUMN "extra" TEXT DEFAULT 'x'"#,
        r#"ALTER TABLE "Item" ALTER COLUMN "name" TYPE VARCHAR(100)"#,
        r#"ALTER TABLE "Item" DROP COLUMN "extra""#,
        r#"ALTER TABLE "Item" ALTER COLUMN "version" DROP NOT NULL"#,
        r#"ALTER TABLE "Item" ALTER COLUMN "version" SET NOT NULL"#,
        r#"ALTER TABLE "Item" ALTER COLUMN "name" TYPE TEXT"#,
    ];
    let paths = || {
        (1..=60).map(|n| match n % 3 {
            0 => "/api/v1/items?limit=5".to_owned(),
            _ => format!("/api/v1/items/item{n}?select=id,name"),
        })
    };
    for answer in all_at_once(&app, paths()).await {
        answer.expect(200);
    }
    for sql in migrations {
        let migrating = async { db.execute_unprepared(sql).await.expect("migrates") };
        let (_, during) = tokio::join!(migrating, all_at_once(&app, paths()));
        let after = all_at_once(&app, paths()).await;
        for answer in during.into_iter().chain(after) {
            answer.expect(200);
        }
    }
}

#[tokio::test]
async fn a_session_that_forgets_its_statements_prepares_them_anew() {
    let app = App::builder(Schema::Load).start().await;
    let paths = || (1..=40).map(|n| format!("/api/v1/items/item{n}"));
    for _ in 0..10 {
        for answer in all_at_once(&app, paths()).await {
            answer.expect(200);
        }
        let forgetful = (0..8).map(|_| "/api/v1/forgetfuls".to_owned());
        for answer in all_at_once(&app, forgetful).await {
            answer.expect(200);
        }
        app.get("/api/v1/items?limit=3").await.expect(200);
    }
}
