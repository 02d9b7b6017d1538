#!/usr/bin/env python3
"""Writes syslog to standard output that makes a house as it is after months: EVENTS lines of the last week, among
them ALERTS root shells through sudo, each on a machine of its own, so that each is an alert.

    fill.py ALERTS EVENTS | yagura ingest --input-format syslog -
"""
import sys
from datetime import datetime, timedelta, timezone

seconds_back = 6 * 86400
lines_at_once = 20_000


def main() -> None:
    alerts, events = int(sys.argv[1]), int(sys.argv[2])
    begin = datetime.now(timezone.utc) - timedelta(seconds=seconds_back)
    every = max(1, events // max(1, alerts))
    made = 0
    lines = []
    stamp, stamped = "", -1
    for number in range(events):
        second = number * seconds_back // events
        if second != stamped:
            stamp, stamped = (begin + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.000Z"), second
        if number % every == 0 and made < alerts:
            lines.append(
                f"<85>1 {stamp} srv{made:06}.example.org sudo - - -  user{made % 997} : TTY=pts/0 ; PWD=/home ; "
                "USER=root ; COMMAND=/bin/bash\n"
            )
            made += 1
        else:
            lines.append(
                f"<86>1 {stamp} web{number % 400:03}.example.org sshd {number % 32768} - - Accepted publickey for "
                f"deploy{number % 61} from 10.{number % 251}.{number % 241}.{number % 239} port {1024 + number % 60000} ssh2\n"
            )
        if len(lines) == lines_at_once:
            sys.stdout.write("".join(lines))
            lines.clear()
    sys.stdout.write("".join(lines))


if __name__ == "__main__":
    main()
