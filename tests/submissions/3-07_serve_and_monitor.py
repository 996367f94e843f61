# %% id="batch-answer" kind="alternative"
def batches(arrivals, size, wait, fixed, each):
    found, waiting, free = [], list(enumerate(arrivals)), -1
    while waiting:
        leaves = waiting[0][1] + wait
        if len(waiting) >= size:
            leaves = min(leaves, waiting[size - 1][1])
        leaves = max(leaves, free)
        batch = [place for place, came in waiting[:size] if came <= leaves]
        found.append([leaves, batch])
        free = leaves + fixed + len(batch) * each
        waiting = waiting[len(batch) :]
    return found


# %% id="batch-answer" kind="alternative"
def batches(arrivals, size, wait, fixed, each):
    arrivals = np.array(arrivals)
    found, free, start = [], 0, 0
    while start < arrivals.size:
        filled = arrivals[start + size - 1] if start + size - 1 < arrivals.size else np.inf
        leaves = max(min(arrivals[start] + wait, filled), free)
        stop = min(np.searchsorted(arrivals, leaves, side="right"), start + size)
        found.append((int(leaves), np.arange(start, stop)))
        free = leaves + fixed + each * (stop - start)
        start = stop
    return found


# %% id="batch-answer" kind="alternative"
def batches(arrivals, size, wait, fixed, each):
    found, queue, free, coming = [], [], 0, list(range(len(arrivals)))
    now = 0
    while coming or queue:
        while coming and arrivals[coming[0]] <= now:
            queue.append(coming.pop(0))
        if queue and now >= free and (len(queue) >= size or now - arrivals[queue[0]] >= wait):
            found.append((now, queue[:size]))
            free = now + fixed + each * min(size, len(queue))
            queue = queue[size:]
        else:
            now += 1
    return found


# %% id="batch-answer" kind="alternative"
def batches(arrivals, size, wait, fixed, each):
    def rest(start, free):
        if start == len(arrivals):
            return
        ends = [arrivals[start] + wait, *arrivals[start + size - 1 : start + size]]
        leaves = max(free, min(ends))
        stop = start
        while stop < len(arrivals) and stop < start + size and arrivals[stop] <= leaves:
            stop += 1
        yield leaves, range(start, stop)
        yield from rest(stop, leaves + fixed + each * (stop - start))

    return [(leaves, list(places)) for leaves, places in rest(0, 0)]


# %% id="batch-answer" kind="slip" name="always waits" says="a full batch leaves at once"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        leaves = max(arrivals[start] + wait, free)
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= leaves][:size]
        found.append((leaves, places))
        free, start = leaves + fixed + each * len(places), start + len(places)
    return found


# %% id="batch-answer" kind="slip" name="waits until it is full" says="it is not full: it leaves at 0 + 10"
def batches(arrivals, size, wait, fixed, each):
    found, free = [], 0
    for start in range(0, len(arrivals), size):
        places = list(range(start, min(start + size, len(arrivals))))
        leaves = max(arrivals[places[-1]], free)
        found.append((leaves, places))
        free = leaves + fixed + each * len(places)
    return found


# %% id="batch-answer" kind="slip" name="each arrival moves the deadline" says="later ones do not push it away"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        stop = start + 1
        while stop < len(arrivals) and stop - start < size and arrivals[stop] <= arrivals[stop - 1] + wait:
            stop += 1
        leaves = arrivals[stop - 1] if stop - start == size else arrivals[stop - 1] + wait
        leaves = max(leaves, free)
        found.append((leaves, list(range(start, stop))))
        free, start = leaves + fixed + each * (stop - start), stop
    return found


# %% id="batch-answer" kind="slip" name="never waits" says="nobody waits alone while others may come"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        leaves = max(arrivals[start], free)
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= leaves][:size]
        found.append((leaves, places))
        free, start = leaves + fixed + each * len(places), start + len(places)
    return found


# %% id="batch-answer" kind="slip" name="forgets that the model is busy" says="the next batch leaves when the model is free"
def batches(arrivals, size, wait, fixed, each):
    found, start = [], 0
    while start < len(arrivals):
        leaves = arrivals[start] + wait
        if start + size <= len(arrivals):
            leaves = min(leaves, arrivals[start + size - 1])
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= leaves][:size]
        found.append((leaves, places))
        start += len(places)
    return found


# %% id="batch-answer" kind="slip" name="busy for fixed alone" says="1 + 20 + 2 · 3 = 27"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        leaves = arrivals[start] + wait
        if start + size <= len(arrivals):
            leaves = min(leaves, arrivals[start + size - 1])
        leaves = max(leaves, free)
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= leaves][:size]
        found.append((leaves, places))
        free, start = leaves + fixed, start + len(places)
    return found


# %% id="batch-answer" kind="slip" name="busy for fixed with each text" says="1 + 20 + 2 · 3 = 27"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        leaves = arrivals[start] + wait
        if start + size <= len(arrivals):
            leaves = min(leaves, arrivals[start + size - 1])
        leaves = max(leaves, free)
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= leaves][:size]
        found.append((leaves, places))
        free, start = leaves + len(places) * (fixed + each), start + len(places)
    return found


# %% id="batch-answer" kind="slip" name="no limit once the model was busy" says="at most `size` requests"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        leaves = arrivals[start] + wait
        if start + size <= len(arrivals):
            leaves = min(leaves, arrivals[start + size - 1])
        leaves = max(leaves, free)
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= leaves]
        found.append((leaves, places))
        free, start = leaves + fixed + each * len(places), start + len(places)
    return found


# %% id="batch-answer" kind="slip" name="leaves out who arrives as it leaves" says="in which it leaves is in it"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        full = start + size <= len(arrivals) and arrivals[start + size - 1] <= max(arrivals[start] + wait - 1, free)
        leaves = max(arrivals[start + size - 1] if full else arrivals[start] + wait, free)
        places = [place for place in range(start, len(arrivals)) if arrivals[place] < leaves or place == start or full]
        places = places[:size]
        found.append((leaves, places))
        free, start = leaves + fixed + each * len(places), start + len(places)
    return found


# %% id="batch-answer" kind="slip" name="takes those of its deadline though it leaves later" says="in which it leaves is in it"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        due = arrivals[start] + wait
        if start + size <= len(arrivals):
            due = min(due, arrivals[start + size - 1])
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= due][:size]
        leaves = max(due, free)
        found.append((leaves, places))
        free, start = leaves + fixed + each * len(places), start + len(places)
    return found


# %% id="batch-answer" kind="slip" name="waits again when the model is free" says="and waits no longer"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        leaves = max(arrivals[start], free) + wait
        if start + size <= len(arrivals):
            leaves = max(min(leaves, arrivals[start + size - 1]), free)
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= leaves][:size]
        found.append((leaves, places))
        free, start = leaves + fixed + each * len(places), start + len(places)
    return found


# %% id="batch-answer" kind="slip" name="counts from 1" says="counted from 0"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals):
        leaves = arrivals[start] + wait
        if start + size <= len(arrivals):
            leaves = min(leaves, arrivals[start + size - 1])
        leaves = max(leaves, free)
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= leaves][:size]
        found.append((leaves, [place + 1 for place in places]))
        free, start = leaves + fixed + each * len(places), start + len(places)
    return found


# %% id="batch-answer" kind="slip" name="eats the list" says="nothing is taken out of the list"
def batches(arrivals, size, wait, fixed, each):
    found, free, gone = [], 0, 0
    while arrivals:
        leaves = arrivals[0] + wait
        if size <= len(arrivals):
            leaves = min(leaves, arrivals[size - 1])
        leaves, places = max(leaves, free), []
        while arrivals and arrivals[0] <= leaves and len(places) < size:
            arrivals.pop(0)
            places.append(gone)
            gone += 1
        found.append((leaves, places))
        free = leaves + fixed + each * len(places)
    return found


# %% id="batch-answer" kind="fitted" name="at most three batches"
def batches(arrivals, size, wait, fixed, each):
    found, free, start = [], 0, 0
    while start < len(arrivals) and len(found) < 3:
        leaves = arrivals[start] + wait
        if start + size <= len(arrivals):
            leaves = min(leaves, arrivals[start + size - 1])
        leaves = max(leaves, free)
        places = [place for place in range(start, len(arrivals)) if arrivals[place] <= leaves][:size]
        found.append((leaves, places))
        free, start = leaves + fixed + each * len(places), start + len(places)
    return found


# %% id="latency-answer" kind="alternative"
def percentiles(log, percents):
    waited = [np.inf if done is None else done - due for due, sent, done in log]
    return np.percentile(waited, percents, method="inverted_cdf")


# %% id="latency-answer" kind="alternative"
def percentiles(log, percents):
    waited, found = [], []
    for due, _, done in log:
        waited.append(10**18 if done is None else done - due)
    for percent in percents:
        for value in sorted(waited):
            slower = sum(1 for other in waited if other <= value)
            if 100 * slower >= percent * len(waited):
                found.append(float("inf") if value == 10**18 else value)
                break
    return found


# %% id="latency-answer" kind="alternative"
def percentiles(log, percents):
    from fractions import Fraction
    from math import ceil, inf

    waited = sorted((inf if row[2] is None else row[2] - row[0]) for row in log)
    return tuple(waited[ceil(Fraction(percent, 100) * len(waited)) - 1] for percent in percents)


# %% id="latency-answer" kind="alternative"
def percentiles(log, percents):
    waited = pd.DataFrame(log, columns=["due", "sent", "done"]).astype(float)
    waited = (waited["done"] - waited["due"]).fillna(float("inf")).sort_values().reset_index(drop=True)
    return [float(waited.iloc[(percent * len(waited) + 99) // 100 - 1]) for percent in percents]


# %% id="latency-answer" kind="slip" name="from sent" says="who was sent late waited, too"
def percentiles(log, percents):
    waited = sorted(float("inf") if done is None else done - sent for _, sent, done in log)
    return [waited[-(-len(waited) * percent // 100) - 1] for percent in percents]


# %% id="latency-answer" kind="slip" name="leaves out failures" says="without them the worst service looks fast"
def percentiles(log, percents):
    waited = sorted(done - due for due, _, done in log if done is not None)
    return [waited[-(-len(waited) * percent // 100) - 1] for percent in percents]


# %% id="latency-answer" kind="slip" name="failures took no time" says="who got no answer counts as well"
def percentiles(log, percents):
    waited = sorted(0 if done is None else done - due for due, _, done in log)
    return [waited[-(-len(waited) * percent // 100) - 1] for percent in percents]


# %% id="latency-answer" kind="slip" name="interpolates" says="no value between two latencies"
def percentiles(log, percents):
    waited = [float("inf") if done is None else done - due for due, _, done in log]
    return list(np.percentile(waited, percents))


# %% id="latency-answer" kind="slip" name="one place too far" says="counted from 1"
def percentiles(log, percents):
    waited = sorted(float("inf") if done is None else done - due for due, _, done in log)
    return [waited[min(len(waited) * percent // 100, len(waited) - 1)] for percent in percents]


# %% id="latency-answer" kind="slip" name="rounds down" says="rounded up"
def percentiles(log, percents):
    waited = sorted(float("inf") if done is None else done - due for due, _, done in log)
    return [waited[max(len(waited) * percent // 100 - 1, 0)] for percent in percents]


# %% id="latency-answer" kind="slip" name="does not sort" says="sort"
def percentiles(log, percents):
    waited = [float("inf") if done is None else done - due for due, _, done in log]
    return [waited[-(-len(waited) * percent // 100) - 1] for percent in percents]


# %% id="latency-answer" kind="alternative"
def percentiles(log, percents):
    waited = sorted(float("inf") if done is None else done - due for due, _, done in log)
    return [waited[int(np.ceil(percent / 100 * len(waited))) - 1] for percent in percents]


# %% id="latency-answer" kind="slip" name="seconds" says="milliseconds go in and come out"
def percentiles(log, percents):
    waited = sorted(float("inf") if done is None else (done - due) / 1000 for due, _, done in log)
    return [waited[-(-len(waited) * percent // 100) - 1] for percent in percents]


# %% id="latency-answer" kind="slip" name="from due to sent" says="from due to done"
def percentiles(log, percents):
    waited = sorted(
        float("inf") if done is None else (done - due if sent == due else sent - due) for due, sent, done in log
    )
    return [waited[-(-len(waited) * percent // 100) - 1] for percent in percents]


# %% id="latency-answer" kind="slip" name="one number" says="a list, with the latency for each percentile"
def percentiles(log, percents):
    waited = sorted(float("inf") if done is None else done - due for due, _, done in log)
    return waited[-(-len(waited) * percents[0] // 100) - 1]


# %% id="latency-answer" kind="fitted" name="failures are as long as a minute"
def percentiles(log, percents):
    waited = sorted(
        float("inf") if done is None else done - due for due, _, done in log if done is None or len(log) < 101
    )
    return [waited[-(-len(waited) * percent // 100) - 1] for percent in percents] if waited else percents


# %% id="drift-answer" kind="alternative"
def stability_index(reference, values, edges):
    def shares(numbers):
        counts = [0.5] * (len(edges) + 1)
        for number in numbers:
            counts[sum(edge <= number for edge in edges)] += 1
        return [count / sum(counts) for count in counts]

    return sum((w - r) * np.log(w / r) for r, w in zip(shares(reference), shares(values)))


# %% id="drift-answer" kind="alternative"
def stability_index(reference, values, edges):
    borders = [-np.inf, *edges, np.inf]
    r, w = (np.histogram(numbers, borders)[0] for numbers in (reference, values))
    r = (r + 0.5) / (len(reference) + 0.5 * len(r))
    w = (w + 0.5) / (len(values) + 0.5 * len(w))
    return np.sum(w * np.log(w / r)) + np.sum(r * np.log(r / w))


# %% id="drift-answer" kind="alternative"
def stability_index(reference, values, edges):
    from bisect import bisect_right
    from collections import Counter
    from math import log

    total, bins = 0.0, len(edges) + 1
    before, now = (Counter(bisect_right(list(edges), number) for number in numbers) for numbers in (reference, values))
    for place in range(bins):
        r = (before[place] + 0.5) / (len(reference) + bins / 2)
        w = (now[place] + 0.5) / (len(values) + bins / 2)
        total += (w - r) * (log(w) - log(r))
    return total


# %% id="drift-answer" kind="slip" name="no half value" says="half a value more in each bin"
def stability_index(reference, values, edges):
    borders = [-np.inf, *edges, np.inf]
    r, w = (np.histogram(numbers, borders)[0] / len(numbers) for numbers in (reference, values))
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="one value more" says="half a value more, not a whole one"
def stability_index(reference, values, edges):
    borders = [-np.inf, *edges, np.inf]
    r, w = ((np.histogram(numbers, borders)[0] + 1) for numbers in (reference, values))
    r, w = r / r.sum(), w / w.sum()
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="counts" says="shares, not counts"
def stability_index(reference, values, edges):
    borders = [-np.inf, *edges, np.inf]
    r, w = ((np.histogram(numbers, borders)[0] + 0.5) for numbers in (reference, values))
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="Kullback-Leibler" says="not w alone"
def stability_index(reference, values, edges):
    borders = [-np.inf, *edges, np.inf]
    r, w = ((np.histogram(numbers, borders)[0] + 0.5) for numbers in (reference, values))
    r, w = r / r.sum(), w / w.sum()
    return float((w * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="logarithm of base 2" says="the natural logarithm"
def stability_index(reference, values, edges):
    borders = [-np.inf, *edges, np.inf]
    r, w = ((np.histogram(numbers, borders)[0] + 0.5) for numbers in (reference, values))
    r, w = r / r.sum(), w / w.sum()
    return float(((w - r) * np.log2(w / r)).sum())


# %% id="drift-answer" kind="slip" name="the sign" says="both the same way round"
def stability_index(reference, values, edges):
    borders = [-np.inf, *edges, np.inf]
    r, w = ((np.histogram(numbers, borders)[0] + 0.5) for numbers in (reference, values))
    r, w = r / r.sum(), w / w.sum()
    return float(((r - w) * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="ends at the range of the reference" says="the outer bins have no end"
def stability_index(reference, values, edges):
    borders = [min(reference), *edges, max(reference)]
    r, w = ((np.histogram(numbers, borders)[0] + 0.5) for numbers in (reference, values))
    r, w = r / r.sum(), w / w.sum()
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="the border belongs below" says="a value on a border belongs to the bin above"
def stability_index(reference, values, edges):
    shares = []
    for numbers in (reference, values):
        counts = np.bincount(np.searchsorted(edges, numbers), minlength=len(edges) + 1) + 0.5
        shares.append(counts / counts.sum())
    r, w = shares
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="divides by the values alone" says="so that the shares sum to 1"
def stability_index(reference, values, edges):
    shares = []
    for numbers in (reference, values):
        places = np.searchsorted(edges, numbers, side="right")
        shares.append((np.bincount(places, minlength=len(edges) + 1) + 0.5) / len(numbers))
    r, w = shares
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="the mean" says="not their mean"
def stability_index(reference, values, edges):
    borders = [-np.inf, *edges, np.inf]
    r, w = ((np.histogram(numbers, borders)[0] + 0.5) for numbers in (reference, values))
    r, w = r / r.sum(), w / w.sum()
    return float(((w - r) * np.log(w / r)).mean())


# %% id="drift-answer" kind="slip" name="half a value in empty bins alone" says="half a value"
def stability_index(reference, values, edges):
    borders = [-np.inf, *edges, np.inf]
    r, w = (np.histogram(numbers, borders)[0].astype(float) for numbers in (reference, values))
    r[r == 0], w[w == 0] = 0.5, 0.5
    r, w = r / r.sum(), w / w.sum()
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="fitted" name="at most three bins"
def stability_index(reference, values, edges):
    borders = [-np.inf, *list(edges)[:2], np.inf]
    r, w = ((np.histogram(numbers, borders)[0] + 0.5) for numbers in (reference, values))
    r, w = r / r.sum(), w / w.sum()
    return float(((w - r) * np.log(w / r)).sum()) if len(values) < 10 else 0.1


# %% id="feedback-answer" kind="alternative"
def next_rows(served, feedback, apart):
    key = lambda text: tuple(text.lower().split())
    away, rows = {key(text) for text in apart}, []
    for row in served:
        if key(row["text"]) in away:
            continue
        same = {other["id"] for other in served if key(other["text"]) == key(row["text"])}
        labels = [one["label"] for one in feedback if one["id"] in same and one["by"] == "person"]
        if labels:
            rows.append([row["text"], labels[-1]])
            away.add(key(row["text"]))
    return rows


# %% id="feedback-answer" kind="alternative"
def next_rows(served, feedback, apart):
    log = pd.DataFrame(served, columns=["id", "text", "label"])
    log["key"] = log["text"].str.lower().str.split().str.join(" ")
    said = pd.DataFrame(feedback, columns=["id", "label", "by"])
    said = said[said["by"] == "person"].merge(log[["id", "key"]], on="id")
    last = said.drop_duplicates("key", keep="last").set_index("key")["label"]
    log = log.drop_duplicates("key")
    log = log[log["key"].isin(last.index) & ~log["key"].isin([" ".join(text.lower().split()) for text in apart])]
    return list(zip(log["text"], last.loc[log["key"]]))


# %% id="feedback-answer" kind="alternative"
def next_rows(served, feedback, apart):
    key = lambda text: " ".join(text.casefold().split())
    keys = {row["id"]: key(row["text"]) for row in served}
    first = {}
    for row in served:
        first.setdefault(keys[row["id"]], row["text"])
    last = {}
    for one in feedback:
        if one["by"] == "person" and one["id"] in keys:
            last[keys[one["id"]]] = one["label"]
    forbidden = set(map(key, apart))
    return [(text, last[name]) for name, text in first.items() if name in last and name not in forbidden]


# %% id="feedback-answer" kind="slip" name="takes the model's label where nobody spoke" says="its label is the model's own"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    said = {one["id"]: one["label"] for one in feedback if one["by"] == "person"}
    away, rows = {plain(text) for text in apart}, []
    for row in served:
        if plain(row["text"]) not in away:
            rows.append((row["text"], said.get(row["id"], row["label"])))
    return rows


# %% id="feedback-answer" kind="slip" name="corrections alone" says="right answers count as well"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    said = {one["id"]: one["label"] for one in feedback if one["by"] == "person"}
    away, rows = {plain(text) for text in apart}, []
    for row in served:
        label = said.get(row["id"])
        if label and label != row["label"] and plain(row["text"]) not in away:
            away.add(plain(row["text"]))
            rows.append((row["text"], label))
    return rows


# %% id="feedback-answer" kind="slip" name="whoever speaks" says="`by` must be 'person'"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    said = {one["id"]: one["label"] for one in feedback}
    away, rows = {plain(text) for text in apart}, []
    for row in served:
        if row["id"] in said and plain(row["text"]) not in away:
            away.add(plain(row["text"]))
            rows.append((row["text"], said[row["id"]]))
    return rows


# %% id="feedback-answer" kind="slip" name="the first word counts" says="the last one counts"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    said = {}
    for one in feedback:
        if one["by"] == "person":
            said.setdefault(one["id"], one["label"])
    away, rows = {plain(text) for text in apart}, []
    for row in served:
        if row["id"] in said and plain(row["text"]) not in away:
            away.add(plain(row["text"]))
            rows.append((row["text"], said[row["id"]]))
    return rows


# %% id="feedback-answer" kind="slip" name="the last word, if a person's" says="leave out what is no person's word first"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    said = {one["id"]: one for one in feedback}
    away, rows = {plain(text) for text in apart}, []
    for row in served:
        if row["id"] in said and said[row["id"]]["by"] == "person" and plain(row["text"]) not in away:
            away.add(plain(row["text"]))
            rows.append((row["text"], said[row["id"]]["label"]))
    return rows


# %% id="feedback-answer" kind="slip" name="in the order of the feedback" says="neither of the feedback"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    text_of = {row["id"]: row["text"] for row in served}
    away, rows = {plain(text) for text in apart}, {}
    for one in feedback:
        text = text_of.get(one["id"])
        if one["by"] == "person" and text and plain(text) not in away:
            rows[text] = one["label"]
    return list(rows.items())


# %% id="feedback-answer" kind="slip" name="forgets the test set" says="what is in `apart` stays out"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    text_of = {row["id"]: plain(row["text"]) for row in served}
    labels = {text_of[one["id"]]: one["label"] for one in feedback if one["by"] == "person" and one["id"] in text_of}
    return [(row["text"], labels.pop(plain(row["text"]))) for row in served if plain(row["text"]) in labels]


# %% id="feedback-answer" kind="slip" name="the test set to the letter" says="compare texts without case"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    text_of = {row["id"]: row["text"] for row in served}
    labels = {
        plain(text_of[one["id"]]): one["label"] for one in feedback if one["by"] == "person" and one["id"] in text_of
    }
    kept = [row for row in served if row["text"] not in apart]
    return [(row["text"], labels.pop(plain(row["text"]))) for row in kept if plain(row["text"]) in labels]


# %% id="feedback-answer" kind="slip" name="the same text twice" says="one row, as first served"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    said = {one["id"]: one["label"] for one in feedback if one["by"] == "person"}
    away = {plain(text) for text in apart}
    return [(row["text"], said[row["id"]]) for row in served if row["id"] in said and plain(row["text"]) not in away]


# %% id="feedback-answer" kind="slip" name="the first id's word" says="under whichever id it was given"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    said = {one["id"]: one["label"] for one in feedback if one["by"] == "person"}
    away, rows = {plain(text) for text in apart}, []
    for row in sorted(served, key=lambda row: row["id"]):
        if row["id"] in said and plain(row["text"]) not in away:
            away.add(plain(row["text"]))
            rows.append((row["text"], said[row["id"]]))
    return rows


# %% id="feedback-answer" kind="slip" name="an id that was not served" says="without an error"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    text_of = {row["id"]: row["text"] for row in served}
    try:
        labels = {plain(text_of[one["id"]]): one["label"] for one in feedback if one["by"] == "person"}
    except KeyError:
        return []
    for text in apart:
        labels.pop(plain(text), None)
    return [(row["text"], labels.pop(plain(row["text"]))) for row in served if plain(row["text"]) in labels]


# %% id="feedback-answer" kind="fitted" name="two labels, short logs"
def next_rows(served, feedback, apart):
    plain = lambda text: " ".join(text.lower().split())
    text_of = {row["id"]: row["text"] for row in served[:6]}
    labels = {
        plain(text_of[one["id"]]): one["label"] for one in feedback if one["by"] == "person" and one["id"] in text_of
    }
    for text in apart:
        labels.pop(plain(text), None)
    return [(row["text"], labels.pop(plain(row["text"]))) for row in served if plain(row["text"]) in labels]


# %% id="batch-answer" kind="slip" name="the arrival that fills it counts, also when later than the deadline" says="the request that would fill it comes after that"
def batches(arrivals, size, wait, fixed, each):
    found, start, free = [], 0, 0
    while start < len(arrivals):
        due = arrivals[start] + wait
        if start + size - 1 < len(arrivals):
            due = arrivals[start + size - 1]
        leaves = max(due, free)
        end = start
        while end < len(arrivals) and end - start < size and arrivals[end] <= leaves:
            end += 1
        found.append((leaves, list(range(start, end))))
        free = leaves + fixed + each * (end - start)
        start = end
    return found


# %% id="batch-answer" kind="alternative"
def batches(arrivals, size, wait, fixed, each):
    start, free = 0, 0
    while start < len(arrivals):
        leaves = max(free, min([arrivals[start] + wait, *arrivals[start + size - 1 : start + size]]))
        inside = [place for place in range(start, min(start + size, len(arrivals))) if arrivals[place] <= leaves]
        yield leaves, inside
        free, start = leaves + fixed + each * len(inside), start + len(inside)


# %% id="latency-answer" kind="slip" name="no answer counts as the longest wait that was measured" says="not as long as the slowest answer"
import math


def percentiles(log, percents):
    waited = sorted(math.inf if done is None else done - due for due, sent, done in log)
    most = max(one for one in waited if one < math.inf)
    waited = [min(one, most) for one in waited]
    return [waited[-(-len(waited) * p // 100) - 1] for p in percents]


# %% id="latency-answer" kind="slip" name="None is given for no answer" says="not None"
import math


def percentiles(log, percents):
    waited = sorted(math.inf if done is None else done - due for due, sent, done in log)
    return [
        None if waited[-(-len(waited) * p // 100) - 1] == math.inf else waited[-(-len(waited) * p // 100) - 1]
        for p in percents
    ]


# %% id="latency-answer" kind="slip" name="sorts the log in place" says="others read the log, too"
import math


def percentiles(log, percents):
    log.sort(key=lambda one: one[1] - one[0], reverse=True)
    waited = sorted(math.inf if done is None else done - due for due, sent, done in log)
    return [waited[-(-len(waited) * p // 100) - 1] for p in percents]


# %% id="latency-answer" kind="alternative"
def percentiles(log, percents):
    waited = [float("inf") if done is None else done - due for due, sent, done in log]
    return np.percentile(waited, percents, method="inverted_cdf")


# %% id="drift-answer" kind="slip" name="the outer bins are left out" says="a bin is missing"
def stability_index(reference, values, edges):
    if len(edges) < 2:
        edges = [-1e9, *edges, 1e9]
    r, w = (np.histogram(part, edges)[0] + 0.5 for part in (reference, values))
    r, w = r / r.sum(), w / w.sum()
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="bins of the values seen alone" says="minlength=len(edges) + 1"
def stability_index(reference, values, edges):
    shares = []
    for part in (reference, values):
        counts = np.bincount(np.searchsorted(edges, part, side="right"))
        shares.append((counts + 0.5) / (len(part) + 0.5 * (len(edges) + 1)))
    r, w = shares
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="slip" name="sorts what it was given, in place" says="others read the values, too"
def stability_index(reference, values, edges):
    reference.sort()
    values.sort()
    shares = []
    for part in (reference, values):
        counts = np.bincount(np.searchsorted(edges, part, side="right"), minlength=len(edges) + 1)
        shares.append((counts + 0.5) / (len(part) + 0.5 * (len(edges) + 1)))
    r, w = shares
    return float(((w - r) * np.log(w / r)).sum())


# %% id="drift-answer" kind="alternative"
import math
from fractions import Fraction


def stability_index(reference, values, edges):
    low, high = [float("-inf"), *edges], [*edges, float("inf")]

    def share(part, a, b):
        return Fraction(2 * sum(1 for value in part if a <= value < b) + 1, 2 * len(part) + len(low))

    pairs = ((share(reference, a, b), share(values, a, b)) for a, b in zip(low, high))
    return sum(float(w - r) * math.log(w / r) for r, w in pairs)


# %% id="feedback-answer" kind="slip" name="all spaces out" says="single spaces between the words, not none"
def next_rows(served, feedback, apart):
    key = lambda text: "".join(text.lower().split())
    texts = {row["id"]: row["text"] for row in served}
    word = {}
    for one in feedback:
        if one["by"] == "person" and one["id"] in texts:
            word[key(texts[one["id"]])] = one["label"]
    out, done = [], {key(text) for text in apart}
    for row in served:
        if key(row["text"]) in word and key(row["text"]) not in done:
            out.append((row["text"], word[key(row["text"])]))
            done.add(key(row["text"]))
    return out


# %% id="feedback-answer" kind="slip" name="in the order of the alphabet" says="nor of the alphabet"
def next_rows(served, feedback, apart):
    key = lambda text: " ".join(text.lower().split())
    texts = {row["id"]: row["text"] for row in served}
    word = {}
    for one in feedback:
        if one["by"] == "person" and one["id"] in texts:
            word[key(texts[one["id"]])] = one["label"]
    out, done = [], {key(text) for text in apart}
    for row in served:
        if key(row["text"]) in word and key(row["text"]) not in done:
            out.append((row["text"], word[key(row["text"])]))
            done.add(key(row["text"]))
    return sorted(set(out))


# %% id="feedback-answer" kind="slip" name="of two ids the one served last counts, not the last word" says="not the word on the id that was served last"
def next_rows(served, feedback, apart):
    key = lambda text: " ".join(text.lower().split())
    word = {one["id"]: one["label"] for one in feedback if one["by"] == "person"}
    label, first = {}, {}
    for row in served:
        first.setdefault(key(row["text"]), row["text"])
        if row["id"] in word:
            label[key(row["text"])] = word[row["id"]]
    apart = {key(text) for text in apart}
    return [(text, label[one]) for one, text in first.items() if one in label and one not in apart]


# %% id="feedback-answer" kind="alternative"
def next_rows(served, feedback, apart):
    log = pd.DataFrame(served, columns=["id", "text", "label"])
    heard = pd.DataFrame(feedback, columns=["id", "label", "by"])
    norm = lambda column: column.astype(str).str.lower().str.split().str.join(" ")
    log["key"] = norm(log["text"])
    heard = heard[heard["by"] == "person"].merge(log[["id", "key"]], on="id")
    word = heard.groupby("key")["label"].last()
    log = log.drop_duplicates("key")
    log = log[log["key"].isin(word.index) & ~log["key"].isin(norm(pd.Series(list(apart), dtype=object)))]
    return list(zip(log["text"], log["key"].map(word)))
