//! Takes the bytes of a response, so that the same reader sees them that reads files.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// The body of one successful answer. It may hold secrets, so it never prints itself.
#[derive(Clone, Default)]
pub(crate) struct BodyCapture(Arc<Mutex<Option<Vec<u8>>>>);

impl BodyCapture {
    /// The body, once: present only when the answer had a status of success and arrived whole.
    pub(crate) fn take(&self) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl std::fmt::Debug for BodyCapture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BodyCapture")
    }
}

#[dyn_dispatch_hint]
impl Intercept for BodyCapture {
    fn name(&self) -> &'static str {
        "BodyCapture"
    }

    // At this point the whole body is in memory; an answer that broke off never gets here with one.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let body = response.status().is_success().then(|| response.body().bytes()).flatten();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body.map(<[u8]>::to_vec);
        Ok(())
    }
}
