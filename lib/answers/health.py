"""Health: whether the instance can answer, for whatever restarts it or sends people to it."""

import os
from dataclasses import dataclass

from lib.answers import instance
from lib.configuration.store_address import folder_of
from lib.errors import AppError, SettingsError


@dataclass(frozen=True)
class Health:
    """Whether the settings can be used and the stores be reached, and how old the last sync is.

    The age is in seconds and that of the organization which waited longest; None where one never was synced,
    or nobody can tell.
    """

    settings: bool
    store: bool
    sync_age_seconds: float | None = None

    @property
    def is_ready(self) -> bool:
        """Return whether pages can be answered. An old sync keeps nobody from reading what is stored."""
        return self.settings and self.store


def health() -> Health:
    """Return how the instance is now; reads no rows, and asks the API for nothing."""
    try:
        instance.access()
        backends = instance.whole_backends()
        if not all(_can_be_written(backend.store.uri) for backend in backends):
            return Health(settings=True, store=False)
        synced = [backend.store.synced_at() for backend in backends]
    except SettingsError:
        return Health(settings=False, store=False)
    except AppError:
        return Health(settings=True, store=False)
    moments = [moment for moment in synced if moment]
    if len(moments) < len(synced):
        return Health(settings=True, store=True)
    age = (instance.now() - min(moments)).total_seconds()
    return Health(settings=True, store=True, sync_age_seconds=max(age, 0.0))


def _can_be_written(uri: str) -> bool:
    """Return whether a folder can be written to, or made; other places are not looked at."""
    folder = folder_of(uri)
    if folder is None:
        return True
    folder = folder.absolute()
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
