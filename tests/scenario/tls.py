"""A server with a certificate of the organisation's own authority: who names the authority gets in, nobody else does.

usage: tls.py YAGURA ROOT
"""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import warnings

import serving
from story import Wrong, expect


def openssl(folder, *words):
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False)
    expect(done.returncode == 0, f"openssl {words[0]}: {done.stderr}")


def certify(folder):
    """An authority (ca.pem), a certificate by it for 127.0.0.1 (server.pem, server.key), and a stranger (other.pem)."""
    new_key = ["req", "-newkey", "rsa:2048", "-nodes"]
    for name in ("ca", "other"):
        openssl(folder, *new_key, "-x509", "-days", "2", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")
    openssl(folder, *new_key, "-subj", "/CN=yagura", "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem")


def token_of(port, password, authority):
    """Signs in over TLS and makes a token, as docs/api.md tells."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=ssl.create_default_context(cafile=authority))
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/api/v1/session", json.dumps({"login": "admin", "password": password}), headers)
    answer = connection.getresponse()
    cookie = answer.headers["Set-Cookie"]
    expect("Secure" in cookie, f"over TLS the session's cookie is Secure: {cookie}")
    headers |= {"Cookie": cookie.split(";")[0], "X-CSRF-Token": json.loads(answer.read())["csrf_token"]}
    tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
    connection.request("POST", "/api/v1/tokens", json.dumps({"name": "desk", "permissions": ["alert.read"],
                                                             "expires_at": tomorrow}), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    expect(answer.status == 201, f"a token: {answer.status} {text}")
    return json.loads(text)["secret"]


def refuses_what_is_not_tls_now(port, authority):
    with socket.create_connection(("127.0.0.1", port), 30) as plain:
        plain.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        expect(b"HTTP/1.1" not in plain.recv(100), "clear text gets no answer")
    warnings.simplefilter("ignore", DeprecationWarning)  # the old versions are the point here
    old = ssl.create_default_context(cafile=authority)
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    try:
        old.wrap_socket(socket.create_connection(("127.0.0.1", port), 30), server_hostname="127.0.0.1")
    except (ssl.SSLError, ConnectionError):
        return
    raise Wrong("TLS 1.1 was accepted")


def main():
    yagura = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        certify(folder)
        bare = subprocess.run([yagura, "serve", "--data", str(folder / "open"), "--config", "/dev/stdin"], text=True, check=False,
                              input="listen: 0.0.0.0:0\nsyslog: {udp: [], tcp: []}\n", capture_output=True, timeout=60)
        expect(bare.returncode != 0 and "not loopback" in bare.stderr, f"no open address without TLS: {bare.stderr}")
        server, said = serving.start(yagura, folder, tls="tls: {certificate: server.pem, key: server.key}")
        try:
            port = int(re.search(r"https://127\.0\.0\.1:(\d+)", said).group(1))
            authority = str(folder / "ca.pem")
            refuses_what_is_not_tls_now(port, authority)
            token = token_of(port, re.search(r"admin / (\S+)", said).group(1), authority)

            def list_alerts(*words, **more):
                return subprocess.run([yagura, "alerts", "list", "--json", *words], capture_output=True, text=True, timeout=60,
                                      check=False, **more)

            def alerts(*words):
                return list_alerts("--url", f"https://127.0.0.1:{port}", *words, env={**os.environ, "YAGURA_TOKEN": token})

            beside = list_alerts("--data", str(folder / "data"), cwd="/")
            expect(beside.returncode == 0, f"the data folder's owner needs no word of it: {beside}")

            known = alerts("--ca", authority)
            expect(known.returncode == 0 and json.loads(known.stdout)["records"] == [], f"the authority is believed: {known}")
            stranger = alerts()
            expect(stranger.returncode == 3 and "--ca" in stranger.stderr, f"a stranger is not, and how to is said: {stranger}")
            expect(alerts("--ca", str(folder / "other.pem")).returncode == 3, "another authority does not vouch for it")
            gone = alerts("--ca", str(folder / "gone.pem"))
            expect(gone.returncode == 3 and "PEM" in gone.stderr, f"a missing file is said: {gone}")
        finally:
            server.send_signal(signal.SIGTERM)
            expect(server.wait(60) == 0, "the server stops when asked")


if __name__ == "__main__":
    main()
