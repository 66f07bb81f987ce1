"""The pictures of the gallery, in the order of its page."""

from __future__ import annotations

from docs.makers.gallery.exhibit import Exhibit

SCENARIOS, EXPERIMENTS, MOVING, PAGES = (
    "Scenarios",
    "Experiments",
    "A film",
    "The report and the page in the browser",
)

_SWEPT_FOR_INDICES = """\
# connected.yaml
format: 1
title: What moves shares in the connected age
scenario: connected-age
values: {market.customers: 1000, market.months: 60}
factors:
  firms.Lean.price: {low: 0.9, high: 1.1}
  firms.Tailor.attention: {low: 0.3, high: 0.9}
  zmot.connectivity: {low: 0.5, high: 2.0, scale: log}
  stickiness.switching: {low: 0.0, high: 1.0}
  technology.drift: {low: 0.01, high: 0.03}
design: morris
samples: 8
replications: 2
networks: 2
"""
_SWEPT_FOR_DISCOVERY = """\
# worlds.yaml
format: 1
title: Which discipline suits Lean
scenario: three-disciplines
values: {market.customers: 500, market.months: 60}
factors:
  firms.Lean.discipline: [operational-excellence, product-leadership, customer-intimacy, none]
  zmot.connectivity: {low: 0.2, high: 2.0}
  stickiness.location: {low: 0.0, high: 1.0}
levers: [firms.Lean.discipline]
design: latin-hypercube
samples: 24
replications: 2
"""

_IN_WORDS = {
    "market_share": "Market share of each firm, month by month",
    "retention": "Customers whom each firm keeps a year and loses a month",
    "satisfaction_nps": "Satisfaction and recommendation, firm by firm and month by month",
    "stickiness": "What holds the customers of each firm, month by month",
    "flows": "Who won customers from whom, firm by firm",
}
"""The pictures of a run, for those who do not see them."""

# Scenario, picture of its run, what to look at.
_MAIN_PICTURES = (
    ("disruptor", "flows", "Whose customers go to Zero, and whose come back."),
    ("empty-market", "market_share",
     "Early shares come from prices and claims, later ones from talk."),
    ("stuck-in-the-middle", "market_share",
     "What becomes of two firms that do a little of everything."),
    ("right-customers", "market_share",
     "Tailor chooses its customers, and pays for it with market share."),
    ("exceeding-expectations", "satisfaction_nps",
     "Steady's surprise never changes, Onward's grows: what either is worth after years."),
    ("indulgence", "satisfaction_nps", "甘やかし屋 pleases the contact, and goes on pleasing."),
    ("over-claiming", "market_share", "Loud and Quiet are one firm twice, but for what Loud says."),
    ("poaching", "market_share",
     "What Broad gains by hiring Tailor's people, and how long it lasts."),
    ("independence-and-renewal", "stickiness",
     "Tailor opens new areas, Guild does not: compare the dark layer, their customers' success."),
    ("hollow-delivery", "market_share", "A firm that borrows what it does not lead in."),
    ("guarantee-and-gain-sharing", "satisfaction_nps",
     "What customers feel about a firm that answers for results."),
    ("data-and-horizons", "market_share",
     "Governed data against heaps of them, and a disruptor in between."),
    ("purpose", "market_share", "Little to see in the first years, more in the last."),
    ("everything-as-a-service", "retention",
     "Stream turns into a service: who has bought need not decide again."),
    ("good-and-bad-word-of-mouth", "market_share",
     "A scandal, and a firm that does more than it is asked for."),
    ("time-is-scarce", "market_share", "Where time counts, the fast firm wins."),
    ("experimentation-under-drift", "market_share",
     "Try tries something every month, Wait never does."),
    ("prosumers", "flows", "Who goes on without any provider, and whose customers they were."),
    ("rivals-that-react", "market_share", "A price cut that is answered."),
    ("digital-intimacy", "retention", "Data in place of people, and whom they keep."),
    ("co-creation", "market_share", "Workshop works together with its customers, Desk does not."),
    ("direct-to-customer", "market_share",
     "What Maker gives up in being known, and what it gets for it."),
    ("change-of-job", "market_share", "One firm's people are liked, the other's are not."),
    ("liking-and-price", "retention", "Whom Warm keeps although it asks more."),
)  # fmt: skip


def _of_run(scenario: str, picture: str, sentence: str) -> Exhibit:
    return Exhibit(
        file=f"gallery-{scenario}.png",
        section=SCENARIOS,
        title=scenario,
        sentence=sentence,
        alternative=_IN_WORDS[picture],
        commands=(f"run {scenario}",),
        made=f"{picture}.png",
    )


EXHIBITS: tuple[Exhibit, ...] = (
    Exhibit(
        file="three-disciplines.png",
        section=SCENARIOS,
        title="three-disciplines",
        sentence="There is more than one way to be best, and each has its people.",
        alternative="Market share of four firms over ten years",
        commands=("run three-disciplines",),
        made="market_share.png",
        width=1280,
    ),
    Exhibit(
        file="stickiness.png",
        section=SCENARIOS,
        title="connected-age",
        sentence="Place, trouble of leaving and obligation melt; success is left, for and against.",
        alternative="What holds the customers of four firms in the connected age",
        commands=("run connected-age --replications 5",),
        made="stickiness.png",
        width=1280,
    ),
    *(_of_run(*row) for row in _MAIN_PICTURES),
    Exhibit(
        file="gallery-compare.png",
        section=EXPERIMENTS,
        title="Compare",
        sentence="The same customers and luck with a decision and without it: what differs.",
        alternative="Differences of market share between two scenarios, firm by firm",
        commands=("compare disruptor --set firms.Tailor.attention=0.6 --customers 2000",),
        made="differences.png",
    ),
    Exhibit(
        file="gallery-retention.png",
        section=EXPERIMENTS,
        title="Explain: what holds customers",
        sentence="How much of its retention a firm owes to what: each hold taken away.",
        alternative="Parts of the retention of each firm",
        commands=("explain connected-age --customers 1000 --months 36 --only retention",),
        made="retention_parts.png",
    ),
    Exhibit(
        file="gallery-connection.png",
        section=EXPERIMENTS,
        title="Explain: what a connection is worth",
        sentence="What a customer is worth, and what more money for service brings back.",
        alternative="Value of customers, and return on more service, by firm",
        commands=("explain connected-age --customers 1000 --only connection",),
        made="connection.png",
    ),
    Exhibit(
        file="gallery-sensitivity.png",
        section=EXPERIMENTS,
        title="Sensitivity",
        sentence="Which parameters move the outcome, and how much of it is luck.",
        alternative="Importance of five factors for the market shares of the firms",
        commands=("sweep connected.yaml --out swept", "sensitivity swept"),
        made="sensitivity.png",
        texts={"connected.yaml": _SWEPT_FOR_INDICES},
    ),
    Exhibit(
        file="gallery-discover.png",
        section=EXPERIMENTS,
        title="Discover",
        sentence="Which discipline suits which world, and what the wrong one costs there.",
        alternative="Regret of four options over environments",
        commands=("sweep worlds.yaml --out worlds", "discover worlds --measure market_share"),
        made="regret.png",
        texts={"worlds.yaml": _SWEPT_FOR_DISCOVERY},
    ),
    Exhibit(
        file="disruptor.gif",
        section=MOVING,
        title="Animate",
        sentence="The newcomer's colour spreads over the network, and its share with it.",
        alternative="A disruptor enters: its colour spreads over the network",
        commands=(
            "animate disruptor --set events.0.month=12 --customers 5000 --months 48 "
            "--people 500 --width 640 --out disruptor.gif",
        ),
        made="disruptor.gif",
        width=640,
    ),
    Exhibit(
        file="gallery-report.png",
        section=PAGES,
        title="Report",
        sentence="One file to hand on: the answer in two sentences, then the evidence.",
        alternative="The beginning of a report",
        commands=(
            "run disruptor --customers 5000 --replications 5 --out results/zero",
            "report results/zero",
        ),
        made="results/zero/report.html",
        width=690,
    ),
    Exhibit(
        file="gallery-app.png",
        section=PAGES,
        title="App",
        sentence="The market in a browser: pause, cut a price, go on, and see what it changed.",
        alternative="The page in the browser: shares with the untouched market, and the network",
        commands=("app disruptor --customers 5000 --set events.0.month=12",),
        made="app",
        width=1000,
    ),
)
"""Names of files are unique; those of other makers are not among them."""
