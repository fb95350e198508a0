//! Writes the files around the entities: `lib.rs`, `views/mod.rs`, `prelude.rs`, `registry.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    GenerateError,
    layout::{Entity, Layout},
    rust_source,
};

pub(super) fn lib(layout: &Layout) -> Result<String, GenerateError> {
    let mut modules: Vec<String> = vec!["prelude".to_owned(), "registry".to_owned()];
    if !layout.enums.is_empty() {
        modules.push("sea_orm_active_enums".to_owned());
    }
    if layout.has_views() {
        modules.push("views".to_owned());
    }
    modules.extend(tables(layout).map(|entity| entity.table.module.clone()));
    modules_file(modules, quote! { pub use registry::registry; })
}

pub(super) fn views(layout: &Layout) -> Result<String, GenerateError> {
    let views = layout.entities.iter().filter(|entity| entity.is_view());
    modules_file(
        views
            .map(|view| view.table.module.replace("views::", ""))
            .collect(),
        TokenStream::new(),
    )
}

/// A file of module declarations, sorted as rustfmt sorts them: by name, without `r#`.
fn modules_file(mut modules: Vec<String>, exports: TokenStream) -> Result<String, GenerateError> {
    modules.sort_by_key(|module| module.trim_start_matches("r#").to_owned());
    let mut tokens = TokenStream::new();
    for module in modules {
        let module = rust_source::ident(&module)?;
        tokens.extend(quote! { pub mod #module; });
    }
    tokens.extend(exports);
    Ok(rust_source::print(rust_source::items("modules", tokens)?))
}

pub(super) fn prelude(layout: &Layout) -> Result<String, GenerateError> {
    let mut tokens = TokenStream::new();
    for entity in &layout.entities {
        let module = module_path(entity)?;
        let model = rust_source::ident(&entity.table.model)?;
        tokens.extend(quote! { pub use #module::Entity as #model; });
    }
    Ok(rust_source::print(rust_source::items(
        "the prelude",
        tokens,
    )?))
}

pub(super) fn registry(layout: &Layout) -> Result<String, GenerateError> {
    let mut shapes = Vec::new();
    for entity in &layout.entities {
        let module = module_path(entity)?;
        shapes.push(quote! { EntityShape::of::<#module::Entity>() });
    }
    let tokens = quote! {
        use refract::registry::{EntityShape, Registry};

        /// This crate's snapshot, and every entity in it once.
        pub fn registry() -> Registry {
            Registry {
                snapshot: include_str!("../catalog.json").to_owned(),
                entities: vec![#(#shapes),*],
            }
        }
    };
    Ok(rust_source::print(rust_source::items(
        "the registry",
        tokens,
    )?))
}

fn tables<'l, 'a>(layout: &'l Layout<'a>) -> impl Iterator<Item = &'l Entity<'a>> {
    layout.entities.iter().filter(|entity| !entity.is_view())
}

fn module_path(entity: &Entity) -> Result<syn::Path, GenerateError> {
    let path = format!("crate::{}", entity.table.module);
    syn::parse_str(&path).map_err(|error| rust_source::syntax(&path, error))
}
