#!/bin/bash
# Fetches the embedded ClickHouse (chDB) that yagura-lake hosts, once a machine, through the ordinary npm
# client and whatever registry it is configured with. Prints the folder that holds libchdb.so. Version, hash
# and the declarations in src/lake/host/chdb_abi.hpp are pinned together: change all three or none.
#
#   tools/fetch-chdb.sh [CACHE_FOLDER]      default: $YAGURA_CACHE, else ~/.cache/yagura
set -euo pipefail

package=@chdb/lib-linux-x64-gnu
version=26.7.3-stable.1
sha512=XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==

cache=${1:-${YAGURA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/yagura}}
folder=$cache/chdb-$version
if [ -f "$folder/libchdb.so" ]; then
  echo "$folder"
  exit 0
fi
if [ "$(uname -m)" != x86_64 ]; then
  echo "fetch-chdb: chDB is pinned for x86_64 only; this machine is $(uname -m)" >&2
  exit 3
fi
command -v npm >/dev/null || { echo "fetch-chdb: npm is missing; install the package 'npm'" >&2; exit 3; }

mkdir -p "$cache"
exec 9>"$cache/.chdb.lock"
flock 9  # several builds may start at once; the first fetches
if [ ! -f "$folder/libchdb.so" ]; then
  work=$(mktemp -d "$cache/.chdb.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  echo "fetch-chdb: fetching $package $version (178 MB)" >&2
  if ! (cd "$work" && npm pack --loglevel=error --no-audit --no-fund "$package@$version" >/dev/null); then
    echo "fetch-chdb: npm could not fetch it (its message stands above); npm's registry setting must lead to one that has it" >&2
    exit 3
  fi
  archive=$(ls "$work"/*.tgz)
  found=$(openssl dgst -sha512 -binary "$archive" | base64 -w0)
  if [ "$found" != "$sha512" ]; then
    echo "fetch-chdb: $package $version has sha512 $found, not the pinned one; nothing was installed" >&2
    exit 3
  fi
  mkdir "$work/unpacked"
  tar -xzf "$archive" -C "$work/unpacked" --strip-components=1 package/libchdb.so package/package.json
  mv "$work/unpacked" "$folder"
fi
echo "$folder"
