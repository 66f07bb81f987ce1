"""The plain twin: the same market with an ordinary Mesa agent for every customer.

The rules are the same functions, called as the Python they are; who is concerned, what is read and
what is written is told a second time, the way Mesa models usually tell it. So the twin checks the
engine's loops, shows what they do in readable form, and is the baseline that speed is measured
against. It shares the engine's start, firms, events and measures, and no loop over customers.

``market`` and ``population`` put it together · ``person`` and ``customer`` the agent and its month
· ``search`` what a customer finds out · ``settle`` what comes of it · ``survey`` what it left.
"""

from sim.plain.customer import PlainCustomer
from sim.plain.market import PlainMarket

__all__ = ["PlainCustomer", "PlainMarket"]
