//! A fake AWS on loopback and fixtures for the test suites.
