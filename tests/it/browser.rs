//! `/`, `/errors` and `/data`: what they answer, and the stories of `tests/browser` in a real Chromium.

use std::process::Stdio;

use tokio::process::Command;

use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema, programs},
};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Names of the browser. Ubuntu's `chromium` may be a stub that installs one, so that it comes last.
const BROWSERS: [&str; 5] = [
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-browser",
    "chromium",
];

async fn browser() -> Option<&'static str> {
    for name in BROWSERS {
        let version = Command::new(name)
            .arg("--version")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .await;
        if version.is_ok_and(|output| output.status.success()) {
            return Some(name);
        }
    }
    programs::skip("no Chromium is installed");
    None
}

/// Where a program is, as the browser's driver wants it.
async fn path_of(name: &str) -> String {
    let found = Command::new("which").arg(name).output().await;
    let found = found.expect("which is there").stdout;
    String::from_utf8(found).expect("a path").trim().to_owned()
}

on_each_database!(Schema::Sample, people_use_the_pages_in_a_real_browser);
async fn people_use_the_pages_in_a_real_browser(app: &App) {
    let Some(name) = browser().await else {
        return;
    };
    if !programs::is_here("tests/browser").await {
        return;
    }
    app.post(
        "/api/v1/users",
        serde_json::json!({ "id": "story-user", "email": "story@example.com" }),
    )
    .await
    .expect(201);
    let output = Command::new("node")
        .arg("tests/browser/stories.mjs")
        .arg(path_of(name).await)
        .arg(format!("http://{}", app.address))
        .kill_on_drop(true)
        .output()
        .await
        .expect("Node has been found before");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
}

on_each_database!(the_client_of_npm_runs_in_a_page_of_another_origin);
async fn the_client_of_npm_runs_in_a_page_of_another_origin(kind: Kind) {
    let Some(name) = browser().await else {
        return;
    };
    if !programs::is_here("tests/browser").await {
        return;
    }
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        free.local_addr().expect("an address").port()
    };
    let origin = format!("http://localhost:{port}");
    let options = Options::default().set("BACKEND_CORS_ORIGINS", &origin);
    let app = App::builder(Schema::Writes).on(kind).with(options);
    let app = app.start().await;
    let output = Command::new("node")
        .arg("tests/browser/client.mjs")
        .arg(path_of(name).await)
        .arg(format!("http://{}", app.address))
        .arg(port.to_string())
        .kill_on_drop(true)
        .output()
        .await
        .expect("Node has been found before");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let posts = app.get("/api/v1/posts?select=title").await.expect(200);
    assert_eq!(posts["data"], serde_json::json!([{ "title": "changed" }]));
}

on_each_database!(a_person_with_the_key_finds_deleted_rows_again);
async fn a_person_with_the_key_finds_deleted_rows_again(kind: Kind) {
    let Some(name) = browser().await else {
        return;
    };
    if !programs::is_here("tests/browser").await {
        return;
    }
    let options = Options::default()
        .set("SECRET_KEY", KEY)
        .soft_delete("Note", "deletedAt", true);
    let app = App::builder(Schema::Writes)
        .on(kind)
        .with(options)
        .start()
        .await;
    app.request("POST", "/api/v1/notes")
        .header("apikey", KEY)
        .json(serde_json::json!({ "slug": "first" }))
        .send()
        .await
        .expect(201);
    let output = Command::new("node")
        .arg("tests/browser/key.mjs")
        .arg(path_of(name).await)
        .arg(format!("http://{}", app.address))
        .arg(KEY)
        .kill_on_drop(true)
        .output()
        .await
        .expect("Node has been found before");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}

async fn local(settings: &[(&str, &str)]) -> App {
    let set = |options: Options, (name, value): &(&str, &str)| options.set(name, value);
    let options = settings.iter().fold(Options::default(), set);
    App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await
}

#[tokio::test]
async fn the_first_page_is_html_for_a_browser_and_json_for_a_program() {
    let app = local(&[]).await;
    let document = app.get("/").await.expect(200);
    assert_eq!(document["status"], "ok");
    assert!(
        document["links"]["data"]
            .as_str()
            .is_some_and(|url| url.ends_with("/data"))
    );
    let page = app
        .request("GET", "/")
        .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
        .send()
        .await;
    page.assert_status(200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.text.contains("href=\"/data/pages\""), "{}", page.text);
}

#[tokio::test]
async fn outside_local_the_first_page_says_that_the_process_lives_and_no_more() {
    let app = local(&[("ENVIRONMENT", "production"), ("SECRET_KEY", KEY)]).await;
    for headers in [vec![], vec![("accept", "text/html")], vec![("apikey", KEY)]] {
        let request = headers
            .iter()
            .fold(app.request("GET", "/"), |request, (name, value)| {
                request.header(name, value)
            });
        let answer = request.send().await;
        answer.assert_status(200);
        assert_eq!(answer.text, r#"{"status":"ok"}"#);
    }
    for path in ["/data", "/data/pages", "/data.json", "/assets/main.js"] {
        app.get(path).await.expect_problem(401);
        let answer = app.request("GET", path).header("apikey", KEY).send().await;
        assert_eq!(answer.expect_problem(404).0, "route_not_found", "{path}");
    }
}

#[tokio::test]
async fn with_a_key_the_pages_open_and_tell_nothing_before_it_is_presented() {
    let app = local(&[("SECRET_KEY", KEY)]).await;
    for path in [
        "/",
        "/data",
        "/data/pages",
        "/errors",
        "/assets/main.js",
        "/assets/style.css",
    ] {
        let page = app
            .request("GET", path)
            .header("accept", "text/html")
            .send()
            .await;
        page.assert_status(200);
        assert!(
            !page.text.contains("GenerationJob"),
            "{path}: {}",
            page.text
        );
    }
    assert_eq!(app.get("/").await.text, r#"{"status":"ok"}"#);
    for path in ["/data.json", "/data.json?table=pages", "/api/v1/pages"] {
        app.get(path).await.expect_problem(401);
        let answer = app.request("GET", path).header("apikey", KEY).send().await;
        answer.assert_status(200);
    }
}

#[tokio::test]
async fn no_page_runs_what_is_not_its_own() {
    let app = local(&[]).await;
    for path in ["/", "/errors", "/data", "/data/pages"] {
        let page = app
            .request("GET", path)
            .header("accept", "text/html")
            .send()
            .await;
        let policy = page.header("content-security-policy").expect("a policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self';",
            "style-src 'self';",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert!(
            !page.text.contains("style=\"") && !page.text.contains("onclick"),
            "{path}"
        );
    }
    app.request("GET", "/data.json")
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .expect_problem(403);
    app.request("GET", "/data")
        .header("host", "evil.example")
        .send()
        .await
        .expect_problem(403);
}

#[tokio::test]
async fn errors_are_a_page_for_a_browser_and_markdown_for_a_program() {
    let app = local(&[]).await;
    let markdown = app
        .request("GET", "/errors")
        .header("accept", "text/markdown")
        .send()
        .await;
    assert_eq!(
        markdown.header("content-type"),
        Some("text/markdown; charset=utf-8")
    );
    assert!(markdown.text.starts_with("# Errors"));
    let page = app
        .request("GET", "/errors")
        .header("accept", "text/html")
        .send()
        .await;
    assert!(
        page.text.contains("<h2 id=\"unknown-parameter\">"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn an_unknown_table_is_a_404_and_hidden_fields_keep_their_defaults() {
    let options = Options::default()
        .hide("Page", "status")
        .set("READ_ONLY", "true");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    assert_eq!(
        app.get("/data.json?table=nowhere")
            .await
            .expect_problem(404)
            .0,
        "route_not_found"
    );
    assert_eq!(app.get("/data.json").await.expect(200)["readOnly"], true);
    let table = app.get("/data.json?table=pages").await.expect(200);
    let fields = table["fields"].as_array().expect("fields");
    let status = fields
        .iter()
        .find(|field| field["name"] == "status")
        .expect("status");
    assert_eq!(status["hidden"], true);
    assert!(status["default"].is_null(), "{status}");
}
