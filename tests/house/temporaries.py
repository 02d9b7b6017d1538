"""Tests run side by side, in one checkout and in several: what they write lies under a name of their own process.

usage: temporaries.py ROOT
"""
import pathlib
import re
import sys

FIXED = [
    (re.compile(r'temp_directory_path\(\) /\s*"'), "a fixed name in the shared temporary folder: add the process id"),
    (re.compile(r'(ofstream|open|write_text)\(\s*"/tmp/'), "a fixed file in /tmp: add the process id"),
]

found = []
root = pathlib.Path(sys.argv[1])
for folder in ("tests", "fuzz", "benches"):
    for path in sorted((root / folder).rglob("*")):
        if path.suffix not in (".hpp", ".cpp", ".py") or path.name == "temporaries.py":
            continue
        text = path.read_text(encoding="utf-8")
        for pattern, why in FIXED:
            for hit in pattern.finditer(text):
                found.append(f"{path.relative_to(root)}:{text.count(chr(10), 0, hit.start()) + 1}: {why}")
print("\n".join(found) or "every test writes under its own name")
sys.exit(1 if found else 0)
