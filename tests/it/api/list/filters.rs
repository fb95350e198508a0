//! Every operator, on text and null.

use super::{column, selects};
use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Trouble, each_operator_finds_its_rows);
async fn each_operator_finds_its_rows(app: &App) {
    selects(
        app,
        &[
            (1, Some("apple"), Some("")),
            (2, Some("Apple"), None),
            (3, Some("cherry pie"), Some("50% off")),
            (4, None, Some("a_b")),
            (5, Some("a,b"), Some("back\\slash")),
            (6, Some("say \"hi\""), Some("it's")),
        ],
    )
    .await;
    for (filter, expected) in [
        ("from=eq.apple", vec![1]),
        ("from=neq.apple", vec![2, 3, 5, 6]),
        ("from=not.eq.apple", vec![2, 3, 5, 6]),
        ("id=gt.4", vec![5, 6]),
        ("id=gte.5", vec![5, 6]),
        ("id=lt.2", vec![1]),
        ("id=lte.2", vec![1, 2]),
        ("id=not.lte.4", vec![5, 6]),
        ("from=like.a*", vec![1, 5]),
        ("from=like.%25e", vec![1, 2, 3]),
        ("from=like.apple", vec![1]),
        ("from=like._pple", vec![1, 2]),
        ("from=ilike.APPLE", vec![1, 2]),
        ("from=ilike.*PIE", vec![3]),
        ("from=not.ilike.a*", vec![3, 6]),
        ("where=like.50%5C%25*", vec![3]),
        ("where=like.a%5C_b", vec![4]),
        ("where=like.*%5C%5C*", vec![5]),
        ("id=in.(1,3,99)", vec![1, 3]),
        ("id=in.()", vec![]),
        ("id=not.in.(1,2,3)", vec![4, 5, 6]),
        ("from=in.(%22a,b%22,apple)", vec![1, 5]),
        ("from=in.(%22say%20%5C%22hi%5C%22%22)", vec![6]),
        ("from=is.null", vec![4]),
        ("from=not.is.null", vec![1, 2, 3, 5, 6]),
        ("from=is.not_null", vec![1, 2, 3, 5, 6]),
        ("from=eq.a%2Cb", vec![5]),
        ("from=eq.cherry+pie", vec![3]),
        ("from=eq.null", vec![]),
        ("where=eq.", vec![1]),
        ("where=eq.it's", vec![6]),
        ("where=eq.x'%20OR%20'1'='1", vec![]),
        ("where=eq.50%25%20off", vec![3]),
    ] {
        let ids = column(app, &format!("/api/v1/selects?{filter}"), "id").await;
        assert_eq!(ids, expected, "{filter}");
    }
}

on_each_database!(Schema::Trouble, ilike_finds_at_least_what_is_spelled_alike);
async fn ilike_finds_at_least_what_is_spelled_alike(app: &App) {
    // Which letters beyond ASCII have two cases is up to the database's locale.
    selects(
        app,
        &[(1, Some("ÜBER Alles"), None), (2, Some("uber"), None)],
    )
    .await;
    assert_eq!(
        column(app, "/api/v1/selects?from=ilike.%C3%9CBER%20alles", "id").await,
        [1]
    );
    assert_eq!(
        column(app, "/api/v1/selects?from=ilike.%C3%9Cber*", "id").await,
        [1]
    );
}

on_each_database!(
    Schema::Trouble,
    an_operand_longer_than_the_column_equals_nothing
);
async fn an_operand_longer_than_the_column_equals_nothing(app: &App) {
    app.post(
        "/api/v1/only-uniques",
        serde_json::json!({ "code": "short", "label": "l" }),
    )
    .await
    .expect(201);
    let found = column(
        app,
        "/api/v1/only-uniques?code=eq.much%20longer%20than%20twelve%20characters",
        "code",
    )
    .await;
    assert!(found.is_empty(), "{found:?}");
}

on_each_database!(Schema::Trouble, an_operand_of_another_type_is_named);
async fn an_operand_of_another_type_is_named(app: &App) {
    for (filter, code) in [
        ("id=eq.one", "invalid_type"),
        ("id=eq.1.5", "invalid_type"),
        ("id=eq.", "invalid_type"),
        ("id=gt.99999999999", "out_of_range"),
        ("id=in.(1,x)", "invalid_type"),
        ("id=is.true", "invalid_operator"),
        ("id=like.1*", "invalid_operator"),
        ("id=eq.null", "invalid_type"),
    ] {
        let (problem, fields) = app
            .get(&format!("/api/v1/selects?{filter}"))
            .await
            .expect_problem(422);
        assert_eq!(problem, "validation_failed", "{filter}");
        assert_eq!(fields, [("id".to_owned(), code.to_owned())], "{filter}");
    }
}
