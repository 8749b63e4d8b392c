"""What the knowledge folder is read as, what is wrong with it, and when the cache may be trusted."""

from __future__ import annotations

import contextlib
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge import KnowledgeError, Problem, digest, fingerprint, load, load_compiled, schema
from bot.knowledge.cache import FORMAT, store
from bot.knowledge.folder import LARGEST_FILE
from bot.knowledge.packing import pack, unpack
from bot.model import Knowledge, Notes, Quantity, ScopedLimit, Talk
from bot.packed import Packed
from bot.packed import pack as pack_rows

ROOT = Path(__file__).parent.parent

KITCHEN = """\
sources:
  manual: {title: The manual, url: 'https://example.org/manual', kind: docs, checked: 2026-01-31}
  lessons: {title: My lessons, kind: notes, checked: 2026-01-31}
groups:
  heat: {name: way of heating, words: [appliance]}
subjects:
  oven:
    name: Kitchen oven
    short: oven
    names: [oven, stove]
    group: heat
  grill: {name: Oven grill, short: grill, names: [grill], weak_names: [broiler], parent: oven, group: heat}
aspects:
  limits: {name: Limits, asks: 'What are the limits of {subject}?', kind: group, members: [run], words: [limit]}
  run: {name: Run time, asks: 'How long can {subject} run?', kind: limit, measure: time, words: [how long]}
  timer: {name: Timer, asks: 'Has {subject} a timer?', kind: ability, claim: with a timer, words: [timer]}
facts:
  oven:
    run:
      says: >
        An oven runs for at most
        two hours.
      brief: 2 hours
      more: [It then cools down.]
      max: 2 h
      min: 1 min
      default: 30 min
      exceptions:
        - {scope: pizza mode, says: 'Pizza mode has no limit.', max: unlimited}
      source: [manual, lessons]
      as_of: 2026-01-31
      checked: machine
      notes: {lines: [3, 14], say: one hour, verdict: outdated}
    timer: {says: An oven has a timer., answer: yes, source: manual, as_of: 2026-01-31}
entries:
  stuck:
    title: Open a stuck door
    about: [oven]
    asks: [door stuck, the door is stuck, cannot open the door, it will not open, door jammed]
    says: Let the oven cool down.
    source: manual
    as_of: 2026-01-31
comparisons:
  oven-grill:
    of: [oven, grill]
    says: The oven bakes, the grill browns.
    choose: {oven: it is bread, grill: it is cheese}
    rows: [run]
    source: manual
    as_of: 2026-01-31
needs:
  crust:
    name: needs a crust
    words: [crispy]
    group: heat
    best: {grill: it heats from above}
    fits: {oven: it gets hot}
    with: [oven]
neighbours:
  fridge: {name: Fridge, kind: other, words: [fridge], asks: [how cold is a fridge]}
talk: {name: cook, covers: kitchens, examples: ['How long can the oven run?']}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "knowledge", kitchen=KITCHEN)


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as refused:
        load(folder)
    return refused.value.problems


def lines(folder: Path) -> list[str]:
    return [str(problem).replace(f"{folder}{os.sep}", "") for problem in problems(folder)]


# ---------------------------------------------------------------- what is read


def test_the_folder_becomes_frozen_nouns(folder: Path) -> None:
    known = load(folder)
    run = known.fact("oven", "run")
    assert run is not None
    assert run.says == "An oven runs for at most two hours."
    assert run.max == Quantity(7200, "time", "2 h")
    assert run.sources == ("manual", "lessons")
    assert run.more == ("It then cools down.",)
    assert run.notes == Notes((3, 14), "one hour", "outdated")
    assert known.subjects["grill"].weak_names == ("broiler",)
    assert known.comparisons["oven-grill"].choose["grill"] == "it is cheese"
    assert known.needs["crust"].with_ == ("oven",)
    assert known.talk == Talk("cook", "kitchens", ("How long can the oven run?",))


def test_unlimited_takes_the_measure_of_its_aspect(folder: Path) -> None:
    run = load(folder).facts["oven"]["run"]
    limit = ScopedLimit("pizza mode", "Pizza mode has no limit.", max=Quantity(math.inf, "time", "unlimited"))
    assert run.exceptions == (limit,)


def test_a_word_stays_what_is_written(folder: Path) -> None:
    oven = load(folder).facts["oven"]
    assert oven["timer"].answer == "yes"
    write(folder, more="neighbours:\n  numbers: {name: 007, kind: other, words: [no, on, 1.10, 2026-01-31, 0x1F]}\n")
    numbers = load(folder).neighbours["numbers"]
    assert numbers.name == "007"
    assert numbers.words == ("no", "on", "1.10", "2026-01-31", "0x1F")


def test_nothing_in_it_can_be_changed(folder: Path) -> None:
    known = load(folder)
    for mapping in (known.facts, known.facts["oven"], known.subjects, known.needs["crust"].best):
        assert isinstance(mapping, MappingProxyType)


def test_all_files_are_merged_in_the_order_of_their_paths(folder: Path) -> None:
    (folder / "a").mkdir()
    extra = "aspects:\n  {0}: {{name: X, asks: 'Why {{subject}}?', kind: text, words: [{0}]}}\n"
    write(folder, z=extra.format("last"))
    write(folder / "a", z=extra.format("first"))
    assert list(load(folder).aspects) == ["first", "limits", "run", "timer", "last"]


def test_hidden_and_other_files_are_left_alone(folder: Path) -> None:
    write(folder / ".backup", kitchen=KITCHEN)
    write(folder, **{".swap": "{"})
    (folder / "readme.md").write_text("{")
    assert load(folder).subjects


def test_facts_of_one_subject_may_be_spread_over_files(folder: Path) -> None:
    write(folder, more="facts:\n  grill:\n    timer: {says: No., answer: no, source: manual, as_of: 2026-01-31}\n")
    write(folder, most="facts:\n  grill:\n    run: {says: Long., source: manual, as_of: 2026-01-31}\n")
    assert list(load(folder).facts["grill"]) == ["timer", "run"]


def test_a_byte_order_mark_and_comments_do_no_harm(folder: Path) -> None:
    (folder / "mark.yaml").write_bytes(b"\xef\xbb\xbfgroups:\n  cold: {name: cooler, words: [cooler]}\n")
    write(folder, empty="", comment="# nothing yet\n", blank="facts:\ntalk:\n")
    assert "cold" in load(folder).groups


# ---------------------------------------------------------------- what is wrong

EXTRA: dict[str, tuple[str, list[str]]] = {
    "unknown section": (
        "fact: {}",
        ["1:1: unknown section 'fact'; did you mean 'facts'?"],
    ),
    "section is a list": (
        "groups: [a]",
        ["1:9: 'groups' is not a mapping; write 'name: value' lines below it"],
    ),
    "record is text": (
        "groups:\n  cold: x",
        ["2:9: 'cold' is not a mapping; write 'name: value' lines below it"],
    ),
    "file is a list": (
        "- a",
        ["1:1: the file is not a mapping; start it with a section, such as facts:"],
    ),
    "unknown field": (
        "groups:\n  cold: {nmae: a, name: a, words: [b]}",
        ["2:10: unknown field 'nmae'; did you mean 'name'?"],
    ),
    "missing field": (
        "groups:\n  cold: {name: a}",
        ["2:3: 'cold' lacks 'words'; add it: the nouns after \"which\""],
    ),
    "empty field": (
        "groups:\n  cold: {name: '', words: []}",
        [
            "2:16: 'name' is empty; write what one alternative is called",
            "2:27: 'words' is empty; write the nouns after \"which\"",
        ],
    ),
    "empty item": (
        "groups:\n  cold: {name: a, words: [b, ' ']}",
        ["2:30: 'words' has an empty item; fill or remove it"],
    ),
    "list for text": (
        "groups:\n  cold: {name: [a], words: [b]}",
        ["2:16: a list where 'name' needs one text; write text, in quotes if it has ': '"],
    ),
    "text for list": (
        "groups:\n  cold: {name: a, words: b}",
        ["2:26: 'words' is not a list; write [one, two], or a line '- one' for each"],
    ),
    "colon in a sentence": (
        "groups:\n  cold: {name: a, words: [b: c]}",
        ["2:27: a mapping where 'words' needs one text; write text, in quotes if it has ': '"],
    ),
    "wrong id": (
        "groups:\n  Cold_1: {name: a, words: [b]}",
        ["2:3: 'Cold_1' is not an id; use lower-case letters and digits, with single hyphens between them"],
    ),
    "key twice": (
        "groups:\n  cold: {name: a, words: [b]}\n  cold: {name: a, words: [b]}",
        ["3:3: 'cold' is given twice, first in line 2; keep one of them"],
    ),
    "key is a list": (
        "groups:\n  ? [a]\n  : b",
        ["2:5: the key is not a word; write 'name: value'"],
    ),
    "id of another file": (
        "groups:\n  heat: {name: a, words: [b]}",
        ["2:3: 'heat' is already defined in kitchen.yaml line 5; keep one of them, or give this one another id"],
    ),
    "fact of another file": (
        "facts:\n  oven:\n    run: {says: Short., source: manual, as_of: 2026-01-31}",
        ["3:5: 'oven.run' is already defined in kitchen.yaml line 19; keep one of them, or give this one another id"],
    ),
    "second talk": (
        "talk: {name: a}",
        ["1:1: 'talk' is already defined in kitchen.yaml line 61; keep one of them, or give this one another id"],
    ),
    "dangling subject and aspect": (
        "facts:\n  ovn:\n    roof: {says: High., source: manual, as_of: 2026-01-31}",
        [
            "2:3: 'ovn' is not among the subjects; did you mean 'oven'?",
            "3:5: 'roof' is not among the aspects; define it in 'aspects', or take it out here",
        ],
    ),
    "dangling everywhere": (
        "needs:\n  n: {name: a, words: [b], group: g1, aspect: a1, source: s1, best: {b1: c}, with: [w1]}",
        [
            "2:35: 'g1' is not among the groups; define it in 'groups', or take it out here",
            "2:47: 'a1' is not among the aspects; define it in 'aspects', or take it out here",
            "2:59: 's1' is not among the sources; define it in 'sources', or take it out here",
            "2:70: 'b1' is not among the subjects; define it in 'subjects', or take it out here",
            "2:85: 'w1' is not among the subjects; define it in 'subjects', or take it out here",
        ],
    ),
    "wrong choice": (
        "neighbours:\n  n: {name: a, kind: othr, words: [b]}",
        ["2:22: 'kind' cannot be 'othr'; did you mean 'other'?"],
    ),
    "choice that is like none": (
        "neighbours:\n  n: {name: a, kind: 5, words: [b]}",
        ["2:22: 'kind' cannot be '5'; use one of: aws, other"],
    ),
    "wrong dates": (
        (
            "sources:\n"
            "  a: {title: a, url: 'https://a.b', kind: docs, checked: 2026-02-30}\n"
            "  b: {title: a, url: 'https://a.b', kind: docs, checked: 31.1.2026}\n"
            "  c: {title: a, url: 'https://a.b', kind: docs, checked: 2999-01-01}"
        ),
        [
            "2:58: '2026-02-30' is not a day; write year-month-day, such as 2026-01-31",
            "3:58: '31.1.2026' is not a day; write year-month-day, such as 2026-01-31",
            "4:58: 'checked' is 2999-01-01, which is in the future; write the day it was read",
        ],
    ),
    "wrong addresses": (
        (
            "sources:\n"
            "  a: {title: a, url: 'javascript:alert(1)', kind: docs, checked: 2026-01-31}\n"
            "  b: {title: a, kind: docs, checked: 2026-01-31}"
        ),
        [
            "2:22: 'javascript:alert(1)' is not a web address; write the whole address, from https:// on",
            "3:3: 'b' lacks 'url'; add the address of the page",
        ],
    ),
    "wrong quantities": (
        (
            "facts:\n"
            "  grill:\n"
            "    run: {says: Long., source: manual, as_of: 2026-01-31, max: 2 hrz, min: 4 GB}\n"
            "    timer: {says: Yes., answer: yes, source: manual, as_of: 2026-01-31, max: 5}"
        ),
        [
            (
                "3:64: '2 hrz' is not a quantity; write a number and a unit "
                "(15 min, 10 GB, 4 vCPU, 1,000 requests/s, 5 USD), a bare number, or unlimited"
            ),
            "3:76: '4 GB' is an amount of data, but 'run' measures time; write it with a unit of time",
            (
                "4:78: the aspect 'timer' has no measure, so '5' cannot be compared with anything; "
                "give the aspect 'measure: count', or say the amount in 'says' only"
            ),
        ],
    ),
    "wrong quantity of an exception": (
        (
            "facts:\n"
            "  grill:\n"
            "    run:\n"
            "      {says: Long., source: manual, as_of: 2026-01-31, exceptions: [{scope: a, says: B., max: 9}]}"
        ),
        ["4:95: '9' is a bare count, but 'run' measures time; write it with a unit of time"],
    ),
    "limits the wrong way round": (
        "facts:\n  grill:\n    run: {says: Long., source: manual, as_of: 2026-01-31, max: 2 min, min: 3 min}",
        ["3:76: 'min' (3 min) is more than 'max' (2 min); correct one of them"],
    ),
    "too long": (
        (
            "facts:\n"
            "  grill:\n"
            "    run:\n"
            f"      says: {'x' * 301}\n"
            f"      brief: {'x' * 61}\n"
            "      more: [a, b, c, d, e]\n"
            "      source: manual\n"
            "      as_of: 2026-01-31"
        ),
        [
            "4:13: 'says' has 301 characters, at most 300 are allowed; shorten it, or move a part to 'more'",
            "5:14: 'brief' has 61 characters, at most 60 are allowed; shorten it",
            "6:13: 'more' has 5 items, at most 4 are allowed; keep the best",
        ],
    ),
    "wrong notes": (
        (
            "facts:\n"
            "  grill:\n"
            "    run:\n"
            "      says: Long.\n"
            "      source: manual\n"
            "      as_of: 2026-01-31\n"
            "      notes: {lines: [0, -1, x], verdict: same}"
        ),
        [
            "7:14: 'notes' lacks 'say'; add it: what the notes say, in short",
            "7:23: '0' is not a line number; write a whole number from 1 on",
            "7:26: '-1' is not a line number; write a whole number from 1 on",
            "7:30: 'x' is not a line number; write a whole number from 1 on",
        ],
    ),
    "ability without answer": (
        "facts:\n  grill:\n    timer: {says: It has one., source: manual, as_of: 2026-01-31}",
        ["3:5: 'grill.timer' is about an ability and lacks 'answer'; add 'answer: yes', no or partly"],
    ),
    "name of another subject": (
        "subjects:\n  cooker: {name: Cooker, short: cooker, names: [cooker, '  STOVE ']}",
        [
            (
                "2:57: the name 'stove' belongs to 'oven' in subjects (kitchen.yaml line 7); "
                "keep it in one of them, or make it a weak name"
            )
        ],
    ),
    "name of a neighbour": (
        "neighbours:\n  n: {name: a, kind: other, words: [Grill]}",
        ["2:37: the name 'grill' belongs to 'grill' in subjects (kitchen.yaml line 12); keep it in one of them"],
    ),
    "phrasing of another entry": (
        (
            "entries:\n"
            "  e:\n"
            "    title: a\n"
            "    about: [oven]\n"
            "    asks: [a, b, c, d, 'Door  stuck?']\n"
            "    says: A.\n"
            "    source: manual\n"
            "    as_of: 2026-01-31"
        ),
        [
            (
                "5:24: the phrasing 'door stuck' belongs to 'stuck' in entries (kitchen.yaml line 36); "
                "keep it in one of them"
            )
        ],
    ),
    "too few phrasings": (
        (
            "entries:\n"
            "  e: {title: a, about: [oven], asks: [a, b], says: A., source: manual, as_of: 2026-01-31}\n"
            "  f: {title: a, about: [oven], asks: [e, E, e?, f, g], says: A., source: manual, as_of: 2026-01-31}"
        ),
        [
            "2:38: 'asks' has 2 items, at least 5 are needed; add more",
            "3:38: only 3 of the 5 phrasings differ; write at least 5 that differ in their words",
        ],
    ),
    "braces and markup": (
        (
            "aspects:\n"
            "  a: {name: 'A {{ x }}', asks: 'Why {subject} {reason}?', kind: text, words: [a]}\n"
            "  b: {name: 'Use <b>', asks: 'Why?', kind: text, words: ['<@U123>', 'a < b > c']}"
        ),
        [
            "2:13: 'name' has braces in it; remove them: text is plain",
            "2:32: 'asks' has braces in it; remove them: only {subject} may stand in braces",
            "3:13: 'name' has markup in it ('<b>'); remove it: text is plain",
            "3:30: 'asks' lacks {subject}; write it where the name belongs",
            "3:58: 'words' has markup in it ('<@U123>'); remove it: text is plain",
        ],
    ),
    "invisible character": (
        'groups:\n  cold: {name: "a\\0b", words: [b]}',
        ["2:16: 'name' has the invisible character U+0000 in it; remove it"],
    ),
    "groups of aspects": (
        (
            "aspects:\n"
            "  a: {name: A, asks: 'Why {subject}?', kind: group, words: [a]}\n"
            "  b: {name: A, asks: 'Why {subject}?', kind: group, words: [a], members: [limits]}\n"
            "  c: {name: A, asks: 'Why {subject}?', kind: text, words: [a], members: [run]}"
        ),
        [
            "2:3: 'a' is a group and has no members; only an aspect of kind group has members, and it needs some",
            "3:75: the member 'limits' is a group itself; list its members here instead",
            "4:73: 'c' is not a group and has members; only an aspect of kind group has members, and it needs some",
        ],
    ),
    "subjects in a circle": (
        "subjects:\n  a: {name: A, short: a, names: [a], parent: b}\n  b: {name: B, short: b, names: [b], parent: a}",
        [
            "2:46: 'a' is part of itself; take out 'parent', or name another",
            "3:46: 'b' is part of itself; take out 'parent', or name another",
        ],
    ),
    "aspect under itself": (
        "aspects:\n  a: {name: A, asks: 'Why {subject}?', kind: text, words: [a], under: a}",
        ["2:71: 'a' is part of itself; take out 'under', or name another"],
    ),
    "comparison": (
        (
            "comparisons:\n"
            "  a: {of: [oven], says: A., source: manual, as_of: 2026-01-31}\n"
            "  b: {of: [oven, oven], says: A., choose: {grill: b}, source: manual, as_of: 2026-01-31}\n"
            "  c: {of: [grill, oven], says: A., source: manual, as_of: 2026-01-31}"
        ),
        [
            "2:11: 'of' has 1 item, at least 2 are needed; add more",
            "3:11: a subject is compared with itself; name each subject once",
            "3:51: 'grill' is not one of the subjects compared; add it to 'of', or take it out here",
            (
                "4:11: the combination 'grill, oven' belongs to 'oven-grill' in comparisons "
                "(kitchen.yaml line 44); keep it in one of them"
            ),
        ],
    ),
    "need that contradicts itself": (
        "needs:\n  n: {name: a, words: [b], group: heat, aspect: timer, best: {oven: a}, fails: {oven: b}}",
        [
            (
                "2:49: the aspect 'timer' has no measure, so no quantity can be compared with it; "
                "name an aspect that has one, or take it out"
            ),
            "2:87: 'oven' is in 'best' and in 'fails'; keep it in one of them",
        ],
    ),
    "anchor, alias and tag": (
        "groups:\n  a: &a {name: a, words: [b]}\n  b: *a\n  c: {name: !!python/name:os.system a, words: [b]}",
        [
            "2:6: the anchor '&a' is not allowed; remove it, and write the value out where it is needed",
            "3:6: 'b' is not a mapping; write 'name: value' lines below it",
            "3:6: the alias '*a' is not allowed; write out what 'a' stands for, or put '*a' in quotes if it is text",
            (
                "4:13: the tag 'tag:yaml.org,2002:python/name:os.system' is not allowed; "
                "remove it, or put the text in quotes if it starts with '!'"
            ),
        ],
    ),
    "second document": (
        "groups: {}\n---\ngroups: {}",
        ["2:1: a second document starts here; remove the line '---', or use a file of its own"],
    ),
    "indented with a tab": (
        "groups:\n\tcold: {}",
        [
            (
                "2:1: this is not valid YAML (found character that cannot start any token); "
                "indent with spaces, not tabs, and put text that starts with a sign in quotes"
            )
        ],
    ),
    "nested too deeply": (
        "groups: " + "[" * 5000,
        ["1:28: lists and mappings are nested too deeply; remove brackets or indentation"],
    ),
    "control character": (
        "groups:\n  # \x07\n",
        ["2:5: the character U+0007 is not allowed; remove it"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), EXTRA.values(), ids=EXTRA.keys())
def test_a_problem_names_its_place_and_what_to_do(folder: Path, text: str, expected: list[str]) -> None:
    write(folder, new=text)
    assert lines(folder) == [f"new.yaml:{line}" for line in expected]


def test_every_problem_of_all_files_is_told_at_once(folder: Path) -> None:
    write(folder, a="facts: [", b="fact: {}\ngroups: {cold: {}}", c="talk: {name: [x]}", d="sources: {x: 5}")
    (folder / "e.yaml").write_bytes(b"groups:\n  # caf\xe9")
    files = [Path(problem.file).name for problem in problems(folder)]
    assert files == ["a.yaml", "b.yaml", "b.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml", "kitchen.yaml"]


def test_problems_come_in_the_order_of_their_places(folder: Path) -> None:
    write(folder, a="groups:\n  b: {name: {}, words: x}\n  A: {}\nzzz: {}", b="aaa: {}")
    found = problems(folder)
    assert list(found) == sorted(found, key=lambda problem: (problem.file, problem.line, problem.column))


def test_what_a_broken_file_may_define_is_not_called_unknown(folder: Path) -> None:
    write(
        folder,
        kitchen=KITCHEN + "talk: [",
        more="facts:\n  oven:\n    rnu: {says: A., source: manual, as_of: 2026-01-31}",
    )
    kitchen, more = lines(folder)
    assert kitchen.startswith("kitchen.yaml:63:1: this is not valid YAML")
    assert more.startswith("more.yaml:3:5: 'rnu' is not among the aspects")


def test_tomorrow_is_not_the_future(folder: Path) -> None:
    tomorrow = (datetime.now(tz=UTC) + timedelta(days=1)).date().isoformat()
    write(folder, more=f"sources:\n  a: {{title: a, url: 'https://a.b', kind: docs, checked: {tomorrow}}}")
    assert load(folder).sources["a"].checked == tomorrow


def test_a_folder_that_cannot_be_used_is_a_problem_too(tmp_path: Path) -> None:
    assert lines(tmp_path) == [f"{tmp_path}:1:1: the folder holds no .yaml file; put the knowledge there"]
    (missing,) = problems(tmp_path / "missing")
    assert missing.what == "the folder cannot be read (No such file or directory)"
    (tmp_path / "file").write_text("x")
    (file,) = problems(tmp_path / "file")
    assert file.what == "the folder cannot be read (Not a directory)"


def test_a_file_that_cannot_be_read_is_a_problem_too(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "large.yaml").write_bytes(b"#" * (LARGEST_FILE + 1))
    (tmp_path / "latin.yaml").write_bytes(b"\xef\xbb\xbfgroups:\n  # \xc3\xa9t\xe9")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert [line.partition("; ")[0] for line in lines(tmp_path)] == [
        "gone.yaml:1:1: the file cannot be read (No such file or directory)",
        "large.yaml:1:1: the file is larger than 5,000,000 bytes",
        "latin.yaml:2:7: the file is not UTF-8",
        "pipe.yaml:1:1: this is not a regular file",
    ]


def test_an_alias_bomb_is_refused_quickly(folder: Path) -> None:
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 40)]
    write(folder, bomb="\n".join(bomb))
    assert any("the alias '*a38' is not allowed" in problem.what for problem in problems(folder))


def test_the_error_reads_as_one_line_for_each_problem(folder: Path) -> None:
    write(folder, extra="fact: {}\ntlak: {}")
    with pytest.raises(KnowledgeError) as refused:
        load(folder)
    assert str(refused.value).splitlines() == [str(problem) for problem in refused.value.problems]


def test_the_loader_written_in_python_reads_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = load(folder)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert load(folder) == known
    write(
        folder,
        a="groups: [",
        b="groups:\n\tx",
        c='talk: {name: "\\UFFFFFFFF"}',
        d='groups: {x: {name: "\\ud800", words: [x]}}',
        e="\x85",
    )
    assert [Path(problem.file).name for problem in problems(folder)] == ["a.yaml", "b.yaml", "c.yaml", "d.yaml"]


# ---------------------------------------------------------------- whatever is written

COMMON = (
    "facts oven run says max source manual as_of 2026-01-31 aspects kind group members entries asks notes lines talk "
    "&a *a !!x ~ '' {subject} <b> 15min no needs best exceptions"
)
WORDS = st.sampled_from(COMMON.split())
SIGNS = st.sampled_from([": ", ":\n  ", ":\n    ", "\n", "\n  ", "\n- ", "[", "]", "{", "}", ", ", "---\n", "? "])
PIECES = st.one_of(WORDS, SIGNS)
VALUES = st.recursive(
    st.one_of(WORDS, st.text(max_size=5), st.integers()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
)
SECTIONS = st.sampled_from(
    ["sources", "subjects", "groups", "aspects", "facts", "entries", "comparisons", "needs", "talk"]
)


def is_knowledge_or_refused(content: bytes) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "any.yaml").write_bytes(content)
        (Path(folder) / "kitchen.yaml").write_text(KITCHEN, encoding="utf-8")
        try:
            return isinstance(load(Path(folder)), Knowledge)
        except KnowledgeError as error:
            return bool(error.problems) and bool(str(error).encode())


whatever = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@whatever
@given(st.binary(max_size=200))
def test_any_bytes_are_knowledge_or_refused(content: bytes) -> None:
    assert is_knowledge_or_refused(content)


@whatever
@given(st.text(max_size=200))
def test_any_text_is_knowledge_or_refused(text: str) -> None:
    assert is_knowledge_or_refused(text.encode())


@whatever
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_heap_of_yaml_is_knowledge_or_refused(text: str) -> None:
    assert is_knowledge_or_refused(text.encode())


@whatever
@given(st.dictionaries(SECTIONS, VALUES, max_size=3))
def test_any_values_in_any_place_are_knowledge_or_refused(data: dict[str, object]) -> None:
    assert is_knowledge_or_refused(yaml.safe_dump(data, allow_unicode=True).encode())


@whatever
@given(st.data())
def test_the_kitchen_with_any_piece_replaced_is_knowledge_or_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(KITCHEN)))
    end = data.draw(st.integers(start, min(start + 30, len(KITCHEN))))
    changed = KITCHEN[:start] + data.draw(st.one_of(PIECES, st.text(max_size=3))) + KITCHEN[end:]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "kitchen.yaml").write_text(changed, encoding="utf-8")
        with contextlib.suppress(KnowledgeError):
            load(Path(folder))


# ---------------------------------------------------------------- the cache


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def stored(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


def test_packing_loses_nothing(folder: Path) -> None:
    known = load(folder)
    again = unpack(pack(known))
    assert again == known
    assert known == again
    assert list(again.aspects) == list(known.aspects)
    assert isinstance(again.needs["crust"].best, MappingProxyType)
    for mapping in (again.facts, again.facts["oven"], again.subjects):
        assert not isinstance(mapping, MutableMapping)


def test_a_packed_knowledge_makes_only_what_is_asked_for(folder: Path) -> None:
    *sections, talk = pack(load(folder))
    broken = unpack((*(pack_rows(dict.fromkeys(Packed(section, tuple), 5)) for section in sections), talk))
    assert list(broken.aspects) == ["limits", "run", "timer"]
    assert "oven" in broken.facts
    with pytest.raises(TypeError):
        broken.fact("oven", "run")


SLOW = ("yaml", "bot.knowledge.reader", "difflib", "pathlib", "hashlib", "urllib", "shutil", "tempfile", "dataclasses")


def test_a_warm_start_gives_the_same_and_imports_nothing_slow(folder: Path, cache: Path) -> None:
    known = load(folder, cache)
    assert load(folder, cache) == known == load(folder)
    program = (
        "import sys; before = set(sys.modules); from bot.knowledge import load; "
        f"load({str(folder)!r}, {str(cache)!r}); print({{*{SLOW}}} & sys.modules.keys() - before)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_a_changed_added_renamed_or_removed_file_is_noticed(folder: Path, cache: Path) -> None:
    load(folder, cache)
    write(folder, kitchen=KITCHEN.replace("two hours", "ten hours"))
    assert load(folder, cache).facts["oven"]["run"].says == "An oven runs for at most ten hours."
    write(folder, more="groups:\n  cold: {name: a, words: [b]}")
    assert "cold" in load(folder, cache).groups
    (folder / "more.yaml").unlink()
    assert "cold" not in load(folder, cache).groups


def test_a_folder_that_became_wrong_is_refused_despite_the_cache(folder: Path, cache: Path) -> None:
    write(folder, more="")
    load(folder, cache)
    (folder / "more.yaml").unlink()
    (folder / "more.yaml").symlink_to(folder / "nowhere")
    with pytest.raises(KnowledgeError):
        load(folder, cache)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "truncated": lambda content: content[:-10],
    "header only": lambda content: content[: content.index(b"\n") + 1],
    "longer": lambda content: content + b"x",
    "one bit flipped": lambda content: content[:-20] + bytes([content[-20] ^ 1]) + content[-19:],
    "another version": lambda content: content.replace(f"knowledge {FORMAT}".encode(), b"knowledge 0", 1),
    "another key": lambda content: content[:30] + b"0000" + content[34:],
    "garbage": lambda content: os.urandom(len(content)),
    "text": lambda _: b"hello\n" * 1000,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_or_foreign_cache_file_is_rebuilt(
    folder: Path, cache: Path, damage: Callable[[bytes], bytes]
) -> None:
    known = load(folder, cache)
    good = stored(cache).read_bytes()
    stored(cache).write_bytes(damage(good))
    assert load(folder, cache) == known
    assert stored(cache).read_bytes() == good


def test_a_well_formed_cache_file_of_something_else_is_rebuilt(folder: Path, cache: Path) -> None:
    known = load(folder, cache)
    key = stored(cache).read_bytes().split()[3].decode()
    for something in ((), (1, 2), ((), None), (({"a": 5},) * 10, None)):
        store(stored(cache), key, something)
        assert load(folder, cache) == known


def test_a_cache_file_that_others_may_write_is_not_trusted(folder: Path, cache: Path) -> None:
    calls: list[int] = []
    load_compiled(folder, cache, lambda _: calls.append(1), "calls")
    stored(cache).chmod(0o666)
    load_compiled(folder, cache, lambda _: calls.append(1), "calls")
    assert len(calls) == 2
    assert stored(cache).stat().st_mode & 0o777 == 0o600


def test_the_cache_is_private_and_leaves_nothing_else_behind(folder: Path, cache: Path) -> None:
    load(folder, cache)
    assert cache.stat().st_mode & 0o777 == 0o700
    assert stored(cache).stat().st_mode & 0o777 == 0o600


def test_a_cache_that_cannot_be_written_is_no_error(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    assert load(folder, tmp_path / "file") == load(folder, tmp_path / "file" / "below") == load(folder)


def test_a_directory_in_place_of_the_cache_file_is_no_error(folder: Path, cache: Path) -> None:
    known = load(folder, cache)
    name = stored(cache)
    name.unlink()
    name.mkdir()
    assert load(folder, cache) == known
    assert stored(cache) == name


def test_what_is_derived_is_kept_until_its_version_changes(folder: Path, cache: Path) -> None:
    calls: list[str] = []

    def derive(known: Knowledge) -> dict[str | int, object]:
        calls.append("once")
        return {"names": tuple(known.subjects), "weights": [0.1, -1.5], "raw": b"\x00\xff", 7: None}

    first = load_compiled(folder, cache, derive, "names", "1")
    assert load_compiled(folder, cache, derive, "names", "1") == first == load_compiled(folder, None, derive, "names")
    assert calls == ["once", "once"]
    load_compiled(folder, cache, derive, "names", "2")
    assert calls == ["once"] * 3
    assert len(list(cache.iterdir())) == 1


def test_another_way_to_name_the_same_folder_is_no_reason_to_compile_it_again(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    monkeypatch.chdir(folder.parent)
    for way in (folder, str(folder), f"{folder}{os.sep}", folder.name, Path(folder.name), f".{os.sep}{folder.name}"):
        load_compiled(way, cache, lambda _: calls.append(1), "calls")
    assert len(calls) == 1


def test_the_fingerprint_of_files_changes_with_what_is_in_them(folder: Path) -> None:
    names = ("kitchen.yaml", "missing.py")
    seen = [fingerprint(folder, names), fingerprint(folder, names)]
    write(folder, kitchen=KITCHEN + "\n")
    seen.append(fingerprint(folder, names))
    assert seen[0] == seen[1] != seen[2]


def test_two_folders_and_two_callers_share_a_cache_directory(folder: Path, tmp_path: Path, cache: Path) -> None:
    other = write(tmp_path / "other", kitchen=KITCHEN.replace("oven", "kiln"))
    for _ in range(2):
        assert "oven" in load(folder, cache).subjects
        assert "kiln" in load(other, cache).subjects
        assert load_compiled(folder, cache, lambda known: len(known.subjects), "count")[1] == 2
    assert len(list(cache.iterdir())) == 3


# ---------------------------------------------------------------- changes, and the schema


def test_the_digest_changes_with_the_files(folder: Path) -> None:
    seen = [digest(folder), digest(folder)]
    write(folder, kitchen=KITCHEN + "\n")
    seen.append(digest(folder))
    write(folder, more="")
    seen.append(digest(folder))
    (folder / "more.yaml").unlink()
    seen.append(digest(folder))
    assert seen[0] == seen[1]
    assert len({seen[0], seen[2], seen[3]}) == 3
    assert seen[4] == seen[2]


def test_the_digest_of_a_missing_folder_is_no_error(tmp_path: Path) -> None:
    assert digest(tmp_path / "missing") == digest(tmp_path / "missing")


def test_the_schema_describes_every_field_that_is_read() -> None:
    sections = schema()["properties"]
    fact = sections["facts"]["additionalProperties"]["additionalProperties"]
    assert fact["required"] == ["says", "source", "as_of"]
    assert fact["properties"]["says"]["maxLength"] == 300
    assert sections["aspects"]["additionalProperties"]["properties"]["kind"]["enum"] == [
        "text",
        "limit",
        "ability",
        "group",
    ]
    assert all(field["description"] for field in fact["properties"].values())


def test_the_fields_of_the_format_are_the_fields_of_its_documentation() -> None:
    documented = (ROOT / "docs" / "knowledge.md").read_text(encoding="utf-8")
    for name, section in schema()["properties"].items():
        assert f"## {name}" in documented
        for field in record_of(section)["properties"]:
            assert field in documented, f"{name}.{field}"


def record_of(section: dict[str, Any]) -> dict[str, Any]:
    inner = section["additionalProperties"]
    return record_of(inner) if inner else section
