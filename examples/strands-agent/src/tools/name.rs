//! Names of tools as a model may have them: 1 to 64 of `a-z A-Z 0-9 _ -`.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::servers::ServerSettings;

const MOST: usize = 64;

/// What stands before the names of a server's tools.
pub(super) fn prefix(settings: &ServerSettings, several: bool) -> String {
    match &settings.prefix {
        Some(prefix) => prefix.clone(),
        None if several => format!("{}__", settings.name),
        None => String::new(),
    }
}

/// The name for the model. One that is too long keeps its end, which says most, and gets a mark of the whole.
pub(super) fn for_model(prefix: &str, own_name: &str) -> String {
    let whole = format!("{prefix}{own_name}");
    let name: String = whole.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if name.is_empty() {
        return "_".to_owned();
    }
    if name.len() <= MOST {
        return name;
    }
    let mut hasher = DefaultHasher::new();
    whole.hash(&mut hasher);
    let mark = format!("{:08x}_", hasher.finish() & 0xffff_ffff);
    let end = name.len() - (MOST - mark.len());
    mark + name.get(end..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_the_model() {
        assert_eq!(for_model("", "get_evidence"), "get_evidence");
        assert_eq!(for_model("my desk.1__", "a/b"), "my_desk_1__a_b");
        let (one, other) = (for_model("server-one__", &"x".repeat(60)), for_model("server-two__", &"x".repeat(60)));
        assert_eq!((one.len(), other.len()), (64, 64));
        assert_ne!(one, other, "two long names stay two");
    }

    #[test]
    fn prefixes_are_for_several_servers_or_as_set() {
        let mut server = ServerSettings::command("desk", "x", [""; 0]);
        assert_eq!((prefix(&server, false).as_str(), prefix(&server, true).as_str()), ("", "desk__"));
        server.prefix = Some(String::new());
        assert_eq!(prefix(&server, true), "");
    }
}
