//! Requests that nobody would send in good faith are answered, and never with a 500.

mod bodies;
mod conditions;
mod every_field;
mod malformed_requests;
mod values;
