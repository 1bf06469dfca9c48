//! The rules in force: the built-in pack, what `--rules` adds, without what `--disable-rule` names.
//!
//! Nothing is unpacked or parsed before something is analysed or rules are listed; then everything is, once.

mod folder;
pub mod trial;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use analysis::detect::{RulePack, built_in};
use security_model::{SafeText, TextKind};

pub use folder::{RuleFile, read as read_folder};

use crate::error::Failure;
use crate::settings::Settings;

/// Problems of rule files that are logged one by one.
const LOGGED: usize = 50;

/// The rules in force, compiled on first use.
pub struct Rules {
    folders: Vec<PathBuf>,
    disabled: Vec<String>,
    pack: OnceLock<Result<Arc<RulePack>, String>>,
}

impl Rules {
    /// The rules that the settings ask for. Reads nothing yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            folders: settings.rules.value.clone(),
            disabled: settings.disable_rule.value.clone(),
            pack: OnceLock::new(),
        }
    }

    /// The rules, compiled. Takes tens of milliseconds the first time.
    ///
    /// # Errors
    /// [`Failure::Setting`] when a folder of rules cannot be read. What is wrong inside a file costs only its rule.
    pub fn pack(&self) -> Result<Arc<RulePack>, Failure> {
        self.pack.get_or_init(|| self.compile()).clone().map_err(Failure::Setting)
    }

    /// The rules, compiled on a thread that may take its time.
    ///
    /// # Errors
    /// As [`pack`](Self::pack).
    pub async fn ready(self: &Arc<Self>) -> Result<Arc<RulePack>, Failure> {
        let rules = Arc::clone(self);
        let compiling = tokio::task::spawn_blocking(move || rules.pack());
        compiling.await.map_err(|error| Failure::Internal(error.to_string()))?
    }

    fn compile(&self) -> Result<Arc<RulePack>, String> {
        let mut builder = built_in();
        for folder in &self.folders {
            builder.next_source();
            let files = read_folder(folder).map_err(|reason| format!("rules: {reason}"))?;
            for file in files {
                builder.add(&file.name, &file.bytes);
            }
        }
        for id in &self.disabled {
            builder.disable(id);
        }
        let pack = builder.build();
        for problem in pack.problems().iter().take(LOGGED) {
            let told = SafeText::from_raw(&problem.to_string(), TextKind::Sentence);
            tracing::warn!("rule: {told}");
        }
        if pack.problems().len() > LOGGED {
            tracing::warn!(
                "rules: {} more problems; `nightdesk rules validate DIR` lists all",
                pack.problems().len() - LOGGED
            );
        }
        for id in pack.unknown_disabled() {
            let id = SafeText::from_raw(id, TextKind::Identifier);
            tracing::warn!("disable_rule: no rule has the id {id}; `nightdesk rules list` shows the ids");
        }
        Ok(pack)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pack_is_embedded_whole() {
        let pack = built_in().build();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../analysis/rules");
        let files = read_folder(std::path::Path::new(folder)).unwrap();
        assert_eq!(pack.counts().files, files.len() as u64);
        assert!(pack.problems().is_empty());
    }

    #[test]
    fn own_rules_override_and_broken_ones_cost_only_themselves() {
        let folder = tempfile::tempdir().unwrap();
        let built_in_pack = built_in().build();
        let overridden = built_in_pack.rules().find(|rule| rule.reports && !rule.correlation).unwrap();
        let disabled = built_in_pack.rules().filter(|rule| rule.reports).nth(7).unwrap();
        let rule = |id: &str, product: &str| {
            format!(
                "title: Mine\nid: {id}\nauthor: Someone Else\nlicense: DRL-1.1\nlevel: high\n\
                 logsource: {{product: {product}, service: cloudtrail}}\n\
                 detection:\n    selection: {{eventName: GetUser}}\n    condition: selection\n"
            )
        };
        std::fs::write(folder.path().join("a.yml"), rule(overridden.id.as_str(), "aws")).unwrap();
        std::fs::write(folder.path().join("b.yaml"), "title: broken\nlogsource: {product: aws}\ndetection: 7\n")
            .unwrap();
        std::fs::write(folder.path().join("c.yml"), rule("11111111-1111-4111-8111-111111111111", "windows")).unwrap();
        std::fs::write(folder.path().join("notes.txt"), "no rule").unwrap();
        let rules = Rules {
            folders: vec![folder.path().to_owned()],
            disabled: vec![disabled.id.as_str().to_uppercase(), "nobody".to_owned()],
            pack: OnceLock::new(),
        };
        let pack = rules.pack().unwrap();
        let mine = pack.rule(overridden.id.as_str()).unwrap();
        assert_eq!(mine.title.as_str(), "Mine");
        assert_eq!(mine.author.as_ref().map(SafeText::as_str), Some("Someone Else"));
        assert!(!mine.built_in && mine.reports);
        assert!(!pack.rule(disabled.id.as_str()).unwrap().reports);
        assert_eq!(pack.unknown_disabled(), ["nobody"]);
        let counts = pack.counts();
        assert_eq!((counts.overridden, counts.disabled, counts.other_logs), (1, 1, 1));
        assert!(pack.problems().iter().all(|problem| problem.file == "b.yaml"), "{:?}", pack.problems());
        assert!(!pack.problems().is_empty());
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let rules = Rules { folders: vec![PathBuf::from("/no/such/folder")], disabled: vec![], pack: OnceLock::new() };
        let message = rules.pack().err().unwrap().to_string();
        assert!(message.contains("/no/such/folder"), "{message}");
    }
}
