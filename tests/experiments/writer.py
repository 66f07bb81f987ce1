"""A small process that fills a result folder and stops where a test wants to hit it.

``python writer.py FOLDER STOP [--force]``: it prints ``ready`` at STOP and waits there to be hit.
"""

import sys
import time
from pathlib import Path

import tsunagari.experiments.runs.folder as folder_module
from tsunagari.experiments.runs.folder import ResultFolder


def wait(where):
    if where == stop:
        print("ready", flush=True)
        time.sleep(60)


path, stop = Path(sys.argv[1]), sys.argv[2]
bring_to_disk = folder_module.bring_to_disk


def slowly(file):
    bring_to_disk(file)
    if file == path and not (path / "run.json").exists() and any(path.glob("*.parquet")):
        wait("renamed")
    if file.parent != path:
        wait("flushing")


folder_module.bring_to_disk = slowly
with ResultFolder(path, force="--force" in sys.argv) as folder:
    wait("open")
    for name in ("firms", "market"):
        (folder.staging / f"{name}.parquet").write_text("new " * 1000)
        wait(name)
    folder.complete({"seed": 1})
wait("done")
