"""One browser for the tests of the desk: to start one takes longer than most of them."""

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
    """Return the page with nothing kept from another test: ports differ, so that the storage does."""
    shown.call("Network.clearBrowserCookies")
    return shown
