"""The demo organization's people and projects, written down once."""

import datetime as dt
from collections.abc import Iterator, Mapping

from lib.demo.organization.directory import Budget, Directory, Key, Project, ServiceAccount, User, make_id

ORGANIZATION = make_id("org-", "Meridian Labs", 24)
PROJECTS: Mapping[str, tuple[str, dt.date, dt.date | None]] = {
    "assistant": ("Customer Assistant", dt.date(2024, 9, 2), None),
    "agents": ("Coding Agents", dt.date(2025, 3, 10), None),
    "search": ("Document Search", dt.date(2024, 10, 14), None),
    "data": ("Data Platform", dt.date(2024, 9, 23), None),
    "research": ("Research", dt.date(2024, 9, 2), None),
    "triage": ("Support Triage", dt.date(2025, 1, 20), None),
    "studio": ("Marketing Studio", dt.date(2025, 5, 5), None),
    "voice": ("Voice Notes", dt.date(2025, 6, 16), None),
    "risk": ("Risk Review", dt.date(2025, 9, 1), None),
    "sandbox": ("Sandbox", dt.date(2025, 11, 3), None),
    "sandbox-2025": ("Sandbox", dt.date(2024, 9, 2), dt.date(2026, 1, 30)),
    "chatbot": ("Legacy Chatbot", dt.date(2024, 9, 2), dt.date(2026, 6, 30)),
    "hackathon": ("Hackathon 2026", dt.date(2026, 3, 2), dt.date(2026, 4, 17)),
}
"""Name, day of creation and day of archival by a short handle."""

_PEOPLE = (
    "Amara Okafor",
    "Bruno Silva",
    "Chiara Rossi",
    "Daniel Weiss",
    "Elif Kaya",
    "Farid Haddad",
    "Grace Mwangi",
    "Hiro Tanaka",
    "Ines Moreau",
    "Jonas Lind",
    "Keiko Mori",
    "Liam Byrne",
    "Mei Chen",
    "Nadia Petrova",
    "Omar Farouk",
    "Priya Nair",
    "Quinn Taylor",
    "Rosa Jimenez",
    "Sven Berg",
    "Tara Singh",
    "Uma Patel",
    "Viktor Novak",
    "Wanda Kowalska",
    "Yusuf Demir",
)
_OWNERS = frozenset({"Amara Okafor", "Jonas Lind"})
_LEFT = {"Quinn Taylor": dt.date(2026, 5, 29), "Viktor Novak": dt.date(2026, 9, 11)}
_KEYS = """
assistant: production@svc-assistant-prod, production-eu@svc-assistant-prod, staging@svc-assistant-staging,
  evaluation@mei, canary@svc-assistant-prod, on-call@amara, retired-gateway@svc-assistant-prod!2026-06-18
agents: nightly-refactor@svc-refactor, ci-review@svc-ci-review, amara-cli@amara, bruno-cli@bruno,
  chiara-cli@chiara, daniel-cli@daniel, farid-cli@farid, hiro-cli@hiro, jonas-cli@jonas, keiko-cli@keiko,
  liam-cli@liam, sven-cli@sven, viktor-cli@viktor!2026-09-11
search: production@svc-search, indexer@svc-indexer, staging@svc-search, elif-notebook@elif,
  priya-notebook@priya
data: nightly-extract@svc-pipeline, backfill@svc-pipeline, omar-notebook@omar, nadia-notebook@nadia
research: grace-lab@grace, ines-lab@ines, mei-lab@mei, yusuf-lab@yusuf, quinn-lab@quinn!2026-05-29
triage: classifier@svc-triage, replies@svc-triage, rosa-test@rosa, old-classifier@svc-triage!2026-02-27
studio: image-service@svc-studio, wanda-studio@wanda, tara-studio@tara, voiceover@svc-studio
voice: transcriber@svc-voice, mobile-app@svc-voice, uma-test@uma
risk: scoring@svc-risk, review-console@svc-risk, nadia-audit@nadia
sandbox: wanda-play@wanda, omar-play@omar, tara-play@tara, rosa-play@rosa, uma-play@uma
sandbox-2025: demo@bruno!2026-01-30, workshop@quinn!2026-01-30
chatbot: chatbot-web@svc-chatbot!2026-06-30, chatbot-app@svc-chatbot!2026-06-30, liam-debug@liam!2026-06-30
hackathon: team-red@hiro!2026-04-17, team-blue@tara!2026-04-17, team-green@yusuf!2026-04-17
"""
"""`handle: key@owner[!deleted], …`: an owner is a person's first name or a service account."""


def project_id(handle: str) -> str:
    """Return the id of the project with that handle."""
    return make_id("proj_", handle, 24)


def user_id(first_name: str) -> str:
    """Return the id of the person with that first name, in lower case."""
    return make_id("user-", first_name, 24)


def _owner_id(handle: str, owner: str) -> str:
    return make_id("svc_acct_", f"{handle}/{owner}", 20) if owner.startswith("svc-") else user_id(owner)


def _entries() -> Iterator[tuple[str, str, str, dt.date | None]]:
    for line in _KEYS.replace(",\n ", ",").strip().splitlines():
        handle, _, entries = line.partition(": ")
        for entry in entries.split(", "):
            rest, _, deleted = entry.strip().partition("!")
            name, _, owner = rest.partition("@")
            yield handle, name, owner, dt.date.fromisoformat(deleted) if deleted else None


def _key(handle: str, name: str, owner: str, deleted: dt.date | None) -> Key:
    return Key(
        id=make_id("key_", f"{handle}/{name}", 16),
        name=name,
        project_id=project_id(handle),
        owner_id=_owner_id(handle, owner),
        created=PROJECTS[handle][1],
        deleted=deleted,
    )


KEYS: Mapping[tuple[str, str], Key] = {entry[:2]: _key(*entry) for entry in _entries()}
"""Every key that there ever was, by project handle and key name."""


def _service_accounts() -> tuple[ServiceAccount, ...]:
    owners = dict.fromkeys((handle, owner) for handle, _, owner, _ in _entries() if owner.startswith("svc-"))
    return tuple(
        ServiceAccount(_owner_id(handle, owner), owner, project_id(handle), PROJECTS[handle][1])
        for handle, owner in owners
    )


def _user(name: str) -> User:
    first, last = name.lower().split()
    return User(
        id=user_id(first),
        name=name,
        email=f"{first}.{last}@meridianlabs.example",
        role="owner" if name in _OWNERS else "reader",
        left=_LEFT.get(name),
    )


def directory() -> Directory:
    """Return the demo organization's directory; who left and what was deleted is still in it."""
    return Directory(
        organization_id=ORGANIZATION,
        organization_name="Meridian Labs",
        projects=tuple(Project(project_id(h), *fields) for h, fields in PROJECTS.items()),
        users=tuple(_user(name) for name in _PEOPLE),
        service_accounts=_service_accounts(),
        keys=tuple(KEYS.values()),
        budgets={
            "": Budget(50_000_00, (35_000_00, 45_000_00)),
            project_id("assistant"): Budget(18_000_00, (15_000_00,)),
            project_id("sandbox"): Budget(500_00, (), enforced=True),
            project_id("research"): Budget(None, (3_000_00,)),
        },
    )
