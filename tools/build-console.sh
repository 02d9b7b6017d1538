#!/usr/bin/env bash
# Builds the console (web/) and packs it for the program that carries it.
#
#   tools/build-console.sh OUT        the pack; empty when npm is missing or YAGURA_NO_CONSOLE is set
#   tools/build-console.sh --modules  only installs web/node_modules
#
# Both the modules and the built pack are kept in $YAGURA_CACHE (default ~/.cache/yagura) by the content of what they
# are made from: any build folder that needs the same console takes it from there.
set -euo pipefail
cd "$(dirname "$0")/.."

out=$1
cache=${YAGURA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/yagura}/console
digest() { sha256sum | cut -c1-24; }

give_none() {
  echo "build-console: $1; the program will carry no console" >&2
  : >"$out"
  exit 0
}
if [ "$out" != --modules ]; then
  [ -z "${YAGURA_NO_CONSOLE:-}" ] || give_none "YAGURA_NO_CONSOLE is set"
  command -v npm >/dev/null || give_none "npm is missing"
fi

mkdir -p "$cache"
sources=$(find web/src web/public web/index.html web/*.json web/*.ts catalog/i18n -type f \( -path 'web/*' -o -name 'console*.yaml' \) |
  LC_ALL=C sort | xargs sha256sum | cat - tools/build-console.sh tools/pack_console.py | digest)
pack=$cache/$sources.pack
if [ "$out" != --modules ] && [ -s "$pack" ]; then
  cp "$pack" "$out"
  exit 0
fi

exec 9>"$cache/.lock"
flock 9 # several builds may start at once; the first builds
modules=$cache/modules-$(cat web/package.json web/package-lock.json | digest)
if [ ! -d "$modules/node_modules" ]; then
  work=$(mktemp -d "$cache/.modules.XXXXXX")
  cp web/package.json web/package-lock.json "$work/"
  (cd "$work" && npm ci --no-audit --no-fund --loglevel=error) >&2
  rm -rf "$modules"
  mv "$work" "$modules"
fi
if [ "$(readlink web/node_modules || true)" != "$modules/node_modules" ]; then
  rm -rf web/node_modules
  ln -s "$modules/node_modules" web/node_modules
fi
[ "$out" != --modules ] || exit 0

if [ ! -s "$pack" ]; then
  built=$(mktemp -d "$cache/.built.XXXXXX")
  trap 'rm -rf "$built"' EXIT
  (cd web && node node_modules/vite/bin/vite.js build --logLevel warn --emptyOutDir --outDir "$built") >&2
  python3 tools/pack_console.py "$built" "$built.pack"
  mv "$built.pack" "$pack"
fi
cp "$pack" "$out"
