"""The blanks of lesson 01 about latent numbers: PCA, and noise that resembles them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gan_course.checks.answer import Question, answer, filled
from gan_course.evaluation.pca import PCA


def points() -> np.ndarray:
    """30 points of 6 numbers around a mean, spread differently along each axis."""
    rng = np.random.default_rng(3)
    return rng.standard_normal((30, 6)) * [1, 5, 0.3, 3, 8, 2] + [4, -2, 3, 1, 0, 5]


def components_found(function: Callable) -> dict[str, Any]:
    """A probe: the mean and three directions, turned so that the largest part is positive: either way is right."""
    result = filled(function(points(), 3))
    if not isinstance(result, tuple | list) or len(result) != 2:
        return {"the number of things that it returns": len(result) if isinstance(result, tuple | list) else 1}
    mean, directions = map(np.asarray, result)
    if directions.shape == (3, 6):  # directions as rows: a known mistake, whichever way they point
        directions = turned(directions.T).T
    elif directions.ndim == 2 and directions.size:
        directions = turned(directions)
    return {"the mean": mean, "the array of directions": directions}


def turned(directions: np.ndarray) -> np.ndarray:
    """The columns, each with the sign that makes its largest part positive."""
    largest = np.abs(directions).argmax(axis=0)
    return directions * np.sign(directions[largest, range(directions.shape[1])])


def of_package(flat: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The package's way: the mean `(P,)` and the directions `(P, k)`."""
    pca = PCA(flat, k)
    return pca.mean, pca.directions


def decomposed(flat: np.ndarray, k: int, mean: float | np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """U, s and V of the singular value decomposition of `flat - mean`, the first k columns of each."""
    u, s, vt = np.linalg.svd(flat - mean, full_matrices=False)
    return u[:, :k], s[:k], vt[:k].T


def upwards(flat: np.ndarray) -> np.ndarray:
    """All directions, from the weakest to the strongest."""
    return np.linalg.eigh(np.cov(flat, rowvar=False))[1]


def mistakes_of_components() -> dict[str, Callable]:
    """What is said of a wrong `principal_components` -> one."""

    def wrong(directions):  # a function of flat, k and the package's directions
        return lambda flat, k: (flat.mean(axis=0), directions(flat, k, of_package(flat, k)[1]))

    def strengths(flat, k):
        return decomposed(flat, k, flat.mean(axis=0))[1]

    return {
        "the points are not centred. Take the mean away before the decomposition, or the first direction only points "
        "at the mean.": wrong(lambda flat, k, right: decomposed(flat, k, 0)[2]),
        "one mean of all numbers. Each pixel has a mean of its own: `axis=0`.": lambda flat, k: (
            flat.mean(),
            decomposed(flat, k, flat.mean())[2],
        ),
        "the weakest directions. `eigh` sorts from small to large: take the last k, in reverse.": wrong(
            lambda flat, k, right: upwards(flat)[:, :k]
        ),
        "the right directions, weakest first. Turn their order round.": wrong(lambda flat, k, right: right[:, ::-1]),
        "U instead of V: these are the images' shares, one row an image, and not the directions.": wrong(
            lambda flat, k, right: decomposed(flat, k, flat.mean(axis=0))[0]
        ),
        "the directions are rows. The lesson wants them as columns, (P, k): transpose.": wrong(
            lambda flat, k, right: right.T
        ),
        "each direction is stretched by its singular value. They must have length 1, or what is encoded and decoded is "
        "not what went in.": wrong(lambda flat, k, right: right * strengths(flat, k)),
        "each direction is divided by its singular value. They must have length 1.": wrong(
            lambda flat, k, right: right / strengths(flat, k)
        ),
        "it returns one thing. The mean is needed as well: `return mean, directions`.": lambda flat, k: of_package(
            flat, k
        )[1],
    }


def principal_components(yours: Callable) -> Callable:
    """`principal_components(flat, k)`: the mean `(P,)` of points `(N, P)` and the k directions `(P, k)` of PCA."""
    return answer(
        yours,
        Question(
            ours=of_package,
            probe=components_found,
            right="the directions in which images differ most, strongest first: no other k lose less squared error.",
            mistakes=mistakes_of_components(),
            tolerance=1e-3,
        ),
    )


def random_latents(yours: Callable) -> Callable:
    """`random_latents(z, noise)`: noise `(M, k)` with the mean and spread of each column of z `(N, k)`."""
    rng = np.random.default_rng(4)
    z = rng.standard_normal((400, 3)) * [0.4, 3, 8] + [5, -1, 2]
    noise = rng.standard_normal((6, 3))

    def probe(function: Callable) -> dict[str, Any]:
        return {"the result": np.asarray(filled(function(z, noise)))}

    return answer(
        yours,
        Question(
            ours=lambda z, noise: z.mean(axis=0) + z.std(axis=0) * noise,
            probe=probe,
            right="each latent number has the mean and spread of the real ones. But is that all that they have?",
            mistakes={
                "one mean and one spread for all numbers together. Each latent number has its own: "
                "`axis=0`.": lambda z, noise: z.mean() + z.std() * noise,
                "each number has its own mean, but all the same spread: `axis=0` in both.": lambda z, noise: (
                    z.mean(axis=0) + z.std() * noise
                ),
                "the variance stands where the standard deviation should: noise from N(0, 1) is stretched by its "
                "root.": lambda z, noise: z.mean(axis=0) + z.var(axis=0) * noise,
                "the mean is missing, so the cloud lies around 0.": lambda z, noise: z.std(axis=0) * noise,
                "the spread is missing: the cloud is at the right place, but of size 1.": lambda z, noise: (
                    z.mean(axis=0) + noise
                ),
                "the mean is stretched as well: spread times noise first, then add the mean.": lambda z, noise: (
                    z.std(axis=0) * (z.mean(axis=0) + noise)
                ),
                "the mean of each image, not of each latent number: `axis=0` goes down.": lambda z, noise: (
                    z.mean(axis=1) + z.std(axis=1) * noise
                ),
            },
            tolerance=5e-3,
        ),
    )
