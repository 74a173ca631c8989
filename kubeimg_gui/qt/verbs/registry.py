"""The verbs on nodes, in the order of the menu."""

from kubeimg_gui.qt.verbs.annotate import ANNOTATE
from kubeimg_gui.qt.verbs.cancel_deletion import CANCEL_DELETION
from kubeimg_gui.qt.verbs.copy_name import COPY_NAME
from kubeimg_gui.qt.verbs.delete import DELETE
from kubeimg_gui.qt.verbs.verb import Verb
from kubeimg_gui.qt.verbs.view_yaml import VIEW_YAML

VERBS: tuple[Verb, ...] = (
    CANCEL_DELETION,
    COPY_NAME,
    VIEW_YAML,
    ANNOTATE,
    DELETE,
)
