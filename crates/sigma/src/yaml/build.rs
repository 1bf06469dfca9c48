//! Parser events into trees, within bounds.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::split::Chunk;
use super::{Content, Key, Node, Scalar};
use crate::limits::{YAML_DEPTH, YAML_WEIGHT};
use crate::problem::{Place, ProblemKind, Problems, quoted};

/// What a node weighs beside its text.
const NODE_WEIGHT: usize = 64;

/// Why a document is given up.
struct Refused {
    kind: ProblemKind,
    at: Place,
    what: String,
    fix: String,
}

/// One document as a tree, or a problem. What it weighs is taken from what is left for the file.
pub(super) fn document(chunk: &Chunk<'_>, left: &mut usize, problems: &mut Problems<'_>) -> Option<Node> {
    let most = YAML_WEIGHT.min(*left);
    let mut builder = Builder { line: chunk.line, most, ..Builder::default() };
    let built = builder.run(chunk.text);
    *left -= builder.weight.min(most);
    match built {
        Ok(node) => node,
        Err(refused) => {
            problems.error(refused.kind, refused.at, refused.what, refused.fix);
            None
        }
    }
}

/// A list or a map that is still open.
enum Open {
    List { at: Place, anchor: usize, items: Vec<Node> },
    Map { at: Place, anchor: usize, entries: Vec<(Key, Node)>, keys: HashSet<String>, key: Option<Key> },
}

#[derive(Default)]
struct Builder {
    line: usize,
    open: Vec<Open>,
    /// Anchored nodes with what each weighs.
    anchors: HashMap<usize, (Node, usize)>,
    weight: usize,
    most: usize,
    root: Option<Node>,
}

impl Builder {
    fn run(&mut self, text: &str) -> Result<Option<Node>, Refused> {
        let mut parser = Parser::new_from_str(text);
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| Refused {
                kind: ProblemKind::Yaml,
                at: self.place(error.marker()),
                what: format!("this is not YAML: {}", error.info()),
                fix: "correct the YAML here or just above".to_owned(),
            })?;
            self.take(event, self.place(&span.start))?;
        }
        Ok(self.root.take())
    }

    fn place(&self, marker: &Marker) -> Place {
        Place { line: self.line + marker.line().max(1), column: marker.col() + 1 }
    }

    fn take(&mut self, event: Event<'_>, at: Place) -> Result<(), Refused> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = scalar(&text, style, tag.as_deref(), at)?;
                self.charge(NODE_WEIGHT + text.len(), at)?;
                self.finished(Node { at, content: Content::Scalar(scalar) }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                core_tag(tag.as_deref(), at)?;
                self.begin(Open::List { at, anchor, items: Vec::new() }, at)
            }
            Event::MappingStart(anchor, tag) => {
                core_tag(tag.as_deref(), at)?;
                self.begin(Open::Map { at, anchor, entries: Vec::new(), keys: HashSet::new(), key: None }, at)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(anchor, at),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, open: Open, at: Place) -> Result<(), Refused> {
        if self.open.len() >= YAML_DEPTH {
            return Err(too_large(at, format!("lists and maps stand more than {YAML_DEPTH} deep")));
        }
        if let Some(Open::Map { key: None, .. }) = self.open.last() {
            return Err(yaml(at, "a key is a list or a map", "write a plain name before the `:`"));
        }
        self.charge(NODE_WEIGHT, at)?;
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Refused> {
        match self.open.pop() {
            Some(Open::List { at, anchor, items }) => self.finished(Node { at, content: Content::List(items) }, anchor),
            Some(Open::Map { at, anchor, entries, .. }) => {
                self.finished(Node { at, content: Content::Map(entries) }, anchor)
            }
            None => Ok(()),
        }
    }

    fn alias(&mut self, anchor: usize, at: Place) -> Result<(), Refused> {
        let weight = self.anchors.get(&anchor).map_or(0, |(_, weight)| *weight);
        self.charge(weight, at)?;
        let Some(mut node) = self.anchors.get(&anchor).map(|(node, _)| node.clone()) else {
            return Err(yaml(at, "an alias names an anchor that is not complete", "write the value out"));
        };
        if self.open.len() + depth(&node) > YAML_DEPTH {
            return Err(too_large(at, format!("lists and maps stand more than {YAML_DEPTH} deep")));
        }
        node.at = at;
        self.finished(node, 0)
    }

    fn charge(&mut self, weight: usize, at: Place) -> Result<(), Refused> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight > self.most {
            let whose = if self.most < YAML_WEIGHT { "documents of the file grow" } else { "document grows" };
            return Err(too_large(at, format!("the {whose} past the bound for memory")));
        }
        Ok(())
    }

    fn finished(&mut self, node: Node, anchor: usize) -> Result<(), Refused> {
        if anchor > 0 {
            let weight = weight(&node);
            self.charge(weight, node.at)?;
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, keys, key, .. }) => match key.take() {
                Some(name) => entries.push((name, node)),
                None => *key = Some(fresh_key(&node, keys)?),
            },
        }
        Ok(())
    }
}

/// The key that a scalar node is, unless the map has it already.
fn fresh_key(node: &Node, keys: &mut HashSet<String>) -> Result<Key, Refused> {
    let Some(scalar) = node.scalar() else {
        return Err(yaml(node.at, "a key is a list or a map", "write a plain name before the `:`"));
    };
    let text = scalar.written().unwrap_or("null").to_owned();
    if text == "<<" {
        return Err(Refused {
            kind: ProblemKind::Unsupported,
            at: node.at,
            what: "merge keys (`<<`) are not part of YAML 1.2".to_owned(),
            fix: "write the merged entries out".to_owned(),
        });
    }
    if !keys.insert(text.clone()) {
        return Err(yaml(node.at, format!("the key {} stands twice in one map", quoted(&text)), "join the two values"));
    }
    Ok(Key { at: node.at, text })
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Place) -> Result<Scalar, Refused> {
    core_tag(tag, at)?;
    let forced_text = tag.is_some_and(|tag| tag.suffix == "str");
    Ok(if style == ScalarStyle::Plain && !forced_text { Scalar::plain(text) } else { Scalar::Text(text.to_owned()) })
}

/// Tags of the core schema are taken; others would change the meaning of a value in a way that nobody defined.
fn core_tag(tag: Option<&Tag>, at: Place) -> Result<(), Refused> {
    const KNOWN: [&str; 7] = ["str", "int", "float", "bool", "null", "seq", "map"];
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && KNOWN.contains(&tag.suffix.as_str())) => Err(Refused {
            kind: ProblemKind::Unsupported,
            at,
            what: format!("the YAML tag {}", quoted(&tag.to_string())),
            fix: "remove the tag".to_owned(),
        }),
        _ => Ok(()),
    }
}

fn weight(node: &Node) -> usize {
    let inner = match &node.content {
        Content::Scalar(scalar) => scalar.written().map_or(0, str::len),
        Content::List(items) => items.iter().map(weight).sum(),
        Content::Map(entries) => entries.iter().map(|(key, node)| NODE_WEIGHT + key.text.len() + weight(node)).sum(),
    };
    NODE_WEIGHT + inner
}

fn depth(node: &Node) -> usize {
    match &node.content {
        Content::Scalar(_) => 0,
        Content::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Content::Map(entries) => 1 + entries.iter().map(|(_, node)| depth(node)).max().unwrap_or(0),
    }
}

fn yaml(at: Place, what: impl Into<String>, fix: &str) -> Refused {
    Refused { kind: ProblemKind::Yaml, at, what: what.into(), fix: fix.to_owned() }
}

fn too_large(at: Place, what: String) -> Refused {
    Refused {
        kind: ProblemKind::TooLarge,
        at,
        what,
        fix: "write it with less nesting and fewer aliases, or split it".to_owned(),
    }
}
