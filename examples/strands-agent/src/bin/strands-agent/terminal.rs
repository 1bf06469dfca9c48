//! The person at the terminal, or the lack of one: sees what happens, approves tools, answers servers.

use std::io::{self, IsTerminal as _, Write};
use std::sync::{Arc, Mutex, PoisonError};

use chat_model::BoxFuture;
use futures_util::FutureExt as _;
use serde_json::{Map, Value};
use strands_agent::{Approval, CallRecord, Elicitation, Event, Outcome, Person, Reply, ToolCall, printable, visible};
use tokio::sync::Notify;

use crate::lines::{Line, Lines};

/// Longest arguments shown beside a tool's name; approval shows all.
const MOST_ARGUMENTS: usize = 160;

/// Where the agent talks to. Answers go to standard output, everything else to standard error.
pub(crate) struct Terminal {
    /// `None` when nobody is at a terminal.
    lines: Option<Arc<Lines>>,
    /// Standard output is for JSON: nothing is shown as it comes.
    quiet: bool,
    styled: bool,
    /// Whether the cursor stands at the beginning of a line.
    at_start: Mutex<bool>,
    /// One question at a time.
    asking: tokio::sync::Mutex<()>,
    stopped: Notify,
}

impl Terminal {
    pub(crate) fn new(lines: Option<Arc<Lines>>, quiet: bool) -> Self {
        let styled = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let (at_start, asking, stopped) = (Mutex::new(true), tokio::sync::Mutex::default(), Notify::new());
        Self { lines, quiet, styled, at_start, asking, stopped }
    }

    /// Returns when the person pressed Ctrl-C while they were asked something.
    pub(crate) async fn stopped(&self) {
        self.stopped.notified().await;
    }

    /// Forgets a Ctrl-C that came too late to stop anything.
    pub(crate) fn forget_stop(&self) {
        let _ = self.stopped.notified().now_or_never();
    }

    /// A line beside the answer.
    pub(crate) fn aside(&self, text: &str) {
        self.break_line();
        let text = printable(text);
        let (dim, plain) = if self.styled { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        for line in text.lines() {
            // Standard error may be closed; there is nobody to tell.
            let _ = writeln!(io::stderr(), "{dim}  {line}{plain}");
        }
    }

    /// A piece of the answer.
    fn answer(&self, piece: &str) {
        let piece = printable(piece);
        let mut stdout = io::stdout().lock();
        let _ = stdout.write_all(piece.as_bytes()).and_then(|()| stdout.flush());
        *self.at_start.lock().unwrap_or_else(PoisonError::into_inner) = piece.ends_with('\n');
    }

    /// Ends the line that an answer has begun.
    pub(crate) fn break_line(&self) {
        let mut at_start = self.at_start.lock().unwrap_or_else(PoisonError::into_inner);
        if !*at_start {
            let _ = writeln!(io::stdout());
            *at_start = true;
        }
    }

    async fn ask(&self, prompt: &str) -> Option<String> {
        match self.lines.as_ref()?.reply(prompt).await {
            Line::Text(line) => Some(line.trim().to_owned()),
            Line::Interrupted => {
                self.stopped.notify_one();
                None
            }
            Line::End => None,
        }
    }

    async fn approve(&self, call: &ToolCall) -> Approval {
        if self.lines.is_none() {
            let reason = "it may change something, and nobody is at a terminal to approve it";
            return Approval::Deny(reason.to_owned());
        }
        let _asking = self.asking.lock().await;
        self.aside(&approval_request(call));
        match self.ask("  Run it? [y]es, [a]lways in this session, [N]o: ").await.as_deref() {
            Some("y" | "yes" | "Y") => Approval::Once,
            Some("a" | "always" | "A") => Approval::Session,
            _ => Approval::Deny("the person did not approve it".to_owned()),
        }
    }

    async fn reply(&self, question: &Elicitation) -> Reply {
        if self.lines.is_none() {
            self.aside(&format!("{} asks something, and nobody is at a terminal to answer.", question.server));
            return Reply::Decline;
        }
        let _asking = self.asking.lock().await;
        self.aside(&format!("The server {} asks: {}", visible(&question.server), visible(&question.message)));
        if let Some(url) = &question.url {
            self.aside(&format!("It wants you to visit {}", visible(url)));
            return self.confirm("  Done? [y]es, [N]o: ").await;
        }
        self.fill_in(question.schema.as_ref()).await
    }

    async fn confirm(&self, prompt: &str) -> Reply {
        match self.ask(prompt).await.as_deref() {
            Some("y" | "yes" | "Y") => Reply::Accept(Map::new()),
            _ => Reply::Decline,
        }
    }

    /// Asks for each value of a form.
    async fn fill_in(&self, schema: Option<&Value>) -> Reply {
        let mut values = Map::new();
        let fields = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
        if fields.is_none_or(Map::is_empty) {
            return self.confirm("  Agree? [y]es, [N]o: ").await;
        }
        for (name, field) in fields.into_iter().flatten() {
            let required = schema.is_some_and(|schema| is_required(schema, name));
            loop {
                let Some(line) = self.ask(&field_prompt(name, field, required)).await else { return Reply::Cancel };
                if line == "-" {
                    return Reply::Decline;
                }
                match read_value(field, &line) {
                    Ok(Some(value)) => {
                        values.insert(name.clone(), value);
                        break;
                    }
                    Ok(None) if !required => break,
                    Ok(None) => self.aside("A value is needed; - declines."),
                    Err(problem) => self.aside(problem),
                }
            }
        }
        Reply::Accept(values)
    }
}

impl Person for Terminal {
    fn told(&self, event: &Event<'_>) {
        if self.quiet && !matches!(event, Event::ServerFailed { .. } | Event::ModelReplaced { .. }) {
            return;
        }
        match event {
            Event::Text(piece) => self.answer(piece),
            Event::TextEnd => self.break_line(),
            Event::ModelRetry { error, pause } => {
                let when = if pause.is_zero() { String::new() } else { format!(" in {:.1} s", pause.as_secs_f64()) };
                self.aside(&format!("… {error}; asking again{when}"));
            }
            Event::ModelReplaced { from, to, error } => {
                self.aside(&format!("! {from} cannot answer: {error}"));
                self.aside(&format!("  {to} answers instead, from here on (--strict-model forbids that)"));
            }
            Event::ServerFailed { server, problem } => self.aside(&format!("! server {server}: {problem}")),
            Event::ToolStarted(call) => self.aside(&format!("→ {} {}", call.tool, arguments(call, MOST_ARGUMENTS))),
            Event::ToolProgress { server, message, done, total } => {
                let part = total.map_or_else(String::new, |total| format!(" ({done} of {total})"));
                self.aside(&format!("… {server}: {}{part}", visible(message)));
            }
            Event::ToolFinished(call) => self.aside(&finished(call)),
            Event::Note(words) => self.aside(&format!("! {words}")),
            _ => {}
        }
    }

    fn approves<'a>(&'a self, call: &'a ToolCall) -> BoxFuture<'a, Approval> {
        Box::pin(self.approve(call))
    }

    fn replies<'a>(&'a self, question: &'a Elicitation) -> BoxFuture<'a, Reply> {
        Box::pin(self.reply(question))
    }
}

fn arguments(call: &ToolCall, most: usize) -> String {
    let all = visible(&Value::Object(call.arguments.clone()).to_string());
    if all.chars().count() <= most { all } else { all.chars().take(most).chain(['…']).collect() }
}

fn finished(call: &CallRecord) -> String {
    let first_line = visible(call.text.lines().next().unwrap_or_default());
    let seconds = call.time.as_secs_f64();
    match call.outcome {
        Outcome::Done => format!("✓ {} {seconds:.2} s", call.tool),
        Outcome::Failed | Outcome::TimedOut => format!("✗ {} {seconds:.2} s: {first_line}", call.tool),
        Outcome::Refused | Outcome::Invalid => format!("✗ {}: {first_line}", visible(&call.tool)),
    }
}

fn approval_request(call: &ToolCall) -> String {
    let does = match (call.read_only, call.destructive) {
        (true, _) => "says that it only reads",
        (false, true) => "may change or destroy something",
        (false, false) => "may change something",
    };
    let pretty = serde_json::to_string_pretty(&call.arguments).unwrap_or_default();
    let pretty: Vec<String> = pretty.lines().map(visible).collect();
    format!(
        "The model wants to run {}, a tool of the server {} that {does}:\n{}",
        call.tool,
        visible(&call.server),
        pretty.join("\n")
    )
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|required| required == name))
}

fn field_prompt(name: &str, field: &Value, required: bool) -> String {
    let text = |key: &str| field.get(key).and_then(Value::as_str).map(visible);
    let label = text("description").or_else(|| text("title")).map_or_else(String::new, |label| format!(" ({label})"));
    let kind = match field.get("enum").and_then(Value::as_array) {
        Some(values) => values.iter().filter_map(Value::as_str).map(visible).collect::<Vec<_>>().join("|"),
        None if field.get("type") == Some(&Value::from("boolean")) => "yes|no".to_owned(),
        None => text("type").unwrap_or_default(),
    };
    let hint = if required { "- declines" } else { "empty leaves it out, - declines" };
    format!("  {}{label} [{kind}; {hint}]: ", visible(name))
}

/// Reads a value as the form asks for it; `None` for an empty line without a default.
fn read_value(field: &Value, line: &str) -> Result<Option<Value>, &'static str> {
    if line.is_empty() {
        return Ok(field.get("default").cloned());
    }
    Ok(Some(match field.get("type").and_then(Value::as_str) {
        Some("boolean") => match line.to_ascii_lowercase().as_str() {
            "y" | "yes" | "true" => Value::Bool(true),
            "n" | "no" | "false" => Value::Bool(false),
            _ => return Err("Say yes or no."),
        },
        Some("integer") => Value::from(line.parse::<i64>().map_err(|_| "Give a whole number.")?),
        Some("number") => Value::from(line.parse::<f64>().map_err(|_| "Give a number.")?),
        _ => {
            let among = field.get("enum").and_then(Value::as_array);
            if among.is_some_and(|values| !values.iter().any(|value| value == line)) {
                return Err("Choose one of the values.");
            }
            Value::from(line)
        }
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn approval_shows_every_argument_and_hides_nothing() {
        let arguments = json!({"id": "f-1", "note": "safe\u{202e}exe", "long": "x".repeat(500)});
        let call = ToolCall {
            id: "t".into(),
            tool: "erase".into(),
            server: "desk".into(),
            arguments: arguments.as_object().unwrap().clone(),
            read_only: false,
            destructive: true,
        };
        let request = approval_request(&call);
        assert!(request.contains("erase") && request.contains("destroy") && request.contains(&"x".repeat(500)));
        assert!(request.contains("\\u{202e}") && !request.contains('\u{202e}'), "{request}");
    }

    #[test]
    fn values_are_read_as_the_form_asks() {
        let read = |field: Value, line: &str| read_value(&field, line);
        assert_eq!(read(json!({"type": "boolean"}), "Yes"), Ok(Some(json!(true))));
        assert!(read(json!({"type": "boolean"}), "perhaps").is_err());
        assert_eq!(read(json!({"type": "integer"}), "7"), Ok(Some(json!(7))));
        assert!(read(json!({"type": "integer"}), "7.5").is_err());
        assert_eq!(read(json!({"type": "string", "enum": ["a", "b"]}), "b"), Ok(Some(json!("b"))));
        assert!(read(json!({"type": "string", "enum": ["a", "b"]}), "c").is_err());
        assert_eq!(read(json!({"type": "string", "default": "d"}), ""), Ok(Some(json!("d"))));
        assert_eq!(read(json!({"type": "string"}), ""), Ok(None));
    }
}
