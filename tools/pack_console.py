"""Packs the built console into the one piece that the program carries (src/api/console_files.hpp says its layout).

usage: pack_console.py BUILT_FOLDER OUT
"""
import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
MARK = "yagura-console 1"


def main(built: pathlib.Path, out: pathlib.Path) -> int:
    lines, blobs = [MARK], []
    for path in sorted(p for p in built.rglob("*") if p.is_file()):
        kind = TYPES.get(path.suffix)
        if kind is None:
            print(f"pack_console: {path.name} is of no type that is served", file=sys.stderr)
            return 3
        content = path.read_bytes()
        packed = gzip.compress(content, 9, mtime=0)
        digest = hashlib.sha256(content).hexdigest()[:32]
        lines.append(f"{path.relative_to(built).as_posix()}\t{kind}\t{digest}\t{len(packed)}")
        blobs.append(packed)
    if not blobs:
        print("pack_console: nothing was built", file=sys.stderr)
        return 3
    out.write_bytes(("\n".join(lines) + "\n\n").encode() + b"".join(blobs))
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
