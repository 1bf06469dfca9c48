//! What a trial prints: short tables, and verdicts on targets.

use std::fmt::Write as _;
use std::io::Write as _;

/// Prints lines to standard output.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody reads: nobody to tell.
    let _ = writeln!(out, "{text}");
}

/// A table in markdown, first column to the left, the others to the right.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.len()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    let mut line = |cells: Vec<&str>| {
        for (index, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let _ = if index == 0 { write!(out, "| {cell:<width$} ") } else { write!(out, "| {cell:>width$} ") };
        }
        out.push_str("|\n");
    };
    line(head.to_vec());
    let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    line(rules.iter().map(String::as_str).collect());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
    out
}

/// A share in per cent.
pub(crate) fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// A target and whether it is met.
pub(crate) fn verdict(name: &str, met: bool) -> String {
    format!("{} {name}", if met { "met   " } else { "MISSED" })
}
