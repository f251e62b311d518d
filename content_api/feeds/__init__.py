"""What is public as feeds and sitemap: `feed.py` says what a feed tells, one module each writes it in a format."""
