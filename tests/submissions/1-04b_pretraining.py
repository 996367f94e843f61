# Answers to 1-04b other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="losses-answer" kind="alternative"
def pretraining_losses(guesses, labels, order, is_random):
    total, count = 0.0, 0
    for scores, right in zip(guesses.flatten(0, 1), labels.flatten()):
        if right >= 0:
            total, count = total + scores.logsumexp(0) - scores[right], count + 1
    following = order.logsumexp(1) - order[torch.arange(len(order)), is_random]
    return total / count, following.mean()


# %% id="losses-answer" kind="misconception" name="means each text, then means the texts"
def pretraining_losses(guesses, labels, order, is_random):
    means = []
    for scores, right in zip(guesses, labels):
        chosen = right != -100
        means.append(-scores[chosen].log_softmax(-1).gather(1, right[chosen][:, None]).mean())
    return torch.stack(means).mean(), -order.log_softmax(-1).gather(1, is_random[:, None]).mean()


# %% id="claim-answer" kind="alternative"
def wrong_citations(cited, papers):
    found = {}
    for model, title in cited:
        for right in papers.title[papers.model == model]:
            if title.lower().strip(" .") != right.lower():
                found[model] = right
    return found


# %% id="claim-answer" kind="misconception" name="takes another way of typing a title for another paper"
def wrong_citations(cited, papers):
    right = dict(zip(papers.model, papers.title))
    return {model: right[model] for model, title in cited if model in right and title != right[model]}
