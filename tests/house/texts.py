"""Every text that a user sees exists in ja and en, fills the same places, and neither is the other by neglect.

usage: texts.py ROOT
"""
import pathlib
import re
import sys

import yaml

PLACE = re.compile(r"\{[a-z_]+\}")
# What is written with these letters in both, and the name of a language, which stands in that language.
LATIN_IN_JAPANESE = {"CISO", "ID", "syslog", "English"}
JAPANESE_IN_ENGLISH = {"日本語"}
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
        if not JAPANESE.search(text) and re.search(r"[A-Za-z]{2}", PLACE.sub("", text)) and text not in LATIN_IN_JAPANESE:
            yield f"{path}: {key} is not Japanese: {text[:60]}"
        path, text = en[key]
        if JAPANESE.search(text) and text not in JAPANESE_IN_ENGLISH:
            yield f"{path}: {key} is not English: {text[:60]}"
    if not ja:
        yield "no text at all: the check would hold for nothing"


if __name__ == "__main__":
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "both languages say the same")
    sys.exit(1 if found else 0)
