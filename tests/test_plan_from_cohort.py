"""`python -m grading plan --from-gradebook`: the last cohort, simulated learners whose true weights are known."""

import json
import re
import shutil

import pytest
from lead_helpers import SMALL_PLAN, hand_in, words, written

from grading.__main__ import main
from grading.lead import cohort_table, report, report_gain
from grading.lead.plan_arithmetic import number
from grading.records import folders
from grading.records.gradebook import gradebook
from trainlib import cohort, effect, experiment
from trainlib.experiment import Estimate

PLANTED = effect.preset("retail").training
LEARNERS, TEAMS, ITEMS = 36, 4, 20


@pytest.fixture(scope="module")
def last_cohort(tmp_path_factory):
    """A folder with plan.toml and cohort.toml, and a state folder with gradebook and surveys of a simulated cohort."""
    folder = tmp_path_factory.mktemp("lead")
    table = cohort.simulate(PLANTED, LEARNERS, TEAMS, items=ITEMS, seed=5)
    table["learner"] = table.learner.str.replace("simulated ", "person-")
    with folders.state_in(folder / "state"):
        _fill(table.drop_duplicates("learner"))
        for row in table.itertuples():
            stage = next(row_.folder for row_ in folders.stages() if row_.folder.endswith(row.stage))
            place = folder / "state" / "attempts" / row.learner / stage / "20270301T120000.000000"
            place.mkdir(parents=True)
            answers = {
                "content": round(1 + 4 * row.content_rating),
                "trainer": round(1 + 4 * row.trainer_rating),
                "hours": row.hours,
            }
            (place / "survey.json").write_text(json.dumps({"stage": stage, "answers": answers}))
        written(folder, _cohort_toml(table), "cohort.toml")
        written(folder, _plan_toml())
        yield folder, table


def _fill(learners):
    points = {"pre": ("1_principles", "1-00_check_in"), "post": ("4_project", "4-10_check_out")}
    with gradebook() as book:
        for stage, lesson in points.values():
            book.add_assignment(stage)
            book.add_notebook(lesson, stage)
            for number in range(ITEMS):
                book.add_grade_cell(f"item-{number}", lesson, stage, max_score=1, cell_type="code")
        for row in learners.itertuples():
            book.add_student(row.learner)
            for column, (stage, lesson) in points.items():
                notebook = book.add_submission(stage, row.learner).notebooks[0]
                for number, grade in enumerate(notebook.grades):
                    grade.auto_score, grade.needs_manual_grade = (
                        float(number < round(ITEMS * getattr(row, column))),
                        False,
                    )
                hand_in(row.learner, stage, lesson)
        book.db.commit()


def _cohort_toml(table):
    lines = ['title = "Spring"', "[hours]", *(f"{stage.name} = 12" for stage in PLANTED.stages), "[rates]"]
    lines += [f"{trainer} = 100" for trainer in sorted(set(table.trainer))]
    for team, rows in table.groupby("team"):
        lines += [
            "[[team]]",
            f'name = "{team}"',
            f"members = {json.dumps(list(rows.learner.unique()))}",
            "[team.stage]",
        ]
        for row in rows.drop_duplicates("stage").itertuples():
            lines.append(f'{row.stage} = {{ trainer = "{row.trainer}", start = 2027-01-11, end = 2027-01-15 }}')
    return "\n".join(lines)


def _plan_toml():
    head = SMALL_PLAN.partition("content =")[0]
    stages = [
        f'[[stage]]\nname = "{stage.name}"\ntrainer_share = {stage.trainer_share}\n'
        f"content_share = {stage.content_share}\nhours_scale = {stage.hours_scale}\n"
        for stage in PLANTED.stages
    ]
    people = (
        '[[skill]]\nname = "models"\nlevel = 0.3\n[[trainer]]\nname = "Ada"\nrate = 60\n[[trainer]]\nname = "Eva"\n'
    )
    return f"{head}{''.join(stages)}{people}effect = 0.5\nrate = 40\n"


@pytest.fixture(scope="module")
def fitted_page(last_cohort):
    folder, _ = last_cohort
    assert main(["plan", "--quick", str(folder / "plan.toml"), "--from-gradebook"]) == 0
    return (folder / "plan.html").read_text(encoding="utf-8")


def expected_fit(table):
    """The fit of the cohort's own table, past gradebook, surveys and files."""
    own = table.assign(cost=0.0, hours=table.hours)
    return cohort.fit(own, PLANTED, items=ITEMS)


def test_from_the_gradebook_the_weights_are_those_fitted_to_the_cohort(last_cohort, fitted_page):
    fitted = expected_fit(last_cohort[1])
    said = words(fitted_page)
    for stage, weight, low, high in zip(PLANTED.stages, fitted.weights, fitted.low, fitted.high):
        assert f"{stage.name} {number(weight)} ({low:.2f} to {high:.2f})" in said


def test_from_the_gradebook_the_gain_has_an_interval_and_its_source(fitted_page):
    said = words(fitted_page)
    gain, low, high = map(
        float, re.search(r"gain ([\d.]+) points of skill each \(95 % interval ([\d.]+) to ([\d.]+)\)", said).groups()
    )
    assert low < gain < high
    assert "fitted to the cohort “Spring”, 36 learners, in 4 teams, with 95 % intervals" in said
    assert "learners' ratings, drawn towards their mean; assumed for Eva" in said


def test_a_plan_that_drops_a_stage_on_the_word_of_an_uncertain_weight_says_so(last_cohort, fitted_page):
    fitted = expected_fit(last_cohort[1])
    dropped = [stage.name for stage, weight in zip(PLANTED.stages, fitted.weights) if weight == 0]
    said = words(fitted_page).partition("Careful.")[2]
    assert dropped and all(f"{name} (up to 0." in said for name in dropped)
    median = re.search(r"over their draws its median is (0\.\d+)", words(fitted_page))[1]
    assert float(median) < float(re.search(r"gain (0\.\d+) points", words(fitted_page))[1])


def test_no_name_of_a_learner_is_on_the_page(last_cohort, fitted_page):
    assert [name for name in last_cohort[1].learner.unique() if name in fitted_page] == []


def test_a_cohort_with_other_stages_is_refused_with_both_lists(last_cohort, tmp_path, capsys):
    folder, _ = last_cohort
    words_ = ["plan", str(written(tmp_path)), "--from-gradebook", "--cohort", str(folder / "cohort.toml")]
    assert main(words_) == 2
    err = capsys.readouterr().err
    assert "the cohort's stages are ['practice', 'principles', 'project', 'theory']" in err


def test_without_a_cohort_file_it_says_which_is_missing(tmp_path, capsys):
    assert main(["plan", "--quick", str(written(tmp_path)), "--from-gradebook"]) == 2
    assert "cohort.toml cannot be read: No such file" in capsys.readouterr().err


def test_where_the_cohort_names_earlier_ones_the_plan_takes_the_pooled_weights_and_says_so(
    last_cohort, tmp_path, capsys
):
    folder, table = last_cohort
    before = cohort.simulate(PLANTED, 60, 6, items=ITEMS, seed=9)
    before.to_csv(tmp_path / "earlier.csv", index=False)
    written(tmp_path, 'earlier = ["earlier.csv"]\n' + _cohort_toml(table), "cohort.toml")
    words_ = ["plan", "--quick", str(written(tmp_path, _plan_toml())), "--from-gradebook"]
    assert main(words_) == 0
    estimates = [
        Estimate.of(name, cohort.fit(of, PLANTED, items=ITEMS)) for name, of in (("now", table), ("then", before))
    ]
    pooled = experiment.pool(estimates[0], estimates[1:], [stage.name for stage in PLANTED.stages])
    said = words((tmp_path / "plan.html").read_text(encoding="utf-8"))
    for name, weight, low, high in pooled.pooled.itertuples():
        assert f"{name} {number(weight)} ({low:.2f} to {high:.2f})" in said
    source = "pooled with 1 earlier (60 learners; 1 SIMULATED), with 95 % intervals"
    assert source in said and source in capsys.readouterr().out
    written(tmp_path, 'earlier = ["none.csv"]\n' + _cohort_toml(table), "cohort.toml")
    assert main(words_) == 2
    assert "cohort.toml: further tests and earlier cohorts cannot be used: the ear" in capsys.readouterr().err


def without_surveys(folder, tmp_path, kept=()):
    """The same cohort, of which only some stages have surveys; the plan's file has weights and qualities."""
    state = tmp_path / "state"
    shutil.copytree(folder / "state", state)
    for path in state.glob("attempts/*/*/*/survey.json"):
        if path.parts[-3] not in kept:
            path.unlink()
    plan = (folder / "plan.toml").read_text(encoding="utf-8")
    plan = plan.replace('name = "Ada"', 'name = "Ada"\nquality = 0.8').replace(
        "[[stage]]", "content = 0.4\n[[stage]]", 1
    )
    plan = re.sub(r"(hours_scale = .*)", r"\1\nweight = 0.1", plan)
    return state, written(tmp_path, plan)


def test_where_surveys_are_missing_the_plans_own_numbers_stand_in_and_page_and_terminal_say_so(
    last_cohort, tmp_path, capsys
):
    folder, table = last_cohort
    state, plan = without_surveys(folder, tmp_path, kept=("1_principles", "2_theory", "4_project"))
    with folders.state_in(state):
        assert main(["plan", "--quick", str(plan), "--from-gradebook", "--cohort", str(folder / "cohort.toml")]) == 0
    said, page = capsys.readouterr().out, words((tmp_path / "plan.html").read_text(encoding="utf-8"))
    for text in (said, page):
        assert "learners' ratings; assumed in the plan's file for practice, which no survey" in text
        assert "Weights: fitted to the cohort “Spring”" in text and "learners' ratings, drawn towards" in text


def test_where_nobody_rated_a_trainer_the_plans_quality_stands_in_and_its_mean_for_others(
    last_cohort, tmp_path, capsys
):
    folder, _ = last_cohort
    state, plan = without_surveys(folder, tmp_path, kept=[stage.folder for stage in folders.stages()])
    for path in state.glob("attempts/*/*/*/survey.json"):
        survey = json.loads(path.read_text())
        del survey["answers"]["trainer"]
        path.write_text(json.dumps(survey))
    with folders.state_in(state):
        assert main(["plan", "--quick", str(plan), "--from-gradebook", "--cohort", str(folder / "cohort.toml")]) == 0
    said = capsys.readouterr().out
    assert "Weights: fitted to the cohort “Spring”" in said
    assert (
        "as no survey rates a trainer; the weights were fitted with it, too, and with its mean for Ben, Chen, Dora"
        in said
    )


def test_without_any_survey_the_plans_weights_stand_in_with_the_reason(last_cohort, tmp_path, capsys):
    folder, _ = last_cohort
    state, plan = without_surveys(folder, tmp_path)
    with folders.state_in(state):
        assert main(["plan", "--quick", str(plan), "--from-gradebook", "--cohort", str(folder / "cohort.toml")]) == 0
    said, page = capsys.readouterr().out, words((tmp_path / "plan.html").read_text(encoding="utf-8"))
    for text in (said, page):
        assert "Surveys are missing, and weights cannot be fitted to the cohort “Spring”: " in text
        assert "Quality of trainers: assumed in the plan's file" in text
    plan.write_text(plan.read_text(encoding="utf-8").replace("content = 0.4\n", ""), encoding="utf-8")
    with folders.state_in(state):
        assert main(["plan", "--quick", str(plan), "--from-gradebook", "--cohort", str(folder / "cohort.toml")]) == 2
    assert "content is missing" in capsys.readouterr().err


def test_a_report_says_that_weights_cannot_be_fitted_where_the_plans_own_stood_in(last_cohort, tmp_path):
    folder, _ = last_cohort
    state, plan = without_surveys(folder, tmp_path)
    with folders.state_in(state):
        _, fitted, why = report._fit(plan, folder / "cohort.toml", cohort_table.read(folder / "cohort.toml"))
    assert fitted is None and str(why).startswith("The weights cannot be fitted: Weights: ")


def test_a_report_says_of_weights_that_rest_on_the_plans_own_qualities_that_they_do(last_cohort, tmp_path):
    folder, _ = last_cohort
    state, plan = without_surveys(folder, tmp_path, kept=("1_principles", "2_theory", "4_project"))
    for place, silent in ((folder / "state", ""), (state, "The quality of content of practice is plan.toml's")):
        with folders.state_in(place):
            _, fitted, _ = report._fit(plan, folder / "cohort.toml", cohort_table.read(folder / "cohort.toml"))
        assert silent in report_gain._assumed(fitted) and bool(silent) == bool(report_gain._assumed(fitted))
