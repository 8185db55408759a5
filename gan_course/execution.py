"""Run notebooks side by side, each on cores of its own.

Three threads of a training are busy at once, two of which wait by spinning, so neighbours on the same cores hurt each
other much. A notebook gets two cores, as when it is run by itself: on one, convolutions are summed in another order,
and a training that grows from them comes out as from another seed, beside a text that tells of this one. (It would be
quicker: two lessons, a core each, take seven tenths of the time of one after the other on both.)
"""

import asyncio
import copy
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from time import perf_counter

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import HTMLExporter
from tqdm import tqdm

from gan_course.formulas import put_back, take_out
from gan_course.runs.folder import CHECKPOINT

MOST = 4  # notebooks at once; the longest takes a sixth of the course, so that more would hardly end sooner
MEMORY = 3e9  # bytes that a lesson may need
EACH = 2  # cores of a notebook
THREADS = 3  # of a training that are busy at the same time, where they cannot be kept to cores

Cores = list[int]
Notebooks = list[tuple[Path, Path]]
Done = Callable[[Path, float, str | None], None]


class Loop(asyncio.SelectorEventLoop):  # the kind that ZeroMQ needs, on Windows as well
    """An event loop that leaves Ctrl-C to `stop`: nbclient would catch it, end one notebook and begin the next."""

    def add_signal_handler(self, *args) -> None:
        raise NotImplementedError  # which nbclient expects, since Windows has no such handlers


def places() -> list[Cores]:
    """The cores of each notebook that may run at once: as many as cores, memory and MOST allow, at least one.

    Where a process cannot be kept to cores (macOS) the lists are empty, and a notebook counts for all its threads.
    """
    process = psutil.Process()
    cores = process.cpu_affinity() if hasattr(process, "cpu_affinity") else []
    most = min(MOST, len(cores) // EACH if cores else (psutil.cpu_count() or 1) // THREADS)
    count = max(1, min(most, int(psutil.virtual_memory().available / MEMORY)))
    return [cores[place::count] for place in range(count)]


def execute(notebooks: Notebooks, done: Done, where: list[Cores]) -> None:
    """Run notebooks, as many at once as there are `places`; begin them in their order.

    Args:
        notebooks: each with the folder that keeps it with its outputs, as notebook and as HTML.
        done: called with a notebook, the seconds that it took and its error, if any, as soon as it has ended.
        where: the cores of each that may run at once.
    """
    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(execute_all(notebooks, done, where))


async def execute_all(notebooks: Notebooks, done: Done, where: list[Cores]) -> None:
    """`execute`, for an event loop."""
    free = asyncio.Queue()
    for place in enumerate(where):
        free.put_nowait(place)

    async def in_turn(notebook: Path, folder: Path) -> None:
        number, cores = await free.get()
        start = perf_counter()
        error = await execute_one(notebook, folder, cores, number)
        done(notebook, perf_counter() - start, error)
        free.put_nowait((number, cores))

    async with asyncio.TaskGroup() as group:
        for notebook, folder in notebooks:
            group.create_task(in_turn(notebook, folder))


async def execute_one(notebook: Path, folder: Path, cores: Cores, line: int) -> str | None:
    """Run a notebook on `cores`, with a bar on that line of the terminal; return the error, if any."""
    (folder / "metrics.json").unlink(missing_ok=True)  # numbers of an earlier run must not pass for this one's
    for checkpoints in list(folder.rglob(Path(CHECKPOINT).parent.name)):  # nor a training that was kept
        rmtree(checkpoints)
    content = nbformat.read(notebook, as_version=4)
    num_cells = sum(cell.cell_type == "code" for cell in content.cells)
    error = None
    with tqdm(total=num_cells, desc=notebook.stem, unit="cell", leave=False, disable=None, position=line) as bar:
        client = NotebookClient(
            content,
            timeout=None,
            extra_arguments=["--IPKernelApp.log_level=ERROR"],  # its warnings are not about the lesson
            resources={"metadata": {"path": str(notebook.parent)}},
            on_notebook_start=lambda **_: keep_to(cores, client),
            on_cell_executed=lambda **_: bar.update(),
        )
        try:
            await client.async_execute()
        except CellExecutionError as failure:
            error = f"{failure.ename}: {failure.evalue}".splitlines()[0]
        except DeadKernelError:
            error = "the kernel died, often for want of memory"
        finally:
            nbformat.write(content, folder / notebook.name)
    (folder / f"{notebook.stem}.html").write_text(to_html(content, notebook.parent), encoding="utf-8")
    return error


def keep_to(cores: Cores, client: NotebookClient) -> None:
    """Keep a kernel that has just started, and has no threads yet that compute, to its cores."""
    if cores:
        psutil.Process(client.km.provisioner.pid).cpu_affinity(cores)


def stop(*_) -> None:
    """For a signal: end the kernels and this program at once, with exit code 130; what was written is kept."""
    for kernel in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            kernel.kill()
    print("\nStopped; the notebooks that are done are kept.", file=sys.stderr, flush=True)
    os._exit(130)  # a loop that is closed in the middle of its work would complain


def to_html(content: nbformat.NotebookNode, folder: Path) -> str:
    """A notebook of `folder` as a web page that needs no network: pictures inside it, formulas in MathML."""
    formulas = []
    content = copy.deepcopy(content)
    for cell in content.cells:
        if cell.cell_type == "markdown":
            cell.source = take_out(cell.source, formulas)
    html, _ = HTMLExporter(embed_images=True).from_notebook_node(content, {"metadata": {"path": str(folder)}})
    return put_back(html, formulas)
