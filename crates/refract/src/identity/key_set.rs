//! The keys that verify an issuer's tokens, and the algorithms that each allows.
//!
//! The algorithm follows from the key and never from the token: a token that names another one is
//! refused. So there is no `none`, and no public key is taken for the secret of an HMAC.

use std::{io::Read, time::Duration};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde_json::Value;

/// The most bytes of a key set.
const MOST_BYTES: u64 = 256 * 1024;
/// The most keys of a key set that are looked at.
const MOST_KEYS: usize = 100;
/// How long the server of a key set may take.
const TIMEOUT: Duration = Duration::from_secs(5);

const HMAC: &[Algorithm] = &[Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
const RSA: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
];

/// A key that verifies tokens.
pub struct VerifyingKey {
    /// `kid`
    pub id: Option<String>,
    pub key: DecodingKey,
    pub algorithms: Vec<Algorithm>,
}

impl VerifyingKey {
    /// A secret that the issuer and this process share.
    pub fn of_secret(secret: &str) -> Option<Self> {
        Some(Self {
            id: None,
            key: DecodingKey::from_secret(secret.as_bytes()).ok()?,
            algorithms: HMAC.to_vec(),
        })
    }

    /// A public key of a key set. `None` for a key that verifies no tokens.
    fn of_jwk(jwk: &Jwk) -> Option<Self> {
        if matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption)) {
            return None;
        }
        let allowed: Vec<Algorithm> = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => RSA.to_vec(),
            AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
                EllipticCurve::P256 => vec![Algorithm::ES256],
                EllipticCurve::P384 => vec![Algorithm::ES384],
                _ => return None,
            },
            AlgorithmParameters::OctetKeyPair(pair) => match pair.curve {
                EllipticCurve::Ed25519 => vec![Algorithm::EdDSA],
                _ => return None,
            },
            // A secret that is published is none.
            AlgorithmParameters::OctetKey(_) => return None,
            _ => return None,
        };
        let stated = jwk.common.key_algorithm.map(|stated| stated.to_string());
        let algorithms: Vec<Algorithm> = allowed
            .into_iter()
            .filter(|one| {
                stated
                    .as_ref()
                    .is_none_or(|stated| *stated == format!("{one:?}"))
            })
            .collect();
        if algorithms.is_empty() {
            return None;
        }
        Some(Self {
            id: jwk.common.key_id.clone(),
            key: DecodingKey::from_jwk(jwk).ok()?,
            algorithms,
        })
    }
}

/// The keys of a key set. Those that are of no use are left out.
///
/// # Errors
/// The text is no key set.
pub fn of_json(text: &str) -> Result<Vec<VerifyingKey>, String> {
    let set: Value = serde_json::from_str(text).map_err(|_| "it is not JSON".to_owned())?;
    let keys = set.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or_else(|| "it has no `keys`".to_owned())?;
    let keys = keys.iter().take(MOST_KEYS);
    let keys = keys.filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    Ok(keys.filter_map(|jwk| VerifyingKey::of_jwk(&jwk)).collect())
}

/// The keys of a file: a key set, or public keys in PEM.
///
/// # Errors
/// It is neither.
pub fn of_file(text: &str) -> Result<Vec<VerifyingKey>, String> {
    if text.trim_start().starts_with('{') {
        return of_json(text);
    }
    let pem = text.as_bytes();
    type Read = fn(&[u8]) -> Result<DecodingKey, jsonwebtoken::errors::Error>;
    let kinds: [(Read, &[Algorithm]); 4] = [
        (DecodingKey::from_rsa_pem, RSA),
        (DecodingKey::from_ec_pem, &[Algorithm::ES256]),
        (DecodingKey::from_ec_pem, &[Algorithm::ES384]),
        (DecodingKey::from_ed_pem, &[Algorithm::EdDSA]),
    ];
    let keys = kinds.into_iter().filter_map(|(read, algorithms)| {
        Some(VerifyingKey {
            id: None,
            key: read(pem).ok()?,
            algorithms: algorithms.to_vec(),
        })
    });
    let keys: Vec<_> = keys.collect();
    match keys.is_empty() {
        true => Err("it is neither a key set (JSON) nor a public key (PEM)".to_owned()),
        false => Ok(keys),
    }
}

/// Reads a key set from its server. It follows no redirect.
///
/// # Errors
/// There is no answer in time, or it is no key set.
pub fn fetch(url: &url::Url) -> Result<Vec<VerifyingKey>, String> {
    let mut config = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0);
    if url.scheme() == "http" {
        // It is on this machine, where a proxy would not find it.
        config = config.proxy(None);
    }
    let agent: ureq::Agent = config.build().into();
    let answer = agent.get(url.as_str()).call();
    let answer = answer.map_err(|error| match error {
        ureq::Error::StatusCode(status) => format!("its server answers {status}"),
        other => format!("its server cannot be reached: {other}"),
    })?;
    if answer.status() != 200 {
        return Err(format!("its server answers {}", answer.status().as_u16()));
    }
    let mut text = String::new();
    let mut body = answer.into_body().into_reader().take(MOST_BYTES + 1);
    body.read_to_string(&mut text)
        .map_err(|_| "its text cannot be read".to_owned())?;
    if text.len() as u64 > MOST_BYTES {
        return Err("it is too large".to_owned());
    }
    of_json(&text)
}
