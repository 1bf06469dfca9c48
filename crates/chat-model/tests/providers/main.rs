//! Each provider against the fake service, fault by fault: the answers are read by the AWS SDK and by our own reader.

#![expect(clippy::unwrap_used, reason = "helpers of tests, where a failure is to stop the test")]

mod bedrock;
mod openai;
mod stream_faults;
mod support;
mod whole_faults;
