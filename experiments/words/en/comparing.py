"""A comparison: what differs, by how much, how sure."""

TEXTS = {
    "market": "the market",
    "points": "{number} points",
    "with_interval": "{value} (95 %: {low} to {high})",
    "of": "{firm} by {value}",
    "measure_of": "{measure} of {firm}",
    "more": "{number} more",
    "difference_in": "difference in {measure}",
    "differs": "In month {month}, {label} changes {measure} for {firms}.",
    "untold": (
        "No difference in {measure} can be told for {firms} in month {month}: one of {smallest} "
        "would most likely have been seen."
    ),
    "untold_more": (
        "None can be told for {firms}: one of {smallest} would most likely have been seen."
    ),
    "undefined": "{measure} is not defined in both scenarios for anybody.",
    "in_one_history": "In month {month} of this one history {measure} differs for {firms}.",
    "held": (
        "Prices are held: every firm prices on what a unit costs it in the base, whatever it costs "
        "here."
    ),
    "passed_on": "Prices are not held: what a unit costs more or less is passed on to them.",
    "would": "Passing costs on would change the price in month {month}: at {firms}.",
    "would_not": (
        "No cost per unit differs in month {month}: passing costs on would change no price."
    ),
    "would_hardly": "Passing costs on would change no price in month {month} by as much as 0.1 %.",
    "does_hardly": "No price differs in month {month} by as much as 0.1 %.",
    "does": "The price in month {month} differs: at {firms}.",
    "does_not": "No price differs in month {month}.",
    "money": "{firm} in month {month}: {told}.",
    "figure": "{measure} {value}",
    "figure_same": "{measure} the same",
    "figure_unsure": "{measure} {value}, whose sign cannot be told",
    "turned": (
        "At {firm} the sign depends on the horizon: in month {month} the difference in profit so "
        "far was {then}."
    ),
    "may_turn": (
        "At {firm} the sign may not last beyond month {month}: at the pace since month {since} the "
        "difference in profit so far would be gone in month {zero}."
    ),
    "slower": (
        "At {firm} the sign may not last beyond month {month}: the difference in profit so far "
        "grows ever more slowly, by {now} a month since month {since} and by {before} a month "
        "before."
    ),
    "one_replication": "One replication cannot tell an effect from chance.",
    "same": (
        "No outcome differs in any replication by month {month}: the two are the same until then."
    ),
    "family_none": (
        "Of {count} main outcomes in month {month} ({measures}, each of every firm), none can be "
        "told to differ when they are judged together (Holm 1979, 5 %)."
    ),
    "family_some": (
        "Of {count} main outcomes in month {month} ({measures}, each of every firm), {certain} "
        "differ when they are judged together (Holm 1979, 5 %): {outcomes}."
    ),
    "all": (
        "Of all {total} outcomes looked at in month {month}, {differing} have an interval without "
        "0; if nothing differed, about {chance} would have."
    ),
    "changes": "What was changed",
    "no_change": "Nothing: this is the base itself.",
    "base": "Base",
    "differences": "What came of it",
    "course_title": "Difference in {measure} over the months",
    "course_how": (
        "Less {base}. Line: mean of the paired differences of {runs}; band: its 95 % interval. "
        "Where the band holds 0, chance alone could have done it."
    ),
    "course_how_one": "Less {base}; one pair of runs, without an interval.",
    "main_title": "Main outcomes in month {month}",
    "main_how": (
        "Dot: mean paired difference; line: its 95 % interval, each judged alone. Those that "
        "differ when all are judged together are marked in the table."
    ),
    "head_outcome": "Outcome",
    "head_base": "Base",
    "head_here": "Here",
    "head_difference": "Difference",
    "head_pairs": "Pairs",
    "head_together": "Differs, judged together",
    "yes": "yes",
    "no": "cannot be told",
    "courses": "Each scenario by itself",
    "scenarios": "Scenarios",
}
