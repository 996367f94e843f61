"""What did people learn, and what did it cost? The rigour of `measure` for learners, tests, trainers and money.

    gains(cohort)            a row a learner: gain, normalised gain, hours, cost
    normalised_gain, effect_size, retention                      how much was learnt, and how much stayed
    items, reliability                                           how good the test is
    trainers, survey, kirkpatrick                                what learners said, and what the training did
    per_point, return_on_training, cycle_time                    cost, hours and days
    staggered                                                    those who have not started yet as the control group

Each function takes plain arrays, or the table that `trainlib.cohort.check` describes, and gives a `Score` with its
interval or a table of them. Scores lie from 0 to 1; ratings too, an answer on five points counting (points - 1) / 4.
The intervals speak of other learners from the same source, independent of each other: whole teams that share their
luck make them too narrow.

It stands beside `measure` because that module speaks of models' predictions: each can be read in one sitting.
"""

import warnings

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from trainlib._values import check_level
from trainlib.cohort import check
from trainlib.measure import Pooled, Score, mean, pooled, proportion

__all__ = [
    "FAVOURABLE",
    "LEVELS",
    "NOT_MEASURED",
    "cycle_time",
    "effect_size",
    "gains",
    "items",
    "kirkpatrick",
    "normalised_gain",
    "per_point",
    "reliability",
    "retention",
    "return_on_training",
    "staggered",
    "survey",
    "trainers",
]

FAVOURABLE = 0.75  # a rating from 4 of 5 points
NOT_MEASURED = (np.nan, np.nan, np.nan)
LEVELS = ("1 reaction", "2 learning", "3 behaviour", "4 results")


def gains(cohort: pd.DataFrame) -> pd.DataFrame:
    """A row for each learner of a cohort: team, pre, post, gain, normalised_gain, hours and cost over all stages.

    The gain is post - pre; the normalised gain, (post - pre) / (1 - pre), is missing where pre is 1. Both are missing
    where post is. ValueError for a table that `cohort.check` refuses.
    """
    rows = check(cohort).groupby("learner")
    table = rows[["team", "pre", "post"]].first().join(rows[["hours", "cost"]].sum())
    gain = table.post - table.pre
    table.insert(3, "gain", gain)
    table.insert(4, "normalised_gain", gain / (1 - table.pre).where(table.pre < 1))
    return table


def normalised_gain(pre, post, level: float = 0.95) -> Score:
    """Hake's gain of a group: (mean post - mean pre) / (1 - mean pre), the share of what could be learnt that was.

    `pre` and `post` (learners,), from 0 to 1, of the same learners. Fieller's interval: it holds the g for which
    post - pre - g · (1 - pre) may have the mean 0 by a t-test. Sources: Hake, American Journal of Physics 66 (1998)
    64-74; Fieller, Journal of the Royal Statistical Society B 16 (1954) 175-185.
    """
    pre, post = _scores(pre=pre, post=post)
    return _ratio(post - pre, 1 - pre, level)


def retention(pre, post, later, level: float = 0.95) -> Score:
    """The share of the gain that is left `later`, after 30 days say: (mean later - mean pre) / (mean post - mean pre).

    All three are (learners,), from 0 to 1, of the same learners. Fieller's interval; it has no ends where the gain
    itself is not sure to be above 0.
    """
    pre, post, later = _scores(pre=pre, post=post, later=later)
    return _ratio(later - pre, post - pre, level)


def effect_size(before, after, paired: bool = True, level: float = 0.95) -> Score:
    """How large a difference is, in standard deviations, without the bias of small samples.

    `paired`: before and after are of the same learners; the change is measured in standard deviations of `before`, with
    Becker's large-sample interval (British Journal of Mathematical and Statistical Psychology 41 (1988) 257-278). Not
    paired: two groups, without the training and with it; Hedges' g, with the exact interval for normal scores of
    equal spread, from the noncentral t distribution (Hedges and Olkin, Statistical methods for meta-analysis (1985),
    chapter 5). Scores may be on any scale. ValueError for fewer than three in a group or for a spread of 0.
    """
    check_level(level)
    before, after = _numbers("before", before, least=3), _numbers("after", after, least=3)
    if paired and before.shape != after.shape:
        raise ValueError(f"before holds {len(before)} scores and after {len(after)}; paired, both need one a learner")
    freedom = len(before) - 1 if paired else len(before) + len(after) - 2
    squares = ((before - before.mean()) ** 2).sum() + (0 if paired else ((after - after.mean()) ** 2).sum())
    spread = np.sqrt(squares / freedom)
    if spread == 0:
        raise ValueError("before holds equal scores only; without a spread there is no effect size")
    small = _bias(freedom)
    value = float(small * (after.mean() - before.mean()) / spread)
    if paired:
        error = np.sqrt((after - before).var(ddof=1) / spread**2 / len(before) + value**2 / (2 * len(before)))
        half = float(stats.t.ppf((1 + level) / 2, freedom) * error)
        return Score(value, value - half, value + half, level, f"Becker, n = {len(before)} pairs")
    scale = np.sqrt(len(before) * len(after) / (len(before) + len(after)))  # from an effect size to Student's t
    low, high = (
        _noncentrality(value / small * scale, freedom, share) / scale for share in ((1 + level) / 2, (1 - level) / 2)
    )
    return Score(value, float(low), float(high), level, f"Hedges g, n = {len(before)} and {len(after)}")


def items(answers, level: float = 0.95) -> pd.DataFrame:
    """How hard each question is, and whether it tells those who know from those who do not.

    `answers` (learners, questions), a table or array of scores; right or wrong counts 1 or 0. A row a question:
    * `difficulty`: the share of points got, as the field calls it, so an easy question is near 1;
    * `discrimination`: its correlation with the sum of all other questions. Near 0 it says nothing, below 0 it is
      ambiguous or keyed wrongly; from about 0.2 it is of use;
    * `alpha_without`: the reliability of the test without it.
    Each with `_low` and `_high`: Wilson's interval for 0 or 1, Student's t otherwise; for a correlation one that holds
    whatever the distribution (Steiger and Hakstian, British Journal of Mathematical and Statistical Psychology 35
    (1982) 208-215), on Fisher's scale. A question that all answered alike has no discrimination: nan.
    Source: Lord and Novick, Statistical theories of mental test scores (1968), chapter 15.
    """
    names, answers = _answers(answers)
    check_level(level)
    rest = answers.sum(axis=1, keepdims=True) - answers
    rows = []
    for number in range(len(names)):
        points = answers[:, number]
        binary = np.isin(points, (0, 1)).all()
        share = proportion(points.sum(), len(points), level) if binary else mean(points, level)
        told = _correlation(points, rest[:, number], level)
        others = np.delete(answers, number, axis=1)
        row = {"difficulty": share.value, "difficulty_low": share.low, "difficulty_high": share.high}
        row |= {"discrimination": told[0], "discrimination_low": told[1], "discrimination_high": told[2]}
        rows.append(row | {"alpha_without": _alpha(others) if len(names) > 2 else np.nan})
    return pd.DataFrame(rows, index=pd.Index(names, name="question"))


def reliability(answers, level: float = 0.95) -> Score:
    """Cronbach's alpha of a test, which for right or wrong is Kuder and Richardson's formula 20.

    About the share of the differences between learners' sums that another test of such questions would show again; it
    is a lower bound for it. `answers` is (learners, questions). Feldt's interval, exact for normal scores. Sources:
    Cronbach, Psychometrika 16 (1951) 297-334; Feldt, Psychometrika 30 (1965) 357-370.
    """
    names, answers = _answers(answers)
    check_level(level)
    alpha, learners = _alpha(answers), len(answers)
    freedom = learners - 1, (learners - 1) * (len(names) - 1)
    low, high = (1 - (1 - alpha) * stats.f.ppf(share, *freedom) for share in ((1 + level) / 2, (1 - level) / 2))
    return Score(alpha, float(low), float(high), level, f"Feldt, {learners} learners, {len(names)} questions")


def trainers(cohort: pd.DataFrame, level: float = 0.95) -> Pooled:
    """How learners rated each trainer, after partial pooling (`measure.pooled`): what they liked, not what they
    learnt."""
    table = check(cohort)
    return pooled(table.trainer_rating, table.trainer, level)


def survey(cohort: pd.DataFrame, by: str = "stage", level: float = 0.95) -> pd.DataFrame:
    """The answers on trainer and content, a row for each group of `by` (a column such as stage, team or trainer).

    Columns trainer and content, each the mean rating with _low and _high, and _answered and _favourable, shares of
    learners: who answered, and of those who gave 4 or 5 of 5 points. A mean of fewer than two answers has no interval.
    """
    table = check(cohort)
    if by not in table:
        raise ValueError(f"by is {by!r}; it must be a column of the cohort: {', '.join(table)}")
    rows = {}
    for name, group in table.groupby(by):
        row = {}
        for what in ("trainer", "content"):
            answers = group[f"{what}_rating"].dropna()
            value, low, high = _triple(_mean_rating(answers, level))
            row |= {what: value, f"{what}_low": low, f"{what}_high": high}
            row[f"{what}_answered"] = len(answers) / len(group)
            row[f"{what}_favourable"] = proportion((answers >= FAVOURABLE).sum(), len(answers), level).value
        rows[name] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)


def kirkpatrick(
    cohort: pd.DataFrame, later=None, used=None, results: Score | None = None, level: float = 0.95
) -> pd.DataFrame:
    """The four levels at which a training can be judged, a row each: measure, value, low, high, learners.

    1 reaction: mean rating of content and trainers. 2 learning: normalised gain. 3 behaviour: `used` (learners,), bool,
    the share who use it on the job by a follow-up; and, if `later` is given, the retention of the gain: scores by
    learner, as a Series. 4 results: `results`, a Score that you computed, of `staggered` or `return_on_training`, say.
    What is not given stands there as not measured: a course that knows level 1 only should see that.
    Source: Kirkpatrick, Techniques for evaluating training programs, Journal of the ASTD 13 (1959) and 14 (1960).
    """
    people = gains(cohort)
    table = check(cohort)
    done = people.dropna(subset="post")
    rows = []
    for what in ("content", "trainer"):
        by_learner = table.groupby("learner")[f"{what}_rating"].mean().dropna()
        rows.append((LEVELS[0], f"mean rating of the {what}", _mean_rating(by_learner, level), len(by_learner)))
    gain = normalised_gain(done.pre, done.post, level) if len(done) > 1 else None
    rows.append((LEVELS[1], "normalised gain", gain, len(done)))
    if later is not None:
        both = done.join(pd.Series(later, name="later"), how="inner").dropna(subset="later")
        rows.append(
            (LEVELS[2], "share of the gain that is left", retention(both.pre, both.post, both.later, level), len(both))
        )
    if used is not None:
        used = _numbers("used", used, least=1, allowed=(0, 1))
        rows.append((LEVELS[2], "share who use it on the job", proportion(used.sum(), len(used), level), len(used)))
    if later is None and used is None:
        rows.append((LEVELS[2], "not measured", None, 0))
    rows.append((LEVELS[3], results.method if results else "not measured", results, len(people) if results else 0))
    columns = ["level", "measure", "value", "low", "high", "learners"]
    return pd.DataFrame([(*row[:2], *_triple(row[2]), row[3]) for row in rows], columns=columns).set_index("level")


def per_point(spent, pre, post, level: float = 0.95) -> Score:
    """What one percentage point of gain took: money where `spent` (learners,) is cost, hours where it is hours.

    The sum of all that was spent over the sum of all gains, 100 · (post - pre), so learners who gained nothing count
    too. Fieller's interval, without ends where the gain is not sure to be above 0.
    """
    pre, post = _scores(pre=pre, post=post)
    spent = _numbers("spent", spent, least=2, low=0)
    if spent.shape != pre.shape:
        raise ValueError(f"spent holds {len(spent)} numbers and pre {len(pre)}; both need one a learner")
    return _ratio(spent, 100 * (post - pre), level)


def return_on_training(benefit, cost, level: float = 0.95) -> Score:
    """Net benefit for each unit of money spent: (benefit - cost) / cost, over all learners.

    `benefit` and `cost` (learners,), in the same currency; 0.5 says that each unit spent came back and brought half of
    one more. What counts as benefit is yours to show: take it from a comparison such as `staggered`, not from hope.
    Source: Phillips, Return on investment in training and performance improvement programs (2003).
    """
    benefit, cost = _numbers("benefit", benefit, least=2), _numbers("cost", cost, least=2, low=0)
    if benefit.shape != cost.shape or cost.sum() == 0:
        raise ValueError(
            f"benefit holds {len(benefit)} numbers, cost {len(cost)} with the sum {cost.sum():g}; it must be above 0"
        )
    score = _ratio(benefit, cost, level)
    return Score(score.value - 1, score.low - 1, score.high - 1, level, "return on training, Fieller")


def cycle_time(days, done, level: float = 0.95) -> Score:
    """The median number of days from start to finish, counting those who have not finished rightly.

    `days` (learners,): from the start to the finish or, where `done` (learners,) is False, until today. To leave those
    out would make every course look fast. Kaplan and Meier's estimate with a log-log interval; inf where half have not
    finished, or may not. Sources: Kaplan and Meier, JASA 53 (1958) 457-481; Brookmeyer and Crowley, Biometrics 38
    (1982) 29-41.
    """
    check_level(level)
    days, done = _numbers("days", days, least=1, low=0), _numbers("done", done, least=1, allowed=(0, 1)) == 1
    if days.shape != done.shape:
        raise ValueError(f"days holds {len(days)} numbers and done {len(done)}; both need one a learner")
    if not done.any():
        return Score(np.inf, 0.0, np.inf, level, "Kaplan-Meier, nobody has finished")
    left = stats.ecdf(stats.CensoredData(uncensored=days[done], right=days[~done])).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # there is no interval where all or none are left
        bounds = left.confidence_interval(level, method="log-log")
    value, low, high = (
        _first(left.quantiles, np.where(np.isnan(share), left.probabilities, share) <= 0.5)
        for share in (left.probabilities, bounds.low.probabilities, bounds.high.probabilities)
    )
    return Score(value, low, high, level, f"Kaplan-Meier, {done.sum()} of {len(days)} finished")


def staggered(table: pd.DataFrame, level: float = 0.95) -> Score:
    """What the training added, by difference in differences: who has not started yet is the control group.

    `table` has a row for each unit and period: `unit` (a learner; or a team, with its mean, where whole teams start
    together), `period` (a number), `score` (anything), and `start`: the first period in which the unit had the
    training, the same in all of its rows; missing or inf where it never had. Each unit stands in each period once.

    For each start g and period t ≥ g: the change from the last period before g to t in those who started in g, minus
    the same change in those who start after t. The value is the mean of these over all units and periods treated that
    have such a comparison. A regression with dummies would also compare with units that had the training before, and
    can be wrong in sign (Goodman-Bacon, Journal of Econometrics 225 (2021) 254-277). It holds if both groups would have
    changed alike without the training. With two groups and two periods it is Welch's t interval of the changes.
    ValueError where nothing can be compared. Source: Callaway and Sant'Anna, Journal of Econometrics 225 (2021)
    200-230.
    """
    check_level(level)
    scores, start = _panel(table)
    starts, group, sizes = np.unique(start, return_inverse=True, return_counts=True)
    weights = _comparisons(starts, sizes, scores.columns.to_numpy())
    value = variance = freedom = 0.0
    for number in np.flatnonzero(weights.any(axis=1)):
        size = sizes[number]
        if size < 2:
            raise ValueError(f"start {starts[number]:g} has one unit; a group needs two to show how much they differ")
        part = scores.to_numpy()[group == number] @ weights[number]
        error = part.var(ddof=1) / size
        value, variance, freedom = value + part.mean(), variance + error, freedom + error**2 / (size - 1)
    half = stats.t.ppf((1 + level) / 2, variance**2 / freedom) * np.sqrt(variance) if freedom else 0.0
    method = f"difference in differences, {len(start)} units"
    return Score(float(value), float(value - half), float(value + half), level, method)


def _comparisons(starts: np.ndarray, sizes: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """What the mean scores (starts, periods) are multiplied with to give the mean effect on those treated."""
    weights, treated = np.zeros((len(starts), len(periods))), 0
    for number in np.flatnonzero(np.isfinite(starts)):
        before = np.flatnonzero(periods < starts[number])
        for now in np.flatnonzero(periods >= starts[number]):
            waiting = starts > periods[now]
            if not len(before) or not waiting.any():
                continue
            change = np.zeros(len(periods))
            change[now], change[before[-1]] = sizes[number], -sizes[number]
            weights[number] += change
            weights[waiting] -= change * (sizes[waiting] / sizes[waiting].sum())[:, None]
            treated += sizes[number]
    if treated == 0:
        raise ValueError("start leaves nobody to compare: some must be seen before they start, while others still wait")
    return weights / treated


def _panel(table: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Scores (units, periods) and each unit's start, inf where it never started."""
    if missing := [name for name in ("unit", "period", "score", "start") if name not in table]:
        raise ValueError(f"the table has the columns {list(table.columns)}; {', '.join(missing)} is missing")
    if (twice := table.duplicated(["unit", "period"])).any():
        unit, period = table.loc[twice.to_numpy(), "unit"].iloc[0], table.loc[twice.to_numpy(), "period"].iloc[0]
        raise ValueError(f"unit {unit} stands twice in period {period}; it must stand there once")
    starts = table.assign(start=table.start.astype(float).fillna(np.inf)).groupby("unit").start
    if (several := starts.nunique() > 1).any():
        raise ValueError(f"unit {several.idxmax()} has more than one start; it must be the same in all of its rows")
    scores = table.pivot(index="unit", columns="period", values="score").astype(float)
    if not np.isfinite(scores.to_numpy()).all():
        unit = scores.index[~np.isfinite(scores).all(axis=1)][0]
        raise ValueError(f"unit {unit} has no score in some period; leave it out or fill the gap")
    return scores, starts.first().to_numpy()


def _ratio(above: np.ndarray, below: np.ndarray, level: float) -> Score:
    """mean(above) / mean(below) of the same rows; Fieller's interval: the g that a t-test of above - g · below
    allows."""
    check_level(level)
    rows = len(above)
    value = above.mean() / below.mean() if below.mean() else np.nan
    quantile = stats.t.ppf((1 + level) / 2, rows - 1) ** 2 / rows
    (above_variance, together), (_, below_variance) = np.cov(above, below)
    square = below.mean() ** 2 - quantile * below_variance  # of g, in the quadratic whose roots are the ends
    linear = above.mean() * below.mean() - quantile * together
    constant = above.mean() ** 2 - quantile * above_variance
    if square <= 0:
        return Score(float(value), -np.inf, np.inf, level, f"Fieller, n = {rows}: the gain may be 0")
    root = np.sqrt(max(0.0, linear**2 - square * constant))
    return Score(
        float(value), float((linear - root) / square), float((linear + root) / square), level, f"Fieller, n = {rows}"
    )


def _bias(freedom: int) -> float:
    """What to multiply an effect size with, because a spread from few scores makes it too large (Hedges 1981)."""
    return float(np.exp(special.gammaln(freedom / 2) - special.gammaln((freedom - 1) / 2)) * np.sqrt(2 / freedom))


def _noncentrality(t: float, freedom: int, share: float) -> float:
    """The noncentrality at which a t of this size has `share` of the distribution below it."""
    if t < 0:
        return -_noncentrality(-t, freedom, 1 - share)

    def excess(centre: float) -> float:
        below = stats.nct.cdf(t, freedom, centre)
        return (float(centre < t) if np.isnan(below) else below) - share  # scipy gives nan far out, near 0 or 1

    return float(optimize.brentq(excess, -10, 4 * t + 10))


def _alpha(answers: np.ndarray) -> float:
    questions, total = answers.shape[1], answers.sum(axis=1).var(ddof=1)
    return float(questions / (questions - 1) * (1 - answers.var(axis=0, ddof=1).sum() / total)) if total else np.nan


def _correlation(x: np.ndarray, y: np.ndarray, level: float) -> tuple[float, float, float]:
    """Pearson's correlation with an interval that needs no normal distribution."""
    if x.std() == 0 or y.std() == 0:
        return NOT_MEASURED
    x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    value = float((x * y).mean())
    if abs(value) > 1 - 1e-12:
        return value, value, value
    influence = x * y - value * (x**2 + y**2) / 2
    half = stats.norm.ppf((1 + level) / 2) * influence.std() / np.sqrt(len(x)) / (1 - value**2)
    return value, float(np.tanh(np.arctanh(value) - half)), float(np.tanh(np.arctanh(value) + half))


def _mean_rating(answers: pd.Series, level: float) -> Score | None:
    if len(answers) > 1:
        score = mean(answers, level)
        return Score(score.value, max(0.0, score.low), min(1.0, score.high), level, score.method)
    return Score(float(answers.iloc[0]), 0.0, 1.0, level, "one answer") if len(answers) else None


def _triple(score: Score | None) -> tuple[float, float, float]:
    return (score.value, score.low, score.high) if score else NOT_MEASURED


def _first(values: np.ndarray, where: np.ndarray) -> float:
    return float(values[where.argmax()]) if where.any() else np.inf


def _scores(**arrays) -> list[np.ndarray]:
    """Scores from 0 to 1, all of one length, by the names of their arguments."""
    checked = {name: _numbers(name, values, least=2, low=0, high=1) for name, values in arrays.items()}
    if len({len(values) for values in checked.values()}) > 1:
        sizes = ", ".join(f"{name} {len(values)}" for name, values in checked.items())
        raise ValueError(f"the numbers of scores differ ({sizes}); there must be one a learner in each")
    return list(checked.values())


def _numbers(name: str, values, least: int, low=-np.inf, high=np.inf, allowed=None) -> np.ndarray:
    """A list of at least so many finite numbers within bounds, or ValueError with the first that is wrong."""
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < least:
        raise ValueError(f"{name} has the shape {values.shape}; it must be a list of at least {least} numbers")
    wrong = ~(np.isfinite(values) & (values >= low) & (values <= high))
    if allowed is not None:
        wrong = ~np.isin(values, allowed)
    if wrong.any():
        bounds = " or ".join(map(str, allowed)) if allowed else f"a number from {low:g} to {high:g}"
        bounds = bounds.replace("from -inf to inf", "and not missing").replace("from 0 to inf", "of at least 0")
        raise ValueError(f"{name} holds {values[wrong][0]:g} at place {wrong.argmax()}; it must be {bounds}")
    return values


def _answers(answers) -> tuple[list, np.ndarray]:
    names = list(answers.columns) if isinstance(answers, pd.DataFrame) else None
    values = np.asarray(answers, dtype=float)
    if values.ndim != 2 or values.shape[0] < 3 or values.shape[1] < 2:
        raise ValueError(
            f"answers has shape {values.shape}; it must be (learners, questions), at least 3 and 2 of them"
        )
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        raise ValueError(f"answers is missing in row {row}, question {column}; count it as 0, or leave the learner out")
    return names or [f"Q{number}" for number in range(1, values.shape[1] + 1)], values
