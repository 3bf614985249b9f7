"""The pages that participants see: joining, their own page, answers and unsubscribing."""
