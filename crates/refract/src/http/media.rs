//! Media ranges of `Accept`, the best first, for both fronts.

/// A media range, with its parameters.
pub(crate) struct MediaRange<'text> {
    pub(crate) text: &'text str,
    /// In lower case.
    pub(crate) name: String,
    parameters: Vec<(String, &'text str)>,
    quality: f32,
}

impl<'text> MediaRange<'text> {
    pub(crate) fn read(text: &'text str) -> Self {
        let mut parts = split(text, ';').into_iter();
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let parameters: Vec<_> = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| {
                let value = value.trim().trim_matches('"');
                (name.trim().to_ascii_lowercase(), value)
            })
            .collect();
        let quality = parameters.iter().find(|(name, _)| name == "q");
        Self {
            text,
            name,
            quality: quality
                .and_then(|(_, value)| value.parse().ok())
                .unwrap_or(1.0),
            parameters,
        }
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&'text str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(known, _)| known == name)?;
        Some(found.1)
    }

    /// Whether it is a media type of JSON lines, by any of the names in use.
    pub(crate) fn is_lines(&self) -> bool {
        matches!(
            self.name.as_str(),
            LINES
                | "application/ndjson"
                | "application/jsonl"
                | "application/jsonlines"
                | "application/x-jsonlines"
        )
    }
}

pub(crate) const CSV: &str = "text/csv";
pub(crate) const LINES: &str = "application/x-ndjson";

/// The ranges of a header, by quality. Ranges of the same quality keep their order.
pub(crate) fn ranges(accept: &str) -> Vec<MediaRange<'_>> {
    let ranges = split(accept, ',').into_iter();
    let mut ranges: Vec<_> = ranges.map(MediaRange::read).collect();
    ranges.sort_by(|left, right| right.quality.total_cmp(&left.quality));
    ranges
}

/// The parts of a header. Separators in quotes do not count.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = text.split(|one: char| {
        if one == '"' {
            quoted = !quoted;
        }
        one == separator && !quoted
    });
    parts
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}
