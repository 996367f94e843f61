"""How long a thousandfold "what if" takes: 10,000 teams over 60 months, and 100,000 plans. `make bench-talent`

The goal is a median of at most 2 s on two cores, so that a slider in a lesson answers while the learner looks.
"""

import os
import time
from statistics import median

import numpy as np

from trainlib import effect, talent

RUNS, GOAL = 5, 2.0  # seconds


def teams() -> None:
    """Every part of the model at work: two disciplines, hiring, mentoring, attrition that culture lowers."""
    people = [
        talent.Discipline("engineers", people=8, skill=40, growth=0.04, hires_per_month=0.5, hire_skill=30),
        talent.Discipline("analysts", people=4, skill=35, growth=0.03, hires_per_month=0.25),
    ]
    levers = {"sharing": 0.3, "mentoring": 0.1, "mentoring_boost": 0.5, "culture": 0.6, "culture_effect": 0.8}
    team = talent.Team(
        people, ceiling=100, growth_spread=0.3, ramp_months=3, attrition=0.02, culture_months=6, **levers
    )
    talent.simulate(team, months=60, teams=10_000)


def plans() -> None:
    training, draw = effect.preset("retail").training, np.random.default_rng(0)
    E, M, hours = draw.random((100_000, 1)), draw.random((100_000, 1)), draw.uniform(0, 40, (100_000, 4))
    training.gain(E, M, P=hours, C=draw.uniform(0, 30_000, 100_000))


def seconds(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    print(f"{os.cpu_count()} cores, median of {RUNS} runs (fastest to slowest), goal {GOAL:g} s")
    for name, work in {"10,000 teams × 60 months": teams, "100,000 plans": plans}.items():
        taken = sorted(seconds(work) for _ in range(RUNS))
        verdict = "met" if median(taken) <= GOAL else "MISSED"
        print(f"{name:26} {median(taken):.3f} s ({taken[0]:.3f} to {taken[-1]:.3f}): goal {verdict}")
