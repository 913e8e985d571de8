"""The locator's rooms, in the order in which the data walks through them.

A file of places is read and becomes drafts (``importing``); a draft without a point is looked up
(``geocoding``, ``geo``); the registry keeps it with its history (``registry``, ``places``,
``hours``). From there it leaves again: as the nearest open place (``finding``), as a coverage
figure (``travel``, ``coverage``), as a map (``maps``) and as a page or an API answer (``web``).
Each room takes plain values and returns plain values; ``workflows`` joins them, ``wiring`` builds
them once, and the web and the command line talk only to those two. Imports point the same way as
the data: see ``docs/architecture.md``; import-linter holds it.
"""
