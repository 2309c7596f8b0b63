"""What the pages are drawn with: functions from rows and words to HTML, and the live list of findings."""
