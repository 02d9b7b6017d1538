"""Shows that floors.py finds what it is there to find."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import floors  # noqa: E402

CASES = [  # file, include, the words that the fault must hold (none: allowed)
    ("event/a.hpp", "base/text.hpp", None),
    ("desks/triage/a.cpp", "desks/triage/b.hpp", None),
    ("desks/triage/a.cpp", "desks/actor.hpp", None),
    ("event/a.hpp", "detect/finding.hpp", "may not include detect"),
    ("formats/a.cpp", "lake/client.hpp", "may not include lake"),
    ("desks/triage/a.cpp", "desks/response/b.hpp", "may not include the desk response"),
    ("desks/triage/a.cpp", "pipeline/ingest.hpp", "may not include pipeline"),
    ("event/a.cpp", "../base/text.hpp", "never '..'"),
    ("attic/a.cpp", "base/text.hpp", "stands on no floor"),
]
for name, include, expected in CASES:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "src" / name
        path.parent.mkdir(parents=True)
        path.write_text(f'// one\n#include "{include}"\n')
        found = list(floors.faults(pathlib.Path(folder)))
    ok = not found if expected is None else len(found) == 1 and expected in found[0] and ":2:" in found[0]
    if not ok:
        sys.exit(f"{name} including {include}: expected {expected!r}, got {found}")
print(f"{len(CASES)} cases hold")
