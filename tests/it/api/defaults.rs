//! Values that Prisma Client fills in, and Refract in its place.

use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Schema},
};

#[track_caller]
fn assert_cuid(id: &str) {
    let (first, rest) = id.split_at(1);
    assert!(
        first == "c"
            && rest.len() == 24
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()),
        "{id}"
    );
}

on_each_database!(Schema::Sample, a_text_key_becomes_a_cuid);
async fn a_text_key_becomes_a_cuid(app: &App) {
    let mut ids = Vec::new();
    for number in 0..3 {
        let user = app
            .post(
                "/api/v1/users",
                json!({ "email": format!("cuid{number}@example.com") }),
            )
            .await
            .expect(201);
        ids.push(user["id"].as_str().expect("a text").to_owned());
    }
    ids.iter().for_each(|id| assert_cuid(id));
    ids.dedup();
    assert_eq!(ids.len(), 3);
    let rows = app
        .post(
            "/api/v1/organisations",
            json!([{ "name": "a" }, { "name": "b" }]),
        )
        .await
        .expect(201);
    assert_ne!(
        rows[0]["id"], rows[1]["id"],
        "each row of an array has its own"
    );
}

#[tokio::test]
async fn a_uuid_key_becomes_a_uuid() {
    let app = App::builder(Schema::Trouble).start().await;
    // By the database where it has a default, by Refract where it has none.
    let user = app
        .post("/api/v1/users", json!({ "name": "u" }))
        .await
        .expect(201);
    let document = json!({ "json": 1, "jsonb": 1, "bytes": "" });
    let document = app.post("/api/v1/documents", document).await.expect(201);
    let text = json!({ "text": "t", "varchar": "v", "varchar_5": "v" });
    let text = app.post("/api/v1/texts", text).await.expect(201);
    for row in [user, document, text] {
        let id = row["id"].as_str().expect("a text");
        let parsed = uuid::Uuid::try_parse(id).expect("a UUID");
        assert_eq!(parsed.get_version_num(), 4, "{id}");
        assert_eq!(parsed.hyphenated().to_string(), id);
    }
}

on_each_database!(Schema::Sample, a_value_given_wins_over_the_one_filled_in);
async fn a_value_given_wins_over_the_one_filled_in(app: &App) {
    let given = json!({
        "id": "mine", "email": "given@example.com", "name": null, "preferences": {},
        "createdAt": "2001-01-01T00:00:00.000Z", "updatedAt": "2002-02-02T00:00:00.000Z",
    });
    assert_eq!(
        app.post("/api/v1/users", given.clone()).await.expect(201),
        given
    );
    let patched = app
        .patch(
            "/api/v1/users/mine",
            json!({ "updatedAt": "2003-03-03T00:00:00.000Z" }),
        )
        .await
        .expect(200);
    assert_eq!(patched["updatedAt"], "2003-03-03T00:00:00.000Z");
}

on_each_database!(
    Schema::Sample,
    every_change_moves_updated_at_and_nothing_else_of_the_kind
);
async fn every_change_moves_updated_at_and_nothing_else_of_the_kind(app: &App) {
    let given = json!({ "id": "mine", "email": "moved@example.com", "createdAt": "2001-01-01T00:00:00Z", "updatedAt": "2001-01-01T00:00:00Z" });
    app.post("/api/v1/users", given).await.expect(201);
    let patched = app
        .patch("/api/v1/users/mine", json!({ "name": "n" }))
        .await
        .expect(200);
    assert_eq!(patched["createdAt"], "2001-01-01T00:00:00.000Z");
    let moved = patched["updatedAt"].as_str().expect("a moment").to_owned();
    assert!(moved.as_str() > "2024", "{moved}");
    assert_eq!(
        moved.len(),
        "2024-01-01T00:00:00.000Z".len(),
        "Prisma's moments end at milliseconds: {moved}"
    );

    app.patch(
        "/api/v1/users/mine",
        json!({ "updatedAt": "2001-01-01T00:00:00Z" }),
    )
    .await
    .expect(200);
    let empty = app.patch("/api/v1/users/mine", json!({})).await.expect(200);
    assert_eq!(
        empty["updatedAt"], "2001-01-01T00:00:00.000Z",
        "as in Prisma, an empty change is none: {empty}"
    );
}

on_each_database!(Schema::Sample, a_replacement_is_created_and_updated_now);
async fn a_replacement_is_created_and_updated_now(app: &App) {
    let given = json!({ "email": "replaced@example.com", "createdAt": "2001-01-01T00:00:00Z", "name": "n" });
    app.put("/api/v1/users/mine", given).await.expect(201);
    let replaced = app
        .put(
            "/api/v1/users/mine",
            json!({ "email": "replaced@example.com" }),
        )
        .await
        .expect(200);
    assert_eq!(replaced["name"], json!(null));
    assert_eq!(replaced["createdAt"], replaced["updatedAt"]);
    assert!(replaced["createdAt"].as_str().expect("a moment") > "2024");
}

on_each_database!(
    Schema::Trouble,
    every_column_of_the_kind_gets_the_same_moment
);
async fn every_column_of_the_kind_gets_the_same_moment(app: &App) {
    let row = app.post("/api/v1/timestamps", json!({})).await.expect(201);
    assert_cuid(row["id"].as_str().expect("a text"));
    for field in ["created_at", "updatedAt", "updated_at"] {
        assert_eq!(row[field], row["createdAt"], "{field}");
    }
    let moment = chrono::DateTime::parse_from_rfc3339(row["createdAt"].as_str().expect("a moment"))
        .expect("RFC 3339");
    let age = chrono::Utc::now().signed_duration_since(moment);
    assert!(
        (0..60).contains(&age.num_seconds()),
        "UTC, whatever the zone of the session: {age}"
    );
}

on_each_database!(Schema::Sample, defaults_of_the_database_stay_its_own);
async fn defaults_of_the_database_stay_its_own(app: &App) {
    let chat = app
        .post(
            "/api/v1/chat-sessions",
            json!({ "userId": "u", "title": "t" }),
        )
        .await
        .expect(201);
    assert_eq!(
        [&chat["status"], &chat["isActive"], &chat["metadata"]],
        [&json!("active"), &json!(true), &json!(null)]
    );
    let user = app
        .post("/api/v1/users", json!({ "email": "d@example.com" }))
        .await
        .expect(201);
    assert_eq!(user["preferences"], json!({}));
    let job = app
        .post(
            "/api/v1/generation-jobs",
            json!({ "prompt": "p", "user_id": user["id"] }),
        )
        .await
        .expect(201);
    assert_eq!(
        [&job["status"], &job["cost"]],
        [&json!("queued"), &json!("0")]
    );
    let item = app
        .post(
            "/api/v1/content-items",
            json!({ "title": "t", "contentType": "VIDEO" }),
        )
        .await
        .expect(201);
    assert_eq!(item["tags"], json!([]));
    let tags = app
        .post(
            "/api/v1/tags",
            json!([{ "name": "first of two" }, { "name": "second of two" }]),
        )
        .await
        .expect(201);
    assert_eq!(
        tags[1]["id"].as_i64(),
        tags[0]["id"].as_i64().map(|id| id + 1)
    );
}

#[tokio::test]
async fn identities_and_sequences_number_rows() {
    let app = App::builder(Schema::Trouble).start().await;
    let row = app
        .post("/api/v1/identity-by-defaults", json!({ "note": "Note" }))
        .await
        .expect(201);
    assert_eq!(
        [&row["id"], &row["ticket"], &row["small"], &row["slug"]],
        [&json!("1"), &json!(1000), &json!(1), &json!("note")]
    );
    assert_eq!(row["code"].as_str().expect("a text").len(), 8);
    let row = app
        .post(
            "/api/v1/identity-by-defaults",
            json!({ "id": "77", "ticket": 5 }),
        )
        .await
        .expect(201);
    assert_eq!([&row["id"], &row["ticket"]], [&json!("77"), &json!(5)]);
    let (_, fields) = app
        .post("/api/v1/identity-always", json!({ "id": 5 }))
        .await
        .expect_problem(422);
    assert_eq!(fields, [("id".to_owned(), "read_only".to_owned())]);
    assert_eq!(
        app.post("/api/v1/identity-always", json!({}))
            .await
            .expect(201)["id"],
        1
    );
}
