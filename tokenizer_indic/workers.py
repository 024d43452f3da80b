"""Where the parts of a corpus are counted: in several processes, or on a Dask cluster. counting.py says how.

Each gives the results in the order of the parts, never holds more than a few that nobody has asked for yet, and goes on
when a worker dies: its part is counted again elsewhere. The workers of a cluster need this library, and see the files
under the same paths.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Any

from .corpus import Part
from .counting import Counted, Mapper
from .errors import TrainingError, extra

AHEAD = 1  # parts that are under way or done, beyond one for each worker
PATIENCE = 10.0  # seconds until a scheduler answers
TRIES = 3  # of a part whose worker dies

Job = Callable[[Part], Counted]


@contextmanager
def processes(number: int) -> Iterator[Mapper]:
    """A mapper over `number` processes of this machine; 1 is this one, without another.

    New interpreters, no forks: a program that calls this needs `if __name__ == "__main__":`.
    """
    yield map if number <= 1 else partial(_in_processes, number)


def _in_processes(number: int, job: Job, parts: Sequence[Part]) -> Iterator[Counted]:
    left = list(parts)
    tries = 0
    while left:
        try:
            with ProcessPoolExecutor(min(number, len(left)), mp_context=get_context("spawn")) as pool:
                for counted in _ahead(pool, job, left, number + AHEAD):
                    yield counted
                    del left[0]
                    tries = 0
        except BrokenProcessPool as error:
            tries += 1
            if tries == TRIES:
                raise TrainingError(
                    f"A process that counted {left[0].path} was ended from outside, {TRIES} times: is there too little"
                    " memory? Try fewer processes."
                ) from error


def _ahead(pool: Executor, job: Job, parts: Sequence[Part], most: int) -> Iterator[Counted]:
    pending: deque[Future[Counted]] = deque()
    try:
        for part in list(parts):
            pending.append(pool.submit(job, part))
            if len(pending) == most:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def cluster(address: str) -> Iterator[Mapper]:
    """A mapper over the workers of the Dask scheduler at `address`. Needs `pip install tokenizer-indic[cluster]`.

    Raises TrainingError if no scheduler answers there, or its workers cannot count.
    """
    connect: Any = extra("distributed").Client
    try:
        client = connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise TrainingError(f"No Dask scheduler answers at {address[:200]}.") from error
    try:
        yield partial(_on_cluster, client)
    finally:
        client.close()


def _on_cluster(client: Any, job: Job, parts: Sequence[Part]) -> Iterator[Counted]:
    died: type[Exception] = extra("distributed").KilledWorker
    pending: deque[Any] = deque()
    most = AHEAD + sum(client.nthreads().values())
    try:
        for part in parts:
            pending.append(client.submit(job, part, pure=False, retries=TRIES))
            if len(pending) >= most:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except died as error:
        raise TrainingError(f"Workers died, one after the other, while they counted: {error}") from error
