//! What can be typed at the prompt besides questions.

/// A line at the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Ask(String),
    Tools,
    Model(Option<String>),
    Cost,
    Save(String),
    Reset,
    Help,
    Exit,
    /// Not understood, and why.
    Unknown(String),
    Nothing,
}

/// The example questions of the original project; their numbers ask them.
pub(crate) const QUESTIONS: [&str; 4] = [
    "Analyze my Security Hub findings",
    "Check CloudTrail for suspicious activity",
    "What security issues should I prioritize?",
    "Are there any failed login attempts?",
];

/// What /help says.
pub(crate) const HELP: &str = "\
1 to 4         ask one of the example questions
/tools         the tools and their servers
/model [ID]    the model; with an id, another one of the same provider
/cost          tokens, calls and seconds of this session
/save FILE     the answers of this session: Markdown for *.md, else JSON
/reset         forget the conversation
/help          this
exit, quit     leave, as does Ctrl-D; Ctrl-C stops an answer";

impl Command {
    /// Reads a line.
    pub(crate) fn read(line: &str) -> Self {
        let line = line.trim();
        if let Some(number) = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) {
            let known = QUESTIONS.get(number).map(|question| Self::Ask((*question).to_owned()));
            return known.unwrap_or_else(|| Self::Unknown("The examples are 1 to 4.".to_owned()));
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        match (word.to_ascii_lowercase().as_str(), rest) {
            ("", _) => Self::Nothing,
            ("exit" | "quit" | "/exit" | "/quit", "") => Self::Exit,
            ("/tools", "") => Self::Tools,
            ("/model", "") => Self::Model(None),
            ("/model", id) => Self::Model(Some(id.to_owned())),
            ("/cost", "") => Self::Cost,
            ("/save", "") => Self::Unknown("Say where to: /save FILE.".to_owned()),
            ("/save", file) => Self::Save(file.to_owned()),
            ("/reset", "") => Self::Reset,
            ("/help" | "help" | "?", "") => Self::Help,
            (command, _) if command.starts_with('/') => {
                Self::Unknown(format!("There is no {command} like that; see /help."))
            }
            _ => Self::Ask(line.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_commands_examples_or_questions() {
        assert_eq!(Command::read(" 4 "), Command::Ask("Are there any failed login attempts?".into()));
        assert_eq!(Command::read("/save  my file.md"), Command::Save("my file.md".into()));
        assert_eq!(
            Command::read("/model us.amazon.nova-pro-v1:0"),
            Command::Model(Some("us.amazon.nova-pro-v1:0".into()))
        );
        assert_eq!(Command::read("QUIT"), Command::Exit);
        assert_eq!(
            Command::read("exit strategies for compromised keys?"),
            Command::Ask("exit strategies for compromised keys?".into())
        );
        assert_eq!(Command::read(""), Command::Nothing);
        assert!(matches!(Command::read("/frobnicate"), Command::Unknown(_)));
        assert!(matches!(Command::read("7"), Command::Unknown(_)));
        assert!(matches!(Command::read("/save"), Command::Unknown(_)));
    }
}
