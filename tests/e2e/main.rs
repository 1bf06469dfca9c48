//! The real binary, met as its users meet it.

mod answers;
mod command_line;
mod hostile;
mod house;
mod http;
mod live;
mod protocol;
