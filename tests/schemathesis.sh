#!/usr/bin/env bash
# Holds the running contract to its document: schemathesis, with a supervisor's and an agent's token, every check
# it has. Two minutes at most. Needs Python 3.11 or newer with venv, and its package index once.
#
#   tests/schemathesis.sh URL SUPERVISOR_TOKEN AGENT_TOKEN
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

for token in "$2" "$3"; do
  # The webhooks are the platforms' contract, held by signatures.
  "$venv/bin/schemathesis" --config-file tests/schemathesis.toml run "$url/openapi.json" --url "$url" -H "Authorization: Bearer $token" \
    --exclude-path-regex '^/webhooks/' --checks all --workers 2 --max-examples 25 \
    --max-time 40 --request-timeout 30 --no-color --seed 7
done
