//! `/docs` (Swagger UI), `/redoc`, `/openapi.json`.
//!
//! The pages show comments, names and defaults of the database. The authors of these must not be
//! able to run scripts in a developer's browser, which could call the API. Three measures prevent
//! it: the document for the pages has no HTML ([`Reader::Person`]), Redoc is told not to trust it,
//! and the browser runs only the page's own scripts.

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

/// The documentation's routes. Each page is made at its first request: the pages take megabytes,
/// and most processes never serve them.
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
                // Redoc works without the web font, which its page would load from a third party.
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
    // One nonce for as long as the page is kept: the document was made before the nonce was known.
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

/// A page that runs only these scripts and cannot be framed.
fn shown(content_type: &str, scripts: &str, body: impl Into<poem::Body>) -> Response {
    // Both pages use inline styles and embedded images, and Redoc searches in a worker.
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

/// Adds the nonce to the page's scripts. Script elements at the beginning of a line are the page's
/// own: its libraries are single lines, and the document has no `<`.
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

/// Replaces the document in poem-openapi's page, which lacks the resources.
fn with_document<T: OpenApi, W: Webhook>(
    html: &str,
    service: &OpenApiService<T, W>,
    text: &str,
) -> String {
    // A `</script>` in a column's comment would end the script element.
    html.replace(&service.spec(), &text.replace('<', "\\u003c"))
}

fn without_font_link(html: &str) -> String {
    html.lines()
        .filter(|line| !line.contains("fonts.googleapis.com"))
        .collect::<Vec<_>>()
        .join("\n")
}
