"""Two ordinary days on the Windows machines, among them what looks a little like an attack: administrators'
scripts, encoded commands of an agent, backups with wbadmin, shadow copies listed, RC4 tickets of a printer."""

import base64

from .dice import HOUR, MINUTE, SECOND, jst
from .machine import SYSTEM32
from .world import ADDRESSES, ITO, LOCAL_SERVICE, NETWORK_SERVICE, REALM, SATO, SUZUKI, SYSTEM, fqdn

START, END = jst("14 07:00"), jst("15 12:00")
OFFICE = "C:\\Program Files\\Microsoft Office\\root\\Office16\\"
EDGE = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"
AGENT = "C:\\Program Files\\Kansei Agent\\kagent.exe"  # the asset management agent
DOCUMENTS = [
    "月次決算_202609.xlsx",
    "見積書_山本工業.xlsx",
    "稟議書_設備更新.docx",
    "出張精算.xlsx",
    "会議議事録_1013.docx",
    "請求一覧_202610.xlsx",
    "部品表_A12.xlsx",
    "取引先一覧.xlsx",
    "勤怠_10月.xlsx",
    "図面番号台帳.xlsx",
]
SERVICE_NAMES = [
    "Background Intelligent Transfer Service",
    "Windows Update",
    "Software Protection",
    "WinHTTP Web Proxy " "Auto-Discovery Service",
    "Windows Modules Installer",
    "Network Setup Service",
    "Delivery Optimization",
]


def encoded(text):
    return base64.b64encode(text.encode("utf-16-le")).decode()


BACKGROUND = [  # weight, image, command line, parent is the machine's
    (20, "svchost.exe", "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s wlidsvc", "services"),
    (14, "svchost.exe", "C:\\Windows\\System32\\svchost.exe -k wsappx -p -s AppXSvc", "services"),
    (12, "taskhostw.exe", "taskhostw.exe Install $(Arg0)", "svchost"),
    (10, "backgroundTaskHost.exe", '"C:\\Windows\\system32\\backgroundTaskHost.exe" -ServerName:App.AppX.mca', "dcom"),
    (10, "RuntimeBroker.exe", "C:\\Windows\\System32\\RuntimeBroker.exe -Embedding", "dcom"),
    (9, "dllhost.exe", "C:\\Windows\\system32\\DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}", "dcom"),
    (
        8,
        "SearchProtocolHost.exe",
        '"C:\\Windows\\system32\\SearchProtocolHost.exe" Global\\UsGthrFltPipeMssGthrPipe',
        "services",
    ),
    (6, "wbem\\WmiPrvSE.exe", "C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding", "dcom"),
    (
        4,
        "rundll32.exe",
        "C:\\Windows\\system32\\rundll32.exe C:\\Windows\\system32\\PcaSvc.dll,PcaPatchSdbTask",
        "svchost",
    ),
    (3, "rundll32.exe", "rundll32.exe AppXDeploymentExtensions.OneCore.dll,ShellRefresh", "svchost"),
    (3, "sc.exe", "C:\\Windows\\system32\\sc.exe start wuauserv", "svchost"),
    (3, "wevtutil.exe", "wevtutil.exe gl Microsoft-Windows-Sysmon/Operational", "svchost"),
    (2, "schtasks.exe", "schtasks.exe /Query /TN \\Microsoft\\Windows\\UpdateOrchestrator\\Schedule Scan", "svchost"),
]
LOADED = [
    "C:\\Windows\\System32\\urlmon.dll",
    "C:\\Windows\\System32\\taskschd.dll",
    "C:\\Windows\\System32\\wbem\\wbemprox.dll",
    "C:\\Windows\\System32\\vaultcli.dll",
]


def defender(machine):
    return machine.quiet(
        machine.services,
        "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24090.11-0\\MsMpEng.exe",
        '"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24090.11-0\\MsMpEng.exe"',
        3320,
    )


def background(machine, count):
    """What Windows does by itself, day and night."""
    antivirus = defender(machine)
    for time in machine.dice.times(START, END, count):
        image, command, parent = machine.dice.weighted([(w, rest) for w, *rest in BACKGROUND])
        process = machine.start(time, getattr(machine, parent), SYSTEM32 + image, command)
        if machine.dice.chance(0.45):
            machine.end(time + machine.dice.between(1, 90) * SECOND, process)
        if machine.dice.chance(0.25):
            machine.load(time + 40_000, process, machine.dice.pick(LOADED), True)
        if machine.dice.chance(0.08):
            machine.access(
                time + SECOND,
                antivirus,
                machine.lsass,
                0x1000,
                "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e",
            )
        if machine.dice.chance(0.06):
            machine.service_state(
                time + 200_000, machine.dice.pick(SERVICE_NAMES), machine.dice.pick(["running", "stopped"])
            )
        if machine.dice.chance(0.05):
            machine.registry(
                time,
                machine.svchost,
                "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\"
                "Auto Update\\LastOnlineScanTimeForAppCategory",
                machine.dice.hex(12),
            )
        if machine.dice.chance(0.12):
            machine.logon(
                time,
                machine.dice.pick([SYSTEM, NETWORK_SERVICE, LOCAL_SERVICE]),
                5,
                process="C:\\Windows\\System32\\services.exe",
            )
        if machine.dice.chance(0.05):
            machine.connect(time + SECOND, machine.svchost, ADDRESSES["DC01"], fqdn("DC01"), 389)


def agent_rounds(machine, every):
    """The asset management agent runs an encoded inventory command: bait for rules about -EncodedCommand."""
    agent = machine.quiet(machine.services, AGENT, f'"{AGENT}" --service', 3804)
    text = encoded("Get-CimInstance Win32_Product | Select-Object Name,Version | ConvertTo-Json")
    time = START + machine.dice.below(every)
    while time < END:
        machine.start(
            time,
            agent,
            SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe",
            f"powershell.exe -NoProfile -NonInteractive -EncodedCommand {text}",
            original="PowerShell.EXE",
        )
        machine.script(
            time + 700_000, SYSTEM, "Get-CimInstance Win32_Product | Select-Object Name,Version | ConvertTo-Json"
        )
        time += every


def user_day(machine, account, day, busy):
    """One person's working day on a workstation: sign in, mail, documents, browser, business software, lock."""
    dice = machine.dice
    begin = jst(f"{day} 08:{dice.between(18, 50):02}:{dice.between(0, 59):02}")
    finish = min(END, jst(f"{day} 18:{dice.between(5, 55):02}"))
    session = machine.logon(
        begin, account, 2, "127.0.0.1", machine.name, process=SYSTEM32 + "svchost.exe", elevated=False
    )
    userinit, explorer = machine.desktop(begin + 2 * SECOND, session)
    script = machine.start(begin + 4 * SECOND, userinit, "cmd.exe", f"cmd /c \\\\{REALM}\\netlogon\\logon.bat", session)
    machine.start(begin + 5 * SECOND, script, "whoami.exe", "whoami", session)
    machine.start(begin + 6 * SECOND, script, "net.exe", "net use S: \\\\FS01\\共有 /persistent:no", session)
    machine.start(
        begin + 7 * SECOND,
        script,
        "rundll32.exe",
        "rundll32.exe printui.dll,PrintUIEntry /in /n \\\\FS01\\複合機3F",
        session,
    )
    onedrive = account.profile + "\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe"
    drive = machine.start(begin + 20 * SECOND, explorer, onedrive, f'"{onedrive}" /background', session)
    machine.registry(
        begin + 25 * SECOND,
        drive,
        f"HKU\\{account.sid}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\OneDrive",
        f'"{onedrive}" /background',
    )
    browser = machine.start(begin + 40 * SECOND, explorer, EDGE, f'"{EDGE}" --no-startup-window', session)
    for time in dice.times(begin + MINUTE, finish - MINUTE, busy):
        user_act(machine, dice, time, account, session, explorer, browser)
    machine.logoff(finish, session, 2)
    return session, explorer


def user_act(machine, dice, time, account, session, explorer, browser):
    act = dice.weighted(
        [
            (30, "browse"),
            (20, "office"),
            (10, "outlook"),
            (6, "download"),
            (8, "business"),
            (14, "cache"),
            (5, "updater"),
            (5, "teams"),
            (1, "hta"),
            (1, "zip"),
            (1, "calc"),
        ]
    )
    if act == "browse":
        tab = machine.start(
            time,
            browser,
            EDGE,
            f'"{EDGE}" --type=renderer --lang=ja --renderer-client-id={dice.between(5, 900)}',
            session,
            company="Microsoft Corporation",
        )
        machine.lookup(
            time + 90_000,
            browser,
            dice.pick(["www.bing.com", "news.example.jp", "mail.minato-seiki.example", "www.e-gov.example"]),
            "type:  5 proxy.minato-seiki.example;::ffff:10.20.1.40;",
        )
        machine.connect(time + 120_000, browser, ADDRESSES["PROXY01"], fqdn("PROXY01"), 8080)
        if dice.chance(0.5):
            machine.end(time + dice.between(5, 600) * SECOND, tab)
    elif act == "office":
        program = dice.pick(["EXCEL.EXE", "WINWORD.EXE"])
        folder = dice.pick(["S:\\経理\\", "S:\\営業\\", account.profile + "\\Documents\\"])
        process = machine.start(
            time, explorer, OFFICE + program, f'"{OFFICE}{program}" "{folder}{dice.pick(DOCUMENTS)}"', session
        )
        machine.file(time + SECOND, process, account.profile + f"\\AppData\\Local\\Temp\\~DF{dice.hex(16).upper()}.TMP")
    elif act == "outlook":
        machine.start(time, explorer, OFFICE + "OUTLOOK.EXE", f'"{OFFICE}OUTLOOK.EXE" ', session)
    elif act == "download":
        name = dice.pick(["カタログ2026.pdf", "議事録.docx", "driver_setup.zip", "様式第1号.xlsx"])
        machine.sysmon(
            15,
            time,
            browser,
            TargetFilename=f"{account.profile}\\Downloads\\{name}:Zone.Identifier",
            CreationUtcTime="2026-10-14 00:00:00.000",
            Hash="SHA256=" + dice.hex(64).upper(),
            Contents="[ZoneTransfer]  ZoneId=3  ReferrerUrl=https://www.e-gov.example/  HostUrl=https://www.e-gov.example/"
            + dice.hex(6),
        )
    elif act == "business":
        image = "C:\\Program Files\\KeiriMaster\\keiri.exe"
        machine.start(
            time,
            explorer,
            image,
            f'"{image}" /db:AP01',
            session,
            company="湊ソフト株式会社",
            description="経理マスター",
        )
        machine.connect(time + SECOND, browser, ADDRESSES["AP01"], fqdn("AP01"), 1433)
    elif act == "cache":
        machine.file(
            time,
            browser,
            account.profile + f"\\AppData\\Local\\Microsoft\\Edge\\User Data\\Default\\Cache\\f_{dice.hex(6)}",
        )
    elif act == "updater":
        image = "C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe"
        machine.start(time, machine.svchost, image, f'"{image}" /ua /installsource scheduler')
    elif act == "teams":
        machine.start(
            time,
            explorer,
            account.profile + "\\AppData\\Local\\Microsoft\\Teams\\current\\Teams.exe",
            f'"{account.profile}\\AppData\\Local\\Microsoft\\Teams\\current\\Teams.exe" --type=renderer',
            session,
        )
    elif act == "hta":  # a local menu of the accounting software: mshta without anything remote
        machine.start(
            time,
            explorer,
            "mshta.exe",
            '"C:\\Windows\\System32\\mshta.exe" "C:\\Program Files\\KeiriMaster\\menu.hta"',
            session,
        )
    elif act == "zip":  # an archive without a password
        machine.start(
            time,
            explorer,
            "C:\\Program Files\\7-Zip\\7zG.exe",
            f'"C:\\Program Files\\7-Zip\\7zG.exe" a -i#7zMap{dice.between(100, 999)} -tzip "{account.profile}\\Desktop\\資料.zip"',
            session,
            company="Igor Pavlov",
            original="7zg.exe",
        )
    else:
        machine.start(time, explorer, "calc.exe", '"C:\\Windows\\System32\\calc.exe" ', session)


def admin_work(machine, day):
    """The administrator's own work: close to an attack in tools, not in how they are used."""
    dice, base = machine.dice, jst(f"{day} 09:20")
    session = machine.logon(base, ITO, 2, "127.0.0.1", machine.name, process=SYSTEM32 + "svchost.exe")
    _, explorer = machine.desktop(base + 2 * SECOND, session)
    shell = machine.start(
        base + 5 * SECOND,
        explorer,
        SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe",
        "powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\\Scripts\\Check-Backup.ps1",
        session,
        original="PowerShell.EXE",
    )
    works = [
        ("net.exe", "net user k.tanaka /domain"),
        ("net.exe", 'net group "総務部" /domain'),
        ("nltest.exe", "nltest /sc_verify:minato"),
        ("vssadmin.exe", "vssadmin list shadows"),
        ("wbadmin.exe", "wbadmin get versions"),
        ("ipconfig.exe", "ipconfig /all"),
        ("quser.exe", "quser /server:FS01"),
        ("net.exe", "net stop spooler"),
        ("net.exe", "net start spooler"),
        ("bcdedit.exe", "bcdedit /enum"),
        ("sc.exe", "sc \\\\FS01 query LanmanServer"),
        ("certutil.exe", "certutil -hashfile setup.msi SHA256"),
        ("schtasks.exe", "schtasks /create /tn 日次点検 /tr C:\\Scripts\\daily.cmd /sc daily /st 07:30"),
        ("wevtutil.exe", "wevtutil epl System C:\\Logs\\system.evtx"),
        ("mstsc.exe", "mstsc /v:DC01 /admin"),
        ("wbem\\WMIC.exe", "wmic /node:FS01 os get lastbootuptime"),
        ("reg.exe", "reg query HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"),
        ("robocopy.exe", "robocopy \\\\FS01\\共有 D:\\控え /MIR /R:1"),
        ("rundll32.exe", "rundll32.exe shell32.dll,Control_RunDLL inetcpl.cpl,,4"),
    ]
    for time, (image, command) in zip(dice.times(base + MINUTE, base + 2 * HOUR, len(works)), works):
        machine.start(time, shell, SYSTEM32 + image, command)
    scripts = [
        "Invoke-WebRequest -Uri https://download.vendor.example/agent.msi -OutFile C:\\Temp\\agent.msi",
        "Get-ADUser -Filter {Enabled -eq $true} -Properties LastLogonDate | Export-Csv C:\\Scripts\\users.csv",
        "Invoke-Command -ComputerName FS01 -ScriptBlock { Get-PSDrive C }",
        "Get-MpPreference | Select-Object ExclusionPath",
        "Get-WinEvent -LogName Security -MaxEvents 200 | Out-Null",
    ]
    for time in dice.times(base + MINUTE, base + 2 * HOUR, 40):
        machine.script(time, ITO, dice.pick(scripts), "C:\\Scripts\\Check-Backup.ps1")
    return session


def updates(machine):
    for time in machine.dice.times(START, END, 3):
        machine.emit(
            "sys.19",
            time,
            {
                "updateTitle": "Microsoft Defender Antivirus のセキュリティ インテリジェンス更新プログラム - KB2267602 (バージョン 1.419.%d.0)"
                % machine.dice.between(10, 400),
                "updateGuid": machine.dice.guid(),
                "updateRevisionNumber": 200,
                "serviceGuid": machine.dice.guid(),
            },
            user_sid=SYSTEM.sid,
        )


def run(machines):
    """Fills the six machines' ordinary days; gives the sessions that the intrusion grows out of."""
    made = {}
    for name, count in (
        ("WS-KEIRI-03", 1500),
        ("WS-EIGYO-07", 1300),
        ("WS-JOHO-01", 700),
        ("FS01", 1100),
        ("DC01", 1100),
        ("AP01", 900),
    ):
        background(machines[name], count)
        agent_rounds(machines[name], 4 * HOUR)
        updates(machines[name])
    for name, account in (("WS-KEIRI-03", SATO), ("WS-EIGYO-07", SUZUKI)):
        for day in (14, 15):
            made[name, day] = user_day(machines[name], account, day, 420 if day == 14 else 130)
    for day in (14, 15):
        admin_work(machines["WS-JOHO-01"], day)
    return made
