"""The command line finds in the sample what is expected, event by event, and says so with any number of threads.

usage: scan.py YAGURA ROOT
"""

import collections
import json
import pathlib
import subprocess
import sys


def scan(program, root, by_line, correlations, *more):
    """Matches as (log, line or record id, rule) -> how often; and what --stats says. `by_line`: logs of lines."""
    command = [program, "scan", "--rules", "catalog/rules", "--format", "jsonl", "--stats", *more, "sample/logs"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8")
    if run.returncode != 0:
        raise SystemExit(f"status {run.returncode}: {run.stderr}")
    found = collections.Counter()
    correlated = collections.Counter()
    for row in map(json.loads, run.stdout.splitlines()):
        if row["rule_id"] in correlations:
            correlated[row["rule_id"], row["time"][:19] + "Z"] += 1
            continue
        log = str(pathlib.PurePosixPath(row["file"]).relative_to("sample/logs"))
        found[log, row["line" if log in by_line else "record_id"], row["rule_id"]] += 1
    return found, correlated, json.loads(run.stderr.strip().splitlines()[-1])


def faults(program, root):
    expected = json.loads((root / "sample" / "expected.json").read_text(encoding="utf-8"))
    names = {rule: entry["name"] for rule, entry in expected["rules"].items()}
    by_line = {step["file"] for step in expected["steps"] if "line" in step}
    wanted = collections.Counter()
    for step in expected["steps"]:
        for rule in step["rules"]:
            wanted[step["file"], step.get("record_id", step.get("line")), rule] += 1
    together = collections.Counter(
        (rule, time) for rule, entry in expected["correlations"].items() for time in entry["times"]
    )
    if len(wanted) < len(names):
        yield "expected.json names too few events to mean anything"
    for threads in ("1", "2"):
        found, correlated, stats = scan(program, root, by_line, expected["correlations"], "--threads", threads)
        if correlated != together:
            yield f"--threads {threads}: correlations find {sorted(correlated.items())}, not {sorted(together.items())}"
        for what, less, more in (("is not found by", wanted, found), ("must not be found by", found, wanted)):
            for (log, place, rule), count in sorted((less - more).items()):
                yield f"--threads {threads}: {log}:{place} {what} {names.get(rule, rule)} ({count})"
        for key, value in (("events", expected["events"]), ("matches", wanted.total() + together.total()), ("rules", len(names))):
            if stats[key] != value:
                yield f"--threads {threads}: --stats says {key} {stats[key]}, not {value}"


if __name__ == "__main__":
    found = list(faults(sys.argv[1], pathlib.Path(sys.argv[2])))
    print("\n".join(found) or "what is expected is found, and nothing else")
    sys.exit(1 if found else 0)
