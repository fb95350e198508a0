//! Separates the parameters of a write from the parameters that filter rows.

use std::borrow::Cow;

use super::{decode, invalid, once, scanner::Scanner};
use crate::error::Error;

/// The parameters of a write other than filters.
#[derive(Debug, Default)]
pub struct WriteParameters {
    /// `onConflict`: the fields of the key by which existing rows are found.
    pub on_conflict: Option<Vec<String>>,
    /// All other parameters, unchanged.
    pub rest: String,
}

/// Which rows of a soft-deleting resource a request is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Deleted {
    /// Rows that are not soft-deleted.
    #[default]
    Exclude,
    Include,
    Only,
}

/// The parameters about soft-deleted rows.
#[derive(Debug, Default)]
pub struct DeletedParameters<'query> {
    /// The value of `deleted`. Without it, a delete with `hard=true` includes soft-deleted rows, and
    /// every other request excludes them.
    pub deleted: Deleted,
    /// `hard=true` deletes rows for good.
    pub hard: bool,
    /// All other parameters, unchanged.
    pub rest: Cow<'query, str>,
}

/// Takes `deleted` and `hard` out of a query string. `deletes` says whether the request deletes rows.
///
/// # Errors
/// [`Error::InvalidParameter`] for other values than they have.
pub fn deleted(query_string: &str, deletes: bool) -> Result<DeletedParameters<'_>, Error> {
    let (mut deleted, mut hard) = (None, None);
    let mut rest = String::new();
    for pair in query_string.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match (decode(name)?.as_str(), value) {
            ("deleted", "exclude") => once("deleted", &mut deleted, Deleted::Exclude)?,
            ("deleted", "include") => once("deleted", &mut deleted, Deleted::Include)?,
            ("deleted", "only") => once("deleted", &mut deleted, Deleted::Only)?,
            ("deleted", _) => {
                return Err(invalid("deleted", "is none of exclude, include and only"));
            }
            ("hard", "true") => once("hard", &mut hard, true)?,
            ("hard", "false") => once("hard", &mut hard, false)?,
            ("hard", _) => return Err(invalid("hard", "is neither true nor false")),
            _ => {
                if !rest.is_empty() {
                    rest.push('&');
                }
                rest.push_str(pair);
            }
        }
    }
    let hard = hard.unwrap_or_default();
    let deleted = deleted.unwrap_or(if hard && deletes {
        Deleted::Include
    } else {
        Deleted::Exclude
    });
    Ok(DeletedParameters {
        deleted,
        hard,
        rest: rest.into(),
    })
}

/// Takes the parameters of a write out of its query string.
///
/// # Errors
/// [`Error::InvalidParameter`] for one that is given twice or cannot be read.
pub fn write(query_string: &str) -> Result<WriteParameters, Error> {
    let mut found = WriteParameters::default();
    for pair in query_string.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match decode(name)?.as_str() {
            "onConflict" => {
                let names = names(&decode(&value.replace('+', " "))?)?;
                once("onConflict", &mut found.on_conflict, names)?;
            }
            _ => {
                if !found.rest.is_empty() {
                    found.rest.push('&');
                }
                found.rest.push_str(pair);
            }
        }
    }
    Ok(found)
}

/// Field names separated by commas, in quotes where they hold one.
fn names(text: &str) -> Result<Vec<String>, Error> {
    let refuse = || invalid("onConflict", "is not a list of fields separated by commas");
    let mut scanner = Scanner::new(text);
    let mut names = Vec::new();
    loop {
        scanner.blanks();
        let name = scanner.name(&[',', ' ']).ok_or_else(refuse)?;
        names.push(name.text);
        scanner.blanks();
        if scanner.is_at_end() {
            return Ok(names);
        }
        if !scanner.eat(",") {
            return Err(refuse());
        }
    }
}
