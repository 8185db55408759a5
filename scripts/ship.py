"""Let the generator of a finished run come with the course: `.venv/bin/python -m scripts.ship runs/digits digits`.

Writes NAME.npz, its weights in float16, and NAME.md, its model card, into gan_course/pretrained/.
"""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import click
import numpy as np

from gan_course import pretrained
from gan_course.cli.train import choose_settings
from gan_course.data.sources import Digits, Folder, Sunflowers
from gan_course.errors import CourseError
from gan_course.evaluation.bootstrap import Estimate
from gan_course.evaluation.card_table import as_table
from gan_course.lessons import LESSONS
from gan_course.lessons.experiment import flat
from gan_course.lessons.trained import Saved, Trained, revive
from gan_course.pretrained.card import as_block, measure
from gan_course.pretrained.weights import write
from gan_course.profiles import PROFILES
from gan_course.runs.config import read_config, settings_as_json, source_of
from gan_course.runs.folder import METRICS, SCORECARD, TIMING, read_json
from gan_course.runs.saved import read_run

COUNT, SEED = 100, 0  # of the pictures whose numbers the card keeps


@click.command(help=__doc__)
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("name")
@click.option("--discriminator", is_flag=True, help="Ship the discriminator as well.")
@click.option("--command", help="What trained the run.  [default: found from its settings]")
@click.option("--force", is_flag=True, help="Replace a generator of that name.")
def main(run: Path, name: str, discriminator: bool, command: str | None, force: bool) -> None:
    """Write weights and card, and print their size."""
    try:
        path = ship(run, name, discriminator, command, force)
    except CourseError as error:
        raise click.ClickException(str(error)) from None
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def ship(run: Path, name: str, discriminator: bool = False, command: str | None = None, force: bool = False) -> Path:
    """Write weights and card of the generator of `run`; return the path of the weights.

    Raises:
        CourseError: there is one of that name, no run, a run that draws nothing, or no command that made it.
    """
    path = pretrained.FOLDER / f"{name}.npz"
    if path.exists() and not force:
        raise CourseError(f"{path} exists: choose another name, or replace it with --force")
    saved = read_run(run)
    command = command or training_command(saved, run)
    trained = revive(saved)
    if not discriminator:
        trained = replace(trained, discriminator=None)
    write(path, trained, saved.step)
    shipped = pretrained.load(name)
    card = model_card(name, run, saved, shipped, command, float16_change(trained, shipped))
    path.with_suffix(".md").write_text(card, encoding="utf-8", newline="\n")
    return path


def float16_change(trained: Trained, shipped: Trained) -> float:
    """The largest difference of a pixel, in [-1, 1], that rounding the weights makes."""
    before, after = (model.sample(COUNT, np.random.default_rng(SEED)) for model in (trained, shipped))
    return float(np.abs(before - after).max())


def training_command(saved: Saved, run: Path) -> str:
    """A command that gives the settings of a run, with as few options as do it.

    Raises:
        CourseError: there is none.
    """
    config = read_config(run)
    settings, lesson = saved.settings, saved.lesson
    pictures = {name: getattr(settings, name) for name in ("data", "size", "gray") if LESSONS[lesson].any_pictures}
    classes = {name: getattr(settings, name) for name in ("classes", "counts") if LESSONS[lesson].classes}
    steps = {"num_steps": settings.num_steps}
    asked = product(PROFILES, firsts(pictures), firsts(classes), firsts(steps))
    for profile, *options in sorted(asked, key=lambda options: sum(map(len, options[1:]))):
        if choose_settings(lesson, profile, *options) == settings:
            words = " ".join(word for given in options for item in given.items() for word in as_option(*item))
            first = f"gan-course train {lesson} --profile {profile} {words}".strip() + f" --seed {config['seed']}"
            return first + (f" --from {Path(config['from']).name}" if "from" in config else "")
    raise CourseError(f"no command gives the settings of {run}: say what trained it with --command")


def firsts(options: dict[str, Any]) -> list[dict[str, Any]]:
    """None of the options, the first, the first two, ..., all of those that are not None."""
    known = [(name, value) for name, value in options.items() if value is not None]
    return [dict(known[:count]) for count in range(len(known) + 1)]


def as_option(name: str, value: Any) -> list[str]:
    """A setting as words of the command line."""
    if name == "gray":
        return ["--gray" if value else "--colour"]
    if name == "num_steps":
        return ["--steps", str(value)]
    if name == "size":
        return ["--size", "{}x{}".format(*value)]
    if isinstance(value, tuple):
        return [f"--{name}", ",".join(map(str, value))]
    return [f"--{name}", value.path.name if isinstance(value, Folder) else str(value)]


def model_card(name: str, run: Path, saved: Saved, shipped: Trained, command: str, change: float) -> str:
    """The text of NAME.md; every number in it comes from the run's files or was measured just now."""
    config = read_config(run)
    timing = read_json(run / TIMING) or {}
    shape = " x ".join(map(str, shipped.image_shape))
    classes = f" Classes: {', '.join(shipped.class_names)}." if shipped.class_names else ""
    earlier = [f"First meant for {steps} steps, then made longer." for steps in config.get("earlier_num_steps", [])]
    minutes = (
        f"{timing['train_seconds'] / 60:.1f} minutes from step {timing['first_step']} on" if timing else "not kept"
    )
    sections = [
        f"# {name}\n\n{LESSONS[saved.lesson].title}: pictures of {shape}.{classes}",
        f"```\ngan-course sample {name}\n```",
        f"## How it was trained\n\n```\n{command}\n```",
        "\n".join(["Step " + f"{saved.step}, seed {config['seed']}; {minutes}.", *earlier]),
        f"Versions: {', '.join(' '.join(item) for item in config['versions'].items())}.",
        f"Settings: `{json.dumps(recipe(shipped))}`",
        f"## Scores\n\n{scores(run)}",
        f"Weights are kept in float16, which changes no pixel, from -1 to 1, by more than {change:.1g}.",
        f"To see that it is still so: {COUNT} pictures, drawn again, have these numbers.",
        as_block(COUNT, SEED, measure(shipped, COUNT, SEED)),
        f"## Licence\n\n{licence(shipped)}",
    ]
    return "\n\n".join(sections) + "\n"


def recipe(shipped: Trained) -> dict[str, Any]:
    """The settings as JSON."""
    return settings_as_json(shipped.settings) | (
        {"data": shipped.settings.data.path.name} if isinstance(source_of(shipped.settings), Folder) else {}
    )


def scores(run: Path) -> str:
    """The numbers of `metrics.json`, and the card of `gan-course score` if there is one."""
    metrics = {name: value for name, value in (read_json(run / METRICS) or {}).items() if name != "card"}
    lines = [f"| {name} | {value:g} |" for name, value in flat(metrics).items()]
    parts = ["\n".join(["| at the end of the training | |", "|---|---|", *lines])]
    if card := read_json(run / SCORECARD):
        sets = {name: {key: Estimate(**e) for key, e in numbers.items()} for name, numbers in card["sets"].items()}
        said = f"`gan-course score`, {card['samples']} samples, seed {card['seed']}, with 95 % intervals:"
        parts += [said, f"```\n{as_table(sets)}\n```"]
    return "\n\n".join(parts)


def licence(shipped: Trained) -> str:
    """What may be done with the weights, and what they were learnt from."""
    source = source_of(shipped.settings)
    learnt = {
        Digits: "MNIST (LeCun, Cortes & Burges), which is CC BY-SA 3.0: see `data/README.md`",
        Sunflowers: "pictures drawn by the course's own code",
        Folder: "pictures that do not come with the course",
    }
    return f"The weights: Apache-2.0, as the code. Learnt from {learnt[type(source)]}."


if __name__ == "__main__":
    main()
