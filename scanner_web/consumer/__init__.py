"""The shopper's pages: what a code on a pack leads to, the scanner, complaints, the shopper's own check."""
