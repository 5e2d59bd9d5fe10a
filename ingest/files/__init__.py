"""Files that people have, and the text of JSON rows."""
