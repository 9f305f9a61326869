"""The LoopScope tab of TensorBoard.

TensorBoard imports this module when it starts, and an ``ImportError`` here would stop it: so the
module imports TensorBoard alone, and the rest is imported by the first request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tensorboard.plugins.base_plugin import FrontendMetadata, TBContext, TBPlugin

if TYPE_CHECKING:
    from loopscope.tensorboard.routes import Routes


class LoopScopePlugin(TBPlugin):  # type: ignore[misc]  # untyped base
    """Serves the page, the index of reports and the reports themselves."""

    plugin_name = "loopscope"

    def __init__(self, context: TBContext) -> None:
        self._context = context

    def get_plugin_apps(self) -> Mapping[str, Callable[..., Any]]:
        """Return a WSGI application for each route under ``/data/plugin/loopscope``."""
        names = {"/static/*": "static", "/reports": "reports", "/report": "report"}
        names["/trend"] = "trend"
        return {route: self._application(name) for route, name in names.items()}

    def is_active(self) -> bool:
        """Whether there is a report in the log directory."""
        return self._routes.is_active()

    def frontend_metadata(self) -> FrontendMetadata:
        """Return where the page's first module is, and the tab's name."""
        return FrontendMetadata(es_module_path="/static/index.js", tab_name="LoopScope")

    @cached_property
    def _routes(self) -> Routes:
        from loopscope.tensorboard.routes import Routes

        context = self._context
        spec = getattr(context.flags, "logdir_spec", "") or ""
        return Routes(context.logdir or "", spec, context.data_provider)

    def _application(self, name: str) -> Callable[..., Any]:
        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:  # noqa: ANN401 (WSGI's own)
            return self._routes.answer(name, environ)(environ, start_response)

        return application
