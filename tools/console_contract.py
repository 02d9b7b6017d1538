"""Writes the console's typed view of the API, web/src/lib/contract.ts, from the OpenAPI document that the program serves.

usage: console_contract.py PROGRAM [--check]     PROGRAM is yagura, or a file or URL that holds the document

With --check nothing is written: it fails when the file is not what would be written.
"""
import difflib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

OUT = pathlib.Path(__file__).resolve().parent.parent / "web" / "src" / "lib" / "contract.ts"
NAME = re.compile(r"^[A-Za-z_$][A-Za-z0-9_$]*$")
START_SECONDS_MAX = 120


def document_of(program: str) -> dict:
    """From a file, a URL, or a server that is started over an empty data folder for the purpose."""
    if program.startswith(("http://", "https://")):
        with urllib.request.urlopen(program) as answer:
            return json.load(answer)
    if program.endswith(".json"):
        return json.loads(pathlib.Path(program).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "config.yaml"
        config.write_text("listen: 127.0.0.1:0\nsyslog: {udp: [], tcp: []}\n", encoding="utf-8")
        data = pathlib.Path(folder) / "data"
        server = subprocess.Popen([program, "serve", "--data", str(data), "--config", str(config)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            control = data / "control.json"
            until = time.monotonic() + START_SECONDS_MAX
            while not control.exists():
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"console_contract: the server did not start: {server.stderr.read().decode()}")
                time.sleep(0.1)
            url = json.loads(control.read_text(encoding="utf-8"))["url"]
            with urllib.request.urlopen(url + "/api/v1/openapi.json") as answer:
                return json.load(answer)
        finally:
            server.terminate()
            server.wait()


def key(name: str) -> str:
    return name if NAME.match(name) else json.dumps(name)


def type_of(schema) -> str:
    if not isinstance(schema, dict) or not schema:
        return "unknown"
    if "$ref" in schema:
        return f'Schemas["{schema["$ref"].rsplit("/", 1)[1]}"]'
    if "enum" in schema:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(one) for one in schema["anyOf"]))
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(type_of({**schema, "type": one}) for one in kind)
    if kind == "array":
        return f"Array<{type_of(schema.get('items'))}>"
    if kind == "object":
        return object_of(schema)
    return {"string": "string", "integer": "number", "number": "number", "boolean": "boolean",
            "null": "null"}.get(kind, "unknown")


def object_of(schema: dict) -> str:
    required = set(schema.get("required", []))
    members = [f"{key(name)}{'' if name in required else '?'}: {type_of(one)}"
               for name, one in schema.get("properties", {}).items()]
    if not members:
        rest = schema.get("additionalProperties", True)
        return f"Record<string, {type_of(rest)}>" if rest is not False else "Record<string, never>"
    return "{ " + "; ".join(members) + " }"


def answer_of(operation: dict) -> str:
    for status, answer in operation["responses"].items():
        if not status.startswith("2"):
            continue
        content = answer.get("content", {})
        if "application/json" in content:
            return type_of(content["application/json"]["schema"])
        return "string" if content else "undefined"
    return "undefined"


def body_of(operation: dict) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        return type_of(content["application/json"]["schema"])
    return "Blob" if content else "undefined"


def parameters_of(operation: dict, place: str) -> str:
    return object_of({"properties": {p["name"]: p["schema"] for p in operation.get("parameters", []) if p["in"] == place},
                      "required": [p["name"] for p in operation.get("parameters", [])
                                   if p["in"] == place and p.get("required")],
                      "additionalProperties": False})


def input_of(operation: dict) -> str:
    members = []
    for place, must in (("path", ""), ("query", "?")):
        if any(p["in"] == place for p in operation.get("parameters", [])):
            members.append(f"{place}{must}: {parameters_of(operation, place)}")
    if "requestBody" in operation:
        members.append(f"body: {body_of(operation)}")
    return "{ " + "; ".join(members) + " }" if members else "object"


def write(document: dict) -> str:
    lines = ["// Made by tools/console_contract.py from the API's own document; not to be edited by hand.",
             "", "export interface Schemas {"]
    for name, schema in sorted(document["components"]["schemas"].items()):
        if name != "Record" and not name.startswith("Record_"):
            lines.append(f"  {key(name)}: {type_of(schema)};")
    lines.append('  Record: AnyRecord;')
    lines.append("@registers@")
    lines += ["}", "", "/** A record of any register: its body follows the register's declaration, which the API tells too. */",
              "export interface AnyRecord {", "  id: string;", "  type: string;", "  version: number;", "  state: string;",
              "  state_since: string;", "  body: Record<string, unknown>;", "  created_by: string;", "  created_at: string;",
              "  updated_by: string;", "  updated_at: string;", "}", "", "export interface Operations {"]
    table = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            table.append((name, method.upper(), path))
            lines.append(f"  {name}: {{ input: {input_of(operation)}; answer: {answer_of(operation)} }};")
    lines += ["}", "", "/** Method and path of each operation. */",
              "export const operations: Record<keyof Operations, readonly [method: string, path: string]> = {"]
    lines += [f'  {name}: ["{method}", "{path}"],' for name, method, path in sorted(table)]
    lines += ["};", ""]
    made = "\n".join(lines)
    # Of the registers only those that an operation of their own answers with; the others are AnyRecord.
    own = sorted(set(re.findall(r'Schemas\["(Record_\w+)"\]', made)))
    return made.replace("@registers@", "\n".join(
        f"  {name}: {type_of(document['components']['schemas'][name])};" for name in own))


def main() -> int:
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    if len(arguments) != 1:
        print(__doc__)
        return 2
    made = write(document_of(arguments[0]))
    if "--check" not in sys.argv:
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_text(made, encoding="utf-8")
        return 0
    there = OUT.read_text(encoding="utf-8") if OUT.exists() else ""
    if there == made:
        print("the console knows the API as it is")
        return 0
    print("\n".join(list(difflib.unified_diff(there.split("\n"), made.split("\n"), "there", "would be", lineterm="",
                                              n=0))[:40]))
    print("\nthe API changed: run  python3 tools/console_contract.py build/release/bin/yagura")
    return 1


if __name__ == "__main__":
    sys.exit(main())
