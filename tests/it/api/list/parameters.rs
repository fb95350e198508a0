//! Parameters that nobody knows, and fields named like those that are known.

use serde_json::json;

use super::{column, selects};
use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(
    Schema::Trouble,
    an_unknown_parameter_is_refused_with_the_name_that_was_meant
);
async fn an_unknown_parameter_is_refused_with_the_name_that_was_meant(app: &App) {
    for (wrong, hint) in [
        ("limt=5", "Did you mean `limit`?"),
        ("form=eq.x", "Did you mean `from`?"),
        ("From=eq.x", "Did you mean `from`?"),
        ("Limit=1", "Did you mean `limit`?"),
        ("ordr", "Did you mean `order`?"),
    ] {
        let answer = app.get(&format!("/api/v1/selects?{wrong}")).await;
        assert!(answer.text.contains(hint), "{answer}");
        assert_eq!(answer.expect_problem(400).0, "unknown_parameter");
    }
    let answer = app.get("/api/v1/selects?zzz=eq.1").await;
    assert!(!answer.text.contains("Did you mean"), "{answer}");
    assert_eq!(answer.expect_problem(400).0, "unknown_parameter");
}

on_each_database!(
    Schema::Trouble,
    an_unknown_operator_is_refused_with_the_name_that_was_meant
);
async fn an_unknown_operator_is_refused_with_the_name_that_was_meant(app: &App) {
    for (wrong, code, hint) in [
        ("from=equals.x", "unknown_operator", "is not an operator"),
        ("from=lke.x", "unknown_operator", "Did you mean `like`?"),
        ("from=EQ.x", "unknown_operator", "Did you mean `eq`?"),
        ("from=not.not.eq.x", "unknown_operator", "`not`"),
        ("from=x", "invalid_parameter", "from=eq.x"),
        ("from=", "invalid_parameter", "has no operator"),
        ("from", "invalid_parameter", "has no operator"),
        ("from=not.x", "invalid_parameter", "has no operator"),
        ("from=is.nothing", "invalid_parameter", "not_null"),
        ("from=in.a,b", "invalid_parameter", "parentheses"),
        ("from=in.(a,b", "invalid_parameter", "parentheses"),
        ("from=in.(%22a)", "invalid_parameter", "parentheses"),
    ] {
        let answer = app.get(&format!("/api/v1/selects?{wrong}")).await;
        let detail = answer.json()["detail"]
            .as_str()
            .expect("a detail")
            .to_owned();
        assert!(detail.contains(hint), "{answer}");
        assert_eq!(answer.expect_problem(400).0, code, "{wrong}");
    }
}

on_each_database!(Schema::Trouble, too_many_filters_are_refused);
async fn too_many_filters_are_refused(app: &App) {
    let filters = |count: usize| vec!["id=gt.0"; count].join("&");
    app.get(&format!("/api/v1/selects?{}", filters(64)))
        .await
        .expect(200);
    let (code, _) = app
        .get(&format!("/api/v1/selects?{}", filters(65)))
        .await
        .expect_problem(400);
    assert_eq!(code, "invalid_parameter");
}

on_each_database!(Schema::Trouble, several_filters_must_all_hold);
async fn several_filters_must_all_hold(app: &App) {
    selects(
        app,
        &[
            (1, Some("a"), Some("x")),
            (2, Some("a"), Some("y")),
            (3, Some("b"), Some("x")),
        ],
    )
    .await;
    assert_eq!(
        column(app, "/api/v1/selects?from=eq.a&where=eq.x", "id").await,
        [1]
    );
    assert_eq!(
        column(app, "/api/v1/selects?id=gt.1&id=lt.3", "id").await,
        [2]
    );
}

on_each_database!(
    Schema::Trouble,
    a_field_named_like_a_keyword_is_a_field_like_any_other
);
async fn a_field_named_like_a_keyword_is_a_field_like_any_other(app: &App) {
    let row = json!({ "limit": 5, "offset": 6, "order": "o", "select": "s", "count": 7, "and": "a", "not": "n", "self": "me", "type": "t" });
    let created = app.post("/api/v1/matches", row.clone()).await.expect(201);
    for (field, value) in row.as_object().expect("an object") {
        assert_eq!(created[field], *value);
    }
    for filter in ["not=eq.n", "self=eq.me", "type=eq.t", "columns=is.null"] {
        let ids = column(app, &format!("/api/v1/matches?{filter}"), "id").await;
        assert_eq!(ids, [created["id"].clone()], "{filter}");
    }
    let selected = app
        .get("/api/v1/matches?select=limit,order,select&order=order,limit.desc&limit=1")
        .await
        .expect(200);
    assert_eq!(
        selected["data"],
        json!([{ "limit": 5, "order": "o", "select": "s" }])
    );
}
