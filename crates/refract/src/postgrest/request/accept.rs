//! `Accept` → what the rows become.

use std::borrow::Cow;

use crate::{
    http::media::{self, CSV, LINES, MediaRange},
    postgrest::{
        emit::body_format::{Body, Explain},
        postgrest_error::PostgrestError,
    },
};

/// A media type that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    pub body: Body,
    pub content_type: Cow<'static, str>,
    /// Whether the plan of the statement is asked for, not its rows.
    pub explain: Option<Explain>,
}

const PLAN: &str = "application/vnd.pgrst.plan";

/// The best of the types asked for that is served; plans only where they are allowed.
pub fn media(accept: &str, plans: bool) -> Result<Media, PostgrestError> {
    let ranges = media::ranges(accept);
    let is_allowed = |media: &Media| plans || media.explain.is_none();
    if let Some(media) = ranges.iter().filter_map(Known::known).find(is_allowed) {
        return Ok(media);
    }
    if ranges.is_empty() {
        return Ok(Media::of(JSON, Body::Array { strip_nulls: false }));
    }
    let names: Vec<_> = ranges.iter().map(|range| range.text).collect();
    Err(unavailable(&names.join(", ")))
}

/// That none of these types is served.
pub fn unavailable(names: &str) -> PostgrestError {
    PostgrestError::new(
        406,
        "PGRST107",
        format!("None of these media types are available: {names}"),
    )
}

const JSON: &str = "application/json";
const ARRAY: &str = "application/vnd.pgrst.array+json";
const OBJECT: &str = "application/vnd.pgrst.object+json";
const GEO_JSON: &str = "application/geo+json";

impl Media {
    fn of(name: &str, body: Body) -> Self {
        let stripped = match body {
            Body::Array { strip_nulls: true } | Body::Object { strip_nulls: true } => {
                ";nulls=stripped"
            }
            _ => "",
        };
        Self {
            body,
            content_type: format!("{name}{stripped}; charset=utf-8").into(),
            explain: None,
        }
    }

    fn name(&self) -> &str {
        let suffix = "; charset=utf-8";
        self.content_type.trim_end_matches(suffix)
    }
}

/// What a media range stands for.
trait Known {
    fn known(&self) -> Option<Media>;
    fn plan(&self, format: &str) -> Option<Media>;
}

impl Known for MediaRange<'_> {
    fn known(&self) -> Option<Media> {
        let nulls = self.parameter("nulls").unwrap_or_default();
        let strip_nulls = nulls.eq_ignore_ascii_case("stripped");
        let rows = Body::Array { strip_nulls: false };
        Some(match self.name.as_str() {
            "*/*" | "application/*" | JSON => Media::of(JSON, rows),
            ARRAY | "application/vnd.pgrst.array" if !strip_nulls => Media::of(JSON, rows),
            ARRAY | "application/vnd.pgrst.array" => Media::of(ARRAY, Body::Array { strip_nulls }),
            OBJECT | "application/vnd.pgrst.object" => {
                Media::of(OBJECT, Body::Object { strip_nulls })
            }
            CSV | "text/*" => Media::of(CSV, Body::Csv),
            _ if self.is_lines() => Media::of(LINES, Body::Lines),
            GEO_JSON => Media::of(GEO_JSON, Body::GeoJson),
            name => self.plan(name.strip_prefix(PLAN)?)?,
        })
    }

    fn plan(&self, format: &str) -> Option<Media> {
        let (json, format) = match format {
            "" | "+text" => (false, "text"),
            "+json" => (true, "json"),
            _ => return None,
        };
        let of = MediaRange::read(self.parameter("for").unwrap_or(JSON)).known()?;
        let options = self.parameter("options").unwrap_or_default();
        let asks = |name: &str| options.split('|').any(|one| one == name);
        let explain = Explain {
            json,
            analyze: asks("analyze"),
            verbose: asks("verbose"),
            settings: asks("settings"),
            buffers: asks("buffers"),
            wal: asks("wal"),
        };
        let options: Vec<_> = explain.options().collect();
        let options = match options.as_slice() {
            [] => String::new(),
            some => format!("; options={}", some.join("|")),
        };
        let of_name = of.name();
        Some(Media {
            body: of.body,
            content_type: format!("{PLAN}+{format}; for=\"{of_name}\"{options}; charset=utf-8")
                .into(),
            explain: Some(explain),
        })
    }
}
