//! Behind PgBouncer in transaction mode, every statement may run in another session.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};

use super::{
    all_at_once,
    unknown_outcomes::{count, written_once},
};
use crate::support::{App, PATIENCE, Schema, programs};

/// PgBouncer before a database, and the URL that leads through it. `None` where PgBouncer is missing:
/// the story is skipped then.
pub async fn pgbouncer(url: &str) -> Option<(Child, String)> {
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        free.local_addr().expect("an address").port()
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/pgbouncer");
    let mut process = Command::new(script)
        .args([url, &port.to_string()])
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("bash is there");
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        if let Some(status) = process.try_wait().expect("a child") {
            assert_eq!(
                status.code(),
                Some(programs::MISSING),
                "PgBouncer does not start"
            );
            programs::skip("PgBouncer is not installed");
            return None;
        }
        assert!(started.elapsed() < Duration::from_secs(120), "PgBouncer");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut through = url::Url::parse(url).expect("a URL");
    through.set_host(Some("127.0.0.1")).expect("a host");
    through.set_port(Some(port)).expect("a port");
    Some((process, through.into()))
}

#[tokio::test]
async fn statements_find_their_way_through_a_pooler() {
    for parameters in ["", "?pgbouncer=true"] {
        let mut pooler = None;
        let app = App::builder(Schema::Load).start_behind(async |url| {
            let (process, through) = pgbouncer(url).await?;
            pooler = Some(process);
            Some(format!("{through}{parameters}"))
        });
        let Some(app) = app.await else { return };
        for round in 0..5 {
            let reads = (1..=60).flat_map(|n| {
                [
                    format!("/api/v1/items/item{n}"),
                    format!("/api/v1/numbereds/{}", n - 30),
                    format!("/api/v1/items?limit={n}&order=name.desc"),
                ]
            });
            let writes = join_all((1..=20).map(|n| {
                let request = app.request("PATCH", &format!("/api/v1/items/item{n}"));
                request.json(json!({ "version": round })).send()
            }));
            let (reads, writes) = tokio::join!(all_at_once(&app, reads), writes);
            for (position, answer) in reads.into_iter().enumerate() {
                let n = position / 3 + 1;
                let body = answer.expect(200);
                match position % 3 {
                    0 => assert_eq!(body["id"], format!("item{n}")),
                    1 => assert_eq!(body["id"], n as i64 - 30),
                    _ => assert_eq!(body["data"].as_array().expect("rows").len(), n),
                }
            }
            for answer in writes {
                assert_eq!(answer.expect(200)["version"], round);
            }
        }
        drop(app);
        drop(pooler);
    }
}

#[tokio::test]
async fn what_breaks_behind_a_pooler_is_written_once() {
    for parameters in ["", "?pgbouncer=true"] {
        let mut pooler = None;
        let app = App::builder(Schema::Writes).start_behind(async |url| {
            let (process, through) = pgbouncer(url).await?;
            pooler = Some(process);
            Some(format!("{through}{parameters}"))
        });
        let Some(app) = app.await else { return };
        written_once(&app).await;
    }
}

#[tokio::test]
async fn whoever_leaves_has_his_statement_cancelled_behind_a_pooler_that_lives_on() {
    let mut pooler = None;
    let app = App::builder(Schema::Load).start_behind(async |url| {
        let (process, through) = pgbouncer(url).await?;
        pooler = Some(process);
        Some(through)
    });
    let Some(app) = app.await else { return };
    let db = app.db().await;
    let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                     AND state = 'active' AND wait_event = 'PgSleep'";
    for round in 0..12 {
        let leaving = tokio::spawn(app.request("GET", "/api/v1/slows").try_send());
        let began = Instant::now();
        while count(&db, sleeping).await == 0 {
            assert!(began.elapsed() < PATIENCE, "it begins");
        }
        leaving.abort();
        let began = Instant::now();
        while count(&db, sleeping).await > 0 {
            assert!(
                began.elapsed() < Duration::from_secs(2),
                "not cancelled in round {round}"
            );
        }
    }
    let mut pooler = pooler.expect("is there");
    assert_eq!(pooler.try_wait().expect("a child"), None, "PgBouncer died");
    app.get("/api/v1/items/item1").await.expect(200);
}
