"""Every failure that this app can explain, one class each.

AppError
├── SettingsError             a setting is missing, misspelt or unsafe
├── NotLetInError             somebody asks who may not
├── QuestionError             a question asks for what a source does not have
├── StoreError                the store cannot be read or written
├── EngineError               what answers questions cannot be reached
├── ExportError               a file cannot be written
└── AdminApiError             the API answered, or failed to answer
    ├── BadKey                the key is wrong, or is not an admin key
    ├── MissingScope          the key lacks a permission
    ├── RateLimited           the API asked to slow down for longer than we wait
    ├── Unavailable           no usable answer: 5xx, a dropped connection, a timeout
    │   └── TooMuchAtOnce     an answer that may come if less is asked for
    ├── UnknownEndpoint       this organization has no such endpoint
    ├── UnexpectedResponse    an answer that is not what the API documents
    └── BadRequest            the API refused the request
        ├── InvalidPageToken  a cursor that the API no longer accepts
        └── LookbackExceeded  the range begins before the API's history

Messages say what happened, to what, and what to do. They never hold the key.
"""

import datetime as dt


class AppError(Exception):
    """A failure with a message fit for the person using the app."""


class SettingsError(AppError):
    """A setting is missing, misspelt or unsafe."""


class NotLetInError(AppError):
    """Somebody asks for something who may see nothing, or no more."""


class QuestionError(AppError):
    """A question asks a source for a dimension, metric or grain that it does not have."""


class StoreError(AppError):
    """The store cannot be read or written."""


class EngineError(AppError):
    """The engine that answers questions is elsewhere, and cannot be reached."""


class ExportError(AppError):
    """A file that somebody asked for cannot be written."""


class AdminApiError(AppError):
    """The API refused a request or gave no usable answer."""


class BadKey(AdminApiError):
    """The key is wrong, or is not an admin key."""


class MissingScope(AdminApiError):
    """The key lacks the permission named in `scope`."""

    def __init__(self, message: str, scope: str) -> None:
        super().__init__(message)
        self.scope = scope


class RateLimited(AdminApiError):
    """The API asked to slow down for longer than we are ready to wait."""


class Unavailable(AdminApiError):
    """No usable answer came: a server error, a dropped connection or a timeout."""


class TooMuchAtOnce(Unavailable):
    """An answer was too large to be read, came too late or failed; half of it may come."""


class UnknownEndpoint(AdminApiError):
    """This organization has no such endpoint."""


class UnexpectedResponse(AdminApiError):
    """An answer came that is not what the API documents."""


class BadRequest(AdminApiError):
    """The API refused the request; `param` and `code` are as it gave them."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


class InvalidPageToken(BadRequest):
    """The API no longer accepts the cursor."""


class LookbackExceeded(BadRequest):
    """The range begins before the API's history, which starts on `earliest` (UTC), where known."""

    def __init__(self, message: str, earliest: dt.date | None) -> None:
        super().__init__(message, param="start_time", code="reporting_lookback_exceeded")
        self.earliest = earliest
