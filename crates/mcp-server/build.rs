//! Packs the detection rules for embedding, and says how the binary is linked.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    pack_rules()?;
    link();
    Ok(())
}

/// The rules of `analysis`, one tactic a folder.
const RULES: &str = "../analysis/rules";

/// Writes the rule files, without the records beside them, as one compressed archive (`analysis::detect::archive`).
///
/// Compressed they take a seventh of the room, and are unpacked only when something is analysed.
fn pack_rules() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={RULES}");
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
        write!(archive, "{name}\n{}\n", bytes.len())?;
        archive.extend(bytes);
    }
    let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&archive)?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("rules.deflate"), packed.finish()?)?;
    Ok(())
}

fn link() {
    println!("cargo:rerun-if-changed={START_ORDER}");
    println!("cargo:rerun-if-env-changed=NIGHTDESK_START_ORDER");
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return;
    }
    // A position-independent binary of this size carries megabytes of relocations, all of which are read at the start.
    // Packed, they are a few kilobytes. Linkers that do not know the keyword say so and go on.
    println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    // Code that runs at every start is a twentieth of the whole, in a third of its pages. Side by side, it takes megabytes
    // less of memory. Which code that is, tests/bench/start_order.py finds out; functions that are not there any more are
    // passed over, so that an old list costs memory and nothing else.
    if is_optimised() && is_default_linker() {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{folder}/{START_ORDER}");
    }
}

/// A linker script that adds to the linker's own, for LLD and GNU ld.
const START_ORDER: &str = "start-order.ld";

fn target(part: &str) -> String {
    std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default()
}

fn is_optimised() -> bool {
    std::env::var("OPT_LEVEL").is_ok_and(|level| level != "0")
}

/// Other linkers do not know such scripts. `NIGHTDESK_START_ORDER=off` is for those that cannot be seen from here.
fn is_default_linker() -> bool {
    let chosen = std::env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("link"))
        || std::env::var_os("RUSTC_LINKER").is_some();
    !chosen && !std::env::var("NIGHTDESK_START_ORDER").is_ok_and(|wish| wish == "off")
}
