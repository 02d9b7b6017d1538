"""Windows events as files: EVTX, Winlogbeat's NDJSON, and the nested JSON that EVTX converters print."""

import json

import evtx_writer as evtx

from .lines import iso
from .windows_schema import WRAPPER_NAMESPACE

_templates = {}


def event_template(source):
    """The System part is one template a provider, its event data another one inside it, as Windows does it."""
    provider, guid, channel = source
    key = ("event", provider, channel)
    if key not in _templates:
        slot, element = evtx.Slot, evtx.Element
        names = [("Name", provider), ("Guid", guid)]
        if provider == "Service Control Manager":
            names.append(("EventSourceName", provider))
        system = [
            element("Provider", names),
            element("EventID", [("Qualifiers", slot(4, evtx.U16))], [slot(3, evtx.U16)]),
            element("Version", [], [slot(11, evtx.U8)]),
            element("Level", [], [slot(0, evtx.U8)]),
            element("Task", [], [slot(2, evtx.U16)]),
            element("Opcode", [], [slot(1, evtx.U8)]),
            element("Keywords", [], [slot(5, evtx.HEX64)]),
            element("TimeCreated", [("SystemTime", slot(6, evtx.TIME))]),
            element("EventRecordID", [], [slot(10, evtx.U64)]),
            element("Correlation", [("ActivityID", slot(7, evtx.GUID)), ("RelatedActivityID", slot(13, evtx.GUID))]),
            element("Execution", [("ProcessID", slot(8, evtx.U32)), ("ThreadID", slot(9, evtx.U32))]),
            element("Channel", [], [channel]),
            element("Computer", [], [slot(14, evtx.TEXT, False)]),
            element("Security", [("UserID", slot(12, evtx.SID))]),
        ]
        root = element("Event", [("xmlns", evtx.EVENT_NAMESPACE)], [element("System", [], system), slot(15, evtx.XML)])
        _templates[key] = evtx.Template("/".join(key), root)
    return _templates[key]


def data_template(schema):
    key = ("data", schema.source[0], schema.event_id)
    if key not in _templates:
        element = evtx.Element
        if schema.wrapper:
            leaves = [element(name, [], [evtx.Slot(n, kind, False)]) for n, (name, kind) in enumerate(schema.fields)]
            root = element("UserData", [], [element(schema.wrapper, [("xmlns", WRAPPER_NAMESPACE)], leaves)])
        else:
            root = element(
                "EventData",
                [],
                [
                    element("Data", [("Name", name)], [evtx.Slot(n, kind, False)])
                    for n, (name, kind) in enumerate(schema.fields)
                ],
            )
        _templates[key] = evtx.Template("/".join(map(str, key)), root)
    return _templates[key]


def qualifiers(event):
    return 16384 if event.schema.source[0] == "Service Control Manager" else None


def record(machine, event):
    schema = event.schema
    values = [
        (evtx.U8, schema.level),
        (evtx.U8, schema.opcode),
        (evtx.U16, schema.task),
        (evtx.U16, schema.event_id),
        (evtx.U16, qualifiers(event)),
        (evtx.HEX64, schema.keywords),
        (evtx.TIME, event.time),
        (evtx.GUID, None),
        (evtx.U32, event.pid),
        (evtx.U32, event.tid),
        (evtx.U64, event.record_id),
        (evtx.U8, schema.version),
        (evtx.SID, event.user_sid),
        (evtx.GUID, None),
        (evtx.TEXT, machine.computer),
        (evtx.XML, (data_template(schema), [(kind, value) for _, kind, value in event.data])),
    ]
    return event.record_id, event.time, event_template(schema.source), values


def evtx_file(machine, events):
    return evtx.file_bytes([record(machine, event) for event in events])


def text(kind, value):
    """A value as Windows renders it."""
    if kind in (evtx.HEX32, evtx.HEX64):
        return f"{value:#x}"
    if kind == evtx.BOOLEAN:
        return "true" if value else "false"
    return str(value)


def winlogbeat(machine, events):
    rows = []
    for event in events:
        schema = event.schema
        log = {
            "channel": schema.source[2],
            "event_id": str(schema.event_id),
            "provider_name": schema.source[0],
            "provider_guid": schema.source[1].upper(),
            "record_id": event.record_id,
            "computer_name": machine.computer,
            "api": "wineventlog",
            "opcode": "Info",
            "version": schema.version,
            "process": {"pid": event.pid, "thread": {"id": event.tid}},
        }
        log["user_data" if schema.wrapper else "event_data"] = {n: text(k, v) for n, k, v in event.data if v != ""}
        if event.user_sid:
            log["user"] = {"identifier": event.user_sid}
        rows.append(
            json.dumps(
                {
                    "@timestamp": iso(event.time),
                    "host": {"name": machine.computer},
                    "ecs": {"version": "8.0.0"},
                    "agent": {"type": "winlogbeat", "version": "8.15.2", "name": machine.name},
                    "event": {"code": str(schema.event_id), "kind": "event", "provider": schema.source[0]},
                    "log": {"level": "information"},
                    "winlog": log,
                },
                ensure_ascii=False,
                separators=(",", ":"),
            )
        )
    return "\n".join(rows) + "\n"


def nested(machine, events):
    """One pretty-printed document after another."""
    documents = []
    for event in events:
        schema = event.schema
        data = {n: value if k in (evtx.U32, evtx.U64, evtx.U16) else text(k, value) for n, k, value in event.data}
        number = (
            {"#attributes": {"Qualifiers": qualifiers(event)}, "#text": schema.event_id}
            if qualifiers(event)
            else schema.event_id
        )
        system = {
            "Provider": {"#attributes": {"Name": schema.source[0], "Guid": schema.source[1]}},
            "EventID": number,
            "Version": schema.version,
            "Level": schema.level,
            "Task": schema.task,
            "Opcode": schema.opcode,
            "Keywords": f"{schema.keywords:#x}",
            "TimeCreated": {"#attributes": {"SystemTime": iso(event.time, 6)}},
            "EventRecordID": event.record_id,
            "Correlation": None,
            "Execution": {"#attributes": {"ProcessID": event.pid, "ThreadID": event.tid}},
            "Channel": schema.source[2],
            "Computer": machine.computer,
            "Security": {"#attributes": {"UserID": event.user_sid}} if event.user_sid else None,
        }
        body = {"UserData": {schema.wrapper: data}} if schema.wrapper else {"EventData": data}
        documents.append(
            json.dumps(
                {"Event": {"#attributes": {"xmlns": evtx.EVENT_NAMESPACE}, "System": system, **body}},
                ensure_ascii=False,
                indent=1,
            )
        )
    return "\n".join(documents) + "\n"
