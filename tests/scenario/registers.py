"""A house brings in the asset register that it kept in a spreadsheet, hears what it owes for it, hands one asset over to
another role, and carries every register out and in again; by the command line, with and without a running server.

usage: registers.py YAGURA ROOT
"""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile

import serving
from story import expect

BROKEN = "名称,種類,重要度\n受注サーバ,サーバー,高\n倉庫端末,冷蔵庫,低\n,端末,低\n"
SOUND = "名称,種類,重要度,管理主体\n受注サーバ,サーバー,高,=営業部\n倉庫端末,端末,低,\"倉庫, 二階\"\n"


class House:
    def __init__(self, yagura, data):
        self.yagura, self.data = yagura, data

    def call(self, *words):
        return subprocess.run([self.yagura, *words, "--data", str(self.data), "--json"], capture_output=True, timeout=300,
                              check=False)

    def run(self, *words, status=0):
        done = self.call(*words)
        expect(done.returncode == status, f"{words}: {done.returncode} {done.stdout} {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else None


def bring_in(house, folder):
    book = pathlib.Path(folder) / "assets.csv"
    book.write_text(BROKEN, encoding="cp932")  # as Japanese Excel saves it
    report = house.run("records", "import", "asset", str(book), status=1)
    told = [(one["row"], one["column"], one["value"]) for one in report["errors"]]
    expect(told == [(3, "種類", "冷蔵庫"), (4, "名称", "")], f"broken rows are named: {told}")
    expect(house.run("records", "asset", "list")["records"] == [], "nothing was loaded")
    book.write_text(SOUND, encoding="utf-8-sig")
    expect(house.run("records", "import", "asset", str(book), "--check")["created"] == 2, "a check says what would happen")
    report = house.run("records", "import", "asset", str(book))
    expect(report["loaded"] and report["created"] == 2, f"two assets are there: {report}")
    return [one["id"] for one in report["records"]]


def hand_over(house, asset):
    owed = house.run("due", "--role", "E-5")["items"]
    expect([one["record"] for one in owed] == [asset], f"the important system wants an assessment: {owed}")
    sent = house.run("referrals", "create", "--record", asset, "--to", "E-3", "--what", "影響を見てほしい")
    expect(house.call("referrals", "create", "--record", asset, "--to", "H-1", "--what", "x").returncode != 0,
           "there is no way from E-2 to H-1")
    expect(len(house.run("due", "--role", "E-3", "--kind", "obligation")["items"]) == 1, "E-3 owes an answer")
    house.run("referrals", "receive", sent["id"])
    house.run("referrals", "answer", sent["id"], "--outcome", "影響なし")
    expect(house.run("referrals", "close", sent["id"])["state"] == "closed", "who sent it closes it")
    expect(house.run("due", "--role", "E-3", "--kind", "obligation")["items"] == [], "nothing is owed any more")


def carry(house, folder):
    for form in ("csv", "json", "xlsx"):
        out = pathlib.Path(folder) / form
        done = house.call("records", "export", "all", "--format", form, "--output", str(out))
        expect(done.returncode == 0, f"every register goes out as {form}: {done.stderr}")
        files = sorted(out.iterdir())
        expect(len(files) >= 81, f"each of them: {len(files)}")
        for name in ("asset", "referral", "action_policy", "incident_criteria", "contact"):
            report = house.run("records", "import", name, str(out / f"{name}.{form}"))
            expect(report["created"] == report["changed"] == 0, f"{name} as {form} changes nothing: {report}")
    text = (pathlib.Path(folder) / "csv" / "asset.csv").read_text(encoding="utf-8-sig")
    expect("'=営業部" in text, f"a spreadsheet runs no formula of ours: {text}")


def change_twice(house, asset):
    first = house.run("records", "asset", "update", asset, "--version", "1", "--changes", '{"owner":"情シス"}')
    expect(first["version"] == 2, "the first change is in")
    late = house.call("records", "asset", "update", asset, "--version", "1", "--changes", '{"owner":"総務"}')
    expect(late.returncode != 0, "the second is told")
    expect(house.run("records", "asset", "show", asset)["body"]["owner"] == "情シス", "and nothing is lost")


def name_fields(house):
    """Fields are named on the command line; --field-NAME means the one that an option of the command's own hides."""
    told = house.call("records", "custom_analytic", "--help-fields").stdout.decode()
    expect("[--field-data]" in told and "[--data]" not in told, f"the field data is named another way: {told}")
    made = house.run("records", "custom_analytic", "create", "--title", "夜間の認証", "--purpose", "SIEM に入らない記録を見る",
                     "--field-data", "入退室の記録", "--algorithm", "件数の比較")
    expect(made["body"]["data"] == "入退室の記録", f"it is reached: {made}")
    again = house.run("records", "custom_analytic", "update", made["id"], "--version", "1", "--field-data", "5", "--title", "7")
    expect((again["body"]["data"], again["body"]["title"]) == ("5", "7"), f"a text stays a text: {again}")
    asked = house.run("records", "enquiry", "create", "--title", "照会", "--channel", "mail", "--asker", "営業部", "--received_at",
                      "2026-04-08T01:00:00Z", "--field-body", "この検知は何か")
    expect(asked["body"]["body"] == "この検知は何か", f"so is body: {asked}")
    wrong = house.call("records", "enquiry", "update", asked["id"], "--version", "1", "--field-nothing", "x")
    expect(wrong.returncode != 0, "a field that is not there is refused")


def main():
    yagura = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        house = House(yagura, pathlib.Path(folder) / "data")
        assets = bring_in(house, folder)
        hand_over(house, assets[0])
        name_fields(house)
        carry(house, folder)
        server, _ = serving.start(yagura, folder)
        try:
            carry(house, folder)
            change_twice(house, assets[1])
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
        elsewhere = House(yagura, pathlib.Path(folder) / "elsewhere")
        report = elsewhere.run("records", "import", "asset", str(pathlib.Path(folder) / "xlsx" / "asset.xlsx"), "--new")
        expect(report["created"] == 2, f"another house takes them as new: {report}")
        expect(house.call("verify").returncode == 0, "the journal holds")


if __name__ == "__main__":
    main()
