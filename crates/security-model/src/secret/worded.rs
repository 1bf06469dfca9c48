//! Secrets behind a word: schemes, options of commands (`--secret …`, `-p…`), and `password is …`.

use std::ops::Range;

use super::Secret;
use super::named::{Class, LONGEST_NAME, class, is_credential, is_end, is_placeholder};

/// Finds secrets by the words before them.
pub(super) fn find(text: &str, found: &mut Vec<Secret>) {
    let mut before = Words::default();
    for range in words(text) {
        let Some(word) = text.get(range.clone()) else { continue };
        let whole = |kind| Secret { range: range.clone(), kind };
        if !is_placeholder(word) {
            found.extend(before.expects(word).map(|kind| {
                let secret = whole(kind);
                // `user:password`
                let at = if kind == USER { word.find(':').map_or(0, |at| at + 1) } else { 0 };
                Secret {
                    range: secret.range.start + at..secret.range.end,
                    kind: if kind == USER { "password" } else { kind },
                }
            }));
            found.extend(
                glued(word, before.is_client).map(|at| Secret { range: range.start + at..range.end, kind: "password" }),
            );
        }
        before.then(word);
    }
}

/// Marks `user:password` among kinds.
const USER: &str = "user and password";

/// What was read before a word.
#[derive(Default)]
struct Words<'a> {
    last: &'a str,
    last_but_one: &'a str,
    /// Whether a command was named that takes its password behind `-p`.
    is_client: bool,
}

impl<'a> Words<'a> {
    fn then(&mut self, word: &'a str) {
        const CLIENTS: [&str; 7] = ["mysql", "mysqldump", "mysqladmin", "mariadb", "sshpass", "plink", "login"];
        let command = word.trim_end_matches(".exe");
        let is_end_of = |client: &&str| {
            is_end(command.as_bytes(), client)
                && command.strip_suffix(client).is_some_and(|path| path.is_empty() || path.ends_with(['/', '\\']))
        };
        self.is_client |= CLIENTS.iter().any(is_end_of);
        self.last_but_one = self.last;
        self.last = word;
    }

    /// The kind of secret that stands next, if one does.
    fn expects(&self, word: &str) -> Option<&'static str> {
        if self.last.is_empty() {
            return None;
        }
        let scheme = self.last.rsplit([':', '=']).next().unwrap_or_default();
        let scheme = scheme.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("basic"))
            && word.len() >= 12
            && is_credential(word)
            && !is_pair(word)
        {
            return Some("authorisation header");
        }
        if self.last.starts_with('-') && !self.last.contains('=') && !word.starts_with('-') {
            if let Some(Class::Secret(kind)) = class(self.last.trim_start_matches('-')) {
                return Some(kind);
            }
            let is_user = matches!(self.last, "-u" | "--user" | "--proxy-user");
            if is_user && word.split_once(':').is_some_and(|(user, password)| !user.is_empty() && !password.is_empty())
            {
                return Some(USER);
            }
            if self.last == "-p" && self.is_client {
                return Some("password");
            }
        }
        let is_said = matches!(self.last, "is" | "was" | "=" | "->" | "IS" | "Is");
        if !is_said || !is_no_word(word) {
            return None;
        }
        match class(self.last_but_one.trim_matches(|c: char| !c.is_ascii_alphanumeric())) {
            Some(Class::Secret(kind)) => Some(kind),
            _ => None,
        }
    }
}

/// Whether a word is a name with a value.
fn is_pair(word: &str) -> bool {
    word.trim_end_matches('=').split_once('=').is_some_and(|(name, _)| {
        name.len() <= LONGEST_NAME && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
    })
}

/// Whether a word has digits or signs among small letters.
fn is_no_word(word: &str) -> bool {
    let inner = word.trim_end_matches(['.', ')', '*', ':', ',', ';']);
    let has = |is: fn(&u8) -> bool| inner.bytes().skip(1).any(|b| is(&b));
    let has_sign = inner.bytes().any(|b| b.is_ascii_punctuation());
    inner.len() >= 8
        && has(u8::is_ascii_lowercase)
        && (inner.bytes().any(|b| b.is_ascii_digit()) || (has_sign && has(u8::is_ascii_uppercase)))
}

/// Where the password begins in `-pPassword`, as some clients take it.
fn glued(word: &str, is_client: bool) -> Option<usize> {
    let value = word.strip_prefix("-p").filter(|value| !value.starts_with(['-', '=']))?;
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_password =
        is_client || (value.len() >= 6 && letters >= 2 && digits >= 1 && !value.contains(['/', ':', '.']));
    (value.len() >= 3 && is_password).then_some(2)
}

/// Stretches without white space and quotation marks.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_end = |c: char| matches!(c, '"' | '\'' | '`' | '<' | '>' | '|') || c.is_whitespace();
    let mut start = 0;
    text.split_inclusive(is_end).filter_map(move |piece| {
        let at = start;
        start += piece.len();
        let word = piece.trim_end_matches(is_end);
        (!word.is_empty()).then_some(at..at + word.len())
    })
}
