"""The figures of the views of images: about all images of the cluster."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.references import Coverage, UnknownReason
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.inventory.figures import Figures
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.window.figure import Figure
from kubeimg_gui.text import units

translate = QCoreApplication.translate
ImageFigureTexts = TranslationContext("ImageFigureTexts")


class ImageFigures:
    """Images, reported size, what no pod refers to, versions piled up, what arrived.

    Attributes:
        figures: what is shown; the owner keeps it up to date.
    """

    importance = (1, 3, 4, 2, 0)

    def __init__(self, nodes: NodeTableModel, pods: PodReferences) -> None:
        self._nodes = nodes
        self._pods = pods
        self.figures = Figures()

    def show(self, figures: Sequence[Figure], theme: Theme) -> None:
        """Shows what is known; dashes for what is not."""
        images, reported, unreferenced, pile_up, arrived = figures
        self._show_images(images, theme)
        self._show_reported(reported, theme)
        self._show_unreferenced(unreferenced, theme)
        self._show_pile_up(pile_up, theme)
        self._show_arrived(arrived, theme)

    def _show_images(self, figure: Figure, theme: Theme) -> None:
        count = self._nodes.inventory.distinct_images
        unit = ImageFigureTexts.tr("distinct image(s)", "", count)
        if not self._nodes.known:
            figure.show_figure("—", (unit,), theme.muted)
            return
        repositories = ImageFigureTexts.tr("%Ln repository(ies)", "", self.figures.repositories)
        captions = (f"{unit} · {repositories}", unit)
        figure.show_figure(f"{count:,}", captions, theme.text)

    def _show_reported(self, figure: Figure, theme: Theme) -> None:
        inventory = self._nodes.inventory
        short = translate("ImageFigures", "reported")
        if not self._nodes.known:
            figure.show_figure("—", (short,), theme.muted)
            return
        text = translate("ImageFigures", "reported, over {nodes}")
        long = text.format(nodes=formatting.nodes(inventory.nodes))
        captions = [long, short]
        if inventory.capped:
            capped = ImageFigureTexts.tr("%Ln list(s) may be cut", "", inventory.capped)
            captions.insert(0, f"{long} · {capped}")
        figure.show_figure(
            units.reported_size(inventory.reported_bytes, inventory.is_lower_bound),
            captions,
            theme.text,
            tip=formatting.exact_size(inventory.reported_bytes),
        )

    def _show_unreferenced(self, figure: Figure, theme: Theme) -> None:
        size = self._pods.not_referenced_bytes()
        long = translate("ImageFigures", "not referenced by any pod of their node")
        short = translate("ImageFigures", "not referenced")
        if size is None:
            why = unknown_text(self._pods.references.coverage)
            figure.show_figure("—", (f"{long} · {why}", why), theme.muted)
            return
        captions = [long, short]
        if self.figures.unknown:
            unknown = ImageFigureTexts.tr("%Ln image(s) unknown", "", self.figures.unknown)
            captions.insert(0, f"{long} · {unknown}")
        figure.show_figure(
            translate("ImageFigures", "at most {size}").format(size=units.size(size)),
            captions,
            theme.grown if size else theme.text,
            tip="\n".join(
                (
                    translate(
                        "ImageFigures",
                        "This does not mean safe to delete: images share layers, pods may come, and"
                        " lists may be cut.",
                    ),
                    formatting.exact_size(size),
                )
            ),
        )

    def _show_pile_up(self, figure: Figure, theme: Theme) -> None:
        worst = self.figures.pile_up
        if worst is None:
            text = translate("ImageFigures", "versions that no pod refers to")
            value = "—" if self._pods.not_referenced_bytes() is None else "0"
            figure.show_figure(value, (text,), theme.muted)
            return
        name = worst.name.removeprefix("docker.io/")
        text = translate("ImageFigures", "of {repository}, {n} referenced")
        long = formatting.fill(text, repository=name, n=f"{worst.referenced:,}")
        text = translate("ImageFigures", "of {repository}")
        last = formatting.fill(text, repository=name.rpartition("/")[2])
        size = translate("ImageFigures", "at most {size} not referenced")
        figure.show_figure(
            ImageFigureTexts.tr("%Ln version(s)", "", worst.versions),
            (long, formatting.fill(text, repository=name), last),
            theme.grown,
            tip=size.format(size=units.size(worst.unreferenced_bytes)),
        )

    def _show_arrived(self, figure: Figure, theme: Theme) -> None:
        moment, times = self._nodes.moment, self._nodes.times
        since = formatting.clock(moment.opened, moment.now)
        if not times.arrived:
            text = translate("ImageFigures", "no image arrived since {time}")
            short = translate("ImageFigures", "arrived")
            figure.show_figure("±0", (text.format(time=since), short), theme.text)
            return
        time = translate("ImageFigures", "arrived since {time}").format(time=since)
        arrivals = ImageFigureTexts.tr("%Ln arrival(s) on nodes", "", times.arrived)
        tip = f"{arrivals}\n{formatting.exact_size(times.arrived_bytes)}"
        value = formatting.signed_size(times.arrived_bytes)
        figure.show_figure(value, (time,), theme.grown, tip=tip)


def unknown_text(coverage: Coverage) -> str:
    """Returns why it is not known which images pods refer to."""
    if coverage.reason is UnknownReason.FORBIDDEN:
        return translate("ImageFigures", "you may not list pods")
    if coverage.reason is UnknownReason.NOT_READ:
        return translate("ImageFigures", "pods are not watched")
    if coverage.reason is UnknownReason.READING:
        return translate("ImageFigures", "reading pods")
    return translate("ImageFigures", "unknown")
