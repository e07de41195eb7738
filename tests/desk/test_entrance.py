"""Tests of who may in: the first link, cookies, names of the desk, origins, tokens of forms, accounts and TLS."""

from __future__ import annotations

import http.client
import shutil
import ssl
import subprocess
import sys

import pytest

from grader.desk.entrance import Accounts, Entrance, names_of
from grader.errors import UsageError
from tests.desk.klass import a_class
from tests.desk.served import PROJECT, Visitor, a_desk, free_port


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A desk with a class of two."""
    folder = tmp_path_factory.mktemp("desk")
    a_class(folder / "reports" / "hw1", 2)
    with a_desk(folder) as running:
        yield running


def test_the_link_lets_in_and_nothing_else_does(served):
    """Without the cookie, with another link or a changed cookie, nobody sees anything; with it everything is there."""
    stranger = Visitor(served, enters=False)
    for path in (
        "/",
        "/course/",
        "/a/hw1/",
        "/a/hw1/students/s001.html",
        "/a/hw1/grading/1a/",
        "/?token=wrong",
        "/a/hw1/scores.csv",
    ):
        status, headers, text = stranger.ask("GET", path)
        assert status == 403, path
        assert "Set-Cookie" not in headers
        assert "s001" not in text
    visitor = Visitor(served)
    assert "s001" in visitor.page("/course/")
    visitor.cookie = visitor.cookie[:-1] + ("0" if visitor.cookie[-1] != "0" else "1")
    assert visitor.ask("GET", "/course/")[0] == 403


def test_the_cookie_is_for_this_desk_alone(served):
    """The cookie cannot be read by a script, goes to no other site, and the token of the link does not stay in the address."""
    status, headers, _ = Visitor(served, enters=False).ask("GET", served.link[len(served.base) :])
    assert (status, headers["Location"]) == (303, "/")
    words = headers["Set-Cookie"].split("; ")
    assert words[0].startswith(f"desk-{served.port}=")
    assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(words)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8642", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", ""]
)
def test_another_name_is_refused(served, host):
    """A name that somebody else lets point at this machine is not the desk's, whoever has the cookie."""
    visitor = Visitor(served)
    status, _, text = visitor.ask("GET", "/course/", Host=host)
    assert status in (400, 421)
    assert "s001" not in text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_form_of_another_page_changes_nothing(served, headers):
    """A form needs the origin of the desk; the same form from the desk itself is taken."""
    visitor = Visitor(served)
    form = {"token": visitor.token(), "held": "yes"}
    assert visitor.ask("POST", "/a/hw1/grading/1b/claim", form, **headers)[0] == 403
    assert visitor.ask("POST", "/a/hw1/grading/1b/claim", form)[0] == 303
    visitor.ask("POST", "/a/hw1/grading/1b/claim", form | {"held": "no"})


@pytest.mark.parametrize("token", ["", "0" * 64, None])
def test_a_form_needs_the_token_of_its_session(served, token):
    """A form without the token, with a wrong one, or with that of another session is refused."""
    visitor, other = Visitor(served), Visitor(served)
    form = {"token": other.token() if token is None else token, "held": "yes"}
    assert visitor.ask("POST", "/a/hw1/grading/1b/claim", form)[0] == 403


def test_every_answer_has_its_headers(served):
    """Pages, errors and files carry the content policy and what else keeps others out; nothing is kept in a cache."""
    visitor = Visitor(served)
    for path, status in (("/course/", 200), ("/nothing", 404), ("/desk.js", 200), ("/a/hw1/grading/1a/zzz", 404)):
        got, headers, _ = visitor.ask("GET", path)
        assert got == status
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in policy and "http" not in policy
        assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] in ("no-store", "no-cache")
        assert "Server" not in headers


@pytest.mark.parametrize(
    "path",
    ["/a/hw1/notebooks/..%2F..%2Fsecret%2Fseed", "/a/hw1/notebooks/.hidden", "/a/hw1/records/s001.json", "/a/hw1/../../secret/seed",
     "/a/hw1/handed-in/%00", "/a/..%2Fsecret/", "/a/hw1/gradebook.db", "/a/hw1/students/..%2Frecords%2Fs001.html"],
)  # fmt: skip
def test_no_other_file_is_reached(served, path):
    """Only the files that the class page leads to are handed out, and none outside the reports."""
    assert Visitor(served).ask("GET", path)[0] in (400, 404)


def test_a_fault_is_a_sentence(served):
    """Forms that no page of ours sends are answered in a sentence, without a traceback."""
    visitor = Visitor(served)
    token = visitor.token()
    for path, form in (
        ("/a/hw1/grading/1b/rubric", {"do": "weights", "act": "0" * 16, "w0": "nan", "w1": "1e999", "why": "x"}),
        ("/a/hw1/students/s001.html", {"do": "override", "points": "-1", "why": "x"}),
        ("/a/hw1/students/s001.html", {"do": "override", "points": "3", "why": "  "}),
        ("/a/hw1/students/s001.html", {"do": "extend", "until": "soon", "why": "ill"}),
        ("/a/hw1/students/s001.html", {"do": "???", "why": "x"}),
        ("/a/hw1/students/nobody.html", {"do": "excuse", "why": "x"}),
        ("/a/hw1/grading/undo", {"act": "short"}),
        ("/a/hw1/run/", {"do": "start"}),
    ):
        status, _, text = visitor.ask("POST", path, {"token": token, **form})
        assert status in (404, 409, 422), (path, form, status)
        assert "Traceback" not in text and "Error" not in text


def test_beyond_this_machine_needs_accounts_and_tls(tmp_path):
    """``--listen`` for other machines is refused with what is lacking; nothing listens then."""
    a_class(tmp_path / "reports" / "hw1", 1)
    ended = subprocess.run(
        [sys.executable, "-m", "grader", "desk", "--listen", "0.0.0.0:0"], cwd=tmp_path, capture_output=True, text=True, timeout=300,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr == (
        "grader: To serve other machines, the desk needs accounts and TLS; add --accounts FILE and --certificate FILE to "
        "--listen 0.0.0.0:0. docs/desk.md explains how.\n"
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here to make a certificate")
def test_named_accounts_over_tls(tmp_path):
    """With accounts no link is enough: a name with its password signs in, over TLS, and what it does bears that name."""
    a_class(tmp_path / "reports" / "hw1", 1)
    key, certificate, accounts = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "accounts.json"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=desk.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    Accounts().with_account("lee", "correct horse battery").write(accounts)
    assert accounts.stat().st_mode & 0o077 == 0
    port = free_port()
    words = (
        "--listen",
        f"127.0.0.1:{port}",
        "--accounts",
        str(accounts),
        "--certificate",
        str(certificate),
        "--key",
        str(key),
    )
    with a_desk(tmp_path, *words) as served:
        assert served.link == f"https://127.0.0.1:{port}/"
        context = ssl._create_unverified_context()

        def ask(method, path, body=None, cookie=""):
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=300)
            words = {"Origin": f"https://127.0.0.1:{port}", "Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, body, words | ({"Cookie": cookie} if cookie else {}))
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            return answer.status, answer.headers, text

        assert "Sign in" in ask("GET", "/course/")[2]
        assert ask("POST", "/sign-in", "name=lee&password=wrong+wrong+wrong")[0] == 403
        assert ask("POST", "/sign-in", "name=nobody&password=correct+horse+battery")[0] == 403
        status, headers, _ = ask("POST", "/sign-in", "name=lee&password=correct+horse+battery")
        assert status == 303
        assert "Secure" in headers["Set-Cookie"]
        cookie = headers["Set-Cookie"].partition(";")[0]
        page = ask("GET", "/course/", cookie=cookie)[2]
        assert "<bdi>lee</bdi>" in page and "s001" in page
        tries = [ask("POST", "/sign-in", "name=lee&password=guess+guess+guess")[0] for _ in range(8)]
        assert tries[:5] == [403] * 5
        assert 429 in tries[5:]


def test_tickets_end():
    """A cookie is good for two weeks, for the account it was given to as long as that exists, and for no other desk."""
    accounts = Accounts().with_account("lee", "correct horse battery")
    entrance = Entrance(b"s" * 32, "kim", names_of("127.0.0.1", 8642), accounts=accounts, cookie="desk-8642")
    ticket = entrance.ticket("lee", now=1000.0)
    assert entrance.session(ticket, now=1000.0 + 13 * 86_400).author == "lee"
    assert entrance.session(ticket, now=1000.0 + 15 * 86_400) is None
    entrance.accounts = Accounts().with_account("ann", "correct horse battery")
    assert entrance.session(ticket, now=1000.0) is None
    other = Entrance(b"s" * 32, "kim", names_of("127.0.0.1", 8643), accounts=accounts, cookie="desk-8643")
    assert other.session(ticket, now=1000.0) is None
    assert [entrance.session(bad) for bad in (None, "", ".", "00.11", "zz." + "0" * 64, ticket + "0")] == [None] * 6


def test_short_passwords_are_refused():
    """An account needs a name and a password of some length."""
    for name, password in (
        ("lee", "short"),
        ("", "correct horse battery"),
        ("a\nb", "correct horse battery"),
        ("x" * 99, "correct horse battery"),
    ):
        with pytest.raises(UsageError):
            Accounts().with_account(name, password)
