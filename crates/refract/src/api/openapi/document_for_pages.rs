//! The document for pages, which expand every reference at once and make up examples.

use serde_json::{Value, json};

use super::types::no_nul;

/// Replaces the references of a schema of nested operations by the names of the bodies. Pages
/// expand every reference at once, and the rows of all relations of all bodies would take them
/// long.
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

/// Removes the pattern that refuses NUL. It tells a reader nothing, and pages would make up
/// examples of random characters for it.
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

/// Escapes HTML in descriptions. Pages read them as Markdown, and they hold comments of the
/// database.
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

/// The text with every `<` escaped for Markdown. In code, `<` stays as it is. A part between two
/// backticks counts as code only if Markdown certainly reads it as code.
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

/// Whether the line has single backticks only, and an even number of them.
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
