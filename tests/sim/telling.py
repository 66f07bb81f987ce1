"""A customer's month told a second time, straight from section 7 of docs/model.md.

The engine and the plain twin are one source: they cannot witness against each other. This shares
nothing with ``agents/phases`` and ``agents/rules``, only the draws (section 7.1). It tells what is
on by default, on a network of ties, in the order and the names of the model's text.
"""

from __future__ import annotations

from math import erfc, exp, floor, log, pi, sqrt

from tsunagari.agents.chance import (
    absorbed,
    decision_word,
    gumbel,
    nearly_normal,
    normal,
    uniform,
    word_of,
)
from tsunagari.agents.columns import NEVER, SOURCE_NAMES

PAGE = 64
NOBODY = absorbed(word_of("nobody"), word_of("choice")) | 1 << 63
BY = {name: number for number, name in enumerate(SOURCE_NAMES)}
LOST = (
    *("wallet_share", "expectation", "satisfaction", "trust", "success", "knowledge", "liking"),
    *("indebtedness", "switching_cost", "defections", "lived_quality", "settlement"),
)


def adapted(before, now, rate):
    return before + rate * (now - before)


def phi(z):
    return 0.5 * erfc(-z / sqrt(2.0))


class Telling:
    """One customer in one month.

    Args:
        i: Number of the customer.
        was: The customer's columns at the end of last month, by name.
        friends: Columns of the friends at the end of last month, with the weight of each tie.
        usual: Mean number of friends.
        offers: What firms offer this month, a dictionary each.
        pages: Stars on every firm's public page at the end of last month.
        p: The parameters.
        month: The month.
        seed: Word of the run.
        advertising: Mean advertising that reaches people without a provider.
    """

    def __init__(self, i, was, friends, usual, offers, pages, p, month, seed, advertising):
        self.i, self.friends, self.usual, self.offers, self.pages = i, friends, usual, offers, pages
        self.p, self.month, self.seed, self.advertising = p, month, seed, advertising
        self.now = dict(was)
        self.now["left_provider"] = -1
        self.beta = p.value_price_base + p.value_price_slope * was["weight_cost"]

    def luck(self, decision, *firm):
        word = absorbed(decision_word(self.seed, word_of(decision), self.month), self.i)
        return absorbed(word, *firm) if firm else word

    def lasting(self, decision, who, firm):
        return absorbed(absorbed(absorbed(self.seed, word_of(decision)), who), firm["word"])

    # -- 7.2 value of an offer -------------------------------------------------------------------

    def known_to(self, g):
        if g == self.now["provider"]:
            return self.now["knowledge"]
        able = self.p.value_dependence_aversion * self.now["competence"]
        return self.offers[g]["knowledge"] * (1.0 - able)

    def fit(self, g):
        firm, apart = self.offers[g], abs(self.now["need_position"] - self.offers[g]["position"])
        d = min(apart, 1.0 - apart) * (1.0 - firm["authority"] * self.known_to(g))
        return exp(-0.5 * (d / firm["breadth"]) ** 2)

    def q(self, g):
        p, firm, now = self.p, self.offers[g], self.now
        helped = 1.0 - p.value_independence * now["competence"] * (1.0 - firm["renewal"])
        solved = p.value_solution * self.known_to(g) * firm["solution"] * self.fit(g) * helped
        solved *= 1.0 + p.value_effort * now["competence"] * firm["attention"]
        return now["weight_product"] * p.value_product * firm["product"] + (
            now["weight_solution"] * solved
        )

    def d(self, g):
        return self.q(g) + self.offers[g]["service"]

    def paid(self, g):
        return self.beta * self.weighs(g) + self.now["time_weight"] * self.offers[g]["log_time"]

    def weighs(self, g):
        firm, is_mine = self.offers[g], g == self.now["provider"]
        is_loyal = is_mine and self.now["tenure"] >= firm["loyalty_months"]
        price = firm["price"][0] * (1.0 - firm["loyalty"] if is_loyal else 1.0)
        c = 1.0 - self.p.value_elasticity
        return log(price) if c == 0.0 else (price**c - 1.0) / c

    def probability_of_success(self, value):
        return phi((value - self.now["need"]) / self.p.value_noise)

    def distance(self, g):
        return uniform(self.lasting("nearness", self.now["district"], self.offers[g]))

    def taste(self, g):
        return self.p.value_taste * nearly_normal(self.lasting("taste", self.i, self.offers[g]))

    def knows_by_reach(self, g):
        firm = self.offers[g]
        return uniform(self.lasting("awareness", self.i, firm)) < firm["reach"] or (
            firm["reach"] >= 1.0
        )

    def held(self, name):
        return getattr(self.p, f"stickiness_{name}") * getattr(
            self.p, f"stickiness_{name}_strength"
        )

    # -- 7.3 to 7.5: living, judging, sharing ----------------------------------------------------

    def live(self):
        now, p, f = self.now, self.p, self.now["provider"]
        if f < 0:
            now.update(outcome=0.0, surprise=0.0, settlement=0.0, succeeded=0)
            return
        v = self.q(f) - self.paid(f)
        x = v + self.offers[f]["service"] + p.value_noise * normal(self.luck("outcome"))
        felt = x + self.offers[f]["comfort"]
        rate = 1.0 / min(now["tenure"] + 1, max(1.0, p.zmot_own_months))
        lived = adapted(now["lived_quality"], x - (v - self.q(f)), rate)
        now.update(outcome=x, surprise=felt - now["expectation"], lived_quality=lived)
        surprise = now["surprise"] if now["surprise"] >= 0 else (
            p.judgement_loss_aversion * now["surprise"]
        )  # fmt: skip
        unbiased = surprise + (p.judgement_loss_aversion - 1.0) * p.value_noise / sqrt(2.0 * pi)
        target = p.judgement_level * (felt - now["norm"]) + p.judgement_surprise * unbiased
        now["satisfaction"] = adapted(now["satisfaction"], target, p.judgement_rate)
        now["expectation"] = adapted(now["expectation"], felt, p.judgement_expectation_rate)
        now["trust"] = adapted(now["trust"], now["satisfaction"], p.judgement_trust_rate)
        now["succeeded"] = int(x >= now["need"])
        now["success"] = adapted(now["success"], now["succeeded"], p.judgement_success_rate)
        nu = p.judgement_need_up if x > now["need"] else p.judgement_need_down
        asked = p.judgement_need_market * now["norm"] + (1.0 - p.judgement_need_market) * x
        asked += p.judgement_need_aspiration - now["need"]
        now["need"] += (
            p.judgement_need_technology + nu * (x - now["need"]) + (p.judgement_need_rate * asked)
        )

    def share(self):
        now, p = self.now, self.p
        if now["provider"] < 0:
            return
        met = p.zmot_rating_success if now["succeeded"] else -p.zmot_rating_success
        impression = now["satisfaction"] + p.zmot_rating_surprise * now["surprise"] + met
        impression += p.zmot_kindness
        silent = (1.0 - p.zmot_lukewarm) * exp(-((impression / p.zmot_extremity) ** 2))
        if uniform(self.luck("review")) < now["review_propensity"] * (1.0 - silent):
            stars = 3 + floor(impression / p.zmot_star_step + 0.5)
            now.update(rating=min(5, max(1, stars)), rated_provider=now["provider"])
            now["rated_month"] = self.month

    # -- 7.6 and 7.7: looking around, coming and leaving -----------------------------------------

    @property
    def attention(self):
        count, most = len(self.friends), self.p.zmot_attention
        return 1.0 if count <= most else most / count

    def likeness(self, friend):
        return 1.0 if friend["segment"] == self.now["segment"] else self.p.zmot_unlike

    def told_by(self, friend, g):
        praises = friend["provider"] == g and friend["rating"] == 5
        return self.likeness(friend) + (self.offers[g]["referral"] if praises else 0.0)

    def look(self):
        now, p, f = self.now, self.p, self.now["provider"]
        ties = sum(tie for _, tie in self.friends)
        here = sum(
            tie for friend, tie in self.friends
            if (friend["provider"] == f if f >= 0 else friend["provider"] >= 0)
        )  # fmt: skip
        now["friends_here"] = here / ties if ties else 0.0
        now["was_due"] = 0
        luck = uniform(self.luck("look"))
        if f >= 0:
            now["was_due"] = int(now["contract_left"] <= 1)
            looks = 1 if luck < self.chance_of_looking(f) else 0
        elif now["previous_provider"] >= 0:
            looks = 1 if luck < p.adoption_back else 0
        else:
            alone = min(1.0, p.adoption_innovation * self.advertising)
            imitation = p.adoption_imitation * now["friends_here"]
            if imitation:
                imitation *= self.susceptible(p.adoption_friends_power)
            both = p.adoption_innovation * self.advertising + imitation
            looks = 2 if luck < alone else 3 if luck < min(1.0, both) else 0
        now["looks"] = 4 if uniform(self.luck("exit")) < p.market_exit else looks

    def susceptible(self, power, settling=0.0):
        degree = (len(self.friends) / self.usual) ** power
        return degree / (1.0 + settling * self.now["tenure"] / 12.0)

    def chance_of_looking(self, f):
        now, p, firm = self.now, self.p, self.offers[f]
        left = sum(tie * self.likeness(x) for x, tie in self.friends if x["left_provider"] == f)
        now["defections"] *= p.looking_friends_memory
        if left:
            felt = self.susceptible(p.looking_friends_power, p.looking_settling)
            now["defections"] += felt * self.attention * left
        phase = 1.0
        if firm["contract"] > 0:
            phase = p.looking_when_due if now["contract_left"] <= 1 else p.looking_in_contract
        w = p.looking_friends_here
        if now["joined_through"] == BY["referral"]:
            held = self.susceptible(p.looking_referred_power, p.looking_referred_settling)
            w += p.looking_referred * held
        intensity = (
            now["readiness"]
            * p.looking_base
            * p.zmot_connectivity**p.looking_connectivity_power
            * phase
        )
        intensity *= exp(-p.looking_satisfaction * now["satisfaction"])
        intensity *= p.looking_friends_left ** now["defections"] * exp(-w * now["friends_here"])
        return 1.0 - exp(-intensity * firm["rating_effect"] * firm["stimulus"])

    # -- 7.8 and 7.9: searching and choosing -----------------------------------------------------

    def search(self):
        """Quality believed of every firm, its variance, what moved it, and who is known."""
        now, p = self.now, self.p
        open_ = [g for g, firm in enumerate(self.offers) if firm["active"]]
        category = sum(self.offers[g]["weight"] * self.d(g) for g in open_)
        found = {}
        for g in open_:
            firm, evidence = self.offers[g], {}
            claimed = self.d(g) + firm["claim_heard"]
            evidence["stimulus"] = [(firm["claim_precision"], claimed)]
            evidence["friend"] = [
                self.stars(friend["rating"], tie * self.attention * self.told_by(friend, g)
                           * p.zmot_friend, p.zmot_negative_friends, category)
                for friend, tie in self.friends if friend["rated_provider"] == g
            ]  # fmt: skip
            read = self.reviews(g)
            evidence["review"] = [
                self.stars(stars, p.zmot_review, p.zmot_negative, category) for stars in read
            ]
            evidence["memory"] = []
            if g == now["provider"]:
                months = min(now["tenure"], p.zmot_own_months)
                evidence["memory"] = [(p.zmot_own * months, now["lived_quality"])]
            elif g == now["previous_provider"]:
                evidence["memory"] = [(now["memory_precision"], now["memory_quality"])]
            moved = {
                source: sum(weight * (signal - category) for weight, signal in told)
                for source, told in evidence.items()
            }
            precision = p.zmot_prior + sum(w for told in evidence.values() for w, _ in told)
            believed = category + sum(moved.values()) / precision
            found[g] = (believed, 1.0 / precision, moved)
        return {g: told for g, told in found.items() if self.considers(g)}

    def stars(self, stars, weight, negative, category):
        p = self.p
        signal = category + p.zmot_star_scale * (stars - p.zmot_star_neutral)
        return weight * (negative if stars < p.zmot_star_neutral else 1.0), signal

    def reviews(self, g):
        p, word = self.p, self.luck("reading", self.offers[g]["word"])
        most = min(p.zmot_reviews_most, floor(self.now["sources"] * p.zmot_connectivity + 0.5))
        place, step = word % PAGE, (word >> 32) % PAGE | 1
        read = [self.pages[g][(place + step * k) % PAGE] for k in range(PAGE)]
        return [stars for stars in read if stars][: int(most)]

    def considers(self, g):
        firm = self.offers[g]
        if g == self.now["provider"]:
            return True
        with_friends = any(g in (x["provider"], x["rated_provider"]) for x, _ in self.friends)
        known = with_friends or g == self.now["previous_provider"] or self.knows_by_reach(g)
        taken = uniform(self.luck("admission", firm["word"])) < firm["acceptance"]
        return known and self.fit(g) >= firm["minimum_fit"] and taken

    def choose(self):
        now, f = self.now, self.now["provider"]
        now.update(choice=f, decided_by=0, heard_through=0, saw_better=0)
        if now["looks"] in (0, 4):
            return
        found = self.search()
        terms = {
            g: self.terms(g, believed, variance) for g, (believed, variance, _) in found.items()
        }
        p, able = self.p, now["competence"]
        terms[-1] = {
            "necessity": p.value_outside + p.value_outside_competence * able,
            "luck": gumbel(self.luck("choice", NOBODY)),
        }
        bare = {g: sum(told.values()) for g, told in terms.items()}
        full = dict(bare)
        if f >= 0:
            full[f] += self.held("switching") * now["switching_cost"]
            full[f] += self.held("obligation") * (now["liking"] + now["indebtedness"])
            now["saw_better"] = int(max(u for g, u in bare.items() if g != f) > bare[f])
        now["choice"] = chosen = max(full, key=full.__getitem__)
        if chosen >= 0:
            now["belief"] = found[chosen][0]
        if chosen == f:
            return
        if chosen < 0:
            now["decided_by"] = BY["dissatisfaction"]
            return
        del full[chosen]
        other = f if f >= 0 else max(full, key=full.__getitem__)
        now["heard_through"] = BY[self.spoke_most(chosen, found[chosen][2])]
        now["decided_by"] = BY[self.decided(chosen, terms[chosen], terms[other], found, other)]

    def terms(self, g, believed, variance):
        firm, p, now = self.offers[g], self.p, self.now
        succeeding = self.probability_of_success(believed - self.paid(g))
        return {
            "price": -self.beta * self.weighs(g),
            "time": -now["time_weight"] * firm["log_time"],
            "quality": believed,
            "certainty": -0.5 * p.zmot_risk_aversion * variance,
            "success": self.held("success") * succeeding,
            "nearness": -self.held("location") * self.distance(g),
            "taste": self.taste(g),
            "reputation": firm["reputation"],
            "popularity": 0.0 if g == now["provider"] else firm["volume"] + firm["in_mind"],
            "luck": gumbel(self.luck("choice", firm["word"])),
        }

    def spoke_most(self, g, moved):
        best = max(moved, key=moved.__getitem__)
        if moved[best] <= 0.0:
            best = "friend" if self.now["looks"] == 3 else "stimulus"
        return self.or_referral(g, best)

    def or_referral(self, g, source):
        praises = any(
            x["provider"] == x["rated_provider"] == g and x["rating"] == 5 for x, _ in self.friends
        )
        return "referral" if source == "friend" and praises else source

    def decided(self, g, here, there, found, other):
        ahead = {term: here.get(term, 0.0) - there.get(term, 0.0) for term in {**here, **there}}
        largest = max(ahead, key=ahead.__getitem__)
        if largest != "quality":
            return largest
        (believed, variance, moved), usual = found[g], 0.0
        theirs = dict.fromkeys(moved, 0.0)
        if other >= 0:
            told, spread, by = found[other]
            theirs = {source: pull * spread for source, pull in by.items()}
            usual = told - sum(theirs.values())
        mine = {source: pull * variance for source, pull in moved.items()}
        ahead = {source: mine[source] - theirs[source] for source in mine}
        ahead["quality"] = believed - sum(mine.values()) - usual
        return self.or_referral(g, max(ahead, key=ahead.__getitem__))

    # -- 7.7 and 7.10: settling ------------------------------------------------------------------

    def settle(self):
        now, p, f = self.now, self.p, self.now["provider"]
        now["lived_month"], before = self.month, now["previous_provider"]
        if before >= 0:
            now["memory_precision"] *= 1.0 - p.zmot_forgetting
        if now["looks"] == 4:
            self.leave()
            now.update(previous_provider=-1, rating=0, rated_provider=-1, rated_month=NEVER)
            now.update(
                adopted_month=NEVER,
                memory_quality=0.0,
                memory_precision=0.0,
                competence=0.0,
                found=0.0,
            )
            now.update(need=now["norm"] - p.judgement_need_margin, decided_by=BY["exit"])
        elif now["choice"] != f:
            if f >= 0:
                most = p.zmot_own * min(now["tenure"], p.zmot_own_months)
                now.update(previous_provider=f, memory_precision=most)
                now["memory_quality"] = now["lived_quality"]
                self.leave()
            if now["choice"] >= 0:
                self.join(now["choice"])
                now["returned"] = int(now["choice"] == before)
        elif f >= 0:
            self.stay(f)

    def leave(self):
        now = self.now
        if now["provider"] < 0:
            return
        now.update(left_provider=now["provider"], left_cohort=now["joined_month"], provider=-1)
        now.update(tenure=0, contract_left=0, joined_month=NEVER, joined_through=0, returned=0)
        now["joined_for"] = 0
        now.update(dict.fromkeys(LOST, 0.0))

    def join(self, g):
        now = self.now
        expected = now["belief"] - self.paid(g)
        now.update(provider=g, contract_left=self.offers[g]["contract"], joined_month=self.month)
        now.update(joined_through=now["heard_through"], joined_for=now["decided_by"])
        now["adopted_month"] = self.month if now["adopted_month"] == NEVER else now["adopted_month"]
        now["expectation"] = expected
        now.update(success=self.probability_of_success(expected), lived_quality=now["belief"])
        now["wallet_share"] = self.p.wallet_base

    def stay(self, f):
        now, p, firm = self.now, self.p, self.offers[f]
        now["tenure"] += 1
        left = now["contract_left"]
        now["contract_left"] = left - 1 if left > 1 else firm["contract"]
        k, learning = now["knowledge"], p.relation_knowledge_rate * firm["attention"]
        k += learning * firm["data_quality"] * (1.0 - k) - p.relation_knowledge_decay * k
        now["knowledge"] = k = min(1.0, max(0.0, k))
        earned = firm["warmth"] * firm["attention"]
        now["liking"] = adapted(now["liking"], earned, p.relation_liking_rate)
        now["indebtedness"] = adapted(
            now["indebtedness"], firm["comfort"], p.relation_indebtedness_rate
        )
        now["competence"] += p.relation_competence_rate * k * (1.0 - now["competence"])
        due = p.wallet_base + p.wallet_trust * now["trust"] + p.wallet_success * now["success"]
        due = min(1.0, max(0.02, due + firm["wallet_breadth"]))
        now["wallet_share"] = adapted(now["wallet_share"], due, p.wallet_rate)
        grown = firm["integration"] * (1.0 - exp(-now["tenure"] / p.relation_habit_months))
        points = firm["loyalty"] * min(now["tenure"], firm["loyalty_months"])
        fee = p.relation_exit_fee * (now["contract_left"] + points) / 12.0
        now["switching_cost"] = grown + p.relation_contacts * now["wallet_share"] + fee

    # -- 7.11 and 7.15: what the month left ------------------------------------------------------

    def survey(self):
        now, f = self.now, self.now["provider"]
        firms = [g for g, firm in enumerate(self.offers) if firm["active"]]
        value = {g: self.d(g) - self.paid(g) for g in firms}
        now["norm"] = sum(self.offers[g]["weight"] * value[g] for g in firms)
        names = ("location", "switching", "obligation", "success")
        theta = dict.fromkeys(names, 0.0)
        if f >= 0:
            rivals = {
                g: value[g] + self.taste(g) + self.offers[g]["reputation"] for g in firms
                if g != f and self.fit(g) >= self.offers[g]["minimum_fit"]
                and (g == now["previous_provider"] or self.knows_by_reach(g))
            }  # fmt: skip
            best = max(rivals, key=rivals.__getitem__, default=None)
            theta["switching"] = now["switching_cost"]
            theta["obligation"] = now["liking"] + now["indebtedness"]
            theta["success"] = self.probability_of_success(value[f])
            if best is not None:
                theta["location"] = self.distance(best) - self.distance(f)
                theta["success"] -= self.probability_of_success(value[best])
        for name in names:
            now[f"stickiness_{name}"] = self.held(name) * theta[name]

    # -- 7.23: what the market is worth to the customer ------------------------------------------

    def surplus(self):
        """Surplus and realised surplus at the end of the month, in money."""
        now, p, f = self.now, self.p, self.now["provider"]
        nobody = p.value_outside + p.value_outside_competence * now["competence"]
        leaving = liked = 0.0
        if f >= 0:
            leaving = self.held("switching") * now["switching_cost"]
            leaving += self.held("obligation") * now["indebtedness"]
            liked = self.held("obligation") * now["liking"]
        without, every, own = -leaving, 0.0, 0.0
        for g, firm in enumerate(self.offers):
            suits = g == f or (
                self.fit(g) >= firm["minimum_fit"]
                and (g == now["previous_provider"] or self.knows_by_reach(g))
            )
            if not firm["active"] or not suits:
                continue
            terms = self.terms(g, self.d(g), 0.0)
            u = sum(told for term, told in terms.items() if term not in ("popularity", "luck"))
            if g == f:
                own = u + liked - nobody
            every += exp(u - nobody + liked if g == f else u - nobody - leaving)
        share = now["wallet_share"] if f >= 0 else p.wallet_base
        money = now["wallet"] * share / self.beta
        return log(exp(without) + every) * money, own * money

    def tell(self):
        """The customer's columns at the end of the month, by name."""
        for phase in ("live", "share", "look", "choose", "settle", "survey"):
            getattr(self, phase)()
        return self.now
