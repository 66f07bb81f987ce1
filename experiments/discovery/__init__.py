"""What a sweep with levers says: which decision suits which environment, and what it may cost."""
