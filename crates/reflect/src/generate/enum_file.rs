//! Repairs the generator's enums: real names, variants and labels.

use syn::{Item, Meta, parse_quote};

use super::{GenerateError, create_statements, layout::Layout, rust_source};

pub(super) fn repair(layout: &Layout, text: &str) -> Result<String, GenerateError> {
    let file = rust_source::parse("enums", text)?;
    let mut items = rust_source::items("imports", rust_source::imports())?;
    let mut generated: Vec<_> = file
        .items
        .into_iter()
        .filter_map(|item| match item {
            Item::Enum(item) => Some(item),
            _ => None,
        })
        .collect();
    for (index, rust_enum) in layout.enums.iter().enumerate() {
        let placeholder = create_statements::enum_placeholder(index);
        let Some(at) = generated.iter().position(|item| item.ident == placeholder) else {
            // No column has this enum as its Rust type.
            continue;
        };
        let mut item = generated.swap_remove(at);
        item.ident = rust_source::ident(&rust_enum.ident)?;
        let mut arguments = rust_source::take_arguments(&mut item.attrs);
        arguments.retain(|argument: &Meta| !argument.path().is_ident("enum_name"));
        if rust_enum.qualified.is_some() {
            // With `rs_type = "Enum"` the enum would name its type itself; with `String` the column
            // names it.
            arguments.retain(|argument: &Meta| !argument.path().is_ident("rs_type"));
            arguments.insert(0, rust_source::text_argument("rs_type", "String"));
        }
        arguments.push(rust_source::text_argument("enum_name", &rust_enum.of.name));
        rust_source::put_arguments(&mut item.attrs, &arguments);

        let values = std::iter::zip(&rust_enum.of.values, &rust_enum.variants);
        for (variant, (value, name)) in std::iter::zip(&mut item.variants, values) {
            variant.ident = rust_source::ident(name)?;
            rust_source::take_arguments(&mut variant.attrs);
            let label = &value.label;
            variant
                .attrs
                .push(parse_quote!(#[sea_orm(string_value = #label)]));
            let in_json = value.name.as_ref().unwrap_or(label);
            if name != in_json {
                variant
                    .attrs
                    .push(parse_quote!(#[serde(rename = #in_json)]));
            }
        }
        items.push(Item::Enum(item));
    }
    Ok(rust_source::print(items))
}
