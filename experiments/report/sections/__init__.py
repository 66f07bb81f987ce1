"""The sections of a report, each a function from evidence to what stands in the document."""
