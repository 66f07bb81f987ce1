"""Films of a market: its network and its shares, month by month."""
