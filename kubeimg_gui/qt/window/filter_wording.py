"""Says what is wrong with a term of the filter."""

from kubeimg_gui.domain.query import Expected, TermError
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext

LONGEST_TERM = 30
"""Maximum characters of a term in the sentence that says what is wrong with it."""

FilterProblem = TranslationContext("FilterProblem")


def problem_sentence(error: TermError) -> str:
    """Returns which term is ignored, and what was expected instead."""
    sentence = FilterProblem.tr("“{term}” is ignored. Expected {expected}.")
    term = formatting.shortened(error.term, LONGEST_TERM)
    return formatting.fill(sentence, term=term, expected=_expected(error))


def _expected(error: TermError) -> str:
    template = {
        Expected.IMAGE: FilterProblem.tr("part of an image's name, for example {example}"),
        Expected.REGISTRY: FilterProblem.tr("part of a registry's name, for example {example}"),
        Expected.NODE: FilterProblem.tr("part of a node's name, for example {example}"),
        Expected.LABEL: FilterProblem.tr("a label, for example {example} or label:pool"),
        Expected.RUNTIME: FilterProblem.tr("part of a runtime's name, for example {example}"),
        Expected.STATE: FilterProblem.tr("one of {example}"),
        Expected.COMPARISON: FilterProblem.tr("a comparison, for example {example}"),
        Expected.UNIT: FilterProblem.tr("a size with a unit, for example {example}"),
        Expected.WORD: FilterProblem.tr("a word or a term after the minus"),
        Expected.QUOTED_TEXT: FilterProblem.tr("text between the quotation marks"),
        Expected.CLOSING_MARK: FilterProblem.tr("a quotation mark at the end"),
        Expected.SPACE: FilterProblem.tr("a space after the quotation mark"),
    }[error.expected]
    return formatting.fill(template, example=error.example)
