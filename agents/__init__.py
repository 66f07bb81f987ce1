"""Customers and firms: what they know, the rules they live by, and chance."""
