//! Nova models write `<thinking>…</thinking>` as ordinary text before they call a tool. It belongs in the conversation,
//! and not before a reader's eyes.

const OPEN: &str = "<thinking>";
const CLOSE: &str = "</thinking>";

/// Takes `<thinking>` sections out of text that arrives in pieces, tags split anywhere.
///
/// ```
/// use chat_model::ThinkingFilter;
///
/// let mut filter = ThinkingFilter::default();
/// let mut shown = filter.push("<think");
/// shown += &filter.push("ing>Which tool?</thin");
/// shown += &filter.push("king>\nThree findings.");
/// shown += &filter.finish();
/// assert_eq!(shown, "Three findings.");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ThinkingFilter {
    /// Text that may be the beginning of a tag.
    held: String,
    inside: bool,
    /// Blank lines left behind by a section at the very beginning are dropped.
    trim: bool,
    shown: bool,
}

impl ThinkingFilter {
    /// Takes in a piece, and gives back what may be shown by now.
    pub fn push(&mut self, piece: &str) -> String {
        let pending = std::mem::take(&mut self.held) + piece;
        let mut rest = pending.as_str();
        let mut shown = String::new();
        loop {
            let tag = if self.inside { CLOSE } else { OPEN };
            let Some((before, after)) = split_at_tag(rest, tag) else { break };
            if self.inside {
                self.trim = !self.shown;
            } else {
                self.show(before, &mut shown);
            }
            self.inside = !self.inside;
            rest = after;
        }
        let (certain, held) = split_held(rest, if self.inside { CLOSE } else { OPEN });
        if !self.inside {
            self.show(certain, &mut shown);
        }
        self.held = held.to_owned();
        shown
    }

    /// Ends the text: gives back what looked like the beginning of a tag and was none. A section that was never closed
    /// stays hidden.
    #[must_use]
    pub fn finish(mut self) -> String {
        let mut shown = String::new();
        if !self.inside {
            let held = std::mem::take(&mut self.held);
            self.show(&held, &mut shown);
        }
        shown
    }

    fn show(&mut self, text: &str, shown: &mut String) {
        let text = if self.trim { text.trim_start() } else { text };
        if !text.is_empty() {
            self.trim = false;
            self.shown |= !text.trim().is_empty();
            shown.push_str(text);
        }
    }
}

/// The text of a whole answer without its `<thinking>` sections.
#[must_use]
pub fn without_thinking(text: &str) -> String {
    let mut filter = ThinkingFilter::default();
    let shown = filter.push(text);
    shown + &filter.finish()
}

/// What stands before and after the first `tag`, whose letters may be of either case.
fn split_at_tag<'a>(text: &'a str, tag: &str) -> Option<(&'a str, &'a str)> {
    text.match_indices('<').find_map(|(at, _)| {
        let end = at + tag.len();
        let found = text.get(at..end)?;
        found.eq_ignore_ascii_case(tag).then(|| Some((text.get(..at)?, text.get(end..)?)))?
    })
}

/// Splits off the end of `text` that may become `tag` when more arrives.
fn split_held<'a>(text: &'a str, tag: &str) -> (&'a str, &'a str) {
    let held = text.rfind('<').filter(|&at| {
        let tail = text.get(at..).unwrap_or_default();
        tag.get(..tail.len()).is_some_and(|start| start.eq_ignore_ascii_case(tail))
    });
    text.split_at_checked(held.unwrap_or(text.len())).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way of cutting the text in two, and into single characters, shows the same.
    fn check(text: &str, expected: &str) {
        for cut in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
            let mut filter = ThinkingFilter::default();
            let (head, tail) = text.split_at(cut);
            let shown = filter.push(head) + &filter.push(tail) + &filter.finish();
            assert_eq!(shown, expected, "cut at {cut}");
        }
        let mut filter = ThinkingFilter::default();
        let shown: String = text.chars().map(|c| filter.push(&c.to_string())).collect();
        assert_eq!(shown + &filter.finish(), expected, "one by one");
    }

    #[test]
    fn sections_are_taken_out_wherever_they_are_cut() {
        check("<thinking>a</thinking>\n\nb", "b");
        check("a<thinking>b</thinking> c <THINKING>d</Thinking>é", "a c é");
        check("<thinking></thinking><thinking>x</thinking> y", "y");
    }

    #[test]
    fn what_only_looks_like_a_tag_stays() {
        check("a < b <think> <thinking", "a < b <think> <thinking");
        check("</thinking> a", "</thinking> a");
        check("<<thinking>x</thinking>y", "<y");
    }

    #[test]
    fn a_section_that_never_ends_stays_hidden() {
        check("a<thinking>b </thinking", "a");
    }

    #[test]
    fn text_that_cannot_be_a_tag_is_shown_at_once() {
        let mut filter = ThinkingFilter::default();
        assert_eq!(filter.push("Three <b"), "Three <b");
        assert_eq!(filter.push("ig> <th"), "ig> ");
    }

    #[test]
    fn many_open_angles_cost_linear_time() {
        let text = "<".repeat(1 << 20);
        assert_eq!(without_thinking(&text).len(), text.len());
    }
}
