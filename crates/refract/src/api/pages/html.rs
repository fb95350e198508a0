//! What all pages have in common: head, navigation, and escaped text.

use std::fmt::Write;

use crate::{app::App, settings::Environment};

pub(super) const HTML: &str = "text/html; charset=utf-8";

/// The places that the navigation of each page leads to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Navigation {
    /// Whether rows can be browsed.
    data: bool,
    /// Whether the documentation is served.
    docs: bool,
}

impl Navigation {
    pub(super) fn of(app: &App) -> Self {
        Self {
            data: app.settings.environment == Environment::Local,
            docs: app.settings.server.docs,
        }
    }
}

/// A whole page. `body` is HTML already.
pub(super) fn page(title: &str, current: &str, navigation: Navigation, body: &str) -> String {
    let mut links = String::new();
    let places = [
        ("/", "Start", true),
        ("/data", "Data", navigation.data),
        ("/docs", "Docs", navigation.docs),
        ("/errors", "Errors", true),
    ];
    for (path, name, _) in places.iter().filter(|(_, _, is_served)| *is_served) {
        let mark = match *path == current {
            true => " aria-current=\"page\"",
            false => "",
        };
        let _ = write!(links, "<a href=\"{path}\"{mark}>{name}</a>");
    }
    let title = escaped(title);
    format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"/assets/style.css\">\n\
         </head>\n\
         <body>\n\
         <a class=\"skip\" href=\"#main\">Skip to content</a>\n\
         <header class=\"bar\"><a class=\"brand\" href=\"/\">Refract</a>\
         <nav aria-label=\"Pages\">{links}</nav></header>\n\
         {body}\n\
         </body>\n\
         </html>\n"
    )
}

/// Text that is no HTML, neither between elements nor in an attribute's quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
