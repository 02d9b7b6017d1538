"""Names that say nothing, marks of unfinished work, and role ids where a textbook's numbering must not reach.

usage: words.py ROOT
"""
import pathlib
import re
import sys

RULES = [
    (re.compile(r"\b(class|struct)\s+\w*(Manager|Helper|Util|Utils|Impl2)\b"), "a name that says nothing"),
    (re.compile(r"\b(TODO|FIXME|XXX)\b"), "unfinished work: do it, or say it in an issue"),
    (re.compile(r"\bnamespace\s+\w*\b[a-i]_\d+\b"), "a role id in a namespace"),
]

found = []
root = pathlib.Path(sys.argv[1])
for path in sorted((root / "src").rglob("*")):
    if path.suffix not in (".hpp", ".cpp"):
        continue
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for pattern, why in RULES:
            if pattern.search(line):
                found.append(f"{path.relative_to(root)}:{number}: {why}: {line.strip()}")
print("\n".join(found) or "no such words")
sys.exit(1 if found else 0)
