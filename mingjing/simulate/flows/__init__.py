"""How a case goes, matter by matter, with irregularities at the stated rates.

What an irregularity brings with it (a step examined too long makes the whole case late) is not avoided: the
answers are worked out from the events afterwards.
"""
