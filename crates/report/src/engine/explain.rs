//! What would leave, to whom, word for word.

use std::fmt::Write as _;
use std::time::Instant;

use super::brief::brief;
use super::{Assignment, fallback, problems};
use crate::egress::Curtain;
use crate::requirement::Check;
use crate::writer::{Brief, Wish, Writer, WriterKind};

/// What [`compose`](super::compose) would send, to whom, word for word. Nothing is sent.
#[must_use]
pub fn explain_egress(writer: &dyn Writer, assignment: &Assignment<'_>) -> String {
    if writer.kind() == WriterKind::Local {
        return "The local writer sends nothing to anyone.\n".to_owned();
    }
    let curtain = Curtain::new(assignment.facts, assignment.pseudonyms);
    match brief(assignment, &curtain, Instant::now()) {
        Ok(brief) => explanation(writer, assignment, &brief),
        Err(leak) => format!("{}.\n", fallback::capitalised(&fallback::caught(fallback::name(writer.kind()), leak))),
    }
}

fn explanation(writer: &dyn Writer, assignment: &Assignment<'_>, brief: &Brief) -> String {
    let budget = assignment.budget;
    let mut text = format!(
        "Nothing has been sent. This is what would be.\n\nTo: {}, {}\nModel: {}\nNames: {}\n",
        fallback::name(writer.kind()),
        writer.destination(),
        writer.model().unwrap_or("the service's choice"),
        if assignment.pseudonyms {
            "tokens in place of identifiers"
        } else {
            "identifiers as they are (--no-pseudonyms)"
        },
    );
    let _ = write!(
        text,
        "\n--- instructions ---\n{}\n\n--- facts ---\n{}\n\n--- requirements ---\n",
        brief.instructions.as_str(),
        brief.facts.as_str().trim_end()
    );
    for wish in &brief.wishes {
        let mandatory = if wish.mandatory { " (mandatory)" } else { "" };
        let _ = writeln!(text, "{}{mandatory}: {}", wish.name, wish.description.as_str());
    }
    let _ = write!(
        text,
        "\n--- afterwards ---\nAt most {} times, the model's own draft with what does not hold in it, names covered the same \
         way. Once, the draft with the requirements that only a reader can judge. No round starts after {} tokens, as \
         far as the service tells them, or {} seconds. In what follows, […] stands for what is known only then.\n",
        budget.fix_rounds(),
        budget.max_tokens(),
        budget.max_seconds()
    );
    for (heading, words) in writer.framing(&judged(assignment, brief)) {
        let _ = write!(text, "\n--- {heading} ---\n{}\n", words.trim_end());
    }
    let _ = write!(text, "\n--- what does not hold, one line each ---\n{}\n", problems::forms());
    text
}

/// What only a reader can judge.
fn judged(assignment: &Assignment<'_>, brief: &Brief) -> Vec<Wish> {
    let shown = assignment.selection.requirements.iter().zip(&brief.wishes);
    shown.filter(|(requirement, _)| matches!(requirement.check, Check::Reader)).map(|(_, wish)| wish.clone()).collect()
}
