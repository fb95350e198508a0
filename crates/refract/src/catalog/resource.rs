//! A table or view as the API exposes it.

use std::collections::HashMap;

use reflect::snapshot::{Cardinality, Check, ForeignKey, Identity, Key, TableKind};

use super::{Type, hiding::Functions};

pub use reflect::snapshot::{ClientDefault, Domain, FunctionName};

/// Tells a resource from every other one of a catalog and of the catalogs in
/// [`super::Catalog::alike`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(usize);

impl ResourceId {
    /// The id of the resource at `position`, where the ids of its catalog start at `first`.
    pub(super) fn new(first: usize, position: usize) -> Self {
        Self(first + position)
    }

    /// The number that stands for the resource.
    pub fn number(self) -> usize {
        self.0
    }

    #[cfg(test)]
    pub(crate) fn from_number(number: usize) -> Self {
        Self(number)
    }

    /// The position among the ids of a catalog, which start at `first`.
    pub(super) fn place(self, first: usize) -> usize {
        self.0 - first
    }
}

/// A table or view as the API exposes it.
#[derive(Debug)]
pub struct Resource {
    pub id: ResourceId,
    /// Model name (`GenerationJob`).
    pub name: String,
    /// What joins the model name and the suffixes of component schemas: nothing, or a dot where another model
    /// or enum is called as one of the joined names would be.
    pub(super) component_joint: &'static str,
    /// Last segment of the path (`generation-jobs`).
    pub path: String,
    pub schema: String,
    pub table: String,
    pub kind: TableKind,
    /// Its rows have no system columns of its own.
    pub partitioned: bool,
    pub comment: Option<String>,
    /// In the database's order.
    pub columns: Vec<Column>,
    /// Positions in `columns` of what addresses a row in a URL; empty where nothing does.
    pub key: Vec<usize>,
    pub primary_key: Option<Key>,
    pub unique_keys: Vec<Key>,
    pub foreign_keys: Vec<ForeignKey>,
    pub checks: Vec<Check>,
    /// To other resources, its own foreign keys first. None rests on a hidden column.
    pub relations: Vec<Relation>,
    /// How deleted rows are marked, where they are not deleted.
    pub soft_delete: Option<SoftDelete>,
    /// What the role of this catalog may do with some of its rows.
    pub rights: Rights,
    /// Whether functions show or read the values of some columns on `/rest/v1`.
    pub converts_domains: bool,
    pub(super) functions: Functions,
    pub(super) by_field: HashMap<String, usize>,
}

/// What may be done with some rows of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    pub read: bool,
    pub create: bool,
    pub update: bool,
    pub delete: bool,
}

impl Rights {
    /// Those of a caller without policies.
    pub const ALL: Self = Self {
        read: true,
        create: true,
        update: true,
        delete: true,
    };
}

/// How deleted rows are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoftDelete {
    pub column: usize,
    pub mark: Mark,
    /// Whether they may be deleted for good all the same.
    pub hard: bool,
}

/// What a marked row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// When it was deleted; NULL where it is not.
    Moment,
    /// True.
    Flag,
}

/// A column as the API exposes it.
#[derive(Debug)]
pub struct Column {
    /// Name in the database.
    pub name: String,
    /// Name in JSON.
    pub field: String,
    /// The name as it stands in SQL: in quotes.
    pub quoted: Box<str>,
    /// The name as a member of a JSON object: quoted, with its colon.
    pub member: Box<[u8]>,
    pub data_type: Type,
    /// The type as the database prints it.
    pub database_type: String,
    pub nullable: bool,
    /// The database's default expression.
    pub default: Option<String>,
    pub identity: Option<Identity>,
    /// Computed by the database.
    pub generated: bool,
    /// Filled in by Refract on create, as Prisma Client would.
    pub client_default: Option<ClientDefault>,
    /// Set by Refract on create and on every change.
    pub updated_at: bool,
    /// Filled in by Refract on every change that does not set it, as Prisma Client 8 would.
    pub on_update: Option<ClientDefault>,
    /// Whether `client_default` and `updated_at` are guesses, because there is no schema.prisma.
    pub inferred: bool,
    /// Whether it is a list of Prisma's, of which NULL reads as an empty list.
    pub list: bool,
    /// See [`Column::is_hidden`].
    pub(super) hidden: bool,
    /// Whether the role of this catalog may not choose its value.
    pub locked: bool,
    /// Whether the policies of the role give new rows its value.
    pub preset: bool,
    /// Whether its collation treats some different texts as equal.
    pub nondeterministic: bool,
    /// The domain of its type, if it has one.
    pub domain: Option<Domain>,
    pub comment: Option<String>,
}

/// A relation to another resource, or to the same one.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// Unique among the resource's fields and relations (`author`, `posts`).
    pub name: String,
    pub target: ResourceId,
    pub cardinality: Cardinality,
    pub join: Join,
    /// The name of the foreign key, if the relation is one foreign key.
    pub foreign_key: Option<String>,
    /// Whether the role of this catalog may not choose which row the foreign key or the join row leads
    /// to.
    pub locked: bool,
}

/// The columns that relate rows, as positions in their resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Join {
    /// Pairs of equal columns: of this resource, of the target.
    Direct(Vec<(usize, usize)>),
    Through(Junction),
}

/// The join table of a many-to-many relation. It need not be a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Junction {
    pub schema: String,
    pub table: String,
    /// Pairs of equal columns: of this resource, of the join table.
    pub near: Vec<(usize, String)>,
    /// Pairs of equal columns: of the join table, of the target.
    pub far: Vec<(String, usize)>,
}

impl Relation {
    /// Whether it leads to one row at most.
    pub fn is_to_one(&self) -> bool {
        matches!(
            self.cardinality,
            Cardinality::ManyToOne | Cardinality::OneToOne
        )
    }

    /// The columns of this resource.
    pub fn columns(&self) -> Vec<usize> {
        match &self.join {
            Join::Direct(pairs) => pairs.iter().map(|&(here, _)| here).collect(),
            Join::Through(junction) => junction.near.iter().map(|&(here, _)| here).collect(),
        }
    }

    /// The columns of the target.
    pub fn references(&self) -> Vec<usize> {
        match &self.join {
            Join::Direct(pairs) => pairs.iter().map(|&(_, there)| there).collect(),
            Join::Through(junction) => junction.far.iter().map(|&(_, there)| there).collect(),
        }
    }
}

impl Resource {
    /// The name of a component schema of the OpenAPI document that is made for this resource:
    /// `UserCreate`, or `User.Create` where `UserCreate` is a model.
    pub fn component(&self, suffix: &str) -> String {
        format!("{}{}{suffix}", self.name, self.component_joint)
    }

    /// The relation of that name.
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.name == name)
    }

    /// The position of the column of a field, hidden columns included.
    pub fn position(&self, field: &str) -> Option<usize> {
        self.by_field.get(field).copied()
    }

    /// The position of the column of a field, if it may be read.
    pub fn readable(&self, field: &str) -> Option<usize> {
        self.position(field)
            .filter(|&position| !self.columns[position].hidden)
    }

    /// The position of the column with this name in the database, if it may be read. Only such columns
    /// may be filtered by, ordered by, or be a conflict target.
    pub fn named(&self, name: &str) -> Option<usize> {
        let mut columns = self.columns.iter();
        columns.position(|column| column.name == name && !column.hidden)
    }

    /// Whether a column with this name in the database may be named at all: to be read or to be written.
    pub fn knows(&self, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| column.name == name && self.by_field.contains_key(&column.field))
    }

    /// Whether the database may be asked for this name of a row: a column that may be read, or a
    /// function that shows no hidden value. Each name in a request to `/rest/v1` is checked here.
    pub fn answers(&self, name: &str) -> bool {
        self.named(name).is_some()
            || match &self.functions {
                Functions::All => true,
                Functions::Only(names) => !self.hides() && names.contains(name),
                Functions::Named(names) => names.contains(name),
            }
    }

    /// Whether a function of its rows may give related rows.
    pub fn is_related_by(&self, function: &str) -> bool {
        match &self.functions {
            Functions::All | Functions::Only(_) => !self.hides(),
            Functions::Named(names) => names.contains(function),
        }
    }

    /// Whether some of its columns are hidden.
    pub fn hides(&self) -> bool {
        self.columns.iter().any(|column| column.hidden)
    }

    /// Whether all of these columns may be named. A statement about some of the columns of a key would
    /// be false.
    pub fn may_tell(&self, columns: &[String]) -> bool {
        columns.iter().all(|name| self.named(name).is_some())
    }

    /// Positions of the columns that answers show.
    pub fn visible(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.columns.len()).filter(|&position| !self.columns[position].hidden)
    }

    /// Field names that may be read.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.columns
            .iter()
            .filter(|column| !column.hidden)
            .map(|column| column.field.as_str())
    }

    /// Whether rows can be created: it is a table.
    pub fn writable(&self) -> bool {
        self.kind == TableKind::Table
    }

    /// Whether `PUT` can create a row with a key that the caller chooses.
    pub fn replaceable(&self) -> bool {
        let mut key = self.key.iter();
        self.writable()
            && key.all(|&column| self.columns[column].writable())
            && !self.is_deferrable(&self.key)
    }

    /// Positions of columns by their names in the database.
    pub fn positions(&self, columns: &[String]) -> Vec<usize> {
        let position = |name: &String| self.columns.iter().position(|column| column.name == *name);
        columns.iter().filter_map(position).collect()
    }

    /// The columns of every unique key, each set once, the primary key first.
    pub fn keys(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        let keys = self.primary_key.iter().chain(&self.unique_keys);
        // A unique index may stand beside the primary key of the same columns.
        let mut seen = Vec::new();
        keys.filter_map(move |key| {
            let positions = self.positions(&key.columns);
            // A key with a column that is not served cannot be named by a client.
            let is_whole = positions.len() == key.columns.len();
            let is_new = is_whole && !seen.contains(&positions);
            is_new.then(|| seen.push(positions.clone()))?;
            Some(positions)
        })
    }

    /// The keys that clients may name.
    pub fn readable_keys(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        self.keys().filter(|key| self.is_readable(key))
    }

    fn is_readable(&self, key: &[usize]) -> bool {
        key.iter().all(|&column| !self.columns[column].hidden)
    }

    /// The keys that can be a conflict target. PostgreSQL checks a deferrable key too late for that. It
    /// also refuses a unique index of the same columns, because it considers both.
    pub fn arbiters(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        self.keys().filter(|key| !self.is_deferrable(key))
    }

    /// Whether a key of just these columns is deferrable.
    pub fn is_deferrable(&self, columns: &[usize]) -> bool {
        let keys = self.primary_key.iter().chain(&self.unique_keys);
        let mut keys = keys.filter(|key| key.deferrable);
        keys.any(|key| {
            let key = self.positions(&key.columns);
            key.len() == columns.len() && key.iter().all(|column| columns.contains(column))
        })
    }

    /// Whether some key is deferrable. Then `ON CONFLICT DO NOTHING` needs a conflict target.
    pub fn has_deferrable_key(&self) -> bool {
        let mut keys = self.primary_key.iter().chain(&self.unique_keys);
        keys.any(|key| key.deferrable)
    }

    /// The keys that callers may name, as messages show them: `` `hall,number` ``.
    pub fn named_keys(&self) -> Vec<String> {
        self.quoted(self.keys())
    }

    /// The keys that clients may name as a conflict target, as messages show them.
    pub fn named_arbiters(&self) -> Vec<String> {
        self.quoted(self.arbiters())
    }

    fn quoted(&self, keys: impl Iterator<Item = Vec<usize>>) -> Vec<String> {
        let fields = |key: Vec<usize>| {
            let fields = key
                .iter()
                .map(|&column| self.columns[column].field.as_str());
            format!("`{}`", fields.collect::<Vec<_>>().join(","))
        };
        keys.filter(|key| self.is_readable(key))
            .map(fields)
            .collect()
    }

    /// The field name of a column, for messages about constraints.
    pub fn field_of(&self, column: &str) -> Option<&str> {
        self.columns
            .iter()
            .find(|one| one.name == column)
            .map(|one| one.field.as_str())
    }
}

impl Column {
    /// Whether it can only be written, not read, filtered by or shown: the policy hides it, or its values
    /// contain rows with hidden columns.
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// Whether a caller may give a value.
    pub fn writable(&self) -> bool {
        !self.locked && self.settable()
    }

    /// Whether the database takes a value. A role may be kept from giving one.
    pub fn settable(&self) -> bool {
        !self.generated && self.identity != Some(Identity::Always) && self.data_type.writable()
    }

    /// Whether it is PostgreSQL's `money`, or an array of it: a decimal whose text follows the
    /// server's locale.
    pub fn is_money(&self) -> bool {
        self.database_type
            .strip_suffix("[]")
            .unwrap_or(&self.database_type)
            == "money"
    }

    /// The function that turns a value into JSON, on `/rest/v1`.
    pub fn to_json(&self) -> Option<&FunctionName> {
        self.domain.as_ref()?.to_json.as_ref()
    }

    /// The function that reads a value from JSON, on `/rest/v1`.
    pub fn json_input(&self) -> Option<&FunctionName> {
        self.domain.as_ref()?.from_json.as_ref()
    }

    /// The function that reads a value from the literal of a filter, on `/rest/v1`.
    pub fn text_input(&self) -> Option<&FunctionName> {
        self.domain.as_ref()?.from_text.as_ref()
    }

    /// Whether an upsert sets it in a row that exists, although the request does not: the value is that
    /// of the new row.
    pub fn set_by_upsert(&self) -> bool {
        self.updated_at || (self.on_update.is_some() && self.on_update == self.client_default)
    }

    /// Whether a create must give this field: it is NOT NULL, and nothing fills it in.
    pub fn required(&self) -> bool {
        !self.nullable && !self.filled_in()
    }

    /// Whether the database or Refract gives a value where the caller does not.
    pub fn filled_in(&self) -> bool {
        self.default.is_some()
            || self.identity.is_some()
            || self.generated
            || self.client_default.is_some()
            || self.updated_at
            || self.preset
    }
}
