"""Letters: what each says, to whom, and the bytes it is made of."""
