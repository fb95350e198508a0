//! A set of names already given away.

use std::collections::HashSet;

/// Names given away, compared without case: Windows and macOS file systems fold module files, and
/// OpenAPI tools fold component names.
#[derive(Default)]
pub(super) struct Taken(HashSet<String>);

impl Taken {
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.contains(&name.to_ascii_lowercase())
    }

    pub(super) fn insert(&mut self, name: &str) {
        self.0.insert(name.to_ascii_lowercase());
    }

    /// The first free and legal one of `candidates`, else of the numbered forms of the first
    /// (`numbered("user", 2)` and so on), marked as taken.
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
            // The numbers never end and each is different.
            .unwrap_or_default();
        self.insert(&name);
        name
    }
}
