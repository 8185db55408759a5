"""When the actor thread gets idle priority, with a scheduler that only notes what it is asked."""

import os
import sys

import mindspore as ms
import pytest

from gan_course.training import threads
from gan_course.training.threads import WINDOW, WORTHWHILE_SECONDS, ThreadKeeper, find_thread

LONG, LONGER, SHORT = 3 * WORTHWHILE_SECONDS, 4 * WORTHWHILE_SECONDS, WORTHWHILE_SECONDS / 2
OTHER, IDLE = 0, 5  # the numbers that Linux gives them


class Scheduler:
    """One thread, number 42."""

    def __init__(self):
        self.policy, self.calls, self.allowed = OTHER, [], True

    def set(self, thread, policy, priority):
        assert thread == 42 and priority == 0  # these policies have no other
        self.calls.append(policy)
        if not self.allowed:
            raise PermissionError
        self.policy = policy


@pytest.fixture
def scheduler(monkeypatch):
    """A Linux machine with two cores and one actor thread, on whatever machine this is."""
    fake = Scheduler()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(threads, "find_thread", lambda name: 42 if name == "ActorThread_0" else None)
    for name, value in {
        "sched_getaffinity": lambda process: {0, 1},
        "sched_setscheduler": fake.set,
        "sched_param": lambda priority: priority,
        "SCHED_OTHER": OTHER,
        "SCHED_IDLE": IDLE,
    }.items():
        monkeypatch.setattr(os, name, value, raising=False)
    return fake


def feed(keeper, *windows):
    """Steps of one length for each window."""
    for seconds in windows:
        for _ in range(WINDOW):
            keeper(seconds)


def test_long_steps_calm_the_thread_once_a_window_is_full(scheduler):
    keeper = ThreadKeeper()
    for _ in range(WINDOW - 1):
        keeper(LONG)
    assert scheduler.policy == OTHER
    keeper(LONG)
    assert scheduler.policy == IDLE


def test_it_stays_so_while_steps_are_faster_than_before(scheduler):
    feed(ThreadKeeper(), LONGER, LONG, LONG, SHORT)
    assert scheduler.policy == IDLE


@pytest.mark.parametrize("windows_before", [0, 3])
def test_it_is_undone_for_good_when_steps_become_slower_than_they_were(scheduler, windows_before):
    feed(ThreadKeeper(), LONG, *[SHORT] * windows_before, LONGER, SHORT, SHORT)
    assert scheduler.policy == OTHER


def test_a_step_that_all_but_stands_still_is_the_last_of_its_kind(scheduler):
    """Twenty of them could take an hour."""
    keeper = ThreadKeeper()
    feed(keeper, LONG)
    keeper(SHORT)
    assert scheduler.policy == IDLE
    keeper(100 * WINDOW * LONG)
    assert scheduler.policy == OTHER
    feed(keeper, SHORT, SHORT)
    assert scheduler.policy == OTHER


def test_another_programs_short_spell_changes_nothing(scheduler):
    keeper = ThreadKeeper()
    feed(keeper, LONG)
    for seconds in [20 * LONG] * 2 + [SHORT] * WINDOW:
        keeper(seconds)
    assert scheduler.policy == IDLE


def test_short_steps_leave_it_alone(scheduler):
    feed(ThreadKeeper(), SHORT, LONG, LONG)
    assert IDLE not in scheduler.calls


@pytest.mark.parametrize(("seconds", "policy"), [(0.1, IDLE), (0.014, OTHER)])
def test_steps_of_a_dense_network_count_as_long_and_those_of_a_game_in_the_plane_as_short(scheduler, seconds, policy):
    """On two cores the former take 0.1 s and gain by it; the latter take 0.014 s, and would take twice as long."""
    keeper = ThreadKeeper()
    for _ in range(30):
        keeper(seconds)
    assert scheduler.policy == policy


def test_a_slow_first_step_does_not_decide(scheduler):
    keeper = ThreadKeeper()
    keeper(1000 * LONG)
    feed(keeper, SHORT)
    assert IDLE not in scheduler.calls


def test_at_the_end_the_thread_is_as_it_was(scheduler):
    with ThreadKeeper() as keeper:
        feed(keeper, LONG)
        assert scheduler.policy == IDLE
    assert scheduler.policy == OTHER


def test_a_training_that_ends_before_anything_is_decided_leaves_the_thread_alone(scheduler):
    with ThreadKeeper() as keeper:
        keeper(LONG)
    assert scheduler.calls == []


def test_without_permission_things_stay_as_they_are(scheduler):
    scheduler.allowed = False
    feed(ThreadKeeper(), LONG, LONG, LONGER)
    assert scheduler.policy == OTHER and scheduler.calls == [IDLE]  # asked once


def test_without_permission_to_go_back_it_asks_no_more(scheduler):
    keeper = ThreadKeeper()
    feed(keeper, LONG)
    scheduler.allowed = False
    feed(keeper, LONGER, LONGER)
    assert scheduler.calls.count(OTHER) == 1


@pytest.mark.parametrize("cores", [1, 3])
def test_one_core_would_be_slower_and_more_cores_need_no_cure(scheduler, monkeypatch, cores):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(cores)))
    feed(ThreadKeeper(), LONG, LONG)
    assert IDLE not in scheduler.calls


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_are_left_alone(scheduler, monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(threads, "find_thread", lambda name: None)
    for name in ("sched_getaffinity", "sched_setscheduler", "sched_param", "SCHED_OTHER", "SCHED_IDLE"):
        monkeypatch.delattr(os, name)
    feed(ThreadKeeper(), LONG, LONG)


def test_without_the_thread_nothing_happens(scheduler, monkeypatch):
    monkeypatch.setattr(threads, "find_thread", lambda name: None)
    feed(ThreadKeeper(), LONG, LONG)
    assert scheduler.calls == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_thread_is_found_by_its_name():
    with open("/proc/self/comm") as file:
        name = file.read().strip()
    assert find_thread(name) in map(int, os.listdir("/proc/self/task"))
    assert find_thread("no such thread") is None


def test_without_proc_no_thread_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(threads, "Path", lambda path: tmp_path / "missing")
    assert find_thread("ActorThread_0") is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_mindspore_still_calls_its_worker_by_the_name_we_look_for():
    assert add_one(ms.Tensor([1.0])).item() == 2
    assert find_thread("ActorThread_0") is not None


@ms.jit
def add_one(x):
    return x + 1
