"""Measures of people equal published values, closed forms and scipy; their intervals hold what they promise."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trainlib import cohort, data, effect, learners

QUICK = settings(max_examples=60, deadline=None)
SHARES = st.lists(st.tuples(st.floats(0, 0.95), st.floats(0, 1)), min_size=3, max_size=40)


@pytest.fixture(scope="module")
def law_school() -> dict[str, pd.DataFrame]:
    return {name: table.drop(columns="test") for name, table in data.load("exam_items").groupby("test")}


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    stages = [effect.Stage(name, 0.3, 0.5, 0.5, hours_scale=10, cost_per_hour=50) for name in ("theory", "practice")]
    return cohort.simulate(effect.TrainingEffect(stages, ceiling=1), learners=40, teams=4, seed=1)


def columns(rows):
    return [np.array(column) for column in zip(*rows)]


def test_the_normalised_gain_is_hakes_share_of_what_could_be_learnt():
    score = learners.normalised_gain([0.4, 0.5, 0.45], [0.7, 0.75, 0.725])
    assert score.value == pytest.approx((0.725 - 0.45) / (1 - 0.45)) == 0.5


@QUICK
@given(SHARES)
def test_a_ratio_stops_to_be_plausible_by_a_t_test_at_the_ends_of_its_interval(rows):
    pre, post = columns(rows)
    score = learners.normalised_gain(pre, post)
    assert score.value == pytest.approx((post.mean() - pre.mean()) / (1 - pre.mean()), abs=1e-9)
    for end in (score.low, score.high):
        left = post - pre - end * (1 - pre)
        if np.isfinite(end) and left.std() > 1e-6:
            assert stats.ttest_1samp(left, 0).pvalue == pytest.approx(0.05, abs=1e-6)


@QUICK
@given(SHARES, st.floats(0.01, 0.05))
def test_a_better_check_out_never_lowers_a_gain(rows, more):
    pre, post = columns(rows)
    post = np.minimum(post, 0.95)
    assert learners.normalised_gain(pre, post + more).value > learners.normalised_gain(pre, post).value
    group = learners.normalised_gain(pre, post)
    assert learners.normalised_gain(np.tile(pre, 4), np.tile(post, 4)).value == pytest.approx(group.value)


def test_the_interval_of_the_normalised_gain_holds_the_true_one_about_as_often_as_promised():
    generator, held = np.random.default_rng(0), []
    for _ in range(1000):
        skill = generator.beta(4, 6, 15)
        pre, post = generator.binomial(20, skill) / 20, generator.binomial(20, skill + 0.45 * (1 - skill)) / 20
        score = learners.normalised_gain(pre, post)
        held.append(score.low <= 0.45 <= score.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_retention_is_what_is_left_of_the_gain_and_unknown_where_nobody_gained():
    pre, post = [0.2, 0.4, 0.3], [0.6, 0.8, 0.8]
    assert learners.retention(pre, post, post).value == learners.retention(pre, post, post).low == pytest.approx(1)
    assert learners.retention(pre, post, pre).value == pytest.approx(0)
    lost = learners.retention(pre, [0.3, 0.3, 0.35], [0.3, 0.2, 0.3])
    assert (lost.low, lost.high) == (-np.inf, np.inf) and "may be 0" in lost.method


def test_the_correction_for_small_samples_is_the_one_that_hedges_tabulated():
    # Hedges, Journal of Educational Statistics 6 (1981), table 1: c(2), c(5), c(10), c(20), c(50)
    assert [learners._bias(m) for m in (2, 5, 10, 20, 50)] == pytest.approx(
        [0.5642, 0.8408, 0.9228, 0.9619, 0.9849], abs=6e-5
    )


@pytest.mark.parametrize(("rows", "others", "true"), [(8, 12, 0.0), (30, 30, 0.8), (10, 40, 2.0)])
def test_the_interval_of_hedges_g_is_that_of_the_noncentral_t_and_holds_what_it_promises(rows, others, true):
    generator, held = np.random.default_rng(1), []
    for _ in range(400):
        without, trained = generator.normal(0, 1, rows), generator.normal(true, 1, others)
        score = learners.effect_size(without, trained, paired=False)
        held.append(score.low <= true <= score.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)
    t, freedom = stats.ttest_ind(trained, without).statistic, rows + others - 2
    scale = sqrt(1 / rows + 1 / others)
    assert score.value == pytest.approx(learners._bias(freedom) * t * scale)
    assert stats.nct.cdf(t, freedom, score.low / scale) == pytest.approx(0.975, abs=1e-4)


def test_a_paired_effect_is_the_change_in_spreads_of_check_in_and_its_interval_holds_what_it_promises():
    generator, held = np.random.default_rng(2), []
    for _ in range(500):
        skill = generator.normal(0, sqrt(0.6), 25)
        before, after = skill + generator.normal(0, sqrt(0.4), 25), skill + 0.7 + generator.normal(0, sqrt(0.4), 25)
        score = learners.effect_size(before, after)
        held.append(score.low <= 0.7 <= score.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)
    expected = (1 - 3 / (4 * 24 - 1)) * (after.mean() - before.mean()) / before.std(ddof=1)  # Hedges' approximation
    assert score.value == pytest.approx(expected, rel=1e-3)


@QUICK
@given(st.lists(st.floats(0, 10), min_size=3, max_size=20, unique=True), st.floats(-3, 3), st.booleans())
def test_an_effect_size_does_not_depend_on_the_unit_and_turns_its_sign_with_the_groups(before, change, paired):
    before = np.array(before)
    if before.std() < 0.01:
        return
    after = before[::-1] + change
    first = learners.effect_size(before, after, paired)
    scaled = learners.effect_size(before * 7 + 3, after * 7 + 3, paired)
    assert (scaled.value, scaled.low) == pytest.approx((first.value, first.low), abs=1e-6)
    turned = learners.effect_size(-before, -after, paired)
    assert (turned.value, turned.low) == pytest.approx((-first.value, -first.high), abs=1e-6)


def test_the_law_school_questions_have_the_published_difficulty_discrimination_and_reliability(law_school):
    # Rizopoulos, Journal of Statistical Software 17 (2006), number 5, section 3.1: descript(LSAT)
    table = learners.items(law_school["lsat6"])
    assert table.difficulty.tolist() == [0.924, 0.709, 0.553, 0.763, 0.870]
    assert table.discrimination.round(4).tolist() == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    assert table.alpha_without.round(4).tolist() == [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]
    assert learners.reliability(law_school["lsat6"]).value == pytest.approx(0.2950, abs=5e-5)


def test_reliability_is_one_minus_the_ratio_of_mean_squares_and_its_interval_is_feldts(law_school):
    answers = law_school["lsat7"].to_numpy()
    people, questions = answers.shape
    whole = answers.mean()
    between = questions * ((answers.mean(axis=1) - whole) ** 2).sum() / (people - 1)
    left = answers - answers.mean(axis=1, keepdims=True) - answers.mean(axis=0) + whole
    ratio = (left**2).sum() / ((people - 1) * (questions - 1)) / between
    score = learners.reliability(answers)
    assert score.value == pytest.approx(1 - ratio)
    # the share of Feldt's F below the ratio is 2.5 % at each end
    for end, share in ((score.low, 0.975), (score.high, 0.025)):
        assert stats.f.cdf((1 - end) / ratio, people - 1, (people - 1) * (questions - 1)) == pytest.approx(share)


def test_the_interval_of_reliability_holds_the_true_one_about_as_often_as_promised():
    generator, held = np.random.default_rng(3), []
    true = 6 * 0.3 / (1 + 5 * 0.3)  # Spearman and Brown, six questions that correlate by 0.3
    for _ in range(500):
        answers = generator.normal(0, sqrt(0.3), (40, 1)) + generator.normal(0, sqrt(0.7), (40, 6))
        score = learners.reliability(answers)
        held.append(score.low <= true <= score.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


def test_the_interval_of_discrimination_holds_the_true_one_for_answers_that_are_right_or_wrong():
    generator = np.random.default_rng(4)

    def answer(rows):
        return (generator.normal(0, 1, (rows, 1)) + generator.normal(0, 1, (rows, 8)) < np.linspace(-1, 1.5, 8)).astype(
            int
        )

    true = learners.items(answer(400_000)).discrimination
    tables = [learners.items(answer(150)) for _ in range(200)]
    held = [((table.discrimination_low <= true) & (true <= table.discrimination_high)).mean() for table in tables]
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


@QUICK
@given(st.integers(0, 1000), st.integers(3, 7))
def test_discrimination_is_scipys_correlation_with_the_other_questions(seed, questions):
    answers = np.random.default_rng(seed).integers(0, 4, (25, questions))
    table = learners.items(pd.DataFrame(answers))
    for number in range(questions):
        rest = np.delete(answers, number, axis=1).sum(axis=1)
        assert table.discrimination[number] == pytest.approx(stats.pearsonr(answers[:, number], rest).statistic)
        assert table.discrimination_low[number] <= table.discrimination[number] <= table.discrimination_high[number]


def test_a_question_keyed_wrongly_has_a_negative_discrimination_and_one_that_all_know_has_none():
    generator = np.random.default_rng(5)
    answers = (generator.normal(0, 1, (300, 1)) + generator.normal(0, 0.7, (300, 6)) > 0).astype(int)
    answers[:, 2] = 1 - answers[:, 2]
    answers[:, 4] = 1
    table = learners.items(answers)
    assert table.discrimination_high["Q3"] < 0 and table.alpha_without["Q3"] > learners.reliability(answers).value
    assert np.isnan(table.discrimination["Q5"]) and table.difficulty["Q5"] == 1


def test_gains_are_a_row_a_learner_with_all_hours_and_costs(people):
    table = learners.gains(people)
    assert len(table) == people.learner.nunique()
    assert (table.hours.sum(), table.cost.sum()) == pytest.approx((people.hours.sum(), people.cost.sum()))
    assert table.gain.to_numpy() == pytest.approx((table.post - table.pre).to_numpy())
    assert table.normalised_gain.to_numpy() == pytest.approx((table.gain / (1 - table.pre)).to_numpy())


def test_who_is_not_there_at_check_out_has_no_gain_and_is_left_out_of_the_levels(people):
    some = people.copy()
    gone = some.learner.isin(some.learner.unique()[:5])
    some.loc[gone, "post"] = np.nan
    some.loc[some.learner == some.learner.unique()[5], ["pre", "post"]] = 1.0
    table = learners.gains(some)
    assert table.gain.isna().sum() == 5 and table.normalised_gain.isna().sum() == 6  # nothing was left to learn for one
    assert learners.kirkpatrick(some).loc["2 learning", "learners"] == len(table) - 5


def test_trainers_are_pooled_ratings_and_the_survey_says_how_many_answered(people):
    people = people.copy()
    people.loc[people.index[:30], "content_rating"] = np.nan
    pooled = learners.trainers(people).table
    assert pooled["count"].sum() == people.trainer_rating.notna().sum()
    assert pooled["mean"].to_numpy() == pytest.approx(people.groupby("trainer").trainer_rating.mean().to_numpy())
    table = learners.survey(people)
    stage = people[people.stage == table.index[0]]
    assert table.content_answered.iloc[0] == pytest.approx(stage.content_rating.notna().mean())
    assert table.trainer.iloc[0] == pytest.approx(stage.trainer_rating.mean())
    favourable = (stage.trainer_rating >= 0.75).mean()
    assert table.trainer_favourable.iloc[0] == pytest.approx(favourable)
    assert list(learners.survey(people, by="team").index) == sorted(people.team.unique())


def test_the_four_levels_say_what_was_not_measured(people):
    table = learners.kirkpatrick(people)
    assert list(table.index) == ["1 reaction", "1 reaction", "2 learning", "3 behaviour", "4 results"]
    assert (
        table.measure.tolist()[3:] == ["not measured", "not measured"] and table.value.isna().tolist()[3:] == [True] * 2
    )
    each = learners.gains(people)
    gain = learners.normalised_gain(each.pre, each.post)
    assert table.loc["2 learning", ["value", "low", "high"]].tolist() == [gain.value, gain.low, gain.high]


def test_the_four_levels_with_a_follow_up_and_results(people):
    each = learners.gains(people)
    money = learners.return_on_training(each.gain * 10_000, each.cost)
    table = learners.kirkpatrick(people, later=each.post.iloc[:25], used=[True] * 15 + [False] * 5, results=money)
    behaviour = table.loc["3 behaviour"]
    assert behaviour.value.tolist() == pytest.approx([1, 0.75]) and behaviour.learners.tolist() == [25, 20]
    assert table.loc["4 results", "value"] == money.value


def test_cost_and_hours_of_a_point_of_gain_are_sums_over_sums():
    pre, post, cost = [0.2, 0.3, 0.4], [0.6, 0.5, 0.4], [100, 200, 300]
    assert learners.per_point(cost, pre, post).value == pytest.approx(600 / 60)
    nobody = learners.per_point(cost, pre, pre)
    assert np.isnan(nobody.value) and (nobody.low, nobody.high) == (-np.inf, np.inf)


def test_the_return_is_net_benefit_by_cost():
    score = learners.return_on_training([300, 100, 200, 150], [100, 100, 100, 100])
    assert score.value == pytest.approx(750 / 400 - 1)
    plain = stats.ttest_1samp([3, 1, 2, 1.5], 1).confidence_interval()  # with equal costs the ratio is a mean
    assert (score.low, score.high) == pytest.approx((plain.low - 1, plain.high - 1))


def test_the_median_time_counts_those_who_have_not_finished():
    # Kaplan and Meier by hand: at 10, 20 and 40 days, of 6, 5 and 3 still there, one finishes: 5/6 · 4/5 · 2/3 = 4/9
    score = learners.cycle_time([10, 20, 25, 40, 60, 60], [True, True, False, True, False, False])
    assert score.value == 40
    assert learners.cycle_time([10, 60, 60], [True, False, False]).value == np.inf
    assert learners.cycle_time([10, 60], [False, False]).low == 0


def test_the_interval_of_the_median_time_holds_the_true_one_about_as_often_as_promised():
    generator, held = np.random.default_rng(6), []
    for _ in range(500):
        days, today = generator.exponential(30, 60), generator.uniform(10, 80, 60)
        score = learners.cycle_time(np.minimum(days, today), days <= today)
        held.append(score.low <= 30 * np.log(2) <= score.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


def panel(generator, starts, effect=0.2, periods=6, growth=0.05) -> pd.DataFrame:
    """Units that all grow alike, and by `effect` more from their start on, later starters from a higher level."""
    units, period = len(starts), np.arange(periods)
    score = generator.normal(0, 0.1, (units, 1)) + np.nan_to_num(starts, posinf=9)[:, None] * 0.05
    score = (
        score
        + growth * period
        + effect * (period >= np.asarray(starts)[:, None])
        + generator.normal(0, 0.1, (units, periods))
    )
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), periods),
            "period": np.tile(period, units),
            "score": score.ravel(),
            "start": np.repeat(starts, periods),
        }
    )


def test_two_groups_and_two_periods_are_welchs_t_interval_of_the_changes():
    table = panel(np.random.default_rng(7), np.array([1.0] * 12 + [np.inf] * 20), periods=2)
    change = table.pivot(index="unit", columns="period", values="score").diff(axis=1)[1]
    welch = stats.ttest_ind(change[:12], change[12:], equal_var=False).confidence_interval()
    score = learners.staggered(table)
    assert (score.low, score.high) == pytest.approx((welch.low, welch.high))
    assert score.value == pytest.approx(change[:12].mean() - change[12:].mean())


def test_staggered_starts_hold_the_planted_effect_about_as_often_as_promised():
    generator, held = np.random.default_rng(8), []
    for _ in range(300):
        score = learners.staggered(panel(generator, np.repeat([2.0, 3.0, 5.0], [10, 8, 12])))
        held.append(score.low <= 0.2 <= score.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


@QUICK
@given(st.integers(0, 1000), st.floats(-1, 1), st.floats(-1, 1))
def test_growth_that_all_share_and_where_units_started_from_change_nothing(seed, growth, shift):
    generator = np.random.default_rng(seed)
    table = panel(generator, np.repeat([1.0, 3.0, np.nan], 4))
    moved = table.assign(score=table.score + growth * table.period**2 + shift * table.unit)
    first, second = learners.staggered(table), learners.staggered(moved)
    assert (second.value, second.low) == pytest.approx((first.value, first.low), abs=1e-9)


def test_a_comparison_with_those_already_trained_would_be_wrong_and_is_not_made():
    # An effect that grows with time: a regression with dummies takes the growth of the early starters for a trend.
    units, periods = np.repeat([1, 3], 5), np.arange(5)
    score = np.maximum(periods - units[:, None] + 1, 0).astype(float)
    table = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(10), 5),
            "period": np.tile(periods, 10),
            "score": score.ravel(),
            "start": np.repeat(units, 5),
        }
    )
    assert learners.staggered(table).value == pytest.approx(np.mean([1, 2]))  # the early ones, while the others wait


TWO = pd.DataFrame(
    {"unit": [1, 1, 2, 2], "period": [0, 1, 0, 1], "score": [1.0, 2, 3, 4], "start": [1, 1, np.inf, np.inf]}
)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: learners.normalised_gain([0.1, 0.2], [0.1, 1.2]),
            "post holds 1.2 at place 1; it must be a number from 0 to 1",
        ),
        (lambda: learners.normalised_gain([0.1, np.nan], [0.1, 0.2]), "pre holds nan at place 1"),
        (lambda: learners.normalised_gain([0.1, 0.2], [0.1, 0.2, 0.3]), "pre 2, post 3"),
        (lambda: learners.normalised_gain([0.1], [0.2]), "at least 2 numbers"),
        (lambda: learners.normalised_gain([0.1, 0.2], [0.1, 0.2], level=95), "level is 95"),
        (lambda: learners.effect_size([1, 1, 1], [1, 2, 3]), "equal scores only"),
        (lambda: learners.effect_size([1, 2, 3], [1, 2, 3, 4]), "before holds 3 scores and after 4"),
        (lambda: learners.items([[1, 0], [0, np.nan], [1, 1]]), "missing in row 1, question 1"),
        (lambda: learners.reliability([[1, 0]]), r"shape \(1, 2\); it must be \(learners, questions\)"),
        (
            lambda: learners.per_point([-1, 2], [0.1, 0.2], [0.3, 0.4]),
            "spent holds -1 at place 0; it must be a number of at least 0",
        ),
        (lambda: learners.per_point([1], [0.1, 0.2], [0.3, 0.4]), "spent has the shape"),
        (lambda: learners.per_point([1, 2, 3], [0.1, 0.2], [0.3, 0.4]), "spent holds 3 numbers and pre 2"),
        (lambda: learners.return_on_training([1, 2], [0, 0]), "it must be above 0"),
        (lambda: learners.cycle_time([1, 2], [True]), "days holds 2 numbers and done 1"),
        (lambda: learners.cycle_time([1, 2], [1, 3]), "done holds 3 at place 1; it must be 0 or 1"),
        (lambda: learners.staggered(TWO.drop(columns="start")), "start is missing"),
        (lambda: learners.staggered(pd.concat([TWO, TWO])), "unit 1 stands twice in period 0"),
        (lambda: learners.staggered(TWO.assign(start=[1, 2, 3, 3])), "unit 1 has more than one start"),
        (lambda: learners.staggered(TWO.assign(score=[1, np.nan, 3, 4])), "unit 1 has no score"),
        (lambda: learners.staggered(TWO.assign(start=1)), "nobody to compare"),
        (lambda: learners.staggered(TWO), "start 1 has one unit"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_column_that_the_survey_does_not_have_is_refused(people):
    with pytest.raises(ValueError, match="by is 'room'; it must be a column of the cohort: learner, team"):
        learners.survey(people, by="room")
