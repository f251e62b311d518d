"""What readers look for: the words of published texts, an index over them, and what is found.

`following.py` keeps an index up with what is published; `index.py` says what an index is, `whoosh_index.py` and
`postgres_index.py` are the two there are; `answering.py` is what a reader's question goes through.
"""
