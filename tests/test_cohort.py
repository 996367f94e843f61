"""A cohort's table, simulated cohorts, and the weights fitted to them, against closed forms and scipy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, nnls
from scipy.stats import f_oneway

from trainlib.cohort import check, fit, simulate
from trainlib.effect import Stage, TrainingEffect

NAMES = ("principles", "theory", "practice", "project")
SHARES = ((0.8, 0.2), (0.5, 0.5), (0.6, 0.4), (0.3, 0.7))
PLANTED = (0.3, 0.2, 0.25, 0.15)


def training(weights=PLANTED, hours_scale=10.0, ceiling=1.0):
    rows = zip(NAMES, weights, SHARES)
    return TrainingEffect([Stage(name, weight, *shares, hours_scale, 50) for name, weight, shares in rows], ceiling)


def exact(taught, learners=40, seed=0):
    """A cohort without any error: ratings are qualities, scores are skills. One trainer for each stage and team."""
    rng, rows = np.random.default_rng(seed), []
    content = rng.uniform(0.4, 0.9, (4, len(taught.stages)))
    quality = rng.uniform(0.2, 1, (4, len(taught.stages)))
    for learner in range(learners):
        team, hours, pre = learner % 4, rng.uniform(2, 40, len(taught.stages)), rng.uniform(0, 0.6)
        post = taught.after(pre, quality[team], content[team], hours)
        for number, stage in enumerate(taught.stages):
            rows.append(
                {"learner": f"l{learner:02d}", "team": f"t{team}", "stage": stage.name, "trainer": f"x{team}{number}"}
                | {"hours": hours[number], "trainer_rating": quality[team, number]}
                | {"content_rating": content[team, number], "pre": pre, "post": post, "cost": 0}
            )
    return pd.DataFrame(rows)


def regression(cohort, taught):
    """y, X, room and the teams' dummies, from the table and the published pooling, by pandas alone."""
    fitted = fit(cohort, taught, draws=2)
    table = cohort.dropna(subset="post").copy()
    table["E"] = fitted.trainers.effect.reindex(table.trainer).to_numpy()
    table["M"] = [fitted.content.effect[stage, team] for stage, team in zip(table.stage, table.team)]
    wide = table.pivot(index="learner", columns="stage", values=["E", "M", "hours"])
    order = [stage.name for stage in taught.stages]
    effects = np.array(
        [taught.effects(row["E"][order], row["M"][order], row["hours"][order]) for _, row in wide.iterrows()]
    )
    learners = table.drop_duplicates("learner").set_index("learner").sort_index()
    room = (1 - learners.pre / taught.ceiling).to_numpy()
    return (learners.post - learners.pre).to_numpy(), effects * room[:, None], room, pd.get_dummies(learners.team) * 1.0


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (
            "hours",
            -1,
            r"row 5 \(learner 'simulated 002', stage 'theory'\): hours is -1\S*; it must be a number of at least 0",
        ),
        ("hours", float("inf"), "hours is inf"),
        ("hours", "many", "hours is 'many'; it must be a number of at least 0"),
        ("cost", None, "cost is .*; it must be a number of at least 0"),
        ("pre", 1.2, r"pre is 1\.2\S*; it must be a number from 0 to 1"),
        ("post", 45, r"post is 45\S*; it must be a number from 0 to 1"),
        ("content_rating", 4, "content_rating is 4"),
        ("trainer_rating", -0.1, r"trainer_rating is -0\.1"),
        ("trainer", "  ", "trainer is '  '; it must be a name"),
        ("learner", None, "learner is .*; it must be a name"),
        ("stage", "principles", "stage is 'principles'; it must be a stage that the learner has no row for yet"),
        ("pre", 0.9, r"pre is 0\.9\S*; it must be the same in all rows of a learner"),
        ("post", None, "post is nan; it must be the same in all rows of a learner"),
        ("team", "elsewhere", "team is 'elsewhere'; it must be the same in all rows"),
        ("stage", "picnic", "has no row for"),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_value_and_what_is_allowed(column, value, message):
    table = simulate(training(), learners=12, teams=2).astype({column: object})
    table.loc[5, column] = value
    with pytest.raises(ValueError, match=message):
        check(table)


def test_a_table_that_is_none_is_refused():
    table = simulate(training(), learners=12, teams=2)
    with pytest.raises(ValueError, match="team, cost is missing"):
        check(table.drop(columns=["team", "cost"]))
    with pytest.raises(ValueError, match="has no rows"):
        check(table.iloc[:0])
    with pytest.raises(ValueError, match="is a list; it must be a pandas DataFrame"):
        check([1, 2])
    with pytest.raises(ValueError, match="learner 'simulated 001' has no row for 'project'"):
        check(table.drop(index=3))


def test_a_checked_table_comes_back_typed_with_its_other_columns_and_its_label(tmp_path):
    table = simulate(training(), learners=12, teams=2).assign(remark="x")
    table.to_csv(tmp_path / "cohort.csv", index=False)
    read = check(pd.read_csv(tmp_path / "cohort.csv"))
    pd.testing.assert_frame_equal(read, check(table), check_dtype=False)
    assert check(table).attrs == table.attrs


def test_a_simulated_cohort_says_so_even_after_it_was_saved(tmp_path):
    table = simulate(training(), learners=30, teams=3)
    assert table.attrs["simulated"] and table.attrs["weights"] == dict(zip(NAMES, PLANTED))
    assert table.learner.str.startswith("simulated ").all()
    table.to_csv(tmp_path / "cohort.csv", index=False)
    assert "SIMULATED" in str(fit(pd.read_csv(tmp_path / "cohort.csv"), training(), draws=10))


def test_a_simulated_cohort_is_what_was_asked_for():
    table = simulate(training(), 400, 8, hours=[4, 8, 12, 16], hours_spread=0.5, content=[0.2, 0.4, 0.6, 0.8], seed=1)
    hours = table.groupby("stage").hours
    assert hours.min().loc[list(NAMES)].to_numpy() == pytest.approx([2, 4, 6, 8], rel=0.05)
    assert hours.max().loc[list(NAMES)].to_numpy() == pytest.approx([6, 12, 18, 24], rel=0.05)
    assert (table.cost == table.hours * 50).all()
    for trainer, quality in table.attrs["trainers"].items():
        assert table[table.trainer == trainer].trainer_rating.mean() == pytest.approx(quality, abs=0.05)
    assert table.groupby("stage").content_rating.mean()[list(NAMES)].to_numpy() == pytest.approx(
        [0.2, 0.4, 0.6, 0.8], abs=0.05
    )
    assert (table.groupby(["team", "stage"]).trainer.nunique() == 1).all()
    assert set(table.groupby("stage").trainer.nunique()) == {4}


def test_without_luck_and_with_long_tests_scores_are_those_of_the_model():
    quiet = {"noise": 0, "team_spread": 0, "items": 10**8, "hours_spread": 0, "hours": [3, 6, 9, 12], "content": 0.7}
    table = simulate(training(), 20, 2, trainers={"only": 0.6}, **quiet)
    for _, row in table.drop_duplicates("learner").iterrows():
        assert row.post == pytest.approx(training().after(row.pre, 0.6, 0.7, [3, 6, 9, 12]), abs=1e-3)


@pytest.mark.parametrize("ceiling", [0.5, 1.0])
def test_no_simulated_skill_passes_the_ceiling(ceiling):
    table = simulate(training(ceiling=ceiling), 200, 4, noise=0.5, hours=100, trainers={"a": 1.0}, items=10**6)
    assert table.post.between(0, ceiling + 0.002).all()


def test_a_seed_gives_one_cohort_and_another_seed_another():
    assert simulate(training(), seed=3).equals(simulate(training(), seed=3))
    assert not simulate(training(), seed=3).equals(simulate(training(), seed=4))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"learners": 0}, "learners is 0; it must be a whole number of at least 1"),
        ({"teams": 2.5}, r"teams is 2\.5"),
        ({"learners": 3, "teams": 4}, "there are 4 teams, 3 learners and 4 trainers; no team may be empty"),
        ({"trainers": {}}, "0 trainers"),
        ({"trainers": {"a": 1.5}}, r"the quality of trainer 'a' is 1\.5; it must be a number from 0 to 1"),
        ({"noise": -1}, "noise is -1"),
        ({"content": 2}, "M is 2"),
        ({"hours": [1, 2]}, r"P has the shape \(2,\)"),
    ],
)
def test_a_cohort_that_cannot_be_is_not_simulated(arguments, message):
    with pytest.raises(ValueError, match=message):
        simulate(training(), **arguments)


def test_a_cohort_without_a_ceiling_is_refused_where_somebody_would_know_more_than_all():
    with pytest.raises(ValueError, match="give the training a ceiling of 1"):
        simulate(training(ceiling=np.inf), start=0.8, hours=100)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=4),
    st.floats(0.5, 1),
    st.sampled_from([1.0, 0.8, np.inf]),
    st.integers(0, 50),
)
def test_a_cohort_without_error_gives_its_weights_back(weights, total, ceiling, seed):
    weights = np.array(weights) / max(sum(weights), 1e-9) * total * 0.4
    taught = TrainingEffect(
        [Stage(name, float(weight), *shares, 10) for name, weight, shares in zip(NAMES, weights, SHARES)], ceiling
    )
    fitted = fit(exact(taught, seed=seed), taught, draws=20)
    assert fitted.weights == pytest.approx(weights, abs=1e-6)
    assert fitted.low == pytest.approx(weights, abs=1e-6) and fitted.high == pytest.approx(weights, abs=1e-6)
    assert fitted.training_effect().gain(0.8, 0.5, 12) == pytest.approx(taught.gain(0.8, 0.5, 12), abs=1e-6)


@pytest.mark.parametrize("weights", [(0.2, 0.2, 0.2, 0.1), (0.4, 0, 0, 0.2), (0, 0, 0, 0)])
def test_weights_of_one_team_are_those_of_scipys_nnls(weights):
    cohort = simulate(training(weights), 40, 1, seed=5)
    y, X, _, _ = regression(cohort, training())
    expected = nnls(X, y)[0]
    assert expected.sum() < 1  # the other bound plays no part
    assert fit(cohort, training(), draws=2).weights == pytest.approx(expected, abs=1e-8)


def test_weights_never_sum_to_more_than_all_that_can_be_learnt():
    cohort = simulate(training((0.4, 0.3, 0.2, 0.1)), 40, 1, trainers={"a": 0.5, "b": 0.4}, seed=2)
    cohort["post"] = 0.5 + cohort.post / 2  # gains that the model cannot explain
    y, X, _, _ = regression(cohort, training())
    fitted = fit(cohort, training(), draws=50)
    best = minimize(
        lambda a: ((y - X @ a) ** 2).sum(),
        np.full(4, 0.1),
        method="SLSQP",
        bounds=[(0, 1)] * 4,
        constraints={"type": "ineq", "fun": lambda a: 1 - a.sum()},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert fitted.weights.sum() == pytest.approx(1) and fitted.weights == pytest.approx(best.x, abs=1e-4)
    assert (fitted.draws >= 0).all() and (fitted.draws.sum(axis=1) <= 1 + 1e-9).all()


def test_with_team_luck_the_weights_are_generalised_least_squares():
    cohort = simulate(training(), 120, 6, team_spread=0.08, seed=0)
    fitted = fit(cohort, training(), draws=2)
    y, X, room, teams = regression(cohort, training())
    Z = teams.to_numpy() * room[:, None]
    V = np.linalg.inv(fitted.residual_spread**2 * np.eye(len(y)) + fitted.team_spread**2 * Z @ Z.T)
    assert fitted.team_spread > 0.02
    assert fitted.weights == pytest.approx(np.linalg.solve(X.T @ V @ X, X.T @ V @ y), abs=1e-8)


def test_the_spreads_are_unbiased_for_what_was_planted():
    kept = {
        "noise": 0.1,
        "team_spread": 0.08,
        "items": 10**6,
        "start": 0.01,
    }  # room is nearly 1: spreads are in one unit
    fitted = [fit(simulate(training(), 100, 10, seed=seed, **kept), training(), draws=2) for seed in range(25)]
    assert np.mean([each.residual_spread**2 for each in fitted]) == pytest.approx(0.1**2, rel=0.1)
    assert np.mean([each.team_spread**2 for each in fitted]) == pytest.approx(0.08**2, rel=0.25)


def test_intervals_are_as_wide_as_the_formula_for_least_squares_says():
    cohort = simulate(training(), 400, 1, noise=0.08, items=10**6, start=0.02, seed=0)
    y, X, _, _ = regression(cohort, training())
    left = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    error = np.sqrt(np.diag(np.linalg.inv(X.T @ X)) * (left @ left) / (len(y) - 4))
    fitted = fit(cohort, training(), draws=2000)
    assert fitted.low.min() > 0
    assert (fitted.high - fitted.low) / (2 * 1.96 * error) == pytest.approx(1, abs=0.15)


def test_intervals_hold_the_estimate_stay_inside_the_bounds_and_grow_with_the_level():
    for seed in range(5):
        cohort = simulate(training((0.5, 0.0, 0.05, 0.3)), 40, 4, seed=seed)
        wide, narrow = (fit(cohort, training(), level=level, draws=300) for level in (0.99, 0.8))
        assert ((0 <= wide.low) & (wide.low <= wide.weights)).all()
        assert ((wide.weights <= wide.high) & (wide.high <= 1)).all()
        assert ((wide.low <= narrow.low) & (narrow.high <= wide.high)).all()
        at_bound = wide.weights == 0
        assert (wide.low[at_bound] == 0).all() and (wide.high[at_bound] > 0).all()


def test_a_fit_says_the_same_each_time_whatever_the_order_of_the_rows():
    cohort = simulate(training(), seed=1)
    first, second = fit(cohort, training(), draws=50), fit(cohort.sample(frac=1, random_state=0), training(), draws=50)
    assert (first.low == second.low).all() and (first.high == second.high).all()
    assert first.weights == pytest.approx(second.weights, abs=1e-12)


def test_knowing_the_length_of_the_test_takes_out_the_bias_of_its_errors():
    taught, off = training(), {None: [], 10: []}
    for seed in range(6):
        cohort = simulate(taught, 1000, 20, items=10, seed=seed)
        for items, errors in off.items():
            errors.append(fit(cohort, taught, items=items, draws=2).weights.sum() - sum(PLANTED))
    assert np.mean(off[None]) > 0.05
    assert abs(np.mean(off[10])) < 0.02


def test_trainers_are_drawn_towards_the_mean_by_what_chance_explains():
    cohort = simulate(training(), 80, 4, hours_spread=0.9, seed=0)
    effect = fit(cohort, training(), draws=2).trainers
    assert effect.ratings.nunique() == 1  # balanced, so that the closed form 1 − 1 / F holds
    F = f_oneway(*[ratings for _, ratings in cohort.groupby("trainer").trainer_rating]).statistic
    grand = cohort.trainer_rating.mean()
    assert effect.effect.to_numpy() == pytest.approx(grand + (1 - 1 / F) * (effect["mean"] - grand).to_numpy())


def test_who_did_not_answer_or_did_not_come_is_left_out_and_counted():
    cohort = simulate(training(), 60, 6, seed=0)
    gone = cohort.learner.isin(["simulated 007", "simulated 020"])
    cohort.loc[gone, "post"] = np.nan
    cohort.loc[cohort.trainer == "Ada", "trainer_rating"] = np.nan
    cohort.loc[(cohort.team == "team 2") & (cohort.stage == "theory"), "content_rating"] = np.nan
    fitted = fit(cohort, training(), draws=10)
    assert (fitted.learners, fitted.left_out) == (58, 2) and "2 without check-out left out" in str(fitted)
    trainers = fitted.trainers
    assert trainers.ratings["Ada"] == 0 and np.isnan(trainers["mean"]["Ada"])
    assert trainers.effect.drop("Ada").min() < trainers.effect["Ada"] < trainers.effect.drop("Ada").max()
    assert fitted.content.effect.loc["theory"].notna().all()


def test_the_table_and_the_summary_show_every_weight_with_its_interval():
    fitted = fit(simulate(training(), seed=0), training(), draws=50)
    table = fitted.table()
    assert list(table.index) == list(NAMES)
    assert (table.contribution == table.weight * table.effect).all()
    for name, row in table.iterrows():
        assert f"{name}: {row.weight:.3f} ({row.low:.3f} to {row.high:.3f})" in str(fitted)
    again = fitted.training_effect()
    assert [stage.weight for stage in again.stages] == list(fitted.weights) and again.ceiling == 1
    assert again.stages[0].hours_scale == 10 and fitted.draws.shape == (50, 4)


def alike(cohort):
    """The same hours in theory as in principles, and the same trainers and content."""
    table = cohort.copy().set_index(["learner", "stage"]).sort_index()
    for column in ("hours", "trainer", "trainer_rating", "content_rating"):
        source = table.loc[(slice(None), "principles"), column].to_numpy()
        table.loc[(slice(None), "theory"), column] = source
    return table.reset_index()


def test_stages_that_cannot_be_told_apart_are_named():
    twins = [Stage(name, 0.2, 0.5, 0.5, 10) for name in NAMES]
    with pytest.raises(
        ValueError, match=r"principles and theory cannot be told apart \(condition index \d+, at most 30\)"
    ):
        fit(alike(simulate(training(), seed=0)), TrainingEffect(twins, 1.0))
    with pytest.raises(ValueError, match=r"\w+ and \w+.* cannot be told apart"):
        fit(simulate(training(), trainers={"only": 0.7}, hours_spread=0.1, seed=0), training())


@pytest.mark.parametrize("change", [{"items": 1}, {"items": True}, {"level": 1}, {"draws": 0}])
def test_settings_of_a_fit_that_make_no_sense_are_refused(change):
    with pytest.raises(ValueError, match=f"{next(iter(change))} is "):
        fit(simulate(training()), training(), **change)


@pytest.mark.parametrize(
    ("cohort", "message"),
    [
        (
            lambda: simulate(training(), trainers={"only": 0.7}, hours_spread=0).assign(
                trainer_rating=0.7, content_rating=0.6
            ),
            "same trainer effect, content rating and hours in every stage, so no stage can be told from another",
        ),
        (lambda: simulate(training(), 8, 2), "8 learners have a check-out and room to grow; 4 stages need 9"),
        (lambda: simulate(training()).assign(post=np.nan), "0 learners have a check-out"),
        (lambda: simulate(training(), hours=[10, 10, 0, 10]), "nobody got anything from 'practice'"),
        (
            lambda: simulate(training()).replace({"stage": {"project": "picnic"}}),
            "the cohort's stages are .*picnic.*, the training's .* must be the same",
        ),
        (lambda: simulate(training()).assign(trainer_rating=np.nan), "nobody rated the trainer"),
        (
            lambda: simulate(training()).assign(
                content_rating=lambda table: table.content_rating.where(table.stage != "theory")
            ),
            "nobody rated the content of 'theory'",
        ),
    ],
)
def test_a_fit_that_the_data_cannot_bear_is_refused_with_the_reason(cohort, message):
    with pytest.raises(ValueError, match=message):
        fit(cohort(), training())


def test_a_test_that_is_too_short_to_say_who_had_room_to_grow_is_refused():
    with pytest.raises(ValueError, match="items is 2: what differs between learners at check-in may all be chance"):
        fit(simulate(training(), start=0.8, seed=0), training(), items=2)


def test_a_score_above_the_ceiling_is_refused():
    with pytest.raises(ValueError, match=r"pre is .*; it must be at most the training's ceiling, 0\.3"):
        fit(simulate(training()), training(ceiling=0.3))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("weights", "size"), [(PLANTED, (60, 6)), ((0.3, 0.02, 0.3, 0.05), (120, 8))], ids=["inside", "near the bound"]
)
def test_intervals_cover_what_was_planted_in_91_to_98_percent_of_200_cohorts(weights, size):
    taught, covered = training(weights), []
    for seed in range(200):
        fitted = fit(simulate(taught, *size, seed=seed), taught, items=40, draws=400, seed=seed)
        covered.append((fitted.low <= weights) & (weights <= fitted.high))
    assert 0.91 <= np.mean(covered) <= 0.98
