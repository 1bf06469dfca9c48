//! Trials of the report pipeline: faults put into true reports, writers that lie, hostile text and secrets in every field
//! that an attacker can write. Each prints what it tried and found, and fails when it misses its target.

// A trial stops at the place that went wrong.
#![expect(clippy::indexing_slicing, clippy::string_slice, reason = "test harness")]

mod claims;
mod corpus;
mod desk;
mod injections;
mod lies;
mod mutants;
mod paraphrase;
mod rng;
mod secrets;
mod table;
mod trial_mutants;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(about = "Trials of the report pipeline")]
struct Cli {
    /// Folder of phrase files to write the paraphrases from, with the names of those in `phrases`.
    #[arg(long, global = true, value_name = "DIR")]
    phrases: Option<std::path::PathBuf>,
    #[command(subcommand)]
    trial: Trial,
}

#[derive(Clone, Debug, Subcommand)]
enum Trial {
    /// One-fault mutants of true reports, and true reports.
    Mutants(trial_mutants::Options),
    /// Writers that lie: whether a lie is delivered.
    Lies(lies::Options),
    /// Orders to a model in every field that somebody outside can write.
    Injections(injections::Options),
    /// Secrets in records, requests and settings.
    Secrets {
        /// In less than a minute: some of the shapes.
        #[arg(long)]
        quick: bool,
        /// Where randomness starts.
        #[arg(long, default_value_t = 20_261_121)]
        seed: u64,
        /// Of the shapes, only every n-th; 1 is all.
        #[arg(long, default_value_t = 1)]
        step: usize,
        /// Examples of what came out.
        #[arg(long, default_value_t = 6)]
        show: usize,
    },
    /// Prints true reports of the corpus and its paraphrases, to be read by a person.
    Samples {
        /// How many.
        #[arg(default_value_t = 6)]
        count: usize,
        /// Faults instead, one of every operator.
        #[arg(long)]
        faults: bool,
        /// Where randomness starts.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// All of them.
    All {
        /// In minutes rather than hours.
        #[arg(long)]
        quick: bool,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(folder) = cli.phrases {
        paraphrase::grammar::read_from(folder);
    }
    let met = match cli.trial {
        Trial::Mutants(options) => trial_mutants::run(options),
        Trial::Lies(options) => lies::run(options),
        Trial::Injections(options) => injections::run(options),
        Trial::Secrets { quick, seed, step, show } => {
            secrets::run(seed, if quick { secrets::QUICK_STEP } else { step }, show)
        }
        Trial::Samples { count, faults, seed } => trial_mutants::samples(count, faults, seed),
        Trial::All { quick } => all(quick),
    };
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every trial, also after one has failed.
fn all(quick: bool) -> bool {
    let mutants = if quick { trial_mutants::Options::QUICK } else { trial_mutants::Options::FULL };
    let lies = if quick { lies::Options::QUICK } else { lies::Options::FULL };
    let injections = if quick { injections::Options::QUICK } else { injections::Options::FULL };
    let results = [
        ("mutants", trial_mutants::run(mutants)),
        ("lies", lies::run(lies)),
        ("injections", injections::run(injections)),
        ("secrets", secrets::run(20_261_121, if quick { secrets::QUICK_STEP } else { 1 }, 6)),
    ];
    for (name, met) in results {
        table::say(&table::verdict(name, met));
    }
    results.iter().all(|(_, met)| *met)
}
