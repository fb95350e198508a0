//! `Accept-Encoding` → the coding that the client likes best of ours (RFC 9110, 12.5.3).

use poem::http::{HeaderMap, header::ACCEPT_ENCODING};

/// A content coding that we can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Zstd,
    Br,
    Gzip,
}

impl Coding {
    /// In the order that counts where a client likes several equally: by what a coding saves for
    /// the time it takes.
    const ALL: [Self; 3] = [Self::Zstd, Self::Br, Self::Gzip];

    /// The name in `Content-Encoding`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Br => "br",
            Self::Gzip => "gzip",
        }
    }

    fn is_called(self, name: &str) -> bool {
        // An old name that still means gzip: RFC 9110, 8.4.1.3.
        let is_old = self == Self::Gzip && name.eq_ignore_ascii_case("x-gzip");
        is_old || name.eq_ignore_ascii_case(self.name())
    }
}

/// The coding for the answer; `None` is none.
///
/// Who refuses the body as it is (`identity;q=0`) and names no coding of ours gets it as it is
/// nevertheless: it is of more use than an error.
pub(super) fn preferred(headers: &HeaderMap) -> Option<Coding> {
    let mut weights = [None; Coding::ALL.len()];
    let (mut identity, mut others) = (None, None);
    for line in headers.get_all(ACCEPT_ENCODING) {
        let line = line.to_str().unwrap_or_default();
        for (name, weight) in line.split(',').filter_map(wish) {
            let wished = if name == "*" {
                &mut others
            } else if name.eq_ignore_ascii_case("identity") {
                &mut identity
            } else if let Some(at) = Coding::ALL.iter().position(|coding| coding.is_called(name)) {
                &mut weights[at]
            } else {
                continue;
            };
            *wished = Some(weight);
        }
    }
    let weighed = |weight: Option<u16>| weight.or(others).unwrap_or(0);
    let best_first = Coding::ALL.into_iter().zip(weights.map(weighed));
    // The last of equals is the greatest.
    let (coding, weight) = best_first.rev().max_by_key(|&(_, weight)| weight)?;
    (weight > 0 && weight >= weighed(identity)).then_some(coding)
}

/// A coding and its weight in thousandths, out of `coding;q=0.5`. `None` is nonsense, and ignored.
fn wish(member: &str) -> Option<(&str, u16)> {
    let Some((name, parameter)) = member.split_once(';') else {
        return Some((member.trim(), 1000));
    };
    let (key, value) = parameter.split_once('=')?;
    if !key.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let value = value.trim();
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let unit = [1000, 100, 10, 1].get(fraction.len())?;
    let thousandths = fraction.parse().unwrap_or(0) * unit;
    let weight = match whole {
        "0" => thousandths,
        "1" if thousandths == 0 => 1000,
        _ => return None,
    };
    Some((name.trim(), weight))
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn chosen(accept_encoding: &[&'static str]) -> &'static str {
        let mut headers = HeaderMap::new();
        for line in accept_encoding {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
        }
        preferred(&headers).map_or("identity", Coding::name)
    }

    #[test]
    fn the_greatest_weight_wins_and_then_our_preference() {
        for (wishes, coding) in [
            ("gzip", "gzip"),
            ("gzip, deflate, br, zstd", "zstd"),
            ("gzip, deflate, br", "br"),
            ("zstd;q=0.5, br;q=0.9, gzip;q=0.901", "gzip"),
            ("br;q=1.000,gzip;q=1", "br"),
            ("GZip", "gzip"),
            ("x-gzip", "gzip"),
            ("br ; q=0.1\t,  gzip ;\tQ = 0.2 ", "gzip"),
        ] {
            assert_eq!(chosen(&[wishes]), coding, "{wishes}");
        }
        assert_eq!(chosen(&["gzip", "br"]), "br");
    }

    #[test]
    fn a_star_stands_for_what_is_not_named() {
        for (wishes, coding) in [
            ("*", "zstd"),
            ("*, zstd;q=0", "br"),
            ("gzip;q=0.5, *;q=0.1", "gzip"),
            ("gzip;q=0.1, *;q=0.5", "zstd"),
            ("gzip, *;q=0", "gzip"),
            ("*;q=0", "identity"),
            ("zstd;q=0.1, br;q=0.1, gzip;q=0.1, *", "identity"),
        ] {
            assert_eq!(chosen(&[wishes]), coding, "{wishes}");
        }
    }

    #[test]
    fn nothing_is_compressed_for_who_does_not_want_it() {
        assert_eq!(chosen(&[]), "identity");
        for wishes in [
            "",
            " ",
            "identity",
            "deflate, compress, lz4",
            "gzip;q=0",
            "gzip;q=0.000, br;q=0",
            "identity, gzip;q=0.9",
            "identity;q=0",
            "identity;q=0, *;q=0",
        ] {
            assert_eq!(chosen(&[wishes]), "identity", "{wishes}");
        }
        assert_eq!(chosen(&["identity;q=0.5, gzip;q=0.5"]), "gzip");
    }

    #[test]
    fn nonsense_is_ignored_and_the_rest_counts() {
        for nonsense in [
            "zstd;q=",
            "zstd;q=2",
            "zstd;q=1.001",
            "zstd;q=-1",
            "zstd;q=+1",
            "zstd;q=0.+1",
            "zstd;q=.5",
            "zstd;q=0.1234",
            "zstd;q=NaN",
            "zstd;q=0,5",
            "zstd;level=3",
            "zstd;q",
            "zstd;q=1;q=1",
            "zs td",
            ";;;",
            "=,=",
        ] {
            assert_eq!(chosen(&[nonsense, "gzip"]), "gzip", "{nonsense}");
        }
    }
}
