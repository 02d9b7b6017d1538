"""Writes Windows event logs (.evtx): file header, 64 KiB chunks with their checksums, string and template
tables, and records as template instances with typed substitutions, as the event log service does.

What it is not: a reader, or a way to change an existing file. Layout after the "Windows XML Event Log (EVTX)"
format notes of libevtx; every file is checked with evtxexport.
"""

import struct
import uuid
import zlib

CHUNK_BYTES = 65536
CHUNK_HEADER_BYTES = 512
FILE_HEADER_BYTES = 4096
STRING_BUCKETS = 64
TEMPLATE_BUCKETS = 32
STRING_TABLE_AT = 128
TEMPLATE_TABLE_AT = 384
EPOCH_DIFFERENCE_S = 11644473600
EVENT_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"

NULL, TEXT, U8, U16, U32, U64 = 0x00, 0x01, 0x04, 0x06, 0x08, 0x0A
BOOLEAN, GUID, TIME, SID, HEX32, HEX64, XML = 0x0D, 0x0F, 0x11, 0x13, 0x14, 0x15, 0x21


def filetime(time_us):
    """Microseconds since 1970 UTC -> 100 ns ticks since 1601."""
    return (time_us + EPOCH_DIFFERENCE_S * 1_000_000) * 10


def sid_bytes(text):
    parts = text.split("-")[2:]
    authority, subs = int(parts[0]), [int(p) for p in parts[1:]]
    return struct.pack(">BB", 1, len(subs)) + authority.to_bytes(6, "big") + struct.pack(f"<{len(subs)}I", *subs)


def value_bytes(kind, value):
    """A substitution's bytes as the record holds them."""
    if kind == TEXT:
        return value.encode("utf-16-le")
    if kind == U8:
        return struct.pack("<B", value)
    if kind == U16:
        return struct.pack("<H", value)
    if kind in (U32, HEX32):
        return struct.pack("<I", value & 0xFFFFFFFF)
    if kind in (U64, HEX64):
        return struct.pack("<Q", value)
    if kind == BOOLEAN:
        return struct.pack("<I", 1 if value else 0)
    if kind == GUID:
        return uuid.UUID(value).bytes_le
    if kind == TIME:
        return struct.pack("<Q", filetime(value))
    if kind == SID:
        return sid_bytes(value)
    if kind == NULL:
        return b""
    raise ValueError(f"no such value type: {kind:#x}")


class Element:
    """A node of a template. `attributes`: (name, text or Slot); `content`: Elements, texts and Slots."""

    def __init__(self, name, attributes=(), content=()):
        self.name, self.attributes, self.content = name, list(attributes), list(content)


class Slot:
    """A place that a record's substitution of this index and type fills."""

    def __init__(self, index, kind, optional=True):
        self.index, self.kind, self.optional = index, kind, optional


class Template:
    def __init__(self, key, root):
        self.guid = uuid.uuid5(uuid.NAMESPACE_URL, "yagura-sample:" + key)
        self.number = struct.unpack("<I", self.guid.bytes_le[:4])[0]
        self.root = root


def name_hash(name):
    value = 0
    for unit in struct.unpack(f"<{len(name.encode('utf-16-le')) // 2}H", name.encode("utf-16-le")):
        value = (value * 65599 + unit) & 0xFFFFFFFF
    return value & 0xFFFF


class Chunk:
    """One 64 KiB chunk being filled. Offsets in it are relative to its start, so it can be written anywhere."""

    def __init__(self):
        self.data = bytearray(CHUNK_HEADER_BYTES)
        self.names, self.templates = {}, {}
        self.string_heads, self.template_heads = [0] * STRING_BUCKETS, [0] * TEMPLATE_BUCKETS
        self.ids, self.last_record_at = [], 0

    def snapshot(self):
        return (
            len(self.data),
            dict(self.names),
            dict(self.templates),
            list(self.string_heads),
            list(self.template_heads),
        )

    def restore(self, state):
        del self.data[state[0] :]
        _, self.names, self.templates, self.string_heads, self.template_heads = state

    def put(self, layout, *values):
        self.data += struct.pack("<" + layout, *values)

    def put_name(self, name):
        """The offset of a name, and the name itself right here when the chunk does not have it yet."""
        known = self.names.get(name)
        if known is not None:
            self.put("I", known)
            return
        at = len(self.data) + 4
        bucket = name_hash(name) % STRING_BUCKETS
        self.put("I", at)
        self.put("IHH", self.string_heads[bucket], name_hash(name), len(name))
        self.data += name.encode("utf-16-le") + b"\0\0"
        self.names[name], self.string_heads[bucket] = at, at

    def put_content(self, item):
        if isinstance(item, Element):
            self.put_element(item)
        elif isinstance(item, Slot):
            self.put("BHB", 0x0E if item.optional else 0x0D, item.index, item.kind)
        else:
            self.put("BBH", 0x05, TEXT, len(item))
            self.data += item.encode("utf-16-le")

    def put_element(self, element):
        self.put("BH", 0x41 if element.attributes else 0x01, 0xFFFF)
        size_at = len(self.data)
        self.put("I", 0)
        self.put_name(element.name)
        if element.attributes:
            list_at = len(self.data)
            self.put("I", 0)
            for position, (name, value) in enumerate(element.attributes):
                self.put("B", 0x46 if position + 1 < len(element.attributes) else 0x06)
                self.put_name(name)
                self.put_content(value)
            struct.pack_into("<I", self.data, list_at, len(self.data) - list_at - 4)
        if element.content:
            self.put("B", 0x02)
            for item in element.content:
                self.put_content(item)
            self.put("B", 0x04)
        else:
            self.put("B", 0x03)
        struct.pack_into("<I", self.data, size_at, len(self.data) - size_at - 4)

    def put_instance(self, template, values):
        """A template instance: the definition where the chunk sees it first, then the substitutions.
        `values` are (type, value); a value of type XML is (template, values) of a nested instance."""
        self.data += b"\x0f\x01\x01\x00"
        self.put("BBI", 0x0C, 0x01, template.number)
        known = self.templates.get(template.guid)
        if known is None:
            at = len(self.data) + 4
            bucket = template.number % TEMPLATE_BUCKETS
            self.put("I", at)
            self.put("I", self.template_heads[bucket])
            self.data += template.guid.bytes_le
            size_at = len(self.data)
            self.put("I", 0)
            self.data += b"\x0f\x01\x01\x00"
            self.put_element(template.root)
            self.put("B", 0)
            struct.pack_into("<I", self.data, size_at, len(self.data) - size_at - 4)
            self.templates[template.guid], self.template_heads[bucket] = at, at
        else:
            self.put("I", known)
        self.put("I", len(values))
        descriptors_at = len(self.data)
        self.data += bytes(4 * len(values))
        for position, (kind, value) in enumerate(values):
            start = len(self.data)
            if value is None:
                kind = NULL
            elif kind == XML:
                self.put_instance(*value)
                self.put("B", 0)
            else:
                self.data += value_bytes(kind, value)
            struct.pack_into("<HBB", self.data, descriptors_at + 4 * position, len(self.data) - start, kind, 0)

    def add(self, record_id, time_us, template, values):
        """False, with the chunk as it was, when the record does not fit any more."""
        state, start = self.snapshot(), len(self.data)
        self.put("IIQQ", 0x00002A2A, 0, record_id, filetime(time_us))
        self.put_instance(template, values)
        self.put("B", 0)
        self.data += bytes(-(len(self.data) + 4) % 8)
        size = len(self.data) + 4 - start
        self.put("I", size)
        struct.pack_into("<I", self.data, start + 4, size)
        if len(self.data) >= CHUNK_BYTES:  # full to the last byte is legal, yet evtxexport loses that record
            self.restore(state)
            return False
        self.ids.append(record_id)
        self.last_record_at = start
        return True

    def finish(self, first_number):
        """The chunk's bytes, with header, tables and both checksums."""
        used = len(self.data)
        out = self.data + bytes(CHUNK_BYTES - used)
        struct.pack_into(
            "<8sQQQQIIII",
            out,
            0,
            b"ElfChnk\0",
            first_number,
            first_number + len(self.ids) - 1,
            self.ids[0],
            self.ids[-1],
            128,
            self.last_record_at,
            used,
            zlib.crc32(bytes(out[CHUNK_HEADER_BYTES:used])),
        )
        struct.pack_into(f"<{STRING_BUCKETS}I", out, STRING_TABLE_AT, *self.string_heads)
        struct.pack_into(f"<{TEMPLATE_BUCKETS}I", out, TEMPLATE_TABLE_AT, *self.template_heads)
        checked = bytes(out[:120]) + bytes(out[STRING_TABLE_AT:CHUNK_HEADER_BYTES])
        struct.pack_into("<I", out, 124, zlib.crc32(checked))
        return bytes(out)


def file_bytes(records, first_number=1):
    """A whole .evtx file of `records`: (record id, time in microseconds UTC, Template, values), in order."""
    chunks, chunk, number = [], Chunk(), first_number
    for record_id, time_us, template, values in records:
        if not chunk.add(record_id, time_us, template, values):
            chunks.append(chunk.finish(number))
            number += len(chunk.ids)
            chunk = Chunk()
            if not chunk.add(record_id, time_us, template, values):
                raise ValueError(f"record {record_id} is larger than a chunk")
    next_id = chunk.ids[-1] + 1 if chunk.ids else 1
    if chunk.ids:
        chunks.append(chunk.finish(number))
    header = bytearray(FILE_HEADER_BYTES)
    struct.pack_into(
        "<8sQQQIHHHH",
        header,
        0,
        b"ElfFile\0",
        0,
        max(0, len(chunks) - 1),
        next_id,
        128,
        1,
        3,
        FILE_HEADER_BYTES,
        len(chunks),
    )
    struct.pack_into("<I", header, 124, zlib.crc32(bytes(header[:120])))
    return bytes(header) + b"".join(chunks)
