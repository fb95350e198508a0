//! Rows that are marked instead of deleted, as refract.toml says.

use serde_json::json;

use super::{path, rows};
use crate::support::{App, Kind, Options, Schema};

async fn app(kind: Kind) -> App {
    let options = Options::default()
        .soft_delete("Note", "deletedAt", true)
        .soft_delete("Folder", "isDeleted", false);
    App::start_with(Schema::Writes, kind, options).await
}

#[tokio::test]
async fn a_deleted_row_is_marked_and_left_out_unless_asked_for() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
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
}

#[tokio::test]
async fn rows_are_deleted_for_good_only_where_that_is_allowed() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
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
}

#[tokio::test]
async fn relations_leave_marked_rows_out() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
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
            .expect_problem(422);
        app.patch(&folder, json!({ "notes": { "delete": { "slug": "b" } } }))
            .await
            .expect(200);
        assert_eq!(rows(&app, "/api/v1/notes?deleted=only").await.len(), 2);
    }
}
