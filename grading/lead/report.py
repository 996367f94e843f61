"""What a training bought: gradebook, surveys, cohort.toml and follow-up forms as the parts of one report.

Every number is one of `trainlib` (learners, cohort, measure); here they are put together, and left out where they would
say too little or, in the shared form, whose they are. `report_page` makes the page.
"""

import os
import shlex
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from grading.authoring.items import CHECKS
from grading.lead import cohort_file, cohort_table, item_scores, learnt, measured, plan_file, retention
from grading.lead.cohort_table import Cohort
from grading.lead.item_scores import BeforeAndAfter
from grading.lead.learnt import Learnt
from grading.lead.measured import ItemScore
from grading.records import folders
from grading.records.tomlfile import Document
from trainlib import learners
from trainlib.cohort import Fit
from trainlib.measure import Pooled, Score, proportion
from trainlib.questions import CHECK_OUT

SMALLEST = 5  # in the shared form a smaller group of people is not shown by itself
USEFUL = 0.2  # from this discrimination on a question is of use (trainlib.learners.items)
EITHER_WAY = 5  # right answers, and wrong ones, without which an interval of discrimination is too narrow


class Missing(Exception):
    """A part of the report cannot be made; the message is the sentence that stands in its place.

    `shared`: the sentence in the shared form, where the first one may say who somebody is.
    """

    def __init__(self, sentence: str, shared: str = ""):
        super().__init__(sentence)
        self.shared = shared or sentence


@dataclass(frozen=True)
class StageGain:
    """What was gained on a stage's own questions, in skill from 0 to 1, and the hours and money of a point of it.

    `name` says the track, too, where the cohort has several: each is asked its own questions.
    """

    name: str
    learners: int
    before: float
    after: float
    gain: Score
    track: str = ""
    hours: Score | None = None
    money: Score | None = None


@dataclass(frozen=True, eq=False)
class CohortReport:
    """One cohort's results. Each part is computed when it is asked for, and raises Missing where it cannot be.

    `table`: the cohort's, or None without a cohort.toml; `scores`: a row for each learner, test and question; `later`:
    a row for each learner with a follow-up form; `kept`: what `retention.table` says of these and of reviews. `fitted`
    is the fit of the weights, or None, and `unfitted` says why; `learnt` is what further tests and earlier cohorts add
    to it, or why nothing; `command` plans the next course. In the shared form learners, trainers and teams are numbers,
    and there are neither texts nor the command.
    """

    title: str
    table: pd.DataFrame | None
    scores: pd.DataFrame
    later: pd.DataFrame
    fitted: Fit | None
    unfitted: Missing | None
    currency: str
    command: str
    simulated: int
    shared: bool = False
    notes: tuple[str, ...] = ()
    comments: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    kept: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=retention.COLUMNS))
    learnt: Learnt | str | None = None

    def enough(self, count: int, what: str, least: int = 2) -> int:
        """`count`, or Missing where so few people say nothing, or where the shared form would tell who they are."""
        needed = max(least, SMALLEST) if self.shared else least
        if count < needed:
            few = "nobody" if count == 0 else f"under {needed}" if self.shared else f"{count}"
            raise Missing(f"{few} of the learners {what}; this part needs at least {needed}.")
        return count

    def shown(self, count: int) -> bool:
        """Whether a group of so many people may stand by itself."""
        return not self.shared or count >= SMALLEST

    @cached_property
    def tracks(self) -> list[str]:
        """The tracks of those who took a test. Each is asked about its own lessons."""
        return sorted(self.scores.track.unique())

    def of_track(self, name: str, track: str) -> str:
        """A name with its track where the cohort has several."""
        return f"{name} ({track})" if len(self.tracks) > 1 else name

    @cached_property
    def cohort(self) -> pd.DataFrame:
        """The cohort's table, for parts that cannot be made without one."""
        if self.table is None:
            raise Missing(
                "There is no cohort.toml, which says who taught whom, when and at what cost: copy "
                "grading/cohort.example.toml and fill it in."
            )
        return self.table

    @cached_property
    def people(self) -> pd.DataFrame:
        """A row for each learner with both tests: that of `learners.gains`, and an interval over pairs of questions."""
        people = learners.gains(self.cohort).dropna(subset="post")
        self.enough(len(people), "have both check-in and check-out")
        ends = {}
        for learner, answers in self.scores[self.scores.learner.isin(people.index)].groupby("learner"):
            twins = answers.pivot(index="cell", columns="lesson", values="score")
            if not set(CHECKS) <= set(twins):
                continue
            gain = learners.normalised_gain(twins[CHECKS[0]], twins[CHECKS[1]])
            ends[learner] = (gain.low, gain.high, len(twins))
        ends = pd.DataFrame.from_dict(ends, orient="index", columns=["low", "high", "questions"], dtype=float)
        people = people.join(ends).join(self.cohort.groupby("learner").track.first())
        return people.sort_values(["normalised_gain", "pre", "hours", "cost"], ascending=False)

    @cached_property
    def total(self) -> StageGain:
        """All learners with both tests, over all questions."""
        people = self.people
        return StageGain(
            "all stages",
            len(people),
            float(people.pre.mean()),
            float(people.post.mean()),
            learners.normalised_gain(people.pre, people.post),
            learners.per_point(people.hours, people.pre, people.post),
            learners.per_point(people.cost, people.pre, people.post) if people.cost.any() else None,
        )

    @cached_property
    def orders(self) -> dict[str, tuple[float, float]]:
        """Mean before and after over both orders of the forms, free of which is harder, by track; where there are both
        orders."""
        shares = self.scores.pivot_table(index="learner", columns="lesson", values="score").dropna()
        if not set(CHECKS) <= set(shares):
            return {}
        first = self.scores[self.scores.lesson == CHECKS[0]].groupby("learner")[["track", "form"]].first()
        pairs = shares[list(CHECKS)].itertuples(name=None)
        people = [BeforeAndAfter(name, *first.loc[name], *pair) for name, *pair in pairs]
        sizes = Counter(one.track for one in people)
        return item_scores.by_track([one for one in people if self.shown(sizes[one.track])])

    @cached_property
    def stages(self) -> list[StageGain]:
        """Each track's stages by their own questions, whoever taught what they ask; in the order of the course."""
        both = {track: self._with_both_tests(track) for track in self.tracks}
        largest = max(map(len, both.values()), default=0)
        self.enough(largest, "have both check-in and check-out, with answers by question")
        return [
            self._stage(stage.name, track, of_track[stage.name])
            for track, of_track in both.items()
            if len(of_track) > 1 and self.shown(len(of_track))
            for stage in folders.stages()
            if stage.name in of_track
        ]

    def _with_both_tests(self, track: str) -> pd.DataFrame:
        """The mean scores by stage and lesson of the learners of a track who have both tests."""
        scores = self.scores[self.scores.track == track]
        means = scores.pivot_table(index="learner", columns=["part", "lesson"], values="score")
        both = means.dropna() if set(CHECKS) <= set(scores.lesson) else means.iloc[:0]
        return both if self.table is None else both[both.index.isin(self.people.index)]

    def _stage(self, name: str, track: str, shares: pd.DataFrame) -> StageGain:
        pre, post = (shares[lesson] for lesson in CHECKS)
        gain = learners.normalised_gain(pre, post)
        stage = StageGain(self.of_track(name, track), len(pre), float(pre.mean()), float(post.mean()), gain, track)
        if self.table is None or name not in set(self.table.stage):
            return stage
        spent = self.table[self.table.stage == name].set_index("learner").loc[pre.index]
        money = learners.per_point(spent.cost, pre, post) if spent.cost.any() else None
        return replace(stage, hours=learners.per_point(spent.hours, pre, post), money=money)

    @cached_property
    def weights(self) -> Fit:
        """The fitted weights, for parts that cannot be made without them."""
        if self.fitted is None:
            raise self.unfitted
        return self.fitted

    @cached_property
    def questions(self) -> pd.DataFrame:
        """The analysis of each question by what learners answered at check-out: `learners.items`, form by form of each
        track.

        `weak`: surely of too little use. Where fewer than 5 were right, or wrong, the interval is too narrow to say so:
        with questions that are of use, 15 learners and no such limit, 7 % were called weak in a simulation, with it
        2 %.
        """
        parts = []
        for (track, form), answers in self._answers().items():
            analysis, right = learners.items(answers), answers.sum()
            of_form = (self.scores.form == form) & (self.scores.track == track)
            known = self.scores[of_form].drop_duplicates("cell").set_index("cell")
            either = np.minimum(right, len(answers) - right) >= EITHER_WAY
            weak = (analysis.discrimination_high < USEFUL) & either
            analysis = analysis.assign(track=track, form=form, learners=len(answers), weak=weak)
            analysis = analysis.join(known[["item", "skill"]])
            parts.append(analysis.rename_axis("cell").reset_index())
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def reliability(self) -> dict[str, Score]:
        """How well each form's score at check-out would be found again: alpha."""
        trust = {own: learners.reliability(answers) for own, answers in self._answers().items()}
        return {self.of_track(form, track): alpha for (track, form), alpha in trust.items()}

    def _answers(self) -> dict[tuple[str, str], pd.DataFrame]:
        """The scores at check-out, (learners, questions), of each track's form that enough learners had."""
        after = self.scores[self.scores.lesson == CHECK_OUT]
        forms = {
            own: part.pivot(index="learner", columns="cell", values="score")
            for own, part in after.groupby(["track", "form"])
        }
        self.enough(max((len(part) for part in forms.values()), default=0), "answered one form at check-out", least=3)
        return {form: part for form, part in forms.items() if len(part) >= 3 and self.shown(len(part))}

    @cached_property
    def trainers(self) -> Pooled:
        """Ratings by trainer, drawn towards the mean of all, best first; how many learners rated each is `raters`."""
        rated = self.cohort.dropna(subset="trainer_rating")
        self.enough(rated.learner.nunique(), "rated a trainer")
        trainers = learners.trainers(self.cohort)
        raters = rated.groupby("trainer").learner.nunique().reindex(trainers.table.index, fill_value=0)
        table = trainers.table.assign(raters=raters).sort_values("effect", ascending=False)
        return replace(trainers, table=table[table.raters.map(self.shown)])

    @cached_property
    def reaction(self) -> pd.DataFrame:
        """The survey by stage: `learners.survey`, with the numbers of those who were asked and who answered."""
        answered = self.cohort.dropna(subset=["trainer_rating", "content_rating"], how="all").groupby("stage").learner
        self.enough(answered.nunique().max() if len(answered) else 0, "answered the survey of a stage", least=1)
        ratings = learners.survey(self.cohort).assign(asked=self.cohort.groupby("stage").size())
        ratings = ratings.assign(people=answered.nunique()).fillna({"people": 0})
        order = [stage.name for stage in folders.stages() if stage.name in ratings.index]
        return ratings.loc[order][lambda table: table.people.map(self.shown)]

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Kirkpatrick's four levels; the follow-up gives behaviour, and as results what learners say has changed."""
        later, used, results = None, None, None
        if len(self.later):
            both = self.later.share.dropna().index.intersection(self.cohort.dropna(subset="post").learner)
            later = self.later.share if len(both) > 1 else None
            used = self.later.used.dropna()
            told = proportion(self.later.has_result.sum(), len(self.later))
            results = replace(told, method="share who name a result at work")
        levels = learners.kirkpatrick(self.cohort, later, used if used is not None and len(used) else None, results)
        levels.loc[learners.LEVELS[3], "learners"] = len(self.later)  # of whom a result is known, not all of the cohort
        return levels


def read(cohort_toml: Path, plan_toml: Path, follow_ups: Path) -> CohortReport:
    """What is known of a cohort. ValueError names each wrong field of cohort.toml, or says that there is nothing."""
    file = cohort_file.read(cohort_toml) if cohort_toml.exists() else None
    with measured.opened() as state:
        cohort = None if file is None else cohort_table.make(file, state)
        scores, surveys = _scores(state.items, cohort, state.without_change), state.surveys
        track_of = state.track_of
    if cohort is None and scores.empty:
        raise ValueError(
            f"there is nothing to report on: {cohort_toml} is not there, and the gradebook has no answers to check-in"
        )
    known = scores.learner.unique() if cohort is None else cohort.table.learner.unique()
    later, forms, notes = retention.read_forms(follow_ups, known, track_of)
    records, left_out = retention.read_folder(follow_ups, {name.lower(): name for name in known})
    plan, fitted, unfitted = _fit(plan_toml, cohort_toml, cohort)
    return CohortReport(
        title="A cohort" if cohort is None else cohort.title,
        table=None if cohort is None else cohort.table,
        scores=scores,
        later=later,
        kept=retention.table(scores, forms, records),
        fitted=fitted,
        unfitted=unfitted,
        currency="" if cohort is None else cohort.currency,
        command=_command(plan_toml, cohort_toml),
        simulated=sum(name.startswith("simulated") for name in known),
        notes=(*(() if cohort is None else cohort.notes), *notes, *left_out),
        comments=tuple(sorted({*_comments(surveys, known), *_texts(later)})),
        learnt=learnt.known(file, cohort, plan, fitted),
    )


def _scores(items: Collection[ItemScore], cohort: Cohort | None, without_change: Collection[str]) -> pd.DataFrame:
    """A row for each question of those tests that count: all whose change can be measured, or with a cohort those that
    its table has a share of."""
    columns = [*(field.name for field in fields(ItemScore)), "part"]
    scores = pd.DataFrame([asdict(score) | {"part": score.part} for score in items], columns=columns)
    scores = scores.astype({"score": float})
    without = set(without_change)
    if cohort is not None:
        without |= set(cohort.table.learner[cohort.table.post.isna()])
        scores = scores[scores.learner.isin(cohort.table.learner)]
    return scores[~((scores.lesson == CHECK_OUT) & scores.learner.isin(without))]


def _fit(
    plan_toml: Path, cohort_toml: Path, cohort: Cohort | None
) -> tuple[Document | None, Fit | None, Missing | None]:
    """The plan.toml, and the weights that a cohort gives to its stages, or why there are none."""
    if cohort is None or not plan_toml.exists():
        absent = cohort_toml if cohort is None else plan_toml
        why = Missing(
            f"There is no {absent.name}: weights are fitted for the stages, shares and hours that a plan.toml names "
            "and the cohort of a cohort.toml (examples of both lie in grading/)."
        )
        return None, None, why
    plan = None
    try:
        plan = plan_file.check(plan_toml, with_cohort=True)
        request = plan_file.request(plan, cohort)
        if request.fitted is None:  # the file's own weights stood in
            raise ValueError(request.sources[0])
        return plan, request.fitted, None
    except ValueError as why:
        shared = "The weights cannot be fitted; the form with names says why."
        return plan, None, Missing(f"The weights cannot be fitted: {why}", shared)


def _command(plan_toml: Path, cohort_toml: Path) -> str:
    """The command that plans the next training from this cohort."""
    words = ["python", "-m", "grading", "plan", str(plan_toml), "--from-gradebook"]
    if cohort_toml.resolve() != (plan_toml.parent / "cohort.toml").resolve():
        words += ["--cohort", str(cohort_toml)]
    elsewhere = folders.state() != (folders.root / "grading" / "state").resolve()
    state = f"TRAINLIB_GRADING_STATE={shlex.quote(os.fspath(folders.state()))} " if elsewhere else ""
    return state + shlex.join(words)


def _comments(surveys: dict[tuple[str, str], dict], known: Collection[str]) -> list[tuple[str, str]]:
    """What learners of the cohort want changed, with the stage of which they say so."""
    names = {stage.folder: stage.name for stage in folders.stages()}
    return [
        (names[folder], answers["change"])
        for (learner, folder), answers in surveys.items()
        if learner in known and answers.get("change")
    ]


def _texts(later: pd.DataFrame) -> list[tuple[str, str]]:
    texts = [(name.replace("_", " "), text) for name in retention.TEXTS for text in later[name].tolist() if text]
    return [(f"follow-up, {name}", text) for name, text in texts]
