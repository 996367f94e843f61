"""The training-effect model: the published case, the general form, and what must hold for any plan."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlib.effect import Stage, TrainingEffect, preset, published_case, sensitivity, sobol

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


@given(trainings(), st.integers(1, 4), st.integers(0, 1000))
def test_many_plans_at_once_gain_what_each_gains_alone(training, plans, seed):
    rng, stages = np.random.default_rng(seed), len(training.stages)
    E, M = rng.random((plans, stages)), rng.random((plans, 1))
    P, C = rng.uniform(0, 40, (plans, stages)), rng.uniform(0, 1e4, plans)
    together = training.gain(E, M, P, C)
    assert together.shape == (plans,)
    assert together == pytest.approx([training.gain(E[i], M[i, 0], P[i], C[i]) for i in range(plans)])
    assert training.cost(P) == pytest.approx([training.cost(hours) for hours in P])


def test_sobol_indices_of_ishigamis_function_are_the_published_ones():
    a, b, pi = 7, 0.1, np.pi

    def ishigami(x):
        return np.sin(x[0]) + a * np.sin(x[1]) ** 2 + b * x[2] ** 4 * np.sin(x[0])

    found = sobol(ishigami, dict.fromkeys("xyz", (-pi, pi)), samples=1024)
    parts = np.array([(1 + b * pi**4 / 5) ** 2 / 2, a**2 / 8, 0, b**2 * pi**8 * (1 / 18 - 1 / 50)])
    first, together = parts[:3] / parts.sum(), parts[3] / parts.sum()
    assert found["first"].to_numpy() == pytest.approx(first, abs=0.02)
    assert found["total"].to_numpy() == pytest.approx(first + [together, 0, together], abs=0.02)


def test_intervals_of_sobol_indices_cover_the_closed_form_of_a_linear_function():
    slopes = np.array([3.0, 2.0, 1.0])
    exact, covered = slopes**2 / (slopes**2).sum(), []
    for seed in range(30):
        found = sobol(lambda x: slopes @ x, dict.fromkeys("abc", (0, 1)), samples=32, seed=seed)
        covered += [(found.first_low <= exact) & (exact <= found.first_high)]
        covered += [(found.total_low <= exact) & (exact <= found.total_high)]
    assert 0.91 <= np.mean(covered) <= 0.98


def test_the_published_cases_gain_hangs_on_the_trainer_as_its_shares_say():
    slopes = np.array([0.3 * 0.8 + 0.2 * 0.5 + 0.4 * 0.6 + 0.1 * 0.3, 0.3 * 0.2 + 0.2 * 0.5 + 0.4 * 0.4 + 0.1 * 0.7])
    share = (slopes * [0.4, 0.2]) ** 2 / ((slopes * [0.4, 0.2]) ** 2).sum()
    found = sensitivity(published_case(), {"E": (0.5, 0.9), "M": (0.4, 0.6)})
    assert found["first"].to_numpy() == pytest.approx(share, abs=0.005)
    assert found["total"].to_numpy() == pytest.approx(share, abs=0.005)


def test_hours_and_budget_count_only_where_they_can_change_the_gain():
    training = TrainingEffect((Stage("a", 0.5, 0.6, 0.4, 10, 50), Stage("b", 0.5, 0.3, 0.7, 20, 20)), 1.0)
    ranges = {"E": (0.5, 0.9), "M": (0.6, 0.6), "P": (2, 40), "C": (500, 3000)}
    found = sensitivity(training, ranges)
    assert found.loc["M"].eq(0).all() and found.loc["C", "first"] > 0.05
    assert found.loc["P", "total"] > found.loc["P", "first_high"]  # hours and budget act together
    assert sensitivity(training, ranges | {"C": (1e6, 2e6)}).loc["C"].abs().max() < 1e-9
    assert sensitivity(training, ranges).equals(found)


@pytest.mark.parametrize("domain", ["fintech", "health", "manufacturing", "smart city", "retail", "education"])
def test_only_the_fintech_preset_calls_itself_published(domain):
    start = preset(domain)
    assert start.published == (domain == "fintech") == ("illustration" not in start.note)
    assert sum(stage.weight for stage in start.training.stages) == pytest.approx(1)
    assert 0 < start.training.gain(0.8, 0.5, P=10) < 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: preset("football"), "domain is 'football'; it must be one of fintech, health"),
        (
            lambda: sensitivity(published_case(), {"E": (0, 1), "M": (0, 1), "K": (0, 1)}),
            "ranges has 'K'; allowed are E, M",
        ),
        (lambda: sensitivity(published_case(), {"E": (0, 1)}), "ranges lacks 'M'"),
        (lambda: sensitivity(published_case(), {"E": (0, 2), "M": (0, 1)}), "the range of E is 2"),
        (lambda: sobol(np.sum, {"a": (1, 0)}), "it must give .lowest, highest., two finite numbers"),
        (lambda: sobol(np.sum, {"a": (0, np.inf)}), "two finite numbers"),
        (lambda: sobol(np.sum, {}), "two finite numbers"),
        (lambda: sobol(np.sum, {"a": (0, 1)}, samples=100), "samples is 100; it must be a power of 2"),
        (lambda: sobol(np.sum, {"a": (0, 1)}, level=95), "level is 95"),
    ],
)
def test_presets_and_ranges_that_do_not_exist_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
