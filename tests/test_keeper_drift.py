"""The drift alarm: the real facts against the installed botocore, and against copies of its models with changes."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.cli import main

botocore = pytest.importorskip("botocore")

ROOT = Path(__file__).parent.parent
KNOWLEDGE = ROOT / "knowledge"
KITCHEN = ROOT / "tests" / "kitchen"
LEAST = 60  # facts that the models must be able to confirm

Drift = Callable[..., tuple[int, str, str]]


@pytest.fixture
def drift(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Drift:
    """Run `compute-bot knowledge drift`: its exit code, and what it printed and complained of."""
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(*arguments: str, on: Path = KNOWLEDGE) -> tuple[int, str, str]:
        code = main(["--knowledge", str(on), "knowledge", "drift", *arguments])
        return (code, *capfd.readouterr())

    return run


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def original(service: str) -> Any:  # noqa: ANN401 - JSON
    file = Path(botocore.__file__).parent / "data" / service / "service-2.json"
    packed = file.with_name("service-2.json.gz")
    return json.loads(gzip.decompress(packed.read_bytes()) if packed.exists() else file.read_bytes())


def tampered(models: Path, service: str, change: Callable[[Any], None]) -> Path:
    """Put a changed copy of a model where it is found before the real one."""
    model = original(service)
    change(model)
    file = models / service / "service-2.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(model))
    return models


def kitchen(folder: Path, checks: str, model: str = "oven/2026-01-01#RunTime.max") -> Path:
    """A kitchen, one of whose facts expects something of a model."""
    folder.mkdir(exist_ok=True)
    text = (KITCHEN / "kitchen.yaml").read_text()
    place = "      max: 12 h\n"
    (folder / "kitchen.yaml").write_text(text.replace(place, f"{place}      model: {model}\n      checks:\n{checks}"))
    return folder


def ovens(models: Path) -> Path:
    """A model of a service that nobody else has."""
    file = models / "oven" / "2026-01-01" / "service-2.json"
    file.parent.mkdir(parents=True)
    shapes = {
        "RunTime": {
            "type": "integer",
            "max": 43200,
            "documentation": "<p>At most\n <b>12&nbsp;hours</b>, day &amp; night.</p>",
        },
        "Mode": {"type": "string", "enum": ["BAKE", "GRILL", "top.heat"]},
        "Plate.Size": {"max": 40},
    }
    file.write_text(json.dumps({"metadata": {}, "operations": {"Bake": {"name": "Bake"}}, "shapes": shapes}))
    return models


# ---------------------------------------------------------------- the real facts


def test_the_installed_models_confirm_the_facts(drift: Drift) -> None:
    code, said, complained = drift("--json")
    checks = json.loads(said)["checks"]
    drifted = [check["what"] for check in checks if check["state"] == "drift"]
    assert (code, complained, drifted) == (0, "", [])
    assert len({check["fact"] for check in checks if check["op"] != "there" and check["state"] == "ok"}) >= LEAST


def test_a_limit_that_the_vendor_changed_is_told_with_fact_place_and_what_to_do(drift: Drift, models: Path) -> None:
    def change(model: Any) -> None:  # noqa: ANN401 - JSON
        model["shapes"]["ExecutionTimeout"]["max"] = 86400
        model["shapes"]["PackageType"]["enum"] = ["Zip", "Wheel"]

    tampered(models, "lambda/2015-03-31", change)
    code, said, complained = drift("--models", str(models))
    assert (code, complained) == (1, "")
    duration = next(line for line in said.splitlines() if "durable-functions.max-duration" in line)
    place, _, rest = duration.partition(": drift: ")
    file, line, column = place.rsplit(":", 2)
    assert "checks" in Path(file).read_text().splitlines()[int(line) - 2] or int(column) > 1
    assert "is 31622400, but found 86400; the vendor changed something: read the source again" in rest
    packaging = next(line for line in said.splitlines() if "lambda.packaging" in line)
    assert "has Zip, Image and nothing else, but found 2 names without Image and with Wheel" in packaging
    assert "2 drifted" in said.splitlines()[-1]


def test_documentation_that_says_something_else_is_shown_where_it_differs(drift: Drift, models: Path) -> None:
    def change(model: Any) -> None:  # noqa: ANN401 - JSON
        timeout = model["shapes"]["CreateFunctionRequest"]["members"]["Timeout"]
        timeout["documentation"] = timeout["documentation"].replace(
            "maximum allowed value is 900", "maximum allowed value is 1200"
        )

    tampered(models, "lambda/2015-03-31", change)
    code, said, _ = drift("--models", str(models))
    assert code == 1
    told = next(line for line in said.splitlines() if "lambda.max-duration expects" in line)
    assert "says 'maximum allowed value is 900 seconds'" in told
    assert "maximum allowed value is 1200 seconds" in told


# ---------------------------------------------------------------- every operator


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("{op: is, want: 43200}", ""),
        ("{op: is, want: 43201}", "43200"),
        ("{op: least, want: 43200}", ""),
        ("{op: least, want: 43201}", "43200"),
        ("{path: 'oven/2026-01-01#RunTime.documentation', op: says, want: 'at most 12 hours, DAY & night'}", ""),
        ("{path: 'oven/2026-01-01#RunTime.documentation', op: says, want: [12 hours, 13 hours]}", "At most 12 hours"),
        ("{path: 'oven/2026-01-01#Mode.enum', op: has, want: [GRILL, top.heat]}", ""),
        ("{path: 'oven/2026-01-01#Mode.enum', op: has, want: [GRILL, STEAM]}", "3 names without STEAM"),
        ("{path: 'oven/2026-01-01#Mode.enum', op: only, want: [GRILL, BAKE, top.heat]}", ""),
        ("{path: 'oven/2026-01-01#Mode.enum', op: only, want: [GRILL, BAKE]}", "3 names with top.heat"),
        ("{path: 'oven/2026-01-01#Mode.enum', op: least, want: 3}", ""),
        ("{path: 'oven/2026-01-01#Mode.enum', op: least, want: 4}", "3 names"),
        ("{path: 'oven/2026-01-01#Plate.Size.max', op: is, want: 40}", ""),
        ("{path: 'oven/2026-01-01#operations.Bake', op: has, want: name}", ""),
        ("{path: 'oven/2026-01-01#Nothing.max', op: is, want: 1}", "nothing stands there"),
        ("{path: 'stove/2026-01-01#Mode.enum', op: has, want: x}", "nothing stands there"),
        ("{op: is, want: 1, since: 99.1}", ""),
        ("{op: is, want: 1, since: 1.2.3}", "43200"),
    ],
)
def test_what_is_expected_is_compared_with_what_is_there(
    drift: Drift, models: Path, tmp_path: Path, check: str, found: str
) -> None:
    folder = kitchen(tmp_path / "kitchen", f"        - {check}\n")
    code, said, _ = drift("--models", str(ovens(models)), on=folder)
    assert code == bool(found)
    assert found in said
    line = (folder / "kitchen.yaml").read_text().split("checks:\n")[0].count("\n") + 2
    assert (f"kitchen.yaml:{line}:11: drift: oven.max-duration" in said) == bool(found), said
    skipped = 1 if "99.1" in check else 0
    assert said.splitlines()[-1].endswith(f"{skipped} skipped (newer than this botocore)")


def test_a_place_in_a_model_that_is_gone_is_drift_too(drift: Drift, models: Path, tmp_path: Path) -> None:
    elsewhere = "        - {path: 'oven/2026-01-01#Mode.enum', op: has, want: BAKE}\n"
    folder = kitchen(tmp_path / "kitchen", elsewhere, model="oven/2026-01-01#Gone.max")
    code, said, _ = drift("--models", str(ovens(models)), on=folder)
    assert code == 1
    assert "expects of oven/2026-01-01#Gone.max that it is there, but found nothing stands there" in said


@pytest.mark.parametrize(
    ("check", "what"),
    [
        ("{want: 1}", "lacks 'op'"),
        ("{op: is}", "lacks 'want'"),
        ("{op: matches, want: x}", "'op' cannot be 'matches'"),
        ("{op: least, want: many}", "'want' is not a number"),
        ("{op: is, want: [1, 2]}", "'is' compares with one thing"),
        ("{op: is, want: 1, since: soon}", "'since' is not a version"),
        ("{op: is, want: 1, path: somewhere}", "'somewhere' is not a place in a model"),
    ],
)
def test_a_check_that_makes_no_sense_is_an_error(drift: Drift, tmp_path: Path, check: str, what: str) -> None:
    code, said, complained = drift(on=kitchen(tmp_path / "kitchen", f"        - {check}\n"))
    assert (code, said) == (2, "")
    assert what in complained


def test_a_folder_without_checks_is_fine(drift: Drift) -> None:
    code, said, _ = drift(on=KITCHEN)
    assert code == 0
    assert said.startswith("0 checks of 0 facts")


def test_without_botocore_it_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "botocore.py").write_text("raise ModuleNotFoundError('No module named botocore', name='botocore')\n")
    command = [sys.executable, "-m", "adapters.cli", "--knowledge", str(KITCHEN), "knowledge", "drift"]
    environment = {"HOME": str(tmp_path), "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not installed; `make install` or `pip install botocore` brings it" in done.stderr
    assert done.stderr.count("\n") == 1
