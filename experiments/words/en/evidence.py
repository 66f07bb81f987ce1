"""Figures of a run: titles, axes, how to read them, and what they show."""

TEXTS = {
    "month": "Month",
    "firm": "Firm",
    "from_to": "from ↓ to →",
    "customers": "customers",
    "listed": ", ",
    "single": "One run: the line is that history.",
    "band": "Line: mean of {count} replications; band: the middle 80 % of them (10–90 %).",
    "ends": "The number behind a name: {window}.",
    "thinned": "Every {step}th month and the last are drawn.",
    "with_band": "{value} (10–90 %: {low} to {high})",
    "points": "{number} points",
    "when_year": "In the last year",
    "when_short": "In months 0 to {month}",
    "when_start": "At the start",
    "level": "All firms are level, at {value}.",
    "level_with": "{name} (level with {others})",
    "nobody_followed": "Nobody could be followed for {months} without a gap.",
    "nothing": "Nothing can be said: no firm had customers long enough.",
    "first_to_last": "{title}: first year → last year",
    # share
    "share_title": "Who wins: market share",
    "share_axis": "Share of customers who have a provider (%)",
    "share_how": "Share of all customers who have a provider.",
    "share_only": "{name} is the only firm.",
    "share_nothing": "No two firms gained differently.",
    "share_gained": ("From start to end, {name} gains most: {points}{hedge}."),
    "share_lost": "{name} loses most: {points}{hedge}.",
    "share_gained_but_lost": (
        "From start to end no firm gains; {name} loses least: {points}{hedge}."
    ),
    "share_lost_but_gained": "No firm loses; {name} gains least: {points}{hedge}.",
    # retention
    "retention_title": "Who keeps: customers of a year ago still there",
    "retention_axis": "Of the customers a year ago, still there (%)",
    "retention_how": "Of a firm's customers twelve months ago, those with it ever since.",
    "retention_one": "{name} still has {value} of the customers it had a year before.",
    "retention_two": (
        "{when} {best} keeps most, {most} of its customers of a year before{best_hedge}; "
        "{worst} keeps fewest, {least}{worst_hedge}."
    ),
    "loss_title": "Who loses: customers lost in a month",
    "loss_axis": "Of the customers a month ago, lost (%)",
    "loss_how": (
        "Of a firm's customers a month ago, those who left in this month; smoothed, a mean of "
        "three months."
    ),
    "loss_one": "Over the whole run {name} loses {value} of its customers a month.",
    "loss_two": (
        "Over the whole run {best} loses most, {most} of its customers a month{best_hedge}; "
        "{worst} loses fewest, {least}{worst_hedge}."
    ),
    # survival
    "survival_title": "How long they stay: by time with the firm",
    "survival_clock": "Months since joining",
    "founders_title": "How long they stay: customers from the start",
    "founders_clock": "Months since the start",
    "survival_axis": "Still with the firm without a break (%)",
    "survival_how": (
        "Product-limit estimate (Kaplan & Meier 1958) for all customers, over their true time with "
        "the firm: those who were there at the start come under observation at the tenure they had "
        "then, and those who are there at the end leave it uncounted."
    ),
    "founders_how": "Of those who were customers at the start, the part that never left since.",
    "pooled": (
        "Line: {count} replications together; band: the middle 80 % of them (10–90 %), as far as "
        "all of them can be followed."
    ),
    "risk_how": "Below it the number of people at risk: where it is small, the line rests on few.",
    "at_risk": "People at risk",
    "survival_one": "Of the customers of {name}, {value} stay {months} or longer.",
    "survival_two": (
        "Most stay {months} or longer with {best}, {most}{best_hedge}, and fewest with {worst}, "
        "{least}{worst_hedge}."
    ),
    "founders_one": (
        "Of the customers {name} had at the start, {value} are there after {months} without a "
        "break."
    ),
    "founders_two": (
        "Of the customers they had at the start, {best} still has most after {months}, "
        "{most}{best_hedge}, and {worst} fewest, {least}{worst_hedge}."
    ),
    # stickiness
    "worth_title": "What holds them: stickiness in money",
    "worth_axis": "Worth of stickiness (% of the bill)",
    "worth_how": (
        "The discount at which an equal rival would win the customer; below zero customers stay "
        "although a rival would suit them better."
    ),
    "worth_one": "{when} stickiness is worth {value} of the bill at {name}.",
    "worth_two": (
        "{when} stickiness is worth most at {best}, {most} of the bill{best_hedge}, and "
        "least at {worst}, {least}{worst_hedge}."
    ),
    "reservoirs_tabs": "Unit of the reservoirs",
    "reservoirs_utility": "In utility",
    "reservoirs_money": "In money",
    "reservoirs_utility_title": "Where stickiness comes from: four reservoirs",
    "reservoirs_money_title": "Where stickiness comes from: four reservoirs, in money",
    "reservoirs_utility_axis": "Utility",
    "reservoirs_money_axis": "% of the bill",
    "reservoirs_utility_how": (
        "Mean over replications of a firm's customers. Success below zero means that a rival would "
        "do better for them; the line is the sum."
    ),
    "reservoirs_money_how": (
        "Parts of stickiness in money, which add up to it; mean over replications. The line is "
        "their sum."
    ),
    "reservoirs_of": "Reservoirs of {name}, {window}: {text}",
    "reservoir_change": "{name} {first} → {last}",
    "reservoir_changes": (
        "Mean over all customers, first year → last year, in utility: {changes}."
    ),
    "location": "location",
    "switching": "switching cost",
    "obligation": "obligation",
    "success": "success",
    # moves
    "moves_title": "Who wins from whom",
    "moves_tabs": "Which months",
    "moves_whole": "whole run ({months})",
    "moves_late": "last {months}",
    "moves_tip": "{source} → {destination}\n{number} customers",
    "moves_how": (
        "Customers who changed their provider, from left to right; mean of {runs}. Those who "
        "stayed are not drawn. A stream has the colour of the firm that was left."
    ),
    "one_move": ("One move from one firm to another, from {source} to {destination}."),
    "moves_finding": (
        "{moves} moves from one firm to another; the largest stream goes from {source} to "
        "{destination}: {number}{hedge}."
    ),
    "no_moves": "Nobody moved from one firm to another.",
    "from": "Left",
    "towards": "Joined",
    "other_firms": "{number} other firms",
    "no_provider": "(no provider)",
    # nps
    "nps_title": "What they say: net promoter score",
    "nps_axis": "Promoters less detractors (points)",
    "nps_how": ("Bar: {window}, over {runs}; whisker: the middle 80 % of the replications."),
    "nps_how_single": "Bar: {window}, of one run.",
    "nps_pale": "Pale bar: first twelve months.",
    "nps_first": "first year {value}",
    "nps_last": "{window}: {value}",
    "nps_first_year": "First year",
    "nps_one": "{when} {name} has a net promoter score of {value}.",
    "nps_two": (
        "{when} {best} has the best score, {most}{best_hedge}, and {worst} the worst, "
        "{least}{worst_hedge}."
    ),
    # positions
    "offers_title": "Where firms stand: price and satisfaction",
    "price_axis": "Price (money per unit)",
    "satisfaction_axis": "Mean satisfaction (utility)",
    "offer_tip": "{name}\nprice {price}\nsatisfaction {satisfaction}\nshare {share}",
    "offers_how": (
        "Circle: {window}, its area the market share at the end; thin line: from the "
        "first year's place (small dot). Mean of {runs}, from the tables."
    ),
    "offers_one": (
        "On average {name} asks {price}, and the satisfaction of its customers is {satisfaction}."
    ),
    "offers_finding": (
        "On average {cheap} is cheapest ({low}) and {dear} dearest ({high}); the customers of "
        "{content} are most content ({satisfaction})."
    ),
    "map_title": "Whose customers value what",
    "map_one": (
        "In this one history only {name} has customers; of their weights {cost} lie on total cost, "
        "{product} on product and {solution} on solution."
    ),
    "map_finding": (
        "In this one history total cost weighs most with the customers of {cost} ({cost_weight} of "
        "their weights), product with those of {product} ({product_weight}) and solution with "
        "those of {solution} ({solution_weight})."
    ),
    "map_how": (
        "Dot: a customer ({dots} drawn), the nearer to a corner the more it weighs; colour: the "
        "provider in the last month. Large circle: mean of a firm's customers."
    ),
    "map_same": (
        "The tables do not hold single customers: replication 0 was run again with its "
        "{customers}, and its shares are those of the table."
    ),
    "map_other": (
        "The tables do not hold single customers: replication 0 was run again with its "
        "{customers}. Its shares differ from the table, as other versions made that."
    ),
    "map_smaller": (
        "The tables do not hold single customers: the scenario was run again with {customers} "
        "of the same kinds, so this is a smaller market, not the one of the tables."
    ),
    "map_missing": (
        "The map of customers is left out: it takes another run, which here would need a network's "
        "file or somebody's own code."
    ),
    "map_tip": "{name}: mean weights\ncost {cost}\nproduct {product}\nsolution {solution}",
    "corner_cost": "Total cost",
    "corner_product": "Product",
    "corner_solution": "Solution",
    "weight_cost": "Weight on cost",
    "weight_product": "Weight on product",
    "weight_solution": "Weight on solution",
}
