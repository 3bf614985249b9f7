"""Signing in and out: the link, the password, the cookie, and attempts to get round them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Barrier
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from coffee.config.environment import Environment
from coffee.scheme import Scheme, sign_ins
from coffee.web.organisers.sessions import COOKIE, DEVICE, Organisers
from coffee.web.organisers.sign_in_page import SignInPages

PASSWORD = "three random words"


@dataclass
class House:
    """The organisers of a scheme, a clock that tests set, and browsers."""

    organisers: Organisers
    clock: list[datetime]

    def __post_init__(self) -> None:
        self.app = Starlette(routes=SignInPages(self.organisers).routes("for these tests"))

    def browser(self, address: str = "198.51.100.1") -> TestClient:
        """A browser without cookies, at a network address."""
        base = urlsplit(self.organisers.environment.base_url)._replace(path="").geturl()
        return TestClient(self.app, base_url=base, client=(address, 1), follow_redirects=False)

    def signed_in(self, browser: TestClient) -> str | None:
        return self.organisers.identify(dict(browser.cookies))

    @property
    def link(self) -> str:
        """The secret in the printed link."""
        printed = self.organisers.one_time_link()
        assert printed is not None
        return parse_qs(urlsplit(printed).query)["link"][0]


@pytest.fixture
def house_with(scheme: Scheme, now: datetime) -> Callable[..., House]:
    """A function that makes a house with these settings."""

    def made(**settings: str) -> House:
        clock = [now]
        environment = Environment(scheme.path, **({"base_url": "http://localhost:8501"} | settings))  # type: ignore[arg-type]
        return House(Organisers(environment, scheme, lambda: clock[0]), clock)

    return made


@pytest.fixture
def house(house_with: Callable[..., House]) -> House:
    """The house of somebody who has just installed the app."""
    return house_with()


def test_the_printed_link_signs_in_once(house: House) -> None:
    """Its page posts by itself, and afterwards the link works in no browser."""
    browser, link = house.browser(), house.link
    page = browser.get(f"/sign-in?link={link}")
    assert page.status_code == 200
    assert "requestSubmit" in page.text
    assert browser.post("/sign-in", data={"link": link}).status_code == 303
    assert house.signed_in(browser) == "organiser"
    late = house.browser()
    refused = late.post("/sign-in", data={"link": link})
    assert (refused.status_code, house.signed_in(late)) == (403, None)
    assert "was used already" in refused.text


def test_looking_at_the_link_does_not_use_it_up(house: House) -> None:
    """A mail scanner, preview or proxy that opens the link signs nobody in."""
    scanner, link = house.browser(), house.link
    for _ in range(3):
        scanner.get(f"/sign-in?link={link}")
        scanner.head(f"/sign-in?link={link}")
    assert house.signed_in(scanner) is None
    assert house.browser().post("/sign-in", data={"link": link}).status_code == 303


def test_of_many_who_use_the_link_at_once_one_gets_in(house: House) -> None:
    """Exactly one of several simultaneous uses succeeds."""
    together, link = Barrier(16), house.link

    def come(_: int) -> bool:
        together.wait()
        return house.organisers.use_link(link)

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(come, range(16))) == 1


def test_no_link_is_printed_when_there_is_another_way_in(house_with: Callable[..., House]) -> None:
    """A password in the environment or in Settings replaces the link."""
    assert house_with(password=PASSWORD).organisers.one_time_link() is None
    house = house_with()
    assert house.organisers.one_time_link() is not None
    house.organisers.vault.set_password(PASSWORD)
    assert house.organisers.one_time_link() is None


def test_the_password_in_the_environment_is_the_only_one(house_with: Callable[..., House]) -> None:
    """A password set earlier in Settings opens nothing while the environment has one."""
    house = house_with(password="from the environment")
    house.organisers.vault.set_password(PASSWORD)
    assert house.browser().post("/sign-in", data={"password": PASSWORD}).status_code == 403
    assert house.browser().post("/sign-in", data={"password": "from the environment"}).status_code == 303


def test_the_password_set_in_settings_signs_in(house: House) -> None:
    """It signs in, and a wrong one gets a sentence and no cookie."""
    house.organisers.vault.set_password(PASSWORD)
    browser = house.browser()
    wrong = browser.post("/sign-in", data={"password": PASSWORD.upper()})
    assert (wrong.status_code, dict(browser.cookies)) == (403, {})
    assert "That is not the password. Try again." in wrong.text
    assert 'name="password"' in wrong.text
    assert browser.post("/sign-in", data={"password": PASSWORD}).status_code == 303
    assert house.signed_in(browser) == "organiser"


@pytest.mark.parametrize("form", [{}, {"link": ""}, {"password": ""}, {"link": "\ud7ff\x00 é"}, {"next": "/people"}])
def test_nothing_signs_nobody_in(house: House, form: dict[str, str]) -> None:
    """An empty password opens nothing, even while none is set."""
    browser = house.browser()
    assert browser.post("/sign-in", data=form).status_code == 403
    assert house.signed_in(browser) is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"link=" + b"x" * 1_000_000, "application/x-www-form-urlencoded"),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b"),
        (b"", "multipart/form-data"),
        (b"password=%FF%FE", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n\\ud800\r\n--b--\r\n',
            "multipart/form-data; boundary=b; charset=unicode_escape",
        ),
    ],
    ids=["too large", "broken", "no boundary", "no UTF-8", "half a character"],
)
def test_no_body_breaks_the_door(house_with: Callable[..., House], body: bytes, kind: str) -> None:
    """A body that is not a form is refused with a page, never with an error."""
    house = house_with(password=PASSWORD)
    answer = house.browser().post("/sign-in", content=body, headers={"content-type": kind})
    assert answer.status_code in (400, 403, 413)
    assert 'role="alert"' in answer.text


def test_guessing_is_slowed_down(house_with: Callable[..., House]) -> None:
    """After ten wrong tries even the right password has to wait, but not on other networks."""
    house = house_with(password=PASSWORD)
    guesser = house.browser("203.0.113.9")
    for _ in range(10):
        assert guesser.post("/sign-in", data={"password": "guess"}).status_code == 403
    late = guesser.post("/sign-in", data={"password": PASSWORD})
    assert (late.status_code, house.signed_in(guesser)) == (429, None)
    assert "Wait five minutes" in late.text
    assert house.browser("203.0.113.10").post("/sign-in", data={"password": PASSWORD}).status_code == 303


def test_links_and_passwords_share_the_tries(house_with: Callable[..., House]) -> None:
    """So do all addresses of one IPv6 network, however they are written."""
    house = house_with(password=PASSWORD)
    for number in range(10):
        guesser = house.browser(f"2001:db8:1:2::{number}")
        assert guesser.post("/sign-in", data={"link" if number % 2 else "password": "guess"}).status_code == 403
    assert house.browser("2001:DB8:1:2:ffff::1").post("/sign-in", data={"password": PASSWORD}).status_code == 429
    assert house.browser("2001:db8:1:3::1").post("/sign-in", data={"password": PASSWORD}).status_code == 303


def test_many_guesses_at_once_get_no_further(house: House) -> None:
    """Guesses are counted before the slow check, so sending many at once gains nothing."""
    house.organisers.vault.set_password(PASSWORD)
    with house.browser() as guesser, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: guesser.post("/sign-in", data={"password": "guess"}).status_code, range(20)))
    assert sorted(answers) == [403] * 10 + [429] * 10


def test_wrong_tries_of_others_keep_no_organiser_out(house_with: Callable[..., House]) -> None:
    """A device on which an organiser has signed in has ten tries of its own, whatever its network did."""
    house = house_with(password=PASSWORD)
    known = house.browser()
    known.post("/sign-in", data={"password": PASSWORD})
    known.post("/sign-out")
    for _ in range(10):
        house.browser().post("/sign-in", data={"password": "wrong"})
    assert house.browser().post("/sign-in", data={"password": PASSWORD}).status_code == 429
    assert known.post("/sign-in", data={"password": PASSWORD}).status_code == 303
    assert {known.post("/sign-in", data={"password": "wrong"}).status_code for _ in range(10)} == {403}
    assert known.post("/sign-in", data={"password": PASSWORD}).status_code == 429


def test_guesses_from_everywhere_have_one_limit(house_with: Callable[..., House]) -> None:
    """A thousand networks share one limit, which does not lock out an organiser's own device."""
    house = house_with(password=PASSWORD)
    known = house.browser()
    known.post("/sign-in", data={"password": PASSWORD})
    answers = [house.browser(f"198.51.{i}.1").post("/sign-in", data={"password": "wrong"}) for i in range(230)]
    assert {answer.status_code for answer in answers[:190]} == {403}
    assert answers[-1].status_code == 429
    assert known.post("/sign-in", data={"password": PASSWORD}).status_code == 303


def test_a_device_cookie_signs_nobody_in(house_with: Callable[..., House]) -> None:
    """The cookie only gives tries, and a forged one gives none."""
    house = house_with(password=PASSWORD)
    known = house.browser()
    known.post("/sign-in", data={"password": PASSWORD})
    device = dict(known.cookies)[DEVICE]
    assert house.organisers.identify({COOKIE: device}) is None
    assert house.organisers.device({DEVICE: f"x{device}"}) is None


def test_a_new_password_ends_every_other_sign_in(house: House) -> None:
    """The person who set it stays signed in, and every other device is signed out at once."""
    mine, theirs = {COOKIE: house.organisers.sign_in("organiser")}, {COOKIE: house.organisers.sign_in("organiser")}
    house.organisers.change_password(PASSWORD, mine)
    assert (house.organisers.identify(mine), house.organisers.identify(theirs)) == ("organiser", None)
    assert house.organisers.is_password(PASSWORD)


def test_another_password_in_the_environment_ends_all_sign_ins(house_with: Callable[..., House]) -> None:
    """After the restart, cookies from the old password are worthless."""
    old = house_with(password=PASSWORD)
    cookie = {COOKIE: old.organisers.sign_in("organiser")}
    assert house_with(password=PASSWORD).organisers.identify(cookie) == "organiser"
    assert house_with(password="another one").organisers.identify(cookie) is None


def test_a_sign_in_forgets_the_wrong_tries(house_with: Callable[..., House]) -> None:
    """Occasional mistypes, or colleagues behind one address, never lock anybody out."""
    house = house_with(password=PASSWORD)
    for _ in range(3):
        for _ in range(9):
            assert house.browser().post("/sign-in", data={"password": "typo"}).status_code == 403
        assert house.browser().post("/sign-in", data={"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_cannot_sign_anybody_in_or_out(house: House, path: str, site: str) -> None:
    """A form on another site can neither sign visitors in to a stranger's scheme nor sign them out."""
    browser = house.browser()
    browser.post("/sign-in", data={"link": house.link})
    refused = browser.post(path, data={"link": house.link}, headers={"sec-fetch-site": site})
    assert (refused.status_code, house.signed_in(browser)) == (403, "organiser")


def test_the_cookie_is_kept_from_scripts_and_other_sites(house_with: Callable[..., House]) -> None:
    """It is HttpOnly and SameSite, Secure behind https, and expires after 14 days."""
    for base_url in ("http://localhost:8501", "https://coffee.example"):
        house = house_with(base_url=base_url)
        cookie = house.browser().post("/sign-in", data={"link": house.link}).headers["set-cookie"].casefold()
        assert cookie.startswith(COOKIE)
        assert {"httponly", "samesite=lax", "path=/", "max-age=1209600"} <= set(cookie.split("; "))
        assert ("secure" in cookie.split("; ")) is base_url.startswith("https")


def test_every_sign_in_has_a_token_of_its_own(house_with: Callable[..., House]) -> None:
    """A cookie planted beforehand is worthless after signing in."""
    house = house_with(password=PASSWORD)
    browser = house.browser()
    browser.cookies.set(COOKIE, "planted")
    cookies = {browser.post("/sign-in", data={"password": PASSWORD}).cookies[COOKIE] for _ in range(3)}
    assert len(cookies) == 3
    assert house.organisers.identify({COOKIE: "planted"}) is None


def test_a_cookie_that_was_tampered_with_is_worthless(house: House, now: datetime) -> None:
    """This holds for any changed character, an unsigned token, another scheme's key, and rubbish."""
    browser = house.browser()
    browser.post("/sign-in", data={"link": house.link})
    cookie = browser.cookies[COOKIE]
    for place, old in enumerate(cookie[:-1]):  # the last character's lowest bits are padding
        changed = cookie[:place] + ("A" if old != "A" else "B") + cookie[place + 1 :]
        assert house.organisers.identify({COOKIE: changed}) is None
    with house.organisers.scheme.writing() as db:
        sign_ins.begin(db, "known", "organiser", now)
    for rubbish in ("known", '"known"', "", ".", "é\x00", "a" * 100_000, cookie + "x", cookie.split(".")[0]):
        assert house.organisers.identify({COOKIE: rubbish}) is None
    assert house.organisers.identify({}) is None


def test_another_scheme_s_cookie_opens_nothing(house: House) -> None:
    """Its key differs, even if a token is the same."""
    elsewhere = replace(house.organisers.environment, scheme=house.organisers.scheme.path.with_name("other.db"))
    theirs = Organisers(elsewhere, house.organisers.scheme, house.organisers.clock).sign_in("organiser")
    assert house.organisers.identify({COOKIE: theirs}) is None


def test_after_signing_out_the_old_cookie_is_worthless(house: House) -> None:
    """A copy of the cookie is worthless too."""
    browser = house.browser()
    browser.post("/sign-in", data={"link": house.link})
    copy = dict(browser.cookies)
    assert house.organisers.identify(copy) == "organiser"
    left = browser.post("/sign-out")
    assert (left.status_code, left.headers["location"], list(browser.cookies)) == (303, "/sign-in", ["coffee_device"])
    assert house.organisers.identify(copy) is None
    assert house.browser().post("/sign-out").status_code == 303


def test_a_sign_in_ends_after_14_days(house: House) -> None:
    """The server ends it, whatever cookies the browser still has."""
    browser = house.browser()
    browser.post("/sign-in", data={"link": house.link})
    house.clock[0] += timedelta(days=14)
    assert house.signed_in(browser) is None


def test_a_get_signs_nobody_out(house: House) -> None:
    """An image on another page cannot sign anybody out."""
    browser = house.browser()
    browser.post("/sign-in", data={"link": house.link})
    assert browser.get("/sign-out").status_code == 405
    assert house.signed_in(browser) == "organiser"


def test_who_is_signed_in_is_not_asked_again(house: House) -> None:
    """The sign-in page leads on to the page wanted, but a fresh link is still used up."""
    browser = house.browser()
    browser.post("/sign-in", data={"link": house.link})
    assert browser.get("/sign-in?next=/people").headers["location"] == "/people"
    assert browser.get(f"/sign-in?link={house.link}").status_code == 200


def test_an_unreadable_scheme_lets_nobody_in(house: House) -> None:
    """Signed-in organisers wait, and the page explains instead of failing."""
    browser, link = house.browser(), house.link
    browser.post("/sign-in", data={"link": link})
    path = house.organisers.scheme.path
    content = path.read_bytes()
    path.write_bytes(b"not a scheme" * 1000)
    assert house.signed_in(browser) is None
    answer = house.browser().post("/sign-in", data={"link": house.link})
    assert answer.status_code == 503
    assert "is not a scheme, or it is damaged" in answer.text
    path.write_bytes(content)
    assert house.signed_in(browser) == "organiser"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "\t//e",
        "\\",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(house: House, elsewhere: str) -> None:
    """An address on another site is replaced by the overview."""
    browser = house.browser()
    assert browser.post("/sign-in", data={"link": house.link, "next": elsewhere}).headers["location"] == "/"
    assert browser.get("/sign-in", params={"next": elsewhere}).headers["location"] == "/"


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("/\\:@?#%.\t\n "), max_size=12))
def test_wherever_one_wanted_to_go_it_is_on_this_site(text: str) -> None:
    r"""Browsers drop tabs and line ends and read \ as /, so such addresses are refused too (WHATWG URL, 4.4)."""
    from starlette.responses import RedirectResponse

    pages = SignInPages(Organisers(Environment(Scheme.__new__(Scheme), "https://c.example"), None, None))  # type: ignore[arg-type]
    location = RedirectResponse(pages._inside(text)).headers["location"]
    assert location[0] == "/"
    assert location[1:2] not in ("/", "\\")
    assert not set(location) & set("\t\n\r\\")


def test_where_one_wanted_to_go_is_kept(house: House) -> None:
    """The address keeps its filters, and the page shows it as plain text, whatever it holds."""
    wanted = '/people?organisation="><script>alert(1)</script>&status=active'
    page = house.browser().get("/sign-in", params={"next": wanted, "link": house.link})
    fields = html5lib.parse(page.text, namespaceHTMLElements=False).iter("input")
    assert {field.get("name"): field.get("value") for field in fields} == {"link": house.link, "next": wanted}
    assert "<script>alert" not in page.text


def test_behind_a_proxy_with_a_path_everything_stays_below_it(house_with: Callable[..., House]) -> None:
    """This holds for forms, links and the page after signing in."""
    house = house_with(base_url="https://example.gov.uk/coffee")
    browser = house.browser()
    assert 'action="/coffee/sign-in"' in browser.get("/sign-in", params={"link": house.link}).text
    let_in = browser.post("/sign-in", data={"link": house.link})
    assert let_in.headers["location"] == "/coffee/"
    assert "; Path=/coffee/;" in let_in.headers["set-cookie"]
    left = browser.post("/sign-out")
    assert left.headers["location"] == "/coffee/sign-in"
    assert "; Path=/coffee/;" in left.headers["set-cookie"]


def test_who_came_to_take_part_finds_the_form(house_with: Callable[..., House]) -> None:
    """The sign-in page links to the join form, below a proxy's path."""
    house = house_with(base_url="https://example.gov.uk/coffee")
    assert '<a href="/coffee/join">' in house.browser().get("/sign-in").text


def test_the_page_runs_nothing_but_its_own_script(house: House) -> None:
    """Browsers neither cache the page nor show it in another site's frame."""
    headers = house.browser().get("/sign-in").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_the_link_is_not_shown_in_a_log(house: House) -> None:
    """Printing the organisers reveals no secret."""
    assert house.link not in repr(house.organisers)


def test_without_openid_connect_its_addresses_lead_to_the_sign_in_page(house: House) -> None:
    """Visitors never land on Streamlit's own pages."""
    for path in ("/sign-in/organisation", "/oauth2callback?code=a&state=b"):
        assert house.browser().get(path).headers["location"] == "/sign-in"
