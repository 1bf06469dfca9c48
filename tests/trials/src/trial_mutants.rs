//! The first trial: how many faults the verifier catches, and how often it cries wolf.

use std::collections::{BTreeMap, BTreeSet};

use report::verify::{Checked, Issue, Judgement, Verdict, verify};

use crate::claims::Sheet;
use crate::corpus::{Case, cases};
use crate::mutants::{Kind, OPERATORS, Original, annotate, attempt};
use crate::paraphrase;
use crate::rng::Rng;
use crate::table::{percent, say, table, verdict};

/// How much of it.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// True reports that each operator is tried on, at least.
    #[arg(long, default_value_t = 250)]
    reports: usize,
    /// Where randomness starts.
    #[arg(long, default_value_t = 20_261_121)]
    seed: u64,
    /// Mutants that passed, shown with their lines.
    #[arg(long, default_value_t = 0)]
    show_misses: usize,
    /// Claims of true reports that were flagged, shown with their lines.
    #[arg(long, default_value_t = 0)]
    show_alarms: usize,
    /// Also put faults into true reports that are rejected; there, a fault is caught when it adds an issue.
    #[arg(long)]
    rejected_too: bool,
}

impl Options {
    /// The whole of it.
    pub(crate) const FULL: Self = Self { reports: 250, ..Self::QUICK };
    /// A short run.
    pub(crate) const QUICK: Self =
        Self { reports: 40, seed: 20_261_121, show_misses: 0, show_alarms: 0, rejected_too: false };
}

struct Report<'a> {
    case: &'a Case,
    sheet: Sheet,
    is_local: bool,
}

/// Runs the trial; whether every target was met.
pub(crate) fn run(options: Options) -> bool {
    let quick = options.reports < 200;
    let rng = Rng::new(options.seed);
    let cases = cases(if quick { 2 } else { 9 }, options.seed);
    let reports = reports(&cases, if quick { 2 } else { 4 }, &rng);
    let bases: BTreeSet<&str> = cases.iter().flat_map(|case| &case.local).map(String::as_str).collect();
    say(&format!(
        "corpus: {} analyses, {} distinct local reports, {} distinct true reports, seed {}",
        cases.len(),
        bases.len(),
        reports.len(),
        options.seed
    ));
    let large_enough = quick || (cases.len() >= 200 && reports.len() >= 1_000);
    let alarms = false_alarms(&reports, options.show_alarms);
    let caught = catches(&reports, options, &rng);
    let words = overlap();
    let met = [
        ("at least 200 analyses and 1,000 distinct true reports", large_enough),
        ("false alarms", alarms),
        ("catches", caught),
        ("wording of our own", words),
    ];
    for (name, met) in met {
        say(&verdict(name, met));
    }
    met.iter().all(|(_, met)| *met)
}

/// Local reports and paraphrases, no text twice.
fn reports<'a>(cases: &'a [Case], paraphrases: usize, rng: &Rng) -> Vec<Report<'a>> {
    let mut seen = BTreeSet::new();
    let mut reports = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let local = case.local.iter().map(|text| (annotate(case, text), true));
        let mut rng = rng.fork(&format!("paraphrase {index}"));
        let others: Vec<Sheet> = (0..paraphrases).map(|_| paraphrase::write(case, &mut rng)).collect();
        for (sheet, is_local) in local.chain(others.into_iter().map(|sheet| (sheet, false))) {
            if seen.insert(sheet.text.clone()) {
                reports.push(Report { case, sheet, is_local });
            }
        }
    }
    reports
}

fn check(report: &Report<'_>, text: &str) -> Checked {
    verify(text, &report.case.facts, &report.case.coverage)
}

/// A line without its names and numbers, so that equal complaints can be counted.
fn skeleton(line: &str) -> String {
    let mut out = String::new();
    for (index, part) in line.split('`').enumerate() {
        if index % 2 == 1 {
            out.push_str("`…`");
            continue;
        }
        for c in part.chars() {
            match c {
                '0'..='9' if out.ends_with('#') => {}
                '0'..='9' => out.push('#'),
                c => out.push(c),
            }
        }
    }
    out.chars().take(140).collect()
}

/// Claims of true reports that were flagged, by the form of the line they stand in.
#[derive(Default)]
struct Alarms(BTreeMap<(Judgement, String), (usize, String)>);

impl Alarms {
    fn add(&mut self, report: &Report<'_>, issue: &Issue) {
        let line = issue.span.map_or("", |span| line_at(&report.sheet.text, span.start));
        let entry = self.0.entry((issue.kind, skeleton(line))).or_default();
        entry.0 += 1;
        if entry.1.is_empty() {
            let expected = issue.expected.as_ref().map_or("", |text| text.as_str());
            entry.1 = format!("{:?}, expected {expected:?} [{}]\n      {line}", issue.text.as_str(), report.case.name);
        }
    }

    fn print(&self, most: usize) {
        let mut ranked: Vec<_> = self.0.iter().collect();
        ranked.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        for ((kind, _), (count, example)) in ranked.into_iter().take(most) {
            say(&format!("ALARM {count} times, {kind:?} {example}"));
        }
    }
}

/// True reports: claims flagged and reports rejected.
fn false_alarms(reports: &[Report<'_>], show: usize) -> bool {
    let mut alarms = Alarms::default();
    let mut rows = Vec::new();
    let mut met = true;
    for (name, is_local) in [("local", true), ("paraphrase", false)] {
        let (mut claims, mut flagged, mut ambiguous, mut rejected, mut of) = (0, 0, 0, 0, 0);
        for report in reports.iter().filter(|report| report.is_local == is_local) {
            let verification = check(report, &report.sheet.text).verification;
            of += 1;
            claims += verification.claims;
            ambiguous += verification.ambiguous;
            flagged += verification.claims.saturating_sub(verification.supported) + verification.omitted;
            rejected += usize::from(verification.verdict == Verdict::Failed);
            for issue in verification.issues.iter().filter(|issue| issue.kind != Judgement::Supported) {
                alarms.add(report, issue);
            }
        }
        let claims = usize::try_from(claims).unwrap_or(usize::MAX);
        let flagged = usize::try_from(flagged).unwrap_or(usize::MAX);
        met &= claims > 0 && percent(flagged, claims) <= 1.0 && percent(rejected, of) <= 2.0;
        rows.push(vec![
            name.to_owned(),
            of.to_string(),
            claims.to_string(),
            flagged.to_string(),
            ambiguous.to_string(),
            format!("{:.2} %", percent(flagged, claims)),
            rejected.to_string(),
            format!("{:.2} %", percent(rejected, of)),
        ]);
    }
    alarms.print(show);
    let head = ["true reports", "reports", "claims", "flagged", "of these ambiguous", "share", "rejected", "share"];
    say(&table(&head, &rows));
    met
}

/// Issues by kind and text.
fn issues(checked: &Checked) -> BTreeMap<(Judgement, String), usize> {
    let mut issues = BTreeMap::new();
    for issue in &checked.verification.issues {
        *issues.entry((issue.kind, issue.text.as_str().to_owned())).or_default() += 1;
    }
    issues
}

/// What a true report is rejected for; `None` when it is accepted.
fn known_issues(report: &Report<'_>) -> Option<BTreeMap<(Judgement, String), usize>> {
    let checked = check(report, &report.sheet.text);
    (checked.verification.verdict == Verdict::Failed).then(|| issues(&checked))
}

#[derive(Default)]
struct Tally {
    made: usize,
    caught: usize,
    still_true: usize,
    by: BTreeMap<Judgement, usize>,
}

/// The catch matrix.
fn catches(reports: &[Report<'_>], options: Options, rng: &Rng) -> bool {
    let mut tallies: Vec<Tally> = OPERATORS.iter().map(|_| Tally::default()).collect();
    let mut show = options.show_misses;
    // Only what is accepted as true can show that a fault was caught.
    let accepted: Vec<&Report<'_>> =
        reports.iter().filter(|report| options.rejected_too || known_issues(report).is_none()).collect();
    let which = if options.rejected_too { "" } else { " that are accepted" };
    say(&format!("faults go into the {} true reports{which}", accepted.len()));
    for ((name, _, operate), tally) in OPERATORS.iter().zip(&mut tallies) {
        let mut rng = rng.fork(name);
        let mut order: Vec<&&Report<'_>> = accepted.iter().collect();
        rng.shuffle(&mut order);
        for report in order {
            if tally.made >= options.reports {
                break;
            }
            let original = Original { case: report.case, sheet: &report.sheet, is_local: report.is_local };
            let (mutant, still_true) = attempt(*operate, &original, &mut rng);
            tally.still_true += still_true;
            let Some(mutant) = mutant else { continue };
            tally.made += 1;
            let checked = check(report, &mutant.text);
            let before = if options.rejected_too { known_issues(report) } else { None };
            let adds =
                |before: BTreeMap<_, usize>| issues(&checked).iter().any(|(i, n)| before.get(i).copied() < Some(*n));
            if checked.verification.verdict == Verdict::Failed && before.is_none_or(adds) {
                tally.caught += 1;
                let kind = checked.verification.issues.iter().map(|issue| issue.kind).next();
                *tally.by.entry(kind.unwrap_or(Judgement::Omitted)).or_default() += 1;
            } else if show > 0 {
                show -= 1;
                let writer = if report.is_local { "local" } else { "paraphrase" };
                say(&format!(
                    "MISS {name}: {:?} -> {:?} [{}, {writer}]\n     {}",
                    mutant.before,
                    mutant.after,
                    report.case.name,
                    line_at(&mutant.text, mutant.at)
                ));
            }
        }
    }
    print_matrix(&tallies, options)
}

fn print_matrix(tallies: &[Tally], options: Options) -> bool {
    let columns = [
        Judgement::Contradicted,
        Judgement::Misattributed,
        Judgement::Ambiguous,
        Judgement::Unsupported,
        Judgement::Omitted,
    ];
    let mut rows = Vec::new();
    for ((name, kind, _), tally) in OPERATORS.iter().zip(tallies) {
        let kind = Kind::ALL.iter().find(|(of, _, _)| of == kind).map_or("", |(_, name, _)| name);
        let mut row = vec![(*name).to_owned(), kind.to_owned(), tally.made.to_string(), tally.caught.to_string()];
        row.push(format!("{:.1} %", percent(tally.caught, tally.made)));
        row.extend(columns.iter().map(|column| tally.by.get(column).copied().unwrap_or(0).to_string()));
        row.push(tally.still_true.to_string());
        rows.push(row);
    }
    let head = [
        "operator",
        "kind",
        "mutants",
        "caught",
        "share",
        "contradicted",
        "misattributed",
        "ambiguous",
        "unsupported",
        "omitted",
        "still true",
    ];
    say(&table(&head, &rows));
    let mut met = true;
    for (kind, name, target) in Kind::ALL {
        let of: Vec<&Tally> =
            OPERATORS.iter().zip(tallies).filter(|((_, of, _), _)| *of == kind).map(|(_, tally)| tally).collect();
        met &= met_target(name, target, &of);
    }
    met &= met_target("overall", 98.0, &tallies.iter().collect::<Vec<_>>());
    for ((name, _, _), tally) in OPERATORS.iter().zip(tallies) {
        if tally.made < options.reports.min(200) {
            // Of the short run nobody expects enough of everything.
            met &= options.reports < 200 && tally.made > 0;
            say(&format!("note: {name} could be made from {} reports only", tally.made));
        }
    }
    met
}

fn met_target(name: &str, target: f64, tallies: &[&Tally]) -> bool {
    let (made, caught): (usize, usize) =
        (tallies.iter().map(|tally| tally.made).sum(), tallies.iter().map(|tally| tally.caught).sum());
    let share = percent(caught, made);
    say(&verdict(&format!("{name}: {caught} of {made} caught, {share:.2} % (target {target} %)"), share >= target));
    share >= target
}

/// How much of our wording the verifier's tables share.
fn overlap() -> bool {
    let (ours, shared) = paraphrase::overlap();
    say(&format!(
        "label phrases of the paraphrases: {}, of which {} stand in the verifier's tables ({:.0} %; at most half)",
        ours.len(),
        shared.len(),
        percent(shared.len(), ours.len())
    ));
    shared.len() * 2 <= ours.len()
}

fn line_at(text: &str, at: usize) -> &str {
    let at = at.min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
    text[start..].lines().next().unwrap_or_default()
}

/// Prints true reports, or with `faults` one fault of every operator for each, with the lines it stands in.
pub(crate) fn samples(count: usize, faults: bool, seed: u64) -> bool {
    let mut rng = Rng::new(seed);
    let cases = cases(1, seed);
    for _ in 0..count {
        let case = rng.pick(&cases);
        let is_local = faults && rng.one_in(2);
        let sheet = if is_local { annotate(case, &case.local[0]) } else { paraphrase::write(case, &mut rng) };
        if !faults {
            say(&format!("=== {}\n{}", case.name, sheet.text));
            continue;
        }
        say(&format!("=== {}, {}", case.name, if is_local { "local" } else { "paraphrase" }));
        let original = Original { case, sheet: &sheet, is_local };
        for (name, _, operate) in OPERATORS {
            match attempt(*operate, &original, &mut rng) {
                (Some(mutant), _) => say(&format!(
                    "{name}: {:?} -> {:?}\n      {}",
                    mutant.before,
                    mutant.after,
                    line_at(&mutant.text, mutant.at)
                )),
                (None, still_true) => say(&format!("{name}: none ({still_true} may be true)")),
            }
        }
    }
    true
}
