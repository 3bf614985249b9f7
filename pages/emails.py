"""Emails: every letter, with its state and the reason."""

from coffee.dashboard import frame
from coffee.dashboard.emails import invite, letters, progress, status, wording

now = status.read()
frame.head("Emails", frame.plain(now.sentence))
with frame.part():
    progress.where_they_go()
if now.of(*status.STATES):
    with frame.part():
        progress.show(now)
    letters.show(now)
else:
    frame.link("rounds", "Go to rounds")
if not frame.is_sample():
    invite.show()
    wording.show()
