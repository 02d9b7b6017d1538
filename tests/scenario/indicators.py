"""A list of indicators that names the sample's command-and-control host makes alerts of the sample's logs, by the
command line alone; what is expired makes none.

usage: indicators.py YAGURA ROOT
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from story import expect

LIST = """# what a partner mailed us
cdn[.]office-sync-update[.]example   # second stage
198.51.100[.]140
hxxp://nowhere[.]example/unseen
this is no indicator
"""


def main():
    yagura, root = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        feed = pathlib.Path(folder) / "partner.txt"
        feed.write_text(LIST, encoding="utf-8")

        def run(*words):
            done = subprocess.run([yagura, *words, "--data", f"{folder}/data", "--json"], capture_output=True,
                                  text=True, timeout=300, check=False)
            expect(done.returncode == 0, f"{words}: {done.stderr}")
            return json.loads(done.stdout)

        imported = run("indicators", "import", str(feed), "--source", "Partner", "--confidence", "90")["imports"][0]
        expect((imported["added"], imported["rejected"]) == (3, 1), f"three are taken: {imported}")
        expect(imported["rejections"][0]["line"] == 5, f"the fourth is told with its line: {imported}")
        expired = run("indicators", "expire", "--value", "198.51.100.140", "--at", "2020-01-01T00:00:00Z",
                      "--reason", "sinkholed")
        expect(expired["count"] == 1, f"one is expired: {expired}")

        run("ingest", str(root / "sample" / "logs" / "proxy01"), str(root / "sample" / "logs" / "sensor01"))
        listed = run("alerts", "list", "--limit", "200")["records"]
        made = {one["body"]["title"]: one["body"] for one in listed if one["body"]["title"].startswith("Indicator:")}
        title = "Indicator: domain cdn.office-sync-update.example (Partner)"
        expect(list(made) == [title], f"the command-and-control host makes an alert, and nothing else does: {sorted(made)}")
        expect(made[title]["level"] == "high", f"the level is of the confidence: {made[title]['level']}")
        shown = {field["name"]: field["value"] for field in made[title]["evidence"][0]["fields"]}
        expect(shown.get("indicator.source") == "Partner", f"the evidence names the source: {shown}")

        known = run("indicators", "find", "--value", "www.cdn.office-sync-update.example")["indicators"]
        expect([one["source"] for one in known] == ["Partner"], f"it can be asked for: {known}")


if __name__ == "__main__":
    main()
