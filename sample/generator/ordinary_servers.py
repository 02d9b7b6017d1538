"""Two ordinary days on the Windows servers: shares, Kerberos and replication, the sales database, backups. A
printer that only knows RC4, and installers read from an administrative share, are bait."""

from .dice import MINUTE, SECOND, jst
from .directory import account_created, group_member, replicate, ticket
from .machine import SYSTEM32
from .ordinary_windows import DOCUMENTS, END, START
from .world import ADDRESSES, BACKUP, DOMAIN, DOMAIN_SID, ITO, OTHER_CLIENTS, PEOPLE, PRINT, SATO, SQL, SUZUKI, SYSTEM


def file_server(machine):
    """Shares read and written all day, the nightly backup."""
    dice = machine.dice
    for day in (14, 15):
        begin, end = jst(f"{day} 08:20"), min(END, jst(f"{day} 18:30"))
        for time in dice.times(begin, end, 330 if day == 14 else 110):
            name, ip, account = dice.pick(
                OTHER_CLIENTS
                + [("WS-KEIRI-03", ADDRESSES["WS-KEIRI-03"], SATO), ("WS-EIGYO-07", ADDRESSES["WS-EIGYO-07"], SUZUKI)]
            )
            session = machine.logon(time, account, 3, ip)
            values = {
                **machine.subject(session),
                "ObjectType": "File",
                "IpAddress": ip,
                "IpPort": str(dice.between(49200, 65100)),
            }
            machine.emit(
                "sec.5140",
                time + 50_000,
                {
                    **values,
                    "ShareName": "\\\\*\\共有",
                    "ShareLocalPath": "\\??\\D:\\共有",
                    "AccessMask": 1,
                    "AccessList": "%%4416",
                },
            )
            for _ in range(dice.between(1, 3)):
                write = dice.chance(0.3)
                machine.emit(
                    "sec.5145",
                    time + dice.between(1, 60) * SECOND,
                    {
                        **values,
                        "ShareName": "\\\\*\\共有",
                        "ShareLocalPath": "\\??\\D:\\共有",
                        "RelativeTargetName": dice.pick(["経理\\", "営業\\", "設計図面\\"]) + dice.pick(DOCUMENTS),
                        "AccessMask": 0x12019F if write else 0x120089,
                        "AccessList": "%%1538 %%4416",
                        "AccessReason": "-",
                    },
                )
            machine.logoff(time + dice.between(2, 20) * MINUTE, session, 3)
    for time in dice.times(START, END, 12):  # software distribution reads an installer from the administrative share
        session = machine.logon(time, ITO, 3, ADDRESSES["WS-JOHO-01"])
        machine.emit(
            "sec.5145",
            time + SECOND,
            {
                **machine.subject(session),
                "ObjectType": "File",
                "IpAddress": ADDRESSES["WS-JOHO-01"],
                "IpPort": "50112",
                "ShareName": "\\\\*\\C$",
                "ShareLocalPath": "\\??\\C:\\",
                "RelativeTargetName": "Deploy\\agent_setup.exe",
                "AccessMask": 0x120089,
                "AccessList": "%%1538 %%4416",
                "AccessReason": "-",
            },
        )
    backup(machine, jst("14 22:00"))


def backup(machine, time):
    session = machine.logon(time, BACKUP, 5, process="C:\\Windows\\System32\\services.exe")
    engine = machine.start(time + SECOND, machine.svchost, "cmd.exe", "cmd /c C:\\Scripts\\nightly.cmd", session)
    machine.start(time + 2 * SECOND, engine, "vssadmin.exe", "vssadmin list writers")
    machine.start(
        time + 3 * SECOND,
        engine,
        "wbadmin.exe",
        "wbadmin start backup -backupTarget:\\\\NAS01\\backup -include:C:,D: -quiet",
    )
    machine.service_state(time + 5 * SECOND, "Block Level Backup Engine Service", "running")
    machine.service_state(time + 95 * MINUTE, "Block Level Backup Engine Service", "stopped")


def domain_controller(machine):
    """Kerberos for everyone, replication between the two controllers, a printer that only knows RC4."""
    dice = machine.dice
    clients = OTHER_CLIENTS + [
        ("WS-KEIRI-03", ADDRESSES["WS-KEIRI-03"], SATO),
        ("WS-EIGYO-07", ADDRESSES["WS-EIGYO-07"], SUZUKI),
        ("WS-JOHO-01", ADDRESSES["WS-JOHO-01"], ITO),
    ]
    for day in (14, 15):
        for time in dice.times(jst(f"{day} 08:10"), min(END, jst(f"{day} 18:40")), 520 if day == 14 else 200):
            name, ip, account = dice.pick(clients)
            port = str(dice.between(49200, 65100))
            if dice.chance(0.35):
                machine.emit(
                    "sec.4768",
                    time,
                    {
                        "TargetUserName": account.name,
                        "TargetDomainName": DOMAIN,
                        "TargetSid": account.sid,
                        "ServiceName": "krbtgt",
                        "ServiceSid": DOMAIN_SID + "-502",
                        "TicketOptions": 0x40810010,
                        "Status": 0,
                        "TicketEncryptionType": 0x12,
                        "PreAuthType": "2",
                        "IpAddress": "::ffff:" + ip,
                        "IpPort": port,
                    },
                )
            ticket(machine, time + SECOND, account.name, dice.pick(["FS01$", "DC01$", "AP01$", name + "$"]), ip, 0x12)
            if dice.chance(0.3):
                session = machine.logon(time + 2 * SECOND, account, 3, ip, elevated=False)
                machine.logoff(time + 3 * MINUTE, session, 3)
            if dice.chance(0.03):
                machine.logon_failed(time, account.name, ip, name, 0xC000006A)
                machine.emit(
                    "sec.4776",
                    time,
                    {
                        "PackageName": "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0",
                        "TargetUserName": account.name,
                        "Workstation": name,
                        "Status": 0xC000006A,
                    },
                )
    for time in dice.times(START, END, 30):  # the printer's machine account: RC4, as it cannot do better
        ticket(machine, time, PRINT.name, "PRN-3F$", "10.20.3.200", 0x17)
    for time in dice.times(START, END, 90):
        replicate(machine, time, f"{DOMAIN_SID}-1002", "DC02$", 0x5A1000 + dice.below(9999))
    for time in (jst("14 14:05"), jst("15 10:40")):  # the administrator works on the controller by remote desktop
        session = machine.logon(time, ITO, 10, ADDRESSES["WS-JOHO-01"], "DC01", process=SYSTEM32 + "svchost.exe")
        _, explorer = machine.desktop(time + 8 * SECOND, session, integrity="High")
        shell = machine.start(
            time + 20 * SECOND,
            explorer,
            "mmc.exe",
            '"C:\\Windows\\system32\\mmc.exe" C:\\Windows\\system32\\dsa.msc',
            session,
            integrity="High",
        )
        machine.start(
            time + 4 * MINUTE, shell, "cmd.exe", '"C:\\Windows\\system32\\cmd.exe"', session, integrity="High"
        )
        machine.start(
            time + 5 * MINUTE,
            shell,
            "ntdsutil.exe",
            'ntdsutil "activate instance ntds" files info quit quit',
            session,
            integrity="High",
        )
        machine.logoff(time + 25 * MINUTE, session, 10)
    when = jst("14 14:12")  # a newcomer's account, made properly
    admin = machine.logon(when, ITO, 3, ADDRESSES["WS-JOHO-01"])
    account_created(machine, when + SECOND, admin, "n.mori", DOMAIN_SID + "-1150", "森 直人", "%%2048")
    group_member(
        machine,
        when + 9 * SECOND,
        admin,
        "sec.4728",
        "CN=森 直人,OU=総務部,DC=corp,DC=minato-seiki,DC=example",
        DOMAIN_SID + "-1150",
        "総務部",
        DOMAIN_SID + "-1601",
    )


def application_server(machine):
    dice = machine.dice
    agent = machine.quiet(
        machine.services,
        "C:\\Program Files\\Microsoft SQL Server\\MSSQL15.HANBAI\\MSSQL\\Binn\\SQLAGENT.EXE",
        "SQLAGENT.EXE -i HANBAI",
        2204,
    )
    for time in dice.times(START, END, 160):
        session = machine.logon(time, dice.pick(PEOPLE), 3, dice.pick(OTHER_CLIENTS)[1], elevated=False)
        machine.logoff(time + 9 * MINUTE, session, 3)
    for time in dice.times(START, END, 30):
        session = machine.logon(time, SQL, 5, process="C:\\Windows\\System32\\services.exe", elevated=False)
        machine.start(time, agent, "cmd.exe", "cmd.exe /c dir D:\\HANBAI\\export\\*.csv", session)
    machine.emit(
        "sys.7045",
        jst("14 12:40"),
        {
            "ServiceName": "Kansei Agent Updater",
            "ImagePath": '"C:\\Program Files\\Kansei Agent\\kupdate.exe" /svc',
            "ServiceType": "user mode service",
            "StartType": "demand start",
            "AccountName": "LocalSystem",
        },
        user_sid=SYSTEM.sid,
    )


def run(machines):
    file_server(machines["FS01"])
    domain_controller(machines["DC01"])
    application_server(machines["AP01"])
    backup(machines["AP01"], jst("14 23:00"))
