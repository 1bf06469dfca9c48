//! Rule files read into [`Document`]s.
//!
//! Problems are collected, not thrown: a rule with an error is left out, and the next one is read.

mod condition;
mod correlation;
mod detection;
mod metadata;
mod reader;

use crate::limits::FILE_BYTES;
use crate::problem::{Place, Problem, ProblemKind, Problems, quoted};
use crate::rule::Document;
use crate::yaml::{self, Content, Node};
use reader::Map;

/// What a rule file holds.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The documents without errors, in the order of the file.
    pub documents: Vec<Document>,
    /// What is wrong with the file, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Reads the rules and correlations of one file, which may hold several YAML documents.
///
/// - `file`: how to call the file in problems; it is not opened.
/// - `bytes`: its content, at most [`FILE_BYTES`] of UTF-8.
///
/// Never fails as a whole: what cannot be used is in [`Parsed::problems`].
pub fn parse(file: &str, bytes: &[u8]) -> Parsed {
    let mut problems = Problems::new(file);
    let mut documents = Vec::new();
    if let Some(text) = text(bytes, &mut problems) {
        let mut nodes = yaml::Documents::new(text);
        let mut depends = None;
        while let Some(node) = nodes.next(&mut problems) {
            documents.extend(document(&node, file, &mut depends, &mut problems));
        }
    }
    Parsed { documents, problems: problems.into_found() }
}

fn text<'b>(bytes: &'b [u8], problems: &mut Problems<'_>) -> Option<&'b str> {
    let start = Place { line: 1, column: 1 };
    if bytes.len() > FILE_BYTES {
        let what = format!("the file has {} bytes, more than {FILE_BYTES}", bytes.len());
        problems.error(ProblemKind::TooLarge, start, what, "split the file");
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            let at = Place { line, column: 1 };
            problems.error(ProblemKind::Yaml, at, "the file is not UTF-8", "save the file as UTF-8");
            None
        }
    }
}

/// One document. `depends` holds the old `action` that the documents after it rest on.
fn document(node: &Node, file: &str, depends: &mut Option<String>, problems: &mut Problems<'_>) -> Option<Document> {
    let Content::Map(entries) = &node.content else {
        if node.scalar() != Some(&yaml::Scalar::Null) {
            let what = format!("a document is {}, not a map", node.kind());
            problems.error(ProblemKind::Structure, node.at, what, "begin a rule with `title:`");
        }
        return None;
    };
    let mut map = Map::new(entries, node.at);
    if let Some((key, action)) = map.take("action") {
        let action = action.scalar().and_then(|scalar| scalar.written()).unwrap_or("").to_owned();
        let what = format!("{} of Sigma version 1", quoted(&format!("action: {action}")));
        problems.error(ProblemKind::Unsupported, key.at, what, "write each rule out in full, without `action`");
        *depends = Some(action);
        return None;
    }
    if let Some(action) = depends {
        let what = format!("this rule may rest on the document with {} above", quoted(&format!("action: {action}")));
        problems.error(ProblemKind::Unsupported, node.at, what, "write the rule out in full in a file of its own");
        return None;
    }
    let before = problems.errors();
    let built = if map.has("correlation") {
        correlation::read(&mut map, file, problems).map(|read| Document::Correlation(Box::new(read)))
    } else if let Some((key, _)) = map.take("filter") {
        let fix = "add `and not …` to the rules that it filters";
        problems.error(ProblemKind::Unsupported, key.at, "Sigma filters (`filter`)", fix);
        None
    } else {
        detection::read(&mut map, file, problems).map(|read| Document::Rule(Box::new(read)))
    };
    built.filter(|_| problems.errors() == before)
}
