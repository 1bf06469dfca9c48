#!/bin/sh
# Lists the tools with the MCP Inspector's command line, whose --strict refuses schemas that some clients cannot take.
#
#     inspector.sh BIN
#
# Ends with 0 and a line that says so where node or npm is missing or too old. NIGHTDESK_INSPECTOR_DIR, if set, is where
# the Inspector is installed and kept.
set -eu

INSPECTOR=@modelcontextprotocol/inspector@2.12.0
OLDEST_NODE=20

binary=${1:?usage: inspector.sh BIN}
binary=$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary")
[ -x "$binary" ] || { echo "inspector: $binary is not there" >&2; exit 1; }

skip() {
    echo "inspector: skipped, $1"
    exit 0
}

command -v node >/dev/null 2>&1 || skip "node is not installed"
command -v npm >/dev/null 2>&1 || skip "npm is not installed"
node=$(node -p 'process.versions.node.split(".")[0]')
[ "$node" -ge "$OLDEST_NODE" ] || skip "node $node is older than $OLDEST_NODE"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
install=${NIGHTDESK_INSPECTOR_DIR:-$work/install}
cli=$install/node_modules/.bin/mcp-inspector
mkdir -p "$install" "$work/home"
if [ ! -e "$cli" ]; then
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$install" "$INSPECTOR" >/dev/null \
        || skip "$INSPECTOR could not be installed"
fi

count='const answer = JSON.parse(require("fs").readFileSync(process.argv[1]));
    (answer.tools ?? answer.result.tools).length'
for era in legacy modern; do
    HOME=$work/home "$cli" --cli "$binary" --protocol-era "$era" --method tools/list --strict --format json -q \
        >"$work/tools.json"
    tools=$(node -p "$count" "$work/tools.json")
    [ "$tools" -eq 8 ] || { echo "inspector: $tools tools in the $era era, expected 8" >&2; exit 1; }
done
echo "inspector: tools/list passes --strict in both eras"
