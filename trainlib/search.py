"""Find settings worth having: many fine-tuning runs under Ray Tune, of which the poor ones are stopped early.

    from ray import tune
    from trainlib import data, search

    found = search.run(data.load("movie_sentences", rows=600), {"learning_rate": tune.loguniform(1e-5, 1e-3)}, trials=8)
    found.trials, found.best

ASHA stops a trial that is not among the better half of those that have come as far (Li and others, MLSys 2020). Runs on
all cores of this machine, or with `address` on a Ray cluster whose machines have trainlib. Needs Ray:
`pip install "trainlib[scale]"`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import pandas as pd

from trainlib import finetune, models
from trainlib._values import check_whole, name_of

__all__ = ["METRICS", "Found", "run"]

METRICS = {f"dev_{name}": "max" if finetune.METRICS[name] > 0 else "min" for name in finetune.Classes.metrics}


@dataclass
class Found:
    """What a search has found: `trials`, a row each, the best first, and the settings of the first."""

    trials: pd.DataFrame
    best: dict[str, object]


def run(
    table: pd.DataFrame,
    space: Mapping[str, object],
    *,
    model: str = "minilm",
    trials: int = 8,
    epochs: int = 3,
    metric: str = "dev_f1",
    cores: int = 1,
    seed: int = 0,
    folder: str | Path | None = None,
    address: str | None = None,
) -> Found:
    """Try `trials` settings drawn from `space`, each on the "train" rows of `table`, judged on its "dev" rows by epoch.

    `space` has, for names of `finetune.Settings`, a value, a list of values to choose from, or one of Ray Tune's
    ranges. `cores` is how many each trial takes. `folder` keeps the search: with the same folder one that was killed
    goes on. `address` is that of a Ray cluster ("auto" for the one that this machine belongs to); None starts a local
    one.

    A trial that fails costs only itself: its row says why. ValueError for names and metrics that do not exist, for a
    table without dev rows, and where every trial has failed. ImportError names the extra where Ray is missing.
    """
    _check(table, space, metric, {"trials": trials, "epochs": epochs, "cores": cores})
    if Path(model).is_dir():
        model = str(Path(model).resolve())  # a trial runs in a folder of its own
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        from ray import tune
    except ImportError:
        raise ImportError('a search needs Ray: pip install "trainlib[scale]"') from None

    started = not ray.is_initialized()
    if started:
        # Without an address Ray itself would join whatever cluster was started last on this machine.
        ray.init(address=address or "local", include_dashboard=False, log_to_driver=False, logging_level="error")
    try:
        one = partial(_trial, model=model, epochs=epochs, cores=cores, metric=metric)
        task = tune.with_resources(tune.with_parameters(one, table=table), {"cpu": cores})
        where = Path(folder).resolve() if folder else None
        if where and tune.Tuner.can_restore(str(where)):
            tuner = tune.Tuner.restore(str(where), task)
        else:
            tuner = _new_tuner(task, space, trials, epochs, metric, seed, where)
        return _found(tuner.fit(), metric, epochs)
    finally:
        if started:
            ray.shutdown()


def _check(table: pd.DataFrame, space: Mapping[str, object], metric: str, counts: dict[str, int]) -> None:
    """ValueError for names and numbers that cannot be searched with, and for a table that no trial could be judged
    on."""
    known = {field.name for field in fields(finetune.Settings)} - {"epochs"}
    if unknown := sorted(set(space) - known):
        raise ValueError(f"space has {unknown}; its names must be among {sorted(known)}")
    if metric not in METRICS:
        raise ValueError(f"metric is {metric!r}; it must be one of {', '.join(METRICS)}")
    for name, value in counts.items():
        check_whole(name, value, 1)
    if "split" not in table or not (table["split"] == "dev").any():
        raise ValueError('table has no rows whose split is "dev": no trial could be judged')


def _new_tuner(task, space: Mapping[str, object], trials: int, epochs: int, metric: str, seed: int, where: Path | None):
    """Ray Tune's own object for a search that begins."""
    from ray import tune

    return tune.Tuner(
        task,
        param_space={name: tune.choice(value) if isinstance(value, list) else value for name, value in space.items()},
        tune_config=tune.TuneConfig(
            metric=metric,
            mode=METRICS[metric],
            num_samples=trials,
            scheduler=tune.schedulers.ASHAScheduler(time_attr="epoch", max_t=epochs, reduction_factor=2),
            search_alg=tune.search.BasicVariantGenerator(random_state=seed),
        ),
        run_config=tune.RunConfig(
            storage_path=str(where.parent) if where else None, name=where.name if where else None, verbose=0
        ),
    )


def _trial(settings: dict, table: pd.DataFrame, model: str, epochs: int, cores: int, metric: str) -> None:
    """One run, in a process that Ray has started; reports each epoch's row, or why there are none."""
    import torch
    from ray import tune

    torch.set_num_threads(cores)
    names = (
        list(table["label"].cat.categories)
        if hasattr(table["label"], "cat")
        else sorted({name_of(label) for label in table["label"]})
    )
    tell = lambda row: tune.report(row) if "epoch" in row else None
    try:
        network, tokenizer = models.load(model, labels=names, seed=settings.get("seed", 0))
        finetune.fit(network, tokenizer, table, epochs=epochs, progress=False, callback=tell, **settings)
    except (ValueError, ArithmeticError, MemoryError, OSError) as error:
        worst = -1.0 if METRICS[metric] == "max" else 1e9  # the scheduler computes with it: not infinite
        tune.report({"epoch": epochs, metric: worst, "error": str(error)})


def _found(results, metric: str, epochs: int) -> Found:
    rows = []
    for result in results:
        shown, row = result.metrics_dataframe, dict(result.config or {}) | {"config": result.config}
        row["error"] = str(result.error).strip().splitlines()[-1] if result.error else ""
        if shown is not None and metric in shown:
            if "error" in shown and isinstance(last := shown["error"].iloc[-1], str):
                row["error"], shown = last, shown[:-1]
            if len(scores := shown[metric].reset_index(drop=True)):
                best = scores.idxmax() if METRICS[metric] == "max" else scores.idxmin()
                row |= {metric: scores[best], "best_epoch": best + 1, "epochs": len(scores)}
            row["stopped_early"] = len(scores) < epochs and not row["error"]
        rows.append(row)
    trials = pd.DataFrame(rows)
    if metric not in trials:
        raise ValueError(f"all {len(trials)} trials failed, the first with: {trials['error'].iloc[0]}")
    trials = trials.sort_values(metric, ascending=METRICS[metric] == "min", ignore_index=True)
    best = trials.pop("config").iloc[0]
    return Found(trials, best)
