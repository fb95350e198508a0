//! The pages for people: `/`, `/errors` and, in `local`, `/data`.
//!
//! Their scripts and styles are files in `assets/`, which need no build step. No page holds a row:
//! `/data` asks `/api/v1` for rows, as any other client does. The texts of the database are never
//! HTML here. Rust escapes them, and the scripts only ever write text nodes.

mod assets;
mod data_page;
mod error_page;
mod html;
mod landing_page;
mod table_description;

use std::sync::Arc;

use poem::{Response, endpoint::BoxEndpoint, http::header};

use crate::{app::App, settings::Environment};

/// The routes of the pages, and of what they are made of.
pub(super) fn routes(app: &Arc<App>) -> Vec<(&'static str, BoxEndpoint<'static>)> {
    let mut routes = vec![
        ("/", landing_page::endpoint(app)),
        ("/errors", error_page::endpoint(app)),
    ];
    routes.extend(assets::routes_of_styles());
    if app.settings.environment == Environment::Local {
        routes.extend(assets::routes_of_scripts());
        routes.extend(data_page::routes(app));
    }
    routes
}

/// What the browser may do with a page: it runs the page's own scripts, asks only this server, and
/// shows the page in no frame. No text becomes HTML in a script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

/// An answer that a browser shows.
fn shown(content_type: &str, body: impl Into<poem::Body>) -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::X_FRAME_OPTIONS, "DENY")
        .header(header::REFERRER_POLICY, "no-referrer")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(body)
}
