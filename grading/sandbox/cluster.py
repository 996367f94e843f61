"""Grading on a Ray cluster: an engine on each of its machines, which work off one queue. Needs the extra `scale`.

Notebooks run on the cluster, confined there as on one machine; grades are written here, once each, when a result is
back. A worker or a machine that dies costs the time of what it was running: that is run again. Each machine needs
Linux with bubblewrap and this project at the same path.
"""

import os
from queue import Queue

from nbformat import NotebookNode

from grading.sandbox.engine import Engine, EngineError, Exam, Limits, Run


class Machine:
    """The engine of one machine, as a Ray actor."""

    def __init__(self, libraries: list[str], isolated: bool, limits: Limits | None):
        self.engine = Engine(libraries, isolated, limits).__enter__()

    def process(self) -> int:
        """Its process id, once it can work."""
        return os.getpid()

    def run(self, notebook: NotebookNode, exam: Exam, seeds: tuple[int, int]) -> Run:
        return self.engine.run(notebook, exam, seeds)


class Cluster:
    """What an `Engine` is, on all machines of a cluster; use it in a `with`. `jobs`: how many notebooks run at once.

    `address` is that of a Ray cluster, "auto" for the one that this machine belongs to; "local" starts one of this
    machine alone. EngineError where Ray is missing or learners' code cannot be confined, unless `isolated` is False.
    """

    def __init__(
        self, libraries: list[str], isolated: bool = True, limits: Limits | None = None, address: str = "local"
    ):
        self.given, self.address = (libraries, isolated, limits), address

    def __enter__(self) -> "Cluster":
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray
            from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
        except ImportError:
            raise EngineError('a cluster needs Ray: pip install -e ".[scale]"') from None
        self.ray, self.started = ray, not ray.is_initialized()
        if self.started:
            ray.init(address=self.address, include_dashboard=False, log_to_driver=False, logging_level="error")
        self.machines, self.free = [], Queue()
        for node in ray.nodes():
            if node["Alive"] and (cores := int(node["Resources"].get("CPU", 0))):
                machine = (
                    ray.remote(Machine)
                    .options(
                        num_cpus=0, max_concurrency=cores + 1, max_restarts=-1, max_task_retries=-1,
                        scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=True),
                    )
                    .remote(*self.given)
                )  # fmt: skip
                self.machines.append(machine)
                for _ in range(cores):
                    self.free.put(machine)
        self.jobs = self.free.qsize()
        try:
            ray.get([machine.process.remote() for machine in self.machines])
        except ray.exceptions.RayError as error:
            self.__exit__()
            raise EngineError(str(getattr(error, "cause", None) or error).strip().splitlines()[-1]) from None
        return self

    def __exit__(self, *_) -> None:
        for machine in self.machines:
            self.ray.kill(machine)
        if self.started:
            self.ray.shutdown()

    def run(self, notebook: NotebookNode, exam: Exam, seeds: tuple[int, int]) -> Run:
        """As `Engine.run`, on the next machine that is free."""
        machine = self.free.get()
        try:
            return self.ray.get(machine.run.remote(notebook, exam, seeds))
        except self.ray.exceptions.RayError as error:
            raise EngineError(f"the cluster lost a notebook: {error}") from None
        finally:
            self.free.put(machine)
