//! What of a plan decides its text: everything but the values.

mod query;

use reflect::snapshot::Database;

use super::{Lock, values};
use crate::{
    catalog::{Junction, Resource},
    codec::Value,
    query::plan::{
        Condition, Conflict, Delete, Filter, Insert, Key, OrderBy, Select, Step, Test, Update,
    },
};

/// Equal for plans that have one text. A verb, a resource, and then numbers whose meaning follows
/// from those before them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    verb: Verb,
    /// Its address: resources live as long as the process serves.
    resource: usize,
    pub(super) parts: Vec<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Verb {
    Select,
    Locked(Lock),
    Count,
    Query,
    Sets,
    Explain,
    Insert,
    Recordset,
    Creation,
    Link,
    Unlink,
    Linked,
    Update,
    Delete,
}

/// Ends a list of columns, of which no table has so many (PostgreSQL: 1600, SQLite: 32 767).
const END: u16 = u16::MAX;

impl Shape {
    pub(super) fn of_select(database: Database, plan: &Select) -> Self {
        let mut shape = Self::new(Verb::Select, &plan.from);
        shape.columns(plan.columns.iter().copied());
        shape.filter(database, &plan.from, &plan.filter);
        shape.order(&plan.order);
        shape.flag(plan.after.is_some());
        shape.limit(plan.limit);
        shape.flag(plan.offset.is_some());
        shape
    }

    pub(super) fn resource(&mut self, resource: &Resource) {
        self.address(std::ptr::from_ref(resource).addr());
    }

    /// Of what lives as long as the process serves.
    pub(super) fn address(&mut self, address: usize) {
        self.number(address as u64);
    }

    fn number(&mut self, number: u64) {
        let parts = [48, 32, 16, 0].map(|shift| (number >> shift) as u16);
        self.parts.extend(parts);
    }

    fn limit(&mut self, limit: Option<u64>) {
        self.flag(limit.is_some());
        self.number(limit.unwrap_or(0));
    }

    pub(super) fn of_locked(database: Database, plan: &Select, lock: Lock) -> Self {
        Self {
            verb: Verb::Locked(lock),
            ..Self::of_select(database, plan)
        }
    }

    pub(super) fn of_count(
        database: Database,
        resource: &Resource,
        filter: &Filter,
        limit: u64,
    ) -> Self {
        let mut shape = Self::new(Verb::Count, resource);
        shape.filter(database, resource, filter);
        shape.limit(Some(limit));
        shape
    }

    /// `None` where several rows are inserted: their number would make a text each.
    pub(super) fn of_insert(
        plan: &Insert,
        rows: &[Vec<Option<Value>>],
        tells_new: bool,
    ) -> Option<Self> {
        (rows.len() == 1).then(|| Self::inserting(Verb::Insert, plan, rows, tells_new))
    }

    pub(super) fn of_link(junction: &Junction, pairs: usize) -> Self {
        Self::pairs(Verb::Link, junction, pairs as u16)
    }

    pub(super) fn of_unlink(junction: &Junction, one: bool) -> Self {
        Self::pairs(Verb::Unlink, junction, u16::from(one))
    }

    pub(super) fn of_linked(junction: &Junction) -> Self {
        Self::pairs(Verb::Linked, junction, 1)
    }

    /// Junctions have addresses too: those of their relations.
    fn pairs(verb: Verb, junction: &Junction, pairs: u16) -> Self {
        Self {
            verb,
            resource: std::ptr::from_ref(junction).addr(),
            parts: vec![pairs],
        }
    }

    pub(super) fn of_recordset(plan: &Insert, tells_new: bool) -> Self {
        Self::inserting(Verb::Recordset, plan, &plan.rows, tells_new)
    }

    fn inserting(verb: Verb, plan: &Insert, rows: &[Vec<Option<Value>>], tells_new: bool) -> Self {
        let mut shape = Self::new(verb, &plan.into);
        let given = values::given(plan, rows);
        shape.columns(given.into_iter().map(|at| plan.columns[at]));
        shape.columns(plan.returning.iter().copied());
        match &plan.conflict {
            Conflict::Refuse => shape.parts.push(0),
            Conflict::Merge {
                target,
                set,
                mergeable,
            } => {
                shape.parts.push(1);
                shape.flag(mergeable.is_empty());
                shape.flag(tells_new);
                shape.columns(target.iter().copied());
                shape.columns(set.iter().copied());
            }
            Conflict::Ignore { target } => {
                shape.parts.push(2);
                shape.columns(target.iter().copied());
            }
        }
        shape
    }

    pub(super) fn of_update(database: Database, plan: &Update) -> Self {
        let mut shape = Self::new(Verb::Update, &plan.table);
        shape.columns(plan.set.iter().map(|(column, _)| *column));
        shape.columns(plan.returning.iter().copied());
        shape.filter(database, &plan.table, &plan.filter);
        shape
    }

    pub(super) fn of_delete(database: Database, plan: &Delete) -> Self {
        let mut shape = Self::new(Verb::Delete, &plan.from);
        shape.columns(plan.returning.iter().copied());
        shape.filter(database, &plan.from, &plan.filter);
        shape
    }

    pub(super) fn new(verb: Verb, resource: &Resource) -> Self {
        Self {
            verb,
            resource: std::ptr::from_ref(resource).addr(),
            parts: Vec::with_capacity(resource.columns.len() + 16),
        }
    }

    pub(super) fn columns(&mut self, columns: impl Iterator<Item = usize>) {
        self.parts.extend(columns.map(|column| column as u16));
        self.parts.push(END);
    }

    pub(super) fn filter(&mut self, database: Database, resource: &Resource, filter: &Filter) {
        self.conditions(database, resource, &filter.conditions);
        for group in &filter.groups {
            self.parts.push(GROUP);
            self.flag(group.negated);
            self.flag(group.any);
            self.filter(database, resource, group);
        }
        for test in &filter.embeds {
            self.parts.extend([EMBED, test.embed as u16]);
            self.flag(test.exists);
        }
        self.parts.push(END);
    }

    fn conditions(&mut self, database: Database, resource: &Resource, conditions: &[Condition]) {
        for condition in conditions {
            self.parts.push(condition.column as u16);
            self.path(&condition.path);
            self.flag(condition.negated);
            match &condition.test {
                Test::Compare(operator, value) => {
                    self.parts.push(OPERATOR + *operator as u16);
                    // SQLite's `like` of something that is no text is an equality.
                    self.flag(matches!(value, Value::Text(_)));
                }
                Test::Is(test) => self.parts.push(IS + *test as u16),
                Test::In(items) => {
                    self.parts.push(IN);
                    let items = if items.is_empty() {
                        0
                    } else if values::as_array(database, resource, condition) {
                        1
                    } else {
                        items.len() as u16
                    };
                    self.parts.push(items);
                }
                Test::Search {
                    operator,
                    configuration,
                    ..
                } => {
                    self.parts.push(SEARCH + *operator as u16);
                    self.text(configuration.as_deref().unwrap_or_default());
                }
            }
        }
        self.parts.push(END);
    }

    fn path(&mut self, path: &[Step]) {
        self.parts.push(path.len() as u16);
        for step in path {
            self.flag(step.as_text);
            match &step.key {
                Key::Member(key) => {
                    self.parts.push(0);
                    self.text(key);
                }
                Key::Item(item) => {
                    let bits = item.cast_unsigned();
                    self.parts.extend([1, (bits >> 16) as u16, bits as u16]);
                }
            }
        }
    }

    /// A text that the statement's own holds.
    fn text(&mut self, text: &str) {
        self.parts.extend(text.encode_utf16());
        // No text holds half a surrogate pair.
        self.parts.push(0xD800);
    }

    fn order(&mut self, order: &[OrderBy]) {
        for term in order {
            self.parts.push(term.column as u16);
            self.direction(term.descending, term.nulls_first);
        }
        self.parts.push(END);
    }

    fn direction(&mut self, descending: bool, nulls_first: Option<bool>) {
        self.flag(descending);
        self.parts.push(match nulls_first {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        });
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.parts.push(u16::from(flag));
    }
}

/// Where the kinds of a condition begin among the numbers.
const OPERATOR: u16 = 0;
const IS: u16 = 100;
const IN: u16 = 200;
const SEARCH: u16 = 300;
/// Begins a group; no column has this position.
const GROUP: u16 = u16::MAX - 1;
/// Stands before the position of an embedded relation.
const EMBED: u16 = u16::MAX - 2;
/// Stands for no column, but rows.
const ROWS: u16 = u16::MAX - 3;
