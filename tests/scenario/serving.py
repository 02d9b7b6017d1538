"""`yagura serve` as the stories start it: any free port of the loopback, no syslog, English."""
import pathlib
import subprocess

from story import Wrong


def start(yagura, folder, *words, tls=""):
    """The server over FOLDER/data with `words` besides, and what it said up to its last line of greeting.

    `tls` is a line of its configuration. Raises Wrong when it ends before that.
    """
    config = pathlib.Path(folder) / "yagura.yaml"
    config.write_text(f"listen: 127.0.0.1:0\nsyslog: {{udp: [], tcp: []}}\n{tls}\n")
    server = subprocess.Popen([yagura, "serve", "--data", str(pathlib.Path(folder) / "data"), "--config", str(config), "--lang", "en",
                               *words], stdout=subprocess.PIPE, text=True)
    said = ""
    for line in server.stdout:
        said += line
        if "yagura verify" in line:
            return server, said
    raise Wrong(f"the server did not start: {said}")
