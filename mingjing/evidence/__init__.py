"""The evidence pack 证据包 of a finding, and its check on a machine that knows nothing of the service.

`gather` reads a `Dossier` from the store, `packing` makes one ZIP file of it, `checking` tells whether such a file is
still what was signed. Checking needs this package and the file alone: no store, no settings, no network.
"""
