"""`python -m grading report`: from nbgrader's database, surveys and follow-ups to a page, with and without names."""

import html
import json
import re
import shlex
import shutil
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import test_browser
from accessible import barriers, out_of_reach
from lead_helpers import STAGES, Reader, fill_tests, part, words
from matplotlib.text import Text
from nbgrader.api import Gradebook

from grading import demo
from grading.__main__ import main
from grading.lead import advice, follow_up, report, report_page, shared_form
from grading.pages.numbers import interval
from grading.records import folders, tomlfile
from grading.records.gradebook import gradebook
from trainlib import cohort, figures, learners, questions

LEARNERS = 28
SCRIPT = "<script>alert(1)"  # a learner's id that no page may run
TYPED = "quine-03"  # what that learner wrote in the notebook
STAGE_NAMES = ("principles", "theory", "practice", "project")
LATER = "quine-02"  # a learner without a check-out
browser = test_browser.browser  # a fixture


def tables():
    """A simulated cohort under names that no other word of the page holds: as in the notebooks, and the gradebook."""
    table = demo.simulated(LEARNERS, seed=3)
    names = {name: f"quine-{place:02d}" for place, name in enumerate(table.learner.unique(), start=1)}
    table = table.assign(learner=table.learner.map(names), team="crew-" + table.team.str[-1])
    table["trainer"] = table.trainer.map(lambda name: f"Trainer-{name}")
    return table, table.assign(learner=table.learner.replace({TYPED: SCRIPT}))


@pytest.fixture(scope="module")
def lead(tmp_path_factory):
    """A training lead's folder: state with gradebook and surveys, cohort.toml, plan.toml, follow-up forms."""
    folder = tmp_path_factory.mktemp("lead")
    typed, known = tables()
    with folders.state_in(folder / "state"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "RATES", {f"Trainer-{name}": rate for name, rate in demo.RATES.items()})
        fill_tests(typed, known, absent=(LATER, questions.CHECK_OUT))
        demo.answer_surveys(known, folder / "in")
        for path in sorted((folder / "in").rglob("survey.json")):
            learner, stage = path.parts[-3:-1]
            place = folder / "state" / "attempts" / learner / stage / "20270301T120000.000000"
            place.mkdir(parents=True)
            shutil.move(path, place / path.name)
        demo.answer_follow_ups(typed, folder / "follow_up")
        (folder / "cohort.toml").write_text(demo.cohort_toml(known, title="Spring <b>"), encoding="utf-8")
        (folder / "plan.toml").write_text(demo.plan_toml(known), encoding="utf-8")
        yield folder


@contextmanager
def seen_texts(figure_texts):
    """Collects every text that is drawn into a figure: nobody can search a picture."""
    markup = figures.markup

    def reading(figure, alt, data=None):
        figure_texts.extend(text.get_text() for text in figure.findobj(Text))
        return markup(figure, alt, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "markup", reading)
        yield


@pytest.fixture(scope="module")
def page(lead):
    assert main(["report", str(lead / "report.html")]) == 0
    return (lead / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shared(lead):
    """The shared page, and all that is written in its figures."""
    texts = []
    with seen_texts(texts):
        assert main(["report", str(lead / "shared.html"), "--shared"]) == 0
    return (lead / "shared.html").read_text(encoding="utf-8"), texts


@pytest.fixture(scope="module")
def found(lead):
    return report.read(lead / "cohort.toml", lead / "plan.toml", lead / "follow_up")


def test_the_gradebook_and_each_file_that_people_write_are_read_once(lead, monkeypatch):
    opened, files = [], []
    open_gradebook, read_file = Gradebook.__init__, tomlfile.read
    monkeypatch.setattr(Gradebook, "__init__", lambda *given: opened.append(1) or open_gradebook(*given))
    monkeypatch.setattr(tomlfile, "read", lambda path, schema: files.append(path.name) or read_file(path, schema))
    report.read(lead / "cohort.toml", lead / "plan.toml", lead / "follow_up")
    forms = [path.name for path in (lead / "follow_up").glob("*.toml")]
    assert len(opened) == 1 and sorted(files) == sorted(["cohort.toml", "plan.toml", *forms])


def test_what_a_report_says_is_data_too(lead, found, tmp_path, capsys):
    options = [("--cohort", "cohort.toml"), ("--plan", "plan.toml"), ("--follow-up", "follow_up")]
    beside = [word for option, name in options for word in (option, str(lead / name))]
    assert main(["report", "--json", str(tmp_path / "report.html"), *beside]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["answer"].startswith("27 learners went from") and summary["learners"] == LEARNERS
    assert summary["gain"] == [found.total.gain.value, found.total.gain.low, found.total.gain.high]
    assert summary["page"] == str(tmp_path / "report.html") and summary["left_out"] == {}
    assert [thing["do"] for thing in summary["advice"]] == [thing.do for thing in advice.advise(found)[0]]


@pytest.fixture(scope="module")
def table(found):
    return found.table


@pytest.fixture(scope="module")
def answers(found):
    return found.scores


def test_the_gain_of_all_and_of_each_learner_is_what_trainlib_gives_for_the_table(page, table):
    people = learners.gains(table).dropna(subset="post")
    assert len(people) == LEARNERS - 1
    gain = learners.normalised_gain(people.pre, people.post)
    assert f"gained {interval(gain)} of what they could still learn" in words(page)
    for name, row in people.iterrows():
        said = f"{name} {row.team} {demo.TRACK} {row.pre:.2f} {row.post:.2f} {row.normalised_gain:.2f}"
        assert said.replace(" -0.", " −0.") in part(page, "table")
    assert f"{gain.method}, other learners" in part(page, "learners")


def test_a_learners_interval_is_over_the_pairs_of_parallel_questions(page, answers):
    for name in ("quine-01", "quine-28"):
        own = answers[answers.learner == name].pivot(index="cell", columns="lesson", values="score")
        found = learners.normalised_gain(own[questions.CHECK_IN], own[questions.CHECK_OUT])
        assert interval(found) in re.search(rf"{name} .*?\)", part(page, "table"))[0]


def test_gain_time_and_cost_of_a_stage_are_those_of_its_own_questions(page, table, answers):
    for stage in ("principles", "theory", "practice", "project"):
        means = answers[answers.part == stage].pivot_table(index="learner", columns="lesson", values="score").dropna()
        pre, post = means[questions.CHECK_IN], means[questions.CHECK_OUT]
        spent = table[table.stage == stage].set_index("learner").loc[means.index]
        gain, hours = learners.normalised_gain(pre, post), learners.per_point(spent.hours, pre, post)
        money = learners.per_point(spent.cost, pre, post)
        row = f"{stage} {len(pre)} {pre.mean():.2f} {post.mean():.2f} {interval(gain)} {interval(hours)}"
        assert f"{row} {interval(money, digits=0)}" in part(page, "stages")
    assert "1 without a check-out, who cost" in part(page, "stages")


def test_the_weights_are_those_that_trainlib_fits_to_the_table(page, table):
    own = cohort.fit(table, demo.TRAINING, items=20)
    for name, row in own.table().iterrows():
        said = f"{name} {interval(row.weight, row.low, row.high)} {row.effect:.2f} {row.contribution:.2f}"
        assert said in part(page, "weights")
    assert f"{own.learners} learners in {own.teams} teams" in part(page, "weights")


def test_the_planted_question_is_found_and_every_weak_one_has_the_numbers_of_the_item_analysis(page, answers):
    after, said = answers[answers.lesson == questions.CHECK_OUT], part(page, "questions")
    for form, rows in after.groupby("form"):
        given = rows.pivot(index="learner", columns="cell", values="score")
        found = learners.items(given)
        for cell, row in found[found.discrimination < report.USEFUL].iterrows():
            told = interval(row.discrimination, row.discrimination_low, row.discrimination_high)
            share = interval(row.difficulty, row.difficulty_low, row.difficulty_high)
            assert re.search(rf"{cell} {demo.TRACK} {form} [\w-]+ {re.escape(f'{share} {told} {len(given)}')}", said), (
                cell,
                form,
            )
        trust = learners.reliability(given)
        assert f"{trust.value:.2f} ({trust.low:.2f} to {trust.high:.2f}) in {form}" in said
        right = given[demo.MISLEADING].sum()
        surely = found.discrimination_high[demo.MISLEADING] < report.USEFUL and 5 <= right <= len(given) - 5
        assert (f"Question {demo.MISLEADING} of form {form}, track {demo.TRACK}" in part(page, "change")) == surely
    assert f"Question {demo.MISLEADING}" in part(page, "change")


def test_trainers_stand_with_their_pooled_ratings(page, table):
    found = learners.trainers(table)
    for name, row in found.table.iterrows():
        said = f"{row['count']:.0f} {row['mean']:.2f} {interval(row.effect, row.low, row.high)}"
        assert re.search(rf"{name} \d+ {re.escape(said)}", part(page, "trainers"))


def test_the_survey_by_stage_and_its_texts_are_there(page, table):
    said = part(page, "survey")
    for name, row in learners.survey(table).iterrows():
        rated = [
            f"{interval(row[what], row[f'{what}_low'], row[f'{what}_high'])} {100 * row[f'{what}_favourable']:.0f} %"
            for what in ("content", "trainer")
        ]
        assert f"{name} {LEARNERS} of {LEARNERS} {' '.join(rated)}" in said
    assert "an example from our own data" in said and "takes an hour" in said


def test_all_four_levels_are_measured_and_the_follow_up_gives_the_upper_two(page, table, lead):
    later = {}
    for path in (lead / "follow_up").glob("*.toml"):
        scored = follow_up.score(path)
        if scored.learner in set(table.learner):
            later[scored.learner] = (scored.right / scored.asked, float(scored.use["days_used"]) > 0)
    later = pd.DataFrame.from_dict(later, orient="index", columns=["share", "used"])
    expected = learners.kirkpatrick(table, later.share, later.used.astype(float))
    said = part(page, "levels")
    assert "4 of 4 are measured" in said
    for level, row in expected.iloc[:-1].iterrows():
        assert f"{level} {row.measure} {interval(row.value, row.low, row.high)} {row.learners}" in said
    assert "share who name a result at work" in said


def test_what_is_kept_is_shown_by_days_from_forms_and_from_the_records_that_learners_send(lead, found, tmp_path, page):
    assert "follow-up, other questions 21 to 45 " in part(page, "kept")
    shutil.copytree(lead / "follow_up", tmp_path / "follow_up")
    after = found.scores[(found.scores.lesson == questions.CHECK_OUT) & (found.scores.score > 0)]
    for name in found.people.index[:6]:
        known = after[after.learner == name].item.iloc[:3]
        rows = [{"id": id, "day": "2027-04-09", "right": n > 0} for n, id in enumerate(known)]
        sent = {"learner": name, "checked_out": "2027-04-01", "answers": rows}
        (tmp_path / "follow_up" / f"review_{len(rows)}_{name[-2:]}.json").write_text(json.dumps(sent))
    with_records = report.read(lead / "cohort.toml", lead / "plan.toml", tmp_path / "follow_up")
    assert "review, the same questions 8 to 20 8 6 18 0.67" in part(report_page.make(with_records).text, "kept")
    shared = part(report_page.make(shared_form.share(with_records)).text, "kept")
    assert "8 to 20 8 6 18 0.67" in shared and not [name for name in found.people.index if name in shared]


def test_a_second_form_of_a_learner_is_in_the_curve_and_the_one_nearest_to_30_days_in_the_levels(lead, found, tmp_path):
    shutil.copytree(lead / "follow_up", tmp_path / "follow_up")
    source = lead / "follow_up" / "follow_up_quine-01.toml"
    later = re.sub(r'filled_in = "[^"]+"', 'filled_in = "2028-01-01"', source.read_text(encoding="utf-8"))
    (tmp_path / "follow_up" / "follow_up_90_quine-01.toml").write_text(later, encoding="utf-8")
    both = report.read(lead / "cohort.toml", lead / "plan.toml", tmp_path / "follow_up")
    assert both.later.days["quine-01"] == found.later.days["quine-01"] and len(both.kept) == len(found.kept) + 1


def test_a_follow_up_of_another_track_says_nothing_about_what_is_left_of_the_gain(lead, found, tmp_path):
    shutil.copytree(lead / "follow_up", tmp_path / "follow_up")
    path = tmp_path / "follow_up" / "follow_up_quine-01.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"engineer"', '"lead"'), encoding="utf-8")
    other = report.read(lead / "cohort.toml", lead / "plan.toml", tmp_path / "follow_up")
    assert np.isnan(other.later.share["quine-01"]) and other.later.used["quine-01"] == found.later.used["quine-01"]
    assert (
        f"{path.name}: its questions are those of another track than the tests', so its share is left out"
        in other.notes
    )
    left = "share of the gain that is left"
    counts = [one.levels.set_index("measure").learners[left] for one in (other, found)]
    assert counts[0] == counts[1] - 1


def test_advice_is_given_only_where_an_interval_supports_it(found):
    things, silent = advice.advise(found)
    assert {name for name, rule in advice.RULES.items() if not rule(found)} == set(silent)
    assert all(re.search(r"\(.+ to .+\)", thing.because) for thing in things)


def test_hardly_any_question_of_use_is_called_weak_by_chance():
    rng, flagged, asked = np.random.default_rng(0), 0, 0
    for _ in range(25):
        skill, ease = rng.normal(0, 1, (15, 1)), rng.normal(0.7, 0.9, 20)
        right = rng.random((15, 20)) < 1 / (
            1 + np.exp(-(1.5 * skill + ease))
        )  # each correlates with the rest by about 0.5
        scores = pd.DataFrame(right.astype(float)).melt(ignore_index=False, var_name="cell", value_name="score")
        scores = (
            scores.rename_axis("learner")
            .reset_index()
            .assign(lesson=questions.CHECK_OUT, track="engineer", form="A", item="i", skill="s")
        )
        found = report.CohortReport("", None, scores, pd.DataFrame(), None, None, "", "", 0).questions
        flagged, asked = flagged + found.weak.sum(), asked + len(found)
    assert flagged / asked < 0.02


def test_moving_hours_is_advised_from_the_dear_stage_to_the_cheap_one_and_not_without_need(found):
    score = learners.per_point([10, 11, 12, 10], [0.1, 0.2, 0.1, 0.2], [0.5, 0.5, 0.4, 0.6])
    dear = replace(score, value=9.0, low=8.0, high=10.0)
    cheap, unsure = replace(score, value=1.0, low=0.5, high=2.0), replace(score, value=1.0, low=-np.inf, high=np.inf)
    stage = found.stages[0]

    def advised(**hours):
        own = replace(found)
        own.__dict__["stages"] = [replace(stage, name=name, hours=of_stage) for name, of_stage in hours.items()]
        return [thing.do for thing in advice._dear_stages(own)]

    assert advised(theory=dear, project=cheap) == ["Move hours from theory to project"]
    lost = replace(score, value=-1.0, low=-2.0, high=-0.5)  # hours in which people forgot
    for other in (replace(dear, value=8.5), unsure, lost):
        assert advised(theory=dear, project=other) == []


def of_two_tracks(found, leads):
    """The same report with some of its learners on the other track."""

    def track(names):
        return names.isin(leads).map({True: "lead", False: "engineer"})

    table = found.table.assign(track=track(found.table.learner))
    table.attrs = found.table.attrs
    return replace(found, table=table, scores=found.scores.assign(track=track(found.scores.learner)))


def test_tracks_are_measured_each_by_its_own_questions_and_every_part_says_the_track(found):
    leads = set(found.people.index[:12])
    mixed = of_two_tracks(found, leads)
    assert mixed.tracks == ["engineer", "lead"] and set(mixed.orders) <= {"engineer", "lead"}
    names = [part.name for part in mixed.stages]
    assert names == [f"{name} ({track})" for track in mixed.tracks for name in STAGE_NAMES]
    for part_of_track in mixed.stages:
        own = mixed.scores[mixed.scores.track == part_of_track.track]
        own = own[own.part == part_of_track.name.partition(" ")[0]]
        means = own.pivot_table(index="learner", columns="lesson", values="score").dropna()
        assert (part_of_track.learners, part_of_track.before) == (len(means), means[questions.CHECK_IN].mean())
        assert set(means.index) == leads if part_of_track.track == "lead" else not leads & set(means.index)
    for (track, form), rows in mixed.questions.groupby(["track", "form"]):
        after = mixed.scores[(mixed.scores.track == track) & (mixed.scores.form == form)]
        assert set(rows.learners) == {after[after.lesson == questions.CHECK_OUT].learner.nunique()}
    page = report_page.make(mixed).text
    assert "27 learners of 2 tracks, each asked about its own lessons, went from" in words(page)
    for id in ("learners", "stages"):
        assert "different tracks were asked different questions" in part(page, id)
    assert f"{min(leads)} {found.people.team[min(leads)]} lead " in part(page, "table")
    assert "Form A of the track lead" in page or "form A, track lead" in page
    assert {thing.do.count("(") for thing in advice._weak_stages(mixed)} <= {1}


def test_stages_of_two_tracks_are_not_compared_with_each_other(found):
    score = learners.per_point([10, 11, 12, 10], [0.1, 0.2, 0.1, 0.2], [0.5, 0.5, 0.4, 0.6])
    dear, cheap = replace(score, value=9.0, low=8.0, high=10.0), replace(score, value=1.0, low=0.5, high=2.0)
    own = replace(found)
    own.__dict__["stages"] = [
        replace(
            found.stages[0], name=track, track=track, hours=hours, gain=replace(found.total.gain, low=low, high=high)
        )
        for track, hours, low, high in (("engineer", dear, 0.1, 0.2), ("lead", cheap, 0.8, 0.9))
    ]
    assert advice._dear_stages(own) == advice._weak_stages(own) == []


def test_a_track_of_few_people_is_not_shown_by_itself_in_the_shared_form(found):
    without = shared_form.share(of_two_tracks(found, set(found.people.index[:4])))
    assert {part.track for part in without.stages} == {"engineer"} == set(without.orders)
    assert set(without.questions.track) == {"engineer"}


def test_the_command_on_the_page_plans_the_next_training(lead, page):
    command = html.unescape(re.search(r"<code>(.*?)</code>", page)[1])
    setting, *command = shlex.split(command)
    assert setting == f"TRAINLIB_GRADING_STATE={lead / 'state'}" and command[:3] == ["python", "-m", "grading"]
    assert main(command[3:]) == 0
    assert "fitted to the cohort" in (lead / "plan.html").read_text(encoding="utf-8")


def test_no_name_of_a_learner_trainer_or_team_is_in_the_shared_form_nor_in_its_figures(shared, table):
    text, drawn = shared
    names = {*table.learner, *table.trainer, *table.team, TYPED}
    found = html.unescape(text)
    assert [name for name in names if name.lower() in found.lower()] == []
    assert [name for name in names if any(name.lower() in one.lower() for one in drawn)] == []
    assert "alert" not in found and "SIMULATED:" not in found.replace("SIMULATED: nobody", "")  # texts begin with it
    assert "not shown" not in found and "trainer 1" in drawn and "1" in drawn


def test_the_shared_form_tells_no_single_learners_numbers(page, shared, found):
    """Neither as a row of a table, nor folded below the figure; the form with names has both."""
    own = lambda people: [interval(one.normalised_gain, one.low, one.high) for one in people.itertuples()]
    people = shared_form.share(found).people
    for text, names, is_shared in ((page, found.people.index, False), (shared[0], people.index, True)):
        section = re.search(r'<section>\s*<h2 id="learners">.*?</section>', text, re.DOTALL)[0]
        rows = [words(row) for row in re.findall(r"<tr>.*?</tr>", section, re.DOTALL)]
        told = [one for one in own(people) if one in words(section)]
        assert (
            "<img" in section and ("<details" in section, len(rows) > len(names), len(told) > 5) == (not is_shared,) * 3
        )
        heads = {words(head).strip() for head in re.findall(r'<th scope="row">.*?</th>', text, re.DOTALL)}
        assert bool(heads & set(names)) != is_shared, "who is a row of no table of the page"


def test_the_shared_form_has_the_same_scores(page, shared, table):
    for id in ("stages", "weights", "questions"):
        own, other = part(page, id), part(shared[0], id)
        assert other == re.sub(r" \d+ without a check-out, who cost .*?, are not in it\.", "", own)
    assert 'id="table"' not in shared[0] and 'id="plan"' not in shared[0]  # each learner's scores, and file names


def test_the_order_of_the_shared_form_does_not_tell_names(found):
    other = {name: f"{place:03d}" for place, name in enumerate(sorted(found.table.learner.unique(), key=hash))}
    renamed = replace(
        found,
        table=found.table.assign(learner=found.table.learner.map(other)).sort_values("learner", kind="stable"),
        scores=found.scores.assign(learner=found.scores.learner.map(other)),
        later=found.later.rename(index=other),
    )
    renamed.table.attrs = found.table.attrs
    first, second = (shared_form.share(one).people.drop(columns="team") for one in (found, renamed))
    pd.testing.assert_frame_equal(first, second)


def test_small_groups_are_not_shown_by_themselves_in_the_shared_form(found):
    table = found.table.copy()
    few = table.learner.isin(table.learner.unique()[:4])
    table.loc[~few & (table.stage == "theory"), ["trainer_rating", "content_rating"]] = np.nan
    table.loc[few, "trainer"] = "Solo"
    table.loc[~few & (table.trainer == table.trainer.iloc[-1]), "trainer_rating"] = np.nan
    table.attrs = found.table.attrs
    own = replace(found, table=table, later=found.later.iloc[:4])
    assert "theory" in own.reaction.index and "Solo" in own.trainers.table.index
    without = shared_form.share(own)
    assert "theory" not in without.reaction.index
    assert without.trainers.table.raters.min() >= report.SMALLEST
    text = report_page.make(without).text
    assert "theory 4 of" not in words(text) and "not shown: under 5 learners" in part(text, "levels")
    assert all("on the job" not in thing.because for thing in advice.advise(without)[0])


def test_a_cohort_of_four_has_no_shared_form(found):
    four = found.table[found.table.learner.isin(found.table.learner.unique()[:4])]
    with pytest.raises(ValueError, match="4 learners are too few for the shared form"):
        shared_form.share(replace(found, table=four))


def test_what_people_write_cannot_break_the_page(page):
    assert "Spring &lt;b&gt;" in page and "<b>:" not in page
    assert "&lt;script&gt;alert(1)" in page and "<script" not in page


@pytest.mark.parametrize("form", ["named", "shared"])
def test_links_lead_somewhere_figures_have_a_text_and_nothing_is_loaded(page, shared, form):
    text = page if form == "named" else shared[0]
    reader = Reader()
    reader.feed(text)
    assert reader.faults == reader.open == [] and len(set(reader.ids)) == len(reader.ids)
    assert all(link.startswith("data:image/png;base64,") or link[1:] in reader.ids for link in reader.links)
    alts = re.findall(r'<img src="[^"]+" alt="([^"]+)"', text)
    assert len(alts) == text.count("<img") == 8 and all(re.search(r"\d", alt) for alt in alts)
    assert "url(" not in text and "@import" not in text


@pytest.mark.slow
@pytest.mark.skipif(bool(test_browser.MISSING), reason="chromium is not installed")
def test_report_and_follow_up_have_no_barriers(browser, lead, page, tmp_path):
    form = sorted((lead / "follow_up").glob("*.toml"))[0]
    (tmp_path / "follow_up.html").write_text(follow_up.page(follow_up.score(form)), encoding="utf-8")
    for path in (lead / "report.html", tmp_path / "follow_up.html"):
        browser.get(path.as_uri())
        found = [*barriers(browser, "light", 1300), *barriers(browser, "dark", 400), *out_of_reach(browser)]
        assert not found, "\n".join([path.name, *found])


def test_a_part_whose_data_is_missing_says_so_and_is_left_out(lead, tmp_path, capsys):
    shutil.copyfile(lead / "cohort.toml", tmp_path / "cohort.toml")
    assert main(["report", str(tmp_path / "report.html")]) == 0
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for id in ("weights", "plan"):
        assert "Left out. There is no plan.toml" in part(text, id)
    assert "aᵢ" not in text and "<code>" not in text
    assert "3 behaviour not measured – 0" in part(text, "levels") and "No follow-up form has come back" in part(
        text, "levels"
    )
    (tmp_path / "cohort.toml").unlink()
    assert main(["report", str(tmp_path / "report.html")]) == 0
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for id in ("learners", "trainers", "survey", "levels", "table"):
        assert "Left out. There is no cohort.toml" in part(text, id)
    assert "Left out" not in part(text, "stages") + part(text, "questions")  # the gradebook alone has these
    assert "no data" in part(text, "change")


def test_without_scores_by_question_the_gain_stands_without_the_parts_that_need_them(found):
    text = report_page.make(replace(found, scores=found.scores.iloc[:0])).text
    assert "nobody of the learners" in part(text, "stages") and "Left out" in part(text, "questions")
    assert "of what they could still learn" in words(text) and "Left out" not in part(text, "learners")


def test_without_anything_there_is_no_page(tmp_path, capsys):
    with folders.state_in(tmp_path / "state"):
        assert main(["report", str(tmp_path / "report.html")]) == 2
    assert "there is nothing to report on" in capsys.readouterr().err and not (tmp_path / "report.html").exists()


def test_a_gradebook_without_the_questions_of_a_test_is_named(lead, tmp_path, capsys):
    shutil.copytree(lead / "state", tmp_path / "state")
    with folders.state_in(tmp_path / "state"):
        with gradebook() as book:
            grade = book.find_grade("part_2-1", *(questions.CHECK_IN, STAGES[questions.CHECK_IN], "quine-01"))
            book.db.delete(grade)
            book.db.commit()
        assert main(["report", str(tmp_path / "report.html")]) == 2
    err = capsys.readouterr().err
    assert (
        "does not hold the answers of quine-01 to 1-00_check_in ('part_2-1'): build, and autograde 1_principles" in err
    )


def test_a_wrong_cohort_file_is_refused_with_its_line(lead, tmp_path, capsys):
    text = (lead / "cohort.toml").read_text(encoding="utf-8").replace("learner_hour = 45", "learner_hour = -1")
    (tmp_path / "wrong.toml").write_text(text, encoding="utf-8")
    assert main(["report", str(tmp_path / "report.html"), "--cohort", str(tmp_path / "wrong.toml")]) == 2
    assert "line 3: learner_hour is -1" in capsys.readouterr().err


def test_simulated_learners_are_called_so_at_the_top(found, page):
    assert "SIMULATED: nobody" not in page
    made = report_page.make(replace(found, simulated=LEARNERS))
    assert words(made.text).index("SIMULATED: nobody took this course") < words(made.text).index("went from")
    assert made.answer.startswith("SIMULATED")
    assert f"3 of these {LEARNERS} learners are SIMULATED" in report_page.make(replace(found, simulated=3)).text


def said_of_an_assistant(table, said):
    """The table with an answer of each learner, in the order of their names, on one stage, and 0 on all others."""
    answers = dict(zip(sorted(table.learner.unique()), said))
    first = table.stage == table.stage.iloc[0]
    told = table.learner.map(answers).astype(float)
    return table.assign(assistant=told.where(first | told.isna(), 0.0))


def test_gains_with_and_without_an_assistant_stand_side_by_side_and_claim_no_cause(found, table):
    said = [0, 1, 4, None] * (LEARNERS // 4)
    own = replace(found, table=said_of_an_assistant(table, said))
    text = part(report_page.make(own).text, "assistant")
    people = learners.gains(own.table).dropna(subset="post")
    answers = dict(zip(sorted(table.learner.unique()), said))
    for name, group in (("without", [0]), ("with", [1, 4])):
        these = people[[answers[learner] in group for learner in people.index]]
        gain = learners.normalised_gain(these.pre, these.post)
        assert f"{name} {len(these)} {these.pre.mean():.2f} {these.post.mean():.2f} {interval(gain)}" in text
    silent = sum(answers[learner] is None for learner in people.index)
    assert f"{silent} of them did not answer" in text and "It does not say what an assistant does" in text


@pytest.mark.parametrize(
    "said, shared, why",
    [
        ([None] * LEARNERS, False, "Nobody said how much an assistant helped"),
        ([0] * (LEARNERS - 2) + [3] * 2, False, "2 with: this part needs at least 3 learners"),
        ([0] * (LEARNERS - 4) + [3] * 4, True, "under 5 of one group: this part needs at least 5"),
        ([0] * 12 + [3] * 13 + [None] * 3, True, "under 5 of one group: this part needs at least 5"),
    ],
)
def test_groups_too_small_to_say_anything_or_to_hide_anybody_are_left_out(found, table, said, shared, why):
    own = replace(found, table=said_of_an_assistant(table, said))
    left_out = report_page.make(shared_form.share(own) if shared else own).left_out
    assert why in left_out["With and without an assistant"]


@pytest.fixture(scope="module")
def programme(lead, table, tmp_path_factory):
    """A folder with a cohort.toml that names further tests, one before waiting and some between stages, and two earlier
    cohorts: a table, and what `report --json` printed."""
    folder = tmp_path_factory.mktemp("programme")
    rng = np.random.default_rng(0)
    rows, first = [], table.start.min()
    for name, own in table.groupby("learner"):
        own = own.sort_values("start")
        before, after = own.pre.iloc[0], own.post.fillna(own.pre).iloc[0]
        rows += [] if own.start.min() == first else [(name, first, before)]
        rows += [(name, end, before + (part + 1) / 4 * (after - before)) for part, end in enumerate(own.end[:-1])]
    lines = [f"{name},{day:%Y-%m-%d},{np.clip(score + rng.normal(0, 0.05), 0, 1):.3f}" for name, day, score in rows]
    (folder / "occasions.csv").write_text("\n".join(["learner,day,score", *lines]), encoding="utf-8")
    demo.simulated(36, seed=8).to_csv(folder / "cohort_2025.csv", index=False)
    shutil.copyfile(lead / "plan.toml", folder / "plan.toml")
    text = (lead / "cohort.toml").read_text(encoding="utf-8")
    named = 'occasions = "occasions.csv"\nearlier = ["cohort_2025.csv", "report_2026.json"]\n'
    (folder / "cohort.toml").write_text(named + text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def saved(lead, programme):
    """What `report --json` says of the cohort without its further tests, as an earlier cohort."""
    summary = report_page.write(
        programme / "first.html", *(lead / name for name in ("cohort.toml", "plan.toml", "follow_up"))
    )
    other = summary.weights | {"free": [weight + 0.01 for weight in summary.weights["free"]]}
    (programme / "report_2026.json").write_text(json.dumps({"weights": other}), encoding="utf-8")
    return summary.weights


def test_the_page_shows_what_was_learnt_alone_from_earlier_cohorts_and_together(programme, saved, found):
    assert saved["free"] == list(found.fitted.free) and saved["stages"] == list(STAGE_NAMES)
    assert main(["report", str(programme / "report.html")]) == 0
    said = part((programme / "report.html").read_text(encoding="utf-8"), "learnt")
    learnt = report.read(programme / "cohort.toml", programme / "plan.toml", programme / "none").learnt
    for stage in STAGE_NAMES:
        for shown in (learnt.experiment.fit.table(), learnt.pooled.earlier, learnt.pooled.pooled):
            assert interval(*shown.loc[stage, ["weight", "low", "high"]]) in said
    assert "SIMULATED: 1 of 2 earlier cohorts" in said and "2 earlier of 36, 27 learners" in said
    assert f"brought {interval(learnt.experiment.trend, digits=3)} of 1" in said
    widths = [(one.high - one.low).mean() for one in (learnt.pooled.earlier, learnt.experiment.fit.table())]
    assert f"{widths[0]:.2f} wide on average, and this one alone leaves them {widths[1]:.2f}" in said
    assert (learnt.pooled.pooled.high - learnt.pooled.pooled.low).mean() < min(widths)


def test_each_part_of_it_stands_by_itself(programme, saved, found):
    learnt = report.read(programme / "cohort.toml", programme / "plan.toml", programme / "none").learnt
    shown = lambda **change: part(report_page.make(replace(found, learnt=replace(learnt, **change))).text, "learnt")
    tests = shown(pooled=None, of_earlier=(), simulated_earlier=0)
    assert "Further tests bring the weights' intervals from" in tests and "pooled" not in tests
    assert "Further tests" not in shown(experiment=None, waiting=None)
    changed = shown(pooled=replace(learnt.pooled, differs=("theory",)))
    assert "In theory this cohort differs from earlier ones by more than chance" in changed
    assert shown(fitted=None).count("cannot be told apart") == len(STAGE_NAMES)
    assert "Left out. The stages of this cohort cannot be told apart" in shown(
        fitted=None, experiment=None, pooled=None
    )
    text = report_page.make(shared_form.share(replace(found, learnt=learnt))).text
    assert [name for name in found.table.learner.unique() if name in part(text, "learnt")] == []
    assert "cohort_2025" not in text and "together they are" in part(text, "learnt")


def test_a_cohort_that_names_neither_tests_nor_earlier_cohorts_has_no_such_part(page):
    assert 'id="learnt"' not in page


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("occasions.csv", "learner,day,score", "learner,date,score", "occasions.csv has the columns"),
        ("occasions.csv", "quine-02,2", "quine-02,x2", "it must be a date, such as 2027-01-11"),
        (
            "occasions.csv",
            "quine-02",
            "quine-2",
            r"line \d+: learner is 'quine-2'; it must be a name that a team of coh",
        ),
        (
            "occasions.csv",
            "score\n",
            "score\n" + 2 * "quine-02,2027-05-15,0.5\n",
            "line 3: 'quine-02' has another score on 2027-05-15, of line 2",
        ),
        ("cohort.toml", '"report_2026.json"', '"cohort_2025.csv"', "cohort_2025.csv are the same; name it once"),
        ("report_2026.json", '"free": [', '"free": [NaN, ', "has weights of .*must be of|that no report gives"),
        ("report_2026.json", '"covariance": [[', '"covariance": [[-', "a covariance that no report gives"),
        ("cohort.toml", "occasions.csv", "none.csv", "the occasions none.csv cannot be read"),
        ("cohort.toml", "cohort_2025.csv", "none.csv", "the earlier cohort none.csv cannot be read"),
        ("cohort_2025.csv", "pre", "before", "the earlier cohort cohort_2025.csv gives no weights: .*pre is missing"),
        ("report_2026.json", "principles", "picnic", r"has weights of \['picnic', .*; they must be of \['principles'"),
        ("report_2026.json", "weights", "weight", "is not what `python -m grading report --json` prints"),
    ],
)
def test_what_is_wrong_with_them_stands_in_their_place(programme, saved, found, tmp_path, file, old, new, said):
    for path in programme.iterdir():
        shutil.copyfile(path, tmp_path / path.name)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    cohort_toml = tmp_path / "cohort.toml"
    other = report.read(cohort_toml, tmp_path / "plan.toml", tmp_path / "none")
    assert re.search(said, other.learnt)
    assert "Left out. Further tests and earlier" in part(report_page.make(other).text, "learnt")
    assert "the form with names says why" in part(report_page.make(shared_form.share(other)).text, "learnt")
