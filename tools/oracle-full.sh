#!/bin/sh
# Runs both evaluators of Sigma over all of ../shared/data (half an hour or so) and fails on one difference.
# Usage: tools/oracle-full.sh [BUILD_FOLDER]; build the target detect_tests there first, best in release.
set -eu
cd "$(dirname "$0")/.."
build="${1:-build/release}"
export YAGURA_SHARED_DATA="${YAGURA_SHARED_DATA:-$PWD/../shared/data}"
[ -d "$YAGURA_SHARED_DATA" ] || { echo "no shared data at $YAGURA_SHARED_DATA" >&2; exit 3; }
YAGURA_ORACLE_FULL=1 exec "$build/bin/detect_tests" --gtest_filter='Agreement.*'
