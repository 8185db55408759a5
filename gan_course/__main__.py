"""`python -m gan_course` is `gan-course`, for where the folder of scripts is not on the PATH."""

from gan_course.cli import main

if __name__ == "__main__":
    main()
