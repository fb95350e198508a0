//! A server on a developer's machine is not open to the pages that its browser shows.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use serde_json::json;

use crate::on_each_database;
use crate::support::{
    App, Kind, Options, PATIENCE, Schema,
    client::{Client, Request},
};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const CROSS: (&str, &str) = ("sec-fetch-site", "cross-site");
const EVIL: (&str, &str) = ("origin", "https://evil.example");

async fn local(settings: &[(&str, &str)]) -> App {
    let set = |options: Options, (name, value): &(&str, &str)| options.set(name, value);
    let options = settings.iter().fold(Options::default(), set);
    App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await
}

/// Everything that there is to ask for, one of a kind.
const ALL: [(&str, &str); 14] = [
    ("GET", "/api/v1/users"),
    ("GET", "/api/v1/users/u1"),
    ("POST", "/api/v1/users"),
    ("DELETE", "/api/v1/users?id=not.is.null"),
    ("POST", "/api/v1/batch"),
    ("GET", "/api/v1/schema"),
    ("GET", "/api/v1/private/diagnostics/server"),
    ("GET", "/api/v1/reports/failure"),
    ("GET", "/health"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/nowhere"),
    ("GET", "/rest/v1/User"),
    ("POST", "/rest/v1/User"),
];

/// Sends it, and with it what would do harm if it were let in.
fn ask(app: &App, (method, path): (&str, &str), headers: &[(&str, &str)]) -> Request {
    let request = app.request(method, path);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    });
    match method {
        "POST" => request.json(json!({ "email": "evil@example.com" })),
        _ => request,
    }
}

async fn assert_refused(app: &App, headers: &[(&str, &str)], code: &str, names: &str) {
    for one in ALL {
        let answer = ask(app, one, headers).send().await;
        answer.assert_status(403);
        let body = answer.json();
        let text = match one.1.starts_with("/rest/v1") {
            true => body["message"].to_string(),
            false => {
                assert_eq!(answer.expect_problem(403).0, code, "{one:?} {headers:?}");
                body["detail"].to_string()
            }
        };
        assert!(text.contains(names), "{one:?} {headers:?}: {text}");
    }
    let preflight = [("access-control-request-method", "DELETE")];
    let headers = [headers, preflight.as_slice()].concat();
    let answer = ask(app, ("OPTIONS", "/api/v1/users"), &headers)
        .send()
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.expect_problem(403).0, code);
    let users = app.get("/api/v1/users?email=eq.evil@example.com").await;
    assert_eq!(users.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn a_name_that_a_stranger_lets_lead_here_is_not_answered() {
    let app = local(&[]).await;
    for host in [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1.evil.example",
        "10.1.2.3:8000",
        "0.0.0.0:8000",
        "[2001:db8::1]:8000",
        "localhost@evil.example",
        "127.1",
    ] {
        assert_refused(&app, &[("host", host)], "foreign_host", "ALLOWED_HOSTS").await;
    }
}

#[tokio::test]
async fn this_machine_answers_to_its_own_names() {
    let app = local(&[]).await;
    for host in [
        "localhost",
        "LOCALHOST:8000",
        "localhost.:1",
        "app.localhost:3000",
        "127.0.0.1",
        "127.8.9.10:8000",
        "[::1]:8000",
        "[::ffff:127.0.0.1]",
    ] {
        for one in ALL.iter().filter(|one| one.0 == "GET") {
            let answer = ask(&app, *one, &[("host", host)]).send().await;
            assert_ne!(answer.status, 403, "{host}: {answer}");
        }
    }
}

#[tokio::test]
async fn other_hosts_are_answered_once_they_are_listed() {
    let app = local(&[(
        "ALLOWED_HOSTS",
        "refract, *.Internal.example,10.1.2.3,[2001:db8::1]",
    )])
    .await;
    for (host, status) in [
        ("refract:8000", 200),
        ("Refract", 200),
        ("a.internal.example:80", 200),
        ("internal.example", 403),
        (".internal.example", 403),
        ("refract.example", 403),
        ("10.1.2.3:8000", 200),
        ("[2001:DB8:0::1]:8000", 200),
        ("localhost", 200),
        ("evil.example", 403),
    ] {
        let answer = ask(&app, ("GET", "/api/v1/users"), &[("host", host)])
            .send()
            .await;
        assert_eq!(answer.status, status, "{host}: {answer}");
    }
}

#[tokio::test]
async fn over_http_2_the_authority_is_the_host() {
    let app = local(&[]).await;
    Client::http2(app.address)
        .request("GET", "/api/v1/users")
        .send()
        .await
        .expect(200);
    // The client puts what its URL names into `:authority`; both have to be this machine's.
    let answer = Client::http2(app.address)
        .request("GET", "/api/v1/users")
        .header("host", "evil.example")
        .send()
        .await;
    assert_eq!(answer.expect_problem(403).0, "foreign_host");
}

/// Sends a head as it stands and gives the answer's status.
fn status_of(address: SocketAddr, head: &str) -> u16 {
    let mut connection = TcpStream::connect(address).expect("connects");
    connection.set_read_timeout(Some(PATIENCE)).expect("is set");
    connection.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("answered");
    let status = answer.split(' ').nth(1).and_then(|text| text.parse().ok());
    status.unwrap_or_else(|| panic!("{head}: {answer}"))
}

#[tokio::test]
async fn every_host_that_a_request_has_must_do_and_there_must_be_one() {
    let app = local(&[]).await;
    let address = app.address;
    let statuses = tokio::task::spawn_blocking(move || {
        [
            "GET http://localhost:8000/health HTTP/1.1\r\nHost: localhost\r\n",
            "GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\n",
            "GET http://localhost/health HTTP/1.1\r\nHost: evil.example\r\n",
            "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n",
            "GET /health HTTP/1.1\r\nHost:\r\n",
            "GET /health HTTP/1.1\r\n",
            "GET /health HTTP/1.0\r\n",
            "GET /health HTTP/1.0\r\nHost: localhost\r\n",
        ]
        .map(|head| status_of(address, &format!("{head}Connection: close\r\n\r\n")))
    });
    let statuses = statuses.await.expect("no panic");
    assert_eq!(statuses, [200, 403, 403, 403, 403, 403, 403, 200]);
}

#[tokio::test]
async fn pages_of_other_origins_are_not_answered() {
    let app = local(&[("BACKEND_CORS_ORIGINS", "http://localhost:3000")]).await;
    for headers in [
        &[EVIL][..],
        &[("origin", "null")],
        &[("origin", "http://localhost:5173")],
        &[("origin", "http://localhost:30000")],
        &[("origin", "https://localhost:3000")],
        &[("origin", "\u{e9}vil")],
        &[("host", "localhost"), ("origin", "https://localhost")],
        &[CROSS],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "anything")],
        &[("sec-fetch-site", "same-origin"), EVIL],
        &[("sec-fetch-site", "same-origin"), CROSS],
        &[("origin", "http://localhost:3000"), EVIL],
        // An image, a script, a frame, a form that opens a window.
        &[
            CROSS,
            ("sec-fetch-mode", "no-cors"),
            ("sec-fetch-dest", "image"),
        ],
    ] {
        assert_refused(&app, headers, "foreign_origin", "BACKEND_CORS_ORIGINS").await;
    }
}

#[tokio::test]
async fn pages_of_ones_own_are_answered() {
    let app = local(&[("BACKEND_CORS_ORIGINS", "http://localhost:3000")]).await;
    let own = format!("http://{}", app.address);
    let port = app.address.port();
    let named = format!("localhost:{port}");
    let origin = format!("http://LOCALHOST:{port}");
    for headers in [
        &[][..],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "same-origin"), ("origin", &own)],
        &[("host", &named), ("origin", &origin)],
        &[("host", "localhost"), ("origin", "http://localhost:80")],
        &[CROSS, ("origin", "http://localhost:3000")],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "http://localhost:3000"),
        ],
    ] {
        let answer = ask(&app, ("GET", "/api/v1/users"), headers).send().await;
        assert_eq!(answer.status, 200, "{headers:?}: {answer}");
    }
}

#[tokio::test]
async fn a_link_leads_to_the_documentation_and_to_nothing_else() {
    let app = local(&[]).await;
    let link = [
        CROSS,
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ];
    for path in ["/", "/data", "/data/pages", "/docs", "/redoc", "/errors"] {
        let page = ask(&app, ("GET", path), &link).send().await;
        assert_eq!(page.status, 200, "{path}");
        // Shown in another page, it could be made to be clicked on unseen.
        assert_eq!(page.header("x-frame-options"), Some("DENY"), "{path}");
        let frame = [
            CROSS,
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "iframe"),
        ];
        let page = ask(&app, ("GET", path), &frame).send().await;
        assert_eq!(page.expect_problem(403).0, "foreign_origin", "{path}");
    }
    for path in [
        "/api/v1/users",
        "/rest/v1/User",
        "/health",
        "/openapi.json",
        "/data.json",
    ] {
        let answer = ask(&app, ("GET", path), &link).send().await;
        assert_eq!(answer.status, 403, "{path}");
    }
    let form = ask(&app, ("POST", "/docs"), &link).send().await;
    assert_eq!(form.status, 403);
}

#[tokio::test]
async fn elsewhere_the_key_decides_and_hosts_only_where_they_are_listed() {
    let options = || {
        let options = Options::default().set("ENVIRONMENT", "production");
        options.set("SECRET_KEY", KEY)
    };
    let open = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options())
        .start()
        .await;
    let headers = [("apikey", KEY), ("host", "api.example.com"), CROSS];
    ask(&open, ("GET", "/api/v1/users"), &headers)
        .send()
        .await
        .expect(200);

    let options = options().set("ALLOWED_HOSTS", "api.example.com");
    let listed = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    ask(&listed, ("GET", "/api/v1/users"), &headers)
        .send()
        .await
        .expect(200);
    let headers = [("apikey", KEY), ("host", "evil.example")];
    let answer = ask(&listed, ("GET", "/api/v1/users"), &headers)
        .send()
        .await;
    assert_eq!(answer.expect_problem(403).0, "foreign_host");
    // A watcher knows the process by whatever address it has.
    ask(&listed, ("GET", "/health"), &headers)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_key_that_is_set_is_asked_for() {
    let app = local(&[("SECRET_KEY", KEY)]).await;
    for path in [
        "/api/v1/users",
        "/api/v1/private/diagnostics/server",
        "/docs",
        "/nowhere",
    ] {
        assert_eq!(
            app.get(path).await.expect_problem(401).0,
            "unauthorized",
            "{path}"
        );
    }
    app.get("/rest/v1/User").await.expect(401);
    app.get("/health").await.expect(200);
    for path in [
        "/api/v1/users",
        "/api/v1/private/diagnostics/server",
        "/rest/v1/User",
    ] {
        ask(&app, ("GET", path), &[("apikey", KEY)])
            .send()
            .await
            .expect(200);
    }
    let answer = ask(&app, ("GET", "/docs"), &[("apikey", KEY)]).send().await;
    answer.assert_status(200);
}

on_each_database!(a_body_has_to_say_what_it_is);
async fn a_body_has_to_say_what_it_is(kind: Kind) {
    let app = App::builder(Schema::Sample).on(kind).start().await;
    let body = r#"{"email":"evil@example.com"}"#;
    let form = "email=evil%40example.com";
    for path in ["/api/v1/users", "/rest/v1/User"] {
        for (content_type, body, statuses) in [
            (None, body, [415].as_slice()),
            (Some(""), body, &[415]),
            (Some("application/x-www-form-urlencoded"), form, &[415]),
            (
                Some("Application/X-WWW-Form-Urlencoded; charset=utf-8"),
                form,
                &[415],
            ),
            // PostgREST's own status for those it does not know.
            (Some("text/plain"), body, &[400, 415]),
            (Some("text/plain; application/json"), body, &[400, 415]),
            (Some("multipart/form-data; boundary=x"), body, &[400, 415]),
            (Some("application/json\u{e9}"), body, &[400, 415]),
        ] {
            let request = app.request("POST", path);
            let request = match content_type {
                Some(content_type) => request.header("content-type", content_type),
                None => request,
            };
            let answer = request.raw_as_is(body).send().await;
            let status = answer.status.as_u16();
            assert!(
                statuses.contains(&status),
                "{path} {content_type:?}: {answer}"
            );
        }
    }
    let users = app.get("/api/v1/users?email=eq.evil@example.com").await;
    assert_eq!(users.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn a_form_is_taken_from_those_who_have_the_key() {
    let app = local(&[("SECRET_KEY", KEY)]).await;
    let request = app.request("POST", "/rest/v1/User").header("apikey", KEY);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request
        .raw_as_is("id=u9&email=form%40example.com")
        .send()
        .await;
    answer.assert_status(201);
}
