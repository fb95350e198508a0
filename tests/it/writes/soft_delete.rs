//! Rows that are marked instead of deleted, as refract.toml says.

use serde_json::json;

use super::{path, rows};
use crate::on_each_database;
use crate::support::{App, Kind, Options, Schema};

async fn app(kind: Kind) -> App {
    let options = Options::default()
        .soft_delete("Note", "deletedAt", true)
        .soft_delete("Folder", "isDeleted", false);
    App::builder(Schema::Writes)
        .on(kind)
        .with(options)
        .start()
        .await
}

on_each_database!(a_deleted_row_is_marked_and_left_out_unless_asked_for);
async fn a_deleted_row_is_marked_and_left_out_unless_asked_for(kind: Kind) {
    let app = app(kind).await;
    for (resource, field) in [("notes", "deletedAt"), ("folders", "isDeleted")] {
        let body = |name: &str| match resource {
            "notes" => json!({ "slug": name }),
            _ => json!({ "name": name }),
        };
        let gone = app
            .post(&format!("/api/v1/{resource}"), body("gone"))
            .await
            .expect(201);
        app.post(&format!("/api/v1/{resource}"), body("stays"))
            .await
            .expect(201);
        let row = path(resource, &gone);
        app.delete(&row).await.expect(204);
        app.delete(&row).await.expect_problem(404);
        app.get(&row).await.expect_problem(404);
        app.patch(&row, json!({})).await.expect_problem(404);
        assert_eq!(rows(&app, &format!("/api/v1/{resource}")).await.len(), 1);
        assert_eq!(
            rows(&app, &format!("/api/v1/{resource}?deleted=include"))
                .await
                .len(),
            2
        );
        let only = rows(&app, &format!("/api/v1/{resource}?deleted=only")).await;
        assert_eq!((only.len(), &only[0]["id"]), (1, &gone["id"]));
        assert_ne!(only[0][field], gone[field]);
        // Brought back.
        app.patch(
            &format!("{row}?deleted=include"),
            json!({ field: gone[field] }),
        )
        .await
        .expect(200);
        assert_eq!(app.get(&row).await.expect(200), gone);
        assert_eq!(
            app.delete(&format!("/api/v1/{resource}?id=gt.0"))
                .await
                .expect(200)["count"],
            2
        );
        assert!(rows(&app, &format!("/api/v1/{resource}")).await.is_empty());
        app.get(&format!("/api/v1/{resource}?deleted=maybe"))
            .await
            .expect_problem(400);
    }
}

on_each_database!(rows_are_deleted_for_good_only_where_that_is_allowed);
async fn rows_are_deleted_for_good_only_where_that_is_allowed(kind: Kind) {
    let app = app(kind).await;
    let note = app
        .post("/api/v1/notes", json!({ "slug": "s" }))
        .await
        .expect(201);
    app.delete(&format!("{}?hard=true", path("notes", &note)))
        .await
        .expect(204);
    assert!(rows(&app, "/api/v1/notes?deleted=include").await.is_empty());
    let folder = app
        .post("/api/v1/folders", json!({ "name": "f" }))
        .await
        .expect(201);
    app.delete(&format!("{}?hard=true", path("folders", &folder)))
        .await
        .expect_problem(400);
    app.get("/api/v1/tags?deleted=only")
        .await
        .expect_problem(400);
}

on_each_database!(a_hard_delete_is_about_the_rows_that_deleted_names);
async fn a_hard_delete_is_about_the_rows_that_deleted_names(kind: Kind) {
    let app = app(kind).await;
    // What is left of a live row and of a marked one. A batch answers as the request itself.
    for (parameter, left) in [
        ("", &[][..]),
        ("&deleted=include", &[][..]),
        ("&deleted=exclude", &["marked"][..]),
        ("&deleted=only", &["live"][..]),
    ] {
        for in_batch in [false, true] {
            for by_key in [false, true] {
                let live = app.post("/api/v1/notes", json!({ "slug": "live" })).await;
                let marked = app.post("/api/v1/notes", json!({ "slug": "marked" })).await;
                let (live, marked) = (live.expect(201), marked.expect(201));
                app.delete(&path("notes", &marked)).await.expect(204);
                let targets = if by_key {
                    vec![path("notes", &live), path("notes", &marked)]
                } else {
                    vec!["/api/v1/notes".to_owned()]
                };
                for target in targets {
                    let filter = if by_key { "" } else { "&text=eq." };
                    let request = format!("{target}?hard=true{parameter}{filter}");
                    if in_batch {
                        let operation = json!({ "method": "DELETE", "path": request });
                        app.post("/api/v1/batch", json!({ "operations": [operation] }))
                            .await;
                    } else {
                        app.delete(&request).await;
                    }
                }
                let rows = rows(&app, "/api/v1/notes?deleted=include").await;
                let slugs: Vec<&str> = rows.iter().filter_map(|row| row["slug"].as_str()).collect();
                assert_eq!(slugs, left, "{parameter}, {in_batch}, {by_key}");
                app.delete("/api/v1/notes?hard=true&id=gt.0").await;
            }
        }
    }
}

on_each_database!(deleted_only_leaves_live_rows_as_they_are);
async fn deleted_only_leaves_live_rows_as_they_are(kind: Kind) {
    let app = app(kind).await;
    let live = app.post("/api/v1/notes", json!({ "slug": "live" })).await;
    let marked = app.post("/api/v1/notes", json!({ "slug": "marked" })).await;
    let (live, marked) = (live.expect(201), marked.expect(201));
    let (live_row, marked_row) = (path("notes", &live), path("notes", &marked));
    app.delete(&marked_row).await.expect(204);
    let only = |row: &str| format!("{row}?deleted=only");
    app.delete(&format!("{live_row}?deleted=only&hard=true"))
        .await
        .expect_problem(404);
    app.delete(&only(&live_row)).await.expect_problem(404);
    app.patch(&only(&live_row), json!({ "text": "new" }))
        .await
        .expect_problem(404);
    app.patch(
        &only(&live_row),
        json!({ "folder": { "create": { "name": "f" } } }),
    )
    .await
    .expect_problem(404);
    for row in [&live_row, &marked_row] {
        let put = app.put(&only(row), json!({ "slug": "put" })).await;
        put.expect_problem(400);
    }
    let changed = app
        .patch("/api/v1/notes?id=gt.0&deleted=only", json!({ "text": "t" }))
        .await;
    assert_eq!(changed.expect(200)["count"], 1);
    assert_eq!(app.get(&live_row).await.expect(200), live);
    // A marked row is deleted for good under a condition, too.
    let delete = |tag: &str| {
        app.request("DELETE", &format!("{marked_row}?hard=true"))
            .header("if-match", tag)
            .send()
    };
    delete("\"other\"").await.expect_problem(412);
    delete("*").await.expect(204);
    let rows = rows(&app, "/api/v1/notes?deleted=include").await;
    assert_eq!(rows, [live]);
}

on_each_database!(a_nested_patch_finds_a_marked_row_if_it_is_asked_for);
async fn a_nested_patch_finds_a_marked_row_if_it_is_asked_for(kind: Kind) {
    let app = app(kind).await;
    let note = app.post("/api/v1/notes", json!({ "slug": "s" })).await;
    let row = path("notes", &note.expect(201));
    app.delete(&row).await.expect(204);
    let body = json!({ "deletedAt": null, "folder": { "create": { "name": "f" } } });
    app.patch(&row, body.clone()).await.expect_problem(404);
    assert!(rows(&app, "/api/v1/folders").await.is_empty());
    let select = "select=slug,deletedAt,folder(name)";
    let changed = app
        .patch(&format!("{row}?deleted=include&{select}"), body)
        .await;
    let expected = json!({ "slug": "s", "deletedAt": null, "folder": { "name": "f" } });
    assert_eq!(changed.expect(200), expected);
    let read = app.get(&format!("{row}?{select}")).await;
    assert_eq!(read.expect(200), expected);
    // The related rows of the body are still those that are not marked.
    let folder = &rows(&app, "/api/v1/folders").await[0];
    let folder = path("folders", folder);
    app.delete(&row).await.expect(204);
    app.patch(
        &format!("{folder}?deleted=include"),
        json!({ "notes": { "update": { "where": { "slug": "s" }, "data": { "text": "t" } } } }),
    )
    .await
    .expect_problem(409);
}

on_each_database!(relations_leave_marked_rows_out);
async fn relations_leave_marked_rows_out(kind: Kind) {
    let app = app(kind).await;
    let folder = app
        .post(
            "/api/v1/folders",
            json!({ "name": "f", "notes": { "create": [{ "slug": "a" }, { "slug": "b" }] } }),
        )
        .await
        .expect(201);
    let notes = rows(&app, "/api/v1/notes").await;
    app.delete(&path("notes", &notes[0])).await.expect(204);
    let folder = path("folders", &folder);
    let embedded = app
        .get(&format!("{folder}?select=notes(slug)"))
        .await
        .expect(200);
    assert_eq!(embedded["notes"], json!([{ "slug": "b" }]));
    assert_eq!(rows(&app, &format!("{folder}/notes")).await.len(), 1);
    app.patch(&folder, json!({ "notes": { "connect": { "slug": "a" } } }))
        .await
        .expect_problem(409);
    app.patch(&folder, json!({ "notes": { "delete": { "slug": "b" } } }))
        .await
        .expect(200);
    assert_eq!(rows(&app, "/api/v1/notes?deleted=only").await.len(), 2);
}

on_each_database!(a_row_that_is_in_the_way_unseen_is_explained);
async fn a_row_that_is_in_the_way_unseen_is_explained(kind: Kind) {
    let app = app(kind).await;
    let marked = app
        .post("/api/v1/notes", json!({ "slug": "gone", "text": "old" }))
        .await
        .expect(201);
    app.delete(&path("notes", &marked)).await.expect(204);
    let there = app
        .post(
            "/api/v1/notes",
            json!([{ "slug": "here" }, { "slug": "there" }]),
        )
        .await
        .expect(201);
    let there = path("notes", &there[1]);
    let batch = json!({ "operations": [
        { "method": "POST", "path": "/notes", "body": { "slug": "new" } },
        { "method": "POST", "path": "/notes", "body": { "slug": "gone" } },
    ] });
    let merge = |body| {
        app.request("POST", "/api/v1/notes?onConflict=slug")
            .json(body)
    };
    let folder = |notes| {
        app.request("POST", "/api/v1/folders")
            .json(json!({ "name": "f", "notes": notes }))
    };
    for (request, field) in [
        (
            app.request("POST", "/api/v1/notes")
                .json(json!({ "slug": "gone" })),
            "slug",
        ),
        (
            app.request("POST", "/api/v1/notes")
                .json(json!([{ "slug": "new" }, { "slug": "gone" }])),
            "slug",
        ),
        (
            app.request("PATCH", &there).json(json!({ "slug": "gone" })),
            "slug",
        ),
        (
            app.request("PATCH", "/api/v1/notes?slug=eq.there")
                .json(json!({ "slug": "gone" })),
            "slug",
        ),
        (
            app.request("POST", "/api/v1/batch").json(batch),
            "operations.1.body.slug",
        ),
        // It would be changed, and still not be seen.
        (merge(json!({ "slug": "gone", "text": "new" })), "slug"),
        (
            merge(json!([{ "slug": "new" }, { "slug": "gone" }, { "slug": "here" }])),
            "slug",
        ),
        (
            folder(json!({ "create": { "slug": "gone" } })),
            "notes.create.slug",
        ),
        (
            folder(
                json!({ "connectOrCreate": { "where": { "slug": "gone" }, "create": { "slug": "gone" } } }),
            ),
            "notes.connectOrCreate.create.slug",
        ),
    ] {
        let answer = request.send().await;
        let body = answer.json();
        assert!(
            body["detail"].as_str().is_some_and(
                |text| text.contains("marked as deleted") && text.contains("deleted=include")
            ),
            "{answer}"
        );
        let (code, fields) = answer.expect_problem(409);
        assert_eq!(
            (code.as_str(), fields[0].0.as_str()),
            ("unique_violation", field)
        );
    }
    // One that can be seen is only there.
    let answer = app.post("/api/v1/notes", json!({ "slug": "here" })).await;
    assert!(!answer.text.contains("marked"), "{answer}");
    answer.expect_problem(409);
    let all = rows(&app, "/api/v1/notes?deleted=include").await;
    assert_eq!(all.len(), 3);
    assert_eq!(all[0]["text"], "old");
    assert!(rows(&app, "/api/v1/folders").await.is_empty());
    // To leave what is in the way as it is was what the caller asked for.
    let ignore = app
        .request("POST", "/api/v1/notes?onConflict=slug")
        .header("prefer", "resolution=ignore-duplicates");
    let answer = ignore.json(json!([{ "slug": "gone" }])).send().await;
    assert_eq!(answer.expect(200)["outcomes"], json!(["ignored"]));
}

on_each_database!(a_row_that_is_put_in_the_place_of_a_marked_one_is_there_again);
async fn a_row_that_is_put_in_the_place_of_a_marked_one_is_there_again(kind: Kind) {
    let app = app(kind).await;
    let note = app
        .post("/api/v1/notes", json!({ "slug": "s", "text": "old" }))
        .await
        .expect(201);
    let row = path("notes", &note);
    app.delete(&row).await.expect(204);
    app.request("PUT", &row)
        .header("if-match", "*")
        .json(json!({ "slug": "s" }))
        .send()
        .await
        .expect_problem(412);
    // Nobody sees what is in the way: it has to be said.
    let new_only = || {
        let put = app.request("PUT", &row).header("if-none-match", "*");
        put.json(json!({ "slug": "s" })).send()
    };
    let answer = new_only().await;
    assert!(
        answer.text.contains("marked as deleted: `deleted=include`"),
        "{answer}"
    );
    assert_eq!(answer.expect_problem(412).0, "precondition_failed");
    let batch = json!({ "operations": [{
        "method": "PUT", "path": row, "headers": { "If-None-Match": "*" }, "body": { "slug": "s" },
    }] });
    let answer = app.post("/api/v1/batch", batch).await;
    assert!(answer.text.contains("marked as deleted"), "{answer}");
    answer.expect_problem(412);
    let put = app.put(&row, json!({ "slug": "s" })).await.expect(200);
    assert_eq!(app.get(&row).await.expect(200), put);
    let answer = new_only().await;
    assert!(!answer.text.contains("marked"), "{answer}");
    answer.expect_problem(412);
    assert_eq!(
        (&put["text"], &put["deletedAt"]),
        (&json!(""), &json!(null))
    );
}
