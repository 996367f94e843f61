"""The peak is the highest that was held inside, above the start."""

import time

import numpy as np
import pytest

from trainlib.finetune import memory

MIB = 2**20


@pytest.mark.parametrize("system", ["this one", "without /proc"])
def test_the_peak_counts_what_was_freed_again_and_not_what_was_there_before(system, monkeypatch):
    if system == "without /proc":
        monkeypatch.setattr(memory, "HELD", "/no/such/file")
    before = np.ones(100 * MIB, dtype=np.uint8)
    with memory.peak() as peak:
        for size in (40, 80, 20):
            held = np.ones(size * MIB, dtype=np.uint8)
            time.sleep(5 * memory.EVERY)
            del held
    assert before.all() and 75 * MIB < peak() < 130 * MIB


def test_work_is_charged_for_memory_that_other_work_has_freed_before():
    taken = []
    for _ in range(2):
        with memory.peak() as peak:
            parts = [bytes(50_000) for _ in range(1_000)]  # too small to be handed back one by one
            time.sleep(5 * memory.EVERY)
            del parts
        taken.append(peak())
    assert min(taken) > 40 * MIB, taken
