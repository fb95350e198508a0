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

on_each_database!(
    Schema::Trouble,
    a_replacement_asks_for_what_the_document_calls_required
);
async fn a_replacement_asks_for_what_the_document_calls_required(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let body = &item["put"]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let key = &item["parameters"][0]["schema"];
        let is_text = path.ends_with("{key}") && key["type"] == "string" && key["minLength"] == 1;
        let (Some(body), true) = (body.as_str(), is_text) else {
            continue;
        };
        let schema = &document["components"]["schemas"][body.rsplit('/').next().expect("a name")];
        let mut required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        required.sort_unstable();
        let answer = app.put(&path.replace("{key}", "x"), json!({})).await;
        let mut missing: Vec<String> = match answer.status.as_u16() {
            422 => answer
                .expect_problem(422)
                .1
                .into_iter()
                .map(|(field, _)| field)
                .collect(),
            _ => Vec::new(),
        };
        missing.sort_unstable();
        assert_eq!(required, missing, "{path}");
        asked += 1;
    }
    assert!(asked > 0);
}

on_each_database!(
    Schema::Sample,
    unique_keys_are_named_as_on_conflict_takes_them
);
async fn unique_keys_are_named_as_on_conflict_takes_them(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let parameters = document["paths"]["/api/v1/users"]["post"]["parameters"]
        .as_array()
        .expect("parameters");
    let on_conflict = parameters
        .iter()
        .find(|one| one["name"] == "onConflict")
        .expect("onConflict");
    assert_eq!(on_conflict["schema"]["enum"], json!(["id", "email"]));
    for key in ["id", "email"] {
        let user = json!({ "id": "one", "email": "one@example.com" });
        let answer = app
            .post(&format!("/api/v1/users?onConflict={key}"), user)
            .await;
        assert!(answer.status.is_success(), "{answer:?}");
    }
}

on_each_database!(Schema::Sample, a_condition_without_a_tag_is_refused);
async fn a_condition_without_a_tag_is_refused(app: &App) {
    let user = app
        .post("/api/v1/users", json!({ "email": "one@example.com" }))
        .await
        .location();
    for name in ["If-Match", "If-None-Match"] {
        for value in [
            "",
            " ",
            ",",
            ", ,",
            "a",
            "\"",
            "\"a",
            "W/",
            "\"a\" \"b\"",
            "\"a\", b",
            "\"a\"b",
        ] {
            let answer = app
                .request("PATCH", &user)
                .header(name, value)
                .json(json!({ "name": "Ada" }))
                .send()
                .await;
            answer.expect_problem(400);
        }
    }
}

on_each_database!(
    Schema::Writes,
    of_related_rows_what_is_described_can_be_done_and_nothing_else
);
async fn of_related_rows_what_is_described_can_be_done_and_nothing_else(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let components = &document["components"]["schemas"];
    let author = app
        .post("/api/v1/authors", json!({ "email": "one@example.com" }))
        .await
        .location();
    let post = app
        .post("/api/v1/posts", json!({ "title": "one" }))
        .await
        .location();
    let comment = app
        .post(
            "/api/v1/comments",
            json!({ "text": "one", "post": { "connect": { "id": 1 } } }),
        )
        .await
        .location();
    // Something wrong, so that nothing is done.
    for (model, row, relation, schema, wrong) in [
        ("Post", &post, "author", "AuthorChange", "words"),
        ("Post", &post, "tags", "TagChanges", "words"),
        (
            "Post",
            &post,
            "comments",
            "CommentChanges.WithoutPost",
            "words",
        ),
        ("Comment", &comment, "post", "PostChangeNeeded", "text"),
        (
            "Author",
            &author,
            "posts",
            "PostChanges.WithoutAuthor",
            "score",
        ),
        (
            "Author",
            &author,
            "profile",
            "ProfileChange.WithoutAuthor",
            "score",
        ),
    ] {
        let reference = &components[format!("{model}Update")]["properties"][relation]["$ref"];
        assert_eq!(
            *reference,
            format!("#/components/schemas/{schema}"),
            "{model}.{relation}"
        );
        let described = components[schema]["properties"].as_object().expect("deeds");
        let is_to_one = !described.contains_key("createMany");
        for deed in [
            "set",
            "disconnect",
            "delete",
            "update",
            "connect",
            "connectOrCreate",
            "create",
            "createMany",
        ] {
            let value = if is_to_one && matches!(deed, "disconnect" | "delete") {
                json!(true)
            } else {
                json!({})
            };
            let answer = app
                .patch(row, json!({ relation: { deed: value }, wrong: [] }))
                .await;
            let (_, problems) = answer.expect_problem(422);
            let is_refused = problems.iter().any(|(field, code)| {
                *field == format!("{relation}.{deed}")
                    && matches!(code.as_str(), "required_relation" | "invalid_operation")
            });
            assert_eq!(
                is_refused,
                !described.contains_key(deed),
                "{model}.{relation}.{deed}: {problems:?}"
            );
        }
    }
}

on_each_database!(
    Schema::Writes,
    a_new_row_takes_one_operation_where_it_leads_to_one_row
);
async fn a_new_row_takes_one_operation_where_it_leads_to_one_row(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let components = &document["components"]["schemas"];
    assert_eq!(components["AuthorLink"]["maxProperties"], 1);
    assert!(components["TagLinks"]["maxProperties"].is_null());
    let (connect, create) = (json!({ "id": "x" }), json!({ "email": "x@example.com" }));
    let each = json!({ "where": connect, "create": create });
    for two in [
        json!({ "connect": connect, "create": create }),
        json!({ "connect": connect, "connectOrCreate": each }),
        json!({ "create": create, "connectOrCreate": each }),
    ] {
        let answer = app
            .post("/api/v1/posts", json!({ "title": "one", "author": two }))
            .await;
        assert_eq!(
            answer.expect_problem(422).1,
            [("author".to_owned(), "invalid_operation".to_owned())],
            "{two}"
        );
    }
    app.post("/api/v1/posts", json!({ "title": "one", "author": {} }))
        .await
        .expect(201);
    let tags = json!({ "create": { "name": "a" }, "connectOrCreate": { "where": { "name": "b" }, "create": { "name": "b" } } });
    app.post("/api/v1/posts", json!({ "title": "one", "tags": tags }))
        .await
        .expect(201);
}

on_each_database!(
    Schema::Trouble,
    times_of_day_are_described_by_a_pattern_that_they_match
);
async fn times_of_day_are_described_by_a_pattern_that_they_match(app: &App) {
    if app.kind == Kind::Sqlite {
        return; // Prisma makes no such columns there.
    }
    let document = app.get("/openapi.json").await.expect(200);
    let property =
        |schema: &str| document["components"]["schemas"][schema]["properties"]["time"].clone();
    let pattern = |schema: &str| {
        Regex::new(property(schema)["pattern"].as_str().expect("a pattern"))
            .expect("a regular expression")
    };
    let (given, shown) = (pattern("MomentsCreate"), pattern("Moments"));
    for (time, is_taken) in [
        ("09:30:00", true),
        ("09:30:00.5", true),
        ("23:59:59.999999", true),
        ("24:00:00", true),
        ("2024-01-01T08:30:00+02:00", true),
        ("24:00:01", false),
        ("9:30", false),
        ("09:30:00Z", false),
        ("", false),
    ] {
        assert_eq!(given.is_match(time), is_taken, "{time}");
        let at = "2024-01-01T00:00:00Z";
        let row = json!({ "timestamp": at, "timestamp_0": at, "timestamp_3": at, "timestamptz": at, "timestamptz_6": at,
            "date": "2024-01-01", "time": time, "time_3": "00:00:00" });
        let answer = app.post("/api/v1/moments", row).await;
        assert_eq!(answer.status == 201, is_taken, "{time}: {answer:?}");
        if is_taken {
            let row = answer.expect(201);
            assert!(
                shown.is_match(row["time"].as_str().expect("a text")),
                "{row}"
            );
        }
    }
    assert!(property("Moments")["format"].is_null());
}

#[tokio::test]
async fn what_only_sqlite_refuses_is_described_there_only() {
    for (kind, described) in [(Kind::Postgres, false), (Kind::Sqlite, true)] {
        let app = App::builder(Schema::Sample).on(kind).start().await;
        let document = app.get("/openapi.json").await.expect(200);
        let batch = json!({ "operations": [{ "method": "PATCH", "path": "/users?or=(name.match.x)", "body": { "name": "x" } }] });
        for (method, path, answer) in [
            (
                "get",
                "/api/v1/users",
                app.get("/api/v1/users?or=(name.match.x)").await,
            ),
            (
                "delete",
                "/api/v1/users",
                app.delete("/api/v1/users?or=(name.match.x)").await,
            ),
            (
                "post",
                "/api/v1/users",
                app.post(
                    "/api/v1/users?select=e:email::date",
                    json!({ "email": "a" }),
                )
                .await,
            ),
            (
                "post",
                "/api/v1/batch",
                app.post("/api/v1/batch", batch).await,
            ),
        ] {
            let responses = &document["paths"][path][method]["responses"];
            assert_eq!(
                responses["501"].is_object(),
                described,
                "{kind:?} {method} {path}"
            );
            assert_eq!(
                answer.status == 501,
                described,
                "{kind:?} {method} {path}: {answer:?}"
            );
        }
    }
}

on_each_database!(
    Schema::Writes,
    a_change_of_many_rows_takes_the_fields_that_are_described_and_no_others
);
async fn a_change_of_many_rows_takes_the_fields_that_are_described_and_no_others(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let body =
        &document["paths"]["/api/v1/posts"]["patch"]["requestBody"]["content"]["application/json"];
    assert_eq!(
        body["schema"]["$ref"],
        "#/components/schemas/PostUpdateMany"
    );
    let schemas = &document["components"]["schemas"];
    let fields = schemas["PostUpdate"]["properties"]
        .as_object()
        .expect("properties");
    for field in fields.keys() {
        let change = app
            .request("PATCH", "/api/v1/posts?title=eq.nobody")
            .json(json!({ field: null }));
        let is_unknown = change.send().await.text.contains("unknown_field");
        let is_described = !schemas["PostUpdateMany"]["properties"][field].is_null();
        assert_eq!(is_unknown, !is_described, "{field}");
    }
    assert!(
        fields.contains_key("author")
            && schemas["PostUpdateMany"]["properties"]["author"].is_null()
    );
}
