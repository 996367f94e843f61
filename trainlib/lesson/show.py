"""What a lesson shows beside figures: quizzes, sliders, links."""

import html
import os
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["explore", "quiz", "show", "show_link"]


def show(markup: str, text: str) -> None:
    """Display markup in a notebook, and print the text elsewhere."""
    try:
        from IPython import get_ipython
        from IPython.display import HTML, display
    except ImportError:
        print(text)
        return
    display(HTML(markup)) if get_ipython() is not None else print(text)


def _fold(summary: str, body: str) -> str:
    return f"<details style='margin:0.3em 0'><summary>{html.escape(summary)}</summary>{body}</details>"


def quiz(question: str, choices: Mapping[str, str], answer: str) -> None:
    """Show a question whose choices unfold the reason why each is right or why someone would pick it. It is not graded.

    `choices` maps each choice to its reason, `answer` is the choice that is right. ValueError when it is not a choice.
    """
    if answer not in choices:
        raise ValueError(f"answer is {answer!r}; it must be one of the choices {list(choices)}")
    folds = [
        _fold(choice, f"<p><b>{'Right' if choice == answer else 'Not this one'}.</b> {html.escape(reason)}</p>")
        for choice, reason in choices.items()
    ]
    plain = "\n".join(f"- {choice}" for choice in choices)
    show(
        f"<p><b>{html.escape(question)}</b> Choose, then open your choice.</p>{''.join(folds)}", f"{question}\n{plain}"
    )


def explore(describe: Callable[..., str], **sliders) -> None:
    """Show ipywidgets sliders and, below them, the markup that `describe(**values)` returns, renewed at each move.

    It does what `ipywidgets.interact` does without its Output widget, which now and then stops a headless run for good.
    """
    import ipywidgets
    from IPython.display import display

    shown = ipywidgets.HTML()

    def renew(_=None) -> None:
        shown.value = describe(**{name: slider.value for name, slider in sliders.items()})

    for slider in sliders.values():
        slider.observe(renew, names="value")
    renew()
    display(ipywidgets.VBox([*sliders.values(), shown]))


def show_link(path: Path) -> None:
    """A download link in a notebook: JupyterLab serves files below the folder it was started in, relative to the
    notebook."""
    try:
        from IPython import get_ipython
        from IPython.display import FileLink, display
    except ImportError:
        return
    if get_ipython() is not None:
        display(FileLink(os.path.relpath(path), result_html_prefix="Download: "))
