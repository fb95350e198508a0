//! `order`, and the order of lists that ask for none.

use serde_json::json;

use super::{column, selects};
use crate::{
    on_each_database,
    support::{App, Schema},
};

async fn ids(app: &App, order: &str) -> Vec<serde_json::Value> {
    column(app, &format!("/api/v1/selects?order={order}"), "id").await
}

on_each_database!(Schema::Trouble, without_an_order_rows_come_by_their_key);
async fn without_an_order_rows_come_by_their_key(app: &App) {
    selects(
        app,
        &[
            (3, None, None),
            (-1, None, None),
            (20, None, None),
            (2, None, None),
        ],
    )
    .await;
    assert_eq!(column(app, "/api/v1/selects", "id").await, [-1, 2, 3, 20]);
}

on_each_database!(
    Schema::Trouble,
    rows_of_a_composite_key_come_by_its_columns_in_key_order
);
async fn rows_of_a_composite_key_come_by_its_columns_in_key_order(app: &App) {
    for (sensor, at) in [
        ("b", "2024-01-01T00:00:00Z"),
        ("a", "2024-01-02T00:00:00Z"),
        ("a", "2024-01-01T00:00:00Z"),
    ] {
        let reading = json!({ "sensor": sensor, "at": at, "value": 1 });
        app.post("/api/v1/readings", reading).await.expect(201);
    }
    assert_eq!(
        column(app, "/api/v1/readings", "sensor").await,
        ["a", "a", "b"]
    );
    assert_eq!(
        column(app, "/api/v1/readings", "at").await,
        [
            "2024-01-01T00:00:00.000Z",
            "2024-01-02T00:00:00.000Z",
            "2024-01-01T00:00:00.000Z"
        ]
    );
}

on_each_database!(Schema::Trouble, rows_sort_up_down_and_by_several_fields);
async fn rows_sort_up_down_and_by_several_fields(app: &App) {
    selects(
        app,
        &[
            (1, Some("b"), Some("x")),
            (2, Some("a"), Some("y")),
            (3, Some("b"), Some("y")),
        ],
    )
    .await;
    assert_eq!(ids(app, "id.desc").await, [3, 2, 1]);
    assert_eq!(ids(app, "id.asc").await, [1, 2, 3]);
    assert_eq!(
        ids(app, "from").await,
        [2, 1, 3],
        "the key decides between equals"
    );
    assert_eq!(ids(app, "from.desc").await, [1, 3, 2]);
    assert_eq!(ids(app, "from.desc,where.desc").await, [3, 1, 2]);
    assert_eq!(ids(app, "where,from").await, [1, 2, 3]);
    assert_eq!(
        ids(app, "%22from%22.desc").await,
        [1, 3, 2],
        "a name may be quoted"
    );
}

on_each_database!(
    Schema::Trouble,
    nulls_sort_as_the_largest_value_unless_placed
);
async fn nulls_sort_as_the_largest_value_unless_placed(app: &App) {
    selects(
        app,
        &[(1, Some("b"), None), (2, None, None), (3, Some("a"), None)],
    )
    .await;
    assert_eq!(ids(app, "from").await, [3, 1, 2]);
    assert_eq!(ids(app, "from.desc").await, [2, 1, 3]);
    assert_eq!(ids(app, "from.nullsfirst").await, [2, 3, 1]);
    assert_eq!(ids(app, "from.asc.nullslast").await, [3, 1, 2]);
    assert_eq!(ids(app, "from.desc.nullslast").await, [1, 3, 2]);
    assert_eq!(ids(app, "from.desc.nullsfirst").await, [2, 1, 3]);
}

on_each_database!(Schema::Trouble, an_order_that_is_none_is_refused);
async fn an_order_that_is_none_is_refused(app: &App) {
    for (wrong, code) in [
        ("form", "unknown_field"),
        ("from.down", "invalid_parameter"),
        ("from.desc.asc", "invalid_parameter"),
        ("", "invalid_parameter"),
        ("from,", "invalid_parameter"),
        ("from&order=id", "invalid_parameter"),
    ] {
        let answer = app.get(&format!("/api/v1/selects?order={wrong}")).await;
        assert_eq!(answer.expect_problem(400).0, code, "{wrong}");
    }
    let answer = app.get("/api/v1/selects?order=form").await;
    assert!(answer.text.contains("Did you mean `from`?"), "{answer}");
}

on_each_database!(Schema::Sample, decimals_sort_as_numbers);
async fn decimals_sort_as_numbers(app: &App) {
    for (name, price) in [
        ("a", "9.5"),
        ("b", "10"),
        ("c", "-1"),
        ("d", "123456789012345678901234567890.5"),
        ("e", "0.000000000000000000000000000001"),
    ] {
        let model = json!({ "name": format!("sorted {name}"), "provider": "p", "pricePerMillionTokens": price });
        app.post("/api/v1/models", model).await.expect(201);
    }
    let names = column(
        app,
        "/api/v1/models?name=like.sorted *&order=pricePerMillionTokens.desc",
        "name",
    )
    .await;
    assert_eq!(
        names,
        ["sorted d", "sorted b", "sorted a", "sorted e", "sorted c"]
    );
}
