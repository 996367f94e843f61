"""What would bring every skill to its target, in a sentence for the page and for a plan that cannot be."""

from grading.lead.plan_figures import Amounts
from grading.pages.numbers import points
from trainlib.plan import Plan, Reach


def sentence(reach: Reach, weeks: int, amounts: Amounts, plan: Plan | None = None) -> str:
    """What meeting all targets takes. `weeks`: the deadline that was asked for; `plan`: the one on the page, if any."""
    if reach.out_of_reach:
        found = [f"{name} at most {points(level)}" for name, level in reach.out_of_reach.items()]
        return (
            f"No money and no time would meet all targets: with these trainers and this content, {', '.join(found)}. "
            "What could: better trainers or content, more hours of the best trainers, or lower targets."
        )
    if reach.plan is None:
        return f"No money would meet all targets, not even in {reach.weeks} weeks: {reach.clash}."
    hours = reach.plan.hours.to_numpy().sum()
    need = f"{amounts.money(reach.plan.cost)} and {hours:.0f} hours of each person"
    if reach.weeks > weeks:
        return (
            f"No money would meet all targets within {weeks} weeks. The first deadline that can be kept is week "
            f"{reach.weeks}; it takes {need}."
        )
    done = plan is not None and all(
        skill.target is None or plan.levels[skill.name] >= skill.target - 1e-3 for skill in plan.problem.skills
    )
    if done:
        return f"This plan meets all targets; the cheapest that does takes {need}."
    return f"The cheapest plan that meets all targets takes {need}, within the {weeks} weeks."
