//! From parsed documents to a rule set.

mod checks;
mod item;
mod predicates;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use self::predicates::Predicates;
use crate::correlate::{self, Source};
use crate::expr::Expr;
use crate::graph::Graph;
use crate::index::Index;
use crate::limits::RULES;
use crate::matcher::Identity;
use crate::matching::Budget;
use crate::problem::{Problem, ProblemKind, Problems, nearest, quoted};
use crate::rule::{ConditionExpr, Correlation, Document, Metadata, Rule, SearchBody};
use crate::ruleset::{CompileOptions, CompiledRule, RuleIndex, RuleSet, Slot, Slots};

/// What the rules of a set share while they are compiled.
pub(crate) struct Context<'o> {
    pub(crate) options: &'o CompileOptions,
    pub(crate) slots: Slots,
    pub(crate) budget: Budget,
    predicates: Predicates,
}

impl RuleSet {
    /// Compiles documents into a rule set.
    ///
    /// A rule with an error is left out, with a [`Problem`] that says where and why, and so is a correlation that refers
    /// to a rule that is not there; warnings cost nothing. Of two documents with one id or name both are kept and warned
    /// of; a correlation that refers to them is left out, because it could mean either.
    pub fn compile(documents: Vec<Document>, options: &CompileOptions) -> (Self, Vec<Problem>) {
        let mut found = duplicates(&documents);
        let mut context =
            Context { options, slots: Slots::default(), budget: Budget::default(), predicates: Predicates::default() };
        let mut rules = Vec::new();
        let mut correlations = Vec::new();
        for document in documents {
            match document {
                Document::Rule(rule) => rules.extend(compiled(rule, rules.len(), &mut context, &mut found)),
                Document::Correlation(correlation) => correlations.push(*correlation),
            }
        }
        let correlations = correlate::compile(correlations, &rules, &mut context, &mut found);
        let silenced = correlate::silenced(&correlations);
        for (place, rule) in (0..).map(RuleIndex).zip(&mut rules) {
            rule.standalone = !silenced.contains(&Source::Rule(place));
        }
        let fields = context.slots.into_names();
        let is_dear = |slot: Slot| fields.get(slot.index()).is_some_and(|field| is_dear(field, options));
        let place =
            |name: &String| (0..).map(Slot).zip(&fields).find(|(_, field)| *field == name).map(|(slot, _)| slot);
        let few_valued: Vec<Slot> = options.few_valued_fields.iter().filter_map(place).collect();
        let index = Index::new(&rules, &few_valued, is_dear);
        let graph = Graph::new(&rules, context.predicates.into_all());
        (Self { fields, rules, correlations, graph, index, identity: Identity::fresh() }, found)
    }
}

fn compiled(
    rule: Box<Rule>,
    before: usize,
    context: &mut Context<'_>,
    found: &mut Vec<Problem>,
) -> Option<CompiledRule> {
    let file = rule.metadata.origin.file.clone();
    let mut problems = Problems::new(&file);
    let compiled = if before < RULES {
        build(rule, context, &mut problems)
    } else {
        let what = format!("there are more than {RULES} rules");
        problems.error(ProblemKind::TooLarge, rule.metadata.origin.place, what, "load fewer rules at a time");
        None
    };
    found.extend(problems.into_found());
    compiled
}

fn build(rule: Box<Rule>, context: &mut Context<'_>, problems: &mut Problems<'_>) -> Option<CompiledRule> {
    let mut searches = Vec::with_capacity(rule.searches.len());
    for search in &rule.searches {
        searches.push(body(&search.body, context, problems));
    }
    let mut searches = searches.into_iter().collect::<Option<Vec<_>>>()?;
    let mut parts: Vec<_> = rule.conditions.iter().map(|condition| expr(&condition.expr)).collect();
    let mut condition = if parts.len() == 1 { parts.pop()? } else { Expr::Any(parts.into()) };
    checks::impossible(&rule, &condition, &searches, problems);
    searches.iter_mut().for_each(|search| search.arrange(&[]));
    let costs: Vec<u32> = searches.iter().map(|search| search.cost(&[])).collect();
    condition.arrange(&costs);
    let mut counts = vec![0; searches.len()];
    condition.count_searches(&mut counts);
    let repeats = counts.iter().any(|count| *count > 1);
    Some(CompiledRule { rule, searches, condition, repeats, standalone: true })
}

fn expr(condition: &ConditionExpr) -> Expr {
    let each = |parts: &[ConditionExpr]| parts.iter().map(expr).collect();
    match condition {
        ConditionExpr::Search(place) => Expr::Search(*place),
        ConditionExpr::Not(inner) => Expr::Not(Box::new(expr(inner))),
        ConditionExpr::All(parts) => Expr::All(each(parts)),
        ConditionExpr::Any(parts) => Expr::Any(each(parts)),
        ConditionExpr::AtLeast(number, parts) => Expr::AtLeast(*number, each(parts)),
    }
}

/// Every part is compiled even after one failed, so that all problems are told at once.
fn body(body: &SearchBody, context: &mut Context<'_>, problems: &mut Problems<'_>) -> Option<Expr> {
    let mut each = |parts: &[SearchBody]| {
        let mut built = Vec::with_capacity(parts.len());
        for part in parts {
            built.push(self::body(part, context, problems));
        }
        built.into_iter().collect::<Option<Vec<_>>>()
    };
    match body {
        SearchBody::Item(item) => item::compile(item, context, problems),
        SearchBody::All(parts) => each(parts).map(|parts| Expr::All(parts.into())),
        SearchBody::Any(parts) => each(parts).map(|parts| Expr::Any(parts.into())),
    }
}

/// What is wrong with a field that no record has, and the fix; nothing when the fields of records are not known.
pub(crate) fn unknown_field(field: &str, context: &Context<'_>) -> Option<(String, String)> {
    let known = context.options.known_fields.as_ref()?;
    if known.iter().any(|known| covers(known, field)) {
        return None;
    }
    let hint = nearest(field, known.iter().map(String::as_str));
    Some((format!("records have no field {}", quoted(field)), format!("name a field of the log{hint}")))
}

/// Is the field slow to get?
pub(crate) fn is_dear(field: &str, options: &CompileOptions) -> bool {
    options.ready_fields.as_ref().is_some_and(|ready| !ready.iter().any(|ready| covers(ready, field)))
}

/// `a.*` covers everything below `a`.
fn covers(known: &str, field: &str) -> bool {
    match known.strip_suffix('*') {
        Some(prefix) if prefix.ends_with('.') => field.starts_with(prefix),
        _ => known == field,
    }
}

/// Warnings for ids and names that several documents have.
fn duplicates(documents: &[Document]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut ids: HashMap<String, &Metadata> = HashMap::new();
    let mut names: HashMap<&str, &Metadata> = HashMap::new();
    for metadata in documents.iter().map(Document::metadata) {
        if let Some(id) = &metadata.id
            && let Some(first) = first_with(&mut ids, id.to_lowercase(), metadata)
        {
            found.extend(duplicate(&format!("the id {}", quoted(id)), "id", metadata, first));
        }
        if let Some(name) = &metadata.name
            && let Some(first) = first_with(&mut names, name.as_str(), metadata)
        {
            found.extend(duplicate(&format!("the name {}", quoted(name)), "name", metadata, first));
        }
    }
    found
}

/// The document that had the key before, or else this one has it from now on.
fn first_with<'d, K: Eq + Hash>(
    seen: &mut HashMap<K, &'d Metadata>,
    key: K,
    metadata: &'d Metadata,
) -> Option<&'d Metadata> {
    match seen.entry(key) {
        Entry::Occupied(first) => Some(first.get()),
        Entry::Vacant(fresh) => {
            fresh.insert(metadata);
            None
        }
    }
}

fn duplicate(own: &str, kind: &str, metadata: &Metadata, first: &Metadata) -> Vec<Problem> {
    let mut problems = Problems::new(&metadata.origin.file);
    let what = format!("{own} is also that of {}:{}", first.origin.file, first.origin.place.line);
    problems.warning(ProblemKind::Duplicate, metadata.origin.place, what, format!("give one of them a new {kind}"));
    problems.into_found()
}

/// What a correlation is in problems.
pub(crate) fn label(correlation: &Correlation) -> String {
    quoted(correlation.metadata.label())
}
