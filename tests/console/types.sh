#!/usr/bin/env bash
# Do the console's types hold?
set -euo pipefail
cd "$(dirname "$0")/../.."
tools/build-console.sh --modules
cd web
node node_modules/typescript/bin/tsc --noEmit
echo "types hold"
