"""Named data sets from installed packages: typed, split, documented, with what a company may do with them.

`load("movie_sentences")` returns a table, `describe("movie_sentences")` its card, `names()` all names. Nothing is
fetched: the texts lie in packages that are installed with the course. A file, a folder or a name on the Hugging Face
hub works in the same call.

Two rules hold for every set of texts. Copies, which differ in case or spaces only, are dropped: the label that most
copies carry stays. Texts of one `story`, which differ in punctuation, links or a retweet mark as well, stay in one
split. So no text that is tested was seen in training.
"""

from trainlib.data.cards import Card
from trainlib.data.sets import describe, load, names
from trainlib.data.splits import story

__all__ = ["Card", "describe", "load", "names", "story"]
