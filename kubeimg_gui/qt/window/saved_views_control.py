"""Saves, applies, renames and deletes what the user arranged in a window, by name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import announce
from kubeimg_gui.qt.nodes.label_scan import LabelScan
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.window.connection_wording import Notice, NoticeAction
from kubeimg_gui.qt.window.layout import WindowLayout
from kubeimg_gui.qt.window.saved_views import (
    Arrangement,
    Naming,
    SavedView,
    by_name,
    load_views,
    remove_view,
    same_name,
    save_view,
)
from kubeimg_gui.qt.window.saved_views_button import SavedViewsButton
from kubeimg_gui.qt.window.views_control import ViewsControl

if TYPE_CHECKING:
    from kubeimg_gui.qt.window.saved_view_dialog import SavedViewDialog


class SavedViewsControl(QObject):
    """Connects the button beside the tabs with the saved views of a context; GUI thread only.

    `settings` is the INI file that keeps them; None to keep them only as long as the window.

    Attributes:
        applied: the name of the view that was applied or saved last; "" for none.
        button: the button.
        dialog: the open dialog, None while it is closed.
    """

    def __init__(
        self,
        page: WindowLayout,
        nodes: NodeTableModel,
        views: ViewsControl,
        settings: Path | None,
        context: str,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._nodes = nodes
        self._views = views
        self._settings = settings
        self._context = context
        self._saved: list[SavedView] = []
        self._applied_as: Arrangement | None = None
        self._missing: list[str] = []
        self._wanted_labels: set[str] = set()
        self._scan: LabelScan | None = None
        self._deleted: SavedView | None = None
        self._is_written = True
        self.applied = ""
        self.dialog: SavedViewDialog | None = None
        self.button = SavedViewsButton(page.view_bar)
        page.view_bar.add_beside_tabs(self.button)
        self._connect()
        self.set_context(context)

    def _connect(self) -> None:
        button = self.button
        button.menu_requested.connect(self._load)
        button.chosen.connect(self.apply)
        button.save.triggered.connect(self._ask_to_save)
        button.update_applied.triggered.connect(lambda: self.save(self.applied))
        button.rename.triggered.connect(self._ask_to_rename)
        button.delete.triggered.connect(self.delete)
        self._nodes.grouping_changed.connect(self.refresh)
        self._views.restored.connect(self._take_restored)
        self._page.views_banner.action_requested.connect(self._perform)

    @property
    def names(self) -> Sequence[str]:
        """The names of the saved views of the context."""
        return [view.name for view in self._saved]

    @property
    def changed(self) -> bool:
        """Whether something that the applied view keeps is not as it was applied."""
        was = self._applied_as
        return bool(self.applied) and was is not None and self._arrangement(was.states) != was

    def set_context(self, context: str) -> None:
        """Offers the saved views of a context; none of them is applied."""
        self._context = context
        self.applied, self._applied_as = "", None
        self._saved = []
        self._is_written = True
        if self.dialog is not None:
            self.dialog.reject()
        self.dismiss()
        self._load()

    def begin(self) -> None:
        """Looks for the labels of a view that was applied before the nodes were known."""
        self._look_for(self._wanted_labels)

    def refresh(self) -> None:
        """Shows whether the applied view was changed."""
        self.button.show_applied(self.applied, changed=self.changed)

    def apply(self, name: str) -> None:
        """Arranges the window as it was saved, and says what is no longer there."""
        view = self._named(name)
        if view is None:
            return
        self.dismiss()
        wanted = view.arrangement
        self.applied, self._applied_as = view.name, wanted
        # Nothing is painted in between.
        self._page.setUpdatesEnabled(False)
        try:
            self._page.toolbar.filter.setText(wanted.filter)
            self._page.table.columns.restore(wanted.columns)
            self._missing += self._views.restore(wanted.states)
            self._show_view(wanted.view)
        finally:
            self._page.setUpdatesEnabled(True)
        self._applied_as = self._arrangement(wanted.states)
        self._report()
        self._look_for(wanted.labels)
        text = formatting.fill(self.tr("{name} is applied"), name=view.name)
        announce(self.button, text)
        self._views.focus()
        self.refresh()

    def save(self, name: str) -> None:
        """Saves what the user arranged under a name, in place of what has the name."""
        self.dismiss()
        arrangement = self._arrangement()
        self._keep(SavedView(name, arrangement))
        self.applied, self._applied_as = name, arrangement
        self.refresh()

    def rename(self, name: str) -> None:
        """Gives the applied view another name; does nothing if another view has it."""
        view, other = self._named(self.applied), self._named(name)
        if view is None or (other is not None and other is not view):
            return
        self.dismiss()
        self._keep(replace(view, name=name))
        if same_name(name) != same_name(view.name):
            self._remove(view)
        self.applied = name
        self.refresh()

    def delete(self) -> None:
        """Deletes the applied view, and offers to undo that; the window stays as it is."""
        view = self._named(self.applied)
        if view is None:
            return
        self.dismiss()
        self._remove(view)
        self.applied = ""
        if self._is_written:
            self._deleted = view
            text = formatting.fill(self.tr("The saved view “{name}” is deleted."), name=view.name)
            self._note(text, NoticeAction.RESTORE_VIEW)
        self.refresh()

    def restore_deleted(self) -> None:
        """Undoes the last deletion, as long as it is offered."""
        view = self._deleted
        if view is not None:
            self.dismiss()
            self._keep(view)
            self.applied = view.name
            self.refresh()

    def dismiss(self) -> bool:
        """Hides the notice about saved views; returns whether there was one."""
        was_shown = self._page.views_banner.isVisibleTo(self._page)
        self._deleted = self._scan = None
        self._missing, self._wanted_labels = [], set()
        self._page.views_banner.show_notice(None)
        return was_shown

    def _arrangement(self, only: Iterable[str] | None = None) -> Arrangement:
        """Returns what is arranged now; of the states, `only` those of these views."""
        states = self._views.states
        if only is not None:
            states = {name: states[name] for name in only if name in states}
        page = self._page
        return Arrangement(
            view=self._views.current.name,
            filter=page.toolbar.filter.text(),
            columns=page.table.columns.layout(),
            states=states,
        )

    def _named(self, name: str) -> SavedView | None:
        key = same_name(name)
        return next((view for view in self._saved if same_name(view.name) == key), None)

    def _show_view(self, name: str) -> None:
        if name in self._views.names:
            self._views.show(name)
        else:
            self._missing.append(formatting.fill(self.tr("view {name}"), name=name))

    def _look_for(self, labels: set[str]) -> None:
        """Finds out between events which of these labels no node has, and says so.

        Until the nodes are known, it keeps them for `begin`.
        """
        self._wanted_labels = labels
        if labels and self._views.nodes_known:
            self._scan = LabelScan(self._nodes, self)
            self._scan.found.connect(partial(self._take_labels, self._scan, labels))

    def _take_labels(self, scan: LabelScan, wanted: set[str], found: Sequence[str]) -> None:
        if scan is self._scan:
            text = self.tr("label {name}, which no node has")
            self._missing += (
                formatting.fill(text, name=label) for label in sorted(wanted.difference(found))
            )
            self._report()
        scan.deleteLater()

    def _take_restored(self, name: str, missing: Sequence[str]) -> None:
        """Takes the state of a new view as the one it was applied with."""
        was = self._applied_as
        if was is not None and name in was.states:
            self._applied_as = replace(was, states={**was.states, name: self._views.states[name]})
        self._missing += missing
        self._report()

    def _report(self) -> None:
        if self._missing:
            text = self.tr("“{name}” is applied. Missing here: {parts}.")
            parts = "; ".join(self._missing)
            self._note(formatting.fill(text, name=self.applied, parts=parts), NoticeAction.DISMISS)

    def _note(self, sentence: str, action: NoticeAction) -> None:
        self._page.views_banner.show_notice(Notice(sentence, action=action))
        announce(self.button, sentence)

    def _perform(self, action: NoticeAction) -> None:
        if action is NoticeAction.RESTORE_VIEW:
            self.restore_deleted()
        else:
            self.dismiss()

    def _load(self) -> None:
        """Reads the file: another window may have saved views of this context."""
        if self._settings is not None and self._context and self._is_written:
            self._saved = load_views(self._settings, self._context)
            if self._named(self.applied) is None:
                self.applied = ""
        self._offer()
        self.refresh()

    def _offer(self) -> None:
        self.button.offer(self.names, can_save=bool(self._context))

    def _keep(self, view: SavedView) -> None:
        same = self._named(view.name)
        self._saved = by_name([view, *(each for each in self._saved if each is not same)])
        if self._settings is not None:
            self._check(written=save_view(self._settings, self._context, view))
        self._offer()

    def _remove(self, view: SavedView) -> None:
        self._saved.remove(view)
        if self._settings is not None:
            self._check(written=remove_view(self._settings, self._context, view.name))
        self._offer()

    def _check(self, *, written: bool) -> None:
        self._is_written = written
        if not written:
            text = self.tr("The settings file cannot be written: saved views end with this window.")
            self._note(text, NoticeAction.DISMISS)

    def _ask_to_save(self) -> None:
        self._ask(Naming.SAVE, self.save)

    def _ask_to_rename(self) -> None:
        self._ask(Naming.RENAME, self.rename)

    def _ask(self, naming: Naming, act: Callable[[str], None]) -> None:
        # Imported late: the first window appears sooner.
        from kubeimg_gui.qt.window.saved_view_dialog import SavedViewDialog

        if self.dialog is None:
            self._load()
            window = self._page.window()
            self.dialog = SavedViewDialog(naming, self._context, self.applied, self.names, window)
            self.dialog.named.connect(act)
            self.dialog.finished.connect(self._forget_dialog)
            self.dialog.show_centred()

    def _forget_dialog(self) -> None:
        self.dialog = None
