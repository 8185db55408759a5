"""Films of trainings for slides: from recordings to GIF, WebP and MP4.

from pathlib import Path
from gan_course.runs.recording import recording_of
from gan_course.studio import film
film(recording_of(Path("runs/digits")), "digits.gif")
"""

from gan_course.studio.films import Film, film

__all__ = ["Film", "film"]
