"""A farm of local sites, and what runs over it: ``make bench``, ``make profile``. See README.md."""
