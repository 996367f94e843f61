"""The best training plan: hours for each stage and skill, a trainer for each stage, within money, time and a roster.

    gain = Σⱼ shareⱼ · (1 − Kⱼ/ceiling) · Σᵢ aᵢ · (eᵢ·E + mᵢ·Mᵢ) · (1 − exp(−Pᵢⱼ/τᵢ))      E: the trainer of stage i

That is the model of `trainlib.effect` with hours P for each stage i and skill j: the mean points of skill that a
learner gains, each skill counting with its share of importance. All learners sit in one course, so an hour of it costs
the trainer's rate, and for each of them `learner_cost` and the stage's `cost_per_hour`.

    from trainlib import effect, plan

    problem = plan.Problem(
        training=effect.preset("retail").training,                # or a `cohort.Fit`: then gains come with an interval
        trainers=[plan.Trainer("Ada", 0.9, rate=140, hours=60), plan.Trainer("Ben", 0.7, rate=80)],
        skills=[plan.Skill("SQL", level=0.5, target=0.6), plan.Skill("models", level=0.2, needs={"SQL": 0.55})],
        content=0.6, people=12, budget=30_000, weeks=12, hours_per_week=6, learner_cost=25,
    )
    best = plan.best(problem)
    best.gain, best.gain_interval, best.cost, best.binding        # 0.278, None without a Fit, 30000, ('budget',)
    best.shadow_price_money * 1000                                # what another 1,000 would add: 0.0053
    best.table(), best.calendar                                   # stage × skill; week by week
    plan.cheapest(problem, target=0.15).cost                      # or, without target, each skill's own target is met
    plan.pareto(problem, points=8)                                # plans from cheap to good
    plan.meet_all(problem)                                       # what would bring every skill to its target

Solved exactly: 1 − exp(−P/τ) is concave, so the tangents to it make a mixed-integer linear programme whose optimum is a
bound, and tangents are added where it touched until plan and bound differ by less than a share of 1e-5 (outer
approximation: Duran and Grossmann, Mathematical Programming 36 (1986) 307-339). The solver is HiGHS, by
`scipy.optimize.linprog`.
"""

from trainlib.plan.problem import Problem, Skill, Trainer
from trainlib.plan.programme import best, cheapest, pareto
from trainlib.plan.reach import Reach, meet_all
from trainlib.plan.result import Infeasible, Plan

__all__ = ["Infeasible", "Plan", "Problem", "Reach", "Skill", "Trainer", "best", "cheapest", "meet_all", "pareto"]
