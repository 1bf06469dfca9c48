//! One call of the model: what it says is shown as it comes, thinking left out.

use std::time::{Duration, Instant};

use chat_model::{ChatError, ChatEvent, ChatModel, ChatRequest, Reply, ReplyBuilder, ThinkingFilter};

use crate::person::{Event, Person};

/// A call of the model that has ended.
pub(crate) struct Called {
    pub(crate) result: Result<Reply, ChatError>,
    /// What the person has seen of it.
    pub(crate) shown: String,
    pub(crate) time: Duration,
    pub(crate) first_words: Option<Duration>,
}

/// Asks the model, and shows what it says.
pub(crate) async fn call(model: &dyn ChatModel, request: ChatRequest, person: &dyn Person) -> Called {
    let mut screen = Screen { person, thinking: ThinkingFilter::default(), shown: String::new() };
    let started = Instant::now();
    let mut first_words = None;
    let result = listen(model, request, &mut screen, || {
        first_words.get_or_insert_with(|| started.elapsed());
    })
    .await;
    let shown = screen.end();
    Called { result, shown, time: started.elapsed(), first_words }
}

async fn listen(
    model: &dyn ChatModel,
    request: ChatRequest,
    screen: &mut Screen<'_>,
    mut spoke: impl FnMut(),
) -> Result<Reply, ChatError> {
    let mut events = model.stream(request).await?;
    let mut reply = ReplyBuilder::new(model.id());
    while let Some(event) = events.next().await {
        let event = event?;
        match &event {
            ChatEvent::TextDelta(text) => screen.show(text),
            ChatEvent::Retrying { error, pause, .. } => {
                screen.person.told(&Event::ModelRetry { error, pause: *pause });
            }
            _ => {}
        }
        if event.is_answer() {
            spoke();
        }
        reply.push(event)?;
    }
    reply.finish()
}

/// What the person sees of an answer.
struct Screen<'a> {
    person: &'a dyn Person,
    thinking: ThinkingFilter,
    shown: String,
}

impl Screen<'_> {
    fn show(&mut self, piece: &str) {
        let plain = self.thinking.push(piece);
        self.show_plain(&plain);
    }

    fn end(mut self) -> String {
        let rest = std::mem::take(&mut self.thinking).finish();
        self.show_plain(&rest);
        if !self.shown.is_empty() {
            self.person.told(&Event::TextEnd);
        }
        self.shown
    }

    fn show_plain(&mut self, plain: &str) {
        if !plain.is_empty() {
            self.shown.push_str(plain);
            self.person.told(&Event::Text(plain));
        }
    }
}
