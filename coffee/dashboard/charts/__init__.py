"""What the pages on connections and feedback are made of: a chart, its takeaway and its numbers, shown as one."""
