//! Values that differ from run to run.

use std::{collections::HashMap, sync::LazyLock};

use chrono::{NaiveDateTime, TimeDelta, Utc};
use regex::{Captures, Regex};

/// `(name, form)` of the ids that Refract generates.
static IDS: LazyLock<[(&str, Regex); 2]> = LazyLock::new(|| {
    let regex = |form| Regex::new(form).expect("a regular expression");
    [
        ("cuid", regex(r"\bc[0-9a-z]{24}\b")),
        (
            "uuid",
            regex(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b"),
        ),
    ]
});

static MOMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?").expect("a regular expression")
});

/// The ids met so far, each with its number.
#[derive(Default)]
pub struct Masks {
    ids: HashMap<String, usize>,
}

impl Masks {
    /// A statement without generated ids and the present time. Ids that the request has given stay.
    pub fn apply(&mut self, statement: &str, request: &str) -> String {
        let mut text = statement.to_owned();
        for (name, form) in IDS.iter() {
            text = form
                .replace_all(&text, |found: &Captures<'_>| {
                    if request.contains(&found[0]) {
                        return found[0].to_owned();
                    }
                    let next = self.ids.len() + 1;
                    let number = self.ids.entry(found[0].to_owned()).or_insert(next);
                    format!("«{name} {number}»")
                })
                .into_owned();
        }
        let masked = MOMENT.replace_all(&text, |found: &Captures<'_>| {
            let moment = format!("{} {}", &found[1], &found[2]);
            match NaiveDateTime::parse_from_str(&moment, "%Y-%m-%d %H:%M:%S") {
                Ok(moment) if is_present(moment) => format!("«now {}»", without_digits(&found[0])),
                _ => found[0].to_owned(),
            }
        });
        masked.into_owned()
    }
}

fn is_present(moment: NaiveDateTime) -> bool {
    (Utc::now().naive_utc() - moment).abs() < TimeDelta::days(1)
}

fn without_digits(text: &str) -> String {
    let digits = |character: char| match character {
        '0'..='9' => '0',
        other => other,
    };
    text.chars().map(digits).collect()
}
