//! The rules of nested operations, for every relation of the fixture: the table of rules, the OpenAPI
//! document and the server agree.

use refract::internals::plan::{NestedOp, Parent, allowed};
use serde_json::{Map, Value, json};

use super::tables::Table;
use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Writes, the_rules_hold_for_every_relation);
async fn the_rules_hold_for_every_relation(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let components = &document["components"]["schemas"];
    for table in Table::ALL {
        let row = match table.relations() {
            [] => continue,
            _ => created(app, table).await,
        };
        for (name, relation) in table.relations() {
            let kind = relation.kind(table);
            for (parent, suffix) in [(Parent::New, "Create"), (Parent::Existing, "Update")] {
                let schema = format!("{}{suffix}", table.name());
                let described = described(components, &schema, name);
                for op in NestedOp::ALL {
                    let place = format!("{schema}.{name}.{}", op.name());
                    let is_allowed = allowed(op, kind, parent).is_ok();
                    assert_eq!(described.contains_key(op.name()), is_allowed, "{place}");
                    let takes_flag = matches!(op, NestedOp::Disconnect | NestedOp::Delete);
                    let value = match kind.to_one && takes_flag {
                        true => json!(true),
                        false => json!({}),
                    };
                    // An unknown field keeps the server from writing.
                    let body = json!({ *name: { op.name(): value }, "unknown": 1 });
                    let answer = match parent {
                        Parent::New => app.post(&format!("/api/v1/{}", table.path()), body).await,
                        Parent::Existing => app.patch(&row, body).await,
                    };
                    let (_, problems) = answer.expect_problem(422);
                    let is_refused = problems.iter().any(|(field, code)| {
                        *field == format!("{name}.{}", op.name())
                            && matches!(code.as_str(), "required_relation" | "invalid_operation")
                    });
                    assert_eq!(is_refused, !is_allowed, "{place}: {problems:?}");
                }
            }
        }
    }
}

/// The operations that the document lists for a relation.
fn described<'document>(
    components: &'document Value,
    schema: &str,
    relation: &str,
) -> &'document Map<String, Value> {
    let reference = &components[schema]["properties"][relation]["$ref"];
    let reference = reference.as_str().expect("a reference");
    let name = reference.rsplit('/').next().expect("a name");
    components[name]["properties"]
        .as_object()
        .expect("operations")
}

/// The path of a new row.
async fn created(app: &App, table: Table) -> String {
    let author = |email: &str| json!({ "create": { "email": email } });
    let body = match table {
        Table::Author => json!({ "email": "author@example.com" }),
        Table::Profile => json!({ "bio": "profile", "author": author("profile@example.com") }),
        Table::Post => json!({ "title": "post" }),
        Table::Comment => json!({ "text": "comment", "post": { "create": { "title": "of it" } } }),
        Table::Tag => json!({ "name": "tag" }),
        Table::Seat | Table::Note => unreachable!("they have no relations"),
    };
    let path = format!("/api/v1/{}", table.path());
    app.post(&path, body).await.location()
}
