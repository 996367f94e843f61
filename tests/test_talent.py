"""Team growth: the published model as a special case, a slow reference, closed forms, and what must hold for any
team."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trainlib.talent import Discipline, Growth, Team, compare, grow, grow_by_steps, saturate, simulate

rates = st.floats(0, 1)
few = settings(max_examples=25, deadline=None)


@st.composite
def teams(draw):
    """Any team that the model allows, small and with every term switched on or off."""
    groups = tuple(
        Discipline(
            f"discipline {number}",
            people=draw(st.integers(1, 6)),
            skill=draw(st.floats(1, 100)),
            growth=draw(st.floats(0, 0.2)),
            hires_per_month=draw(st.sampled_from([0.0, 0.5, 2.0])),
            hire_skill=draw(st.floats(1, 100)),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    return Team(
        groups,
        ceiling=draw(st.sampled_from([100.0, 250.0, np.inf])),
        growth_spread=draw(st.sampled_from([0.0, 0.5])),
        sharing=draw(st.sampled_from([0.0, 0.5])),
        ramp_months=draw(st.sampled_from([0.0, 2.0])),
        mentoring=draw(st.sampled_from([0.0, 0.3, 1.0])),
        mentoring_boost=draw(st.sampled_from([0.0, 1.0])),
        mentoring_months=draw(st.sampled_from([0.0, 2.5, 6.0])),
        training_hours=draw(st.sampled_from([0.0, 16.0, 160.0])),
        training_boost=0.002,
        attrition=draw(st.sampled_from([0.0, 0.03])),
        salary=8000.0,
        cost_per_hire=15000.0,
        cost_per_training_hour=60.0,
    )


def one_person_at_a_time(team: Team, months: int) -> dict[str, list[float]]:
    """The model's definition in plain Python, for a team without chance: the reference for `simulate`."""
    people = [
        [number, 0, group.skill, 1.0] for number, group in enumerate(team.disciplines) for _ in range(group.people)
    ]
    found, paid = {"useful": [], "skill": [], "people": [], "cost": []}, 0.0
    for month in range(months + 1):
        for number, group in enumerate(team.disciplines):
            for _ in range(int(group.hires_per_month * month + 1e-9) - int(group.hires_per_month * (month - 1) + 1e-9)):
                if month > 0:
                    people.append([number, month, group.hire_skill, 0.0 if team.ramp_months else 1.0])
                    paid += team.cost_per_hire
        newcomers = [person for person in people if 0 < person[1] and month - person[1] < team.mentoring_months]
        free, mentors = 1 - team.training_hours / 160, len(people) - len(newcomers)
        given_time = min(team.mentoring * len(newcomers), mentors * free)
        share = given_time / (team.mentoring * len(newcomers)) if team.mentoring and newcomers else 0
        useful = 0.0
        for person in people:
            useful += (
                person[2]
                * person[3]
                * (free if any(person is other for other in newcomers) else free - given_time / mentors)
            )
        for name, value in zip(found, (useful, sum(person[2] for person in people), len(people), paid)):
            found[name].append(value)
        hours = team.training_hours
        paid += len(people) * (team.salary + hours * team.cost_per_training_hour)
        counts = np.bincount([person[0] for person in people])
        mix = 1 - sum((counts / len(people)) ** 2)
        for person in people:
            faster = 1 + (team.mentoring_boost * share if any(person is other for other in newcomers) else 0)
            k = team.disciplines[person[0]].growth + team.training_boost * hours
            k = min(1, k * (1 + team.sharing * mix) * faster)
            person[2] *= 1 + k * (1 - person[2] / team.ceiling)
            if team.ramp_months:
                person[3] = 1 - (1 - person[3]) * np.exp(-faster / team.ramp_months)
    return found


def test_the_published_case_grows_to_6_89_million_and_not_to_500():
    assert 5 * grow(100, 0.1, step=1, steps=100) == pytest.approx(6_890_306, rel=1e-6)
    published = Team((Discipline("engineers", 5, 100, growth=0.1),))
    assert simulate(published, 100).skill[:, 0, 0] == pytest.approx([500 * 1.1**month for month in range(101)])
    assert simulate(published, 0).skill.item() == 500  # what the text gives for t = 100


def test_the_published_closed_form_disagrees_with_the_recurrence_it_is_said_to_solve():
    start, rate, step = np.full(5, 100.0), 0.1, 1.0
    printed = [sum((start + rate * step) ** count) for count in range(3)]
    assert printed == pytest.approx([5, 500.5, 50_100.05])
    assert [sum(grow_by_steps(start, rate, step, count)) for count in range(3)] == pytest.approx([500, 550, 605])


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=5), rates, st.floats(0, 3), st.integers(0, 60))
def test_the_closed_form_is_the_loop(start, rate, step, steps):
    assert grow(start, rate, step, steps) == pytest.approx(grow_by_steps(start, rate, step, steps), rel=1e-9)


def test_smaller_steps_approach_the_exponential_and_the_logistic_curve():
    assert grow(100, 0.1, step=1e-4, steps=100_000) == pytest.approx(100 * np.exp(1), rel=1e-4)
    monthly = Team((Discipline("engineers", 1, 20, growth=0.001),), ceiling=100)
    assert simulate(monthly, 4000).skill[-1].item() == pytest.approx(saturate(20, 0.001, 100, 4000), rel=1e-3)
    assert saturate(20, 0.1, 100, np.array([0, 1e4])) == pytest.approx([20, 100])


@few
@given(teams(), st.integers(0, 14))
def test_the_vectorised_simulation_is_the_model_one_person_at_a_time(team, months):
    certain = replace(team, growth_spread=0.0, attrition=0.0)
    growth, wanted = simulate(certain, months, teams=2), one_person_at_a_time(certain, months)
    for name in ("useful", "skill", "people"):
        assert getattr(growth, name).sum(axis=1)[:, 0] == pytest.approx(wanted[name]), name
    assert growth.cost[:, 1] == pytest.approx(wanted["cost"])


@few
@given(teams())
def test_where_nobody_is_hired_and_nobody_leaves_the_headcount_stays(team):
    groups = [replace(group, hires_per_month=0.0) for group in team.disciplines]
    people = simulate(replace(team, disciplines=groups, attrition=0.0), 12, teams=3).people
    assert (people == np.array([group.people for group in groups])[:, None]).all()


@few
@given(teams())
def test_nobody_passes_the_ceiling_and_useful_skill_is_never_more_than_skill(team):
    growth = simulate(team, 12, teams=3)
    assert (growth.skill <= growth.people * team.ceiling + 1e-6).all() if np.isfinite(team.ceiling) else True
    assert (growth.useful >= -1e-9).all() and (growth.useful <= growth.skill + 1e-6).all()
    assert (np.diff(growth.cost, axis=0) >= 0).all()


def test_those_who_stay_follow_the_binomial_distribution_of_a_constant_hazard():
    growth = simulate(Team((Discipline("engineers", 20, 100),), attrition=0.02), 24, teams=4000, seed=3)
    for month in (1, 12, 24):
        stay = np.exp(-0.02 * month)
        people = growth.people[month, 0]
        assert people.mean() == pytest.approx(20 * stay, abs=4 * np.sqrt(20 * stay * (1 - stay) / 4000))
        expected = stats.binom(20, stay).pmf(np.arange(21)) * 4000
        usual = expected >= 5
        observed = np.bincount(people.astype(int), minlength=21)
        expected = np.append(expected[usual], expected[~usual].sum())
        assert stats.chisquare(np.append(observed[usual], observed[~usual].sum()), expected).pvalue > 0.001


def test_hires_leave_by_the_hazard_since_they_came():
    team = Team((Discipline("engineers", 0, 1, hires_per_month=1.0),), attrition=0.05)
    people = simulate(team, 30, teams=4000).people[30, 0]
    assert people.mean() == pytest.approx(np.exp(-0.05 * np.arange(30)).sum(), abs=0.2)


def test_incentives_and_culture_lower_the_hazard_and_culture_takes_its_time():
    team = Team((Discipline("engineers", 5, 100),), attrition=0.02, culture=0.5, culture_effect=1.0, culture_months=12)
    assert team.hazard([0, 12, 1e6]) == pytest.approx(0.02 * np.exp([0, -0.5 * (1 - np.exp(-1)), -0.5]))
    assert replace(team, culture_months=0).hazard(0) == pytest.approx(0.02 * np.exp(-0.5))
    assert replace(team, culture=0.0, incentive=400, incentive_effect=0.001).hazard(7) == pytest.approx(
        0.02 * np.exp(-0.4)
    )
    slow = simulate(team, 24, teams=20_000).people[24].mean() / 5
    assert slow == pytest.approx(np.exp(-team.hazard(np.linspace(0, 24, 2401)).mean() * 24), abs=0.005)


@few
@given(teams(), st.floats(0, 0.2), st.floats(0, 0.2))
def test_a_lower_hazard_never_leaves_fewer_people_in_any_team(team, one, other):
    low, high = sorted([one, other])
    stays, goes = (simulate(replace(team, attrition=hazard), 18, teams=5).people for hazard in (low, high))
    assert (stays >= goes).all()


@few
@given(teams(), rates, rates)
def test_faster_learning_never_gives_less_skill(team, one, other):
    slow, fast = (
        replace(team, disciplines=[replace(group, growth=growth) for group in team.disciplines])
        for growth in sorted([one, other])
    )
    assert (simulate(fast, 12, teams=5).useful >= simulate(slow, 12, teams=5).useful - 1e-6).all()


@few
@given(teams(), st.floats(0, 12), st.floats(0, 12))
def test_a_shorter_ramp_never_gives_less_useful_skill(team, one, other):
    short, long = (simulate(replace(team, ramp_months=ramp), 12, teams=5).useful for ramp in sorted([one, other]))
    assert (short >= long - 1e-6).all()


def test_mentoring_costs_output_at_once_and_pays_it_back():
    plain = Team((Discipline("engineers", 4, 100, hires_per_month=1, hire_skill=60),), ramp_months=6)
    mentored = replace(plain, mentoring=0.25, mentoring_boost=2.0)
    before, after = (simulate(team, 24).useful[:, 0, 0] for team in (plain, mentored))
    assert after[1] == pytest.approx(before[1] - 0.25 * 100)
    assert after[24] > before[24]


def test_a_mixed_team_learns_faster_by_blaus_index():
    same = Team((Discipline("engineers", 4, 100, growth=0.1),), sharing=0.5)
    mixed = replace(same, disciplines=[Discipline(name, 2, 100, growth=0.1) for name in ("engineers", "designers")])
    assert simulate(same, 1).skill.sum(axis=1)[1] == pytest.approx(400 * 1.1)
    assert simulate(mixed, 1).skill.sum(axis=1)[1] == pytest.approx(400 * (1 + 0.1 * (1 + 0.5 * 0.5)))


def test_time_and_cost_to_meet_a_demand():
    useful = np.array([[[1, 1, 5]], [[3, 1, 1]], [[2, 1, 5]]], dtype=float)  # 3 months, 1 discipline, 3 teams
    growth = Growth(useful, useful, useful, cost=np.array([[0, 0, 0], [10, 20, 30], [40, 50, 60]], dtype=float))
    assert growth.time_to(3).tolist() == [1, np.inf, 0]
    assert growth.cost_to(3).tolist() == [10, np.inf, 0]
    assert growth.meets(3)[-1].tolist() == [False, False, True]


def test_a_demand_for_each_discipline_must_be_met_in_each():
    growth = simulate(Team((Discipline("engineers", 5, 100, growth=0.1), Discipline("designers", 1, 100))), 20)
    assert growth.time_to(700).item() == 2
    assert growth.time_to([600, 100]).item() == 2
    assert growth.time_to([600, 101]).item() == np.inf


def test_the_comparison_of_ways_agrees_with_the_closed_form():
    idle = Team((Discipline("engineers", 5, 100),), salary=1000.0)
    train = replace(idle, training_hours=10, training_boost=0.01, cost_per_training_hour=50)
    hire = replace(idle, disciplines=[Discipline("engineers", 5, 100, hires_per_month=1)], cost_per_hire=9000)
    table = compare({"idle": idle, "train": train, "hire": hire}, demand=1000, months=24, teams=10)
    assert table.met.tolist() == [0, 1, 1] and table.held.tolist() == [0, 1, 1]
    months = np.ceil(np.log(1000 / (500 * (1 - 10 / 160))) / np.log(1.1))
    assert table.month.tolist() == table.slow_month.tolist() == [np.inf, months, 5]
    assert table.cost_to_meet.tolist() == [np.inf, months * 5 * 1500, (5 + 6 + 7 + 8 + 9) * 1000 + 5 * 9000]
    assert table.loc["idle", "cost"] == 24 * 5 * 1000


@few
@given(teams(), st.integers(0, 100))
def test_the_same_seed_gives_the_same_teams(team, seed):
    one, other = (simulate(team, 6, teams=3, seed=seed) for _ in range(2))
    assert (one.useful == other.useful).all() and (one.cost == other.cost).all()


def test_another_seed_gives_other_teams_and_more_teams_leave_the_first_ones_as_they_were():
    team = Team((Discipline("engineers", 9, 100, growth=0.05),), growth_spread=0.3, attrition=0.03)
    assert (simulate(team, 12, 300, seed=1).skill != simulate(team, 12, 300, seed=2).skill).any()
    assert (simulate(team, 12, 1000).skill[..., :750] == simulate(team, 12, 750).skill).all()


def test_people_differ_around_the_growth_that_is_set():
    team = Team((Discipline("engineers", 50, 100, growth=0.05),), growth_spread=0.5)
    growth = simulate(team, 1, teams=2000).skill[1, 0] / 5000 - 1
    assert growth.mean() == pytest.approx(0.05, rel=0.01)
    assert growth.std() == pytest.approx(0.05 * np.sqrt(np.expm1(0.25) / 50), rel=0.1)


def test_bands_are_ordered_and_start_where_the_team_starts():
    team = Team((Discipline("engineers", 5, 100, growth=0.05),), growth_spread=0.3, attrition=0.02, salary=10)
    bands = simulate(team, 12, teams=200).bands()
    assert list(bands) == [5, 25, 50, 75, 95] and len(bands) == 13
    assert (bands.loc[0] == 500).all() and (np.diff(bands, axis=1) >= 0).all()
    assert simulate(team, 12, teams=200).bands("cost", [50]).loc[1, 50] == 50


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Discipline("a", -1, 100), r"people is -1; it must be a whole number of at least 0"),
        (lambda: Discipline("a", 2.5, 100), r"people is 2\.5; it must be a whole number"),
        (lambda: Discipline("a", 5, 100, growth=1.5), r"growth is 1\.5; it must be a number from 0 to 1"),
        (lambda: Discipline("a", 5, float("nan")), "skill is nan"),
        (lambda: Discipline("a", 5, 100, hires_per_month=np.inf), "hires_per_month is inf"),
        (lambda: Discipline("a", 5, 100, hire_skill=True), "hire_skill is True"),
        (lambda: Team(()), "disciplines is empty"),
        (
            lambda: Team((Discipline("a", 5, 100),), ceiling=90),
            r"skill of 'a' is 100; it must be a number from 0 to 90",
        ),
        (lambda: Team((Discipline("a", 5, 100),), culture=2), "culture is 2; it must be a number from 0 to 1"),
        (lambda: Team((Discipline("a", 5, 100),), training_hours=200), "training_hours is 200; .* from 0 to 160"),
        (lambda: Team((Discipline("a", 5, 100),), attrition="2 %"), "attrition is '2 %'"),
        (lambda: simulate(Team((Discipline("a", 5, 100),)), months=1.5), r"months is 1\.5; it must be a whole number"),
        (lambda: simulate(Team((Discipline("a", 5, 100),)), 12, teams=0), "teams is 0; .* at least 1"),
        (lambda: simulate(Team((Discipline("a", 5, 100),)), 12, seed=-1), "seed is -1"),
        (lambda: simulate(Team((Discipline("a", 5, 100),)), 12).time_to([1, 2]), r"demand has the shape \(2,\)"),
        (lambda: simulate(Team((Discipline("a", 5, 100),)), 12).time_to(-1), "demand is -1"),
        (lambda: simulate(Team((Discipline("a", 5, 100),)), 12).bands("luck"), "of is 'luck'"),
        (lambda: grow(100, 0.1, step=-1, steps=3), "step is -1"),
        (lambda: grow_by_steps(100, 0.1, step=1, steps=2.5), r"steps is 2\.5"),
        (lambda: saturate(0, 0.1, 100, 5), "start is 0; it must be positive"),
        (lambda: saturate(120, 0.1, 100, 5), r"start is 120; it must be positive and at most 100"),
    ],
)
def test_a_value_outside_its_range_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
