//! `Prefer` as PostgREST takes it.

use poem::http::HeaderMap;

use crate::query::{
    lenient::Refusal,
    parse::Count,
    prefer::{End, Handling, Missing, Preference, Preferences, Resolution, Return},
};

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
pub(super) fn read(headers: &HeaderMap) -> Result<Preferences, Refusal> {
    let lines = headers.get_all("prefer").iter();
    let found = Preferences::read(lines.filter_map(|line| line.to_str().ok()), KNOWN);
    if found.is_strict() && !found.unknown.is_empty() {
        let details = format!("Invalid preferences: {}", found.unknown.join(", "));
        return Err(Refusal::new(
            400,
            "PGRST122",
            "Invalid preferences given with handling=strict",
        )
        .details(details));
    }
    Ok(found)
}

/// Rows that a change may touch; a bound holds where it is to be taken strictly.
pub(super) fn most_affected(preferences: &Preferences) -> Option<u64> {
    preferences.max_affected.filter(|_| preferences.is_strict())
}
