//! Keys of writers: from an environment variable or a file that the operator names, never from a flag, never shown.

use std::fmt;
use std::path::PathBuf;

use super::Setting;
use crate::error::Failure;

/// A key. It cannot be printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The key itself, for the client that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Where a key is.
#[derive(Clone, Debug)]
pub struct KeySource {
    /// The environment variable, looked at first.
    pub variable: &'static str,
    /// A file that holds it.
    pub file: Setting<Option<PathBuf>>,
}

/// Largest key file, in bytes. Keys are shorter by far; a larger file is something else.
const MAX_KEY_BYTES: u64 = 16 * 1024;

impl KeySource {
    /// Whether there is one, without reading it.
    #[must_use]
    pub fn is_set(&self) -> bool {
        std::env::var_os(self.variable).is_some_and(|value| !value.is_empty()) || self.file.value.is_some()
    }

    /// The key; `None` when nobody set one.
    ///
    /// # Errors
    /// [`Failure::Setting`] naming the variable or file that holds no usable key.
    pub fn read(&self) -> Result<Option<Secret>, Failure> {
        let (text, place) = match std::env::var_os(self.variable).filter(|value| !value.is_empty()) {
            Some(value) => (value.into_string().ok(), self.variable.to_owned()),
            None => match &self.file.value {
                None => return Ok(None),
                Some(path) => {
                    let place = path.display().to_string();
                    let size = std::fs::metadata(path)
                        .map_err(|error| Failure::Setting(format!("cannot read the key file {place}: {error}")))?
                        .len();
                    let text = (size <= MAX_KEY_BYTES).then(|| std::fs::read_to_string(path).ok()).flatten();
                    (text, place)
                }
            },
        };
        let usable = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        match text.as_deref().map(str::trim).filter(|key| usable(key)) {
            Some(key) => Ok(Some(Secret(key.to_owned()))),
            None => {
                Err(Failure::Setting(format!("{place} holds no usable key: one line of printable ASCII is expected")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Origin;

    fn in_file(text: &str) -> Result<Option<Secret>, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, text).unwrap();
        let file = Setting { value: Some(path), origin: Origin::Flag };
        KeySource { variable: "NIGHTDESK_TEST_NO_SUCH_KEY", file }.read()
    }

    #[test]
    fn a_key_is_one_printable_line_and_never_shown() {
        let key = in_file("k-123\n").unwrap().unwrap();
        assert_eq!(key.expose(), "k-123");
        assert!(!format!("{key:?}").contains("k-123"));
        for text in ["", " \n", "two words", "a\nb", "é"] {
            let message = in_file(text).unwrap_err().to_string();
            assert!(
                message.contains("no usable key") && (text.trim().is_empty() || !message.contains(text)),
                "{message}"
            );
        }
    }

    #[test]
    fn nobody_set_one() {
        let file = Setting { value: None, origin: Origin::Default };
        let source = KeySource { variable: "NIGHTDESK_TEST_NO_SUCH_KEY", file };
        assert!(!source.is_set() && source.read().unwrap().is_none());
    }
}
