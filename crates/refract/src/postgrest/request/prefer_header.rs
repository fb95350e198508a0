//! `Prefer` as PostgREST takes it.

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
/// PGRST122 where what is unknown is not to be passed over.
pub fn read(headers: &HeaderMap) -> Result<Preferences, PostgrestError> {
    let header = header_text(headers, &PREFER).unwrap_or_default();
    let found = Preferences::read(&header, KNOWN);
    // One that says how strictly the others are taken is never passed over.
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

/// Rows that a change may touch; a bound holds where it is to be taken strictly.
pub fn most_affected(preferences: &Preferences) -> Option<u64> {
    preferences.max_affected.filter(|_| preferences.is_strict())
}
