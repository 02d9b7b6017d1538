"""The shipped sample is what its generator makes, to the byte, and its EVTX files are read by an outside program.

usage: generator.py ROOT
"""

import gzip
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

SIZE_MAX = 6_000_000


def contents(folder):
    """path -> bytes, archives opened: another zlib may pack the same bytes otherwise."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = str(path.relative_to(folder))
        if path.suffix == ".gz":
            found[name] = gzip.decompress(path.read_bytes())
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    found[f"{name}!/{member}"] = archive.read(member)
        else:
            found[name] = path.read_bytes()
    return found


def records(data, folder):
    """What evtxexport counts in an EVTX file: whole records, and messages about damage."""
    path = folder / "one.evtx"
    path.write_bytes(data)
    run = subprocess.run(["evtxexport", "-f", "xml", str(path)], capture_output=True, text=True, check=True)
    return run.stdout.count("<Event "), run.stderr.strip()


def faults(root, work):
    sample = root / "sample"
    for name in ("one", "two"):
        subprocess.run(
            [sys.executable, str(sample / "generate.py"), "--out", str(work / name)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    one, two, shipped = contents(work / "one"), contents(work / "two"), contents(sample / "logs")
    if one != two:
        yield "two runs of the generator differ"
    made = {name[len("logs/") :]: data for name, data in one.items() if name.startswith("logs/")}
    for name in sorted(made.keys() ^ shipped.keys()):
        yield f"{name}: " + ("shipped, but not made" if name in shipped else "made, but not shipped")
    for name in sorted(made.keys() & shipped.keys()):
        if made[name] != shipped[name]:
            yield f"{name}: shipped with other bytes than the generator makes"
    if one["expected.json"] != (sample / "expected.json").read_bytes():
        yield "expected.json is not what the generator makes; run sample/generate.py"
    size = sum(path.stat().st_size for path in (sample / "logs").rglob("*") if path.is_file())
    if size > SIZE_MAX:
        yield f"the logs take {size} bytes, {SIZE_MAX} at most"
    expected = json.loads(one["expected.json"])
    if not shutil.which("evtxexport"):
        print("evtxexport is not installed: the EVTX files are not held against it")
        return
    for name, data in shipped.items():
        if name.endswith(".evtx"):
            count, complaint = records(data, work)
            if count != expected["files"][name] or complaint:
                yield f"{name}: evtxexport reads {count} of {expected['files'][name]} records {complaint}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        found = list(faults(pathlib.Path(sys.argv[1]), pathlib.Path(folder)))
    print("\n".join(found) or "the sample is what its generator makes")
    sys.exit(1 if found else 0)
