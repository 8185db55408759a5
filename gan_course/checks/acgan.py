"""The blanks of lesson 06 about networks; those about losses and counts are in `classes`."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.checks.answer import Question, answer, filled
from gan_course.checks.cells import Then, behaviour
from gan_course.checks.classes import accuracy_of, balanced_positions, class_loss_by_hand  # noqa: F401  of this lesson, too
from gan_course.models import acgan
from gan_course.models.dcgan import Features
from gan_course.models.layers import dense, leaky_relu

SHAPE = (1, 8, 8)


class Joined(nn.Cell):
    """`class_generator`'s network, with another way to bring z and the label together."""

    def __init__(self, *arguments: Any, join: Callable = lambda z, embedded, labels: z * embedded):
        super().__init__()
        made = acgan.Generator(*arguments)
        self.embedding, self.backbone, self.join = made.embedding, made.backbone, join

    def construct(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.backbone(self.join(z, self.embedding(labels), labels))


def class_generator(yours: Callable) -> Callable:
    """`ClassGenerator(latent_dim, num_classes, image_shape, channels)`: z times the embedding, then a DCGAN."""
    z = np.random.default_rng(0).standard_normal((6, 5)).astype(np.float32)
    labels = np.array([2, 0, 1, 3, 2, 0], np.int32)
    arguments = (5, 4, SHAPE, 2)
    seen = behaviour(arguments, (z, labels))

    def probe(new: Callable) -> dict[str, Any]:
        network = filled(new(*arguments))
        tables = [p.asnumpy() for p in network.get_parameters() if p.name.endswith("embedding_table")]
        loud = all(0.3 < table.std() < 3 for table in tables)
        return seen(new) | {"whether the embedding begins about as large as z": loud}

    return answer(
        yours,
        Question(
            ours=acgan.Generator,
            probe=probe,
            right="the same z draws another picture for another label, and the embedding hears from the loss.",
            mistakes={
                "z and the embedding are added; here they are multiplied, number by number.": partial(
                    Joined, join=lambda z, embedded, labels: z + embedded
                ),
                "the label never reaches the picture: multiply z with its embedding before the backbone.": partial(
                    Joined, join=lambda z, embedded, labels: z
                ),
                "the noise never reaches the picture: every 3 would be the same 3.": partial(
                    Joined, join=lambda z, embedded, labels: embedded
                ),
                "z is multiplied with the label itself, so that class 0 gets no noise and class 3 three times as much "
                "as class 1. The label's *embedding* belongs there.": partial(
                    Joined, join=lambda z, embedded, labels: z * labels.reshape(-1, 1)
                ),
                "the embedding is set beside z. That is the other way, which needs a backbone for twice as many "
                "numbers; here they are multiplied.": partial(acgan.Generator, concatenate=True),
                "the embedding begins with numbers of 0.01, nn.Embedding's default, and z times it is next to "
                "nothing. The layer `embedding` begins with numbers like z's.": partial(
                    acgan.Generator, label_spread=0.01
                ),
            },
        ),
    )


class Heads(nn.Cell):
    """`two_heads`' network with one part after another changed."""

    def __init__(self, num_classes, image_shape, channels, hidden, activation=leaky_relu, in_a_row=False):
        super().__init__()
        self.features, self.activation = Features(image_shape, channels, 2), activation
        self.hidden = dense(self.features.num_features, hidden)
        self.real_head, self.in_a_row = dense(hidden, 1), in_a_row
        self.class_head = dense(1 if in_a_row else hidden, num_classes)

    def construct(self, images: Tensor) -> tuple[Tensor, Tensor]:
        h = self.activation(self.hidden(self.features(images)))
        real = self.real_head(h)
        return real, self.class_head(real if self.in_a_row else h)


def two_heads(yours: Callable) -> Callable:
    """`TwoHeads(num_classes, image_shape, channels, hidden)`: one body, logits for `real` and for the classes."""
    images = np.random.default_rng(0).uniform(-1, 1, (6, *SHAPE)).astype(np.float32)

    def built(num_classes, image_shape, channels, hidden):
        return acgan.Discriminator(num_classes, image_shape, channels, num_halvings=2, hidden=hidden)

    def then(function):
        return lambda *arguments: Then(built(*arguments), function)

    return answer(
        yours,
        Question(
            ours=built,
            probe=behaviour((5, SHAPE, 2, 7), (images,)),
            right="two answers from one look at the picture, both as logits.",
            mistakes={
                "a softmax at the class head. Cross-entropy has its softmax inside; the head hands over logits.": then(
                    lambda heads: (heads[0], ops.softmax(heads[1], axis=1))
                ),
                "a sigmoid at the head for `real`. The loss has its sigmoid inside; the head hands over logits.": then(
                    lambda heads: (ops.sigmoid(heads[0]), heads[1])
                ),
                "a sigmoid and a softmax at the heads. Both belong to the losses, which have them inside.": then(
                    lambda heads: (ops.sigmoid(heads[0]), ops.softmax(heads[1], axis=1))
                ),
                "the heads are exchanged: first `real`, then the class.": then(lambda heads: heads[::-1]),
                "the class is read from the one number of the other head. Both read the same h.": partial(
                    Heads, in_a_row=True
                ),
                "no LeakyReLU before the heads: two dense layers in a row are no more than one.": partial(
                    Heads, activation=nn.Identity()
                ),
            },
        ),
    )
