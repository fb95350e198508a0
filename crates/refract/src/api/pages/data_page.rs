//! `GET /data`: a browser for rows, in `local`.
//!
//! `/data/{res}?{query}` shows what `/api/v1/{res}?{query}` answers. The page is the same for each of
//! these paths; its scripts read the path and ask `/api/v1`. `GET /data.json` tells them what they
//! cannot know otherwise.

use std::sync::Arc;

use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Result,
    endpoint::{BoxEndpoint, make_sync},
    get,
};

use super::{
    html::{HTML, Navigation, page},
    shown,
    table_description::{TableDescription, Tables},
};
use crate::{app::App, error::Error};

const JSON: &str = "application/json";

pub(super) fn routes(app: &Arc<App>) -> [(&'static str, BoxEndpoint<'static>); 3] {
    [
        ("/data", html(app)),
        ("/data/*path", html(app)),
        ("/data.json", get(Descriptions(app.clone())).boxed()),
    ]
}

fn html(app: &Arc<App>) -> BoxEndpoint<'static> {
    let navigation = Navigation::of(app);
    let body = "<div id=\"app\" class=\"split\"><noscript><p class=\"notice\">This page needs \
                JavaScript.</p></noscript></div>\n\
                <div id=\"status\" class=\"status\" role=\"status\" aria-live=\"polite\"></div>\n\
                <script type=\"module\" src=\"/assets/main.js\"></script>";
    let text = page("Data – Refract", "/data", navigation, body);
    get(make_sync(move |_| shown(HTML, text.clone()))).boxed()
}

/// `GET /data.json`: the tables; with `?table=pages`, the fields and relations of one.
struct Descriptions(Arc<App>);

impl Endpoint for Descriptions {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let app = &self.0;
        let query = request.uri().query().unwrap_or_default();
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let named = pairs.find_map(|(name, value)| (name == "table").then_some(value));
        let Some(path) = named else {
            return Ok(json(&Tables::of(app)));
        };
        match app.catalog.by_path(&path) {
            Some(resource) => Ok(json(&TableDescription::of(&app.catalog, resource))),
            None => Err(Error::RouteNotFound.into()),
        }
    }
}

fn json(document: &impl serde::Serialize) -> Response {
    let text = serde_json::to_vec(document).expect("names and flags serialise");
    shown(JSON, text).into_response()
}
