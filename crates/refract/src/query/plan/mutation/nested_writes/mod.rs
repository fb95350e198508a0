//! Rows and what hangs on them, in the shape that Prisma Client takes.
//!
//! <https://www.prisma.io/docs/orm/reference/prisma-client-reference#nested-queries>

mod cte_insert;
mod read_ops;
mod relation_write;
mod where_unique;

pub use cte_insert::{Cte, CteInsert, KeyRef};
pub use relation_write::{Deed, RelationWrite, given_up, is_owned, may_be_alone, references};
pub use where_unique::WhereUnique;

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{
    Assign, Documents, refuse_views,
    row_values::{Row, fill_in, given, require},
    update::assignments,
};
use crate::{
    catalog::{Catalog, Resource},
    codec::Micros,
    error::{Error, Problem, has_enough},
    query::{body::Object, fill},
};

/// Deepest nesting, and most rows and links in one body.
const MAX_DEPTH: usize = 6;
const MAX_DEEDS: usize = 5000;

/// A row to be written, and what hangs on it.
#[derive(Debug)]
pub struct NestedWrite {
    pub resource: Arc<Resource>,
    /// What stands before its fields where a problem names them: `2.`, `author.create.`.
    pub path: String,
    pub change: RowWrite,
    /// At most one for each relation.
    pub links: Vec<RelationWrite>,
}

/// What becomes of the row itself.
#[derive(Debug)]
pub enum RowWrite {
    /// It is new; links may give more values.
    Create(Row),
    Update(Vec<(usize, Assign)>),
}

impl NestedWrite {
    /// Whether something that hangs on the row is of the row's own resource: it may change the row
    /// after it was written.
    pub fn comes_back_to(&self, resource: &Arc<Resource>) -> bool {
        self.links.iter().any(|link| {
            let mut trees = link.deeds.iter().flat_map(Deed::trees);
            Arc::ptr_eq(&link.target, resource) || trees.any(|tree| tree.comes_back_to(resource))
        })
    }
}

/// Whether a body names relations: then it takes more than a statement.
pub fn is_nested(resource: &Resource, object: &Object<'_>) -> bool {
    object
        .keys()
        .any(|name| resource.position(name).is_none() && resource.relation(name).is_some())
}

/// The plans of new rows with what hangs on them. `prefixes` say where each is in the body.
///
/// # Errors
/// [`Error::Invalid`] with every problem of every row; [`Error::ReadOnly`] for views.
pub fn create_nested<'row, 'body: 'row>(
    catalog: &Catalog,
    resource: &Arc<Resource>,
    rows: impl Iterator<Item = (String, &'row Object<'body>)>,
) -> Result<Vec<NestedWrite>, Error> {
    refuse_views(resource)?;
    let mut planner = Planner::new(catalog, Documents::Replace);
    let trees = rows
        .map(|(path, object)| planner.new_row(resource, object, path, None, 0))
        .collect();
    planner.finish(trees)
}

/// The plan of a change of one row and what hangs on it.
///
/// # Errors
/// As [`create_nested`].
pub fn update_nested(
    catalog: &Catalog,
    resource: &Arc<Resource>,
    object: &Object<'_>,
    documents: Documents,
) -> Result<NestedWrite, Error> {
    refuse_views(resource)?;
    let mut planner = Planner::new(catalog, documents);
    let tree = planner.change(resource, object, String::new(), 0);
    planner.finish(tree)
}

struct Planner<'catalog> {
    catalog: &'catalog Catalog,
    documents: Documents,
    /// The same moment for all rows.
    now: Micros,
    deeds: usize,
    problems: Vec<Problem>,
}

impl<'catalog> Planner<'catalog> {
    fn new(catalog: &'catalog Catalog, documents: Documents) -> Self {
        Self {
            catalog,
            documents,
            now: fill::now(),
            deeds: 0,
            problems: Vec::new(),
        }
    }

    fn finish<T>(self, planned: T) -> Result<T, Error> {
        if self.problems.is_empty() {
            Ok(planned)
        } else {
            Err(Error::Invalid(self.problems))
        }
    }

    fn refuse(&mut self, field: impl Into<String>, code: &'static str, message: impl Into<String>) {
        if has_enough(&self.problems) {
            return;
        }
        self.problems.push(Problem {
            field: field.into(),
            code,
            message: message.into(),
        });
    }

    /// A new row; by `around` it hangs on another, which may give it values.
    fn new_row(
        &mut self,
        resource: &Arc<Resource>,
        object: &Object<'_>,
        path: String,
        around: Option<&RelationWrite>,
        depth: usize,
    ) -> NestedWrite {
        let (fields, relations) = split(resource, object);
        let mut row = given(resource, &fields, &path, &mut self.problems);
        let links = self.links(resource, &relations, &path, read_ops::Parent::New, depth);
        for link in &links {
            if around.is_some_and(|around| link.leads_back(around)) {
                let field = link.path.trim_end_matches('.').to_owned();
                self.refuse(field, "given_twice", "is given by the row around as well");
            }
        }
        let from_links = links.iter().flat_map(|link| link.gives().to_vec());
        let linked = around
            .map(RelationWrite::gives_to_target)
            .unwrap_or_default();
        let from_links: Vec<usize> = from_links.chain(linked).collect();
        for &column in &from_links {
            if row.contains_key(&column) {
                let field = format!("{path}{}", resource.columns[column].field);
                self.refuse(field, "given_twice", "is given by a relation as well");
            }
        }
        fill_in(resource, &mut row, self.now);
        // What links give counts as given.
        let mut whole = row.clone();
        for &column in &from_links {
            whole.entry(column).or_insert(crate::codec::Value::Null);
        }
        require(resource, &whole, &path, &mut self.problems);
        for column in &from_links {
            row.remove(column);
        }
        NestedWrite {
            resource: resource.clone(),
            path,
            change: RowWrite::Create(row),
            links,
        }
    }

    /// A change of a row that is there.
    fn change(
        &mut self,
        resource: &Arc<Resource>,
        object: &Object<'_>,
        path: String,
        depth: usize,
    ) -> NestedWrite {
        let (fields, relations) = split(resource, object);
        let row = given(resource, &fields, &path, &mut self.problems);
        let links = self.links(resource, &relations, &path, read_ops::Parent::There, depth);
        for column in links.iter().flat_map(|link| link.gives().to_vec()) {
            if row.contains_key(&column) {
                let field = format!("{path}{}", resource.columns[column].field);
                self.refuse(field, "given_twice", "is given by a relation as well");
            }
        }
        let set = assignments(resource, row, self.documents, &path, &mut self.problems);
        NestedWrite {
            resource: resource.clone(),
            path,
            change: RowWrite::Update(set),
            links,
        }
    }

    /// Counts one more row or link; false where there are too many of them, or too deep ones.
    fn count(&mut self, path: &str, depth: usize) -> bool {
        self.deeds += 1;
        let field = path.trim_end_matches('.');
        if depth > MAX_DEPTH {
            self.refuse(
                field,
                "too_deep",
                format!("is nested more than {MAX_DEPTH} levels deep"),
            );
            return false;
        }
        if self.deeds == MAX_DEEDS + 1 {
            self.refuse(
                field,
                "too_many",
                format!("is one of more than {MAX_DEEDS} related rows"),
            );
        }
        self.deeds <= MAX_DEEDS
    }
}

/// Fields, and relations with their places among the resource's.
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
