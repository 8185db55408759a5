"""The training loop: what it calls when, and what Ctrl-C does."""

import signal
import threading
import time
from contextlib import nullcontext
from itertools import count

import mindspore as ms
import numpy as np
import pytest

from gan_course.training import loop
from gan_course.training.history import History
from gan_course.training.loop import every, train


def handler(signal_number, frame):
    """Stands for what answered Ctrl-C before the training."""
    raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def known_handlers():
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler_of_pytest in before.items():
        signal.signal(number, handler_of_pytest)


def assert_handlers_are_back():
    assert signal.getsignal(signal.SIGINT) is handler
    assert signal.getsignal(signal.SIGTERM) is handler


def numbers():
    """Batches 0, 1, 2, ..."""
    return ((np.array(number, np.float32),) for number in count())


def double(x):
    return {"loss": 2 * x}


def press_ctrl_c_at(*steps, number=signal.SIGINT):
    def callback(step, losses):
        if step in steps:
            signal.raise_signal(number)

    return callback


def test_callbacks_see_every_step_in_turn_and_step_0_before_the_first():
    calls = []
    first, second = (lambda step, losses, name=name: calls.append((name, step, losses)) for name in "ab")
    train(double, numbers(), 2, [first, second])
    assert calls == [
        ("a", 0, {}),
        ("b", 0, {}),
        ("a", 1, {"loss": 0.0}),
        ("b", 1, {"loss": 0.0}),
        ("a", 2, {"loss": 2.0}),
        ("b", 2, {"loss": 2.0}),
    ]


def test_the_first_callback_comes_before_any_batch_is_drawn():
    batches = numbers()
    drawn = []
    train(double, batches, 1, [lambda step, losses: step == 0 and drawn.append(next(batches)[0].item())])
    assert drawn == [0]


def test_losses_are_recorded_before_the_callbacks_and_returned():
    history, seen = History(), []
    returned = train(double, numbers(), 3, [lambda step, losses: seen.append(history.last_step)], history)
    assert returned is history and seen == [0, 1, 2, 3]
    assert history["loss"].tolist() == [0, 2, 4] and history.steps("loss").tolist() == [1, 2, 3]


def test_a_history_is_gone_on_with_at_its_next_step():
    history, batches, steps = History(), numbers(), []
    train(double, batches, 3, history=history)
    train(double, batches, 5, [lambda step, losses: steps.append(step)], history)
    assert steps == [4, 5]
    assert history["loss"].tolist() == [0, 2, 4, 6, 8]


def test_a_finished_history_is_left_alone():
    history, batches = train(double, numbers(), 3), numbers()
    train(double, batches, 3, [lambda step, losses: pytest.fail("called")], history)
    assert history.last_step == 3 and next(batches)[0] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
@pytest.mark.parametrize("last", [1, 3])
def test_ctrl_c_ends_after_the_current_step_with_everything_recorded(last, number):
    batches, after = numbers(), []
    callbacks = [press_ctrl_c_at(last, number=number), lambda step, losses: after.append(step)]
    history = train(double, batches, 10, callbacks)
    assert history.steps("loss").tolist() == after[1:] == list(range(1, last + 1))
    assert next(batches)[0] == last
    assert_handlers_are_back()


def test_training_goes_on_after_a_ctrl_c():
    batches = numbers()
    history = train(double, batches, 6, [press_ctrl_c_at(2)])
    train(double, batches, 6, history=history)
    assert history["loss"].tolist() == train(double, numbers(), 6)["loss"].tolist()


def test_a_second_ctrl_c_is_meant_at_once():
    history = History()
    impatient = [press_ctrl_c_at(2), press_ctrl_c_at(2)]
    with pytest.raises(KeyboardInterrupt):
        train(double, numbers(), 10, impatient, history)
    assert history.last_step == 2
    assert_handlers_are_back()


def test_a_failing_step_leaves_the_handler_as_it_was():
    def fail(x):
        raise RuntimeError("step")

    with pytest.raises(RuntimeError, match="step"):
        train(fail, numbers(), 3)
    assert_handlers_are_back()


def jitted(x):
    return {"loss": graph(x)}


@ms.jit
def graph(x):
    return 2 * x


def test_ctrl_c_is_caught_although_mindspore_has_put_its_own_handler_in_place():
    history = train(jitted, numbers(), 10, [press_ctrl_c_at(2)])
    assert history.last_step == 2
    assert_handlers_are_back()


def test_a_second_ctrl_c_is_caught_then_too():
    with pytest.raises(KeyboardInterrupt):
        train(jitted, numbers(), 10, [press_ctrl_c_at(2), press_ctrl_c_at(2)])
    assert_handlers_are_back()


def test_it_trains_outside_the_main_thread():
    histories = []
    thread = threading.Thread(target=lambda: histories.append(train(double, numbers(), 2)))
    thread.start()
    thread.join()
    assert histories[0].last_step == 2


def test_the_keeper_of_threads_hears_the_time_of_each_step(monkeypatch):
    times = []
    monkeypatch.setattr(loop, "ThreadKeeper", lambda: nullcontext(times.append))
    train(lambda x: time.sleep(0.01) or double(x), numbers(), 3)
    assert len(times) == 3 and all(0.01 <= seconds < 1 for seconds in times)


def test_every_calls_at_multiples_and_at_the_end_but_not_before_training():
    steps = []
    callback = every(3, steps.append, last_step=7)
    for step in range(8):
        callback(step, {})
    assert steps == [3, 6, 7]


def test_integer_batches_stay_integers():
    dtypes = []

    def step(labels):
        dtypes.append(labels.dtype)
        return {"loss": labels.sum()}

    train(step, iter([(np.arange(3, dtype=np.int32),)]), 1)
    assert dtypes == [ms.int32]


def test_every_may_be_every_step():
    steps = []
    callback = every(1, steps.append)
    for step in range(4):
        callback(step, {})
    assert steps == [1, 2, 3]


def test_the_bar_names_the_training_where_it_stands_and_its_last_losses(capsys):
    history, batches = History(), numbers()
    train(double, batches, 2, history=history, description="gan")
    first, *_, last = capsys.readouterr().err.splitlines()
    assert first.startswith("gan:") and "0/2" in first and "2/2" in last and "loss=2" in last
    train(double, batches, 5, history=history)
    first, *_, last = capsys.readouterr().err.splitlines()
    assert "2/5" in first and "5/5" in last and "loss=8" in last
