//! Findings by product, account, region and issue category.

use security_model::evidence::ids::List;
use security_model::summary::FindingsSummary;
use security_model::summary::NamedCount;
use security_model::{RecordHash, TextKind};

use super::evidence::{FindingSets, Selector};
use super::features::Features;
use super::{Found, Section};
use crate::names::Name;
use crate::rank::{Counts, Ranked, add, rank};

type Rows = Vec<Ranked<Name, 1>>;

fn ranked(counts: Counts<Name>, found: &Found<'_>, kind: TextKind) -> Rows {
    rank(counts, found.texts, |name| [(*name, kind)])
}

fn selectors(rows: &Rows, selector: fn(Name) -> Selector) -> impl Iterator<Item = (Selector, u64)> {
    rows.iter().map(move |row| (selector(row.key), row.count))
}

fn named_counts(rows: Rows) -> Vec<NamedCount> {
    rows.into_iter().map(|Ranked { count, labels: [name], .. }| NamedCount { name, count }).collect()
}

#[derive(Default)]
pub(super) struct Products(Counts<Name>);

impl Section for Products {
    fn observe(&mut self, finding: &Features, _: RecordHash) {
        add(&mut self.0, finding.product);
    }

    fn finish(self: Box<Self>, found: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets) {
        let rows = ranked(self.0, found, TextKind::Name);
        let selectors = selectors(&rows, Selector::Product);
        sets.add_list(List::Product, "Findings of one product", "findings.by_product", selectors);
        summary.by_product = named_counts(rows);
    }
}

#[derive(Default)]
pub(super) struct Accounts(Counts<Name>);

impl Section for Accounts {
    fn observe(&mut self, finding: &Features, _: RecordHash) {
        add(&mut self.0, finding.account);
    }

    fn finish(self: Box<Self>, found: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets) {
        let rows = ranked(self.0, found, TextKind::Identifier);
        let selectors = selectors(&rows, Selector::Account);
        sets.add_list(List::Account, "Findings of one account", "findings.by_account", selectors);
        summary.by_account = named_counts(rows);
    }
}

#[derive(Default)]
pub(super) struct Regions(Counts<Name>);

impl Section for Regions {
    fn observe(&mut self, finding: &Features, _: RecordHash) {
        add(&mut self.0, finding.region);
    }

    fn finish(self: Box<Self>, found: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets) {
        let rows = ranked(self.0, found, TextKind::Identifier);
        let selectors = selectors(&rows, Selector::Region);
        sets.add_list(List::Region, "Findings of one region", "findings.by_region", selectors);
        summary.by_region = named_counts(rows);
    }
}

/// A finding of several categories is in each of them once.
#[derive(Default)]
pub(super) struct Categories(Counts<Name>);

impl Section for Categories {
    fn observe(&mut self, finding: &Features, _: RecordHash) {
        for category in &finding.categories {
            add(&mut self.0, *category);
        }
    }

    fn finish(self: Box<Self>, found: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets) {
        let rows = ranked(self.0, found, TextKind::Name);
        let selectors = selectors(&rows, Selector::Category);
        sets.add_list(List::Category, "Findings of one category", "findings.by_category", selectors);
        summary.by_category = named_counts(rows);
    }
}
