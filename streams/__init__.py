"""The stream: case events in from Kafka, findings out to the store.

app        what the worker is made of, and the agent (thin)
feed       Faust's consumer seen from outside: who owns what, how far it is read, commits
intake     messages to events and dead letters
desk       a batch of events to findings, case by case
docket     the open cases of one partition and when silence matters to them (pure)
watermark  how far each source's time may move (pure)
ticks      the clock: moves time for partitions that are caught up
presence*  a second agent: samples of cameras to events of windows and cameras (the fold and its windows are pure)
sink       ordered writes: findings, then events, then the commit
verify     what is stored is what the rules say
"""
