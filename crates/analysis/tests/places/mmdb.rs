//! Writes small MMDB databases, as <https://maxmind.github.io/MaxMind-DB/> describes them.

use std::net::IpAddr;

use serde_json::{Value, json};

/// A database of these prefixes, in the order in which narrower ones come after the wider ones around them.
pub(crate) fn database(kind: &str, ip_version: u16, epoch: u64, entries: &[(&str, Value)]) -> Vec<u8> {
    let mut tree = Tree { nodes: vec![[Record::Nothing; 2]] };
    let mut data = Vec::new();
    for (prefix, value) in entries {
        let (bits, length) = path(prefix, ip_version);
        let at = data.len();
        encode(value, &mut data);
        tree.insert(bits, length, Record::Data(at));
    }
    let mut bytes = tree.to_bytes();
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = json!({
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": epoch,
        "database_type": kind,
        "description": {"en": "written by a test"},
        "ip_version": ip_version,
        "languages": ["en"],
        "node_count": tree.nodes.len(),
        "record_size": 24,
    });
    encode(&metadata, &mut bytes);
    bytes
}

/// The bits of a prefix, first bit highest. In a tree for IPv6, IPv4 addresses stand below `::/96`.
fn path(prefix: &str, ip_version: u16) -> (u128, u32) {
    let (address, length) = prefix.split_once('/').unwrap();
    let length: u32 = length.parse().unwrap();
    match (address.parse().unwrap(), ip_version) {
        (IpAddr::V4(v4), 4) => (u128::from(v4.to_bits()) << 96, length),
        (IpAddr::V4(v4), _) => (u128::from(v4.to_bits()), length + 96),
        (IpAddr::V6(v6), _) => (v6.to_bits(), length),
    }
}

#[derive(Clone, Copy)]
enum Record {
    Nothing,
    Node(usize),
    Data(usize),
}

struct Tree {
    nodes: Vec<[Record; 2]>,
}

impl Tree {
    fn insert(&mut self, bits: u128, length: u32, record: Record) {
        let mut node = 0;
        for depth in 0..length {
            let side = usize::from(bits >> (127 - depth) & 1 == 1);
            if depth + 1 == length {
                self.nodes[node][side] = record;
            } else if let Record::Node(next) = self.nodes[node][side] {
                node = next;
            } else {
                self.nodes.push([self.nodes[node][side]; 2]);
                let next = self.nodes.len() - 1;
                self.nodes[node][side] = Record::Node(next);
                node = next;
            }
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let count = self.nodes.len();
        let number = |record: &Record| match record {
            Record::Nothing => count,
            Record::Node(node) => *node,
            Record::Data(at) => count + 16 + at,
        };
        let bytes = |record| u32::try_from(number(record)).unwrap().to_be_bytes().into_iter().skip(1);
        self.nodes.iter().flatten().flat_map(bytes).collect()
    }
}

fn encode(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::String(text) => {
            control(2, text.len(), out);
            out.extend(text.bytes());
        }
        Value::Number(number) if number.is_f64() => {
            control(3, 8, out);
            out.extend(number.as_f64().unwrap().to_be_bytes());
        }
        Value::Number(number) => {
            whole(6, number.as_u64().unwrap(), out);
        }
        Value::Object(map) => {
            control(7, map.len(), out);
            for (key, value) in map {
                encode(&Value::String(key.clone()), out);
                match (key.as_str(), value.as_u64()) {
                    ("build_epoch", Some(number)) => whole(9, number, out),
                    (key, Some(number)) if SHORT.contains(&key) => whole(5, number, out),
                    _ => encode(value, out),
                }
            }
        }
        Value::Array(values) => {
            control(11, values.len(), out);
            values.iter().for_each(|value| encode(value, out));
        }
        // No test needs these.
        Value::Null | Value::Bool(_) => {}
    }
}

/// Fields of the metadata that are 16-bit numbers; `build_epoch` has 64 bits, other whole numbers have 32.
const SHORT: [&str; 4] = ["binary_format_major_version", "binary_format_minor_version", "ip_version", "record_size"];

fn whole(kind: u8, number: u64, out: &mut Vec<u8>) {
    let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    control(kind, bytes.len(), out);
    out.extend(bytes);
}

fn control(kind: u8, size: usize, out: &mut Vec<u8>) {
    let (short, long) = if size < 29 { (size, None) } else { (29, Some(size - 29)) };
    let short = u8::try_from(short).unwrap();
    if kind <= 7 {
        out.push(kind << 5 | short);
    } else {
        out.extend([short, kind - 7]);
    }
    out.extend(long.map(|size| u8::try_from(size).unwrap()));
}
