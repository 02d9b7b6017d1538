"""What the console keeps to: no feature reaches into another, every text it asks for is there in both languages and
none is left over, nothing is written inline that the page's policy refuses, files stay small.

usage: console.py ROOT
"""
import pathlib
import re
import sys

import yaml

LINES_MAX = 400
FLOORS = {"app": {"app", "features", "components", "lib"}, "features": {"features", "components", "lib"},
          "components": {"components", "lib"}, "lib": {"lib", "components"}}
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""")
# t("key"), a title or key in a declaration, a default of a chain: any literal that looks like a key.
KEY = re.compile(r"""["'`](console(?:\.[a-z0-9_]+)+)["'`]""")
# t(`console.level.${x}`): what begins so is used.
OPEN_KEY = re.compile(r"`(console(?:\.[a-z0-9_]+)*\.)\$\{")
REFUSED = [(re.compile(r"dangerouslySetInnerHTML"), "markup from a text"),
           (re.compile(r"\beval\(|new Function\("), "code from a text"),
           (re.compile(r"\bfetch\("), "a call past lib/call.ts"),
           (re.compile(r"XMLHttpRequest|sendBeacon|new (?:WebSocket|EventSource|Worker)\b|<form[^>]*\b(?:action|method)="),
            "a way to the server past lib/call.ts"),
           (re.compile(r"style=\"|<style"), "an inline style, which the page's policy refuses")]
MARKS = re.compile(r"\b(TODO|FIXME|XXX)\b")


def target_of(source: pathlib.Path, path: pathlib.Path, name: str):
    if name.startswith("@/"):
        return pathlib.PurePosixPath(name[2:])
    if name.startswith("."):
        return pathlib.PurePosixPath((path.parent / name).resolve().relative_to(source.resolve()).as_posix())
    return None


def faults(root: pathlib.Path):
    source = root / "web" / "src"
    used, opened = set(), set()
    files = sorted(p for p in source.rglob("*") if p.suffix in (".ts", ".tsx", ".css"))
    if not files:
        yield "web/src is empty: the check would hold for nothing"
    for path in files:
        place = path.relative_to(source)
        text = path.read_text(encoding="utf-8")
        where = f"web/src/{place}"
        lines = text.count("\n")
        if lines > LINES_MAX and place.name != "contract.ts":
            yield f"{where}: {lines} lines, {LINES_MAX} at most"
        if MARKS.search(text):
            yield f"{where}: unfinished work"
        if path.suffix == ".css":
            continue
        used.update(KEY.findall(text))
        opened.update(OPEN_KEY.findall(text))
        for pattern, why in REFUSED:
            if pattern.search(text) and not (place.as_posix() == "lib/call.ts" and "fetch" in pattern.pattern):
                yield f"{where}: {why}"
        for name in IMPORT.findall(text):
            target = target_of(source, path, name)
            if target is None:
                continue
            floor, to = place.parts[0], target.parts[0]
            if to not in FLOORS[floor] or (floor == "lib" and to == "components" and target.parts[-1] != "Icon"):
                yield f"{where}: {floor} may not reach {target}"
            if floor == "features" and to == "features" and target.parts[1] != place.parts[1]:
                yield f"{where}: a feature may not reach another ({target})"
    for lang in ("ja", "en"):
        texts = {}
        for path in sorted((root / "catalog" / "i18n" / lang).glob("console*.yaml")):
            texts.update(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
        for key in sorted(used - texts.keys()):
            if not any(other.startswith(key + ".") for other in texts):
                yield f"{lang}: there is no text for {key}"
        for start in sorted(opened):
            if not any(key.startswith(start) for key in texts):
                yield f"{lang}: there is no text that begins with {start}"
        for key in sorted(texts):
            if key not in used and not any(key.startswith(start) for start in opened):
                yield f"{lang}: nobody asks for {key}"


if __name__ == "__main__":
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "the console keeps its floors, its texts and its size")
    sys.exit(1 if found else 0)
