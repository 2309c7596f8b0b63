"""The item catalogue 事项清单 as people keep it: its rows examined, its tariff, Excel workbooks, and what changed."""
