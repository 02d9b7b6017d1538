"""A manager's month: alerts decided by two analysts are judged again by a third who does not see the first verdicts, what
is found becomes measures with figures that a hand gets too, a policy document goes through two editions, and a playbook
with branches comes in, is changed and goes out again. Every person at the command line of a running server, with a
token of their own.

usage: governing.py YAGURA ROOT
"""
import csv
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import serving
from organisation import Api
from story import expect

ROLES = {"hana": ["analyst"], "taro": ["analyst"], "shin": ["analyst"], "kenji": ["handler"], "tanaka": ["manager"]}


def day(offset=0):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + offset * 86400))


class Person:
    """Somebody with a token at a command line, anywhere."""

    def __init__(self, yagura, url, token, folder):
        self.yagura, self.folder = yagura, pathlib.Path(folder)
        self.env = dict(os.environ, YAGURA_URL=url, YAGURA_TOKEN=token)

    def call(self, *words):
        return subprocess.run([self.yagura, *words], capture_output=True, timeout=300, check=False, env=self.env)

    def text(self, *words):
        done = self.call(*words)
        expect(done.returncode == 0, f"{words}: {done.stdout.decode()} {done.stderr.decode()}")
        return done.stdout.decode("utf-8-sig")

    def run(self, *words):
        return json.loads(self.text(*words, "--json"))

    def refused(self, *words, says=()):
        done = self.call(*words)
        told = done.stdout.decode() + done.stderr.decode()
        expect(done.returncode != 0, f"should have been refused: {words}: {told}")
        for word in says:
            expect(word in told, f"the refusal of {words} does not say {word!r}: {told}")
        return told

    def file(self, value, name="body.json"):
        path = self.folder / name
        path.write_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), encoding="utf-8")
        return str(path)

    def make(self, record_type, **body):
        return self.run("records", record_type, "create", "--body", self.file({"body": body}))

    def change(self, record_type, record, **changes):
        return self.run("records", record_type, "update", record["id"], "--body",
                        self.file({"version": record["version"], "changes": changes}))

    def step(self, record, move, **changes):
        return ("records", record["type"], "move", record["id"], "--body",
                self.file({"version": record["version"], "move": move, "changes": changes}))


def people(yagura, url, owner, folder):
    """Each with an account and a token that holds what their role allows."""
    allowed = {one["id"]: one["permissions"] for one in owner.ok("GET", "account-roles")["roles"]}
    out = {}
    for login, roles in ROLES.items():
        owner.ok("POST", "users", {"login": login, "name": login, "service": True, "roles": roles})
        permissions = sorted({one for role in roles for one in allowed[role]})
        token = owner.ok("POST", "tokens", {"login": login, "name": "month", "permissions": permissions,
                                            "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))})
        out[login] = Person(yagura, url, token["secret"], folder)
    return out


def decide(hana, taro):
    """B-1: the two take six alerts each; who says what is known to this story alone."""
    alerts = hana.run("alerts", "list", "--state", "new", "--limit", "200")["records"]
    expect(len(alerts) >= 12, f"the sample raises alerts: {len(alerts)}")
    said = {}
    for number, alert in enumerate(alerts[:12]):
        who, verdict = (hana, taro)[number % 2], ("false_positive", "benign", "benign")[number % 3]
        who.run("alerts", "acknowledge", alert["id"])
        who.run("alerts", "dismiss", alert["id"], "--verdict", verdict, "--reason", "記録を確かめた")
        said[alert["id"]] = verdict
    return said


def kappa_by_hand(pairs):
    """Cohen 1960, from the pairs alone."""
    values = sorted({one for pair in pairs for one in pair})
    observed = sum(a == b for a, b in pairs) / len(pairs)
    chance = sum(sum(a == v for a, _ in pairs) * sum(b == v for _, b in pairs) for v in values) / len(pairs) ** 2
    return observed, None if chance == 1 else (observed - chance) / (1 - chance)


def review(who, said):
    """A-4: drawn, judged blind, compared; what is wrong becomes an item with a date."""
    kenji, shin, hana = who["kenji"], who["shin"], who["hana"]
    drawing = ("quality-reviews", "create", "--title", "今月の見直し", "--kind", "alerts", "--from", day(-1), "--to", day(1),
               "--zone", "UTC", "--reviewer", "user:shin", "--size", "8", "--seed", "7")
    hana.refused(*drawing)
    drawn = kenji.run(*drawing)
    sample = drawn["body"]["sample"]
    expect(len(sample) == 8 and set(sample) <= set(said), f"drawn of what was closed: {drawn}")
    shin.refused("alerts", "show", sample[0], says=["judging this again"])
    shown = json.dumps(shin.run("quality-reviews", "items", drawn["id"]), ensure_ascii=False)
    expect("verdict_reason" not in shown and "記録を確かめた" not in shown, "nothing of the first verdict is shown")
    hana.refused("quality-reviews", "judge", drawn["id"], "--item", sample[0], "--verdict", "benign")
    shin.refused("quality-reviews", "judge", drawn["id"], "--item", sample[0], "--verdict", "fine", says=["true_positive"])
    shin.refused("quality-reviews", "compare", drawn["id"], says=[sample[-1]])
    pairs = []
    for number, item in enumerate(sample):
        verdict = "true_positive" if number == 0 else said[item]
        shin.run("quality-reviews", "judge", drawn["id"], "--item", item, "--verdict", verdict)
        pairs.append((said[item], verdict))
    compared = shin.run("quality-reviews", "compare", drawn["id"])["body"]
    observed, kappa = kappa_by_hand(pairs)
    expect(abs(compared["agreement"] - observed) < 1e-9, f"they agree on {observed}: {compared['agreement']}")
    expect(abs(compared["kappa"] - kappa) < 1e-6, f"kappa is {kappa}: {compared['kappa']}")
    expect(compared["comparison"][0]["agree"] is False, "both verdicts stand side by side")
    shin.run("alerts", "show", sample[0])  # may be seen again
    kenji.run("quality-reviews", "findings", drawn["id"], "--title", "判定の手順を直す", "--item", sample[0], "--due", day(-1),
              "--owner", "user:hana")


def review_deep(who):
    """A-4 over C: what is concluded without a verdict can't be judged again, so it is not concluded."""
    kenji, shin = who["kenji"], who["shin"]
    examined = kenji.make("network_examination", title="夜間の通信", question="外へ出たか", sources="proxy01")
    examined = kenji.run(*kenji.step(examined, "start", analyst="user:kenji"))
    kenji.refused(*kenji.step(examined, "conclude", findings="定期の更新だった"), says=["verdict"])
    kenji.run(*kenji.step(examined, "conclude", findings="定期の更新だった", verdict="no_attack"))
    drawn = kenji.run("quality-reviews", "create", "--title", "深掘分析", "--kind", "deep_analysis", "--from", day(-1), "--to",
                      day(1), "--zone", "UTC", "--reviewer", "user:shin", "--size", "5")
    expect(drawn["body"]["sample"] == [examined["id"]], f"the examination is drawn: {drawn}")
    items = shin.run("quality-reviews", "items", drawn["id"])["items"]
    expect(set(items[0]["body"]) == {"title", "question", "sources"}, f"what there was to judge by: {items}")
    shin.run("quality-reviews", "judge", drawn["id"], "--item", examined["id"], "--verdict", "no_attack")
    body = shin.run("quality-reviews", "compare", drawn["id"])["body"]
    expect(body["agreement"] == 1 and body["kappa_undefined"] == "one_category", f"one verdict has no kappa, and says so: {body}")


def govern(who):
    """A-1: a document, another person's approval, its next edition; what they say together."""
    kenji, tanaka = who["kenji"], who["tanaka"]
    draft = kenji.make("policy_document", title="全体方針", kind="overall", edition=1, owner="user:tanaka", scope="社内のすべての系統",
                       hours="business_days", assets="受注データ")
    kenji.refused(*kenji.step(draft, "propose"), says=["review_on"])
    draft = kenji.run(*kenji.step(draft, "propose", review_on=day(300)))
    kenji.refused(*kenji.step(draft, "approve", in_force_from=day()))
    first = tanaka.run(*tanaka.step(draft, "approve", in_force_from=day()))
    told = kenji.run("policy-documents", "statement")
    expect([one["id"] for one in told["documents"]] == [first["id"]] and told["missing"] == ["means", "roadmap"],
           f"what holds, and what nothing says: {told}")
    second = kenji.run("policy-documents", "revise", first["id"], "--change_note", "工場を加える")
    kenji.refused("policy-documents", "revise", first["id"], says=[first["id"]])
    second = kenji.change("policy_document", second, means="当番と手順書", review_on=day(300))
    second = kenji.run(*kenji.step(second, "propose"))
    tanaka.run(*tanaka.step(second, "approve", in_force_from=day()))
    for _ in range(100):  # the desk hears of it by the journal
        if kenji.run("records", "policy_document", "show", first["id"])["state"] == "withdrawn":
            break
        time.sleep(0.1)
    expect(kenji.run("records", "policy_document", "show", first["id"])["state"] == "withdrawn", "the first edition is withdrawn")
    told = kenji.run("policy-documents", "statement")
    expect([one["id"] for one in told["documents"]] == [second["id"]] and told["missing"] == ["roadmap"], f"the second holds: {told}")


def cacao():
    """A decision with two arms, one of which a machine takes."""
    uuid = "{}--00000000-0000-4000-8000-{:012}".format
    start, look, whether, block, tell, end = (uuid("start", 1), uuid("action", 2), uuid("if-condition", 3), uuid("action", 4),
                                              uuid("action", 5), uuid("end", 6))
    agent = uuid("group", 7)
    manual = lambda words: [{"type": "manual", "command": words}]
    return {"type": "playbook", "spec_version": "cacao-2.0", "id": uuid("playbook", 9), "name": "不審な通信",
            "created_by": uuid("identity", 8), "created": "2026-03-01T09:00:00.000Z", "modified": "2026-03-02T09:00:00.000Z",
            "workflow_start": start, "agent_definitions": {agent: {"type": "group", "name": "当番"}},
            "workflow": {
                start: {"type": "start", "on_completion": look},
                look: {"type": "action", "name": "通信を見る", "commands": manual("開く"), "agent": agent, "on_completion": whether},
                whether: {"type": "if-condition", "condition": "bad == 'yes'", "on_true": block, "on_false": tell, "on_completion": end},
                block: {"type": "action", "name": "遮断する", "agent": agent, "on_completion": end,
                        "commands": [{"type": "http-api", "command": "POST /block"}]},
                tell: {"type": "action", "name": "知らせる", "commands": manual("電話する"), "agent": agent, "on_completion": end},
                end: {"type": "end"}}}


def exchange(who):
    """A-3: what comes in goes out to the letter; its words may be changed, its branches are not guessed at."""
    kenji = who["kenji"]
    document = cacao()
    broken = dict(document, workflow_start="start--x")
    kenji.refused("playbooks", "import", kenji.file(broken, "broken.json"), says=["workflow_start"])
    taken = kenji.run("playbooks", "import", kenji.file(document, "playbook.json"), "--set", "incident", "--class", "major")
    expect(json.loads(kenji.text("playbooks", "export", taken["id"])) == document, "to the letter")
    steps = taken["body"]["steps"]
    expect([one["action"] for one in steps] == ["通信を見る", "遮断する", "知らせる"], f"in reading order: {steps}")
    steps[1]["action"] = "遮断を依頼する"
    taken = kenji.change("playbook", taken, steps=steps)
    out = json.loads(kenji.text("playbooks", "export", taken["id"]))
    branch = next(one for one in out["workflow"].values() if one["type"] == "if-condition")
    expect(out["workflow"][branch["on_true"]]["name"] == "遮断を依頼する" and branch["on_false"] != branch["on_true"],
           f"the branch leads where it led: {out}")
    taken = kenji.change("playbook", taken, steps=steps + [{"order": 4, "action": "記録する"}])
    told = kenji.refused("playbooks", "export", taken["id"], says=[taken["id"]])
    expect("branches" in told or "分岐" in told, f"and says why: {told}")


def measure(who, owner_words, said):
    """A-5: figures that nobody typed, as a table, a file, a picture and a report."""
    kenji = who["kenji"]
    days = ("--from", day(-1), "--to", day(1), "--zone", "UTC")
    rows = {one["measure"]: one["cells"][0] for one in kenji.run("measures", *days)["rows"]}
    false_ones = sum(one == "false_positive" for one in said.values())
    share = rows["false_positive_share"]
    expect((share["n"], share["counted"]) == (len(said), false_ones), f"{false_ones} of {len(said)}: {share}")
    expect(rows["triage"]["n"] == len(said) and rows["triage"]["value"] > 0, f"each was triaged: {rows['triage']}")
    expect((rows["overdue_corrections"]["n"], rows["overdue_corrections"]["counted"]) == (1, 1), "the item is past its day")
    table = list(csv.reader(io.StringIO(kenji.text("measures", *days, "--format", "csv"))))
    expect(any("false_positive_share" in line for line in table), f"a spreadsheet: {table[:2]}")
    expect("誤検知" in kenji.text("measures", *days, "--format", "md", "--lang", "ja"), "a report in Japanese")
    expect("false positives" in kenji.text("measures", *days, "--format", "html", "--lang", "en").lower(), "and in English")
    expect(kenji.text("measures", *days, "--format", "svg", "--measure", "triage", "--period", "day").startswith("<svg"), "a chart")
    expect("false_positive_share" in kenji.text("measures", "--definitions", "--lang", "en"), "what each means is written")
    draft = json.loads(kenji.text("measures", *days, "--draft", "今月の報告", "--json"))
    expect(draft["type"] == "effect_report", f"a report is drafted: {draft}")
    expect("学び" not in owner_words("people", "list", "--lang", "ja"), "--lang stands behind any command")


def carry(who, folder):
    """A register goes into another house with the states of its records, as far as moves lead there."""
    kenji = who["kenji"]
    made = kenji.make("asset", name="古い受注サーバ", kind="server", importance="low")
    kenji.run(*kenji.step(made, "retire"))
    file = str(pathlib.Path(folder) / "asset.xlsx")
    kenji.text("records", "export", "asset", "--output", file)
    report = kenji.run("records", "import", "asset", file, "--new", "--check")
    expect(report["states_left"] == 1 and report["moved"] == 0, f"said, not hidden: {report}")
    report = kenji.run("records", "import", "asset", file, "--new", "--states")
    expect(report["states_left"] == 0 and report["moved"] == 1, f"by its move: {report}")


def main():
    yagura, root = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        data = str(pathlib.Path(folder) / "data")
        done = subprocess.run([yagura, "ingest", str(root / "sample/logs/WS-KEIRI-03/evtx.zip"), "--data", data],
                              capture_output=True, timeout=300, check=False)
        expect(done.returncode == 0, done.stderr.decode())
        server, said = serving.start(yagura, folder)
        try:
            address = re.search(r"http://([0-9.:]+)", said).group(1)
            secret = json.loads((pathlib.Path(data) / "control.json").read_text())["secret"]
            who = people(yagura, "http://" + address, Api(address, secret), folder)
            owner_words = lambda *words: subprocess.run([yagura, *words, "--data", data], capture_output=True, timeout=300,
                                                        check=True).stdout.decode()
            decided = decide(who["hana"], who["taro"])
            review(who, decided)
            review_deep(who)
            govern(who)
            exchange(who)
            measure(who, owner_words, decided)
            carry(who, folder)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
        expect(subprocess.run([yagura, "verify", "--data", data], capture_output=True, timeout=300, check=False).returncode == 0,
               "the journal holds")


if __name__ == "__main__":
    main()
