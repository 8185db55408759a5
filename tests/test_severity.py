"""How strong a fault must be to be seen, and to hurt: counted in made-up runs."""

import math

import numpy as np
import pytest

from gan_course.lessons.museum import EXHIBITS, HEALTHY, find_game
from gan_course.lessons.museum.ladders import LADDERS, game_at
from gan_course.lessons.museum.severity import (
    besides,
    count_besides,
    distance_ratio,
    exact_interval,
    first_strength,
    is_hurt,
    ladder_of,
    names_of,
    read_runs,
)

SILENT = {"steps": 1000, "variety": 0.9, "class_accuracy": 0.1, "share_confident": 0.8}
ALARM = {"steps": 1000, "accuracy_d": 1.0, "d_fake": 0.01, "loss_g": 4.0, "class_accuracy": 0.1, "share_confident": 0.0}


def table():
    """The doctor names "d_wins" in none, 2, 4 and 5 of 5 runs, whose distances are 1, 1, 2 and 3 times the healthy."""
    rows = [SILENT | {"game": "healthy", "strength": 0, "seed": seed, "distance": 10.0 * seed} for seed in range(1, 6)]
    for strength, alarms, factor in zip(LADDERS["d_wins"].strengths, (0, 2, 4, 5), (1, 1, 2, 3)):
        for seed in range(1, 6):
            signs = ALARM if seed <= alarms else SILENT
            run = {"game": "d_wins", "strength": float(f"{strength:g}"), "seed": seed, "distance": factor * 10.0 * seed}
            rows.append(signs | run)
    return rows


def test_a_ladder_counts_what_is_named_and_what_hurts():
    rungs = ladder_of(table(), "d_wins")
    assert [(rung.runs, rung.first, rung.named, rung.silent) for rung in rungs] == [
        (5, 0, 0, 5),
        (5, 2, 2, 3),
        (5, 4, 4, 1),
        (5, 5, 5, 0),
    ]
    assert [rung.hurt for rung in rungs] == [1, 1, 3, 4]  # above 45, which is half again the median of 10 to 50
    assert first_strength(rungs, "named") == 1e-5 and first_strength(rungs, "hurt") == 1e-6
    assert first_strength(rungs[:2], "named") is None


def test_pairs_of_one_seed_give_their_ratio_without_the_spread_of_seeds():
    rungs = ladder_of(table(), "d_wins")
    assert [tuple(rung.ratio) for rung in rungs] == [pytest.approx((factor,) * 3) for factor in (1, 1, 2, 3)]


def test_the_interval_of_a_ratio_is_that_of_a_paired_t_test():
    """Logarithms of 0 and log 4: mean log 2, standard error log 2, t with one degree of freedom 12.706."""
    healthy = [{"seed": 1, "distance": 1.0}, {"seed": 2, "distance": 1.0}]
    runs = [{"seed": 1, "distance": 1.0}, {"seed": 2, "distance": 4.0}]
    ratio = distance_ratio(runs, healthy)
    assert ratio.value == pytest.approx(2)
    assert np.log(ratio.high / 2) == pytest.approx(12.706 * math.log(2), rel=1e-4)
    assert distance_ratio([{"seed": 1, "distance": math.inf}] * 2, healthy).low == math.inf


def test_other_names_are_counted_beside_the_fault():
    row = SILENT | {"game": "training_mode", "strength": 1, "seed": 1, "distance": 50.0, "sampling_change": 1.0}
    rows = [row | {"variety": 0.1}, row, SILENT | {"game": "healthy", "strength": 0, "seed": 1, "distance": 50.0}]
    last = ladder_of(rows, "training_mode")[-1]
    assert (last.first, last.named, last.others) == (2, 2, {"collapse": 1})


def test_a_collapse_is_true_unless_only_the_drawing_differs():
    alike = SILENT | {"variety": 0.1, "loss_g": 1.0}
    assert besides(alike | {"game": "d_updates_g", "shared_parameters": 10}) == {"collapse": True}
    assert besides(alike | {"game": "training_mode", "sampling_change": 1.0}) == {"collapse": False}
    assert besides(alike | {"game": "moving_noise", "redraw_change": 1.0}) == {"collapse": False}
    assert besides(alike | {"game": "collapse"}) == {}


def test_d_does_not_win_where_it_takes_the_fakes_of_gs_update_for_real():
    """The threshold is D(G(z)) = 0.1, and -log 0.1 = 2.303."""
    assert besides(ALARM | {"game": "collapse", "loss_g": 2.31}) == {"d_wins": True}
    mixed = ALARM | {"game": "mixed_batch", "update_gap": -2.0}
    assert besides(mixed | {"loss_g": 2.29}) == {"d_wins": False}


def test_a_cause_that_was_not_planted_is_wrong_in_whatever_place_it_is_named():
    row = SILENT | {"game": "saturating_loss", "loss_g": 0.2, "d_fake": 0.45, "update_gap": -0.6}
    assert names_of(row) == ["mixed_batch"]
    true = SILENT | {"game": "d_updates_g", "shared_parameters": 10, "variety": 0.1}
    assert count_besides([row, row, true]) == {
        ("saturating_loss", "mixed_batch"): (2, 2),
        ("d_updates_g", "collapse"): (1, 0),
    }


def test_samples_of_the_wrong_classes_are_hurt_where_classes_are_asked_for():
    healthy = [{"distance": 50.0, "class_accuracy": 0.9}]
    assert is_hurt({"distance": 50.0, "class_accuracy": 0.5}, healthy, classes=True)
    assert not is_hurt({"distance": 50.0, "class_accuracy": 0.85}, healthy, classes=True)
    assert not is_hurt({"distance": 50.0, "class_accuracy": 0.1}, healthy, classes=False)
    assert is_hurt({"distance": math.inf, "class_accuracy": 0.0}, healthy, classes=False)


def test_columns_that_are_no_signs_are_not_shown_to_the_doctor():
    assert names_of(ALARM | {"game": "d_wins", "strength": 1.0, "seed": 3, "distance": 1.0}) == ["d_wins"]


def test_every_fault_has_a_ladder_that_ends_in_the_exhibit():
    assert LADDERS.keys() == EXHIBITS.keys()
    for name, ladder in LADDERS.items():
        field, exhibit = EXHIBITS[name].field, getattr(find_game(name), EXHIBITS[name].field)
        game = game_at(name, ladder.strengths[-1])
        assert getattr(game, field) != getattr(HEALTHY[EXHIBITS[name].healthy], field)
        if not callable(exhibit):
            assert getattr(game, field) == exhibit


def test_a_table_is_read_as_names_and_numbers_without_what_was_not_measured(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("seed,game,fault,loss_g,variety\n5,healthy,,-0.5,\n6,collapse,d_wins,inf,0.25\n", encoding="utf-8")
    assert read_runs(table) == [
        {"seed": 5, "game": "healthy", "fault": "", "loss_g": -0.5},
        {"seed": 6, "game": "collapse", "fault": "d_wins", "loss_g": math.inf, "variety": 0.25},
    ]


def test_the_interval_of_a_share_is_exact():
    """Of 5 in 5 the lower end p has p^5 = 0.025."""
    assert exact_interval(5, 5) == pytest.approx((0.025**0.2, 1))
    assert exact_interval(0, 5) == pytest.approx((0, 1 - 0.025**0.2))
