"""The log: checkpoints, reading, feed, audit, and the trust that all of it rests on."""
