"""clang-tidy over our sources, remembering what was clean.

usage: tidy.py BUILD [--full] [--jobs N] [FILE...]

BUILD holds compile_commands.json (any preset's folder). Without FILE every src/**/*.cpp that git knows is checked, with
.clang-tidy's lean set; --full adds the slow checks. A source that was clean is not looked at again until it, a header
of ours that it reaches, its flags, the checks, clang-tidy or an installed library changes: the cache is
$YAGURA_CACHE/tidy (else ~/.cache/yagura/tidy), an empty file a clean source, and may be deleted at any time.
Exit 0 clean, 1 findings (printed), 3 when it can't run.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

TIDY = "clang-tidy-19"
# Slow: the analyzer walks paths, the others look at every declaration of every system header.
SLOW_CHECKS = ("clang-analyzer-*,bugprone-assert-side-effect,bugprone-chained-comparison,bugprone-inc-dec-in-conditions,"
               "bugprone-infinite-loop,bugprone-misplaced-widening-cast,bugprone-multiple-new-in-one-expression,"
               "bugprone-multiple-statement-macro,bugprone-not-null-terminated-result,bugprone-reserved-identifier,"
               "bugprone-standalone-empty,bugprone-stringview-nullptr,bugprone-suspicious-semicolon,"
               "bugprone-suspicious-string-compare,bugprone-swapped-arguments,bugprone-unused-return-value,"
               "misc-redundant-expression,misc-unused-alias-decls,misc-unused-using-decls,modernize-use-nullptr,"
               "performance-type-promotion-in-math-fn,performance-unnecessary-value-param")
SECONDS_A_FILE_MAX = 600
CACHE_DAYS_MAX = 60
OWN_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


class Sources:
    """Our own files and what each reaches by #include; each is read once."""

    def __init__(self, root):
        self.root = root
        self.known = {}

    def read(self, path):
        if path not in self.known:
            content = path.read_bytes()
            found = []
            for name in OWN_INCLUDE.findall(content.decode("utf-8", "replace")):
                found += [p for p in (path.parent / name, self.root / "src" / name) if p.is_file()][:1]
            self.known[path] = hashlib.sha256(content).hexdigest(), found
        return self.known[path]

    def reached(self, path):
        seen, left = {}, [path]
        while left:
            at = left.pop().resolve()
            if at not in seen:
                seen[at], more = self.read(at)
                left += more
        return sorted((str(p.relative_to(self.root)), digest) for p, digest in seen.items())


def stop(why):
    print(f"tidy: {why}", file=sys.stderr)
    sys.exit(3)


def output_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def surroundings(root, full):
    """What every source's answer hangs on: the tool, the checks, the libraries' versions."""
    version = output_of(TIDY, "--version")
    if not version:
        stop(f"{TIDY} does not run; tools/install.sh installs it")
    libraries = output_of("dpkg-query", "-W", "-f", "${Package} ${Version}\n", "lib*-dev*", "libclang*")
    return version + (root / ".clang-tidy").read_text() + libraries + (SLOW_CHECKS if full else "")


def flags_of(command, root, build):
    """The compile command without what differs from clone to clone."""
    words = shlex.split(command["command"])
    kept = [w for w in words[1:] if not w.endswith((".o", ".cpp")) and w not in ("-o", "-c")]
    return " ".join(kept).replace(str(build), "<build>").replace(str(root), "<root>")


def check(path, build, full):
    command = [TIDY, "--quiet", "-p", str(build), str(path)]
    if full:
        command.insert(1, "--checks=" + SLOW_CHECKS)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_A_FILE_MAX)
    except subprocess.TimeoutExpired:
        return False, f"{path}: {TIDY} took longer than {SECONDS_A_FILE_MAX} s"
    return done.returncode == 0, (done.stdout + (done.stderr if "error:" in done.stderr else "")).strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("files", nargs="*")
    options = parser.parse_intermixed_args()
    root = pathlib.Path(__file__).resolve().parent.parent
    build = options.build.resolve()
    try:
        commands = {c["file"]: c for c in json.loads((build / "compile_commands.json").read_text())}
    except (OSError, ValueError) as error:
        stop(f"{build} is not configured (cmake --preset release): {error}")
    names = options.files or sorted(str(p.relative_to(root)) for p in (root / "src").rglob("*.cpp"))
    cache = pathlib.Path(os.environ.get("YAGURA_CACHE") or
                         pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "yagura") / "tidy"
    cache.mkdir(parents=True, exist_ok=True)
    base = surroundings(root, options.full)
    sources = Sources(root)
    waiting = []
    for name in names:
        path = (root / name).resolve()
        if str(path) not in commands:
            print(f"{name}: no target compiles it; configure again or name it in a CMakeLists.txt")
            waiting.append((name, None, None))
            continue
        flags = flags_of(commands[str(path)], root, build)
        told = json.dumps([base, flags, sources.reached(path)])
        seal = cache / hashlib.sha256(told.encode()).hexdigest()
        if seal.exists():
            os.utime(seal)
        else:
            waiting.append((name, path, seal))
    faults = sum(1 for _, path, _ in waiting if path is None)
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(check, path, build, options.full): (name, seal) for name, path, seal in waiting if path}
        for done in concurrent.futures.as_completed(running):
            name, seal = running[done]
            clean, said = done.result()
            if clean:
                seal.touch()
            else:
                faults += 1
                print(said or f"{name}: {TIDY} failed without a word", flush=True)
    for old in cache.iterdir():
        if time.time() - old.stat().st_mtime > CACHE_DAYS_MAX * 86400:
            old.unlink(missing_ok=True)
    print(f"tidy: {len(names)} sources, {len(waiting)} looked at in {time.monotonic() - started:.0f} s, "
          f"{faults} with findings")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
