"""How long a question to Spark may take: every call that it makes ends when that is over.

Spark's client has a limit for each call, after which it makes another one, and a question makes any number.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import grpc
from pyspark.sql.connect.proto import ExecutePlanRequest
from pyspark.sql.connect.shell.progress import StageInfo


class TimeIsUp(Exception):
    """The question has taken as long as it may."""


class _Details(NamedTuple):
    """What a call is made with, as gRPC asks for it."""

    method: str
    timeout: float | None
    metadata: Any
    credentials: Any
    wait_for_ready: bool | None
    compression: Any


class _Question(threading.local):
    """The question that a thread asks."""

    ends: float | None = None
    operation: str | None = None
    is_begun: bool = False


class QuestionTime(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    """Lets no call last longer than the question of its thread may, and knows how far that is."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds, self._clock = seconds, clock
        self._question = _Question()

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Let what is within, and not within another question, be one.

        Calls raise TimeIsUp once it has taken too long, or fail with DEADLINE_EXCEEDED.
        """
        question = self._question
        if question.ends is not None:
            yield
            return
        question.ends, question.operation, question.is_begun = self._clock() + self.seconds, None, False
        try:
            yield
        finally:
            question.ends = None

    @contextmanager
    def extended(self, seconds: float) -> Iterator[None]:
        """Let the question of this thread take `seconds` from now on, for what has to be done about it."""
        before, self._question.ends = self._question.ends, self._clock() + seconds
        try:
            yield
        finally:
            self._question.ends = before

    @property
    def operation(self) -> str | None:
        """Return what Spark calls the work that this thread's question last waited for, None without any."""
        return self._question.operation

    @property
    def is_begun(self) -> bool:
        """Return whether a worker was seen to work for this thread's question."""
        return self._question.is_begun

    def progressed(self, stages: Iterable[StageInfo], inflight_tasks: int, **_: object) -> None:
        """Note what is told of the progress of this thread's question."""
        if inflight_tasks or any(stage.num_completed_tasks for stage in stages):
            self._question.is_begun = True

    def intercept_unary_unary(
        self, continuation: Callable[..., Any], details: grpc.ClientCallDetails, request: object
    ) -> Any:
        """Make a call that is answered once."""
        return continuation(self._limited(details), request)

    def intercept_unary_stream(
        self, continuation: Callable[..., Any], details: grpc.ClientCallDetails, request: object
    ) -> Any:
        """Make a call that is answered bit by bit."""
        if isinstance(request, ExecutePlanRequest):
            self._question.operation = request.operation_id
        return continuation(self._limited(details), request)

    def _limited(self, details: grpc.ClientCallDetails) -> grpc.ClientCallDetails:
        ends = self._question.ends
        if ends is None:
            return details
        left = ends - self._clock()
        if left <= 0:
            raise TimeIsUp
        timeout = left if details.timeout is None else min(left, details.timeout)
        return _Details(
            details.method,
            timeout,
            details.metadata,
            details.credentials,
            details.wait_for_ready,
            details.compression,
        )
