"""What a firm could know of its customers, and the true effects beside: for those who estimate."""
