//! A body's `{"connect": {…}}` → [`RelationWrite`].

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{
    NestedWrite, Planner,
    relation_write::{Deed, RelationWrite, is_owned},
    split,
};
use crate::{
    catalog::{Resource, nearest},
    query::body::{self, Object, Rows},
};

/// Whether the row that relations hang on is there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    New,
    There,
}

/// Every deed by Prisma's name, in the order in which they are done.
const DEEDS: [&str; 8] = [
    "set",
    "disconnect",
    "delete",
    "update",
    "connect",
    "connectOrCreate",
    "create",
    "createMany",
];

impl Planner<'_> {
    pub(super) fn links(
        &mut self,
        resource: &Arc<Resource>,
        relations: &[(usize, &RawValue)],
        path: &str,
        parent: Parent,
        depth: usize,
    ) -> Vec<RelationWrite> {
        let mut links = Vec::with_capacity(relations.len());
        for &(place, json) in relations {
            let relation = &resource.relations[place];
            let path = format!("{path}{}.", relation.name);
            let target = self.catalog.target(relation).clone();
            let field = path.trim_end_matches('.');
            if !target.writable() {
                self.refuse(
                    field,
                    "read_only",
                    format!("leads to {}, which is a view", target.name),
                );
                continue;
            }
            let Ok(object) = body::object(json.get().as_bytes()) else {
                let message = format!("must be an object of {}", DEEDS.join(", "));
                self.refuse(field, "invalid_type", message);
                continue;
            };
            let mut link = RelationWrite {
                is_owned: is_owned(resource, relation),
                from: resource.clone(),
                relation: place,
                target,
                path,
                deeds: Vec::new(),
            };
            self.deeds(&mut link, &object, parent, depth + 1);
            links.push(link);
        }
        links
    }

    fn deeds(
        &mut self,
        link: &mut RelationWrite,
        object: &Object<'_>,
        parent: Parent,
        depth: usize,
    ) {
        for name in object.keys().filter(|name| !DEEDS.contains(&name.as_str())) {
            let hint = nearest(name, DEEDS.into_iter())
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let message = format!("is none of {}{hint}", DEEDS.join(", "));
            self.refuse(format!("{}{name}", link.path), "unknown_operation", message);
        }
        let is_to_one = link.relation().is_to_one();
        for name in DEEDS {
            let Some(json) = object.get(name) else {
                continue;
            };
            let field = format!("{}{name}", link.path);
            if parent == Parent::New && matches!(name, "set" | "disconnect" | "delete" | "update") {
                self.refuse(
                    field,
                    "invalid_operation",
                    "asks for a row that is there already",
                );
                continue;
            }
            if is_to_one && matches!(name, "set" | "createMany") {
                self.refuse(field, "invalid_operation", "is for relations to many rows");
                continue;
            }
            if matches!(name, "set" | "disconnect") && !link.may_be_alone() {
                self.refuse(
                    field,
                    "required_relation",
                    "would leave a row without what it must refer to",
                );
                continue;
            }
            if matches!(name, "disconnect" | "delete") && is_to_one {
                match json.get() {
                    "true" if name == "delete" && link.is_owned && !link.may_be_alone() => {
                        let message = "would leave a row without what it must refer to";
                        self.refuse(field, "required_relation", message);
                    }
                    "true" if name == "delete" => link.deeds.push(Deed::Delete {
                        which: None,
                        path: field,
                    }),
                    "true" => link.deeds.push(Deed::Disconnect(None)),
                    "false" => {}
                    _ => self.refuse(field, "invalid_type", "must be true or false"),
                }
                continue;
            }
            if name == "update" && is_to_one {
                if self.count(&field, depth) {
                    let target = link.target.clone();
                    if let Some(object) = self.object(json, &field) {
                        let tree = self.change(&target, &object, format!("{field}."), depth);
                        link.deeds.push(Deed::Update { which: None, tree });
                    }
                }
                continue;
            }
            self.listed(link, name, json, &field, depth);
        }
        let replacing = link
            .deeds
            .iter()
            .filter(|deed| !matches!(deed, Deed::Update { .. }));
        if is_to_one && replacing.count() > 1 {
            let field = link.path.trim_end_matches('.').to_owned();
            self.refuse(
                field,
                "invalid_operation",
                "leads to one row, so that one thing can be done",
            );
        }
    }

    /// Deeds that take an object or, where there may be many rows, an array of them.
    fn listed(
        &mut self,
        link: &mut RelationWrite,
        name: &str,
        json: &RawValue,
        field: &str,
        depth: usize,
    ) {
        let is_to_one = link.relation().is_to_one();
        let rows = if name == "createMany" {
            return self.create_many(link, json, field, depth);
        } else {
            items(json.get())
        };
        let Some((items, many)) = rows.filter(|(_, many)| !(*many && is_to_one)) else {
            let message = if is_to_one {
                "must be an object"
            } else {
                "must be an object or an array of objects"
            };
            return self.refuse(field, "invalid_type", message);
        };
        let (mut set, mut trees) = (Vec::new(), Vec::new());
        for (place, item) in items.iter().enumerate() {
            let path = if many {
                format!("{field}.{place}.")
            } else {
                format!("{field}.")
            };
            if !self.count(&path, depth) {
                break;
            }
            let target = link.target.clone();
            match name {
                "create" => {
                    if let Some(object) = self.object(item, path.trim_end_matches('.')) {
                        trees.push(self.child(link, &object, path, depth));
                    }
                }
                "connect" => link
                    .deeds
                    .extend(self.where_unique(&target, item, &path).map(Deed::Connect)),
                "set" => set.extend(self.where_unique(&target, item, &path)),
                "disconnect" => {
                    let which = self.where_unique(&target, item, &path);
                    link.deeds
                        .extend(which.map(|which| Deed::Disconnect(Some(which))));
                }
                "delete" => {
                    let which = self.where_unique(&target, item, &path);
                    let path = path.trim_end_matches('.').to_owned();
                    link.deeds.extend(which.map(|which| Deed::Delete {
                        which: Some(which),
                        path,
                    }));
                }
                _ => self.pair(link, name, item, &path, depth),
            }
        }
        match name {
            "set" => link.deeds.push(Deed::Set(set)),
            "create" if !trees.is_empty() => link.deeds.push(Deed::Create {
                trees,
                skip_duplicates: false,
            }),
            _ => {}
        }
    }

    /// `{"where": {…}, "create": {…}}` and `{"where": {…}, "data": {…}}`
    fn pair(
        &mut self,
        link: &mut RelationWrite,
        name: &str,
        item: &RawValue,
        path: &str,
        depth: usize,
    ) {
        let second = if name == "update" { "data" } else { "create" };
        let field = path.trim_end_matches('.');
        let Some(object) = self.object(item, field) else {
            return;
        };
        let (Some(which), Some(data), 2) = (object.get("where"), object.get(second), object.len())
        else {
            let message = format!("must have `where` and `{second}`, and nothing else");
            return self.refuse(field, "invalid_type", message);
        };
        let target = link.target.clone();
        let which = self.where_unique(&target, which, &format!("{path}where."));
        let path = format!("{path}{second}");
        let Some(data) = self.object(data, &path) else {
            return;
        };
        let deed = if name == "update" {
            let tree = self.change(&target, &data, format!("{path}."), depth);
            which.map(|which| Deed::Update {
                which: Some(which),
                tree,
            })
        } else {
            let tree = self.child(link, &data, format!("{path}."), depth);
            which.map(|which| Deed::ConnectOrCreate(which, tree))
        };
        link.deeds.extend(deed);
    }

    /// `{"data": […], "skipDuplicates": true}`
    fn create_many(
        &mut self,
        link: &mut RelationWrite,
        json: &RawValue,
        field: &str,
        depth: usize,
    ) {
        let Some(object) = self.object(json, field) else {
            return;
        };
        let skip = object
            .get("skipDuplicates")
            .map_or("false", |json| json.get());
        let known = |name: &&String| matches!(name.as_str(), "data" | "skipDuplicates");
        let data = object.get("data").and_then(|json| items(json.get()));
        let (Some((items, many)), "true" | "false", true) =
            (data, skip, object.keys().all(|name| known(&name)))
        else {
            let message = "must have `data`, an object or an array of them, and maybe `skipDuplicates`, true or false";
            return self.refuse(field, "invalid_type", message);
        };
        if skip == "true" && link.target.has_deferrable_key() {
            let message =
                "is not possible: a key is deferrable, so that the database passes over no rows";
            self.refuse(
                format!("{field}.skipDuplicates"),
                "invalid_operation",
                message,
            );
        }
        let mut trees = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let path = if many {
                format!("{field}.data.{place}.")
            } else {
                format!("{field}.data.")
            };
            if !self.count(&path, depth) {
                break;
            }
            if let Some(object) = self.object(item, path.trim_end_matches('.')) {
                // As in Prisma: which rows are left out is known too late for what hangs on them.
                for (relation, _) in split(&link.target, &object).1 {
                    let field = format!("{path}{}", link.target.relations[relation].name);
                    self.refuse(field, "invalid_operation", "goes with `create`");
                }
                trees.push(self.child(link, &object, path, depth));
            }
        }
        link.deeds.push(Deed::Create {
            trees,
            skip_duplicates: skip == "true",
        });
    }

    /// A new row of a relation.
    fn child(
        &mut self,
        link: &RelationWrite,
        object: &Object<'_>,
        path: String,
        depth: usize,
    ) -> NestedWrite {
        self.new_row(&link.target, object, path, Some(link), depth)
    }

    fn object<'body>(&mut self, json: &'body RawValue, field: &str) -> Option<Object<'body>> {
        let object = body::object(json.get().as_bytes());
        if object.is_err() {
            self.refuse(
                field,
                "invalid_type",
                "must be an object, with each field once",
            );
        }
        object.ok()
    }
}

/// The objects of an array, or the one; and whether it was an array.
fn items(json: &str) -> Option<(Vec<&RawValue>, bool)> {
    if json.starts_with('[') {
        let items = serde_json::from_str::<Vec<&RawValue>>(json).ok()?;
        return Some((items, true));
    }
    let one = serde_json::from_str::<&RawValue>(json).ok()?;
    matches!(body::rows(json.as_bytes()), Ok(Rows::One(_))).then(|| (vec![one], false))
}
