import stat
import tomllib
from pathlib import Path

import pytest

from lib.answers.secrets_file import readable_by_others, write_key
from lib.errors import SettingsError

KEY = "sk-admin-new-0123456789"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".streamlit" / "secrets.toml"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f'[openai]\nadmin_key = "{KEY}"\n'),
        ("[store]\nuri = 'x'\n", f"[store]\nuri = 'x'\n\n[openai]\nadmin_key = \"{KEY}\"\n"),
        ("[openai]\n# mine\nadmin_key = 'old'\n", f'[openai]\n# mine\nadmin_key = "{KEY}"\n'),
        (
            "[openai]\nbase_url = 'http://localhost'\n[store]\n",
            f"[openai]\nadmin_key = \"{KEY}\"\nbase_url = 'http://localhost'\n[store]\n",
        ),
    ],
)
def test_the_key_is_put_in_its_section_and_all_else_stays(file: Path, before: str, after: str) -> None:
    file.parent.mkdir()
    file.write_text(before)

    write_key(file, f" {KEY} ")

    assert file.read_text() == after
    assert tomllib.loads(after)["openai"]["admin_key"] == KEY


def test_only_the_owner_can_read_the_file_and_nothing_is_left_beside_it(file: Path) -> None:
    write_key(file, KEY)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "before", ["openai = 3\n", "[openai\n", 'x = """\n[openai]\n"""\n', "openai.base_url = 'x'\n"]
)
def test_a_file_that_cannot_be_changed_safely_stays_as_it_is(file: Path, before: str) -> None:
    file.parent.mkdir()
    file.write_text(before)

    with pytest.raises(SettingsError, match="by hand"):
        write_key(file, KEY)

    assert file.read_text() == before


@pytest.mark.parametrize("key", ["", "sk admin", 'sk-admin-"', "sk-admin-\\"])
def test_what_is_no_key_is_not_written(file: Path, key: str) -> None:
    with pytest.raises(SettingsError):
        write_key(file, key)

    assert not file.exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").write_text("a file")

    with pytest.raises(SettingsError, match="Nothing was changed"):
        write_key(tmp_path / ".streamlit" / "secrets.toml", KEY)


def test_files_that_others_can_read_are_named(tmp_path: Path) -> None:
    open_, closed = tmp_path / "open.toml", tmp_path / "closed.toml"
    for file, mode in ((open_, 0o644), (closed, 0o600)):
        file.touch()
        file.chmod(mode)

    assert readable_by_others([open_, closed, tmp_path / "none.toml"]) == [open_]


def test_a_link_to_a_secrets_file_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "mounted.toml", tmp_path / "secrets.toml"
    file.write_text("[sync]\nconcurrency = 3\n")
    link.symlink_to(file)

    write_key(link, KEY)

    assert link.is_symlink()
    assert f'admin_key = "{KEY}"' in file.read_text()


def test_a_key_of_the_same_name_in_another_section_stays(file: Path) -> None:
    file.parent.mkdir()
    before = '[other]\nadmin_key = "a"\n[openai]\n'
    file.write_text(f'{before}base_url = "https://api.openai.com/v1"\n[last]\nadmin_key = "b"\n')

    write_key(file, KEY)

    assert file.read_text() == (
        f'{before}admin_key = "{KEY}"\nbase_url = "https://api.openai.com/v1"\n[last]\nadmin_key = "b"\n'
    )


def test_a_key_in_the_last_line_of_a_file_stays_where_its_section_is_the_first(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('[openai]\n[last]\nadmin_key = "b"\n')

    write_key(file, KEY)

    assert file.read_text() == f'[openai]\nadmin_key = "{KEY}"\n[last]\nadmin_key = "b"\n'
