"""Address → match: the offline gazetteer first, then the providers whose keys are given."""
