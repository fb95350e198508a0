//! Any query string is a query or an error, never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use refract::internals::{Limits, parse};

fuzz_target!(|text: &str| {
    let _ = parse::list(text, &Limits::default());
    let _ = parse::single(text, &Limits::default(), "Row");
    let _ = parse::filters(text, &Limits::default(), "a change");
    let _ = parse::key(text);
});
