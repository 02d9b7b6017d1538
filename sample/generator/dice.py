"""Seeded chance and the sample's calendar. Only Random.random() is used, which Python promises to keep the
same for a seed from version to version; choice() and shuffle() have changed before."""

import hashlib
import random

JST_OFFSET_S = 9 * 3600
OCTOBER_1_UTC_S = 1790812800  # 2026-10-01T00:00:00Z
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


def jst(text):
    """ "14 09:12:05" or "14 09:12" (October 2026, Japan) -> microseconds since 1970 UTC."""
    day, clock = text.split()
    parts = [int(p) for p in clock.split(":")] + [0]
    seconds = OCTOBER_1_UTC_S + (int(day) - 1) * 86400 + parts[0] * 3600 + parts[1] * 60 + parts[2]
    return (seconds - JST_OFFSET_S) * SECOND


def digest(kind, *what):
    return hashlib.new(kind, "|".join(str(w) for w in what).encode()).hexdigest()


class Dice:
    def __init__(self, *seed):
        self.random = random.Random(digest("sha256", *seed)).random

    def below(self, n):
        return int(self.random() * n)

    def between(self, low, high):
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def pick(self, items):
        return items[self.below(len(items))]

    def weighted(self, pairs):
        """Of (weight, item) pairs, one item."""
        at = self.random() * sum(weight for weight, _ in pairs)
        for weight, item in pairs:
            at -= weight
            if at < 0:
                return item
        return pairs[-1][1]

    def chance(self, p):
        return self.random() < p

    def times(self, start, end, count):
        """`count` moments between two, sorted."""
        return sorted(start + int(self.random() * (end - start)) for _ in range(count))

    def hex(self, digits):
        return "".join("0123456789abcdef"[self.below(16)] for _ in range(digits))

    def guid(self):
        h = self.hex(32)
        return f"{{{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}}}".upper()
