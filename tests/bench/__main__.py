"""`make bench`: every benchmark, each against its yardstick in the same run. Name some to run only those."""

import importlib
import sys

ALL = ["pairing", "mail", "web", "insight", "pages", "month", "kills"]

for name in sys.argv[1:] or ALL:
    print(f"\n## {name}\n", flush=True)
    importlib.import_module(f"tests.bench.{name}").run()
