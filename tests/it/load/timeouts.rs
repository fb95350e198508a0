//! No wait is longer than the limits say, and what is slow slows itself only.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use super::all_at_once;
use crate::support::{App, Options, Schema, locks};

/// How soon requests that nothing is in the way of are answered while something is in that of others.
const SOON: Duration = Duration::from_secs(3);

/// Brings texts to be known as quick.
async fn warmed_up(app: &App) {
    for n in 1..=3 {
        for path in ["numbereds", "items/item1", "numbereds/1", "items?limit=3"] {
            app.get(&format!("/api/v1/{path}")).await.expect(200);
        }
        let path = format!("/api/v1/items/item{n}");
        app.patch(&path, json!({ "version": 1 })).await.expect(200);
    }
}

#[tokio::test]
async fn a_table_that_is_locked_holds_up_no_reads_or_writes_of_others() {
    for size in ["6", "20"] {
        let options = Options::default().set("DB_POOL_SIZE", size);
        let app = App::builder(Schema::Load).with(options).start().await;
        warmed_up(&app).await;
        let db = app.db().await;
        let lock = db.begin().await.expect("a transaction");
        lock.execute_unprepared(r#"LOCK TABLE "Numbered" IN ACCESS EXCLUSIVE MODE"#)
            .await
            .expect("locks");
        let held_up: Vec<_> = (-40..=40)
            .flat_map(|n| [format!("numbereds/{n}"), format!("numbereds?limit={n}")])
            .filter(|path| !path.contains("limit=-") && !path.ends_with("=0"))
            .map(|path| app.request("GET", &format!("/api/v1/{path}")))
            .map(|request| tokio::spawn(request.send()))
            .collect();
        locks::waits_for_lock(&db).await;
        // In the crowd that is there at once, and after it.
        for _ in 0..3 {
            let began = Instant::now();
            let reads = (1..=60).flat_map(|n| {
                [
                    format!("/api/v1/items/item{n}"),
                    format!("/api/v1/items?limit={n}"),
                ]
            });
            let writes = join_all((61..=90).map(|n| {
                let request = app.request("PATCH", &format!("/api/v1/items/item{n}"));
                request.json(json!({ "version": n })).send()
            }));
            let transactions = join_all((91..=100).map(|n| {
                let request = app.request("PATCH", &format!("/rest/v1/Item?id=eq.item{n}"));
                request.json(json!({ "version": n })).send()
            }));
            let (reads, writes, transactions) =
                futures_util::join!(all_at_once(&app, reads), writes, transactions);
            for answer in reads.into_iter().chain(writes) {
                answer.expect(200);
            }
            for answer in transactions {
                answer.expect(204);
            }
            assert!(began.elapsed() < SOON, "took {:?}", began.elapsed());
        }
        lock.rollback().await.expect("unlocks");
        for held_up in held_up {
            let answer = held_up.await.expect("no panic");
            // More than a pool holds of one table wait no longer than others would.
            assert!(matches!(answer.status.as_u16(), 200 | 503), "{answer}");
        }
        let back = (-40..=40).map(|n| format!("/api/v1/numbereds/{n}"));
        for answer in all_at_once(&app, back).await {
            answer.expect(200);
        }
    }
}

#[tokio::test]
async fn those_who_leave_a_table_that_is_locked_leave_nobody_behind_it() {
    let app = App::builder(Schema::Load).start().await;
    warmed_up(&app).await;
    let db = app.db().await;
    let lock = db.begin().await.expect("a transaction");
    lock.execute_unprepared(r#"LOCK TABLE "Numbered" IN ACCESS EXCLUSIVE MODE"#)
        .await
        .expect("locks");
    for _ in 0..5 {
        let leaving: Vec<_> = (1..=10)
            .map(|n| app.request("GET", &format!("/api/v1/numbereds/{n}")))
            .map(|request| tokio::spawn(request.try_send()))
            .collect();
        tokio::time::sleep(Duration::from_millis(30)).await;
        leaving.iter().for_each(|request| request.abort());
        let began = Instant::now();
        let reads = (1..=20).map(|n| format!("/api/v1/items/item{n}"));
        for answer in all_at_once(&app, reads).await {
            answer.expect(200);
        }
        assert!(began.elapsed() < SOON, "took {:?}", began.elapsed());
    }
    lock.rollback().await.expect("unlocks");
}

#[tokio::test]
async fn a_database_that_falls_silent_is_waited_for_once() {
    let options = Options::default().set("DB_TIMEOUT_SECS", "2");
    let (app, proxy) = App::builder(Schema::Load)
        .with(options)
        .start_behind_proxy()
        .await;
    warmed_up(&app).await;
    app.get("/rest/v1/Item?limit=1").await.expect(200);
    proxy.fall_silent();
    for _ in 0..2 {
        let ask = |method: &'static str, path: String| {
            let request = app.request(method, &path);
            let request = match method {
                "GET" => request,
                _ => request.json(json!({ "version": 5 })),
            };
            async {
                let began = Instant::now();
                let answer = request.send().await;
                let took = began.elapsed();
                assert!(took < Duration::from_secs(4), "{took:?}: {answer}");
                answer
            }
        };
        let reads = (1..=20).flat_map(|n| {
            [
                format!("/api/v1/items/item{n}"),
                format!("/api/v1/items?limit={n}"),
                format!("/api/v1/numbereds/{n}"),
                format!("/rest/v1/Item?id=eq.item{n}"),
            ]
        });
        let reads = join_all(reads.map(|path| ask("GET", path)));
        let writes = (1..=10).flat_map(|n| {
            [
                format!("/api/v1/items/item{n}"),
                format!("/rest/v1/Item?id=eq.item{n}"),
            ]
        });
        let writes = join_all(writes.map(|path| ask("PATCH", path)));
        let (reads, writes) = futures_util::join!(reads, writes);
        for answer in reads.into_iter().chain(writes) {
            assert!(matches!(answer.status.as_u16(), 503 | 504), "{answer}");
        }
    }
}

/// Where the server takes no more connections, those that are open have to do.
#[tokio::test]
async fn a_server_that_takes_few_connections_is_enough() {
    let role = "story_few_connections";
    let mut options = Options::default().set("DB_POOL_SIZE", "20");
    options = options.after(&format!(
        "DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD 'few' CONNECTION LIMIT 3;
         EXCEPTION WHEN duplicate_object THEN NULL; END $$;
         GRANT ALL ON ALL TABLES IN SCHEMA public TO {role};
         GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}"
    ));
    let app = App::builder(Schema::Writes)
        .with(options)
        .start_behind(async |url| {
            let mut url = url::Url::parse(url).expect("a URL");
            url.set_username(role).expect("a role");
            url.set_password(Some("few")).expect("a password");
            Some(url.into())
        });
    let app = app.await.expect("a server");
    for round in 0..3 {
        let created = join_all((0..40).flat_map(|n| {
            let name = format!("{round}-{n}");
            let nested = json!({ "title": name, "comments": { "create": [{ "text": name }] } });
            [
                ("/api/v1/tags", json!({ "name": name })),
                ("/api/v1/posts?select=id,comments(text)", nested),
                ("/rest/v1/Folder", json!({ "name": name })),
            ]
            .map(|(path, body)| app.request("POST", path).json(body).send())
        }));
        let reads = (0..40).map(|n| format!("/api/v1/tags/{n}"));
        let (created, reads) = futures_util::join!(created, all_at_once(&app, reads));
        for answer in created {
            answer.expect(201);
        }
        for answer in reads {
            assert!(matches!(answer.status.as_u16(), 200 | 404), "{answer}");
        }
    }
}
