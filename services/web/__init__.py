"""The only room that knows Flask: one blueprint a file, and what all of them share."""
