"""How customers value, judge, relate, look around and search.

Every number here reaches the customers' rules under ``<section>_<key>``. Defaults without a source
were set in the calibration against the bands that the documentation lists.
"""

from __future__ import annotations

from tsunagari.sim.schema.fields import Section, dated, parameter

# A key in two lines reads better than one in eight.
# fmt: off


class Value(Section):
    """What customers find valuable, in utility units (the choice's Gumbel scale is 1)."""

    elasticity: float = dated(0.5, unit="ratio", low=0, high=5, source="Dubin & McFadden 1984",
        meaning="Elasticity η of what is bought; a price weighs (p^(1 − η) − 1)/(1 − η).")
    price_base: float = dated(0.75, unit="utility", above=0, high=50,
        meaning="Price sensitivity β₀ of somebody who puts no weight on cost.")
    price_slope: float = dated(3.0, unit="utility", low=0, high=50,
        meaning="Added price sensitivity β₁ of somebody who weighs nothing but cost.")
    product: float = dated(4.0, unit="utility", low=0, high=50,
        meaning="Worth of a product at par for somebody who weighs nothing else.")
    solution: float = dated(4.2, unit="utility", low=0, high=50,
        meaning="Worth of a perfectly fitted solution for somebody who weighs nothing else.")
    time: float = parameter(0.5, unit="utility", low=0, high=50,
        meaning="Utility lost per log point of handling time, on average.")
    taste: float = dated(0.5, unit="utility", low=0, high=10,
        meaning="Standard deviation of a customer's lasting taste for a firm.")
    noise: float = dated(0.6, unit="utility", above=0, high=10,
        meaning="Standard deviation σ of a month's outcome around the value delivered.")
    concentration: float = parameter(1.2, unit="", low=0.02, high=100,
        meaning="Dirichlet concentration of value weights before the segment's own is added.")
    time_spread: float = parameter(0.4, unit="log points", low=0, high=3,
        meaning="Standard deviation of the logarithm of customers' time weights.")
    brand: float = dated(0.3, unit="utility", low=0, high=50,
        meaning="Worth to everybody of a brand whose own customers like its people fully.")
    purpose_liking: float = dated(0.0, unit="utility", low=0, high=50,
        meaning="Worth to everybody of a firm that means to be of use to society.")
    outside: float = dated(-1.5, unit="utility", low=-1000, high=1000,
        meaning="Utility of having no provider.")
    outside_competence: float = dated(0.3, unit="utility", low=0, high=50,
        meaning="Added utility of having no provider for a fully competent customer.")
    outside_connectivity: float = dated(0.0, unit="utility", low=0, high=50, source="Toffler 1980",
        meaning="Further utility of that per log point of connectivity: producing for oneself.")
    independence: float = dated(0.3, unit="share", low=0, high=1,
        meaning="Part of a solution that a fully competent customer no longer needs.")
    effort: float = dated(0.0, unit="share", low=0, high=10, source="Bendapudi & Leone 2003",
        meaning="What a fully competent customer adds to a solution made with full attention.")
    dependence_aversion: float = dated(0.1, unit="share", low=0, high=1,
        meaning="Part of a new provider's knowledge that a fully competent customer discounts.")


class Judgement(Section):
    """Satisfaction, expectation, trust, success and need."""

    rate: float = dated(0.2, unit="per month", above=0, high=1,
        meaning="Speed at which satisfaction follows what is felt.")
    level: float = dated(0.35, unit="per utility", low=0, high=10,
        meaning="Satisfaction per utility felt above what the market would give.")
    surprise: float = dated(0.5, unit="per utility", low=0, high=10,
        meaning="Satisfaction per utility felt above expectation.")
    loss_aversion: float = dated(
        2.0, unit="ratio", low=1, high=10, source="Tversky & Kahneman 1992",
        meaning="How many times a disappointment weighs against a pleasant surprise.")
    expectation_rate: float = dated(
        0.08, unit="per month", low=0, high=1, source="Boulding et al. 1993",
        meaning="Speed at which expectations follow experience.")
    trust_rate: float = dated(0.03, unit="per month", low=0, high=1,
        meaning="Speed at which trust follows satisfaction.")
    success_rate: float = dated(0.1, unit="per month", low=0, high=1,
        meaning="Speed at which the record of success follows success.")
    need_up: float = dated(0.0, unit="per month", low=0, high=1,
        meaning="Speed ν⁺ at which needs follow outcomes above them.")
    need_down: float = dated(0.0, unit="per month", low=0, high=1,
        meaning="Speed ν⁻ at which needs follow outcomes below them.")
    need_technology: float = dated(0.0, unit="utility per month", low=-1, high=1,
        meaning="Growth of needs by technology alone.")
    need_margin: float = parameter(0.3, unit="utility", low=-50, high=50,
        meaning="How far needs lie below what the market gives when somebody enters it.")
    need_rate: float = dated(0.04, unit="per month", low=0, high=1, source="Greve 1998",
        meaning="Speed ν at which needs follow what the market and one's own past give.")
    need_market: float = dated(0.9, unit="share", low=0, high=1, source="Greve 1998",
        meaning="Weight ω of what the market gives in that, against what was lived.")
    need_aspiration: float = dated(0.12, unit="utility", low=-50, high=50, source="Lant 1992",
        meaning="How far what people come to ask for is beyond both.")
    halo: float = dated(0.0, unit="share", low=0, high=20,
        meaning="How much more the first month with a provider counts for satisfaction.")
    unsettling: float = dated(0.0, unit="utility", low=0, high=10,
        meaning="Outcome that a launch costs, in its month, those who put no weight on product.")
    review: float = dated(0.0, unit="per month", low=0, high=1,
        meaning="Probability that somebody above the contact person decides anew, on outcome.")


class Relation(Section):
    """What grows between customer and provider."""

    knowledge_rate: float = dated(0.12, unit="per month", low=0, high=1,
        meaning="Growth κ of the provider's knowledge of a customer at full attention.")
    knowledge_decay: float = dated(0.04, unit="per month", low=0, high=1,
        meaning="Part of the knowledge that is out of date a month later.")
    liking_rate: float = dated(0.05, unit="per month", low=0, high=1,
        meaning="Speed at which liking follows the attention received.")
    indebtedness_rate: float = dated(0.08, unit="per month", low=0, high=1,
        meaning="Speed at which indebtedness follows indulgence, and fades without it.")
    indulgence_drag: float = dated(0.0, unit="share per utility", low=0, high=10,
        meaning="Part of joint progress (growth of knowledge) lost per utility of indulgence.")
    digital_ceiling: float = dated(0.5, unit="share", low=0, high=1,
        meaning="Knowledge beyond which contact without staff does not reach.")
    competence_rate: float = dated(0.004, unit="per month", low=0, high=1,
        meaning="Growth of a customer's own competence with a provider that knows them.")
    habit_months: float = dated(24.0, unit="months", above=0, high=1200,
        meaning="Tenure after which integration has grown to 63 %.")
    job_change: float = dated(0.0, unit="per month", low=0, high=1, source="Broschak 2004",
        meaning="Probability that a customer's contact person moves to another customer.")
    contacts: float = dated(0.3, unit="", low=0, high=10,
        meaning="Procedural cost of leaving that the contact points of a full wallet add.")
    exit_fee: float = dated(0.5, unit="", low=0, high=10,
        meaning="Procedural cost of leaving with twelve months of contract left.")


class Wallet(Section):
    """Share of wallet that the provider gets; the rest goes to rivals."""

    rate: float = dated(0.05, unit="per month", low=0, high=1,
        meaning="Speed at which the share of wallet follows what it is due.")
    base: float = dated(0.62, unit="share", low=0, high=1,
        meaning="Share of wallet due to a provider without trust and success.")
    trust: float = dated(0.2, unit="share per unit", low=0, high=10,
        meaning="Share of wallet due per unit of trust.")
    potential: float = dated(0.0, unit="share of wallet", low=0, high=10,
        meaning="Mean potential that customers have and do not notice.")
    elasticity: float | None = dated(None, unit="ratio", low=0, high=5,
        meaning="How fast units bought fall with price; nothing means as value.elasticity has it.")
    success: float = dated(0.25, unit="share", low=0, high=10,
        meaning="Share of wallet due to a record of nothing but success.")


class Looking(Section):
    """Who looks around."""

    base: float = dated(0.042, unit="per month", low=0, high=100,
        meaning="Intensity of looking around of a customer with neutral satisfaction.")
    connectivity_power: float = dated(0.5, unit="", low=0, high=10,
        meaning="Power of connectivity in the intensity of looking around.")
    satisfaction: float = dated(0.8, unit="per unit", low=0, high=10,
        meaning="Fall of the log intensity per unit of satisfaction.")
    in_contract: float = dated(0.5, unit="ratio", low=0, high=100,
        meaning="Intensity of looking while a contract runs.")
    when_due: float = dated(3.0, unit="ratio", low=0, high=100,
        meaning="Intensity of looking in the last month of a contract.")
    friends_left: float = dated(2.1, unit="ratio", above=0, high=100, source="Nitzan & Libai 2011",
        meaning="Factor on looking for every friend who just left the same provider.")
    friends_memory: float = dated(
        0.5, unit="per month", low=0, high=1, source="Nitzan & Libai 2011",
        meaning="Part of that effect that is left a month later.")
    friends_power: float = dated(0.8, unit="", low=0, high=5, source="Nitzan & Libai 2011",
        meaning="Power of one's number of friends in how much the leaving of one of them counts.")
    settling: float = dated(0.25, unit="per year", low=0, high=100, source="Nitzan & Libai 2011",
        meaning="How much less it counts with each year with the provider: 1/(1 + settling·years).")
    friends_here: float = dated(0.3, unit="per share", low=0, high=10,
        meaning="Fall of the log intensity if all friends are with the same provider.")
    referred: float = dated(0.7, unit="per share", low=0, high=10, source="Schmitt et al. 2011",
        meaning="How much more friends with the same provider hold somebody who was referred.")
    referred_power: float | None = dated(None, unit="", low=0, high=5,
        meaning="Power of one's number of friends in that; null: as looking.friends_power.")
    referred_settling: float | None = dated(0.0, unit="per year", low=0, high=100,
        meaning="How much less that is with each year; null: as looking.settling.")
    bad_rating: float = dated(0.3, unit="per star", low=0, high=10,
        meaning="Rise of the log intensity per star that the provider is below the market.")
    stimulus: float = dated(0.2, unit="", low=0, high=10,
        meaning="Power of the rivals' mean advertising in the intensity of looking.")
    spread: float = parameter(0.5, unit="", low=0, high=10,
        source="Schmittlein, Morrison & Colombo 1987",
        meaning="Variance of customers' lasting readiness to look, whose mean is 1.")


class Adoption(Section):
    """How people without a provider come into the market."""

    innovation: float = dated(0.0018, unit="per month", low=0, high=1, source="Sultan et al. 1990",
        meaning="Probability p of adopting without anybody's example, at advertising 1.")
    imitation: float = dated(0.045, unit="per month", low=0, high=1, source="Sultan et al. 1990",
        meaning="Probability q of adopting when all friends have adopted.")
    friends_power: float | None = dated(None, unit="", low=0, high=5,
        source="Goldenberg et al. 2009",
        meaning="Power of one's number of friends in imitation; null: as looking.friends_power.")
    back: float = dated(0.25, unit="per month", low=0, high=1,
        meaning="Probability of looking again for somebody who has had a provider before.")


class Zmot(Section):
    """The zero moment of truth: what people look up before they choose, and what they share."""

    connectivity: float = dated(1.0, unit="ratio", above=0, high=100,
        meaning="How connected people are: 1 as in 2010, 2 as in 2011 (Lecinski 2011).")
    sources: float = parameter(2.1, unit="sources", low=0, high=1000, source="Lecinski 2011",
        meaning="Reviews read of a firm at connectivity 1; a purchase considers several firms.")
    reviews_most: float = dated(10.0, unit="reviews", low=0, high=64,
        meaning="Most reviews that anybody reads of one firm.")
    attention: float = dated(15.0, unit="friends", above=0, high=100_000, source="Zhou et al. 2005",
        meaning="Friends somebody has full attention for; with more, each counts for less.")
    unlike: float = dated(0.25, unit="share", low=0, high=10,
        meaning="Weight of a friend from another segment against one from one's own.")
    volume: float = dated(0.25, unit="utility per log", low=0, high=10, source="You et al. 2015",
        meaning="What the number of a firm's reviews is worth to those who are not with it.")
    prior: float = dated(1.0, unit="precision", above=0, high=1000,
        meaning="Precision of the belief that a firm is like its market.")
    claim: float = dated(1.5, unit="precision", low=0, high=1000,
        meaning="Precision of what a firm says of itself, before doubt.")
    doubt: float = dated(6.0, unit="per utility", low=0, high=1000,
        meaning="How strongly a record of over-promising devalues the claim.")
    backlash: float = dated(2.0, unit="ratio", low=0, high=100, source="Darke & Ritchie 2007",
        meaning="Quality that people take off a claim per utility of over-promising on record.")
    doubt_rate: float = dated(0.03, unit="per month", low=0, high=1,
        meaning="Speed at which the record of over-promising follows the facts.")
    guarantee_signal: float = dated(5.0, unit="ratio", low=0, high=100, source="Kirmani & Rao 2000",
        meaning="Precision that guaranteeing the whole bill adds to a claim, relative to its own.")
    advertising: float = dated(0.4, unit="utility per log", low=0, high=10,
        source="Sethuraman et al. 2011",
        meaning="What a firm's advertising is worth to those who are not with it.")
    advertising_carry: float = dated(
        0.75, unit="per month", low=0, high=1, source="Nerlove & Arrow 1962",
        meaning="Part λ of the advertising in people's minds that is left a month later.")
    friend: float = dated(0.4, unit="precision", low=0, high=1000,
        meaning="Precision of a friend's rating, per weight of the tie.")
    rewarded: float = dated(0.5, unit="ratio", low=0, high=10, source="Ryu & Feick 2007",
        meaning="What a high reward adds to the weight of customers' five stars with any friend.")
    reward_scale: float = dated(0.25, unit="money per joiner", above=0, high=100,
        meaning="Reward for referring at which that has grown to 63 %.")
    review: float = dated(0.15, unit="precision", low=0, high=1000,
        meaning="Precision of a stranger's review.")
    own: float = dated(0.15, unit="precision per month", low=0, high=1000,
        meaning="Precision of a month of one's own experience.")
    own_months: float = dated(24.0, unit="months", low=0, high=1200,
        meaning="Months after which more experience adds no precision.")
    forgetting: float = dated(0.03, unit="per month", low=0, high=1,
        meaning="Part of the precision about a former provider lost each month.")
    risk_aversion: float = dated(2.0, unit="per utility", low=0, high=100,
        meaning="Twice the utility that a variance of 1 in the belief costs.")
    star_scale: float = dated(0.45, unit="utility per star", low=0, high=10,
        meaning="Quality that a star more speaks for.")
    star_neutral: float = dated(4.0, unit="stars", low=1, high=5,
        meaning="Rating that speaks neither for nor against.")
    negative: float = dated(1.5, unit="ratio", low=0, high=100, source="Chevalier & Mayzlin 2006",
        meaning="Weight of a stranger's rating below neutral against one above.")
    negative_friends: float = dated(1.0, unit="ratio", low=0, high=100,
        meaning="Weight of a friend's rating below neutral against one above.")
    propensity: float = parameter(0.08, unit="per month", low=0, high=1,
        meaning="Probability that somebody with an extreme impression writes a review.")
    extremity: float = dated(1.0, unit="utility", above=0, high=100,
        meaning="Impression that counts as extreme.")
    lukewarm: float = dated(0.15, unit="share", low=0, high=1,
        meaning="Part of that probability that is left for somebody without any impression.")
    kindness: float = dated(0.3, unit="utility", low=-10, high=10, source="Hu, Zhang & Pavlou 2009",
        meaning="Friendliness that shifts all ratings upwards.")
    rating_surprise: float = dated(0.3, unit="ratio", low=0, high=10,
        meaning="Weight of this month's surprise in a rating.")
    rating_success: float = dated(0.4, unit="utility", low=0, high=10,
        meaning="What success adds to, and failure takes from, a rating's impression.")
    star_step: float = dated(0.5, unit="utility", above=0, high=10,
        meaning="Width of one star on the scale of impressions.")
    recommendation_base: float = dated(7.5, unit="points", low=0, high=10,
        meaning="Answer on the 0–10 recommendation scale of who is neither pleased nor displeased.")
    recommendation: float = dated(2.2, unit="points per unit", low=0, high=100,
        meaning="Points on the 0–10 recommendation scale per unit of satisfaction.")


class Stickiness(Section):
    """What only the provider has: regime of each reservoir (may erode) and its strength."""

    location: float = dated(0.8, unit="ratio", low=0, high=100,
        meaning="Regime ρ of nearness: 0 when place no longer matters.")
    switching: float = dated(0.8, unit="ratio", low=0, high=100,
        meaning="Regime ρ of procedural switching cost.")
    obligation: float = dated(0.8, unit="ratio", low=0, high=100,
        meaning="Regime ρ of obligation: liking and indebtedness.")
    success: float = dated(0.8, unit="ratio", low=0, high=100,
        meaning="Regime ρ of the customer's own success.")
    location_strength: float = dated(2.2, unit="utility", low=0, high=50,
        meaning="Utility of the nearest outlet against the farthest.")
    switching_strength: float = dated(1.0, unit="utility", low=0, high=50,
        meaning="Utility of a procedural switching cost of 1.")
    obligation_strength: float = dated(0.7, unit="utility", low=0, high=50,
        meaning="Utility of a liking or indebtedness of 1.")
    success_strength: float = dated(1.5, unit="utility", low=0, high=50,
        meaning="Utility of certain success against certain failure.")
