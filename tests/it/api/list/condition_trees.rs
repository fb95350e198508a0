//! `and`, `or`, `not`: trees of conditions.

use super::{column, selects};
use crate::{
    on_each_database,
    support::{App, Options, Schema},
};

on_each_database!(Schema::Trouble, conditions_are_joined_by_and_or_and_not);
async fn conditions_are_joined_by_and_or_and_not(app: &App) {
    selects(
        app,
        &[
            (1, Some("apple"), Some("x")),
            (2, Some("pear"), Some("y")),
            (3, Some("a,b"), None),
            (4, None, Some("(x)")),
            (5, Some("not.eq"), Some("say \"hi\"")),
        ],
    )
    .await;
    for (filter, expected) in [
        ("or=(id.eq.1,id.eq.3)", vec![1, 3]),
        ("and=(id.gt.1,id.lt.4)", vec![2, 3]),
        ("not.or=(id.eq.1,id.eq.3)", vec![2, 4, 5]),
        ("not.and=(id.gt.1,id.lt.4)", vec![1, 4, 5]),
        (
            "or=(id.eq.1,and(id.gt.2,not.or(id.eq.4,id.eq.5)))",
            vec![1, 3],
        ),
        ("or=( id.eq.1 , not.and( id.gt.1 , id.lt.5 ) )", vec![1, 5]),
        ("or=(id.eq.1,id.eq.2)&or=(from.eq.pear,from.eq.x)", vec![2]),
        ("or=(id.eq.1,id.eq.2)&id=gt.1", vec![2]),
        ("or=(id.in.(1,2),id.in.(4))", vec![1, 2, 4]),
        ("or=(id.not.in.(1,2,3),from.eq.apple)", vec![1, 4, 5]),
        ("or=(from.eq.%22a,b%22,from.is.null)", vec![3, 4]),
        ("or=(where.eq.%22(x)%22,where.is.null)", vec![3, 4]),
        ("or=(where.eq.%22say%20%5C%22hi%5C%22%22)", vec![5]),
        ("or=(from.eq.not.eq,from.not.is.not_null)", vec![4, 5]),
        ("or=(from.like.*e*,where.ilike.Y)", vec![1, 2, 5]),
        ("or=(from.in.(%22a,b%22,pear))", vec![2, 3]),
        ("or=(from.like(any).{a*,p*},id.eq.4)", vec![1, 2, 3, 4]),
        ("and=(from.in.())", vec![]),
        ("or=(from.not.in.())", vec![1, 2, 3, 4, 5]),
        ("or=(%22from%22.eq.apple)", vec![1]),
    ] {
        let ids = column(app, &format!("/api/v1/selects?{filter}"), "id").await;
        assert_eq!(ids, expected, "{filter}");
    }
}

on_each_database!(
    Schema::Trouble,
    a_field_named_like_a_parameter_is_filtered_in_a_tree
);
async fn a_field_named_like_a_parameter_is_filtered_in_a_tree(app: &App) {
    app.post(
        "/api/v1/matches",
        serde_json::json!([{ "limit": 5, "order": "a", "and": "x" }, { "limit": 6, "or": "y" }]),
    )
    .await
    .expect(201);
    for (filter, expected) in [
        ("and=(limit.eq.5)", 1),
        ("and=(limit.gt.5,or.eq.y)", 1),
        ("or=(order.eq.a,select.is.not_null)", 1),
        ("or=(and.eq.x,or.eq.y)", 2),
    ] {
        let found = column(app, &format!("/api/v1/matches?{filter}"), "id").await;
        assert_eq!(found.len(), expected, "{filter}");
    }
}

on_each_database!(Schema::Trouble, a_tree_that_is_none_is_refused_by_name);
async fn a_tree_that_is_none_is_refused_by_name(app: &App) {
    for (wrong, code, hint) in [
        ("or=", "invalid_parameter", "`or`"),
        ("or=()", "invalid_parameter", "without a field"),
        ("or=(id.eq.1", "invalid_parameter", "parenthesis"),
        ("or=(id.eq.1))", "invalid_parameter", "goes on"),
        ("or=(id.eq.1,)", "invalid_parameter", "without a field"),
        ("or=(id)", "invalid_parameter", "no operator"),
        ("or=(id.eq)", "invalid_parameter", "no operator"),
        ("or=id.eq.1", "invalid_parameter", "parentheses"),
        ("and=(id.in.(1,2)", "invalid_parameter", "parenthesis"),
        ("not.and=(id.in.(1,2)x)", "invalid_parameter", "comma"),
        ("or=(from.eq.%22a)", "invalid_parameter", "quote"),
        ("or=(form.eq.x)", "unknown_field", "Did you mean `from`?"),
        ("or=(from.equal.x)", "unknown_operator", "operator"),
        (
            "or=(from.like(some).{a})",
            "invalid_parameter",
            "any and all",
        ),
        ("or=(from.neq(any).{a})", "invalid_parameter", "no modifier"),
        ("from=like(any).a", "invalid_parameter", "braces"),
    ] {
        let answer = app.get(&format!("/api/v1/selects?{wrong}")).await;
        assert!(
            answer.json()["detail"]
                .as_str()
                .expect("a detail")
                .contains(hint),
            "{wrong} {answer}"
        );
        assert_eq!(answer.expect_problem(400).0, code, "{wrong}");
    }
    let (_, fields) = app
        .get("/api/v1/selects?or=(id.eq.x,and(id.gt.y,from.eq.1))&id=lt.z")
        .await
        .expect_problem(422);
    assert_eq!(fields.len(), 3, "{fields:?}");
}

on_each_database!(Schema::Trouble, trees_are_bounded);
async fn trees_are_bounded(app: &App) {
    let nested = |depth: usize| {
        format!(
            "/api/v1/selects?and={}id.gt.0{}",
            "(and".repeat(depth - 1) + "(",
            ")".repeat(depth)
        )
    };
    app.get(&nested(8)).await.expect(200);
    let deeper = app.get(&nested(9)).await;
    assert!(deeper.text.contains("levels deep"), "{deeper}");
    assert_eq!(deeper.expect_problem(400).0, "invalid_parameter");
    app.get(&nested(100)).await.expect(400);
    let wide = |count: usize| {
        format!(
            "/api/v1/selects?id=gt.0&or=({})",
            vec!["id.gt.0"; count - 1].join(",")
        )
    };
    app.get(&wide(64)).await.expect(200);
    app.get(&wide(65)).await.expect(400);
    let each = |count: usize| {
        format!(
            "/api/v1/selects?id=gt(all).{{{}}}",
            vec!["0"; count].join(",")
        )
    };
    app.get(&each(64)).await.expect(200);
    app.get(&each(65)).await.expect(400);
}

#[tokio::test]
async fn a_hidden_field_cannot_be_guessed_in_a_tree() {
    for kind in [crate::support::Kind::Postgres, crate::support::Kind::Sqlite] {
        let app = App::builder(Schema::Trouble)
            .on(kind)
            .with(Options::default().hide("Select", "where"))
            .start()
            .await;
        let (code, _) = app
            .get("/api/v1/selects?or=(where.eq.x)")
            .await
            .expect_problem(400);
        assert_eq!(code, "unknown_field");
        let (code, _) = app
            .get("/api/v1/selects?where->a=eq.x")
            .await
            .expect_problem(400);
        assert_eq!(code, "unknown_parameter");
    }
}
