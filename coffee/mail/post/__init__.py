"""The post: queueing letters, sending them by SMTP, and recording what became of each."""
