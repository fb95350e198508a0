//! TypeScript types of what is served, for `refract types`.
//!
//! In: a catalog. Out: text. Two forms: plain interfaces under Prisma's names, which the client of
//! `npm/client` takes, and the `Database` type of supabase-js. Hidden columns are in neither.

mod model_types;
mod names;
mod supabase_types;
mod ts_type;

pub use model_types::models;
pub use supabase_types::supabase;

/// A comment of the schema as JSDoc, before the line it belongs to.
fn jsdoc(text: &mut String, indent: &str, comment: Option<&str>) {
    let Some(comment) = comment.map(str::trim).filter(|comment| !comment.is_empty()) else {
        return;
    };
    let comment = comment.replace("*/", "*\u{200b}/");
    let lines: Vec<&str> = comment.lines().map(str::trim_end).collect();
    if let [line] = lines.as_slice() {
        text.push_str(&format!("{indent}/** {line} */\n"));
        return;
    }
    text.push_str(&format!("{indent}/**\n"));
    for line in lines {
        text.push_str(format!("{indent} * {line}").trim_end());
        text.push('\n');
    }
    text.push_str(&format!("{indent} */\n"));
}

/// A name as a member: quoted where it is no identifier.
fn member(name: &str) -> String {
    let mut letters = name.chars();
    let is_first = |one: char| one.is_ascii_alphabetic() || "_$".contains(one);
    let is_plain = letters.next().is_some_and(is_first)
        && letters.all(|one| one.is_ascii_alphanumeric() || "_$".contains(one));
    match is_plain {
        true => name.to_owned(),
        false => literal(name),
    }
}

/// A text as a string literal.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
