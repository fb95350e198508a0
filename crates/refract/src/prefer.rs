//! The header `Prefer` → [`Preferences`] (RFC 7240, with the preferences of PostgREST's dialect).
//! Each of the two APIs says which preferences it knows.

use std::borrow::Cow;

pub use crate::{
    db::End,
    query::{parse::Count, plan::Resolution},
};

/// The preferences of a request: of each name the first that the API knows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    pub resolution: Option<Resolution>,
    pub missing: Option<Missing>,
    pub return_: Option<Return>,
    pub count: Option<Count>,
    pub end: Option<End>,
    pub handling: Option<Handling>,
    pub timezone: Option<String>,
    /// The most rows that a change may touch.
    pub max_affected: Option<u64>,
    /// Preferences that the API does not know, as they stand in the header.
    pub unknown: Vec<String>,
}

/// A preference that an API may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    Resolution(Resolution),
    Missing(Missing),
    Return(Return),
    Count(Count),
    End(End),
    Handling(Handling),
    /// The name of a time zone.
    Timezone,
    /// A number of rows.
    MaxAffected,
}

/// The value of a column that the body leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Default,
    Null,
}

/// The content of the answer to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    Minimal,
    /// Only the location of the new row.
    HeadersOnly,
    Representation,
}

/// The treatment of unknown preferences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// They are refused.
    Strict,
    /// They are ignored.
    Lenient,
}

impl Preference {
    /// The name and the value. The value is empty where the caller chooses it.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Resolution(Resolution::Merge) => ("resolution", "merge-duplicates"),
            Self::Resolution(Resolution::Ignore) => ("resolution", "ignore-duplicates"),
            Self::Missing(Missing::Default) => ("missing", "default"),
            Self::Missing(Missing::Null) => ("missing", "null"),
            Self::Return(Return::Minimal) => ("return", "minimal"),
            Self::Return(Return::HeadersOnly) => ("return", "headers-only"),
            Self::Return(Return::Representation) => ("return", "representation"),
            Self::Count(Count::Exact) => ("count", "exact"),
            Self::Count(Count::Planned) => ("count", "planned"),
            Self::Count(Count::Estimated) => ("count", "estimated"),
            Self::End(End::Commit) => ("tx", "commit"),
            Self::End(End::Rollback) => ("tx", "rollback"),
            Self::Handling(Handling::Strict) => ("handling", "strict"),
            Self::Handling(Handling::Lenient) => ("handling", "lenient"),
            Self::Timezone => ("timezone", ""),
            Self::MaxAffected => ("max-affected", ""),
        }
    }
}

impl Preferences {
    /// Reads a header.
    pub fn read(header: &str, known: &'static [Preference]) -> Self {
        let mut found = Self::default();
        for text in parts(header, ',') {
            if found.take(text, known).is_none() {
                found.unknown.push(text.to_owned());
            }
        }
        found
    }

    /// Stores a preference, if it is known. No known preference has parameters, so a preference with
    /// parameters is unknown.
    fn take(&mut self, text: &str, known: &[Preference]) -> Option<()> {
        let mut parts = parts(text, ';');
        let (name, value) = pair(parts.next()?);
        let value = word(value);
        if parts.next().is_some() {
            return None;
        }
        let is_meant = |one: &&Preference| {
            let (known, words) = one.words();
            name.eq_ignore_ascii_case(known) && (words.is_empty() || words == value)
        };
        match *known.iter().find(is_meant)? {
            Preference::Resolution(resolution) => first(&mut self.resolution, resolution),
            Preference::Missing(missing) => first(&mut self.missing, missing),
            Preference::Return(answer) => first(&mut self.return_, answer),
            Preference::Count(count) => first(&mut self.count, count),
            Preference::End(end) => first(&mut self.end, end),
            Preference::Handling(handling) => first(&mut self.handling, handling),
            Preference::Timezone if value.is_empty() => return None,
            Preference::Timezone => first(&mut self.timezone, value.into_owned()),
            Preference::MaxAffected => first(&mut self.max_affected, value.parse().ok()?),
        }
        Some(())
    }

    /// Whether unknown preferences are to be refused.
    pub fn is_strict(&self) -> bool {
        self.handling == Some(Handling::Strict)
    }

    /// Whether the header has a preference of this name that was not understood: with an unknown
    /// value, as a parameter of another one, or after a quote that is never closed.
    pub fn misses(&self, name: &str) -> bool {
        let is_it = |part: &str| pair(part).0.eq_ignore_ascii_case(name);
        self.unknown
            .iter()
            .any(|text| match closes_its_quotes(text) {
                true => parts(text, ';').any(is_it),
                false => text.split([',', ';', '"']).any(is_it),
            })
    }

    /// The value of `Preference-Applied`: the preferences that hold, in PostgREST's order.
    pub fn applied(&self, holds: impl Fn(Preference) -> bool) -> Option<String> {
        let named = [
            self.resolution.map(Preference::Resolution),
            self.missing.map(Preference::Missing),
            self.return_.map(Preference::Return),
            self.count.map(Preference::Count),
            self.end.map(Preference::End),
            self.handling.map(Preference::Handling),
        ];
        let named = named.into_iter().flatten();
        let named = named.map(|one| (one, Cow::Borrowed(one.words().1)));
        let zone = self.timezone.as_deref().map(Cow::Borrowed);
        let bound = self.max_affected.map(|bound| bound.to_string().into());
        let all = named
            .chain(zone.map(|zone| (Preference::Timezone, zone)))
            .chain(bound.map(|bound| (Preference::MaxAffected, bound)));
        let applied: Vec<_> = all
            .filter(|(one, _)| holds(*one))
            .map(|(one, value)| format!("{}={value}", one.words().0))
            .collect();
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}

fn first<T>(place: &mut Option<T>, value: T) {
    place.get_or_insert(value);
}

/// The parts between separators. A separator in a quoted string does not separate.
fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text.split(move |letter| {
        let separates = letter == separator && !quoted;
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && quoted && !escaped;
        separates
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

fn closes_its_quotes(text: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && quoted && !escaped;
    }
    !quoted
}

fn pair(text: &str) -> (&str, &str) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (name.trim(), value.trim())
}

/// A token, or the content of a quoted string (RFC 9110, 5.6.4).
fn word(text: &str) -> Cow<'_, str> {
    let inside = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let Some(inside) = inside else {
        return text.into();
    };
    let mut letters = inside.chars();
    let said = std::iter::from_fn(|| match letters.next()? {
        '\\' => letters.next(),
        letter => Some(letter),
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Preference] = &[
        Preference::Return(Return::Minimal),
        Preference::Return(Return::Representation),
        Preference::Handling(Handling::Strict),
        Preference::Timezone,
        Preference::MaxAffected,
    ];

    fn read(header: &str) -> Preferences {
        Preferences::read(header, KNOWN)
    }

    #[test]
    fn the_first_of_a_kind_wins() {
        let found = read(
            "return=representation,, respond-async, \
             Return = minimal, count=exact,\tmax-affected=\"5\",handling=strict;, max-affected=6",
        );
        assert_eq!(
            found,
            Preferences {
                return_: Some(Return::Representation),
                handling: Some(Handling::Strict),
                max_affected: Some(5),
                unknown: vec!["respond-async".to_owned(), "count=exact".to_owned()],
                ..Preferences::default()
            }
        );
    }

    #[test]
    fn quoted_strings_hold_what_separates_elsewhere() {
        let found = read(r#"timezone="a, b; \"c\"", return=minimal"#);
        assert_eq!(found.timezone.as_deref(), Some(r#"a, b; "c""#));
        assert_eq!(found.return_, Some(Return::Minimal));
        assert!(read(r#"timezone=, timezone="""#).timezone.is_none());
    }

    #[test]
    fn one_with_parameters_is_not_known() {
        let found = read("return=minimal; max-affected=5");
        assert_eq!((found.return_, found.max_affected), (None, None));
        assert!(found.misses("max-affected") && !found.misses("tx"));
        assert!(read("max-affected=-1").misses("Max-Affected"));
    }

    #[test]
    fn what_is_not_understood_hides_nothing_beside_it() {
        for note in ["note=caf\u{e9}", "note=\u{fffd}", "note=\"a, b\"", "=, ="] {
            let found = read(&format!("{note}, max-affected=1"));
            assert_eq!(found.max_affected, Some(1), "{note}");
        }
        let open = read("note=\"a, max-affected=1, return=minimal");
        assert!(open.misses("max-affected") && !open.misses("tx"));
        assert!(!read("note=\"max-affected=1\"").misses("max-affected"));
        assert!(read("max-affected=1\u{fffd}").misses("max-affected"));
    }
}
