#!/usr/bin/env bash
# Makes two clients of the contract and compiles them: TypeScript's types with openapi-typescript, held by tsc to a few
# calls as somebody would write them, and a Python package with openapi-python-client, of which every module is imported.
# Some seconds. Needs Node.js 20 with npm and Python 3.11 or newer with venv, and their package indexes once.
#
#   tests/clients.sh
#
# What is installed is pinned, with hashes: tests/clients/package-lock.json and requirements.txt.
# Exit status 77: it can't run here, and says why.
set -euo pipefail
cd "$(dirname "$0")/.."
document=src/api/openapi.json
made=target/clients
mkdir -p "$made"

skip() { printf 'no clients of the contract were made: %s\n' "$*"; exit 77; }

# So that nothing is installed twice, and nothing old is used.
is_installed() { cmp --silent "$1" "$2"; }

typescript() {
  local at=$made/typescript
  mkdir -p "$at"
  if ! is_installed tests/clients/package-lock.json "$at/pins"; then
    npm --version >/dev/null 2>&1 || skip "no npm"
    cp tests/clients/package.json tests/clients/package-lock.json "$at/"
    (cd "$at" && npm ci --silent --no-audit --no-fund --ignore-scripts) || skip "what is pinned for Node.js can't be had"
    cp tests/clients/package-lock.json "$at/pins"
  fi
  "$at/node_modules/.bin/openapi-typescript" "$document" --output "$at/heard.d.ts" >/dev/null
  cp tests/clients/desk.ts "$at/"
  # `--skipLibCheck` is not given: the types that were made are checked too.
  (cd "$at" && node_modules/.bin/tsc --noEmit --strict --target es2022 --module nodenext --moduleResolution nodenext desk.ts)
  printf 'TypeScript: %s lines of types, and desk.ts compiles\n' "$(wc -l <"$at/heard.d.ts")"
}

python() {
  local at=$made/python
  if ! is_installed tests/clients/requirements.txt "$at/pins"; then
    python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || skip "no Python 3.11 with venv"
    python3 -m venv --clear "$at" || skip "python3 -m venv fails"
    "$at/bin/pip" install --quiet --disable-pip-version-check --retries 1 --timeout 15 --require-hashes \
      --requirement tests/clients/requirements.txt || skip "what is pinned for Python can't be had"
    cp tests/clients/requirements.txt "$at/pins"
  fi
  # A warning means that a call, or a part of one, was left out of the client.
  PATH="$PWD/$at/bin:$PATH" "$at/bin/openapi-python-client" generate --path "$document" --meta none --config tests/clients/config.yml \
    --output-path "$at/heard_client" --overwrite --fail-on-warning
  PYTHONPATH=$at "$at/bin/python" tests/clients/desk.py
}

typescript
python
