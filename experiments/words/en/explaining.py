"""An explanation: what holds customers, what word of mouth and a connection are worth."""

TEXTS = {
    "nothing": "There is nothing to tell.",
    "no_customers": "{firm} had no customers then.",
    "retention_parts": "What holds customers",
    "word_of_mouth": "What word of mouth is worth",
    "connection_part": "How much a connection deserves",
    "connection": (
        "At {firm} the first unit of money brings {gain}; spending stops paying at {stops} per "
        "customer (in {crossings} of {count} replications; it pays throughout in {throughout}, "
        "never in {never})."
    ),
    "connection_none": (
        "At {firm} the first unit of money brings {gain}; of {count} replications spending pays "
        "throughout in {throughout} and never in {never}."
    ),
    "part": "Part",
    "all_firms": "All firms together",
    "retention": (
        "{firm} keeps {total} of its customers of month {month} for {months}; what holds them most "
        "is {part}, {most} points. With nothing holding, the offer alone would keep {offer} points."
    ),
    "retention_title": "Retention, taken apart",
    "points_axis": "Points of retention",
    "retention_how": (
        "Shapley values of seven holds and what the offer keeps without them, with all firms' "
        "policies replayed; line: 95 % interval. The parts add up to the retention."
    ),
    "mouth": (
        "{firm}: word of mouth changes what customers bring by {amount} a customer of the market "
        "({part} of what it is without)."
    ),
    "mouth_unsure": (
        "{firm}: word of mouth changes what customers bring by {amount} a customer of the market "
        "({part} of what it is without), which may be chance."
    ),
    "mouth_title": "Worth of word of mouth by its parts",
    "money_axis": "Money of month 0 per customer of the market",
    "mouth_how": (
        "Discounted customer value with word of mouth less without it, after Libai, Muller & Peres "
        "2013; line: 95 % interval."
    ),
    "connection_title": "What one more unit of money brings",
    "spent_axis": "Spent per customer",
    "gain_axis": "Gain per unit",
    "step_axis": "Spent → gain per unit",
    "connection_how": (
        "Marginal gain of each step of spending: solid with rivals that react, with 95 % "
        "intervals; dashed with rivals frozen. Below the level line at 1 the next unit of money "
        "brings less than it costs."
    ),
    "offer": "the offer alone",
    "location": "location",
    "switching": "switching cost",
    "obligation": "obligation",
    "success": "success",
    "knowledge": "what the firm knows of them",
    "own_information": "what they know of it",
    "inattention": "inattention",
    "total": "in all",
    "acceleration": "they come sooner",
    "expansion": "they would not come at all",
    "retention_part": "how long they stay and what they spend",
    "loss_to_rivals": "they would come if nobody talked",
    "frozen": "rivals frozen",
    "reacting": "rivals react",
}
