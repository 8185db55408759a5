"""All remedies of lesson 07 in one film, side by side: the first of the ten seeds that the tables count."""

from collections.abc import Callable
from pathlib import Path

import mindspore as ms
import numpy as np

from experiments.tables import work_folder
from gan_course.data import mixtures
from gan_course.evaluation.modes import mode_counts
from gan_course.lessons.mixture_gan import MIXTURES, Game, Mixture
from gan_course.viz.gif import encode_gif, frame_steps
from gan_course.viz.pictures import figure_to_picture, save_picture
from gan_course.viz.plane import Moment, plane_points, plot_games

NUM_FRAMES, SHOWN = 24, 800  # frames, and points in each
MAX_BYTES = 600_000


class Film:
    """What the first seed of one remedy does: its points and what D answers, at the same parts of the training.

    Args:
        name: of the mixture.
        remedy: its name.
        out: where the tables are written; frames go beside, to be drawn once those of all remedies are there.
    """

    def __init__(self, name: str, remedy: str, out: Path):
        self.name, self.remedy, self.out = name, remedy, out
        self.points: list[np.ndarray] = []
        self.surfaces: list[np.ndarray] = []

    def of(self, game: Game, mixture: Mixture, pack_size: int) -> Callable[[int, dict[str, float]], None]:
        """A callback of the training of `game` that takes the frames."""
        places = plane_points(mixture.limit).repeat(pack_size, axis=0)  # packs of one and the same point
        plane = ms.Tensor(np.broadcast_to(places, (len(game.fixed_z), *places.shape)).copy())
        steps = frame_steps(game.num_steps, NUM_FRAMES)

        def take(step: int, losses: dict[str, float]) -> None:
            if step in steps:
                answers = game.discriminator(plane).asnumpy()[0].ravel()
                self.points.append(game.points()[0].astype(np.float16))
                self.surfaces.append(answers.argsort().argsort() / len(answers))

        return take

    def save(self) -> None:
        """Keep the frames."""
        path = path_of(self.name, self.remedy, self.out)
        np.savez_compressed(path, points=self.points, surfaces=np.array(self.surfaces, np.float16))


def path_of(name: str, remedy: str, out: Path) -> Path:
    """Where the frames of a remedy are kept."""
    return work_folder(out, "mode_collapse") / f"{name}_{remedy}.npz"


def write_film(name: str, remedies: list[str], out: Path) -> None:
    """Write `07_NAME.gif`, if the frames of all remedies are there, and its last frame as PNG into the work folder."""
    files = [path_of(name, remedy, out) for remedy in remedies]
    if not all(file.exists() for file in files):
        return
    mixture = MIXTURES[name]
    games = [np.load(file) for file in files]
    games = [(game["points"].astype(np.float32), game["surfaces"].astype(np.float32)) for game in games]
    real = mixtures.sample(mixture.centres, mixture.std, 300, np.random.default_rng(0))
    num_frames = min(len(points) for points, _ in games)
    frames = [draw(remedies, games, index, real, mixture) for index in range(num_frames)]
    parts = [f"{(index / max(num_frames - 1, 1)) ** 2:.0%} of the training" for index in range(num_frames)]
    (out / f"07_{name}.gif").write_bytes(encode_gif(frames, MAX_BYTES, parts))
    save_picture(path_of(name, "last", out).with_suffix(".png"), frames[-1])


def draw(
    remedies: list[str],
    games: list[tuple[np.ndarray, np.ndarray]],
    index: int,
    real: np.ndarray,
    mixture: Mixture,
) -> np.ndarray:
    """One frame, uint8 `(H, W, 3)`."""
    moments = []
    for remedy, (points, surfaces) in zip(remedies, games):
        counts = mode_counts(points[index], mixture.centres, mixture.std)
        title = f"{remedy}\n{(counts > 0).sum()} of {len(counts)} modes"
        moments.append(Moment(title, surfaces[index], points[index, :SHOWN], counts / len(points[index])))
    return figure_to_picture(plot_games(moments, real, mixture.limit))
