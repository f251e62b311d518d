"""What partners paste into their pages: `<hanmi-news>` (`news.js`, `news.css`) and a page for a frame (`page.html`)."""
