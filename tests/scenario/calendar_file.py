"""A strict reader of iCalendar (RFC 5545): what a careful subscriber would refuse, it refuses.

Knows only what a calendar of shifts may hold: one VCALENDAR of VEVENTs.
"""
import re

from story import expect

ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS", "TRANSP", "LAST-MODIFIED"}
MAYBE = {"DESCRIPTION", "CATEGORIES"}
TEXTS = {"UID", "SUMMARY", "DESCRIPTION", "CATEGORIES"}
UTC = re.compile(r"^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])[0-5]\d[0-5]\dZ$")
DATE = re.compile(r"^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")


def lines_of(data):
    """Content lines, unfolded (section 3.1)."""
    expect(data.endswith(b"\r\n") and b"\r" not in data.replace(b"\r\n", b"") and b"\n" not in data.replace(b"\r\n", b""),
           "every line ends in CRLF, and nothing else breaks one")
    out = []
    for line in data[:-2].split(b"\r\n"):
        expect(0 < len(line) <= 75, f"a line has at most 75 octets: {len(line)}")
        text = line.decode("utf-8")  # folded between characters
        expect(not re.search("[\x00-\x08\x0b-\x1f\x7f]", text), f"no control characters: {text!r}")
        if text[0] == " ":
            expect(out, "the first line continues nothing")
            out[-1] += text[1:]
        else:
            out.append(text)
    return out


def text_of(value):
    """A TEXT as section 3.3.11 escapes it."""
    expect(not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"commas and semicolons are escaped: {value}")
    expect(re.fullmatch(r"(?:[^\\]|\\[\\;,nN])*", value), f"only known escapes: {value}")
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def property_of(line):
    found = re.fullmatch(r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=[^;:,\"]+)*):(.*)", line)
    expect(found, f"no content line: {line}")
    parameters = dict(one.split("=", 1) for one in found[2].split(";")[1:])
    return found[1].upper(), parameters, found[3]


def event_of(properties):
    event = {}
    for name, parameters, value in properties:
        expect(name in ONCE | MAYBE, f"an event has no {name}")
        expect(name not in event, f"{name} comes once")
        expect(not parameters or (name in ("DTSTART", "DTEND") and parameters == {"VALUE": "DATE"}), f"{name}: {parameters}")
        if name in ("DTSTART", "DTEND"):
            expect((DATE if parameters else UTC).match(value), f"{name}: {value}")
        elif name in ("DTSTAMP", "LAST-MODIFIED"):
            expect(UTC.match(value), f"{name}: {value}")
        event[name] = text_of(value) if name in TEXTS else value
    expect(not ONCE - event.keys(), f"missing: {ONCE - event.keys()}")
    expect(len(event["DTSTART"]) == len(event["DTEND"]) and event["DTSTART"] < event["DTEND"], f"it ends after it began: {event}")
    expect(event["SEQUENCE"].isdigit(), "SEQUENCE is a number")
    expect(event["STATUS"] in ("TENTATIVE", "CONFIRMED", "CANCELLED"), event["STATUS"])
    expect(event["TRANSP"] in ("OPAQUE", "TRANSPARENT"), event["TRANSP"])
    return event


def parse(data):
    """The events of a calendar, each a dictionary of its properties; Wrong when it is no such file."""
    lines = lines_of(data)
    expect(lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR", "one calendar")
    head, events, inside = {}, [], None
    for line in lines[1:-1]:
        name, parameters, value = property_of(line)
        if (name, value) == ("BEGIN", "VEVENT"):
            expect(inside is None, "events do not nest")
            inside = []
        elif (name, value) == ("END", "VEVENT"):
            expect(inside is not None, "an event ends that did not begin")
            events.append(event_of(inside))
            inside = None
        elif inside is not None:
            inside.append((name, parameters, value))
        else:
            expect(not events and name not in head, f"{name} stands before the events, once")
            head[name] = value
    expect(inside is None, "every event ends")
    expect(head.get("VERSION") == "2.0" and head.get("PRODID"), f"VERSION and PRODID are there: {head}")
    expect(len({one["UID"] for one in events}) == len(events), "each UID names one event")
    return events
