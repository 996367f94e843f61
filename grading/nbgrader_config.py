# Read by nbgrader, and by its formgrader tab when JupyterLab starts in this folder (`make grade`).
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from grading.records.folders import nbgrader_config  # noqa: E402  (found through the line above)

get_config().merge(nbgrader_config())  # noqa: F821  (nbgrader defines get_config while it reads this file)
