"""What the proofs and the benchmarks share: a Dovecot, a paced wire, the daemon, a JMAP client, a power-loss log."""
