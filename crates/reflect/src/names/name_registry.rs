//! The set of names that are taken.

use std::collections::HashSet;

/// Names that are taken. Letter case is ignored, because file systems of Windows and macOS ignore it
/// in module files, and OpenAPI tools in component names.
#[derive(Default)]
pub(super) struct Taken(HashSet<String>);

impl Taken {
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.contains(&name.to_ascii_lowercase())
    }

    pub(super) fn insert(&mut self, name: &str) {
        self.0.insert(name.to_ascii_lowercase());
    }

    /// Takes the first free and legal one of `candidates`, else of the numbered forms of the first
    /// candidate (`numbered("user", 2)` and so on).
    pub(super) fn claim(
        &mut self,
        candidates: &[String],
        numbered: impl Fn(&str, usize) -> String,
        is_legal: impl Fn(&Self, &str) -> bool,
    ) -> String {
        let base = candidates.first().map(String::as_str).unwrap_or_default();
        let numbers = (2..).map(|number| numbered(base, number));
        let name = candidates
            .iter()
            .cloned()
            .chain(numbers)
            .find(|name| !self.contains(name) && is_legal(self, name))
            // The sequence is infinite, and its names are all different.
            .unwrap_or_default();
        self.insert(&name);
        name
    }
}
