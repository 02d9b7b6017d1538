"""The READMEs' table: step, time, host, log, rules that find it."""

from .story import STEPS

BEGIN, END = "<!-- steps: written by generate.py -->", "<!-- end of steps -->"
HEADS = {
    "README.md": "| step | first seen (UTC) | host | what happens | log | rules |",
    "README.ja.md": "| 段階 | 最初の時刻（UTC） | ホスト | 出来事 | ログ | 検知ルール |",
}


def table(name, expected):
    language = 2 if name == "README.ja.md" else 1
    rows = [HEADS[name], "|---|---|---|---|---|---|"]
    for step, parts in STEPS.items():
        events = [event for event in expected["steps"] if event["step"] == step]
        found = [event for event in events if event["rules"]]
        logs = sorted({event["file"] for event in found})
        rules = []
        for event in found:
            rules += [rule for rule in event["rules"] if rule not in rules]
        shown = "<br>".join(f"{expected['rules'][rule]['name']} `{rule[:8]}`" for rule in rules)
        first = min(event["time"] for event in events)
        rows.append(
            f"| {step} | {first[5:10]} {first[11:19]} | {parts[0]} | {parts[language]} | {'<br>'.join(f'`{log}`' for log in logs)} | {shown} |"
        )
    return "\n".join(rows)


def update_readmes(folder, expected):
    for name in HEADS:
        path = folder / name
        if not path.exists():
            continue
        before, rest = path.read_text(encoding="utf-8").split(BEGIN)
        path.write_text(
            before + BEGIN + "\n" + table(name, expected) + "\n" + END + rest.split(END)[1], encoding="utf-8"
        )
