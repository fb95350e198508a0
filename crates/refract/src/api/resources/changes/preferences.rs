//! The header `Prefer` of the typed API.

use poem::http::{HeaderMap, HeaderName};

use crate::{
    error::Error,
    http::header_text,
    prefer::{End, Handling, Preference, Preferences, Resolution, Return},
};

const PREFER: HeaderName = HeaderName::from_static("prefer");

const KNOWN: &[Preference] = &[
    Preference::Resolution(Resolution::Merge),
    Preference::Resolution(Resolution::Ignore),
    Preference::Return(Return::Minimal),
    Preference::Return(Return::Representation),
    Preference::End(End::Commit),
    Preference::End(End::Rollback),
    Preference::Handling(Handling::Strict),
    Preference::Handling(Handling::Lenient),
    Preference::MaxAffected,
];

/// The preferences of a request.
///
/// # Errors
/// [`Error::InvalidParameter`] for an unknown preference if the request says `handling=strict`, and
/// for a bad value of a preference that a client relies on, as `max-affected`.
pub(in crate::api) fn preferences(
    headers: &HeaderMap,
    allow_dry_run: bool,
) -> Result<Preferences, Error> {
    let header = header_text(headers, &PREFER).unwrap_or_default();
    let found = Preferences::read(&header, KNOWN);
    let refuse = |reason: &str| {
        Err(Error::InvalidParameter {
            parameter: "Prefer".to_owned(),
            reason: reason.to_owned(),
        })
    };
    if found.misses("max-affected") {
        return refuse("max-affected is a number of rows, and commas separate preferences");
    }
    if found.misses("tx") {
        return refuse("tx is commit or rollback, and commas separate preferences");
    }
    if found.misses("handling") {
        return refuse("handling is strict or lenient, and commas separate preferences");
    }
    if found.misses("resolution") {
        return refuse(
            "resolution is merge-duplicates or ignore-duplicates, and commas separate preferences",
        );
    }
    if found.is_strict() && !found.unknown.is_empty() {
        return refuse(&format!("`{}` is not known here", found.unknown.join(", ")));
    }
    // RFC 7240 lets a server ignore preferences, but a dry run must not write.
    if found.end == Some(End::Rollback) && !allow_dry_run {
        return refuse("tx=rollback is not allowed here (ALLOW_DRY_RUN)");
    }
    Ok(found)
}

/// The value of `Preference-Applied`.
pub(super) fn applied(preferences: &Preferences) -> Option<String> {
    preferences.applied(|one| one != Preference::Handling(Handling::Lenient))
}
