"""`knowledge schema`: the format as a JSON Schema, and the line by which an editor completes and checks a file."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from adapters.console import counted, say
from adapters.keeper import FINE, Settings
from adapters.keeper.console import folder_argument
from adapters.keeper.writing import replace
from bot import upkeep

NAME = "schema.json"  # in the folder itself, so that a clone has it
MODELINE = "# yaml-language-server: $schema="


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    folder_argument(parser)
    parser.add_argument("--write", action="store_true", help=f"write it to FOLDER/{NAME}, and the line into every file")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Print the schema, or write it and put the line on top of every file that lacks it."""
    text = json.dumps(upkeep.schema(), indent=1) + "\n"
    if not given.write:
        print(text, end="")
        return FINE
    files = upkeep.files(settings.folder)
    replace(settings.folder / NAME, text)
    changed = [file for file in files if _mark(file, settings.folder)]
    count = f"{counted(len(changed), 'file')} of {len(files)}"
    say([f"{settings.folder / NAME} is written; {count} got the line that names it."])
    return FINE


def modeline(file: Path, folder: Path) -> str:
    """The line for a file: an editor looks for the schema from where the file is."""
    return MODELINE + Path(os.path.relpath(folder / NAME, file.parent)).as_posix()


def _mark(file: Path, folder: Path) -> bool:
    content = file.read_bytes().decode("utf-8-sig")
    if MODELINE in content:
        return False
    replace(file, f"{modeline(file, folder)}\n{content}")
    return True
