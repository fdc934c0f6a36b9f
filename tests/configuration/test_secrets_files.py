from pathlib import Path
from typing import Any

import pytest

from lib.configuration.secrets_files import ROOT, read_secrets, secrets_files
from lib.errors import SettingsError


def test_a_section_of_a_later_file_replaces_that_of_an_earlier_one(tmp_path: Path) -> None:
    home, project = tmp_path / "home.toml", tmp_path / "project.toml"
    home.write_text('[openai]\nadmin_key = "home"\nbase_url = "home"\n[store]\nuri = "home"\n')
    project.write_text('[openai]\nadmin_key = "project"\n')

    assert read_secrets((home, tmp_path / "none.toml", project)) == {
        "openai": {"admin_key": "project"},
        "store": {"uri": "home"},
    }
    assert read_secrets((tmp_path / "none.toml", tmp_path)) == {}


def test_the_working_folder_comes_after_the_project_and_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.chdir(tmp_path)

    assert secrets_files() == (
        Path("/home/ada/.streamlit/secrets.toml"),
        ROOT / ".streamlit" / "secrets.toml",
        tmp_path / ".streamlit" / "secrets.toml",
    )


def test_the_project_as_the_working_folder_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.chdir(ROOT)

    assert secrets_files() == (
        Path("/home/ada/.streamlit/secrets.toml"),
        ROOT / ".streamlit" / "secrets.toml",
    )


def test_an_unknown_user_without_a_home_folder_reads_the_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    monkeypatch.chdir(tmp_path)

    assert secrets_files() == (
        ROOT / ".streamlit" / "secrets.toml",
        tmp_path / ".streamlit" / "secrets.toml",
    )


def test_a_secrets_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_args: Any, **_options: Any) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", forbidden)

    with pytest.raises(SettingsError) as refused:
        read_secrets((tmp_path / "secrets.toml",))

    assert str(refused.value) == f"{tmp_path}/secrets.toml cannot be read (Permission denied)."


@pytest.mark.parametrize("content", [b'admin_key = "sk', b"\xff\xfe"])
def test_a_secrets_file_that_cannot_be_read_is_named_without_its_content(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_bytes(content)

    with pytest.raises(SettingsError) as refused:
        read_secrets((tmp_path / ".streamlit" / "secrets.toml",))

    assert str(refused.value) == (
        f"{tmp_path}/.streamlit/secrets.toml is not valid TOML. "
        "Compare it with .streamlit/secrets.example.toml."
    )
