//! docs/cookbook.md is true.

use serde_json::Value;

use super::embeds::company;
use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(
    Schema::Trouble,
    every_request_of_the_cookbook_is_answered_as_it_says
);
async fn every_request_of_the_cookbook_is_answered_as_it_says(app: &App) {
    company(app).await;
    let cookbook = include_str!("../../../../docs/cookbook.md");
    let mut requests = 0;
    for block in cookbook
        .split("```\n")
        .filter(|block| block.starts_with("GET "))
    {
        requests += 1;
        let (request, expected) = block.split_once('\n').expect("a request and its answer");
        let path = request["GET ".len()..].replace('"', "%22");
        let answer = app.get(&path).await.expect(200);
        let expected: Value = serde_json::from_str(expected).expect("the answer is JSON");
        let found = if expected.is_array() {
            answer["data"].clone()
        } else {
            answer
        };
        assert_eq!(found, expected, "{request}");
    }
    assert_eq!(requests, 20);
}
