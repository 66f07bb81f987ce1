"""What came out of a run, in a few sentences."""

TEXTS = {
    "no_firm": ("No firm took part in this run. There is no share and no retention to speak of."),
    "one_run": "This is one run: replications would tell how much of it is chance.",
    "move_end": ".",
    "move_between": "; ",
    "nobody": "At the end no firm has a customer.",
    "only": "{name} is the only firm and ends with {share} of those who have a provider.",
    "level": "{names} end level with the largest share of customers, {share} each.",
    "leading": "{name} ends with the largest share of customers, {share}{before}{hedge}{how}.",
    "before": ", after {start} at the start",
    "how": (
        ": {how} (won {won:.2f} % of its size a month, the others {won_elsewhere:.2f} %; "
        "lost {lost:.2f} %, the others {lost_elsewhere:.2f} %)"
    ),
    "stayed_both": "it stayed ahead by winning more customers for its size and losing fewer",
    "stayed_winning": "it stayed ahead by winning customers, not by keeping them better",
    "stayed_keeping": "it stayed ahead by keeping customers, not by winning more",
    "came_both": "it got there by winning more customers for its size and losing fewer",
    "came_winning": "it got there by winning customers, not by keeping them better",
    "came_keeping": "it got there by keeping customers, not by winning more",
    "neither": "it neither won more nor lost fewer for its size",
    "hedge": " (in {times} of {count} replications)",
    "band": "{value} (10–90 %: {low:.1f} to {high:.1f})",
    "figure_last": "in month {month}",
    "figure_year": "mean of the last 12 months",
    "figure_short": "mean of months 0 to {month}",
    "figure_sum": "sum of all months",
    "figure_rate": "over the whole run",
    "windows": "Lost: {rate}; profit: {sum}; others: {year}.",
    "none_left": "So nobody is left whom a firm keeps.",
    "more_moves": "and {count} more came or closed",
    "none_kept": "No firm had customers long enough to tell who keeps them.",
    "yearly": "{value} are still there after a year",
    "monthly": "{value} leave a month",
    "of_its": "Of its customers {figure}; {holding}.",
    "level_keeping": (
        "{names} are level in keeping customers best: of {name}'s {figure}; {holding}."
    ),
    "keeps_best": "{name} keeps its customers best: {figure}{hedge}; {holding}.",
    "not_measured": "what holds them was not measured in its last year",
    "negative": (
        "stickiness does not hold them, it is negative ({worth} of the bill): "
        "those who stay do not look around"
    ),
    "little": (
        "little of that is stickiness ({worth} of the bill{largest}): "
        "most stay by inattention, because they do not look around"
    ),
    "largest": ", most of it {most}",
    "holds_against": (
        "what holds them most is {most} ({size:.2f}{each} units of stickiness, of which other "
        "things leave {total:.2f}, worth {worth} of the bill)"
    ),
    "holds": (
        "what holds them most is {most} ({size:.2f}{each} of {total:.2f} units "
        "of stickiness, together worth {worth} of the bill)"
    ),
    "each": " each",
    "too_short": "A run of {months} is too short to compare two years.",
    "not_comparable": "Stickiness cannot be compared between the first year and the last.",
    "size": "stickiness went from {first:.2f} to {last:.2f} units",
    "shift": "Over all firms {size} between the first year and the last.",
    "shift_same": "Over all firms {size}, and {new} held most in the first year as in the last.",
    "shift_other": (
        "Over all firms {size}: in the first year {old} held most, in the last {new}{hedge}."
    ),
    "move": "{name} {what}.",
    "entered_and_closed": "{entered} and {closed}",
    "entered": "entered in month {month}",
    "closed": "closed in month {month:.0f}{hedge}",
    "closed_between": "closed between months {first:.0f} and {last:.0f}{hedge}",
    "location": "location",
    "switching": "switching cost",
    "obligation": "obligation",
    "success": "their own success",
}
