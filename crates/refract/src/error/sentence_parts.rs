//! Parts of error messages.

use std::fmt;

use super::{Problem, SoftDeleted};

/// `" Did you mean `title`?"`, or nothing.
pub(super) struct Hint<'a>(pub &'a Option<String>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(out, " Did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

/// Why a host is refused, and which setting allows it.
pub(super) struct Host<'a>(pub &'a str);

impl fmt::Display for Host<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => out.write_str("The request names no host, as by the header `Host: localhost`."),
            host => write!(
                out,
                "This API is not called by the host `{host}`; if that name is yours, add it to \
                 ALLOWED_HOSTS."
            ),
        }
    }
}

/// The page that a request comes from.
pub(super) struct Page<'a>(pub &'a Option<String>);

impl fmt::Display for Page<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(origin) => write!(out, "Pages of the origin `{origin}`"),
            None => out.write_str("A page of another origin"),
        }
    }
}

/// `": column "title" is gone"`, or nothing.
pub(super) struct Because<'a>(pub &'a Option<String>);

impl fmt::Display for Because<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(reason) => write!(out, ": {reason}"),
            None => Ok(()),
        }
    }
}

/// `" (refract.toml:12, roles.user.Post)"`, or nothing.
pub(super) struct Place<'a>(pub &'a Option<String>);

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(place) => write!(out, " ({place})"),
            None => Ok(()),
        }
    }
}

/// `": it is there, but is marked as deleted: …"`, or nothing.
pub(super) struct Unseen<'a>(pub &'a SoftDeleted);

impl fmt::Display for Unseen<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            SoftDeleted::Yes => out.write_str(
                ": it is there, but is marked as deleted: `deleted=include` shows it, and lets it \
                 be changed",
            ),
            SoftDeleted::No | SoftDeleted::Perhaps(_) => Ok(()),
        }
    }
}

/// One sentence for a list of problems.
pub(super) struct Summary<'a>(pub &'a [Problem]);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [one] => write!(out, "`{}` {}", one.field, one.message),
            many => {
                write!(out, "{} fields are not valid:", many.len())?;
                for (position, problem) in many.iter().take(10).enumerate() {
                    let separator = if position == 0 { ' ' } else { ',' };
                    write!(
                        out,
                        "{separator}{}`{}`",
                        if position == 0 { "" } else { " " },
                        problem.field
                    )?;
                }
                if many.len() > 10 {
                    write!(out, " …")
                } else {
                    write!(out, ".")
                }
            }
        }
    }
}
