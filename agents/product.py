"""The product on sale: brought forward steadily or by launches, and by imitating the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.chance import absorbed, decision_word, uniform, word_of

if TYPE_CHECKING:
    from agents.conditions import Conditions
    from agents.firm import Firm

LAUNCH = word_of("launch")
LAUNCH_SIZE = word_of("launch size")


def develop(firm: Firm, conditions: Conditions) -> None:
    """Bring a firm's product forward by a month.

    Steadily, ``product += improvement·(innovation − product)``, or by launches, which may go beyond
    innovation. Then a part ``technology.imitation`` of the gap to the best product seen is closed.
    """
    technology = conditions.technology
    innovation = firm.capabilities["innovation"]
    firm.novelty *= 1.0 - technology.novelty_fading
    firm.launched = False
    firm.product *= 1.0 - (technology.drift if firm.terms.launch_rate > 0 else 0.0)
    chance = decision_word(firm.model.seed_word, LAUNCH, conditions.month)
    luck = uniform(absorbed(chance, firm.word))
    if firm.forced_launch > 0.0 or firm.discipline.launches(firm, conditions, luck):
        chance = decision_word(firm.model.seed_word, LAUNCH_SIZE, conditions.month)
        jump = uniform(absorbed(chance, firm.word)) * firm.terms.launch_size
        launched = innovation * (1.0 + jump) + firm.forced_launch
        firm.product = max(firm.product, launched)
        firm.novelty = 1.0
        firm.launched = True
        firm.forced_launch = 0.0
    elif firm.terms.launch_rate <= 0.0:
        firm.product += technology.improvement * (innovation - firm.product)
    rivals = (level for name, level in conditions.products.items() if name != firm.name)
    gap = max(0.0, max(rivals, default=0.0) - firm.product)
    firm.product += technology.imitation * gap
