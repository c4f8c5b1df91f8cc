a = 1
raise ValueError("while loading")
