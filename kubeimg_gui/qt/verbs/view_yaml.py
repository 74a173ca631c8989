"""View YAML: shows one node as YAML in a dialog that may stay open."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.errors import ClusterError
from kubeimg_gui.qt.base.tasks import in_thread
from kubeimg_gui.qt.verbs.job import NodeRef
from kubeimg_gui.qt.verbs.verb import GET_NODES, Verb
from kubeimg_gui.qt.verbs.verb_context import VerbContext

if TYPE_CHECKING:
    import asyncio

    from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog

translate = QCoreApplication.translate


async def view_yaml(context: VerbContext, nodes: Sequence[NodeRef]) -> None:
    """Opens the dialog and reads the node; a later request replaces the one in progress."""
    from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog

    node, *_ = nodes
    dialog = YamlDialog(context.cluster_context, node, context.theme, context.window)
    loading: list[asyncio.Task[None]] = []

    def stop_loading() -> None:
        while loading:
            loading.pop().cancel()

    def load(managed_fields: bool) -> None:
        stop_loading()
        loading.append(context.tasks.start(_load(context, dialog, node, managed_fields)))

    dialog.finished.connect(stop_loading)
    dialog.load_requested.connect(load)
    context.open(dialog)
    load(managed_fields=False)


async def _load(
    context: VerbContext, dialog: "YamlDialog", node: NodeRef, managed_fields: bool
) -> None:
    dialog.show_progress(translate("ViewYaml", "Reading …"))
    try:
        yaml = await in_thread(context.actions.yaml, node.name, managed_fields=managed_fields)
    except ClusterError as error:
        dialog.show_problem(str(error))
    else:
        dialog.show_yaml(yaml)
        dialog.show_problem("")
    dialog.show_progress("")


VIEW_YAML = Verb(
    name="view-yaml",
    label=lambda: translate("ViewYaml", "View YAML"),
    run=view_yaml,
    shortcut="Ctrl+Y",
    permissions=(GET_NODES,),
    enabled_when=lambda selection: selection.single,
)
