//! Turns events and findings into counts, rankings and the evidence behind them: no I/O, no clock.
