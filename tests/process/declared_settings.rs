//! `.env.example` and docs/settings.md say of each setting what its declaration says.
//!
//! `UPDATE_SETTINGS=1 cargo test --test process declared_settings` rewrites both.

use std::{fs, path::Path};

use refract::settings::{Declaration, Default, SETTINGS};

const HEAD: &str = "\
# Settings of Refract. Copy this file to .env and uncomment what you change: each line shows its default.
# A setting comes from four places, the weakest first: defaults, refract.toml, .env, environment variables.
# This file is read as Next.js reads it: ${NAME} may be defined further down, \\$ is a dollar sign, # needs quotes.
";

/// Longest line of a comment.
const WIDTH: usize = 118;

#[test]
fn env_example_has_every_setting_with_its_default() {
    let mut expected = HEAD.to_owned();
    for setting in SETTINGS {
        expected.push('\n');
        let sentences = sentences(setting);
        for line in wrapped(&sentences.replace('`', "")) {
            expected.push_str(&format!("# {line}\n"));
        }
        let value = match setting.default {
            Default::Is(value) | Default::In { local: value, .. } => value,
            Default::Unset(_) => "",
        };
        expected.push_str(&format!("# {}={value}\n", setting.name));
    }
    agree(".env.example", |_| expected.clone());
}

#[test]
fn the_page_of_settings_has_a_row_for_each() {
    agree("docs/settings.md", |page| {
        let lines = page.lines().map(|line| {
            let setting = SETTINGS
                .iter()
                .find(|setting| line.starts_with(&format!("| `{}` |", setting.name)));
            setting.map_or_else(|| line.to_owned(), row)
        });
        let mut page: String = lines.map(|line| line + "\n").collect();
        for setting in SETTINGS {
            let row = row(setting);
            if !page.contains(&row) {
                page.push_str(&(row + "\n"));
            }
        }
        page
    });
}

fn row(setting: &Declaration) -> String {
    let unit = setting.unit().map(|unit| format!(" {unit}"));
    let shown = |value: &str| match value.parse::<f64>() {
        Ok(_) => format!("{value}{}", unit.as_deref().unwrap_or_default()),
        Err(_) => format!("`{value}`"),
    };
    let default = match setting.default {
        Default::Is(value) => shown(value),
        Default::In {
            local,
            staging,
            production,
        } if local == staging => {
            format!("{}; in `production` {}", shown(local), shown(production))
        }
        Default::In { local, staging, .. } => {
            format!("{} in `local`, else {}", shown(local), shown(staging))
        }
        Default::Unset(text) => text.to_owned(),
    };
    format!("| `{}` | {default} | {} |", setting.name, setting.meaning)
}

/// The meaning and the default as sentences.
fn sentences(setting: &Declaration) -> String {
    let mut letters = setting.meaning.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let meaning: String = first.into_iter().chain(letters).collect();
    let default = match setting.default {
        Default::Is(_) => String::new(),
        Default::Unset(text) => format!(" Default: {text}."),
        Default::In {
            local,
            staging,
            production,
        } if local == staging => {
            format!(" Default: {local}, but {production} in production.")
        }
        Default::In { local, staging, .. } => {
            format!(" Default: {local} in local, else {staging}.")
        }
    };
    format!("{meaning}.{default}")
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(word.to_owned());
        } else {
            *last = [last, word].join(" ").trim_start().to_owned();
        }
    }
    lines
}

/// Compares a file with what it should be, which may depend on what it is.
fn agree(name: &str, expected: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let found = fs::read_to_string(&path).expect("a file of this repository");
    let expected = expected(&found);
    if std::env::var_os("UPDATE_SETTINGS").is_some() {
        fs::write(&path, &expected).expect("writes");
        return;
    }
    for (found, expected) in std::iter::zip(found.lines(), expected.lines()) {
        assert_eq!(found, expected, "{name}; UPDATE_SETTINGS=1 rewrites it");
    }
    assert_eq!(
        found.len(),
        expected.len(),
        "{name}; UPDATE_SETTINGS=1 rewrites it"
    );
}
