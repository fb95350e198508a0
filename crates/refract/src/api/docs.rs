//! `/docs` (Swagger UI), `/redoc`, `/openapi.json`.
//!
//! The pages show comments, names and defaults of the database. The authors of these must not be
//! able to run scripts in a developer's browser, which could call the API. Three measures prevent
//! it: the document for the pages has no HTML ([`Reader::Person`]), Redoc is told not to trust it,
//! and the browser runs only the page's own scripts.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use poem::{
    EndpointExt, Request, Response,
    endpoint::{BoxEndpoint, make_sync},
    get,
    http::header,
};
use poem_openapi::{OpenApi, OpenApiService, Webhook};

use super::{
    document_for,
    openapi::{Form, Part, Reader, is_large},
    written_by_hand,
};
use crate::{
    app::{App, Endpoints},
    catalog::Catalog,
    error::Error,
};

/// Makes a page of a part of the documentation, in the form that is asked for.
type MakePage = Box<dyn Fn(&Arc<App>, Part, Option<Form>) -> String + Send + Sync>;

/// The documentation's routes. Each page is made at its first request: the pages take megabytes,
/// and most processes never serve them.
pub(crate) fn routes<O: OpenApi + 'static>(
    app: &Arc<App>,
    endpoints: Endpoints<O>,
) -> [(&'static str, BoxEndpoint<'static>); 3] {
    const HTML: &str = "text/html; charset=utf-8";
    let text = move |app: &Arc<App>, reader: Reader, part: Part<'_>| {
        document_for(app, endpoints, reader, part).to_string()
    };
    let swagger_ui: MakePage = Box::new(move |app, part, _| {
        let service = written_by_hand(app, endpoints);
        let text = text(app, Reader::Person, part);
        with_document(&service.swagger_ui_html(), &service, &text)
    });
    let redoc: MakePage = Box::new(move |app, part, _| {
        let service = written_by_hand(app, endpoints);
        let page = service.redoc_html();
        let trusting = "scrollYOffset: 50";
        debug_assert!(page.contains(trusting), "Redoc's page is another");
        let page = page.replace(trusting, "scrollYOffset: 50, untrustedSpec: true");
        // Redoc works without the web font, which its page would load from a third party.
        let text = text(app, Reader::Person, part);
        without_font_link(&with_document(&page, &service, &text))
    });
    let document: MakePage =
        Box::new(move |app, part, form| text(app, Reader::Program(form), part));
    [
        ("/docs", in_parts(app, HTML, "/docs", swagger_ui)),
        ("/redoc", in_parts(app, HTML, "/redoc", redoc)),
        (
            "/openapi.json",
            in_parts(app, "application/json", "/openapi.json", document),
        ),
    ]
}

/// Serves a page, or the part of it that `?resource=` names, in the form that `?form=` names. Only what is
/// asked for without either is kept.
fn in_parts(
    app: &Arc<App>,
    content_type: &'static str,
    path: &'static str,
    make: MakePage,
) -> BoxEndpoint<'static> {
    // One nonce for as long as the page is kept: the document was made before the nonce was known.
    let nonce = uuid::Uuid::new_v4().simple().to_string();
    let scripts = format!("'nonce-{nonce}'");
    let (app, made) = (app.clone(), OnceLock::<Bytes>::new());
    let is_page = content_type.starts_with("text/html");
    let is_large = is_large(&app.catalog);
    let catalog = app.catalog.clone();
    let is_known = move |name: &str| catalog.resources.iter().any(|one| one.name == name);
    let page = move |part: Part, form: Option<Form>| -> Bytes {
        let page = make(&app, part, form);
        if !is_page {
            return page.into();
        }
        let page = match is_large {
            true => with_index(&page, &index(&app.catalog, path, part)),
            false => page,
        };
        with_nonce(&page, &nonce).into()
    };
    let endpoint = make_sync(move |request: Request| -> poem::Result<Response> {
        let asked = |wanted: &str| {
            let query = request.uri().query().unwrap_or_default();
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(name, value)| (name == wanted).then_some(value))
        };
        let form = match asked("form") {
            Some(name) => Some(Form::named(&name).ok_or(Error::RouteNotFound)?),
            None => None,
        };
        let whole = match is_page && is_large {
            true => Part::Service,
            false => Part::Whole,
        };
        let body = match (asked("resource"), form) {
            (Some(name), form) if is_known(&name) => page(Part::Resource(&name), form),
            (Some(_), _) => return Err(Error::RouteNotFound.into()),
            (None, Some(form)) => page(whole, Some(form)),
            (None, None) => made.get_or_init(|| page(whole, None)).clone(),
        };
        Ok(shown(content_type, &scripts, body))
    });
    get(endpoint).boxed()
}

/// The links to the parts of a page, the part that is shown marked.
fn index(catalog: &Catalog, path: &str, shown: Part) -> String {
    let link = |target: &str, name: &str, is_shown: bool| {
        let current = if is_shown {
            " aria-current=\"page\""
        } else {
            ""
        };
        format!("<a href=\"{target}\"{current}>{name}</a>")
    };
    let resources = catalog.resources.iter().map(|resource| {
        // A model's name is an identifier.
        let name = &resource.name;
        link(
            &format!("{path}?resource={name}"),
            name,
            shown == Part::Resource(name),
        )
    });
    let service = link(path, "Service endpoints", shown == Part::Service);
    let links: Vec<String> = std::iter::once(service).chain(resources).collect();
    format!(
        "<nav aria-label=\"Resources\" style=\"font:14px/1.9 system-ui,sans-serif;max-height:9.5em;overflow:auto;\
         padding:.5em 1em;border-bottom:1px solid #ccc;background:#fff\">\
         <style>nav a{{display:inline-block;margin-right:.9em;color:#0b57d0;text-decoration:none}}\
         nav a[aria-current]{{font-weight:600;color:#111}}nav a:hover{{text-decoration:underline}}</style>{}</nav>",
        links.join(" ")
    )
}

/// Puts the index at the beginning of a page's body.
fn with_index(page: &str, index: &str) -> String {
    debug_assert!(page.contains("<body>"), "the page is another");
    // The libraries stand in the head and contain the word, too: the page's own comes last.
    match page.rfind("<body>") {
        Some(at) => {
            let (head, body) = page.split_at(at + "<body>".len());
            format!("{head}\n{index}{body}")
        }
        None => page.to_owned(),
    }
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
