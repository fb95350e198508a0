//! Bodies that are too deep.

use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

on_each_database!(Schema::Trouble, a_body_may_not_be_endlessly_deep);
async fn a_body_may_not_be_endlessly_deep(app: &App) {
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let objects = |levels: usize| "{\"a\":".repeat(levels) + "1" + &"}".repeat(levels);
    for (path, more) in [
        (
            "/api/v1/documents",
            r#""id":"00000000-0000-4000-8000-00000000000a","bytes":"""#,
        ),
        (
            "/rest/v1/Documents",
            r#""id":"00000000-0000-4000-8000-00000000000b","bytes":"""#,
        ),
    ] {
        // SQLite has one kind of JSON.
        let more = match app.kind {
            Kind::Postgres => format!(r#"{more},"json":{{}}"#),
            Kind::Sqlite => more.to_owned(),
        };
        for document in [
            deep(300),
            deep(90_000),
            objects(90_000),
            deep(90_000)[..90_000].to_owned(),
        ] {
            for body in [
                format!(r#"{{{more},"optional":{document}}}"#),
                format!("[{document}]"),
                document.clone(),
            ] {
                for method in ["POST", "PATCH"] {
                    let path = match method {
                        "PATCH" => format!("{path}?id=not.is.null"),
                        _ => path.to_owned(),
                    };
                    let answer = app.request(method, &path).raw(body.as_str()).send().await;
                    assert!(answer.status.is_client_error(), "{method} {path}: {answer}");
                }
            }
        }
        let body = format!(r#"{{{more},"optional":{}}}"#, deep(100));
        app.request("POST", path)
            .raw(body)
            .send()
            .await
            .assert_status(201);
    }
    let merge = app.request(
        "PATCH",
        "/api/v1/documents/00000000-0000-4000-8000-00000000000a",
    );
    let merge = merge.header("content-type", "application/merge-patch+json");
    let answer = merge
        .raw_as_is(format!(r#"{{"optional":{}}}"#, objects(90_000)))
        .send()
        .await;
    assert!(answer.status.is_client_error(), "{answer}");
    let batch = format!(
        r#"{{"operations":[{{"method":"POST","path":"/documents","body":{}}}]}}"#,
        objects(90_000)
    );
    let answer = app.request("POST", "/api/v1/batch").raw(batch).send().await;
    assert_eq!(answer.expect_problem(400).0, "invalid_body");
}

#[tokio::test]
async fn a_large_body_may_be_no_deeper_than_a_small_one() {
    // What a deeper stack would hold is refused all the same: the bound is ours.
    let options = Options::default().set("MAX_BODY_BYTES", "2000000");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let deep = "[".repeat(900_000) + &"]".repeat(900_000);
    for path in ["/api/v1/users", "/rest/v1/User"] {
        let answer = app.request("POST", path).raw(deep.as_str()).send().await;
        assert_eq!(answer.status, 400, "{path}");
    }
}
