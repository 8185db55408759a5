"""The worker that judges samples, whoever drew them: `python -m benchmarks.judge`.

{"do": "open", "case": ..., "quick": ...} names one of `recipes.TRAININGS`; from then on
{"do": "judge", "path": "a.npy", "fold": 1} answers with the numbers that the lesson itself would take of the pictures.
"""

import numpy as np

from benchmarks import recipes
from benchmarks.pace import conversation
from gan_course.data.folding import unfold
from gan_course.lessons.picture_gan import evaluation_of


def main() -> None:
    requests, reply = conversation()
    request = next(requests)
    _, settings = recipes.TRAININGS[request["case"]](request["quick"])
    evaluate = evaluation_of(settings.data, settings.data.pictures(settings.size, settings.gray))
    reply({"fold": settings.fold})
    for request in requests:
        numbers = evaluate(unfold(np.load(request["path"]), request["fold"]))
        reply({name: float(value) for name, value in numbers.items()})


if __name__ == "__main__":
    main()
