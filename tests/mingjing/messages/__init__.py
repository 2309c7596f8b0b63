"""Tests of mails and web calls: real servers on this machine."""
