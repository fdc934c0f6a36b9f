"""The lists of names, spend limits and alerts, as the admin endpoints answer."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from lib.demo.organization.directory import Budget, Directory, Key, Project, make_id
from lib.demo.server.entitlements import Refused, bad_parameter, not_found, unknown_url
from lib.demo.server.request import Fields, choice, whole_number, within
from lib.periods.windows import unix

Item = dict[str, Any]
_SITES = ("active", "inactive", "any")


def answer(path: Sequence[str], query: Fields, directory: Directory, now: dt.datetime) -> Item:
    """Return the list or object at `path`, its parts after `/organization`; raise Refused."""
    today = now.date()
    match path:
        case ["projects"]:
            archived = _flag(query, "include_archived")
            return _page(
                (_project(p, today) for p in directory.projects if archived or not _over(p.archived, today)),
                query,
            )
        case ["users"]:
            return _page(_users(directory, query, today), query)
        case ["admin_api_keys"]:
            return _page(_admin_keys(directory), query)
        case ["spend_limit"]:
            return _limit(directory.budgets.get("", Budget()), "organization")
        case ["spend_alerts"]:
            return _page(_alerts(directory.budgets.get("", Budget())), query)
        case ["projects", project_id, *rest]:
            return _of_project(_found(directory, project_id), rest, query, directory, today)
    raise unknown_url("/v1/organization/" + "/".join(path))


def _of_project(
    project: Project, rest: Sequence[str], query: Fields, directory: Directory, today: dt.date
) -> Item:
    budget = directory.budgets.get(project.id, Budget())
    match rest:
        case []:
            return _project(project, today)
        case ["spend_limit"]:
            return _limit(budget, "project")
        case ["spend_alerts"]:
            return _page(_alerts(budget, "project"), query)
        case ["api_keys" | "service_accounts" | "users"] if _over(project.archived, today):
            raise Refused(400, f"Project {project.id} is archived.", code="project_archived")
        case ["api_keys"]:
            return _page(_keys(project, query, directory, today), query)
        case ["service_accounts"]:
            return _page(_accounts(project, directory), query)
        case ["users"]:
            return _page(_members(project, directory, today), query)
    raise unknown_url(f"/v1/organization/projects/{project.id}/" + "/".join(rest))


def _found(directory: Directory, project_id: str) -> Project:
    for project in directory.projects:
        if project.id == project_id:
            return project
    raise not_found(f"project with id '{project_id}'")


def _page(items: Iterable[Item], query: Fields) -> Item:
    """Return the page of `items` that `limit` and `after` ask for."""
    listed = list(items)
    if query.get("order", ["asc"])[0] == "desc":
        listed.reverse()
    limit = within("limit", whole_number(query, "limit") or 20, 1, 100)
    if "after" in query:
        ids = [item["id"] for item in listed]
        after = query["after"][0]
        if after not in ids:
            raise bad_parameter("after", f"Invalid 'after': no object with id '{after}'.")
        listed = listed[ids.index(after) + 1 :]
    shown = listed[:limit]
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
        "has_more": len(listed) > len(shown),
    }


def _flag(query: Fields, name: str) -> bool:
    return choice(name, query.get(name, ["false"])[0], ("true", "false")) == "true"


def _over(day: dt.date | None, today: dt.date) -> bool:
    return day is not None and day <= today


def _project(project: Project, today: dt.date) -> Item:
    archived = _over(project.archived, today)
    return {
        "object": "organization.project",
        "id": project.id,
        "name": project.name,
        "created_at": unix(project.created),
        "archived_at": unix(project.archived) if archived and project.archived else None,
        "status": "archived" if archived else "active",
    }


def _users(directory: Directory, query: Fields, today: dt.date) -> Iterable[Item]:
    emails = query.get("emails")
    for user in directory.users:
        if not _over(user.left, today) and (emails is None or user.email in emails):
            yield {
                "object": "organization.user",
                "id": user.id,
                "name": user.name,
                "email": user.email,
                "role": user.role,
                "added_at": unix(user.added),
                "is_service_account": False,
            }


def _keys(project: Project, query: Fields, directory: Directory, today: dt.date) -> Iterable[Item]:
    wanted = choice("owner_project_access", query.get("owner_project_access", ["active"])[0], _SITES)
    gone = {u.id for u in directory.users if _over(u.left, today)}
    for key in directory.keys:
        access = "inactive" if key.owner_id in gone else "active"
        if key.project_id == project.id and not _over(key.deleted, today) and wanted in ("any", access):
            yield {
                "object": "organization.project.api_key",
                "id": key.id,
                "name": key.name,
                "redacted_value": f"sk-proj-****{key.id[-4:]}",
                "created_at": unix(key.created),
                "last_used_at": unix(today),
                "owner_project_access": access,
                "owner": _owner(key, directory),
            }


def _owner(key: Key, directory: Directory) -> Item:
    for user in directory.users:
        if user.id == key.owner_id:
            who = {"id": user.id, "email": user.email, "name": user.name, "role": "member"}
            return {"type": "user", "user": {**who, "created_at": unix(user.added)}}
    for account in directory.service_accounts:
        if account.id == key.owner_id:
            who = {"id": account.id, "name": account.name, "role": "member"}
            return {
                "type": "service_account",
                "service_account": {**who, "created_at": unix(account.created)},
            }
    return {"type": "user"}


def _accounts(project: Project, directory: Directory) -> Iterable[Item]:
    for account in directory.service_accounts:
        if account.project_id == project.id:
            yield {
                "object": "organization.project.service_account",
                "id": account.id,
                "name": account.name,
                "role": "member",
                "created_at": unix(account.created),
            }


def _members(project: Project, directory: Directory, today: dt.date) -> Iterable[Item]:
    owners = {key.owner_id for key in directory.keys if key.project_id == project.id}
    for user in directory.users:
        if user.id in owners and not _over(user.left, today):
            yield {
                "object": "organization.project.user",
                "id": user.id,
                "name": user.name,
                "email": user.email,
                "role": "member",
                "added_at": unix(user.added),
            }


def _admin_keys(directory: Directory) -> Iterable[Item]:
    for user in directory.users:
        if user.role == "owner":
            yield {
                "object": "organization.admin_api_key",
                "id": make_id("key_", f"admin/{user.id}", 16),
                "name": f"{user.name}'s admin key",
                "redacted_value": "sk-admin...demo",
                "created_at": unix(user.added),
                "owner": {
                    "type": "user",
                    "object": "organization.user",
                    "id": user.id,
                    "name": user.name,
                    "role": "owner",
                },
            }


def _limit(budget: Budget, owner: str) -> Item:
    if budget.limit_cents is None:
        raise not_found("spend limit")
    return {
        "object": f"{owner}.spend_limit",
        "threshold_amount": budget.limit_cents,
        "currency": "USD",
        "interval": "month",
        "enforcement": {"status": "enforcing" if budget.enforced else "inactive"},
    }


def _alerts(budget: Budget, owner: str = "organization") -> Iterable[Item]:
    for cents in budget.alerts_cents:
        yield {
            "id": make_id("alert_", f"{owner}/{cents}", 16),
            "object": f"{owner}.spend_alert",
            "threshold_amount": cents,
            "currency": "USD",
            "interval": "month",
            "notification_channel": {"type": "email", "recipients": ["finance@meridianlabs.example"]},
        }
