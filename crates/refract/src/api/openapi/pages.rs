//! The document as pages show it, which unfold every reference at once and make up examples.

use serde_json::{Value, json};

use super::types::no_nul;

/// Puts the names of the bodies that a schema of links refers to in their place. Pages unfold every
/// reference at once: all rows of all relations of all bodies would take them long.
pub(super) fn in_words(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            let name = name.and_then(|name| name.rsplit('/').next());
            match name.filter(|name| !name.ends_with("Where")) {
                Some(name) => {
                    let description = format!("As the body `{name}`.");
                    *schema =
                        json!({ "type": "object", "title": name, "description": description });
                }
                None => members.values_mut().for_each(in_words),
            }
        }
        Value::Array(items) => items.iter_mut().for_each(in_words),
        _ => {}
    }
}

/// Leaves out that texts hold no NUL, which goes without saying where a person reads: for patterns
/// pages make up examples of random characters.
pub(super) fn leave_out_nul(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("pattern") == Some(&no_nul()) {
                members.remove("pattern");
            }
            members.values_mut().for_each(leave_out_nul);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_nul),
        _ => {}
    }
}

/// Leaves no HTML in descriptions, which pages take for Markdown: they hold comments of the database.
pub(super) fn without_html(document: &mut Value) {
    match document {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "description" && text.contains('<') => {
                        *text = escaped(text);
                    }
                    member => without_html(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_html),
        _ => {}
    }
}

/// The text with every `<` as Markdown shows it. In code, Markdown shows all as it stands; what
/// stands between two backticks is taken for code only where it surely is.
fn escaped(text: &str) -> String {
    let has_code = !text.contains('\\') && text.lines().all(closes_its_code);
    let parts = text
        .split('`')
        .enumerate()
        .map(|(place, part)| match has_code && place % 2 == 1 {
            true => part.to_owned(),
            false => part.replace('<', "&lt;"),
        });
    parts.collect::<Vec<_>>().join("`")
}

/// Whether backticks stand by themselves, and in pairs.
fn closes_its_code(line: &str) -> bool {
    !line.contains("``") && line.split('`').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_html_is_left_but_code_is_shown_as_it_is() {
        for (text, shown) in [
            ("a < b", "a &lt; b"),
            ("`a<b` <i>", "`a<b` &lt;i>"),
            ("` <i>", "` &lt;i>"),
            ("` <i>\n`", "` &lt;i>\n`"),
            ("``<i>`", "``&lt;i>`"),
            ("``<i>``", "``&lt;i>``"),
            ("`a` <i> `b` `", "`a` &lt;i> `b` `"),
            ("a ` b\n`<i>`", "a ` b\n`&lt;i>`"),
            ("\\`<i>\\`", "\\`&lt;i>\\`"),
            ("`a`\n`<b>` <i>", "`a`\n`<b>` &lt;i>"),
        ] {
            assert_eq!(escaped(text), shown);
        }
    }
}
