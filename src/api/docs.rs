//! `/docs` (Swagger UI), `/redoc`, `/openapi.json`.

use std::sync::Arc;

use poem::{
    EndpointExt, Response,
    endpoint::{BoxEndpoint, make_sync},
    get,
    http::header,
};
use poem_openapi::{OpenApi, OpenApiService, Webhook};

use super::{App, openapi};

/// The documentation's routes.
pub(super) fn routes<T: OpenApi, W: Webhook>(
    app: &Arc<App>,
    service: &OpenApiService<T, W>,
) -> [(&'static str, BoxEndpoint<'static>); 3] {
    let document = openapi::document(&app.catalog, &app.settings, &service.spec());
    let text = serde_json::to_string(&document).expect("a JSON value always serialises");
    let page = |html: &str| {
        fixed(
            "text/html; charset=utf-8",
            with_document(html, service, &text),
        )
    };
    [
        ("/docs", page(&service.swagger_ui_html())),
        // Redoc works without the web font that its page asks a stranger for.
        ("/redoc", page(&without_font_link(&service.redoc_html()))),
        ("/openapi.json", fixed("application/json", text.clone())),
    ]
}

fn fixed(content_type: &'static str, body: String) -> BoxEndpoint<'static> {
    let body = bytes::Bytes::from(body);
    let endpoint = make_sync(move |_| {
        Response::builder()
            .header(header::CONTENT_TYPE, content_type)
            .body(body.clone())
    });
    get(endpoint).boxed()
}

/// poem-openapi's pages hold the document of their own service; ours holds the resources too.
fn with_document<T: OpenApi, W: Webhook>(
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
