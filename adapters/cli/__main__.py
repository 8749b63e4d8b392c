"""`python -m adapters.cli`: the same as `compute-bot`."""

from __future__ import annotations

from adapters.cli import command

if __name__ == "__main__":  # the image imports every module once, so that all are compiled
    command()
