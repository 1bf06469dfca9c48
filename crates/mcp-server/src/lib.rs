//! Nightdesk: AWS security analysis as an MCP server and a command line.
