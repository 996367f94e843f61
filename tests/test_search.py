"""A search under a real Ray: the same trials again, poor ones stopped, a failed one told, and gone on with after a
stop."""

import pytest
import torch
from test_finetune import LABELS, tiny

from trainlib import finetune, models, search

tune = pytest.importorskip("ray.tune", reason="needs the extra `scale`")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small_model(tmp_path_factory, tokenizer):
    folder = tmp_path_factory.mktemp("tiny")
    tiny().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def test_a_search_finds_the_better_rate_stops_the_other_and_tells_what_failed(
    table, small_model, ray_cluster, tmp_path
):
    space = {"learning_rate": tune.grid_search([1e-3, 0.3]), "batch_size": tune.grid_search([4, 0])}
    given = {"model": small_model, "trials": 1, "epochs": 4, "metric": "dev_loss", "address": ray_cluster.address}
    found = search.run(table, space, **given, folder=tmp_path / "one")
    assert len(found.trials) == 4 and found.best == {"learning_rate": 1e-3, "batch_size": 4}
    failed = found.trials[found.trials["batch_size"] == 0]
    assert failed["error"].str.contains("batch_size is 0; it must be").all()
    assert found.trials["dev_loss"].iloc[:2].is_monotonic_increasing
    alone = finetune.fit(
        *models.load(small_model, labels=LABELS), table, epochs=4, progress=False, **found.best
    ).history["dev_loss"]
    assert found.trials["dev_loss"].iloc[0] == pytest.approx(alone.min(), rel=1e-3)
    again = search.run(table, space, **given, folder=tmp_path / "one")
    assert again.trials["dev_loss"].iloc[0] == found.trials["dev_loss"].iloc[0], "a finished search is read, not run"


def test_without_an_address_a_search_starts_a_ray_of_its_own(table, small_model, monkeypatch, tmp_path):
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")  # a cluster that Ray itself would join, and nobody is there
    found = search.run(table, {"learning_rate": 1e-3}, model=small_model, trials=1, epochs=1, folder=tmp_path)
    assert found.best == {"learning_rate": 1e-3}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"space": {"speed": 3}}, r"space has \['speed'\]; its names must be among"),
        ({"space": {"epochs": 3}}, r"space has \['epochs'\]"),
        ({"metric": "f1"}, "metric is 'f1'; it must be one of dev_f1, dev_accuracy, dev_loss"),
        ({"trials": 0}, "trials is 0; it must be a whole number"),
        ({"cores": 1.5}, "cores is 1.5; it must be a whole number"),
    ],
)
def test_what_cannot_be_searched_is_refused_before_ray_starts(table, change, message):
    given = {"space": {"learning_rate": [1e-3]}} | change
    with pytest.raises(ValueError, match=message):
        search.run(table, **given)
    assert not torch.distributed.is_initialized()


def test_a_table_without_dev_rows_is_refused(table):
    with pytest.raises(ValueError, match='no rows whose split is "dev"'):
        search.run(table.assign(split="train"), {"learning_rate": [1e-3]})
