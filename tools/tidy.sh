#!/usr/bin/env bash
# tools/tidy.sh [FILE...]: clang-tidy over the files given, else over every source of ours (minutes), with the
# dev preset's compile commands. Exit 1 when it finds anything.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -f build/dev/compile_commands.json ] || cmake --preset dev >/dev/null
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files 'src/*.cpp')
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy-19 --quiet -p build/dev
