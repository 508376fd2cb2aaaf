"""A small Actions runner: does a job's steps in order, as they stand in the YAML."""

import os
import re
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

PYTHON = """#!/bin/sh
case "$*" in "-I -m venv "*)
    if [ ! -d "{made}" ]; then
        "{base}" -I -m venv "{made}" || exit
        for packages in "{made}"/lib/python3.*/site-packages; do
            echo "{known}" > "$packages/known.pth"
        done
    fi
    mkdir -p "$4" && cp -R -P "{made}"/. "$4"
    exit
esac
exec "{base}" "$@"
"""
"""A runner's `python`, whose new environments are copies that know this environment's packages.

So `pip install` takes the grader from where the step says, and what it needs is there already:
minutes of installing less. `test_fresh_environment.py` does make and install everything.
"""
NAMES = ("python", "python3", *(f"python3.{minor}" for minor in range(11, 15)))

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
COMPARISON = re.compile(r"(\S+) (==|!=) '([^']*)'")
Uses = Callable[[dict[str, str], dict[str, str]], None]
"""What stands in for an action of others: takes its `with` and its `env`."""


@dataclass
class Step:
    """What a step did: its outcome as GitHub names it, its outputs and its log."""

    name: str
    outcome: str
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""


@dataclass
class Run:
    """A job that has ended."""

    steps: dict[str, Step]
    outputs: dict[str, str]

    @property
    def succeeded(self) -> bool:
        return all(step.outcome != "failure" for step in self.steps.values())


class Machine:
    """A runner's machine: a workspace, a temporary folder, a plain `python` on the path.

    The temporary folder stays from job to job: what one job installed, the next finds.
    """

    def __init__(self, folder: Path) -> None:
        self.temp = folder / "temp"
        self.files = folder / "files"
        bin = folder / "bin"
        for place in (self.temp, self.files, bin):
            place.mkdir()
        base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
        known = sysconfig.get_path("purelib")
        for name in NAMES:
            python = bin / name
            python.write_text(PYTHON.format(base=base, known=known, made=folder / "made"))
            python.chmod(python.stat().st_mode | stat.S_IXUSR)
        self.python = bin / "python"
        kept = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name in kept or name.startswith("PIP_") or name.lower().endswith("_proxy")
        }
        self.environment["PATH"] = f"{bin}{os.pathsep}{self.environment['PATH']}"
        self.environment["PIP_NO_COMPILE"] = "1"  # half of an install's time
        self.environment |= {"CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(self.temp)}

    @staticmethod
    def load(file: Path) -> dict[str, Any]:
        """A workflow, or an action."""
        content: dict[str, Any] = YAML(typ="safe").load(file)
        return content

    def run(
        self,
        job: dict[str, Any],
        workspace: Path,
        uses: dict[str, Uses],
        context: dict[str, str] | None = None,
    ) -> Run:
        """Do the steps of a workflow's job, or of a composite action's `runs`.

        `uses` stands in for other people's actions, by owner and name; a step that uses one
        that is not there is an error. `context` has values of expressions.
        """
        known = {"runner.temp": str(self.temp), "github.actor": "learner", **(context or {})}
        done: dict[str, Step] = {}
        failed = False
        job_environment = {k: str(v) for k, v in job.get("env", {}).items()}
        for number, step in enumerate(job["steps"]):
            name = step.get("name", step.get("uses", step.get("run", "")))
            if failed or not _holds(step.get("if", "success()"), known):
                done[name] = Step(name, "skipped")
                continue
            environment = {k: _fill(str(v), known) for k, v in step.get("env", {}).items()}
            if "uses" in step:
                inputs = {k: _fill(str(v), known) for k, v in step.get("with", {}).items()}
                uses[step["uses"].partition("@")[0]](inputs, environment)
                done[name] = Step(name, "success")
                continue
            done[name] = result = self._bash(
                step, f"{number}", workspace, {**job_environment, **environment}, known
            )
            failed = result.outcome == "failure"
            for output, value in result.outputs.items():
                known[f"steps.{step.get('id')}.outputs.{output}"] = value
        outputs = {k: _fill(v["value"], known) for k, v in job.get("outputs", {}).items()}
        return Run(done, outputs)

    def _bash(
        self,
        step: dict[str, Any],
        number: str,
        workspace: Path,
        environment: dict[str, str],
        known: dict[str, str],
    ) -> Step:
        script = self.files / f"{number}.sh"
        output, summary = self.files / f"output{number}", self.files / f"summary{number}"
        script.write_text(_fill(step["run"], known))
        for file in (output, summary):
            file.write_text("")
        strict = ["--noprofile", "--norc", "-eo", "pipefail"] if "shell" in step else ["-e"]
        done = subprocess.run(
            ["bash", *strict, str(script)],
            cwd=workspace / _fill(step.get("working-directory", "."), known),
            env={
                **self.environment,
                "GITHUB_WORKSPACE": str(workspace),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
                **({"GITHUB_ACTION_PATH": known.get("github.action_path", "")}),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        outcome = "success" if done.returncode == 0 else "failure"
        name = step.get("name", step["run"])
        return Step(name, outcome, _outputs(output), done.stdout, summary.read_text())


def _outputs(file: Path) -> dict[str, str]:
    """The lines of a GITHUB_OUTPUT file, `name=value` and `name<<END`."""
    result = {}
    lines = iter(file.read_text().splitlines())
    for line in lines:
        name, sign, value = line.partition("=")
        if "<<" in name:
            name, _, end = line.partition("<<")
            value = "\n".join(iter(lambda: next(lines), end))
        else:
            assert sign, f"not an output: {line!r}"
        result[name] = value
    return result


def _fill(text: str, known: dict[str, str]) -> str:
    """Expressions become their values; what nobody has set is empty, as on GitHub."""
    return EXPRESSION.sub(lambda found: known.get(found[1], ""), text)


def _holds(condition: str, known: dict[str, str]) -> bool:
    if condition == "success()":
        return True
    found = COMPARISON.fullmatch(condition)
    assert found, f"a condition that this runner does not know: {condition}"
    return (known.get(found[1], "") == found[3]) is (found[2] == "==")


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """One runner for all: what the first job installs from PyPI, the others find there."""
    if os.name != "posix":
        pytest.skip("the steps are bash, as the workflow's runner has it")
    return Machine(tmp_path_factory.mktemp("runner"))
