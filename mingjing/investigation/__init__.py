"""What investigators keep: notes on a case, sealed files 封存卷 of several cases; in versions, none is ever deleted."""
