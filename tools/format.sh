#!/usr/bin/env bash
# tools/format.sh [--check]: brings every C++ file into the house's form, or says which are not.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t files < <(find src tests fuzz benches -name '*.hpp' -o -name '*.cpp' -o -name '*.cc' 2>/dev/null)
if [ "${1:-}" = --check ]; then
  clang-format-19 --dry-run -Werror "${files[@]}"
else
  clang-format-19 -i "${files[@]}"
fi
