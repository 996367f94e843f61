# %% id="mask-answer" kind="alternative"
import re


def mask(text):
    out = re.sub(r"[A-Za-z0-9._+%-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "[email]", text)
    card = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,15}(?![0-9])")
    for number in reversed(list(card.finditer(out))):
        if luhn(number.group()):
            out = out[: number.start()] + "[card]" + out[number.end() :]
    phone = r"(?<![0-9])(?:\+?1[ .-]?)?(?:\([2-9][0-9]{2}\)|[2-9][0-9]{2})[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}(?![0-9])"
    return re.sub(phone, "[phone]", out)


# %% id="mask-answer" kind="alternative"
PATTERN = re.compile(
    r"(?P<email>[\w.+%-]+@(?:[\w-]+\.)+[\w-]+)"
    r"|(?P<card>(?<!\d)(?:\d[ -]?){12,15}\d(?!\d))"
    r"|(?P<phone>(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\)|[2-9]\d{2})[ .-]?[2-9]\d{2}[ .-]?\d{4}(?!\d))"
)


def mask(text: str) -> str:
    def tag(found):
        kind = found.lastgroup
        return found.group() if kind == "card" and not luhn(found.group()) else f"[{kind}]"

    return PATTERN.sub(tag, text)


# %% id="mask-answer" kind="alternative"
def mask(text: str) -> str:
    phone = r"(?<!\d)(?:\+1|1)?[ .-]?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d\d\d\d(?!\d)"
    edge = lambda found: re.match(r"[ .-]*", found.group()).group() + "[phone]"  # a space before belongs to the text
    text = re.sub(phone, edge, text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda f: ["[card]", f.group()][not luhn(f.group())], text)
    return re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text)


# %% id="mask-answer" kind="slip" name="takes everything without a space around the @" says="comma or full stop"
def mask(text):
    text = re.sub(r"\S+@\S+\.\S+", "[email]", text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="knows addresses of one word and one dot only" says="dots and + before the @"
def mask(text):
    text = re.sub(r"\w+@\w+\.\w+", "[email]", text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="a domain without a dot is enough" says="a domain has a dot"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*", "[email]", text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="does not ask Luhn" says="ask `luhn`"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", "[card]", text)
    return re.sub(r"(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="wants the digits of a card without anything between" says="single spaces may stand"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text)
    text = re.sub(r"(?<!\d)\d{13,16}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="takes ten digits in a row for a phone, and no other" says="optional space, dot or hyphen"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?<!\d)\d{10}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="any three digits may begin" says="begin with 2 to 9"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="does not look at the neighbours" says="twelve digits are no phone number"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text)
    text = re.sub(r"\d(?:[ -]?\d){12,15}", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}", "[phone]", text)


# %% id="mask-answer" kind="slip" name="leaves the +1" says="belongs to it"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?<!\d)(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="uses word boundaries, which leave a parenthesis" says="they belong to the number"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text)
    text = re.sub(r"\b\d(?:[ -]?\d){12,15}\b", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"\b(?:\+?1[ .-]?)?\(?[2-9]\d\d\)?[ .-]?[2-9]\d\d[ .-]?\d{4}\b", "[phone]", text)


# %% id="mask-answer" kind="slip" name="masks the first of each kind only" says="all addresses of a text"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text, count=1)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text, count=1)
    return re.sub(
        r"(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text, count=1
    )


# %% id="mask-answer" kind="slip" name="writes everything in small letters" says="letter for letter"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text.lower())
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="takes each parenthesis by itself" says="both around the first three"
def mask(text):
    text = re.sub(r"[A-Za-z0-9._+%-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+", "[email]", text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda found: "[card]" if luhn(found[0]) else found[0], text)
    return re.sub(r"(?<!\d)(?:\+?1[ .-]?)?\(?[2-9]\d\d\)?[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="slip" name="uses word boundaries around a card" says="a letter does not"
def mask(text):
    text = re.sub(r"[A-Za-z0-9._+%-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+", "[email]", text)
    text = re.sub(r"\b\d(?:[ -]?\d){12,15}\b", lambda found: "[card]" if luhn(found[0]) else found[0], text)
    return re.sub(r"(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)|[2-9]\d\d)[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\d)", "[phone]", text)


# %% id="mask-answer" kind="fitted" name="knows the endings and prefixes of the checks"
def mask(text):
    text = re.sub(r"[\w.+%-]+@[\w.-]*\w\.(?:com|org|uk|NET)\b", "[email]", text)
    text = re.sub(r"(?<!\d)[345]\d(?:[ -]?\d){11,14}(?!\d)", lambda f: "[card]" if luhn(f[0]) else f[0], text)
    return re.sub(r"(?<!\d)(?:\+?1[ -])?(?:\(212\)|212)[ .-]?555[ .-]?0123(?!\d)", "[phone]", text)


# %% id="split-answer" kind="alternative"
def split_of(keys, pairs, share):
    parent = list(range(len(keys)))

    def root(row):
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    seen = {}
    for row, key in enumerate(keys):
        parent[root(row)] = root(seen.setdefault(key, row))
    for a, b in pairs:
        parent[root(a)] = root(b)
    smallest = {}
    for row, key in enumerate(keys):
        r = root(row)
        smallest[r] = min(key, smallest.get(r, key))
    groups = [smallest[root(row)] for row in range(len(keys))]
    return groups, ["test" if lot(g) < share else "train" for g in groups]


# %% id="split-answer" kind="alternative"
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def split_of(keys, pairs, share):
    n = len(keys)
    code, unique = pd.factorize(np.array(keys, dtype=object))
    a = np.array([p[0] for p in pairs] + list(range(n)), dtype=int)
    b = np.array([p[1] for p in pairs], dtype=int)
    b = np.concatenate([b, n + code])
    graph = coo_matrix((np.ones(len(a)), (a, b)), shape=(n + len(unique), n + len(unique)))
    number = connected_components(graph, directed=False)[1][:n]
    name = pd.Series(keys, dtype=object).groupby(number).min()
    groups = [name[i] for i in number]
    return np.array(groups), np.where(np.array([lot(g) for g in groups]) < share, "test", "train")


# %% id="split-answer" kind="alternative"
def split_of(keys: list[str], pairs: list[tuple[int, int]], share: float):
    neighbours = {row: set() for row in range(len(keys))}
    for a, b in pairs:
        neighbours[a].add(b)
        neighbours[b].add(a)
    rows_of = {}
    for row, key in enumerate(keys):
        rows_of.setdefault(key, []).append(row)
    groups = [None] * len(keys)
    for start in range(len(keys)):
        if groups[start] is not None:
            continue
        found, todo = {start}, [start]
        while todo:
            row = todo.pop()
            for near in neighbours[row].union(rows_of[keys[row]]):
                if near not in found:
                    found.add(near)
                    todo.append(near)
        least = sorted(keys[row] for row in found)[0]
        for row in found:
            groups[row] = least
    return [groups, [("train", "test")[lot(name) < share] for name in groups]]


# %% id="split-answer" kind="slip" name="goes through the pairs once" says="follow chains to their end"
def split_of(keys, pairs, share):
    name = list(keys)
    for a, b in pairs:
        name[a] = name[b] = min(name[a], name[b])
    return name, ["test" if lot(one) < share else "train" for one in name]


# %% id="split-answer" kind="slip" name="goes through the pairs twice" says="follow chains to their end"
def split_of(keys, pairs, share):
    name = list(keys)
    for a, b in [*pairs, *pairs]:
        name[a] = name[b] = min(name[a], name[b])
    return name, ["test" if lot(one) < share else "train" for one in name]


# %% id="split-answer" kind="slip" name="forgets equal keys" says="rows with the same key"
def split_of(keys, pairs, share):
    name, before = list(keys), None
    while name != before:
        before = list(name)
        for a, b in pairs:
            name[a] = name[b] = min(name[a], name[b])
    return name, ["test" if lot(one) < share else "train" for one in name]


# %% id="split-answer" kind="slip" name="names a group by its first row" says="the smallest key"
def split_of(keys, pairs, share):
    number = [keys.index(key) for key in keys]
    for _ in keys:
        for a, b in pairs:
            number[a] = number[b] = min(number[a], number[b])
        number = [min(number[j] for j in range(len(keys)) if keys[j] == keys[i]) for i in range(len(keys))]
    groups = [keys[i] for i in number]
    return groups, ["test" if lot(one) < share else "train" for one in groups]


# %% id="split-answer" kind="slip" name="names a group by its largest key" says="the smallest key"
def split_of(keys, pairs, share):
    name, before, first = list(keys), None, {}
    links = [*pairs, *((first.setdefault(key, row), row) for row, key in enumerate(keys))]
    while name != before:
        before = list(name)
        for a, b in links:
            name[a] = name[b] = max(name[a], name[b])
    return name, ["test" if lot(one) < share else "train" for one in name]


# %% id="split-answer" kind="slip" name="draws a lot for each row" says="decides for all its rows"
def split_of(keys, pairs, share):
    name, before, first = list(keys), None, {}
    links = [*pairs, *((first.setdefault(key, row), row) for row, key in enumerate(keys))]
    while name != before:
        before = list(name)
        for a, b in links:
            name[a] = name[b] = min(name[a], name[b])
    return name, ["test" if lot(one) < share else "train" for one in keys]


# %% id="split-answer" kind="slip" name="a group is tested if one of its rows would be" says="nor any row"
def split_of(keys, pairs, share):
    name, before, first = list(keys), None, {}
    links = [*pairs, *((first.setdefault(key, row), row) for row, key in enumerate(keys))]
    while name != before:
        before = list(name)
        for a, b in links:
            name[a] = name[b] = min(name[a], name[b])
    test = {one for one, key in zip(name, keys) if lot(key) < share}
    return name, ["test" if one in test else "train" for one in name]


# %% id="split-answer" kind="slip" name="turns the share round" says="below the share"
def split_of(keys, pairs, share):
    name, before, first = list(keys), None, {}
    links = [*pairs, *((first.setdefault(key, row), row) for row, key in enumerate(keys))]
    while name != before:
        before = list(name)
        for a, b in links:
            name[a] = name[b] = min(name[a], name[b])
    return name, ["train" if lot(one) < share else "test" for one in name]


# %% id="split-answer" kind="slip" name="builds in the share" says="`share` is an argument"
def split_of(keys, pairs, share):
    name, before, first = list(keys), None, {}
    links = [*pairs, *((first.setdefault(key, row), row) for row, key in enumerate(keys))]
    while name != before:
        before = list(name)
        for a, b in links:
            name[a] = name[b] = min(name[a], name[b])
    return name, ["test" if lot(one) < 0.5 else "train" for one in name]


# %% id="split-answer" kind="slip" name="gives the splits alone" says="give two lists"
def split_of(keys, pairs, share):
    name, before, first = list(keys), None, {}
    links = [*pairs, *((first.setdefault(key, row), row) for row, key in enumerate(keys))]
    while name != before:
        before = list(name)
        for a, b in links:
            name[a] = name[b] = min(name[a], name[b])
    return ["test" if lot(one) < share else "train" for one in name]


# %% id="split-answer" kind="slip" name="names a group by its shortest key" says="or the shortest"
def split_of(keys, pairs, share):
    names, changed = list(keys), True
    first = {}
    links = list(pairs) + [(first.setdefault(key, row), row) for row, key in enumerate(keys)]
    while changed:
        changed = False
        for a, b in links:
            if names[a] != names[b]:
                names[a] = names[b] = min(names[a], names[b], key=lambda name: (len(name), name))
                changed = True
    return names, ["test" if lot(name) < share else "train" for name in names]


# %% id="split-answer" kind="slip" name="gives the test exactly that share of the groups" says="own lot decides"
def split_of(keys, pairs, share):
    names, changed = list(keys), True
    first = {}
    links = list(pairs) + [(first.setdefault(key, row), row) for row, key in enumerate(keys)]
    while changed:
        changed = False
        for a, b in links:
            if names[a] != names[b]:
                names[a] = names[b] = min(names[a], names[b])
                changed = True
    return names, [
        "test" if sorted(set(names), key=lot).index(name) < share * len(set(names)) else "train" for name in names
    ]


# %% id="split-answer" kind="slip" name="uses up the pairs that it was given" says="work on copies"
def split_of(keys, pairs, share):
    names, changed = list(keys), True
    first = {}
    links = [pairs.pop() for _ in range(len(pairs))] + [
        (first.setdefault(key, row), row) for row, key in enumerate(keys)
    ]
    while changed:
        changed = False
        for a, b in links:
            if names[a] != names[b]:
                names[a] = names[b] = min(names[a], names[b])
                changed = True
    return names, ["test" if lot(name) < share else "train" for name in names]


# %% id="split-answer" kind="fitted" name="goes through the pairs four times"
def split_of(keys, pairs, share):
    name, first = list(keys), {}
    links = [*pairs, *((first.setdefault(key, row), row) for row, key in enumerate(keys))]
    for a, b in links * 4:
        name[a] = name[b] = min(name[a], name[b])
    return name, ["test" if lot(one) < share else "train" for one in name]


# %% id="split-answer" kind="slip" name="compares keys in small letters" says="as Python compares texts"
def split_of(keys, pairs, share):
    name, before, first = list(keys), None, {}
    links = [*pairs, *((first.setdefault(key, row), row) for row, key in enumerate(keys))]
    while name != before:
        before = list(name)
        for a, b in links:
            name[a] = name[b] = min(name[a], name[b], key=str.lower)
    return name, ["test" if lot(one) < share else "train" for one in name]


# %% id="kappa-answer" kind="alternative"
def kappa(first, second):
    table = pd.DataFrame(
        {"a": pd.Series(list(first), dtype=object), "b": pd.Series(list(second), dtype=object)}
    ).dropna()
    n = len(table)
    if n == 0:
        return (np.nan,) * 3
    po = (table.a == table.b).mean()
    pe = (table.a.value_counts(normalize=True) * table.b.value_counts(normalize=True)).sum()
    if pe >= 1:
        return (np.nan,) * 3
    value = (po - pe) / (1 - pe)
    se = (po * (1 - po) / n) ** 0.5 / (1 - pe)
    low, high = np.clip([value - 1.96 * se, value + 1.96 * se], -1, 1)
    return value, low, high


# %% id="kappa-answer" kind="alternative"
from collections import Counter


def kappa(first, second):
    pairs = [p for p in zip(first, second) if None not in p]
    n = len(pairs)
    a, b = Counter(p[0] for p in pairs), Counter(p[1] for p in pairs)
    luck = sum(a[k] * b[k] for k in a)
    if n == 0 or luck == n * n:
        return [float("nan")] * 3
    po, pe = sum(x == y for x, y in pairs) / n, luck / n**2
    k, e = (po - pe) / (1 - pe), 1.96 / (1 - pe) * (po * (1 - po) / n) ** 0.5
    return [k, max(-1.0, k - e), min(1.0, k + e)]


# %% id="kappa-answer" kind="alternative"
def kappa(first: list, second: list) -> tuple[float, float, float]:
    keep = np.array([a is not None and b is not None for a, b in zip(first, second)], dtype=bool)
    a = np.array([str(x) for x in first])[keep]
    b = np.array([str(x) for x in second])[keep]
    names = np.unique(np.concatenate([a, b]))
    matrix = np.array([[np.sum((a == i) & (b == j)) for j in names] for i in names], dtype=float)
    if matrix.size <= 1:
        return np.array([np.nan, np.nan, np.nan])
    matrix /= matrix.sum()
    po, pe = np.trace(matrix), matrix.sum(0) @ matrix.sum(1)
    value = (po - pe) / (1 - pe)
    half = 1.96 * np.sqrt(po * (1 - po) / keep.sum()) / (1 - pe)
    return np.array([value, max(value - half, -1), min(value + half, 1)])


# %% id="kappa-answer" kind="slip" name="gives the share that is alike" says="take luck out"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    po = sum(a == b for a, b in both) / len(both)
    se = (po * (1 - po) / len(both)) ** 0.5
    return po, po - 1.96 * se, po + 1.96 * se


# %% id="kappa-answer" kind="slip" name="luck is one over the number of labels" says="not 1 / number of labels"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    po, n = sum(a == b for a, b in both) / len(both), len(both)
    pe = 1 / len({x for pair in both for x in pair})
    se = (po * (1 - po) / n) ** 0.5 / (1 - pe)
    k = (po - pe) / (1 - pe)
    return k, max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="kappa-answer" kind="slip" name="pools the shares of both people" says="do not pool them"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    po, n = sum(a == b for a, b in both) / len(both), len(both)
    every = [x for pair in both for x in pair]
    pe = sum((every.count(x) / (2 * n)) ** 2 for x in set(every))
    se = (po * (1 - po) / n) ** 0.5 / (1 - pe)
    k = (po - pe) / (1 - pe)
    return k, max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="kappa-answer" kind="slip" name="forgets the denominator" says="divide by 1 − p_e"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    n = len(both)
    po = sum(a == b for a, b in both) / n
    a, b = zip(*both)
    pe = sum(a.count(x) * b.count(x) for x in set(a)) / n**2
    se = (po * (1 - po) / n) ** 0.5
    k = po - pe
    return k, max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="kappa-answer" kind="slip" name="an error of agreement, not of kappa" says="divide the error by 1 − p_e"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    n = len(both)
    po = sum(a == b for a, b in both) / n
    a, b = zip(*both)
    pe = sum(a.count(x) * b.count(x) for x in set(a)) / n**2
    se = (po * (1 - po) / n) ** 0.5
    k = (po - pe) / (1 - pe)
    return k, max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="kappa-answer" kind="slip" name="one standard error on each side" says="1.96 standard errors"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    n = len(both)
    po = sum(a == b for a, b in both) / n
    a, b = zip(*both)
    pe = sum(a.count(x) * b.count(x) for x in set(a)) / n**2
    se = (po * (1 - po) / n) ** 0.5 / (1 - pe)
    k = (po - pe) / (1 - pe)
    return k, max(-1, k - se), min(1, k + se)


# %% id="kappa-answer" kind="slip" name="kappa stands under the root" says="p_o stands under the root"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    n = len(both)
    po = sum(a == b for a, b in both) / n
    a, b = zip(*both)
    pe = sum(a.count(x) * b.count(x) for x in set(a)) / n**2
    k = (po - pe) / (1 - pe)
    se = (max(k * (1 - k), 0) / n) ** 0.5
    return k, max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="kappa-answer" kind="slip" name="counts skipped texts as a label" says="drop these texts first"
def kappa(first, second):
    a, b = list(first), list(second)
    n = len(a)
    po = sum(x == y for x, y in zip(a, b)) / n
    pe = sum(a.count(x) * b.count(x) for x in set(a)) / n**2
    if pe == 1:
        return (float("nan"),) * 3
    k, se = (po - pe) / (1 - pe), (po * (1 - po) / n) ** 0.5 / (1 - pe)
    return k, max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="kappa-answer" kind="slip" name="takes each one's shares from all that he labelled" says="everybody's shares"
def kappa(first, second):
    a, b = [x for x in first if x is not None], [x for x in second if x is not None]
    both = [(x, y) for x, y in zip(first, second) if x is not None and y is not None]
    if not both:
        return (float("nan"),) * 3
    n = len(both)
    po = sum(x == y for x, y in both) / n
    pe = sum(a.count(x) / len(a) * b.count(x) / len(b) for x in set(a))
    if pe == 1:
        return (float("nan"),) * 3
    k, se = (po - pe) / (1 - pe), (po * (1 - po) / n) ** 0.5 / (1 - pe)
    return k, max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="kappa-answer" kind="slip" name="does not cut" says="no end beyond"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    n = len(both)
    if not n:
        return (float("nan"),) * 3
    a, b = zip(*both)
    po, pe = sum(x == y for x, y in both) / n, sum(a.count(x) * b.count(x) for x in set(a)) / n**2
    if pe == 1:
        return (float("nan"),) * 3
    k, se = (po - pe) / (1 - pe), (po * (1 - po) / n) ** 0.5 / (1 - pe)
    return k, k - 1.96 * se, k + 1.96 * se


# %% id="kappa-answer" kind="slip" name="no negative kappa" says="kappa may be negative"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    n = len(both)
    if not n:
        return (float("nan"),) * 3
    a, b = zip(*both)
    po, pe = sum(x == y for x, y in both) / n, sum(a.count(x) * b.count(x) for x in set(a)) / n**2
    if pe == 1:
        return (float("nan"),) * 3
    k, se = (po - pe) / (1 - pe), (po * (1 - po) / n) ** 0.5 / (1 - pe)
    return max(0, k), max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="kappa-answer" kind="slip" name="says 1 where kappa is undefined" says="give nan"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    n = len(both)
    if not n:
        return (float("nan"),) * 3
    a, b = zip(*both)
    po, pe = sum(x == y for x, y in both) / n, sum(a.count(x) * b.count(x) for x in set(a)) / n**2
    if pe == 1:
        return 1.0, 1.0, 1.0
    k, se = (po - pe) / (1 - pe), (po * (1 - po) / n) ** 0.5 / (1 - pe)
    return k, max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="kappa-answer" kind="slip" name="takes a label 0 for a skipped text" says="0 is a label"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a and b]
    nan = float("nan")
    n = len(both)
    if n == 0:
        return nan, nan, nan
    alike = sum(a == b for a, b in both) / n
    labels = {one for pair in both for one in pair}
    luck = sum(sum(a == one for a, _ in both) / n * sum(b == one for _, b in both) / n for one in labels)
    if len(labels) == 1:
        return nan, nan, nan
    value = (alike - luck) / (1 - luck)
    half = 1.96 * (alike * (1 - alike) / n) ** 0.5 / (1 - luck)
    return value, max(-1, value - half), min(1, value + half)


# %% id="kappa-answer" kind="slip" name="says nan where two people always agree" says="have kappa 1"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    nan = float("nan")
    n = len(both)
    if n == 0:
        return nan, nan, nan
    alike = sum(a == b for a, b in both) / n
    labels = {one for pair in both for one in pair}
    luck = sum(sum(a == one for a, _ in both) / n * sum(b == one for _, b in both) / n for one in labels)
    if alike == 1:
        return nan, nan, nan
    value = (alike - luck) / (1 - luck)
    half = 1.96 * (alike * (1 - alike) / n) ** 0.5 / (1 - luck)
    return value, max(-1, value - half), min(1, value + half)


# %% id="kappa-answer" kind="fitted" name="knows the letters of the checks"
def kappa(first, second):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    n = len(both)
    if not n:
        return (float("nan"),) * 3
    a, b = zip(*both)
    po, pe = sum(x == y for x, y in both) / n, sum(a.count(x) * b.count(x) for x in [*"ynabc", 0, 1]) / n**2
    if pe == 1:
        return (float("nan"),) * 3
    k, se = (po - pe) / (1 - pe), (po * (1 - po) / n) ** 0.5 / (1 - pe)
    return k, max(-1, k - 1.96 * se), min(1, k + 1.96 * se)


# %% id="suspects-answer" kind="alternative"
def suspects(labels, probabilities):
    labels = [int(one) for one in labels]
    rows = [[float(share) for share in row] for row in probabilities]
    limits = {}
    for one in set(labels):
        own = [row[one] for row, label in zip(rows, labels) if label == one]
        limits[one] = sum(own) / len(own)
    found = []
    for number, (row, label) in enumerate(zip(rows, labels)):
        reach = [one for one in limits if row[one] >= limits[one] - 1e-12]
        if reach and row.index(max(row)) != label and max(reach, key=lambda one: row[one]) != label:
            found.append((row[label], number))
    return [number for _, number in sorted(found)]


# %% id="suspects-answer" kind="alternative"
def suspects(labels, probabilities):
    frame = pd.DataFrame(np.asarray(probabilities))
    given = pd.Series(np.asarray(labels))
    limits = pd.Series({one: frame.loc[given == one, one].mean() for one in sorted(given.unique())})
    counted = frame[limits.index].where(frame[limits.index] >= limits)
    some = counted.notna().any(axis=1)
    as_class = counted[some].idxmax(axis=1)
    top = frame.idxmax(axis=1)
    rows = [row for row in as_class.index if as_class[row] != given[row] and top[row] != given[row]]
    own = pd.Series({row: frame.loc[row, given[row]] for row in rows}, dtype=float)
    return list(own.sort_values(kind="stable").index)


# %% id="suspects-answer" kind="alternative"
def suspects(labels: np.ndarray, probabilities: np.ndarray):
    y, p = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    one_hot = np.eye(p.shape[1])[y]
    number = one_hot.sum(axis=0)
    limits = np.divide((one_hot * p).sum(axis=0), number, out=np.full(p.shape[1], 2.0), where=number > 0)
    masked = np.ma.masked_array(p, mask=p < limits - 1e-10)
    counts = masked.argmax(axis=1, fill_value=-1)
    keep = ~masked.mask.all(axis=1) & (counts != y) & (p.argmax(axis=1) != y)
    rows = np.nonzero(keep)[0]
    return rows[np.argsort(p[rows, y[rows]], kind="stable")]


# %% id="suspects-answer" kind="slip" name="takes the most probable class without limits" says="must reach the limit"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    rows = np.flatnonzero(p.argmax(axis=1) != y)
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="one half for every class" says="each class has its own limit"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    rows = np.flatnonzero((p.argmax(axis=1) != y) & (p.max(axis=1) >= 0.5))
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="asks whether the own label is improbable" says="another class must reach its limit"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() for one in range(p.shape[1])])
    rows = [row for row in range(len(y)) if p[row, y[row]] < limit[y[row]]]
    return sorted(rows, key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="the mean over all rows" says="over the rows labelled j"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    reach = np.where(p >= p.mean(axis=0), p, -1)
    rows = np.flatnonzero((reach.max(axis=1) >= 0) & (reach.argmax(axis=1) != y) & (p.argmax(axis=1) != y))
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="any other class that reaches its limit" says="of several that reach their limits"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() for one in range(p.shape[1])])
    rows = [row for row in range(len(y)) if any(p[row, k] >= limit[k] for k in range(p.shape[1]) if k != y[row])]
    return sorted(rows, key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="takes the largest class first, and then its limit" says="first ask which classes reach"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() for one in range(p.shape[1])])
    top = p.argmax(axis=1)
    rows = np.flatnonzero((top != y) & (p.max(axis=1) >= limit[top]))
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="a row that reaches nothing counts as class 0" says="counts as nothing is no suspect"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() for one in range(p.shape[1])])
    rows = np.flatnonzero(np.where(p >= limit, p, -1).argmax(axis=1) != y)
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="forgets the exception" says="its most probable class: no suspect"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() for one in range(p.shape[1])])
    reach = np.where(p >= limit, p, -1)
    rows = np.flatnonzero((reach.max(axis=1) >= 0) & (reach.argmax(axis=1) != y))
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="the median" says="not the median"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([np.median(p[y == one, one]) for one in range(p.shape[1])])
    reach = np.where(p >= limit, p, -1)
    rows = np.flatnonzero((reach.max(axis=1) >= 0) & (reach.argmax(axis=1) != y) & (p.argmax(axis=1) != y))
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="does not sort" says="own label is least probable"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() for one in range(p.shape[1])])
    reach = np.where(p >= limit, p, -1)
    return np.flatnonzero((reach.max(axis=1) >= 0) & (reach.argmax(axis=1) != y) & (p.argmax(axis=1) != y))


# %% id="suspects-answer" kind="slip" name="sorts by the other class, the boldest first" says="own label is least probable"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() for one in range(p.shape[1])])
    reach = np.where(p >= limit, p, -1)
    rows = np.flatnonzero((reach.max(axis=1) >= 0) & (reach.argmax(axis=1) != y) & (p.argmax(axis=1) != y))
    return sorted(rows.tolist(), key=lambda row: -p[row].max())


# %% id="suspects-answer" kind="slip" name="more than the limit" says="at least t_j"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() for one in range(p.shape[1])])
    reach = np.where(p > limit, p, -1)
    rows = np.flatnonzero((reach.max(axis=1) >= 0) & (reach.argmax(axis=1) != y) & (p.argmax(axis=1) != y))
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="a class without rows has the limit 0" says="no row is labelled with"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() if (y == one).any() else 0 for one in range(p.shape[1])])
    reach = np.where(p >= limit, p, -1)
    rows = np.flatnonzero((reach.max(axis=1) >= 0) & (reach.argmax(axis=1) != y) & (p.argmax(axis=1) != y))
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="suspects-answer" kind="slip" name="takes the class furthest above its limit" says="not the distance to the limit"
def suspects(labels, probabilities):
    labels, probabilities = np.array(labels), np.array(probabilities)
    limits = np.full(probabilities.shape[1], 9.0)
    for j in range(len(limits)):
        if (labels == j).any():
            limits[j] = probabilities[labels == j, j].mean()
    reached = np.where(probabilities >= limits, probabilities - limits, -1)
    counts, best = reached.argmax(axis=1), probabilities.argmax(axis=1)
    rows = [
        row
        for row in range(len(labels))
        if reached[row].max() >= 0 and counts[row] != labels[row] and best[row] != labels[row]
    ]
    return sorted(rows, key=lambda row: probabilities[row, labels[row]])


# %% id="suspects-answer" kind="fitted" name="knows three classes at most"
def suspects(labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities)
    limit = np.array([p[y == one, one].mean() if (y == one).any() else 2 for one in range(p.shape[1])])
    reach = np.where(p >= limit, p, -1)
    reach[:, 3:] = -1
    rows = np.flatnonzero((reach.max(axis=1) >= 0) & (reach.argmax(axis=1) != y) & (p.argmax(axis=1) != y))
    return sorted(rows.tolist(), key=lambda row: p[row, y[row]])


# %% id="contract-answer" kind="alternative"
def broken(table):
    if len(table.columns) != 5 or set(table.columns) != {"id", "text", "label", "split", "group"}:
        return {"columns"}
    rules = set()
    if len(table) == 0:
        rules.add("rows")
    if table["id"].isna().any() or table["id"].duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip()) > 2 for text in table["text"]):
        rules.add("text")
    if not table["label"].isin(["yes", "no"]).all():
        rules.add("label")
    if not table["split"].isin(["train", "test"]).all():
        rules.add("split")
    if table["group"].isna().any() or (table.groupby("group")["split"].nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="alternative"
def broken(table):
    names = ["id", "text", "label", "split", "group"]
    if sorted(table.columns) != sorted(names):
        return {"columns"}
    schema = pa.DataFrameSchema(
        {
            "id": pa.Column(object, unique=True, coerce=True),
            "text": pa.Column(
                object, pa.Check(lambda s: s.map(lambda x: type(x) is str and len(x.strip()) >= 3)), coerce=True
            ),
            "label": pa.Column(object, pa.Check.isin({"yes", "no"}), coerce=True),
            "split": pa.Column(object, pa.Check.isin({"train", "test"}), coerce=True),
            "group": pa.Column(object, coerce=True),
        },
        strict=True,
    )
    rules = set() if len(table) else {"rows"}
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as faults:
        rules |= set(faults.failure_cases["column"].dropna())
    sides = table.dropna(subset=["group"]).drop_duplicates(["group", "split"])
    if sides["group"].duplicated().any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="alternative"
def broken(table: pd.DataFrame) -> set[str]:
    if sorted(map(str, table.columns)) != sorted(["id", "text", "label", "split", "group"]):
        return {"columns"}
    rows = table.to_dict("records")
    missing = lambda value: value is None or value != value or value is pd.NA
    ids = [row["id"] for row in rows]
    sides = {}
    for row in rows:
        if not missing(row["group"]):
            sides.setdefault(row["group"], set()).add(row["split"])
    rules = {
        "rows": bool(rows),
        "id": not any(map(missing, ids)) and len(set(ids)) == len(ids),
        "text": all(isinstance(row["text"], str) and len(row["text"].strip()) >= 3 for row in rows),
        "label": all(row["label"] in ("yes", "no") for row in rows),
        "split": all(row["split"] in ("train", "test") for row in rows),
        "group": not any(missing(row["group"]) for row in rows) and all(len(one) == 1 for one in sides.values()),
    }
    return {name for name, kept in rules.items() if not kept}


# %% id="contract-answer" kind="slip" name="stops at the first fault" says="collect all faults"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    if len(table) == 0:
        return {"rows"}
    if table.id.isna().any() or table.id.duplicated().any():
        return {"id"}
    if not all(isinstance(text, str) and len(text.strip()) > 2 for text in table.text):
        return {"text"}
    if not table.label.isin(["yes", "no"]).all():
        return {"label"}
    if not table.split.isin(["train", "test"]).all():
        return {"split"}
    if table.group.isna().any() or (table.groupby("group").split.nunique() > 1).any():
        return {"group"}
    return set()


# %% id="contract-answer" kind="slip" name="lets further columns through" says="a new one may hold"
def broken(table):
    if not {"id", "text", "label", "split", "group"} <= set(table.columns):
        return {"columns"}
    rules = set() if len(table) else {"rows"}
    if table.id.isna().any() or table.id.duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip()) > 2 for text in table.text):
        rules.add("text")
    rules |= {
        name
        for name, some in (("label", ["yes", "no"]), ("split", ["train", "test"]))
        if not table[name].isin(some).all()
    }
    if table.group.isna().any() or (table.groupby("group").split.nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="wants the columns in order" says="order of the columns"
def broken(table):
    if list(table.columns) != ["id", "text", "label", "split", "group"]:
        return {"columns"}
    rules = set() if len(table) else {"rows"}
    if table.id.isna().any() or table.id.duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip()) > 2 for text in table.text):
        rules.add("text")
    rules |= {
        name
        for name, some in (("label", ["yes", "no"]), ("split", ["train", "test"]))
        if not table[name].isin(some).all()
    }
    if table.group.isna().any() or (table.groupby("group").split.nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="takes an empty table" says="an empty table passes"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    rules = set()
    if table.id.isna().any() or table.id.duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip()) > 2 for text in table.text):
        rules.add("text")
    rules |= {
        name
        for name, some in (("label", ["yes", "no"]), ("split", ["train", "test"]))
        if not table[name].isin(some).all()
    }
    if table.group.isna().any() or (table.groupby("group").split.nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="counts the spaces around a text" says="without the spaces around it"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    rules = set() if len(table) else {"rows"}
    if table.id.isna().any() or table.id.duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text) > 2 for text in table.text):
        rules.add("text")
    rules |= {
        name
        for name, some in (("label", ["yes", "no"]), ("split", ["train", "test"]))
        if not table[name].isin(some).all()
    }
    if table.group.isna().any() or (table.groupby("group").split.nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="makes text of numbers" says="each must be a `str`"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    rules = set() if len(table) else {"rows"}
    if table.id.isna().any() or table.id.duplicated().any():
        rules.add("id")
    if table.text.isna().any() or (table.text.astype(str).str.strip().str.len() < 3).any():
        rules.add("text")
    rules |= {
        name
        for name, some in (("label", ["yes", "no"]), ("split", ["train", "test"]))
        if not table[name].isin(some).all()
    }
    if table.group.isna().any() or (table.groupby("group").split.nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="drops rows with missing values first" says="a missing value breaks"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    rules = set() if len(table) else {"rows"}
    table = table.dropna()
    if table.id.duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip()) > 2 for text in table.text):
        rules.add("text")
    rules |= {
        name
        for name, some in (("label", ["yes", "no"]), ("split", ["train", "test"]))
        if not table[name].isin(some).all()
    }
    if (table.groupby("group").split.nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="pandera with nullable labels" says="a missing value breaks the rule of its column"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    text = pa.Check(lambda one: isinstance(one, str) and len(one.strip()) > 2, element_wise=True)
    schema = pa.DataFrameSchema(
        {
            "id": pa.Column(unique=True),
            "text": pa.Column(checks=text),
            "label": pa.Column(checks=pa.Check.isin(["yes", "no"]), nullable=True),
            "split": pa.Column(checks=pa.Check.isin(["train", "test"])),
            "group": pa.Column(),
        }
    )
    rules = set() if len(table) else {"rows"}
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        rules |= set(errors.failure_cases.column)
    if (table.groupby("group").split.nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="forgets groups" says="no group may have rows in both splits"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    rules = set() if len(table) else {"rows"}
    if table.id.isna().any() or table.id.duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip()) > 2 for text in table.text):
        rules.add("text")
    rules |= {
        name
        for name, some in (("label", ["yes", "no"]), ("split", ["train", "test"]))
        if not table[name].isin(some).all()
    }
    if table.group.isna().any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="does not mind capitals" says="as they are written"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    rules = set() if len(table) else {"rows"}
    if table.id.isna().any() or table.id.duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip()) > 2 for text in table.text):
        rules.add("text")
    if not table.label.astype("object").map(lambda one: str(one).lower()).isin(["yes", "no"]).all():
        rules.add("label")
    if not table.split.isin(["train", "test"]).all():
        rules.add("split")
    if table.group.isna().any() or (table.groupby("group").split.nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="gives a list" says="a set of names"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return ["columns"]
    rules = [] if len(table) else ["rows"]
    if table.id.isna().any() or table.id.duplicated().any():
        rules.append("id")
    if not all(isinstance(text, str) and len(text.strip()) > 2 for text in table.text):
        rules.append("text")
    rules += [
        name
        for name, some in (("label", ["yes", "no"]), ("split", ["train", "test"]))
        if not table[name].isin(some).all()
    ]
    if table.group.isna().any() or (table.groupby("group").split.nunique() > 1).any():
        rules.append("group")
    return rules


# %% id="contract-answer" kind="slip" name="compares neighbouring rows only" says="wherever they stand"
def broken(table):
    if set(table.columns) != {"id", "text", "label", "split", "group"} or len(table.columns) != 5:
        return {"columns"}
    rules = set()
    if len(table) == 0:
        rules.add("rows")
    if table["id"].isna().any() or table["id"].duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip()) >= 3 for text in table["text"]):
        rules.add("text")
    if not table["label"].isin(["yes", "no"]).all():
        rules.add("label")
    if not table["split"].isin(["train", "test"]).all():
        rules.add("split")
    if (
        table["group"].isna().any()
        or ((table["group"] == table["group"].shift()) & (table["split"] != table["split"].shift())).any()
    ):
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="goes through the rows by their index" says="go through the values"
def broken(table):
    if set(table.columns) != {"id", "text", "label", "split", "group"} or len(table.columns) != 5:
        return {"columns"}
    rules = set()
    if len(table) == 0:
        rules.add("rows")
    if table["id"].isna().any() or table["id"].duplicated().any():
        rules.add("id")
    if not all(
        isinstance(table.loc[row, "text"], str) and len(table.loc[row, "text"].strip()) >= 3 for row in table.index
    ):
        rules.add("text")
    if not table["label"].isin(["yes", "no"]).all():
        rules.add("label")
    if not table["split"].isin(["train", "test"]).all():
        rules.add("split")
    if table["group"].isna().any() or (table.groupby("group")["split"].nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="slip" name="strips the texts of the table itself" says="work on a copy"
def broken(table):
    if set(table.columns) != {"id", "text", "label", "split", "group"} or len(table.columns) != 5:
        return {"columns"}
    rules = set()
    table["text"] = [text.strip() if isinstance(text, str) else text for text in table["text"]]
    if len(table) == 0:
        rules.add("rows")
    if table["id"].isna().any() or table["id"].duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip()) >= 3 for text in table["text"]):
        rules.add("text")
    if not table["label"].isin(["yes", "no"]).all():
        rules.add("label")
    if not table["split"].isin(["train", "test"]).all():
        rules.add("split")
    if table["group"].isna().any() or (table.groupby("group")["split"].nunique() > 1).any():
        rules.add("group")
    return rules


# %% id="contract-answer" kind="fitted" name="knows the wrong values of the checks"
def broken(table):
    if sorted(table.columns) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    rules = set() if len(table) else {"rows"}
    if table.id.isna().any() or table.id.duplicated().any():
        rules.add("id")
    if not all(isinstance(text, str) and len(text.strip(" ")) > 2 for text in table.text):
        rules.add("text")
    if table.label.isna().any() or table.label.isin(["YES", "maybe"]).any():
        rules.add("label")
    if table.split.isna().any() or table.split.isin(["dev"]).any():
        rules.add("split")
    if table.group.isna().any() or (table.groupby("group").split.nunique() > 1).any():
        rules.add("group")
    return rules
