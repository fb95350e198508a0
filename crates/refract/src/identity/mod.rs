//! Who asks: what a request presents → its [`Principal`].
//!
//! A wrong credential is refused. It never makes its bearer somebody whom nobody knows.

mod key_ring;
mod key_set;
mod token;
mod token_cache;
mod unique_json;

use std::sync::Arc;

use poem::{
    Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
};

use self::{key_ring::KeyRing, token::Issuer, token_cache::TokenCache};
use crate::{
    access::{ANONYMOUS, Principal, Role, SERVICE, USER},
    error::Error,
    settings::{Access, Settings},
};

pub use self::unique_json::claims;

/// The header with which the app's backend says for whom it asks.
pub const CLAIMS: HeaderName = HeaderName::from_static("refract-claims");

/// The header in which supabase-js sends the app's key.
const API_KEY: HeaderName = HeaderName::from_static("apikey");

/// The longest token, and the longest `Refract-Claims`, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// How callers are known.
pub struct Identity {
    access: Access,
    /// Whether the settings at the start name nobody: neither `SECRET_KEY`, keys, issuers nor policies.
    names_nobody: bool,
    keys: KeyRing,
    issuers: Vec<Arc<Issuer>>,
    verified: TokenCache,
    /// Whether callers who present nothing have a role.
    has_anonymous: bool,
}

impl Identity {
    /// Reads the keys. Key sets of other servers are read when they are needed.
    ///
    /// # Errors
    /// A key file cannot be read.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let issuers = settings.auth.issuers.iter();
        let issuers = issuers.map(|stated| Issuer::new(stated).map(Arc::new));
        Ok(Self {
            access: settings.server.access.clone(),
            keys: KeyRing::new(settings),
            issuers: issuers.collect::<Result<_, _>>()?,
            verified: TokenCache::default(),
            names_nobody: matches!(settings.server.access, Access::Open)
                && settings.roles.is_empty()
                && settings.auth.is_empty(),
            has_anonymous: settings.roles.by_role.contains_key(ANONYMOUS),
        })
    }

    /// Whether everybody may do everything: a developer's machine, without keys and policies. It is not
    /// enough that there are no keys now, because a refract.toml that is being written is empty for a moment.
    fn is_open(&self) -> bool {
        self.names_nobody && self.keys.is_empty()
    }

    /// The caller of a request. `None` presents nothing, and has no role.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] and [`Error::InvalidToken`] for a credential that does not verify;
    /// [`Error::MayNotActForOthers`].
    pub async fn principal(&self, request: &Request) -> Result<Option<Arc<Principal>>, Error> {
        if self.is_open() {
            return Ok(Some(Principal::service()));
        }
        let headers = request.headers();
        let bearer = match only(headers, &header::AUTHORIZATION)? {
            None => None,
            Some(value) => Some(bearer(value).ok_or(Error::Unauthorized)?),
        };
        let api_key = only(headers, &API_KEY)?;
        let claims = only(headers, &CLAIMS)?;
        let found = match (bearer, api_key) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some(self.credential(one).await?),
            (Some(bearer), Some(key)) if bearer == key => Some(self.credential(bearer).await?),
            // As supabase-js sends them: the key of the app, and the token of its user.
            (Some(bearer), Some(key)) => {
                self.credential(key).await?;
                Some(self.credential(bearer).await?)
            }
        };
        match (found, claims) {
            (None, None) => Ok(self.nobody()),
            (None, Some(_)) => Err(Error::Unauthorized),
            (Some(known), None) => Ok(Some(known.principal)),
            (Some(known), Some(_)) if !known.acts_for_others => Err(Error::MayNotActForOthers),
            (Some(known), Some(text)) => acting_for(&known.principal, text).map(Some),
        }
    }

    /// The caller that presents nothing.
    fn nobody(&self) -> Option<Arc<Principal>> {
        self.has_anonymous.then(Principal::anonymous)
    }

    async fn credential(&self, presented: &[u8]) -> Result<Known, Error> {
        if let Access::Key(key) = &self.access
            && key.matches(presented)
        {
            return Ok(Known {
                principal: Principal::service(),
                acts_for_others: true,
            });
        }
        if let Some(known) = self.keys.find(presented) {
            return Ok(known);
        }
        if self.issuers.is_empty() {
            return Err(Error::Unauthorized);
        }
        let now = token::now();
        for issuer in &self.issuers {
            issuer.refresh(now);
        }
        let version = self.issuers.iter().map(|issuer| issuer.version()).sum();
        if let Some(principal) = self.verified.find(presented, now, version) {
            return Ok(Known::of(principal));
        }
        let (principal, until) = token::verify(&self.issuers, presented, now).await?;
        self.verified
            .keep(presented, &principal, until, now, version);
        Ok(Known::of(principal))
    }
}

/// A caller whose credential is verified.
#[derive(Clone)]
struct Known {
    principal: Arc<Principal>,
    acts_for_others: bool,
}

impl Known {
    fn of(principal: Arc<Principal>) -> Self {
        Self {
            principal,
            acts_for_others: false,
        }
    }
}

/// The value of a header that a request may have once.
///
/// # Errors
/// [`Error::Unauthorized`] if it stands there twice: another reader might take the other one.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, Error> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value.map(HeaderValue::as_bytes)),
        (_, Some(_)) => Err(Error::Unauthorized),
    }
}

/// The key or the token in `Authorization: Bearer`.
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, credential) = value.split_at_checked(7)?;
    scheme
        .eq_ignore_ascii_case(b"bearer ")
        .then(|| credential.trim_ascii())
}

/// The user for whom the app's backend asks.
fn acting_for(caller: &Principal, text: &[u8]) -> Result<Arc<Principal>, Error> {
    let wrong = |reason: &'static str| Error::BadRequest {
        reason: format!("Refract-Claims {reason}"),
    };
    if text.len() > MAX_BYTES {
        return Err(wrong("is longer than 16 KiB"));
    }
    let text = text.trim_ascii();
    let decoded;
    let json = if text.starts_with(b"{") {
        text
    } else {
        decoded = token::base64url(text).ok_or_else(|| wrong("is neither JSON nor base64url"))?;
        &decoded
    };
    let claims = claims(json).ok_or_else(|| wrong("is not a JSON object with each member once"))?;
    let role = match claims.get("role") {
        None => USER,
        Some(serde_json::Value::String(role)) => role,
        Some(_) => return Err(wrong("has a role that is not a text")),
    };
    if role == SERVICE && caller.role != Role::Service {
        return Err(Error::MayNotActForOthers);
    }
    Ok(Arc::new(Principal {
        role: Role::of(role),
        claims,
    }))
}
