#!/usr/bin/env bash
# Installs what the build needs from Debian 12, as root or by sudo; does nothing when all of it is there.
# tools/install.sh [PACKAGE...]: those too (./test asks for what only tests need).
set -euo pipefail

packages=(
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev lld-19 mold ccache cmake ninja-build pkg-config git
  libboost1.81-dev libboost-json1.81-dev libsimdjson-dev libpcre2-dev libyaml-cpp-dev libsqlite3-dev
  libfmt-dev libicu-dev libspdlog-dev libcli11-dev libarchive-dev libpugixml-dev libzstd-dev zlib1g-dev libargon2-dev libssl-dev libcurl4-openssl-dev
  libgtest-dev libgmock-dev
  libhyperscan-dev # a yardstick of ./bench
  libevtx-utils curl openssl python3 python3-yaml
  "$@"
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
# The lake's engine and the console's build come from npm; any npm will do, so an installed one is not replaced.
command -v npm >/dev/null || missing+=(npm)
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install: run as root or install sudo; missing: ${missing[*]}" >&2; exit 3; }
  sudo=(sudo)
fi
echo "install: ${missing[*]}" >&2
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
