//! The tools of all servers, as the model knows them.

mod check;
mod name;

use std::collections::HashSet;
use std::sync::Arc;

use chat_model::ToolSpec;
use rmcp::model::CallToolResult;
use serde_json::{Map, Value};

use crate::limits::PersonClock;
use crate::person::{Event, Person};
use crate::presets::Presets;
use crate::servers::{Server, ServerSettings};
use check::Checker;

/// All tools that an agent can use, and the servers behind them.
pub struct Tools {
    servers: Vec<Server>,
    /// Whether there are several servers, connected or not: names must not depend on which ones are up.
    several: bool,
    tools: Vec<Tool>,
    person: Arc<dyn Person>,
    clock: PersonClock,
}

/// One tool.
pub struct Tool {
    /// Name under which the model knows it.
    pub name: String,
    /// What it does, in its server's words.
    pub description: String,
    /// Whether its server says that it changes nothing.
    pub read_only: bool,
    /// Whether it may destroy something; so unless its server says otherwise.
    pub destructive: bool,
    schema: Map<String, Value>,
    checker: Checker,
    /// Which server runs it, and by which name.
    server: usize,
    own_name: String,
}

impl Tools {
    /// Connects to all servers at once. The person is told of those that fail, and the others are used; which ones are
    /// is said by [`Tools::servers`].
    pub async fn connect(settings: &[ServerSettings], person: Arc<dyn Person>) -> Self {
        let clock = PersonClock::default();
        let connecting = settings.iter().map(|settings| Server::connect(settings, &person, &clock));
        let results = futures_util::future::join_all(connecting).await;
        let mut servers = Vec::new();
        for (settings, result) in settings.iter().zip(results) {
            match result {
                Ok(server) => servers.push(server),
                Err(problem) => {
                    person.told(&Event::ServerFailed { server: &settings.name, problem: &problem.to_string() });
                }
            }
        }
        let mut tools = Self { servers, several: settings.len() > 1, tools: Vec::new(), person, clock };
        tools.list().await;
        tools
    }

    /// No tools at all.
    #[must_use]
    pub fn none(person: Arc<dyn Person>) -> Self {
        Self { servers: Vec::new(), several: false, tools: Vec::new(), person, clock: PersonClock::default() }
    }

    /// Name and protocol version of each connected server.
    pub fn servers(&self) -> impl Iterator<Item = (&str, String)> {
        self.servers.iter().map(|server| (server.settings.name.as_str(), server.protocol()))
    }

    /// All tools.
    pub fn iter(&self) -> impl Iterator<Item = &Tool> {
        self.tools.iter()
    }

    /// Ends all connections, and the processes behind them.
    pub async fn close(self) {
        futures_util::future::join_all(self.servers.into_iter().map(Server::close)).await;
    }

    /// The person who is told and asked.
    #[must_use]
    pub fn person(&self) -> &Arc<dyn Person> {
        &self.person
    }

    pub(crate) const fn clock(&self) -> &PersonClock {
        &self.clock
    }

    /// Asks servers for their tools again that have said these are others now.
    pub(crate) async fn refresh(&mut self) {
        if self.servers.iter().any(Server::tools_changed) {
            self.list().await;
        }
    }

    /// A tool by the name that the model knows.
    pub(crate) fn find(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    pub(crate) fn server_of(&self, tool: &Tool) -> &str {
        self.servers.get(tool.server).map_or("", |server| server.settings.name.as_str())
    }

    pub(crate) async fn call(&self, tool: &Tool, arguments: Map<String, Value>) -> Result<CallToolResult, String> {
        match self.servers.get(tool.server) {
            Some(server) => server.call(&tool.own_name, arguments).await,
            None => Err("the server is gone".to_owned()),
        }
    }

    /// The tools as the model is told about them.
    pub(crate) fn specs(&self, presets: &Presets) -> Vec<ToolSpec> {
        let spec = |tool: &Tool| ToolSpec {
            name: tool.name.clone(),
            description: tool.description.clone(),
            input_schema: Value::Object(presets.hide(&tool.schema)),
        };
        self.tools.iter().map(spec).collect()
    }

    /// How to use the servers, in their own words.
    pub(crate) fn instructions(&self) -> impl Iterator<Item = (&str, String)> {
        self.servers.iter().filter_map(|server| Some((server.settings.name.as_str(), server.instructions()?)))
    }

    async fn list(&mut self) {
        let lists = futures_util::future::join_all(self.servers.iter().map(Server::tools)).await;
        let mut tools = Vec::new();
        let mut names = HashSet::new();
        for (at, (server, listed)) in self.servers.iter().zip(lists).enumerate() {
            let settings = &server.settings;
            let failed = |problem: &str| self.person.told(&Event::ServerFailed { server: &settings.name, problem });
            let listed = listed.unwrap_or_else(|problem| {
                failed(&problem.to_string());
                Vec::new()
            });
            for listed in listed.into_iter().filter(|listed| settings.takes(&listed.name)) {
                let tool = Tool::new(listed, at, &name::prefix(settings, self.several));
                if names.insert(tool.name.clone()) {
                    tools.push(tool);
                } else {
                    failed(&format!("its tool {} is left out: another one has that name; set a prefix", tool.name));
                }
            }
        }
        self.tools = tools;
    }
}

impl Tool {
    fn new(listed: rmcp::model::Tool, server: usize, prefix: &str) -> Self {
        let annotations = listed.annotations.unwrap_or_default();
        let schema = (*listed.input_schema).clone();
        Self {
            name: name::for_model(prefix, &listed.name),
            description: listed.description.or(listed.title.map(Into::into)).unwrap_or_default().into_owned(),
            read_only: annotations.read_only_hint == Some(true),
            destructive: annotations.read_only_hint != Some(true) && annotations.destructive_hint != Some(false),
            checker: Checker::new(&schema),
            schema,
            server,
            own_name: listed.name.into_owned(),
        }
    }

    pub(crate) const fn schema(&self) -> &Map<String, Value> {
        &self.schema
    }

    /// What is wrong with the arguments, if anything.
    pub(crate) fn problem_with(&self, arguments: &Map<String, Value>) -> Option<String> {
        self.checker.problem_with(arguments)
    }
}
