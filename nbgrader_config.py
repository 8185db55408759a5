"""nbgrader's settings, found when it is called in this folder: `make teach`, then `.venv-teach/bin/nbgrader ...`."""

import os
import sys
from pathlib import Path

TEACHING = Path(__file__).resolve().parent / "teaching"  # for source, release, submitted, feedback, gradebook.db, ...

c = get_config()  # noqa: F821  which nbgrader provides

c.CourseDirectory.root = str(TEACHING)
c.CourseDirectory.course_id = "gan-course"

c.ClearSolutions.code_stub = {"python": "..."}  # as in the working edition: an empty function runs

# To grade, trainings need only run; what they leave stays away from the instructor's own outputs.
os.environ.setdefault("GAN_COURSE_PROFILE", "smoke")
os.environ.setdefault("GAN_COURSE_OUTPUTS", str(TEACHING / "outputs"))
c.Execute.timeout = 600

# nbgrader calls `alembic`, which is found only where this environment has been activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
