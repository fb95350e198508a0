//! The parameters of a write that do not say which rows, apart from those that do.

use super::{decode, invalid, once, scanner::Scanner};
use crate::error::Error;

/// What the query string of a write asks beside its filters.
#[derive(Debug, Default)]
pub struct WriteParameters {
    /// `onConflict`: the fields of the key that tells which rows are there already.
    pub on_conflict: Option<Vec<String>>,
    /// Everything else, as it was.
    pub rest: String,
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
