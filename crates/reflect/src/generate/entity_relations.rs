//! Relations of an entity: the variants of its `Relation` enum and its `Related` impls.
//!
//! SeaORM's generator derives relations from foreign keys and leaves out ambiguous ones. The snapshot
//! has all of them, so they are written from the snapshot.

use quote::quote;
use syn::{Item, Meta, Variant};

use super::{
    GenerateError,
    layout::{Entity, Layout},
    rust_source,
};
use crate::{
    names::column_names::variant,
    snapshot::{Action, Cardinality, ForeignKey, Relation, Table},
};

/// The variants of the `Relation` enum.
pub(super) fn variants(layout: &Layout, entity: &Entity) -> Result<Vec<Variant>, GenerateError> {
    let mut variants = Vec::new();
    for (name, relation) in &entity.relations {
        let Some(target) = layout.entity(&relation.schema, &relation.table) else {
            continue;
        };
        let name = rust_source::ident(name)?;
        let arguments = arguments(entity, relation, target);
        variants.push(syn::parse_quote!(#[sea_orm(#(#arguments),*)] #name));
    }
    Ok(variants)
}

fn arguments(entity: &Entity, relation: &Relation, target: &Entity) -> Vec<Meta> {
    let module = module_path(entity, target);
    let target_entity = format!("{module}Entity");
    let from = columns("", entity.table, &relation.columns);
    let to = columns(&module, target.table, &relation.references);
    let text = rust_source::text_argument;
    if let Some(key) = own_foreign_key(entity.table, relation) {
        let mut arguments = vec![
            text("belongs_to", &target_entity),
            text("from", &from),
            text("to", &to),
        ];
        arguments.extend(action("on_update", key.on_update));
        arguments.extend(action("on_delete", key.on_delete));
        return arguments;
    }
    let owner = relation
        .foreign_key
        .as_deref()
        .and_then(|key| target.owner_variant(key));
    // `has_many` and `has_one` take the columns from the other entity's `Related`, if there is one.
    let is_related = target.table.relations.iter().any(|back| {
        own_foreign_key(target.table, back).is_some_and(|key| {
            relation.foreign_key.as_ref() == Some(&key.name) && target.is_related_by(back)
        })
    });
    match (relation.cardinality, owner) {
        (Cardinality::OneToMany, _) if is_related => vec![text("has_many", &target_entity)],
        (Cardinality::OneToMany, Some(owner)) => vec![
            text("has_many", &target_entity),
            text("via_rel", &format!("Relation::{owner}")),
        ],
        (_, _) if is_related => vec![text("has_one", &target_entity)],
        // SeaORM has no `has_one` by a named relation. A `belongs_to` with the same columns that is
        // not a foreign key of this table (`skip_fk`) is equivalent.
        (_, _) => vec![
            text("belongs_to", &target_entity),
            text("from", &from),
            text("to", &to),
            syn::parse_quote!(skip_fk),
        ],
    }
}

/// The foreign key of `table` that `relation` represents.
fn own_foreign_key<'a>(table: &'a Table, relation: &Relation) -> Option<&'a ForeignKey> {
    table.foreign_keys.iter().find(|key| {
        relation.foreign_key.as_ref() == Some(&key.name) && relation.columns == key.columns
    })
}

/// The path of another entity's module: `super::user::`, and from a view, whose module is one level
/// deeper, `super::super::user::`. Empty for the entity itself.
fn module_path(entity: &Entity, target: &Entity) -> String {
    if std::ptr::eq(entity.table, target.table) {
        String::new()
    } else if entity.is_view() {
        format!("super::super::{}::", target.table.module)
    } else {
        format!("super::{}::", target.table.module)
    }
}

/// `Column::Id`, or a tuple of several.
fn columns(module: &str, table: &Table, names: &[String]) -> String {
    let columns: Vec<String> = names
        .iter()
        .filter_map(|name| table.column(name))
        .map(|column| format!("{module}Column::{}", variant(&column.member)))
        .collect();
    match columns.as_slice() {
        [column] => column.clone(),
        columns => format!("({})", columns.join(", ")),
    }
}

fn action(name: &str, action: Action) -> Option<Meta> {
    let action = match action {
        Action::NoAction => return Some(rust_source::text_argument(name, "NoAction")),
        Action::Restrict => "Restrict",
        Action::Cascade => "Cascade",
        Action::SetNull => "SetNull",
        Action::SetDefault => "SetDefault",
    };
    Some(rust_source::text_argument(name, action))
}

/// `impl Related` for every entity that is the target of exactly one relation.
pub(super) fn related(layout: &Layout, entity: &Entity) -> Result<Vec<Item>, GenerateError> {
    let mut items = Vec::new();
    let mut related: Vec<&Relation> = entity
        .table
        .relations
        .iter()
        .filter(|relation| entity.is_related_by(relation))
        .collect();
    related.sort_by_key(|relation| (&relation.schema, &relation.table));
    for relation in related {
        let Some(target) = layout.entity(&relation.schema, &relation.table) else {
            continue;
        };
        let Some(body) = related_body(layout, entity, relation)? else {
            continue;
        };
        let path: syn::Path = parse(&format!("{}Entity", module_path(entity, target)))?;
        items.extend(rust_source::items(
            &entity.table.name,
            quote! { impl Related<#path> for Entity { #body } },
        )?);
    }
    Ok(items)
}

fn related_body(
    layout: &Layout,
    entity: &Entity,
    relation: &Relation,
) -> Result<Option<proc_macro2::TokenStream>, GenerateError> {
    let Some(through) = &relation.through else {
        let named = entity
            .relations
            .iter()
            .find(|(_, named)| std::ptr::eq(*named, relation));
        let Some((name, _)) = named else {
            return Ok(None);
        };
        let name = rust_source::ident(name)?;
        return Ok(Some(
            quote! { fn to() -> RelationDef { Relation::#name.def() } },
        ));
    };
    let Some(junction) = layout.entity(&through.schema, &through.table) else {
        return Ok(None);
    };
    let side = |columns: &[String]| {
        let key = junction
            .table
            .foreign_keys
            .iter()
            .find(|key| key.columns == columns)?;
        junction.owner_variant(&key.name)
    };
    let (Some(own), Some(other)) = (side(&through.columns), side(&through.references)) else {
        return Ok(None);
    };
    let path: syn::Path = parse(&format!("{}Relation", module_path(entity, junction)))?;
    let (own, other) = (rust_source::ident(own)?, rust_source::ident(other)?);
    Ok(Some(quote! {
        fn to() -> RelationDef { #path::#other.def() }
        fn via() -> Option<RelationDef> { Some(#path::#own.def().rev()) }
    }))
}

fn parse(path: &str) -> Result<syn::Path, GenerateError> {
    syn::parse_str(path).map_err(|error| rust_source::syntax(path, error))
}
