//! `Prefer` → preferences (RFC 7240, with PostgREST's names), and what is said of them.

use crate::query::{lenient::Refusal, parse::Count};

/// What a request would rather have; the first of each kind counts.
#[derive(Debug, Default)]
pub(super) struct Preferences {
    pub resolution: Option<Resolution>,
    pub missing: Option<Missing>,
    pub returning: Option<Return>,
    pub count: Option<Count>,
    pub end: Option<End>,
    pub handling: Option<Handling>,
    pub timezone: Option<String>,
    pub max_affected: Option<u64>,
    unknown: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolution {
    Merge,
    Ignore,
}

/// What a column gets that the body leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Default,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Return {
    Minimal,
    HeadersOnly,
    Representation,
}

/// How the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Commit,
    Rollback,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handling {
    Strict,
    Lenient,
}

impl Preferences {
    /// Reads header lines.
    ///
    /// # Errors
    /// PGRST122 where what is unknown is not to be passed over.
    pub(super) fn read<'line>(lines: impl Iterator<Item = &'line str>) -> Result<Self, Refusal> {
        let mut found = Self::default();
        let preferences = lines.flat_map(|line| line.split(','));
        for preference in preferences.map(str::trim).filter(|it| !it.is_empty()) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            found.take(preference, name.trim(), value.trim());
        }
        if found.handling == Some(Handling::Strict) && !found.unknown.is_empty() {
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

    fn take(&mut self, preference: &str, name: &str, value: &str) {
        match (name, value) {
            ("resolution", "merge-duplicates") => first(&mut self.resolution, Resolution::Merge),
            ("resolution", "ignore-duplicates") => first(&mut self.resolution, Resolution::Ignore),
            ("missing", "default") => first(&mut self.missing, Missing::Default),
            ("missing", "null") => first(&mut self.missing, Missing::Null),
            ("return", "minimal") => first(&mut self.returning, Return::Minimal),
            ("return", "headers-only") => first(&mut self.returning, Return::HeadersOnly),
            ("return", "representation") => first(&mut self.returning, Return::Representation),
            ("count", "exact") => first(&mut self.count, Count::Exact),
            ("count", "planned") => first(&mut self.count, Count::Planned),
            ("count", "estimated") => first(&mut self.count, Count::Estimated),
            ("tx", "commit") => first(&mut self.end, End::Commit),
            ("tx", "rollback") => first(&mut self.end, End::Rollback),
            ("handling", "strict") => first(&mut self.handling, Handling::Strict),
            ("handling", "lenient") => first(&mut self.handling, Handling::Lenient),
            ("timezone", zone) if !zone.is_empty() => first(&mut self.timezone, zone.to_owned()),
            ("max-affected", number) if number.parse::<u64>().is_ok() => {
                first(&mut self.max_affected, number.parse().unwrap_or_default());
            }
            _ => self.unknown.push(preference.to_owned()),
        }
    }

    /// Rows that a change may touch; a bound holds where it is to be taken strictly.
    pub(super) fn most_affected(&self) -> Option<u64> {
        self.max_affected
            .filter(|_| self.handling == Some(Handling::Strict))
    }

    pub(super) fn count_name(&self) -> Option<&'static str> {
        self.count.map(|count| match count {
            Count::Exact => "count=exact",
            Count::Planned => "count=planned",
            Count::Estimated => "count=estimated",
        })
    }

    pub(super) fn timezone_name(&self) -> Option<String> {
        let zone = self.timezone.as_ref()?;
        Some(format!("timezone={zone}"))
    }

    pub(super) fn handling_name(&self) -> Option<&'static str> {
        self.handling.map(|handling| match handling {
            Handling::Strict => "handling=strict",
            Handling::Lenient => "handling=lenient",
        })
    }
}

fn first<T>(place: &mut Option<T>, value: T) {
    place.get_or_insert(value);
}
