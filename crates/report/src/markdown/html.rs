//! HTML in a draft: tags are dropped; the text between them stays, unless it is a script's or a style's.

/// Elements whose content nobody is meant to read.
const UNREAD: [&str; 7] = ["script", "style", "template", "iframe", "object", "noscript", "svg"];

/// Whether inline text stands inside an element that nobody is meant to read.
#[derive(Debug, Default)]
pub(super) struct Hidden(Option<&'static str>);

impl Hidden {
    /// Meets a tag.
    pub(super) fn tag(&mut self, tag: &str) {
        match self.0 {
            Some(element) if is_tag(tag, "</", element) => self.0 = None,
            Some(_) => {}
            None if tag.ends_with("/>") => {}
            None => self.0 = UNREAD.into_iter().find(|element| is_tag(tag, "<", element)),
        }
    }

    pub(super) const fn is_hidden(&self) -> bool {
        self.0.is_some()
    }
}

fn is_tag(tag: &str, open: &str, element: &str) -> bool {
    let Some(name) = tag.strip_prefix(open).and_then(|rest| rest.get(..element.len())) else { return false };
    let after = tag.chars().nth(open.len() + element.len());
    name.eq_ignore_ascii_case(element) && after.is_none_or(|c| !c.is_ascii_alphanumeric())
}

/// The text of a block of HTML.
pub(super) fn text(html: &str) -> String {
    let mut out = String::new();
    let mut hidden = Hidden::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if !hidden.is_hidden() {
            out.push_str(before);
        }
        let end = tag_end(from);
        let (tag, after) = from.split_at_checked(end).unwrap_or((from, ""));
        hidden.tag(tag);
        rest = after;
    }
    if !hidden.is_hidden() {
        out.push_str(rest);
    }
    out
}

/// Where what starts with `<` ends; a comment or tag that is never closed takes the rest.
fn tag_end(from: &str) -> usize {
    let close = if from.starts_with("<!--") { "-->" } else { ">" };
    from.find(close).map_or(from.len(), |at| at + close.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_text_stays() {
        assert_eq!(text("<div class=\"a\">one <b>two</b></div>"), "one two");
        assert_eq!(text("a<script>alert(1)</script >b"), "ab");
        assert_eq!(text("a<STYLE>x{}</STYLE>b<scripted>c"), "abc");
        assert_eq!(text("a<!-- <b>no</b> -->b<img src=x"), "ab");
        assert_eq!(text("a<script>never closed"), "a");
    }
}
