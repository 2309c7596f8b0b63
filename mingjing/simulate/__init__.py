"""A simulated city whose halls handle cases, with a known list of what goes wrong."""
