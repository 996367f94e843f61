# Read by nbgrader, and by its formgrader tab when JupyterLab starts in this folder (`make grade`).
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from grading.authoring import build  # noqa: E402  (found through the line above)
from grading.marking import autograde, feedback  # noqa: E402
from grading.records.nbgrader import base_config  # noqa: E402

config = base_config()
for room in (build, autograde, feedback):
    room.configure(config)
get_config().merge(config)  # noqa: F821  (nbgrader defines get_config while it reads this file)
