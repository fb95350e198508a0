//! A body's `{"connect": {…}}` → [`PlannedOp`]s.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{
    NestedOp, Parent, PlannedOp, Planner, RelationKind, RelationWrite, Rule, allowed, split,
};
use crate::{
    catalog::{Resource, nearest},
    error::FieldPath,
    query::body::{self, Object, Rows},
};

impl Planner<'_> {
    /// Reads the relations of a row.
    pub(super) fn relations(
        &mut self,
        resource: &Arc<Resource>,
        relations: &[(usize, &RawValue)],
        path: &FieldPath,
        parent: Parent,
        depth: usize,
    ) -> Vec<RelationWrite> {
        let mut writes = Vec::with_capacity(relations.len());
        for &(position, json) in relations {
            let relation = &resource.relations[position];
            let path = path.child(&relation.name);
            let target = self.catalog.target(relation).clone();
            if !target.writable() {
                let message = format!("leads to {}, which is a view", target.name);
                self.refuse(path, "read_only", message);
                continue;
            }
            let Ok(object) = body::object(json.get().as_bytes()) else {
                let message = format!("must be an object of {}", names());
                self.refuse(path, "invalid_type", message);
                continue;
            };
            let mut write = RelationWrite {
                kind: RelationKind::of(resource, &target, relation),
                from: resource.clone(),
                relation: position,
                target,
                path,
                ops: Vec::new(),
            };
            write.ops = self.ops(&write, &object, parent, depth + 1);
            writes.push(write);
        }
        writes
    }

    fn ops(
        &mut self,
        relation: &RelationWrite,
        object: &Object<'_>,
        parent: Parent,
        depth: usize,
    ) -> Vec<PlannedOp> {
        for name in object.keys().filter(|name| NestedOp::named(name).is_none()) {
            let hint = nearest(name, NestedOp::ALL.into_iter().map(NestedOp::name))
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let message = format!("is none of {}{hint}", names());
            self.refuse(relation.path.child(name), "unknown_operation", message);
        }
        let to_one = relation.kind.to_one;
        let mut ops = Vec::new();
        for op in NestedOp::ALL {
            let Some(json) = object.get(op.name()) else {
                continue;
            };
            let path = relation.path.child(op.name());
            match allowed(op, relation.kind, parent) {
                Ok(()) => {}
                // `"delete": false` does nothing, and is allowed for a required relation.
                Err(Rule::OptionalRelation) if op == NestedOp::Delete && json.get() != "true" => {}
                Err(rule) => {
                    self.refuse(path, rule.code(), rule.message());
                    continue;
                }
            }
            if json.get() != "false" {
                self.refuse_forbidden(relation, op, &path);
            }
            match op {
                NestedOp::Disconnect | NestedOp::Delete if to_one => match json.get() {
                    "true" if op == NestedOp::Delete => {
                        ops.push(PlannedOp::Delete { which: None, path });
                    }
                    "true" => ops.push(PlannedOp::Disconnect(None)),
                    "false" => {}
                    _ => self.refuse(path, "invalid_type", "must be true or false"),
                },
                NestedOp::Update if to_one => {
                    if self.count(&path, depth)
                        && let Some(object) = self.object(json, &path)
                    {
                        let write = self.changed_row(&relation.target, &object, path, depth);
                        ops.push(PlannedOp::Update { which: None, write });
                    }
                }
                NestedOp::CreateMany => ops.extend(self.create_many(relation, json, &path, depth)),
                _ => ops.extend(self.items(relation, op, json, &path, depth)),
            }
        }
        let leads_to_a_row = |op: &&PlannedOp| !matches!(op, PlannedOp::Update { .. });
        if to_one && ops.iter().filter(leads_to_a_row).count() > 1 {
            let message = "leads to one row, so that one thing can be done";
            self.refuse(relation.path.clone(), "invalid_operation", message);
        }
        ops
    }

    /// Operations that take an object or, on a relation to many rows, an array of objects.
    fn items(
        &mut self,
        relation: &RelationWrite,
        op: NestedOp,
        json: &RawValue,
        path: &FieldPath,
        depth: usize,
    ) -> Vec<PlannedOp> {
        let to_one = relation.kind.to_one;
        let Some(items) = items(json, path).filter(|items| !(items.is_array && to_one)) else {
            let message = if to_one {
                "must be an object"
            } else {
                "must be an object or an array of objects"
            };
            self.refuse(path, "invalid_type", message);
            return Vec::new();
        };
        let target = &relation.target;
        let (mut ops, mut set, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for (path, item) in items.items {
            if !self.count(&path, depth) {
                break;
            }
            match op {
                NestedOp::Set => set.extend(self.where_unique(target, item, &path)),
                NestedOp::Connect => {
                    ops.extend(
                        self.where_unique(target, item, &path)
                            .map(PlannedOp::Connect),
                    );
                }
                NestedOp::Disconnect => {
                    let which = self.where_unique(target, item, &path);
                    ops.extend(which.map(|which| PlannedOp::Disconnect(Some(which))));
                }
                NestedOp::Delete => {
                    let which = self.where_unique(target, item, &path);
                    ops.extend(which.map(|which| PlannedOp::Delete {
                        which: Some(which),
                        path,
                    }));
                }
                NestedOp::Update | NestedOp::ConnectOrCreate => {
                    ops.extend(self.pair(relation, op, item, &path, depth));
                }
                NestedOp::Create | NestedOp::CreateMany => {
                    if let Some(object) = self.object(item, &path) {
                        rows.push(self.new_row(target, &object, path, Some(relation), depth));
                    }
                }
            }
        }
        if op == NestedOp::Set {
            ops.push(PlannedOp::Set(set));
        }
        if !rows.is_empty() {
            ops.push(PlannedOp::Create {
                rows,
                skip_duplicates: false,
            });
        }
        ops
    }

    /// `{"where": {…}, "create": {…}}` and `{"where": {…}, "data": {…}}`
    fn pair(
        &mut self,
        relation: &RelationWrite,
        op: NestedOp,
        item: &RawValue,
        path: &FieldPath,
        depth: usize,
    ) -> Option<PlannedOp> {
        let updates = op == NestedOp::Update;
        let second = if updates { "data" } else { "create" };
        let object = self.object(item, path)?;
        let (Some(which), Some(data), 2) = (object.get("where"), object.get(second), object.len())
        else {
            let message = format!("must have `where` and `{second}`, and nothing else");
            self.refuse(path, "invalid_type", message);
            return None;
        };
        let target = &relation.target;
        let which = self.where_unique(target, which, &path.child("where"));
        let path = path.child(second);
        let data = self.object(data, &path)?;
        if updates {
            let write = self.changed_row(target, &data, path, depth);
            let which = Some(which?);
            Some(PlannedOp::Update { which, write })
        } else {
            let write = self.new_row(target, &data, path, Some(relation), depth);
            Some(PlannedOp::ConnectOrCreate(which?, write))
        }
    }

    /// `{"data": […], "skipDuplicates": true}`
    fn create_many(
        &mut self,
        relation: &RelationWrite,
        json: &RawValue,
        path: &FieldPath,
        depth: usize,
    ) -> Option<PlannedOp> {
        let object = self.object(json, path)?;
        let skip = object
            .get("skipDuplicates")
            .map_or("false", |json| json.get());
        let data = object.get("data");
        let data = data.and_then(|json| items(json, &path.child("data")));
        let is_known = |name: &String| matches!(name.as_str(), "data" | "skipDuplicates");
        let (Some(data), "true" | "false", true) = (data, skip, object.keys().all(is_known)) else {
            let message = "must have `data`, an object or an array of them, and maybe `skipDuplicates`, true or false";
            self.refuse(path, "invalid_type", message);
            return None;
        };
        let skip_duplicates = skip == "true";
        if skip_duplicates && relation.target.has_deferrable_key() {
            let message =
                "is not possible: a key is deferrable, so that the database passes over no rows";
            self.refuse(path.child("skipDuplicates"), "invalid_operation", message);
        }
        let target = &relation.target;
        let mut rows = Vec::with_capacity(data.items.len());
        for (path, item) in data.items {
            if !self.count(&path, depth) {
                break;
            }
            if let Some(object) = self.object(item, &path) {
                // As in Prisma: rows of `createMany` may be skipped, and then have no children.
                for (relation, _) in split(target, &object).1 {
                    let field = path.child(&target.relations[relation].name);
                    self.refuse(field, "invalid_operation", "goes with `create`");
                }
                rows.push(self.new_row(target, &object, path, Some(relation), depth));
            }
        }
        Some(PlannedOp::Create {
            rows,
            skip_duplicates,
        })
    }

    fn object<'body>(&mut self, json: &'body RawValue, path: &FieldPath) -> Option<Object<'body>> {
        let object = body::object(json.get().as_bytes());
        if object.is_err() {
            let message = "must be an object, with each field once";
            self.refuse(path, "invalid_type", message);
        }
        object.ok()
    }
}

/// The objects of an array, or the one object, each with its path.
struct Items<'body> {
    items: Vec<(FieldPath, &'body RawValue)>,
    is_array: bool,
}

fn items<'body>(json: &'body RawValue, path: &FieldPath) -> Option<Items<'body>> {
    if json.get().starts_with('[') {
        let items = serde_json::from_str::<Vec<&RawValue>>(json.get()).ok()?;
        let items = items.into_iter().enumerate();
        return Some(Items {
            items: items.map(|(at, item)| (path.index(at), item)).collect(),
            is_array: true,
        });
    }
    let is_object = matches!(body::rows(json.get().as_bytes()), Ok(Rows::One(_)));
    is_object.then(|| Items {
        items: vec![(path.clone(), json)],
        is_array: false,
    })
}

/// The names of all operations, for messages.
fn names() -> String {
    NestedOp::ALL.map(NestedOp::name).join(", ")
}
