"""``python -m services.cli``: the same as ``locator``."""

from services.cli import main

main()
