//! Packs the detection rules; and the published AWS address ranges, so that the program carries a small table instead of
//! half a megabyte of strings and of pointers to be relocated at every start.
//!
//! A record of that table is the first address (16 bytes, big-endian, IPv4 as IPv4-mapped), the length of its prefix, and
//! the numbers of its region and service, a byte each. Blocks that are no prefix are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use aws_ip_ranges::IP_RANGES;

fn main() -> Result<(), Box<dyn Error>> {
    announce();
    let folder = std::env::var("OUT_DIR")?;
    pack_ranges(Path::new(&folder))?;
    pack_rules(Path::new(&folder))
}

/// The detection rules, one tactic a folder.
const RULES: &str = "rules";

/// Writes the rule files, without the records beside them, as one compressed archive (`detect::archive`).
fn pack_rules(out: &Path) -> Result<(), Box<dyn Error>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in std::fs::read_dir(RULES)? {
        let folder = folder?.path();
        if folder.is_dir() {
            for file in std::fs::read_dir(folder)? {
                files.push(file?.path());
            }
        }
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yml"));
    files.sort();
    let mut archive = Vec::new();
    for file in files {
        let bytes = std::fs::read(&file)?;
        let name = file.strip_prefix(RULES)?.to_str().ok_or("a rule file has no UTF-8 name")?.replace('\\', "/");
        archive.extend(format!("{name}\n{}\n", bytes.len()).into_bytes());
        archive.extend(bytes);
    }
    let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&archive)?;
    std::fs::write(out.join("rules.deflate"), packed.finish()?)?;
    Ok(())
}

fn pack_ranges(out: &Path) -> Result<(), Box<dyn Error>> {
    let ranges = IP_RANGES;
    let v4 = ranges.prefixes.iter().map(|range| (range.ip_prefix, range.region, range.service));
    let v6 = ranges.ipv6_prefixes.iter().map(|range| (range.ipv6_prefix, range.region, range.service));
    let all: Vec<(&str, &str, &str)> = v4.chain(v6).collect();
    let regions: BTreeSet<&str> = all.iter().map(|(_, region, _)| *region).collect();
    let services: BTreeSet<&str> = all.iter().map(|(_, _, service)| *service).collect();
    let number_of = |names: &BTreeSet<&str>, name: &str| names.iter().position(|known| *known == name);

    // One service per block: the most telling one, as `AwsRanges` chooses.
    let mut blocks: BTreeMap<(u128, u8), (u8, u8, &str)> = BTreeMap::new();
    for (prefix, region, service) in &all {
        let Some((start, bits)) = parse(prefix) else { continue };
        let region = u8::try_from(number_of(&regions, region).unwrap_or_default())?;
        let number = u8::try_from(number_of(&services, service).unwrap_or_default())?;
        let block = blocks.entry((start, bits)).or_insert((region, number, service));
        if rank(service) > rank(block.2) {
            *block = (region, number, service);
        }
    }
    let mut packed = Vec::with_capacity(blocks.len() * 19);
    for ((start, bits), (region, service, _)) in blocks {
        packed.extend(start.to_be_bytes());
        packed.extend([bits, region, service]);
    }

    let date = ranges.create_date.get(..10).ok_or("the date of the AWS ranges has another form")?;
    let mut source = String::new();
    writeln!(source, "const EMBEDDED_DATE: &str = {date:?};")?;
    writeln!(source, "const EMBEDDED_REGIONS: &[&str] = &{regions:?};", regions = regions.iter().collect::<Vec<_>>())?;
    writeln!(source, "const EMBEDDED_SERVICES: &[&str] = &{:?};", services.iter().collect::<Vec<_>>())?;
    std::fs::write(out.join("aws_ranges.bin"), packed)?;
    std::fs::write(out.join("aws_ranges.rs"), source)?;
    Ok(())
}

#[allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn announce() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={RULES}");
}

fn parse(prefix: &str) -> Option<(u128, u8)> {
    let (address, bits) = prefix.split_once('/')?;
    let bits: u8 = bits.parse().ok()?;
    Some(match address.parse().ok()? {
        IpAddr::V4(v4) => (v4.to_ipv6_mapped().to_bits(), bits.checked_add(96)?),
        IpAddr::V6(v6) => (v6.to_bits(), bits),
    })
}

/// `AMAZON` is every block, `EC2` most of what customers run on; the other services are narrower.
fn rank(service: &str) -> (u8, &str) {
    match service {
        "AMAZON" => (0, service),
        "EC2" => (1, service),
        _ => (2, service),
    }
}
