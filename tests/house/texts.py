"""Every text that a user sees exists in ja and en, fills the same places, and no ja text is en by neglect.

usage: texts.py ROOT
"""
import pathlib
import re
import sys

import yaml

PLACE = re.compile(r"\{[a-z_]+\}")
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]")


def read(folder: pathlib.Path):
    texts = {}
    for path in sorted(folder.glob("*.yaml")):
        for key, text in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            if key in texts:
                yield f"{path}: {key} is given twice"
            texts[key] = (path, str(text))
    yield texts


def faults(root: pathlib.Path):
    sides = {}
    for lang in ("ja", "en"):
        for item in read(root / "catalog" / "i18n" / lang):
            if isinstance(item, str):
                yield item
            else:
                sides[lang] = item
    ja, en = sides["ja"], sides["en"]
    for key in sorted(ja.keys() ^ en.keys()):
        path, _ = ja.get(key) or en.get(key)
        yield f"{path}: {key} has no twin in the other language"
    for key in sorted(ja.keys() & en.keys()):
        path, text = ja[key]
        if sorted(PLACE.findall(text)) != sorted(PLACE.findall(en[key][1])):
            yield f"{path}: {key} fills other places than its English twin"
        # Names (API, CSV, YAML) are the same in both; a sentence of English words in ja is neglect.
        if not JAPANESE.search(text) and len(re.findall(r"[A-Za-z]{2,}", PLACE.sub("", text))) > 2:
            yield f"{path}: {key} is not Japanese: {text[:60]}"
    if not ja:
        yield "no text at all: the check would hold for nothing"


if __name__ == "__main__":
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "both languages say the same")
    sys.exit(1 if found else 0)
