"""Why: what holds customers, what word of mouth and a connection are worth, why one person left."""
