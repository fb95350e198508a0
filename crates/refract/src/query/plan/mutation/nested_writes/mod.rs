//! Rows with the writes of their relations, as Prisma Client takes them.
//!
//! <https://www.prisma.io/docs/orm/reference/prisma-client-reference#nested-queries>

mod cte_insert;
mod foreign_keys;
mod nested_op;
mod read_ops;
mod relation_write;
mod where_unique;

pub use cte_insert::{Cte, CteInsert, KeyRef};
pub use foreign_keys::{Reference, nulled_columns, owns_key, references};
pub use nested_op::{NestedOp, Parent, RelationKind, Rule, allowed};
pub use relation_write::{PlannedOp, RelationWrite};
pub use where_unique::WhereUnique;

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{
    Assign, Documents, refuse_views,
    row_values::{Row, fill_in, given, preset, require},
    update::assignments,
};
use crate::{
    catalog::{Catalog, Join, Resource},
    codec::{Micros, Value},
    error::{Error, FORBIDDEN, FieldPath, Problem, has_enough},
    query::{
        body::Object,
        fill,
        plan::{Visibility, policy::Action},
    },
};

/// Deepest nesting of one body.
const MAX_DEPTH: usize = 6;
/// Most related rows of one body.
const MAX_RELATED_ROWS: usize = 5000;

/// A row to be written, with the writes of its relations.
#[derive(Debug)]
pub struct NestedWrite {
    pub resource: Arc<Resource>,
    /// Where the row is in the body: `2`, `author.create`; empty for a body of one row.
    pub path: FieldPath,
    pub row: RowWrite,
    /// At most one for each relation.
    pub relations: Vec<RelationWrite>,
}

/// The write of the row itself.
#[derive(Debug)]
pub enum RowWrite {
    /// A new row. Its relations may add values.
    Create(Row),
    Update(Vec<(usize, Assign)>),
}

impl NestedWrite {
    /// The writes of relations whose foreign key is in the row. They run before the row's.
    pub fn parents(&self) -> impl Iterator<Item = &RelationWrite> {
        self.relations.iter().filter(|one| one.kind.owns_key)
    }

    /// The writes of the other relations. They run after the row's.
    pub fn children(&self) -> impl Iterator<Item = &RelationWrite> {
        self.relations.iter().filter(|one| !one.kind.owns_key)
    }

    /// Whether a related row is of the same resource. Such a write may change the row once more.
    pub fn comes_back_to(&self, resource: &Arc<Resource>) -> bool {
        self.relations.iter().any(|relation| {
            let mut writes = relation.ops.iter().flat_map(PlannedOp::writes);
            Arc::ptr_eq(&relation.target, resource)
                || writes.any(|write| write.comes_back_to(resource))
        })
    }
}

/// Whether a body names relations.
pub fn is_nested(resource: &Resource, object: &Object<'_>) -> bool {
    object
        .keys()
        .any(|name| resource.position(name).is_none() && resource.relation(name).is_some())
}

/// Plans new rows with their related rows. Each row has its path in the body.
///
/// # Errors
/// [`Error::Invalid`] with the problems of all rows; [`Error::ReadOnly`] for views.
pub fn create_nested<'row, 'body: 'row>(
    visibility: Visibility<'_>,
    catalog: &Catalog,
    resource: &Arc<Resource>,
    rows: impl Iterator<Item = (FieldPath, &'row Object<'body>)>,
) -> Result<Vec<NestedWrite>, Error> {
    refuse_views(resource)?;
    visibility.ensure(Action::Create, resource)?;
    let mut planner = Planner::new(visibility, catalog, Documents::Replace);
    let mut writes = Vec::new();
    for (path, object) in rows {
        writes.push(planner.new_row(resource, object, path, None, 0));
    }
    planner.finish(writes)
}

/// Plans the change of one row and of its related rows.
///
/// # Errors
/// As [`create_nested`].
pub fn update_nested(
    visibility: Visibility<'_>,
    catalog: &Catalog,
    resource: &Arc<Resource>,
    object: &Object<'_>,
    documents: Documents,
) -> Result<NestedWrite, Error> {
    refuse_views(resource)?;
    visibility.ensure(Action::Update, resource)?;
    let mut planner = Planner::new(visibility, catalog, documents);
    let write = planner.changed_row(resource, object, FieldPath::root(), 0);
    planner.finish(write)
}

struct Planner<'catalog> {
    /// What the caller's role may do.
    visibility: Visibility<'catalog>,
    catalog: &'catalog Catalog,
    documents: Documents,
    /// The same moment for all rows.
    now: Micros,
    related_rows: usize,
    problems: Vec<Problem>,
}

impl<'catalog> Planner<'catalog> {
    fn new(
        visibility: Visibility<'catalog>,
        catalog: &'catalog Catalog,
        documents: Documents,
    ) -> Self {
        Self {
            visibility,
            catalog,
            documents,
            now: fill::now(),
            related_rows: 0,
            problems: Vec::new(),
        }
    }

    fn finish<T>(self, plan: T) -> Result<T, Error> {
        if self.problems.is_empty() {
            Ok(plan)
        } else {
            Err(Error::Invalid(self.problems))
        }
    }

    fn refuse(
        &mut self,
        field: impl Into<FieldPath>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        if has_enough(&self.problems) {
            return;
        }
        self.problems.push(Problem::new(field, code, message));
    }

    /// A new row. `outer` is the relation by which it is nested, which may give it values.
    fn new_row(
        &mut self,
        resource: &Arc<Resource>,
        object: &Object<'_>,
        path: FieldPath,
        outer: Option<&RelationWrite>,
        depth: usize,
    ) -> NestedWrite {
        let (fields, relations) = split(resource, object);
        let mut row = given(
            self.visibility,
            resource,
            &fields,
            &path,
            &mut self.problems,
        );
        let relations = self.relations(resource, &relations, &path, Parent::New, depth);
        for relation in &relations {
            if outer.is_some_and(|outer| relation.is_inverse_of(outer)) {
                let message = "is given by the row around as well";
                self.refuse(&relation.path, "given_twice", message);
            }
        }
        let by_relations = relations.iter().flat_map(RelationWrite::parent_columns);
        let by_outer = outer.map(RelationWrite::child_columns).unwrap_or_default();
        let by_relations: Vec<usize> = by_relations.chain(by_outer).collect();
        self.refuse_given_twice(resource, &row, &by_relations, &path);
        preset(
            self.visibility,
            resource,
            &mut row,
            &path,
            &mut self.problems,
        );
        fill_in(resource, &mut row, self.now);
        // A required column may take its value from a relation.
        let mut all_values = row.clone();
        for &column in &by_relations {
            all_values.entry(column).or_insert(Value::Null);
        }
        require(resource, &all_values, &path, &mut self.problems);
        for column in &by_relations {
            row.remove(column);
        }
        NestedWrite {
            resource: resource.clone(),
            path,
            row: RowWrite::Create(row),
            relations,
        }
    }

    /// A change of an existing row.
    fn changed_row(
        &mut self,
        resource: &Arc<Resource>,
        object: &Object<'_>,
        path: FieldPath,
        depth: usize,
    ) -> NestedWrite {
        let (fields, relations) = split(resource, object);
        let row = given(
            self.visibility,
            resource,
            &fields,
            &path,
            &mut self.problems,
        );
        let relations = self.relations(resource, &relations, &path, Parent::Existing, depth);
        let by_relations = relations.iter().flat_map(RelationWrite::parent_columns);
        let by_relations: Vec<usize> = by_relations.collect();
        self.refuse_given_twice(resource, &row, &by_relations, &path);
        let documents = self.documents;
        let set = assignments(resource, row, documents, &path, &mut self.problems);
        NestedWrite {
            resource: resource.clone(),
            path,
            row: RowWrite::Update(set),
            relations,
        }
    }

    /// Refuses fields whose columns take their values from relations.
    fn refuse_given_twice(
        &mut self,
        resource: &Resource,
        row: &Row,
        by_relations: &[usize],
        path: &FieldPath,
    ) {
        for column in by_relations
            .iter()
            .filter(|column| row.contains_key(column))
        {
            let field = path.child(&resource.columns[*column].field);
            self.refuse(field, "given_twice", "is given by a relation as well");
        }
    }

    /// Refuses an operation on related rows that the caller's role may not do.
    fn refuse_forbidden(&mut self, write: &RelationWrite, op: NestedOp, path: &FieldPath) {
        let Some(access) = self.visibility.access() else {
            return;
        };
        let (from, target) = (&write.from, &write.target);
        let is_junction = matches!(write.relation().join, Join::Through(_));
        let child_columns = write.child_columns();
        let moves_child = !write.kind.owns_key && !is_junction;
        let mut needed = Vec::new();
        let mut moves = false;
        match op {
            NestedOp::Set | NestedOp::Disconnect | NestedOp::Connect => moves = true,
            NestedOp::Create | NestedOp::CreateMany => {
                needed.push(Action::Create);
                moves = true;
            }
            NestedOp::ConnectOrCreate => {
                needed.push(Action::Create);
                moves = true;
            }
            NestedOp::Update => needed.push(Action::Update),
            NestedOp::Delete => {
                needed.push(Action::Delete);
                moves = !moves_child;
            }
        }
        // The row that has the foreign key is the one that changes.
        let only_creates = matches!(op, NestedOp::Create | NestedOp::CreateMany);
        if moves && moves_child && !only_creates {
            needed.push(Action::Update);
        }
        let missing = needed
            .into_iter()
            .find(|&action| !access.allows(target, action));
        if let Some(action) = missing {
            let message = format!("this role may not {} {}", action.name(), target.name);
            return self.refuse(path, FORBIDDEN, message);
        }
        let presets = access.presets(target);
        let is_preset = |column: &usize| presets.iter().any(|(preset, _)| preset == column);
        let is_locked = match moves_child {
            // A preset column of a new row is checked when the row is written.
            true => child_columns.iter().any(|column| {
                let is_free = only_creates && is_preset(column);
                target.columns[*column].locked && !is_free
            }),
            false => write.relation().locked,
        };
        if moves && is_locked {
            let of = if moves_child { target } else { from };
            let message = format!(
                "writes a field of {} that is not for this role to write",
                of.name
            );
            self.refuse(path, FORBIDDEN, message);
        }
    }

    /// Counts one more related row. False if there are too many, or if it is nested too deeply.
    fn count(&mut self, path: &FieldPath, depth: usize) -> bool {
        self.related_rows += 1;
        if depth > MAX_DEPTH {
            let message = format!("is nested more than {MAX_DEPTH} levels deep");
            self.refuse(path, "too_deep", message);
            return false;
        }
        if self.related_rows == MAX_RELATED_ROWS + 1 {
            let message = format!("is one of more than {MAX_RELATED_ROWS} related rows");
            self.refuse(path, "too_many", message);
        }
        self.related_rows <= MAX_RELATED_ROWS
    }
}

/// The fields of a body, and its relations by their positions.
type Split<'body> = (Object<'body>, Vec<(usize, &'body RawValue)>);

fn split<'body>(resource: &Resource, object: &Object<'body>) -> Split<'body> {
    let (mut fields, mut relations) = (Object::new(), Vec::new());
    for (name, json) in object {
        let relation = resource
            .relations
            .iter()
            .position(|relation| relation.name == *name)
            .filter(|_| resource.position(name).is_none());
        match relation {
            Some(relation) => relations.push((relation, *json)),
            None => {
                fields.insert(name.clone(), *json);
            }
        }
    }
    (fields, relations)
}
