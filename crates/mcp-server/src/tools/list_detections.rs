//! `list_detections`: the rules in force.

use std::fmt::Write as _;

use analysis::detect::{RuleAbout, RulePack, attack};
use rmcp::model::Tool;
use security_model::Level;

use super::{ToolEntry, answer, arguments, offset, reads_only};
use crate::answer::{MAX_TEXT_BYTES, RuleList, RuleRow, RuleSource, SCHEMA_VERSION};
use crate::arguments::ListDetectionsArguments;
use crate::error::Failure;
use crate::schema;

const TOOL: &str = "list_detections";
/// Rows of a page: with their text they stay below what an answer may take.
const PAGE: usize = 100;

pub(super) fn entry() -> ToolEntry {
    let title = "List the detection rules";
    ToolEntry {
        tool: Tool::new(
            TOOL,
            "The detection rules in force, worst first: id, title, level, ATT&CK tactics, built in or added by the \
             operator. They run in every analyze_aws_cloudtrail.",
            schema::input::<ListDetectionsArguments>(),
        )
        .with_title(title)
        .with_annotations(reads_only(title, false))
        .with_raw_output_schema(schema::output::<RuleList>()),
        iam_actions: &[],
        run: |app, object, _call| {
            Box::pin(async move {
                let arguments: ListDetectionsArguments = arguments(object)?;
                let pack = app.rules.ready().await?;
                let list = list(&pack, &arguments)?;
                let text = text(&list);
                answer(&list, text)
            })
        },
    }
}

/// The rules that make detections and pass the filters, worst first, then by tactic and title.
pub(crate) fn wanted<'p>(
    pack: &'p RulePack,
    level: Option<Level>,
    tactic: Option<&str>,
) -> Result<Vec<&'p RuleAbout>, Failure> {
    let tactic = match tactic.map(|word| attack::tactic_named(word).ok_or(word)) {
        None => None,
        Some(Ok(tactic)) => Some(tactic),
        Some(Err(_)) => {
            let known = attack::TACTICS.join(", ");
            return Err(Failure::bad_argument("tactic", format!("no such ATT&CK tactic; there are {known}")));
        }
    };
    let mut rules: Vec<&RuleAbout> = pack
        .rules()
        .filter(|rule| rule.reports)
        .filter(|rule| level.is_none_or(|level| rule.level >= level))
        .filter(|rule| tactic.is_none_or(|tactic| rule.tactics.iter().any(|own| own == tactic)))
        .collect();
    rules.sort_by(|a, b| {
        (b.level, a.tactics.first(), &a.title, &a.id).cmp(&(a.level, b.tactics.first(), &b.title, &b.id))
    });
    Ok(rules)
}

/// Where a rule comes from.
pub(super) const fn source(rule: &RuleAbout) -> RuleSource {
    if rule.built_in { RuleSource::BuiltIn } else { RuleSource::Added }
}

fn list(pack: &RulePack, arguments: &ListDetectionsArguments) -> Result<RuleList, Failure> {
    let offset = offset(arguments.cursor.as_deref())?;
    let rules = wanted(pack, arguments.level.map(Level::from), arguments.tactic.as_deref())?;
    let row = |rule: &&RuleAbout| RuleRow {
        id: rule.id.clone(),
        title: rule.title.clone(),
        level: rule.level,
        tactics: rule.tactics.clone(),
        source: source(rule),
    };
    let next = offset.saturating_add(PAGE);
    Ok(RuleList {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        total: rules.len() as u64,
        next_cursor: (next < rules.len()).then(|| next.to_string()),
        detections: rules.iter().skip(offset).take(PAGE).map(row).collect(),
        problems: pack.problems().len() as u64,
    })
}

fn text(list: &RuleList) -> String {
    let mut text = format!("{} detection rules:\n\n", list.total);
    for (shown, rule) in list.detections.iter().enumerate() {
        let line = format!("- {} {} ({})\n", rule.level, rule.title.code_span(), rule.id.code_span());
        if text.len() + line.len() > MAX_TEXT_BYTES - 160 {
            _ = writeln!(text, "- … {} more in the structured content", list.detections.len() - shown);
            break;
        }
        text.push_str(&line);
    }
    if let Some(cursor) = &list.next_cursor {
        _ = write!(text, "\nMore: call list_detections again with cursor \"{cursor}\".");
    }
    text
}
