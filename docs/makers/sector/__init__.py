"""Which sector the default market resembles: what set its numbers, and what they amount to."""
