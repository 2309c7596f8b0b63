"""Handling 处置: what happens after a finding. One state machine; pure but for `desk`."""
