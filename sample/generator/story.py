"""The steps of the intrusion, by number: what happens, in English and Japanese. The README's table is made
from this and from the rules that each step's events name."""

STEPS = {
    "S01": (
        "WS-KEIRI-03",
        "Mail link clicked: the proxy lets a disk image through",
        "メールのリンクを開き、プロキシー経由でディスクイメージを取得",
    ),
    "S02": (
        "WS-KEIRI-03",
        "The image lands with the mark of the web",
        "Web由来の印（Zone.Identifier）の付いたイメージを保存",
    ),
    "S03": (
        "WS-KEIRI-03",
        "D:\\請求書.lnk starts mshta with a remote script",
        "D:\\請求書.lnk が mshta でリモートのスクリプトを実行",
    ),
    "S04": (
        "WS-KEIRI-03",
        "Encoded PowerShell loader switches AMSI off and fetches a library",
        "符号化されたPowerShellがAMSIを無効化し、DLLを取得",
    ),
    "S05": ("WS-KEIRI-03", "rundll32 runs the library from a public folder", "公開フォルダーのDLLを rundll32 で実行"),
    "S06": ("WS-KEIRI-03", "Beacon over HTTPS through rundll32", "rundll32 からHTTPSでC2と通信"),
    "S07": ("WS-KEIRI-03", "Second channel: DNS tunnel in TXT questions", "予備の通信路：TXTレコードによるDNSトンネル"),
    "S08": ("WS-KEIRI-03", "Discovery: whoami, net group, nltest", "環境の調査（whoami、net group、nltest）"),
    "S09": ("WS-KEIRI-03", "User account control bypassed through fodhelper", "fodhelper によるUAC回避"),
    "S10": (
        "WS-KEIRI-03",
        "Persistence: run key, scheduled task, WMI consumer",
        "永続化（Runキー、タスク、WMIコンシューマー）",
    ),
    "S11": ("WS-KEIRI-03", "A folder is excluded from Defender", "Defenderの除外フォルダーを追加"),
    "S12": ("WS-KEIRI-03", "LSASS memory is dumped", "LSASSのメモリーをダンプ"),
    "S13": (
        "DC01",
        "Service tickets in RC4 are requested (Kerberoasting)",
        "RC4のサービスチケットを要求（Kerberoasting）",
    ),
    "S14": (
        "WS-EIGYO-07",
        "Pass the hash; a process on a second workstation by WMI",
        "Pass-the-Hashと、WMIによる2台目の端末での実行",
    ),
    "S15": ("FS01", "PsExec to the file server", "PsExecでファイルサーバーへ横展開"),
    "S16": ("FS01", "Sacrificial rundll32, getsystem through a service", "引数なしの rundll32、サービス経由の権限昇格"),
    "S17": (
        "DC01",
        "Remote desktop from the file server to the domain controller",
        "ファイルサーバーからDCへリモートデスクトップ",
    ),
    "S18": ("DC01", "The directory database is copied", "ディレクトリーのデータベース（ntds.dit）を複製"),
    "S19": ("DC01", "Directory replication by a person's account (DCSync)", "個人のアカウントによる複製要求（DCSync）"),
    "S20": ("DC01", "A new administrator account", "新しい管理者アカウントの作成"),
    "S21": (
        "AP01",
        "A service is created on the application server, a tool fetched with certutil",
        "業務サーバーにサービスを作成、certutil でツールを取得",
    ),
    "S22": ("DC01", "Event logs are cleared", "イベントログの消去"),
    "S23": (
        "nas01",
        "The stolen backup password opens the storage server",
        "盗んだバックアップ用パスワードでストレージに侵入",
    ),
    "S24": (
        "nas01",
        "Root shell, a script piped into bash, cron, keys, a second root",
        "rootシェル、curl|bash、cron、鍵、二つ目のroot",
    ),
    "S25": (
        "web01",
        "Web shell on the web server, reverse shell, logs removed",
        "WebサーバーにWebシェル、リバースシェル、ログ削除",
    ),
    "S26": ("FS01", "Drawings are packed with a password", "設計図面をパスワード付き書庫に集約"),
    "S27": ("FS01", "Exfiltration: rclone and very large uploads", "持ち出し（rclone、大量アップロード）"),
    "S28": (
        "FS01",
        "Ransomware is prepared: shadow copies, backups, recovery, Defender",
        "ランサムウェアの準備（シャドウコピー、バックアップ、復旧、Defender）",
    ),
}
