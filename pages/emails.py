"""Emails: what has gone to whom, what has not and why, and every letter to read."""

from coffee import frame
from coffee.views import post, post_invite, post_letters, post_under_way, post_wording

now = post.look()
frame.head("Emails", frame.plain(now.sentence))
post_under_way.where_they_go()
if now.of(*post.STATES):
    post_under_way.show(now)
    post_letters.show(now)
else:
    frame.link("rounds", "Go to rounds")
if not frame.is_sample():
    post_invite.show()
    post_wording.show()
