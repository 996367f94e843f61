"""Training plans: closed forms, every choice of trainers tried one by one, prices by solving again, and what must
always hold."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize

from trainlib import cohort, effect
from trainlib.effect import Stage, TrainingEffect
from trainlib.plan import Infeasible, Plan, Problem, Skill, Trainer, best, cheapest, meet_all, pareto

TRAINING = TrainingEffect(
    (
        Stage("principles", 0.25, 0.8, 0.2, hours_scale=6, cost_per_hour=4),
        Stage("practice", 0.45, 0.6, 0.4, hours_scale=12, cost_per_hour=9),
        Stage("project", 0.3, 0.3, 0.7, hours_scale=20),
    ),
    ceiling=1.0,
)
TRAINERS = (Trainer("Ada", 0.95, 150, hours=25), Trainer("Ben", 0.7, 70), Trainer("Chen", 0.4, 20))
PROBLEM = Problem(TRAINING, TRAINERS, budget=6000, weeks=8, hours_per_week=5, people=10, learner_cost=3)
TWO_SKILLS = replace(
    PROBLEM,
    skills=(Skill("SQL", 0.4, target=0.55, importance=1), Skill("models", 0.1, target=0.35, importance=2)),
    budget=9000,
)


def gain_of(problem: Problem, hours: np.ndarray, teaches: tuple[int, ...]) -> float:
    """The gain of hours (stages, skills) with a trainer for each stage, by `trainlib.effect`'s own formula."""
    importance = np.array([skill.importance for skill in problem.skills])
    quality = [problem.trainers[r].quality for r in teaches]
    after = [
        problem.effect.after(skill.level, quality, problem.content, hours[:, j])
        for j, skill in enumerate(problem.skills)
    ]
    return float((np.array(after) - [skill.level for skill in problem.skills]) @ importance / importance.sum())


def cost_of(problem: Problem, hours: np.ndarray, teaches: tuple[int, ...]) -> float:
    each = [stage.cost_per_hour + problem.learner_cost for stage in problem.effect.stages]
    return sum(h * (problem.people * c + problem.trainers[r].rate) for h, c, r in zip(hours.sum(axis=1), each, teaches))


def by_trying_all(problem: Problem) -> float:
    """The most gain over every choice of trainers, the hours of each by sequential quadratic programming."""
    stages, skills = len(problem.effect.stages), len(problem.skills)
    found = 0.0
    for teaches in product(range(len(problem.trainers)), repeat=stages):
        limits = [
            lambda x, t=teaches: (problem.budget - cost_of(problem, x.reshape(stages, skills), t)) / problem.budget,
            lambda x: (problem.weeks * problem.hours_per_week - x.sum()) / problem.weeks,
        ]
        for r in set(teaches):
            if np.isfinite(problem.trainers[r].hours):
                mine = np.repeat(np.equal(teaches, r), skills)
                limits.append(lambda x, r=r, mine=mine: problem.trainers[r].hours - x[mine].sum())
        start = np.full(stages * skills, 0.5)
        solved = minimize(
            lambda x, t=teaches: -gain_of(problem, np.maximum(x, 0).reshape(stages, skills), t),
            start,
            method="SLSQP",
            bounds=[(0, None)] * len(start),
            constraints=[{"type": "ineq", "fun": limit} for limit in limits],
            options={"ftol": 1e-10, "maxiter": 300},
        )
        found = max(found, -solved.fun)
    return found


def chosen(plan: Plan) -> tuple[int, ...]:
    names = [trainer.name for trainer in plan.problem.trainers]
    return tuple(names.index(plan.trainers.get(stage, names[0])) for stage in plan.hours.index)


def test_one_trainer_and_one_limit_is_filled_like_water():
    """Closed form: vᵢ/τᵢ·exp(−Pᵢ/τᵢ) = λ·cᵢ where Pᵢ > 0, with the one λ at which the money is spent."""
    problem = replace(PROBLEM, trainers=(Trainer("Ben", 0.7, 70),), weeks=1000, budget=1500)
    scale, cost = np.array([6, 12, 20]), problem.cost_per_hour()[:, 0]
    value = np.array([0.25, 0.45, 0.3]) * problem.effect.effects(0.7, 0.6, 1e6)

    def hours(price):
        return scale * np.log(np.maximum(value / (scale * cost * price), 1))

    price = brentq(lambda price: hours(price) @ cost - 1500, 1e-9, 1e-2, xtol=1e-15)
    found = best(problem)
    assert hours(price)[2] > 0 and found.cost == pytest.approx(1500)
    np.testing.assert_allclose(found.hours["all"], hours(price), atol=0.01)
    assert found.gain == pytest.approx(value @ -np.expm1(-hours(price) / scale), abs=1e-7)
    assert found.shadow_price_money == pytest.approx(price, rel=1e-3)
    assert found.shadow_price_hour == 0 and found.binding == ("budget",)


@pytest.mark.parametrize("problem", [
    PROBLEM,
    replace(PROBLEM, budget=2500),
    replace(PROBLEM, budget=20_000),
    replace(PROBLEM, content=(0.9, 0.2, 0.5), people=3),
    replace(TWO_SKILLS, trainers=TRAINERS[:2]),
], ids=["both limits", "money", "time", "content", "two skills"])  # fmt: skip
def test_no_choice_of_trainers_and_hours_is_better(problem):
    found = best(problem)
    assert found.gain == pytest.approx(by_trying_all(problem), abs=2e-5)


def test_the_numbers_of_a_plan_are_those_of_the_model():
    found = best(TWO_SKILLS)
    hours, teaches = found.hours.to_numpy(), chosen(found)
    assert found.gain == pytest.approx(gain_of(TWO_SKILLS, hours, teaches), abs=1e-12)
    assert found.cost == pytest.approx(cost_of(TWO_SKILLS, hours, teaches))
    assert found.cost <= TWO_SKILLS.budget * (1 + 1e-9) and hours.sum() <= TWO_SKILLS.hours + 1e-6
    assert found.levels["models"] - 0.1 == pytest.approx(
        TRAINING.after(0.1, [TRAINERS[r].quality for r in teaches], 0.6, hours[:, 1]) - 0.1
    )
    table = found.table()
    assert table.gain.sum() == pytest.approx(found.gain) and table.cost.sum() == pytest.approx(found.cost)
    assert table.hours.sum() == pytest.approx(found.summary()["hours"])
    assert found.gain_interval is None


def test_random_plans_are_never_better():
    random, found = np.random.default_rng(0), best(PROBLEM)
    for teaches in product(range(3), repeat=3):
        hours = random.dirichlet([1, 1, 1], 500) * PROBLEM.hours
        prices = PROBLEM.cost_per_hour()[range(3), list(teaches)]
        hours *= np.minimum(1, PROBLEM.budget / (hours @ prices))[:, None]
        ada = hours @ np.equal(teaches, 0)
        hours *= np.minimum(1, 25 / np.maximum(ada, 1e-9))[:, None]
        gains = TRAINING.gain([TRAINERS[r].quality for r in teaches], 0.6, hours)
        assert gains.max() <= found.gain + 1e-5


@pytest.mark.parametrize("budget", [3000, 6000])
def test_shadow_prices_are_what_solving_again_gives(budget):
    problem = replace(TWO_SKILLS, budget=budget)
    found = best(problem)

    def slope(field, step):
        change = {field: getattr(problem, field) + step}, {field: getattr(problem, field) - step}
        above, below = (best(replace(problem, **each)) for each in change)
        assert above.trainers == below.trainers == found.trainers
        return (above.gain - below.gain) / (2 * step)

    assert found.shadow_price_money == pytest.approx(slope("budget", 0.02 * budget), rel=0.02)
    assert found.shadow_price_hour == pytest.approx(slope("hours_per_week", 0.2) / problem.weeks, rel=0.02, abs=1e-7)


def test_both_prices_are_positive_where_money_and_time_are_short():
    problem = replace(PROBLEM, budget=7000, hours_per_week=6, trainers=TRAINERS[1:])
    found = best(problem)
    assert set(found.binding) == {"budget", "deadline"}
    money, hour = found.shadow_price_money, found.shadow_price_hour
    longer, richer = best(replace(problem, hours_per_week=6.01)), best(replace(problem, budget=7005))
    assert longer.trainers == richer.trainers == found.trainers
    assert hour > 0 and money > 0
    assert longer.gain - found.gain == pytest.approx(hour * 0.01 * 8, rel=0.05)
    assert richer.gain - found.gain == pytest.approx(money * 5, rel=0.05)


def test_the_cheapest_plan_of_the_best_gain_costs_the_budget():
    problem = replace(TWO_SKILLS, budget=6000)
    found = best(problem)
    back = cheapest(problem, found.gain - 1e-6)
    assert back.cost == pytest.approx(found.cost, rel=1e-3) and back.gain == pytest.approx(found.gain, abs=2e-6)
    assert back.shadow_price_money == pytest.approx(found.shadow_price_money, rel=0.02)
    assert "target" in back.binding


def test_each_skill_reaches_its_own_target_and_no_more_is_spent():
    found = cheapest(TWO_SKILLS)
    np.testing.assert_allclose(found.levels, [0.55, 0.35], atol=1e-6)
    assert set(found.binding) >= {"target of 'SQL'", "target of 'models'"}
    same = best(replace(TWO_SKILLS, budget=found.cost * 1.0001), meet_targets=True)
    np.testing.assert_allclose(same.levels, [0.55, 0.35], atol=1e-3)
    assert best(TWO_SKILLS, meet_targets=True).gain <= best(TWO_SKILLS).gain + 1e-5


def test_a_skill_waits_until_what_it_needs_is_good_enough():
    skills = (Skill("models", 0.1, importance=5, needs={"SQL": 0.5}), Skill("SQL", 0.4, importance=0))
    found = best(replace(PROBLEM, skills=skills))
    assert found.levels["SQL"] == pytest.approx(0.5, abs=1e-6) and found.hours["models"].sum() > 10
    assert found.calendar.skill.drop_duplicates().tolist() == ["SQL", "models"]
    assert "'SQL' at 0.5 before 'models'" in found.binding
    far = (replace(skills[0], needs={"SQL": 0.9}), skills[1])
    assert best(replace(PROBLEM, skills=far)).hours["models"].sum() == 0
    none = (replace(skills[0], needs={"SQL": 0.4}), skills[1])
    assert best(replace(PROBLEM, skills=none)).hours["SQL"].sum() == 0


def windowed(*windows: tuple[int, int | None]) -> Problem:
    """A stage for each trainer, each there for some weeks only."""
    trainers = [
        Trainer(name, 0.8, 0, stages=[stage.name], first_week=first, last_week=last)
        for name, stage, (first, last) in zip(("Ada", "Ben", "Chen"), TRAINING.stages, windows)
    ]
    return replace(PROBLEM, trainers=trainers, budget=1e6)


def test_trainers_weeks_and_the_order_of_stages_hold_in_the_calendar():
    found = best(windowed((1, 3), (3, 5), (1, None)))
    calendar = found.calendar
    assert calendar.groupby("week").hours.sum().max() <= 5 + 1e-6
    assert calendar[calendar.trainer == "Ada"].week.max() <= 3
    assert calendar[calendar.trainer == "Ben"].week.between(3, 5).all()
    first, last = calendar.groupby("stage").week.min(), calendar.groupby("stage").week.max()
    assert last["principles"] <= first["practice"] and last["practice"] <= first["project"]
    np.testing.assert_allclose(calendar.groupby("stage").hours.sum()[found.hours.index], found.hours["all"], atol=1e-5)
    assert found.gain < best(windowed((1, None), (1, None), (1, None))).gain


def by_trying_all_calendars(problem: Problem) -> float:
    """The most gain of one skill over every choice of trainers and of the periods from and to which each stage
    lasts."""
    weeks, stages = problem.weeks, len(problem.effect.stages)
    there = np.array(
        [[t.first_week <= w <= (t.last_week or weeks) for w in range(1, weeks + 1)] for t in problem.trainers]
    )
    changes = [0, *(np.flatnonzero((there[:, 1:] != there[:, :-1]).any(axis=0)) + 1), weeks]
    periods, length = there[:, changes[:-1]], np.diff(changes)
    found, count = 0.0, len(length)
    spans = [(a, b) for a in range(count) for b in range(a, count)]
    for lasts in product(spans, repeat=stages):
        if any(before[1] > after[0] for before, after in zip(lasts, lasts[1:])):
            continue
        for teaches in product(range(len(problem.trainers)), repeat=stages):
            open_ = np.array([periods[r] * [a <= t <= b for t in range(count)] for r, (a, b) in zip(teaches, lasts)])
            most = open_ * length * problem.hours_per_week
            solved = minimize(
                lambda x, t=teaches: -gain_of(problem, x.reshape(stages, -1).sum(axis=1, keepdims=True), t),
                most.ravel() / stages,
                method="SLSQP",
                bounds=[(0, m) for m in most.ravel()],
                constraints={"type": "ineq", "fun": lambda x: length - x.reshape(stages, -1).sum(axis=0) / 5},
            )
            found = max(found, -solved.fun)
    return found


@pytest.mark.parametrize("windows", [((1, None), (3, 5)), ((4, None), (1, 6)), ((2, 4), (5, 6))])
def test_no_other_calendar_is_better(windows):
    trainers = [
        Trainer(name, quality, 0, first_week=first, last_week=last)
        for name, quality, (first, last) in zip(("Ada", "Ben"), (0.6, 0.9), windows)
    ]
    training = replace(TRAINING, stages=TRAINING.stages[:2])
    problem = replace(PROBLEM, training=training, trainers=trainers, budget=np.inf)
    assert best(problem).gain == pytest.approx(by_trying_all_calendars(problem), abs=2e-5)


def test_a_stage_is_left_out_when_its_trainer_comes_after_the_next_one_is_gone():
    late, without = windowed((5, None), (1, 4), (1, None)), windowed((1, None), (1, None), (1, None))
    found = best(late)
    halves = []
    for left_out in ("principles", "practice"):
        trainers = [trainer for trainer in without.trainers if trainer.stages != (left_out,)]
        halves.append(best(replace(without, trainers=trainers)).gain)
    assert not {"principles", "practice"} <= set(found.trainers)
    assert found.gain <= max(halves) + 1e-5
    first = best(replace(late, trainers=[replace(t, first_week=1, last_week=4) for t in late.trainers[:2]]))
    assert {"principles", "practice"} <= set(first.trainers)


def test_hours_are_scheduled_as_early_as_trainers_allow():
    found = best(replace(windowed((1, 4), (1, None), (2, None)), budget=1500))
    weeks = found.calendar.week
    assert found.hours.to_numpy().sum() < 40
    assert weeks.max() == int(np.ceil(found.hours.to_numpy().sum() / 5 - 1e-6))


def test_the_interval_carries_the_uncertainty_of_the_fit():
    table = cohort.simulate(TRAINING, learners=200, teams=12, seed=3)
    fitted = cohort.fit(table, TRAINING, draws=300)
    found = best(replace(PROBLEM, training=fitted))
    teaches = [TRAINERS[r].quality for r in chosen(found)]
    gains = fitted.draws @ TRAINING.effects(teaches, 0.6, found.hours["all"])
    assert found.gain_interval == pytest.approx(np.quantile(gains, [0.025, 0.975]))
    assert found.gain_interval[0] < found.gain < found.gain_interval[1]
    narrow = best(replace(PROBLEM, training=fitted), level=0.5).gain_interval
    assert found.gain_interval[0] < narrow[0] < narrow[1] < found.gain_interval[1]


def test_the_front_rises_and_no_plan_on_it_is_beaten_by_another():
    front = pareto(PROBLEM, points=6)
    cost, gain = np.array([(plan.cost, plan.gain) for plan in front]).T
    assert (np.diff(cost) > 0).all() and (np.diff(gain) > 0).all()
    assert front[-1].gain == pytest.approx(best(replace(PROBLEM, budget=np.inf)).gain, abs=2e-5)


def test_demands_that_clash_are_named_with_what_would_do():
    poor = replace(PROBLEM, budget=3000)
    with pytest.raises(Infeasible, match=r"budget of 3,000, target of 0.4; with all else kept, it takes") as caught:
        cheapest(poor, 0.4)
    assert caught.value.demands == ("budget", "target")
    needed = float(str(caught.value).split("takes a budget of ")[1].split(" or")[0].replace(",", ""))
    reachable = float(str(caught.value).split("or a target of ")[1])
    assert cheapest(replace(poor, budget=needed), 0.4).cost == pytest.approx(needed, rel=1e-3)
    assert best(poor).gain == pytest.approx(reachable, abs=1.1e-3) and cheapest(poor, reachable)
    with pytest.raises(Infeasible, match="deadline after 5 hours"):
        cheapest(replace(PROBLEM, weeks=1), 0.3)
    with pytest.raises(Infeasible, match="cannot be met: target of 0.95") as caught:
        cheapest(replace(PROBLEM, budget=np.inf, weeks=500), 0.95)
    assert caught.value.demands == ("target",)


def test_a_clash_of_skills_and_of_trainers_is_named():
    skills = (Skill("SQL", 0.1, target=0.5), Skill("models", 0.1, target=0.5))
    with pytest.raises(Infeasible) as caught:
        cheapest(replace(PROBLEM, skills=skills))
    assert {"target of 'SQL'", "target of 'models'"} <= set(caught.value.demands)
    scarce = replace(PROBLEM, trainers=(replace(TRAINERS[0], hours=3),), budget=np.inf)
    with pytest.raises(Infeasible, match=r"hours of 'Ada' \(3\)") as caught:
        cheapest(scarce, 0.3)
    assert caught.value.demands == ("hours of 'Ada'", "target")
    hours = float(str(caught.value).partition("it takes ")[2].partition(" hours of 'Ada'")[0])
    enough = replace(scarce, trainers=(replace(TRAINERS[0], hours=hours),))
    assert cheapest(enough, 0.3).hours.to_numpy().sum() == pytest.approx(hours, abs=0.11)
    away = replace(windowed((1, None), (1, None), (1, None)), trainers=(Trainer("Ada", 0.8, 0, last_week=1),))
    with pytest.raises(Infeasible, match="weeks of 'Ada'"):
        cheapest(away, 0.3)


def test_a_budget_that_clashes_by_itself_is_named_beside_the_deadline_that_does():
    poor = replace(TWO_SKILLS, budget=700, weeks=3)
    with pytest.raises(Infeasible) as caught:
        best(poor, meet_targets=True)
    assert {"budget", "deadline"} <= set(caught.value.demands)
    assert str(caught.value).count("clash") == 2 and "were it for these alone" in str(caught.value)
    alone = str(caught.value).rpartition("a budget of ")[2].split(" ")[0].replace(",", "")
    named = [
        skill
        for skill in TWO_SKILLS.skills
        if f"target of '{skill.name}'" in str(caught.value).rpartition("and these")[2]
    ]
    others = [skill if skill in named else replace(skill, target=None) for skill in TWO_SKILLS.skills]
    assert cheapest(replace(poor, budget=np.inf, weeks=100, skills=tuple(others))).cost == pytest.approx(
        float(alone), abs=1
    )


def test_what_meets_all_targets_is_the_cheapest_plan_in_the_fewest_weeks():
    enough = meet_all(replace(TWO_SKILLS, budget=10, weeks=40))
    assert enough.weeks == 40
    assert enough.plan.cost == pytest.approx(cheapest(replace(TWO_SKILLS, budget=np.inf, weeks=40)).cost, rel=1e-4)
    late = meet_all(replace(TWO_SKILLS, weeks=2))
    assert late.weeks > 2 and cheapest(replace(TWO_SKILLS, budget=np.inf, weeks=late.weeks))
    with pytest.raises(Infeasible):
        cheapest(replace(TWO_SKILLS, budget=np.inf, weeks=late.weeks - 1))
    assert meet_all(PROBLEM) is None


def test_a_target_that_no_money_meets_is_named_with_the_highest_level():
    skills = (replace(TWO_SKILLS.skills[0], target=0.99), TWO_SKILLS.skills[1])
    free = replace(TWO_SKILLS, skills=skills, trainers=(Trainer("Ada", 0.9, 50),))
    found = meet_all(free)
    most = TRAINING.after(0.4, 0.9, 0.6, 500)  # hours without an end
    assert found.plan is None and found.out_of_reach == {"SQL": pytest.approx(most, abs=1e-3)}


problems = st.builds(
    Problem,
    training=st.just(TRAINING),
    trainers=st.lists(
        st.builds(
            Trainer,
            st.sampled_from(["Ada", "Ben", "Chen"]),
            st.floats(0, 1),
            st.floats(0, 200),
            hours=st.sampled_from([5.0, 30.0, np.inf]),
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda trainer: trainer.name,
    ),
    budget=st.floats(0, 10_000),
    weeks=st.integers(1, 10),
    hours_per_week=st.floats(0.5, 10),
    skills=st.sampled_from([PROBLEM.skills, TWO_SKILLS.skills]),
    people=st.integers(1, 20),
)


@settings(max_examples=30, deadline=None, derandomize=True, phases=[Phase.generate])
@given(problems, st.floats(1, 3000), st.integers(1, 5), st.floats(0, 1))
def test_more_money_time_or_trainers_never_lower_the_best_gain(problem, money, weeks, quality):
    before = best(problem)
    assert before.cost <= problem.budget * (1 + 1e-6) + 1e-6
    assert before.hours.to_numpy().sum() <= problem.hours + 1e-5
    for more in (
        {"budget": problem.budget + money},
        {"weeks": problem.weeks + weeks},
        {"trainers": (*problem.trainers, Trainer("Dora", quality, 50))},
    ):
        assert best(replace(problem, **more)).gain >= before.gain - 2e-5


def test_a_course_without_money_or_worth_is_empty():
    free = best(replace(PROBLEM, budget=0))
    assert free.gain == 0 and free.trainers == {} and free.calendar.empty
    idle = replace(TRAINING, stages=[replace(stage, weight=0.0) for stage in TRAINING.stages])
    assert best(replace(PROBLEM, training=idle)).gain == 0


@pytest.mark.parametrize("call, message", [
    (lambda: Trainer("Ada", 1.2, 10), "quality of trainer 'Ada' is 1.2; it must be a number from 0 to 1"),
    (lambda: Trainer("Ada", 0.5, -1), "rate of trainer 'Ada' is -1"),
    (lambda: Trainer("Ada", 0.5, 1, hours=float("nan")), "hours of trainer 'Ada' is nan"),
    (lambda: Trainer("Ada", 0.5, 1, first_week=3, last_week=2), "last_week of trainer 'Ada' is 2.* at least 3"),
    (lambda: Trainer("Ada", 0.5, 1, stages="project"), "stages of trainer 'Ada' is 'project'; give a list"),
    (lambda: Skill("SQL", 1.1), "level of skill 'SQL' is 1.1"),
    (lambda: Skill("SQL", target=-0.1), "target of skill 'SQL' is -0.1"),
    (lambda: Skill("SQL", needs=["Python"]), "needs of skill 'SQL' is \\['Python'\\]; give a level"),
    (lambda: Skill("SQL", needs={"Python": 2}), "what skill 'SQL' needs of 'Python' is 2"),
    (lambda: replace(PROBLEM, budget=-5), "budget is -5"),
    (lambda: replace(PROBLEM, weeks=2.5), "weeks is 2.5; it must be a whole number of at least 1"),
    (lambda: replace(PROBLEM, hours_per_week=200), "hours_per_week is 200"),
    (lambda: replace(PROBLEM, trainers=[]), "trainers are \\[\\]; give at least one"),
    (lambda: replace(PROBLEM, trainers=TRAINERS[:1] * 2), "each with a name of its own"),
    (lambda: replace(PROBLEM, content=(0.5, 0.5)), "give one number, or 3"),
    (lambda: replace(PROBLEM, content=1.5), "content is 1.5"),
    (lambda: replace(PROBLEM, training=effect.published_case()), "hours_scale of 'principles' is 0"),
    (lambda: replace(PROBLEM, trainers=[Trainer("Ada", 1, 1, stages=["theory"])]), "has 'theory'; there are"),
    (lambda: replace(PROBLEM, skills=[Skill("SQL", importance=0)]), "importance is 0 for all skills"),
    (lambda: replace(PROBLEM, skills=[Skill("SQL", needs={"R": 0.1})]), "skill 'SQL' needs 'R'; there are"),
    (lambda: replace(PROBLEM, skills=[Skill("a", needs={"b": 0}), Skill("b", needs={"a": 0})]), "in a circle"),
    (lambda: cheapest(PROBLEM), "no skill has a target"),
    (lambda: cheapest(PROBLEM, 1.5), "target is 1.5"),
    (lambda: pareto(PROBLEM, 0), "points is 0"),
])  # fmt: skip
def test_wrong_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
