"""What the blanks of a lesson are held against: a file a lesson, a function a blank, named as the blank is.

    from gan_course.checks import vae as check
    gaussian_kl = check.gaussian_kl(gaussian_kl)

prints whether the answer is right, or which mistake it makes, and returns the function with which the lesson goes on:
the answer where it is right, the package's own where it is not, so that an empty blank stops nothing.
"""
