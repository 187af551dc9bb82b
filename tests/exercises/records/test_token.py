"""The progress token: what goes in comes out, and anything else is told from a token."""

from __future__ import annotations

import json
import random
import zlib

import pytest

from backprop_widgets.exercises.records import History, Sidecar, TokenError, Try, pack, token, unpack


def work(*texts):
    return {"q1": {"v1": History(tuple(Try({"x": text}, time=f"2026-03-02T08:00:0{text}+00:00") for text in texts))}}


TOKEN = pack(work("3"))


def made_of(raw):
    """Make a whole token of any bytes."""
    data = token.base64.urlsafe_b64encode(raw).rstrip(b"=")
    return f"bw1.{len(data)}.{zlib.crc32(data):08x}.{data.decode()}"


@pytest.mark.parametrize("records", [{}, work(), work("1", "2"), {"질문": {"v1": History((Try({"x": "−4"}),))}}])
def test_a_token_gives_back_what_was_packed(records):
    assert unpack(pack(records)) == records


def test_a_token_is_one_line_of_plain_letters():
    text = pack({"q": {"v": History(tuple(Try({"x": f"{k}ü"}) for k in range(50)))}})
    assert text.isascii()
    assert not set(text) & set(" \n\"'+/=")


def test_many_tries_make_a_short_token():
    records = {"q": {"v": History(tuple(Try({"x": str(k), "y": "-4"}, {"x": "wrong"}) for k in range(100)))}}
    assert len(pack(records)) < len(json.dumps(records, default=vars)) / 4


@pytest.mark.parametrize(
    "text",
    [
        f"  {TOKEN}\n",
        "\r\n".join(TOKEN[k : k + 20] for k in range(0, len(TOKEN), 20)),
        " ".join(TOKEN),
        f'"{TOKEN}"',
        f"`{TOKEN}`",
        TOKEN[:30] + "\u200b\u00a0\u00ad" + TOKEN[30:] + "\ufeff",
    ],
    ids=["around", "lines", "letters", "quotes", "backticks", "invisible"],
)
def test_spaces_line_breaks_and_quotes_do_not_matter(text):
    assert unpack(text) == work("3")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (3, "A progress token is a text, but int came."),
        (None, "A progress token is a text, but NoneType came."),
        (" \n", "the text is empty"),
        ("hello world", "a token begins with “bw1.”, and this begins with “helloworld”"),
        ("https://example.org/" + "a" * 100, "this begins with “https://example.org/aaaaaaaaaaaaaaaaa…”"),
        ("b", "this begins with “b”"),
        ("bw1", "Only the beginning of a progress token came: “bw1”"),
        (TOKEN[:10], "Only the beginning of a progress token came"),
        (TOKEN[:-1], "cut off"),
        (TOKEN + "A", "more than the progress token"),
        (TOKEN + TOKEN, "more than the progress token"),
        (TOKEN.replace("bw1", "bw2"), "has version 2, and this backprop_widgets reads version 1"),
        (made_of(b"no zlib"), "holds no answers"),
        (made_of(zlib.compress(b"{")), "holds no answers"),
        (made_of(zlib.compress(b"[1]")), "holds no answers"),
        (made_of(zlib.compress(b"{}")[:-2]), "holds no answers"),
        (made_of(zlib.compress(b"[" * 100_000)), "holds no answers"),
        (
            made_of(zlib.compress(b'{"q": {"v": {"reset": "0001-01-01T00:00:00+09:00", "tries": []}}}')),
            "holds no answers",
        ),
    ],
)
def test_what_is_no_whole_token_is_told_by_what_came(text, message):
    with pytest.raises(TokenError) as caught:
        unpack(text)
    assert message in str(caught.value)


def test_every_changed_letter_is_found():
    draw = random.Random(0)  # noqa: S311  (places, not secrets)
    start = TOKEN.rindex(".") + 1
    for place in range(start, len(TOKEN)):
        letter = draw.choice([each for each in "abcXYZ019-_é" if each != TOKEN[place]])
        with pytest.raises(TokenError, match="a character in it was changed"):
            unpack(TOKEN[:place] + letter + TOKEN[place + 1 :])


def test_every_cut_is_found():
    for end in range(1, len(TOKEN)):
        with pytest.raises(TokenError):
            unpack(TOKEN[:end])


def test_a_small_text_cannot_fill_the_memory(monkeypatch):
    monkeypatch.setattr(token, "LARGEST", 1000)
    assert unpack(TOKEN) == work("3")
    with pytest.raises(TokenError, match="holds no answers"):
        unpack(made_of(zlib.compress(b" " * 1001)))


def test_a_loaded_token_keeps_both_histories(tmp_path):
    sidecar = Sidecar(tmp_path / "answers.json")
    sidecar.merge(work("2", "4"))
    sidecar.merge(unpack(pack(work("1", "2", "3"))))
    assert Sidecar(sidecar.path).all() == work("1", "2", "3", "4")


def test_errors_come_in_the_language_asked_for():
    with pytest.raises(TokenError, match="진행 토큰이 아닙니다"):
        unpack("hello", locale="ko")
