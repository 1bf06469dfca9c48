//! The budget while bytes are read: a record may be endless, or a file hold none at all.

use std::cell::Cell;
use std::io::{self, Read};

use crate::budget::{Meter, Stop};

/// Where reading stopped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stopped {
    pub(crate) stop: Stop,
    pub(crate) place: String,
}

/// Looks at time and cancellation before every read. When it is time to stop, the read fails and `stop` says why.
pub(crate) struct Metered<'a, R> {
    input: R,
    /// Knows no budget of records: that one is exact, and what follows the last record may still be read.
    meter: Meter,
    stop: &'a Cell<Option<Stop>>,
}

impl<'a, R> Metered<'a, R> {
    pub(crate) fn new(input: R, meter: &Meter, stop: &'a Cell<Option<Stop>>) -> Self {
        Self { input, meter: meter.beside(), stop }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Err(stop) = self.meter.check() {
            self.stop.set(Some(stop));
            return Err(io::ErrorKind::Other.into());
        }
        self.input.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use json_records::{Limits, RecordReader};
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::request::Budget;

    /// A string without end, whose reader is cancelled while it is read.
    struct Endless {
        reads: u64,
        cancel: CancellationToken,
    }

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.reads += 1;
            assert!(self.reads <= 3, "read on after it was cancelled");
            if self.reads == 3 {
                self.cancel.cancel();
            }
            let mut text: &[u8] = if self.reads == 1 { b"{\"" } else { &[0; 512] };
            text.read(buffer)
        }
    }

    #[test]
    fn an_endless_record_ends_with_the_call() {
        let cancel = CancellationToken::new();
        let meter = Meter::start(Budget::default(), cancel.clone());
        let stop = Cell::new(None);
        let input = Metered::new(Endless { reads: 0, cancel }, &meter, &stop);
        let mut reader = RecordReader::new(input, &[], Limits::default());
        while reader.next_record().is_some() {}
        assert_eq!(stop.get(), Some(Stop::Cancelled));
    }

    #[test]
    fn a_spent_budget_of_records_does_not_stop_reading() {
        let meter = Meter::start(Budget { records: Some(0), ..Budget::default() }, CancellationToken::new());
        let stop = Cell::new(None);
        let mut text = String::new();
        Metered::new(b"]}".as_slice(), &meter, &stop).read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), stop.get()), ("]}", None));
    }
}
