"""Problems: why a request is not answered, in words and as RFC 9457 has it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
_LONGEST = 100


class Problem(Exception):
    """A request that is not answered: the HTTP `status`, a `code` that programs can tell, and a sentence.

    `more` are members of the problem beside these, `headers` what the response says.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.more = more or {}
        self.headers = headers or {}

    def response(self) -> Response:
        """Return the problem as it is sent."""
        said = {
            "type": "about:blank",
            "title": _TITLES[self.status],
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.more,
        }
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(json.dumps(said), self.status, headers=headers, media_type=MEDIA_TYPE)


class WrongParameter(Problem):
    """A parameter that is not known or holds what it must not; `allowed` are the few values it takes."""

    def __init__(self, name: str, rule: str, allowed: Sequence[str] = ()) -> None:
        listed = f" Allowed are {', '.join(allowed)}." if allowed else ""
        more = {"parameter": shortened(name), **({"allowed": list(allowed)} if allowed else {})}
        super().__init__(400, "wrong_parameter", f"{shortened(name)}: {rule}{listed}", more=more)


def unknown_answer(names: Sequence[str]) -> Problem:
    """Return the problem of a path that leads to no answer."""
    detail = f"There is no such answer. There are {', '.join(names)}."
    return Problem(404, "unknown_answer", detail, more={"answers": list(names)})


def too_many(rows: int, most: int) -> Problem:
    """Return the problem of an answer with so many rows, which may have at `most` so many."""
    detail = (
        f"The answer would have {rows:,} rows, and at most {most:,} are sent. Ask for fewer days, group by "
        "less, or filter."
    )
    return Problem(413, "too_many_rows", detail, more={"rows": rows, "most": most})


def shortened(text: str) -> str:
    """Return what somebody sent, as far as it fits into a sentence."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    413: "Content Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
TITLES: Mapping[int, str] = _TITLES
"""What each status is called."""
