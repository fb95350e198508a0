//! A small catalog for unit tests: every resource of it soft-deletes its rows.

use std::{collections::BTreeMap, sync::Arc};

use reflect::registry::{EntityShape, Registry};
use serde_json::{Value, json};

use super::{Catalog, Resource};
use crate::settings::ResourcePolicy;

impl Catalog {
    /// Authors with posts, and posts with tags through a join table. `Post` has a flag for deleted
    /// rows, the others have a timestamp.
    pub(crate) fn soft_deleting() -> Self {
        let key = |name: &str| column(name, &json!({"kind": "int4"}), "integer", false);
        let text = |name: &str| column(name, &json!({"kind": "text"}), "text", true);
        let moment = || {
            column(
                "deletedAt",
                &json!({"kind": "timestamp"}),
                "timestamp",
                true,
            )
        };
        let flag = column("deleted", &json!({"kind": "bool"}), "boolean", false);
        let author = table("Author", "author", vec![key("id"), text("name"), moment()]);
        let post = table(
            "Post",
            "post",
            vec![key("id"), text("title"), key("authorId"), flag],
        );
        let tag = table("Tag", "tag", vec![key("id"), text("name"), moment()]);
        let mut tables = [author, post, tag];
        tables[0]["relations"] = json!([relation("posts", "post", "oneToMany", "id", "authorId"),]);
        let through = json!({
            "schema": "public", "table": "_PostToTag", "columns": ["A"], "references": ["B"],
        });
        let mut tags = relation("tags", "tag", "manyToMany", "id", "id");
        tags["through"] = through;
        tables[1]["relations"] = json!([
            relation("author", "author", "manyToOne", "authorId", "id"),
            tags
        ]);
        tables[1]["foreignKeys"] = json!([{
            "name": "post_authorId_fkey", "columns": ["authorId"], "schema": "public",
            "table": "author", "references": ["id"], "onUpdate": "cascade", "onDelete": "cascade",
        }]);
        let entities = tables.iter().map(entity).collect();
        let snapshot = json!({
            "format": reflect::snapshot::FORMAT, "database": "postgres", "schemas": ["public"],
            "tables": tables,
        });
        let registry = Registry {
            snapshot: snapshot.to_string(),
            entities,
        };
        let policy = |field: &str| ResourcePolicy {
            soft_delete: Some(field.to_owned()),
            ..ResourcePolicy::default()
        };
        let policy = BTreeMap::from([
            ("Author".to_owned(), policy("deletedAt")),
            ("Post".to_owned(), policy("deleted")),
            ("Tag".to_owned(), policy("deletedAt")),
        ]);
        Self::build(&registry, &policy, &[]).expect("the sample is a catalog")
    }

    /// The resource of a table of the sample.
    pub(crate) fn sample(&self, table: &str) -> Arc<Resource> {
        let found = self.by_table("public", table);
        found.expect("a table of the sample").clone()
    }
}

fn column(name: &str, data_type: &Value, database_type: &str, nullable: bool) -> Value {
    json!({
        "name": name, "field": name, "member": name, "type": data_type,
        "databaseType": database_type, "nullable": nullable,
    })
}

fn table(model: &str, name: &str, columns: Vec<Value>) -> Value {
    json!({
        "schema": "public", "name": name, "kind": "table", "model": model, "path": name,
        "module": name, "columns": columns, "rowKey": ["id"],
        "primaryKey": {"name": format!("{name}_pkey"), "columns": ["id"]},
    })
}

fn relation(name: &str, table: &str, cardinality: &str, column: &str, reference: &str) -> Value {
    json!({
        "name": name, "schema": "public", "table": table, "cardinality": cardinality,
        "columns": [column], "references": [reference],
    })
}

fn entity(table: &Value) -> EntityShape {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let columns = table["columns"].as_array().into_iter().flatten();
    EntityShape {
        schema: Some("public".to_owned()),
        table: text(&table["name"]),
        columns: columns.map(|column| text(&column["name"])).collect(),
        primary_key: vec!["id".to_owned()],
    }
}
