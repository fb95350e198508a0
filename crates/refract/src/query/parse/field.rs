//! `column->a->>b`: a field, and a path into its JSON.

use super::{invalid, scanner::Scanner};
use crate::error::Error;

/// A field, and a path into its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub path: Vec<Step>,
}

impl Field {
    /// A field without a path.
    pub fn of(name: String) -> Self {
        let path = Vec::new();
        Self { name, path }
    }
}

/// `->key` or `->>key`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    pub key: Key,
    /// `->>`: the value is returned as text. It is the last step of a path.
    pub as_text: bool,
}

/// The target of a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    Member(String),
    /// An item of an array. Negative numbers count from its end.
    Item(i32),
}

/// The most steps of a path.
const MAX_STEPS: usize = 32;

/// The characters that end the name of a member.
const KEY_STOPS: &[char] = &['(', ')', ':', '.', ','];

/// Reads the arrows that come next, if there are any.
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
        // The name of a member may have characters that the name of a field may not.
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
