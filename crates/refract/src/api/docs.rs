//! `/docs` (Swagger UI), `/redoc`, `/openapi.json`, `/errors`.
//!
//! The pages show what stands in the database: comments, names, defaults. Whoever may write these is
//! not always somebody whose scripts may run in a developer's browser, where they could call the API.
//! Three things stand before that: the pages' document has no HTML ([`Reader::Person`]), Redoc is
//! told not to trust it, and the browser runs no script but those of the page itself.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use poem::{
    EndpointExt, Response,
    endpoint::{BoxEndpoint, make_sync},
    get,
    http::header,
};
use poem_openapi::{OpenApi, OpenApiService, Webhook};

use super::{document_for, openapi::Reader, written_by_hand};
use crate::app::{App, Endpoints};

/// `GET /errors`: what the `type` of a problem leads to.
pub(crate) fn errors() -> BoxEndpoint<'static> {
    const PAGE: &str = include_str!("../../../../docs/errors.md");
    let endpoint = make_sync(|_| shown("text/markdown; charset=utf-8", "'none'", PAGE));
    get(endpoint).boxed()
}

/// The documentation's routes. What they answer is made when it is first asked for: the pages are
/// megabytes, and most processes never show them.
pub(crate) fn routes<O: OpenApi + 'static>(
    app: &Arc<App>,
    endpoints: Endpoints<O>,
) -> [(&'static str, BoxEndpoint<'static>); 3] {
    const HTML: &str = "text/html; charset=utf-8";
    let text = move |app: &Arc<App>, reader| document_for(app, endpoints, reader).to_string();
    [
        (
            "/docs",
            lazily(app, HTML, move |app| {
                let service = written_by_hand(app, endpoints);
                let text = text(app, Reader::Person);
                with_document(&service.swagger_ui_html(), &service, &text)
            }),
        ),
        (
            "/redoc",
            lazily(app, HTML, move |app| {
                let service = written_by_hand(app, endpoints);
                let page = service.redoc_html();
                let trusting = "scrollYOffset: 50";
                debug_assert!(page.contains(trusting), "Redoc's page is another");
                let page = page.replace(trusting, "scrollYOffset: 50, untrustedSpec: true");
                // Redoc works without the web font that its page asks a stranger for.
                let text = text(app, Reader::Person);
                without_font_link(&with_document(&page, &service, &text))
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
    // One for as long as the page is kept: what stands in the page was there before it was known.
    let nonce = uuid::Uuid::new_v4().simple().to_string();
    let scripts = format!("'nonce-{nonce}'");
    let (app, made) = (app.clone(), OnceLock::<Bytes>::new());
    let endpoint = make_sync(move |_| {
        let page = || with_nonce(&make(&app), &nonce).into();
        let body = made.get_or_init(page).clone();
        shown(content_type, &scripts, body)
    });
    get(endpoint).boxed()
}

/// An answer for browsers, which runs these scripts only and is shown in no other page.
fn shown(content_type: &str, scripts: &str, body: impl Into<poem::Body>) -> Response {
    // Both pages style their elements one by one, Redoc searches in a worker of its endpoints, and both
    // show small pictures that they hold.
    let policy = format!(
        "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src 'self' data:; \
         font-src data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    Response::builder()
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::X_FRAME_OPTIONS, "DENY")
        .header(header::REFERRER_POLICY, "no-referrer")
        .body(body)
}

/// The page with its scripts named as its own. Those that begin a line are the page's; the texts of
/// its libraries are single lines, and the document has no `<`.
fn with_nonce(page: &str, nonce: &str) -> String {
    let mut named = String::with_capacity(page.len() + 256);
    for line in page.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let (blank, rest) = line.split_at(indent);
        match rest.strip_prefix("<script") {
            Some(rest) => named.extend([blank, "<script nonce=\"", nonce, "\"", rest]),
            None => named.push_str(line),
        }
    }
    named
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
