"""Webhooks: who is told of what, signed, again until it arrives, and over restarts."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from emotion_core.api.webhooks import deliveries, destination
from emotion_core.api.webhooks.deliveries import Deliveries
from emotion_core.api.webhooks.destination import NotSent, is_public, send
from emotion_core.api.webhooks.sender import Sender
from emotion_core.jobs import runner
from emotion_core.library import Film, Library, job_table
from emotion_core.storage import clock
from emotion_core.storage.configuration import Webhook
from tests.support import library_builder
from tests.support.apart import apart
from tests.support.clips import BIKES, CARPHONE
from tests.support.receiver import Receiver, receiving
from tests.support.waiting import until
from tests.support.waiting_runner import WaitingRunner

SECRET = "whsec_" + "ab" * 20


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(runner, "create", WaitingRunner)
    return Library.open(tmp_path)


def configure(library: Library, address: str, *lines: str) -> None:
    """Name one webhook, of a private host unless `lines` say otherwise."""
    table = [
        "[[webhooks]]",
        f'url = "{address}/films?key=hidden"',
        f'secret = "{SECRET}"',
        *(lines or ["private = true"]),
    ]
    (library.home / "config.toml").write_text("\n".join(table))


def one_pass(library: Library) -> None:
    """What an app that runs for a moment does: note what has ended, and send what is due."""
    sender = Sender(library.home)
    sender.look()
    sender.wait()
    sender.look()  # frees the lock


def ended(library: Library, name: str, state: job_table.State) -> Film:
    """A film whose analysis ended so."""
    film = library_builder.unfinished(library, name)
    job = library_builder.runs(library, library.scans(film.id)[0], 1, 0.0)
    with library.database() as database:
        job_table.finish(database, job, state, "why")
    return film


def sent(receiver: Receiver) -> list[dict[str, object]]:
    """The data of each message that came, its signature verified."""
    return [Verifier(SECRET).verify(body, headers)["data"] for headers, body in receiver.came]


def test_each_end_is_told_once(library: Library, receiver: Receiver) -> None:
    """What ended before there was a webhook is no news; then each film that is done or failed, with ids and state."""
    library_builder.film(library, CARPHONE, ["happy"])
    configure(library, receiver.address)
    one_pass(library)
    assert receiver.came == []
    done, failed = library_builder.film(library, BIKES, ["sad"]), ended(library, "bigbuckbunny.mp4", "failed")
    for _ in range(2):
        one_pass(library)
    assert sent(receiver) == [
        {"film": film.id, "analysis": library.scans(film.id)[0].id, "state": state}
        for film, state in ((done, "done"), (failed, "failed"))
    ]
    headers, body = receiver.came[0]
    assert json.loads(body)["type"] == "film.done"
    assert headers["host"] == receiver.address.removeprefix("http://")


def test_one_that_was_cancelled_or_goes_on_is_not_told(library: Library, receiver: Receiver) -> None:
    """The end of one that goes on is told when it comes; events that a webhook does not want are left out."""
    configure(library, receiver.address, "private = true", 'events = ["failed"]')
    one_pass(library)
    ended(library, CARPHONE, "cancelled")
    library_builder.film(library, BIKES, ["sad"])
    film = library_builder.unfinished(library, "bigbuckbunny.mp4")
    job = library_builder.runs(library, library.scans(film.id)[0], 1, 0.0)
    one_pass(library)
    assert receiver.came == []
    with library.database() as database:
        job_table.finish(database, job, "failed", "why")
    one_pass(library)
    assert [data["film"] for data in sent(receiver)] == [film.id]


def test_numbers_are_sent_where_they_are_asked_for(library: Library, receiver: Receiver) -> None:
    """The film's shares as a whole, beside ids and state."""
    configure(library, receiver.address, "private = true", "numbers = true")
    one_pass(library)
    library_builder.film(library, CARPHONE, ["happy", None])
    one_pass(library)
    (data,) = sent(receiver)
    numbers = data["numbers"]
    assert isinstance(numbers, dict)
    assert (numbers["scenes"], numbers["scenes_without_faces"]) == (2, 1)
    assert numbers["shares"]["happy"] == pytest.approx(0.7, abs=0.01)


def test_what_does_not_arrive_is_sent_again(
    library: Library, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Later each time, with the same id, by whichever process runs then; a redirect is not followed. Given up in the
    end, with an error in the log, which never has the address or the secret.
    """
    configure(library, receiver.address)
    one_pass(library)
    now = [clock.steady()]
    monkeypatch.setattr(clock, "steady", lambda: now[0])
    library_builder.film(library, CARPHONE, ["happy"])
    receiver.statuses = [302] + [500] * len(deliveries.DELAYS)
    with caplog.at_level(logging.WARNING):
        one_pass(library)
        for number, delay in enumerate(deliveries.DELAYS, start=1):
            assert len(receiver.came) == number
            now[0] += delay - 1
            one_pass(library)
            assert len(receiver.came) == number, "it is not due yet"
            now[0] += 2
            one_pass(library)
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 1
    assert "was given up after 8 attempts" in caplog.text
    assert "hidden" not in caplog.text
    assert SECRET not in caplog.text
    now[0] += deliveries.DELAYS[-1] * 2
    one_pass(library)
    assert len(receiver.came) == 1 + len(deliveries.DELAYS)


def test_a_webhook_that_is_away_is_left_alone(
    library: Library, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While it takes nothing one message is tried at a time, less and less often, however many wait; then all come.
    One that is refused by itself holds up no other. What is old by then is given up.
    """
    configure(library, receiver.address)
    one_pass(library)
    now = [clock.steady()]
    monkeypatch.setattr(clock, "steady", lambda: now[0])
    monkeypatch.setattr(clock, "earliest", lambda: now[0])
    films = [library_builder.film(library, name, ["happy"]) for name in (CARPHONE, BIKES, "bigbuckbunny.mp4")]
    receiver.statuses = [503] * 4
    for number, delay in enumerate((*deliveries.DELAYS[:3], deliveries.LONGEST_REST), start=1):
        one_pass(library)
        now[0] += delay - 1
        one_pass(library)
        assert len(receiver.came) == number
        now[0] += 2
    receiver.statuses = [404]
    one_pass(library)
    assert [data["film"] for data in sent(receiver)[-3:]] == [film.id for film in films]
    receiver.statuses = [503]
    now[0] += deliveries.KEPT
    one_pass(library)
    assert "1 message given up" in caplog.text
    assert json.loads((library.home / "webhooks.json").read_text())["messages"] == []


def test_a_message_outlives_the_process(library: Library, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was noted and not sent when the process died is sent by the next, and not noted twice."""
    configure(library, receiver.address)
    one_pass(library)
    library_builder.film(library, CARPHONE, ["happy"])
    with monkeypatch.context() as patch:
        patch.setattr(Deliveries, "send_due", lambda *_: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            one_pass(library)
    assert receiver.came == []
    one_pass(library)
    assert len(receiver.came) == 1
    (library.home / "webhooks.json").write_text("damaged")
    one_pass(library)
    assert len(receiver.came) == 1, "what was told is not known any more, and is not told again"


def test_a_slow_receiver_holds_up_no_other(
    library: Library, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """While one answers a byte now and then, what the others are to be told arrives, also what ends later."""
    with trickling() as slow:
        tables = (
            f'[[webhooks]]\nurl = "{address}"\nsecret = "{SECRET}"\nprivate = true'
            for address in (slow, receiver.address)
        )
        (library.home / "config.toml").write_text("\n".join(tables))
        one_pass(library)
        sender = Sender(library.home)
        for number, name in enumerate((CARPHONE, BIKES), start=1):
            library_builder.film(library, name, ["happy"])
            sender.look()
            until(lambda: len(receiver.came) == number)  # noqa: B023 -- called at once
        one_pass(library)
        assert len(receiver.came) == 2, "another process sends nothing meanwhile"
    sender.wait()
    assert "did not arrive" in caplog.text


def test_an_attempt_takes_so_long_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that sends its answer byte by byte is cut off, though each byte comes soon."""
    monkeypatch.setattr(destination, "ATTEMPT", 0.5)
    with trickling() as slow, pytest.raises(NotSent, match=r"was not answered within 0\.5 s"):
        apart(send, Webhook(slow, SECRET, private=True), b"{}", {})


@contextmanager
def trickling() -> Iterator[str]:
    """The address of a receiver whose answer's headers never end: a byte comes ten times a second."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def trickle() -> None:
            with contextlib.suppress(OSError), listening.accept()[0] as taken:  # closed by the other side
                taken.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not over.wait(0.1):
                    taken.sendall(b"a")

        threading.Thread(target=trickle, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_private_host_must_be_named_so(library: Library, host: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is sent to an address of this machine unless config.toml says `private`."""
    configure(library, f"https://{host}", "private = false")
    one_pass(library)
    library_builder.film(library, CARPHONE, ["happy"])
    one_pass(library)
    assert "an address of this machine or its network" in caplog.text


def test_the_log_never_has_the_address(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    """Nor has that of the library that sends, at any level: a key may be part of an address."""
    with caplog.at_level(logging.DEBUG):
        apart(send, Webhook(f"{receiver.address}/films?key=hidden", SECRET, private=True), b"{}", {})
    assert len(receiver.came) == 1
    assert "hidden" not in caplog.text


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.0.0.1", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("127.0.0.1", False), ("0.0.0.0", False), ("100.64.0.1", False), ("224.0.0.1", False),
        ("::1", False), ("fe80::1%eth0", False), ("fc00::1", False), ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("::7f00:1", False), ("fec0::1", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    """Private, local, shared and multicast addresses are none, and neither are those that stand for others."""
    assert is_public(address) is expected
