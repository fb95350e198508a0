//! The limits of requests to the resources, and the format of answers.

use super::{Limits, SettingsError, layers::Source};

/// The limits of requests, and the format of answers.
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// The limits of one request.
    pub limits: Limits,
    /// Most rows that one change or delete by a filter may touch.
    pub max_affected_rows: u64,
    /// Whether every write is refused.
    pub read_only: bool,
    /// Whether callers may ask for a write that is rolled back (`Prefer: tx=rollback`).
    pub allow_dry_run: bool,
    pub big_int: BigIntFormat,
}

/// The form of 64-bit integers in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BigIntFormat {
    /// As a string of digits: JavaScript's numbers lose precision past 2^53.
    String,
    Number,
}

impl ApiSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let max_page_size: u64 = source.number("MAX_PAGE_SIZE")?;
        let mut page_size: u64 = source.number("PAGE_SIZE")?;
        if source.text("PAGE_SIZE").is_none() {
            page_size = page_size.min(max_page_size);
        }
        if page_size > max_page_size {
            return Err(SettingsError::new(
                "PAGE_SIZE",
                format!("`{page_size}` is more than MAX_PAGE_SIZE, which is {max_page_size}"),
                "20",
            ));
        }
        Ok(Self {
            limits: Limits {
                page_size,
                max_page_size,
                filters: source.number("MAX_FILTERS")?,
                depth: source.number("MAX_DEPTH")?,
                embeds: source.number("MAX_EMBEDS")?,
                embed_rows: source.number("MAX_EMBED_ROWS")?,
                query_bytes: source.number("MAX_QUERY_BYTES")?,
            },
            max_affected_rows: source.number("MAX_AFFECTED_ROWS")?,
            read_only: source.flag("READ_ONLY")?,
            allow_dry_run: source.flag("ALLOW_DRY_RUN")?,
            big_int: source.choice(
                "BIGINT",
                &[
                    ("string", BigIntFormat::String),
                    ("number", BigIntFormat::Number),
                ],
            )?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn the_declared_limits_are_those_of_the_planner() {
        let settings = Settings::from_pairs([]).expect("the defaults are valid");
        let declared = format!("{:?}", settings.api.limits);
        assert_eq!(declared, format!("{:?}", Limits::default()));
    }
}
