"""The commands as a whole: what help costs and shows, what a mistake says, and the same outcome as JSON."""

import json
import resource
import subprocess
import sys

import click
import pytest

from grading.__main__ import PARTS, cli, main
from grading.records import folders

HELP_SECONDS = 0.3  # of CPU


def test_help_costs_less_than_a_third_of_a_second_of_cpu():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(
        [sys.executable, "-m", "grading", "--help"], cwd=folders.root, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "collect" in ran.stdout and ran.stderr == ""
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < HELP_SECONDS


def test_the_records_load_no_notebook_machinery():
    heavy = ("nbgrader", "torch", "pandas", "matplotlib", "jupytext")
    code = f"import sys, grading.records, grading.records.folders; print([n for n in {heavy} if n in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=folders.root, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_each_command_stands_in_one_part_of_the_help():
    names = [name for part in PARTS.values() for name in part]
    assert sorted(names) == sorted(cli.commands) and len(names) == len(set(names))


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_each_command_and_option_says_what_it_is_for(name, capsys):
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: python -m grading {name}")
    command = cli.commands[name]
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option)), name


@pytest.mark.parametrize(
    "words, said",
    [
        (["regrade"], "Missing argument 'STAGE'"),
        (["autograde", "1_principles", "--jobs", "0"], "0 is not in the range x>=1"),
        (["autograde", "1_principles", "--engine", "slurm"], "'slurm' is not one of 'local', 'ray'"),
        (["export"], "Missing option '--csv'"),
        (["colect", "x"], "No such command 'colect'"),
        (["similar", "5_more"], "'5_more' is no stage; these are: 1_principles"),
    ],
)
def test_a_command_that_is_mistyped_does_nothing_and_says_what_is_allowed(words, said, capsys):
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and said in captured.err


def test_an_outcome_comes_as_json_with_the_same_exit_code_and_progress_elsewhere(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "broken.zip").write_text("no zip")
    with folders.state_in(tmp_path / "state"):
        assert main(["collect", "--json", str(tmp_path / "in")]) == 1
        captured = capsys.readouterr()
        outcome = json.loads(captured.out)
        assert outcome["taken"] == [] and outcome["refused"][0]["what"] == "broken.zip"
        assert main(["collect", str(tmp_path / "in")]) == 1
        assert outcome["refused"][0]["reason"] in capsys.readouterr().out
