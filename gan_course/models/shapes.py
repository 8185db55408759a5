"""What the layers of a DCGAN hand on, shape by shape, to be held against what one has worked out on paper."""

from mindspore import ops

from gan_course.models.dcgan import Discriminator, Generator

Shape = tuple[int, ...]  # without the first axis, that of the images


def generator_shapes(generator: Generator) -> list[Shape]:
    """From z to the picture: `(latent_dim,)`, the hidden layer if there is one, then `(C, H, W)` after each doubling.

    The generator is at rest meanwhile: batch normalisation learns nothing of the zeros that go through it.
    """
    training = generator.training
    generator.set_train(False)
    dense = [generator.start] if generator.hidden is None else [generator.hidden[0], generator.start]
    shapes = [(layer.in_channels,) for layer in dense] + [generator.start_shape]
    h = ops.zeros((1, *generator.start_shape))
    for layer in [*(generator.blocks or ()), generator.last]:
        h = layer(h)
        shapes.append(h.shape[1:])
    generator.set_train(training)
    return shapes


def discriminator_shapes(discriminator: Discriminator, image_shape: Shape) -> list[Shape]:
    """From the picture `(C, H, W)` through each convolution to one list, the hidden layer if there is one, a logit."""
    h, shapes = ops.zeros((1, *image_shape)), [image_shape]
    for layer in discriminator.features.convs:
        h = layer(h)
        shapes.append(h.shape[1:])
    dense = [discriminator.head] if discriminator.hidden is None else [discriminator.hidden[0], discriminator.head]
    return shapes + [(layer.in_channels,) for layer in dense] + [(1,)]
