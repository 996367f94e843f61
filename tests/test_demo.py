"""The SIMULATED cohort of `python -m grading demo`: as many learners as one likes, with the scores that were drawn."""

import json

import numpy as np
import pytest

from grading import demo
from grading.authoring import items
from trainlib import questions


def test_the_demo_can_have_any_number_of_learners_and_all_of_them_are_simulated():
    for count in (1, 4, 5, 13):
        table = demo.simulated(count)
        assert table.learner.nunique() == count and table.learner.str.startswith("simulated").all()
        tests = demo.answered_tests(table)
        for row in table.drop_duplicates("learner").itertuples():
            given = {}
            exec("\n".join(tests[row.learner, questions.CHECK_OUT].values()), given)
            right = [
                given[part][number] == key
                for part in dict(items.places())
                for number, key in items.solution(questions.CHECK_OUT, part, row.learner, demo.TRACK).items()
            ]
            assert np.mean(right) == pytest.approx(row.post)
    assert json.dumps(demo.cohort_toml(table)).count("simulated-") == 13
