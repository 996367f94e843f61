"""Whose work it is: names of every script and platform, a roster, and that nobody's work takes another's place."""

import re
import shlex
import unicodedata
import zipfile

import pytest

from grading.__main__ import main
from grading.intake.collect import collect
from grading.records import folders, settings
from trainlib import course

STAGE, LESSON = "1_principles", "1-01_training_effect"
NAME = f"{LESSON}.ipynb"
EDITION = (course.folder() / STAGE / NAME).read_text(encoding="utf-8")
RIGHT, WRONG = EDITION.replace("raise NotImplementedError", "return 1"), EDITION


@pytest.fixture
def state(tmp_path):
    with folders.state_in(tmp_path / "state"):
        yield folders.state()


def zipped(path, files):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def own_zip(folder, learner, text=RIGHT, hour=9):
    """A zip as `hand_in` writes it."""
    stamp = f"2026-10-01 {hour:02}:00:00.000000 UTC"
    inner = {f"{learner}/{STAGE}/timestamp.txt": stamp, f"{learner}/{STAGE}/{NAME}": text}
    return zipped(folder / f"{learner}_{STAGE}_20261001-{hour:02}0000.zip", inner)


def moodle(path, *people, text=WRONG):
    return zipped(path, {f"{one}_assignsubmission_file_/{NAME}": text for one in people})


def work_of(state):
    """The learners whose work is to be graded, and whether it is the right one."""
    return {path.parts[-3]: path.read_text(encoding="utf-8") == RIGHT for path in state.glob(f"submitted/*/*/{NAME}")}


def commands(report):
    """The commands that settle what collect asked about."""
    return [
        shlex.split(found) for _, why in report.refused for found in re.findall(r"python -m grading (who .*)$", why)
    ]


def test_ids_with_underscores_and_digits_stay_as_they_are_in_zips_of_hand_in(state, tmp_path):
    names = ["cs_2026_017", "cs_2026_018", "student_1", "a_1_2_b", "grp_1_22_333_x"]
    for name in names:
        own_zip(tmp_path / "in", name)
    own_zip(tmp_path / "in", "cs_2026_019").rename(tmp_path / "in" / f"cs_2026_019_{STAGE}_20261001-090000 (1).zip")
    assert collect(tmp_path / "in").refused == []
    assert set(work_of(state)) == {*names, "cs_2026_019"}


def test_letters_of_every_script_are_kept_on_every_way(state, tmp_path):
    names = ["李雷", "李明", "Zoë", "Zoe", "Łukasz", "प्रिया", "أحمد", "Ñandú"]
    for name in names:
        own_zip(tmp_path / "in", name)
    moodle(tmp_path / "m.zip", "王 芳_1", "王 明_2", "Łukasz Ż_3", "Lukasz Z_4")
    assert collect(tmp_path / "in").refused == collect(tmp_path / "m.zip").refused == []
    assert set(work_of(state)) == {*names, "王-芳", "王-明", "łukasz-ż", "lukasz-z"}


def test_a_name_that_macos_takes_apart_is_the_same_name(state, tmp_path):
    own_zip(tmp_path / "in", "Zoë")
    own_zip(tmp_path / "again", unicodedata.normalize("NFD", "Zoë"), hour=10)
    assert collect(tmp_path / "in").refused == collect(tmp_path / "again").refused == []
    assert list(work_of(state)) == ["Zoë"]


def test_a_name_that_is_too_long_is_asked_about_and_never_shortened(state, tmp_path):
    long = "Ada Maria Augusta Byron King Noel Milbanke Wentworth Countess of Lovelace"
    report = collect(moodle(tmp_path / "m.zip", f"{long} One_1", f"{long} Two_2"))
    assert len(report.refused) == 2 and not work_of(state)


@pytest.mark.parametrize("folder", ["work", "Downloads", "notebooks", "hand_in (2)", "content", "homework"])
def test_folders_that_everybody_has_are_nobodys_name_and_each_zip_is_asked_about_once(state, tmp_path, folder):
    for name in ("ada", "ben"):
        zipped(tmp_path / "in" / f"{name}.zip", {f"{folder}/{STAGE}/{NAME}": RIGHT, f"{folder}/2_theory/x.txt": ""})
    report = collect(tmp_path / "in")
    assert not work_of(state) and [words[2] for words in commands(report)] == ["ada", "ben"]
    for words in commands(report):
        assert main(words) == 0
    collect(tmp_path / "in")
    assert work_of(state) == {"ada": True, "ben": True}


def test_what_was_settled_for_a_zip_holds_for_no_other_zip_of_that_name(state, tmp_path):
    path = zipped(tmp_path / "in" / "work.zip", {f"work/{STAGE}/{NAME}": RIGHT})
    (words,) = commands(collect(path.parent))
    assert main([*words[:2], "ada"]) == 0
    collect(path.parent)
    zipped(path, {f"work/{STAGE}/{NAME}": WRONG})
    assert len(commands(collect(path.parent))) == 1 and work_of(state) == {"ada": True}


@pytest.mark.parametrize("together", [True, False])
def test_a_plain_zip_that_names_somebody_else_replaces_nothing(state, tmp_path, together):
    own_zip(tmp_path / "in", "ada")
    if not together:
        collect(tmp_path / "in")
    zipped(tmp_path / "in" / "eve.zip", {f"ada/{STAGE}/{NAME}": WRONG})
    report = collect(tmp_path / "in")
    assert work_of(state) == {"ada": True}
    assert len(report.refused) == 1 and "who is 'eve.zip " in report.refused[0][1]


def test_two_zips_that_name_the_same_person_by_hand_are_both_asked_about(state, tmp_path):
    for name in ("one", "two"):
        zipped(tmp_path / "in" / f"{name}.zip", {f"stuff/{STAGE}/{NAME}": WRONG})
    assert len(commands(collect(tmp_path / "in"))) == 2 and not work_of(state)


def test_a_zip_in_the_folder_of_somebody_else_is_asked_about(state, tmp_path):
    own_zip(tmp_path / "in", "ben")
    own_zip(tmp_path / "in" / "ben", "ada", text=WRONG)
    report = collect(tmp_path / "in")
    assert work_of(state) == {"ben": True} and "beside what is called ben" in report.refused[0][1]


@pytest.mark.parametrize("together", [True, False])
def test_a_display_name_does_not_take_the_place_of_a_learner_of_that_name(state, tmp_path, together):
    own_zip(tmp_path / "in", "ada-l")
    if not together:
        collect(tmp_path / "in")
    moodle(tmp_path / "in" / "moodle.zip", "Ada L_7")
    report = collect(tmp_path / "in")
    assert work_of(state) == {"ada-l": True}
    assert commands(report) == [["who", "Ada L", "ada-l"]]
    assert main(["who", "Ada L", "ada-l-2"]) == 0
    collect(tmp_path / "in")
    assert work_of(state) == {"ada-l": True, "ada-l-2": False}


def test_people_of_a_platform_stay_who_they_were_in_later_downloads(state, tmp_path):
    for week in range(2):
        report = collect(moodle(tmp_path / f"{week}.zip", f"Ada Lovelace_{week}1", f"Ben B_{week}2", text=RIGHT))
        assert report.refused == []
    assert work_of(state) == {"ada-lovelace": True, "ben-b": True}


def test_two_display_names_that_make_one_learners_name_are_both_asked_about(state, tmp_path):
    report = collect(moodle(tmp_path / "m.zip", "Ada L_1", "Ada-L_2"))
    assert len(commands(report)) == 2 and not work_of(state)


def test_a_zip_of_several_is_called_so_and_not_a_name(state, tmp_path):
    zipped(tmp_path / "in" / "all.zip", {f"{one}/{STAGE}/{NAME}": RIGHT for one in ("ada", "ben")})
    collect(tmp_path / "in")
    zipped(tmp_path / "more" / "p.zip", {f"ada/{STAGE}/{NAME}": WRONG})
    (why,) = [why for _, why in collect(tmp_path / "more").refused]
    assert "the learner ada is known from a zip that holds several people's work, and this may be" in why


def test_what_is_new_is_listed_and_what_was_there_is_counted(state, tmp_path, capsys):
    own_zip(tmp_path / "in", "ada")
    assert main(["collect", str(tmp_path / "in")]) == 0
    assert "1 new, of 1 learners; 0 collected before; 0 refused" in capsys.readouterr().out
    own_zip(tmp_path / "in", "ben")
    assert main(["collect", str(tmp_path / "in")]) == 0
    said = capsys.readouterr().out
    assert "1 new, of 1 learners; 1 collected before; 0 refused" in said and "ben" in said and "ada" not in said


def test_capitals_make_no_second_folder(state, tmp_path):
    own_zip(tmp_path / "in", "ada")
    collect(tmp_path / "in")
    report = collect(own_zip(tmp_path / "more", "ADA", text=WRONG, hour=12))
    assert "ADA is written like ada" in report.refused[0][1] and work_of(state) == {"ada": True}


ROSTER = "\ufefflearner;name;email;canvas\nada-l;Ada Lovelace;ada@example.org;4711\nzoë;Zoë Ö;zoe@example.org;4712\n"


def test_a_roster_decides_who_is_who_and_who_is_not_on_it_is_asked_about(state, tmp_path):
    (state / "learners.csv").write_text(ROSTER, encoding="utf-8")
    zipped(tmp_path / "c.zip", {f"whatever_4711_9_{NAME}": RIGHT, f"özoë_4799_8_{NAME}": RIGHT})
    assert [row[0] for row in collect(tmp_path / "c.zip").taken] == ["ada-l", "zoë"]
    report = collect(moodle(tmp_path / "m.zip", "Lovelace, Ada_1", "Eve Evil_2", text=RIGHT))
    assert [row[0] for row in report.taken] == ["ada-l"]
    assert "learners.csv names nobody of that name" in report.refused[0][1]
    assert "nobody" in collect(own_zip(tmp_path / "in", "eve")).refused[0][1]
    assert collect(own_zip(tmp_path / "in", "ada-l", hour=11)).refused == []


def test_two_of_the_same_name_on_the_roster_are_asked_about_unless_a_number_tells_them(state, tmp_path):
    (state / "learners.csv").write_text("learner,name,id\nada-1,Ada L,11\nada-2,Ada L,12\n", encoding="utf-8")
    assert "learners.csv has several: ada-1, ada-2" in collect(moodle(tmp_path / "m.zip", "Ada L_9")).refused[0][1]
    assert [row[0] for row in collect(zipped(tmp_path / "c.zip", {f"adal_12_9_{NAME}": RIGHT})).taken] == ["ada-2"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name\nAda\n", "learners.csv has no column learner"),
        ("learner\na/b\n", "learners.csv, line 2: learner is 'a/b'"),
        ("learner,name\nada,Ada L\nben,Ben\nAda,Ada M\n", "learners.csv, line 4: Ada stands in line 2 too"),
    ],
)
def test_a_fault_in_the_roster_is_named(state, tmp_path, content, said):
    (state / "learners.csv").write_text(content)
    with pytest.raises(ValueError, match=said):
        collect(own_zip(tmp_path / "in", "ada"))


PLATFORMS = {
    "Brightspace": f"12345-67890 - Ada Lovelace - Oct 5, 2026 1030 AM/{NAME}",
    "Brightspace, files": f"12345-67890 - Ada Lovelace - October 5, 2026 930 PM - {NAME}",
    "Gradescope": f"assignment_77_export/submission_111/{NAME}",
    "ILIAS": f"multi_feedback_x/Abgaben/Lovelace_Ada_adal_4711/{NAME}",
    "Blackboard": f"1 Principles_adal_attempt_2026-10-05-10-30-00_{NAME}",
    "Canvas": f"lovelaceada_LATE_4711_98765_{NAME}",
    "Moodle": f"Ada Lovelace_12_assignsubmission_file_/{NAME}",
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platforms_people_can_be_settled_in_one_step(state, tmp_path, platform):
    path = zipped(tmp_path / "p.zip", {PLATFORMS[platform]: RIGHT})
    settings.path().write_text(
        "[learners]\n"
        + "".join(f'"{name}" = "ada"\n' for name in ("submission_111", "adal", "Ada Lovelace", "lovelaceada"))
    )
    report = collect(path)
    assert [row[0] for row in report.taken] == ["ada"] and report.refused == []


@pytest.mark.parametrize(
    ("platform", "learner"),
    [
        ("Brightspace", "ada-lovelace"),
        ("Brightspace, files", "ada-lovelace"),
        ("ILIAS", "adal"),
        ("Blackboard", "adal"),
    ],
)
def test_platforms_that_name_people_need_no_settings(state, tmp_path, platform, learner):
    assert [row[0] for row in collect(zipped(tmp_path / "p.zip", {PLATFORMS[platform]: RIGHT})).taken] == [learner]


GRADESCOPE = """\
submission_111:
  :submitters:
  - :name: Ada Lovelace
    :sid: '4711'
    :email: ada@example.org
  :created_at: 2026-10-05 10:30:00.000000000 -07:00
  :score: 12.5
submission_112:
  :submitters:
  - :name: Ada Lovelace
    :email: other@example.org
submission_113:
  :submitters: [{":name": Ben}, {":name": Chloe}]
submission_114: no person
"""


@pytest.mark.parametrize("ending", ["yml", "yaml"])
def test_gradescopes_list_says_who_is_who_and_when(state, tmp_path, ending):
    (state / "learners.csv").write_text("learner,email\nada,ada@example.org\nada-2,other@example.org\n")
    files = {f"assignment_77_export/submission_{number}/{NAME}": RIGHT for number in (111, 112, 113, 114)}
    report = collect(
        zipped(tmp_path / "all.zip", files | {f"assignment_77_export/submission_metadata.{ending}": GRADESCOPE})
    )
    assert [row[0] for row in report.taken] == ["ada", "ada-2"]
    assert report.taken[0][3] == "2026-10-05 17:30:00"
    assert [what for what, _ in report.refused] == ["submission_113", "submission_114"]


def test_without_a_roster_gradescopes_people_have_their_names_and_two_of_one_name_are_asked_about(state, tmp_path):
    files = {f"assignment_77_export/submission_{number}/{NAME}": RIGHT for number in (111, 112, 113)}
    listed = {"assignment_77_export/submission_metadata.yml": GRADESCOPE.replace("Ada Lovelace", "Ada", 1)}
    report = collect(zipped(tmp_path / "all.zip", files | listed))
    assert [row[0] for row in report.taken] == ["ada", "ada-lovelace"] and len(report.refused) == 1
    broken = {"assignment_77_export/submission_metadata.yml": "a: ]"}
    assert "cannot be read" in collect(zipped(tmp_path / "more.zip", files | broken)).refused[0][1]
    twice = {"assignment_77_export/submission_metadata.yml": GRADESCOPE}
    assert len(collect(zipped(tmp_path / "again.zip", files | twice)).refused) == 3


def test_logins_with_underscores_are_not_cut_in_blackboards_names(state, tmp_path):
    logins = ("cs_2026_017", "cs_2027_017")
    files = {f"Week 1_{login}_attempt_2026-10-05-10-30-00_{NAME}": RIGHT for login in logins}
    path = zipped(tmp_path / "b.zip", files)
    assert len(commands(collect(path))) == 2 and not work_of(state)
    (state / "learners.csv").write_text("learner\n" + "\n".join(logins))
    collect(path)
    assert set(work_of(state)) == set(logins)


def test_a_state_folder_of_before_keeps_its_people(state, tmp_path):
    path = state / "attempts" / "ada-lovelace" / STAGE / "20260101T000000.000000" / NAME
    path.parent.mkdir(parents=True)
    path.write_text(WRONG)
    (state / "attempts" / "zoe-o" / STAGE).mkdir(parents=True)
    report = collect(moodle(tmp_path / "m.zip", "Ada Lovelace_1", "Zoë Ö_2", text=RIGHT))
    assert work_of(state) == {"ada-lovelace": True}
    assert "zoe-o has handed in before, and may be the same person" in report.refused[0][1]


def test_a_platforms_person_whose_zip_names_another_is_noted(state, tmp_path):
    inner = own_zip(tmp_path / "x", "ada").read_bytes()
    report = collect(zipped(tmp_path / "m.zip", {"Eve Evil_7_assignsubmission_file_/work.zip": inner}))
    assert report.taken[0][0] == "eve-evil" and report.taken[0][-1] == "taken, its zip says ada"
