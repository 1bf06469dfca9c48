//! Several files in one piece of bytes, for embedding.
//!
//! Of each file: its name, a newline, its length in bytes as a decimal number, a newline, and its bytes.

/// The files of an archive; ends at the first one that is not whole.
pub fn files(mut archive: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    std::iter::from_fn(move || {
        let name = std::str::from_utf8(line(&mut archive)?).ok()?;
        let length: usize = std::str::from_utf8(line(&mut archive)?).ok()?.parse().ok()?;
        let (bytes, rest) = archive.split_at_checked(length)?;
        archive = rest;
        Some((name, bytes))
    })
}

fn line<'a>(archive: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = archive.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = archive.split_at_checked(end)?;
    *archive = rest.get(1..)?;
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_out_as_they_went_in_until_one_is_broken() {
        let archive = b"a/b.yml\n4\nx: \nc.yml\n0\nd.yml\n9\nshort";
        let found: Vec<_> = files(archive).collect();
        assert_eq!(found, [("a/b.yml", &b"x: \n"[..]), ("c.yml", &b""[..])]);
        assert_eq!(files(b"").count(), 0);
    }
}
