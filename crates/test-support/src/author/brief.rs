//! Reads the list of facts out of a brief.

/// A number: the slot that stands for it, and what it counts.
#[derive(Clone, Debug)]
pub(super) struct Number<'a> {
    pub(super) slot: &'a str,
    pub(super) value: u64,
    pub(super) unit: &'a str,
    pub(super) metric: &'a str,
    /// `all`, a name as it is, or a token.
    pub(super) scope: &'a str,
}

/// A name of a row: a token (`PRINCIPAL_3`), or a kind with a name that may be shown (`EVENT StopLogging`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named<'a> {
    pub(super) kind: &'a str,
    pub(super) text: &'a str,
    pub(super) is_token: bool,
}

impl Named<'_> {
    /// As a report writes it: tokens bare, other names in a code span.
    pub(super) fn written(self) -> String {
        if self.is_token { self.text.to_owned() } else { format!("`{}`", self.text) }
    }
}

/// Things that the evidence shows together.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub(super) id: &'a str,
    pub(super) list: &'a str,
    pub(super) names: Vec<Named<'a>>,
    pub(super) slots: Vec<&'a str>,
    pub(super) reason: &'a str,
}

impl<'a> Row<'a> {
    /// The first name of a kind.
    pub(super) fn name(&self, kind: &str) -> Option<Named<'a>> {
        self.names.iter().find(|name| name.kind == kind).copied()
    }

    /// What the row is about.
    pub(super) fn subject(&self) -> Option<Named<'a>> {
        self.names.first().copied()
    }

    /// `CRITICAL` and so on, where the row has one.
    pub(super) fn severity(&self) -> Option<&'a str> {
        self.name("SEVERITY").map(|name| name.text)
    }
}

/// The facts of a brief.
#[derive(Clone, Debug, Default)]
pub(super) struct Brief<'a> {
    /// The whole text, for looking whether something is in it.
    pub(super) text: &'a str,
    pub(super) facts: Vec<Number<'a>>,
    pub(super) rows: Vec<Row<'a>>,
    /// Slots of times with what they are.
    pub(super) times: Vec<(&'a str, &'a str)>,
    /// Tokens, and what is said about them.
    pub(super) tokens: Vec<Named<'a>>,
    said: Vec<(&'a str, &'a str)>,
    /// What was not read; empty when everything was.
    pub(super) gaps: Vec<&'a str>,
}

#[derive(Clone, Copy)]
enum Part {
    Before,
    Facts,
    Rows,
    Times,
    Tokens,
    NotRead,
    After,
}

impl<'a> Brief<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let mut brief = Self { text, ..Self::default() };
        let mut part = Part::Before;
        for line in text.lines().map(str::trim) {
            part = match (part, line) {
                (Part::Before | Part::Facts, "FACTS") => Part::Facts,
                (Part::Facts, "ROWS") => Part::Rows,
                (Part::Facts | Part::Rows, "TIMES") => Part::Times,
                (Part::Facts | Part::Rows | Part::Times, "TOKENS") => Part::Tokens,
                (Part::Facts | Part::Rows | Part::Times | Part::Tokens, "NOT READ") => Part::NotRead,
                // What follows the list is no part of it.
                (Part::NotRead, "") => Part::After,
                (part, line) => {
                    brief.take(part, line);
                    part
                }
            };
        }
        brief
    }

    fn take(&mut self, part: Part, line: &'a str) {
        let fields: Vec<&str> = line.split(" | ").map(str::trim).collect();
        match (part, fields.as_slice()) {
            (Part::Facts, [slot, value, unit, metric, scope, ..]) if slot.starts_with("{{") => {
                let Ok(value) = value.parse() else { return };
                self.facts.push(Number { slot, value, unit, metric, scope });
            }
            (Part::Rows, [id, list, rest @ ..]) => self.rows.push(row(id, list, rest)),
            (Part::Times, [slot, what, ..]) if slot.starts_with("{{") => self.times.push((slot, what)),
            (Part::Tokens, [token, said @ ..]) => {
                self.tokens.extend(named(token).filter(|name| name.is_token));
                self.said.push((token, said.first().copied().unwrap_or_default()));
            }
            (Part::NotRead, _) if line != "complete" => self.gaps.push(line),
            _ => {}
        }
    }

    pub(super) fn is_security_hub(&self) -> bool {
        self.facts.iter().any(|fact| fact.metric.starts_with("findings."))
    }

    /// The fact of a metric and scope.
    pub(super) fn number(&self, metric: &str, scope: &str) -> Option<&Number<'a>> {
        self.facts.iter().find(|fact| fact.metric == metric && fact.scope == scope)
    }

    /// The slot of a metric and scope.
    pub(super) fn slot(&self, metric: &str, scope: &str) -> Option<&'a str> {
        self.number(metric, scope).map(|fact| fact.slot)
    }

    /// The value of a metric and scope; 0 where there is none.
    pub(super) fn value(&self, metric: &str, scope: &str) -> u64 {
        self.number(metric, scope).map_or(0, |fact| fact.value)
    }

    /// The number behind a slot.
    pub(super) fn of_slot(&self, slot: &str) -> Option<&Number<'a>> {
        self.facts.iter().find(|fact| fact.slot == slot)
    }

    /// The facts of a metric, in the order given.
    pub(super) fn all(&self, metric: &str) -> impl Iterator<Item = &Number<'a>> {
        self.facts.iter().filter(move |fact| fact.metric == metric)
    }

    /// What is said about a token.
    pub(super) fn about(&self, token: &str) -> &'a str {
        self.said.iter().find(|(known, _)| *known == token).map_or("", |(_, said)| said)
    }

    /// The rows of a list, highest first.
    pub(super) fn list(&self, list: &str) -> impl Iterator<Item = &Row<'a>> {
        self.rows.iter().filter(move |row| row.list == list)
    }
}

fn row<'a>(id: &'a str, list: &'a str, fields: &[&'a str]) -> Row<'a> {
    let mut row = Row { id, list, names: Vec::new(), slots: Vec::new(), reason: "" };
    for (index, field) in fields.iter().enumerate() {
        if field.starts_with("{{") {
            row.slots.extend(field.split_whitespace().filter(|slot| slot.starts_with("{{")));
        } else if let Some(name) = named(field) {
            row.names.push(name);
        } else if index + 1 == fields.len() {
            row.reason = field;
        }
    }
    row
}

/// `PRINCIPAL_3`, or `EVENT StopLogging`.
fn named(field: &str) -> Option<Named<'_>> {
    let upper = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    if let Some((kind, text)) = field.split_once(' ') {
        return upper(kind).then_some(Named { kind, text, is_token: false });
    }
    let (kind, number) = field.rsplit_once('_')?;
    let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (upper(kind) && numbered).then_some(Named { kind, text: field, is_token: true })
}
