//! What a role may do with the rows of a resource: the rules of refract.toml, resolved by the catalog.
//!
//! A [`RowPredicate`] is a policy whose claims are not known yet. [`Access`] has the rules of a role and
//! the claims of a request; [`super::Visibility`] adds them to every plan.

mod row_predicate;

pub use row_predicate::{PolicyScope, RowPredicate, has_plain_type, is_leakproof};

use std::{collections::HashMap, sync::Arc};

use reflect::snapshot::Database;

use super::{Condition, Filter};
use crate::{
    access::{Claims, Principal},
    catalog::{Resource, ResourceId},
    codec::Value,
    error::Error,
};

/// What is done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Read,
    Create,
    Update,
    Delete,
}

impl Action {
    pub const ALL: [Self; 4] = [Self::Read, Self::Create, Self::Update, Self::Delete];

    /// Its name in refract.toml.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// With which rows a role may do something.
#[derive(Debug, Clone, Default)]
pub enum Rule {
    /// With none.
    #[default]
    Never,
    /// With all.
    Always,
    /// With those that satisfy a predicate.
    Where(Arc<RowPredicate>),
}

/// The rules of a role for one resource.
#[derive(Debug, Clone, Default)]
pub struct ResourceRules {
    pub read: Rule,
    pub create: Rule,
    pub update: Rule,
    pub delete: Rule,
    /// The columns whose values the role does not choose.
    pub presets: Vec<Preset>,
    /// Where the rules stand: `refract.toml:12, roles.user.Post`.
    pub place: String,
}

/// A column whose value a role does not choose.
#[derive(Debug, Clone)]
pub struct Preset {
    pub column: usize,
    /// The predicate that the column equals its value.
    pub equals: Arc<RowPredicate>,
}

impl ResourceRules {
    pub fn of(&self, action: Action) -> &Rule {
        match action {
            Action::Read => &self.read,
            Action::Create => &self.create,
            Action::Update => &self.update,
            Action::Delete => &self.delete,
        }
    }
}

/// The rules of a role. What is not listed is not allowed.
#[derive(Debug, Clone, Default)]
pub struct RoleRules {
    pub role: String,
    pub by_resource: HashMap<ResourceId, ResourceRules>,
    /// Whether errors name the place of a rule.
    pub shows_places: bool,
}

/// The rules of a request's role, and the claims of its caller.
#[derive(Debug, Clone)]
pub struct Access {
    pub rules: Arc<RoleRules>,
    pub principal: Arc<Principal>,
    pub database: Database,
}

/// The rows that a rule leaves to a caller.
#[derive(Debug, Clone, PartialEq)]
pub enum Allowed {
    All,
    Where(Arc<Filter>),
}

impl Access {
    fn claims(&self) -> &Claims {
        &self.principal.claims
    }

    fn of_resource(&self, resource: &Resource) -> Option<&ResourceRules> {
        self.rules.by_resource.get(&resource.id)
    }

    /// Whether an action is allowed with some rows of a resource.
    pub fn allows(&self, resource: &Resource, action: Action) -> bool {
        let rules = self.of_resource(resource);
        rules.is_some_and(|rules| !matches!(rules.of(action), Rule::Never))
    }

    /// The rows of a resource that an action is allowed with.
    pub fn allowed(&self, resource: &Resource, action: Action) -> Allowed {
        let rule = self.of_resource(resource).map(|rules| rules.of(action));
        match rule {
            Some(Rule::Always) => Allowed::All,
            Some(Rule::Where(predicate)) => {
                let filter = predicate.with(self.claims(), self.database);
                Allowed::Where(Arc::new(filter.unwrap_or_else(Filter::nothing)))
            }
            Some(Rule::Never) | None => Allowed::Where(Arc::new(Filter::nothing())),
        }
    }

    /// What a new row must satisfy beside the rule: that its preset columns have their values.
    pub fn preset_conditions(&self, resource: &Resource) -> Option<Arc<Filter>> {
        let presets = &self.of_resource(resource)?.presets;
        if presets.is_empty() {
            return None;
        }
        let equal = presets
            .iter()
            .map(|preset| preset.equals.with(self.claims(), self.database));
        let groups: Option<Vec<Filter>> = equal.collect();
        let filter = groups.map_or_else(Filter::nothing, |groups| Filter {
            groups,
            ..Filter::default()
        });
        Some(Arc::new(filter))
    }

    /// The preset columns and their values; `None` for a value whose claim the caller does not have.
    pub fn presets(&self, resource: &Resource) -> Vec<(usize, Option<Value>)> {
        let presets = self.of_resource(resource).map(|rules| &rules.presets);
        let value = |preset: &Preset| {
            let filter = preset.equals.with(self.claims(), self.database)?;
            let [Condition { test, .. }] = filter.conditions.as_slice() else {
                return None;
            };
            match test {
                super::Test::Compare(_, value) => Some(value.clone()),
                _ => None,
            }
        };
        let presets = presets.into_iter().flatten();
        presets
            .map(|preset| (preset.column, value(preset)))
            .collect()
    }

    /// The error of an action that a rule forbids.
    pub fn forbidden(&self, resource: &Resource, action: Action) -> Error {
        let place = self.of_resource(resource).map(|rules| rules.place.clone());
        Error::NotPermitted {
            action: action.name(),
            resource: resource.name.clone(),
            role: self.rules.role.clone(),
            place: place.filter(|_| self.rules.shows_places),
        }
    }
}
