"""The story of story.py by HTTP against a running server, signed in as a person with a password.

usage: by_api.py YAGURA ROOT
"""
import http.client
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

import serving
import story

METHODS = {"list": ("GET", ""), "show": ("GET", ""), "create": ("POST", ""), "update": ("PATCH", "")}
SPECIAL = {"analysis-update": ("PATCH", "analysis"), "statement-update": ("PUT", "statement"), "missing": ("GET", "missing"),
           "tasks": ("GET", "tasks")}


class Api:
    def __init__(self, address):
        self.address, self.cookie, self.csrf = address, "", ""

    def call(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        sent = {"Content-Type": "application/json", **dict(headers)}
        if self.cookie:
            sent |= {"Cookie": self.cookie, "X-CSRF-Token": self.csrf}
        connection.request(method, "/api/v1/" + path, json.dumps(body) if body is not None else None, sent)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def sign_in(self, login, password):
        status, headers, text = self.call("POST", "session", {"login": login, "password": password})
        story.expect(status in (200, 201), f"sign-in: {status} {text}")
        self.cookie = headers["Set-Cookie"].split(";")[0]
        for needed in ("HttpOnly", "SameSite=Strict"):
            story.expect(needed in headers["Set-Cookie"], f"the session's cookie is {needed}")
        self.csrf = json.loads(text)["csrf_token"]

    def act(self, collection, verb, *ids, **fields):
        method, word = METHODS.get(verb) or SPECIAL.get(verb) or ("POST", verb)
        path = "/".join([collection, *ids] + ([word] if word else []))
        if method == "GET":
            status, _, text = self.call(method, path + "?" + urllib.parse.urlencode(fields))
        else:
            status, _, text = self.call(method, path, fields)
        story.expect(status < 500, f"{method} {path}: {status} {text}")
        return status < 400, json.loads(text)

    def document(self, path, **fields):
        status, _, text = self.call("GET", path + "?" + urllib.parse.urlencode(fields))
        story.expect(status == 200, f"no report {path}: {status} {text}")
        return text

    def settle(self, incident):
        """Reactions run beside the requests: wait until triage and governance have answered."""
        for _ in range(100):
            missing = json.loads(self.call("GET", f"incidents/{incident}/missing")[2])["missing"]
            if all(one["code"].startswith("response.close.report") for one in missing):
                return
            time.sleep(0.1)
        raise story.Wrong(f"the loops did not run: {missing}")


def wait_for_incident(api, alert):
    for _ in range(100):
        if any(alert in one["body"]["alerts"] for one in story.done(api.act("incidents", "list"))["records"]):
            return
        time.sleep(0.1)


def main():
    yagura, root = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        server, said = serving.start(yagura, folder, "--sample", str(root / "sample" / "logs"))
        try:
            address = re.search(r"http://([0-9.:]+)", said).group(1)
            nobody = Api(address)
            status, _, _ = nobody.call("GET", "alerts")
            story.expect(status == 401, f"nothing is open: {status}")
            api = Api(address)
            api.sign_in("admin", re.search(r"admin / (\S+)", said).group(1))
            act = api.act

            def settled(collection, verb, *ids, **fields):
                answer = act(collection, verb, *ids, **fields)
                if verb == "escalate":
                    wait_for_incident(api, ids[0])
                return answer

            api.act = settled
            event = {"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": "PC9",
                     "CommandLine": "vssadmin.exe delete shadows /all /quiet", "Image": "C:\\Windows\\System32\\vssadmin.exe",
                     "@timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
            for _ in range(2):  # the same key twice is one batch
                status, _, text = api.call("POST", "ingest?source=scenario", event, {"Idempotency-Key": "scenario-1"}.items())
                story.expect(status == 200, f"ingest: {status} {text}")
            status, _, text = api.call("GET", "events?q=host:PC9")
            story.expect(len(json.loads(text)["events"]) == 1, f"stored once, and there when 200 came: {text}")
            story.walk(api)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)
        story.expect(server.returncode == 0, f"the server stopped well: {server.returncode}")
        verified = subprocess.run([yagura, "verify", "--data", str(pathlib.Path(folder) / "data")], check=False)
        story.expect(verified.returncode == 0, "the ledger is sound")


if __name__ == "__main__":
    main()
