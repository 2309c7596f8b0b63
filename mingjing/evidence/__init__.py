"""The evidence pack 证据包 of a finding, and its check on a machine that knows nothing of the service."""
