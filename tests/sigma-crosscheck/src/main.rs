//! Runs the rules of one folder on the records of another with our engine and with `sigma-rust`, and prints where the
//! two agree and each difference with what our engine says of it. See README.md.

mod load;
mod reason;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use load::{Event, Theirs};
use reason::Reason;
use sigma::{CompileOptions, Explanation, JsonFields, RuleIndex, RuleSet, Scratch};

/// Records named for each rule that differs.
const SHOWN: usize = 5;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(rules), Some(records)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: sigma-crosscheck RULES_FOLDER RECORDS_FOLDER");
        return ExitCode::from(2);
    };
    match run(rules.into(), records.into()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Prints the comparison; the number of differences that nothing explains.
fn run(rules: PathBuf, records: PathBuf) -> std::io::Result<usize> {
    let loaded = load::rules(&rules)?;
    loaded.problems.iter().for_each(|problem| println!("{problem}"));
    let (set, problems) = RuleSet::compile(loaded.documents, &CompileOptions::default());
    problems.iter().for_each(|problem| println!("{problem}"));
    println!(
        "rules: {} files; ours {} rules and {} correlations; theirs {}, refused {}",
        loaded.files,
        set.len(),
        set.correlations().count(),
        loaded.theirs.len(),
        loaded.refused.len()
    );
    loaded.refused.iter().for_each(|refused| println!("  theirs refuses {refused}"));

    let events = load::events(&records)?;
    println!("records: {} in {} files, {} unreadable", events.events.len(), events.files, events.unreadable);
    let pairs = pairs(&set, &loaded.theirs);
    println!("compared: {} rules that both engines have", pairs.len());
    if pairs.is_empty() || events.events.is_empty() {
        return Err(std::io::Error::other("there is nothing to compare: name a folder of rules and one of records"));
    }
    let comparison = compare(&set, &pairs, &events.events);
    comparison.print(&set);
    Ok(comparison.unexplained())
}

/// Our rules with the same rule of the other engine: same file, same title.
fn pairs<'t>(set: &RuleSet, theirs: &'t [Theirs]) -> Vec<(RuleIndex, &'t Theirs)> {
    let same = |own: &sigma::Rule, other: &Theirs| {
        other.file == own.metadata.origin.file && other.rule.title.trim() == own.metadata.title
    };
    set.rules().filter_map(|(index, own)| Some((index, theirs.iter().find(|other| same(own, other))?))).collect()
}

#[derive(Default)]
struct Comparison {
    both: usize,
    neither: usize,
    records: usize,
    differences: BTreeMap<RuleIndex, Vec<Difference>>,
    ours: Duration,
    other: Duration,
}

struct Difference {
    record: String,
    explanation: Explanation,
}

fn compare(set: &RuleSet, pairs: &[(RuleIndex, &Theirs)], events: &[Event]) -> Comparison {
    let fields = JsonFields::new(set);
    let mut scratch = Scratch::default();
    let mut comparison = Comparison::default();
    for event in events {
        comparison.records += 1;
        let record = fields.record(&event.ours);
        let start = Instant::now();
        let matched: Vec<RuleIndex> = set.matches(&record, &mut scratch).collect();
        comparison.ours += start.elapsed();
        let start = Instant::now();
        let other: Vec<bool> =
            pairs.iter().map(|(_, rule)| sigma_rust::check_rule(&rule.rule, &event.theirs)).collect();
        comparison.other += start.elapsed();
        for ((index, _), theirs) in pairs.iter().zip(other) {
            match (matched.contains(index), theirs) {
                (true, true) => comparison.both += 1,
                (false, false) => comparison.neither += 1,
                _ => {
                    let explanation = set.explain(*index, &record);
                    let difference = Difference { record: event.place.clone(), explanation };
                    comparison.differences.entry(*index).or_default().push(difference);
                }
            }
        }
    }
    comparison
}

impl Difference {
    fn reason(&self) -> Reason {
        Reason::of(&self.explanation)
    }
}

impl Comparison {
    fn unexplained(&self) -> usize {
        self.all().filter(|difference| difference.reason() == Reason::Unexplained).count()
    }

    fn all(&self) -> impl Iterator<Item = &Difference> {
        self.differences.values().flatten()
    }

    fn theirs_alone(&self) -> usize {
        self.all().filter(|difference| !difference.explanation.matched).count()
    }

    /// Records a second.
    fn rate(&self, time: Duration) -> f64 {
        self.records as f64 / time.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    fn print(&self, set: &RuleSet) {
        let differences: usize = self.differences.values().map(Vec::len).sum();
        println!("agreements: {} ({} matches, {} not)", self.both + self.neither, self.both, self.neither);
        println!("differences: {differences}, of which {} where only theirs matches", self.theirs_alone());
        let mut reasons: BTreeMap<Reason, usize> = BTreeMap::new();
        self.all().for_each(|difference| *reasons.entry(difference.reason()).or_default() += 1);
        reasons.iter().for_each(|(reason, times)| println!("  {times}: {}", reason.text()));
        for (index, found) in &self.differences {
            let title = set.rule(*index).map_or("", |rule| &rule.metadata.title);
            let ours = found.iter().filter(|difference| difference.explanation.matched).count();
            println!("\n{title}: only ours {ours}, only theirs {}", found.len() - ours);
            for difference in found.iter().take(SHOWN) {
                println!("  {} ({:?})", difference.record, difference.reason());
                print_tests(&difference.explanation);
            }
        }
        println!(
            "\nrecords a second, parsed, rules that both have: ours {:.0}, theirs {:.0}",
            self.rate(self.ours),
            self.rate(self.other)
        );
    }
}

fn print_tests(explanation: &Explanation) {
    for search in &explanation.searches {
        for test in &search.tests {
            let modifiers: String = test.modifiers.iter().map(|modifier| format!("|{}", modifier.as_str())).collect();
            println!(
                "    {} {}: {}{modifiers} {:?} of {}; the record has {:?}",
                if test.matched { "holds" } else { "fails" },
                search.name,
                test.field.as_deref().unwrap_or("(keywords)"),
                test.pattern,
                test.patterns,
                test.value
            );
        }
    }
}
