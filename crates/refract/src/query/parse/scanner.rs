//! The tokens of the grammar: names, quoted texts, JSON arrows.

/// A text and the position of the reader in it.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'text> {
    rest: &'text str,
}

/// A name, and whether it was quoted. A quoted name is not a keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub text: String,
    pub quoted: bool,
}

impl<'text> Scanner<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self { rest: text }
    }

    /// The text after the position.
    pub(super) fn rest(&self) -> &'text str {
        self.rest
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Reads `word` if it comes next.
    pub(super) fn eat(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    /// Reads up to the first of `stops`, or to the end.
    pub(super) fn until(&mut self, stops: &[char]) -> &'text str {
        let at = self.rest.find(stops).unwrap_or(self.rest.len());
        self.skip(at)
    }

    fn skip(&mut self, length: usize) -> &'text str {
        let (read, rest) = self.rest.split_at(length);
        self.rest = rest;
        read
    }

    /// Reads `"…"`, where a backslash makes the next character literal. Without an opening or a closing
    /// quote it returns `None`, and the position stays.
    pub(super) fn quoted(&mut self) -> Option<String> {
        let mut characters = self.rest.strip_prefix('"')?.chars();
        let mut inside = String::new();
        loop {
            match characters.next()? {
                '"' => {
                    self.rest = characters.as_str();
                    return Some(inside);
                }
                '\\' => inside.push(characters.next()?),
                other => inside.push(other),
            }
        }
    }

    /// Reads a name, in quotes or up to one of `stops` or an arrow. `None` if no name comes next.
    pub(super) fn name(&mut self, stops: &[char]) -> Option<Name> {
        if self.rest.starts_with('"') {
            return self.quoted().map(|text| Name { text, quoted: true });
        }
        let end = self.rest.find(stops).unwrap_or(self.rest.len());
        let end = self.rest[..end].find("->").unwrap_or(end);
        let text = self.skip(end).trim_matches(' ');
        (!text.is_empty()).then(|| Name {
            text: text.to_owned(),
            quoted: false,
        })
    }

    /// Reads from an opening bracket through its closing bracket. Brackets in quotes do not count. If the
    /// bracket is never closed, it returns `None`, and the position stays.
    pub(super) fn bracketed(&mut self, open: char, close: char) -> Option<&'text str> {
        let mut depth = 0_usize;
        let mut in_quotes = false;
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' if in_quotes => {
                    characters.next();
                }
                '"' => in_quotes = !in_quotes,
                _ if in_quotes => {}
                _ if character == open => depth += 1,
                _ if character == close => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(self.skip(at + character.len_utf8()));
                    }
                }
                _ if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }
}
