#!/usr/bin/env bash
# Holds the running contract to its document: schemathesis, with a supervisor's and an agent's token, every check
# it has. Two minutes at most. Needs python3 with venv, and the network once.
#
#   tests/schemathesis.sh URL SUPERVISOR_TOKEN AGENT_TOKEN
set -euo pipefail
cd "$(dirname "$0")/.."
url=$1

venv=target/schemathesis
version=4.32.5
if [ "$("$venv/bin/schemathesis" --version 2>/dev/null)" != "schemathesis ($version)" ]; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi

for token in "$2" "$3"; do
  # The webhooks are the platforms' contract, held by signatures.
  "$venv/bin/schemathesis" --config-file tests/schemathesis.toml run "$url/openapi.json" --url "$url" -H "Authorization: Bearer $token" \
    --exclude-path-regex '^/webhooks/' --checks all --workers 2 --max-examples 25 \
    --max-time 50 --request-timeout 30 --no-color --seed 7
done
