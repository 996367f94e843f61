"""The review as a learner sees it in a notebook: a card, buttons, the reason, and when the card comes next."""

import html

from trainlib import course
from trainlib.questions import LETTERS

HELP = (
    "Open the lesson from the table above, empty the answer, write it again without looking, and run its check. "
    "Its hints are folded below that."
)
FRAME = "<div style='max-width:45em;line-height:1.5;overflow-wrap:anywhere'>{}</div>"


def door(session) -> None:
    """Show the cards of a `review.Session`, one at a time, with a button for each answer."""
    import ipywidgets
    from IPython.display import display

    text, buttons = ipywidgets.HTML(), ipywidgets.Box(layout=ipywidgets.Layout(flex_flow="row wrap"))

    def button(label: str, act, **looks):
        made = ipywidgets.Button(description=label, layout=ipywidgets.Layout(width="auto", min_width="3em"), **looks)
        made.on_click(lambda _: act())
        return made

    def ask() -> None:
        card = session.card
        if card is None:
            text.value, buttons.children = FRAME.format(_end(session)), ()
            return
        text.value = FRAME.format(_question(card, len(session.left)))
        given = session.answers.items()
        buttons.children = tuple(button(label, lambda value=value: answered(card, value)) for label, value in given)

    def answered(card, value: str) -> None:
        said = session.answer(value)
        text.value = FRAME.format(_reasons(card, said, session.day))
        buttons.children = (button("Next", ask, button_style="primary"),)

    ask()
    display(ipywidgets.VBox([text, buttons]))


def _question(card, left: int) -> str:
    """A card before it is answered."""
    more = f"{left} card{'s' if left > 1 else ''} today"
    if not card.choices:
        row = course.table().lesson(card.lesson)
        lesson = f"{row.number} {html.escape(row.title)}"
        return f"<p>{more}</p><p><b>{html.escape(card.skill)}</b>, in {lesson}. {HELP} How was it?</p>"
    choices = "".join(f"<p>{letter}) {html.escape(choice)}</p>" for letter, choice in zip(LETTERS, card.choices))
    return f"<p>{more}</p><p><b>{html.escape(card.question)}</b></p>{choices}"


def _reasons(card, said, day) -> str:
    """What is said of an answer."""
    verdict = ("Right." if said.right else "Not right.") if card.choices else "Noted."
    asked = f"<p>{html.escape(card.question)}</p>" if card.choices else ""
    reasons = "".join(f"<p>{html.escape(reason)}</p>" for reason in said.reasons)
    days = (said.next - day).days
    when = f"{said.next:%A, %d %B %Y}, in {days} day{'s' if days != 1 else ''}"
    where = f" Lesson {html.escape(card.lesson)}: {html.escape(card.skill)}." if card.choices else ""
    return f"{asked}<p><b>{verdict}</b></p>{reasons}<p>It comes back on {when}.{where}</p>"


def _end(session) -> str:
    later = f" {session.later} more are waiting." if session.later else ""
    coming = f" The next card comes on {session.next:%A, %d %B %Y}." if session.next else ""
    return f"<p><b>That is all for today.</b>{later}{coming}</p><p>Your answers are in review.json.</p>"
