"""The dialog before nodes are deleted: what hangs on them, what it means, and a deliberate act.

Nothing is sent from here: the person types the name or the number, the countdown comes after,
and the API server has been asked in a dry run before it begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFormLayout, QLineEdit, QSizePolicy, QSpinBox, QWidget

from kubeimg_gui.cluster.actions.node_detail import LiveNode, PodOnNode
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.verbs.base_dialog import BaseDialog
from kubeimg_gui.qt.verbs.job import NodeRef

translate = QCoreApplication.translate

GRACE_SECONDS = 10
"""The seed's grace period."""
MOST_SECONDS = 3600


@dataclass(slots=True)
class NodeDependents:
    """What is known so far to hang on the nodes that shall go.

    Attributes:
        of: how many nodes there are; `read` of them are known, and the pods of `pods_read`.
        pods: on these nodes.
        may_not_list_pods: the person may not know.
        finalizers, owners: of the nodes, distinct, in the order found.
        unknown: why something is not known, a sentence each.
    """

    of: int
    read: int = 0
    pods_read: int = 0
    pods: list[PodOnNode] = field(default_factory=list[PodOnNode])
    may_not_list_pods: bool = False
    finalizers: dict[str, None] = field(default_factory=dict[str, None])
    owners: dict[str, None] = field(default_factory=dict[str, None])
    unknown: dict[str, None] = field(default_factory=dict[str, None])

    def add_node(self, node: LiveNode) -> None:
        """Count in what was read of one node."""
        self.read += 1
        self.finalizers |= dict.fromkeys(node.finalizers)
        self.owners |= dict.fromkeys(node.owners)

    def add_pods(self, pods: Sequence[PodOnNode]) -> None:
        """Count in the pods of one node."""
        self.pods_read += 1
        self.pods.extend(pods)


def dependents_text(dependents: NodeDependents) -> tuple[str, str, str]:
    """Pods, owner and finalizers in a sentence each; "unknown" where nobody could say."""
    pods = _known(dependents, dependents.pods_read, _pods(dependents))
    if dependents.may_not_list_pods and not dependents.pods_read:
        pods = translate("Delete", "unknown: you may not list pods")
    return (
        pods,
        _known(dependents, dependents.read, _owners(dependents)),
        _known(dependents, dependents.read, _finalizers(dependents)),
    )


def _known(dependents: NodeDependents, read: int, words: str) -> str:
    """The words, and of how many of the nodes they speak where that is not all."""
    if read == dependents.of:
        return words
    if read:
        known = translate("Delete", "{words} (on {n} of {of} nodes)")
        return formatting.fill(known, words=words, n=str(read), of=str(dependents.of))
    unknown, asking = translate("Delete", "unknown"), translate("Delete", "asking …")
    return unknown if dependents.unknown else asking


def _pods(dependents: NodeDependents) -> str:
    pods = dependents.pods
    if not pods:
        return translate("Delete", "none")
    kinds = {
        translate("Delete", "{n} of a DaemonSet"): _count(pods, "DaemonSet/"),
        translate("Delete", "{n} static"): sum(pod.mirror for pod in pods),
        translate("Delete", "{n} without a controller, gone for good"): sum(
            not pod.controller and not pod.mirror for pod in pods
        ),
    }
    parts = [words.format(n=count) for words, count in kinds.items() if count]
    rest = len(pods) - sum(kinds.values())
    if rest:
        parts.append(translate("Delete", "{n} to be made anew elsewhere").format(n=rest))
    return f"{len(pods):,}: {', '.join(parts)}"


def _count(pods: Sequence[PodOnNode], controller: str) -> int:
    return sum(pod.controller.startswith(controller) and not pod.mirror for pod in pods)


def _owners(dependents: NodeDependents) -> str:
    if not dependents.owners:
        return translate("Delete", "none")
    return formatting.line(", ".join(dependents.owners))


def _finalizers(dependents: NodeDependents) -> str:
    if not dependents.finalizers:
        return translate("Delete", "none")
    held = translate("Delete", "{finalizers}: the node terminates once they are done")
    if any(name.startswith("karpenter.sh/") for name in dependents.finalizers):
        # karpenter.sh, "Disruption", "Control Flow"
        held = translate(
            "Delete", "{finalizers}: Karpenter drains the node and terminates its machine"
        )
    return formatting.fill(held, finalizers=", ".join(dependents.finalizers))


class DeleteDialog(BaseDialog):
    """Says what deleting means and asks for the name, or for the number of nodes.

    Attributes:
        typed: where the person types it.
        grace: the countdown's seconds.
    """

    verb_name = "danger"

    def __init__(
        self,
        context: str,
        nodes: Sequence[NodeRef],
        warnings: Sequence[str],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        self._nodes_to_go = tuple(nodes)
        self._busy = False
        self._unknown = ""
        one, many = translate("Delete", "Delete node"), translate("Delete", "Delete nodes")
        super().__init__(one if len(nodes) == 1 else many, context, nodes, theme, parent)
        self._meaning = plain_label(self, wrap=True)
        self._warnings = plain_label(self, "doubt", wrap=True)
        self._warnings.setText("\n".join(warnings))
        self._warnings.setVisible(bool(warnings))
        self._pods, self._owners, self._finalizers = (
            plain_label(self, wrap=True) for _ in range(3)
        )
        self.typed = QLineEdit(self)
        self.grace = QSpinBox(self)
        self._ask = plain_label(self)
        self._arrange()
        self._word()
        self.typed.textChanged.connect(self._judge)
        self.grace.valueChanged.connect(self._judge)
        self._judge()
        self.setTabOrder(self.typed, self.leave)
        self.setTabOrder(self.leave, self.verb)
        self.typed.setFocus()

    def _arrange(self) -> None:
        self.grace.setRange(0, MOST_SECONDS)
        self.grace.setValue(GRACE_SECONDS)
        self.grace.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.grace.setSuffix(self.tr(" s"))
        self.grace.setAccessibleName(self.tr("Countdown in seconds"))
        ignored = plain_label(self, "caption", wrap=True)
        ignored.setText(
            self.tr(
                "The API server ignores a grace period for nodes, so kubeimg waits before it"
                " sends anything. It is sent all the same."
            )
        )
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Pods"), self._pods)
        form.addRow(self.tr("Owner"), self._owners)
        form.addRow(self.tr("Finalizers"), self._finalizers)
        form.addRow(self.tr("Countdown"), self.grace)
        form.addRow("", ignored)
        self.body.addWidget(self._meaning)
        self.body.addWidget(self._warnings)
        self.body.addLayout(form)
        self.body.addWidget(self._ask)
        self.body.addWidget(self.typed)

    @property
    def dependents(self) -> tuple[str, str, str]:
        """Pods, owner and finalizers as shown."""
        return self._pods.text(), self._owners.text(), self._finalizers.text()

    @property
    def seconds(self) -> int:
        """How long the countdown shall be."""
        return self.grace.value()

    def show_dependents(self, dependents: NodeDependents) -> None:
        """Say what hangs on the nodes, as far as it is known."""
        for label, words in zip(
            (self._pods, self._owners, self._finalizers), dependents_text(dependents), strict=True
        ):
            label.setText(words)
        self.make_room()
        self._unknown = " ".join(dependents.unknown)
        if not self._busy:
            self.say_progress(self._unknown)

    def narrow(self, nodes: Sequence[NodeRef], problem: str) -> None:
        """Ask anew for fewer nodes: the others were refused, `problem` says why."""
        self._nodes_to_go = tuple(nodes)
        self.show_nodes(nodes)
        self._word()
        self.typed.clear()
        self.say_problem(problem)

    def be_busy(self, words: str) -> None:
        """Say what is waited for and take no input; empty words end that."""
        self._busy = bool(words)
        self.say_progress(words or self._unknown)
        self.typed.setEnabled(not self._busy)
        self.grace.setEnabled(not self._busy)
        self._judge()
        if not self._busy:
            self.typed.setFocus()

    @property
    def _wanted(self) -> str:
        single = len(self._nodes_to_go) == 1
        return formatting.line(self._nodes_to_go[0].name) if single else str(len(self._nodes_to_go))

    def _word(self) -> None:
        if len(self._nodes_to_go) == 1:
            meaning = self.tr(
                "The Node object goes at once, and its pods are killed about a minute later."
                " A kubelet that still runs does not come back by itself: only its restart makes"
                " the node anew, without its labels, taints and annotations. Where images shall"
                " go, cordon and drain instead; the machine itself is not deleted."
            )
            ask = self.tr("Type the node's name to delete it:")
        else:
            meaning = self.tr(
                "The Node objects go one after the other, and their pods are killed about a minute"
                " later. Kubelets that still run do not come back by themselves: only their"
                " restart makes the nodes anew, without their labels, taints and annotations."
            )
            ask = self.tr("Type the number of nodes, {n}, to delete them:").format(
                n=len(self._nodes_to_go)
            )
        self._meaning.setText(meaning)
        self._ask.setText(ask)
        self.typed.setPlaceholderText(self._wanted)
        self.typed.setAccessibleName(ask)

    def _judge(self) -> None:
        self.verb.setEnabled(not self._busy and self.typed.text().strip() == self._wanted)
        count = len(self._nodes_to_go)
        if not self.seconds:
            words = self.tr("Delete node now") if count == 1 else self.tr("Delete {n} nodes now")
        elif count == 1:
            words = self.tr("Delete node in {seconds} s")
        else:
            words = self.tr("Delete {n} nodes in {seconds} s")
        self.verb.setText(words.format(n=count, seconds=self.seconds))
