"""What users read: every sentence and every number with its words."""
