"""What a Windows event of each kind holds: provider, channel, version, task and the names and types of its
data, in the order in which Windows writes them."""

import evtx_writer as evtx

SYSMON = ("Microsoft-Windows-Sysmon", "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}", "Microsoft-Windows-Sysmon/Operational")
AUDIT = ("Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-a5ba-3e3b0328c30d}", "Security")
LOG_SECURITY = ("Microsoft-Windows-Eventlog", "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}", "Security")
LOG_SYSTEM = ("Microsoft-Windows-Eventlog", "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}", "System")
SERVICES = ("Service Control Manager", "{555908d1-a6d7-4695-8e1e-26931d2012f4}", "System")
POWERSHELL = (
    "Microsoft-Windows-PowerShell",
    "{a0c1853b-5c40-4b15-8766-3cf1c58f985a}",
    "Microsoft-Windows-PowerShell/Operational",
)
UPDATE = ("Microsoft-Windows-WindowsUpdateClient", "{945a8954-c147-4acd-923f-40c45405a658}", "System")

SUCCESS, FAILURE, CLASSIC, CLEARED = 0x8020000000000000, 0x8010000000000000, 0x8080000000000000, 0x8020000000000000
TYPES = {
    "s": evtx.TEXT,
    "i": evtx.U32,
    "h": evtx.HEX32,
    "x": evtx.HEX64,
    "g": evtx.GUID,
    "S": evtx.SID,
    "b": evtx.BOOLEAN,
    "q": evtx.U64,
    "t": evtx.TIME,
    "w": evtx.U16,
}


class Schema:
    def __init__(self, source, event_id, version, task, fields, level=4, keywords=SUCCESS, opcode=0, wrapper=None):
        self.source, self.event_id, self.version, self.task = source, event_id, version, task
        self.level, self.keywords, self.opcode, self.wrapper = level, keywords, opcode, wrapper
        self.fields = []
        for field in fields.split():
            name, _, kind = field.partition(":")
            self.fields.append((name, TYPES[kind or "s"]))


def sysmon(event_id, version, fields):
    return Schema(SYSMON, event_id, version, event_id, "RuleName " + fields, keywords=0x8000000000000000)


def audit(event_id, version, task, fields, keywords=SUCCESS):
    return Schema(AUDIT, event_id, version, task, fields, level=0, keywords=keywords)


SUBJECT = "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:x "
TARGET = "TargetUserName TargetDomainName TargetSid:S "
WHO = "UtcTime ProcessGuid:g ProcessId:i Image "
SCHEMAS = {
    "sysmon.1": sysmon(
        1,
        5,
        WHO + "FileVersion Description Product Company OriginalFileName CommandLine "
        "CurrentDirectory User LogonGuid:g LogonId:x TerminalSessionId:i IntegrityLevel Hashes "
        "ParentProcessGuid:g ParentProcessId:i ParentImage ParentCommandLine ParentUser",
    ),
    "sysmon.3": sysmon(
        3,
        5,
        WHO + "User Protocol Initiated:b SourceIsIpv6:b SourceIp SourceHostname SourcePort:w "
        "SourcePortName DestinationIsIpv6:b DestinationIp DestinationHostname DestinationPort:w "
        "DestinationPortName",
    ),
    "sysmon.5": sysmon(5, 3, WHO + "User"),
    "sysmon.7": sysmon(
        7,
        3,
        WHO + "ImageLoaded FileVersion Description Product Company OriginalFileName Hashes "
        "Signed Signature SignatureStatus User",
    ),
    "sysmon.10": sysmon(
        10,
        3,
        "UtcTime SourceProcessGUID:g SourceProcessId:i SourceThreadId:i SourceImage "
        "TargetProcessGUID:g TargetProcessId:i TargetImage GrantedAccess:h CallTrace SourceUser TargetUser",
    ),
    "sysmon.11": sysmon(11, 2, WHO + "TargetFilename CreationUtcTime User"),
    "sysmon.13": sysmon(13, 2, "EventType " + WHO + "TargetObject Details User"),
    "sysmon.15": sysmon(15, 2, WHO + "TargetFilename CreationUtcTime Hash Contents User"),
    "sysmon.17": sysmon(17, 1, "EventType UtcTime ProcessGuid:g ProcessId:i PipeName Image User"),
    "sysmon.20": sysmon(20, 3, "EventType UtcTime Operation User Name Type Destination"),
    "sysmon.22": sysmon(22, 5, "UtcTime ProcessGuid:g ProcessId:i QueryName QueryStatus QueryResults Image User"),
    "sec.4624": audit(
        4624,
        2,
        12544,
        SUBJECT + "TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:x "
        "LogonType:i LogonProcessName AuthenticationPackageName WorkstationName LogonGuid:g "
        "TransmittedServices LmPackageName KeyLength:i ProcessId:x ProcessName IpAddress IpPort "
        "ImpersonationLevel RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName "
        "VirtualAccount TargetLinkedLogonId:x ElevatedToken",
    ),
    "sec.4625": audit(
        4625,
        0,
        12544,
        SUBJECT + "TargetUserSid:S TargetUserName TargetDomainName Status:h "
        "FailureReason SubStatus:h LogonType:i LogonProcessName AuthenticationPackageName "
        "WorkstationName TransmittedServices LmPackageName KeyLength:i ProcessId:x ProcessName "
        "IpAddress IpPort",
        FAILURE,
    ),
    "sec.4634": audit(4634, 0, 12545, "TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:x LogonType:i"),
    "sec.4648": audit(
        4648,
        0,
        12544,
        SUBJECT + "LogonGuid:g TargetUserName TargetDomainName TargetLogonGuid:g "
        "TargetServerName TargetInfo ProcessId:x ProcessName IpAddress IpPort",
    ),
    "sec.4662": audit(
        4662,
        0,
        14080,
        SUBJECT + "ObjectServer ObjectType ObjectName OperationType HandleId:x "
        "AccessList AccessMask:h Properties AdditionalInfo AdditionalInfo2",
    ),
    "sec.4672": audit(4672, 0, 12548, SUBJECT + "PrivilegeList"),
    "sec.4688": audit(
        4688,
        2,
        13312,
        SUBJECT + "NewProcessId:x NewProcessName TokenElevationType ProcessId:x "
        "CommandLine TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:x "
        "ParentProcessName MandatoryLabel:S",
    ),
    "sec.4697": audit(
        4697, 0, 12289, SUBJECT + "ServiceName ServiceFileName ServiceType:h ServiceStartType:i " "ServiceAccount"
    ),
    "sec.4698": audit(4698, 0, 12804, SUBJECT + "TaskName TaskContent"),
    "sec.4720": audit(
        4720,
        0,
        13824,
        TARGET + SUBJECT + "PrivilegeList SamAccountName DisplayName "
        "UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations "
        "PasswordLastSet AccountExpires PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue "
        "UserAccountControl UserParameters SidHistory LogonHours",
    ),
    "sec.4738": audit(
        4738,
        0,
        13824,
        "Dummy " + TARGET + SUBJECT + "PrivilegeList SamAccountName DisplayName "
        "UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations "
        "PasswordLastSet AccountExpires PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue "
        "UserAccountControl UserParameters SidHistory LogonHours",
    ),
    "sec.4728": audit(4728, 0, 13826, "MemberName MemberSid:S " + TARGET + SUBJECT + "PrivilegeList"),
    "sec.4732": audit(4732, 0, 13826, "MemberName MemberSid:S " + TARGET + SUBJECT + "PrivilegeList"),
    "sec.4768": audit(
        4768,
        0,
        14339,
        TARGET + "ServiceName ServiceSid:S TicketOptions:h Status:h "
        "TicketEncryptionType:h PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber "
        "CertThumbprint",
    ),
    "sec.4769": audit(
        4769,
        0,
        14337,
        "TargetUserName TargetDomainName ServiceName ServiceSid:S TicketOptions:h "
        "TicketEncryptionType:h IpAddress IpPort Status:h LogonGuid:g TransmittedServices",
    ),
    "sec.4776": audit(4776, 0, 14336, "PackageName TargetUserName Workstation Status:h"),
    "sec.5140": audit(
        5140, 1, 12808, SUBJECT + "ObjectType IpAddress IpPort ShareName ShareLocalPath AccessMask:h " "AccessList"
    ),
    "sec.5145": audit(
        5145,
        0,
        12811,
        SUBJECT + "ObjectType IpAddress IpPort ShareName ShareLocalPath "
        "RelativeTargetName AccessMask:h AccessList AccessReason",
    ),
    "sec.1102": Schema(LOG_SECURITY, 1102, 0, 104, SUBJECT, keywords=0x4020000000000000, wrapper="LogFileCleared"),
    "sys.104": Schema(
        LOG_SYSTEM,
        104,
        0,
        104,
        "SubjectUserName SubjectDomainName Channel BackupPath",
        keywords=0x8000000000000000,
        wrapper="LogFileCleared",
    ),
    "sys.7036": Schema(SERVICES, 7036, 0, 0, "param1 param2", keywords=CLASSIC),
    "sys.7040": Schema(SERVICES, 7040, 0, 0, "param1 param2 param3 param4", keywords=CLASSIC),
    "sys.7045": Schema(
        SERVICES, 7045, 0, 0, "ServiceName ImagePath ServiceType StartType AccountName", keywords=CLASSIC
    ),
    "sys.19": Schema(
        UPDATE,
        19,
        1,
        1,
        "updateTitle updateGuid:g updateRevisionNumber:i serviceGuid:g",
        opcode=13,
        keywords=0x8000000000000018,
    ),
    "ps.4104": Schema(
        POWERSHELL, 4104, 1, 2, "MessageNumber:i MessageTotal:i ScriptBlockText ScriptBlockId Path", level=5, keywords=0
    ),
}
WRAPPER_NAMESPACE = "http://manifests.microsoft.com/win/2004/08/windows/eventlog"
