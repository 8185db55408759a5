"""The museum's games as cases."""

from collections.abc import Callable
from functools import partial

from parity import course, pairs, steps
from parity.cases import Case, players


def museum_cases() -> list[Case]:
    """Healthy games and those exhibits that change the step or the networks."""

    def museum(name: str, networks: dict | None = None, **options) -> Case:
        game = course.museum_exhibits.find_game(name)

        def step(cells, new_optimizer):
            def new_optimizer_d(own):
                return new_optimizer(game.weights_d(own, cells[0].trainable_params()))

            return course.museum_step(game, **course.two_players(*cells, new_optimizer, new_optimizer_d))

        pair = pairs.museum_pair(game, **networks or {})
        return Case(f"museum, {name}", pair, step, partial(museum_reference, **options), pairs.real_and_z(pairs.DIGIT))

    def with_classes(name: str, **options) -> Case:
        game = course.museum_exhibits.find_game(name)
        return Case(
            f"museum, {name}",
            pairs.museum_pair(game),
            players(course.acgan_step, loss_class=game.loss_class),
            partial(steps.acgan, **options),
            pairs.labelled(pairs.DIGIT, 10),
        )

    return [
        museum("healthy"),
        museum("saturating_loss", saturating=True),
        museum("mixed_batch", joined=True),
        museum("d_updates_g", d_updates_g=True),
        museum("large_epsilon", {"epsilon": 0.8, "kept": 0.9}),
        with_classes("healthy_classes"),
        with_classes("double_softmax", double_softmax=True),
    ]


def museum_reference(g, d, optimizer_g, optimizer_d, d_updates_g: bool = False, **options) -> Callable:
    """`steps.museum`, where D's optimiser may move G as well."""
    if d_updates_g:
        optimizer_d.add_param_group({"params": list(g.parameters())})
    return steps.museum(g, d, optimizer_g, optimizer_d, **options)
