//! A whole report: which statements, in which order, as prose, bullets or tables.

use report::{FactRow, FactSet};
use security_model::{Coverage, GapKind};

use super::grammar::{self, Grammar};
use super::numerals::Style;
use super::template::{Context, fill, one_of};
use crate::claims::{Claim, Sheet};
use crate::corpus::Case;
use crate::rng::Rng;

/// How a section is set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Prose,
    Bullets,
    Numbered,
}

/// A section: its heading, statements that it may have, lists whose rows it may name.
struct Plan {
    heading: &'static str,
    statements: &'static [&'static str],
    lists: &'static [(&'static str, usize)],
}

const CLOUDTRAIL: &[Plan] = &[
    Plan { heading: "sign-ins", statements: &["sign-ins", "mfa", "root"], lists: &[] },
    Plan { heading: "callers", statements: &["read-write", "scale"], lists: &[("events.by_principal", 4)] },
    Plan {
        heading: "failures",
        statements: &[],
        lists: &[
            ("events.failed_operations.by_error", 4),
            ("events.failed_operations.by_principal", 3),
            ("events.failed_operations.by_event", 3),
        ],
    },
    Plan {
        heading: "geography",
        statements: &[],
        lists: &[
            ("events.by_region", 4),
            ("events.by_source_ip", 4),
            ("events.by_user_agent_family", 2),
            ("events.by_event", 3),
        ],
    },
];

const FINDINGS: &[Plan] = &[
    Plan { heading: "severity", statements: &["rest"], lists: &[] },
    Plan { heading: "resources", statements: &["scale"], lists: &[("findings.top_resources", 4)] },
    Plan { heading: "controls", statements: &[], lists: &[("findings.top_controls", 4)] },
    Plan {
        heading: "spread",
        statements: &[],
        lists: &[
            ("findings.by_product", 3),
            ("findings.by_region", 3),
            ("findings.by_category", 3),
            ("findings.by_account", 1),
        ],
    },
    Plan { heading: "progress", statements: &["progress"], lists: &[] },
];

/// Rows named in a report on anything: what the fact set says has to be named, and as many again.
const FIRST_ROWS: usize = 4;

struct Author<'a> {
    facts: &'a FactSet,
    coverage: &'a Coverage,
    grammar: Grammar,
    style: Style,
    is_cloudtrail: bool,
}

/// A true report on a case.
pub(crate) fn write(case: &Case, rng: &mut Rng) -> Sheet {
    let author = Author {
        facts: &case.facts,
        coverage: &case.coverage,
        grammar: grammar::of(case.is_cloudtrail()),
        style: *rng.pick(&[Style::Plain, Style::Grouped, Style::Grouped, Style::Words]),
        is_cloudtrail: case.is_cloudtrail(),
    };
    author.report(rng)
}

impl Author<'_> {
    fn context<'a>(&'a self, row: Option<&'a FactRow>, in_table: bool) -> Context<'a> {
        Context { facts: self.facts, grammar: &self.grammar, row, style: self.style, in_table }
    }

    fn report(&self, rng: &mut Rng) -> Sheet {
        let mut sheet = Sheet::default();
        if let Some(title) = one_of(&self.context(None, false), "title", rng) {
            sheet.push("# ");
            sheet.append(title);
            sheet.push("\n");
        }
        self.summary(&mut sheet, rng);
        self.required_rows(&mut sheet, rng);
        let mut plans: Vec<&Plan> =
            if self.is_cloudtrail { CLOUDTRAIL.iter().collect() } else { FINDINGS.iter().collect() };
        rng.shuffle(&mut plans);
        plans.truncate(2 + rng.below(plans.len()));
        for plan in plans {
            self.section(&mut sheet, plan, rng);
        }
        self.actions(&mut sheet, rng);
        if self.is_cloudtrail {
            self.statements(&mut sheet, "threat", &["rating"], Form::Prose, rng);
        }
        self.data(&mut sheet, rng);
        sheet
    }

    fn heading(&self, sheet: &mut Sheet, name: &str, rng: &mut Rng) {
        if let Some(heading) = one_of(&self.context(None, false), &format!("heading {name}"), rng) {
            sheet.push("\n## ");
            sheet.append(heading);
            sheet.push("\n\n");
        }
    }

    /// The numbers that have to be there, in sentences or a table.
    fn summary(&self, sheet: &mut Sheet, rng: &mut Rng) {
        let statements: &[&str] =
            if self.is_cloudtrail { &["total", "incidents", "failed", "risky"] } else { &["total", "urgent"] };
        if rng.one_in(4) {
            self.heading(sheet, "summary", rng);
            self.totals(sheet, rng);
        } else if !self.is_cloudtrail && rng.one_in(4) {
            self.heading(sheet, "summary", rng);
            self.severities(sheet, rng);
        } else {
            let form = *rng.pick(&[Form::Prose, Form::Prose, Form::Bullets]);
            self.statements(sheet, "summary", statements, form, rng);
        }
    }

    fn totals(&self, sheet: &mut Sheet, rng: &mut Rng) {
        let Some(head) = one_of(&self.context(None, true), "head totals", rng) else { return };
        table_row(
            sheet,
            head.text.split(" | ").map(|cell| Sheet { text: cell.to_owned(), ..Sheet::default() }).collect(),
        );
        sheet.push("|---|---:|\n");
        for line in self.grammar.alternatives("totals") {
            let cells = line.split(" = ").map(|cell| fill(&self.context(None, true), cell, rng));
            let Some(mut cells) = cells.collect::<Option<Vec<Sheet>>>() else { continue };
            cells[0].capitalise();
            table_row(sheet, cells);
        }
    }

    fn severities(&self, sheet: &mut Sheet, rng: &mut Rng) {
        let context = self.context(None, true);
        if let Some(total) = one_of(&context, "total", rng) {
            self.sentence(sheet, total, Form::Prose);
            sheet.push("\n\n");
        }
        sheet.push(rng.word(&["| Severity | Findings |\n|---|---:|\n", "| Level | Count |\n| :-- | --: |\n"]));
        for line in self.grammar.alternatives("severity table") {
            let Some((label, key)) = line.split_once(" = ") else { continue };
            let Some(number) = fill(&context, &format!("{{d:{key}}}"), rng) else { continue };
            let mut cell = Sheet::default();
            if let Some(severity) = security_model::Severity::from_label(label) {
                cell.claim(label, Claim::Severity(severity));
            }
            table_row(sheet, vec![cell, number]);
        }
    }

    fn statements(&self, sheet: &mut Sheet, heading: &str, sections: &[&str], form: Form, rng: &mut Rng) {
        let context = self.context(None, false);
        let sentences: Vec<Sheet> = sections.iter().filter_map(|section| one_of(&context, section, rng)).collect();
        if sentences.is_empty() {
            return;
        }
        self.heading(sheet, heading, rng);
        for sentence in sentences {
            self.sentence(sheet, sentence, form);
        }
        sheet.push("\n");
    }

    fn sentence(&self, sheet: &mut Sheet, mut sentence: Sheet, form: Form) {
        sentence.capitalise();
        // A careful author does not say "none" of what was not read.
        let denies = ["No ", "Nothing", "There w", "There a", "Nobody", "None", "All ", "The root user was not", "0 "];
        if !self.coverage.complete && denies.iter().any(|start| sentence.text.starts_with(start)) {
            while sentence.text.ends_with('.') {
                sentence.text.pop();
            }
            sentence.push(" in what was read.");
        }
        match form {
            Form::Prose => {
                let open = !sentence.text.ends_with(['.', '!', '*']);
                sheet.append(sentence);
                sheet.push(if open { ". " } else { " " });
            }
            Form::Bullets | Form::Numbered => {
                sheet.push(if form == Form::Bullets { "- " } else { "1. " });
                sheet.append(sentence);
                sheet.push("\n");
            }
        }
    }

    /// The rows that have to be named, each in its own sentence.
    fn required_rows(&self, sheet: &mut Sheet, rng: &mut Rng) {
        let (list, heading) =
            if self.is_cloudtrail { ("events.high_risk", "risky") } else { ("findings.attention", "attention") };
        let rows: Vec<&FactRow> = self.facts.list(list).take(FIRST_ROWS).collect();
        if rows.is_empty() {
            return;
        }
        self.heading(sheet, heading, rng);
        self.list(sheet, list, &rows, rng);
    }

    fn section(&self, sheet: &mut Sheet, plan: &Plan, rng: &mut Rng) {
        let mut body = Sheet::default();
        let form = *rng.pick(&[Form::Prose, Form::Bullets, Form::Bullets]);
        for section in plan.statements {
            if let Some(sentence) = one_of(&self.context(None, false), section, rng) {
                self.sentence(&mut body, sentence, form);
            }
        }
        if !body.text.is_empty() {
            body.push("\n\n");
        }
        for (list, most) in plan.lists {
            let rows: Vec<&FactRow> = self.facts.list(list).take(*most).collect();
            self.lead(&mut body, list, rng);
            if !rows.is_empty() && !rng.one_in(3) {
                self.list(&mut body, list, &rows, rng);
                body.push("\n");
            }
        }
        if !body.text.trim().is_empty() {
            self.heading(sheet, plan.heading, rng);
            sheet.append(body);
        }
    }

    /// A sentence about the first of a list, where it is first alone.
    fn lead(&self, sheet: &mut Sheet, list: &str, rng: &mut Rng) {
        let numbers: Vec<u64> = self
            .facts
            .list(list)
            .take(2)
            .filter_map(|row| super::facts::find(self.facts, Some(row), "r.n").map(|found| found.value))
            .collect();
        let (Some(row), [first, second]) = (self.facts.list(list).next(), numbers.as_slice()) else { return };
        if first > second
            && rng.one_in(2)
            && let Some(sentence) = one_of(&self.context(Some(row), false), &format!("lead {list}"), rng)
        {
            self.sentence(sheet, sentence, Form::Prose);
            sheet.push("\n\n");
        }
    }

    /// Rows of a list as a table where the grammar has columns for it, or as sentences.
    fn list(&self, sheet: &mut Sheet, list: &str, rows: &[&FactRow], rng: &mut Rng) {
        if rng.one_in(3) && self.table(sheet, list, rows, rng) {
            return;
        }
        let form = *rng.pick(&[Form::Prose, Form::Bullets, Form::Bullets, Form::Numbered]);
        for row in rows {
            let Some(sentence) = one_of(&self.context(Some(row), false), &format!("row {list}"), rng) else { continue };
            let start = sheet.text.len();
            self.sentence(sheet, sentence, form);
            sheet.rows.push((start..sheet.text.len(), row.id.clone()));
        }
        sheet.push("\n");
    }

    fn table(&self, sheet: &mut Sheet, list: &str, rows: &[&FactRow], rng: &mut Rng) -> bool {
        let alternatives = self.grammar.alternatives(&format!("columns {list}"));
        if alternatives.is_empty() {
            return false;
        }
        let columns: Vec<(&str, &str)> =
            rng.pick(alternatives).split(" | ").filter_map(|column| column.split_once(" = ")).collect();
        let made: Option<Vec<Vec<Sheet>>> = rows
            .iter()
            .map(|row| columns.iter().map(|(_, cell)| fill(&self.context(Some(row), true), cell, rng)).collect())
            .collect();
        let Some(made) = made else { return false };
        table_row(
            sheet,
            columns.iter().map(|(head, _)| Sheet { text: (*head).to_owned(), ..Sheet::default() }).collect(),
        );
        sheet.push(&format!("|{}\n", "---|".repeat(columns.len())));
        for (cells, row) in made.into_iter().zip(rows) {
            let start = sheet.text.len();
            table_row(sheet, cells);
            sheet.rows.push((start..sheet.text.len(), row.id.clone()));
        }
        true
    }

    fn actions(&self, sheet: &mut Sheet, rng: &mut Rng) {
        let list = if self.is_cloudtrail { "events.high_risk" } else { "findings.attention" };
        self.heading(sheet, "actions", rng);
        for row in self.facts.list(list).take(1 + rng.below(3)) {
            if let Some(sentence) = one_of(&self.context(Some(row), false), "action", rng) {
                let start = sheet.text.len();
                self.sentence(sheet, sentence, Form::Numbered);
                sheet.rows.push((start..sheet.text.len(), row.id.clone()));
            }
        }
        for _ in 0..=rng.below(2) {
            if let Some(sentence) = one_of(&self.context(None, false), "constant", rng) {
                self.sentence(sheet, sentence, Form::Numbered);
            }
        }
    }

    /// What was read and what was not.
    fn data(&self, sheet: &mut Sheet, rng: &mut Rng) {
        self.heading(sheet, "data", rng);
        if self.coverage.complete {
            if let Some(sentence) = one_of(&self.context(None, false), "read complete", rng) {
                self.sentence(sheet, sentence, Form::Prose);
            }
        } else {
            let templates = self.grammar.alternatives("read gap");
            let template = rng.pick(templates).replace("{kinds}", &self.gaps(rng));
            if let Some(sentence) = fill(&self.context(None, false), &template, rng) {
                self.sentence(sheet, sentence, Form::Prose);
            }
        }
        sheet.push("\n");
    }

    fn gaps(&self, rng: &mut Rng) -> String {
        let said = self.coverage.gaps().map(|(source, gap)| {
            let words: &[&str] = match gap.kind {
                GapKind::AccessDenied => &["access was denied", "a permission is missing", "access denied"],
                GapKind::Throttled => &["AWS throttled the requests", "throttling"],
                GapKind::NotEnabled => &["the service is not enabled", "not enabled"],
                GapKind::FileDamaged => &["a damaged file", "one file is damaged"],
                GapKind::TimeBudget => &["the time budget ran out", "out of time"],
                _ => &["some records could not be understood", "unreadable records"],
            };
            let region = source.region.as_ref().map(|region| format!(" in {}", region.as_str()));
            format!("{}{}", rng.pick(words), region.unwrap_or_default())
        });
        let said: Vec<String> = said.collect();
        said.join("; ")
    }
}

fn table_row(sheet: &mut Sheet, cells: Vec<Sheet>) {
    for cell in cells {
        sheet.push("| ");
        sheet.append(cell);
        sheet.push(" ");
    }
    sheet.push("|\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_stands_where_the_sheet_says() {
        for case in crate::corpus::cases(1, 7).iter().take(30) {
            let sheet = write(case, &mut Rng::new(3));
            for (span, claim) in &sheet.claims {
                let text = &sheet.text[span.clone()];
                match claim {
                    Claim::Number(number) => assert!(number.holds(text), "{text}: {number:?}"),
                    Claim::Name(_, name) => assert!(name.ends_with(text), "{text}: {name}"),
                    Claim::Severity(severity) => assert_eq!(text, severity.label()),
                    Claim::Label(..) | Claim::Time(_) => assert!(!text.is_empty()),
                }
            }
        }
    }
}
