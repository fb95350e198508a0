//! The relation of a resource that an embed names.

use super::super::Context;
use crate::{
    catalog::{Relation, Resource, nearest},
    error::Error,
    query::parse::EmbedItem,
};

/// The relation of an item, by its name or by the resource that it leads to.
///
/// # Errors
/// [`Error::UnknownRelation`]; [`Error::InvalidParameter`] where several may be meant.
pub(super) fn relation<'a>(
    context: Context<'a>,
    resource: &'a Resource,
    item: &EmbedItem,
) -> Result<&'a Relation, Error> {
    let catalog = context.catalog;
    if let (Some(relation), None) = (resource.relation(&item.target), &item.hint) {
        return Ok(relation);
    }
    let leads_there = |relation: &&Relation| {
        let target = catalog.target(relation);
        let names = [&target.name, &target.path, &target.table, &relation.name];
        names.contains(&&item.target) || relation.foreign_key.as_ref() == Some(&item.target)
    };
    let is_hinted = |relation: &&Relation| match &item.hint {
        None => true,
        Some(hint) => {
            let target = catalog.target(relation);
            let one = |columns: &[usize], of: &Resource| match columns {
                [column] => of.columns[*column].field == *hint,
                _ => false,
            };
            relation.name == *hint
                || relation.foreign_key.as_ref() == Some(hint)
                || one(&relation.columns(), resource)
                || one(&relation.references(), target)
        }
    };
    let relations = resource.relations.iter();
    let found: Vec<_> = relations.filter(leads_there).filter(is_hinted).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(Error::UnknownRelation {
            suggestion: nearest(
                &item.target,
                resource.relations.iter().map(|one| one.name.as_str()),
            ),
            name: item.target.clone(),
            resource: resource.name.clone(),
        }),
        several => {
            let names: Vec<_> = several.iter().map(|one| one.name.as_str()).collect();
            Err(Error::InvalidParameter {
                parameter: "select".to_owned(),
                reason: format!("`{}` may be any of {}", item.target, names.join(", ")),
            })
        }
    }
}
