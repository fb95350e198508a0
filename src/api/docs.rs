//! `/docs` (Swagger UI), `/redoc`, `/openapi.json`.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use poem::{
    EndpointExt, Response,
    endpoint::{BoxEndpoint, make_sync},
    get,
    http::header,
};
use poem_openapi::{OpenApi, OpenApiService, Webhook};

use super::{App, Own, document_for, openapi::Reader, written_by_hand};

/// `GET /errors`: what the `type` of a problem leads to.
pub(super) fn errors() -> BoxEndpoint<'static> {
    const PAGE: &str = include_str!("../../docs/errors.md");
    let endpoint = make_sync(|_| {
        Response::builder()
            .header(header::CONTENT_TYPE, "text/markdown; charset=utf-8")
            .body(PAGE)
    });
    get(endpoint).boxed()
}

/// The documentation's routes. What they answer is made when it is first asked for: the pages are
/// megabytes, and most processes never show them.
pub(super) fn routes<O: OpenApi + 'static>(
    app: &Arc<App>,
    own: Own<O>,
) -> [(&'static str, BoxEndpoint<'static>); 3] {
    const HTML: &str = "text/html; charset=utf-8";
    let text = move |app: &Arc<App>, reader| document_for(app, own, reader).to_string();
    [
        (
            "/docs",
            lazily(app, HTML, move |app| {
                let service = written_by_hand(app, own);
                let text = text(app, Reader::Person);
                with_document(&service.swagger_ui_html(), &service, &text)
            }),
        ),
        (
            "/redoc",
            lazily(app, HTML, move |app| {
                let service = written_by_hand(app, own);
                // Redoc works without the web font that its page asks a stranger for.
                let text = text(app, Reader::Person);
                without_font_link(&with_document(&service.redoc_html(), &service, &text))
            }),
        ),
        (
            "/openapi.json",
            lazily(app, "application/json", move |app| {
                text(app, Reader::Program)
            }),
        ),
    ]
}

fn lazily(
    app: &Arc<App>,
    content_type: &'static str,
    make: impl Fn(&Arc<App>) -> String + Send + Sync + 'static,
) -> BoxEndpoint<'static> {
    let (app, made) = (app.clone(), OnceLock::<Bytes>::new());
    let endpoint = make_sync(move |_| {
        let body = made.get_or_init(|| make(&app).into()).clone();
        Response::builder()
            .header(header::CONTENT_TYPE, content_type)
            .body(body)
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
