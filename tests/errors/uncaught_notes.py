e = RuntimeError("first line\nsecond line")
e.add_note("a note")
e.add_note("a longer\nnote")
raise e
