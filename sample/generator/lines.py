"""Logs that are lines of text: each line knows its time and, when it belongs to the intrusion, its step."""

import datetime
import json
import re

from .dice import SECOND


class Line:
    __slots__ = ("time", "text", "host", "step", "rules", "order")

    def __init__(self, time, text, host, step, rules, order):
        self.time, self.text, self.host, self.step, self.rules = time, text, host, step, tuple(rules)
        self.order = order


class LineLog:
    """One log file. `render` gives a line's text from its parts."""

    def __init__(self, host, header=()):
        self.host, self.header, self.lines, self.step = host, list(header), [], ""

    def add(self, time, text, rules=(), host=None):
        """`host`: the machine that the line names; without it the log's own."""
        self.lines.append(Line(time, text, self.host if host is None else host, self.step, rules, len(self.lines)))

    def finish(self):
        self.lines.sort(key=lambda line: (line.time, line.order))

    def text(self):
        return "".join(row + "\n" for row in self.header) + "".join(line.text + "\n" for line in self.lines)


def moment(time_us):
    return datetime.datetime.fromtimestamp(time_us // SECOND, datetime.timezone.utc)


def iso(time_us, digits=3):
    return moment(time_us).strftime("%Y-%m-%dT%H:%M:%S") + f".{time_us % SECOND:06}"[: digits + 1] + "Z"


class Rfc3164(LineLog):
    def say(self, time, program, pid, message, rules=()):
        at = moment(time)
        stamp = at.strftime("%b ") + f"{at.day:2}" + at.strftime(" %H:%M:%S")
        self.add(time, f"{stamp} {self.host} {program}{f'[{pid}]' if pid else ''}: {message}", rules)


class Rfc5424(LineLog):
    PRIORITIES = {"sshd": 38, "sudo": 85, "CRON": 78, "kernel": 6, "useradd": 86, "crontab": 78, "su": 86}

    def say(self, time, program, pid, message, rules=()):
        priority = self.PRIORITIES.get(program, 30)
        self.add(time, f"<{priority}>1 {iso(time, 6)} {self.host} {program} {pid or '-'} - - {message}", rules)


def audit_value(text):
    """auditd writes a value with a space, quote or non-ASCII character in hexadecimal."""
    if any(c in " \"'" or ord(c) < 33 or ord(c) > 126 for c in text):
        return text.encode().hex().upper()
    return f'"{text}"'


class Audit(LineLog):
    """Linux audit.log: several records, one serial."""

    def __init__(self, host, serial):
        super().__init__(host)
        self.first = self.serial = serial

    def finish(self):
        """Serials in the order of time, as the kernel gives them."""
        super().finish()
        numbers = {}
        for line in self.lines:
            before, old, rest = re.fullmatch(r"(.*? msg=audit\([0-9.]+:)(\d+)(\):.*)", line.text, re.S).groups()
            line.text = before + str(numbers.setdefault(old, self.first + len(numbers))) + rest

    def head(self, kind, time):
        return f"node={self.host} type={kind} msg=audit({time // SECOND}.{time // 1000 % 1000:03}:{self.serial}):"

    def execute(self, time, dice, argv, exe, uid, auid, tty, cwd, rules=(), syscall_rules=(), proctitle_rules=()):
        self.serial += 1
        pid, ppid, comm = dice.between(2000, 32000), dice.between(1000, 31000), exe.rsplit("/", 1)[1][:15]
        owner = auid if auid is not None else 4294967295
        self.add(
            time,
            f"{self.head('SYSCALL', time)} arch=c000003e syscall=59 success=yes exit=0 a0={dice.hex(12)} "
            f"a1={dice.hex(12)} a2={dice.hex(12)} a3=0 items=2 ppid={ppid} pid={pid} auid={owner} uid={uid} gid={uid} "
            f"euid={uid} suid={uid} fsuid={uid} egid={uid} sgid={uid} fsgid={uid} tty={tty} ses={dice.between(1, 90)} "
            f'comm="{comm}" exe="{exe}" subj=unconfined key="exec"',
            syscall_rules,
        )
        arguments = " ".join(f"a{n}={audit_value(a)}" for n, a in enumerate(argv))
        self.add(time, f"{self.head('EXECVE', time)} argc={len(argv)} {arguments}", rules)
        self.add(time, f"{self.head('CWD', time)} cwd={audit_value(cwd)}")
        title = "\0".join(argv)
        shown = title.encode().hex().upper() if "\0" in title or " " in title else f'"{title}"'
        self.add(time, f"{self.head('PROCTITLE', time)} proctitle={shown}", proctitle_rules)

    def write(self, time, dice, path, exe, uid, auid, created, key, rules=()):
        self.serial += 1
        self.add(
            time,
            f"{self.head('SYSCALL', time)} arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c "
            f"a1={dice.hex(12)} a2=241 a3=1b6 items=2 ppid={dice.between(900, 30000)} pid={dice.between(900, 30000)} "
            f"auid={auid} uid={uid} gid={uid} euid={uid} suid={uid} fsuid={uid} egid={uid} sgid={uid} fsgid={uid} tty=pts1 "
            f'ses=41 comm="{exe.rsplit("/", 1)[1][:15]}" exe="{exe}" subj=unconfined key="{key}"',
        )
        self.add(time, f"{self.head('CWD', time)} cwd=\"/root\"")
        self.add(
            time,
            f"{self.head('PATH', time)} item=1 name={audit_value(path)} inode={dice.between(100000, 900000)} dev=fd:00 "
            f"mode=0100644 ouid={uid} ogid={uid} rdev=00:00 nametype={'CREATE' if created else 'NORMAL'} cap_fp=0 cap_fi=0 "
            "cap_fe=0 cap_fver=0 cap_frootid=0",
            rules,
        )


class Zeek(LineLog):
    """Zeek's dns.log: tab-separated values under a typed header."""

    FIELDS = (
        "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass qclass_name qtype qtype_name "
        "rcode rcode_name AA TC RD RA Z answers TTLs rejected"
    ).split()
    TYPES = (
        "time string addr port addr port enum count interval string count string count string count string bool bool "
        "bool bool count vector[string] vector[interval] bool"
    ).split()
    NUMBERS = {"A": 1, "AAAA": 28, "TXT": 16, "PTR": 12, "MX": 15, "SRV": 33}

    def __init__(self, host):
        super().__init__(
            host,
            [
                "#separator \\x09",
                "#set_separator\t,",
                "#empty_field\t(empty)",
                "#unset_field\t-",
                "#path\tdns",
                "#open\t2026-10-13-22-00-00",
                "#fields\t" + "\t".join(self.FIELDS),
                "#types\t" + "\t".join(self.TYPES),
            ],
        )

    def query(self, time, dice, client, name, kind, answers, rules=(), failed=False):
        uid = "C" + "".join(dice.pick("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(17))
        row = [
            f"{time // SECOND}.{time % SECOND:06}",
            uid,
            client,
            dice.between(49200, 65100),
            "10.20.1.53",
            53,
            "udp",
            dice.below(65536),
            f"0.{dice.between(200, 90000):06}",
            name,
            1,
            "C_INTERNET",
            self.NUMBERS[kind],
            kind,
            3 if failed else 0,
            "NXDOMAIN" if failed else "NOERROR",
            "F",
            "F",
            "T",
            "T",
            0,
            answers or "-",
            "300.000000" if answers else "-",
            "F",
        ]
        self.add(time, "\t".join(str(v) for v in row), rules, host=client)  # who acted


class JsonLines(LineLog):
    def put(self, time, values, rules=()):
        self.add(time, json.dumps(values, ensure_ascii=False, separators=(",", ":")), rules)


class Proxy(JsonLines):
    """The outgoing proxy, one JSON object a request, fields named after W3C extended logging."""

    def request(
        self,
        time,
        client,
        account,
        method,
        url,
        agent,
        sent,
        received,
        rules=(),
        status=200,
        referer="-",
        kind="text/html",
    ):
        self.put(
            time,
            {
                "timestamp": iso(time),
                "host": "proxy01",
                "c-ip": client,
                "cs-username": account,
                "cs-method": method,
                "c-uri": url,
                "cs-host": url.split("/")[2] if "//" in url else url.split(":")[0],
                "c-useragent": agent,
                "cs-referrer": referer,
                "cs-bytes": sent,
                "sc-bytes": received,
                "sc-status": status,
                "rs-content-type": kind,
                "s-action": "TCP_MISS",
            },
            rules,
        )


class Web(JsonLines):
    """nginx's access log in JSON."""

    def request(self, time, client, method, path, query, status, sent, agent, rules=()):
        self.put(
            time,
            {
                "timestamp": iso(time, 6),
                "host": "web01",
                "c-ip": client,
                "cs-method": method,
                "cs-uri-stem": path,
                "cs-uri-query": query,
                "sc-status": status,
                "sc-bytes": sent,
                "cs-user-agent": agent,
                "cs-host": "www.minato-seiki.example",
            },
            rules,
        )


class AssetCsv(LineLog):
    """Operations recorded by a Japanese asset management product: CSV in Shift_JIS, times of Japan."""

    def __init__(self, host):
        super().__init__(host, ["日時,コンピュータ名,ユーザー名,操作種別,対象ファイル,サイズ,プログラム名"])

    def put(self, time, computer, account, operation, target, size, program, rules=()):
        at = moment(time + 9 * 3600 * SECOND)
        row = [at.strftime("%Y-%m-%d %H:%M:%S+09:00"), computer, account, operation, target, str(size), program]
        self.add(time, ",".join(f'"{v}"' if "," in v else v for v in row), rules, host=computer)

    def bytes(self):
        return self.text().replace("\n", "\r\n").encode("cp932")
