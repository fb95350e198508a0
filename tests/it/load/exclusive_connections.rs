//! Who has a connection to himself has it alone, and leaves nothing behind on it.

use std::time::Duration;

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use crate::support::{App, Options, Schema, locks};

#[tokio::test]
async fn a_write_is_not_undone_with_the_transaction_of_another() {
    let options = Options::default()
        .set("DB_POOL_SIZE", "1")
        .set("ALLOW_DRY_RUN", "true");
    let app = App::builder(Schema::Load).with(options).start().await;
    let write = |item: &str, version: i32| {
        let request = app.request("PATCH", &format!("/api/v1/items/{item}"));
        request.json(json!({ "version": version })).send()
    };
    // Known to be quick: it may share a connection.
    for version in 1..=3 {
        write("item2", version).await.expect(200);
    }
    let db = app.db().await;
    let lock = db.begin().await.expect("a transaction");
    let locking = "SELECT FROM \"Item\" WHERE id = 'item1' FOR UPDATE";
    lock.execute_unprepared(locking).await.expect("locks");
    let dry = app
        .request("PATCH", "/api/v1/items/item1")
        .header("prefer", "tx=rollback")
        .json(json!({ "version": 77 }));
    let dry = tokio::spawn(dry.try_send());
    locks::waits_for_lock(&db).await;
    let other = app
        .request("PATCH", "/api/v1/items/item2")
        .json(json!({ "version": 55 }));
    let other = tokio::spawn(other.try_send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    lock.rollback().await.expect("unlocks");
    let dry = dry.await.expect("ends").expect("answers");
    assert_eq!(dry.expect(200)["version"], 77);
    let other = other.await.expect("ends").expect("answers");
    assert_eq!(other.expect(200)["version"], 55);
    let item = app.get("/api/v1/items/item2").await.expect(200);
    assert_eq!(item["version"], 55, "answered, and then undone");
}

/// Asking the server to cancel takes a connection, and may come late: to the next statement.
#[tokio::test]
async fn a_refused_statement_is_not_cancelled_as_well() {
    let (app, proxy) = App::builder(Schema::Load).start_behind_proxy().await;
    // Not a column of the table, so that the database is asked within a transaction.
    for _ in 0..3 {
        app.get("/rest/v1/Item?nothing=eq.1").await.expect(400);
    }
    let before = proxy.connections();
    for _ in 0..20 {
        app.get("/rest/v1/Item?nothing=eq.1").await.expect(400);
        app.get("/rest/v1/Item?id=eq.item1").await.expect(200);
    }
    let more = proxy.connections() - before;
    assert!(more < 10, "{more} more connections");
}

#[tokio::test]
async fn whoever_leaves_takes_nobody_along() {
    let options = Options::default().set("DB_POOL_SIZE", "6");
    let app = App::builder(Schema::Load).with(options).start().await;
    for _ in 0..20 {
        let leaving = tokio::spawn(app.request("GET", "/api/v1/slows").try_send());
        tokio::time::sleep(Duration::from_millis(30)).await;
        leaving.abort();
        // Each has a lane of its own, now and then the one that has just been left.
        for _ in 0..5 {
            let refused = (0..3).map(|_| app.request("GET", "/rest/v1/Item?nothing=eq.1").send());
            for answer in join_all(refused).await {
                answer.expect(400);
            }
        }
    }
}
