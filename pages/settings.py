from coffee import frame

frame.head("Settings", "…")
