//! The styles and scripts of the pages.

use poem::{
    EndpointExt,
    endpoint::{BoxEndpoint, make_sync},
    get,
};

use super::shown;

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

type Asset = (&'static str, BoxEndpoint<'static>);

/// What every page uses.
pub(super) fn routes_of_styles() -> [Asset; 1] {
    [at(
        "/assets/style.css",
        CSS,
        include_str!("assets/style.css"),
    )]
}

/// What `/data` uses.
pub(super) fn routes_of_scripts() -> Vec<Asset> {
    let scripts = [
        ("/assets/api.js", include_str!("assets/api.js")),
        (
            "/assets/completion.js",
            include_str!("assets/completion.js"),
        ),
        ("/assets/conflict.js", include_str!("assets/conflict.js")),
        ("/assets/dom.js", include_str!("assets/dom.js")),
        ("/assets/form.js", include_str!("assets/form.js")),
        ("/assets/grammar.js", include_str!("assets/grammar.js")),
        ("/assets/list.js", include_str!("assets/list.js")),
        ("/assets/main.js", include_str!("assets/main.js")),
        ("/assets/row.js", include_str!("assets/row.js")),
        ("/assets/snippets.js", include_str!("assets/snippets.js")),
        ("/assets/tables.js", include_str!("assets/tables.js")),
        ("/assets/values.js", include_str!("assets/values.js")),
    ];
    let scripts = scripts.into_iter();
    scripts
        .map(|(path, text)| at(path, JAVASCRIPT, text))
        .collect()
}

fn at(path: &'static str, content_type: &'static str, text: &'static str) -> Asset {
    let endpoint = make_sync(move |_| shown(content_type, text));
    (path, get(endpoint).boxed())
}
