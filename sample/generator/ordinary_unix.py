"""Two ordinary days of the Linux servers, the proxy, the name server, the web site and the asset management
log: scanners from the Internet that fail, deployments, nightly jobs, large uploads to the company's own cloud."""

from .dice import HOUR, MINUTE, SECOND, jst
from .ordinary_windows import DOCUMENTS, END, START
from .world import ADDRESSES, OTHER_CLIENTS, SATO, SUZUKI, ITO

EDGE_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
    "Safari/537.36 Edg/141.0.0.0"
)
SITES = [
    "www.bing.example",
    "news.example.jp",
    "www.e-gov.example",
    "map.example.jp",
    "weather.example.jp",
    "shop.example.co.jp",
    "www.yamamoto-kogyo.example",
    "static.cdn-jp.example",
    "mail.minato-seiki.example",
    "minato.sharepoint.example",
    "login.cloud-office.example",
    "teams.cloud-office.example",
    "update.windows.example",
    "dl.vendor.example",
]
SCANNERS = ["192.0.2.17", "192.0.2.88", "192.0.2.140", "203.0.113.211", "203.0.113.97"]
GUESSES = ["root", "admin", "test", "oracle", "ubuntu", "postgres", "git", "user", "ftpuser", "pi"]
CLIENTS = OTHER_CLIENTS + [
    ("WS-KEIRI-03", ADDRESSES["WS-KEIRI-03"], SATO),
    ("WS-EIGYO-07", ADDRESSES["WS-EIGYO-07"], SUZUKI),
    ("WS-JOHO-01", ADDRESSES["WS-JOHO-01"], ITO),
]


def key_print(dice):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return "SHA256:" + "".join(dice.pick(alphabet) for _ in range(43))


def sshd_noise(log, dice, count):
    """Guessing from the Internet that never gets in."""
    for time in dice.times(START, END, count):
        ip, port, pid, name = (
            dice.pick(SCANNERS),
            dice.between(30000, 65000),
            dice.between(2000, 32000),
            dice.pick(GUESSES),
        )
        known = name == "root"
        if not known:
            log.say(time, "sshd", pid, f"Invalid user {name} from {ip} port {port}")
        log.say(
            time + 2 * SECOND,
            "sshd",
            pid,
            f"Failed password for {'' if known else 'invalid user '}{name} from {ip} port {port} ssh2",
        )
        log.say(
            time + 3 * SECOND,
            "sshd",
            pid,
            f"Connection closed by authenticating user {name} {ip} port {port} [preauth]",
        )


def sign_in(log, dice, time, name, ip):
    pid = dice.between(2000, 32000)
    log.say(
        time,
        "sshd",
        pid,
        f"Accepted publickey for {name} from {ip} port {dice.between(30000, 65000)} ssh2: ED25519 {key_print(dice)}",
    )
    log.say(time + 20_000, "sshd", pid, f"pam_unix(sshd:session): session opened for user {name}(uid=1001) by (uid=0)")
    log.say(time + 40 * MINUTE, "sshd", pid, f"pam_unix(sshd:session): session closed for user {name}")


def administration(log, audit, dice):
    """The administrator's work by key from the management network, sudo for single commands."""
    commands = [
        ("/usr/bin/apt-get update", "/usr/bin/apt-get"),
        ("/usr/bin/systemctl restart nginx", "/usr/bin/systemctl"),
        ("/usr/bin/journalctl -u nginx", "/usr/bin/journalctl"),
        ("/usr/bin/tail -n 100 /var/log/syslog", "/usr/bin/tail"),
    ]
    for start in (jst("14 10:02"), jst("14 15:31"), jst("15 09:41")):
        sign_in(log, dice, start, "ito", ADDRESSES["WS-JOHO-01"])
        for n, (command, exe) in enumerate(commands):
            time = start + (2 + 3 * n) * MINUTE
            log.say(time, "sudo", 0, f"     ito : TTY=pts/0 ; PWD=/home/ito ; USER=root ; COMMAND={command}")
            log.say(
                time + 1000, "sudo", 0, "pam_unix(sudo:session): session opened for user root(uid=0) by ito(uid=1001)"
            )
            audit.execute(time + 2000, dice, command.split(" "), exe, 0, 1001, "pts0", "/home/ito")
            log.say(time + 5 * SECOND, "sudo", 0, "pam_unix(sudo:session): session closed for user root")
        audit.execute(
            start + 16 * MINUTE,
            dice,
            ["curl", "-fsSLO", "https://dl.vendor.example/agent.deb"],
            "/usr/bin/curl",
            1001,
            1001,
            "pts0",
            "/home/ito",
        )
        audit.execute(
            start + 17 * MINUTE, dice, ["vi", "/home/ito/メモ.txt"], "/usr/bin/vi", 1001, 1001, "pts0", "/home/ito"
        )


def jobs(log, audit, dice, every, work):
    """cron: the machine's own jobs."""
    time = START + 17 * SECOND
    while time < END:
        pid, (command, argv, exe) = dice.between(2000, 32000), dice.pick(work)
        log.say(time, "CRON", pid, f"(root) CMD ({command})")
        audit.execute(time + 40_000, dice, argv, exe, 0, None, "(none)", "/root")
        time += every


def site(web, dice, count):
    """The company's web site: readers, search robots, and scanners that get nothing."""
    pages = [
        "/",
        "/products/",
        "/company/",
        "/recruit/",
        "/news/2026/10/",
        "/contact/",
        "/css/style.css",
        "/img/top.jpg",
        "/js/app.js",
    ]
    for time in dice.times(START, END, count):
        ip = f"192.0.2.{dice.between(1, 250)}" if dice.chance(0.5) else f"203.0.113.{dice.between(1, 250)}"
        if dice.chance(0.06):
            path, query = dice.pick(
                [
                    ("/wp-login.php", ""),
                    ("/.env", ""),
                    ("/shell.php", "cmd=id"),
                    ("/cgi-bin/luci", "cmd=cat+/etc/passwd"),
                    ("/uploads/up.php", ""),
                ]
            )
            web.request(
                time, dice.pick(SCANNERS), dice.pick(["GET", "POST"]), path, query, 404, 162, "Mozilla/5.0 zgrab/0.x"
            )
        elif dice.chance(0.04):
            web.request(time, ip, "POST", "/contact/send.php", "", 200, dice.between(300, 900), EDGE_AGENT)
        elif dice.chance(0.05):
            web.request(
                time,
                ip,
                "GET",
                f"/uploads/2026/catalog_{dice.between(1, 9)}.pdf",
                "",
                200,
                dice.between(200_000, 3_000_000),
                EDGE_AGENT,
            )
        else:
            web.request(
                time,
                ip,
                "GET",
                dice.pick(pages),
                "",
                dice.weighted([(20, 200), (4, 304), (1, 404)]),
                dice.between(400, 90000),
                EDGE_AGENT,
            )


def browsing(proxy, dns, dice, count):
    """People's browsing, updates, mail; uploads to the company's own cloud storage, some of them large."""
    for time in proxied_times(dice, count):
        name, ip, account = dice.pick(CLIENTS)
        host = dice.pick(SITES)
        who = account.user
        kind = dice.weighted([(60, "page"), (20, "tunnel"), (8, "update"), (5, "upload"), (4, "file"), (3, "check")])
        if kind == "page":
            proxy.request(
                time,
                ip,
                who,
                "GET",
                f"http://{host}/{dice.pick(['', 'index.html', 'news', 'article/' + str(dice.below(9999))])}",
                EDGE_AGENT,
                dice.between(300, 2500),
                dice.between(900, 250_000),
            )
        elif kind == "tunnel":
            proxy.request(
                time,
                ip,
                who,
                "CONNECT",
                f"{host}:443",
                EDGE_AGENT,
                dice.between(900, 60_000),
                dice.between(2000, 4_000_000),
                kind="-",
            )
        elif kind == "update":
            proxy.request(
                time,
                ip,
                "-",
                "GET",
                f"http://update.windows.example/c/msdownload/update/{dice.hex(12)}.cab",
                "Microsoft-Delivery-Optimization/10.0",
                400,
                dice.between(10_000, 9_000_000),
                kind="application/octet-stream",
            )
        elif kind == "upload":
            size = dice.between(80_000_000, 300_000_000) if dice.chance(0.15) else dice.between(20_000, 9_000_000)
            proxy.request(
                time,
                ip,
                who,
                "PUT",
                f"https://minato.sharepoint.example/sites/doc/{dice.hex(8)}",
                EDGE_AGENT,
                size,
                500,
                kind="application/json",
            )
        elif kind == "file":
            suffix = dice.pick([".pdf", ".zip", ".xlsx", ".exe", ".msi"])
            proxy.request(
                time,
                ip,
                who,
                "GET",
                f"https://dl.vendor.example/files/{dice.hex(6)}{suffix}",
                EDGE_AGENT,
                700,
                dice.between(90_000, 60_000_000),
                kind="application/octet-stream",
            )
        else:
            proxy.request(
                time,
                ip,
                "-",
                "GET",
                "http://www.msftconnecttest.example/connecttest.txt",
                "Microsoft NCSI",
                200,
                300,
                kind="text/plain",
            )
        if dice.chance(0.35):
            dns.query(time - 40_000, dice, ADDRESSES["PROXY01"], host, "A", f"203.0.113.{dice.between(1, 250)}")


def proxied_times(dice, count):
    day = dice.times(jst("14 08:20"), jst("14 18:40"), count * 6 // 10) + dice.times(
        jst("15 08:20"), END, count * 2 // 10
    )
    return sorted(day + dice.times(START, END, count * 2 // 10))


def names(dns, dice, count):
    """Questions inside the company, long names of content networks, TXT for mail checks."""
    inside = ["dc01", "fs01", "ap01", "proxy01", "nas01", "www"]
    for time in dice.times(START, END, count):
        name, ip, _ = dice.pick(CLIENTS)
        kind = dice.weighted([(50, "A"), (18, "SRV"), (10, "PTR"), (6, "cdn"), (5, "TXT"), (8, "typo")])
        if kind == "A":
            dns.query(
                time, dice, ip, f"{dice.pick(inside)}.corp.minato-seiki.example", "A", f"10.20.1.{dice.between(10, 60)}"
            )
        elif kind == "SRV":
            dns.query(
                time,
                dice,
                ip,
                "_ldap._tcp.dc._msdcs.corp.minato-seiki.example",
                "SRV",
                "dc01.corp.minato-seiki.example",
            )
        elif kind == "PTR":
            dns.query(
                time, dice, ip, f"{dice.between(1, 250)}.1.20.10.in-addr.arpa", "PTR", "dc01.corp.minato-seiki.example"
            )
        elif kind == "cdn":
            dns.query(
                time,
                dice,
                ADDRESSES["PROXY01"],
                f"e{dice.between(1000, 9999)}-{dice.hex(32)}.dscx.static.cdn-jp.example",
                "A",
                "203.0.113.4",
            )
        elif kind == "TXT":
            domain = dice.pick(["minato-seiki.example", "yamamoto-kogyo.example", "cloud-office.example"])
            dns.query(
                time,
                dice,
                ADDRESSES["DC01"],
                dice.pick(["", "_dmarc.", "selector1._domainkey."]) + domain,
                "TXT",
                "TXT 22 v=spf1 ip4:203.0.113.10 -all",
            )
        else:
            dns.query(
                time,
                dice,
                ip,
                f"{dice.pick(['wpad', 'isatap', 'fs1', 'prn-2f'])}.corp.minato-seiki.example",
                "A",
                "",
                failed=True,
            )


def operations(csv, dice, count):
    for time in proxied_times(dice, count):
        name, _, account = dice.pick(CLIENTS)
        csv.put(
            time,
            name,
            account.name,
            dice.weighted(
                [(12, "ファイル参照"), (6, "ファイル保存"), (4, "印刷"), (2, "ファイルコピー"), (2, "名前変更")]
            ),
            dice.pick(["S:\\経理\\", "S:\\営業\\", "S:\\設計図面\\", "C:\\Users\\Public\\Documents\\"])
            + dice.pick(DOCUMENTS),
            dice.between(9_000, 4_000_000),
            dice.pick(["EXCEL.EXE", "WINWORD.EXE", "explorer.exe"]),
        )
        if dice.chance(0.02):  # somebody packs a folder, within measure
            target = f"C:\\Users\\Public\\Documents\\{dice.pick(['資料', 'カタログ', '写真'])}.zip"
            csv.put(time, name, account.name, "ファイル作成", target, dice.between(900_000, 60_000_000), "7zG.exe")


def run(logs, dice):
    web01, nas01 = logs["web01.syslog"], logs["nas01.syslog"]
    sshd_noise(web01, dice, 420)
    administration(web01, logs["web01.audit"], dice)
    administration(nas01, logs["nas01.audit"], dice)
    jobs(
        web01,
        logs["web01.audit"],
        dice,
        HOUR // 4,
        [
            (
                "cd / && run-parts --report /etc/cron.hourly",
                ["run-parts", "--report", "/etc/cron.hourly"],
                "/usr/bin/run-parts",
            ),
            (
                "/usr/local/bin/check-site.sh >/dev/null 2>&1",
                ["curl", "-s", "-o", "/dev/null", "http://127.0.0.1/health"],
                "/usr/bin/curl",
            ),
            (
                "test -x /usr/sbin/logrotate && logrotate /etc/logrotate.conf",
                ["/usr/sbin/logrotate", "/etc/logrotate.conf"],
                "/usr/sbin/logrotate",
            ),
        ],
    )
    jobs(
        nas01,
        logs["nas01.audit"],
        dice,
        HOUR // 3,
        [
            ("/usr/local/bin/snapshot.sh", ["/usr/bin/rsync", "-a", "/srv/共有/", "/srv/backup/"], "/usr/bin/rsync"),
            ("/usr/sbin/zabbix-check", ["df", "-h"], "/usr/bin/df"),
            ("find /srv/tmp -mtime +7 -delete", ["find", "/srv/tmp", "-mtime", "+7", "-delete"], "/usr/bin/find"),
        ],
    )
    for time in dice.times(START, END, 260):  # the site's picture worker, under its own account
        logs["web01.audit"].execute(
            time,
            dice,
            ["convert", "-resize", "640x", f"/var/www/uploads/{dice.hex(6)}.jpg", "thumb.jpg"],
            "/usr/bin/convert",
            998,
            None,
            "(none)",
            "/var/www",
        )
    for time in dice.times(START, END, 200):
        web01.say(
            time,
            "kernel",
            0,
            f"[{(time - START) // SECOND + 81233}.{dice.below(999999):06}] [UFW BLOCK] IN=ens18 OUT= MAC=52:54:00:1a:2b:3c SRC={dice.pick(SCANNERS)} DST=10.20.200.10 LEN=40 TOS=0x00 "
            f"PREC=0x00 TTL=243 ID={dice.below(65535)} PROTO=TCP SPT={dice.between(30000, 65000)} DPT={dice.pick([23, 445, 3389, 8080])} WINDOW=1024 RES=0x00 SYN URGP=0",
        )
    for time in dice.times(START, END, 150):
        _, ip, account = dice.pick(CLIENTS)
        nas01.say(
            time,
            "smbd",
            dice.between(1000, 9000),
            f"{ip} (ipv4:{ip}:{dice.between(49200, 65100)}) connect to service 共有 initially as user {account.name}",
        )
    site(logs["web01.access"], dice, 2600)
    browsing(logs["proxy"], logs["dns"], dice, 4200)
    names(logs["dns"], dice, 3200)
    operations(logs["operations"], dice, 900)
