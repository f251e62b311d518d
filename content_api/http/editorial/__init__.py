"""The editorial API: a handler settles 404, 428 and 412, then decodes the body, calls one operation and encodes."""
