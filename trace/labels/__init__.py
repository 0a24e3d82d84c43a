"""QR symbols of Digital Links (`symbol`) and sheets of labels to print (`sheet`): text in, bytes out."""
