"""How far a person gets: the modes and, without a street network, the declared detour."""
