"""Every rule of the project is whole: named, dated, tagged, written in both languages, with events that it must
and must not find, and with at least one event of the sample.

usage: rules.py ROOT
"""

import json
import pathlib
import re
import sys

import yaml

RULES_MIN = 40
KEYS = {
    "title",
    "id",
    "status",
    "description",
    "author",
    "date",
    "tags",
    "logsource",
    "detection",
    "falsepositives",
    "level",
}
CORRELATION_KEYS = KEYS - {"logsource", "detection"} | {"correlation"}
LEVELS = {"informational", "low", "medium", "high", "critical"}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TAG = re.compile(r"attack\.([a-z-]+|t\d{4}(\.\d{3})?)")
TITLE_LETTERS_MAX = 256


def faults(root):
    expected = json.loads((root / "sample" / "expected.json").read_text(encoding="utf-8"))
    texts = {
        lang: yaml.safe_load((root / "catalog" / "i18n" / lang / "rules.yaml").read_text(encoding="utf-8"))
        for lang in ("en", "ja")
    }
    seen = {}
    for path in sorted((root / "catalog" / "rules").rglob("*.yml")):
        rule = yaml.safe_load(path.read_text(encoding="utf-8"))
        correlates = "correlation" in rule
        for key in sorted((CORRELATION_KEYS if correlates else KEYS) ^ rule.keys()):
            yield f"{path}: {key} is " + ("missing" if key in KEYS else "not among the keys of our rules")
        number = rule.get("id", "")
        if not ID.fullmatch(number) or number in seen:
            yield f"{path}: the id {number} is no fresh UUID of version 4; see {seen.get(number)}"
        seen[number] = path
        if rule["level"] not in LEVELS or len(rule["title"]) > TITLE_LETTERS_MAX:
            yield f"{path}: level or title is out of range"
        if not any(tag.startswith("attack.t1") for tag in rule["tags"]) or not all(
            TAG.fullmatch(tag) for tag in rule["tags"]
        ):
            yield f"{path}: tags name no technique or are misspelt: {rule['tags']}"
        for lang, own in texts.items():
            for part in ("title", "summary"):
                if not own.get(f"rule.{number}.{part}"):
                    yield f"{path}: rule.{number}.{part} is missing in {lang}"
        if texts["en"].get(f"rule.{number}.title") != rule["title"]:
            yield f"{path}: its title is another one in catalog/i18n/en"
        if correlates:
            if not expected["correlations"].get(number, {}).get("times"):
                yield f"{path}: finds nothing in the sample"
            continue
        samples = path.with_suffix(".samples.yaml")
        cases = yaml.safe_load(samples.read_text(encoding="utf-8")) if samples.exists() else {}
        if cases.get("rule") != number or min(len(cases.get(k, [])) for k in ("must_match", "must_not_match")) < 2:
            yield f"{samples}: two events to find and two not to find are needed, and the rule's id"
        if expected["rules"].get(number, {}).get("matches", 0) < 1:
            yield f"{path}: finds nothing in the sample"
    for path in sorted((root / "catalog" / "rules").rglob("*.samples.yaml")):
        if not path.with_name(path.name.replace(".samples.yaml", ".yml")).exists():
            yield f"{path}: belongs to no rule"
    if len(seen) < RULES_MIN:
        yield f"{len(seen)} rules, {RULES_MIN} at least"


if __name__ == "__main__":
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every rule is whole")
    sys.exit(1 if found else 0)
