"""The settings: read from the environment and secrets.toml, checked once."""

from pathlib import Path

import pytest

from coffee.config.environment import ROOT, Environment, SettingError, load

AUTH = {
    "client_id": "coffee",
    "client_secret": "hush",
    "server_metadata_url": "https://login.example.gov.uk/.well-known/openid-configuration",
    "allowed": ["Ann.Lee@devon.gov.uk"],
}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A secrets.toml that is not written yet."""
    return tmp_path / "secrets.toml"


def settings(secrets: Path, **variables: str) -> Environment:
    """The settings in force with this secrets.toml and this environment."""
    return load({"STREAMLIT_SECRETS_FILES": str(secrets)} | variables)


def auth(secrets: Path, **changes: object) -> Environment:
    """The settings in force with AUTH, changed, in secrets.toml; a change to None leaves the line out."""
    lines = [f"{name} = {value!r}" for name, value in (AUTH | changes).items() if value is not None]
    secrets.write_text("\n".join(["[auth]", *lines]))
    return settings(secrets)


def test_without_settings_there_are_sensible_ones(secrets: Path) -> None:
    """A scheme in data/, this machine's address, and nothing leaves it."""
    found = settings(secrets)
    assert found == Environment(ROOT / "data" / "coffee.db", "http://localhost:8501")
    assert found.mail_server is None
    assert load({"STREAMLIT_SECRETS_FILES": str(secrets)}, port=9000).base_url == "http://localhost:9000"


def test_the_environment_wins_over_secrets_toml(secrets: Path) -> None:
    """The environment beats the file; settings only in the file count; an empty variable cancels a line of the file."""
    secrets.write_text(
        'COFFEE_BASE_URL = "https://file.example"\nCOFFEE_PASSWORD = "in the file"\n'
        'COFFEE_SMTP_URL = "smtp://mail.example:25?security=none"\n'
    )
    found = settings(secrets, COFFEE_BASE_URL="https://environment.example", COFFEE_SMTP_URL="")
    assert (found.base_url, found.password) == ("https://environment.example", "in the file")
    assert found.mail_server is None


def test_secrets_are_read_where_streamlit_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the home folder, in the folder one starts from, and beside app.py, each before the next."""
    from streamlit import config

    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(config, "_main_script_path", str(ROOT / "app.py"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    theirs = [Path(name) for name in config.get_config_files("secrets.toml")]
    for number, path in enumerate(theirs):
        if not path.is_relative_to(ROOT):
            path.parent.mkdir(parents=True)
            path.write_text(f'COFFEE_PASSWORD = "{number}"\nCOFFEE_FROM = "a{number}@x.example"\n')
            assert load({}).password == str(number)
    assert theirs[-1] == ROOT / ".streamlit" / "secrets.toml"


def test_several_secrets_files_add_up(tmp_path: Path) -> None:
    """Several secrets files can be named; later ones win; one with Notepad's byte order mark is read too."""
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text('COFFEE_PASSWORD = "first"\nCOFFEE_FROM = "ann@devon.gov.uk"\n')
    second.write_text('COFFEE_PASSWORD = "second"\n', "utf-8-sig")
    found = load({"STREAMLIT_SECRETS_FILES": f"{first} {second}"})
    assert (found.password, found.sender) == ("second", "ann@devon.gov.uk")


def test_secrets_are_not_shown(secrets: Path) -> None:
    """A log line or an error page that shows the settings shows no password."""
    shown = repr(settings(secrets, COFFEE_PASSWORD="hush-1", COFFEE_SMTP_URL="smtp://ann:hush-2@mail.example.org"))
    assert "hush" not in shown + repr(auth(secrets))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COFFEE_BASE_URL", "coffee.example.gov.uk"),
        ("COFFEE_BASE_URL", "ftp://coffee.example.gov.uk"),
        ("COFFEE_BASE_URL", "https://"),
        ("COFFEE_BASE_URL", "https://coffee.example:port"),
        ("COFFEE_BASE_URL", "https://coffee.example/?a=b"),
        ("COFFEE_SMTP_URL", "mail.example.org"),
        ("COFFEE_SMTP_URL", "https://mail.example.org"),
        ("COFFEE_SMTP_URL", "smtp://mail.example.org?security=maybe"),
        ("COFFEE_FROM", "Ann Lee"),
        ("COFFEE_FROM", "Ann Lee <ann at devon>"),
    ],
)
def test_a_malformed_setting_is_named(secrets: Path, name: str, value: str) -> None:
    """The sentence says which setting it is and how to write it."""
    with pytest.raises(SettingError, match=f"^{name} .*Write it like"):
        settings(secrets, **{name: value})


def test_addresses_are_kept_without_a_slash_at_the_end(secrets: Path) -> None:
    """Links are made by putting a path behind them; what a proxy serves us below is known."""
    found = settings(secrets, COFFEE_BASE_URL="https://example.gov.uk/coffee/")
    assert (found.base_url, found.home) == ("https://example.gov.uk/coffee", "/coffee")
    assert settings(secrets).home == ""


@pytest.mark.parametrize("content", [b"x = = 1", b"\xff\xfe", b'COFFEE_PASSWORD = "open'])
def test_malformed_secrets_are_named(secrets: Path, content: bytes) -> None:
    """The sentence says which file, and where in it."""
    secrets.write_bytes(content)
    with pytest.raises(SettingError, match=r"secrets\.toml is not valid TOML \(.+\)\. Mend that line"):
        settings(secrets)


def test_secrets_that_cannot_be_read_are_named(secrets: Path) -> None:
    """A folder in place of the file, for example."""
    secrets.mkdir()
    with pytest.raises(SettingError, match=r"secrets\.toml cannot be read \(Is a directory\)"):
        settings(secrets)


def test_openid_connect_needs_four_lines(secrets: Path) -> None:
    """The way back is worked out from our own address, unless the file says another."""
    provider = auth(secrets).provider
    assert provider is not None
    assert provider.redirect_uri == "http://localhost:8501/oauth2callback"
    other = auth(secrets, redirect_uri="https://coffee.example/oauth2callback").provider
    assert other is not None
    assert other.redirect_uri == "https://coffee.example/oauth2callback"


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "server_metadata_url", "allowed"])
def test_openid_connect_says_what_is_missing(secrets: Path, missing: str) -> None:
    """The server does not start with a sign-in that would fail, or let in everybody."""
    with pytest.raises(SettingError, match="does not say"):
        auth(secrets, **{missing: None})


@pytest.mark.parametrize("allowed", ["ann@devon.gov.uk", [], ["devon.gov.uk"], ["*"], [7]])
def test_the_list_of_organisers_holds_addresses(secrets: Path, allowed: object) -> None:
    """No wildcard, no empty list, no bare domain."""
    with pytest.raises(SettingError, match=r"allowed|who may sign in"):
        auth(secrets, allowed=allowed)


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers"])
def test_microsoft_s_address_for_everybody_is_refused(secrets: Path, tenant: str) -> None:
    """Any tenant's administrator could claim an organiser's address there (the attack known as nOAuth)."""
    with pytest.raises(SettingError, match="anybody can claim any email address"):
        auth(
            secrets,
            server_metadata_url=f"https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration",
        )


def test_addresses_are_compared_in_any_case_but_never_mistaken(secrets: Path) -> None:
    """Capitals do not matter; a letter that merely lowers to the same one (the Kelvin sign for k) does."""
    provider = auth(secrets, allowed=["Kate@devon.gov.uk"]).provider
    assert provider is not None
    assert provider.allows("KATE@Devon.gov.uk")
    assert not provider.allows("\N{KELVIN SIGN}ate@devon.gov.uk")
    assert not provider.allows("kate@devon.gov.uk.example.com")


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:8501", True), ("http://127.0.0.1", True), ("http://[::1]:8501", True),
        ("https://coffee.example.gov.uk", False), ("http://192.168.1.7:8501", False),
    ],
)  # fmt: skip
def test_an_address_of_this_machine_is_known(address: str, local: bool) -> None:
    """Nobody elsewhere can open such an address."""
    assert load({"COFFEE_BASE_URL": address}).is_local is local
