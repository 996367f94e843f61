"""The one writer of CSV files, which people open in a spreadsheet."""

import csv
import stat

import pytest

from grading.records.tables import write_csv


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_text_is_a_formula_neither_in_a_row_nor_in_the_header(tmp_path, begin):
    assert write_csv(tmp_path / "a.csv", [f"{begin}1"], [[f"{begin}1+1"], [-1.5], [None], ["a-b"]]) == 4
    header, formula, number, nothing, text = rows_of(tmp_path / "a.csv")
    assert (header, formula) == ([f"'{begin}1"], [f"'{begin}1+1"])
    assert (number, nothing, text) == (["-1.5"], [""], ["a-b"])


def test_a_table_that_breaks_off_leaves_what_was_there(tmp_path):
    def rows():
        yield [1]
        raise ValueError("no more")

    write_csv(tmp_path / "a.csv", ["n"], [[0]])
    with pytest.raises(ValueError, match="no more"):
        write_csv(tmp_path / "a.csv", ["n"], rows())
    assert rows_of(tmp_path / "a.csv") == [["n"], ["0"]] and list(tmp_path.iterdir()) == [tmp_path / "a.csv"]


def test_a_file_that_others_may_not_read_stays_so_and_a_link_stays_a_link(tmp_path):
    path, link = tmp_path / "a.csv", tmp_path / "link.csv"
    write_csv(path, ["n"], [])
    path.chmod(0o600)
    link.symlink_to(path)
    write_csv(link, ["n"], [[1]])
    assert link.is_symlink() and rows_of(path) == [["n"], ["1"]] and stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_no_file_is_written_to_and_not_replaced():
    assert write_csv("/dev/null", ["n"], [[1]]) == 1
