"""The table of limits can be rechecked."""

from __future__ import annotations

from adapters.slack import limits
from adapters.slack.outcomes import CLOSED, CUT_OFF, FOR_NOW, GONE, MAYBE_SHOWN, REASONS, UNDRAWABLE


def test_every_number_has_its_source() -> None:
    """A page, a model of the SDK, an issue, or ourselves with a reason."""
    table = {name: limit for name, limit in vars(limits).items() if isinstance(limit, int)}
    assert table
    assert all(isinstance(limit, limits.Limit) and len(limit.source) > 10 for limit in table.values())


def test_no_error_code_means_two_things() -> None:
    """Retried, permanent and unknown exclude each other."""
    assert not (FOR_NOW & MAYBE_SHOWN or FOR_NOW & UNDRAWABLE or MAYBE_SHOWN & UNDRAWABLE)
    assert not set(REASONS) & (FOR_NOW | MAYBE_SHOWN | UNDRAWABLE)
    assert set(REASONS) >= CUT_OFF and not CUT_OFF & {*GONE, *CLOSED}
    assert set(REASONS) >= GONE - {"message_deleted"}
