//! Quotes names and texts for SQL. This module is a security boundary: no other code in Refract puts
//! quotes around a name or a text.
//!
//! A text must not contain a NUL character. Both databases take it for the end of the statement, which
//! then fails. The parsers of requests refuse NUL characters.

/// A name in double quotes, for PostgreSQL and SQLite.
pub fn identifier(name: &str) -> String {
    enclosed('"', name)
}

/// Appends a name in double quotes to a text.
pub fn write_identifier(name: &str, out: &mut String) {
    enclose('"', name, out);
}

/// A name with its schema.
pub fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}

/// Names in double quotes, separated by commas.
pub fn identifiers<Name: AsRef<str>>(names: impl IntoIterator<Item = Name>) -> String {
    let names = names.into_iter();
    let names: Vec<_> = names.map(|name| identifier(name.as_ref())).collect();
    names.join(", ")
}

/// A string constant of PostgreSQL.
///
/// In `'…'` a backslash is an escape or not, depending on `standard_conforming_strings`; in `E'…'` it
/// is always an escape. Quotes are doubled, because `\'` depends on `backslash_quote`. The blank
/// separates the `E` from a preceding word. Source: libpq's `PQescapeLiteral`.
pub fn literal(text: &str) -> String {
    if text.contains('\\') {
        format!(" E{}", enclosed('\'', &text.replace('\\', "\\\\")))
    } else {
        enclosed('\'', text)
    }
}

/// A string constant of SQLite, which has no escapes.
pub fn sqlite_literal(text: &str) -> String {
    enclosed('\'', text)
}

/// Puts quotes around a text and doubles the quotes inside it.
fn enclosed(quote: char, text: &str) -> String {
    let mut enclosed = String::with_capacity(text.len() + 2);
    enclose(quote, text, &mut enclosed);
    enclosed
}

fn enclose(quote: char, text: &str, out: &mut String) {
    out.push(quote);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(quote) {
        out.push_str(before);
        out.push(quote);
        out.push(quote);
        rest = after;
    }
    out.push_str(rest);
    out.push(quote);
}

/// The parts of a name as PostgreSQL prints it: `"Page"`, `public."Page""s"`. `None` where the text
/// is not only a name.
pub fn parts(printed: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = printed;
    loop {
        let part;
        (part, rest) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = rest.find(['.', '"']).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        if part.is_empty() {
            return None;
        }
        parts.push(part);
        match rest.strip_prefix('.') {
            Some(further) => rest = further,
            None if rest.is_empty() => return Some(parts),
            None => return None,
        }
    }
}

/// The text before a closing quote, and the text after it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut part = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        part.push_str(before);
        match after.strip_prefix('"') {
            Some(further) => {
                part.push('"');
                rest = further;
            }
            None => return Some((part, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled_and_backslashes_escaped() {
        assert_eq!(identifier(r#"a"b\"#), r#""a""b\""#);
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"\' OR 1=1 --"), r" E'\\'' OR 1=1 --'");
        assert_eq!(sqlite_literal(r"\'"), r"'\'''");
    }

    #[test]
    fn printed_names_are_taken_apart_as_they_were_put_together() {
        for names in [&["page"][..], &["my schema", "Page\"s"], &["a.b", "\""]] {
            let printed: Vec<_> = names.iter().map(|name| identifier(name)).collect();
            let parts = parts(&printed.join(".")).expect("a name");
            assert_eq!(parts, names);
        }
        assert_eq!(parts("public.price").expect("a name"), ["public", "price"]);
        for wrong in ["", ".", "a.", "\"a", "\"a\"b", "a\"b\""] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
