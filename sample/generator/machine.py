"""A Windows machine that writes events: processes with parents, logon sessions, files, registry, network."""

from .dice import Dice, SECOND, digest
from .windows_schema import SCHEMAS
from .world import ADDRESSES, DOMAIN, SYSTEM, fqdn

NO_GUID = "{00000000-0000-0000-0000-000000000000}"
NO_SID = "S-1-0-0"
SYSTEM32 = "C:\\Windows\\System32\\"
PRIVILEGES = "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\tSeRestorePrivilege\n\t\t\tSeDebugPrivilege"
RECORD_STARTS = {
    "Security": 184_000,
    "System": 21_400,
    "Microsoft-Windows-Sysmon/Operational": 903_000,
    "Microsoft-Windows-PowerShell/Operational": 5_100,
}


def utc_text(time_us):
    import datetime

    moment = datetime.datetime.fromtimestamp(time_us // SECOND, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%d %H:%M:%S") + f".{time_us // 1000 % 1000:03}"


class Event:
    """One Windows event. `rules`: the stems of the rules that must find it; `step`: of the intrusion, or ""."""

    __slots__ = ("schema", "time", "data", "user_sid", "pid", "tid", "record_id", "step", "rules", "order")


class Session:
    def __init__(self, account, logon_id, guid, terminal, elevated):
        self.account, self.logon_id, self.guid = account, logon_id, guid
        self.terminal, self.elevated = terminal, elevated

    @property
    def integrity(self):
        return "System" if self.account.sid == SYSTEM.sid else "High" if self.elevated else "Medium"


class Process:
    def __init__(self, image, command_line, pid, guid, session, integrity, started):
        self.image, self.command_line, self.pid, self.guid = image, command_line, pid, guid
        self.session, self.integrity, self.started = session, integrity, started


class Machine:
    def __init__(self, name, seed, has_sysmon):
        self.name, self.computer, self.ip = name, fqdn(name), ADDRESSES[name]
        self.has_sysmon, self.dice, self.events = has_sysmon, Dice(seed, name), []
        self.step = ""
        self.next_logon = 0x3E7000 + self.dice.below(4096)
        self.system = Session(SYSTEM, 0x3E7, self.dice.guid(), 0, True)
        boot = Process("System", "", 4, self.guid(0, 4), self.system, "System", 0)
        self.services = self.quiet(boot, SYSTEM32 + "services.exe", "C:\\Windows\\system32\\services.exe", 716)
        self.lsass = self.quiet(boot, SYSTEM32 + "lsass.exe", "C:\\Windows\\system32\\lsass.exe", 732)
        self.winlogon = self.quiet(boot, SYSTEM32 + "winlogon.exe", "winlogon.exe", 648)
        self.svchost = self.quiet(
            self.services,
            SYSTEM32 + "svchost.exe",
            "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule",
            1284,
        )
        self.dcom = self.quiet(
            self.services, SYSTEM32 + "svchost.exe", "C:\\Windows\\system32\\svchost.exe -k DcomLaunch -p", 912
        )

    def quiet(self, parent, image, command_line, pid):
        """A process that was there before the log began."""
        return Process(image, command_line, pid, self.guid(0, pid), parent.session, parent.integrity, 0)

    def guid(self, time_us, pid):
        h = digest("md5", self.name, time_us, pid)
        seconds = f"{time_us // SECOND & 0xFFFFFFFF:08x}"
        return f"{{{digest('md5', self.name)[:8]}-{h[:4]}-{seconds[:4]}-{seconds[4:]}-{h[4:16]}}}".upper()

    def emit(self, kind, time, values, user_sid=None, pid=None, rules=()):
        schema = SCHEMAS[kind]
        event = Event()
        event.schema, event.time, event.step, event.rules = schema, time, self.step, tuple(rules)
        empty = {0x01: "", 0x0F: NO_GUID, 0x13: NO_SID}
        event.data = [(name, type_, values.pop(name, empty.get(type_, 0))) for name, type_ in schema.fields]
        if values:
            raise KeyError(f"{kind} has no {sorted(values)}")
        if "sysmon" in kind:
            user_sid, pid = SYSTEM.sid, pid or 2980
        event.user_sid, event.pid = user_sid, pid or (4 if "sec" in kind else 716)
        event.tid, event.order = 1000 + 4 * self.dice.below(1500), len(self.events)
        self.events.append(event)
        return event

    def sysmon(self, number, time, process=None, rules=(), **values):
        if not self.has_sysmon:
            return None
        values["UtcTime"] = utc_text(time - 1000 * self.dice.between(1, 9))
        values.setdefault("RuleName", "-")
        if process:
            values.update(ProcessGuid=process.guid, ProcessId=process.pid, Image=process.image)
            values.setdefault("User", process.session.account.user)
        return self.emit(f"sysmon.{number}", time, values, rules=rules)

    def subject(self, session):
        if session.account.sid == SYSTEM.sid:
            return {
                "SubjectUserSid": SYSTEM.sid,
                "SubjectUserName": self.name + "$",
                "SubjectDomainName": DOMAIN,
                "SubjectLogonId": 0x3E7,
            }
        return {
            "SubjectUserSid": session.account.sid,
            "SubjectUserName": session.account.name,
            "SubjectDomainName": session.account.domain,
            "SubjectLogonId": session.logon_id,
        }

    def logon(
        self,
        time,
        account,
        logon_type,
        ip="-",
        workstation="-",
        package=None,
        rules=(),
        elevated=None,
        process="-",
        key_length=0,
        logon_process=None,
    ):
        self.next_logon += 0x100 + self.dice.below(0x2000)
        session = Session(
            account,
            self.next_logon,
            self.dice.guid(),
            0 if logon_type in (3, 5) else 1,
            account.admin if elevated is None else elevated,
        )
        package = (
            package
            or {
                2: "Negotiate",
                3: "Kerberos",
                5: "Negotiate",
                7: "Negotiate",
                9: "Negotiate",
                10: "Negotiate",
                11: "Negotiate",
            }[logon_type]
        )
        logon_process = (
            logon_process
            or {
                2: "User32 ",
                3: "Kerberos" if package == "Kerberos" else "NtLmSsp ",
                5: "Advapi  ",
                7: "User32 ",
                9: "seclogo",
                10: "User32 ",
                11: "User32 ",
            }[logon_type]
        )
        by = (
            self.subject(self.system)
            if logon_type != 3
            else {"SubjectUserSid": NO_SID, "SubjectUserName": "-", "SubjectDomainName": "-", "SubjectLogonId": 0}
        )
        self.emit(
            "sec.4624",
            time,
            {
                **by,
                "TargetUserSid": account.sid,
                "TargetUserName": account.name,
                "TargetDomainName": account.domain,
                "TargetLogonId": session.logon_id,
                "LogonType": logon_type,
                "LogonProcessName": logon_process,
                "AuthenticationPackageName": package,
                "WorkstationName": workstation,
                "LogonGuid": session.guid if package != "NTLM" else NO_GUID,
                "TransmittedServices": "-",
                "LmPackageName": "NTLM V2" if package == "NTLM" else "-",
                "KeyLength": key_length,
                "ProcessId": 0x2DC,
                "ProcessName": process,
                "IpAddress": ip,
                "IpPort": str(self.dice.between(49200, 65100)) if ip != "-" else "-",
                "ImpersonationLevel": "%%1833",
                "RestrictedAdminMode": "-",
                "TargetOutboundUserName": "-",
                "TargetOutboundDomainName": "-",
                "VirtualAccount": "%%1843",
                "ElevatedToken": "%%1842" if session.elevated else "%%1843",
            },
            rules=rules,
        )
        if session.elevated:
            self.emit("sec.4672", time + 900, {**self.subject(session), "PrivilegeList": PRIVILEGES})
        return session

    def logoff(self, time, session, logon_type):
        account = session.account
        self.emit(
            "sec.4634",
            time,
            {
                "TargetUserSid": account.sid,
                "TargetUserName": account.name,
                "TargetDomainName": account.domain,
                "TargetLogonId": session.logon_id,
                "LogonType": logon_type,
            },
        )

    def logon_failed(self, time, name, ip, workstation, sub_status, logon_type=3):
        self.emit(
            "sec.4625",
            time,
            {
                "SubjectUserName": "-",
                "SubjectDomainName": "-",
                "TargetUserName": name,
                "TargetDomainName": DOMAIN,
                "Status": 0xC000006D,
                "FailureReason": "%%2313",
                "SubStatus": sub_status,
                "LogonType": logon_type,
                "LogonProcessName": "NtLmSsp ",
                "AuthenticationPackageName": "NTLM",
                "WorkstationName": workstation,
                "TransmittedServices": "-",
                "LmPackageName": "-",
                "ProcessName": "-",
                "IpAddress": ip,
                "IpPort": str(self.dice.between(49200, 65100)),
            },
        )

    def desktop(self, time, session, integrity=None):
        """What a sign-in at the screen starts: userinit, then the desktop. Gives both."""
        userinit = self.start(
            time, self.winlogon, "userinit.exe", "C:\\Windows\\system32\\userinit.exe", session, integrity
        )
        explorer = self.start(
            time + SECOND, userinit, "C:\\Windows\\explorer.exe", "C:\\Windows\\Explorer.EXE", session, integrity
        )
        return userinit, explorer

    def start(
        self,
        time,
        parent,
        image,
        command_line,
        session=None,
        integrity=None,
        directory=None,
        original=None,
        company="Microsoft Corporation",
        rules=(),
        description=None,
    ):
        """A process starts: Sysmon 1 where Sysmon is installed, else Security 4688 with its command line."""
        session = session or parent.session
        pid = 4 * self.dice.between(600, 4000)
        if "\\" not in image:
            image = SYSTEM32 + image
        name = image.rsplit("\\", 1)[1]
        process = Process(image, command_line, pid, self.guid(time, pid), session, integrity or session.integrity, time)
        if self.has_sysmon:
            hashes = (
                f"MD5={digest('md5', image).upper()},SHA256={digest('sha256', image).upper()},"
                f"IMPHASH={digest('md5', 'imp', image).upper()}"
            )
            microsoft = company == "Microsoft Corporation"
            self.sysmon(
                1,
                time,
                process,
                rules,
                FileVersion="10.0.19041.4522" if microsoft else "3.2.0.0",
                Description=description or name,
                Company=company,
                Product="Microsoft® Windows® Operating System" if microsoft else description or name,
                OriginalFileName=original or name,
                CommandLine=command_line,
                CurrentDirectory=directory or "C:\\Windows\\system32\\",
                LogonGuid=session.guid,
                LogonId=session.logon_id,
                TerminalSessionId=session.terminal,
                IntegrityLevel=process.integrity,
                Hashes=hashes,
                ParentProcessGuid=parent.guid,
                ParentProcessId=parent.pid,
                ParentImage=parent.image,
                ParentCommandLine=parent.command_line,
                ParentUser=parent.session.account.user,
            )
        else:
            label = {"System": "S-1-16-16384", "High": "S-1-16-12288"}.get(process.integrity, "S-1-16-8192")
            self.emit(
                "sec.4688",
                time,
                {
                    **self.subject(session),
                    "NewProcessId": pid,
                    "NewProcessName": image,
                    "CommandLine": command_line,
                    "TokenElevationType": "%%1937" if process.integrity == "High" else "%%1936",
                    "ProcessId": parent.pid,
                    "TargetUserName": "-",
                    "TargetDomainName": "-",
                    "ParentProcessName": parent.image,
                    "MandatoryLabel": label,
                },
                rules=rules,
            )
        return process

    def end(self, time, process):
        self.sysmon(5, time, process)

    def file(self, time, process, path, rules=()):
        self.sysmon(11, time, process, rules, TargetFilename=path, CreationUtcTime=utc_text(time))

    def registry(self, time, process, key, details, rules=()):
        self.sysmon(13, time, process, rules, EventType="SetValue", TargetObject=key, Details=details)

    def connect(self, time, process, ip, host, port, rules=()):
        name = {443: "https", 80: "http", 445: "microsoft-ds", 3389: "ms-wbt-server", 389: "ldap"}.get(port, "-")
        self.sysmon(
            3,
            time,
            process,
            rules,
            Protocol="tcp",
            Initiated=True,
            SourceIp=self.ip,
            SourceHostname=self.computer,
            SourcePort=self.dice.between(49200, 65100),
            SourcePortName="-",
            DestinationIp=ip,
            DestinationHostname=host,
            DestinationPort=port,
            DestinationPortName=name,
        )

    def lookup(self, time, process, name, answer, rules=()):
        self.sysmon(22, time, process, rules, QueryName=name, QueryStatus="0", QueryResults=answer)

    def load(self, time, process, path, signed, rules=()):
        self.sysmon(
            7,
            time,
            process,
            rules,
            ImageLoaded=path,
            FileVersion="10.0.19041.1" if signed else "-",
            Description="-",
            Product="-",
            Company="Microsoft Corporation" if signed else "-",
            OriginalFileName=path.rsplit("\\", 1)[1] if signed else "-",
            Hashes="SHA256=" + digest("sha256", path).upper(),
            Signed="true" if signed else "false",
            Signature="Microsoft Windows" if signed else "-",
            SignatureStatus="Valid" if signed else "Unavailable",
        )

    def access(self, time, source, target, mask, trace, rules=()):
        self.sysmon(
            10,
            time,
            None,
            rules,
            SourceProcessGUID=source.guid,
            SourceProcessId=source.pid,
            SourceThreadId=4 * self.dice.between(300, 3000),
            SourceImage=source.image,
            TargetProcessGUID=target.guid,
            TargetProcessId=target.pid,
            TargetImage=target.image,
            GrantedAccess=mask,
            CallTrace=trace,
            SourceUser=source.session.account.user,
            TargetUser=target.session.account.user,
        )

    def script(self, time, account, text, path="", rules=()):
        self.emit(
            "ps.4104",
            time,
            {
                "MessageNumber": 1,
                "MessageTotal": 1,
                "ScriptBlockText": text,
                "ScriptBlockId": self.dice.guid().strip("{}").lower(),
                "Path": path,
            },
            user_sid=account.sid,
            pid=4 * self.dice.between(600, 4000),
            rules=rules,
        )

    def service_state(self, time, name, state):
        self.emit("sys.7036", time, {"param1": name, "param2": state})

    def finish(self):
        """Events in order of time, with record ids that grow per channel."""
        self.events.sort(key=lambda e: (e.time, e.order))
        next_ids = dict(RECORD_STARTS)
        for event in self.events:
            channel = event.schema.source[2]
            event.record_id = next_ids[channel]
            next_ids[channel] += 1
