//! `sample-night`: writes a generated night to a folder.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sample_night::{OutputFile, SAMPLE_SEED, asset_files, generate, output_files};

const HELP: &str = "\
Writes one night of CloudTrail events and Security Hub findings, in which an attack hides.

Usage:
  sample-night --out DIR [--seed N]     write the night of seed N (default: the built-in night)
  sample-night --write-assets DIR       rewrite the compressed files that the library embeds
  sample-night --help

What --out writes:
  AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/*.json.gz    events, laid out as CloudTrail does in S3
  securityhub/findings-NNN.json                             findings, as GetFindings answers them
  story.json                                                what really happened: each call of the attacker

DIR may not hold another night. The same seed always gives the same night. Try a few, then ask what happened:
  sample-night --out /tmp/night-7 --seed 7

Exit codes: 0 written, 1 could not write, 2 not understood.
";

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Help,
    Night { out: PathBuf, seed: u64 },
    Assets { out: PathBuf },
}

fn main() -> ExitCode {
    let task = match understand(std::env::args().skip(1)) {
        Ok(task) => task,
        Err(complaint) => {
            say(&mut io::stderr(), &format!("sample-night: {complaint}\nTry sample-night --help\n"));
            return ExitCode::from(2);
        }
    };
    match perform(task) {
        Ok(message) => {
            say(&mut io::stdout(), &message);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&mut io::stderr(), &format!("sample-night: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

/// A reader that has gone away is no reason to fail.
fn say(stream: &mut dyn io::Write, text: &str) {
    let _ = stream.write_all(text.as_bytes());
}

fn understand(mut arguments: impl Iterator<Item = String>) -> Result<Task, String> {
    let (mut out, mut assets, mut seed) = (None, None, None);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(Task::Help),
            "--out" => out = Some(PathBuf::from(value()?)),
            "--write-assets" => assets = Some(PathBuf::from(value()?)),
            "--seed" => {
                let text = value()?;
                let number = text.parse().map_err(|_| format!("--seed takes a whole number, not {text:?}"))?;
                seed = Some(number);
            }
            _ => return Err(format!("{argument:?} is no argument of mine")),
        }
    }
    match (out, assets, seed) {
        (Some(out), None, seed) => Ok(Task::Night { out, seed: seed.unwrap_or(SAMPLE_SEED) }),
        (None, Some(out), None) => Ok(Task::Assets { out }),
        (None, None, _) => Err("say where to write with --out DIR".to_owned()),
        _ => Err("--write-assets stands alone: the embedded night has one seed".to_owned()),
    }
}

fn perform(task: Task) -> io::Result<String> {
    match task {
        Task::Help => Ok(HELP.to_owned()),
        Task::Assets { out } => {
            write_all(&out, &asset_files()?)?;
            Ok(format!("Wrote the embedded night to {}\n", out.display()))
        }
        Task::Night { out, seed } => {
            refuse_to_mix(&out)?;
            let night = generate(seed);
            let files = output_files(&night, seed)?;
            write_all(&out, &files)?;
            let (events, findings, steps) = (night.cloudtrail.len(), night.findings.len(), night.story.len());
            Ok(format!(
                "Wrote {events} events and {findings} findings in {} files to {}; story.json names the {steps} calls of the attacker\n",
                files.len(),
                out.display(),
            ))
        }
    }
}

/// Two nights in one folder would be read as one.
fn refuse_to_mix(folder: &Path) -> io::Result<()> {
    if folder.join("AWSLogs").exists() {
        let message = format!("{} already holds a night; choose an empty folder or remove it first", folder.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    Ok(())
}

fn write_all(folder: &Path, files: &[OutputFile]) -> io::Result<()> {
    for file in files {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| named(parent, &error))?;
        }
        std::fs::write(&path, &file.bytes).map_err(|error| named(&path, &error))?;
    }
    Ok(())
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn understood(arguments: &[&str]) -> Result<Task, String> {
        understand(arguments.iter().map(|&argument| argument.to_owned()))
    }

    #[test]
    fn arguments_are_understood_or_named() {
        let out = PathBuf::from("night");
        assert_eq!(understood(&["--out", "night"]), Ok(Task::Night { out: out.clone(), seed: SAMPLE_SEED }));
        assert_eq!(understood(&["--seed", "7", "--out", "night"]), Ok(Task::Night { out: out.clone(), seed: 7 }));
        assert_eq!(understood(&["--write-assets", "night"]), Ok(Task::Assets { out }));
        assert_eq!(understood(&["--out", "x", "-h"]), Ok(Task::Help));
        for (arguments, part) in [
            (&[][..], "--out DIR"),
            (&["--out"], "--out needs a value"),
            (&["--seed", "many", "--out", "x"], "\"many\""),
            (&["--speed", "7"], "--speed"),
            (&["--out", "x", "--write-assets", "y"], "stands alone"),
        ] {
            let complaint = understood(arguments).unwrap_err();
            assert!(complaint.contains(part), "{complaint}");
        }
    }
}
