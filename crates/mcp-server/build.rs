//! Says how the binary is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    link();
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
