"""The memory of a training, from shapes: against what the layers put out, and against peaks that were measured."""

import sys

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn
from refusals import contents
from tiny import tiny_settings, train_tiny

from gan_course.errors import CourseError
from gan_course.lessons import load_lesson
from gan_course.models.dcgan import Discriminator, Generator
from gan_course.models.layers import UpsampleConv, conv_transpose
from gan_course.models.vae import VAE
from gan_course.runs import memory
from gan_course.runs.memory import free_bytes, layer_outputs, training_bytes
from scripts.memory import SETTINGS, measured, words

COUNTED = (nn.Dense, nn.Conv2d, nn.Conv2dTranspose, nn.BatchNorm2d, UpsampleConv)


def seen_outputs(network, *inputs):
    """Numbers a picture of each layer that has weights, as a forward pass makes them."""
    sizes, handles = [], []
    for _, cell in network.cells_and_names():
        if isinstance(cell, COUNTED):
            note = lambda cell, inputs, output: sizes.append(output[0].size)  # noqa: E731
            handles.append(cell.register_forward_hook(note))
    network.set_train(False)(*inputs)
    for handle in handles:
        handle.remove()
    return sizes


@pytest.mark.parametrize("double", [UpsampleConv, conv_transpose])
@pytest.mark.parametrize("options", [{}, {"last_conv": True}, {"hidden": 7}, {"residual": True}], ids=str)
def test_the_layers_of_a_generator_put_out_what_is_counted(double, options):
    generator = Generator(5, (3, 16, 24), base_channels=2, num_doublings=3, double=double, **options)
    seen = seen_outputs(generator, ms.Tensor(np.zeros((2, 5), np.float32)))
    assert sorted(layer_outputs(generator, (3, 16, 24))) == sorted(seen)


@pytest.mark.parametrize("options", [{}, {"first_conv": True}, {"hidden": 7}, {"kernel_size": 3}], ids=str)
def test_the_layers_of_a_discriminator_put_out_what_is_counted(options):
    discriminator = Discriminator((3, 16, 24), base_channels=2, num_halvings=3, **options)
    seen = seen_outputs(discriminator, ms.Tensor(np.zeros((2, 3, 16, 24), np.float32)))
    assert sorted(layer_outputs(discriminator, (3, 16, 24))) == sorted(seen)


def test_the_layers_of_dense_networks_put_out_their_width():
    assert sorted(layer_outputs(VAE(3, (8, 6)), (1, 28, 28))) == sorted([8, 6, 3, 3, 6, 8, 784])


def needed(lesson, **changes):
    return training_bytes(built(lesson, **changes))


@pytest.mark.usefixtures("small_world")
def test_more_pictures_a_step_take_more_in_proportion():
    few, more, most = (needed("dcgan", batch_size=size, num_samples=0) for size in (400, 410, 420))
    assert more > few and most - more == pytest.approx(more - few)


@pytest.mark.usefixtures("small_world")
@pytest.mark.parametrize("lesson", ["dcgan", "wgan-gp"])
def test_a_batch_that_the_memory_cannot_hold_is_refused_with_one_that_it_can(lesson, tmp_path, monkeypatch):
    train_tiny("vae", tmp_path)
    before = contents(tmp_path)
    monkeypatch.setattr(memory, "free_bytes", lambda: needed(lesson, batch_size=200, num_samples=0))
    with pytest.raises(CourseError, match=r"needs about .* GB of memory, and .* GB are free: choose --bat") as error:
        train_tiny(lesson, tmp_path, batch_size=280, num_samples=0)
    assert contents(tmp_path) == before  # an older run is not touched
    fitting = int(str(error.value).split()[-1])
    assert 198 <= fitting <= 200
    memory.check_memory(built(lesson, batch_size=fitting, num_samples=0))
    with pytest.raises(CourseError, match="choose --batch-size"):
        memory.check_memory(built(lesson, batch_size=202, num_samples=0))


def built(lesson, **changes):
    return load_lesson(lesson).build(tiny_settings(lesson, **changes), 0)


@pytest.mark.usefixtures("small_world")
def test_where_no_batch_would_do_smaller_pictures_are_named(monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: 1e6)
    with pytest.raises(CourseError, match="choose smaller pictures, by --size"):
        memory.check_memory(built("dcgan"))


def test_what_is_free_is_at_most_what_ulimit_leaves(monkeypatch):
    resource = pytest.importorskip("resource")
    room = free_bytes()
    assert 1e6 < room < 1e14
    held = memory.psutil.Process().memory_info().vms
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (held + 123_456_789, -1))
    assert free_bytes() == pytest.approx(123_456_789, abs=5e7)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("setting", SETTINGS, ids=words)
def test_the_estimate_is_near_the_peak_and_hardly_below_it(setting):
    estimate, found = measured(setting)
    assert 0.9 < estimate / found < 1.25
