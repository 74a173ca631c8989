"""Dialog to confirm the deletion of nodes: dependents, consequences, a typed confirmation.

It sends nothing. The verb asks the API server in a dry run and starts the countdown afterwards.
"""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFormLayout, QLineEdit, QSizePolicy, QSpinBox, QWidget

from kubeimg_gui.domain.dependents import NodeDependents, PodCounts, count_pods
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.verbs.base_dialog import BaseDialog
from kubeimg_gui.qt.verbs.job import NodeRef

translate = QCoreApplication.translate

DEFAULT_SECONDS = 10
MAX_SECONDS = 3600


def dependents_text(dependents: NodeDependents) -> tuple[str, str, str]:
    """Pods, owners and finalizers, a text each; "unknown" if they could not be read."""
    pods = _known(dependents, dependents.pods_read, pods_text(count_pods(dependents.pods)))
    if dependents.may_not_list_pods and not dependents.pods_read:
        pods = translate("Delete", "unknown: no permission to list pods")
    return (
        pods,
        _known(dependents, dependents.read, _owners_text(dependents)),
        _known(dependents, dependents.read, _finalizers_text(dependents)),
    )


def pods_text(counts: PodCounts) -> str:
    """What becomes of the pods when their node is deleted."""
    if not counts.total:
        return translate("Delete", "none")
    groups = [(fate, count) for fate, count in _fates(counts) if count]
    if len(groups) == 1:
        return _same_fate_text(*groups[0])
    each = translate("Delete", "{n} {fate}")
    parts = [each.format(n=f"{count:,}", fate=fate) for fate, count in groups]
    text = translate("Delete", "{n} pods: {parts}")
    return text.format(n=f"{counts.total:,}", parts=", ".join(parts))


def _fates(counts: PodCounts) -> tuple[tuple[str, int], ...]:
    return (
        (translate("Delete", "from DaemonSets"), counts.daemon_set),
        (translate("Delete", "static"), counts.static),
        (translate("Delete", "without a controller, deleted permanently"), counts.unmanaged),
        (translate("Delete", "rescheduled elsewhere"), counts.rescheduled),
    )


def _same_fate_text(fate: str, count: int) -> str:
    if count == 1:
        return translate("Delete", "1 pod, {fate}").format(fate=fate)
    return translate("Delete", "{n} pods, all {fate}").format(n=f"{count:,}", fate=fate)


def _known(dependents: NodeDependents, read: int, text: str) -> str:
    """Returns the text, and the number of nodes it covers if that is not all of them."""
    if read == dependents.of:
        return text
    if read:
        partial = translate("Delete", "{text} (on {n} of {of} nodes)")
        return formatting.fill(partial, text=text, n=str(read), of=str(dependents.of))
    return translate("Delete", "unknown") if dependents.errors else translate("Delete", "reading …")


def _owners_text(dependents: NodeDependents) -> str:
    if not dependents.owners:
        return translate("Delete", "none")
    return formatting.line(", ".join(dependents.owners))


def _finalizers_text(dependents: NodeDependents) -> str:
    if not dependents.finalizers:
        return translate("Delete", "none")
    text = translate("Delete", "{finalizers}: the node stays terminating until they are removed")
    if dependents.managed_by_karpenter:
        text = translate(
            "Delete", "{finalizers}: Karpenter drains the node and terminates its machine"
        )
    return formatting.fill(text, finalizers=", ".join(dependents.finalizers))


class DeleteDialog(BaseDialog):
    """Explains the consequences and asks for the node's name, or for the number of nodes.

    Attributes:
        typed: the field for the name or number.
        countdown: the field for the length of the countdown in seconds.
    """

    button_style = "danger"

    def __init__(
        self,
        context: str,
        nodes: Sequence[NodeRef],
        warnings: Sequence[str],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        self._to_delete = tuple(nodes)
        self._busy = False
        self._errors = ""
        super().__init__(self.tr("Delete {nodes}"), context, nodes, theme, parent, warnings)
        self._consequences = plain_label(self, wrap=True)
        self._pods, self._owners, self._finalizers = (
            plain_label(self, wrap=True) for _ in range(3)
        )
        self.typed = QLineEdit(self)
        self.countdown = QSpinBox(self)
        self._prompt = plain_label(self)
        self._build_body()
        self._update_texts()
        self.typed.textChanged.connect(self.update_state)
        self.countdown.valueChanged.connect(self.update_state)
        self.update_state()
        self.setTabOrder(self.typed, self.close_button)
        self.setTabOrder(self.close_button, self.verb_button)
        self.typed.setFocus()

    def _build_body(self) -> None:
        self.countdown.setRange(0, MAX_SECONDS)
        self.countdown.setValue(DEFAULT_SECONDS)
        self.countdown.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.countdown.setSuffix(self.tr(" s"))
        self.countdown.setAccessibleName(self.tr("Countdown in seconds"))
        hint = plain_label(self, "caption", wrap=True)
        hint.setText(
            self.tr(
                "Kubernetes ignores grace periods for nodes, so kubeimg waits before sending the"
                " request."
            )
        )
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Pods"), self._pods)
        form.addRow(self.tr("Owner"), self._owners)
        form.addRow(self.tr("Finalizers"), self._finalizers)
        form.addRow(self.tr("Countdown"), self.countdown)
        form.addRow("", hint)
        self.body.addWidget(self._consequences)
        self.body.addLayout(form)
        self.body.addWidget(self._prompt)
        self.body.addWidget(self.typed)

    @property
    def dependents(self) -> tuple[str, str, str]:
        """Pods, owner and finalizers as shown."""
        return self._pods.text(), self._owners.text(), self._finalizers.text()

    @property
    def seconds(self) -> int:
        """Length of the countdown."""
        return self.countdown.value()

    def show_dependents(self, dependents: NodeDependents) -> None:
        """Shows what depends on the nodes, as far as it is known."""
        for label, text in zip(
            (self._pods, self._owners, self._finalizers), dependents_text(dependents), strict=True
        ):
            label.setText(text)
        self.grow_to_fit()
        self._errors = " ".join(dependents.errors)
        if not self._busy:
            self.show_progress(self._errors)

    def narrow(self, nodes: Sequence[NodeRef], problem: str) -> None:
        """Asks again for fewer nodes; `problem` says why the others were refused."""
        self._to_delete = tuple(nodes)
        self.show_nodes(nodes)
        self._update_texts()
        self.typed.clear()
        self.show_problem(problem)

    def set_busy(self, text: str) -> None:
        """Shows what is in progress and disables input; an empty text enables it again."""
        self._busy = bool(text)
        self.show_progress(text or self._errors)
        self.typed.setEnabled(not self._busy)
        self.countdown.setEnabled(not self._busy)
        self.update_state()
        if not self._busy:
            self.typed.setFocus()

    @property
    def _expected(self) -> str:
        single = len(self._to_delete) == 1
        return formatting.line(self._to_delete[0].name) if single else str(len(self._to_delete))

    def _update_texts(self) -> None:
        if len(self._to_delete) == 1:
            consequences = self.tr(
                "The Node object is removed immediately, and its pods are killed about a minute"
                " later. A running kubelet registers the node again only when it restarts, and"
                " then without its labels, taints and annotations. This does not delete the"
                " machine. To free image space, cordon and drain the node instead."
            )
            prompt = self.tr("Type the node's name to delete it:")
        else:
            consequences = self.tr(
                "The Node objects are removed one after the other, and their pods are killed about"
                " a minute later. Running kubelets register the nodes again only when they restart,"
                " and then without their labels, taints and annotations."
            )
            prompt = self.tr("Type the number of nodes, {n}, to delete them:").format(
                n=len(self._to_delete)
            )
        self._consequences.setText(consequences)
        self._prompt.setText(prompt)
        self.typed.setPlaceholderText(self._expected)
        self.typed.setAccessibleName(prompt)

    def update_state(self) -> None:
        """Override: enables and labels the verb button."""
        confirmed = self.typed.text().strip() == self._expected
        self.verb_button.setEnabled(confirmed and not self._busy and not self.gone)
        count = len(self._to_delete)
        if not self.seconds:
            text = self.tr("Delete node now") if count == 1 else self.tr("Delete {n} nodes now")
        elif count == 1:
            text = self.tr("Delete node in {seconds} s")
        else:
            text = self.tr("Delete {n} nodes in {seconds} s")
        self.verb_button.setText(text.format(n=count, seconds=self.seconds))
