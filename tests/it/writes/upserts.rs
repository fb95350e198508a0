//! `POST` with `onConflict`, and `PUT`.

use futures_util::future::join_all;
use reflect::snapshot::ClientDefault;
use serde_json::{Value, json};

use super::rows;
use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

on_each_database!(
    Schema::Writes,
    rows_are_created_or_updated_and_it_is_said_which
);
async fn rows_are_created_or_updated_and_it_is_said_which(app: &App) {
    let first = app
        .post(
            "/api/v1/authors?onConflict=email",
            json!({ "email": "a@b.c", "name": "A", "score": 1 }),
        )
        .await;
    let location = first.location();
    let first = first.expect(201);
    let second = app
        .post(
            "/api/v1/authors?onConflict=email",
            json!({ "email": "a@b.c", "name": "B" }),
        )
        .await;
    assert_eq!(second.header("location"), None);
    let second = second.expect(200);
    assert_eq!(
        (&second["id"], &second["name"], &second["score"]),
        (&first["id"], &json!("B"), &json!(1)),
        "what is not given stays"
    );
    assert_eq!(
        second["createdAt"], first["createdAt"],
        "what Prisma fills in goes into new rows only"
    );
    assert_ne!(second["updatedAt"], first["updatedAt"]);
    assert_eq!(app.get(&location).await.expect(200), second);
}

on_each_database!(what_is_made_on_update_only_is_made_for_rows_that_exist);
async fn what_is_made_on_update_only_is_made_for_rows_that_exist(kind: Kind) {
    let options = Options::default()
        .on_update("Author", "name", ClientDefault::Nanoid { length: 9 })
        .on_update(
            "Author",
            "managerId",
            ClientDefault::Literal { value: json!("m") },
        );
    let builder = App::builder(Schema::Writes).on(kind).with(options);
    let app = builder.start().await;
    let manager = json!({ "id": "m", "email": "m@b.c" });
    app.post("/api/v1/authors", manager).await.expect(201);
    let named = |row: &Value| row["name"].as_str().map(str::len);
    let both = |score: u32| json!([{ "email": "a@b.c", "score": score }, { "email": "b@b.c", "score": score }, { "email": "c@b.c", "name": "given" }]);
    let upsert = "/api/v1/authors?onConflict=email";
    let new = app.post(upsert, both(1)).await.expect(201)["data"].clone();
    assert_eq!(
        json!([
            new[0]["name"],
            new[1]["name"],
            new[2]["name"],
            new[0]["managerId"]
        ]),
        json!([null, null, "given", null])
    );
    let changed = app.post(upsert, both(2)).await.expect(200)["data"].clone();
    assert_eq!((named(&changed[0]), named(&changed[1])), (Some(9), Some(9)));
    assert_ne!(
        changed[0]["name"], changed[1]["name"],
        "each row has its own"
    );
    assert_eq!(
        json!([
            changed[2]["name"],
            changed[2]["managerId"],
            changed[0]["score"]
        ]),
        json!(["given", "m", 2])
    );

    // PUT replaces a row that exists, and makes one that does not.
    let made = app
        .put("/api/v1/authors/new", json!({ "email": "n@b.c" }))
        .await;
    assert_eq!(made.expect(201)["name"], Value::Null);
    let replaced = app
        .put("/api/v1/authors/new", json!({ "email": "n@b.c" }))
        .await;
    assert_eq!(named(&replaced.expect(200)), Some(9));
    let given = json!({ "email": "n@b.c", "name": null });
    let given = app.put("/api/v1/authors/new", given).await.expect(200);
    assert_eq!(
        json!([given["name"], given["managerId"]]),
        json!([null, "m"])
    );

    let rest = app.request("POST", "/rest/v1/Author?on_conflict=email");
    let rest = rest.header(
        "Prefer",
        "return=representation,resolution=merge-duplicates",
    );
    let body = json!([{ "email": "a@b.c", "score": 3 }, { "email": "d@b.c", "score": 3 }]);
    let rest = rest.json(body).send().await;
    let rest: Value = serde_json::from_str(&rest.text).expect("JSON");
    assert_eq!(
        (named(&rest[0]), named(&rest[1])),
        (Some(9), None),
        "{rest:#}"
    );
    assert_ne!(rest[0]["name"], changed[0]["name"]);
    assert_eq!(rest[0]["score"], 3);
}

on_each_database!(
    Schema::Writes,
    many_rows_answer_in_order_with_what_became_of_each
);
async fn many_rows_answer_in_order_with_what_became_of_each(app: &App) {
    app.post(
        "/api/v1/authors",
        json!([{ "email": "b@b.c", "name": "B", "score": 2 }, { "email": "d@b.c" }]),
    )
    .await
    .expect(201);
    let answer = app
        .post(
            "/api/v1/authors?onConflict=email",
            json!([
                { "email": "a@b.c", "name": "A" },
                { "email": "b@b.c", "score": 20 },
                { "email": "c@b.c" },
                { "email": "d@b.c", "name": "D" },
            ]),
        )
        .await
        .expect(201);
    assert_eq!(
        answer["outcomes"],
        json!(["created", "updated", "created", "updated"])
    );
    let fields = |row: &Value| json!([row["email"], row["name"], row["score"]]);
    let found: Vec<Value> = answer["data"]
        .as_array()
        .expect("rows")
        .iter()
        .map(fields)
        .collect();
    assert_eq!(
        json!(found),
        json!([
            ["a@b.c", "A", 7],
            ["b@b.c", "B", 20],
            ["c@b.c", null, 7],
            ["d@b.c", "D", 7]
        ])
    );
    let again = app
        .post(
            "/api/v1/authors?onConflict=email",
            json!([{ "email": "a@b.c" }]),
        )
        .await
        .expect(200);
    assert_eq!(again["outcomes"], json!(["updated"]));
    assert_eq!(
        app.post("/api/v1/authors?onConflict=email", json!([]))
            .await
            .expect(200),
        json!({ "data": [], "outcomes": [] })
    );
}

on_each_database!(Schema::Writes, duplicates_may_be_ignored);
async fn duplicates_may_be_ignored(app: &App) {
    app.post("/api/v1/tags", json!([{ "name": "b" }]))
        .await
        .expect(201);
    let ignore = |body: Value| {
        app.request("POST", "/api/v1/tags?onConflict=name")
            .header("prefer", "resolution=ignore-duplicates")
            .json(body)
            .send()
    };
    let answer = ignore(json!([{ "name": "a" }, { "name": "b" }, { "name": "c" }])).await;
    assert_eq!(
        answer.header("preference-applied"),
        Some("resolution=ignore-duplicates")
    );
    let answer = answer.expect(201);
    assert_eq!(answer["outcomes"], json!(["created", "ignored", "created"]));
    assert_eq!(
        (&answer["data"][1], &answer["data"][2]["name"]),
        (&json!(null), &json!("c"))
    );
    assert_eq!(
        ignore(json!({ "name": "a" })).await.expect(200),
        json!(null)
    );
    assert_eq!(rows(app, "/api/v1/tags").await.len(), 3);
}

on_each_database!(Schema::Writes, any_key_may_tell_conflicts_and_nothing_else);
async fn any_key_may_tell_conflicts_and_nothing_else(app: &App) {
    app.post(
        "/api/v1/seats",
        json!({ "hall": "A", "number": 1, "ticket": "t" }),
    )
    .await
    .expect(201);
    let merge = |target: &str, body: Value| {
        app.request("POST", &format!("/api/v1/seats?onConflict={target}"))
            .json(body)
            .send()
    };
    let moved = merge(
        "ticket,hall",
        json!({ "hall": "A", "number": 2, "ticket": "t" }),
    )
    .await
    .expect(200);
    assert_eq!(moved["number"], 2, "the row's own key moves with it");
    merge(
        "hall,number",
        json!({ "hall": "A", "number": 2, "taken": 5 }),
    )
    .await
    .expect(200);
    // Without a name, the row's own key.
    let request = app
        .request("POST", "/api/v1/seats")
        .header("prefer", "resolution=merge-duplicates");
    request
        .json(json!({ "hall": "A", "number": 2, "taken": 6 }))
        .send()
        .await
        .expect(200);
    for target in ["taken", "hall", "hall,number,ticket", "nothing", ""] {
        let answer = merge(target, json!({ "hall": "A", "number": 3 })).await;
        answer.assert_status(400);
    }
    merge("hall,number&onConflict=hall,number", json!({}))
        .await
        .expect_problem(400);
    app.post("/api/v1/seats?onconflict=hall", json!({}))
        .await
        .expect_problem(400);
    assert_eq!(rows(app, "/api/v1/seats").await.len(), 1);
}

on_each_database!(Schema::Writes, a_key_given_twice_is_named);
async fn a_key_given_twice_is_named(app: &App) {
    let (_, fields) = app
        .post(
            "/api/v1/tags?onConflict=name",
            json!([{ "name": "a" }, { "name": "b" }, { "name": "a" }]),
        )
        .await
        .expect_problem(422);
    assert_eq!(fields, [("2.name".to_owned(), "duplicate".to_owned())]);
}

on_each_database!(Schema::Writes, null_is_in_nobodys_way);
async fn null_is_in_nobodys_way(app: &App) {
    let rows = json!([{ "hall": "A", "number": 1, "ticket": null }, { "hall": "A", "number": 2, "ticket": null }]);
    let answer = app
        .post("/api/v1/seats?onConflict=hall,ticket", rows)
        .await
        .expect(201);
    assert_eq!(answer["outcomes"], json!(["created", "created"]));
}

on_each_database!(Schema::Writes, of_many_upserts_of_one_key_one_creates);
async fn of_many_upserts_of_one_key_one_creates(app: &App) {
    let upserts = (0..40).map(|n| {
        app.post(
            "/api/v1/authors?onConflict=email",
            json!({ "email": "one@b.c", "score": n }),
        )
    });
    let answers = join_all(upserts).await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1
    );
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 200).count(),
        39
    );
    assert_eq!(rows(app, "/api/v1/authors").await.len(), 1);
}

on_each_database!(Schema::Writes, rows_in_partitions_are_upserted_too);
async fn rows_in_partitions_are_upserted_too(app: &App) {
    let answer = app
        .post(
            "/api/v1/readings?onConflict=day,sensor",
            json!([
                { "day": 1, "sensor": "s", "value": 1 }, { "day": 150, "sensor": "s", "value": 2 },
            ]),
        )
        .await
        .expect(201);
    assert_eq!(answer["outcomes"], json!(["created", "created"]));
    let answer = app
        .post(
            "/api/v1/readings?onConflict=day,sensor",
            json!([
                { "day": 150, "sensor": "s", "value": 3 }, { "day": 2, "sensor": "s", "value": 4 },
            ]),
        )
        .await
        .expect(201);
    assert_eq!(answer["outcomes"], json!(["updated", "created"]));
    app.put("/api/v1/readings/150,s", json!({ "value": 5 }))
        .await
        .expect(200);
    app.put("/api/v1/readings/151,s", json!({ "value": 6 }))
        .await
        .expect(201);
}

on_each_database!(Schema::Writes, counters_do_not_lose_a_put);
async fn counters_do_not_lose_a_put(app: &App) {
    let puts = (0..30).map(|n| app.put("/api/v1/seats/A,1", json!({ "taken": n })));
    let answers = join_all(puts).await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1,
        "one of them created the row"
    );
    let last = app.get("/api/v1/seats/A,1").await.expect(200);
    assert!(answers.iter().any(|answer| answer.json() == last));
}

// As on databases that are PostgreSQL's kin and have no `xmax`.
#[tokio::test]
async fn a_table_without_system_columns_is_upserted_too() {
    let partitioned = r#"
        DROP TABLE "Seat";
        CREATE TABLE "Seat" ("hall" TEXT NOT NULL, "number" INTEGER NOT NULL, "ticket" TEXT, "taken" INTEGER NOT NULL DEFAULT 0,
            CONSTRAINT "Seat_pkey" PRIMARY KEY ("hall", "number")) PARTITION BY HASH ("hall");
        CREATE UNIQUE INDEX "Seat_hall_ticket_key" ON "Seat" ("hall", "ticket");
        CREATE TABLE "Seat_all" PARTITION OF "Seat" FOR VALUES WITH (MODULUS 1, REMAINDER 0)"#;
    let seats = json!([{ "hall": "A", "number": 2 }, { "hall": "A", "number": 1, "taken": 2 }]);
    let batch = json!({ "operations": [{ "method": "POST", "path": "/seats?onConflict=hall,number", "body": seats }] });
    // Whichever write is the first to find out.
    for first in 0..3 {
        let options = Options::default().after(partitioned);
        let app = App::builder(Schema::Writes).with(options).start().await;
        let mut writes = [
            ("POST", "/api/v1/batch", batch.clone()),
            (
                "POST",
                "/api/v1/seats?onConflict=hall,number",
                seats.clone(),
            ),
            ("PUT", "/api/v1/seats/A,1", json!({ "taken": 3 })),
        ];
        writes.rotate_left(first);
        for (method, path, body) in writes {
            let answer = app.request(method, path).json(body).send().await;
            assert!(answer.status.is_success(), "{answer}");
        }
        let answer = app
            .post("/api/v1/seats?onConflict=hall,number", seats.clone())
            .await
            .expect(200);
        assert_eq!(answer["outcomes"], json!(["updated", "updated"]));
        assert_eq!(rows(&app, "/api/v1/seats").await.len(), 2);
    }
}

on_each_database!(Schema::Writes, related_rows_are_not_written_by_upserts);
async fn related_rows_are_not_written_by_upserts(app: &App) {
    let body = json!({ "title": "t", "author": { "create": { "email": "a@b.c" } } });
    let answer = app.post("/api/v1/posts?onConflict=id", body).await;
    let text = answer.text.clone();
    let (_, fields) = answer.expect_problem(422);
    assert_eq!(fields, [("author".to_owned(), "unknown_field".to_owned())]);
    assert!(text.contains("is a relation"), "{text}");
    assert!(rows(app, "/api/v1/authors").await.is_empty());
}
