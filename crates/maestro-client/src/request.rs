//! What a run is asked for, and what the service would refuse.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value};

/// Most requirements in one run (AI21's documentation).
pub const MAX_REQUIREMENTS: usize = 10;
/// Most words in a requirement's description (AI21's documentation).
pub const MAX_DESCRIPTION_WORDS: usize = 128;
/// The model that is asked for unless another is named.
pub const DEFAULT_MODEL: &str = "jamba-mini";

/// A run to be made. What is not set is left out of the body, never sent as null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunRequest {
    input: Input,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requirements: Vec<Requirement>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    models: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<Budget>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    include: Vec<Include>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_prompt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_language: Option<ResponseLanguage>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

/// Fields that have a method of their own.
const NAMED_FIELDS: [&str; 7] =
    ["input", "requirements", "models", "budget", "include", "system_prompt", "response_language"];

/// What the run starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Input {
    /// The same as one user message.
    Text(String),
    /// A conversation.
    Messages(Vec<Message>),
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The caller.
    User,
    /// The model, earlier.
    Assistant,
}

/// Something the result has to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// Unique within the run.
    pub name: String,
    /// At most [`MAX_DESCRIPTION_WORDS`].
    pub description: String,
    /// Whether the overall score is 0 unless it is fully met. Left out of the body when false, the service's default.
    #[serde(skip_serializing_if = "is_false")]
    pub is_mandatory: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// How much the service may spend on meeting the requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Budget {
    /// The service's default.
    Low,
    /// More.
    Medium,
    /// Most.
    High,
}

/// What the answer holds beside the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Include {
    /// The score of each requirement.
    RequirementsResult,
    /// Where the model looked things up. Not read by this crate.
    DataSources,
}

/// The language that the result is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ResponseLanguage {
    Arabic,
    Dutch,
    English,
    French,
    German,
    Hebrew,
    Italian,
    Portuguese,
    Spanish,
}

/// What is wrong with a request, found before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// Nothing to work on.
    #[error("the input is empty")]
    EmptyInput,
    /// More than [`MAX_REQUIREMENTS`].
    #[error("{0} requirements were given; a run takes at most {MAX_REQUIREMENTS}")]
    TooManyRequirements(usize),
    /// Nothing to call it by.
    #[error("requirement {0} has no name")]
    Unnamed(usize),
    /// Two of one name could not be told apart in the answer.
    #[error("requirements {first} and {second} have the same name; names are unique within a run")]
    SameName {
        /// Position of the first, from 1.
        first: usize,
        /// Position of the second, from 1.
        second: usize,
    },
    /// Nothing to meet.
    #[error("requirement {0} has no description")]
    Undescribed(usize),
    /// More than [`MAX_DESCRIPTION_WORDS`].
    #[error("the description of requirement {position} has {words} words; at most {MAX_DESCRIPTION_WORDS} are taken")]
    DescriptionTooLong {
        /// Position of the requirement, from 1.
        position: usize,
        /// Words, divided by white space.
        words: usize,
    },
    /// An empty model name.
    #[error("a model's name is empty")]
    UnnamedModel,
    /// It would stand twice in the body.
    #[error("{0} was given as an extra field: use its own method")]
    ExtraField(&'static str),
    /// It could change the path that is asked for.
    #[error("the run id is not one: ids are letters, digits, - and _")]
    RunId,
}

impl RunRequest {
    /// A run of the default model that also reports how well each requirement is met.
    #[must_use]
    pub fn new(input: impl Into<Input>) -> Self {
        Self { models: vec![DEFAULT_MODEL.to_owned()], include: vec![Include::RequirementsResult], ..Self::bare(input) }
    }

    /// A run with nothing but its input; the service chooses the rest.
    #[must_use]
    pub fn bare(input: impl Into<Input>) -> Self {
        Self {
            input: input.into(),
            requirements: Vec::new(),
            models: Vec::new(),
            budget: None,
            include: Vec::new(),
            system_prompt: None,
            response_language: None,
            extra: Map::new(),
        }
    }

    /// Adds something the result has to be.
    #[must_use]
    pub fn requirement(mut self, name: impl Into<String>, description: impl Into<String>, is_mandatory: bool) -> Self {
        self.requirements.push(Requirement { name: name.into(), description: description.into(), is_mandatory });
        self
    }

    /// The models to use, instead of the default. The service expects one.
    #[must_use]
    pub fn models<T: Into<String>>(mut self, models: impl IntoIterator<Item = T>) -> Self {
        self.models = models.into_iter().map(Into::into).collect();
        self
    }

    /// How much may be spent.
    #[must_use]
    pub const fn budget(mut self, budget: Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// What the answer holds beside the result, instead of the default.
    #[must_use]
    pub fn include(mut self, include: impl IntoIterator<Item = Include>) -> Self {
        self.include = include.into_iter().collect();
        self
    }

    /// Standing instructions. AI21 advises requirements where both could say it.
    #[must_use]
    pub fn system_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.system_prompt = Some(prompt.into());
        self
    }

    /// The language of the result.
    #[must_use]
    pub const fn response_language(mut self, language: ResponseLanguage) -> Self {
        self.response_language = Some(language);
        self
    }

    /// A field of the body that has no method here, such as `output_type`. The service's own checks apply to it.
    #[must_use]
    pub fn extra(mut self, field: impl Into<String>, value: Value) -> Self {
        self.extra.insert(field.into(), value);
        self
    }

    /// Whether the service's documented limits are kept. Sending checks it too.
    ///
    /// # Errors
    /// The first thing that the service would refuse.
    pub fn check(&self) -> Result<(), InvalidRequest> {
        if self.input.is_empty() {
            return Err(InvalidRequest::EmptyInput);
        }
        if self.models.iter().any(|model| model.trim().is_empty()) {
            return Err(InvalidRequest::UnnamedModel);
        }
        if let Some(field) = NAMED_FIELDS.into_iter().find(|field| self.extra.contains_key(*field)) {
            return Err(InvalidRequest::ExtraField(field));
        }
        if self.requirements.len() > MAX_REQUIREMENTS {
            return Err(InvalidRequest::TooManyRequirements(self.requirements.len()));
        }
        self.requirements.iter().enumerate().try_for_each(|(index, requirement)| requirement.check(index + 1))?;
        self.names_differ()
    }

    fn names_differ(&self) -> Result<(), InvalidRequest> {
        let mut seen = HashSet::new();
        for (index, requirement) in self.requirements.iter().enumerate() {
            let name = requirement.name.trim();
            if !seen.insert(name) {
                let first = self.requirements.iter().position(|other| other.name.trim() == name).unwrap_or(index);
                return Err(InvalidRequest::SameName { first: first + 1, second: index + 1 });
            }
        }
        Ok(())
    }
}

impl Requirement {
    fn check(&self, position: usize) -> Result<(), InvalidRequest> {
        if self.name.trim().is_empty() {
            return Err(InvalidRequest::Unnamed(position));
        }
        match self.description.split_whitespace().count() {
            0 => Err(InvalidRequest::Undescribed(position)),
            words if words > MAX_DESCRIPTION_WORDS => Err(InvalidRequest::DescriptionTooLong { position, words }),
            _ => Ok(()),
        }
    }
}

impl Input {
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Messages(messages) => messages.iter().all(|message| message.content.trim().is_empty()),
        }
    }
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<Message>> for Input {
    fn from(messages: Vec<Message>) -> Self {
        Self::Messages(messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(count: usize) -> RunRequest {
        (0..count).fold(RunRequest::new("x"), |request, n| request.requirement(format!("r{n}"), "be short", false))
    }

    #[test]
    fn ten_requirements_of_128_words_are_the_most() {
        assert_eq!(with(10).check(), Ok(()));
        assert_eq!(with(11).check(), Err(InvalidRequest::TooManyRequirements(11)));
        let words = |count: usize| with(1).requirement("long", vec!["word"; count].join(" "), true).check();
        assert_eq!(words(128), Ok(()));
        assert_eq!(words(129), Err(InvalidRequest::DescriptionTooLong { position: 2, words: 129 }));
    }

    #[test]
    fn what_could_not_be_told_apart_or_done_is_refused() {
        assert_eq!(RunRequest::new(" \n").check(), Err(InvalidRequest::EmptyInput));
        assert_eq!(RunRequest::new(vec![]).check(), Err(InvalidRequest::EmptyInput));
        assert_eq!(
            with(2).requirement("r0 ", "x", false).check(),
            Err(InvalidRequest::SameName { first: 1, second: 3 })
        );
        assert_eq!(with(1).requirement("", "x", false).check(), Err(InvalidRequest::Unnamed(2)));
        assert_eq!(with(1).requirement("n", " ", false).check(), Err(InvalidRequest::Undescribed(2)));
        assert_eq!(with(1).models([""]).check(), Err(InvalidRequest::UnnamedModel));
        assert_eq!(with(1).extra("budget", Value::Null).check(), Err(InvalidRequest::ExtraField("budget")));
    }
}
