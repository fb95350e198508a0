//! `column->a->>b`: a field, and the way into its JSON.

use super::{invalid, scanner::Scanner};
use crate::error::Error;

/// A field, and the way into its JSON if it holds some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub path: Vec<Step>,
}

impl Field {
    /// A field itself.
    pub fn of(name: String) -> Self {
        let path = Vec::new();
        Self { name, path }
    }
}

/// `->key` or `->>key`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    pub key: Key,
    /// `->>`: what is found is given as text, and the way ends.
    pub as_text: bool,
}

/// What a step goes to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    Member(String),
    /// An item of an array; negative ones count from its end.
    Item(i32),
}

/// Most steps into a document.
const MAX_STEPS: usize = 32;

/// What ends the name of a member.
const KEY_STOPS: &[char] = &['(', ')', ':', '.', ','];

/// Reads the arrows that come next, if any do.
pub(super) fn path(parameter: &str, scanner: &mut Scanner<'_>) -> Result<Vec<Step>, Error> {
    let mut path: Vec<Step> = Vec::new();
    loop {
        let as_text = if scanner.eat("->>") {
            true
        } else if scanner.eat("->") {
            false
        } else {
            return Ok(path);
        };
        if path.last().is_some_and(|last| last.as_text) {
            return Err(invalid(
                parameter,
                "goes on after `->>`, which ends a way into JSON",
            ));
        }
        if path.len() == MAX_STEPS {
            return Err(invalid(
                parameter,
                &format!("takes more than {MAX_STEPS} steps into JSON"),
            ));
        }
        // What a field's name may not hold, a member's may.
        let name = scanner
            .name(KEY_STOPS)
            .ok_or_else(|| invalid(parameter, "names nothing after an arrow"))?;
        if name.text.contains('\0') {
            return Err(invalid(parameter, "has a NUL character after an arrow"));
        }
        let key = match name.text.parse() {
            Ok(item) if !name.quoted => Key::Item(item),
            _ if !name.quoted && name.text.starts_with('-') => {
                return Err(invalid(
                    parameter,
                    "has a dash after an arrow that begins no number",
                ));
            }
            _ => Key::Member(name.text),
        };
        path.push(Step { key, as_text });
    }
}
