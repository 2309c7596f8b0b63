"""What rules look for in green channels and agents."""

from collections.abc import Iterator
from datetime import date

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case
from mingjing.simulate.flows.lanes import AGENTS
from mingjing.simulate.judge.clocks import Breach

ARRANGED = {"agent_unlisted": ("N26",), "lane_bare": ("N26-G",)}


def findings(case: Case) -> Iterator[Breach]:
    """N26, N26-G."""
    for place, note in enumerate(case.notes):
        if note.type == "agent_appointed":
            on = date.fromordinal(note.second // DAY)
            there = {agent.code for agent in AGENTS if agent.since <= on <= (agent.until or on)}
            if note.data["agent"] not in there:
                yield Breach("N26", place, [(note.second, 2)])
        elif note.type == "lane_opened" and "ground" not in note.data:
            yield Breach("N26-G", place, [(note.second, 1)])
