"""Scores for the screen: what the address asks for, what is read for it, and how it is put in order."""
