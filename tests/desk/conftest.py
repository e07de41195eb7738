"""One browser for all tests of the desk, because starting one takes longer than most of them."""

from __future__ import annotations

import pytest

from tests.browser import browser, require_browser


@pytest.fixture(scope="package")
def shown():
    """Return a page of a browser."""
    require_browser()
    with browser("--disable-background-networking", "--disable-component-update") as page:
        yield page


@pytest.fixture
def fresh(shown):
    """Return the page without anything stored by other tests; each desk has its own port, and so its own storage."""
    shown.call("Network.clearBrowserCookies")
    return shown
