//! How Parsec reads: a parser either succeeds or fails, having consumed something or not, and in
//! each case says what it would have expected at the furthest place it has looked at.
//!
//! Source: Text.Parsec.Prim and Text.Parsec.Error of Parsec 3.

use std::fmt;

use crate::settings::Compat;

/// A text in characters, and the PostgREST that reads it.
pub struct Text {
    characters: Vec<char>,
    pub compat: Compat,
}

/// What a parser has come to.
#[derive(Debug)]
pub struct Reply {
    /// Where what follows begins; `None` where it has failed.
    at: Option<usize>,
    consumed: bool,
    error: Error,
}

/// What was found and expected at a place.
#[derive(Debug, Clone)]
pub struct Error {
    pub at: usize,
    messages: Vec<Message>,
}

/// In the order in which they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Message {
    /// The token that stands there; nothing is the end.
    Found(String),
    /// The same, where a parser says so itself.
    Unexpected(String),
    Expected(String),
}

impl Text {
    pub fn new(text: &str, compat: Compat) -> Self {
        let characters = text.chars().collect();
        Self { characters, compat }
    }

    pub fn slice(&self, from: usize, to: usize) -> String {
        self.characters[from..to].iter().collect()
    }

    /// Line and column, which tabs fill up to eight.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let before = self.characters.iter().take(at);
        before.fold((1, 1), |(line, column), character| match character {
            '\n' => (line + 1, 1),
            '\t' => (line, column + 8 - (column - 1) % 8),
            _ => (line, column + 1),
        })
    }

    fn found(&self, at: usize) -> Message {
        let one = self.characters.get(at);
        Message::Found(one.map_or_else(String::new, |one| quoted(&one.to_string())))
    }

    /// One character of a kind.
    pub fn satisfy(&self, at: usize, is: impl Fn(char) -> bool) -> Reply {
        match self.characters.get(at) {
            Some(&one) if is(one) => Reply {
                consumed: true,
                ..done(at + 1)
            },
            _ => failure(at, vec![self.found(at)]),
        }
    }

    pub fn char(&self, at: usize, wanted: char) -> Reply {
        let reply = self.satisfy(at, |one| one == wanted);
        reply.label(&quoted(&wanted.to_string()))
    }

    /// A word; where it breaks off, the complaint is about its beginning.
    pub fn string(&self, at: usize, word: &str) -> Reply {
        for (place, wanted) in word.chars().enumerate() {
            if self.characters.get(at + place) != Some(&wanted) {
                let messages = vec![self.found(at + place), Message::Expected(quoted(word))];
                return Reply {
                    consumed: place > 0,
                    ..failure(at, messages)
                };
            }
        }
        Reply {
            consumed: true,
            ..done(at + word.chars().count())
        }
    }

    pub fn end(&self, at: usize) -> Reply {
        let reply = match self.characters.get(at) {
            Some(one) => failure(at, vec![Message::Unexpected(format!("{one:?}"))]),
            None => Reply {
                error: failure(at, vec![self.found(at)]).error,
                ..done(at)
            },
        };
        reply.label("end of input")
    }

    /// That what would read one character fails.
    pub fn not_followed_by(&self, at: usize, parser: impl Fn(usize) -> Reply) -> Reply {
        let reply = parser(at);
        match (reply.at, self.characters.get(at)) {
            // The complaint stands behind what it is about.
            (Some(next), Some(one)) => failure(next, vec![Message::Unexpected(format!("{one:?}"))]),
            _ => Reply {
                error: reply.error,
                ..done(at)
            },
        }
    }
}

/// As Haskell shows a string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Success without reading.
pub fn done(at: usize) -> Reply {
    Reply {
        at: Some(at),
        consumed: false,
        error: Error {
            at,
            messages: Vec::new(),
        },
    }
}

fn failure(at: usize, messages: Vec<Message>) -> Reply {
    Reply {
        at: None,
        consumed: false,
        error: Error { at, messages },
    }
}

/// Failure without a word.
pub fn zero(at: usize) -> Reply {
    failure(at, Vec::new())
}

/// As often as it succeeds.
pub fn many(start: usize, parser: impl Fn(usize) -> Reply) -> Reply {
    let mut at = start;
    loop {
        let reply = parser(at);
        match reply.at {
            Some(next) if next > at => at = next,
            None if reply.consumed => return reply,
            _ => {
                return Reply {
                    at: Some(at),
                    consumed: at > start,
                    error: reply.error,
                };
            }
        }
    }
}

/// One or more, with something between.
pub fn separated(
    at: usize,
    parser: impl Fn(usize) -> Reply,
    separator: impl Fn(usize) -> Reply,
) -> Reply {
    parser(at).then(|at| many(at, |at| separator(at).then(&parser)))
}

impl Reply {
    pub fn failed(self) -> Option<Error> {
        self.at.is_none().then_some(self.error)
    }

    pub fn then(self, next: impl FnOnce(usize) -> Self) -> Self {
        let Some(at) = self.at else {
            return self;
        };
        let reply = next(at);
        if reply.consumed {
            return reply;
        }
        Self {
            consumed: self.consumed,
            at: reply.at,
            error: self.error.merge(reply.error),
        }
    }

    /// The other, where this one has failed at once.
    pub fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.at.is_some() || self.consumed {
            return self;
        }
        let reply = other();
        if reply.consumed {
            return reply;
        }
        Self {
            error: self.error.merge(reply.error),
            ..reply
        }
    }

    /// Fails as if nothing had been read.
    pub fn attempt(mut self) -> Self {
        self.consumed &= self.at.is_some();
        self
    }

    /// Succeeds without reading.
    pub fn look_ahead(self, at: usize) -> Self {
        match self.at {
            Some(_) => done(at),
            None => self,
        }
    }

    /// Has what is expected go by a name.
    pub fn label(mut self, name: &str) -> Self {
        if self.consumed || self.at.is_some() && self.error.messages.is_empty() {
            return self;
        }
        let messages = &mut self.error.messages;
        messages.retain(|message| !matches!(message, Message::Expected(_)));
        messages.push(Message::Expected(name.to_owned()));
        self
    }
}

impl Error {
    fn merge(mut self, other: Self) -> Self {
        match (self.messages.is_empty(), other.messages.is_empty()) {
            (false, true) => self,
            (true, false) => other,
            _ if self.at > other.at => self,
            _ if self.at < other.at => other,
            _ => {
                self.messages.extend(other.messages);
                self
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = |of: fn(&Message) -> Option<&String>| {
            let mut texts: Vec<&str> = Vec::new();
            for text in self.messages.iter().filter_map(of) {
                if !text.is_empty() && !texts.contains(&text.as_str()) {
                    texts.push(text);
                }
            }
            match texts.split_last() {
                None => String::new(),
                Some((only, [])) => (*only).to_owned(),
                Some((last, others)) => format!("{} or {last}", others.join(", ")),
            }
        };
        let unexpected = all(|message| match message {
            Message::Unexpected(text) => Some(text),
            _ => None,
        });
        let expected = all(|message| match message {
            Message::Expected(text) => Some(text),
            _ => None,
        });
        let found = self.messages.iter().find_map(|message| match message {
            Message::Found(text) => Some(text),
            _ => None,
        });
        let unexpected = match (unexpected.is_empty(), found) {
            (false, _) => unexpected,
            (true, None) => String::new(),
            (true, Some(found)) if found.is_empty() => "end of input".to_owned(),
            (true, Some(found)) => found.clone(),
        };
        let parts = [("unexpected", unexpected), ("expecting", expected)];
        let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
        let parts: Vec<_> = parts.map(|(word, text)| format!("{word} {text}")).collect();
        f.write_str(&parts.join(" "))
    }
}
