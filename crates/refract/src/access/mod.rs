//! Who asks: the principal of a request.
//!
//! `identity` finds it in what a request presents. The planner takes its claims into the policies of
//! its role.

mod principal;

pub use principal::{ANONYMOUS, Claims, Principal, Role, SERVICE, USER};
