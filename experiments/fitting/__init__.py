"""A market of one's own: the strategist's table, what else is known of it, and what is fitted."""
