"""The training-effect model: the published case, the general form, and what must hold for any plan."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlib.effect import Stage, TrainingEffect, published_case

share = st.floats(0, 1)
hours = st.floats(0, 500)


@st.composite
def trainings(draw, ceiling=np.inf):
    """Any training that the model allows: 1 to 5 stages whose weights sum to at most 1."""
    count = draw(st.integers(1, 5))
    weights = np.array(draw(st.lists(share, min_size=count, max_size=count)))
    weights = weights / max(1, weights.sum())
    stages = []
    for number, weight in enumerate(weights):
        trainer = draw(share)
        content = draw(st.floats(0, 1 - trainer))
        stages.append(
            Stage(f"stage {number}", float(weight), trainer, content, draw(st.floats(0, 50)), draw(st.floats(0, 200)))
        )
    return TrainingEffect(tuple(stages), ceiling)


def test_the_published_case_gains_0_683_and_not_the_printed_0_707():
    case = published_case()
    assert case.gain(E=0.8, M=0.5) == pytest.approx(0.683)
    assert case.breakdown(E=0.8, M=0.5).effect["principles"] == pytest.approx(0.74)
    assert case.breakdown(E=0.8, M=0.5).contribution.sum() == pytest.approx(0.683)


def test_the_published_case_ignores_hours_and_budget_and_its_project_row():
    case = published_case()
    assert case.gain(0.8, 0.5, P=1, C=1) == case.gain(0.8, 0.5, P=1000, C=1e6) == case.gain(0.8, 0.5)
    assert TrainingEffect(case.stages[:4]).gain(0.8, 0.5) == case.gain(0.8, 0.5)


@given(trainings(), share, share, hours, st.floats(1, 1e6))
def test_the_general_form_is_the_product_of_quality_and_learning_curve(training, E, M, P, C):
    cost = sum(stage.cost_per_hour * P for stage in training.stages)
    paid = P * min(1, C / cost) if cost > 0 else P
    by_hand = sum(
        stage.weight
        * (stage.trainer_share * E + stage.content_share * M)
        * (1 if stage.hours_scale == 0 else 1 - np.exp(-paid / stage.hours_scale))
        for stage in training.stages
    )
    assert training.gain(E, M, P, C) == pytest.approx(by_hand, abs=1e-9)


@given(trainings(), share, share, share, share, hours)
def test_better_trainers_and_content_never_gain_less(training, E, better_E, M, better_M, P):
    low, high = sorted([E, better_E]), sorted([M, better_M])
    assert training.gain(low[0], high[0], P) <= training.gain(low[1], high[1], P) + 1e-12


@given(trainings(), share, share, hours, hours, st.floats(0, 1e5), st.floats(0, 1e5))
def test_more_hours_and_more_money_never_gain_less(training, E, M, P, more_P, C, more_C):
    (few, many), (poor, rich) = sorted([P, more_P]), sorted([C, more_C])
    assert training.gain(E, M, few) <= training.gain(E, M, many) + 1e-12
    assert training.gain(E, M, many, poor) <= training.gain(E, M, many, rich) + 1e-12


@given(trainings(ceiling=1.0), share, share, share, hours)
def test_skill_never_falls_and_never_passes_the_ceiling(training, K, E, M, P):
    assert K - 1e-12 <= training.after(K, E, M, P) <= 1 + 1e-12


def test_with_a_ceiling_of_one_the_gain_is_hakes_normalised_gain():
    training = TrainingEffect(published_case().stages, ceiling=1.0)
    after = training.after(0.4, E=0.8, M=0.5)
    assert (after - 0.4) / (1 - 0.4) == pytest.approx(0.683)


def test_without_a_ceiling_the_gain_is_added_as_published():
    assert published_case().after(2.0, E=0.8, M=0.5) == pytest.approx(2.683)


def test_a_budget_that_is_too_small_cuts_every_stage_by_the_same_share():
    training = TrainingEffect((Stage("a", 0.5, 1, 0, 10, 100), Stage("b", 0.5, 0, 1, 20, 50)))
    assert training.cost(P=[10, 20]) == 2000
    assert training.affordable_hours(P=[10, 20], C=500).tolist() == [2.5, 5.0]
    assert training.affordable_hours(P=[10, 20], C=9999).tolist() == [10, 20]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Stage("a", -0.1, 0.5, 0.5), r"weight of 'a' is -0\.1; it must be a number from 0 to 1"),
        (lambda: Stage("a", 0.5, 0.7, 0.5), r"trainer_share \+ content_share of 'a' is 1\.2"),
        (lambda: Stage("a", float("nan"), 0.5, 0.5), "weight of 'a' is nan"),
        (lambda: Stage("a", True, 0.5, 0.5), "weight of 'a' is True"),
        (lambda: TrainingEffect(()), "stages is empty"),
        (lambda: TrainingEffect((Stage("a", 0.7, 1, 0), Stage("b", 0.7, 1, 0))), r"weights sum to 1\.4"),
        (lambda: TrainingEffect((Stage("a", 0.7, 1, 0),), ceiling=0), "ceiling is 0"),
        (lambda: published_case().gain(E=1.2, M=0.5), r"E is .*1\.2.*; it must be a number from 0 to 1"),
        (lambda: published_case().gain(E=[0.8, 0.5], M=0.5), r"E has the shape \(2,\); give one number, or 5"),
        (lambda: TrainingEffect((Stage("a", 0.7, 1, 0, 10),)).gain(0.8, 0.5), "P is missing: a take hours to learn"),
        (lambda: TrainingEffect((Stage("a", 0.7, 1, 0, 10, 5),)).gain(0.8, 0.5, 10, -1), "C is -1"),
        (lambda: TrainingEffect((Stage("a", 0.7, 1, 0),), ceiling=1.0).after(2, 0.8, 0.5), "K is 2"),
    ],
)
def test_a_value_outside_its_range_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
