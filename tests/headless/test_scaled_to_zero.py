"""What the table of images says about workloads that are scaled to 0."""

import io

from kubeimg_gui.domain.references import Coverage, UnknownReason
from kubeimg_gui.domain.scaled_to_zero import ScaledToZero
from kubeimg_gui.headless.images_report import ImagesReport
from tests.headless.test_images_report import FLEET, joined, pod
from tests.support.workloads import scaled_to_zero


def test_the_table_says_how_much_of_what_is_not_referenced_workloads_scaled_to_0_use() -> None:
    workloads = ScaledToZero({"StatefulSet"})
    workloads.update(None, scaled_to_zero("shop", "quay.io/shop/web:1", "quay.io/shop/web:2"))
    workloads.update(None, scaled_to_zero("elsewhere", "absent:1"))
    out = io.StringIO()
    references = joined(FLEET, pod("web-0", "quay.io/shop/web:2", "n2"))
    ImagesReport(FLEET, references, workloads=workloads).write_table(out)
    used, unknown = out.getvalue().splitlines()[-2:]
    assert used == "Of what is not referenced, workloads scaled to 0 use 2 images, 14.0 GiB."
    assert "not all statefulsets can be read" in unknown
    references.coverage = Coverage(None, UnknownReason.FORBIDDEN)
    out = io.StringIO()
    ImagesReport(FLEET, references, workloads=workloads).write_table(out)
    assert "scaled to 0" not in out.getvalue(), "nothing is known to be not referenced"
