"""The file beside a notebook that keeps a student's tries. Several kernels may write it, and no try is lost."""

from __future__ import annotations

import json
import os
import threading
import time
import warnings
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backprop_widgets.exercises.records.grading import is_grading
from backprop_widgets.exercises.records.history import (
    VERSION,
    History,
    Records,
    Try,
    from_data,
    merged,
    now,
    to_data,
    to_text,
)
from backprop_widgets.exercises.records.lock import PATIENCE, locked
from backprop_widgets.locale import catalogue

NAME = "backprop_answers.json"
FORMAT = "backprop_widgets answers"


class RecordsWarning(UserWarning):
    """Answers cannot be kept as they should be; the message says where they are instead."""


class UnreadableFileError(Exception):
    """The file is damaged, or of a newer version: the text is the key of what is said."""


class Sidecar:
    """All tries, in memory and in a file. What cannot be written stays in memory, and is written when it can be.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "backprop_answers.json")
    >>> Sidecar(path).add("q1", "v7K3", Try(answers={"x": "-4"}))
    >>> Sidecar(path).answers("q1", "v7K3")
    {'x': '-4'}
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, locale: str = "en") -> None:
        given = Path(path or NAME).absolute()  # now: a kernel may change its folder later
        self.path = given / NAME if given.is_dir() else given
        self.notices: list[str] = []  # what went wrong, in words, once each
        self._say = catalogue(locale)
        self._records: Records = {}
        self._unwritten = False
        self._seen: tuple[int, ...] | None = None  # the file as it was when it was last read
        self._patience = PATIENCE
        self._busy = threading.RLock()
        self._refresh()

    def answers(self, question_id: str, variant: str) -> dict[str, str] | None:
        """What was typed last, box by box; None before the first try, and after a reset."""
        return self._history(question_id, variant).answers

    def tries(self, question_id: str, variant: str) -> list[Try]:
        """Every try, oldest first, also those before a reset."""
        return list(self._history(question_id, variant).tries)

    def all(self) -> Records:
        """All there is: question id -> variant -> history."""
        with self._busy:
            self._refresh()
            return merged(self._records)

    def add(self, question_id: str, variant: str, attempt: Try) -> None:
        """Keep a try."""
        self.merge({question_id: {variant: History((attempt,))}})

    def reset(self, question_id: str, variant: str) -> None:
        """Begin anew: `answers` is None until the next try. The tries so far are kept."""
        self.merge({question_id: {variant: History(reset=now())}})

    def merge(self, records: Records) -> None:
        """Keep all these too, for example from a progress token."""
        with self._busy:
            self._records = merged(self._records, from_data(to_data(records)))  # what would not read back stops here
            self._unwritten = True
            self._save()

    def _history(self, question_id: str, variant: str) -> History:
        with self._busy:
            self._refresh()
            return self._records.get(question_id, {}).get(variant, History())

    def _refresh(self) -> None:
        """Read what another kernel has written."""
        if self._unwritten:
            self._save()
        try:
            if self._seen != (seen := self._stat()):
                self._records = merged(self._records, self._read())
                self._seen = seen
        except UnreadableFileError:
            self._save()  # which sets it aside, under the lock
        except OSError as error:
            self._notice("unsaved", reason=_reason(error))

    def _save(self) -> None:
        try:
            with locked(self.path.with_name(f".{self.path.name}.lock"), self._patience) as alone:
                self._take_in()
                if self._records:
                    self._write(alone=alone)
                self._seen = self._stat() if alone else None  # where others may write meanwhile, look each time
            self._unwritten, self._patience = False, PATIENCE
        except OSError as error:
            self._patience = 0.0  # a student waits once, not at each try
            self._notice("unsaved", reason=_reason(error))

    def _take_in(self) -> None:
        """Read the file, or set it aside when it cannot be read."""
        if self._seen == self._stat():
            return
        try:
            self._records = merged(self._records, self._read())
        except UnreadableFileError as error:
            aside = self._free_name()
            _patiently(self.path.rename, aside)
            self._notice(str(error), aside=aside.name)

    def _read(self) -> Records:
        try:
            text = _patiently(self.path.read_bytes)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        try:
            data = json.loads(text)
            version = {FORMAT: int(data["version"])}[data["format"]]
            if version <= VERSION:
                return from_data(data["questions"])
        except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
            raise UnreadableFileError("damaged") from error
        raise UnreadableFileError("newer")

    def _write(self, *, alone: bool) -> None:
        """Write beside, then put in place in one go: at any moment there is the old file or the new one, whole."""
        if alone:
            for left in self.path.parent.glob(f".{self.path.name}.*.new"):  # by a kernel that was killed
                left.unlink(missing_ok=True)
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}.new")
        text = f'{{"format": "{FORMAT}", "version": {VERSION}, "questions": {to_text(self._records)}}}\n'
        try:
            with beside.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _patiently(beside.replace, self.path)
        except BaseException:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise

    def _stat(self) -> tuple[int, ...] | None:
        try:
            found = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _free_name(self) -> Path:
        """A name for the file set aside, which no file has yet."""
        day = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        return self.path.with_name(f"{self.path.stem}.aside-{day}{self.path.suffix}")

    def _notice(self, key: str, **values: Any) -> None:
        text = self._say(f"records.{key}", file=self.path.name, folder=self.path.parent, **values)
        if text in self.notices:
            return
        self.notices.append(text)
        if not is_grading():  # nbgrader gives no points to a cell that warns
            warnings.warn(text, RecordsWarning, stacklevel=2)


def _patiently(work: Any, *values: Any) -> Any:
    """Do it, again if need be: Windows refuses while somebody else, a virus scanner for one, has the file open."""
    for _ in range(20):
        try:
            return work(*values)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.05)
    return work(*values)


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
