"""`python -m gan_course` is `gan-course`, for where the folder of scripts is not on the PATH, and for msrun."""

from gan_course.cli import main
from gan_course.cli.workers import end_with_launcher, leave
from gan_course.profiles import launched

if __name__ == "__main__":
    if launched():
        end_with_launcher()
    try:
        main()
    except SystemExit as end:
        if launched():
            leave(end.code or 0)
        raise
    if launched():
        leave(0)
