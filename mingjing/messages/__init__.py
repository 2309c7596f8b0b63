"""Mails and web calls about what happens to findings: who gets which (policy), in digests, sent and recorded.

policy.py    the file that says who gets what, and how mails are sent
news.py      one thing that happened to a finding, and digests of many; pure
mail.py      a digest as a mail, over SMTP
web.py       news as a signed web call
courier.py   follows the record, sends what is due, records what became of it
"""
