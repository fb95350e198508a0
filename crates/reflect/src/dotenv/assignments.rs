//! Parses the lines of a `.env` as dotenv does. References are not expanded here.

/// The value of an assignment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) value: String,
    /// A `#` without a blank before it ended the value. The author may have meant it as part of the
    /// value.
    pub(super) cut: bool,
}

/// Every assignment in order. The last one for a name counts.
pub(super) fn assignments(text: &str) -> Vec<(String, Assignment)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut found = Vec::new();
    while !rest.is_empty() {
        let line = &rest[..end_of_line(rest)];
        match name(line) {
            Some((name, before)) => {
                let (assignment, length) = value(&rest[before..]);
                found.push((name, assignment));
                rest = &rest[before + length..];
                rest = &rest[end_of_line(rest)..];
            }
            None => rest = &rest[line.len()..],
        }
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    found
}

fn end_of_line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// The name that a line assigns to, and the number of bytes before the value.
fn name(line: &str) -> Option<(String, usize)> {
    let mut text = line.trim_start();
    if let Some(after) = text.strip_prefix("export")
        && after.starts_with(char::is_whitespace)
        && !after.trim_start().starts_with('=')
    {
        text = after.trim_start();
    }
    let is_name =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-');
    let end = text.find(|character| !is_name(character))?;
    let (name, after) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let value = match after.trim_start().strip_prefix('=') {
        Some(value) => value,
        // In the form of YAML, `NAME: value`, a blank must follow the colon.
        None => after
            .strip_prefix(':')
            .filter(|value| value.starts_with(char::is_whitespace))?,
    };
    Some((name.to_owned(), line.len() - value.len()))
}

/// The value at the beginning of a text, and its length in bytes.
fn value(text: &str) -> (Assignment, usize) {
    let line = &text[..end_of_line(text)];
    let blanks = line.len() - line.trim_start().len();
    let quote = line[blanks..].chars().next();
    if let Some(quote @ ('"' | '\'' | '`')) = quote
        && let Some(end) = closing(&text[blanks + 1..], quote)
    {
        let value = unescaped(&text[blanks + 1..][..end], quote);
        return (Assignment { value, cut: false }, blanks + end + 2);
    }
    let end = line.find('#').unwrap_or(line.len());
    let raw = &line[..end];
    let value = raw.trim();
    let cut = end < line.len() && raw.ends_with(|last: char| !last.is_whitespace());
    let bare = quote.and_then(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    let value = match (quote, bare) {
        (Some(quote @ ('"' | '\'' | '`')), Some(bare)) => unescaped(bare, quote),
        (Some('"'), None) => unescaped(value, '"'),
        _ => value.to_owned(),
    };
    (Assignment { value, cut }, line.len())
}

/// The end of a quoted text, which may span lines: a quote that only a comment follows. A quote with
/// a backslash before it ends the text only where no other quote does.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut candidates = Vec::new();
    for (at, _) in text.match_indices(quote) {
        candidates.push(at);
        if !text[..at].ends_with('\\') {
            break;
        }
    }
    let ends = |at: &usize| {
        let after = &text[at + 1..];
        let after = after[..end_of_line(after)].trim_start();
        after.is_empty() || after.starts_with('#')
    };
    candidates.into_iter().rev().find(ends)
}

/// Expands the two escapes, which exist in double quotes only.
fn unescaped(text: &str, quote: char) -> String {
    match quote {
        '"' => text.replace("\\n", "\n").replace("\\r", "\r"),
        _ => text.to_owned(),
    }
}
