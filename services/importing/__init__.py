"""A file comes in: rows of text, then drafts and problems, then a plan against the registry.

    readers   bytes of a file -> Table   (encoding, delimited, sheets, features behind it)
    rows      Table -> ParsedRows        (columns, cells, coordinates, locating behind it)
    plan      ParsedRows x registry -> ImportPlan

Nothing here writes to the registry. ``docs/import.md`` says what is accepted.
"""
