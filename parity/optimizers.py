"""What the reference updates its parameters with."""

from collections.abc import Iterable

import torch
from torch import Tensor


class LooseAdam(torch.optim.Optimizer):
    """Adam as MindSpore has it: epsilon is added to the root of the *uncorrected* second moment.

    The more efficient order at the end of section 2 of Kingma & Ba 2015; algorithm 1, and PyTorch, correct first.
    """

    def __init__(self, parameters, lr: float, betas: tuple[float, float], eps: float = 1e-8):
        super().__init__(parameters, {})
        self.rate, (self.beta1, self.beta2), self.epsilon, self.count = lr, betas, eps, 0

    @torch.no_grad()
    def step(self):
        self.count += 1
        rate = self.rate * (1 - self.beta2**self.count) ** 0.5 / (1 - self.beta1**self.count)
        for parameter in parameters_of(self):
            moments = self.state.setdefault(
                parameter, {"m": torch.zeros_like(parameter), "v": torch.zeros_like(parameter)}
            )
            moments["m"].mul_(self.beta1).add_((1 - self.beta1) * parameter.grad)
            moments["v"].mul_(self.beta2).add_((1 - self.beta2) * parameter.grad**2)
            parameter -= rate * moments["m"] / (moments["v"].sqrt() + self.epsilon)


def parameters_of(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def gradients(loss: Tensor, optimizer: torch.optim.Optimizer) -> tuple[Tensor, ...]:
    """Of the loss, by what the optimiser moves; the graph stays, since another backward pass may need it."""
    return torch.autograd.grad(loss, parameters_of(optimizer), retain_graph=True)


def move(optimizer: torch.optim.Optimizer, slopes: Iterable[Tensor]) -> None:
    """Let the optimiser take its step along these gradients."""
    for parameter, slope in zip(parameters_of(optimizer), slopes, strict=True):
        parameter.grad = slope
    optimizer.step()
