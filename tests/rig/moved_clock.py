"""The command line on a machine whose clock is wrong: `python -m tests.rig.moved_clock SECONDS sync …`."""

import datetime as dt
import importlib
import runpy
import sys
from types import ModuleType
from typing import Any, Self


class _AnyMoment(type):
    """Lets moments that others made be moments too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, dt.datetime)


class _Moved(dt.datetime, metaclass=_AnyMoment):
    """Moments as the wrong clock tells them."""

    offset = dt.timedelta()

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Self:
        return super().now(tz) + cls.offset


def _move(offset: dt.timedelta) -> None:
    """Give every module of the app a `dt` whose clock is `offset` ahead.

    Libraries keep theirs: those in C expect the one that Python was built with.
    """
    importlib.import_module("lib.cli.main")
    _Moved.offset = offset
    moved = ModuleType("datetime")
    vars(moved).update({**vars(dt), "datetime": _Moved})
    for name, module in sys.modules.items():
        if name.startswith("lib.") and getattr(module, "dt", None) is dt:
            vars(module)["dt"] = moved


if __name__ == "__main__":
    _move(dt.timedelta(seconds=float(sys.argv[1])))
    sys.argv[1:] = sys.argv[2:]
    runpy.run_module("lib", run_name="__main__")
