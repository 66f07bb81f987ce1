"""Results on disk: whole tables in a folder that says when it is complete."""
