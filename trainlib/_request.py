"""What a learner asks the instructor to look at again: a short text, and the small file that takes it along."""

__all__ = ["FILE", "LONGEST", "check", "loads"]

FILE = "request.txt"
LONGEST = 1000  # characters
JOINERS = "\u200c\u200d"  # which nobody sees, and some scripts need


def check(text: object, name: str = "request", longest: int = LONGEST) -> str:
    """A text without what moves a cursor or is not seen, and without blanks around it. ValueError where it is none, is
    empty or too long."""
    if not isinstance(text, str):
        raise ValueError(f"{name} is {text!r}; it must be a text of 1 to {longest:,} characters")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(one if one.isprintable() or one in f"\n{JOINERS}" else " " for one in lines).strip()
    if not 1 <= len(plain) <= longest:
        raise ValueError(f"{name} has {len(plain):,} characters; 1 to {longest:,} are allowed")
    return plain


def loads(data: bytes) -> str:
    """The text in a request's file, in UTF-8 or UTF-16. ValueError where it is none that `check` passes."""
    if len(data) > 8 * LONGEST:
        raise ValueError(f"request has {len(data):,} bytes; at most {LONGEST:,} characters are allowed")
    try:
        return check(data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("request is not a text in UTF-8") from None
