//! What a role is told of itself: permissions, schema, documents.

use serde_json::{Value, json};

use super::{app, service, user};
use crate::{on_each_database, support::Kind};

on_each_database!(a_caller_is_told_what_it_may_do);
async fn a_caller_is_told_what_it_may_do(kind: Kind) {
    let app = app(kind).await;
    let told = user(&app, "ann")
        .get("/api/v1/permissions")
        .await
        .expect(200);
    assert_eq!(told["role"], "user");
    let post = of(&told["resources"], "Post");
    assert_eq!(
        (&post["read"], &post["create"], &post["delete"]),
        (&json!("some"), &json!("some"), &json!("some"))
    );
    let fields = |name: &str| post[name].as_array().expect("a list").clone();
    assert!(!fields("readFields").contains(&json!("moderationNote")));
    assert!(fields("writeFields").contains(&json!("title")));
    assert!(!fields("writeFields").contains(&json!("score")));
    let tag = of(&told["resources"], "Tag");
    assert_eq!(
        (&tag["create"], &tag["update"]),
        (&json!("all"), &json!("none"))
    );
    assert!(
        told["resources"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|one| one["name"] != "Audit")
    );
    // A caller without policies may ask for a role's.
    let path = "/api/v1/permissions?role=user";
    let same = service(&app, "GET", path).send().await.expect(200);
    assert_eq!(same, told);
    let all = service(&app, "GET", "/api/v1/permissions")
        .send()
        .await
        .expect(200);
    assert_eq!(
        (&all["role"], &of(&all["resources"], "Audit")["delete"]),
        (&json!("service"), &json!("all"))
    );
    service(&app, "GET", "/api/v1/permissions?role=usr")
        .send()
        .await
        .expect_problem(400);
    user(&app, "ann")
        .get("/api/v1/permissions?role=anonymous")
        .await
        .expect_problem(404);
}

fn of<'a>(resources: &'a Value, name: &str) -> &'a Value {
    let mut resources = resources.as_array().expect("a list").iter();
    resources
        .find(|one| one["name"] == name)
        .expect("a resource")
}

on_each_database!(documents_and_schema_are_those_of_the_caller);
async fn documents_and_schema_are_those_of_the_caller(kind: Kind) {
    let app = app(kind).await;
    for path in ["/openapi.json", "/api/v1/schema", "/docs"] {
        let mine = user(&app, "ann").get(path).await;
        assert_eq!(mine.status, 200, "{path}");
        for hidden in ["moderationNote", "passwordHash", "Audit", "audits"] {
            assert!(!mine.text.contains(hidden), "{path} tells of {hidden}");
        }
        let all = service(&app, "GET", path).send().await;
        assert!(all.text.contains("moderationNote"), "{path}");
    }
    let mine = user(&app, "ann").get("/openapi.json").await.expect(200);
    let paths = &mine["paths"];
    assert!(paths["/api/v1/tags"].get("post").is_some());
    assert!(paths["/api/v1/tags"].get("patch").is_none());
    assert!(paths["/api/v1/orgs/{id}"].get("delete").is_none());
    // Neither diagnostics nor the app's own endpoints know policies.
    let ann = user(&app, "ann");
    for path in [
        "/api/v1/private/diagnostics",
        "/api/v1/own/echo",
        "/data.json",
        "/errors.json",
    ] {
        assert_eq!(ann.get(path).await.status, 404, "{path}");
    }
}
