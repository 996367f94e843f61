"""What somebody knows, from few answers: shares with intervals, and the lesson that comes next with its reason."""

import numpy as np
import pytest

from trainlib import course, mastery
from trainlib.mastery import Skill

ENGINEER, LEAD = (course.table().track(name) for name in ("engineer", "lead"))
IDS = {row.number: row.id for row in course.lessons()}


def skill(name, right, asked, of=mastery.JEFFREYS):
    return Skill(name, right, asked, mastery.known(right, asked, of))


def test_under_five_answers_say_nothing_and_five_right_ones_do_not_make_a_master():
    assert mastery.known(4, 4) is None and mastery.verdict(skill("theory", 4, 4)).startswith("too few answers (4 of")
    assert mastery.verdict(skill("theory", 5, 5)) == "open"
    assert mastery.verdict(skill("theory", 60, 60)).startswith("known: surely over 0.8")
    assert mastery.verdict(skill("theory", 1, 12)).startswith("not there yet")
    with pytest.raises(ValueError, match="right is 6 of 5 asked"):
        mastery.known(6, 5)


def test_a_cohorts_prior_draws_few_answers_towards_its_mean_and_needs_eight_learners():
    right, asked = [4, 5, 4, 3, 5, 4, 4, 5], [5] * 8
    assert mastery.prior(right[:7], asked[:7]) == mastery.JEFFREYS
    weight, a, b = np.array(mastery.prior(right, asked)).T
    mean = (weight * a / (a + b)).sum()
    assert mean == pytest.approx(np.mean(right) / 5, abs=0.05) and weight.sum() == pytest.approx(1)
    alone, drawn = mastery.known(1, 5), mastery.known(1, 5, mastery.prior(right, asked))
    assert alone.value < drawn.value < mean


def test_intervals_hold_the_true_share_of_nearly_19_in_20_learners():
    """SIMULATED: 60 cohorts of 16 learners, five answers each, shares from a Beta(6, 3)."""
    rng, held = np.random.default_rng(0), []
    for _ in range(60):
        true = rng.beta(6, 3, 16)
        right = rng.binomial(5, true)
        of = mastery.prior(right, [5] * 16)
        scores = [mastery.known(int(one), 5, of) for one in right]
        held += [score.low <= share <= score.high for score, share in zip(scores, true)]
    assert 0.92 <= np.mean(held) <= 0.98


def test_the_next_lesson_has_its_prerequisites_and_names_the_answers_that_led_to_it():
    done = {IDS[number] for number in ("1-00", "1-05", "1-01", "1-03", "1-04a", "1-04b", "2-01")}
    skills = [skill("principles", 7, 8), skill("theory", 3, 8), skill("practice", 5, 8)]
    said = mastery.next_lesson(ENGINEER, done, skills)
    assert said.startswith("2-02 next: you have ") and "your answers on theory are the lowest so far" in said
    assert "3 of 8 right, share known" in said and "which so few do not prove" in said
    needed = {IDS[number] for number in ("1-00", "1-01")}
    leads = mastery.next_lesson(ENGINEER, needed, [skill("principles", 8, 8), skill("practice", 1, 8)])
    assert "it leads to 3-01" in leads and leads.startswith("2-04 next: ")


def test_weakest_is_said_only_where_the_intervals_do_not_meet():
    said = mastery.next_lesson(LEAD, set(), [skill("principles", 40, 40), skill("theory", 2, 40)])
    assert "your answers on theory are the weakest (2 of 40" in said


def test_check_out_comes_last_and_without_answers_the_tracks_order_counts():
    core = list(LEAD.core)
    assert mastery.next_lesson(LEAD, core[:-1], []).startswith("4-10 next: ")
    assert mastery.next_lesson(LEAD, core, []) == "Every lesson of the track lead is done."
    assert mastery.next_lesson(LEAD, core[:1], []).startswith("1-01 next: ")
