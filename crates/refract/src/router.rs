//! The whole HTTP surface: both fronts, and what surrounds them, in order.

use std::sync::Arc;

use poem::{Endpoint, Response};

use crate::{
    api,
    catalog_generations::Generations,
    error::Error,
    http::{
        auth::Auth, buffer_body::BufferBody, compression::Compression, cors::Cors,
        drain_body::DrainBody, rejection::RejectUnreadable, request_log::RequestLog,
        same_origin::SameOrigin,
    },
    identity::Identity,
    postgrest,
    settings::Settings,
};

/// Everything that the process answers. A request passes the layers from the last to the first.
pub fn endpoint(
    settings: &Settings,
    identity: Arc<Identity>,
    fronts: Arc<Generations>,
) -> impl Endpoint<Output = Response> + use<> {
    let buffered = BufferBody::new(&settings.server, fronts);
    // The key, the host and the origin are checked before a body is read.
    let authorized = Auth::new(settings, identity, buffered);
    let same_origin = SameOrigin::new(settings, authorized);
    let readable = RejectUnreadable(same_origin);
    let compressed = Compression::new(settings.server.compression, readable);
    let logged = RequestLog::new(settings, render_error, compressed);
    let drained = DrainBody(logged);
    Cors::new(settings, drained)
}

/// Writes an error as the front does that owns the path.
fn render_error(error: &Error, path: &str, request_id: &str) -> Response {
    if postgrest::is_below(path) {
        postgrest::error_response::of_error(error)
    } else {
        api::problem::response(error, path, request_id)
    }
}
