//! The forms in which people write numbers.

use super::facts::Found;
use crate::claims::{Claim, Hedge, Number, Sheet, WORDS, grouped};
use crate::rng::Rng;

/// How a report writes whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// 2616
    Plain,
    /// 2,616
    Grouped,
    /// 2,616, and words up to twelve
    Words,
}

fn of(found: &[Found]) -> Vec<(String, String)> {
    found.iter().map(|found| (found.metric.clone(), found.scope.clone())).collect()
}

/// Writes the sum of `found`; `form` is `n` any exact form, `d` digits, `~` hedged. Returns the value.
pub(crate) fn count(sheet: &mut Sheet, form: &str, found: &[Found], style: Style, rng: &mut Rng) -> f64 {
    let value: u64 = found.iter().map(|found| found.value).sum();
    let exact = value as f64;
    let number = |scale, hedge| Claim::Number(Number { exact, scale, hedge, share: false, of: of(found) });
    if form == "~" && value >= 60 {
        hedged(sheet, value, &number, rng);
        return exact;
    }
    let digits = if style == Style::Plain { value.to_string() } else { grouped(value) };
    let word = usize::try_from(value).ok().and_then(|value| WORDS.get(value)).filter(|_| (1..=12).contains(&value));
    match (form, word, style) {
        ("n" | "~", Some(word), Style::Words) => sheet.claim(word, number(1.0, Hedge::None)),
        ("n", _, _) if rng.one_in(6) => {
            sheet.push("**");
            sheet.claim(&digits, number(1.0, Hedge::None));
            sheet.push("**");
        }
        _ => sheet.claim(&digits, number(1.0, Hedge::None)),
    }
    exact
}

fn hedged(sheet: &mut Sheet, value: u64, number: &impl Fn(f64, Hedge) -> Claim, rng: &mut Rng) {
    // Two significant digits.
    let mut unit = 1;
    while value / unit >= 100 {
        unit *= 10;
    }
    let (down, up) = (value / unit * unit, value.div_ceil(unit) * unit);
    let near = if value - down < up - value { down } else { up };
    let within = |shown: u64| shown.abs_diff(value) as f64 <= 0.045 * value as f64;
    let mut forms = vec![0, 1];
    if down < value && within(down) {
        forms.push(2);
    }
    if up > value && within(up) {
        forms.push(3);
    }
    if down < value && up > value && within(down) && within(up) {
        forms.push(5);
    }
    if value >= 1_000 {
        forms.push(4);
    }
    match *rng.pick(&forms) {
        0 | 1 if within(near) => {
            sheet.push(rng.word(&["about ", "roughly ", "around ", "approximately ", "some ", "~", "close to "]));
            sheet.claim(&grouped(near), number(1.0, Hedge::About));
        }
        2 => {
            sheet.push(rng.word(&["over ", "more than ", "just over ", "upwards of "]));
            sheet.claim(&grouped(down), number(1.0, Hedge::Over));
        }
        3 => {
            sheet.push(rng.word(&["nearly ", "almost ", "just under ", "close to "]));
            sheet.claim(&grouped(up), number(1.0, Hedge::Nearly));
        }
        4 => {
            let hedge = rng.word(&["about ", "roughly ", "", "some "]);
            sheet.push(hedge);
            let kept = if hedge.is_empty() { Hedge::Rounded } else { Hedge::About };
            sheet.claim(&format!("{:.1}", value as f64 / 1000.0), number(1000.0, kept));
            sheet.push("k");
        }
        5 => {
            sheet.push("between ");
            sheet.claim(&grouped(down), number(1.0, Hedge::From));
            sheet.push(" and ");
            sheet.claim(&grouped(up), number(1.0, Hedge::To));
        }
        _ => sheet.claim(&grouped(value), number(1.0, Hedge::None)),
    }
}

/// Fractions that have a name.
const FRACTIONS: &[(f64, &str)] = &[
    (0.5, "half"),
    (1.0 / 3.0, "a third"),
    (2.0 / 3.0, "two thirds"),
    (0.25, "a quarter"),
    (0.75, "three quarters"),
    (0.2, "a fifth"),
    (0.1, "a tenth"),
];

/// Writes `part` of `whole` as a share.
pub(crate) fn share(sheet: &mut Sheet, part: &[Found], whole: &[Found], rng: &mut Rng) -> Option<()> {
    let (top, bottom): (u64, u64) = (part.iter().map(|f| f.value).sum(), whole.iter().map(|f| f.value).sum());
    if bottom == 0 || top > bottom {
        return None;
    }
    let exact = 100.0 * top as f64 / bottom as f64;
    let mut of = of(part);
    of.extend(self::of(whole));
    let number = |hedge| Claim::Number(Number { exact, scale: 1.0, hedge, share: true, of: of.clone() });
    let sign = rng.word(&["%", "%", " %", " percent", " per cent"]);
    if rng.one_in(3)
        && let Some((_, words)) = FRACTIONS.iter().find(|(value, _)| (value * 100.0 - exact).abs() <= 0.03 * exact)
    {
        sheet.push(rng.word(&["about ", "roughly ", "around "]));
        sheet.push(words);
        return Some(());
    }
    let in_n = if top == 0 { 0.0 } else { bottom as f64 / top as f64 };
    if rng.one_in(5) && (2.5..20.0).contains(&in_n) && (in_n.round() - in_n).abs() <= 0.03 * in_n {
        let claim = Claim::Number(Number { exact: in_n, scale: 1.0, hedge: Hedge::About, share: true, of });
        let n = in_n.round() as usize;
        let (lead, token) =
            if rng.one_in(2) { ("about one in ", WORDS[n].to_owned()) } else { ("roughly 1 in ", n.to_string()) };
        sheet.push(lead);
        sheet.claim(&token, claim);
        return Some(());
    }
    // Half a percent either way would be rounded differently by different people.
    let tie = |scale: f64| ((exact * scale).fract() - 0.5).abs() < 1e-6;
    match rng.below(4) {
        0 if exact >= 1.0 && !tie(1.0) => {
            let hedge = rng.word(&["about ", "roughly ", "around ", ""]);
            sheet.push(hedge);
            let kept = if hedge.is_empty() { Hedge::Rounded } else { Hedge::About };
            sheet.claim(&format!("{:.0}", exact.round()), number(kept));
        }
        1 if exact.ceil() - exact > 1e-6 && exact >= 10.0 && exact.ceil() - exact < 0.04 * exact => {
            sheet.push(rng.word(&["nearly ", "almost ", "just under "]));
            sheet.claim(&format!("{:.0}", exact.ceil()), number(Hedge::Nearly));
        }
        2 if exact - exact.floor() > 1e-6 && exact >= 10.0 && exact - exact.floor() < 0.04 * exact => {
            sheet.push(rng.word(&["over ", "more than ", "just over "]));
            sheet.claim(&format!("{:.0}", exact.floor()), number(Hedge::Over));
        }
        _ if exact == 0.0 || exact >= 0.05 => {
            if tie(10.0) {
                return None;
            }
            sheet.claim(&format!("{:.1}", (exact * 10.0).round() / 10.0), number(Hedge::Rounded));
        }
        _ => return None,
    }
    sheet.push(sign);
    Some(())
}
