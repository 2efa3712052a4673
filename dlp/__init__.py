"""Scanner for outgoing Traditional-Chinese text: findings, verdicts, safe versions.  See README."""
