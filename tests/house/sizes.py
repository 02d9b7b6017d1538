"""Keeps files small: no source of ours passes 1,000 lines, headers 300.

usage: sizes.py ROOT
"""
import pathlib
import sys

MAX_LINES = {".cpp": 1000, ".hpp": 300, ".cc": 1000, ".py": 1000}

found = []
root = pathlib.Path(sys.argv[1])
for folder in ("src", "tests", "fuzz", "benches", "sample", "tools"):
    for path in sorted((root / folder).rglob("*")):
        if path.suffix in MAX_LINES:
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > MAX_LINES[path.suffix]:
                found.append(f"{path.relative_to(root)}: {lines} lines, {MAX_LINES[path.suffix]} at most")
print("\n".join(found) or "every file is small enough")
sys.exit(1 if found else 0)
