//! `GET /errors`: the page that the `type` of a problem links to. It is docs/errors.md, as HTML for
//! a browser and as it is for programs.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use poem::{
    EndpointExt, Request, Response,
    endpoint::{BoxEndpoint, make_sync},
    get,
    http::header::{ACCEPT, VARY},
};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

use super::{
    html::{HTML, Navigation, page},
    shown,
};
use crate::{app::App, http::header_text};

const MARKDOWN: &str = "text/markdown; charset=utf-8";
const SOURCE: &str = include_str!("../../../../../docs/errors.md");

pub(super) fn endpoint(app: &Arc<App>) -> BoxEndpoint<'static> {
    let (navigation, made) = (Navigation::of(app), OnceLock::<Bytes>::new());
    let endpoint = make_sync(move |request: Request| {
        let mut answer = match wants_html(&request) {
            true => {
                let whole = || page("Errors – Refract", "/errors", navigation, &rendered()).into();
                shown(HTML, made.get_or_init(whole).clone())
            }
            false => shown(MARKDOWN, SOURCE),
        };
        vary_by_accept(&mut answer);
        answer
    });
    get(endpoint).boxed()
}

/// Whether a browser asks. Programs name no type, or any type, or another one.
pub(super) fn wants_html(request: &Request) -> bool {
    header_text(request.headers(), &ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

/// Tells caches that the answer depends on `Accept`.
pub(super) fn vary_by_accept(answer: &mut Response) {
    let accept = poem::http::HeaderValue::from_static("Accept");
    answer.headers_mut().append(VARY, accept);
}

/// The text of the page. Each heading is an anchor: its text, as problems link to it.
fn rendered() -> String {
    let mut events: Vec<Event<'_>> = Parser::new_ext(SOURCE, Options::ENABLE_TABLES).collect();
    let mut named = HashMap::new();
    for position in 0..events.len() {
        if let Event::Start(Tag::Heading { .. }) = events[position] {
            let texts = events[position + 1..].iter();
            let texts = texts.take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
            let text: String = texts
                .filter_map(|event| match event {
                    Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
                    _ => None,
                })
                .collect();
            named.insert(position, text.to_lowercase().replace(' ', "-"));
        }
    }
    for (position, name) in named {
        if let Event::Start(Tag::Heading { id, level, .. }) = &mut events[position]
            && *level != HeadingLevel::H1
        {
            *id = Some(CowStr::from(name));
        }
    }
    let mut text = String::with_capacity(SOURCE.len() * 2);
    push_html(&mut text, events.into_iter());
    // What is wider than a phone scrolls by itself, from the keyboard too.
    let text = text
        .replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>");
    format!("<main id=\"main\" class=\"prose\">{text}</main>")
}

#[cfg(test)]
mod tests {
    use super::rendered;

    #[test]
    fn each_heading_is_an_anchor() {
        let page = rendered();
        let headings = super::SOURCE.lines();
        let headings: Vec<_> = headings
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        assert!(headings.len() > 40, "{headings:?}");
        for heading in headings {
            assert!(
                page.contains(&format!("<h2 id=\"{heading}\">{heading}</h2>")),
                "{heading}"
            );
        }
        assert!(page.contains("<code>bad_request</code>, 400."), "{page}");
    }
}
