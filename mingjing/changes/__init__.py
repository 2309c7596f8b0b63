"""Changes of rules, items, registers, calendars, schemes: one person proposes, another approves, never backwards.

What is in force is in the sealed record: one entry adopts what an installation began with, and each later one proposes,
approves or rejects. Services compare the files that they are about to load with it, and do not start where they differ.
"""
