"""The made-up company: 湊精機株式会社 (Minato Seiki), 120 people, its machines, people and networks. All
addresses and domains are of the ranges reserved for documentation or of private use."""

DOMAIN, REALM = "MINATO", "corp.minato-seiki.example"
DOMAIN_SID = "S-1-5-21-2718281828-1414213562-1732050807"
DOWNLOAD_HOST, DOWNLOAD_IP = "files.keiyaku-share.example", "198.51.100.23"
C2_HOST, C2_IP = "cdn.office-sync-update.example", "198.51.100.77"
TUNNEL_DOMAIN = "t.ns-metrics.example"
EXFIL_HOST, EXFIL_IP = "up.storage-relay.example", "198.51.100.140"


class Account:
    def __init__(self, name, rid, full_name, profile=None, admin=False):
        self.name, self.full_name, self.admin = name, full_name, admin
        self.domain, self.sid = DOMAIN, f"{DOMAIN_SID}-{rid}"
        self.profile = "C:\\Users\\" + (profile or name)

    @property
    def user(self):
        return f"{self.domain}\\{self.name}"


class WellKnown:
    """An account that every Windows machine has."""

    admin = True
    profile = "C:\\Windows\\system32\\config\\systemprofile"

    def __init__(self, name, sid):
        self.name, self.sid, self.domain = name, sid, "NT AUTHORITY"

    @property
    def user(self):
        return f"{self.domain}\\{self.name}"


SYSTEM = WellKnown("SYSTEM", "S-1-5-18")
LOCAL_SERVICE = WellKnown("LOCAL SERVICE", "S-1-5-19")
NETWORK_SERVICE = WellKnown("NETWORK SERVICE", "S-1-5-20")

SATO = Account("佐藤", 1113, "佐藤 花子")  # accounting; the first victim
SUZUKI = Account("t.suzuki", 1127, "鈴木 太郎", profile="鈴木")  # sales
ITO = Account("y.ito", 1101, "伊藤 芳樹", admin=True)  # the administrator whose hash is stolen
TANAKA = Account("k.tanaka", 1118, "田中 健")
WATANABE = Account("m.watanabe", 1131, "渡辺 美穂")
KOBAYASHI = Account("s.kobayashi", 1140, "小林 翔")
YAMADA = Account("r.yamada", 1144, "山田 涼")
BACKUP = Account("svc_backup", 1205, "バックアップ", admin=True)
SQL = Account("svc_sql", 1206, "販売管理DB")
PRINT = Account("svc_print", 1207, "複合機")
HELPDESK2 = Account("svc_helpdesk2", 1301, "ヘルプデスク２", admin=True)  # the intruder's own
PEOPLE = [SATO, SUZUKI, TANAKA, WATANABE, KOBAYASHI, YAMADA]

ADDRESSES = {
    "DC01": "10.20.1.10",
    "FS01": "10.20.1.20",
    "AP01": "10.20.1.30",
    "PROXY01": "10.20.1.40",
    "NAS01": "10.20.1.50",
    "DNS01": "10.20.1.53",
    "DC02": "10.20.1.11",
    "WS-KEIRI-03": "10.20.3.13",
    "WS-EIGYO-07": "10.20.4.27",
    "WS-JOHO-01": "10.20.9.11",
    "WEB01": "10.20.200.10",
}
# Clients that speak only to the proxy, the domain controller and the name server.
OTHER_CLIENTS = [(f"WS-SEIZO-{n:02}", f"10.20.5.{20 + n}", PEOPLE[2 + n % 4]) for n in range(1, 9)]


def fqdn(host):
    return f"{host}.{REALM}"
