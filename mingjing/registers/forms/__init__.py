"""One file per register: its columns, what they hold, and what a log's rows become; read by mingjing.registers.form."""
