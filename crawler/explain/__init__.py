"""Why an extraction is as it is: found in the archive, laid out for a terminal and a browser."""
