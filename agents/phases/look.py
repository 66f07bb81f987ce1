"""What others see of a customer (a face, and reviews), and phase 6.

In phase 6 some look around, some adopt, a few leave the market.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from tsunagari.agents.chance import absorbed, uniform, word_of
from tsunagari.agents.columns import NOBODY, By, Looks
from tsunagari.agents.compiled import part, row_kernel, rule
from tsunagari.agents.firm.offer import SHOWN_REVIEWS
from tsunagari.agents.phases.worth import fit_of, knowledge_used, luck
from tsunagari.agents.row import Row, over_rows
from tsunagari.agents.rules.search import (
    adoption_probability,
    attention_to_friend,
    buys_anew,
    contract_phase,
    defections_felt,
    hold_of_friends,
    likeness,
    looking_probability,
    susceptibility,
)

POSTING = word_of("posting")
LAST_KEY = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
"""What every review's place on a page comes before."""


@rule
def face(provider: int, rated: int, stars: int, left: int, segment: int) -> int:
    """What others see of a customer, in one number of 32 bits.

    Provider, rated firm, stars, firm just left and segment. Friends are read at random places; one
    number is one visit to memory.
    """
    return (provider + 1) | (rated + 1) << 8 | stars << 16 | (left + 1) << 19 | segment << 27


@rule
def provider_seen(seen: int) -> int:
    """Provider on a face; -1 for none."""
    return (seen & 255) - 1


@rule
def rated_seen(seen: int) -> int:
    """Firm that the last rating on a face is about; -1 for none."""
    return ((seen >> 8) & 255) - 1


@rule
def stars_seen(seen: int) -> int:
    """Stars of that rating."""
    return (seen >> 16) & 7


@rule
def left_seen(seen: int) -> int:
    """Firm that this person left last month; -1 for none."""
    return ((seen >> 19) & 255) - 1


@rule
def segment_seen(seen: int) -> int:
    """Segment of a face."""
    return seen >> 27


UNKNOWN = 255
"""Stands for a provider whom no count is about."""


class Told(NamedTuple):
    """What friends have told of themselves, kept up from month to month by those who move.

    Few move in a month; that all others look at all their friends would take longer than all else
    that they do. All of it is empty where ties weigh differently, or everybody knows everybody.

    Attributes:
        here: How many friends have the provider of ``about``, any if it is nobody, by row.
        about: Provider whom ``here`` is about, 1 more than its row; :data:`UNKNOWN` if nobody has
            counted yet.
        left: Whether a friend has just left that provider.
        last: Provider that each has told friends of, 1 more than its row.
    """

    here: Any
    about: Any
    left: Any
    last: Any


def nothing_told(faces: Any) -> Told:
    """What is kept up before anybody has counted friends, who show these faces."""
    people = len(faces)
    about, left = np.full(people, UNKNOWN, np.uint8), np.zeros(people, np.uint8)
    return Told(np.zeros(people, np.int32), about, left, (faces & 255).astype(np.uint8))


class Circle(NamedTuple):
    """Who hears of whom, and what there is to hear.

    Attributes:
        faces: What everybody showed at the end of last month, by row.
        starts: Where the friends of each row begin in ``friends``; one more at the end.
        friends: Their rows.
        ties: Weights of these ties; empty if all weigh the same.
        crowd: On a complete network what everybody shows, counted by firm
            (:data:`tsunagari.agents.firm.offer.CROWD`); empty otherwise.
        usual: Mean number of friends.
        told: What is kept up of friends, so that not everybody has to look.
    """

    faces: Any
    starts: Any
    friends: Any
    ties: Any
    crowd: Any
    usual: float
    told: Told


@part
def show_face(c):
    """What others will see of a customer this month; last month's move is forgotten."""
    shown = face(c.provider, c.rated_provider, c.rating, c.left_provider, c.segment)
    c.left_provider = NOBODY
    return shown


@part
def count_face(seen, crowd):
    """Add one face to the crowd of a complete network."""
    provider, left, rated = provider_seen(seen), left_seen(seen), rated_seen(seen)
    if provider >= 0:
        crowd[provider, 0] += 1.0
    if left >= 0:
        crowd[left, 1] += 1.0
    if rated >= 0:
        crowd[rated, 1 + stars_seen(seen)] += 1.0
        if rated == provider and stars_seen(seen) == 5:
            crowd[rated, 7] += 1.0


@row_kernel
def show_rows(first, last, people, faces):
    """Show what others will see of these rows during the coming month."""
    for i in range(first, last):
        faces[i] = show_face(Row(people, i))


@row_kernel
def count_crowd(faces, crowd):
    """Add everybody to the crowd of a complete network."""
    for i in range(len(faces)):
        count_face(faces[i], crowd)


@row_kernel
def tell_friends(circle):
    """Everybody whose face shows another provider than before, or one just left, tells friends."""
    told = circle.told
    for i in range(len(told.about)):
        seen = circle.faces[i]
        now, left, before = provider_seen(seen) + 1, left_seen(seen) + 1, told.last[i]
        if now == before and left == 0:
            continue
        told.last[i] = now
        for tie in range(circle.starts[i], circle.starts[i + 1]):
            friend = circle.friends[tie]
            about = told.about[friend]
            if about == 0:
                told.here[friend] += (1 if now > 0 else 0) - (1 if before > 0 else 0)
            else:
                told.here[friend] += (1 if now == about else 0) - (1 if before == about else 0)
                if left == about:
                    told.left[friend] = 1


@part
def post_review(c, word, month, offers, posts, keys):
    """Put a customer's review of this month, if there is one, on the firm's page.

    The place follows from a hash of firm, month and reviewer; of several for one place the lowest
    hash gets it, so the order of customers does not matter. Older reviews stay until replaced.
    """
    if c.rated_month == month:
        firm = c.rated_provider
        key = absorbed(absorbed(word, c.row), offers[firm].word)
        place = np.int64(key & np.uint64(SHOWN_REVIEWS - 1))
        if key < keys[firm, place]:
            keys[firm, place] = key
            posts[firm][place] = c.rating


post_rows = over_rows(post_review)


# -- phase 6 ---------------------------------------------------------------------------------------

LOOKING = word_of("look")
LEAVING = word_of("exit")
COMPANY_REVIEW = word_of("company review")
DROPPED_FROM = 3
"""Months of getting to know somebody before a firm may end the relation."""


@rule
def share_of(part_: float, whole: float) -> float:
    """A share; 0 of nothing."""
    if whole <= 0.0:
        return 0.0
    return part_ / whole


@part
def friends_of(c, circle, p):
    """What is heard of friends.

    Returns:
        The share of them with the same provider (with any, for those without one); how many have
        just left it, as far as they are heard: those of another segment count less.
    """
    if len(circle.crowd) > 0:
        return crowd_of(c, circle, p)
    provider, kind, unlike, told = c.provider, c.segment, p.zmot_unlike, circle.told
    begin, end = circle.starts[c.row], circle.starts[c.row + 1]
    attention = attention_to_friend(end - begin, p.zmot_attention)
    left = 0.0
    if len(circle.ties) == 0:  # all weigh the same: count, which is faster than adding weights up
        keeps = len(told.about) > 0
        if keeps and told.about[c.row] == provider + 1 and told.left[c.row] == 0:
            return share_of(told.here[c.row], end - begin), 0.0
        same = 0
        for tie in range(begin, end):
            seen = circle.faces[circle.friends[tie]]
            theirs = provider_seen(seen)
            same += 1 if (theirs == provider if provider >= 0 else theirs >= 0) else 0
            if provider >= 0 and left_seen(seen) == provider:
                left += likeness(kind, segment_seen(seen), unlike)
        if keeps:
            told.here[c.row] = same
            told.about[c.row] = provider + 1
            told.left[c.row] = 1 if left > 0.0 else 0
        return share_of(same, end - begin), left * attention
    total, here = 0.0, 0.0
    for tie in range(begin, end):
        seen = circle.faces[circle.friends[tie]]
        weight = circle.ties[tie]
        total += weight
        theirs = provider_seen(seen)
        if theirs == provider if provider >= 0 else theirs >= 0:
            here += weight
        if provider >= 0 and left_seen(seen) == provider:
            left += likeness(kind, segment_seen(seen), unlike) * weight
    return share_of(here, total), left * attention


@part
def crowd_of(c, circle, p):
    """The same on a complete network: everybody but oneself, by counts; a crowd has no segments."""
    others = len(circle.faces) - 1
    mine = circle.faces[c.row]
    own = provider_seen(mine)
    here, left = 0.0, 0.0
    if c.provider >= 0:
        shown = circle.crowd[c.provider]
        here = shown[0] - (1.0 if own == c.provider else 0.0)
        left = shown[1] - (1.0 if left_seen(mine) == c.provider else 0.0)
    else:
        here = -1.0 if own >= 0 else 0.0  # who just lost a provider still shows one
        for firm in range(len(circle.crowd)):
            here += circle.crowd[firm][0]
    return share_of(here, others), left * attention_to_friend(others, p.zmot_attention)


class Urge(NamedTuple):
    """What the intensity of looking around, per month, is the product of.

    Attributes:
        base: The usual intensity.
        readiness: Factor of the customer's own lasting readiness to look.
        connectivity: Logarithm of a factor: the connected look more.
        contract: Factor of the contract's phase.
        satisfaction: Logarithm of a factor.
        friends_left: Logarithm of a factor: friends who leave raise it (Nitzan & Libai 2011).
        friends_here: Logarithm of a factor: friends with the same provider hold.
        rating: Factor of the public rating of the provider.
        stimulus: Factor of the rivals' advertising.
    """

    base: float
    readiness: float
    connectivity: float
    contract: float
    satisfaction: float
    friends_left: float
    friends_here: float
    rating: float
    stimulus: float


@part
def susceptible(c, circle, power, tenure, settling):
    """How much what friends do counts for a customer with as many friends as this one."""
    is_crowd = len(circle.crowd) > 0
    known = circle.usual if is_crowd else float(circle.starts[c.row + 1] - circle.starts[c.row])
    return susceptibility(known, circle.usual, power, tenure, settling)


@part
def hold_of(c, circle, p):
    """Weight of the friends who are with the same provider."""
    if c.joined_through != By.REFERRAL:
        return hold_of_friends(p.looking_friends_here, p.looking_referred, False, 1.0)
    moved = 1.0
    if c.friends_here > 0.0:  # who has no friends is held by none
        moved = susceptible(
            c, circle, p.looking_referred_power, c.tenure, p.looking_referred_settling
        )
    return hold_of_friends(p.looking_friends_here, p.looking_referred, True, moved)


@part
def urge_of(c, month, circle):
    """What makes a customer with a provider look around, or keeps them from it.

    ``Λ = θ·base·c^a·phase·exp(−γ·s)·ratio^defections·exp(−w·friends here)·rating·stimulus``.
    Connectivity raises it, or else inattention alone would keep everybody.
    """
    p, offer = month.p, month.offers[c.provider]
    hold = hold_of(c, circle, p)
    return Urge(
        p.looking_base,
        c.readiness,
        p.looking_connectivity_power * math.log(p.zmot_connectivity),
        contract_phase(c.contract_left, offer.contract, p.looking_in_contract, p.looking_when_due),
        -p.looking_satisfaction * c.satisfaction,
        c.defections * math.log(p.looking_friends_left),
        -hold * c.friends_here,
        offer.rating_effect,
        offer.stimulus,
    )


@part
def intensity_of(urge):
    """Intensity of looking around, per month: the product of what makes it up."""
    exponent = urge.connectivity + urge.satisfaction + urge.friends_left + urge.friends_here
    market = urge.base * urge.contract * urge.rating * urge.stimulus
    return urge.readiness * (market * math.exp(exponent))


@part
def looking_of(c, month, circle):
    """Probability that a customer looks around within the month."""
    return looking_probability(intensity_of(urge_of(c, month, circle)))


@part
def customer_looks(c, left, month, circle):
    """What somebody with a provider does, of whose friends so many have just left it."""
    p, offer = month.p, month.offers[c.provider]
    if left > 0.0:
        left *= susceptible(c, circle, p.looking_friends_power, c.tenure, p.looking_settling)
    c.defections = defections_felt(c.defections, left, p.looking_friends_memory)
    c.was_due = c.contract_left <= 1
    looking = looking_of(c, month, circle)
    if buys_anew(c.contract_left, offer.contract, offer.renews):
        looking = 1.0
    if offer.holds_inattention == 0.0:
        looking = 1.0
    looks = Looks.NOT
    if uniform(luck(c, LOOKING, month)) < looking:
        looks = Looks.AROUND
    review = p.judgement_review
    if review > 0.0 and uniform(luck(c, COMPANY_REVIEW, month)) < review:
        looks = Looks.FOR_THE_COMPANY
    if c.contact_moved == month.number:
        looks = Looks.AROUND  # the person who left calls
    may_drop = offer.drops_below > 0.0 and c.tenure >= DROPPED_FROM
    if may_drop and fit_of(c, offer, knowledge_used(c, offer)) < offer.drops_below:
        looks = Looks.AFTER_DISMISSAL
    return looks


@part
def adopting_of(c, imitation, month, circle):
    """Probability that a customer without any experience adopts."""
    if c.friends_here > 0.0:
        imitation *= susceptible(c, circle, month.p.adoption_friends_power, 0, 0.0)
    return adoption_probability(
        month.p.adoption_innovation, month.advertising, imitation, c.friends_here
    )


@part
def look(c, month, circle):
    """Set ``looks`` and ``was_due``; update what is heard of friends."""
    p = month.p
    here, left = friends_of(c, circle, p)
    c.friends_here = here
    c.was_due = 0
    looks = Looks.NOT
    if c.provider >= 0:
        looks = customer_looks(c, left, month, circle)
    elif c.previous_provider >= 0:
        if uniform(luck(c, LOOKING, month)) < p.adoption_back:
            looks = Looks.AROUND
    else:
        chance = uniform(luck(c, LOOKING, month))
        if chance < adopting_of(c, 0.0, month, circle):
            looks = Looks.AFTER_STIMULUS
        elif chance < adopting_of(c, p.adoption_imitation, month, circle):
            looks = Looks.AFTER_FRIENDS
    if uniform(luck(c, LEAVING, month)) < p.market_exit:
        looks = Looks.FAREWELL
    c.looks = looks


look_rows = over_rows(look)
