#!/bin/sh
# Runs both evaluators of Sigma over all of ../shared/data and over the generated positives and near misses of every
# public rule (all rules over each sample), the engine in every setting: one thread, many at once, without memories,
# with memories of 16 entries, with hashes that all collide, rules in another order, rules from the compiled cache, and
# decoding what rules want alone. Fails on one difference. Takes an hour or so; ./test runs a bounded part of the same.
# Usage: tools/oracle-full.sh [BUILD_FOLDER]; build the target detect_tests there first, best in release.
set -eu
cd "$(dirname "$0")/.."
build="${1:-build/release}"
export YAGURA_SHARED_DATA="${YAGURA_SHARED_DATA:-$PWD/../shared/data}"
[ -d "$YAGURA_SHARED_DATA" ] || { echo "no shared data at $YAGURA_SHARED_DATA" >&2; exit 3; }
YAGURA_ORACLE_FULL=1 exec "$build/bin/detect_tests" --gtest_filter='Agreement.*:Part/EveryPublicRule.*'
