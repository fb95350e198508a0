//! Repairs the generator's entities: real names, columns as text, enums, relations.

use syn::{
    Field, Fields, Item, ItemEnum, ItemStruct, Meta, PathSegment, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{
    GenerateError, create_statements, entity_relations,
    layout::{Entity, Layout},
    rust_source, text_fallback,
};
use crate::{
    names::column_names::{default_variant, variant},
    snapshot::{Column, DataType, Database},
};

pub(super) fn repair(
    layout: &Layout,
    entity: &Entity,
    text: &str,
) -> Result<String, GenerateError> {
    let file = rust_source::parse(&entity.table.name, text)?;
    let mut items = rust_source::items("imports", rust_source::imports())?;
    for item in file.items {
        match item {
            // The generator's imports have placeholder names. Types have full paths instead.
            Item::Use(_) => {}
            Item::Struct(mut model) => {
                repair_model(layout, entity, &mut model)?;
                items.push(Item::Struct(model));
            }
            Item::Enum(mut relation) => {
                repair_relation(layout, entity, &mut relation)?;
                items.push(Item::Enum(relation));
                items.extend(entity_relations::related(layout, entity)?);
            }
            other => items.push(other),
        }
    }
    Ok(rust_source::print(items))
}

fn repair_model(
    layout: &Layout,
    entity: &Entity,
    model: &mut ItemStruct,
) -> Result<(), GenerateError> {
    rust_source::take_arguments(&mut model.attrs);
    let mut arguments = Vec::new();
    if layout.snapshot.database == Database::Postgres {
        arguments.push(rust_source::text_argument(
            "schema_name",
            &entity.table.schema,
        ));
    }
    arguments.push(rust_source::text_argument("table_name", &entity.table.name));
    rust_source::put_arguments(&mut model.attrs, &arguments);
    if let Fields::Named(fields) = &mut model.fields {
        for (field, column) in std::iter::zip(&mut fields.named, &entity.table.columns) {
            repair_field(layout, entity, field, column)?;
        }
    }
    Ok(())
}

fn repair_field(
    layout: &Layout,
    entity: &Entity,
    field: &mut Field,
    column: &Column,
) -> Result<(), GenerateError> {
    let generated = rust_source::take_arguments(&mut field.attrs);
    EnumPaths(layout).visit_type_mut(&mut field.ty);
    field.ident = Some(rust_source::ident(&column.member)?);

    let member = column.member.trim_start_matches("r#");
    let mut arguments: Vec<Meta> = Vec::new();
    if member != column.name {
        arguments.push(rust_source::text_argument("column_name", &column.name));
    }
    if variant(member) != default_variant(member) {
        arguments.push(rust_source::text_argument("enum_name", &variant(member)));
    }
    let is_ours = |argument: &Meta| argument.path().is_ident("column_name");
    arguments.extend(generated.into_iter().filter(|argument| !is_ours(argument)));
    if let Some(stand_in) = text_fallback::of(layout, entity, column) {
        arguments.push(rust_source::text_argument("select_as", stand_in.select_as));
        arguments.push(rust_source::text_argument("save_as", &stand_in.save_as));
    } else if let DataType::Text {
        max_length: Some(length),
        padded,
        ..
    } = &column.data_type
    {
        // The generator drops the length of both types.
        let column_type = match padded {
            true => format!("Char(Some({length}))"),
            false => format!("String(StringLen::N({length}))"),
        };
        arguments.push(rust_source::text_argument("column_type", &column_type));
    }
    arguments
        .extend(enum_cast(layout, column).map(|cast| rust_source::text_argument("save_as", &cast)));
    rust_source::put_arguments(&mut field.attrs, &arguments);
    if member != column.field {
        let name = &column.field;
        field.attrs.push(parse_quote!(#[serde(rename = #name)]));
    }
    Ok(())
}

/// The type that an enum column is cast to when saved, where SeaORM would not find it.
fn enum_cast(layout: &Layout, column: &Column) -> Option<String> {
    let (data_type, list) = match &column.data_type {
        DataType::Array { of } => (of.as_ref(), "[]"),
        data_type => (data_type, ""),
    };
    let (_, rust_enum) = layout.rust_enum(data_type)?;
    Some(format!("{}{list}", rust_enum.qualified.as_ref()?))
}

fn repair_relation(
    layout: &Layout,
    entity: &Entity,
    relation: &mut ItemEnum,
) -> Result<(), GenerateError> {
    relation.variants.clear();
    for variant in entity_relations::variants(layout, entity)? {
        relation.variants.push(variant);
    }
    relation.variants.pop_punct();
    Ok(())
}

/// Replaces the placeholders of enums by paths. An import could hide a name that derived code or
/// another field needs, because enums may be called `Option` or `Json`.
struct EnumPaths<'a>(&'a Layout<'a>);

impl VisitMut for EnumPaths<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        let Type::Path(path) = ty else { return };
        let Some(PathSegment { ident, .. }) = path.path.segments.last() else {
            return;
        };
        let found = (self.0.enums.iter().enumerate())
            .find(|(index, _)| *ident == create_statements::enum_placeholder(*index));
        if let Some((_, rust_enum)) = found {
            let ident = proc_macro2::Ident::new(&rust_enum.ident, ident.span());
            *ty = parse_quote!(crate::sea_orm_active_enums::#ident);
        }
    }
}
