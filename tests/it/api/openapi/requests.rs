//! What the document says of requests is what the server takes.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::{
    strategy::{Strategy, ValueTree},
    string::string_regex,
    test_runner::TestRunner,
};
use regex::Regex;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Kind, Schema},
};

/// The patterns of a list's parameters that refer to components of a family: parameter, component,
/// pattern.
fn patterns(document: &Value, path: &str, family: &str) -> Vec<(String, String, String)> {
    let parameters = document["paths"][path]["get"]["parameters"].as_array();
    let referring = parameters.into_iter().flatten().filter_map(|one| {
        let component = one["schema"]["$ref"].as_str()?.rsplit('/').next()?;
        let pattern = document["components"]["schemas"][component]["pattern"].as_str()?;
        let name = one["name"].as_str()?.to_owned();
        component
            .starts_with(family)
            .then(|| (name, component.to_owned(), pattern.to_owned()))
    });
    referring.collect()
}

fn lists(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_object().expect("paths");
    let lists = paths.keys().filter(|path| !path.contains('{'));
    lists.cloned().collect()
}

async fn is_taken(app: &App, path: &str, name: &str, value: &str) -> bool {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let url = format!("{path}?limit=1&{}={}", encode(name), encode(value));
    let answer = app.get(&url).await;
    match answer.status.as_u16() {
        200 => true,
        400 | 422 | 501 => {
            println!("{}", answer.json()["detail"]);
            false
        }
        _ => panic!("{name}={value}: {answer:?}"),
    }
}

/// Whether no regular expression can say what the text has to be: documents, regular expressions,
/// queries of `fts`, types that are known by name only.
fn is_beyond_patterns(component: &str, text: &str) -> bool {
    let bare = text.strip_prefix("not.").unwrap_or(text);
    let word = bare.split(['.', '(']).next().unwrap_or_default();
    let is_document = component.ends_with(".json") && bare.contains(['{', '[']);
    let is_free = ["match", "imatch", "fts"].contains(&word);
    let is_other = component.ends_with(".other") && word != "is";
    is_document || is_free || is_other
}

/// Texts that match a pattern, always the same ones.
fn samples(pattern: &str, count: usize) -> Vec<String> {
    let bare = pattern.trim_start_matches('^').trim_end_matches('$');
    let texts = string_regex(bare).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let mut runner = TestRunner::deterministic();
    let mut text = || Some(texts.new_tree(&mut runner).ok()?.current());
    (0..count).filter_map(|_| text()).collect()
}

on_each_database!(
    Schema::Trouble,
    filters_that_a_pattern_lets_through_are_taken
);
async fn filters_that_a_pattern_lets_through_are_taken(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let mut tried = 0;
    for path in lists(&document) {
        for (name, component, pattern) in patterns(&document, &path, "Refract.Filter.") {
            // Of a domain over an enum PostgreSQL finds no operators but those for equality.
            if name == "warm" {
                continue;
            }
            for text in samples(&pattern, 12) {
                if !is_beyond_patterns(&component, &text) {
                    tried += 1;
                    assert!(
                        is_taken(app, &path, &name, &text).await,
                        "{path} {component}: {name}={text:?}"
                    );
                }
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}

#[tokio::test]
async fn search_configurations_of_ones_own_are_offered() {
    let app = App::builder(Schema::Trouble).start().await;
    let document = app.get("/openapi.json").await.expect(200);
    let (path, (name, _, pattern)) = (lists(&document).into_iter())
        .find_map(|path| {
            let mut all = patterns(&document, &path, "Refract.Filter.text").into_iter();
            all.next().map(|found| (path, found))
        })
        .expect("a text");
    let pattern = Regex::new(&pattern).expect("a regular expression");
    for (configuration, is_there) in [
        ("english", true),
        ("plain_words", true),
        ("public.plain_words", true),
        ("plain_word", false),
        ("nowhere.plain_words", false),
    ] {
        let filter = format!("plfts({configuration}).word");
        assert_eq!(pattern.is_match(&filter), is_there, "{filter}");
        assert_eq!(
            is_taken(&app, &path, &name, &filter).await,
            is_there,
            "{filter}"
        );
        if !is_there {
            let answer = app
                .get(&format!("{path}?{name}={filter}"))
                .await
                .expect(422);
            let detail = answer["detail"].as_str().unwrap_or_default();
            assert!(detail.contains("search configuration"), "{detail}");
        }
    }
}

on_each_database!(
    Schema::Trouble,
    orders_that_a_pattern_lets_through_are_taken
);
async fn orders_that_a_pattern_lets_through_are_taken(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    for path in lists(&document) {
        for (name, component, pattern) in patterns(&document, &path, "Refract.Order.") {
            for text in samples(&pattern, 12) {
                // A relation that is ordered by has to be embedded.
                if !text.contains('(') {
                    assert!(
                        is_taken(app, &path, &name, &text).await,
                        "{path} {component}: {name}={text:?}"
                    );
                }
            }
        }
    }
}

const VALUES: &[&str] = &[
    "",
    "1",
    "-5",
    "1.5",
    "1e5",
    "NaN",
    "32768",
    "2147483647",
    "2147483648",
    "-9223372036854775808",
    "9223372036854775808",
    "true",
    "maybe",
    "2024-02-29",
    "2023-02-29",
    "2024-01-31T12:00:00Z",
    "2024-01-31T25:00:00Z",
    "12:30:00",
    "123e4567-e89b-12d3-a456-426614174000",
    "aGk=",
    "aGk",
    "some text",
    "\"quoted\"",
];
const FORMS: &[&str] = &[
    "{}",
    "eq.{}",
    "not.gte.{}",
    "isdistinct.{}",
    "in.({},{})",
    "gt(any).{{},{}}",
    "eq(some).{{}}",
    "neq(all).{{}}",
    "like.{}",
    "ilike(all).{{}}",
    "sl.{}",
    "no.{}",
    "in.{}",
];
const WORDS: &[&str] = &[
    "is.null",
    "is.not_null",
    "not.is.null",
    "is.true",
    "is.unknown",
    "is.nothing",
    "in.()",
    "eq(any).{}",
    "lt(all).{}",
    "eq",
    "not.not.is.null",
    "cs.{}",
    "ov.[]",
];

on_each_database!(
    Schema::Trouble,
    a_filter_is_taken_where_its_pattern_lets_it_through_and_only_there
);
async fn a_filter_is_taken_where_its_pattern_lets_it_through_and_only_there(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let mut by_component = BTreeMap::new();
    for path in lists(&document) {
        for (name, component, pattern) in patterns(&document, &path, "Refract.Filter.") {
            by_component.insert(component, (path.clone(), name, pattern));
        }
    }
    let texts = FORMS
        .iter()
        .flat_map(|form| VALUES.iter().map(|value| form.replace("{}", value)));
    let texts: Vec<String> = texts
        .chain(WORDS.iter().map(|word| (*word).to_owned()))
        .collect();
    for (component, (path, name, pattern)) in by_component {
        let pattern = Regex::new(&pattern).expect("a regular expression");
        for text in texts
            .iter()
            .filter(|text| !is_beyond_patterns(&component, text))
        {
            let taken = is_taken(app, &path, &name, text).await;
            // Numbers are read in any spelling, bytes without padding: what is said is the usual one.
            let is_spelling = component.contains("int") && text.contains("1e5")
                || component.contains("oid") && text.contains("1e5")
                || component.contains("numeric.") && text.contains("1e5")
                || component.contains("bytes")
                || text.contains("\"quoted\"");
            assert!(
                taken == pattern.is_match(text) || (taken && is_spelling),
                "{path} {component}: {name}={text} {taken}"
            );
        }
    }
}

#[tokio::test]
async fn what_the_database_lacks_is_not_offered() {
    for (kind, offered) in [(Kind::Postgres, true), (Kind::Sqlite, false)] {
        let app = App::builder(Schema::Sample).on(kind).start().await;
        let document = app.get("/openapi.json").await.expect(200);
        let text = &document["components"]["schemas"]["Refract.Filter.text"];
        for word in ["fts", "match"] {
            let says = |of: &Value| of.as_str().is_some_and(|of| of.contains(word));
            assert_eq!(says(&text["pattern"]), offered, "{kind:?} {word}");
            assert_eq!(says(&text["description"]), offered, "{kind:?} {word}");
        }
    }
}

on_each_database!(
    Schema::Sample,
    a_key_of_several_columns_is_a_parameter_for_each
);
async fn a_key_of_several_columns_is_a_parameter_for_each(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let key = |path: &str| -> Vec<(Value, Value)> {
        let parameters = document["paths"][path]["parameters"]
            .as_array()
            .expect("parameters");
        parameters
            .iter()
            .map(|one| (one["name"].clone(), one["schema"]["type"].clone()))
            .collect()
    };
    let text = |name: &str| (json!(name), json!("string"));
    assert_eq!(key("/api/v1/users/{key}"), [text("key")]);
    for path in [
        "/api/v1/memberships/{userId},{organisationId}",
        "/api/v1/memberships/{userId},{organisationId}/user",
    ] {
        assert_eq!(key(path), [text("userId"), text("organisationId")]);
    }
    let day = &document["paths"]["/api/v1/page-views/{pageId},{day}"]["parameters"][1]["schema"];
    assert_eq!(day["format"], "date");
}
