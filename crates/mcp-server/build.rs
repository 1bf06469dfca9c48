//! How the binary is linked.

fn main() {
    let target = |part| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    // A position-independent binary of this size carries megabytes of relocations, all of which are read at the start.
    // Packed, they are a few kilobytes. Linkers that do not know the keyword say so and go on.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
