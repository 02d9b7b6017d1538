"""Events of a domain controller that both ordinary work and the intrusion make."""

from .dice import SECOND
from .world import DOMAIN, DOMAIN_SID, REALM


def ticket(machine, time, user, service, ip, encryption, rules=()):
    machine.emit(
        "sec.4769",
        time,
        {
            "TargetUserName": f"{user}@{REALM.upper()}",
            "TargetDomainName": REALM.upper(),
            "ServiceName": service,
            "ServiceSid": DOMAIN_SID + "-1010",
            "TicketOptions": 0x40810000,
            "TicketEncryptionType": encryption,
            "IpAddress": "::ffff:" + ip,
            "IpPort": str(machine.dice.between(49200, 65100)),
            "Status": 0,
            "LogonGuid": machine.dice.guid(),
            "TransmittedServices": "-",
        },
        rules=rules,
    )


def replicate(machine, time, sid, name, logon_id, rules=()):
    machine.emit(
        "sec.4662",
        time,
        {
            "SubjectUserSid": sid,
            "SubjectUserName": name,
            "SubjectDomainName": DOMAIN,
            "SubjectLogonId": logon_id,
            "ObjectServer": "DS",
            "ObjectType": "%{19195a5b-6da0-11d0-afd3-00c04fd930c9}",
            "ObjectName": "%{0d8d1ab7-4b8a-4f43-9a0c-6f6a6c2b1e55}",
            "OperationType": "Object Access",
            "AccessList": "%%7688\n\t\t\t\t",
            "AccessMask": 0x100,
            "AdditionalInfo": "-",
            "Properties": "%%7688\n\t{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}\n",
        },
        rules=rules,
    )


def account_created(machine, time, by, name, sid, display, flags, rules=()):
    values = {
        "TargetUserName": name,
        "TargetDomainName": DOMAIN,
        "TargetSid": sid,
        **machine.subject(by),
        "PrivilegeList": "-",
        "SamAccountName": name,
        "DisplayName": display,
        "UserPrincipalName": f"{name}@{REALM}",
        "PasswordLastSet": "%%1794",
        "AccountExpires": "%%1794",
        "PrimaryGroupId": "513",
        "AllowedToDelegateTo": "-",
        "OldUacValue": "0x0",
        "NewUacValue": "0x15",
        "UserParameters": "%%1793",
        "SidHistory": "-",
        "LogonHours": "%%1793",
    }
    machine.emit("sec.4720", time, {**values, "UserAccountControl": "\n\t\t%%2080\n\t\t%%2082\n\t\t%%2084"})
    machine.emit(
        "sec.4738", time + SECOND, {**values, "Dummy": "-", "UserAccountControl": f"\n\t\t{flags}"}, rules=rules
    )


def group_member(machine, time, by, kind, member, member_sid, group, group_sid, rules=()):
    machine.emit(
        kind,
        time,
        {
            "MemberName": member,
            "MemberSid": member_sid,
            "TargetUserName": group,
            "TargetDomainName": DOMAIN,
            "TargetSid": group_sid,
            **machine.subject(by),
            "PrivilegeList": "-",
        },
        rules=rules,
    )
