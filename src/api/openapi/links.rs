//! What bodies say of related rows, in Prisma's shape: `PageLink`, `PageLinks` of new rows,
//! `PageChange`, `PageChanges` of rows that are there, `PageWhere`. Where a row must not be without
//! the other: `PageChangeNeeded` (this one needs a page), `PageChangeNeeding` and
//! `PageChangesNeeding` (pages need this one).

use serde_json::{Map, Value, json};

use super::schemas::{Direction, closed, new_rows, object, property, reference};
use crate::{
    catalog::{Catalog, Relation, Resource},
    query::plan::{is_owned, may_be_alone},
    settings::Settings,
};

/// Whether the row that relations hang on is there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    New,
    There,
}

/// Which side of a relation cannot be without the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Neither,
    /// The row that the relation hangs on.
    This,
    /// Those that it leads to.
    Other,
}

/// What a schema says of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Way {
    is_to_one: bool,
    row: Row,
    /// Of no account where the row is a new one.
    need: Need,
}

impl Way {
    fn of(catalog: &Catalog, resource: &Resource, relation: &Relation, row: Row) -> Self {
        let need = match row {
            Row::There if !may_be_alone(resource, catalog.target(relation), relation) => {
                match is_owned(resource, relation) {
                    true => Need::This,
                    false => Need::Other,
                }
            }
            _ => Need::Neither,
        };
        Self {
            is_to_one: relation.is_to_one(),
            row,
            need,
        }
    }

    fn name(self, target: &Resource) -> String {
        let deed = match self.row {
            Row::New => "Link",
            Row::There => "Change",
        };
        let many = if self.is_to_one { "" } else { "s" };
        let need = match self.need {
            Need::Neither => "",
            Need::This => "Needed",
            Need::Other => "Needing",
        };
        format!("{}{deed}{many}{need}", target.name)
    }
}

/// The relations of a resource as properties of its bodies.
pub(super) fn properties(
    catalog: &Catalog,
    resource: &Resource,
    row: Row,
) -> impl Iterator<Item = (String, Value)> {
    let relations = resource.relations.iter();
    relations.filter_map(move |relation| {
        let target = catalog.target(relation);
        let schema = reference(&Way::of(catalog, resource, relation, row).name(target));
        target.writable().then(|| (relation.name.clone(), schema))
    })
}

/// Columns that relations may give: their own foreign keys, and those that rows around them give.
pub(super) fn given(catalog: &Catalog, resource: &Resource) -> Vec<usize> {
    owned(catalog, resource)
        .flat_map(Relation::columns)
        .collect()
}

/// Relations that foreign keys of the resource itself make.
fn owned<'catalog>(
    catalog: &'catalog Catalog,
    resource: &'catalog Resource,
) -> impl Iterator<Item = &'catalog Relation> {
    let relations = resource.relations.iter();
    relations.filter(|relation| catalog.target(relation).writable() && is_owned(resource, relation))
}

/// The schemas of what may be done with rows of a resource, as far as some relation leads to it.
pub(super) fn of(
    catalog: &Catalog,
    target: &Resource,
    settings: &Settings,
) -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = Vec::new();
    for resource in catalog.resources.iter().filter(|one| one.writable()) {
        for relation in &resource.relations {
            if !std::ptr::eq(&**catalog.target(relation), target) {
                continue;
            }
            for row in [Row::New, Row::There] {
                let way = Way::of(catalog, resource, relation, row);
                let name = way.name(target);
                if all.iter().all(|(there, _)| *there != name) {
                    all.push((name, link(catalog, target, way)));
                }
            }
        }
    }
    if !all.is_empty() {
        let unique = (format!("{}Where", target.name), unique(target, settings));
        all.push(unique);
    }
    all
}

fn link(catalog: &Catalog, target: &Resource, way: Way) -> Value {
    let Way {
        is_to_one,
        row,
        need,
    } = way;
    let of = |suffix: &str| reference(&format!("{}{suffix}", target.name));
    // The row around it gives its key.
    let new_row = || new_rows(catalog, target).pop().map(|name| reference(&name));
    let some = |one: Value| match is_to_one {
        true => one,
        false => json!({ "oneOf": [one, { "type": "array", "items": one }] }),
    };
    let both = |one: &str, other: &str, data: Value| {
        json!({
            "type": "object",
            "required": [one, other],
            "additionalProperties": false,
            "properties": { one: of("Where"), other: data },
        })
    };
    let mut deeds = Map::new();
    let mut deed = |name: &str, schema: Value| deeds.insert(name.to_owned(), schema);
    deed("create", some(json!(new_row())));
    deed("connect", some(of("Where")));
    let create = both("where", "create", json!(new_row()));
    deed("connectOrCreate", some(create));
    if !is_to_one {
        let data = some(json!(new_row()));
        deed(
            "createMany",
            json!({
                "type": "object",
                "required": ["data"],
                "additionalProperties": false,
                "properties": { "data": data, "skipDuplicates": { "type": "boolean" } },
            }),
        );
    }
    if row == Row::There {
        match is_to_one {
            true => {
                let whichever = json!({ "type": "boolean" });
                if need == Need::Neither {
                    deed("disconnect", whichever.clone());
                }
                if need != Need::This {
                    deed("delete", whichever);
                }
                deed("update", of("Update"));
            }
            false => {
                if need == Need::Neither {
                    deed("set", some(of("Where")));
                    deed("disconnect", some(of("Where")));
                }
                deed("delete", some(of("Where")));
                deed("update", some(both("where", "data", of("Update"))));
            }
        }
    }
    let mut schema = closed(object(None, deeds, Vec::new()));
    if is_to_one && row == Row::New {
        schema["maxProperties"] = 1.into();
    }
    schema
}

/// A key that names one row.
fn unique(target: &Resource, settings: &Settings) -> Value {
    let mut properties = Map::new();
    for column in target.keys().flatten() {
        let column = &target.columns[column];
        if !column.hidden {
            let mut schema = property(column, Direction::In, settings);
            if let Some(schema) = schema.as_object_mut() {
                schema.remove("nullable");
            }
            properties.insert(column.field.clone(), schema);
        }
    }
    let keys = target.named_keys().join(" or ");
    let description = format!("A unique key: {keys}. Other fields are further conditions.");
    let mut schema = object(Some(&description), properties, Vec::new());
    schema["minProperties"] = 1.into();
    schema
}
