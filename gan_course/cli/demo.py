"""`gan-course demo`: a lesson shown in a lecture, over in minutes, or a recording of it."""

import signal
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from gan_course import recordings
from gan_course.cli.audience import audience_at, replay_at, with_show
from gan_course.errors import CourseError
from gan_course.lessons import LESSONS, TRAINED, check_lesson, load_lesson
from gan_course.profiles import outputs_folder
from gan_course.runs.folder import RECORDING, prepare_folder
from gan_course.viz.recording import DOCUMENT

REPLAYED = {  # by lesson, of the recordings that come with the course
    "autoencoder": "autoencoder",
    "vae": "vae",
    "gan": "first-gan",
    "mlp-gan": "mlp-gan",
    "dcgan": "digits",
    "acgan": "acgan-balanced",
    "wgan-gp": "wgan-gp",
    "museum": "museum-healthy",
}
SECONDS, REPLAY_SECONDS = 180, 60
LEAST_SHARE = 0.3  # of the steps of the class profile: after fewer there is little to see

DEMO_HELP = f"""Show LESSON in a lecture: numbers written large, pictures that grow, over within four minutes.

It measures how quick this machine is, and trains for as many steps of the class profile as fit into the time. The run
is kept in demo/LESSON of the results, in place of an earlier one. Without LESSON the lessons are listed.

LESSON is one of: {", ".join(TRAINED)}.

--replay plays a recording instead, where the machine is slow: the one that comes with the course, or that of the last
demo here; --replay=NAME|DIR another one that comes along, or that of a run.
"""


@click.command("demo", help=DEMO_HELP, short_help="Show a lesson in a lecture, within minutes.")
@click.argument("lesson", metavar="[LESSON]", required=False)
@click.option("--replay", metavar="[NAME|DIR]", is_flag=False, flag_value="", help="Play a recording instead.")
@click.option(
    "--seconds",
    type=click.IntRange(20, 600),
    metavar="N",
    help=f"How long it may take.  [default: {SECONDS}; a replay: {REPLAY_SECONDS}]",
)
@with_show
def demo_command(lesson: str | None, replay: str | None, seconds: int | None, place: str | None) -> None:
    """What `DEMO_HELP` says."""
    if lesson is None:
        for name in TRAINED:
            print(f"gan-course demo {name:<12} {LESSONS[name].title}")
        return
    check_lesson(lesson)
    place = place or "browser"
    if replay is not None:
        replay_at(place, lesson, find_recording(lesson, replay), seconds or REPLAY_SECONDS)
    else:
        train_briefly(lesson, place, seconds or SECONDS)


def demo_folder(lesson: str) -> Path:
    """Where the run of a demo is kept."""
    return outputs_folder() / "demo" / lesson


def find_recording(lesson: str, text: str) -> Path:
    """The folder of the recording that --replay means.

    Raises:
        CourseError: there is none.
    """
    if text:
        places = [recordings.FOLDER / text, Path(text) / RECORDING, Path(text)]
        none = f"{text} holds no recording: name a run's folder, or choose one of {', '.join(recordings.names())}"
    else:
        places = [recordings.FOLDER / REPLAYED.get(lesson, lesson), demo_folder(lesson) / RECORDING]
        none = f"there is no recording of {lesson} yet: run gan-course demo {lesson} once without --replay"
    found = [folder for folder in places if (folder / DOCUMENT).is_file()]
    if not found:
        raise CourseError(none)
    return found[0]


def train_briefly(lesson: str, place: str, seconds: float) -> None:
    """Train as many steps as fit into so many seconds, and show them."""
    end = perf_counter() + seconds
    folder = prepare_folder(demo_folder(lesson), resume=False, force=True)
    with audience_at(place, lesson, folder) as audience:
        from gan_course.runs.measure import ENDING, settings_until  # imports MindSpore, which takes seconds
        from gan_course.runs.train import train_lesson

        usual = load_lesson(lesson).SETTINGS["class"]
        settings = settings_until(end, lesson, usual)
        print(f"{settings.num_steps:,} of the {usual.num_steps:,} steps of the class profile fit into {seconds:.0f} s")
        if settings.num_steps < LEAST_SHARE * usual.num_steps:
            print("this machine is slow: --replay shows a recording instead")
        audience = stopping_at(end - ENDING, audience.get("audience"))
        train_lesson(lesson, settings, 0, folder, audience=audience)
        print(f"the run is kept in {folder}")


def stopping_at(moment: float, audience: Callable | None) -> Callable:
    """The audience, and a training that ends at `moment` where it took longer than measured: as by Ctrl-C."""

    def follow(*training: Any) -> Callable[[int, dict[str, float]], None]:
        watch = audience(*training) if audience else lambda step, losses: None

        def callback(step: int, losses: dict[str, float]) -> None:
            watch(step, losses)
            if step > 0 and perf_counter() > moment:
                signal.raise_signal(signal.SIGINT)

        return callback

    return follow
