"""The unrolled GAN (Metz, Poole, Pfau & Sohl-Dickstein 2017): G looks at how D will answer before it moves."""

from collections.abc import Callable

import mindspore as ms
from mindspore import Tensor, nn, ops

from gan_course.training.loop import Step
from gan_course.training.losses import discriminator_loss

Weights = tuple[Tensor, ...]
Loss = Callable[[Weights], Tensor]


def look_ahead(loss: Loss, weights: Weights, num_steps: int, learning_rate: float) -> Weights:
    """The weights after `num_steps` steps of gradient descent on `loss(weights)` (section 2.2).

    Nothing is updated: it is a formula of the weights and of whatever else `loss` depends on, and can be
    differentiated by these. Inside jitted functions only: outside, MindSpore 2.10 has no gradient by a tuple.
    """
    grad_fn = ms.grad(loss)
    for _ in range(num_steps):
        weights = tuple(weight - learning_rate * gradient for weight, gradient in zip(weights, grad_fn(weights)))
    return weights


def look_ahead_by_adam(loss: Loss, optimizer: nn.Adam, num_steps: int) -> Weights:
    """The weights that `optimizer` will have made after `num_steps` steps on `loss(weights)`, at its rate of now.

    As `look_ahead`, but each step is Adam's, which goes on from the moments that the optimiser has gathered (Kingma &
    Ba 2015, algorithm 1). So the authors' program looks ahead (github.com/poolio/unrolled_gan).
    """
    grad_fn = ms.grad(loss)
    weights, firsts, seconds = tuple(optimizer.parameters), tuple(optimizer.moment1), tuple(optimizer.moment2)
    beta1, beta2, rate = optimizer.beta1, optimizer.beta2, optimizer.get_lr()
    power1, power2 = 1.0 * optimizer.beta1_power, 1.0 * optimizer.beta2_power
    for _ in range(num_steps):
        gradients = grad_fn(weights)
        firsts = tuple(beta1 * m + (1 - beta1) * g for m, g in zip(firsts, gradients))
        seconds = tuple(beta2 * v + (1 - beta2) * g**2 for v, g in zip(seconds, gradients))
        power1, power2 = power1 * beta1, power2 * beta2
        scale = rate * ops.sqrt(1 - power2) / (1 - power1)
        # 1e-30: at 0 the root itself has no gradient
        moves = tuple(m / (ops.sqrt(v + 1e-30) + optimizer.eps) for m, v in zip(firsts, seconds))
        weights = tuple(weight - scale * move for weight, move in zip(weights, moves))
    return weights


def unrolled_step(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    discriminator_of: Callable[..., Tensor],
    num_unrolled: int = 5,
    learning_rate: float | None = None,
) -> Step:
    """Return `step(real, z)`: G learns against the D of `num_unrolled` steps later, D learns one step as usual.

    G raises the loss that this later D has on real points *and* on fakes: the saddle's own loss (equation 1), of which
    both parts depend on G, for the coming D does. So G's gradient has two parts: how D's answer depends on the fakes,
    and how the coming D depends on them (section 2.4). The second is why piling all fakes onto one place does not pay:
    the D to come will have noticed.

    The step returns `loss_d` of D as it is and `loss_g`, minus that of the D looked at: -2 log 2 where it answers 1/2.

    Args:
        generator: z -> fakes.
        discriminator: points -> logits.
        optimizer_g: over the generator's parameters.
        optimizer_d: over the discriminator's parameters; an `nn.Adam`, unless there is a `learning_rate`.
        discriminator_of: the discriminator as a function of its weights: `discriminator_of(points, *weights)` ->
            logits, with the weights in the order of `optimizer_d.parameters`.
        num_unrolled: steps of D to look ahead; 0 is the saddle's game without looking ahead, both players at once.
        learning_rate: of these steps, if they are to be plain gradient descent; by default they are `optimizer_d`'s.
    """

    def loss_fn_d(real, fake):
        return discriminator_loss(discriminator(real), discriminator(fake))

    def loss_fn_g(z, real):
        fake = generator(z)

        def loss_ahead(weights):
            return discriminator_loss(discriminator_of(real, *weights), discriminator_of(fake, *weights))

        if learning_rate is None:
            weights = look_ahead_by_adam(loss_ahead, optimizer_d, num_unrolled)
        else:
            weights = look_ahead(loss_ahead, tuple(optimizer_d.parameters), num_unrolled, learning_rate)
        return -loss_ahead(weights)

    grad_fn_d = ms.value_and_grad(loss_fn_d, None, optimizer_d.parameters)
    grad_fn_g = ms.value_and_grad(loss_fn_g, None, optimizer_g.parameters)

    @ms.jit
    def step(real, z):
        loss_g, gradients_g = grad_fn_g(z, real)
        loss_d, gradients_d = grad_fn_d(real, ops.stop_gradient(generator(z)))
        optimizer_g(gradients_g)  # first: the other way round, MindSpore 2.10 takes part of it by the new D
        optimizer_d(gradients_d)
        return {"loss_d": loss_d, "loss_g": loss_g}

    return step
