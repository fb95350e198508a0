//! Names of the component schemas that the OpenAPI document has for a resource.

use std::{collections::HashSet, sync::Arc};

use super::{Enum, Resource};

/// What the OpenAPI document appends to a model's name. What follows them begins with a dot, which
/// no model has.
const COMPONENT_SUFFIXES: [&str; 12] = [
    "Create",
    "Update",
    "UpdateMany",
    "Replace",
    "List",
    "Where",
    "Link",
    "Links",
    "Change",
    "Changes",
    "ChangeNeeded",
    "ChangesNeeded",
];

/// Keeps the component schemas of resources apart from models and enums that have their names.
/// Tools of OpenAPI fold the letter case.
pub(super) fn join(resources: &mut [Resource], enums: &[Arc<Enum>]) {
    let models = resources.iter().map(|resource| &resource.name);
    let enums = enums.iter().map(|of| &of.model);
    let taken: HashSet<String> = models
        .chain(enums)
        .map(|name| name.to_ascii_lowercase())
        .collect();
    for resource in resources {
        let is_taken = |suffix: &&str| {
            taken.contains(&format!("{}{suffix}", resource.name).to_ascii_lowercase())
        };
        if COMPONENT_SUFFIXES.iter().any(is_taken) {
            resource.component_joint = ".";
        }
    }
}
