"""Where work is done that one process is too slow for: parts of a corpus are counted, batches of text encoded.

Counting (counting.py says how) goes over several processes, or a Dask cluster. Each gives the results in the order of
the parts, never holds more than a few that nobody has asked for yet, and goes on when a worker dies: its part is
counted again elsewhere. The workers of a cluster need this library, and see the files under the same paths.
"""

import re
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import accumulate, chain
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from .errors import TrainingError, extra
from .tokenizer import Tokenizer

if TYPE_CHECKING:  # they read files through streaming.py, which encodes through this
    from .corpus import Part
    from .counting import Counted, Mapper

AHEAD = 1  # parts that are under way or done, beyond one for each worker
_ADDRESS = re.compile(r"(?:(?:tcp|tls|wss?|ucx)://)?[^\s:/]+:\d{1,5}")
PATIENCE = 10.0  # seconds until a scheduler answers
TRIES = 3  # of a part whose worker dies

Job = Callable[["Part"], "Counted"]


@contextmanager
def processes(number: int) -> "Iterator[Mapper]":
    """A mapper over `number` processes of this machine; 1 is this one, without another.

    New interpreters, no forks: a program that calls this needs `if __name__ == "__main__":`.
    """
    yield map if number <= 1 else partial(_in_processes, number)


def _in_processes(number: int, job: Job, parts: "Sequence[Part]") -> "Iterator[Counted]":
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


def _ahead(pool: Executor, job: Job, parts: "Sequence[Part]", most: int) -> "Iterator[Counted]":
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
def cluster(address: str) -> "Iterator[Mapper]":
    """A mapper over the workers of the Dask scheduler at `address`, all of which need this library.

    Needs `pip install tokenizer-indic[cluster]`. Raises TrainingError if no scheduler answers there, or its workers
    cannot count.
    """
    if not _ADDRESS.fullmatch(address):
        raise TrainingError(f"{address[:200]!r} is no address of a Dask scheduler: tcp://HOST:PORT is one.")
    connect: Any = extra("distributed").Client
    try:
        client = connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise TrainingError(f"No Dask scheduler answers at {address[:200]}.") from error
    try:
        _check_workers(client, address)
        yield partial(_on_cluster, client)
    finally:
        client.close()


def _check_workers(client: Any, address: str) -> None:
    if not client.nthreads():
        raise TrainingError(f"The Dask scheduler at {address[:200]} has no workers yet: start some.")
    try:
        client.run_on_scheduler(exec, "import tokenizer_indic")
        client.run(exec, "import tokenizer_indic")
    except ImportError as error:
        raise TrainingError(f"The scheduler and workers at {address[:200]} need this library too: {error}.") from error


def _on_cluster(client: Any, job: Job, parts: "Sequence[Part]") -> "Iterator[Counted]":
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


# -- encoding ---------------------------------------------------------------------------------------------------------

EncodeBatch = Callable[[Sequence[str]], list[list[int]]]


@contextmanager
def encoding(tokenizer: Tokenizer, number: int) -> Iterator[EncodeBatch]:
    """`tokenizer.encode_batch` over `number` processes, each with the tokenizer; 1 is this one, without another."""
    if number <= 1:
        yield tokenizer.encode_batch
        return
    with ProcessPoolExecutor(number, get_context("spawn"), _take, (tokenizer,)) as pool:
        yield partial(_encode_in, pool, number)


_own: Tokenizer  # of a process that encodes


def _take(tokenizer: Tokenizer) -> None:
    global _own
    _own = tokenizer


def _encode_own(texts: Sequence[str]) -> tuple["array[int]", "array[int]"]:
    """Ids of all texts in a row, and how many each has: much less to send than lists."""
    found = _own.encode_batch(texts)
    return array("I", chain.from_iterable(found)), array("Q", map(len, found))


def _encode_in(pool: Executor, number: int, texts: Sequence[str]) -> list[list[int]]:
    ends = list(accumulate(map(len, texts)))
    cuts = [bisect_left(ends, ends[-1] * share / number) for share in range(1, number)] if texts else []
    parts = [texts[start:end] for start, end in zip([0, *cuts], [*cuts, len(texts)], strict=True)]
    made: list[list[int]] = []
    for ids, sizes in pool.map(_encode_own, parts):
        row = ids.tolist()
        made += [row[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]
    return made
