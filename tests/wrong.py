"""Wrong answers to the blanks, as students write them, and how a test holds a checker to them.

Each `test_checks_*.py` has a dictionary WRONG: name of a blank -> list of `Wrong`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from gan_course.checks.answer import HANDED_BACK, difference, observed, verdict


@dataclass(frozen=True)
class Wrong:
    """An answer that no checker may accept."""

    answer: Callable
    says: str | None  # words of the mistake's name, in what is printed; None: a mistake that is not known by name
    public: bool = False  # a bug found in public code


def question_of(check, monkeypatch):
    """The question that a check asks."""
    module = __import__(check.__module__, fromlist=["answer"])
    with monkeypatch.context() as patch:
        patch.setattr(module, "answer", lambda yours, question: question)
        return check(None)


def hold(check, wrongs, monkeypatch, capsys):
    """Right is right, empty is empty, each wrong answer is refused and named, and no two mistakes are the same."""
    HANDED_BACK.clear()  # two blanks may share an answer
    question = question_of(check, monkeypatch)
    question = replace(question, probe=cache(question.probe))  # looks once at each answer: a look takes its time
    assert said_of(check, question.ours, capsys).startswith("Right: ")

    def empty(*_): ...

    assert said_of(check, empty, capsys).startswith("Nothing here yet: ")
    assert len(wrongs) >= 3, check.__name__
    for wrong in wrongs:
        said = verdict(wrong.answer, question)
        assert said.startswith(("Not yet: ", "Your code stopped: ")), (check.__name__, wrong.answer.__name__, said)
        assert wrong.says is None or wrong.says in said, (check.__name__, wrong.says, said)
    seen = {"right": question.probe(question.ours)}
    seen |= {said: observed(question.probe, mistake) for said, mistake in question.mistakes.items()}
    names = list(seen)
    same = [
        (a, b)
        for i, a in enumerate(names)
        for b in names[:i]
        if difference(seen[a], seen[b], question.tolerance) is None
    ]
    assert not same


def said_of(check, yours, capsys):
    """What a check prints, in one line."""
    capsys.readouterr()
    back = check(yours)
    said = " ".join(capsys.readouterr().out.split())
    assert (back is yours) == said.startswith("Right: ")
    return said
