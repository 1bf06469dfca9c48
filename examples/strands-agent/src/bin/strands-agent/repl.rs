//! The prompt.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::pin::pin;

use strands_agent::Answer;

use crate::Exit;
use crate::answering::{Ended, ask, close};
use crate::cli::Arguments;
use crate::command::{Command, HELP, QUESTIONS};
use crate::lines::{Line, Lines};
use crate::setup::{self, Session};
use crate::signals::{Signals, Stop};
use crate::summary;
use crate::terminal::Terminal;

/// Answers that /save writes, the latest ones.
const MOST_ANSWERS: usize = 200;

/// Talks with the person until they leave.
pub(crate) async fn run(
    session: Session,
    arguments: &Arguments,
    terminal: &Terminal,
    lines: &Lines,
    signals: &mut Signals,
) -> Exit {
    let mut repl = Repl { session, arguments, terminal, signals, answers: Vec::new() };
    repl.welcome();
    loop {
        let goes_on = match repl.line(lines).await {
            Line::Text(line) => repl.obey(Command::read(&line)).await,
            Line::Interrupted => {
                terminal.aside("exit, quit or Ctrl-D leave");
                true
            }
            Line::End => false,
        };
        if !goes_on {
            break;
        }
    }
    close(repl.session.agent, repl.signals).await;
    Exit::Done
}

struct Repl<'a> {
    session: Session,
    arguments: &'a Arguments,
    terminal: &'a Terminal,
    signals: &'a mut Signals,
    answers: Vec<Answer>,
}

impl Repl<'_> {
    fn welcome(&self) {
        let servers: Vec<&str> = self.session.agent.tools().servers().map(|(name, _)| name).collect();
        let tools = self.session.agent.tools().iter().count();
        self.say(&format!("{} · {tools} tools of {}", self.session.agent.model().id(), servers.join(", ")));
        if let Some(source) = &self.session.source {
            self.say(&format!("the analyses read: {source}"));
        }
        self.say("Ask something, or type a number:");
        for (number, question) in (1..).zip(QUESTIONS) {
            self.say(&format!("{number}  {question}"));
        }
        self.say("/help shows what else there is.");
    }

    /// What the person types next.
    async fn line(&mut self, lines: &Lines) -> Line {
        let mut line = pin!(lines.question("Security Analyst> "));
        loop {
            tokio::select! {
                line = &mut line => return line,
                stop = self.signals.stop() => match stop {
                    Stop::Terminate => return Line::End,
                    // There is no answer to stop. Ctrl-C itself is for the line editor while it reads.
                    Stop::Interrupt => {}
                },
            }
        }
    }

    /// Does what was typed. `false` to leave.
    async fn obey(&mut self, command: Command) -> bool {
        match command {
            Command::Ask(question) => return self.answer(&question).await,
            Command::Tools => self.tools(),
            Command::Model(id) => self.model(id),
            Command::Cost => {
                let totals = self.session.metrics.totals();
                let dollars = self.arguments.price.map(|price| price.of(&totals.usage));
                summary::session(&totals, dollars).iter().for_each(|line| self.say(line));
            }
            Command::Save(file) => self.save(Path::new(&file)),
            Command::Reset => {
                self.session.agent.reset();
                self.say("The conversation is forgotten.");
            }
            Command::Help => self.say(HELP),
            Command::Unknown(problem) => self.say(&problem),
            Command::Nothing => {}
            Command::Exit => return false,
        }
        true
    }

    /// `false` when the program is to end.
    async fn answer(&mut self, question: &str) -> bool {
        match ask(&mut self.session.agent, question, self.terminal, self.signals).await {
            Ended::Answered(answer) => {
                summary::of(&answer).iter().for_each(|line| self.say(line));
                self.answers.push(*answer);
                let surplus = self.answers.len().saturating_sub(MOST_ANSWERS);
                self.answers.drain(..surplus);
            }
            Ended::Failed(error) => self.say(&format!("! {error}")),
            Ended::Interrupted => self.say("Stopped. The question is not part of the conversation."),
            Ended::Terminated => return false,
        }
        true
    }

    fn tools(&self) {
        let tools = self.session.agent.tools();
        for (server, protocol) in tools.servers() {
            self.say(&format!("{server} (MCP {protocol})"));
        }
        for tool in tools.iter() {
            let asks = if tool.read_only && !self.arguments.ask_all { "only reads" } else { "asks first" };
            let does = tool.description.split(". ").next().unwrap_or_default();
            self.say(&format!("{} ({asks}): {does}", tool.name));
        }
    }

    fn model(&mut self, id: Option<String>) {
        if let Some(id) = id {
            match setup::models_named(self.arguments, Some(id)) {
                Ok(models) => self.session.agent.set_model(models.first, models.successor),
                Err(problem) => self.say(&problem.to_string()),
            }
        }
        self.say(self.session.agent.model().id());
    }

    /// Never over a file that is there; readable for its owner only, since answers may be confidential.
    fn save(&self, path: &Path) {
        let is_markdown = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
        let text = if is_markdown {
            markdown(&self.answers)
        } else {
            serde_json::to_string_pretty(&self.answers).unwrap_or_default()
        };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path).and_then(|mut file| file.write_all(text.as_bytes())) {
            Ok(()) => self.say(&format!("{} answers are in {}", self.answers.len(), path.display())),
            Err(error) => self.say(&format!("{}: {error}", path.display())),
        }
    }

    fn say(&self, text: &str) {
        self.terminal.aside(text);
    }
}

fn markdown(answers: &[Answer]) -> String {
    let part = |answer: &Answer| {
        let tools: Vec<&str> = answer.calls.iter().map(|call| call.tool.as_str()).collect();
        let note = answer.ending.note().map_or_else(String::new, |note| format!("\n*{note}*\n"));
        format!("# {}\n\n{}\n{note}\n*{} · tools: {}*\n", answer.question, answer.text, answer.model, tools.join(", "))
    };
    answers.iter().map(part).collect::<Vec<_>>().join("\n")
}
