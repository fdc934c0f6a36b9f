"""Log lines: what the server says on standard error as one JSON object a line, where that is set."""

import datetime as dt
import json
import logging
import re
import sys

from streamlit import logger as streamlit_logger

from lib.answers import instance
from lib.errors import SettingsError
from lib.settings import JSON_LINES

_KEY = re.compile(r"sk-[A-Za-z0-9_-]{6,}")
_log = logging.getLogger(__name__)


class JsonLine(logging.Formatter):
    """Writes a record as JSON: time (UTC), level, logger and message, and a traceback as `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record in one line, without anything that looks like a key."""
        said = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _without_keys(record.getMessage()),
        }
        if record.exc_info:
            said["exception"] = _without_keys(self.formatException(record.exc_info))
        return json.dumps(said)


def begin() -> None:
    """Let everything that the process logs come as JSON from now on, where the settings say so."""
    try:
        if instance.settings().log_format != JSON_LINES:
            return
    except SettingsError:
        return  # what is wrong with the settings is said on the page
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine())
    handler.addFilter(_is_said_as_text_too)
    logging.root.handlers = [handler]
    logging.captureWarnings(True)
    # Streamlit gives each of its loggers, uvicorn's too, a handler of its own, also to those it makes later.
    streamlit_logger.setup_formatter = _leave_to_root
    streamlit_logger.update_formatter()


def tell(sentence: str) -> None:
    """Write a sentence for whoever starts the server: as a line of the log where these are JSON."""
    if any(isinstance(handler.formatter, JsonLine) for handler in logging.root.handlers):
        _log.warning(sentence)
    else:
        sys.stderr.write(f"{sentence}\n")


def _is_said_as_text_too(record: logging.LogRecord) -> bool:
    """Return whether the log would hold a record as text, in which no request is noted."""
    return record.levelno >= logging.WARNING or not record.name.startswith("uvicorn")


def _leave_to_root(logger: logging.Logger) -> None:
    logger.handlers.clear()
    logger.propagate = True


def _without_keys(text: str) -> str:
    return _KEY.sub("sk-…", text)
