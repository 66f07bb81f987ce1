"""What decided a move, in words: the reasons that the table of flows names."""

from __future__ import annotations

WHAT_DECIDED = {
    "stimulus": "what firms say of themselves",
    "review": "reviews by strangers",
    "friend": "what friends had lived through",
    "referral": "a friend's recommendation",
    "memory": "their own memory",
    "dissatisfaction": "that no firm was better than none",
    "exit": "coming new into the market",
    "closure": "the end of the one before",
    "dismissal": "the one before having ended the relation",
    "price": "the price",
    "time": "the time that handling takes",
    "quality": "the quality usual in the market",
    "certainty": "knowing better what to expect",
    "success": "the success to be expected",
    "nearness": "nearness",
    "taste": "their lasting taste",
    "reputation": "its standing",
    "popularity": "the number of its reviews",
    "guarantee": "its guarantee, or the share it takes of gains",
    "people": "somebody they like working there",
    "necessity": "that having no provider is worse",
    "luck": "the luck of the month",
}
"""By the word in ``decided_by``; see docs/tables.md."""
