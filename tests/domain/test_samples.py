import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.samples import MAX_SAMPLES, SizeSamples


def series(sizes: list[int]) -> SizeSamples:
    samples = SizeSamples()
    for at, size in enumerate(sizes):
        samples.add(at, size)
    return samples


def test_each_change_of_size_is_a_sample() -> None:
    samples = series([5, 5, 7, 7, 5])
    assert list(samples) == [(0, 5), (2, 7), (4, 5)]
    assert (samples.first, samples.last, len(samples)) == ((0, 5), (4, 5), 3)
    assert samples.changed_at == 4
    samples.add(9, 5)
    assert samples.changed_at == 4


def test_a_full_series_drops_every_second_sample() -> None:
    samples = series(list(range(MAX_SAMPLES)))
    assert len(samples) == MAX_SAMPLES
    samples.add(MAX_SAMPLES, MAX_SAMPLES)
    kept = [0, *range(2, MAX_SAMPLES, 2), MAX_SAMPLES]
    assert [size for _at, size in samples] == kept


def test_there_is_no_sample_at_first() -> None:
    samples = SizeSamples()
    assert not samples
    assert samples.changed_at == 0
    with pytest.raises(IndexError):
        _ = samples.first
    with pytest.raises(IndexError):
        _ = samples.last


@given(st.lists(st.integers(0, 3), min_size=1, max_size=400))
def test_a_series_is_bounded_and_reaches_from_the_first_to_the_last(sizes: list[int]) -> None:
    samples = series(sizes)
    assert len(samples) <= MAX_SAMPLES
    assert samples.first == (0, sizes[0])
    assert samples.last[1] == sizes[-1]
    times = [at for at, _size in samples]
    assert times == sorted(set(times))
