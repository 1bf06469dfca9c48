//! Look-ups a second. `cargo bench -p analysis --bench places`; divan prints items (look-ups) a second.
//!
//! `first` is what the very first public address costs, with the table of AWS ranges made ready.

use analysis::places::Places;
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

#[divan::bench(args = ["10.0.0.1", "ec2.amazonaws.com", "54.72.0.1", "193.0.6.139", "2001:638::1", "no address"])]
fn locate(bencher: Bencher<'_, '_>, text: &str) {
    let places = Places::embedded();
    let _ = places.locate("193.0.6.139");
    bencher.counter(ItemsCount::new(1_u32)).bench(|| places.locate(divan::black_box(text)));
}

#[divan::bench]
fn first(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Places::embedded().locate("193.0.6.139"));
}
