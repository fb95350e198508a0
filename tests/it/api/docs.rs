//! `GET /docs`, `/redoc`

use crate::{
    on_each_backend,
    support::{App, Kind, Options, Schema},
};

on_each_backend!(Schema::Sample, async fn people_read_the_documentation_in_a_browser(app) {
    for (path, word) in [("/docs", "swagger"), ("/redoc", "redoc")] {
        let page = app.get(path).await;
        page.assert_status(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(page.text.to_lowercase().contains(word), "{path}");
        assert!(page.text.contains("/api/v1/generation-jobs"), "{path} documents the resources");
    }
    assert_eq!(app.get("/openapi.json").await.header("content-type"), Some("application/json"));
});

#[tokio::test]
async fn documentation_can_be_off() {
    let options = Options::default().set("DOCS", "false");
    let app = App::start_with(Schema::Sample, Kind::Sqlite, options).await;
    for path in ["/docs", "/redoc", "/openapi.json"] {
        assert_eq!(
            app.get(path).await.expect_problem(404).0,
            "route_not_found",
            "{path}"
        );
    }
    app.get("/api/v1/users").await.expect(200);
}
