//! How much of our wording the verifier's own tables share.

use std::collections::BTreeSet;
use std::path::Path;

use super::grammar;

/// Label phrases of the grammar, and those of them that stand word for word in the verifier's tables.
pub(crate) fn overlap() -> (BTreeSet<String>, BTreeSet<String>) {
    let ours: BTreeSet<String> = [true, false]
        .into_iter()
        .flat_map(|cloudtrail| {
            let grammar = grammar::of(cloudtrail);
            let sections: Vec<String> = grammar.sections("label ").map(str::to_owned).collect();
            sections.iter().flat_map(|key| grammar.alternatives(&format!("label {key}")).to_vec()).collect::<Vec<_>>()
        })
        .map(|phrase| normal(&super::plural(&phrase, 1.0)))
        .collect();
    let theirs = verifier_phrases();
    let shared = ours.iter().filter(|phrase| theirs.contains(*phrase)).cloned().collect();
    (ours, shared)
}

fn normal(phrase: &str) -> String {
    phrase.to_lowercase().replace('-', " ")
}

/// Every string in the source of the verifier's word tables: read as text, because they are nobody's business outside.
fn verifier_phrases() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/report/src/verify/words");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    texts.flat_map(|text| text.split('"').skip(1).step_by(2).map(normal).collect::<Vec<_>>()).collect()
}
