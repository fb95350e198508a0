//! The header `Prefer`, with the preferences that PostgREST knows
//! (<https://docs.postgrest.org/en/stable/references/api/preferences.html>).

use poem::http::{HeaderMap, HeaderName};

use crate::{
    http::header_text,
    postgrest::postgrest_error::PostgrestError,
    prefer::{End, Handling, Missing, Preference, Preferences, Resolution, Return},
    query::parse::Count,
};

const PREFER: HeaderName = HeaderName::from_static("prefer");

const KNOWN: &[Preference] = &[
    Preference::Resolution(Resolution::Merge),
    Preference::Resolution(Resolution::Ignore),
    Preference::Missing(Missing::Default),
    Preference::Missing(Missing::Null),
    Preference::Return(Return::Minimal),
    Preference::Return(Return::HeadersOnly),
    Preference::Return(Return::Representation),
    Preference::Count(Count::Exact),
    Preference::Count(Count::Planned),
    Preference::Count(Count::Estimated),
    Preference::End(End::Commit),
    Preference::End(End::Rollback),
    Preference::Handling(Handling::Strict),
    Preference::Handling(Handling::Lenient),
    Preference::Timezone,
    Preference::MaxAffected,
];

/// The preferences of a request.
///
/// # Errors
/// PGRST122 for unknown preferences with `handling=strict`.
pub fn read(headers: &HeaderMap) -> Result<Preferences, PostgrestError> {
    let header = header_text(headers, &PREFER).unwrap_or_default();
    let found = Preferences::read(&header, KNOWN);
    // An unreadable `handling` might mean `strict`, so it is never ignored.
    if (found.is_strict() || found.misses("handling")) && !found.unknown.is_empty() {
        let details = format!("Invalid preferences: {}", found.unknown.join(", "));
        return Err(PostgrestError::new(
            400,
            "PGRST122",
            "Invalid preferences given with handling=strict",
        )
        .details(details));
    }
    Ok(found)
}
