"""A chart with its takeaway, its numbers and its downloads, as Connections and Feedback show them."""
