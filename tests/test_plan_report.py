"""`python -m grading plan`: from plan.toml, and a cohort in nbgrader's database, to the page of a training lead."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lead_helpers import SMALL_PLAN, words, written

from grading.__main__ import main
from grading.lead import plan_file
from trainlib import effect, plan

EXAMPLE = Path(__file__).parent.parent / "grading" / "plan.example.toml"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The page of the example, beside a copy of its plan.toml."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copyfile(EXAMPLE, folder / "plan.toml")
    assert main(["plan", str(folder / "plan.toml")]) == 0
    return folder / "plan.html"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    assert main(["plan", "--quick", str(written(folder)), "--output", str(folder / "page.html")]) == 0
    return (folder / "page.html").read_text(encoding="utf-8")


def problem_of_small(**other):
    """The problem of SMALL_PLAN, written by hand."""
    stages = (effect.Stage("principles", 0.4, 0.6, 0.4, 5), effect.Stage("practice", 0.5, 0.5, 0.5, 10))
    settings = {
        "training": effect.TrainingEffect(stages, ceiling=1.0),
        "trainers": [plan.Trainer("Ada", 0.8, 100, 12), plan.Trainer("Ben", 0.5, 50)],
        "skills": [plan.Skill("SQL", 0.3, 0.4)],
        "content": 0.6, "people": 4, "budget": 900, "weeks": 3, "hours_per_week": 6,
    }  # fmt: skip
    return plan.Problem(**settings | other)


def test_the_page_holds_the_plan_that_the_solver_finds(small):
    found = plan.best(problem_of_small())
    said = words(small)
    assert f"4 people gain {found.gain:.3f} points of skill each" in said
    assert f"from 0.300 to {0.3 + found.gain:.3f} of 1" in said and "for 900 EUR" in said
    for stage, trainer in found.trainers.items():
        assert re.search(rf"{stage} {trainer} {found.hours.loc[stage, 'SQL']:.1f}", said)
    assert f"One more EUR adds {found.shadow_price_money:.7f}"[:24] in said
    assert "the budget of 900 EUR" in said and ("hours of Ada" in said) == ("hours of 'Ada'" in found.binding)


def test_without_a_cohort_the_page_says_who_made_the_weights_and_gives_no_interval(small):
    said = words(small)
    assert "Weights: a guess of the team lead." in said and "no interval of measurement" in said
    low, high = map(float, re.search(r"worse or better than stated: (0\.\d+) to (0\.\d+)", said).groups())
    assert low < plan.best(problem_of_small()).gain < high


def test_the_band_is_what_the_same_hours_bring_with_other_trainers_and_content(small):
    found = plan.best(problem_of_small())
    worse = problem_of_small(trainers=[plan.Trainer("Ada", 0.7, 100), plan.Trainer("Ben", 0.4, 50)], content=0.5)
    names = [worse.trainers[0].name, worse.trainers[1].name]
    gain = 0.0
    for stage in worse.effect.stages:
        if stage.name in found.trainers:
            quality = worse.trainers[names.index(found.trainers[stage.name])].quality
            hours = found.hours.loc[stage.name, "SQL"]
            one = effect.TrainingEffect((stage,), ceiling=1.0)
            gain += 0.7 * one.gain(quality, 0.5, hours)
    assert f"worse or better than stated: {gain:.3f} to" in words(small)


def test_what_people_write_cannot_break_the_page(small):
    assert "<h1>Small &lt;b&gt; &amp; course</h1>" in small and "<b> &" not in small


def test_every_figure_has_a_text_that_tells_its_finding_and_the_page_loads_nothing(example):
    page = example.read_text(encoding="utf-8")
    texts = re.findall(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)"', page)
    assert len(texts) == page.count("<img") == 4
    assert "language models from 0.200 to" in texts[0] and "demands are met" in texts[0]
    assert re.findall(r'(?:src|href)="(?!data:)[^"]+"', page) == []


def test_the_example_says_that_the_weights_are_of_unknown_origin(example):
    said = words(example.read_text(encoding="utf-8"))
    assert "which does not say how it found them; nobody has measured them." in said
    assert "first week 11 January 2027" in said and "10,000 EUR" in said


def test_every_number_of_the_example_says_whose_it_is():
    stages = effect.published_case().stages
    text = EXAMPLE.read_text(encoding="utf-8")
    for line in re.findall(r"^\w+ = [\d\[{].*", text, re.MULTILINE):
        field = line.split(" ")[0]
        inherited = field in ("trainer_share", "content_share", "ceiling") or field in (
            "level",
            "target",
            "importance",
            "needs",
        )
        assert "# text" in line or "# ours" in line or inherited, line
    written_stages = re.findall(r"weight = ([\d.]+).*\ntrainer_share = ([\d.]+)\ncontent_share = ([\d.]+)", text)
    published = [(stage.weight, stage.trainer_share, stage.content_share) for stage in stages]
    assert [tuple(map(float, row)) for row in written_stages] == published


def test_the_answer_is_printed_and_the_page_lies_beside_the_plan(example, capsys, tmp_path):
    assert example.exists()
    assert main(["plan", "--quick", str(written(tmp_path))]) == 0
    said = capsys.readouterr().out
    assert "4 people gain" in said and f"written: {tmp_path / 'plan.html'}" in said


def test_what_a_plan_says_is_data_too(tmp_path, capsys):
    assert main(["plan", "--json", str(written(tmp_path)), "--output", str(tmp_path / "page.html")]) == 0
    data, best = json.loads(capsys.readouterr().out), plan.best(problem_of_small())
    assert (data["gain"], data["cost"], data["currency"]) == (best.gain, best.cost, "EUR")
    assert data["hours"] == {stage: dict(row) for stage, row in best.hours.iterrows()}
    assert data["trainers"] == best.trainers and data["page"] == str(tmp_path / "page.html")
    assert data["answer"] in words((tmp_path / "page.html").read_text(encoding="utf-8"))


def test_the_lowest_cost_for_a_gain_and_for_targets(tmp_path, capsys):
    cheap = SMALL_PLAN.replace("content = 0.6", 'content = 0.6\naim = "lowest cost"')
    assert main(["plan", "--quick", str(written(tmp_path, cheap))]) == 0
    assert "from 0.300 to 0.400 of 1" in capsys.readouterr().out
    assert (
        main(["plan", "--quick", str(written(tmp_path, cheap.replace("budget = 900", "budget = 900\ngain = 0.05")))])
        == 0
    )
    assert "4 people gain 0.050 points" in capsys.readouterr().out


def test_a_plan_that_cannot_be_is_explained_and_ends_with_2(tmp_path, capsys):
    impossible = SMALL_PLAN.replace("target = 0.4", "target = 0.9").replace(
        "content = 0.6", "content = 0.6\nmeet_targets = true"
    )
    assert main(["plan", "--quick", str(written(tmp_path, impossible))]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("error: ") and "target of 'SQL'" in said.err
    assert not (tmp_path / "plan.html").exists()


def test_a_budget_too_small_for_the_targets_is_named_with_what_they_cost(tmp_path, capsys):
    asked = EXAMPLE.read_text("utf-8").replace("meet_targets = false", "meet_targets = true")
    assert main(["plan", "--quick", str(written(tmp_path, asked.replace("budget = 10_000", "budget = 900")))]) == 2
    said = capsys.readouterr().err
    assert "budget of 900" in said and "it takes" in said and "a budget of 1,459" in said
    assert "No money would meet all targets within 9 weeks" in said
    assert main(["plan", "--quick", str(written(tmp_path, asked.replace("weeks = 9", "weeks = 20")))]) == 2
    said = capsys.readouterr().err
    assert "a budget of 19,894" in said and "The cheapest plan that meets all targets takes 19,894 EUR" in said


def test_the_page_says_what_would_meet_all_targets(example, small):
    said = words(example.read_text("utf-8"))
    assert re.search(
        r"No money would meet all targets within 9 weeks. .* week 19; it takes [\d,]+ EUR and 182 hours", said
    )
    found = plan.cheapest(problem_of_small())
    assert f"the cheapest that does takes {found.cost:,.0f} EUR" in words(small)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("budget = 900", "budget = 0"),
        ("hours_per_week = 6", "hours_per_week = 0"),
        ("level = 0.3\ntarget = 0.4", "level = 1.0"),
    ],
)
def test_a_plan_of_nothing_is_said_in_a_sentence(tmp_path, capsys, before, after):
    assert main(["plan", "--quick", str(written(tmp_path, SMALL_PLAN.replace(before, after)))]) == 2
    assert "the best plan holds no hour" in capsys.readouterr().err


def test_trainers_who_cost_nothing_can_be_planned_with(tmp_path, capsys):
    free = SMALL_PLAN.replace("rate = 100", "rate = 0").replace("rate = 50", "rate = 0")
    assert main(["plan", "--quick", str(written(tmp_path, free))]) == 0
    page = words((tmp_path / "plan.html").read_text(encoding="utf-8"))
    assert "More money adds nothing" in page and "for 0 EUR" in page


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("rate = 100", "rate = -5", "line 32: trainer 'Ada': rate is -5; it must be an amount of at least 0"),
        ("rate = 100", "rates = 100", "line 32: trainer 'Ada': rates is no field here; these are: name, rate, quality"),
        ("rate = 100\n", "", "line 29: trainer 'Ada': rate is missing; it must be an amount"),
        ("quality = 0.8", "quality = 8", "line 31: trainer 'Ada': quality is 8; it must be a number from 0 to 1"),
        ("quality = 0.8\n", "", "line 29: trainer 'Ada': quality is missing"),
        (
            "hours = 12",
            "stages = ['theory']",
            "line 33: trainer 'Ada': stages 1 is 'theory'; it must be one of principles",
        ),
        (
            "hours = 12",
            "first_week = 4",
            "line 33: trainer 'Ada': first_week is 4; it must be a week from the first to",
        ),
        ("hours = 12", "first_week = 3\nlast_week = 2", "line 34: trainer 'Ada': last_week is 2; .* from 3 to"),
        ("hours = 12", "effect = 0.3", "line 33: trainer 'Ada': effect is the older name of quality; give one"),
        ("hours = 12", "stages = ['practice', 'practice']", "line 33: trainer 'Ada': stages 2 .* that is named once"),
        ('name = "Ben"', 'name = "ada "', "line 36: trainer 'ada ': name is 'ada '; it must be a name that no other"),
        ('name = "Ben"', 'name = " "', "line 36: trainer ' ': name is ' '; it must be a name"),
        ('name = "practice"', 'name = "Principles"', "line 18: stage 'Principles': name is .* no other stage has"),
        ("target = 0.4", "importance = 0", "line 27: skill 'SQL': importance is 0 for all skills; one at least"),
        ("target = 0.4\n", "needs = { R = 0.2 }\n[[skill]]\nname = 'R'\nlevel = 0.1\nneeds = { SQL = 0.4 }\n",
         "line 27: skill 'SQL': needs makes a circle: "),
        ("hours = 12", "first_week = 1.5", "line 33: trainer 'Ada': first_week is 1.5; it must be a week, from 1"),
        (
            'name = "Ben"',
            'name = "Ada"',
            "line 36: trainer 'Ada': name is 'Ada'; it must be a name that no other trainer",
        ),
        ("people = 4", "people = 0", "line 3: people is 0; it must be a whole number of at least 1"),
        ("people = 4", "people = true", "line 3: people is True"),
        ("budget = 900", 'budget = "900"', "line 4: budget is '900'"),
        ("budget = 900", "budget = inf", "line 4: budget is inf; it must be an amount"),
        ("weeks = 3", "weeks = 300", "line 5: weeks is 300; it must be a whole number from 1 to 104"),
        ("weeks = 3", "week = 3", "line 5: week is no field here"),
        ("content = 0.6\n", "", "line 1: content is missing"),
        ("content = 0.6", 'preset = "retail"', "line 1: .*either .* tables or a preset, not both"),
        ("content = 0.6", 'aim = "fun"', "line 7: aim is 'fun'; it must be one of most gain, lowest cost"),
        ("content = 0.6", "content = 0.6\ngain = 0.2", 'line 8: gain is only for aim = "lowest cost"'),
        ("content = 0.6", "start = 2027-01-13", "line 7: start is 2027-01-13, a Wednesday; it must be the Monday of"),
        ("target = 0.4", "target = 0.2", "line 27: skill 'SQL': target is 0.2; it must be at least the level, 0.3"),
        ("content = 0.6", "start = 2027-13-01", "is not TOML: .*line 7"),
        ("content = 0.6", 'start = "11 January"', "line 7: start is '11 January'; it must be a date"),
        ('weights_from = "a guess of the team lead"\n', "", "line 1: weights_from is missing"),
        ("weight = 0.5", "weight = 0.7", "line 10: stage tables have weights that sum to 1.1"),
        (
            "weight = 0.4\n",
            "",
            "line 10: stage 'principles': weight is missing; .* unless you plan with --from-gradebook",
        ),
        (
            "content_share = 0.4",
            "content_share = 0.5",
            "line 14: stage 'principles': content_share is 0.5; .* at most 0.4",
        ),
        (
            "hours_scale = 5",
            "hours_scale = 0",
            "line 15: stage 'principles': hours_scale is 0; it must be a number of hours",
        ),
        ("content = 0.6", "content = 0.6\nceiling = 0.35", "line 28: .* target is 0.4; it must be at most the ceiling"),
        ("target = 0.4", "target = 40", "line 27: skill 'SQL': target is 40"),
        ("target = 0.4", "needs = { Java = 0.5 }", "line 27: skill 'SQL': needs.Java is no other skill"),
        ("target = 0.4\n", "[[skill]]\nname = 'R'\nlevel = 2\n", "line 29: skill 'R': level is 2"),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named_with_its_line(tmp_path, capsys, before, after, said):
    assert before in SMALL_PLAN
    assert main(["plan", "--quick", str(written(tmp_path, SMALL_PLAN.replace(before, after, 1)))]) == 2
    err = capsys.readouterr().err
    assert re.search(said, err), err
    assert not (tmp_path / "plan.html").exists()

    older = plan_file.read(written(tmp_path, SMALL_PLAN.replace("quality = ", "effect = ")))
    older = older.problem.trainers
    assert older == plan_file.read(written(tmp_path, SMALL_PLAN)).problem.trainers


def test_weights_that_are_all_0_are_refused_and_what_may_be_a_slip_is_noted(tmp_path, capsys):
    nothing = SMALL_PLAN.replace("weight = 0.4", "weight = 0").replace("weight = 0.5", "weight = 0")
    assert main(["plan", "--quick", str(written(tmp_path, nothing))]) == 2
    assert "line 12: stage 'principles': weight is 0 for all stages" in capsys.readouterr().err
    only = SMALL_PLAN.replace("hours = 12", 'stages = ["practice"]').replace(
        "rate = 50", 'rate = 50\nstages = ["practice"]'
    )
    assert (
        main(["plan", "--quick", str(written(tmp_path, only.replace("hours_per_week = 6", "hours_per_week = 60")))])
        == 0
    )
    said, page = capsys.readouterr().out, words((tmp_path / "plan.html").read_text("utf-8"))
    for note in (
        "plan.toml, line 10: no trainer can hold 'principles', so it is left out of the plan",
        "plan.toml, line 6: hours_per_week is 60, more than a working week has",
    ):
        assert f"note: {note}" in said and f"Note. {note}" in page


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path, capsys):
    assert main(["plan", "--quick", str(tmp_path / "none.toml")]) == 2
    assert "none.toml cannot be read: No such file" in capsys.readouterr().err
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    assert main(["plan", "--quick", str(tmp_path / "latin.toml")]) == 2
    assert "latin.toml is not a text in UTF-8" in capsys.readouterr().err


def test_all_presets_can_be_planned_with(tmp_path):
    from grading.lead.plan_file import DOMAINS, read

    for domain in DOMAINS:
        head, _, rest = SMALL_PLAN.partition("weights_from")
        content = f'{head}preset = "{domain}"\n\n[[skill]]{rest.partition("[[skill]]")[2]}'
        setting = read(written(tmp_path, content))
        assert setting.problem.effect == effect.preset(domain).training
        assert "illustration, not measured" in setting.sources[0]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium: install it to print the page")
def test_the_page_prints_on_two_sheets_and_its_arithmetic_on_a_third(example, tmp_path):
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    subprocess.run(
        [*command, f"--print-to-pdf={tmp_path / 'a.pdf'}", example.as_uri()], check=True, capture_output=True
    )
    assert len(re.findall(rb"/Type /Page\b", (tmp_path / "a.pdf").read_bytes())) == 3
