"""The story of story.py by the command line alone: every call is one `yagura` process, no server runs.

usage: by_command_line.py YAGURA ROOT
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import story


class CommandLine:
    def __init__(self, yagura, data):
        self.yagura, self.data = yagura, data

    def run(self, *words):
        return subprocess.run([self.yagura, *words, "--data", self.data], capture_output=True, text=True, timeout=300,
                              env={**os.environ, "YAGURA_DATA": "/nowhere"}, check=False)  # what is said goes first

    def act(self, collection, verb, *ids, **fields):
        words = [collection, verb, *ids, "--json"]
        for name, value in fields.items():
            if isinstance(value, bool):
                value = "true" if value else "false"
            words += [f"--{name.replace('_', '-')}", ",".join(value) if isinstance(value, list) else str(value)]
        done = self.run(*words)
        if done.returncode == 0:
            return True, json.loads(done.stdout)
        story.expect(done.returncode in (1, 2), f"{words} could not run: {done.stderr}")
        return False, done.stderr

    def document(self, path, edition="internal", lang="ja", format="md"):
        done = self.run("report", path.split("/")[1], "--edition", edition, "--lang", lang, "--format", format)
        story.expect(done.returncode == 0, f"no report {path}: {done.stderr}")
        return done.stdout

    def settle(self, incident):
        """Each command has already run the reactions to what it did."""


def main():
    yagura, root = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        door = CommandLine(yagura, str(pathlib.Path(folder) / "data"))
        sample = json.loads((root / "sample" / "expected.json").read_text(encoding="utf-8"))
        first = json.loads(door.run("ingest", str(root / "sample" / "logs"), "--json").stdout)
        story.expect(first["events"] > 10_000 and not first["failures"], f"the sample is stored: {first}")
        story.expect(first["findings"] == story.findings_expected(sample), f"every step is found, nothing else: {first}")
        again = json.loads(door.run("ingest", str(root / "sample" / "logs"), "--json").stdout)
        story.expect(again["events"] == 0 and again["events_before"] == first["events"],
                     f"the same files again store nothing: {again}")
        refused = door.run("alerts", "acknowledge", "ALT-0", "--lang", "ja")
        story.expect(refused.returncode == 1 and "記録 ALT-0 は見つかりません" in refused.stderr,
                     f"a refusal comes in the language of the call: {refused.stderr}")
        story.walk(door)
        found = door.run("search", "process.cmd_line:*vssadmin*", "--since", "2026-10-14T00:00:00Z", "--json")
        story.expect(found.returncode == 0 and "vssadmin" in found.stdout, f"the lake finds it: {found.stderr}")
        _, typed = door.act("incidents", "create", title="A call", summary="A call", origin="internal_report",
                            channel="phone", reporter="a user", reporter_contact="ext. 100")
        note = pathlib.Path(folder) / "note.bin"
        note.write_bytes(b"\0 not JSON")
        attached = door.run("incidents", "attachments", typed["id"], "--name", "note.bin", "--body", str(note), "--json")
        story.expect(attached.returncode == 0 and json.loads(attached.stdout)["body"]["evidence"][0]["note"] == "note.bin",
                     f"a file is attached as it is: {attached.stderr}")
        verified = door.run("verify", "--json")
        story.expect(verified.returncode == 0 and json.loads(verified.stdout)["sound"], f"sound: {verified.stdout}")
        backup = str(pathlib.Path(folder) / "backup")
        story.expect(door.run("backup", backup).returncode == 0, "a backup is made")
        door.data = str(pathlib.Path(folder) / "restored")
        restored = door.run("restore", backup, "--json")
        story.expect(restored.returncode == 0 and json.loads(restored.stdout)["head_hash"] ==
                     json.loads(verified.stdout)["head_hash"], f"the backup is the same ledger: {restored.stderr}")


if __name__ == "__main__":
    main()
