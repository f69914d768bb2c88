"""Files on their way in, resumable: the wire (tus, parts of a bucket) apart from the bytes, the rows between them."""
