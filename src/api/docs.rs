//! `/docs` (Swagger UI), `/redoc`, `/openapi.json`.

use std::sync::Arc;

use poem::{Response, Route, endpoint::make_sync, get, http::header};
use poem_openapi::OpenApiService;

use super::{App, fixed, openapi};

/// Adds the documentation's routes.
pub(super) fn add(routes: Route, app: &Arc<App>) -> Route {
    let service = fixed(app);
    let document = openapi::document(&app.catalog, &app.settings, &service.spec());
    let text = serde_json::to_string(&document).expect("a JSON value always serialises");
    let page = |html: String| {
        let html = with_document(&html, &service, &text);
        get(make_sync(move |_| {
            Response::builder()
                .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
                .body(html.clone())
        }))
    };
    let swagger_ui = page(service.swagger_ui_html());
    // Redoc works without the web font that its page asks a stranger for.
    let redoc = page(without_font_link(&service.redoc_html()));
    routes.at("/docs", swagger_ui).at("/redoc", redoc).at(
        "/openapi.json",
        get(make_sync(move |_| {
            Response::builder()
                .header(header::CONTENT_TYPE, "application/json")
                .body(text.clone())
        })),
    )
}

/// The document without a running server, for `refract openapi`.
pub fn document(app: &Arc<App>) -> serde_json::Value {
    openapi::document(&app.catalog, &app.settings, &fixed(app).spec())
}

/// poem-openapi's pages hold the document of their own service; ours holds the resources too.
fn with_document<T: poem_openapi::OpenApi, W: poem_openapi::Webhook>(
    html: &str,
    service: &OpenApiService<T, W>,
    text: &str,
) -> String {
    // In a script element, `</script>` in somebody's column comment would end it.
    html.replace(&service.spec(), &text.replace('<', "\\u003c"))
}

fn without_font_link(html: &str) -> String {
    html.lines()
        .filter(|line| !line.contains("fonts.googleapis.com"))
        .collect::<Vec<_>>()
        .join("\n")
}
