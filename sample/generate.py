#!/usr/bin/env python3
"""Makes the sample: sample/logs/, sample/expected.json and the tables of the two READMEs.

  generate.py                 writes them in place
  generate.py --out DIR       writes DIR/logs and DIR/expected.json instead, and leaves the READMEs alone

The same seed gives the same bytes. Needs nothing but Python's own library.
"""

import argparse
import contextlib
import gzip
import io
import json
import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

from generator import intrusion_entry, intrusion_harm, intrusion_spread, ordinary_servers, ordinary_unix  # noqa: E402
from generator import ordinary_windows, windows_output  # noqa: E402
from generator.correlations import FINDINGS  # noqa: E402
from generator.dice import Dice, SECOND  # noqa: E402
from generator.lines import AssetCsv, Audit, Proxy, Rfc3164, Rfc5424, Web, Zeek, moment  # noqa: E402
from generator.machine import Machine  # noqa: E402
from generator.readme import update_readmes  # noqa: E402

SEED = "湊精機-2026-10"
LINE_FILES = {
    "proxy": "proxy01/access.jsonl.gz",
    "dns": "sensor01/dns.log.gz",
    "web01.access": "web01/access.jsonl",
    "web01.audit": "web01/audit.log.gz",
    "nas01.audit": "nas01/audit.log",
    "nas01.syslog": "nas01/messages",
    "operations": "kansei/操作ログ_20261014.csv",
}
CHANNEL_FILES = {
    "Security": "Security",
    "System": "System",
    "Microsoft-Windows-Sysmon/Operational": "Sysmon",
    "Microsoft-Windows-PowerShell/Operational": "PowerShell",
}


class Story:
    """Marks what is written inside `with story.step("S01")` as belonging to that step."""

    def __init__(self, writers):
        self.writers, self.dice = writers, Dice(SEED, "intrusion")

    @contextlib.contextmanager
    def step(self, name):
        for writer in self.writers:
            writer.step = name
        yield
        for writer in self.writers:
            writer.step = ""


def compose():
    machines = {
        name: Machine(name, SEED, sysmon)
        for name, sysmon in (
            ("WS-KEIRI-03", True),
            ("WS-EIGYO-07", True),
            ("WS-JOHO-01", True),
            ("FS01", True),
            ("DC01", False),
            ("AP01", False),
        )
    }
    logs = {
        "web01.syslog": Rfc3164("web01"),
        "nas01.syslog": Rfc5424("nas01"),
        "web01.audit": Audit("web01", 41_200),
        "nas01.audit": Audit("nas01", 18_650),
        "proxy": Proxy("proxy01"),
        "dns": Zeek("sensor01"),
        "web01.access": Web("web01"),
        "operations": AssetCsv("kansei"),
    }
    made = ordinary_windows.run(machines)
    ordinary_servers.run(machines)
    ordinary_unix.run(logs, Dice(SEED, "unix"))
    story = Story(list(machines.values()) + list(logs.values()))
    intrusion_entry.run(story, machines, logs, made["WS-KEIRI-03", 14])
    beacon = intrusion_spread.run(story, machines, logs)
    intrusion_harm.run(story, machines, logs, beacon)
    for writer in story.writers:
        writer.finish()
    return machines, logs


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2026, 10, 15, 12, 0, 0))
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, data)
    return out.getvalue()


def by_channel(machine):
    channels = {}
    for event in machine.events:
        channels.setdefault(event.schema.source[2], []).append(event)
    return sorted(channels.items())


def files_of(machines, logs):
    """(path, bytes) of every file, and (path shown in results, host, events or lines) of every log in them."""
    files, contents = [], []
    for name, machine in machines.items():
        if name == "WS-EIGYO-07":
            files.append(
                (
                    f"{name}/winlogbeat.ndjson.gz",
                    gzip.compress(windows_output.winlogbeat(machine, machine.events).encode(), 9, mtime=0),
                )
            )
            contents.append((files[-1][0], machine, machine.events))
        elif name == "WS-JOHO-01":
            files.append(
                (
                    f"{name}/events.zip",
                    zipped([("events.json", windows_output.nested(machine, machine.events).encode())]),
                )
            )
            contents.append((files[-1][0] + "!/events.json", machine, machine.events))
        elif name == "AP01":
            for channel, events in by_channel(machine):
                files.append((f"{name}/{CHANNEL_FILES[channel]}.evtx", windows_output.evtx_file(machine, events)))
                contents.append((files[-1][0], machine, events))
        else:
            members = [
                (CHANNEL_FILES[channel] + ".evtx", windows_output.evtx_file(machine, events))
                for channel, events in by_channel(machine)
            ]
            files.append((f"{name}/evtx.zip", zipped(members)))
            contents += [
                (f"{files[-1][0]}!/{CHANNEL_FILES[channel]}.evtx", machine, events)
                for channel, events in by_channel(machine)
            ]
    # In a zip with dated members: RFC 3164 has no year, and a reader takes it from the file's own date.
    split = {"auth.log": lambda text: any(f" {p}" in text for p in ("sshd[", "sudo:", "useradd")), "syslog": None}
    rest, members = logs["web01.syslog"].lines, []
    for name, wanted in split.items():
        part = Rfc3164("web01")
        part.lines = [line for line in rest if wanted is None or wanted(line.text)]
        rest = [line for line in rest if wanted is not None and not wanted(line.text)]
        members.append((name, part.text().encode()))
        contents.append((f"web01/syslog.zip!/{name}", part, part.lines))
    files.append(("web01/syslog.zip", zipped(members)))
    for key, path in LINE_FILES.items():
        log = logs[key]
        data = log.bytes() if key == "operations" else log.text().encode()
        files.append((path, gzip.compress(data, 9, mtime=0) if path.endswith(".gz") else data))
        contents.append((path, log, log.lines))
    return files, contents


def rule_ids():
    """stem -> (id, title, level) of the project's own rules."""
    found = {}
    for path in sorted((HERE.parent / "catalog" / "rules").rglob("*.yml")):
        if path.parent.name != "correlation":
            found[path.stem] = heading(path)
    return found


def heading(path):
    keys = dict(
        line.split(": ", 1)
        for line in path.read_text(encoding="utf-8").splitlines()
        if line[:1].isalpha() and ": " in line
    )
    return keys["id"].strip(), keys["title"].strip(), keys["level"].strip()


def correlations():
    """What the project's own correlations find, by their ids."""
    found = {}
    for stem, times in sorted(FINDINGS.items()):
        rule, title, level = heading(HERE.parent / "catalog" / "rules" / "correlation" / f"{stem}.yml")
        found[rule] = {"name": stem, "title": title, "level": level, "times": times}
    return found


def expectation(contents):
    ids, rules, steps, counts = rule_ids(), {}, [], {}
    for stem, (rule, title, level) in ids.items():
        rules[rule] = {"name": stem, "title": title, "level": level, "matches": 0, "hosts": {}}
    for path, writer, items in contents:
        counts[path] = len(items)
        windows = isinstance(writer, Machine)
        for number, item in enumerate(items, len(getattr(writer, "header", ())) + 1):
            host = writer.computer if windows else item.host
            for stem in item.rules:
                entry = rules[ids[stem][0]]
                entry["matches"] += 1
                entry["hosts"][host] = entry["hosts"].get(host, 0) + 1
            if item.step:
                at = moment(item.time).strftime("%Y-%m-%dT%H:%M:%S") + f".{item.time % SECOND:06}Z"
                where = (
                    {"channel": item.schema.source[2], "event_id": item.schema.event_id, "record_id": item.record_id}
                    if windows
                    else {"line": number}
                )
                steps.append(
                    {
                        "step": item.step,
                        "time": at,
                        "host": host,
                        "file": path,
                        **where,
                        "rules": [ids[stem][0] for stem in item.rules],
                    }
                )
    steps.sort(key=lambda s: (s["step"], s["time"], s["file"]))
    return {
        "seed": SEED,
        "events": sum(counts.values()),
        "files": counts,
        "rules": rules,
        "correlations": correlations(),
        "steps": steps,
    }


def compact(expected):
    """JSON with one rule and one event a line: small, and readable in a diff."""
    one = lambda value: json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    rows = [
        f' "seed": {one(expected["seed"])}',
        f' "events": {expected["events"]}',
        f' "files": {one(expected["files"])}',
        ' "rules": {\n' + ",\n".join(f"  {one(k)}: {one(v)}" for k, v in expected["rules"].items()) + "\n }",
        ' "correlations": {\n'
        + ",\n".join(f"  {one(k)}: {one(v)}" for k, v in expected["correlations"].items())
        + "\n }",
        ' "steps": [\n' + ",\n".join("  " + one(s) for s in expected["steps"]) + "\n ]",
    ]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, help="write here instead of beside this file")
    arguments = parser.parse_args()
    root = arguments.out or HERE
    files, contents = files_of(*compose())
    expected = expectation(contents)
    for path, data in files:
        target = root / "logs" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (root / "expected.json").write_text(compact(expected), encoding="utf-8")
    if arguments.out is None:
        update_readmes(HERE, expected)
    size = sum(len(data) for _, data in files)
    print(f"{expected['events']} events, {len(files)} files, {size / 1e6:.2f} MB, {len(expected['rules'])} rules")


if __name__ == "__main__":
    main()
