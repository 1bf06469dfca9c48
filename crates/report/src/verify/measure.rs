//! The numbers of the evidence with what they are about, in the terms of the word tables.

use std::collections::HashMap;

use security_model::Unit;

use super::known::Directory;
use super::lexicon;
use super::metric::{head, one_of, status};
use super::words::concept::*;
use crate::{FactSet, NameKind, Subject};

/// A number that a report may state: a fact, or a sum over facts.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    pub(super) value: u64,
    /// What must be said for it to be meant.
    pub(super) need: Concepts,
    /// What is counted.
    pub(super) head: Concepts,
    /// What may be said of it besides.
    pub(super) allow: Concepts,
    /// What may stand near it without being what is counted.
    pub(super) context: Concepts,
    /// The one thing it is about.
    pub(super) name: Option<u32>,
    /// Further names of that thing, such as the title of a control.
    pub(super) aliases: Vec<u32>,
    /// Positions of its facts.
    pub(super) facts: Vec<u32>,
    /// Measures of one family differ in one dimension only, e.g. in severity.
    pub(super) family: u32,
    /// Metrics by number.
    pub(super) metric: u32,
}

/// Measures that differ in one dimension only: family, name, and position of the dimension.
type Group = (u32, Option<u32>, usize);

/// All numbers.
#[derive(Debug, Default)]
pub(super) struct Measures {
    pub(super) all: Vec<Measure>,
    /// Those about everything.
    pub(super) general: Vec<u32>,
    by_name: HashMap<u32, Vec<u32>>,
    by_value: HashMap<u64, Vec<u32>>,
    by_metric: HashMap<u32, Vec<u32>>,
    /// By name: what all of its numbers need.
    common: HashMap<u32, Concepts>,
    unknown_words: HashMap<String, Concepts>,
    /// Every concept that some number is about: words for others are mere adjectives here.
    pub(super) vocabulary: Concepts,
    metrics: HashMap<String, Metric>,
    families: HashMap<String, u32>,
    pub(super) metric_names: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct Metric {
    number: u32,
    need: Concepts,
    allow: Concepts,
    context: Concepts,
    family: u32,
}

impl Measures {
    pub(super) fn of(facts: &FactSet, directory: &Directory) -> Self {
        let mut measures = Self::default();
        let titles = titles(facts, directory);
        for (index, fact) in (0_u32..).zip(&facts.facts) {
            let metric = measures.metric(&fact.metric, &fact.derivation, facts.subject);
            let (status, name) = match fact.scope.as_str() {
                "all" => (Concepts::NONE, None),
                scope => match status(&fact.metric, scope) {
                    Some(status) => (status, None),
                    None => (Concepts::NONE, directory.id(scope)),
                },
            };
            let head = if metric.need.meets(SERVICE) && !matches!(fact.unit, Unit::Events) {
                Concepts::NONE
            } else {
                head(fact.unit, &fact.metric)
            };
            // What a number is made of must be said, unless it is what is counted anyway.
            let need = (metric.need - (HEADS - GAP)) | status | (head - DEFAULT_HEADS);
            let mut allow = metric.allow | metric.need | head | status;
            if metric.need.meets(SERVICE) {
                // A service that calls stands where others have their address.
                allow |= ADDRESS;
            }
            if head.meets(RECORD) {
                allow |= EVENT | FINDING;
            }
            // Those of an incident; its changes were made by calls that write.
            match fact.unit {
                // What is still live was left behind.
                Unit::Changes if need.meets(STILL_LIVE) => allow |= INCIDENT | WRITE | LEFT_BEHIND,
                Unit::Changes => allow |= INCIDENT | WRITE,
                Unit::Points => allow |= INCIDENT,
                _ => {}
            }
            let mut context = metric.context;
            if fact.metric.starts_with("coverage.") {
                context |= RECORD | FILE | EVENT | FINDING;
            }
            if need.meets(NO_MFA) {
                // Only a sign-in that succeeded says whether MFA was used.
                allow |= SUCCEEDED;
            }
            if need.meets(DUPLICATE) {
                // A record read twice is dropped.
                allow |= EXCLUDED | SKIPPED;
            }
            if need.meets(LOGIN) {
                allow |= PRINCIPAL;
            }
            let need = if need.meets(DRY_RUN) {
                // A dry run is no failure, although its answer comes as one.
                allow |= FAILED;
                need - FAILED
            } else {
                need
            };
            if need.is_empty() && name.is_none() {
                // Everything that is in the numbers was seen and counted.
                allow |= SEEN | COUNTED;
            }
            measures.push(Measure {
                value: fact.value,
                need,
                head,
                allow,
                context,
                name,
                aliases: titles.get(fact.id.as_str()).cloned().unwrap_or_default(),
                facts: vec![index],
                family: metric.family,
                metric: metric.number,
            });
        }
        measures.add_sums();
        measures
    }

    fn push(&mut self, measure: Measure) {
        let index = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.vocabulary |= measure.need | measure.head;
        self.by_value.entry(measure.value).or_default().push(index);
        self.by_metric.entry(measure.metric).or_default().push(index);
        if let Some(name) = measure.name {
            let common = self.common.entry(name).or_insert(measure.need);
            *common = *common & measure.need;
        }
        match measure.name {
            Some(name) => self.by_name.entry(name).or_default().push(index),
            None => self.general.push(index),
        }
        for alias in &measure.aliases {
            self.by_name.entry(*alias).or_default().push(index);
        }
        self.all.push(measure);
    }

    /// What a metric's path says, and what its derivation adds.
    fn metric(&mut self, path: &str, derivation: &str, subject: Subject) -> Metric {
        if let Some(metric) = self.metrics.get(path) {
            return *metric;
        }
        let lower = path.to_ascii_lowercase();
        let tail = lower.split_once('.').map_or("", |(_, tail)| tail);
        let reading = path.starts_with("coverage.");
        let mut need = Concepts::NONE;
        let mut context = Concepts::NONE;
        let mut allow = Concepts::NONE;
        for segment in tail.split('.').filter(|segment| !matches!(*segment, "total" | "count" | "length" | "sources")) {
            // `by_region` says what the rows are, not what is counted.
            let dimension = segment.strip_prefix("by_").or_else(|| segment.strip_prefix("top_"));
            let counted_column = segment.ends_with("_count");
            let mut unknown = Vec::new();
            for meaning in lexicon::meanings(dimension.unwrap_or(segment), |word| unknown.push(word)) {
                match dimension {
                    Some(_) => context |= meaning,
                    None => need |= one_of(meaning, subject, reading),
                }
            }
            for word in unknown {
                if !matches!(word, "count" | "not" | "by" | "of" | "the" | "in" | "status" | "state")
                    && dimension.is_none()
                    && !counted_column
                {
                    need |= self.word(lexicon::stem(word));
                }
            }
        }
        if reading && need - HEADS == SEEN {
            // Records met are all records: nothing has to be said of them.
            need = need - SEEN;
            allow |= SEEN | COUNTED | READ_ONLY;
        }
        for meaning in lexicon::meanings(&derivation.to_ascii_lowercase(), |_| {}) {
            // A meaning that may be what is counted is at most context: `findings that name the resource`.
            if meaning.meets(HEADS) {
                context |= meaning;
            } else {
                // `NEW` as a status is not new in time.
                allow |= meaning - SEVERITIES - RECENT;
            }
        }
        let opposites = DIMENSIONS.iter().filter(|dimension| dimension.meets(need));
        let allow = opposites.fold(allow, |allow, dimension| allow - *dimension) | need;
        let number = u32::try_from(self.metric_names.len()).unwrap_or(u32::MAX);
        self.metric_names.push(path.to_owned());
        let family = self.family(path);
        let metric = Metric { number, need, allow, context, family };
        self.metrics.insert(path.to_owned(), metric);
        metric
    }

    /// Metrics that differ in their last part only belong together when that part is a severity, a status or an outcome.
    fn family(&mut self, path: &str) -> u32 {
        let (head, last) = path.rsplit_once('.').unwrap_or(("", path));
        let varies = matches!(
            last,
            "CRITICAL"
                | "HIGH"
                | "MEDIUM"
                | "LOW"
                | "INFORMATIONAL"
                | "succeeded"
                | "failed"
                | "read"
                | "write"
                | "read_write_unknown"
                | "public"
                | "private"
                | "aws_service"
                | "unparseable"
        );
        let key = if varies { format!("{head}.*") } else { path.to_owned() };
        let next = u32::try_from(self.families.len()).unwrap_or(u32::MAX);
        *self.families.entry(key).or_insert(next)
    }

    /// A concept of its own for a word that only the metrics use.
    fn word(&mut self, word: &str) -> Concepts {
        let next = self.unknown_words.len();
        *self.unknown_words.entry(word.to_owned()).or_insert_with(|| Concepts::of_unknown_word(next))
    }

    /// The meaning of a word that only the metrics use.
    pub(super) fn meaning(&self, word: &str) -> Option<Concepts> {
        self.unknown_words.get(lexicon::stem(word)).copied()
    }

    /// Numbers about a name.
    pub(super) fn about(&self, name: u32) -> &[u32] {
        self.by_name.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Numbers of a value.
    pub(super) fn valued(&self, value: u64) -> &[u32] {
        self.by_value.get(&value).map_or(&[], Vec::as_slice)
    }

    /// What all numbers about a name need, so that it goes without saying: an error code was an error.
    pub(super) fn common(&self, name: u32) -> Concepts {
        self.common.get(&name).copied().unwrap_or_default()
    }

    /// Whether a number is that of everything, as `events.total` is.
    pub(super) fn is_total(&self, measure: &Measure) -> bool {
        let path = self.metric_names.get(measure.metric as usize).map_or("", String::as_str);
        measure.name.is_none() && measure.need.is_empty() && measure.facts.len() == 1 && path.ends_with(".total")
    }

    /// Numbers of a metric.
    pub(super) fn of_metric(&self, metric: u32) -> &[u32] {
        self.by_metric.get(&metric).map_or(&[], Vec::as_slice)
    }

    pub(super) fn get(&self, index: u32) -> Option<&Measure> {
        self.all.get(index as usize)
    }

    /// What is measured of everything rather than of something named.
    pub(super) fn of_all(&self) -> impl Iterator<Item = &Measure> {
        self.general.iter().filter_map(|index| self.get(*index))
    }

    /// Sums over a dimension (succeeded and failed), and over the rows of a list that has no total of its own.
    fn add_sums(&mut self) {
        let mut groups: HashMap<Group, (Concepts, Vec<u32>)> = HashMap::new();
        let mut lists: HashMap<u32, Vec<u32>> = HashMap::new();
        for (index, measure) in (0_u32..).zip(&self.all) {
            for (number, dimension) in DIMENSIONS.iter().enumerate().filter(|(_, d)| d.meets(measure.need)) {
                let group = groups.entry((measure.family, measure.name, number)).or_default();
                group.0 = *dimension;
                group.1.push(index);
            }
            if measure.name.is_some() && !measure.head.meets(HEADS - DEFAULT_HEADS) {
                lists.entry(measure.metric).or_default().push(index);
            }
        }
        let mut sums: Vec<Measure> = Vec::new();
        for (dimension, members) in groups.into_values() {
            sums.extend(self.sum(&members, dimension).filter(|_| members.len() > 1));
        }
        for members in lists.into_values() {
            sums.extend(self.sum(&members, Concepts::NONE).map(|sum| Measure { name: None, aliases: vec![], ..sum }));
        }
        sums.extend(self.remainders());
        sums.sort_by_key(|sum| (sum.facts.first().copied(), sum.facts.len()));
        for sum in sums {
            let stated = |other: &Measure| other.need == sum.need && other.head == sum.head;
            let alike = sum.name.map_or(self.general.as_slice(), |name| self.about(name));
            if !alike.iter().filter_map(|index| self.get(*index)).any(stated) {
                self.push(sum);
            }
        }
    }

    /// What did not fail, where the whole and what failed are known.
    fn remainders(&self) -> Vec<Measure> {
        let failed = self.all.iter().filter(|measure| measure.need.contains(FAILED));
        let remainder = |part: &Measure| {
            let alike = part.name.map_or(self.general.as_slice(), |name| self.about(name));
            let whole = alike
                .iter()
                .filter_map(|index| self.get(*index))
                .find(|whole| whole.need == part.need - FAILED && whole.head == part.head && whole.name == part.name)?;
            Some(Measure {
                value: whole.value.checked_sub(part.value)?,
                need: whole.need | SUCCEEDED,
                allow: whole.allow | SUCCEEDED,
                facts: [whole.facts.as_slice(), part.facts.as_slice()].concat(),
                family: u32::MAX,
                ..part.clone()
            })
        };
        failed.filter_map(remainder).collect()
    }

    /// The sum of some measures, without what distinguishes them.
    pub(super) fn sum(&self, members: &[u32], without: Concepts) -> Option<Measure> {
        let mut members = members.iter().filter_map(|index| self.get(*index));
        let mut sum = members.next()?.clone();
        sum.allow |= sum.need;
        sum.need = sum.need - without;
        for member in members {
            sum.value = sum.value.checked_add(member.value)?;
            sum.allow |= member.allow;
            sum.facts.extend(&member.facts);
        }
        // All of them together are not one of them.
        sum.allow = sum.allow - without;
        Some(sum)
    }
}

/// By fact: the titles that stand in its row.
fn titles<'a>(facts: &'a FactSet, directory: &Directory) -> HashMap<&'a str, Vec<u32>> {
    let mut titles: HashMap<&str, Vec<u32>> = HashMap::new();
    for row in &facts.rows {
        let of_row = row.names.iter().filter(|name| name.kind == NameKind::Title);
        let ids: Vec<u32> = of_row.filter_map(|name| directory.id(name.text.as_str())).collect();
        if ids.is_empty() {
            continue;
        }
        for fact in &row.facts {
            titles.entry(fact.as_str()).or_default().extend(&ids);
        }
    }
    titles
}
