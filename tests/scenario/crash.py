"""kill -9 at the worst moment: everything acknowledged is there, once, and a retry brings the rest.

usage: crash.py YAGURA ROOT
"""
import collections
import http.client
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import serving
import story

BATCHES, EVENTS_A_BATCH, SENDERS = 120, 40, 3


class Server:
    def __init__(self, yagura, folder):
        self.data = str(pathlib.Path(folder) / "data")
        self.process, said = serving.start(yagura, folder)
        found = re.search(r"http://([0-9.:]+)", said)
        story.expect(found, f"the server did not start: {said}")
        self.address = found.group(1)
        self.secret = json.loads((pathlib.Path(self.data) / "control.json").read_text())["secret"]

    def call(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request(method, "/api/v1/" + path, body,
                           {"Authorization": "Bearer " + self.secret, "Content-Type": "application/x-ndjson", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def batch(number):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    lines = [json.dumps({"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": f"PC{number}",
                         "CommandLine": f"vssadmin.exe delete shadows /all /quiet #{number}.{i}",
                         "Image": "C:\\Windows\\System32\\vssadmin.exe", "@timestamp": now}) for i in range(EVENTS_A_BATCH)]
    return "\n".join(lines) + "\n"


def send_all(server, bodies, acknowledged, numbers):
    for number in numbers:
        try:
            status, _ = server.call("POST", "ingest?source=crash", bodies[number], **{"Idempotency-Key": f"batch-{number}"})
        except (OSError, http.client.HTTPException):
            return
        if status == 200:
            acknowledged.add(number)


def stored(server):
    status, text = server.call("POST", "events/sql", json.dumps(
        {"sql": "SELECT host, count() AS n, uniqExact(event_uid) AS u FROM events WHERE source = 'crash' GROUP BY host",
         "limit": 10_000}), **{"Content-Type": "application/json"})
    story.expect(status == 200, f"the lake answers: {status} {text}")
    return {row[0]: (int(row[1]), int(row[2])) for row in json.loads(text)["rows"]}


def live_crash(yagura, folder):
    bodies = {number: batch(number) for number in range(BATCHES)}
    acknowledged = set()
    server = Server(yagura, folder)
    senders = [threading.Thread(target=send_all, args=(server, bodies, acknowledged, range(k, BATCHES, SENDERS)))
               for k in range(SENDERS)]
    for sender in senders:
        sender.start()
    while len(acknowledged) < BATCHES // 4:
        time.sleep(0.02)
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    for sender in senders:
        sender.join()
    before = set(acknowledged)
    story.expect(0 < len(before) < BATCHES, f"it was killed in the middle: {len(before)} of {BATCHES}")
    server = Server(yagura, folder)
    there = stored(server)
    for number in before:
        story.expect(there.get(f"PC{number}") == (EVENTS_A_BATCH, EVENTS_A_BATCH),
                     f"acknowledged, so stored once: PC{number} {there.get(f'PC{number}')}")
    send_all(server, bodies, acknowledged, range(BATCHES))
    there = stored(server)
    wrong = {host: count for host, count in there.items() if count != (EVENTS_A_BATCH, EVENTS_A_BATCH)}
    story.expect(len(there) == BATCHES and not wrong, f"after the retry each batch is there once: {wrong}")
    findings = collections.Counter()
    cursor = ""
    while True:
        status, text = server.call("GET", f"alerts?limit=500{cursor}")
        page = json.loads(text)
        for alert in page["records"]:
            findings[alert["body"]["host"], alert["body"]["rule"]] += alert["body"]["findings"]
        if not page.get("next_cursor"):
            break
        cursor = "&cursor=" + page["next_cursor"]
    story.expect(len(findings) >= BATCHES and set(findings.values()) == {EVENTS_A_BATCH},
                 f"no finding is lost or counted twice: {collections.Counter(findings.values())}")
    piped = subprocess.run([yagura, "ingest", "--data", server.data, "--json", "-"], input=batch(BATCHES),
                           capture_output=True, text=True, check=False)
    story.expect(piped.returncode == 0, f"standard input reaches a running server: {piped.stderr}")
    told = json.loads(piped.stdout)
    story.expect((told["inputs"], told["events"]) == (1, EVENTS_A_BATCH) and told["findings"] >= EVENTS_A_BATCH,
                 f"all that was piped is stored and judged: {told}")
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=60)
    story.expect(subprocess.run([yagura, "verify", "--data", server.data], check=False).returncode == 0, "the ledger is sound")
    print(f"killed after {len(before)} of {BATCHES} batches; each stored once after the retry")


def file_crash(yagura, folder):
    total = 200_000
    log = pathlib.Path(folder) / "big.ndjson"
    with log.open("w") as out:
        for i in range(total):
            out.write(json.dumps({"@timestamp": "2026-11-01T00:00:00Z", "host": "big", "n": i, "text": "x" * 200}) + "\n")
    data = str(pathlib.Path(folder) / "files")
    kills = 0
    for _ in range(3):
        process = subprocess.Popen([yagura, "ingest", "--data", data, str(log)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.7, 1.6))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
    done = subprocess.run([yagura, "ingest", "--data", data, str(log), "--json"], capture_output=True, text=True, check=False)
    story.expect(done.returncode == 0, f"the last run ends well: {done.stderr}")
    count = subprocess.run([yagura, "search", "--data", data, "--json", "--sql",
                            "SELECT count() AS n, uniqExact(event_uid) AS u FROM events"], capture_output=True, text=True,
                           check=False)
    row = json.loads(count.stdout)
    story.expect((int(row["n"]), int(row["u"])) == (total, total), f"every line once after {kills} kills: {row}")
    with log.open("a") as out:
        out.write(json.dumps({"@timestamp": "2026-11-01T00:00:01Z", "host": "big", "n": total}) + "\n")
    grown = json.loads(subprocess.run([yagura, "ingest", "--data", data, str(log), "--json"], capture_output=True, text=True,
                                      check=False).stdout)
    story.expect(grown["events"] == 1, f"of a file that grew only what is new is stored: {grown}")
    print(f"a file of {total} lines, killed {kills} times: each line once")


def main():
    yagura = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        live_crash(yagura, folder)
        file_crash(yagura, folder)


if __name__ == "__main__":
    main()
