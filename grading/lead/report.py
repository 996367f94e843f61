"""What a training bought: gradebook, surveys, cohort.toml and follow-up forms as the parts of one report.

Every number is one of `trainlib` (learners, cohort, measure); here they are put together, and left out where they would
say too little or, in the shared form, whose they are. `report_page` makes the page.
"""

import os
import shlex
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from grading.authoring.items import CHECKS
from grading.intake.collect import surveys
from grading.lead import cohort_file as cohort
from grading.lead import item_scores
from grading.lead import plan_file as plan
from grading.lead.follow_up import score_follow_up
from grading.pages.page import interval
from grading.records import folders, tomlfile
from trainlib import learners
from trainlib.cohort import Fit
from trainlib.measure import Pooled, Score, proportion
from trainlib.questions import CHECK_OUT

SMALLEST = 5  # in the shared form a smaller group of people is not shown by itself
USEFUL = 0.2  # from this discrimination on a question is of use (trainlib.learners.items)
EITHER_WAY = 5  # right answers, and wrong ones, without which an interval of discrimination is too narrow
HARDLY = 0.05  # a weight that is known to be smaller can be dropped without regret
TEXTS = ("used_for", "result", "hindered_by", "missing")  # what the follow-up asks for in words


class Missing(Exception):
    """A part of the report cannot be made; the message is the sentence that stands in its place."""


@dataclass(frozen=True)
class Stage:
    """What was gained on a stage's own questions, in skill from 0 to 1, and the hours and money of a point of it."""

    name: str
    learners: int
    before: float
    after: float
    gain: Score
    hours: Score | None = None
    money: Score | None = None


@dataclass(frozen=True)
class Advice:
    """One thing to change, and the numbers that say so."""

    do: str
    because: str


@dataclass(frozen=True, eq=False)
class Report:
    """One cohort's results. Each part is computed when it is asked for, and raises Missing where it cannot be.

    `table`: the cohort's, or None without a cohort.toml; `scores`: a row for each learner, test and question; `later`:
    a row for each learner with a follow-up form. `fitted` is the fit, or a sentence on why there is none; `command` plans
    the next course, where there is a fit. In the shared form learners, trainers and teams are numbers, and there are
    neither texts nor the command.
    """

    title: str
    table: pd.DataFrame | None
    scores: pd.DataFrame
    later: pd.DataFrame
    fitted: Fit | str
    currency: str
    command: str
    simulated: int
    shared: bool = False
    notes: tuple[str, ...] = ()
    comments: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def enough(self, count: int, what: str, least: int = 2) -> int:
        """`count`, or Missing where so few people say nothing, or where the shared form would tell who they are."""
        needed = max(least, SMALLEST) if self.shared else least
        if count < needed:
            found = "nobody" if count == 0 else f"under {needed}" if self.shared else f"{count}"
            raise Missing(f"{found} of the learners {what}; this part needs at least {needed}.")
        return count

    def shown(self, count: int) -> bool:
        """Whether a group of so many people may stand by itself."""
        return not self.shared or count >= SMALLEST

    @cached_property
    def cohort(self) -> pd.DataFrame:
        if self.table is None:
            raise Missing(
                "There is no cohort.toml, which says who taught whom, when and at what cost: copy "
                "grading/cohort.example.toml and fill it in."
            )
        return self.table

    @cached_property
    def people(self) -> pd.DataFrame:
        """A row for each learner with both tests: those of `learners.gains`, and the interval over pairs of questions."""
        people = learners.gains(self.cohort).dropna(subset="post")
        self.enough(len(people), "have both check-in and check-out")
        ends = {}
        for learner, answers in self.scores[self.scores.learner.isin(people.index)].groupby("learner"):
            twins = answers.pivot(index="cell", columns="lesson", values="score")
            if not set(CHECKS) <= set(twins):
                continue
            found = learners.normalised_gain(twins[CHECKS[0]], twins[CHECKS[1]])
            ends[learner] = (found.low, found.high, len(twins))
        ends = pd.DataFrame.from_dict(ends, orient="index", columns=["low", "high", "questions"], dtype=float)
        return people.join(ends).sort_values(["normalised_gain", "pre", "hours", "cost"], ascending=False)

    @cached_property
    def total(self) -> Stage:
        """All learners with both tests, over all questions."""
        people = self.people
        return Stage(
            "all stages",
            len(people),
            float(people.pre.mean()),
            float(people.post.mean()),
            learners.normalised_gain(people.pre, people.post),
            learners.per_point(people.hours, people.pre, people.post),
            learners.per_point(people.cost, people.pre, people.post) if people.cost.any() else None,
        )

    @cached_property
    def orders(self) -> tuple[float, float] | None:
        """Mean before and after over both orders of the forms, free of which form is harder; None without both orders."""
        shares = self.scores.pivot_table(index="learner", columns="lesson", values="score").dropna()
        if not set(CHECKS) <= set(shares):
            return None
        first = self.scores[self.scores.lesson == CHECKS[0]].groupby("learner").form.first()
        found = [
            item_scores.Change(name, first[name], row[CHECKS[0]], row[CHECKS[1]]) for name, row in shares.iterrows()
        ]
        return item_scores.over_both_orders(found)

    @cached_property
    def stages(self) -> list[Stage]:
        """Each stage by its own questions, whoever taught what they ask; in the order of the course."""
        means = self.scores.pivot_table(index="learner", columns=["part", "lesson"], values="score")
        both = means.dropna() if set(CHECKS) <= set(self.scores.lesson) else means.iloc[:0]
        if self.table is not None:
            both = both[both.index.isin(self.people.index)]
        self.enough(len(both), "have both check-in and check-out, with answers by question")
        return [self._stage(name, both[name]) for name in cohort.stage_names() if name in both]

    def _stage(self, name: str, shares: pd.DataFrame) -> Stage:
        pre, post = (shares[lesson] for lesson in CHECKS)
        found = Stage(name, len(pre), float(pre.mean()), float(post.mean()), learners.normalised_gain(pre, post))
        if self.table is None or name not in set(self.table.stage):
            return found
        spent = self.table[self.table.stage == name].set_index("learner").loc[pre.index]
        money = learners.per_point(spent.cost, pre, post) if spent.cost.any() else None
        return replace(found, hours=learners.per_point(spent.hours, pre, post), money=money)

    @cached_property
    def weights(self) -> Fit:
        if isinstance(self.fitted, str):
            raise Missing(self.fitted)
        return self.fitted

    @cached_property
    def questions(self) -> pd.DataFrame:
        """The analysis of each question by what learners answered at check-out: `learners.items`, form by form.

        `weak`: surely of too little use. Where fewer than 5 were right, or wrong, the interval is too narrow to say so:
        with questions that are of use, 15 learners and no such limit, 7 % were called weak in a simulation, with it 2 %.
        """
        parts = []
        for form, answers in self._answers().items():
            found, right = learners.items(answers), answers.sum()
            known = self.scores[self.scores.form == form].drop_duplicates("cell").set_index("cell")
            either = np.minimum(right, len(answers) - right) >= EITHER_WAY
            weak = (found.discrimination_high < USEFUL) & either
            found = found.assign(form=form, learners=len(answers), weak=weak).join(known[["item", "skill"]])
            parts.append(found.rename_axis("cell").reset_index())
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def reliability(self) -> dict[str, Score]:
        return {form: learners.reliability(answers) for form, answers in self._answers().items()}

    def _answers(self) -> dict[str, pd.DataFrame]:
        """The scores at check-out, (learners, questions), of each form that enough learners had."""
        after = self.scores[self.scores.lesson == CHECK_OUT]
        forms = {
            form: part.pivot(index="learner", columns="cell", values="score") for form, part in after.groupby("form")
        }
        self.enough(max((len(part) for part in forms.values()), default=0), "answered one form at check-out", least=3)
        return {form: part for form, part in forms.items() if len(part) >= 3 and self.shown(len(part))}

    @cached_property
    def trainers(self) -> Pooled:
        """Ratings by trainer, drawn towards the mean of all, best first; how many learners rated each is `raters`."""
        rated = self.cohort.dropna(subset="trainer_rating")
        self.enough(rated.learner.nunique(), "rated a trainer")
        found = learners.trainers(self.cohort)
        raters = rated.groupby("trainer").learner.nunique().reindex(found.table.index, fill_value=0)
        table = found.table.assign(raters=raters).sort_values("effect", ascending=False)
        return replace(found, table=table[table.raters.map(self.shown)])

    @cached_property
    def reaction(self) -> pd.DataFrame:
        """The survey by stage: `learners.survey`, with the numbers of those who were asked and who answered."""
        answered = self.cohort.dropna(subset=["trainer_rating", "content_rating"], how="all").groupby("stage").learner
        self.enough(answered.nunique().max() if len(answered) else 0, "answered the survey of a stage", least=1)
        found = learners.survey(self.cohort)
        found = found.assign(asked=self.cohort.groupby("stage").size(), people=answered.nunique()).fillna({"people": 0})
        order = [name for name in cohort.stage_names() if name in found.index]
        return found.loc[order][lambda table: table.people.map(self.shown)]

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Kirkpatrick's four levels; the follow-up gives behaviour, and as results what learners say it has changed."""
        later, used, results = None, None, None
        if len(self.later):
            both = self.later.index.intersection(self.cohort.dropna(subset="post").learner)
            later = self.later.share if len(both) > 1 else None
            used = self.later.used.dropna()
            told = proportion(self.later.has_result.sum(), len(self.later))
            results = replace(told, method="share who name a result at work")
        found = learners.kirkpatrick(self.cohort, later, used if used is not None and len(used) else None, results)
        found.loc[learners.LEVELS[3], "learners"] = len(self.later)  # of whom a result is known, not all of the cohort
        return found

    @cached_property
    def advice(self) -> tuple[list[Advice], list[str]]:
        """What to change, as far as intervals support it, and the names of the rules that found nothing or had no data."""
        found, silent = [], []
        for name, rule in RULES.items():
            try:
                advised = rule(self)
            except Missing:
                advised, name = [], f"{name} (no data)"
            found += advised
            silent += [] if advised else [name]
        return found, silent


def read(cohort_file: Path, plan_file: Path, follow_ups: Path) -> Report:
    """What is known of a cohort. ValueError names each wrong field of cohort.toml, or says that there is nothing at all."""
    table, title, currency, notes = None, "A cohort", "", ()
    answers = pd.DataFrame(
        [asdict(score) | {"part": score.stage.partition("_")[2]} for score in item_scores.item_scores()],
        columns=[*item_scores.ItemScore.__dataclass_fields__, "part"],
    ).astype({"score": float})
    if cohort_file.exists():
        found = cohort.read(cohort_file)
        table, title, notes = found.table, found.title, found.notes
        currency = tomlfile.read(cohort_file, cohort.SCHEMA).values.get("currency", "")
        answers = answers[answers.learner.isin(table.learner)]
        without = set(table.learner[table.post.isna()])  # such as who had the same form twice
        answers = answers[~((answers.lesson == CHECK_OUT) & answers.learner.isin(without))]
    elif answers.empty:
        raise ValueError(
            f"there is nothing to report on: {cohort_file} is not there, and the gradebook has no answers to check-in"
        )
    known = table.learner.unique() if table is not None else answers.learner.unique()
    later, refused = _follow_up(follow_ups, known)
    return Report(
        title=title,
        table=table,
        scores=answers,
        later=later,
        fitted=_fit(plan_file, cohort_file),
        currency=currency,
        command=_command(plan_file, cohort_file),
        simulated=sum(name.startswith("simulated") for name in known),
        notes=(*notes, *refused),
        comments=tuple(sorted({*_comments(known), *_texts(later)})),
    )


def _fit(plan_file: Path, cohort_file: Path) -> Fit | str:
    if not plan_file.exists() or not cohort_file.exists():
        absent = plan_file if cohort_file.exists() else cohort_file
        return (
            f"There is no {absent.name}: weights are fitted for the stages, shares and hours that a plan.toml names and the "
            "cohort of a cohort.toml (examples of both lie in grading/)."
        )
    try:
        return plan.read(plan_file, cohort_file).fitted
    except ValueError as why:
        return f"The weights cannot be fitted: {why}"


def _command(plan_file: Path, cohort_file: Path) -> str:
    """The command that plans the next training from this cohort."""
    words = ["python", "-m", "grading", "plan", str(plan_file), "--from-gradebook"]
    if cohort_file.resolve() != (plan_file.parent / "cohort.toml").resolve():
        words += ["--cohort", str(cohort_file)]
    elsewhere = folders.state() != (folders.root / "grading" / "state").resolve()
    state = f"TRAINLIB_GRADING_STATE={shlex.quote(os.fspath(folders.state()))} " if elsewhere else ""
    return state + shlex.join(words)


def _follow_up(folder: Path, known) -> tuple[pd.DataFrame, list[str]]:
    """A row for each learner whose follow-up form lies in a folder, and a sentence for each that cannot be read."""
    names, rows, refused = {name.lower(): name for name in known}, {}, []
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else []:
        try:
            said, _ = score_follow_up(path)
        except ValueError as why:
            refused.append(str(why))
            continue
        if (learner := names.get(said["learner"].strip().lower())) is None:
            refused.append(f"{path.name}: left out, as this cohort has no learner {said['learner']!r}")
            continue
        days = pd.to_numeric(said.get("days_used") or None, errors="coerce")
        rows[learner] = {
            "share": said["right"] / said["of"],
            "days": said["days"],
            "used": np.nan if pd.isna(days) else float(days > 0),
            "has_result": bool(said.get("result")),
        } | {name: said.get(name, "") for name in TEXTS}
    columns = ["share", "days", "used", "has_result", *TEXTS]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns), refused


def _comments(known) -> list[tuple[str, str]]:
    parts = {folder: name for name, folder in cohort.stage_names().items()}
    return [
        (parts[stage], said["change"])
        for (who, stage), said in surveys().items()
        if who in known and said.get("change")
    ]


def _texts(later: pd.DataFrame) -> list[tuple[str, str]]:
    return [(f"follow-up, {name.replace('_', ' ')}", text) for name in TEXTS for text in later[name].tolist() if text]


def share(report: Report) -> Report:
    """The same report without names: learners, trainers and teams become numbers, and no text is left that people wrote.

    The numbers follow from results alone: learners by gain and score at check-in, trainers by rating. ValueError where
    the cohort is so small that its means would tell who somebody is.
    """
    known = report.scores.learner if report.table is None else report.table.learner
    if known.nunique() < SMALLEST:
        raise ValueError(
            f"{known.nunique()} learners are too few for the shared form, whose numbers would tell who they are: it "
            f"needs at least {SMALLEST}"
        )
    table, fitted = report.table, report.fitted
    number = {name: str(place) for place, name in enumerate(_by_result(report), start=1)}
    if table is not None:
        rated = table.dropna(subset="trainer_rating")
        best = learners.trainers(table).table.effect if len(rated) else pd.Series(0.0, index=table.trainer.unique())
        order = best.sort_values(ascending=False, kind="stable").index
        trainer = {name: f"trainer {place}" for place, name in enumerate(order, start=1)}
        team = {name: f"team {place}" for place, name in enumerate(table.team.unique(), start=1)}
        renamed = {
            "learner": table.learner.map(number),
            "trainer": table.trainer.map(trainer),
            "team": table.team.map(team),
        }
        attrs, table = table.attrs, table.assign(**renamed)
        table.attrs = attrs
    if isinstance(fitted, str) and fitted.startswith("The weights"):
        fitted = "The weights cannot be fitted; the form with names says why."
    return replace(
        report,
        table=table,
        scores=report.scores.assign(learner=report.scores.learner.map(number)),
        later=report.later.rename(index=number).drop(columns=list(TEXTS)),
        fitted=fitted,
        command="",
        shared=True,
        notes=(),
        comments=(),
    )


def _by_result(report: Report) -> list[str]:
    """The learners by their results alone."""
    if report.table is None:
        return list(report.scores.groupby(["learner", "lesson"]).score.mean().unstack().sort_values(CHECKS[0]).index)
    people = learners.gains(report.table)
    return list(people.sort_values(["normalised_gain", "pre", "hours", "cost"], ascending=False).index)


# What to change next. Each rule speaks only where an interval supports it; `RULES` says in words what it looks for.


def _weak_questions(report: Report) -> list[Advice]:
    return [
        Advice(
            f"Question {row.cell} of form {row.form} ({row.skill}): rewrite it or drop it",
            f"discrimination {interval(row.discrimination, row.discrimination_low, row.discrimination_high)}, "
            f"{row.learners} learners",
        )
        for row in report.questions[report.questions.weak].itertuples()
    ]


def _weak_stages(report: Report) -> list[Advice]:
    parts = report.stages
    best = max(parts, key=lambda part: part.gain.low)
    return [
        Advice(
            f"Stage {part.name}: mend its lessons first",
            f"normalised gain {interval(part.gain)} on its questions, in {best.name} {interval(best.gain)}",
        )
        for part in parts
        if part.gain.high < best.gain.low
    ]


def _dear_stages(report: Report) -> list[Advice]:
    parts = [part for part in report.stages if part.hours and 0 < part.hours.low <= part.hours.high < np.inf]
    if not parts:
        raise Missing("no stage has hours and a sure gain")
    dear, cheap = max(parts, key=lambda part: part.hours.low), min(parts, key=lambda part: part.hours.high)
    if dear.hours.low <= cheap.hours.high:
        return []
    return [
        Advice(
            f"Move hours from {dear.name} to {cheap.name}",
            f"a point took {interval(dear.hours)} hours in {dear.name}, {interval(cheap.hours)} in {cheap.name}; "
            "this is the mean hour, and the next one may bring less, which the plan below counts in",
        )
    ]


def _idle_stages(report: Report) -> list[Advice]:
    table = report.weights.table()
    return [
        Advice(f"Stage {name}: shorten it or drop it", f"weight {interval(row.weight, row.low, row.high)}")
        for name, row in table[table.high < HARDLY].iterrows()
    ]


def _weak_trainers(report: Report) -> list[Advice]:
    found = report.trainers
    return [
        Advice(
            f"{name}: sit in on a class, and talk",
            f"rating {interval(row.effect, row.low, row.high)} after pooling, mean of all {found.centre.value:.2f}; it says "
            "what learners liked, not what they learnt",
        )
        for name, row in found.table[found.table.high < found.centre.value].iterrows()
    ]


def _weak_content(report: Report) -> list[Advice]:
    rated = report.reaction.dropna(subset="content")
    if rated.empty:
        raise Missing("no content was rated")
    best = rated.loc[rated.content_low.idxmax()]
    return [
        Advice(
            f"Stage {name}: ask what is wrong with its lessons",
            f"content {interval(row.content, row.content_low, row.content_high)}, in {best.name} "
            f"{interval(best.content, best.content_low, best.content_high)}",
        )
        for name, row in rated[rated.content_high < best.content_low].iterrows()
    ]


def _follow_ups(report: Report) -> list[Advice]:
    rows = report.levels.loc[learners.LEVELS[2]]
    rows = rows if isinstance(rows, pd.DataFrame) else rows.to_frame().T
    rows = rows[(rows.learners > 0) & rows.learners.map(report.shown)]
    if rows.empty:
        raise Missing("no follow-up")
    advised = {
        "share of the gain that is left": (1.0, "Repeat the course's main points after a month"),
        "share who use it on the job": (0.5, "Ask what keeps people from using it at work"),
    }
    return [
        Advice(
            advised[row.measure][1], f"{row.measure}: {interval(row.value, row.low, row.high)}, {row.learners} learners"
        )
        for row in rows.itertuples()
        if row.high < advised[row.measure][0]
    ]


RULES: dict[str, Callable[[Report], list[Advice]]] = {
    f"questions whose discrimination is surely below {USEFUL:g}": _weak_questions,
    "stages whose gain is surely below another one's": _weak_stages,
    "stages in which a point surely takes more hours than in another one": _dear_stages,
    f"stages whose weight is surely below {HARDLY:g}": _idle_stages,
    "trainers whose pooled rating is surely below the mean": _weak_trainers,
    "stages whose content is surely rated below another one's": _weak_content,
    "gain that is surely lost after 30 days, or use at work that is surely below half": _follow_ups,
}
