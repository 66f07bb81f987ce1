"""A sweep: its design, its outcomes over the factors, its indices."""

TEXTS = {
    "nothing": "No trial with a table of firms is done; nothing can be said about outcomes yet.",
    "ahead": (
        "Over the points of the design {firm} has the highest {measure} at the end, {mean} on "
        "average (from {low} to {high}); it is ahead in {times} of {points} points."
    ),
    "effect": (
        "Of all factors {factor} moves it most: between {low} and {high} the {measure} of {firm} "
        "goes from {first} to {second}, a difference of {difference}."
    ),
    "effect_unsure": (
        "Of all factors {factor} seems to move it most, which may be chance: between {low} and "
        "{high} the {measure} of {firm} goes from {first} to {second}, a difference of "
        "{difference}."
    ),
    "complete": "All {total} trials are done.",
    "incomplete": (
        "The sweep is not whole: of {total} trials {done} are done, {failed} failed and {missing} "
        "are missing. Everything here is of those that are done; what is missing may change it."
    ),
    "unplaced": (
        "{number} of those done were made by another version, and cannot be placed in the design "
        "any more; they are left out."
    ),
    "design": "The design",
    "design_intro": "{design} with {points} points, {total} trials in all.",
    "grid": "A grid",
    "list": "A list",
    "latin-hypercube": "A Latin hypercube",
    "sobol": "A Sobol design (Saltelli)",
    "morris": "A Morris design",
    "lever": "a firm",
    "uncertain": "nobody (uncertain)",
    "outcomes": "Outcomes over the factors",
    "measures": "Outcome",
    "panel": "{measure} of each firm over {factor}",
    "outcome_title": "What {measure} does over each factor",
    "how": (
        "Dot: one of {points} points of the design, mean of its replications in the last month; "
        "line: means by value, or by fifths of the range. All other factors vary along."
    ),
    "effects": "From the low to the high end of each factor, with 95 % intervals (Welch 1947)",
    "head_who": "Firm · factor",
    "head_ends": "From → to",
    "head_low": "There",
    "head_high": "Here",
    "head_effect": "Difference",
    "head_factor": "Factor",
    "head_values": "Values",
    "head_who_decides": "Who decides",
    "head_firm": "Firm",
    "indices": "What outcomes depend on",
    "indices_title": "What {measure} depends on",
    "no_indices": (
        "The design allows for indices; this command makes them, and a new report has them:"
    ),
    "mu_star": "mu*: mean size of the effect",
    "sigma": "sigma: how much it varies",
    "st": "ST: share of variance it has a part in",
    "s1": "S1: share it explains alone",
    "interval": "95 %",
    "how_morris": (
        "Mean size of the change of the outcome over a factor's whole range (Morris 1991; "
        "Campolongo et al. 2007), with 95 % intervals."
    ),
    "how_sobol": (
        "Share of the outcome's variance in which a factor has a part, alone or with others "
        "(Sobol 1993), with 95 % intervals."
    ),
    "strongest": "Strongest by {index}: {firms}.",
    "strongest_of": "{factor} for {firm} ({value})",
    "nothing_varies": "Nothing varies.",
}
