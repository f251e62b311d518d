"""What the `hanmi` command can do: one module per field of work, put together in `content_api.cli`."""
