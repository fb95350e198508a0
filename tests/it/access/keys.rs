//! Keys, and what the app's backend says of its users.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use refract::settings::AuthSettings;
use serde_json::json;

use super::{KEY, POLICIES};
use crate::support::{Answer, App, Kind, Options, Schema};

const KEYS: &str = r#"
[keys.reports]
key = "reports-0123456789abcdef"
role = "user"

[keys.rotated]
key = ["old-0123456789abcdef", "new-0123456789abcdef"]

[keys.hashed]
# The digest of `hashed-0123456789abcdef`.
sha256 = "SHA256"
acts_for_others = false
"#;

async fn app() -> App {
    use std::fmt::Write;
    let digest = <sha2::Sha256 as sha2::Digest>::digest(b"hashed-0123456789abcdef");
    let mut hex = String::new();
    for byte in digest {
        write!(hex, "{byte:02x}").expect("a text grows");
    }
    let options = Options::default()
        .set("SECRET_KEY", KEY)
        .auth(&KEYS.replace("SHA256", &hex))
        .roles(POLICIES);
    App::builder(Schema::Access)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await
}

async fn ask(app: &App, headers: &[(&str, &str)]) -> Answer {
    let mut request = app.request("GET", "/api/v1/posts?select=id&order=id");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.send().await
}

fn count(answer: Answer) -> usize {
    let found = answer.expect(200);
    found["data"].as_array().expect("a list").len()
}

#[tokio::test]
async fn each_key_has_its_role() {
    let app = app().await;
    for key in [
        KEY,
        "old-0123456789abcdef",
        "new-0123456789abcdef",
        "hashed-0123456789abcdef",
    ] {
        let bearer = format!("Bearer {key}");
        assert_eq!(
            count(ask(&app, &[("authorization", &bearer)]).await),
            5,
            "{key}"
        );
        assert_eq!(count(ask(&app, &[("apikey", key)]).await), 5, "{key}");
    }
    // A role without claims sees what its policy shows to anybody.
    assert_eq!(
        count(ask(&app, &[("apikey", "reports-0123456789abcdef")]).await),
        2
    );
    // Nobody sees what the policy of `anonymous` shows.
    assert_eq!(count(ask(&app, &[]).await), 2);
}

#[tokio::test]
async fn a_wrong_key_is_not_nobody() {
    let app = app().await;
    for headers in [
        &[("authorization", "Bearer 0123456789abcdef0123456789abcdeF")][..],
        &[("authorization", "Bearer ")],
        &[("authorization", "Bearer")],
        &[("authorization", "Basic dXNlcjpwYXNz")],
        &[("apikey", "")],
        &[("apikey", "nonsense")],
        &[("apikey", KEY), ("authorization", "Bearer nonsense")],
        &[
            ("apikey", "nonsense"),
            ("authorization", &format!("Bearer {KEY}")),
        ],
        &[("refract-claims", r#"{"sub":"ann"}"#)],
    ] {
        let answer = ask(&app, headers).await;
        assert!(answer.header("www-authenticate").is_some(), "{headers:?}");
        answer.expect_problem(401);
        let mut request = app.request("GET", "/rest/v1/Post?select=id");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.send().await.expect(401);
    }
}

#[tokio::test]
async fn claims_count_only_from_a_key_that_acts_for_others() {
    let app = app().await;
    let claims = json!({"sub": "ann"}).to_string();
    let bearer = format!("Bearer {KEY}");
    let with = |claims: String| {
        let (app, bearer) = (&app, &bearer);
        async move {
            ask(
                app,
                &[("authorization", bearer), ("refract-claims", &claims)],
            )
            .await
        }
    };
    assert_eq!(count(with(claims.clone()).await), 3);
    assert_eq!(count(with(URL_SAFE_NO_PAD.encode(&claims)).await), 3);
    assert_eq!(
        count(with(json!({"role": "anonymous"}).to_string()).await),
        2
    );
    with(json!({"role": "nobody"}).to_string())
        .await
        .expect_problem(404);
    for wrong in [
        "ann".to_owned(),
        "[]".to_owned(),
        r#"{"sub":"ann","sub":"bob"}"#.to_owned(),
        r#"{"a":{"sub":"ann","sub":"bob"}}"#.to_owned(),
        r#"{"role":["user"]}"#.to_owned(),
        r#"{"role":null}"#.to_owned(),
        format!(r#"{{"sub":"{}"}}"#, "x".repeat(17_000)),
        "[".repeat(5_000),
    ] {
        let status = with(wrong.clone()).await.status.as_u16();
        assert!(matches!(status, 400 | 431), "{status}: {}", wrong.len());
    }
    for key in ["hashed-0123456789abcdef", "reports-0123456789abcdef"] {
        let answer = ask(&app, &[("apikey", key), ("refract-claims", &claims)]).await;
        assert_eq!(answer.expect_problem(403).0, "forbidden");
    }
}

#[tokio::test]
async fn with_keys_nobody_is_the_service_even_where_there_are_no_roles() {
    let options = Options::default().auth("[keys.backend]\nkey = \"backend-0123456789abcdef\"\n");
    let app = App::builder(Schema::Access)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    ask(&app, &[]).await.expect_problem(401);
    ask(&app, &[("apikey", "backend-0123456789abcdef")])
        .await
        .expect(200);
}

#[tokio::test]
async fn what_says_who_asks_stands_once() {
    let app = app().await;
    let bearer = format!("Bearer {KEY}");
    let claims = r#"{"sub":"ann"}"#;
    for headers in [
        &[("authorization", &*bearer), ("authorization", &bearer)][..],
        &[("apikey", KEY), ("apikey", "reports-0123456789abcdef")],
        &[
            ("apikey", KEY),
            ("refract-claims", claims),
            ("refract-claims", r#"{"role":"anonymous"}"#),
        ],
    ] {
        ask(&app, headers).await.expect_problem(401);
    }
}

#[test]
fn a_key_in_the_wrong_place_is_not_told() {
    for wrong in [
        "\n[keys]\nbackend = \"do-not-tell-0123456789\"",
        "[keys.backend]\nkey = \"0123456789abcdef\"\nacts_for_others = \"do-not-tell, expected \"",
        "[auth]\njwt = \"do-not-tell-0123456789\"",
        "[auth.jwt]\nsecret = \"do-not-tell-0123456789do-not-tell-0123456789\"\ncookie = \"a\"",
    ] {
        let error = AuthSettings::of_toml(wrong).expect_err("it does not fit");
        let error = error.to_string();
        assert!(error.contains("line "), "{error}");
        assert!(!error.contains("do-not-tell"), "{error}");
    }
}
