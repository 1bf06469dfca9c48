//! The attributes that rules and correlations share.

use serde_json::Value;

use super::reader::{Map, choice};
use crate::problem::{ProblemKind, Problems};
use crate::rule::{CustomAttribute, Level, Metadata, Origin, Related, Status};
use crate::yaml::{Content, Node, Scalar};

/// Attributes that are taken as text by the name that they have.
pub(super) fn read(map: &mut Map<'_>, file: &str, problems: &mut Problems<'_>) -> Metadata {
    let origin = Origin { file: file.to_owned(), place: map.at };
    let title = map.text("title", problems).unwrap_or_default();
    if title.is_empty() {
        problems.error(ProblemKind::Structure, map.at, "the rule has no title", "add `title:` and what it detects");
    }
    Metadata {
        origin,
        title,
        id: map.text("id", problems).filter(|id| !id.is_empty()),
        name: map.text("name", problems).filter(|name| !name.is_empty()),
        related: related(map, problems),
        taxonomy: map.text("taxonomy", problems),
        status: status(map, problems),
        description: map.text("description", problems),
        license: map.text("license", problems),
        author: map.text("author", problems),
        references: map.texts("references", problems),
        date: map.text("date", problems),
        modified: map.text("modified", problems),
        fields: map.texts("fields", problems),
        false_positives: map.texts("falsepositives", problems),
        level: level(map, problems),
        tags: map.texts("tags", problems),
        scope: map.texts("scope", problems),
        custom: Vec::new(),
    }
}

/// What is left of a document: attributes that the specification leaves to authors.
pub(super) fn custom(map: Map<'_>) -> Vec<CustomAttribute> {
    map.rest().map(|(key, node)| CustomAttribute { name: key.text.clone(), value: json(node), at: key.at }).collect()
}

fn level(map: &mut Map<'_>, problems: &mut Problems<'_>) -> Option<Level> {
    let at = map.place("level").unwrap_or(map.at);
    let text = map.text("level", problems)?;
    choice(&text, "level", at, &Level::ALL.map(|level| (level.as_str(), level)), problems)
}

fn status(map: &mut Map<'_>, problems: &mut Problems<'_>) -> Option<Status> {
    let at = map.place("status").unwrap_or(map.at);
    let text = map.text("status", problems)?;
    choice(&text, "status", at, &Status::ALL.map(|status| (status.as_str(), status)), problems)
}

fn related(map: &mut Map<'_>, problems: &mut Problems<'_>) -> Vec<Related> {
    let Some((_, node)) = map.take("related") else { return Vec::new() };
    let Content::List(items) = &node.content else {
        let what = format!("`related` is {}, not a list", node.kind());
        problems.warning(ProblemKind::Structure, node.at, what, "write `- id: …` and `type: …`");
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in items {
        let Some(mut entry) = Map::of(item, "related", problems) else { continue };
        let (id, relation) = (entry.text("id", problems), entry.text("type", problems));
        if let (Some(id), Some(relation)) = (id, relation) {
            found.push(Related { id, relation });
        } else {
            problems.warning(
                ProblemKind::Structure,
                item.at,
                "an entry of `related` is incomplete",
                "give `id` and `type`",
            );
        }
    }
    found
}

fn json(node: &Node) -> Value {
    match &node.content {
        Content::Scalar(Scalar::Null) => Value::Null,
        Content::Scalar(Scalar::Bool(value)) => Value::Bool(*value),
        Content::Scalar(Scalar::Int(value, text)) => {
            i64::try_from(*value).map_or_else(|_| Value::String(text.clone()), Value::from)
        }
        Content::Scalar(Scalar::Float(value, _)) => Value::from(*value),
        Content::Scalar(Scalar::Text(text)) => Value::String(text.clone()),
        Content::List(items) => Value::Array(items.iter().map(json).collect()),
        Content::Map(entries) => {
            Value::Object(entries.iter().map(|(key, node)| (key.text.clone(), json(node))).collect())
        }
    }
}
