"""Pure geometry, no I/O: the only room that knows datums and axis order."""
