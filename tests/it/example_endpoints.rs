//! The example endpoints of `src/endpoints`, on the sample app's database.

use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Sample, authors_are_counted_over_two_tables);
async fn authors_are_counted_over_two_tables(app: &App) {
    let author = app
        .post(
            "/api/v1/users",
            json!({ "email": "a@example.com", "name": "Ada" }),
        )
        .await
        .expect(201);
    let id = author["id"].as_str().expect("an id");
    for slug in ["first", "second"] {
        let page = json!({ "slug": slug, "title": "t", "body": "b", "authorId": id, "status": "PUBLISHED" });
        app.post("/api/v1/pages", page).await.expect(201);
    }
    let draft = json!({ "slug": "third", "title": "t", "body": "b", "authorId": id });
    app.post("/api/v1/pages", draft).await.expect(201);
    let authors = app.get("/api/v1/examples/authors").await.expect(200);
    let ada = json!({ "id": id, "name": "Ada", "pages": 2 });
    assert!(
        authors.as_array().expect("a list").contains(&ada),
        "{authors}"
    );
    let document = app.get("/openapi.json").await.expect(200);
    assert!(document["paths"]["/api/v1/examples/authors"]["get"].is_object());
}

on_each_database!(
    Schema::Sample,
    a_page_is_published_with_its_first_day_of_views
);
async fn a_page_is_published_with_its_first_day_of_views(app: &App) {
    let page = draft(app).await;
    let publish = format!("/api/v1/examples/pages/{page}/publish");
    let publication = app.post(&publish, json!(null)).await.expect(200);
    let day = publication["day"].as_str().expect("a day");
    let shown = app
        .get(&format!(
            "/api/v1/pages/{page}?select=status,pageViews(day,count)"
        ))
        .await
        .expect(200);
    assert_eq!(
        shown,
        json!({ "status": "PUBLISHED", "pageViews": [{ "day": day, "count": 0 }] })
    );
    let again = app.post(&publish, json!(null)).await.expect(404);
    assert_eq!(again["code"], "row_not_found");
}

on_each_database!(
    Schema::Sample,
    a_page_stays_a_draft_where_its_views_cannot_be_counted
);
async fn a_page_stays_a_draft_where_its_views_cannot_be_counted(app: &App) {
    let page = draft(app).await;
    let today = chrono::Utc::now().date_naive();
    for day in [today, today + chrono::Days::new(1)] {
        let views = json!({ "pageId": page, "day": day.to_string() });
        app.post("/api/v1/page-views", views).await.expect(201);
    }
    let problem = app
        .post(
            &format!("/api/v1/examples/pages/{page}/publish"),
            json!(null),
        )
        .await
        .expect(409);
    assert_eq!(
        (&problem["code"], &problem["status"]),
        (&json!("unique_violation"), &json!(409))
    );
    let shown = app
        .get(&format!("/api/v1/pages/{page}?select=status,publishedAt"))
        .await
        .expect(200);
    assert_eq!(shown, json!({ "status": "DRAFT", "publishedAt": null }));
}

/// The id of a page that has not been published.
async fn draft(app: &crate::support::App) -> String {
    let author = app
        .post("/api/v1/users", json!({ "email": "a@example.com" }))
        .await
        .expect(201);
    let page = json!({ "slug": "draft", "title": "t", "body": "b", "authorId": author["id"] });
    let page = app.post("/api/v1/pages", page).await.expect(201);
    page["id"].as_str().expect("an id").to_owned()
}
