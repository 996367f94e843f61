"""Figures: text in place of the picture, and contrast enough in light and dark themes."""

import base64
import io

import pytest
from matplotlib import colors, image

from trainlib import figures


def luminance(colour):
    """Relative luminance of a colour, as WCAG 2.2 defines it."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colors.to_rgb(colour)]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("background", ["#FFFFFF", "#111111"])  # JupyterLab's light and dark themes
def test_every_colour_can_be_told_from_a_light_and_from_a_dark_background(background):
    assert min(contrast(colour, background) for colour in figures.COLOURS) >= 3
    assert contrast(figures.TEXT, background) >= 4


def test_a_figure_is_an_image_with_alt_text_on_a_clear_ground():
    figure, axes = figures.new()
    axes.plot([1, 2], [1, 2], label="line")
    legend = axes.legend()
    markup = figures.markup(figure, alt='A line that rises, "quoted", from 1 to 2.')
    assert 'alt="A line that rises, &quot;quoted&quot;, from 1 to 2."' in markup
    picture = image.imread(io.BytesIO(base64.b64decode(markup.split("base64,")[1].split('"')[0])))
    assert picture[0, 0, 3] == 0
    assert colors.same_color(legend.get_texts()[0].get_color(), figures.TEXT)


@pytest.mark.parametrize("alt", ["", "a figure", None])
def test_a_figure_without_a_sentence_of_alt_text_is_refused(alt):
    with pytest.raises(ValueError, match="alt is .*; it must say in a sentence what the figure shows"):
        figures.markup(figures.new()[0], alt=alt)


def test_several_panels_stand_side_by_side():
    figure, panels = figures.new(columns=3, width=9)
    assert len(panels) == 3 and figure.get_figwidth() == 9


def test_a_figure_is_told_in_numbers_below_it():
    figure, (left, right) = figures.new(columns=2)
    left.plot(range(10), [value**2 for value in range(10)], label="squares <b>")
    left.axhline(4, label="bound")
    left.scatter([1, 2], [3, 5], label="dots")
    left.set(title="Growth", xlabel="step", ylabel="size")
    right.barh(["ada", "ben"], [2, 3.5], label="points")
    told = figures.markup(figure, alt="Squares that grow, and two people's points.").partition("</summary>")[2]
    assert "<li>Growth, across: step, up: size</li>" in told
    assert "<li>squares &lt;b&gt;: 10 points from 0, 0 to 9, 81; up and down 0 to 81</li>" in told
    assert "<li>bound: at 4</li>" in told and "<li>dots: 2 points, across 1 to 2, up 3 to 5</li>" in told
    assert "<li>points: ada 2; ben 3.5</li>" in told


def test_a_table_stands_for_what_is_told_where_there_is_one():
    figure, alt = figures.new()[0], "Two rows of a table."
    told = figures.markup(figure, alt, (("who", "points"), [("ada <i>", 2)]))
    assert '<th scope="col">who</th>' in told and '<th scope="row">ada &lt;i&gt;</th><td>2</td>' in told
    assert "details" not in figures.markup(figure, alt, ())
