//! Reads by key that are put together answer as each would by itself.

use futures_util::future::join_all;
use serde_json::json;

use super::all_at_once;
use crate::support::{App, Options, Schema, encoded};

async fn app() -> App {
    let app = App::builder(Schema::Load).start().await;
    // Statements go alone until they have proven quick.
    for resource in ["items", "numbereds", "markeds", "caselesses", "paddeds"] {
        app.get(&format!("/api/v1/{resource}?limit=1"))
            .await
            .expect(200);
    }
    app
}

#[tokio::test]
async fn everyone_gets_the_row_of_his_own_key_and_404_where_there_is_none() {
    let app = app().await;
    let mut expected: Vec<(String, Option<String>)> = (0..200)
        .map(|n| {
            // Beyond 3000 there are none.
            let n = n * 20;
            let name = (1..=3000).contains(&n).then(|| format!("Item {n}"));
            (format!("/api/v1/items/item{n}"), name)
        })
        .collect();
    let odd = [
        ("a,b", "comma"),
        ("{braces}", "braces"),
        ("quo\"te", "quote"),
        ("back\\slash", "backslash"),
        ("NULL", "the word"),
        (" blank ", "blanks"),
        ("ünïcødé", "not ASCII"),
    ];
    expected.extend(odd.map(|(key, name)| {
        let key = encoded(key);
        (format!("/api/v1/items/{key}"), Some(name.to_owned()))
    }));
    expected.extend((-60..60).map(|n| {
        let name = (-50..=50).contains(&n).then(|| format!("Number {n}"));
        (format!("/api/v1/numbereds/{n}"), name)
    }));
    expected.extend((0..120u32).map(|n| {
        let name = (n < 100).then(|| format!("Mark {n}"));
        let id = uuid::Uuid::from_u128(n.into());
        (format!("/api/v1/markeds/{}", id.simple()), name)
    }));
    for _ in 0..5 {
        let answers = all_at_once(&app, expected.iter().map(|(path, _)| path.clone())).await;
        for (answer, (_, name)) in answers.into_iter().zip(&expected) {
            match name {
                Some(name) => assert_eq!(answer.expect(200)["name"], *name),
                None => assert_eq!(answer.expect_problem(404).0, "row_not_found"),
            }
        }
    }
}

#[tokio::test]
async fn what_the_database_takes_for_the_same_key_is_found() {
    let app = app().await;
    let keys = (1..=50).flat_map(|n| {
        let spelled = [
            ("caselesses", format!("KEY{n}"), format!("Caseless {n}")),
            ("caselesses", format!("key{n}"), format!("Caseless {n}")),
            ("paddeds", format!("p{n}"), format!("Padded {n}")),
        ];
        spelled.map(|(resource, key, name)| (format!("/api/v1/{resource}/{key}"), name))
    });
    let expected: Vec<_> = keys.collect();
    for _ in 0..3 {
        let answers = all_at_once(&app, expected.iter().map(|(path, _)| path.clone())).await;
        for (answer, (_, name)) in answers.into_iter().zip(&expected) {
            assert_eq!(answer.expect(200)["name"], *name);
        }
    }
}

#[tokio::test]
async fn projections_are_not_mixed_up() {
    let app = app().await;
    let paths = (1..=100).flat_map(|n| {
        ["", "?select=name", "?select=version,id", "?select=version"]
            .map(|select| format!("/api/v1/items/item{n}{select}"))
    });
    let answers = all_at_once(&app, paths).await;
    for (position, answer) in answers.into_iter().enumerate() {
        let n = position / 4 + 1;
        let (id, name) = (format!("item{n}"), format!("Item {n}"));
        let expected = match position % 4 {
            0 => json!({ "id": id, "name": name, "version": 0 }),
            1 => json!({ "name": name }),
            2 => json!({ "version": 0, "id": id }),
            _ => json!({ "version": 0 }),
        };
        assert_eq!(answer.expect(200), expected);
    }
}

/// The point of not joining a statement that has been sent: what was acknowledged before a read
/// began is in the read.
#[tokio::test]
async fn a_read_sees_every_change_acknowledged_before_it() {
    let app = app().await;
    let writers = (1..=16).map(|writer| {
        let app = &app;
        async move {
            let path = format!("/api/v1/items/item{writer}");
            for version in 1..=30 {
                app.patch(&path, json!({ "version": version }))
                    .await
                    .expect(200);
                assert_eq!(app.get(&path).await.expect(200)["version"], version);
            }
        }
    });
    join_all(writers).await;
}

#[tokio::test]
async fn without_coalescing_the_answers_are_the_same() {
    let options = Options::default().set("DB_COALESCE", "false");
    let app = App::builder(Schema::Load).with(options).start().await;
    let paths = (1..=200).map(|n| format!("/api/v1/items/item{n}"));
    for (answer, n) in all_at_once(&app, paths).await.into_iter().zip(1..) {
        assert_eq!(answer.expect(200)["name"], format!("Item {n}"));
    }
}

#[tokio::test]
async fn those_who_leave_take_nobody_with_them() {
    let app = app().await;
    for round in 0..20 {
        let leaving = (1..=40).map(|n| {
            let request = app.request("GET", &format!("/api/v1/items/item{n}"));
            let sent = tokio::spawn(request.try_send());
            async move {
                tokio::time::sleep(std::time::Duration::from_micros(n * 30)).await;
                sent.abort();
            }
        });
        let staying = all_at_once(&app, (1..=40).map(|n| format!("/api/v1/items/item{n}")));
        let (_, answers) = tokio::join!(join_all(leaving), staying);
        for (answer, n) in answers.into_iter().zip(1..) {
            let name = format!("Item {n}");
            assert_eq!(answer.expect(200)["name"], name, "round {round}");
        }
    }
}
