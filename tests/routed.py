"""The routes, made in the process that others are forked from: to make them takes longer than all else of a start."""

from functools import cache

from content_api import app

app.routes = cache(app.routes)
app.routes()
