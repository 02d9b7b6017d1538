"""Fails on any #include that runs upward, sideways between two rooms of one floor, or between two desks.

usage: floors.py ROOT
The floors are those of ARCHITECTURE.md; a room that is not listed here fails too, so the list stays whole.
"""
import pathlib
import re
import sys

FLOOR = {"base": 1, "event": 2, "formats": 3, "lake": 3, "ledger": 3, "detect": 4, "registers": 4,
         "pipeline": 5, "desks": 5, "api": 6, "app": 7}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def faults(root: pathlib.Path):
    source = root / "src"
    for path in sorted(source.rglob("*")):
        if path.suffix not in (".hpp", ".cpp", ".h", ".cc"):
            continue
        own = path.relative_to(source).parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            where = f"{path.relative_to(root)}:{number}"
            other = pathlib.PurePosixPath(found.group(1)).parts
            if ".." in other:
                yield f"{where}: an include names its room, never '..': {line.strip()}"
            elif own[0] not in FLOOR:
                yield f"{where}: the room '{own[0]}' stands on no floor"
            elif other[0] not in FLOOR:
                yield f"{where}: an include starts with its room: {line.strip()}"
            elif other[0] != own[0] and FLOOR[other[0]] >= FLOOR[own[0]]:
                yield (f"{where}: {own[0]} (floor {FLOOR[own[0]]}) may not include "
                       f"{other[0]} (floor {FLOOR[other[0]]}): {line.strip()}")
            elif own[0] == other[0] == "desks" and len(own) > 2 and len(other) > 2 and own[1] != other[1]:
                yield f"{where}: the desk {own[1]} may not include the desk {other[1]}: {line.strip()}"


if __name__ == "__main__":
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every include runs downward")
    sys.exit(1 if found else 0)
