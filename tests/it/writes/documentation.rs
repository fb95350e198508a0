//! docs/writes.md is true.

use serde_json::Value;

use crate::support::{App, Kind, Options, Schema};

/// Whether `found` has all that is expected of it: of problems and results, the page shows the
/// members that matter.
fn holds(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => expected
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|found| holds(found, value))),
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found
                    .iter()
                    .zip(expected)
                    .all(|(found, expected)| holds(found, expected))
        }
        (found, expected) => found == expected,
    }
}

#[tokio::test]
async fn every_request_of_the_page_is_answered_as_it_says() {
    let page = std::fs::read_to_string("docs/writes.md").expect("a page of ours");
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let options = Options::default().soft_delete("Note", "deletedAt", false);
        let app = App::builder(Schema::Writes)
            .on(kind)
            .with(options)
            .start()
            .await;
        let mut requests = 0;
        for block in page.split("```").skip(1).step_by(2) {
            requests += 1;
            let mut lines = block.trim().lines();
            let first = lines.next().expect("a request");
            let (method, path) = first.split_once(' ').expect("a method and a path");
            let mut request = app.request(method, path);
            let mut media_type = "application/json";
            let mut last = None;
            for line in lines {
                match line.split_once(": ") {
                    Some(("Content-Type", value)) => media_type = value,
                    Some((name, value)) if !line.starts_with(['{', '[', '2', '4']) => {
                        request = request.header(name, value);
                    }
                    _ if line.starts_with(['{', '[']) => {
                        request = request.header("content-type", media_type).raw_as_is(line);
                    }
                    _ => last = line.split_once(' '),
                }
            }
            let (status, expected) = last.expect("an answer");
            let answer = request.send().await;
            answer.assert_status(status.parse().expect("a status"));
            let expected: Value = serde_json::from_str(expected).expect("the answer is JSON");
            assert!(
                holds(&answer.json(), &expected),
                "{answer}\nbut the page says\n{expected}"
            );
        }
        assert_eq!(requests, 21);
    }
}
