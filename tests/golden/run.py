"""Runs golden cases of the command line.

usage: run.py YAGURA ROOT [--update] [CASE...]

A case is a folder under tests/golden/cli/ with
  cmd     the words after `yagura`, one line; {case} is the case's folder, {root} the project's, {tmp} an empty folder
  stdin   what is fed to it (optional)
  stdout  what it must print (checked to the byte)
  stderr  what it must print there (optional)
  status  its exit status (optional, 0)
--update writes what was seen instead of comparing; review it with git diff.
"""
import pathlib
import shlex
import subprocess
import sys
import tempfile

UPDATE = "--update" in sys.argv
words = [word for word in sys.argv[1:] if word != "--update"]
yagura, root = words[0], pathlib.Path(words[1]).resolve()
folder = root / "tests" / "golden" / "cli"
cases = [folder / name for name in words[2:]] or sorted(path.parent for path in folder.glob("*/cmd"))

faults = 0
for case in cases:
    with tempfile.TemporaryDirectory() as tmp:
        places = {"{case}": str(case), "{root}": str(root), "{tmp}": tmp}

        def fill(text):
            for place, value in places.items():
                text = text.replace(place, value)
            return text

        def empty(text):
            for place, value in places.items():
                text = text.replace(value, place)
            return text

        stdin = (case / "stdin").read_bytes() if (case / "stdin").exists() else b""
        done = subprocess.run([yagura, *shlex.split(fill((case / "cmd").read_text()))], input=stdin, capture_output=True,
                              env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, cwd=tmp, timeout=120, check=False)
        seen = {"stdout": empty(done.stdout.decode("utf-8", "replace")),
                "stderr": empty(done.stderr.decode("utf-8", "replace")), "status": f"{done.returncode}\n"}
    for name, text in seen.items():
        path = case / name
        optional = name == "stderr" or (name == "status" and text == "0\n")
        if UPDATE:
            if not optional or path.exists() or (name == "stderr" and text):
                path.write_text(text)
        elif not path.exists():
            if not optional:
                faults += 1
                print(f"{case.name}: no {name} to compare with; run with --update")
            elif name == "status" and text != "0\n":
                faults += 1
                print(f"{case.name}: exit status {text.strip()}, expected 0\n{seen['stderr']}")
        elif path.read_text() != text:
            faults += 1
            print(f"{case.name}: {name} differs\n--- expected\n{path.read_text()}--- seen\n{text}")
if not cases:
    sys.exit("no case at all: the check would hold for nothing")
print(f"{len(cases)} cases, {faults} faults")
sys.exit(1 if faults else 0)
