"""Method, differences from the defaults, limits, and how to reproduce."""

TEXTS = {
    "model": (
        "Tsunagari is an agent-based model. Firms with operating models of their own invest, "
        "price and deliver; customers with their own needs, wallets and friends live what is "
        "delivered, form expectations and satisfaction, tell friends and write reviews, look "
        "around from time to time, and choose among the firms they know by utility with a random "
        "part (a logit). What only the present provider has, nearness, the trouble of leaving, "
        "obligation and the customer's own success, makes customers stick. Every rule with its "
        "equation and source is in {model}; every column of the tables in {tables}."
    ),
    "run": "The market has {customers} and ran for {months}, {runs}, from seed {seed}.",
    "luck": (
        "Replications have the same scenario and other luck; in brackets and bands stands the "
        "range from the 10th to the 90th per cent of them."
    ),
    "one": "One replication is one history: nothing here says how much of it is chance.",
    "paired": (
        "All scenarios had the same customers and the same luck in every replication. Differences "
        "are paired, and their intervals are of 95 % (Student's t over {runs})."
    ),
    "explained": (
        "Twins of the market share all luck that the change does not concern. Intervals are of "
        "95 % (Student's t over replications)."
    ),
    "swept": (
        "Every point of the design was run under {runs}; outcomes are those of the last month of "
        "each trial."
    ),
    "defaults_none": "Every value of this scenario is the default.",
    "defaults_some": (
        "Values that differ from the defaults: {count}; all others are as in {file}. Firms, "
        "segments and events that the defaults do not have stand as a whole."
    ),
    "path": "Key",
    "here": "Here",
    "default": "Default",
    "unit": "Unit",
    "meaning": "Meaning",
    "not_there": "–",
    "limit_chance_one": (
        "This is one replication. It shows what can happen, not what usually does; run it with "
        "{option} before believing a difference."
    ),
    "limit_chance_few": (
        "There are {runs}. Bands of so few are rough: the 10th and 90th per cent lie close to the "
        "smallest and the largest of them."
    ),
    "limit_chance": "There are {runs}; a pattern that holds in fewer of them may be chance.",
    "limit_fit": (
        "The market is made up and resembles mobile phones or broadband. It is not fitted to "
        "yours: ask it which way and why, not how much."
    ),
    "limit_out": (
        "The model leaves out, among other things, seasons, taxes, regulation and suppliers; "
        "rivals' imitation of what works with single accounts; and that a launch makes strangers "
        "look around. Firms follow their operating model; they do not plan against each other "
        "except where the scenario says so."
    ),
    "limit_values": (
        "Many values are assumptions. Change those you are unsure of, and keep the conclusions "
        "that stay."
    ),
    "limit_causes": (
        "That two things move together in one market does not say that one causes the other; "
        "{compare} and {explain} change one thing at a time."
    ),
    "limit_small": (
        "With {customers} the number of people behind a share is small, and chance moves it."
    ),
    "again": "In the folder {folder} of this result:",
    "again_elsewhere": (
        "{scenario} is the scenario in full. On the same versions it gives the same tables to the "
        "bit. The command was:"
    ),
    "report_again": "This document was made by:",
    "what": "What",
    "value": "Value",
    "plan_hash": "Digest of the plan and seed",
    "design_hash": "Key of the design",
    "seed": "Seed",
    "replications": "Replications",
    "finished": "Finished",
    "versions": "Versions",
    "system": "System",
    "notes": "Notes of the command",
    "notes_count": "{count}; see {file}",
    "digests": "Digests of the tables",
    "file": "File",
    "bytes": "Bytes",
    "sha": "SHA-256",
}
