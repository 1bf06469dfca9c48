//! Errors in place of an answer, as each face words them. The services' real wording may differ; ours is made up where
//! none is documented.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

use super::fault::ChatFault;
use super::prompt::Face;

/// An error of one face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) face: Face,
    pub(super) status: u16,
    /// Exception of Bedrock, or code of OpenAI.
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    /// The error of a fault that answers in place of the model.
    pub(super) fn of(fault: ChatFault, face: Face, model: &str) -> Option<Self> {
        let (converse, openai, message) = match fault {
            ChatFault::Throttle | ChatFault::ThrottleAtStart | ChatFault::ThrottleMidStream => (
                (429, "ThrottlingException"),
                (429, "rate_limit_exceeded"),
                "Too many requests, please wait before trying again.".to_owned(),
            ),
            ChatFault::Overloaded => (
                (503, "ServiceUnavailableException"),
                (503, "overloaded_error"),
                "The service is overloaded.".to_owned(),
            ),
            ChatFault::ServiceError => (
                (500, "InternalServerException"),
                (500, "server_error"),
                "The system encountered an unexpected error.".to_owned(),
            ),
            ChatFault::AccessDenied => (
                (403, "AccessDeniedException"),
                (403, "permission_denied"),
                format!("You don't have access to the model {model}."),
            ),
            ChatFault::Unauthorised => (
                (403, "UnrecognizedClientException"),
                (401, "invalid_api_key"),
                "The security token or key is invalid.".to_owned(),
            ),
            ChatFault::EndOfLife => (
                (404, "ResourceNotFoundException"),
                (404, "model_decommissioned"),
                format!("The model version {model} has reached the end of its life."),
            ),
            ChatFault::ModelNotFound => (
                (404, "ResourceNotFoundException"),
                (404, "model_not_found"),
                format!("The model {model} does not exist."),
            ),
            ChatFault::Validation => {
                ((400, "ValidationException"), (400, "invalid_value"), "A parameter is out of range.".to_owned())
            }
            ChatFault::ContextOverflow => (
                (400, "ValidationException"),
                (400, "context_length_exceeded"),
                "Input is too long for requested model.".to_owned(),
            ),
            _ => return None,
        };
        let (status, code) = match face {
            Face::Converse => converse,
            Face::OpenAi => openai,
        };
        Some(Self { face, status, code, message })
    }

    pub(super) fn invalid(face: Face, message: String) -> Self {
        let code = match face {
            Face::Converse => "ValidationException",
            Face::OpenAi => "invalid_request_error",
        };
        Self { face, status: 400, code, message }
    }

    /// The call that a model botched, as Bedrock reports it when it does not stream.
    pub(super) fn invalid_tool_use() -> Self {
        let message = "Model produced invalid sequence as part of ToolUse.".to_owned();
        Self { face: Face::Converse, status: 424, code: "ModelErrorException", message }
    }

    pub(super) fn body(&self) -> Value {
        match self.face {
            Face::Converse => json!({"message": self.message}),
            Face::OpenAi => {
                json!({"error": {"message": self.message, "type": self.code, "param": null, "code": self.code}})
            }
        }
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body().to_string()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert("content-type", axum::http::HeaderValue::from_static("application/json"));
        if self.face == Face::Converse {
            headers.insert("x-amzn-errortype", axum::http::HeaderValue::from_static(self.code));
        }
        response
    }
}
