"""The bench: turns, races, exponents and reports, with workers that are made up; PyTorch's side where there is one."""

import ast
import json
import subprocess
import sys
from itertools import count

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import shift

from benchmarks import quality, steps
from benchmarks.__main__ import main
from benchmarks.conditions import OthersAtWork, code_hash
from benchmarks.effort import QUICK, Bench, Effort, Goal
from benchmarks.growth import exponent, points
from benchmarks.jobs import all_jobs
from benchmarks.pace import paced
from benchmarks.pipes import ROOT, Worker
from benchmarks.plot import write_plot
from benchmarks.quality import moments, race
from benchmarks.recipes import STEPS, TRAININGS
from benchmarks.report import BEGIN, END, report, write_report
from benchmarks.results import add, is_held, read_results, write_results
from benchmarks.steps import measure_step, take_turns
from gan_course.errors import CourseError
from gan_course.lessons.picture_gan import evaluation_of, learning_rate
from gan_course.training.augmentation import random_shifts

TORCH = next((ROOT / name / "bin/python" for name in (".venv-bench", ".venv-parity") if (ROOT / name).exists()), None)
with_torch = pytest.mark.skipif(TORCH is None, reason="needs the environment of make bench or make parity")


class FakeWorker:
    """Steps that take as long as `seconds` says; keeps all requests in a list that may be shared."""

    def __init__(self, name, seconds, log, parameters=7):
        self.name, self.seconds, self.log, self.parameters = name, seconds, log, parameters

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.log.append((self.name, "end"))

    def ask(self, do, **details):
        if do == "open":
            return {"parameters": self.parameters}
        self.log.append((self.name, details["count"]))
        return {"seconds": [next(self.seconds) for _ in range(details["count"])]}

    def peak_megabytes(self):
        return 100.0


def fixed(seconds):
    return (seconds for _ in count())


# Turns


def test_each_warms_up_alone_and_then_they_take_turns():
    log = []
    workers = {name: FakeWorker(name, fixed(0.3), log) for name in ("course", "torch")}
    take_turns(workers, Effort(warm_up=60, rounds=5, block_seconds=1.5))
    assert log[:4] == [("course", 1), ("course", 59), ("torch", 1), ("torch", 59)]
    assert log[4:] == [("course", 5), ("torch", 5)] * 5


def test_what_slows_the_machine_for_a_round_slows_both_and_leaves_the_ratio():
    slow = [1.0] + [0.02] * 9 + [0.02] * 5 + [0.2] * 5 + [0.02] * 5  # first step, warm-up, three rounds
    workers = {
        "course": FakeWorker("course", iter(slow), []),
        "torch": FakeWorker("torch", (0.5 * second for second in slow), []),
    }
    found = take_turns(workers, Effort(warm_up=10, rounds=3, block_seconds=0))
    assert found["ratio"] == pytest.approx(2) and found["ratios"] == pytest.approx([2, 2, 2])
    assert found["median"] == pytest.approx({"course": 0.02, "torch": 0.01})
    assert found["first_step"] == {"course": 1.0, "torch": 0.5}
    assert found["rounds"][1] == pytest.approx({"course": 0.2, "torch": 0.1})


def fake_pair(monkeypatch, theirs):
    made, log = iter([FakeWorker("course", fixed(0.1), log := []), FakeWorker("torch", fixed(0.2), log, theirs)]), log
    monkeypatch.setattr(steps, "Worker", lambda command: next(made))
    return log


def test_a_row_of_steps(monkeypatch, tmp_path):
    log = fake_pair(monkeypatch, 7)
    row = measure_step("dcgan", Bench(QUICK, ("python",), ("python",), tmp_path))
    assert row["ratio"] == pytest.approx(0.5) and row["parameters"] == 7
    assert sorted(log[-2:]) == [("course", "end"), ("torch", "end")]


def test_networks_of_other_size_are_not_compared(monkeypatch, tmp_path):
    log = fake_pair(monkeypatch, 8)
    with pytest.raises(CourseError, match="dcgan have 7 parameters and PyTorch's 8: mend benchmarks/torch_nets.py"):
        measure_step("dcgan", Bench(QUICK, ("python",), ("python",), tmp_path))
    assert log == [("torch", "end"), ("course", "end")]


# A worker's end of the pipe, and the other one


def step_through(requests, num_steps, draw=None):
    """The answers of a worker whose steps do nothing, and the batches that it took."""
    answers = []
    taken = list(paced(zip(count()), iter(requests), answers.append, num_steps, draw))
    return answers, [number for (number,) in taken]


def test_a_worker_takes_as_many_batches_as_it_is_told_to():
    answers, taken = step_through([{"do": "steps", "count": 3}, {"do": "steps", "count": 2}], 10)
    assert taken == [0, 1, 2, 3, 4] and [len(answer["seconds"]) for answer in answers] == [3, 2]


def test_a_training_ends_with_its_steps_and_goes_on_answering(tmp_path):
    path = str(tmp_path / "a.npy")
    requests = [
        {"do": "train", "seconds": 60},
        {"do": "samples", "count": 2, "path": path},
        {"do": "steps", "count": 1},
    ]
    answers, taken = step_through(requests, 4, lambda number, rng: np.ones((number, 1)))
    assert len(taken) == 4 and answers[0]["steps"] == 4 and answers[0]["ended"]
    assert np.load(path).shape == (2, 1) and answers[2] == {"seconds": []}


def test_a_training_stops_at_its_seconds():
    answers, taken = step_through([{"do": "train", "seconds": 0.01}], 10**9)
    assert 0.01 <= answers[0]["seconds"] < 1 and answers[0]["steps"] == len(taken) and not answers[0]["ended"]


def test_a_request_that_there_is_not_is_an_error():
    answers, _ = step_through([{"do": "dance"}, {"do": "samples", "count": 1, "path": "x"}], 1)
    assert all("ask for steps, train or samples" in answer["error"] for answer in answers)


WORKER = """
import sys
from benchmarks.pace import conversation, paced
requests, reply = conversation()
print("noise on standard output", flush=True)
for batch in paced(iter(lambda: (), None), requests, reply, 5):
    if len(sys.argv) > 1:
        raise SystemExit("noise\\nout of memory")
"""


def test_a_process_answers_and_what_it_prints_is_no_answer():
    with Worker([sys.executable, "-c", WORKER]) as worker:
        assert len(worker.ask("steps", count=3)["seconds"]) == 3
        with pytest.raises(CourseError, match="no request 'dance'"):
            worker.ask("dance")
        assert len(worker.ask("steps", count=9)["seconds"]) == 2
        if sys.platform == "linux":
            assert 5 < worker.peak_megabytes() < 500
    assert worker.process.returncode == 0


def test_a_process_that_ends_is_named_with_its_last_words():
    with Worker([sys.executable, "-c", WORKER, "fail"]) as worker:
        with pytest.raises(CourseError, match="ended without an answer: out of memory"):
            worker.ask("steps", count=1)


def test_no_worker_inherits_the_cap_of_the_other(monkeypatch):
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    code = "import os, sys; sys.stdin.readline(); print('{\"set\": %d}' % ('ONEDNN_MAX_CPU_ISA' in os.environ))"
    with Worker([sys.executable, "-c", code]) as worker:
        assert worker.ask("look") == {"set": 0}


# Races


class FakeTrainer:
    """Steps of a second."""

    def __init__(self, num_steps=10**6):
        self.left = num_steps

    def ask(self, do, seconds):
        steps = min(self.left, max(0, round(seconds)))
        self.left -= steps
        return {"seconds": float(steps), "steps": steps, "ended": self.left == 0}


def run_race(distances, marks, times, num_steps=10**6):
    looks = iter(distances)
    goal = Goal("distance", marks, 10, 60)
    return race(FakeTrainer(num_steps), lambda: {"distance": next(looks)}, goal, iter(times))


def test_a_race_ends_at_its_hardest_mark():
    found = run_race([200, 90, 50, 39, 1], (100, 40), [5, 10, 20, 30, 40])
    assert found["reached"] == {"100": 10.0, "40": 30.0} and found["spent"] == 30
    assert [row["seconds"] for row in found["trail"]] == [5, 10, 20, 30] and not found["ended"]


def test_a_mark_that_was_passed_once_counts_although_the_distance_rose_again():
    assert run_race([99, 120, 130], (100, 40), [5, 10, 20])["reached"] == {"100": 5.0, "40": None}


def test_a_race_ends_with_its_recipe_and_nan_is_under_no_mark():
    found = run_race([float("nan")] * 3, (100, 40), [5, 10, 20], num_steps=7)
    assert found["ended"] and found["reached"] == {"100": None, "40": None} and found["trail"][-1]["steps"] == 7


def test_looks_come_ever_further_apart_and_the_last_at_the_limit():
    times = list(moments(Effort(first_look=5, patience=2), 33))
    assert times == [5, 10, 20, 33]


def test_pictures_that_are_folded_are_judged_unfolded(monkeypatch, tmp_path):
    """The twin of a folded recipe saves folded samples, the course and the public recipe whole ones."""
    asked = []

    class Any:
        def __init__(self, command):
            self.module = command[-1]

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def ask(self, do, **details):
            asked.append((self.module, do, details))
            answer = {"fold": 4, "parameters": 7, "seconds": 1.0, "steps": 1, "ended": False}
            return answer | {"frechet_classifier_distance": -1.0}

    monkeypatch.setattr(quality, "Worker", Any)
    for who in quality.contestants("digits"):
        quality.measure_quality("digits", who, Bench(QUICK, ("python",), ("torch",), tmp_path))
    assert [details["fold"] for _, do, details in asked if do == "judge"] == [1, 4, 1]


# Exponents


@given(st.floats(-2, 3), st.floats(1e-3, 1e3), st.lists(st.integers(1, 1000), min_size=2, max_size=6, unique=True))
def test_the_exponent_of_a_power_law(power, factor, sizes):
    assert exponent(sizes, [factor * size**power for size in sizes]) == pytest.approx(power, abs=1e-6)


def test_the_exponent_is_the_slope_of_the_least_squares():
    rng = np.random.default_rng(0)
    sizes, seconds = rng.integers(1, 100, 20), rng.uniform(1, 2, 20)
    assert exponent(sizes, seconds) == pytest.approx(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    assert np.isnan(exponent([3, 3], [1, 2]))


def test_around_the_base_one_size_changes_at_a_time():
    found = points({"a": 1, "b": 2}, {"a": (3, 4), "b": (5,)})
    assert found == {
        "base": {"a": 1, "b": 2},
        "a 3": {"a": 3, "b": 2},
        "a 4": {"a": 4, "b": 2},
        "b 5": {"a": 1, "b": 5},
    }


# Results and reports

CONDITIONS = {"machine": "A", "cores": 2, "system": "Linux", "versions": {"torch": "2"}, "code": "abc", "quick": False}


def entry(result):
    return {"date": "2001-02-03", "load": 0.5, "others": 0.25, "took": 1.0, "result": result}


def made_up():
    """Results of everything, by power laws and round numbers."""
    step = {"parameters": 1234567, "peak_megabytes": {"course": 800.4, "torch": None}}
    step |= {"first_step": {"course": 4.0, "torch": 0.1}, "median": {"course": 0.03, "torch": 0.02}}
    step |= {"ratio": 1.5, "ratios": [1.4, 1.5, 1.75], "rounds": []}
    entries = {"steps: dcgan": step, "start-up": {"import mindspore": 2.5}, "chores": {"gif": 0.75}}
    base = Effort().base
    for name, point in points(base, {"side": (16, 64)}).items():
        entries[f"growth: {name}"] = {"point": point, "seconds": 1e-5 * point["side"] ** 2, "peak_megabytes": 600.0}
    entries["growth: steps"] = {"rows": [{"steps": n, "seconds": 0.01, "peak_megabytes": 601.0} for n in (100, 200)]}
    trail = [{"seconds": 10.0, "steps": 5, "d": 120.0}, {"seconds": 20.0, "steps": 9, "d": 50.0}]
    run = {"measure": "d", "spent": 20.0, "ended": False, "trail": trail}
    entries["quality: digits, course"] = run | {"reached": {"100": 10.0, "40": 20.0}}
    entries["quality: digits, PyTorch, same recipe"] = run | {"reached": {"100": 8.0, "40": None}, "ended": True}
    entries["quality: digits, PyTorch, public DCGAN"] = run | {"reached": {"100": None, "40": None}, "spent": 200.0}
    results = {"conditions": {}, "entries": {}}
    for name, result in entries.items():
        results = add(results, name, entry(result), CONDITIONS)
    return results


def cells(text, first):
    """The cells of the row that begins with `first`."""
    (row,) = [line for line in text.splitlines() if line.startswith(f"| {first} |")]
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_report_of_steps_quality_growth_and_waiting():
    text = report(made_up())
    expected = ["dcgan", "1,234,567", "30.0", "20.0", "**1.50**", "1.40 to 1.75", "4.0 / 0.1", "800 / -"]
    assert cells(text, "dcgan") == expected
    assert cells(text, "digits: d under 100")[1:] == ["10 s", "8 s", "more than 200 s", "1.25", "less than 0.05"]
    assert cells(text, "digits: d under 40")[1:] == [
        "20 s",
        "not in its 9 steps",
        "more than 200 s",
        "-",
        "less than 0.10",
    ]
    assert cells(text, "side of a picture, pixels")[1:4] == ["16, 32, 64", "2.6, 10.2, 41.0", "2.00"]
    assert cells(text, "steps before")[1:] == ["100, 200", "10.0, 10.0", "0.00", "601, 601"]
    assert cells(text, "`import mindspore`")[1] == "2.50" and cells(text, "encoding a GIF of 40 frames of 64 digits")
    assert "on A, 2 cores, Linux; torch 2; code abc" in text and "2001-02-03" in text and "0.25 cores busy" in text
    assert "†" not in text and "quick run" not in text


def test_rows_measured_under_other_conditions_are_marked():
    results = add(
        made_up(), "steps: vae", entry(made_up()["entries"]["steps: dcgan"]["result"]), CONDITIONS | {"cores": 4}
    )
    text = report(results)
    assert cells(text, "vae †") and cells(text, "dcgan") and "†: measured under other conditions" in text


def test_the_report_leaves_the_text_around_it_and_may_be_written_again(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"# Before\n{BEGIN}\nold\n{END}\nAfter\n", encoding="utf-8")
    write_report(path, made_up())
    once = path.read_text(encoding="utf-8")
    write_report(path, made_up())
    assert once == path.read_text(encoding="utf-8") and once.startswith("# Before\n") and once.endswith("After\n")
    assert "old" not in once and "| dcgan |" in once


def test_the_committed_page_has_a_place_for_the_tables():
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    assert all(f"`{path.name}`" in text for path in (ROOT / "benchmarks").glob("*.py") if "__" not in path.name)


@pytest.mark.parametrize("results", [made_up(), {"conditions": {}, "entries": {}}], ids=["full", "empty"])
def test_the_plot_is_a_picture(results, tmp_path):
    write_plot(tmp_path / "bench.png", results)
    with Image.open(tmp_path / "bench.png") as picture:
        assert picture.size == (1200, 900) and len(picture.convert("L").getcolors()) > 2


def test_what_was_measured_under_the_same_conditions_is_held(tmp_path):
    path = tmp_path / "new" / "results.json"
    write_results(path, add(read_results(path), "a", entry({"x": 1}), CONDITIONS))
    results = read_results(path)
    assert is_held(results, "a", CONDITIONS) and not is_held(results, "b", CONDITIONS)
    assert not is_held(results, "a", CONDITIONS | {"code": "def"})
    again = add(results, "a", entry({"x": 2}), CONDITIONS | {"code": "def"})
    assert [known["code"] for known in again["conditions"].values()] == ["def"] and len(again["entries"]) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"entries": {}}'])
def test_damaged_results_are_refused_and_left(text, tmp_path):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(CourseError, match="restore it or delete it"):
        read_results(path)
    assert path.read_text() == text


def test_the_code_has_another_hash_after_an_edit(tmp_path):
    for folder in ("gan_course", "benchmarks"):
        (tmp_path / folder).mkdir()
    file, shows = tmp_path / "gan_course" / "a.py", tmp_path / "benchmarks" / "report.py"
    hashes = []
    for path, text in [(file, "a = 1"), (shows, "a = 1"), (file, "a = 2")]:
        path.write_text(text)
        hashes.append(code_hash(tmp_path))
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_own_work_is_not_that_of_others():
    others = OthersAtWork()
    subprocess.run([sys.executable, "-c", "sum(range(10**7))"], check=True)
    sum(range(10**6))
    assert 0 <= others() < 1000


# The command


def call(*arguments):
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output


def test_the_names_of_all_measurements():
    code, output = call("--list")
    assert code == 0 and set(output.splitlines()) == set(all_jobs(Effort()))
    assert {f"steps: {case}" for case in STEPS} < set(output.splitlines())
    assert {
        case for name in output.splitlines() if name.startswith("quality") for case in [name[9:].split(",")[0]]
    } == set(TRAININGS)


@pytest.mark.parametrize("case", TRAININGS)
def test_what_a_race_is_about_is_a_number_that_the_lesson_takes(case):
    _, settings = TRAININGS[case](True)
    images = settings.data.pictures(settings.size, settings.gray)[:48]
    found = evaluation_of(settings.data, images)(images)
    for effort in (Effort(), QUICK):
        assert found[effort.goals[case].measure] < min(Effort().goals[case].marks)  # of the real ones themselves


def test_the_folded_row_is_the_sunflowers_folded_and_the_plain_one_is_that_of_the_paper():
    (_, flowers), (_, folded) = (STEPS[f"dcgan 64x64x3, {name}"](False) for name in ("sunflowers", "folded"))
    assert folded.shift * folded.fold == flowers.shift > 0 and folded.size == flowers.size == (64, 64)
    _, plain = STEPS["dcgan 64x64x3, plain"](False)
    assert (plain.base_channels, plain.base_channels_d, plain.batch_size, plain.fold) == (32, 32, 32, 1)
    assert not (plain.hidden_g or plain.hidden_d or plain.shift or plain.upsample)


def test_refusals_say_what_to_do(tmp_path):
    code, output = call("--only", "nonsense")
    assert code == 2 and "--list prints all names" in output
    code, output = call("--only", "steps: vae", "--torch-python", str(tmp_path / "none"), "--out", str(tmp_path))
    assert code == 2 and "call make bench" in output and not list(tmp_path.iterdir())


def test_a_quick_measurement_is_reported_and_not_made_again(tmp_path):
    arguments = ["--quick", "--only", "growth: base", "--out", str(tmp_path), "--torch-python", "none"]
    code, output = call(*arguments)
    assert code == 0 and "1 of 1, after 0 min: growth: base\n" in output, output
    (result,) = json.loads((tmp_path / "results.json").read_text())["entries"].values()
    assert result["result"]["point"] == QUICK.base and result["result"]["seconds"] > 0
    assert "numbers mean nothing" in (tmp_path / "README.md").read_text() and (tmp_path / "bench.png").exists()
    code, output = call(*arguments)
    assert code == 0 and "growth: base: measured already" in output


def test_what_cannot_be_measured_leaves_the_rest(tmp_path, monkeypatch):
    def fail(bench):
        raise CourseError("out of memory")

    class Done:
        needs_torch = False
        measure = staticmethod(lambda bench: {"gif": 1.0})

    class Failed(Done):
        measure = staticmethod(fail)

    monkeypatch.setattr("benchmarks.__main__.all_jobs", lambda effort: {"bad": Failed, "chores": Done})
    code, output = call("--out", str(tmp_path), "--torch-python", "none")
    assert code == 1 and "bad: out of memory" in output
    assert list(json.loads((tmp_path / "results.json").read_text())["entries"]) == ["chores"]


# PyTorch's side


def test_the_worker_of_pytorch_imports_nothing_of_the_course():
    """`import gan_course` would cap PyTorch's vectors, and MindSpore would bring its threads."""
    todo, seen = ["benchmarks.theirs"], set()
    while todo:
        name = todo.pop()
        seen.add(name)
        tree = ast.parse((ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8"))
        found = [f"{n.module}.{a.name}" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names]
        found += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        assert not [other for other in found if other.startswith(("gan_course", "mindspore"))], name
        parts = {part for other in found for part in (other, other.rpartition(".")[0])}
        todo += [part for part in parts - seen if (ROOT / f"{part.replace('.', '/')}.py").exists()]
    assert {"benchmarks.pace", "benchmarks.torch_nets", "parity.networks", "parity.layers"} <= seen


@pytest.fixture(scope="module")
def descriptions():
    """What the course says of each row of steps."""
    from benchmarks.ours import step_work

    return {case: step_work(case, quick=True).description for case in STEPS}


@with_torch
def test_the_twins_have_as_many_parameters(descriptions):
    with Worker([str(TORCH), "-m", "benchmarks.theirs"]) as theirs:
        for case, spec in descriptions.items():
            assert theirs.ask("describe", spec=spec)["parameters"] == spec["parameters"], case


@with_torch
def test_a_setting_that_pytorch_does_not_know_is_refused_unless_it_is_off(descriptions):
    spec = descriptions["dcgan"]
    with Worker([str(TORCH), "-m", "benchmarks.theirs"]) as theirs:
        off = spec | {"settings": spec["settings"] | {"new_trick": 0.0}}
        assert theirs.ask("describe", spec=off)["parameters"] == spec["parameters"]
        with pytest.raises(CourseError, match="does not know the setting new_trick yet"):
            theirs.ask("describe", spec=spec | {"settings": spec["settings"] | {"new_trick": 0.1}})


# Three steps as one writes them, and as the papers have them, from the same weights, in float64.
SAME_STEPS = """
import sys
from copy import deepcopy
from functools import partial
from types import SimpleNamespace
import torch
from benchmarks import torch_nets, torch_steps
from parity import steps as papers

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
COMMON = dict(latent_dim=5, base_channels=4, base_channels_d=4, num_doublings=2, num_halvings=2, kernel_size=4,
              upsample=False, residual=False, last_conv=True, first_conv=True, normal_init=False, concatenate=False,
              hidden=(8, 6), hidden_g=7, hidden_d=6, normalise_hidden=True, slope=0.1, beta=2.0, learning_rate=1e-3,
              learning_rate_g=1e-3, learning_rate_d=1e-3, decay_start=1.0, beta1=0.5, beta2=0.9, n_critic=2,
              penalty_weight=10.0, num_steps=3)
real, z, labels = torch.rand(8, 1, 8, 8) * 2 - 1, torch.randn(8, 5), torch.arange(8) % 3
offsets = torch.randint(-3, 4, (2, 8, 2))

def matrices(offsets):  # as the course moves images: R and C^T
    rows, columns = ([torch.diag(torch.ones(8 - abs(s)), -s) for s in side.tolist()] for side in offsets.T)
    return torch.stack(rows)[:, None], torch.stack(columns).mT

def moved(g, d, *optimizers):
    step = papers.gan(g, d, *optimizers, augment=papers.translated)
    return lambda real, z, *offsets: step(real, z, *(m for part in offsets for m in matrices(part)))

CASES = {
    ("dcgan", moved, (real, z, *offsets)): {"shift": 3, "upsample": True},
    ("dcgan", papers.gan, (real, z)): {},
    ("dcgan", partial(papers.gan, simultaneous=True), (real, z)): {"simultaneous": True},
    ("gan", papers.split_gan, (real, z)): {"d_updates": 2},
    ("acgan", papers.acgan, (real, labels, z)): {},
    ("wgan-gp", partial(papers.wgan_gp, n_critic=2), (real, z, torch.rand(8, 1))): {},
}
for (lesson, paper, batch), changes in CASES.items():
    settings = COMMON | changes
    if lesson == "acgan":
        settings["hidden_d"] = 128
    spec = {"lesson": lesson, "settings": settings, "shape": [1, 8, 8], "num_classes": 3}
    networks = torch_nets.build(spec)
    twins = deepcopy(networks)
    betas = (0.5, 0.9)
    step = torch_steps.STEPS[lesson](networks, SimpleNamespace(**settings))
    reference = paper(*twins, *(torch.optim.Adam(n.parameters(), lr=1e-3, betas=betas) for n in twins))
    for number in range(3):
        ours, theirs = step(*batch), reference(*batch)
        assert ours.keys() == theirs.keys(), lesson
        for name in ours:
            assert abs(float(ours[name]) - float(theirs[name])) < 1e-6, (lesson, changes, number, name)
"""


@with_torch
def test_the_steps_of_pytorch_are_those_of_the_papers():
    done = subprocess.run([str(TORCH), "-c", SAME_STEPS], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# A tiny training of each kind on pictures of one brightness: the averaged G, and the public recipe, must come near it.
LEARNING = """
import sys
import numpy as np
from benchmarks import theirs

path = sys.argv[1]
np.save(path, np.full((64, 1, 28, 28), -0.5, np.float32))
settings = dict(latent_dim=5, base_channels=4, base_channels_d=4, num_doublings=2, num_halvings=2, kernel_size=4,
                upsample=False, residual=False, last_conv=False, first_conv=False, normal_init=True, hidden_d=0,
                learning_rate_g=1e-2, learning_rate_d=1e-3, beta1=0.5, decay_start=0.0, average_decay=0.9,
                num_steps=150, batch_size=8, hidden_g=0, normalise_hidden=False, shift=0)
changed = settings | dict(hidden_g=8, hidden_d=8, normalise_hidden=True, shift=3, upsample=True, decay_start=0.5)
specs = [
    {"lesson": "dcgan", "settings": settings, "shape": [1, 28, 28], "num_classes": 0},
    {"lesson": "dcgan", "settings": changed, "shape": [1, 28, 28], "num_classes": 0},
    {"lesson": "public", "base": 4, "num_steps": 10**9},
]
theirs.public_dcgan.BATCH, theirs.public_dcgan.RATE = 32, 5e-3
for spec in specs:
    theirs.torch.manual_seed(0)
    work = (theirs.public if spec["lesson"] == "public" else theirs.lesson)(spec, pictures=path)
    before = work.draw(20, np.random.default_rng(0))
    for number in range(1, 151):
        work.step(*next(work.batches))
        work.after(number)
    after = work.draw(20, np.random.default_rng(0))
    assert after.shape == (20, 1, 28, 28) and after.dtype == np.float32
    far, near = (abs(images.mean() + 0.5) for images in (before, after))
    assert near < 0.8 * far, (spec, far, near)
"""


RATES = """
import json
import sys
import torch
from benchmarks.torch_steps import late_cosine

found = []
for start in json.loads(sys.argv[1]):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2)
    schedule, rates = late_cosine(optimizer, 0.2, 20, start), []
    for _ in range(20):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if schedule is not None:
            schedule.step()
    found.append(rates)
print(json.dumps(found))
"""


@with_torch
def test_the_rates_of_pytorch_are_those_of_the_course():
    starts = [0.0, 0.125, 0.5, 1.0]
    found = subprocess.run([str(TORCH), "-c", RATES, json.dumps(starts)], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0 and not found.stderr, found.stderr
    for start, rates in zip(starts, json.loads(found.stdout)):
        assert rates == pytest.approx(np.broadcast_to(learning_rate(0.2, 20, start), 20)), start


# What the course's matrices mean, and how PyTorch's side moves images; SciPy says where they should be.
MOVES = """
import sys
import numpy as np
import torch
from benchmarks.torch_augment import random_offsets, translate
from benchmarks.torch_train import picture_batches, pool_batches

images, moved, offsets = (np.load(sys.argv[1])[name] for name in ("images", "moved", "offsets"))
for real, z, *found in (next(pool_batches(sys.argv[2], shift=5)),):
    np.testing.assert_array_equal(found, offsets)
    for ways, expected in zip(found, moved):
        np.testing.assert_array_equal(translate(torch.from_numpy(real), torch.from_numpy(ways)), expected)
drawn = np.concatenate([np.stack(random_offsets(np.random.default_rng(seed), 50, 2)) for seed in range(20)])
assert set(map(tuple, drawn.reshape(-1, 2))) == {(y, x) for y in range(-2, 3) for x in range(-2, 3)}
assert len(next(picture_batches(images, 4, 5, np.random.default_rng(0)))) == 2
real, z, *found = next(picture_batches(images, 4, 5, np.random.default_rng(0), shift=2))
assert [part.shape for part in found] == [(4, 2), (4, 2)] and abs(np.stack(found)).max() <= 2
"""


@with_torch
def test_pytorch_moves_images_as_the_course_does(tmp_path):
    images = np.random.default_rng(0).standard_normal((30, 2, 6, 8), np.float32)
    draws = random_shifts(30, (6, 8), 5)(np.random.default_rng(1))
    offsets = np.random.default_rng(1).integers(-5, 6, (2, 2, 30)).swapaxes(1, 2)  # as they are drawn
    moved = [[shift(image, (0, *way), order=0) for image, way in zip(images, ways)] for ways in offsets]
    np.savez(tmp_path / "moved.npz", images=images, moved=moved, offsets=offsets)
    np.savez(tmp_path / "batches.npz", *(part[None] for part in (images, np.zeros((30, 1), np.float32), *draws)))
    paths = [str(tmp_path / name) for name in ("moved.npz", "batches.npz")]
    done = subprocess.run([str(TORCH), "-c", MOVES, *paths], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@with_torch
def test_trainings_of_pytorch_learn(tmp_path):
    done = subprocess.run(
        [str(TORCH), "-c", LEARNING, str(tmp_path / "p.npy")], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_every_file_and_function_is_short():
    for path in (ROOT / "benchmarks").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
        assert len(source.splitlines()) <= 260 and max((f.end_lineno - f.lineno for f in functions), default=0) <= 45, (
            path
        )
