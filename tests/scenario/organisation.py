"""A house plans who sits where, loads what its people should be able to, and looks at itself: rosters and their calendar,
staffing, skills, the IT-type path, improvements; by the command line and against a running server.

usage: organisation.py YAGURA ROOT
"""
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

import calendar_file
import serving
from story import expect

DAY = ("--from", "2026-05-01T00:00:00Z", "--until", "2026-05-08T00:00:00Z")
NICE_1 = "code,name,role,level,note\r\nT0001,ログの読み方,B-1,3,\r\nT0001,,C-1,2,\r\nT0002,法令,,,出典のこの欄は読めない\r\n"
NICE_2 = "code,name,role,level,note\r\nT0001,ログの読み方,B-1,2,\r\n"
BROKEN = "code,name,role,level\r\nT0001,ログの読み方,B-1,9\r\nT0002,,B-1,1\r\nT0003,法令,Z-9,1\r\n"


class House:
    """The command line on a data folder; a running server's, when there is one."""

    def __init__(self, yagura, data):
        self.yagura, self.data = yagura, data

    def call(self, *words, lang="ja"):
        return subprocess.run([self.yagura, "--lang", lang, *words, "--data", str(self.data)], capture_output=True, timeout=300,
                              check=False)

    def run(self, *words, status=0):
        done = self.call(*words, "--json")
        expect(done.returncode == status, f"{words}: {done.returncode} {done.stdout.decode()} {done.stderr.decode()}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def plain(self, *words):
        """A command that needs no data."""
        return subprocess.run([self.yagura, *words], capture_output=True, timeout=300, check=False)

    def make(self, record_type, **body):
        return self.run("records", record_type, "create", "--body", self.file(json.dumps({"body": body})))["id"]

    def move(self, record_type, record, move, version=1, **changes):
        return self.run("records", record_type, "move", record, "--body",
                        self.file(json.dumps({"version": version, "move": move, "changes": changes})))

    def file(self, text, name="body.json"):
        path = pathlib.Path(self.data).parent / name
        path.write_text(text, encoding="utf-8")
        return str(path)


def kinds(look):
    return [one["kind"] for one in look["findings"]]


def plan_shifts(house):
    """A week around the clock with one holiday, one shift that nobody takes, and one that is handed over."""
    house.run("roster", *DAY)  # nothing is asked for, nothing is missing
    holidays = house.make("holiday_calendar", name="祝日", days=[{"date": "2026-05-04", "name": "みどりの日"}])
    house.make("roster", name="日勤", team="二次対応", mode="daily", seats=1, day_from="09:00", day_to="17:30",
               holidays=[holidays], **{"from": "2026-04-01"})
    look = house.run("roster", *DAY, "--team", "二次対応", status=1)
    days = [one["from"][:10] for one in look["findings"]]
    expect(days == ["2026-05-01", "2026-05-05", "2026-05-06", "2026-05-07"], f"no weekend, no holiday: {days}")
    for day in days:
        house.make("shift", team="二次対応", person="user:mori", starts_at=day + "T00:00:00Z", ends_at=day + "T08:30:00Z")
    expect(house.run("roster", *DAY)["findings"] == [], "every seat is taken")
    empty = house.make("shift", team="二次対応", starts_at="2026-05-02T00:00:00Z", ends_at="2026-05-02T08:30:00Z",
                       note="行1; 行2, 続き\\終わり")
    look = house.run("roster", *DAY, status=1)
    expect(kinds(look) == ["nobody"] and look["findings"][0]["records"] == [empty], f"a shift without anybody warns: {look}")
    told = house.call("roster", *DAY).stdout.decode()
    expect("担当者のいないシフト" in told and empty in told, f"and a person can read it: {told}")
    expect("without anybody" in house.call("roster", *DAY, lang="en").stdout.decode(), "in English too")
    house.move("shift", empty, "cancel")
    return holidays, empty


def read_calendar(house, holidays, cancelled):
    events = calendar_file.parse(house.call("roster", *DAY, "--ical").stdout)
    shifts = [one for one in events if one["UID"].startswith("SHF-")]
    expect(len(shifts) == 5, f"four shifts and one that was cancelled: {len(shifts)}")
    gone = next(one for one in shifts if one["UID"].startswith(cancelled + "@"))
    expect(gone["STATUS"] == "CANCELLED" and gone["SEQUENCE"] == "1", f"a subscriber drops it: {gone}")
    expect(gone["DESCRIPTION"] == "行1; 行2, 続き\\終わり", f"text comes back as it was: {gone['DESCRIPTION']}")
    off = next(one for one in events if one["UID"].startswith(holidays))
    expect((off["DTSTART"], off["DTEND"]) == ("20260504", "20260505"), f"a holiday is a whole day: {off}")
    mori = calendar_file.parse(house.call("roster", *DAY, "--ical", "--person", "mori").stdout)
    expect(len([one for one in mori if one["UID"].startswith("SHF-")]) == 4, "one person's own shifts")


def hand_over(house, api):
    """Two shifts of one seat, of which the first has just ended: without a word it shows, and who wrote it can't confirm it."""
    now = int(time.time())
    stamp = lambda hours: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + 3600 * hours))
    house.make("roster", name="常時", team="一次対応", mode="always", seats=1, handover=True, **{"from": stamp(-240)[:10]})
    first = house.make("shift", team="一次対応", person="user:ito", starts_at=stamp(-9), ends_at=stamp(-1))
    house.make("shift", team="一次対応", person="user:mori", starts_at=stamp(-1), ends_at=stamp(7))
    day = ("--team", "一次対応", "--from", stamp(-9), "--until", stamp(7))
    expect(kinds(house.run("roster", *day, status=1)) == ["handover_missing"], "nothing was handed over")
    ito, mori = api.person("ito"), api.person("mori")
    made = ito.ok("POST", "records/shift_handover", {"body": {"team": "一次対応", "from_shift": first, "summary": "異常なし"}})
    expect(kinds(house.run("roster", *day, status=1)) == ["handover_unconfirmed"], "written, and nobody has read it")
    confirm = {"version": 1, "move": "confirm", "changes": {"receiver": "user:mori"}}
    path = f"records/shift_handover/{made['id']}/move"
    expect(ito.call("POST", path, confirm)[0] >= 400, "nobody confirms what they wrote themselves")
    mori.ok("POST", path, confirm)
    expect(house.run("roster", *day)["findings"] == [], "handed over")
    look = urllib.parse.urlencode({"from": stamp(-9), "until": stamp(7), "team": "一次対応", "detail": "true"})
    shown = api.ok("GET", "roster?" + look)
    expect([one["person"] for one in shown["planned"]] == ["ito", "mori"] and shown["demand"][0]["seats"] == 1,
           f"a page can draw it: {shown}")


def load_skills(house, folder):
    file = house.file(BROKEN, "broken.csv")
    done = house.call("skills", "load", file, "--framework", "NICE", "--edition", "1")
    told = done.stderr.decode() + done.stdout.decode()
    expect(done.returncode != 0, "a broken file is refused")
    for row in ("row:2", "row:3", "row:4"):
        expect(row in told, f"{row} is named: {told}")
    expect(house.run("records", "skill", "list")["records"] == [], "nothing was loaded")
    load = lambda text, edition: house.run("skills", "load", house.file(text, "nice.csv"), "--framework", "NICE", "--edition", edition)
    expect(load(NICE_1, "1.0.0")["created"] == 2, "two skills are there")
    expect(load(NICE_1, "1.0.0")["unchanged"] == 2, "the same file again changes nothing")
    asked = {one["body"]["code"]: one["body"].get("roles", []) for one in house.run("records", "skill", "list")["records"]}
    expect(asked["T0002"] == [], f"a cell that the source lost is not filled in: {asked}")
    gaps = house.run("skills", "gaps")
    expect([one["role"] for one in gaps["roles"]] == ["B-1", "C-1"], f"what roles ask for and nobody can: {gaps}")
    person = house.make("person", name="伊藤", account="user:ito", roles="B-1", origin="network_operation",
                        skills=[{"skill": "T0001", "level": 2}])
    again = load(NICE_2, "2.0.0")
    expect((again["created"], again["replaced"]) == (1, 2), f"a new edition replaces the former: {again}")
    expect(house.run("skills", "gaps")["roles"] == [], "level 2 is enough for the new edition")
    return person


def look_at_people(house, person):
    page = house.run("people", "show", person)
    expect([one["state"] for one in page["stages"]][:2] == ["reached", "open"], f"an IT background and no work yet: {page}")
    expect(page["stages"][1]["next_roles"] == ["G-1"], "a network operator begins with G-1")
    expect(page["retention"]["overdue"], "nobody planned a review")
    house.make("retention_review", person=person, due="2199-01-01")
    page = house.run("people", "show", person)
    expect(page["retention"] == {"last_held": None, "next_due": "2199-01-01", "overdue": False}, f"now it has a date: {page['retention']}")


def improve(house):
    item = house.make("improvement", title="検知の自動化", cycle="long", role="B-1", why="手作業が追いつかない")
    early = house.call("improvements", "start", item, "--owner", "user:ito", "--due", "2027-03-31")
    expect(early.returncode != 0 and b"A" in early.stderr + early.stdout, "a long one is decided first")
    past = {"version": 1, "move": "start", "changes": {"owner": "user:ito", "due": "2027-03-31"}}
    expect(house.call("records", "improvement", "move", item, "--body", house.file(json.dumps(past))).returncode != 0,
           "the register's own door does not go round the cycle")
    house.run("improvements", "decide", item, "--owner", "user:ito", "--due", "2027-03-31", "--decision", "導入する")
    house.run("improvements", "build", item)
    study = house.make("tool_study", title="調査", need="自動化", requirements=[{"what": "API", "weight": 3}])
    house.run("improvements", "return", item, "--built_by", study)
    aged = house.run("improvements", "ageing")
    expect([one["state"] for one in aged["open"]] == ["doing"], f"it is back in operation: {aged}")
    done = house.run("improvements", "finish", item, "--result", "検知が早まった")
    expect(done["state"] == "done", f"and done: {done}")


def staff(house, api, root):
    table = json.loads(house.plain("staffing", "--json").stdout)
    shared = shared_textbook(root) / "staffing.json"
    expect([one["total"] for one in table] == [4, 7, 12, 26], "the table of chapter 6")
    if shared.exists():
        source = json.loads(shared.read_text(encoding="utf-8"))
        mode = {"日勤": "day", "常時": "always", "兼務": "shared", "しない": "none"}
        for level in api.ok("GET", "staffing")["levels"]:
            for team, cell in source["levels"][str(level["level"])].items():
                ours = next(one for one in level["teams"] if one["team_ja"] == team)
                told = (ours["mode"], ours["headcount"], ours.get("by_ja"))
                expect(told == (mode[cell["mode"]], cell["headcount"], cell.get("by")), f"level {level['level']} {team}: {told}")
    year = api.ok("POST", "staffing/simulation", {"level": 2, "demand": "catalogue", "days": 365, "runs": 10, "variants": True})
    expect(len(year["variants"]) >= 8, "one more person for each team, and night cover")
    helped = [one for one in year["variants"] if one["missed_share_after"] < year["missed_share"]]
    expect(helped, "somewhere one more person helps")
    more = {one["id"]: one for one in api.ok("POST", "staffing/simulation", {
        "level": 2, "days": 60, "runs": 4, "work": [{"id": "alert", "per_day": 600}]})["simulation"]["work"]}
    before = {one["id"]: one for one in year["simulation"]["work"]}
    expect(more["alert"]["wait_mean_minutes"]["mean"] > before["alert"]["wait_mean_minutes"]["mean"], "ten times the alerts wait longer")


class Api:
    def __init__(self, address, secret):
        self.address, self.secret = address, secret

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.address, timeout=120)
        connection.request(method, "/api/v1/" + path, json.dumps(body) if body is not None else None,
                           {"Authorization": "Bearer " + self.secret, "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def ok(self, method, path, body=None):
        status, text = self.call(method, path, body)
        expect(status < 400, f"{method} {path}: {status} {text}")
        return json.loads(text)

    def person(self, login):
        self.ok("POST", "users", {"login": login, "name": login, "service": True, "roles": ["handler"]})
        token = self.ok("POST", "tokens", {"login": login, "name": "shift", "permissions": ["governance.read", "governance.write"],
                                          "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))})
        return Api(self.address, token["secret"])


def read_textbook(house, api, root):
    """The catalogue's numbers and links, by both doors, and against the facts where they lie beside the project."""
    book = json.loads(house.plain("textbook", "--json").stdout)
    expect(book == api.ok("GET", "textbook"), "both doors tell the same")
    counts = book["counts"]
    expect(counts == {"functions": 9, "roles": 54, "links": 126, "teams": 9, "placements": 66, "areas": 4, "patterns": 4, "cycles": 2},
           f"the hard numbers: {counts}")
    expect([one["id"] for one in book["areas"]] == ["I", "II", "IV", "III"], "the order of dependence")
    expect(len(api.ok("GET", "role-links")["links"]) == 126, "links are ways to hand something over")
    expect([one["id"] for one in api.ok("GET", "roles?" + urllib.parse.urlencode({"name": "問合せ受付"}))["roles"]] == ["B-5"],
           "another title finds its role")
    shared = shared_textbook(root) / "roles.json"
    if not shared.exists():
        return
    source = json.loads(shared.read_text(encoding="utf-8"))
    area = lambda value: "all" if value == "全領域" else value
    for role, fact in zip(book["roles"], source["roles"], strict=True):
        expect((role["id"], role["title_ja"], role["title_en"], role["area"], role["area_table2"], role["area_figure7"])
               == (fact["id"], fact["title_ja"], fact["title_en"], area(fact["area"]), area(fact["area_table2"]),
                   area(fact["area_fig7"])), f"{role['id']} differs from {fact['id']}")
        expect([(one["to"], one["kind"]) for one in role["links"]] == [(one["to"], one["kind"]) for one in fact["links"]],
               f"links of {role['id']}")
        expect([one["title_ja"] for one in role["teams"]] == [one["team_ja"] for one in fact["teams"]], f"teams of {role['id']}")


def shared_textbook(root):
    return pathlib.Path(os.environ.get("YAGURA_SHARED_DATA", root / "../shared/data")) / "../textbook"


def show_roles(house, api):
    """A role without an owner warns, until somebody has it."""
    roles = api.ok("GET", "roles")["roles"]
    expect(len(roles) == 54 and all(one["owner"] is None for one in roles), "54 roles, nobody's")
    warned = lambda: {one["what"] for one in house.run("resources")["warnings"] if one["kind"] == "without_owner"}
    expect(len(warned()) == 54, f"each of them warns: {len(warned())}")
    house.make("role_assignment", role="B-1", sourcing="own", owner="user:ito", **{"from": "2026-01-01"})
    house.make("role_assignment", role="C-3", sourcing="none", **{"from": "2026-01-01"})
    expect({"B-1", "C-3"}.isdisjoint(warned()) and len(warned()) == 52, "one has an owner, one was decided against")


def main():
    yagura, root = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        house = House(yagura, pathlib.Path(folder) / "data")
        house.run("records", "import", "network_segment", house.file("名称,アドレス範囲,区分\noffice,192.0.2.0/24,業務\n", "net.csv"))
        holidays, cancelled = plan_shifts(house)
        read_calendar(house, holidays, cancelled)
        person = load_skills(house, folder)
        look_at_people(house, person)
        improve(house)
        server, said = serving.start(yagura, folder)
        try:
            secret = json.loads((house.data / "control.json").read_text())["secret"]
            api = Api(re.search(r"http://([0-9.:]+)", said).group(1), secret)
            read_textbook(house, api, root)
            show_roles(house, api)
            hand_over(house, api)
            read_calendar(house, holidays, cancelled)
            look = urllib.parse.urlencode({"from": DAY[1], "until": DAY[3]})
            expect(api.ok("GET", "roster?" + look)["findings"] == [], "the server tells the same")
            staff(house, api, root)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
        expect(house.call("verify").returncode == 0, "the journal holds")


if __name__ == "__main__":
    main()
