"""The sample's generator: a made-up company, its ordinary days and one intrusion."""
