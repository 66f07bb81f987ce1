"""What became of the claims of the sources."""

TEXTS = {
    "head": (
        "What the sources claim, against the same market without the idea (paired, 95 % intervals):"
    ),
    "came_true": "came true",
    "did_not_come_true": "did not come true",
    "same": "cannot be told, as both markets are the same",
    "untold": "cannot be told from {runs}",
    "place": "{measure} of {firm}, month {month}",
    "place_market": "{measure}, month {month}",
    "undefined": "{place}: {missing}.",
    "both": "{place}: {mean} with it, {without} without, a difference of {difference}.",
    "one_history": (
        "{place}: {mean} with it, {without} without, a difference of {difference} in one history."
    ),
    "in_pairs": "{text} in {pairs} of {count} replications; {missing}",
    "firm_is_there": "{firm} is there",
    "defined": "it is defined",
    "missing": "{what} in {there} of {count} with it and in {without} without",
}
