"""API tokens: those that were made, revoked ones included; of each only what proves that it is brought."""

from typing import Any

import pyarrow as pa

from lib.access.tokens import ApiToken
from lib.catalog.schemas import TIME
from lib.catalog.whole_text import whole_text
from lib.store.log import TEXT, Record, as_row, in_utc, newest

_SCOPES = ("projects", "teams", "organizations")
_MOMENTS = ("made_at", "expires_at", "revoked_at", "written_at")


def _encode(token: ApiToken) -> dict[str, Any]:
    row = as_row(token)
    scopes = {name: None if row[name] is None else list(map(whole_text, row[name])) for name in _SCOPES}
    return {**row, **scopes}


def _fold(table: pa.Table) -> pa.Table:
    return newest(table, ["token_id"], "written_at")


def _tokens(table: pa.Table) -> tuple[ApiToken, ...]:
    return tuple(
        ApiToken(
            **{
                **row,
                **{name: in_utc(row[name]) for name in _MOMENTS},
                **{name: None if row[name] is None else tuple(row[name]) for name in _SCOPES},
            }
        )
        for row in _fold(table).sort_by([("made_at", "ascending"), ("token_id", "ascending")]).to_pylist()
    )


API_TOKENS: Record[ApiToken, tuple[ApiToken, ...]] = Record(
    "tokens",
    pa.schema(
        [
            *((name, TEXT) for name in ("token_id", "name", "digest", "made_by")),
            ("made_at", TIME),
            ("expires_at", TIME),
            *((name, pa.list_(TEXT)) for name in _SCOPES),
            ("revoked_by", TEXT),
            ("revoked_at", TIME),
            ("written_at", TIME),
        ]
    ),
    _tokens,
    _fold,
    "written_at",
    _encode,
    is_whole_or_nothing=True,
)
"""Decoded: every token as it stands, the oldest first."""
