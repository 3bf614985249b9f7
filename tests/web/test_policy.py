"""The content security policy of the organiser's pages."""

from base64 import b64encode
from hashlib import sha256

from coffee.web.organisers.policy import page_policy


def test_only_the_scripts_of_the_page_may_run() -> None:
    """The policy lists hashes of inline scripts only, and does not allow eval."""
    inline = 'window.x = "<b>" && 1'
    page = f'<html><head><script>{inline}</script><script type="module" src="./a.js"></script></head><p>text</p></html>'
    policy = page_policy(page)
    digest = b64encode(sha256(inline.encode()).digest()).decode()
    assert f"script-src 'self' blob: 'sha256-{digest}';" in policy
    assert policy.count("sha256-") == 1
    assert "unsafe-eval" not in policy
