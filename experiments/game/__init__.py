"""A class plays a market: teams own firms, and what they decide are dated events."""
