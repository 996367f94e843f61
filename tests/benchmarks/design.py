"""A SIMULATED programme of three cohorts: how the weights' intervals shrink with a design, and without one.

    python tests/benchmarks/design.py [--programmes N]

Each programme has its own true weights, which differ a little from cohort to cohort; each cohort is pooled with those
before it. Nobody took part. The numbers stand in CONTRIBUTING.
"""

import argparse

import numpy as np

from trainlib import design, experiment
from trainlib.design import Design, Setting
from trainlib.effect import Stage, TrainingEffect
from trainlib.experiment import Estimate

STAGES = (
    ("principles", 0.3, 0.8, 0.2, 6),
    ("theory", 0.2, 0.5, 0.5, 8),
    ("practice", 0.25, 0.6, 0.4, 12),
    ("project", 0.15, 0.3, 0.7, 20),
)
NAMES = [name for name, *_ in STAGES]
SETTING = Setting(24, trainers={"a": 0.8, "b": 0.6}, hours_spread=0.2)
BETWEEN = 0.03  # how far a weight spreads between cohorts
COHORTS = 3
SEED = 0


def designs() -> list[Design]:
    """Those compared: as today, with different hours, and with all that a design.toml can ask for."""
    usual, low, high = [6, 9, 16, 12], [3, 4, 8, 6], [9, 14, 24, 18]
    found = {one.name: one for one in design.designs(usual, low, high, (1, 2, 3, 2), 2, 8, (0, 1, 2))}
    return [found[name] for name in ("all alike", "hours differ", "waves, hours differ, tests between")]


def programme(which: Design, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean width of the weights' intervals after each cohort (COHORTS,), and the share that holds the truth."""
    rng, known = np.random.default_rng([SEED, number]), []
    low, high, width, held = np.zeros(len(STAGES)), np.ones(len(STAGES)), np.ones(COHORTS), np.ones(COHORTS)
    for turn in range(COHORTS):
        weights = np.clip([row[1] for row in STAGES] + rng.normal(0, BETWEEN, len(STAGES)), 0, 1)
        weights /= max(1.0, weights.sum())
        training = TrainingEffect(
            [Stage(name, float(weight), *rest) for (name, _, *rest), weight in zip(STAGES, weights)], 1.0
        )
        table, occasions = design.simulate(training, which, SETTING, seed=int(rng.integers(2**32)))
        try:
            found = design.fit(table, occasions, training, which, items=SETTING.items, draws=300, seed=number)
        except ValueError:  # stages cannot be told apart: nothing is learnt, and what was known stays
            found = None
        if found is not None:
            own, low, high = Estimate.of(f"cohort {turn + 1}", found), found.low, found.high
            if known:
                pooled = experiment.pool(own, known, NAMES, draws=2).pooled
                low, high = pooled.low.to_numpy(), pooled.high.to_numpy()
            known.append(own)
        width[turn], held[turn] = (high - low).mean(), ((low <= weights) & (weights <= high)).mean()
    return width, held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programmes", type=int, default=100)
    programmes = parser.parse_args().programmes
    print(f"SIMULATED: {programmes} programmes of {COHORTS} cohorts of {SETTING.people}, seed {SEED}")
    for which in designs():
        width, held = map(np.array, zip(*(programme(which, number) for number in range(programmes))))
        rng = np.random.default_rng(SEED)
        drawn = width[rng.integers(programmes, size=(2000, programmes))].mean(axis=1)
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        said = ", ".join(f"{mean:.2f} ({a:.2f} to {b:.2f})" for mean, a, b in zip(width.mean(axis=0), low, high))
        rows = held[rng.integers(programmes, size=(2000, programmes))].mean(axis=(1, 2))
        truth = "{:.3f} ({:.3f} to {:.3f})".format(held.mean(), *np.quantile(rows, [0.025, 0.975]))
        print(f"{which.name}: mean width after each cohort {said}; truth held in {truth}")


if __name__ == "__main__":
    main()
