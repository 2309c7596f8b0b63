"""The whole service on one machine, for people who want to see it: `mingjing demo`.

plan.py       what a demo is made of: directory, ports, settings file, clock
feeder.py     the simulated city's events, each at the moment at which its source would report it
children.py   worker and dashboard as processes that are watched and never outlive us
show.py       what the person at the terminal reads
run.py        starts everything in order, watches it, stops it
"""
