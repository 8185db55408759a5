"""The worker that runs PyTorch: `python -m benchmarks.theirs`, told what to do by a pipe; see `benchmarks.pace`.

It imports nothing of the course, whose package sets variables that would slow PyTorch down. Before the requests of
`pace` come {"do": "describe", "spec": ...}, as often as you like, and one {"do": "open", "spec": ..., and where to find
"batches", of single steps, or "pictures", of a whole training}; both answer with the number of parameters.
"""

from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import torch

from benchmarks import public_dcgan, torch_nets, torch_steps, torch_train
from benchmarks.pace import Draw, conversation, paced


class Work(NamedTuple):
    """What is stepped."""

    step: Callable
    batches: Iterator
    after: Callable[[int], None]  # called with the number of each step
    num_steps: int
    draw: Draw | None
    parameters: int


def lesson(spec: dict, batches: str = "", pictures: str = "") -> Work:
    """A lesson's step on the batches that the course saved, or its whole training on the pictures."""
    networks, s = torch_nets.build(spec), SimpleNamespace(**spec["settings"])
    step, parameters = torch_steps.make_step(networks, spec), torch_nets.count(networks)
    shift = getattr(s, "shift", 0)
    if not pictures:
        return Work(step, torch_train.pool_batches(batches, shift), lambda step: None, s.num_steps, None, parameters)
    rng = np.random.default_rng(0)
    made = torch_train.picture_batches(np.load(pictures), s.batch_size, s.latent_dim, rng, shift)
    drawn, after = networks[0], lambda step: None
    if s.average_decay:
        drawn, after = torch_train.averaging(networks[0], s)
    return Work(step, made, after, s.num_steps, partial(draw_at_rest, drawn, s.latent_dim), parameters)


def draw_at_rest(generator: torch.nn.Module, latent_dim: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Pictures of G in evaluation mode."""
    training = generator.training
    images = torch_train.draw(generator.eval(), latent_dim, count, rng)
    generator.train(training)
    return images


def public(spec: dict, pictures: str) -> Work:
    """The public recipe on digits."""
    networks = public_dcgan.networks(spec["base"])
    rng = np.random.default_rng(0)
    digits = public_dcgan.framed(np.load(pictures))
    batches = torch_train.picture_batches(digits, public_dcgan.BATCH, public_dcgan.LATENT, rng)
    step = torch_steps.from_numpy(public_dcgan.make_step(*networks))

    def draw(count, rng):
        images = torch_train.draw(networks[0], public_dcgan.LATENT, count, rng, public_dcgan.BATCH)
        return public_dcgan.cropped(images)

    return Work(step, batches, lambda step: None, spec["num_steps"], draw, torch_nets.count(networks))


def main() -> None:
    torch.manual_seed(0)
    requests, reply = conversation()
    for request in requests:
        spec = request["spec"]
        try:
            if request["do"] == "describe":
                reply({"parameters": torch_nets.count(torch_nets.build(spec))})
                continue
            given = {name: request[name] for name in ("batches", "pictures") if name in request}
            work = (public if spec["lesson"] == "public" else lesson)(spec, **given)
        except ValueError as error:
            reply({"error": str(error)})
            continue
        reply({"parameters": work.parameters})
        batches = paced(work.batches, requests, reply, work.num_steps, work.draw)
        for number, batch in enumerate(batches, start=1):
            work.step(*batch)
            work.after(number)


if __name__ == "__main__":
    main()
