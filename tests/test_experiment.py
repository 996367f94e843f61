"""Designs of cohorts, and weights from several occasions and cohorts, against closed forms and by SIMULATION."""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from trainlib import cohort, design, experiment, learners
from trainlib.design import Design, Setting
from trainlib.effect import Stage, TrainingEffect
from trainlib.experiment import LEAST_SPREAD, Estimate

NAMES = ("principles", "theory", "practice", "project")
PLANTED = np.array([0.3, 0.2, 0.25, 0.15])
ROWS = tuple(zip(NAMES, PLANTED, ((0.8, 0.2), (0.5, 0.5), (0.6, 0.4), (0.3, 0.7)), (6, 8, 12, 20)))
TRAINING = TrainingEffect([Stage(name, float(weight), *shares, hours, 10) for name, weight, shares, hours in ROWS], 1.0)
USUAL, LOW, HIGH, WEEKS = [6, 9, 16, 12], [3, 4, 8, 6], [9, 14, 24, 18], (1, 2, 3, 2)
DESIGNS = {one.name: one for one in design.designs(USUAL, LOW, HIGH, WEEKS, 2, 8, (0, 1, 2))}
FULLEST = DESIGNS["waves, hours differ, tests between"]
SETTING = Setting(48, trainers={"a": 0.8, "b": 0.6})
QUIET = Setting(24, noise=0, team_spread=0, items=10**12, trainers={"a": 0.8, "b": 0.6}, start=0.3, hours_spread=0.3)


def exact(which=FULLEST, seed=0, trend=0.0):
    """A cohort without error: ratings are qualities, scores are skills."""
    table, occasions = design.simulate(TRAINING, which, replace(QUIET, trend=trend), seed)
    rated = table.assign(trainer_rating=table.trainer.map(table.attrs["trainers"]), content_rating=QUIET.content)
    return rated, occasions


@pytest.mark.parametrize("name", DESIGNS)
def test_scores_without_error_give_the_weights_back(name):
    found = experiment.fit(*exact(DESIGNS[name]), TRAINING, draws=20)
    assert found.fit.weights == pytest.approx(PLANTED, abs=1e-4) and found.fit.simulated
    if "waves" in name:
        assert found.waited == 12 and found.trend.value == pytest.approx(0, abs=1e-5)
    else:
        assert found.waited == 0 and found.trend is None


def test_where_nobody_rated_anything_the_qualities_that_are_given_stand_in():
    table, occasions = exact()
    silent = table.assign(trainer_rating=np.nan, content_rating=np.nan)
    with pytest.raises(ValueError, match="nobody"):
        experiment.fit(silent, occasions, TRAINING, draws=5)
    given = {"quality": QUIET.trainers, "content": dict.fromkeys(NAMES, QUIET.content)}
    found = experiment.fit(silent, occasions, TRAINING, draws=5, **given)
    assert found.fit.weights == pytest.approx(PLANTED, abs=1e-4) and not found.fit.trainers.ratings.any()


def test_who_waits_tells_what_weeks_without_the_course_bring():
    alike, waves = (
        experiment.fit(*exact(DESIGNS[f"{name}, tests between"], trend=0.005), TRAINING, draws=20)
        for name in ("all alike", "waves")
    )
    assert waves.trend.value == pytest.approx(0.005, rel=0.1)
    assert np.abs(waves.fit.weights - PLANTED).max() < 0.01 < np.abs(alike.fit.weights - PLANTED).max()


def test_a_few_who_waited_tell_no_trend():
    table, occasions = exact()
    waiting = occasions[(occasions.week == 0) & occasions.learner.isin(table[table.start > 0].learner)]
    few, enough = (
        experiment.fit(table, occasions.drop(waiting.index[number:]), TRAINING, draws=5) for number in (4, 5)
    )
    assert (few.waited, few.trend) == (4, None) and enough.waited == 5 and enough.trend is not None


def test_one_stage_with_two_waves_is_the_difference_in_differences():
    training = TrainingEffect([Stage("all", 0.3, 0.5, 0.5, 10)])  # without a ceiling everybody has the same room
    rng = np.random.default_rng(0)
    names = [f"l{number:02d}" for number in range(30)]
    wave, pre = np.arange(30) % 2, rng.uniform(0.2, 0.4, 30)
    week_8 = pre + 0.02 + np.where(wave == 0, 0.2, 0) + rng.normal(0, 0.05, 30)
    rows = {"learner": names, "team": [f"t{one}" for one in wave], "stage": "all", "trainer": "x", "hours": 10.0}
    rows |= {"trainer_rating": 0.8, "content_rating": 0.6, "pre": pre, "post": week_8, "cost": 0.0}
    table = pd.DataFrame(rows | {"start": 8.0 * wave, "end": 8.0 * wave + 8})
    occasions = pd.concat(
        pd.DataFrame({"learner": names, "week": week, "score": score}) for week, score in ((0.0, pre), (8.0, week_8))
    )
    found = experiment.fit(table, occasions, training, draws=20)
    added = experiment.waiting(table, occasions)
    panel = occasions.rename(columns={"learner": "unit", "week": "period"})
    panel["start"] = panel.unit.map(dict(zip(names, np.where(wave == 0, 8.0, np.inf))))
    assert added == learners.staggered(panel)
    assert found.fit.weights[0] * found.fit.effects[0] == pytest.approx(added.value, abs=1e-9)
    assert found.trend.value == pytest.approx((week_8 - pre)[wave == 1].mean() / 8)


def test_who_waits_until_a_monday_is_compared_with_who_ended_on_the_friday_before():
    table, occasions = design.simulate(TRAINING, FULLEST, SETTING, 1)
    moved = occasions.assign(week=occasions.week.where(occasions.week != 8, 8 - 3 / 7))
    first = table[table.start == 0].learner.unique()
    moved = pd.concat([occasions[~occasions.learner.isin(first)], moved[moved.learner.isin(first)]])
    assert experiment.waiting(table, moved) == experiment.waiting(table, occasions)


def test_who_was_never_measured_while_waiting_is_no_comparison():
    with pytest.raises(ValueError, match="start leaves nobody to compare"):
        experiment.waiting(*exact(DESIGNS["all alike, tests between"]))
    table, occasions = exact()
    with pytest.raises(ValueError, match="not two weeks in which all learners have a score"):
        experiment.waiting(table, occasions[occasions.week > 0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score": 1.2}, "score of learner 'simulated 001' is .*1.2.*; it must be a number from 0 to 1"),
        ({"week": "soon"}, "week of learner 'simulated 001' is 'soon'; it must be a number"),
        ({"week": 1.0}, r"learner 'simulated 001' has two scores in week 1; there must be one"),
    ],
)
def test_a_wrong_occasion_is_named(change, message):
    table, occasions = exact()
    occasions = occasions.astype({"week": object})
    own = occasions.index[occasions.learner == "simulated 001"]
    occasions.loc[own[0], list(change)] = list(change.values())
    with pytest.raises(ValueError, match=message):
        experiment.fit(table, occasions, TRAINING)
    with pytest.raises(ValueError, match="end is missing"):
        experiment.fit(table.drop(columns="end"), occasions, TRAINING)
    with pytest.raises(ValueError, match="start is 20.0 and end .*; they must be weeks, the end not before the start"):
        experiment.fit(table.assign(start=20.0, end=table.end.clip(upper=18)), occasions, TRAINING)
    with pytest.raises(ValueError, match="nobody got anything from 'theory'"):
        experiment.fit(table.assign(hours=table.hours * (table.stage != "theory")), exact()[1], TRAINING)
    with pytest.raises(ValueError, match="week is missing"):
        experiment.fit(table, occasions.drop(columns="week"), TRAINING)


def test_everybody_alike_tells_no_stage_from_another_and_says_so():
    with pytest.raises(ValueError, match="so no stage can be told from another"):
        cohort.fit(exact(DESIGNS["all alike"])[0].assign(hours=10.0, trainer="a", trainer_rating=0.8), TRAINING)
    found = design.evaluate(TRAINING, DESIGNS["all alike"], SETTING, simulations=5, draws=50)
    assert found.refused.iloc[0] > 0.5 and (found.width == 1).all()


def test_hours_of_the_arms_are_balanced_and_no_stage_goes_with_another_or_with_a_pair():
    for stages in (1, 2, 4, 7, 10):
        signs = design.arms([0] * stages, [2] * stages) - 1
        assert (signs.sum(axis=0) == 0).all() and (signs.T @ signs == len(signs) * np.eye(stages)).all()
        for one in range(stages):
            for other in range(one + 1, stages):
                assert not (signs.T @ (signs[:, one] * signs[:, other])).any()
    with pytest.raises(ValueError, match="each stage needs 0 <= low <= high"):
        design.arms([3], [2])


def test_an_assignment_is_even_the_same_in_any_order_and_the_same_for_ever():
    names, strata = [f"p{number:02d}" for number in range(25)], np.linspace(1, 0, 25).round(1).tolist()
    wave, arm = design.assign(names, strata, 2, 8, 7)
    back = design.assign(names[::-1], strata[::-1], 2, 8, 7)
    assert (back[0][::-1] == wave).all() and (back[1][::-1] == arm).all()
    assert sorted(np.bincount(wave)) == [12, 13]
    for one in (0, 1):
        assert np.ptp(np.bincount(arm[wave == one], minlength=8)) <= 1
    assert abs(np.mean(np.array(strata)[wave == 0]) - np.mean(np.array(strata)[wave == 1])) < 0.05
    assert (design.assign(names, strata, 2, 8, 8)[1] != arm).any()
    drawn = "".join(f"{one}{other}" for one, other in zip(wave, arm))
    assert hashlib.sha256(drawn.encode()).hexdigest()[:16] == "8c054642c39b6441"


def test_two_learners_of_one_name_cannot_be_assigned():
    with pytest.raises(ValueError, match="2 learners, 1 names"):
        design.assign(["a", "a"], [1, 2], 2, 1, 0)


def test_a_simulated_design_is_what_was_asked_for_and_says_that_it_is_simulated():
    table, occasions = design.simulate(TRAINING, FULLEST, SETTING, 3)
    assert table.attrs["simulated"] and table.learner.str.startswith("simulated ").all()
    hours = table.pivot(index="learner", columns="stage", values="hours")[list(NAMES)].to_numpy()
    nearest = np.array([np.abs(one / FULLEST.hours - 1).max(axis=1).min() for one in hours])
    assert nearest.max() <= SETTING.hours_spread + 1e-9
    wave = (table.groupby("learner").start.min() > 0).astype(int)
    assert (occasions.groupby("learner").size() == FULLEST.tests[wave]).all()
    with pytest.raises(ValueError, match="wait must be above 0"):
        Design("two", USUAL, WEEKS, waves=2)


def test_pooling_is_the_precision_weighted_mean():
    now, then = (Estimate(name, np.array(free), np.diag(variance)) for name, free, variance in (
        ("now", [0.3, 0.2], [0.01, 0.04]), ("then", [0.2, 0.3], [0.02, 0.01])))  # fmt: skip
    found = experiment.pool(now, [then], ["a", "b"], spread=0.1)
    prior = np.array([0.02, 0.01]) + 2 * 0.1**2  # its error, its own deviation and this cohort's
    weight = (1 / np.array([0.01, 0.04])) / (1 / np.array([0.01, 0.04]) + 1 / prior)
    assert found.estimate.free == pytest.approx(weight * now.free + (1 - weight) * then.free)
    assert np.diag(found.estimate.covariance) == pytest.approx(1 / (1 / np.array([0.01, 0.04]) + 1 / prior))
    assert (found.draws >= 0).all() and (found.draws.sum(axis=1) <= 1 + 1e-9).all()
    assert (found.pooled.high - found.pooled.low < found.earlier.high - found.earlier.low).all()


def test_the_weights_pooled_keep_their_bounds():
    far = [Estimate(name, np.array([0.9, 0.8, -0.2]), np.eye(3) * 0.01) for name in "ab"]
    found = experiment.pool(far[0], far[1:], list("xyz"))
    assert found.pooled.weight.sum() <= 1 + 1e-9 and found.pooled.weight.min() >= 0 and found.pooled.low.min() >= 0
    assert found.pooled.low["z"] == 0 < found.pooled.high["z"]


def test_the_spread_between_cohorts_is_what_chance_does_not_explain():
    rng = np.random.default_rng(0)
    own = [PLANTED + rng.normal(0, 0.1, 4) for _ in range(40)]
    several = [
        Estimate(f"{place}", free + rng.normal(0, 0.05, 4), np.eye(4) * 0.05**2) for place, free in enumerate(own)
    ]
    found = experiment.pool(several[0], several[1:], NAMES, draws=2)
    assert found.spread == pytest.approx(np.full(4, 0.1), rel=0.4) and found.estimated
    assert found.spread.min() == pytest.approx(0.1, rel=0.15)
    alike = [Estimate(name, PLANTED, np.eye(4) * 0.05**2) for name in "ab"]
    assert (experiment.pool(alike[0], alike[1:], NAMES).spread == LEAST_SPREAD).all()
    with pytest.raises(ValueError, match="earlier is empty"):
        experiment.pool(alike[0], [], NAMES)
    with pytest.raises(ValueError, match="b has 4 weights; there must be 2"):
        experiment.pool(Estimate("a", PLANTED[:2], np.eye(2)), alike[1:], NAMES[:2])


def test_a_stage_that_changed_is_not_drawn_back_by_those_that_did_not():
    then, now = (Estimate(name, np.array([first, 0.2, 0.2, 0.1]), np.eye(4) * 0.05**2) for name, first in (
        ("then", 0.2), ("now", 0.6)))  # fmt: skip
    found = experiment.pool(now, [then], NAMES)
    assert found.differs == ("principles",) and found.spread[0] > 1.5 * found.spread[1]
    assert found.pooled.low["principles"] < 0.6 < found.pooled.high["principles"]
    assert found.pooled.weight["principles"] > 0.55


def test_two_stages_and_a_test_between_are_what_normal_equations_by_hand_give():
    rng, people, ceiling, items = np.random.default_rng(3), 20, 0.9, 20
    training = TrainingEffect([Stage("a", 0.3, 0.6, 0.4, 6), Stage("b", 0.3, 0.5, 0.5, 9)], ceiling)
    hours, scores = rng.uniform(3, 15, (people, 2)), np.sort(rng.uniform(0.1, 0.85, (people, 3)), axis=1).T
    names, each = [f"l{number:02d}" for number in range(people)], {"team": "t", "trainer": "x", "cost": 0.0}
    rows = {"learner": np.repeat(names, 2), "stage": ["a", "b"] * people, "hours": hours.ravel()}
    rows |= {"pre": np.repeat(scores[0], 2), "post": np.repeat(scores[2], 2), "start": [0, 2] * people}
    table = pd.DataFrame(rows | each | {"trainer_rating": 0.75, "content_rating": 0.5, "end": [2, 5] * people})
    occasions = pd.concat(
        pd.DataFrame({"learner": names, "week": week, "score": score}) for week, score in zip((0, 2, 5), scores)
    )
    found = experiment.fit(table, occasions, training, items=items, draws=2).fit
    g = np.array([0.65, 0.625]) * (1 - np.exp(-hours / [6, 9]))  # of 0.6·E + 0.4·M and 0.5·E + 0.5·M
    (one, two), error = g.T, scores[0] * (1 - scores[0]) / (items - 1)
    room, cross = (1 - scores[0] / ceiling) ** 2 - error / ceiling**2, one * two
    left = [[2 * room @ one**2, room @ cross], [room @ cross, 2 * room @ two**2]]
    before, between, after = scores
    right = np.array([between + after - 2 * before, 2 * after - before - between]) * (1 - before / ceiling)
    right -= np.outer([2, 1], error / ceiling)
    assert found.free == pytest.approx(np.linalg.solve(left, (right * g.T).sum(axis=1)))


def test_intervals_of_the_experiment_hold_the_simulated_truth_about_as_often_as_they_say():
    found = design.evaluate(TRAINING, FULLEST, SETTING, simulations=100, draws=150)
    assert 0.92 <= found.covered.mean() <= 0.99 and found.covered.min() >= 0.88


def test_what_people_learn_without_the_course_misleads_unless_some_wait():
    setting = Setting(96, trend=0.01, trainers={"a": 0.8, "b": 0.6})
    alike, waves = (
        design.evaluate(TRAINING, DESIGNS[f"{name}, tests between"], setting, simulations=40, draws=100)
        for name in ("all alike", "waves")
    )
    assert alike.covered.mean() < 0.8 and waves.covered.mean() > 0.88


@pytest.mark.parametrize("spread", [0.0, 0.05])
def test_pooled_intervals_hold_the_simulated_truth_about_as_often_as_they_say(spread):
    covered, narrower = [], []
    for number in range(40):
        rng, known = np.random.default_rng(number), []
        for turn in range(3):
            weights = np.clip(0.9 * PLANTED + rng.normal(0, spread, 4), 0, 1)
            weights /= max(1, weights.sum())
            own = [
                Stage(name, float(weight), *shares, hours) for (name, _, shares, hours), weight in zip(ROWS, weights)
            ]
            training = TrainingEffect(own, 1.0)
            table, occasions = design.simulate(training, FULLEST, Setting(32), seed=100 * number + turn)
            found = design.fit(table, occasions, training, FULLEST, items=20, draws=150)
            known.append(Estimate.of(f"{turn}", found))
        pooled = experiment.pool(known[-1], known[:-1], NAMES, draws=2).pooled
        covered.append((pooled.low <= weights) & (weights <= pooled.high))
        narrower.append((pooled.high - pooled.low).mean() / (found.high - found.low).mean())
    assert 0.9 <= np.mean(covered) <= 0.99
    assert np.median(narrower) < 0.85
