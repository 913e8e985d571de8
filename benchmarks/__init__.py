"""Us against the peers, side by side in one run. Absolute times drift; ratios hold."""
