//! The house as its pages describe it: named paths exist, arrows run downwards, generated pages are current.

use std::collections::BTreeMap;
use std::path::Path;

use end_to_end::{nightdesk, repository};

const PAGES: [&str; 7] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "examples/README.md",
    "docs/measurements.md",
];

/// Which workspace crates each crate may use outside its tests, as ARCHITECTURE.md draws it.
const ARROWS: [(&str, &[&str]); 14] = [
    ("security-model", &[]),
    ("json-records", &[]),
    ("sample-night", &[]),
    ("cloudtrail-log", &["security-model"]),
    ("security-findings", &["security-model"]),
    ("analysis", &["security-model", "sigma"]),
    ("report", &["security-model"]),
    ("maestro-client", &[]),
    ("chat-model", &[]),
    ("sigma", &[]),
    ("aws-collectors", &["cloudtrail-log", "json-records", "security-findings", "security-model"]),
    (
        "mcp-server",
        &[
            "analysis",
            "aws-collectors",
            "chat-model",
            "cloudtrail-log",
            "maestro-client",
            "report",
            "sample-night",
            "security-model",
        ],
    ),
    ("test-support", &[]),
    ("strands-agent", &["chat-model"]),
];

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Code spans and link targets of a page that look like paths of the repository.
fn named_paths(page: &str) -> Vec<String> {
    let spans = page.split('`').skip(1).step_by(2);
    let links = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let roots = ["crates/", "tests/", "docs/", "examples/", ".ci/"];
    spans
        .chain(links)
        .filter(|text| !text.contains([' ', '<', '{', '*', '\n']))
        .filter(|text| {
            roots.iter().any(|root| text.starts_with(root)) || (text.ends_with(".md") && !text.contains(':'))
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_path_that_a_page_names_exists() {
    let root = repository();
    let mut checked = 0;
    for page in PAGES {
        for path in named_paths(&read(&root.join(page))) {
            assert!(root.join(&path).exists(), "{page} names {path}, which does not exist");
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} paths were found: the pages or this test changed shape");
}

#[test]
fn arrows_run_only_where_they_are_drawn() {
    let root = repository();
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    for entry in ["crates", "examples"].into_iter().flat_map(|room| std::fs::read_dir(root.join(room)).unwrap()) {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let manifest: toml::Table = read(&folder.join("Cargo.toml")).parse().unwrap();
        let allowed = allowed.get(name.as_str()).unwrap_or_else(|| panic!("ARROWS and ARCHITECTURE.md lack {name}"));
        for dependency in manifest["dependencies"].as_table().unwrap().keys() {
            let is_ours = root.join("crates").join(dependency).is_dir();
            assert!(!is_ours || allowed.contains(&dependency.as_str()), "{name} must not use {dependency}");
            let is_sdk = dependency.starts_with("aws-sdk-") || dependency == "aws-config";
            assert!(
                !is_sdk || ["aws-collectors", "chat-model"].contains(&name.as_str()),
                "{name} must not use {dependency}"
            );
        }
        assert!(
            read(&root.join("ARCHITECTURE.md"))
                .contains(&format!("`{}`", folder.strip_prefix(&root).unwrap().display())),
            "ARCHITECTURE.md lacks {name}"
        );
    }
}

#[test]
fn generated_pages_are_current() {
    let root = repository();
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(root.join("README.md"), copy.path().join("README.md")).unwrap();
    let status = nightdesk(&["generate-docs"]).arg(copy.path()).status().unwrap();
    assert!(status.success());
    for page in ["README.md", "docs/generated/tools.md", "docs/generated/settings.md", "docs/generated/permissions.md"]
    {
        let advice = "run `cargo run -p mcp-server -- generate-docs .`";
        assert_eq!(read(&root.join(page)), read(&copy.path().join(page)), "{page} is out of date: {advice}");
    }
}
