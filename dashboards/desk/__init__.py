"""The officers' desk 处置台: the inbox of handling, what is done with a finding, and the register of what was done."""
