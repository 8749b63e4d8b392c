"""The README's transcript is what the command really says; `python tests/test_readme.py` writes it anew."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- transcript -->\n```\n)(.*?)(```\n<!-- end -->)", re.DOTALL)
ASKED = re.compile(r'^\$ compute-bot ask "(.*)"$', re.MULTILINE)


def transcript(questions: list[str]) -> str:
    """What the command prints for these questions, as it stands in the README."""
    return "\n".join(f'$ compute-bot ask "{question}"\n{said(question)}' for question in questions)


def said(question: str) -> str:
    command = [sys.executable, "-m", "adapters.cli", "ask", question]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60).stdout


def shown() -> str:
    found = BLOCK.search(README.read_text(encoding="utf-8"))
    assert found, "the README has no transcript"
    return found[2]


def test_the_transcript_in_the_readme_is_what_the_command_says() -> None:
    assert transcript(ASKED.findall(shown())) == shown()


def test_the_transcript_shows_an_answer_and_a_refusal() -> None:
    assert len(ASKED.findall(shown())) > 1
    assert "outside what I know" in shown()


if __name__ == "__main__":
    asked = ASKED.findall(shown())
    README.write_text(BLOCK.sub(lambda m: m[1] + transcript(asked) + m[3], README.read_text(encoding="utf-8")), "utf-8")
