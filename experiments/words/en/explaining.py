"""An explanation: what holds customers, what word of mouth and a connection are worth."""

TEXTS = {
    "nothing": "There is nothing to tell.",
    "no_customers": "{firm} had no customers then.",
    "retention_parts": "What holds customers",
    "word_of_mouth": "What word of mouth is worth",
    "connection_part": "How much a connection deserves",
    "connection_longer": "How much a connection deserves, followed further",
    "connection": "{firm}: more {lever} from month {month} on, {prices}.",
    "connection_free": "{firm}: more {lever} costs nothing, so there is no spending to weigh.",
    "service": "service",
    "attention": "attention",
    "prices_held": "its price held",
    "prices_passed_on": "what it costs passed on to its price",
    "gain": "Within {months}, to month {end}, the first unit of money brings {gain}: {verdict}.",
    "pays_throughout": "every step pays back by then, up to {spent} a customer",
    "pays_then_stops": "it pays back by then and stops paying at {stops} a customer",
    "pays_at_first": "it pays back by then at first; where it stops paying cannot be told",
    "does_not_pay": "it does not pay back by then",
    "cannot_be_told": "whether it pays back by then cannot be told",
    "one_history": "whether it pays back by then cannot be told from one replication",
    "counts": (
        "Of {count} replications, by then {never} gain less than is spent from the first step on, "
        "{throughout} gain more on every step, and {between} stop in between."
    ),
    "rising": (
        "The gain still rises at the end: month {end} is no verdict on what spending brings later."
    ),
    "rising_still": "It still rises at the end of month {end}.",
    "rests": "It rises no more at the end of month {end}.",
    "average": (
        "On average a customer is worth {clv}, while the first step pays {cost} for each one kept "
        "more."
    ),
    "average_none": "On average a customer is worth {clv}; no more customers are kept by it.",
    "average_untold": (
        "On average a customer is worth {clv}; what one more kept costs differs too much between "
        "replications to say."
    ),
    "average_spend": (
        "On average a customer is worth {clv}, while the first step pays {cost} for each one kept "
        "more: the average would say spend; within {months} the margin says do not."
    ),
    "average_spare": (
        "On average a customer is worth {clv}, while the first step pays {cost} for each one kept "
        "more: the average would say do not spend; within {months} the margin says do."
    ),
    "if_frozen": "With rivals frozen it would bring {gain} within {months}.",
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
        "{firm}: within {months}, {prices}, word of mouth changes what customers bring by {amount} "
        "a customer of the market ({part} of what it is without)."
    ),
    "mouth_unsure": (
        "{firm}: within {months}, {prices}, word of mouth changes what customers bring by {amount} "
        "a customer of the market ({part} of what it is without), which may be chance."
    ),
    "mouth_turns": (
        "At {firm} the last {last} go the other way, by {amount}: beyond month {end} the sign may "
        "not last."
    ),
    "mouth_prices_held": "prices held",
    "mouth_prices_passed_on": "costs passed on to prices",
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
