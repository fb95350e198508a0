//! `Accept` → the form of the answer.

use std::borrow::Cow;

use crate::{
    http::media::{self, CSV, LINES, MediaRange},
    postgrest::postgrest_error::PostgrestError,
};

/// The form of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    pub body: BodyFormat,
    pub content_type: Cow<'static, str>,
    /// Set where the answer is the plan of the statement instead of its rows.
    pub explain: Option<Explain>,
}

/// The form of the rows in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFormat {
    Array {
        strip_nulls: bool,
    },
    /// The object of exactly one row.
    Object {
        strip_nulls: bool,
    },
    Csv,
    /// One JSON object on each line.
    Lines,
    /// A `FeatureCollection`, made by PostGIS.
    GeoJson,
    /// No body. The rows are only counted.
    None,
}

impl BodyFormat {
    /// An array of all members.
    pub const ARRAY: Self = Self::Array { strip_nulls: false };

    pub fn strips_nulls(self) -> bool {
        matches!(
            self,
            Self::Array { strip_nulls: true } | Self::Object { strip_nulls: true }
        )
    }
}

/// The options of an `EXPLAIN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explain {
    pub json: bool,
    pub analyze: bool,
    pub verbose: bool,
    pub settings: bool,
    pub buffers: bool,
    pub wal: bool,
}

impl Explain {
    /// The names of the options that are set, in SQL and in the header.
    pub fn options(self) -> impl Iterator<Item = &'static str> {
        [
            (self.analyze, "analyze"),
            (self.verbose, "verbose"),
            (self.settings, "settings"),
            (self.buffers, "buffers"),
            (self.wal, "wal"),
        ]
        .into_iter()
        .filter_map(|(is_set, name)| is_set.then_some(name))
    }
}

const JSON: &str = "application/json";
const ARRAY: &str = "application/vnd.pgrst.array+json";
const OBJECT: &str = "application/vnd.pgrst.object+json";
const PLAN: &str = "application/vnd.pgrst.plan";
pub const GEO_JSON: &str = "application/geo+json";

/// The best of the accepted media types that can be served.
///
/// # Errors
/// PGRST107 where none can. Plans are served only where `plans` allows it.
pub fn media(accept: &str, plans: bool) -> Result<Media, PostgrestError> {
    let ranges = media::ranges(accept);
    let is_allowed = |media: &Media| plans || media.explain.is_none();
    if let Some(media) = ranges.iter().filter_map(of_range).find(is_allowed) {
        return Ok(media);
    }
    if ranges.is_empty() {
        return Ok(Media::of(JSON, BodyFormat::ARRAY));
    }
    let names: Vec<_> = ranges.iter().map(|range| range.text).collect();
    Err(not_available(&names.join(", ")))
}

/// The error of media types that cannot be served.
pub fn not_available(names: &str) -> PostgrestError {
    let message = format!("None of these media types are available: {names}");
    PostgrestError::new(406, "PGRST107", message)
}

impl Media {
    fn of(name: &str, body: BodyFormat) -> Self {
        let stripped = if body.strips_nulls() {
            ";nulls=stripped"
        } else {
            ""
        };
        Self {
            body,
            content_type: format!("{name}{stripped}; charset=utf-8").into(),
            explain: None,
        }
    }
}

/// The form of an answer that a media range stands for.
fn of_range(range: &MediaRange<'_>) -> Option<Media> {
    let nulls = range.parameter("nulls").unwrap_or_default();
    let strip_nulls = nulls.eq_ignore_ascii_case("stripped");
    let array = BodyFormat::Array { strip_nulls };
    Some(match range.name.as_str() {
        "*/*" | "application/*" | JSON => Media::of(JSON, BodyFormat::ARRAY),
        ARRAY | "application/vnd.pgrst.array" if !strip_nulls => Media::of(JSON, array),
        ARRAY | "application/vnd.pgrst.array" => Media::of(ARRAY, array),
        OBJECT | "application/vnd.pgrst.object" => {
            Media::of(OBJECT, BodyFormat::Object { strip_nulls })
        }
        CSV | "text/*" => Media::of(CSV, BodyFormat::Csv),
        _ if range.is_lines() => Media::of(LINES, BodyFormat::Lines),
        GEO_JSON => Media::of(GEO_JSON, BodyFormat::GeoJson),
        name => plan(range, name.strip_prefix(PLAN)?)?,
    })
}

/// The plan of a statement, in a format that is the end of the media type's name.
fn plan(range: &MediaRange<'_>, format: &str) -> Option<Media> {
    let (json, format) = match format {
        "" | "+text" => (false, "text"),
        "+json" => (true, "json"),
        _ => return None,
    };
    let of = of_range(&MediaRange::read(range.parameter("for").unwrap_or(JSON)))?;
    let options = range.parameter("options").unwrap_or_default();
    let has = |name: &str| options.split('|').any(|one| one == name);
    let explain = Explain {
        json,
        analyze: has("analyze"),
        verbose: has("verbose"),
        settings: has("settings"),
        buffers: has("buffers"),
        wal: has("wal"),
    };
    let options: Vec<_> = explain.options().collect();
    let options = match options.as_slice() {
        [] => String::new(),
        some => format!("; options={}", some.join("|")),
    };
    let of_name = of.content_type.trim_end_matches("; charset=utf-8");
    Some(Media {
        body: of.body,
        content_type: format!("{PLAN}+{format}; for=\"{of_name}\"{options}; charset=utf-8").into(),
        explain: Some(explain),
    })
}
