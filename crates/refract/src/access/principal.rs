//! A role and its claims.

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value};

/// What was verified about the user of a request: a JSON object, of which `sub` is the user.
pub type Claims = Map<String, Value>;

/// The role of requests that present nothing.
pub const ANONYMOUS: &str = "anonymous";
/// The role of users of whom nothing else is said.
pub const USER: &str = "user";
/// The name of [`Role::Service`].
pub const SERVICE: &str = "service";

/// What a caller acts as. A request has one role. Its name comes only from what was verified.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything is allowed, and no policy applies.
    Service,
    /// A role of `[roles]` in refract.toml. A role that is not there may do nothing.
    Named(Arc<str>),
}

/// Who asks. The request carries it in its extensions, as an `Arc`.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    pub role: Role,
    pub claims: Claims,
}

impl Role {
    /// The role of a name. `service` is the role without policies.
    pub fn of(name: &str) -> Self {
        match name {
            SERVICE => Self::Service,
            name => Self::Named(name.into()),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Service => SERVICE,
            Self::Named(name) => name,
        }
    }
}

impl Principal {
    /// The caller that may do everything: the app's own backend.
    pub fn service() -> Arc<Self> {
        static SERVICE: LazyLock<Arc<Principal>> = LazyLock::new(|| {
            Arc::new(Principal {
                role: Role::Service,
                claims: Claims::new(),
            })
        });
        SERVICE.clone()
    }

    /// Nobody is known.
    pub fn anonymous() -> Arc<Self> {
        Arc::new(Self {
            role: Role::of(ANONYMOUS),
            claims: Claims::new(),
        })
    }
}
