"""The shapes that lesson 05 asks for, worked out by hand."""

import numpy as np
import pytest

from gan_course.models.dcgan import Discriminator, Generator
from gan_course.models.shapes import discriminator_shapes, generator_shapes


@pytest.mark.parametrize("hidden", [0, 7])
@pytest.mark.parametrize("last_conv", [False, True])
def test_a_generator_doubles_both_sides_and_halves_its_channels(hidden, last_conv):
    generator = Generator(5, (3, 16, 24), 2, num_doublings=2, last_conv=last_conv, hidden=hidden).set_train()
    before = {parameter.name: parameter.asnumpy().copy() for parameter in generator.get_parameters()}
    widths = [(8, 4, 6), (4, 8, 12), (2, 16, 24)] if last_conv else [(4, 4, 6), (2, 8, 12)]
    assert generator_shapes(generator) == [(5,), *([(7,)] if hidden else []), *widths, (3, 16, 24)]
    assert generator.training
    assert all(np.array_equal(before[parameter.name], parameter.asnumpy()) for parameter in generator.get_parameters())


@pytest.mark.parametrize("hidden", [0, 7])
def test_a_discriminator_goes_the_other_way_and_ends_in_a_logit(hidden):
    discriminator = Discriminator((3, 16, 24), 2, num_halvings=2, hidden=hidden)
    dense = [(4 * 4 * 6,), *([(7,)] if hidden else []), (1,)]
    assert discriminator_shapes(discriminator, (3, 16, 24)) == [(3, 16, 24), (2, 8, 12), (4, 4, 6), *dense]
