#!/usr/bin/env bash
# Holds the running contract to its document: schemathesis, with a supervisor's, an agent's and, for customers, a CRM's
# token, every check it has. Some three minutes. Needs Python 3.11 or newer with venv, and its package index once.
#
#   tests/schemathesis.sh URL SUPERVISOR_TOKEN AGENT_TOKEN CRM_TOKEN
#
# `cargo test --test it schemathesis -- --ignored --nocapture` starts a Worker for it, as CI does.
# Exit status 77: it can't run here, and says why.
set -euo pipefail
cd "$(dirname "$0")/.."
url=$1

skip() { printf 'not held to its document from outside: %s\n' "$*"; exit 77; }

venv=target/schemathesis
pins=tests/schemathesis.txt
if ! cmp --silent "$pins" "$venv/pins"; then
  python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || skip "no Python 3.11 with venv"
  python3 -m venv --clear "$venv" || skip "python3 -m venv fails"
  "$venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --retries 1 --timeout 15 --dest "$venv/reached" \
    "$(grep -o '^sortedcontainers==[0-9.]*' "$pins")" || skip "the package index can't be reached"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement "$pins" \
    || skip "not everything that is pinned can be had"
  cp "$pins" "$venv/pins"
fi

hold() {
  local token=$1 address=$2 seconds=$3
  shift 3
  # The webhooks are the platforms' contract, held by signatures. Of NDJSON schemathesis can make nothing. A check sends
  # each call one wrong token, and thirty in a minute shut an address out: so each run has its own, and half the calls.
  # One worker: with two, Python 3.11 at times fails to parse ("AST constructor recursion depth mismatch").
  "$venv/bin/schemathesis" --config-file tests/schemathesis.toml run "$url/openapi.json" --url "$url" -H "Authorization: Bearer $token" \
    -H "CF-Connecting-IP: $address" \
    --exclude-operation-id put_customers --exclude-operation-id put_series --exclude-operation-id carry_in --checks all --workers 1 --max-examples 25 \
    --max-time "$seconds" --request-timeout 30 --no-color --seed 7 "$@"
}
work='^/v1/(claims|interactions|backlog|me|agents|events|sla|promises)'
hold "$2" 198.18.0.1 40 --include-path-regex "$work"
hold "$2" 198.18.0.2 30 --exclude-path-regex "^/webhooks/|/revoke$|$work"
hold "$3" 198.18.0.3 40 --include-path-regex "$work"
hold "$3" 198.18.0.4 30 --exclude-path-regex "^/webhooks/|$work"
hold "$4" 198.18.0.5 10 --include-path-regex '^/v1/customers'
# Last, since it may revoke its own token.
hold "$2" 198.18.0.6 10 --include-path-regex '/revoke$'
