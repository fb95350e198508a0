//! The program `refract` as a developer and as an operator meets it.

mod catalogs;
mod first_minute;
mod nextjs;
mod npm;
mod program;
