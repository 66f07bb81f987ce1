"""The six lessons, in the order in which they are taught."""

from __future__ import annotations

from docs.makers.lessons import (
    connection,
    diffusion,
    disciplines,
    right_customers,
    stickiness,
    zmot,
)
from docs.makers.lessons.lesson import Lesson

LESSONS: dict[str, Lesson] = {
    lesson.name: lesson
    for lesson in (
        Lesson("diffusion", diffusion.derive),
        Lesson("zmot", zmot.derive),
        Lesson("disciplines", disciplines.derive),
        Lesson("stickiness", stickiness.derive),
        Lesson("right-customers", right_customers.derive),
        Lesson("connection", connection.derive),
    )
}
"""By name."""
