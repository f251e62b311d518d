"""Keeps a database's content safe: backups that are proven to restore, and restores that are whole or not at all.

`backup.py` and `restore.py` say how; `sqlite.py` and `postgres.py` do what differs between the two databases, both as
a `Keeper`.
"""
