"""What the page can ask the back end."""

from __future__ import annotations

import gzip
import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tensorboard import plugin_util
from tensorboard.backend.http_util import Respond
from werkzeug.wrappers import Request, Response

from loopscope.tensorboard.directories import parse_roots
from loopscope.tensorboard.page_files import CONTENT_TYPES, page_files
from loopscope.tensorboard.report_index import ReportIndex, Row, encode_index, encode_trend
from loopscope.tensorboard.summary import summarize
from loopscope.tensorboard.tensors import TensorReport, read_tensor_reports

logger = logging.getLogger("loopscope")
MANY_DIRECTORIES = "There are more directories than are looked at: point --logdir lower."


class Refusal(Exception):
    """An answer other than 200, with a line that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Routes:
    """Answers requests; whatever goes wrong is an answer too, never TensorBoard's problem."""

    def __init__(self, logdir: str, logdir_spec: str, provider: object) -> None:
        self.logdir = logdir or logdir_spec
        self.provider = provider
        self.index = ReportIndex(parse_roots(logdir, logdir_spec))
        self._warming: threading.Thread | None = None
        self._encoded: tuple[tuple[Row, ...], bytes, bytes] | None = None

    def is_active(self) -> bool:
        """Whether there are reports; they are read while the user finds the tab."""
        found = self.index.has_reports()
        if found and self._warming is None:
            self._warming = threading.Thread(target=self.index.look, daemon=True)
            self._warming.start()
        return found

    def answer(self, name: str, environ: dict[str, Any]) -> Response:
        """Return the response of the route ``name``."""
        request = Request(environ)
        answers: dict[str, Callable[[Request], Response]] = {
            "static": self._static,
            "reports": self._reports,
            "report": self._report,
            "trend": self._trend,
        }
        try:
            if request.method not in ("GET", "HEAD"):
                raise Refusal(405, "only GET is answered")
            return answers[name](request)
        except Refusal as refusal:
            return _respond_json(request, {"error": str(refusal)}, refusal.status)
        except Exception:
            logger.exception("loopscope: the request %s failed", request.path)
            error = "the request failed; TensorBoard's log says why"
            return _respond_json(request, {"error": error}, 500)

    def _static(self, request: Request) -> Response:
        path = page_files().get(request.path.rpartition("/static/")[2])
        if path is None:
            raise Refusal(404, "no such file")
        return _respond(request, path.read_bytes(), CONTENT_TYPES[path.suffix])

    def _reports(self, request: Request) -> Response:
        rows = self._look(request)
        encoded = self._encoded
        if encoded is None or encoded[0] != rows:
            body = encode_index(rows, [MANY_DIRECTORIES] if self.index.is_full else [])
            encoded = self._encoded = (rows, body, gzip.compress(body, 3, mtime=0))
        return _respond(request, encoded[1], "application/json", packed=encoded[2])

    def _report(self, request: Request) -> Response:
        wanted = _argument(request, "id")
        for row in self._look(request):
            if row.id == wanted:
                return _respond(request, _read(row), "application/json")
        raise Refusal(404, "no such report; it may have been removed")

    def _trend(self, request: Request) -> Response:
        run, worker = _argument(request, "run"), _argument(request, "worker")
        loop = _argument(request, "loop")
        body = encode_trend(self._look(request), run, worker, loop)
        return _respond(request, body, "application/json")

    def _look(self, request: Request) -> tuple[Row, ...]:
        return self.index.look(self._tensors(request))

    def _tensors(self, request: Request) -> Iterator[TensorReport]:
        context = plugin_util.context(request.environ)
        experiment = plugin_util.experiment_id(request.environ)
        try:
            yield from read_tensor_reports(self.provider, context, experiment)
        except Exception:  # a provider that has no tensors must not hide the files
            logger.warning("loopscope: no tensors from the data provider", exc_info=True)


def _read(row: Row) -> bytes:
    try:
        raw = row.read()
    except OSError as error:
        raise Refusal(404, f"the report cannot be read: {error.strerror or error}") from None
    problem = summarize(raw).problem  # the file may have changed since the index was made
    if problem:
        raise Refusal(422, f"the report cannot be shown: {problem}")
    return raw


def _argument(request: Request, name: str) -> str:
    value = request.args.get(name)
    if not value:
        raise Refusal(400, f"the parameter {name} is missing")
    return str(value)


def _respond(request: Request, body: bytes, kind: str, *, packed: bytes | None = None) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers=[("ETag", tag), ("Cache-Control", "no-cache")])
    content, encoding = (body, None) if packed is None else (packed, "gzip")
    headers = [("ETag", tag)]
    response: Response
    response = Respond(request, content, kind, content_encoding=encoding, headers=headers)
    return response


def _respond_json(request: Request, content: dict[str, str], status: int) -> Response:
    response: Response = Respond(request, content, "application/json", code=status)
    return response
