//! The header `Prefer` → [`Preferences`] (RFC 7240, with the preferences of PostgREST's dialect).

use crate::error::Error;

/// What a request would rather have. What a front does not know of stands in `unknown`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    pub return_: Option<Return>,
    pub resolution: Option<Resolution>,
    pub end: Option<End>,
    /// `handling=strict`: what is unknown is to be refused.
    pub strict: bool,
    /// Rows that a change may touch at most.
    pub max_affected: Option<u64>,
    pub unknown: Vec<String>,
}

/// How much a write answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    Minimal,
    Representation,
}

/// What becomes of a new row with another in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    Merge,
    Ignore,
}

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Commit,
    Rollback,
}

impl Preferences {
    /// Reads header lines; the first of each kind wins.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a `max-affected` that is not a number: a bound that is
    /// ignored would be one that is trusted.
    pub fn parse<'line>(lines: impl Iterator<Item = &'line str>) -> Result<Self, Error> {
        let mut found = Self::default();
        let preferences = lines.flat_map(|line| line.split([',', ';']));
        for preference in preferences.map(str::trim).filter(|it| !it.is_empty()) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            let value = value.trim_matches('"');
            match (name.as_str(), value) {
                ("return", "minimal") => first(&mut found.return_, Return::Minimal),
                ("return", "representation") => {
                    first(&mut found.return_, Return::Representation);
                }
                ("resolution", "merge-duplicates") => {
                    first(&mut found.resolution, Resolution::Merge);
                }
                ("resolution", "ignore-duplicates") => {
                    first(&mut found.resolution, Resolution::Ignore);
                }
                ("tx", "commit") => first(&mut found.end, End::Commit),
                ("tx", "rollback") => first(&mut found.end, End::Rollback),
                ("handling", "strict") => found.strict = true,
                ("handling", "lenient") => {}
                ("max-affected", number) => {
                    let number = number.parse().map_err(|_| Error::InvalidParameter {
                        parameter: "Prefer".to_owned(),
                        reason: "max-affected is not a number of rows".to_owned(),
                    })?;
                    first(&mut found.max_affected, number);
                }
                _ => found.unknown.push(preference.to_owned()),
            }
        }
        Ok(found)
    }
}

fn first<T>(slot: &mut Option<T>, value: T) {
    slot.get_or_insert(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read_from_many_lines_and_the_first_of_a_kind_wins() {
        let lines = [
            "return=representation, resolution=ignore-duplicates",
            "Return=minimal; tx=rollback",
            "respond-async, max-affected=\"5\",handling=strict",
        ];
        let found = Preferences::parse(lines.into_iter()).expect("preferences");
        assert_eq!(
            found,
            Preferences {
                return_: Some(Return::Representation),
                resolution: Some(Resolution::Ignore),
                end: Some(End::Rollback),
                strict: true,
                max_affected: Some(5),
                unknown: vec!["respond-async".to_owned()],
            }
        );
    }
}
